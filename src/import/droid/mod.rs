//! Factory Droid: the sessions that it stores, and what `droid exec -o stream-json` prints.

mod session;
mod text;
mod wire;

use std::io;

use serde_json::{Map, Value};

use session::Telling;

use super::head::Head;
use super::records::each_record;
use super::source::Source;
use super::{Format, Reading, Skip};

pub(super) const FORMAT: Format = Format {
    id: "droid",
    name: "Factory Droid",
    files: "sessions below ~/.factory/sessions, and the stream of droid exec -o stream-json (JSON lines)",
    page: PAGE,
    recognise,
    companion,
    read,
};

const PAGE: &str = "\
Files: ~/.factory/sessions/FOLDER/ID.jsonl, and what droid exec -o stream-json prints. ID.settings.json belongs to the
session that lies beside it.

Developer turns: the words of the user, without the reminders that the program puts around them; words that stand
beside a tool's result were typed while the agent worked.

Events: calls that were refused or cancelled, as far as the result says so in words that are known; errors;
compaction.

Left out: results, reminders and summaries (shown folded), lists of things to do. A stream is no developer's session:
a program gave its prompt, so it goes aside. A session that another one called is a sub-agent's.

Known by: the id in the session's head. Each turn keeps its record's id and its place in the file. How Droid words a
refusal is known from few versions.";

fn recognise(head: &Head) -> bool {
    head.records
        .iter()
        .any(|record| is_head(record) || is_streamed(record))
}

fn text<'a>(record: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    record.get(key)?.as_str()
}

fn is_head(record: &Map<String, Value>) -> bool {
    text(record, "type") == Some("session_start") && text(record, "id").is_some()
}

/// Tells whether a record is one of a stream: flat, with the session's id, and without an envelope.
fn is_streamed(record: &Map<String, Value>) -> bool {
    let has_session = text(record, "session_id").is_some() || text(record, "sessionId").is_some();
    let has = |key: &str| record.contains_key(key);
    has_session
        && !has("uuid")
        && match text(record, "type") {
            Some("message") => text(record, "role").is_some() && text(record, "text").is_some(),
            Some("tool_call") => has("toolName") && has("parameters"),
            Some("completion") => has("finalText"),
            _ => false,
        }
}

fn companion(head: &Head) -> bool {
    let name = head.path.file_name().unwrap_or_default();
    let session = name
        .to_string_lossy()
        .strip_suffix(".settings.json")
        .map(|id| head.path.with_file_name(format!("{id}.jsonl")));
    session.is_some_and(|session| session.exists())
}

fn read(source: &Source) -> io::Result<Reading> {
    let mut telling = Telling::new(&source.path().to_string_lossy());
    let mut skipped = each_record(source.open()?, |record, place| {
        telling.record(record, place);
    })?;
    let mut reading = Reading::default();
    match telling.finish() {
        Some((session, Some(aside))) => reading.aside.push((aside, session)),
        Some((session, None)) => reading.sessions.push(session),
        None => skipped.push(Skip::whole("the session holds no messages")),
    }
    reading.skipped = skipped;
    Ok(reading)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_sessions_and_streams_are_recognised_and_nothing_else() {
        let check = |text: &str, expected: bool| {
            assert_eq!(recognise(&Head::of(text.as_bytes())), expected, "{text}");
        };
        check(r#"{"type":"session_start","id":"a","title":"t"}"#, true);
        check(
            r#"{"type":"message","session_id":"a","role":"user","text":"x"}"#,
            true,
        );
        check(
            "{\"type\":\"system\",\"sessionId\":\"a\"}\n{\"type\":\"tool_call\",\"sessionId\":\"a\",\"toolName\":\"Run\",\"parameters\":{}}",
            true,
        );
        check(r#"{"type":"session_start","session_id":"a"}"#, false);
        check(
            r#"{"type":"system","subtype":"init","session_id":"a","uuid":"b"}"#,
            false,
        );
        check(
            r#"{"type":"message","id":"m","message":{"role":"user","content":"x"}}"#,
            false,
        );
        check(
            r#"{"type":"session","id":"a","timestamp":"t","cwd":"/w"}"#,
            false,
        );
    }
}
