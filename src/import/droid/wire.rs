//! The records of a session as they stand in the file. A field of an unexpected type is read as absent.

use serde::Deserialize;
use serde_json::Value;

use crate::import::blocks::{Block, blocks};
use crate::import::lenient::{moment, nested, truth, word};
use crate::model::Timestamp;

/// A record of a stored session or of a stream.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Record {
    #[serde(rename = "type", deserialize_with = "word")]
    pub(super) kind: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) id: Option<String>,
    timestamp: Value,

    // The head of a stored session.
    #[serde(deserialize_with = "word")]
    pub(super) title: Option<String>,
    #[serde(rename = "sessionTitle", deserialize_with = "word")]
    pub(super) given_title: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) cwd: Option<String>,
    pub(super) version: Value,
    #[serde(rename = "callingSessionId", deserialize_with = "word")]
    pub(super) caller: Option<String>,

    // Stored records.
    #[serde(deserialize_with = "nested")]
    pub(super) message: Message,
    #[serde(deserialize_with = "word")]
    pub(super) summary: Option<String>,
    #[serde(rename = "summaryText", deserialize_with = "word")]
    pub(super) summary_text: Option<String>,

    // Streamed records.
    #[serde(rename = "session_id", deserialize_with = "word")]
    session_new: Option<String>,
    #[serde(rename = "sessionId", deserialize_with = "word")]
    session_old: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) model: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) role: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) text: Option<String>,
    #[serde(rename = "toolCallId", deserialize_with = "word")]
    call_id: Option<String>,
    #[serde(rename = "toolName", deserialize_with = "word")]
    pub(super) tool: Option<String>,
    pub(super) parameters: Value,
    pub(super) value: Value,
    #[serde(rename = "isError", deserialize_with = "truth")]
    pub(super) is_error: bool,
    #[serde(rename = "finalText", deserialize_with = "word")]
    pub(super) final_text: Option<String>,
}

/// A message of a stored session. A record of another kind may hold a text under this name.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Message {
    #[serde(deserialize_with = "word")]
    pub(super) role: Option<String>,
    #[serde(deserialize_with = "blocks")]
    pub(super) content: Vec<Block>,
    #[serde(deserialize_with = "word")]
    pub(super) model: Option<String>,
}

impl Record {
    /// Gives the moment at which the record was written.
    pub(super) fn time(&self) -> Option<Timestamp> {
        moment(&self.timestamp)
    }

    /// Gives the session of a streamed record.
    pub(super) fn session(&self) -> Option<&str> {
        self.session_new.as_deref().or(self.session_old.as_deref())
    }

    /// Gives the id that a streamed call and its result share.
    pub(super) fn call(&self) -> &str {
        let id = self.call_id.as_deref().or(self.id.as_deref());
        id.unwrap_or_default()
    }
}
