//! What holds for every format whose records are pieces of JSON: no bytes do harm, and what is cut or odd costs
//! no more than itself.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use proptest::prelude::*;
use pushback::import::{self, Reading};
use pushback::model::{PartKind, Role, Session};
use serde_json::Value;

/// Formats with a fixture of each shape.
const SHAPES: [(&str, &str); 24] = [
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
    ("continue", "continue/session.json"),
    ("kiro", "kiro/session.json"),
    ("session-parsed", "session-parsed/session_001.json"),
    ("session-parsed", "session-parsed/session_002.json"),
    ("openai-chat", "openai-chat/chats.jsonl"),
    ("openai-chat", "openai-chat/bare.json"),
    ("sharegpt", "sharegpt/array.json"),
    ("sharegpt", "sharegpt/lines.jsonl"),
    ("grok", "grok/chat_history.jsonl"),
    ("antigravity", "antigravity/steps.jsonl"),
    ("hermes", "hermes/session.json"),
    ("kimi", "kimi/session_ferry/agents/main/wire.jsonl"),
    ("kimi", "kimi/session_ferry/agents/agent-1/wire.jsonl"),
];

/// Checks what every reader of a session relies on.
fn assert_sound(session: &Session) {
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
            }
        }
        for event in &turn.events {
            assert!(turn.text.is_char_boundary(event.at));
        }
    }
}

/// Reads bytes as a format, whether or not they are recognised.
fn read(format: &str, bytes: &[u8]) -> Reading {
    let source = import::Source::spooled("any", bytes).unwrap();
    let reading = import::read_source(&source, Some(format)).unwrap();
    let aside = reading.aside.iter().map(|(_, session)| session);
    reading.sessions.iter().chain(aside).for_each(assert_sound);
    reading
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(super::fixture(name)).unwrap()
}

fn developer_turns(reading: &Reading) -> usize {
    let aside = reading.aside.iter().map(|(_, session)| session);
    let sessions = reading.sessions.iter().chain(aside);
    sessions
        .map(|session| session.developer_turns().count())
        .sum()
}

/// Texts that make a careless reader look for an end again and again.
const HOSTILE: [&str; 9] = [
    "[",
    "{\"history\":",
    "[{\"conversations\":",
    "{\"messages\":[",
    "{\n[\n",
    "{\"a\":\"\n",
    "{\"messages\":[],",
    "[{},",
    "\"\\",
];

/// Puts a value in the place of one that is chosen by walking down.
fn replace(value: &mut Value, mut steps: impl Iterator<Item = usize>, with: Value) {
    let Some(step) = steps.next() else {
        *value = with;
        return;
    };
    let inner = match value {
        Value::Array(items) if !items.is_empty() => {
            let at = step % items.len();
            &mut items[at]
        }
        Value::Object(fields) if !fields.is_empty() => {
            let at = step % fields.len();
            fields.values_mut().nth(at).unwrap()
        }
        other => {
            *other = with;
            return;
        }
    };
    replace(inner, steps, with);
}

#[test]
fn each_fixture_is_recognised_as_its_format() {
    for (format, name) in SHAPES {
        let source = import::Source::file(super::fixture(name));
        assert_eq!(import::recognise(&source).unwrap().id, format, "{name}");
    }
}

#[test]
fn a_file_that_is_cut_anywhere_keeps_what_came_before() {
    for (format, name) in SHAPES {
        let bytes = fixture(name);
        let mut before = 0;
        for end in 0..=bytes.len() {
            let turns = developer_turns(&read(format, &bytes[..end]));
            // A longer part of the file never tells of fewer turns, but for words that a later record takes up.
            assert!(turns + 1 >= before, "{name} cut at {end}");
            before = before.max(turns);
        }
        assert!(before > 0, "{name}");
    }
}

#[test]
fn nesting_of_any_depth_does_no_harm() {
    for (format, _) in SHAPES {
        for unit in HOSTILE {
            let deep = unit.repeat(60_000);
            assert_eq!(developer_turns(&read(format, deep.as_bytes())), 0);
        }
        let inside = format!(
            "{{\"messages\":[{{\"role\":\"user\",\"content\":{}1{}}}]}}",
            "[".repeat(500),
            "]".repeat(500)
        );
        read(format, inside.as_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrary_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for (format, _) in SHAPES {
            read(format, &bytes);
        }
        let source = import::Source::spooled("any", &bytes[..]).unwrap();
        let _ = import::recognise(&source);
    }

    #[test]
    fn values_of_any_type_do_no_harm(
        steps in prop::collection::vec(0..40usize, 1..6),
        with in 0..7usize,
    ) {
        let odd = [
            Value::Null, serde_json::json!(-7.5), serde_json::json!("é\u{1f600}\n"),
            serde_json::json!([[], {"text": 1}]), serde_json::json!({"type": "text"}),
            serde_json::json!(true), serde_json::json!(u64::MAX),
        ];
        for (format, name) in SHAPES {
            let text = String::from_utf8(fixture(name)).unwrap();
            let values = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
            let mut values: Vec<Value> = values.filter_map(Result::ok).collect();
            let at = steps[0] % values.len();
            replace(&mut values[at], steps.iter().copied().skip(1), odd[with].clone());
            let text: Vec<String> = values.iter().map(Value::to_string).collect();
            let reading = read(format, text.join("\n").as_bytes());
            let shape = reading.skipped.iter().find(|skip| skip.reason.contains("unknown shape"));
            // Only a record that is no object at all has a shape that cannot be read.
            prop_assert!(shape.is_none_or(|skip| skip.reason.contains("expected struct")), "{name}: {shape:?}");
        }
    }
}
