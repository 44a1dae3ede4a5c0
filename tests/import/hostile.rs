//! What no file may do to an importer: arbitrary bytes, files that were cut, fields of other types, deep nesting.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use proptest::prelude::*;
use pushback::import::{self, Reading, Source};
use serde_json::{Value, json};

use super::{assert_sound, fixture};

/// Fixtures of which every cut and every odd field is tried, with the format they are read as.
const FIXTURES: &[(&str, &str)] = &[
    ("pi", "pi/linear.jsonl"),
    ("pi", "pi/tree.jsonl"),
    ("pi", "pi/openclaw.jsonl"),
    ("droid", "droid/store.jsonl"),
    ("droid", "droid/stream.jsonl"),
    ("amp", "amp/thread.json"),
    ("cline", "cline/ui_messages.json"),
    ("cline", "cline/roo.json"),
    ("cline", "cline/api_conversation_history.json"),
    ("aider", "aider/history.md"),
    ("opencode", "opencode/export.json"),
    (
        "opencode",
        "opencode/tree/storage/session/proj/ses_tree01.json",
    ),
];

/// Reads bytes as a format, and recognises them, whatever they are.
fn read(format: &str, name: &str, bytes: &[u8]) -> Reading {
    let source = Source::spooled(name, bytes).unwrap();
    let _ = import::recognise(&source);
    let reading = import::read_source(&source, Some(format)).unwrap();
    let aside = reading.aside.iter().map(|(_, session)| session);
    reading.sessions.iter().chain(aside).for_each(assert_sound);
    reading
}

fn formats() -> Vec<&'static str> {
    let mut formats: Vec<&str> = FIXTURES.iter().map(|(format, _)| *format).collect();
    formats.dedup();
    formats
}

#[test]
fn a_file_that_is_cut_anywhere_is_read_as_far_as_it_goes() {
    for (format, name) in FIXTURES {
        let bytes = std::fs::read(fixture(name)).unwrap();
        for end in 0..=bytes.len() {
            let reading = read(format, name, &bytes[..end]);
            let said = !reading.sessions.is_empty() || !reading.aside.is_empty();
            assert!(
                said || !reading.skipped.is_empty(),
                "{name} cut at {end}: nothing is said"
            );
        }
    }
}

#[test]
fn deep_nesting_is_survived() {
    let deep = 200_000;
    let lists = "[".repeat(deep);
    let closed = format!("{lists}{}", "]".repeat(deep));
    for format in formats() {
        for text in [
            lists.clone(),
            closed.clone(),
            "{\"messages\":".repeat(deep),
            format!("{{\"type\":\"message\",\"message\":{closed}}}"),
            format!(
                "{{\"type\":\"message\",\"message\":{{\"role\":\"user\",\"content\":{closed}}}}}"
            ),
            format!(
                "{{\"id\":\"a\",\"info\":{closed},\"messages\":[{closed},{{\"role\":\"user\",\"content\":{closed}}}]}}"
            ),
            format!("[{{\"ts\":1,\"type\":\"say\",\"say\":\"text\",\"text\":{closed}}}]"),
        ] {
            read(format, "deep", text.as_bytes());
        }
    }
}

/// Puts `odd` in place of one of the values inside a value.
fn replace(value: &mut Value, at: usize, odd: &Value) {
    let mut left = at;
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        if left == 0 {
            *value = odd.clone();
            return;
        }
        left -= 1;
        match value {
            Value::Array(items) => open.extend(items.iter_mut()),
            Value::Object(fields) => open.extend(fields.values_mut()),
            _ => (),
        }
    }
}

fn odd() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!(null),
        json!(-7.5),
        json!("é\u{1f600}\n"),
        json!([[], {"text": 1}]),
        json!({"type": "text", "text": "t"}),
        json!(true),
        json!(u64::MAX),
        json!("{\"tool\":7}"),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrary_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for format in formats() {
            read(format, "arbitrary", &bytes);
        }
    }

    #[test]
    fn fields_of_any_type_do_no_harm(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..60_usize, odd()), 1..8),
    ) {
        let (format, name) = which.get(FIXTURES);
        let text = std::fs::read_to_string(fixture(name)).unwrap();
        let whole: Result<Value, _> = serde_json::from_str(&text);
        let text = if let Ok(mut value) = whole {
            for (_, at, odd) in &changes {
                replace(&mut value, at + 1, odd);
            }
            value.to_string()
        } else {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            for (line, at, odd) in &changes {
                let line = &mut lines[line.index(text.lines().count())];
                if let Ok(mut value) = serde_json::from_str::<Value>(line) {
                    replace(&mut value, at + 1, odd);
                    *line = value.to_string();
                }
            }
            lines.join("\n")
        };
        let reading = read(format, name, text.as_bytes());
        prop_assert!(
            reading.skipped.iter().all(|skip| !skip.reason.contains("unknown shape")),
            "{:?}",
            reading.skipped
        );
    }

    #[test]
    fn bytes_that_were_changed_do_no_harm(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let (format, name) = which.get(FIXTURES);
        let mut bytes = std::fs::read(fixture(name)).unwrap();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        read(format, name, &bytes);
    }
}
