//! What no file may do to an importer, for every format: arbitrary bytes, a file that was cut anywhere, values of any
//! type, records in any order, nesting without end.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use std::collections::BTreeSet;
use std::path::PathBuf;

use proptest::prelude::*;
use pushback::import::{self, Error, FORMATS, Reading, Source};
use serde_json::{Value, json};

use super::fixture;
use super::harm::{all, import_at};

/// Fixtures of every shape that files of a format have, with the format.
const SHAPES: &[(&str, &str)] = &[
    ("specstory", "specstory/v0.md"),
    ("specstory", "specstory/v1-claude.md"),
    ("specstory", "specstory/v2.0-codex.md"),
    ("specstory", "specstory/v2.1-cursor.md"),
    ("codex", "codex/items-only.jsonl"),
    ("codex", "codex/bare.jsonl"),
    ("pi", "pi/linear.jsonl"),
    ("pi", "pi/tree.jsonl"),
    ("pi", "pi/openclaw.jsonl"),
    ("droid", "droid/store.jsonl"),
    ("droid", "droid/stream.jsonl"),
    ("amp", "amp/thread.json"),
    ("opencode", "opencode/export.json"),
    (
        "opencode",
        "opencode/tree/storage/session/proj/ses_tree01.json",
    ),
    ("cline", "cline/ui_messages.json"),
    ("cline", "cline/roo.json"),
    ("cline", "cline/api_conversation_history.json"),
    ("aider", "aider/history.md"),
    ("claude-code", "claude-code/sidechain.jsonl"),
    ("claude-code", "claude-code/odd-shapes.jsonl"),
    ("claude-code", "claude-code/web.json"),
    ("openhands", "openhands/gui.json"),
    ("openhands", "openhands/benchmark.jsonl"),
    ("swe-agent", "swe-agent/loom-7.traj"),
    ("swe-agent", "swe-agent/calls.traj"),
    ("swe-agent", "swe-agent/steps.traj"),
    ("swe-agent", "swe-agent/mini.traj.json"),
    ("atif", "atif/run.json"),
    ("atif", "atif/talk.json"),
    ("goose", "goose/export.json"),
    ("goose", "goose/legacy.jsonl"),
    ("goose", "goose/sub-agent.json"),
    ("kiro", "kiro/session.json"),
    ("continue", "continue/session.json"),
    ("grok", "grok/chat_history.jsonl"),
    ("antigravity", "antigravity/steps.jsonl"),
    ("kimi", "kimi/session_ferry/agents/main/wire.jsonl"),
    ("kimi", "kimi/session_ferry/agents/agent-1/wire.jsonl"),
    ("hermes", "hermes/session.json"),
    (
        "cursor-agent",
        "cursor-agent/11111111-2222-4333-8444-555555555555/11111111-2222-4333-8444-555555555555.jsonl",
    ),
    ("cursor-agent", "cursor-agent/bread.txt"),
    ("cursor-export", "cursor-export/cursor_bread.md"),
    ("copilot-vscode", "copilot-vscode/export.json"),
    ("copilot-vscode", "copilot-vscode/changes.jsonl"),
    ("copilot-vscode", "copilot-vscode/by-hand.json"),
    ("copilot-cli", "copilot-cli/events.jsonl"),
    (
        "gemini-cli",
        "gemini-cli/session-2026-03-11T08-00-aaaa1111.json",
    ),
    ("gemini-cli", "gemini-cli/rewound.jsonl"),
    ("gemini-cli", "gemini-cli/subagent.jsonl"),
    ("gemini-cli", "gemini-cli/silent.json"),
    ("gemini-cli", "gemini-cli/checkpoint-loom.json"),
    ("qwen-code", "qwen-code/mill.jsonl"),
    ("qwen-code", "qwen-code/sidechain.jsonl"),
    ("session-parsed", "session-parsed/session_001.json"),
    ("session-parsed", "session-parsed/session_002.json"),
    ("sharegpt", "sharegpt/array.json"),
    ("sharegpt", "sharegpt/lines.jsonl"),
    ("openai-chat", "openai-chat/chats.jsonl"),
    ("openai-chat", "openai-chat/bare.json"),
];

/// Formats whose files are databases, of which the fixtures are statements, or tables; `cursor.rs` and `swe_chat.rs` have
/// tests of damaged ones.
const BINARY: [&str; 3] = ["cursor-ide", "cursor-cli", "swe-chat"];

/// Formats of which a text of any form is a transcript.
const TEXTS: [&str; 4] = ["specstory", "aider", "cursor-agent", "cursor-export"];

/// Formats that have a reason of their own for a record of an unknown shape.
const OWN_REASONS: [&str; 6] = ["pi", "droid", "amp", "opencode", "cline", "aider"];

