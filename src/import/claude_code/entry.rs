//! A record as the session sees it: who speaks, and what happened.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use crate::import::builder::Origin;
use crate::import::records::Place;
use crate::import::time::moment;

use super::setting::{Setting, TitleKind};
use super::text::Act;
use super::user;
use super::wire::{self, Attachment, Block, Record, Sidecar, ToolResult};

/// What the records of one message say, and where they stand.
#[derive(Debug)]
pub(super) struct Entry {
    /// The record's id.
    pub(super) uuid: Option<String>,
    /// The record before it in the conversation, which is not always the one before it in the file.
    pub(super) parent: Option<String>,
    /// The session that it names.
    pub(super) session: Option<String>,
    /// Whether it belongs to a sub-agent.
    pub(super) aside: bool,
    /// The sub-agent that it names.
    pub(super) agent: Option<String>,
    /// Whether a program sent it in the developer's place, or a person is known to have; `None` where it does not say.
    pub(super) by_program: Option<bool>,
    /// Id, time and place.
    pub(super) origin: Origin,
    /// A number that two copies of the same record share; `None` where the record has no id.
    pub(super) identity: Option<u64>,
    /// What the record tells of the session.
    pub(super) setting: Setting,
    /// What it says.
    pub(super) what: What,
}

/// What a record says.
#[derive(Debug)]
pub(super) enum What {
    User(User),
    Agent(Agent),
    /// The developer's words, taken up while the agent worked.
    Queued(Vec<Act>),
    /// A change of the queue of words that wait for the agent.
    Queue(Change),
    /// A text that a hook or the editor put in.
    Note(&'static str, String),
    /// A command that ran outside the conversation.
    Local(Vec<Act>),
    Compacted(String),
    Failure(String),
    Title(TitleKind, String, Option<String>),
    Repository(String),
    Other,
}

/// A `user` record.
#[derive(Debug)]
pub(super) struct User {
    pub(super) acts: Vec<Act>,
    pub(super) results: Vec<ToolResult>,
    pub(super) sidecar: Sidecar,
    pub(super) denial: Option<String>,
    /// Whether it names a message that the developer cut.
    pub(super) cut: bool,
}

/// An `assistant` record.
#[derive(Debug)]
pub(super) struct Agent {
    pub(super) message: Option<String>,
    pub(super) model: Option<String>,
    pub(super) is_error: bool,
    pub(super) is_aborted: bool,
    pub(super) blocks: Vec<Block>,
}

/// A change of the queue.
#[derive(Debug)]
pub(super) enum Change {
    Enqueued(String),
    /// Taken out for the agent; the text stands there in new versions only.
    Removed(Option<String>),
    /// Taken out because the turn had ended.
    Dequeued(Option<String>),
    /// Pulled back by the developer.
    Pulled,
}

impl Entry {
    /// Makes an entry of a record.
    pub(super) fn new(mut record: Record, place: Place) -> Entry {
        let identity = identity(&record);
        let aside = record.is_sidechain == Some(true)
            || record.agent_id.is_some()
            || record.parent_tool_use_id.is_some();
        let by_program = by_program(&record);
        let agent = record.agent_id.take().or(record.parent_tool_use_id.take());
        let origin = Origin {
            native_id: record.uuid.clone(),
            time: record.timestamp.as_deref().and_then(moment),
            place: Some(place.offset),
        };
        let mut replaced = record.supersedes_uuids.take().unwrap_or_default();
        replaced.append(&mut record.retracted_message_uuids.take().unwrap_or_default());
        let setting = Setting {
            version: record.version.take(),
            folder: record.cwd.take(),
            branch: record.git_branch.take(),
            entrypoint: record.entrypoint.take(),
            forked_from: record.forked_from.take().map(|forked| forked.session_id),
            replaced,
        };
        Entry {
            uuid: record.uuid.take(),
            parent: record
                .parent_uuid
                .take()
                .or_else(|| record.logical_parent_uuid.take()),
            session: record
                .session_id
                .take()
                .or_else(|| record.streamed_session_id.take()),
            aside,
            agent,
            by_program,
            origin,
            identity,
            setting,
            what: what(record),
        }
    }
}

/// The kit for programs also carries what a person types on a telephone; the origin tells.
fn by_program(record: &Record) -> Option<bool> {
    let origin = record.origin.as_ref().map(|origin| origin.kind.as_str());
    match (origin, record.prompt_source.as_deref()) {
        (Some("human"), _) | (_, Some("typed" | "queued")) => Some(false),
        (_, Some("sdk")) => Some(true),
        _ => None,
    }
}

/// Only the same id with the same words is the same record: files that were made anonymous repeat ids.
fn identity(record: &Record) -> Option<u64> {
    let uuid = record.uuid.as_ref()?;
    let words = record.message.as_ref().or(record.attachment.as_ref())?;
    let mut hasher = DefaultHasher::new();
    (uuid, words.get()).hash(&mut hasher);
    Some(hasher.finish())
}

fn what(mut record: Record) -> What {
    let title = |kind, text: Option<String>, leaf| {
        text.filter(|text| !text.trim().is_empty())
            .map_or(What::Other, |text| What::Title(kind, text, leaf))
    };
    match record.kind.as_deref().unwrap_or_default() {
        "user" => What::User(user(record)),
        "assistant" => What::Agent(agent(record)),
        "attachment" => attachment(&record),
        "queue-operation" => queue(&record),
        "system" => system(&record),
        "custom-title" => title(TitleKind::Developer, record.custom_title, None),
        "ai-title" => title(TitleKind::Agent, record.ai_title, None),
        "agent-name" => title(TitleKind::AgentName, record.agent_name, None),
        "summary" => title(
            TitleKind::Summary,
            record.summary.take(),
            Some(record.leaf_uuid.unwrap_or_default()),
        ),
        "pr-link" => record.pr_repository.map_or(What::Other, What::Repository),
        _ => What::Other,
    }
}

fn user(mut record: Record) -> User {
    let message = record.message();
    let content = message.content.or_else(|| record.content.take());
    let (mut texts, mut results, mut images) = (Vec::new(), Vec::new(), 0);
    for block in wire::blocks(content.as_deref()) {
        match block {
            Block::Text(text) => texts.push(text),
            Block::Image => images += 1,
            Block::Result(result) => results.push(result),
            Block::Thinking(_) | Block::Call { .. } | Block::Other(..) => (),
        }
    }
    User {
        acts: user::acts(&record, texts, images, !results.is_empty()),
        results,
        sidecar: record.tool_use_result,
        denial: record.tool_denial_kind,
        cut: record.interrupted_message_id.is_some()
            && record.interrupted_by_shutdown != Some(true),
    }
}

fn agent(mut record: Record) -> Agent {
    let message = record.message();
    let content = message.content.or_else(|| record.content.take());
    let is_synthetic = message.model.as_deref() == Some("<synthetic>");
    Agent {
        message: message.id,
        model: message.model.filter(|_| !is_synthetic),
        is_error: is_synthetic || record.is_api_error_message == Some(true),
        is_aborted: record.is_aborted_mid_stream == Some(true),
        blocks: wire::blocks(content.as_deref()),
    }
}

fn attachment(record: &Record) -> What {
    let Some(attachment) = record
        .attachment
        .as_deref()
        .and_then(wire::parse::<Attachment>)
    else {
        return What::Other;
    };
    match attachment.kind.as_deref().unwrap_or_default() {
        "queued_command" => What::Queued(user::queued_acts(record, &attachment)),
        "edited_text_file" => What::Note("edited file", wire::plain(attachment.snippet.as_deref())),
        "hook_blocking_error" => What::Note(
            "hook",
            wire::plain(attachment.blocking_error.or(attachment.content).as_deref()),
        ),
        _ => What::Other,
    }
}

fn queue(record: &Record) -> What {
    let content = record.content.as_deref().map(|raw| wire::plain(Some(raw)));
    let text = content.filter(|text| !text.trim().is_empty());
    let change = match (record.operation.as_deref(), text) {
        (Some("enqueue"), Some(text)) => Change::Enqueued(text),
        (Some("remove"), text) => Change::Removed(text),
        (Some("dequeue"), text) => Change::Dequeued(text),
        (Some("popAll"), _) => Change::Pulled,
        _ => return What::Other,
    };
    What::Queue(change)
}

fn system(record: &Record) -> What {
    let content = wire::plain(record.content.as_deref());
    match record.subtype.as_deref().unwrap_or_default() {
        "compact_boundary" => What::Compacted(
            record
                .compact_metadata
                .as_ref()
                .map(|metadata| metadata.trigger.clone())
                .unwrap_or_default(),
        ),
        "local_command" => What::Local(user::local_acts(content)),
        "api_error" | "error" | "api_refusal" => What::Failure(failure(record, &content)),
        _ => What::Other,
    }
}

/// Gives the reason of a failure in a few words.
fn failure(record: &Record, content: &str) -> String {
    let reason = record
        .error
        .as_deref()
        .and_then(wire::parse::<serde_json::Value>);
    let text = |key: &str| {
        reason
            .as_ref()?
            .get(key)?
            .as_str()
            .filter(|text| !text.is_empty())
    };
    let status = || reason.as_ref()?.get("status")?.as_u64();
    match text("formatted").or_else(|| text("message")) {
        Some(text) => text.to_owned(),
        None => status().map_or_else(|| content.to_owned(), |status| format!("status {status}")),
    }
}
