//! The entries of a session as they stand in the file. A field of an unexpected type is read as absent.

use serde::Deserialize;
use serde_json::Value;

use crate::import::blocks::{Block, blocks};
use crate::import::lenient::{moment, nested, truth, word};
use crate::model::Timestamp;

/// An entry, or the head of the file.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Record {
    #[serde(rename = "type", deserialize_with = "word")]
    pub(super) kind: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) id: Option<String>,
    timestamp: Value,

    // The head.
    #[serde(deserialize_with = "word")]
    pub(super) cwd: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) branched_from: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) parent_session: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) model_id: Option<String>,

    // Entries.
    #[serde(deserialize_with = "nested")]
    pub(super) message: Message,
    #[serde(deserialize_with = "word")]
    pub(super) summary: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) custom_type: Option<String>,
    #[serde(deserialize_with = "blocks")]
    pub(super) content: Vec<Block>,
    #[serde(deserialize_with = "word")]
    pub(super) name: Option<String>,
}

/// What somebody said, or what a tool or a command gave back.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Message {
    #[serde(deserialize_with = "word")]
    pub(super) role: Option<String>,
    #[serde(deserialize_with = "blocks")]
    pub(super) content: Vec<Block>,
    #[serde(deserialize_with = "word")]
    pub(super) model: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) stop_reason: Option<String>,
    #[serde(rename = "errorMessage", deserialize_with = "word")]
    pub(super) failure: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) tool_call_id: Option<String>,
    #[serde(deserialize_with = "truth")]
    pub(super) is_error: bool,
    #[serde(deserialize_with = "word")]
    pub(super) custom_type: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) summary: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) command: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) output: Option<String>,
    #[serde(deserialize_with = "truth")]
    pub(super) cancelled: bool,
}

impl Record {
    /// Gives the moment at which the entry was written.
    pub(super) fn time(&self) -> Option<Timestamp> {
        moment(&self.timestamp)
    }
}

impl Message {
    /// Gives the words of the message, one text for all its blocks; `[image]` where it holds a picture only.
    pub(super) fn words(&self) -> String {
        words(&self.content)
    }
}

/// Gives the words of blocks.
pub(super) fn words(blocks: &[Block]) -> String {
    let texts: Vec<&str> = blocks
        .iter()
        .filter_map(|block| block.text.as_deref())
        .filter(|text| !text.trim().is_empty())
        .collect();
    if texts.is_empty() && blocks.iter().any(Block::is_image) {
        return "[image]".to_owned();
    }
    texts.join("\n")
}