/// Shapes in which no developer speaks, or only in what lies beside them.
const SILENT: [&str; 3] = [
    "gemini-cli/silent.json",
    "copilot-vscode/by-hand.json",
    "opencode/tree/storage/session/proj/ses_tree01.json",
];

/// Texts that make a careless reader look for an end again and again.
const HOSTILE: [&str; 13] = [
    "[",
    "{\"a\":",
    "{\"v\":{\"k\":[",
    "{\"messages\":",
    "{\"history\":",
    "[{\"conversations\":",
    "{\"messages\":[",
    "{\n[\n",
    "{\"a\":\"\n",
    "{\"messages\":[],",
    "[{},",
    "\"\\",
    "[]",
];

/// A folder in which files of any kind are read.
struct Ground {
    folder: tempfile::TempDir,
}

impl Ground {
    fn new() -> Ground {
        let folder = tempfile::tempdir().unwrap();
        Ground { folder }
    }

    /// Reads bytes as a format, whether or not they are recognised, and checks what comes out.
    fn read(&self, format: &str, name: &str, bytes: &[u8]) -> Reading {
        let path = self
            .folder
            .path()
            .join(PathBuf::from(name).file_name().unwrap());
        let reading = import_at(&path, format, bytes);
        std::fs::remove_file(&path).unwrap();
        let beside = std::fs::read_dir(self.folder.path()).unwrap().count();
        assert_eq!(beside, 0, "something was written beside {name}");
        reading
    }
}

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(fixture(name)).unwrap()
}

fn text(name: &str) -> String {
    String::from_utf8_lossy(&bytes(name)).into_owned()
}

fn developer_turns(reading: &Reading) -> usize {
    all(reading)
        .map(|session| session.developer_turns().count())
        .sum()
}

fn odd() -> [Value; 11] {
    [
        json!(null),
        json!(-7.5),
        json!("é\u{1f600}\n"),
        json!([[], {"text": 1}, "x"]),
        json!({"type": "text", "text": ["x"]}),
        json!({"type": "text", "text": "t"}),
        json!(true),
        json!(u64::MAX),
        json!([]),
        json!("{\"tool\":7}"),
        json!({}),
    ]
}

/// Gives the JSON pointers to everything in a value.
fn pointers(value: &Value) -> Vec<String> {
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
                let items = items.iter().enumerate();
                open.extend(items.map(|(at, value)| (format!("{path}/{at}"), value)));
            }
            _ => (),
        }
        if !path.is_empty() {
            found.push(path);
        }
    }
    found
}

/// Gives the JSON values that stand one after another in a fixture; none where it is a text.
fn values(name: &str) -> Vec<Value> {
    let text = text(name);
    let values = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
    values.filter_map(Result::ok).collect()
}

fn written(values: &[Value]) -> String {
    let lines: Vec<String> = values.iter().map(Value::to_string).collect();
    lines.join("\n")
}

#[test]
fn every_format_has_its_shapes() {
    let known: BTreeSet<&str> = SHAPES.iter().map(|(format, _)| *format).collect();
    // A checkpoint is two files, which its own tests cut and change.
    let known = known.into_iter().chain(BINARY).chain(["entire"]);
    let known: BTreeSet<&str> = known.collect();
    let all: BTreeSet<&str> = FORMATS.iter().map(|format| format.id).collect();
    assert_eq!(known, all);
}

#[test]
fn each_fixture_is_recognised_as_its_format() {
    for (format, name) in SHAPES {
        match import::recognise(&Source::file(fixture(name))) {
            Ok(found) => assert_eq!(found.id, *format, "{name}"),
            Err(error) => assert!(matches!(error, Error::Companion { .. }), "{name}: {error}"),
        }
    }
}

