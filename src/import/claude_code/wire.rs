//! The records as Claude Code writes them, read leniently: a field of a surprising shape is absent, and the
//! rest of its record is kept.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::import::records::repair;

use super::text::IMAGE;

/// One record, whatever its type.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Record {
    #[serde(rename = "type", deserialize_with = "lenient")]
    pub(super) kind: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) subtype: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) uuid: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) parent_uuid: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) logical_parent_uuid: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) session_id: Option<String>,
    /// The same id in the stream that the command line prints.
    #[serde(rename = "session_id", deserialize_with = "lenient")]
    pub(super) streamed_session_id: Option<String>,
    #[serde(rename = "parent_tool_use_id", deserialize_with = "lenient")]
    pub(super) parent_tool_use_id: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) timestamp: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) version: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) cwd: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) git_branch: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) entrypoint: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) agent_id: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) is_sidechain: Option<bool>,
    #[serde(deserialize_with = "lenient")]
    pub(super) is_meta: Option<bool>,
    #[serde(deserialize_with = "lenient")]
    pub(super) is_compact_summary: Option<bool>,
    #[serde(deserialize_with = "lenient")]
    pub(super) is_visible_in_transcript_only: Option<bool>,
    #[serde(deserialize_with = "lenient")]
    pub(super) is_api_error_message: Option<bool>,
    #[serde(deserialize_with = "lenient")]
    pub(super) is_aborted_mid_stream: Option<bool>,
    #[serde(deserialize_with = "lenient")]
    pub(super) interrupted_by_shutdown: Option<bool>,
    #[serde(deserialize_with = "lenient")]
    pub(super) interrupted_message_id: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) tool_denial_kind: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) plan_content: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) prompt_source: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) origin: Option<From>,
    #[serde(deserialize_with = "lenient")]
    pub(super) forked_from: Option<Forked>,
    #[serde(deserialize_with = "lenient")]
    pub(super) supersedes_uuids: Option<Vec<String>>,
    #[serde(deserialize_with = "lenient")]
    pub(super) retracted_message_uuids: Option<Vec<String>>,
    #[serde(deserialize_with = "lenient")]
    pub(super) compact_metadata: Option<CompactMetadata>,
    #[serde(deserialize_with = "lenient")]
    pub(super) operation: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) custom_title: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) ai_title: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) agent_name: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) summary: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) leaf_uuid: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) pr_repository: Option<String>,
    #[serde(deserialize_with = "sidecar")]
    pub(super) tool_use_result: Sidecar,
    pub(super) message: Option<Box<RawValue>>,
    pub(super) content: Option<Box<RawValue>>,
    pub(super) attachment: Option<Box<RawValue>>,
    pub(super) error: Option<Box<RawValue>>,
}

/// Where a prompt came from.
#[derive(Debug, Deserialize)]
pub(super) struct From {
    pub(super) kind: String,
}

/// The session that this one was copied from.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Forked {
    pub(super) session_id: String,
}

/// How a compaction came about.
#[derive(Debug, Deserialize)]
pub(super) struct CompactMetadata {
    pub(super) trigger: String,
}

/// The message of a `user` or `assistant` record.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Message {
    #[serde(deserialize_with = "lenient")]
    pub(super) id: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) model: Option<String>,
    pub(super) content: Option<Box<RawValue>>,
}

/// What stands beside a tool result for the agent's own use.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Sidecar {
    /// The whole, where it is a text.
    #[serde(skip)]
    pub(super) text: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) interrupted: Option<bool>,
    #[serde(
        alias = "exit_code",
        alias = "returnCode",
        deserialize_with = "lenient"
    )]
    pub(super) exit_code: Option<i32>,
    #[serde(deserialize_with = "lenient")]
    pub(super) questions: Option<Vec<Question>>,
    #[serde(deserialize_with = "lenient")]
    pub(super) answers: Option<Map<String, Value>>,
    #[serde(deserialize_with = "lenient")]
    pub(super) annotations: Option<Map<String, Value>>,
}

/// A question that the agent asked with a tool.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Question {
    #[serde(deserialize_with = "lenient")]
    pub(super) question: Option<String>,
}

/// An `attachment`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Attachment {
    #[serde(rename = "type", deserialize_with = "lenient")]
    pub(super) kind: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) command_mode: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) is_meta: Option<bool>,
    #[serde(deserialize_with = "lenient")]
    pub(super) origin: Option<From>,
    #[serde(deserialize_with = "lenient")]
    pub(super) timestamp: Option<String>,
    pub(super) prompt: Option<Box<RawValue>>,
    pub(super) content: Option<Box<RawValue>>,
    pub(super) snippet: Option<Box<RawValue>>,
    pub(super) blocking_error: Option<Box<RawValue>>,
}

