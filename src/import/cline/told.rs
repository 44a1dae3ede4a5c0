//! What the model got: messages of which the developer's words are a part.

use serde::Deserialize;
use serde_json::Value;

use crate::import::Skip;
use crate::import::blocks::{Block, blocks, plain};
use crate::import::builder::{Origin, SessionBuilder};
use crate::import::lenient::{moment, word};
use crate::import::pieces::Piece;
use crate::import::records::Place;
use crate::model::{EventKind, ToolStatus, TurnKind};

/// Tags around words of the developer's, and what the words are.
const TAGS: [(&str, TurnKind); 4] = [
    ("task", TurnKind::Prompt),
    ("feedback", TurnKind::Prompt),
    ("answer", TurnKind::Answer),
    ("user_message", TurnKind::Prompt),
];
const DENIED: &str = "The user denied this operation.";
const RESUMED: &str = "[TASK RESUMPTION]";

#[derive(Default, Deserialize)]
#[serde(default)]
struct Message {
    #[serde(deserialize_with = "word")]
    role: Option<String>,
    ts: Value,
    #[serde(deserialize_with = "blocks")]
    content: Vec<Block>,
}

/// Puts the messages of a task in order.
pub(super) fn tell(
    items: &[Piece],
    builder: SessionBuilder,
    skipped: &mut Vec<Skip>,
) -> SessionBuilder {
    let mut telling = Telling {
        builder,
        last: String::new(),
    };
    for item in items {
        if let Ok(message) = item.read() {
            telling.message(&message, item.place);
        } else {
            let reason = "the message is not a JSON object";
            skipped.push(Skip::at_line(item.place.line, reason));
        }
    }
    telling.builder
}

struct Telling {
    builder: SessionBuilder,
    /// The id of the last call, to which results without one belong.
    last: String,
}

impl Telling {
    fn message(&mut self, message: &Message, place: Place) {
        let origin = Origin {
            native_id: message.ts.is_number().then(|| message.ts.to_string()),
            time: moment(&message.ts),
            place: Some(place.offset),
        };
        if message.role.as_deref() == Some("assistant") {
            for block in &message.content {
                self.agent(block, &origin);
            }
            return;
        }
        let is_denied = message
            .content
            .iter()
            .any(|block| text_of(block).contains(DENIED));
        if is_denied {
            self.denied(&origin);
        }
        for block in &message.content {
            let text = text_of(block);
            if block.kind.as_deref() == Some("tool_result") {
                block.call().clone_into(&mut self.last);
            }
            self.user(&text, is_denied, &origin);
        }
    }

    fn agent(&mut self, block: &Block, origin: &Origin) {
        if block.kind.as_deref() == Some("tool_use") {
            let id = block.id.as_deref().unwrap_or_default();
            id.clone_into(&mut self.last);
        }
        block.tell(&mut self.builder, origin);
    }

    fn denied(&mut self, origin: &Origin) {
        let tool = self.builder.call_name(&self.last);
        let tool = tool.unwrap_or_default().to_owned();
        self.builder
            .call_event(&self.last, EventKind::Refused, &tool, origin.clone());
    }

    /// Takes a text that the model got in the user's name: the words inside tags are the developer's, all else was
    /// put there by the program.
    fn user(&mut self, text: &str, is_denied: bool, origin: &Origin) {
        if text.trim_start().starts_with(RESUMED) {
            self.builder
                .event(EventKind::Interrupted, "", origin.clone());
        }
        let (mut rest, mut said) = (text, false);
        while let Some((kind, before, words, after)) = next(rest) {
            self.fold(before, is_denied, origin);
            let kind = match kind {
                TurnKind::Prompt if is_denied => TurnKind::Refusal,
                kind => kind,
            };
            self.builder.developer(kind, words, origin.clone());
            (rest, said) = (after, true);
        }
        if !said || !rest.trim().is_empty() {
            self.fold(rest, is_denied, origin);
        }
    }

    fn fold(&mut self, text: &str, is_denied: bool, origin: &Origin) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let is_result = self.builder.call_name(&self.last).is_some()
            && !text.starts_with('<')
            && !text.starts_with(RESUMED)
            && !text.starts_with('#');
        if !is_result {
            let name = if text.starts_with("<environment_details>") {
                "environment"
            } else {
                "from the editor"
            };
            self.builder.injected(name, text, origin.clone());
            return;
        }
        let status = if is_denied {
            ToolStatus::Refused
        } else {
            ToolStatus::Done
        };
        self.builder
            .result(&self.last, text, Some(status), origin.clone());
    }
}

fn text_of(block: &Block) -> String {
    match block.kind.as_deref() {
        Some("tool_result") => plain(&block.content),
        Some("text") => block.text.clone().unwrap_or_default(),
        _ => String::new(),
    }
}

/// Finds the next words inside tags: what they are, the text before, the words, and the text after.
fn next(text: &str) -> Option<(TurnKind, &str, &str, &str)> {
    let found = TAGS.iter().filter_map(|(tag, kind)| {
        let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
        let start = text.find(&open)?;
        let words = &text[start + open.len()..];
        let end = words.find(&close)?;
        let after = &words[end + close.len()..];
        Some((*kind, &text[..start], words[..end].trim(), after))
    });
    let first = found.min_by_key(|(_, before, ..)| before.len())?;
    // Nobody typed what stands in the account of the editor.
    (!first.1.contains("<environment_details>") && !first.2.is_empty()).then_some(first)
}
