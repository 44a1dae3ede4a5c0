//! The form in which the paper's own pipeline keeps a session: title, time, platform and messages.

use std::io;

use serde::Deserialize;
use serde_json::Value;

use crate::model::{Session, Surface, TurnKind};

use super::builder::Origin;
use super::chat::{self, Chat, Speaker};
use super::head::Head;
use super::pieces::{Object, Piece, each_root};
use super::source::Source;
use super::{Format, Reading, Skip, no_companion, time};

pub(super) const FORMAT: Format = Format {
    id: "session-parsed",
    name: "session_parsed",
    files: "sessions of the paper's pipeline below session_parsed (JSON)",
    page: PAGE,
    recognise,
    companion: no_companion,
    read,
};

const PAGE: &str = "\
Files: session_parsed/session_NNN.json, an object with messages of {role, content}, and with a
title or session_id, a timestamp or created_at, a platform or agent.

Developer turns: messages of the role user, in any case of letters. As in the pipeline that reads
these files, neighbours of one role are one turn with a blank line between them, so that turns
count alike; one line --- at the beginning and one at the end of a message, and every
<|endoftext|>, is taken out.

Left out: nothing; the form has neither tool calls nor events, and the agent's words are not
shortened.

Known by: session_id, else a hash of the developer's words. Each turn keeps the place of its first
message in the file.";

/// The value of platform that means an editor.
const EDITORS: &str = "Cursor / Copilot";

/// A message. A field may hold anything.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Message {
    role: Value,
    content: Value,
}

fn recognise(head: &Head) -> bool {
    let document = &head.document;
    let told = [
        "title",
        "session_id",
        "timestamp",
        "created_at",
        "platform",
        "agent",
    ];
    let own = ["role", "content"];
    let is_message = |message: &Value| {
        message["role"].is_string()
            && message
                .as_object()
                .is_some_and(|fields| fields.keys().all(|key| own.contains(&key.as_str())))
    };
    document.as_object().is_some_and(|fields| {
        fields
            .keys()
            .all(|key| key == "messages" || told.contains(&key.as_str()))
    }) && told.iter().any(|key| document.get(key).is_some())
        && document["messages"]
            .as_array()
            .is_some_and(|messages| !messages.is_empty() && messages.iter().all(is_message))
}

fn read(source: &Source) -> io::Result<Reading> {
    let path = source.path().to_string_lossy();
    each_root(source, |root, reading| {
        reading.take(read_session(&root.object(), &path));
    })
}

fn read_session(object: &Object, path: &str) -> (Option<Session>, Vec<Skip>) {
    let agent = object.text("agent").filter(|agent| agent != EDITORS);
    let mut chat = Chat::new(path, FORMAT.id, agent.as_deref().unwrap_or("Unknown"));
    let session = &mut chat.builder.session;
    session.key = object.text("session_id").unwrap_or_default();
    session.title = object.text("title");
    session.surface = Some(surface(object));
    let told = object
        .text("timestamp")
        .or_else(|| object.text("created_at"));
    let started = told.and_then(|text| time::moment(&text));
    (session.started, session.ended) = (started, started);
    let messages = object.get("messages").map(Piece::items);
    read_messages(messages.unwrap_or_default(), &mut chat);
    chat.finish()
}

/// A turn that further messages may belong to.
type Open = Option<(Speaker, Vec<String>, Origin)>;

fn read_messages(pieces: Vec<Piece>, chat: &mut Chat) {
    let mut open: Open = None;
    for piece in pieces {
        let message: Message = match piece.read() {
            Ok(message) => message,
            Err(skip) => {
                chat.skipped.push(skip);
                continue;
            }
        };
        // The pipeline knows two roles: the user and all others.
        let role = message.role.as_str().unwrap_or_default();
        let speaker = if role.eq_ignore_ascii_case("user") {
            Speaker::Developer
        } else {
            Speaker::Agent
        };
        let words = cleaned(&chat::words(&message.content));
        match &mut open {
            Some((known, texts, _)) if *known == speaker => texts.push(words),
            _ => {
                let origin = Origin {
                    place: Some(piece.place.offset),
                    ..Origin::default()
                };
                close(chat, open.replace((speaker, vec![words], origin)));
            }
        }
    }
    close(chat, open);
}

fn surface(object: &Object) -> Surface {
    let platform = object.text("platform").or_else(|| object.text("agent"));
    match platform.as_deref() {
        Some(EDITORS) => Surface::Ide,
        _ => Surface::Cli,
    }
}

/// Adds a turn that is complete.
fn close(chat: &mut Chat, turn: Open) {
    let Some((speaker, mut texts, origin)) = turn else {
        return;
    };
    texts.retain(|text| !text.is_empty());
    let text = texts.join("\n\n");
    match speaker {
        // A turn without words is one all the same: the numbers of the others hang on it.
        Speaker::Developer => chat.developer(TurnKind::Prompt, text, origin),
        _ => chat.builder.prose(text, origin),
    }
}

/// Takes out what the pipeline leaves of the form that it read.
fn cleaned(text: &str) -> String {
    let text = text.replace("<|endoftext|>", "");
    let text = text.trim();
    let text = text.strip_prefix("---").unwrap_or(text);
    let text = text.strip_suffix("---").unwrap_or(text);
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_are_recognised_and_other_messages_are_not() {
        let check = |text: &str, expected: bool| {
            assert_eq!(recognise(&Head::of(text.as_bytes())), expected, "{text}");
        };
        check(
            r#"{"title":"t","messages":[{"role":"user","content":"x"}]}"#,
            true,
        );
        check(
            r#"{"session_id":"s","created_at":"t","messages":[{"role":"USER","content":"x"}]}"#,
            true,
        );
        check(r#"{"messages":[{"role":"user","content":"x"}]}"#, false);
        check(
            r#"{"title":"t","messages":[{"role":"user","content":"x","id":"1"}]}"#,
            false,
        );
        check(
            r#"{"session_id":"s","model":"m","messages":[{"role":"user","content":"x"}]}"#,
            false,
        );
        check(r#"{"title":"t","messages":[]}"#, false);
    }

    #[test]
    fn what_the_pipeline_leaves_is_taken_out() {
        let check = |text: &str, expected: &str| assert_eq!(cleaned(text), expected);
        check("---\nmend the roof\n---", "mend the roof");
        check("a<|endoftext|>", "a");
        check("a\n---\nb", "a\n---\nb");
        check(" a ", "a");
        check("---", "");
    }
}
