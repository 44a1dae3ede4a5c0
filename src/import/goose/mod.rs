//! Goose: the database in which it keeps its sessions, sessions that were exported, and the session files that it wrote
//! before it kept a database.
//!
//! A session has messages of one form wherever it stands: [`store`] reads the rows of the database, this file the rest.

mod store;

use std::io::{self, BufRead as _};

use serde::Deserialize;
use serde_json::Value;

use crate::model::{EventKind, Session, ToolStatus, TurnKind};

use super::builder::Origin;
use super::chat::{self, Chat};
use super::database::MAGIC;
use super::head::Head;
use super::lenient;
use super::pieces::{Document, Piece};
use super::source::Source;
use super::{Aside, Format, Reading, Skip, no_companion};

pub(super) const FORMAT: Format = Format {
    id: "goose",
    name: "Goose",
    files: "sessions.db (SQLite), exported sessions (JSON) and, before 1.10, session files (JSON lines)",
    page: PAGE,
    recognise,
    companion: no_companion,
    read,
};

const PAGE: &str = "\
Files: the database ~/.local/share/goose/sessions/sessions.db, what `goose session export --format
json` writes, and sessions/ID.jsonl of versions before 1.10, in which the first line tells of the
session and each further line is a message. A database is opened for reading only; one that Goose
has open is copied first, with the log of its last writes.

Developer turns: the text of the user's messages that the program shows to the user.

Events: interruptions and refusals that stand in the result of a call, compaction.

Left out: results of tools (shown with their calls), hidden messages such as summaries (shown
folded), sessions of a database that were opened and hold no message. Sessions of sub-agents,
scheduled and hidden ones stand aside, since no developer gave their prompts.

Known by: the session's id with the time of its making, since ids count the sessions of one day on
one machine; a session file has none and is known by its developer's words. Each turn keeps the
message's id and its place in the file; a database has no places.";

/// The answer of the program where the developer refuses a call.
const DECLINED: &str = "The user has declined to run this tool";
/// The answer of the program where the developer stops it during a call.
const STOPPED: &str = "Interrupted by the user";

/// A message. A field may hold anything.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Message {
    id: Value,
    role: Value,
    created: Value,
    content: Value,
    metadata: Value,
}

fn recognise(head: &Head) -> bool {
    if head.text.starts_with(MAGIC) {
        return store::recognise(head);
    }
    let document = &head.document;
    if document["conversation"].is_array() {
        return has_folder(document);
    }
    let mut records = head.records.iter();
    let told = records.next().is_some_and(|first| {
        first.contains_key("working_dir")
            && !first.contains_key("role")
            && !first.contains_key("type")
    });
    told && records.all(|record| record.contains_key("role") && record.contains_key("content"))
}

fn has_folder(document: &Value) -> bool {
    ["working_dir", "workingDir"]
        .iter()
        .any(|key| document[*key].is_string())
}

fn read(source: &Source) -> io::Result<Reading> {
    if source.open()?.fill_buf()?.starts_with(MAGIC.as_bytes()) {
        return store::read(source);
    }
    let document = Document::read(source)?;
    let (roots, skipped) = document.roots();
    let mut chat = Chat::new(&source.path().to_string_lossy(), FORMAT.id, "Goose");
    chat.skipped = skipped;
    let mut aside = None;
    let mut messages = roots.into_iter();
    if let Some(first) = messages.next() {
        let object = first.object();
        aside = head(|key| object.value(key), &mut chat);
        match object.get("conversation") {
            Some(conversation) => read_messages(conversation.items(), &mut chat),
            None if object.get("role").is_some() => read_messages(vec![first], &mut chat),
            None => (),
        }
    }
    read_messages(messages.collect(), &mut chat);
    let (session, skipped) = chat.finish();
    let mut reading = Reading {
        skipped,
        ..Reading::default()
    };
    put(session, aside, &mut reading);
    Ok(reading.in_order())
}

/// Puts a session where it belongs: aside, where no developer gave its prompts.
fn put(session: Option<Session>, aside: Option<Aside>, reading: &mut Reading) {
    match aside {
        Some(why) => reading.aside.extend(session.map(|session| (why, session))),
        None => reading.sessions.extend(session),
    }
}

/// Takes what is known of the session from its fields; tells why it is no developer's.
fn head(field: impl Fn(&str) -> Value, chat: &mut Chat) -> Option<Aside> {
    let text = |key: &str| match field(key) {
        Value::String(text) => lenient::filled(&text).map(str::to_owned),
        _ => None,
    };
    let model = field("model_config");
    chat.builder
        .model(model["model_name"].as_str().unwrap_or_default());
    let session = &mut chat.builder.session;
    session.folder = text("working_dir").or_else(|| text("workingDir"));
    session.title = text("name").or_else(|| text("description"));
    let started = lenient::moment(&field("created_at"));
    session.started = started;
    session.ended = lenient::moment(&field("updated_at"));
    if let Some(id) = text("id") {
        session.key = match started {
            Some(time) => format!("{id}@{}", time.0),
            None => id,
        };
    }
    match text("session_type").as_deref() {
        Some("sub_agent" | "subagent") => Some(Aside::SubAgent),
        Some("scheduled" | "hidden") => Some(Aside::Machine),
        // Versions that did not know of types yet told only which schedule a session was made for.
        _ => text("schedule_id").map(|_| Aside::Machine),
    }
}

fn read_messages(pieces: Vec<Piece>, chat: &mut Chat) {
    for piece in pieces {
        match piece.read::<Message>() {
            Ok(message) => {
                if let Err(reason) = take(chat, &message, Some(piece.place.offset)) {
                    chat.skipped.push(Skip::at_line(piece.place.line, reason));
                }
            }
            Err(skip) => chat.skipped.push(skip),
        }
    }
}

/// Takes a message, which begins at a place of a file that has places; gives why it was left out where it was.
fn take(chat: &mut Chat, message: &Message, place: Option<u64>) -> Result<(), &'static str> {
    let origin = Origin {
        native_id: lenient::id(&message.id),
        time: lenient::moment(&message.created),
        place,
    };
    if message.metadata["userVisible"] == Value::Bool(false) {
        chat.injected("hidden", &chat::words(&message.content), origin);
        return Ok(());
    }
    let is_agent = message.role == "assistant";
    let mut has_results = false;
    for block in message.content.as_array().into_iter().flatten() {
        has_results |= block["type"] == "toolResponse";
        if is_agent && block["type"] == "text" {
            let text = block["text"].as_str().unwrap_or_default();
            chat.said(text, origin.clone());
        } else {
            machinery(chat, block, origin.clone());
        }
    }
    if is_agent {
        return Ok(());
    }
    let words = chat::words(&message.content);
    match message.role.as_str() {
        Some("user") if !words.trim().is_empty() => {
            chat.developer(TurnKind::Prompt, words, origin);
            Ok(())
        }
        Some("user") if has_results => Ok(()),
        Some("user") => Err(chat::WITHOUT_WORDS),
        _ => Err("a message of an unknown role"),
    }
}

/// Takes a block of which nobody typed the words.
fn machinery(chat: &mut Chat, block: &Value, origin: Origin) {
    let text = |key: &str| block[key].as_str().unwrap_or_default();
    match text("type") {
        "thinking" => chat.thought(text("thinking"), origin),
        "toolRequest" | "frontendToolRequest" => {
            let call = &block["toolCall"]["value"];
            let name = call["name"].as_str().unwrap_or("tool");
            chat.call(text("id"), name, &call["arguments"], origin);
        }
        "toolResponse" => response(chat, text("id"), &block["toolResult"], origin),
        "conversationCompacted" | "summarizationRequested" => {
            let builder = &mut chat.builder;
            builder.agent_event(EventKind::Compacted, "", origin.clone());
            chat.injected("summary", text("msg"), origin);
        }
        "systemNotification" => chat.injected("notification", text("msg"), origin),
        _ => (),
    }
}

/// Takes the result of a call, which says so where the developer did not let it run.
fn response(chat: &mut Chat, id: &str, result: &Value, origin: Origin) {
    let value = &result["value"];
    // Newer versions wrap the blocks.
    let content = value.get("content").unwrap_or(value);
    let error = result["error"].as_str().unwrap_or_default();
    let output = [chat::words(content).as_str(), error].concat();
    let failed = result["status"] == "error" || value["isError"] == Value::Bool(true);
    let is_declined = output.starts_with(DECLINED);
    let status = match failed {
        _ if is_declined => ToolStatus::Refused,
        true => ToolStatus::Failed,
        false => ToolStatus::Done,
    };
    let name = chat.builder.call_name(id).unwrap_or_default().to_owned();
    chat.result(id, &output, Some(status), origin.clone());
    let builder = &mut chat.builder;
    if is_declined {
        builder.call_event(id, EventKind::Refused, &name, origin);
    } else if failed && error.contains(STOPPED) {
        builder.call_event(id, EventKind::Interrupted, &name, origin);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_of_both_kinds_are_recognised_and_nothing_else() {
        let check = |text: &str, expected: bool| {
            assert_eq!(recognise(&Head::of(text.as_bytes())), expected, "{text}");
        };
        check(r#"{"id":"a","working_dir":"/w","conversation":[]}"#, true);
        check(
            "{\"working_dir\":\"/w\"}\n{\"role\":\"user\",\"content\":[]}",
            true,
        );
        check(r#"{"working_dir":"/w","description":"d"}"#, true);
        check(r#"{"conversation":[]}"#, false);
        check(r#"{"working_dir":"/w","role":"user"}"#, false);
        check("{\"working_dir\":\"/w\"}\n{\"other\":1}", false);
    }
}
