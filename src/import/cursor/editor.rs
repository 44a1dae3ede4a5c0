//! The database of Cursor's editor: `state.vscdb`, in which each conversation is a row and each message another.

use std::collections::HashSet;
use std::io;

use serde_json::Value;

use crate::import::builder::{Origin, SessionBuilder};
use crate::import::calls::{self, Shown};
use crate::import::database::{self, Database, Error, Pairs};
use crate::import::head::Head;
use crate::import::lenient;
use crate::import::source::Source;
use crate::import::{Aside, Format, Reading, Skip, no_companion};
use crate::model::{EventKind, Surface, ToolStatus, TurnKind};

use super::words::words;

pub(in crate::import) const FORMAT: Format = Format {
    id: "cursor-ide",
    name: "Cursor editor",
    files: "the editor's database state.vscdb below Cursor/User/globalStorage (SQLite)",
    page: PAGE,
    recognise,
    companion: no_companion,
    read,
};

const PAGE: &str = "\
Files: state.vscdb in User/globalStorage of Cursor's settings folder: the tables cursorDiskKV and ItemTable. It is
opened for reading only; one that Cursor has open is copied first, with the log of its last writes.

Developer turns: the text of messages of the user, in the order of the conversation's list of messages.

Events: tool calls that the developer rejected, tool calls and conversations that were cancelled.

Left out: conversations without messages (drafts), those of sub-agents (counted as such), what the editor put around
the words (shown folded). Messages that the list names and the database does not hold are reported.

Known by: composerId; each turn keeps its bubbleId. A database has no place in a file.";

const ROWS: Pairs = Pairs {
    table: "cursorDiskKV",
    key: "key",
    value: "value",
};

/// The number that says of a message that it is a tool call.
const TOOL: u64 = 15;

fn recognise(head: &Head) -> bool {
    head.text.starts_with("SQLite format 3\0")
        && head.text.contains("CREATE TABLE cursorDiskKV")
        && head.text.contains("CREATE TABLE ItemTable")
}

fn read(source: &Source) -> io::Result<Reading> {
    let path = source.path().to_string_lossy();
    let mut reading = database::read(source, |database, reading| {
        if !database.has(&[ROWS])? {
            return Ok(());
        }
        database.each(
            ROWS,
            "composerData:",
            |key, value| match serde_json::from_slice(value) {
                Ok(Value::Null) => Ok(()),
                Ok(composer) => conversation(database, key, &composer, &path, reading),
                Err(_) => {
                    let reason = format!("the conversation {key} is no valid JSON");
                    reading.skipped.push(Skip::whole(reason));
                    Ok(())
                }
            },
        )
    })?;
    let is_silent = reading.sessions.is_empty() && reading.aside.is_empty();
    if is_silent && reading.skipped.is_empty() {
        let reason = "the database holds no conversations";
        reading.skipped.push(Skip::whole(reason));
    }
    Ok(reading)
}

/// Reads a conversation with its messages, which older versions keep in the conversation's own row.
fn conversation(
    database: &Database,
    key: &str,
    composer: &Value,
    path: &str,
    reading: &mut Reading,
) -> Result<(), Error> {
    let id = lenient::text(composer, "composerId")
        .or_else(|| key.split_once(':').map(|(_, id)| id))
        .unwrap_or(key);
    let mut telling = Telling::new(composer, id, path);
    for bubble in lenient::items(composer, "conversation") {
        telling.bubble(bubble);
    }
    let mut seen = HashSet::new();
    for header in lenient::items(composer, "fullConversationHeadersOnly") {
        let Some(bubble) = lenient::text(header, "bubbleId").filter(|bubble| seen.insert(*bubble))
        else {
            continue;
        };
        let row = database.value(ROWS, &format!("bubbleId:{id}:{bubble}"))?;
        match row.and_then(|row| serde_json::from_slice(&row).ok()) {
            Some(bubble) => telling.bubble(&bubble),
            None => telling.missing += 1,
        }
    }
    telling.finish(composer, reading);
    Ok(())
}

/// A conversation that is being told.
struct Telling {
    builder: SessionBuilder,
    missing: usize,
    wordless: usize,
}

impl Telling {
    fn new(composer: &Value, id: &str, path: &str) -> Telling {
        let mut builder = SessionBuilder::new(path, FORMAT.id);
        let session = &mut builder.session;
        id.clone_into(&mut session.key);
        "Cursor".clone_into(&mut session.agent);
        session.surface = Some(Surface::Ide);
        session.title = lenient::text(composer, "name").map(str::to_owned);
        session.started = lenient::moment(&composer["createdAt"]);
        session.ended = lenient::moment(&composer["lastUpdatedAt"]).or(session.started);
        let folder = &composer["workspaceIdentifier"]["uri"];
        session.folder = lenient::text(folder, "fsPath").map(str::to_owned);
        let mut telling = Telling {
            builder,
            missing: 0,
            wordless: 0,
        };
        telling.model(&composer["modelConfig"]);
        telling
    }

