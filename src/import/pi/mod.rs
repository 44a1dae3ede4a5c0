//! Pi, and OpenClaw, which keeps its sessions in the form of Pi.
//!
//! A session is a stream of entries. In later versions they form a tree: an entry names the one that it follows, and
//! where the developer went back, the file goes on with another branch. [`branches`] finds what was left, in a first
//! pass over the file; [`session`] puts the turns in order.

mod branches;
mod session;
mod wire;

use std::io;

use serde_json::{Map, Value};

use branches::Census;
use session::Telling;

use super::head::Head;
use super::records::each_record;
use super::source::Source;
use super::{Format, Reading, Skip, no_companion};

pub(super) const FORMAT: Format = Format {
    id: "pi",
    name: "Pi and OpenClaw",
    files: "sessions below ~/.pi/agent/sessions and ~/.openclaw/agents (JSON lines)",
    page: PAGE,
    recognise,
    companion: no_companion,
    read,
};

const PAGE: &str = "\
Files: ~/.pi/agent/sessions/FOLDER/TIME_ID.jsonl of Pi, and the sessions of OpenClaw, which have the same form.

Developer turns: messages of the user; steering, which is a message of the user's between a tool's result and what
the agent does with it. What looks like a command (/name) and reached the agent is a prompt like any other.

Events: answers that were aborted, errors of the service, compaction, commands that the developer ran (!), and turns
of branches that the developer left.

Left out: extensions' own entries and messages (shown folded), changes of model and of thinking level, labels.

Known by: the id in the session's head. Each turn keeps its entry's id, where entries have one, and its place in the
file. Nothing in a session of OpenClaw tells whether a person or a schedule gave a prompt.";

fn recognise(head: &Head) -> bool {
    head.records.iter().any(is_head)
}

fn is_head(record: &Map<String, Value>) -> bool {
    let text = |key: &str| record.get(key).and_then(Value::as_str);
    text("type") == Some("session")
        && text("id").is_some()
        && (text("cwd").is_some() || text("timestamp").is_some())
        && !record.contains_key("message")
        && !record.contains_key("uuid")
        && !record.contains_key("payload")
}

fn read(source: &Source) -> io::Result<Reading> {
    let census = Census::take(source.open()?)?;
    let mut telling = Telling::new(&source.path().to_string_lossy(), &census);
    let mut skipped = each_record(source.open()?, |record, place| {
        telling.record(record, place);
    })?;
    let session = telling.finish();
    if session.is_none() {
        skipped.push(Skip::whole("the session holds no messages"));
    }
    Ok(Reading {
        sessions: session.into_iter().collect(),
        skipped,
        ..Reading::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_of_a_session_is_recognised_and_other_agents_records_are_not() {
        let check = |text: &str, expected: bool| {
            assert_eq!(recognise(&Head::of(text.as_bytes())), expected, "{text}");
        };
        check(
            r#"{"type":"session","id":"a","timestamp":"2026-01-02T03:04:05Z","cwd":"/w"}"#,
            true,
        );
        check(
            "{\"type\":\"session\",\"version\":3,\"id\":\"a\",\"cwd\":\"/w\"}\n{\"type\":\"message\"}",
            true,
        );
        check(r#"{"type":"session","id":7,"cwd":"/w"}"#, false);
        check(r#"{"type":"session","id":"a"}"#, false);
        check(r#"{"type":"session_start","id":"a","cwd":"/w"}"#, false);
        check(
            r#"{"type":"session_meta","timestamp":"t","payload":{"id":"a"}}"#,
            false,
        );
    }
}
