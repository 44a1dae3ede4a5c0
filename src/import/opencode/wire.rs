//! Sessions, messages and parts as they stand in files and in the database. A field of an unexpected type is read as
//! absent.

use serde::Deserialize;
use serde_json::Value;

use crate::import::lenient::{list, moment, nested, truth, word};
use crate::model::Timestamp;

/// What is known of a session.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Info {
    #[serde(deserialize_with = "word")]
    pub(super) id: Option<String>,
    #[serde(rename = "parentID", deserialize_with = "word")]
    pub(super) parent: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) directory: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) title: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) version: Option<String>,
    #[serde(deserialize_with = "nested")]
    pub(super) time: Time,
    #[serde(deserialize_with = "nested")]
    pub(super) revert: Revert,
}

/// From where on the developer took the session back.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Revert {
    #[serde(rename = "messageID", deserialize_with = "word")]
    pub(super) message: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Time {
    created: Value,
    updated: Value,
    completed: Value,
}

impl Time {
    /// Gives times that stand elsewhere.
    pub(super) fn of(created: Value, updated: Value) -> Time {
        Time {
            created,
            updated,
            completed: Value::Null,
        }
    }

    pub(super) fn created(&self) -> Option<Timestamp> {
        moment(&self.created)
    }

    pub(super) fn updated(&self) -> Option<Timestamp> {
        moment(&self.updated)
    }

    pub(super) fn completed(&self) -> Option<Timestamp> {
        moment(&self.completed)
    }
}

/// A message of an export: what is known of it, and its parts.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Exported {
    #[serde(deserialize_with = "nested")]
    pub(super) info: Message,
    #[serde(deserialize_with = "list")]
    pub(super) parts: Vec<Part>,
}

/// What is known of a message.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Message {
    #[serde(deserialize_with = "word")]
    pub(super) id: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) role: Option<String>,
    #[serde(deserialize_with = "nested")]
    pub(super) time: Time,
    #[serde(rename = "modelID", deserialize_with = "word")]
    pub(super) model: Option<String>,
    #[serde(deserialize_with = "nested")]
    pub(super) error: Failure,
    #[serde(deserialize_with = "word")]
    pub(super) finish: Option<String>,
    /// True for the summary of a compaction; an object for a message of the user's.
    pub(super) summary: Value,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Failure {
    #[serde(deserialize_with = "word")]
    pub(super) name: Option<String>,
    pub(super) data: Value,
}

/// A part of a message.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Part {
    #[serde(deserialize_with = "word")]
    pub(super) id: Option<String>,
    #[serde(rename = "messageID", deserialize_with = "word")]
    pub(super) message: Option<String>,
    #[serde(rename = "type", deserialize_with = "word")]
    pub(super) kind: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) text: Option<String>,
    #[serde(deserialize_with = "truth")]
    pub(super) synthetic: bool,
    #[serde(deserialize_with = "truth")]
    pub(super) ignored: bool,
    #[serde(deserialize_with = "word")]
    pub(super) tool: Option<String>,
    #[serde(rename = "callID", deserialize_with = "word")]
    pub(super) call: Option<String>,
    #[serde(deserialize_with = "nested")]
    pub(super) state: State,
    #[serde(deserialize_with = "word")]
    pub(super) command: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) filename: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) mime: Option<String>,
}

/// How far a call has come.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct State {
    #[serde(deserialize_with = "word")]
    pub(super) status: Option<String>,
    pub(super) input: Value,
    #[serde(deserialize_with = "word")]
    pub(super) output: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) error: Option<String>,
    pub(super) metadata: Value,
}
