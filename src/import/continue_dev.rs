//! Continue, and Kiro, whose files have the same shape: an object with a history of messages.

use std::io;

use serde::Deserialize;
use serde_json::Value;

use crate::model::{EventKind, Session, Surface, ToolStatus};

use super::builder::Origin;
use super::chat::{self, Chat, Message};
use super::head::Head;
use super::pieces::{Object, Piece, each_root};
use super::records::Place;
use super::source::Source;
use super::{Format, Reading, Skip, no_companion};

pub(super) const FORMAT: Format = Format {
    id: "continue",
    name: "Continue",
    files: "sessions below ~/.continue/sessions (JSON)",
    page: PAGE,
    recognise: |head| is_session(head) && !is_kiro(head),
    companion: no_companion,
    read: |source| read(source, &FORMAT),
};

pub(super) const KIRO: Format = Format {
    id: "kiro",
    name: "Kiro",
    files: "sessions of a workspace (JSON)",
    page: KIRO_PAGE,
    recognise: |head| is_session(head) && is_kiro(head),
    companion: no_companion,
    read: |source| read(source, &KIRO),
};

const PAGE: &str = "\
Files: ~/.continue/sessions/ID.json, an object with sessionId and a history of messages. The
sessions.json beside them is a list of titles and holds no session.

Developer turns: the messages of the user; what was attached to them stands elsewhere in the file.

Events: tool calls that the developer refused, and summaries that took the place of what was said.

Left out: attached context, the state of the editor, logs of prompts. Interruptions are not
recorded.

Known by: sessionId. Each turn keeps its place in the file.";

const KIRO_PAGE: &str = "\
Files: workspace-sessions/FOLDER/ID.json, an object with sessionId, workspacePath or
selectedModel, and a history of messages.

Developer turns: the messages of the user; one without words is reported.

Left out: everything but messages and their tool calls. Interruptions and refusals are not
recorded.

Known by: sessionId. Each turn keeps the message's id and its place in the file.";

/// An entry of the history. A field may hold anything.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    message: Value,
    #[serde(rename = "toolCallStates")]
    calls: Value,
    #[serde(rename = "conversationSummary")]
    summary: Value,
}

fn is_session(head: &Head) -> bool {
    let document = &head.document;
    document["sessionId"].is_string()
        && document["history"].as_array().is_some_and(|history| {
            let has_message = |entry: &Value| entry["message"]["role"].is_string();
            history.is_empty() || history.iter().any(has_message)
        })
}

fn is_kiro(head: &Head) -> bool {
    let document = &head.document;
    document.get("workspacePath").is_some() || document.get("selectedModel").is_some()
}

fn read(source: &Source, format: &Format) -> io::Result<Reading> {
    let path = source.path().to_string_lossy();
    each_root(source, |root, reading| {
        reading.take(read_session(&root.object(), &path, format));
    })
}

fn read_session(object: &Object, path: &str, format: &Format) -> (Option<Session>, Vec<Skip>) {
    let mut chat = Chat::new(path, format.id, format.name);
    let models = ["selectedModel", "chatModelTitle"].map(|key| object.text(key));
    for model in models.into_iter().flatten() {
        chat.builder.model(&model);
    }
    let session = &mut chat.builder.session;
    session.key = object.text("sessionId").unwrap_or_default();
    session.title = object.text("title");
    session.surface = Some(Surface::Ide);
    session.folder = ["workspaceDirectory", "workspacePath"]
        .iter()
        .find_map(|key| object.text(key))
        .map(|folder| folder.trim_start_matches("file://").to_owned());
    for piece in object.get("history").map(Piece::items).unwrap_or_default() {
        match piece.read::<Entry>() {
            Ok(entry) => take(&mut chat, entry, piece.place),
            Err(skip) => chat.skipped.push(skip),
        }
    }
    chat.finish()
}

fn take(chat: &mut Chat, entry: Entry, place: Place) {
    let is_thought = entry.message["role"] == "thinking";
    let message: Message = serde_json::from_value(entry.message).unwrap_or_default();
    let origin = Origin {
        native_id: message.id(),
        time: None,
        place: Some(place.offset),
    };
    if let Some(summary) = entry.summary.as_str() {
        let builder = &mut chat.builder;
        builder.agent_event(EventKind::Compacted, "", origin.clone());
        chat.injected("summary", summary, origin.clone());
    }
    if is_thought {
        let text = chat::words(&message.content);
        return chat.thought(&text, origin);
    }
    chat.message(&message, origin.clone(), place);
    for call in entry.calls.as_array().into_iter().flatten() {
        outcome(chat, call, &origin);
    }
}

/// Takes how a call ended. Its output may stand in a message of its own as well, which then adds nothing.
fn outcome(chat: &mut Chat, call: &Value, origin: &Origin) {
    let id = call["toolCallId"].as_str().unwrap_or_default();
    if call["status"] == "canceled" {
        let builder = &mut chat.builder;
        let name = builder.call_name(id).unwrap_or_default().to_owned();
        builder.call_event(id, EventKind::Refused, &name, origin.clone());
        chat.result(id, "", Some(ToolStatus::Refused), origin.clone());
        return;
    }
    let output: Vec<&str> = call["output"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|item| item["content"].as_str())
        .collect();
    let status = match call["status"].as_str() {
        Some("errored") => Some(ToolStatus::Failed),
        _ => None,
    };
    if status.is_some() || !output.is_empty() {
        chat.result(id, &output.join("\n"), status, origin.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_of_the_two_are_told_apart() {
        let check = |text: &str, is_continue: bool, is_kiro: bool| {
            let head = Head::of(text.as_bytes());
            let found = ((FORMAT.recognise)(&head), (KIRO.recognise)(&head));
            assert_eq!(found, (is_continue, is_kiro), "{text}");
        };
        check(
            r#"{"sessionId":"a","history":[{"message":{"role":"user"}}]}"#,
            true,
            false,
        );
        check(
            r#"{"sessionId":"a","workspacePath":"/w","history":[{"message":{"role":"user"}}]}"#,
            false,
            true,
        );
        check(
            r#"{"sessionId":"a","history":[{"role":"user"}]}"#,
            false,
            false,
        );
        check(r#"{"history":[{"message":{"role":"user"}}]}"#, false, false);
        check(r#"[{"sessionId":"a","title":"t"}]"#, false, false);
    }
}