/// A block of a message's content, flat as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireBlock<'a> {
    #[serde(rename = "type", deserialize_with = "lenient")]
    kind: Option<String>,
    #[serde(deserialize_with = "lenient")]
    text: Option<String>,
    #[serde(deserialize_with = "lenient")]
    thinking: Option<String>,
    #[serde(deserialize_with = "lenient")]
    id: Option<String>,
    #[serde(deserialize_with = "lenient")]
    name: Option<String>,
    #[serde(deserialize_with = "lenient")]
    tool_use_id: Option<String>,
    #[serde(deserialize_with = "lenient")]
    is_error: Option<bool>,
    #[serde(borrow)]
    input: Option<&'a RawValue>,
    #[serde(borrow)]
    content: Option<&'a RawValue>,
}

/// A block of a message's content.
#[derive(Debug)]
pub(super) enum Block {
    Text(String),
    Thinking(String),
    Image,
    Call {
        id: String,
        name: String,
        input: Option<Box<RawValue>>,
    },
    Result(ToolResult),
    /// A block of a type that is not known, with its text.
    Other(String, String),
}

/// The result of a tool call.
#[derive(Debug)]
pub(super) struct ToolResult {
    /// The id of the call.
    pub(super) id: String,
    /// What the agent was given.
    pub(super) text: String,
    /// Whether it was marked as an error.
    pub(super) failed: bool,
}

impl Record {
    /// Reads a record; `None` where it is not an object.
    pub(super) fn read(raw: &RawValue) -> Option<Record> {
        if !raw.get().starts_with('{') {
            return None;
        }
        // A key that stands twice is an error for a struct; in a map the last one counts.
        parse(raw).or_else(|| {
            let map: Map<String, Value> = parse(raw)?;
            serde_json::from_str(&serde_json::to_string(&map).ok()?).ok()
        })
    }

    /// Gives the message, whose place a bare text can take.
    pub(super) fn message(&mut self) -> Message {
        let Some(raw) = self.message.take() else {
            return Message::default();
        };
        if raw.get().starts_with(['"', '[']) {
            return Message {
                content: Some(raw),
                ..Message::default()
            };
        }
        parse(&raw).unwrap_or_default()
    }
}

/// Gives the blocks of a content: a text, a block, or an array of them.
pub(super) fn blocks(content: Option<&RawValue>) -> Vec<Block> {
    let Some(raw) = content else {
        return Vec::new();
    };
    match raw.get().as_bytes().first() {
        Some(b'[') => serde_json::from_str::<Vec<&RawValue>>(raw.get())
            .unwrap_or_default()
            .into_iter()
            .filter_map(block)
            .collect(),
        _ => block(raw).into_iter().collect(),
    }
}

fn block(raw: &RawValue) -> Option<Block> {
    if raw.get().starts_with('"') {
        return parse(raw).map(Block::Text);
    }
    let mended;
    let wire: WireBlock = if let Ok(wire) = serde_json::from_str(raw.get()) {
        wire
    } else {
        mended = repair(raw.get().as_bytes());
        serde_json::from_slice(&mended).ok()?
    };
    let kind = wire.kind.unwrap_or_default();
    Some(match kind.as_str() {
        "text" => Block::Text(wire.text?),
        "thinking" => Block::Thinking(wire.thinking.or(wire.text)?),
        "image" => Block::Image,
        "tool_use" | "server_tool_use" | "mcp_tool_use" => Block::Call {
            id: wire.id.unwrap_or_default(),
            name: wire.name.unwrap_or_else(|| "tool".to_owned()),
            input: wire.input.map(ToOwned::to_owned),
        },
        _ if wire.tool_use_id.is_some() => Block::Result(ToolResult {
            id: wire.tool_use_id.unwrap_or_default(),
            text: plain(wire.content),
            failed: wire.is_error == Some(true),
        }),
        "redacted_thinking" | "fallback" => return None,
        _ => Block::Other(kind, wire.text?),
    })
}

/// Gives a content as one text: its texts joined, its pictures as `[image]`.
pub(super) fn plain(content: Option<&RawValue>) -> String {
    let texts: Vec<String> = blocks(content)
        .into_iter()
        .filter_map(|block| match block {
            Block::Text(text) | Block::Thinking(text) | Block::Other(_, text) => Some(text),
            Block::Image => Some(IMAGE.to_owned()),
            Block::Call { .. } | Block::Result(_) => None,
        })
        .collect();
    texts.join("\n")
}

/// Reads a value; `None` where it has another shape.
pub(super) fn parse<T: DeserializeOwned>(raw: &RawValue) -> Option<T> {
    // Half of a surrogate pair passes as raw JSON and fails as a text: mend it and try again.
    serde_json::from_str(raw.get())
        .or_else(|_| serde_json::from_slice(&repair(raw.get().as_bytes())))
        .ok()
}

fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<Option<T>, D::Error> {
    let raw = <&RawValue>::deserialize(from)?;
    Ok(parse(raw))
}

fn sidecar<'de, D: Deserializer<'de>>(from: D) -> Result<Sidecar, D::Error> {
    let raw = <&RawValue>::deserialize(from)?;
    if raw.get().starts_with('"') {
        return Ok(Sidecar {
            text: parse(raw),
            ..Sidecar::default()
        });
    }
    Ok(parse(raw).unwrap_or_default())
}
