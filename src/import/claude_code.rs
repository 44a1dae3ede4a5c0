//! Claude Code: the session files below `~/.claude/projects`, and the web variant with `loglines`.
//!
//! A `user` record is what the agent's service was told, and most of them nobody typed. [`user`] and [`text`]
//! say whose words it holds, [`results`] finds the words inside tool results, [`queue`] those typed while the agent
//! worked; [`session`] puts them in order.

mod aside;
mod branches;
mod entry;
mod queue;
mod refusals;
mod results;
mod session;
mod setting;
mod sub_agents;
mod text;
mod tools;
mod user;
mod wire;

use std::collections::HashMap;
use std::io::{self, BufRead, Read};
use std::path::Path;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::model::Surface;

use super::head::Head;
use super::records::{Place, each_record_read};
use super::source::Source;
use super::{Aside, Format, Reading, Skip};
use entry::{Entry, What};
pub(super) use refusals::{New, Refusals};
pub(super) use results::{Verdict, told};
pub(super) use text::{Act, is_typed, text_acts};
use wire::Record;

pub(super) const FORMAT: Format = Format {
    id: "claude-code",
    name: "Claude Code",
    files: "session files below ~/.claude/projects (JSON lines), and the web form with loglines",
    page: PAGE,
    recognise,
    companion,
    read,
};

const PAGE: &str = "\
Files: ~/.claude/projects/FOLDER/SESSION.jsonl (CLAUDE_CONFIG_DIR moves it), with the sub-agents in
SESSION/subagents or beside it (agent-ID.jsonl), and the one JSON object with loglines that the web program's
service gives.

Developer turns:
- prompts, with what the editor or a hook put into them left out
- slash commands with words (`/name words`); those without words, such as /clear, are no turns
- steering: what was typed while the agent worked, from queue-operation records or queued_command attachments;
  what was pulled back into the editor was not sent
- the words with which a tool call or a plan was refused, and the answers to the agent's questions, chosen
  or typed

Events: interruptions, refusals, plans that were accepted, compaction, turns that were taken back (a branch that
the chain of records leaves).