    fn model(&mut self, config: &Value) {
        let name = lenient::text(config, "modelName").filter(|name| *name != "default");
        self.builder.model(name.unwrap_or_default());
    }

    fn bubble(&mut self, bubble: &Value) {
        let time = lenient::moment(&bubble["createdAt"])
            .or_else(|| lenient::moment(&bubble["timingInfo"]["clientStartTime"]));
        let origin = Origin {
            native_id: lenient::text(bubble, "bubbleId").map(str::to_owned),
            time,
            place: None,
        };
        match bubble["type"].as_u64() {
            Some(1) => self.user(bubble, origin),
            Some(2) => self.agent(bubble, &origin),
            _ => (),
        }
    }

    fn user(&mut self, bubble: &Value, origin: Origin) {
        let found = words(lenient::text(bubble, "text").unwrap_or_default());
        let is_folded = !found.injected.is_empty();
        if is_folded {
            self.builder
                .injected("context", found.injected, origin.clone());
        }
        let typed = match (found.typed.is_empty(), lenient::items(bubble, "images")) {
            (false, _) => found.typed,
            (true, []) => {
                self.wordless += usize::from(!is_folded);
                return;
            }
            (true, _) => "[image]".to_owned(),
        };
        self.builder.developer(TurnKind::Prompt, typed, origin);
    }

    fn agent(&mut self, bubble: &Value, origin: &Origin) {
        self.model(&bubble["modelInfo"]);
        if let Some(thought) = lenient::text(&bubble["thinking"], "text") {
            self.builder.thinking(thought, origin.clone());
        }
        if let Some(words) = lenient::text(bubble, "text") {
            self.builder.prose(words, origin.clone());
        }
        let tool = &bubble["toolFormerData"];
        if tool.is_object() || bubble["capabilityType"].as_u64() == Some(TOOL) {
            self.tool(tool, origin);
        }
    }

    fn tool(&mut self, tool: &Value, origin: &Origin) {
        let name = lenient::text(tool, "name").unwrap_or("tool");
        let input = ["rawArgs", "params"]
            .iter()
            .find_map(|key| tool.get(*key).filter(|value| !value.is_null()));
        let shown = Shown::of(input.unwrap_or(&Value::Null));
        let id = lenient::text(tool, "toolCallId").or(origin.native_id.as_deref());
        let id = id.unwrap_or_default().to_owned();
        self.builder
            .call(&id, name, &shown.target, shown.input, origin.clone());
        let is_refused = tool["userDecision"] == "rejected";
        let is_cancelled = tool["status"] == "cancelled" && !is_refused;
        let status = match tool["status"].as_str() {
            _ if is_refused => Some(ToolStatus::Refused),
            Some("completed") => Some(ToolStatus::Done),
            Some("error" | "cancelled") => Some(ToolStatus::Failed),
            _ => None,
        };
        let said = ["result", "error"].iter().find_map(|key| tool.get(*key));
        if status.is_some() || said.is_some_and(|said| !said.is_null()) {
            let output = result(said.unwrap_or(&Value::Null));
            self.builder.result(&id, &output, status, origin.clone());
        }
        if is_refused {
            self.builder
                .call_event(&id, EventKind::Refused, name, origin.clone());
        } else if is_cancelled {
            self.builder
                .call_event(&id, EventKind::Interrupted, name, origin.clone());
        }
    }

    fn finish(mut self, composer: &Value, reading: &mut Reading) {
        let name = self.builder.session.key.clone();
        if self.missing > 0 {
            reading.skipped.push(Skip::whole(format!(
                "{} of the messages of conversation {name} are not in the database",
                self.missing
            )));
        }
        if self.wordless > 0 {
            reading.skipped.push(Skip::whole(format!(
                "{} of the developer's messages in conversation {name} have no words",
                self.wordless
            )));
        }
        // A draft has a row and no messages, and there are many.
        if self.builder.is_empty() {
            return;
        }
        if matches!(composer["status"].as_str(), Some("aborted" | "cancelled")) {
            let origin = Origin::default();
            self.builder.event(EventKind::Interrupted, "", origin);
        }
        let mut session = self.builder.finish();
        let parent = lenient::text(&composer["subagentInfo"], "parentComposerId")
            .or_else(|| lenient::text(composer, "parentComposerId"));
        match parent {
            Some(parent) => {
                session.parent = Some(parent.to_owned());
                reading.aside.push((Aside::SubAgent, session));
            }
            None => reading.sessions.push(session),
        }
    }
}

/// Gives what a tool gave back, which is JSON written as text.
fn result(said: &Value) -> String {
    match said.as_str().map(serde_json::from_str::<Value>) {
        Some(Ok(Value::Object(fields))) => calls::output(&Value::Object(fields)),
        _ => calls::output(said),
    }
}
