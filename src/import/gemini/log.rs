//! The messages of a recording as they stand at its end: an appended message may be written again, and a rewind
//! takes back what was said.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, BufRead};

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::import::Skip;
use crate::import::pieces::{self, Piece};
use crate::import::records::{Place, each_record};

/// A recording, its messages unread.
#[derive(Default)]
pub(super) struct Log<'a> {
    /// What is known of the session.
    pub(super) fields: Map<String, Value>,
    /// The messages in the order in which each was first written.
    pub(super) messages: Vec<Message<'a>>,
    /// What could not be read.
    pub(super) skipped: Vec<Skip>,
    known: HashMap<String, usize>,
    /// The messages that were not taken back.
    standing: Vec<usize>,
}

/// A message.
pub(super) struct Message<'a> {
    json: Cow<'a, [u8]>,
    /// Where it was first written.
    pub(super) place: Place,
    /// Whether a rewind took it back.
    pub(super) is_taken_back: bool,
}

impl Message<'_> {
    /// Reads it.
    pub(super) fn value(&self) -> Result<Value, Skip> {
        pieces::value(&self.json, self.place)
    }
}

/// Keys of the lists of messages.
const LISTS: [&str; 2] = ["messages", "history"];

/// Gives the id of a message; null where it has none.
fn id(message: Piece) -> Value {
    let envelope: Envelope = message.read().unwrap_or_default();
    envelope.id
}

/// What tells the records of a stream apart.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Envelope {
    id: Value,
    #[serde(rename = "type")]
    kind: Value,
    role: Value,
    #[serde(rename = "$set")]
    set: Value,
    #[serde(rename = "$rewindTo")]
    rewind_to: Value,
}

impl<'a> Log<'a> {
    /// Reads one JSON document: a recording, or a checkpoint.
    pub(super) fn document(bytes: &'a [u8]) -> Option<Log<'a>> {
        let document = pieces::root(bytes);
        if document.has_more {
            return None;
        }
        let mut log = Log {
            fields: document.object.values(&LISTS),
            ..Log::default()
        };
        for item in document.items(&LISTS) {
            log.message(Cow::Borrowed(item.text()), &id(item), item.place);
        }
        log.skipped.extend(document.skipped);
        Some(log)
    }

    /// Reads a stream of records.
    pub(super) fn stream(input: impl BufRead) -> io::Result<Log<'static>> {
        let mut log = Log::default();
        let skipped = each_record(input, |raw: Box<RawValue>, place| log.record(&raw, place))?;
        log.skipped.extend(skipped);
        log.skipped.sort_by_key(|skip| skip.line);
        Ok(log)
    }

    fn message(&mut self, json: Cow<'a, [u8]>, id: &Value, place: Place) {
        let known = id.as_str().and_then(|id| self.standing(id));
        if let Some(at) = known {
            self.messages[at].json = json;
            return;
        }
        let at = self.messages.len();
        if let Some(id) = id.as_str() {
            self.known.insert(id.to_owned(), at);
        }
        self.standing.push(at);
        self.messages.push(Message {
            json,
            place,
            is_taken_back: false,
        });
    }

    /// Finds a message that was not taken back. What is said again after a rewind is another message, even under the
    /// old id.
    fn standing(&self, id: &str) -> Option<usize> {
        let at = self.known.get(id).copied();
        at.filter(|&at| !self.messages[at].is_taken_back)
    }

    /// Takes back a message and all that follow it; all of them where the message is not known, as the program does.
    fn rewind(&mut self, id: &str) {
        let from = self.standing(id).unwrap_or_default();
        while let Some(at) = self.standing.pop_if(|at| *at >= from) {
            self.messages[at].is_taken_back = true;
        }
    }
}

impl Log<'static> {
    fn record(&mut self, raw: &RawValue, place: Place) {
        let Ok(envelope) = serde_json::from_str::<Envelope>(raw.get()) else {
            let skip = Skip::at_line(place.line, "the record is not a JSON object");
            self.skipped.push(skip);
            return;
        };
        if let Some(id) = envelope.rewind_to.as_str() {
            self.rewind(id);
        } else if envelope.set.is_object() {
            let raw = serde_json::value::to_raw_value(&envelope.set);
            if let Ok(raw) = raw {
                self.update(&raw, place);
            }
        } else if envelope.kind.is_string() || envelope.role.is_string() {
            self.message(
                Cow::Owned(raw.get().as_bytes().to_vec()),
                &envelope.id,
                place,
            );
        } else {
            self.update(raw, place);
        }
    }

    /// Takes fields of the session, and messages among them. They stand beside those that were written before: a
    /// compaction replaces what the model is told, and not what was said.
    fn update(&mut self, raw: &RawValue, place: Place) {
        let update = pieces::root(raw.get().as_bytes());
        self.fields.append(&mut update.object.values(&LISTS));
        for item in update.items(&LISTS) {
            self.message(Cow::Owned(item.text().to_vec()), &id(item), place);
        }
    }
}
