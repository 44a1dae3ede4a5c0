//! Codex rollouts: the event log of the terminal program, the editor extension and the desktop program.
//!
//! Three generations are read: records wrapped in `{timestamp, type, payload}`, the bare items that stood in
//! files before, and the flat `{timestamp, role, content}`. A message can stand in a file twice, as an event
//! and as an item for the model, and only the whole file tells which of the two to take: it is read twice.

mod census;
mod items;
mod pace;
mod reader;
mod results;
mod tools;
mod wire;
mod words;

use std::io::{self, BufRead};
use std::path::Path;

use serde_json::{Map, Value};

use census::Census;
use reader::Reader;

use super::head::Head;
use super::records::each_record;
use super::source::Source;
use super::{Format, Reading, no_companion};

pub(super) const FORMAT: Format = Format {
    id: "codex",
    name: "Codex",
    files: "rollouts below ~/.codex/sessions (JSON lines)",
    page: PAGE,
    recognise,
    companion: no_companion,
    read,
};

const PAGE: &str = "\
Files: ~/.codex/sessions/YEAR/MONTH/DAY/rollout-TIME-ID.jsonl of the terminal program, the editor extension and
the desktop program, in three generations: records with a payload, bare items, and flat {timestamp, role,
content}.

Developer turns: messages of the user, from events where the file has them and else from the items for the model,
without what the program put around them (instructions, environment, the state of the editor); steering; answers
to the agent's questions.

Events: turns that were aborted, calls that the developer refused, compaction, turns that were rolled back.

Left out: instructions and context that nobody typed (shown folded), ~/.codex/history.jsonl (a log of prompts), and
the stream of codex exec --json, which holds no words of the developer. Sessions whose head says that another agent
gave the prompts come in with --sub-agents, those of Codex's own programs with --machine-driven.

Known by: the id in the session's head. Each turn keeps its place in the file.";

/// Types of the records that wrap a payload.
const WRAPPERS: [&str; 6] = [
    "session_meta",
    "response_item",
    "event_msg",
    "turn_context",
    "compacted",
    "world_state",
];

fn recognise(head: &Head) -> bool {
    head.records
        .iter()
        .any(|record| is_wrapped(record) || is_bare(record) || is_flat(record))
        || head.records.len() == 1 && head.records.first().is_some_and(is_header)
}

fn word<'a>(record: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    record.get(key)?.as_str()
}

fn is_wrapped(record: &Map<String, Value>) -> bool {
    record.get("payload").is_some_and(Value::is_object)
        && word(record, "type").is_some_and(|kind| WRAPPERS.contains(&kind))
}

fn is_bare(record: &Map<String, Value>) -> bool {
    let blocks = || {
        record.get("content")?.as_array()?.iter().find(|block| {
            matches!(
                block["type"].as_str(),
                Some("input_text" | "output_text" | "input_image")
            )
        })
    };
    match word(record, "type") {
        None => word(record, "record_type") == Some("state"),
        Some("message") => record.contains_key("role") && blocks().is_some(),
        Some("function_call") => record.contains_key("call_id") && record.contains_key("arguments"),
        Some("function_call_output") => {
            record.contains_key("call_id") && record.contains_key("output")
        }
        Some(_) => false,
    }
}

fn is_flat(record: &Map<String, Value>) -> bool {
    let foreign = ["type", "uuid", "sessionId", "session_id", "id"];
    let time = word(record, "timestamp").or_else(|| word(record, "created_at"));
    let words = word(record, "content").or_else(|| word(record, "message"));
    time.is_some()
        && words.is_some()
        && matches!(word(record, "role"), Some("user" | "assistant"))
        && !foreign.iter().any(|&key| record.contains_key(key))
}

fn is_header(record: &Map<String, Value>) -> bool {
    let has = |key| record.contains_key(key);
    has("id") && has("timestamp") && has("instructions") && !has("type")
}

fn read(source: &Source) -> io::Result<Reading> {
    let census = Census::take(source.open()?)?;
    second_pass(source.path(), source.open()?, &census)
}

/// Reads the turns, now that it is known which records hold them.
fn second_pass(path: &Path, input: impl BufRead, census: &Census) -> io::Result<Reading> {
    let mut reader = Reader::new(&path.to_string_lossy(), census);
    let mut skipped = each_record(input, |record, place| reader.record(record, place))?;
    let (session, left_out) = reader.finish();
    skipped.extend(left_out);
    skipped.sort_by_key(|skip| skip.line);
    let mut reading = Reading {
        skipped,
        ..Reading::default()
    };
    match (session, &census.aside) {
        (Some(mut session), Some((why, parent))) => {
            session.parent = parent.clone().or(session.parent);
            reading.aside.push((*why, session));
        }
        (session, _) => reading.sessions.extend(session),
    }
    Ok(reading)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rollouts_of_each_generation_are_recognised_and_nothing_else() {
        let check = |text: &str, expected: bool| {
            assert_eq!(recognise(&Head::of(text.as_bytes())), expected, "{text}");
        };
        check(
            r#"{"timestamp":"2026-01-02T03:04:05Z","type":"session_meta","payload":{"id":"a"}}"#,
            true,
        );
        check(
            r#"{"id":"a","timestamp":"2025-08-02T03:04:05Z","instructions":null}"#,
            true,
        );
        check(r#"{"record_type":"state"}"#, true);
        check(
            r#"{"type":"message","role":"user","content":[{"type":"input_text","text":"x"}]}"#,
            true,
        );
        check(
            r#"{"timestamp":"2025-08-02T03:04:05Z","role":"user","content":"x"}"#,
            true,
        );
        check(r#"{"session_id":"a","ts":1,"text":"x"}"#, false);
        check(
            "{\"type\":\"thread.started\",\"thread_id\":\"a\"}\n{\"type\":\"item.completed\",\"item\":{}}",
            false,
        );
        check(
            "{\"id\":\"a\",\"timestamp\":\"t\",\"instructions\":\"i\"}\n{\"type\":\"Message\",\"role\":\"user\",\"content\":\"x\"}",
            false,
        );
        check(
            r#"{"type":"reasoning","id":"a","summary":[],"encrypted_content":"x"}"#,
            false,
        );
        check(
            r#"{"role":"user","message":{"content":[{"type":"text","text":"x"}]}}"#,
            false,
        );
        check(
            r#"{"type":"user","uuid":"a","sessionId":"b","message":{"role":"user","content":"x"}}"#,
            false,
        );
    }
}