Left out: tool results, injected text and summaries of compaction (shown folded, never as the developer's words),
and ~/.claude/history.jsonl, which is a log of prompts. Sessions of sub-agents, whose prompts the agent gave, come
in with --sub-agents, known by the sub-agent's id; those of which every prompt is marked as a program's (promptSource
sdk, and no person named) with --machine-driven.

Known by: sessionId. Each turn keeps the record's uuid and its place in the file.";

/// Types of records that only Claude Code writes with a `sessionId`.
const TYPES: &[&str] = &[
    "ai-title",
    "agent-name",
    "attachment",
    "bridge-session",
    "custom-title",
    "file-history-delta",
    "last-prompt",
    "mode",
    "permission-mode",
    "pr-link",
    "progress",
    "queue-operation",
    "worktree-state",
];

fn recognise(head: &Head) -> bool {
    if let [only] = head.records.as_slice()
        && only.get("loglines").is_some_and(Value::is_array)
    {
        return true;
    }
    !head.records.iter().any(is_foreign) && head.records.iter().any(is_own)
}

/// What a file `agent-ID.meta.json` says of the sub-agent is read with that sub-agent's own file.
fn companion(head: &Head) -> bool {
    let name = head.path.file_name().and_then(|name| name.to_str());
    let fits = |name: &str| name.starts_with("agent-") && name.ends_with(".meta.json");
    let [only] = head.records.as_slice() else {
        return false;
    };
    name.is_some_and(fits) && only.contains_key("agentType")
}

/// Tells whether a record is Qwen Code's, which has the same envelope.
fn is_foreign(record: &Map<String, Value>) -> bool {
    let parts = record
        .get("message")
        .is_some_and(|message| message.get("parts").is_some());
    parts || record.contains_key("systemPayload")
}

fn is_own(record: &Map<String, Value>) -> bool {
    let has = |key: &str| record.get(key).is_some_and(Value::is_string);
    let Some(kind) = record.get("type").and_then(Value::as_str) else {
        return false;
    };
    let has_session = has("sessionId") || has("session_id");
    match kind {
        "user" | "assistant" => match record.get("message") {
            Some(Value::Object(message)) => {
                let named = has_session || has("uuid") || has("timestamp");
                named && message.contains_key("content")
            }
            Some(Value::String(_)) => has_session && has("uuid"),
            _ => false,
        },
        "system" => has_session && has("uuid") && record.contains_key("subtype"),
        "summary" => has("summary") && has("leafUuid"),
        "file-history-snapshot" => has("messageId") && record.contains_key("snapshot"),
        _ => has_session && TYPES.contains(&kind),
    }
}

fn read(source: &Source) -> io::Result<Reading> {
    let mut file = source.open()?;
    let mut entries = Vec::new();
    let (mut skipped, mut is_web) = (Vec::new(), false);
    if may_be_web(file.fill_buf()?) {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        is_web = read_web(&bytes, &mut entries, &mut skipped);
        if !is_web {
            skipped = read_stream(&*bytes, &mut entries)?;
        }
    } else {
        skipped = read_stream(file, &mut entries)?;
    }
    let mut reading = Reading::default();
    for entries in split(entries) {
        if sub_agents::is_sub_agent(&entries) {
            match sub_agents::of_file(entries, source) {
                Some(session) => reading.aside.push((Aside::SubAgent, session)),
                None => skipped.push(Skip::whole("a sub-agent that only warmed up")),
            }
        } else {
            add(entries, source.path(), is_web, &mut reading);
        }
    }
    if reading.sessions.is_empty() && reading.aside.is_empty() && skipped.is_empty() {
        skipped.push(Skip::whole("the file holds no conversation"));
    }
    reading.skipped = skipped;
    Ok(reading)
}

/// Adds a session, and those of the sub-agents inside it.
fn add(entries: Vec<Entry>, path: &Path, is_web: bool, reading: &mut Reading) {
    let is_machine_driven = sub_agents::is_machine_driven(&entries);
    let told = session::replay(entries, &path.to_string_lossy(), None);
    let Some(mut session) = told.session else {
        return;
    };
    if is_web {
        session.surface.get_or_insert(Surface::App);
    }
    let inside = sub_agents::inside(told.aside, path, &session.key);
    if is_machine_driven {
        reading.aside.push((Aside::Machine, session));
    } else {
        reading.sessions.push(session);
    }
    let inside = inside.into_iter().map(|session| (Aside::SubAgent, session));
    reading.aside.extend(inside);
}

fn may_be_web(start: &[u8]) -> bool {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let mut quoted = start.split(|&byte| byte == b'"');
    start.trim_ascii_start().first() == Some(&b'{') && quoted.any(|text| text == b"loglines")
}

/// Reads the one object of the web variant; `false` where the file is a stream that only mentions its key.
fn read_web(bytes: &[u8], entries: &mut Vec<Entry>, skipped: &mut Vec<Skip>) -> bool {
    #[derive(serde::Deserialize)]
    struct Web<'a> {
        #[serde(borrow)]
        loglines: Vec<&'a RawValue>,
    }
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let Ok(web) = serde_json::from_str::<Web>(text) else {
        return false;
    };
    let start = text.as_ptr().addr();
    let (mut line, mut counted) = (1, 0);
    for raw in web.loglines {
        let offset = raw.get().as_ptr().addr() - start;
        let between = &text.as_bytes()[counted..offset];
        line += between.split(|&byte| byte == b'\n').count() as u64 - 1;
        counted = offset;
        let offset = (bytes.len().saturating_sub(text.len()) + offset) as u64;
        take(Record::read(raw), Place { line, offset }, entries, skipped);
    }
    true
}

fn read_stream(input: impl BufRead, entries: &mut Vec<Entry>) -> io::Result<Vec<Skip>> {
    let mut strange = Vec::new();
    let mut skipped = each_record_read(input, line, |record, place| {
        take(record, place, entries, &mut strange);
    })?;
    skipped.append(&mut strange);
    skipped.sort_by_key(|skip| skip.line);
    Ok(skipped)
}

/// Reads the record of a line; `None` where it is another value.
fn line(json: &[u8]) -> serde_json::Result<Option<Record>> {
    if json.trim_ascii_start().starts_with(b"{")
        && let Ok(record) = serde_json::from_slice(json)
    {
        return Ok(Some(record));
    }
    // The longer way, by a copy of the line, is for what is no plain record.
    let raw: Box<RawValue> = serde_json::from_slice(json)?;
    Ok(Record::read(&raw))
}

fn take(record: Option<Record>, place: Place, entries: &mut Vec<Entry>, skipped: &mut Vec<Skip>) {
    match record {
        Some(record) => entries.push(Entry::new(record, place)),
        None => skipped.push(Skip::at_line(place.line, "the record is not a JSON object")),
    }
}

/// Splits the entries of a file in which several sessions stand one after another.
///
/// A file of one session can hold a second id, that of the session it continues; there the chain of records
/// goes on. Only a record without a parent begins another session.
fn split(entries: Vec<Entry>) -> Vec<Vec<Entry>> {
    let mut groups: Vec<Vec<Entry>> = vec![Vec::new()];
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut current = 0;
    for entry in entries {
        let talks = matches!(entry.what, What::User(_) | What::Agent(_)) && !entry.aside;
        if let Some(id) = &entry.session {
            if let Some(&group) = known.get(id) {
                current = group;
            } else if talks {
                if !known.is_empty() && entry.parent.is_none() {
                    groups.push(Vec::new());
                    current = groups.len() - 1;
                }
                known.insert(id.clone(), current);
            }
        }
        groups[current].push(entry);
    }
    groups
}
