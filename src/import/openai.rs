//! Conversations of OpenAI's chat interface, in the forms in which programs keep them. Generic: tried last.

use std::io;

use serde_json::Value;

use crate::model::Session;

use super::chat::{Chat, Speaker};
use super::head::Head;
use super::lenient;
use super::pieces::{Object, Piece, each_root};
use super::source::Source;
use super::{Format, Reading, Skip, no_companion};

pub(super) const FORMAT: Format = Format {
    id: "openai-chat",
    name: "OpenAI chat",
    files: "messages of {role, content}, one conversation to each object or line (JSON, JSON lines)",
    page: PAGE,
    recognise,
    companion: no_companion,
    read,
};

const PAGE: &str = "\
Files: an object with messages (or a conversation) of {role, content}; one such object on each
line; an array of them; or a bare array of messages. Contents are texts or parts, calls are those
of OpenAI or Anthropic.

Developer turns: messages of the role user. What a program put into them cannot be told from what
was typed.

Left out: messages of the system or developer role (shown folded), results of tools (shown with
their calls). Interruptions and refusals are not recorded in this form. Arrays that are another
agent's own, such as Cline's api_conversation_history.json, are refused.

Known by: a hash of all turns of the conversation, since ids in such files are seldom anyone's
own. Each turn keeps its place in the file.";

fn recognise(head: &Head) -> bool {
    let document = &head.document;
    let is_foreign = ["<environment_details>", "<task>"]
        .iter()
        .any(|mark| head.text.contains(mark));
    match document {
        Value::Array(items) if items.iter().any(is_message) => !is_foreign,
        Value::Array(items) => items.iter().any(is_conversation),
        _ => is_conversation(document) || head.records.iter().any(is_record),
    }
}

fn is_record(record: &serde_json::Map<String, Value>) -> bool {
    messages(|key| record.get(key)).is_some_and(|items| are_messages(items))
}

fn is_conversation(value: &Value) -> bool {
    messages(|key| value.get(key)).is_some_and(|items| are_messages(items))
}

fn messages<'a>(member: impl Fn(&str) -> Option<&'a Value>) -> Option<&'a Vec<Value>> {
    HELD.iter().find_map(|key| member(key)?.as_array())
}

/// Where a conversation holds its messages.
const HELD: [&str; 2] = ["messages", "conversation"];

fn are_messages(items: &[Value]) -> bool {
    items.iter().any(is_message)
}

fn is_message(item: &Value) -> bool {
    // Other agents' messages have ids of their own kind, or stand in parts.
    let foreign = ["messageId", "uuid", "parts", "created", "source"];
    let speaker = item["role"].as_str().and_then(Speaker::of);
    speaker.is_some()
        && (item.get("content").is_some() || item.get("tool_calls").is_some())
        && !foreign.iter().any(|key| item.get(key).is_some())
}

fn read(source: &Source) -> io::Result<Reading> {
    let path = source.path().to_string_lossy();
    each_root(source, |root, reading| {
        for conversation in conversations(root) {
            reading.take(conversation.read(&path));
        }
    })
}

/// A conversation, as far as it was taken apart.
struct Conversation<'a> {
    line: u64,
    object: Object<'a>,
    messages: Vec<Piece<'a>>,
}

impl<'a> Conversation<'a> {
    /// Takes an object apart; `None` where it holds no messages.
    fn of(piece: Piece<'a>) -> Option<Conversation<'a>> {
        let object = piece.object();
        let mut members = HELD.iter().filter_map(|key| object.get(key));
        let messages = members.find(|member| member.is_array())?.items();
        Some(Conversation {
            line: piece.place.line,
            object,
            messages,
        })
    }

    fn read(self, path: &str) -> (Option<Session>, Vec<Skip>) {
        let mut chat = Chat::new(path, FORMAT.id, "Unknown");
        chat.line = Some(self.line);
        let told = ["created", "created_at", "timestamp"].iter();
        let mut told = told.map(|key| lenient::moment(&self.object.value(key)));
        let started = told.find_map(|time| time);
        let session = &mut chat.builder.session;
        session.title = self.object.text("title");
        (session.started, session.ended) = (started, started);
        chat.builder
            .model(&self.object.text("model").unwrap_or_default());
        for piece in self.messages {
            chat.piece(piece);
        }
        chat.finish_sample()
    }
}

/// Gives the conversations of a value.
fn conversations(root: Piece) -> Vec<Conversation> {
    let line = root.place.line;
    let bare = |messages| Conversation {
        line,
        object: Object::default(),
        messages,
    };
    if !root.is_array() {
        let whole = Conversation::of(root);
        return vec![whole.unwrap_or_else(|| bare(Vec::new()))];
    }
    let items = root.items();
    let whole: Vec<_> = items
        .iter()
        .filter_map(|item| Conversation::of(*item))
        .collect();
    if whole.is_empty() {
        return vec![bare(items)];
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversations_in_every_container_are_recognised() {
        let check = |text: &str, expected: bool| {
            assert_eq!(recognise(&Head::of(text.as_bytes())), expected, "{text}");
        };
        let message = r#"{"role":"user","content":"x"}"#;
        check(&format!("{{\"messages\":[{message}]}}"), true);
        check(&format!("{{\"conversation\":[{message}]}}"), true);
        check(&format!("[{{\"messages\":[{message}]}}]"), true);
        check(&format!("[{message}]"), true);
        check(
            &format!("{{\"note\":1}}\n{{\"messages\":[{message}]}}\n"),
            true,
        );
        check(r#"{"messages":[{"role":"gemini","content":"x"}]}"#, false);
        check(
            r#"{"messages":[{"role":"user","messageId":0,"content":[]}]}"#,
            false,
        );
        check(r#"{"messages":[{"info":{},"parts":[]}]}"#, false);
        check(
            r#"[{"role":"user","content":[{"type":"text","text":"<task>x</task>"}]}]"#,
            false,
        );
        check(message, false);
        check("[]", false);
    }
}