#[test]
fn a_file_that_is_cut_anywhere_is_read_as_far_as_it_goes() {
    let ground = Ground::new();
    let mut wrong = Vec::new();
    for (format, name) in SHAPES {
        let bytes = bytes(name);
        let mut before = 0;
        for end in 0..=bytes.len() {
            let reading = ground.read(format, name, &bytes[..end]);
            let turns = developer_turns(&reading);
            let is_silent = all(&reading).next().is_none() && reading.skipped.is_empty();
            if end > 0 && is_silent {
                wrong.push(format!("{name} cut at {end}: nothing is said"));
            }
            // A half of a line of Markdown may mean what the line does not: three backticks end a block of code.
            if TEXTS.contains(format) && !bytes[..end].ends_with(b"\n") {
                continue;
            }
            // A longer part of the file never tells of fewer turns, but for words that a later record takes up.
            if turns + 1 < before {
                wrong.push(format!("{name} cut at {end}: {turns} turns after {before}"));
            }
            before = before.max(turns);
        }
        if before == 0 && !SILENT.contains(name) {
            wrong.push(format!("{name}: no turns"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nesting_of_any_depth_does_no_harm() {
    let ground = Ground::new();
    let lists = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let deep = lists(20_000);
    for format in FORMATS.iter().map(|format| format.id) {
        for unit in HOSTILE {
            let text = unit.repeat(60_000);
            let turns = developer_turns(&ground.read(format, "deep", text.as_bytes()));
            assert!(turns == 0 || TEXTS.contains(&format), "{format} {unit}");
        }
        for text in [
            deep.clone(),
            format!("{}1{}", "{\"a\":".repeat(20_000), "}".repeat(20_000)),
            format!(
                "{{\"messages\":[{{\"role\":\"user\",\"content\":{}}}]}}",
                lists(500)
            ),
            format!("{{\"type\":\"message\",\"message\":{deep}}}"),
            format!(
                "{{\"type\":\"message\",\"message\":{{\"role\":\"user\",\"content\":{deep}}}}}"
            ),
            format!(
                "{{\"id\":\"a\",\"info\":{deep},\"messages\":[{deep},{{\"role\":\"user\",\"content\":{deep}}}]}}"
            ),
            format!("[{{\"ts\":1,\"type\":\"say\",\"say\":\"text\",\"text\":{deep}}}]"),
        ] {
            ground.read(format, "deep", text.as_bytes());
        }
    }
    for (format, name) in SHAPES {
        let inside = format!("\"deep\":{deep},\"text\":\"");
        let text = text(name).replacen("\"text\":\"", &inside, 3);
        ground.read(format, name, text.as_bytes());
    }
}

#[test]
fn each_field_may_be_of_any_type() {
    let ground = Ground::new();
    let odd = odd();
    for (format, name) in SHAPES {
        let values = values(name);
        for (at, value) in values.iter().enumerate() {
            for (number, path) in pointers(value).into_iter().enumerate() {
                let mut changed = values.clone();
                *changed[at].pointer_mut(&path).unwrap() = odd[number % odd.len()].clone();
                ground.read(format, name, written(&changed).as_bytes());
            }
        }
    }
}

/// What is done to a line that is taken.
fn lines() -> impl Strategy<Value = Vec<(prop::sample::Index, u16, u8)>> {
    prop::collection::vec((any::<prop::sample::Index>(), any::<u16>(), 0..9_u8), 0..50)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrary_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let ground = Ground::new();
        for format in FORMATS {
            ground.read(format.id, "arbitrary", &bytes);
        }
    }

    #[test]
    fn lines_in_any_order_do_no_harm(picks in lines()) {
        let ground = Ground::new();
        for (format, name) in SHAPES {
            let text = text(name);
            let all: Vec<&str> = text.lines().collect();
            let mut bytes = Vec::new();
            for (index, at, fate) in &picks {
                let mut line = index.get(&all).as_bytes().to_vec();
                let place = usize::from(*at) % (line.len() + 1);
                match fate {
                    0 => line.truncate(place),
                    1 if place < line.len() => line[place] = at.to_le_bytes()[0],
                    _ => (),
                }
                bytes.extend_from_slice(&line);
                if *fate != 2 {
                    bytes.push(b'\n');
                }
            }
            ground.read(format, name, &bytes);
        }
    }

    #[test]
    fn values_of_any_type_cost_only_themselves(
        changes in prop::collection::vec(
            (any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<prop::sample::Index>()),
            1..8,
        ),
    ) {
        let (ground, odd) = (Ground::new(), odd());
        for (format, name) in SHAPES {
            let mut values = values(name);
            for (value, at, with) in &changes {
                if values.is_empty() {
                    continue;
                }
                let value = value.index(values.len());
                let value = &mut values[value];
                let mut pointers = pointers(value);
                if !OWN_REASONS.contains(format) {
                    pointers.push(String::new());
                }
                if !pointers.is_empty() {
                    let pointer: &String = at.get(&pointers);
                    *value.pointer_mut(pointer).unwrap() = with.get(&odd).clone();
                }
            }
            let reading = ground.read(format, name, written(&values).as_bytes());
            let shape = reading.skipped.iter().find(|skip| skip.reason.contains("unknown shape"));
            // Only a record that is no object at all has a shape that cannot be read.
            let is_known = |reason: &str| reason.contains("expected struct") && !OWN_REASONS.contains(format);
            prop_assert!(shape.is_none_or(|skip| is_known(&skip.reason)), "{name}: {shape:?}");
        }
    }

    #[test]
    fn bytes_that_were_changed_do_no_harm(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let ground = Ground::new();
        for (format, name) in SHAPES {
            let mut bytes = bytes(name);
            for (at, byte) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            ground.read(format, name, &bytes);
        }
    }
}
