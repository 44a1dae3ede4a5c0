//! What every importer must survive, for a format and the records of its fixtures.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use pushback::import::{self, Reading};
use pushback::model::{PartKind, Role, Session};
use serde_json::{Value, json};

/// Checks what every reader of a session relies on.
pub(super) fn assert_sound(session: &Session) {
    assert!(!session.key.is_empty());
    for turn in &session.turns {
        let mut end = 0;
        for part in &turn.parts {
            assert_eq!(turn.role, Role::Agent);
            assert!(end <= part.start && part.start <= part.end);
            assert!(turn.text.get(part.start..part.end).is_some());
            end = part.end;
            if let PartKind::Tool(tool) = &part.kind {
                assert!((part.start..=part.end).contains(&tool.output));
                assert!(turn.text.is_char_boundary(tool.output));
                assert!(!tool.target.contains('\n'));
            }
        }
        for event in &turn.events {
            assert!(turn.text.is_char_boundary(event.at));
        }
    }
    for pair in session.turns.windows(2) {
        assert!(pair[0].role == Role::Developer || pair[1].role == Role::Developer);
    }
}

/// Gives all sessions of a reading.
pub(super) fn all(reading: &Reading) -> impl Iterator<Item = &Session> {
    let aside = reading.aside.iter().map(|(_, session)| session);
    reading.sessions.iter().chain(aside)
}

/// Imports bytes as a format, and checks what comes out.
pub(super) fn import_bytes(format: &str, bytes: &[u8]) -> Reading {
    let folder = tempfile::tempdir().unwrap();
    let reading = import_at(&folder.path().join("session.jsonl"), format, bytes);
    let only = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(only, 1, "something was written beside the file");
    reading
}

fn import_at(path: &Path, format: &str, bytes: &[u8]) -> Reading {
    std::fs::write(path, bytes).unwrap();
    let _ = import::recognise(&import::Source::file(path));
    let reading = import::read(path, Some(format)).unwrap();
    all(&reading).for_each(assert_sound);
    reading
}

/// Puts a format through everything: any bytes, its own files cut anywhere and with fields of any type, records in
/// any order, and nesting without end.
pub(super) fn survives(format: &str, files: &[&str]) {
    let texts: Vec<String> = files
        .iter()
        .map(|name| std::fs::read_to_string(super::fixture(name)).unwrap())
        .collect();
    let whole = texts.concat();
    let records: Vec<&str> = whole.lines().collect();
    proptest!(ProptestConfig::with_cases(64), |(bytes in prop::collection::vec(any::<u8>(), 0..400))| {
        import_bytes(format, &bytes);
    });
    let picks =
        || prop::collection::vec((any::<prop::sample::Index>(), any::<u16>(), 0..9_u8), 0..50);
    proptest!(ProptestConfig::with_cases(64), |(picks in picks())| {
        import_bytes(format, &shuffled(&records, picks));
    });
    for text in &texts {
        cut_anywhere(format, text.as_bytes());
        fields_of_any_type(format, text);
    }
    nested(format, &texts);
}

fn shuffled(records: &[&str], picks: Vec<(prop::sample::Index, u16, u8)>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (index, at, fate) in picks {
        let mut record = index.get(records).as_bytes().to_vec();
        let place = usize::from(at) % (record.len() + 1);
        match fate {
            0 => record.truncate(place),
            1 => {
                if let Some(byte) = record.get_mut(place) {
                    *byte = at.to_le_bytes()[0];
                }
            }
            _ => (),
        }
        bytes.extend_from_slice(&record);
        if fate != 2 {
            bytes.push(b'\n');
        }
    }
    bytes
}

fn cut_anywhere(format: &str, bytes: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.jsonl");
    for end in 0..bytes.len() {
        import_at(&path, format, &bytes[..end]);
    }
}

