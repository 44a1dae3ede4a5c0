//! ShareGPT: conversations of {from, value}. Generic: tried after the agents' own forms.

use std::io;

use serde::Deserialize;
use serde_json::Value;

use crate::model::{Session, TurnKind};

use super::builder::Origin;
use super::chat::{self, Chat, Speaker};
use super::head::Head;
use super::pieces::{Piece, each_root};
use super::records::Place;
use super::source::Source;
use super::{Format, Reading, Skip, no_companion};

pub(super) const FORMAT: Format = Format {
    id: "sharegpt",
    name: "ShareGPT",
    files: "conversations of {from, value}, in an object, an array or one to each line (JSON, JSON lines)",
    page: PAGE,
    recognise,
    companion: no_companion,
    read,
};

const PAGE: &str = "\
Files: an object with conversations of {from, value}, an array of such objects, or one on each
line.

Developer turns: the values from human or user.

Left out: values from the system (shown folded); those of tools are shown with their calls. A
value from somebody unknown is reported.

Known by: a hash of all turns of the conversation, since ids in such files are seldom anyone's
own. Each turn keeps its place in the file.";

/// Where a conversation holds its messages.
const HELD: &str = "conversations";

/// A message. A field may hold anything.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Message {
    from: Value,
    value: Value,
}

fn recognise(head: &Head) -> bool {
    let is_own = |value: Option<&Value>| {
        value.and_then(Value::as_array).is_some_and(|items| {
            let has = |item: &Value, key: &str| item[key].is_string();
            items
                .iter()
                .any(|item| has(item, "from") && has(item, "value"))
        })
    };
    match &head.document {
        Value::Array(items) => items.iter().any(|item| is_own(item.get(HELD))),
        document => {
            is_own(document.get(HELD)) || head.records.iter().any(|record| is_own(record.get(HELD)))
        }
    }
}

fn read(source: &Source) -> io::Result<Reading> {
    let path = source.path().to_string_lossy();
    each_root(source, |root, reading| {
        let items = if root.is_array() {
            root.items()
        } else {
            vec![root]
        };
        for item in items {
            reading.take(read_conversation(item, &path));
        }
    })
}

fn read_conversation(item: Piece, path: &str) -> (Option<Session>, Vec<Skip>) {
    let object = item.object();
    let mut chat = Chat::new(path, FORMAT.id, "Unknown");
    chat.line = Some(item.place.line);
    chat.builder.session.title = object.text("title");
    chat.builder
        .model(&object.text("model").unwrap_or_default());
    let system = object.text("system").unwrap_or_default();
    chat.injected("system prompt", &system, Origin::default());
    let messages = object.get(HELD).map(Piece::items);
    for piece in messages.unwrap_or_default() {
        match piece.read::<Message>() {
            Ok(message) => take(&mut chat, &message, piece.place),
            Err(skip) => chat.skipped.push(skip),
        }
    }
    chat.finish_sample()
}

fn take(chat: &mut Chat, message: &Message, place: Place) {
    let origin = Origin {
        place: Some(place.offset),
        ..Origin::default()
    };
    let from = message.from.as_str().unwrap_or_default();
    let words = chat::words(&message.value);
    if from == "function_call" {
        return called(chat, &words, origin);
    }
    match Speaker::of(from) {
        Some(Speaker::Developer) if words.trim().is_empty() => chat.without_words(place),
        Some(Speaker::Developer) => chat.developer(TurnKind::Prompt, words, origin),
        Some(Speaker::Agent) => chat.said(&words, origin),
        Some(Speaker::Tool) => chat.result("", &words, None, origin),
        Some(Speaker::System) => chat.injected("system prompt", &words, origin),
        None => {
            let reason = format!("a message of an unknown role ({from})");
            chat.skipped.push(Skip::at_line(place.line, reason));
        }
    }
}

/// Takes a call, which is JSON in a text.
fn called(chat: &mut Chat, words: &str, origin: Origin) {
    match serde_json::from_str::<Value>(words) {
        Ok(call) if call["name"].is_string() => {
            chat.called(&Value::Array(vec![call]), &origin);
        }
        _ => chat.call("", "tool", &Value::from(words), origin),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversations_in_every_container_are_recognised() {
        let check = |text: &str, expected: bool| {
            assert_eq!(recognise(&Head::of(text.as_bytes())), expected, "{text}");
        };
        let one = r#"{"id":"a","conversations":[{"from":"human","value":"x"}]}"#;
        check(one, true);
        check(&format!("[{one}]"), true);
        check(&format!("{{\"note\":1}}\n{one}\n"), true);
        check(
            r#"{"conversations":[{"role":"user","content":"x"}]}"#,
            false,
        );
        check(r#"[{"from":"human","value":"x"}]"#, false);
    }
}
