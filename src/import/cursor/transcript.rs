//! Transcripts of Cursor's agent, below `~/.cursor/projects/FOLDER/agent-transcripts`: JSON lines, and the text
//! of older versions.
//!
//! Nothing in them names the session, the time or the model: the file's name is the session's id.

use std::io;
use std::path::Path;

use serde_json::{Map, Value};

use crate::import::builder::Origin;
use crate::import::head::Head;
use crate::import::lenient;
use crate::import::records::{Place, each_record};
use crate::import::source::Source;
use crate::import::{Aside, Format, Reading, Skip, no_companion};
use crate::model::EventKind;

use super::plain;
use super::telling::Telling;

pub(in crate::import) const FORMAT: Format = Format {
    id: "cursor-agent",
    name: "Cursor agent",
    files: "transcripts below ~/.cursor/projects/FOLDER/agent-transcripts (JSON lines, older ones as text)",
    page: PAGE,
    recognise,
    companion: no_companion,
    read,
};

const PAGE: &str = "\
Files: ~/.cursor/projects/FOLDER/agent-transcripts/SESSION/SESSION.jsonl, or SESSION.jsonl and SESSION.txt beside
one another in older versions.

Developer turns: the text of messages of the user; where it has an element user_query, only what stands in it.

Events: turns that ended because they were stopped, or by an error, where the file says so. Refusals are not
recorded.

Left out: what Cursor puts around the words (shown folded), hidden reasoning. The files below subagents/ are
sessions in which an agent gives the prompts, and counted as such.

Known by: the file's name or that of its folder where it is a UUID, else by its developer turns. The file names
neither time, model nor folder. Each turn keeps its place in the file.";

fn recognise(head: &Head) -> bool {
    let mut records = head.records.iter().filter(|record| has_role(record));
    match records.next() {
        Some(_) => !head.records.iter().any(is_foreign),
        None => head.records.is_empty() && plain::is_transcript(&head.text),
    }
}

fn has_role(record: &Map<String, Value>) -> bool {
    let role = record.get("role").and_then(Value::as_str);
    let content = record
        .get("message")
        .and_then(|message| message.get("content"));
    matches!(role, Some("user" | "assistant"))
        && content.is_some_and(|content| content.is_array() || content.is_string())
}

/// Tells whether a record has what other agents give to theirs.
fn is_foreign(record: &Map<String, Value>) -> bool {
    ["uuid", "sessionId", "session_id", "parentId"]
        .iter()
        .any(|&key| record.contains_key(key))
}

fn read(source: &Source) -> io::Result<Reading> {
    let path = source.path();
    let mut telling = Telling::new(&path.to_string_lossy(), FORMAT.id);
    telling.builder.session.key = own_id(path).unwrap_or_default();
    let mut skipped = Vec::new();
    if Head::read(source)?.records.is_empty() {
        plain::tell(&source.read()?, &mut telling);
    } else {
        skipped = each_record(source.open()?, |record: Value, place| {
            take(&record, place, &mut telling);
        })?;
    }
    skipped.append(&mut telling.skipped);
    skipped.sort_by_key(|skip| skip.line);
    Ok(reading(path, telling, skipped))
}

fn take(record: &Value, place: Place, telling: &mut Telling) {
    let origin = Origin {
        native_id: None,
        time: None,
        place: Some(place.offset),
    };
    let content = &record["message"]["content"];
    match record["role"].as_str() {
        Some("user") => telling.user(content, &origin, Some(place.line)),
        Some("assistant") => telling.agent(content, &origin),
        _ if record["type"] == "turn_ended" => {
            ended(
                record["status"].as_str().unwrap_or_default(),
                origin,
                telling,
            );
        }
        _ => (),
    }
}

fn ended(status: &str, origin: Origin, telling: &mut Telling) {
    match status {
        "aborted" | "cancelled" | "canceled" | "interrupted" => {
            telling.builder.event(EventKind::Interrupted, "", origin);
        }
        "error" | "failed" => telling.builder.agent_event(EventKind::Error, "", origin),
        _ => (),
    }
}

fn reading(path: &Path, telling: Telling, mut skipped: Vec<Skip>) -> Reading {
    let mut reading = Reading::default();
    if telling.builder.is_empty() {
        skipped.push(Skip::whole("the session holds no messages"));
    } else {
        let mut session = telling.builder.finish();
        if is_sub_agents(path) {
            session.parent = parent_id(path);
            reading.aside.push((Aside::SubAgent, session));
        } else {
            reading.sessions.push(session);
        }
    }
    reading.skipped = skipped;
    reading
}

/// Gives the session's id where the file's name is one.
fn own_id(path: &Path) -> Option<String> {
    let name = path.file_stem()?.to_str()?;
    lenient::is_uuid(name).then(|| name.to_owned())
}

fn is_sub_agents(path: &Path) -> bool {
    path.parent()
        .and_then(Path::file_name)
        .is_some_and(|folder| folder == "subagents")
}

/// Gives the session whose folder the transcripts of its sub-agents lie in.
fn parent_id(path: &Path) -> Option<String> {
    let folder = path.parent()?.parent()?.file_name()?.to_str()?;
    lenient::is_uuid(folder).then(|| folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transcripts_are_recognised_and_nothing_else() {
        let check = |text: &str, expected: bool| {
            assert_eq!(recognise(&Head::of(text.as_bytes())), expected, "{text}");
        };
        check(
            r#"{"role":"user","message":{"content":[{"type":"text","text":"x"}]}}"#,
            true,
        );
        check(r#"{"role":"assistant","message":{"content":"x"}}"#, true);
        check(
            r#"{"role":"user","sessionId":"s","message":{"content":"x"}}"#,
            false,
        );
        check(r#"{"role":"user","content":"x"}"#, false);
        check(
            r#"{"type":"user","uuid":"u","message":{"role":"user","content":"x"}}"#,
            false,
        );
        check("user:\n<user_query>\nx\n</user_query>\n", true);
        check("user:\nx\n\nassistant:\ny\n", true);
        check("user:\nx\n", false);
        check("name: x\nuser:\n", false);
    }
}
