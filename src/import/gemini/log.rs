//! The messages of a recording as they stand at its end: an appended message may be written again, and a rewind
//! takes back what was said.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, BufRead};

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::import::Skip;
use crate::import::document::{self, Document};
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
    raw: Cow<'a, RawValue>,
    /// Where it was first written.
    pub(super) place: Place,
    /// Whether a rewind took it back.
    pub(super) is_taken_back: bool,
}

impl Message<'_> {
    /// Reads it.
    pub(super) fn value(&self) -> serde_json::Result<Value> {
        document::value(self.raw.get())
    }
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
    pub(super) fn document(text: &'a str) -> Option<Log<'a>> {
        let mut document = Document::read(text, &["messages", "history"]);
        if document.has_more {
            return None;
        }
        let mut log = Log {
            fields: std::mem::take(&mut document.fields),
            ..Log::default()
        };
        let (items, broken) = document.items(text);
        for (raw, place) in items {
            let envelope: Envelope = serde_json::from_str(raw.get()).unwrap_or_default();
            log.message(Cow::Borrowed(raw), &envelope.id, place);
        }
        log.skipped.extend(broken);
        Some(log)
    }

    /// Reads a stream of records.
    pub(super) fn stream(input: impl BufRead) -> io::Result<Log<'static>> {
        let mut log = Log::default();
        let skipped = each_record(input, |raw: Box<RawValue>, place| log.record(raw, place))?;
        log.skipped.extend(skipped);
        log.skipped.sort_by_key(|skip| skip.line);
        Ok(log)
    }

    fn message(&mut self, raw: Cow<'a, RawValue>, id: &Value, place: Place) {
        let known = id.as_str().and_then(|id| self.standing(id));
        if let Some(at) = known {
            self.messages[at].raw = raw;
            return;
        }
        let at = self.messages.len();
        if let Some(id) = id.as_str() {
            self.known.insert(id.to_owned(), at);
        }
        self.standing.push(at);
        self.messages.push(Message {
            raw,
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
    fn record(&mut self, raw: Box<RawValue>, place: Place) {
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
            self.message(Cow::Owned(raw), &envelope.id, place);
        } else {
            self.update(&raw, place);
        }
    }

    /// Takes fields of the session, and messages among them. They stand beside those that were written before: a
    /// compaction replaces what the model is told, and not what was said.
    fn update(&mut self, raw: &RawValue, place: Place) {
        let mut update = Document::read(raw.get(), &["messages", "history"]);
        self.fields.append(&mut update.fields);
        let (items, _) = update.items(raw.get());
        for (raw, _) in items {
            let envelope: Envelope = serde_json::from_str(raw.get()).unwrap_or_default();
            self.message(Cow::Owned(raw.to_owned()), &envelope.id, place);
        }
    }
}