/// Puts a value of each type in place of each field, one at a time.
fn fields_of_any_type(format: &str, text: &str) {
    let odd = [
        json!(null),
        json!(-7.5),
        json!("é\u{1f600}\n"),
        json!([[], {"text": 1}, "x"]),
        json!({"type": "text", "text": ["x"]}),
        json!(true),
        json!(u64::MAX),
        json!([]),
    ];
    let values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let values: Vec<Value> = values.map_while(Result::ok).collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("session.jsonl");
    for (at, value) in values.iter().enumerate() {
        for (number, path) in paths(value).into_iter().enumerate() {
            let mut changed = values.clone();
            *changed[at].pointer_mut(&path).unwrap() = odd[number % odd.len()].clone();
            let lines: Vec<String> = changed.iter().map(Value::to_string).collect();
            import_at(&file, format, lines.join("\n").as_bytes());
        }
    }
}

/// Gives the JSON pointers to everything in a value.
fn paths(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), value)];
    while let Some((path, value)) = open.pop() {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    let key = key.replace('~', "~0").replace('/', "~1");
                    open.push((format!("{path}/{key}"), value));
                }
            }
            Value::Array(items) => {
                for (at, value) in items.iter().enumerate() {
                    open.push((format!("{path}/{at}"), value));
                }
            }
            _ => (),
        }
        if !path.is_empty() {
            found.push(path);
        }
    }
    found
}

fn nested(format: &str, texts: &[String]) {
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("{\"v\":{\"k\":[", "]}}")] {
        let deep = format!("{}1{}", open.repeat(20_000), close.repeat(20_000));
        import_bytes(format, deep.as_bytes());
        import_bytes(format, open.repeat(20_000).as_bytes());
        for text in texts {
            // In place of a text inside of a record of the format's own.
            let inside = text.replacen("\"text\":\"", &format!("\"deep\":{deep},\"text\":\""), 3);
            import_bytes(format, inside.as_bytes());
        }
    }
}

/// Gives every file below a folder.
pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut open = vec![folder.to_owned()];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// What a shared file is expected to hold: its path, its format, the sessions, those in which no developer speaks,
/// the developer turns of all, and a part of the reason where something is left out.
pub(super) type Expected = (
    &'static str,
    &'static str,
    usize,
    usize,
    usize,
    Option<&'static str>,
);

/// Checks shared files against what a person counted in them.
pub(super) fn counted(expected: &[Expected]) {
    let Some(shared) = crate::given::shared() else {
        return;
    };
    for &(name, format, sessions, aside, turns, reason) in expected {
        let path = shared.join("corpus").join(name);
        let source = import::Source::file(&path);
        // What a checkpoint keeps is read with the checkpoint.
        let kept = name.starts_with("entire/");
        let found = import::recognise(&source).map(|own| own.id);
        assert!(kept || found.is_ok_and(|id| id == format), "{name}");
        let reading = import::read(&path, Some(format)).unwrap();
        all(&reading).for_each(assert_sound);
        let found: usize = all(&reading)
            .map(|session| session.developer_turns().count())
            .sum();
        println!("{name}: {found} developer turns, {:?}", reading.skipped);
        if std::env::var_os("PUSHBACK_OUTLINE").is_some() {
            all(&reading).for_each(|session| println!("{}", super::outline(session)));
        }
        let counts = (reading.sessions.len(), reading.aside.len(), found);
        assert_eq!(counts, (sessions, aside, turns), "{name}");
        let reasons: Vec<&str> = reading
            .skipped
            .iter()
            .map(|skip| skip.reason.as_str())
            .collect();
        match reason {
            None => assert!(reasons.is_empty(), "{name}: {reasons:?}"),
            Some(part) => assert!(
                reasons.iter().any(|reason| reason.contains(part)),
                "{name}: {reasons:?}"
            ),
        }
    }
}

/// Checks that a format takes no shared file but those whose path, below the corpus, has one of these parts.
pub(super) fn takes_only(format: &str, parts: &[&str]) {
    let Some(shared) = crate::given::shared() else {
        return;
    };
    let corpus = shared.join("corpus");
    for path in files(&corpus) {
        let name = path.strip_prefix(&corpus).unwrap().display().to_string();
        let found = import::recognise(&import::Source::file(&path));
        if found.is_ok_and(|found| found.id == format) {
            assert!(parts.iter().any(|part| name.contains(part)), "{name}");
        }
    }
}
