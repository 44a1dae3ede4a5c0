//! The second pass over a file: entries to turns.

use crate::import::blocks::Block;
use crate::import::builder::{Origin, SessionBuilder};
use crate::import::calls::Shown;
use crate::import::records::Place;
use crate::model::{EventKind, Session, Surface, ToolStatus, TurnKind};

use super::FORMAT;
use super::branches::Census;
use super::wire::{Message, Record, words};

/// A session that is being read.
pub(super) struct Telling<'a> {
    builder: SessionBuilder,
    census: &'a Census,
    /// Whether the last message was a tool's result, so that the agent still has the word.
    is_working: bool,
}

impl<'a> Telling<'a> {
    /// Begins to read a file of which the census is known.
    pub(super) fn new(path: &str, census: &'a Census) -> Telling<'a> {
        let mut builder = SessionBuilder::new(path, FORMAT.id);
        let is_openclaw = census.is_openclaw || path.contains("openclaw");
        let name = if is_openclaw { "OpenClaw" } else { "Pi" };
        name.clone_into(&mut builder.session.agent);
        // Pi is a terminal program; OpenClaw is spoken to from wherever its owner is.
        builder.session.surface = (!is_openclaw).then_some(Surface::Cli);
        Telling {
            builder,
            census,
            is_working: false,
        }
    }

    /// Gives the session; `None` where nothing was said.
    pub(super) fn finish(self) -> Option<Session> {
        (!self.builder.is_empty()).then(|| self.builder.finish())
    }

    /// Takes the next record.
    pub(super) fn record(&mut self, record: Record, place: Place) {
        let origin = Origin {
            native_id: record.id.clone(),
            time: record.time(),
            place: Some(place.offset),
        };
        match record.kind.as_deref().unwrap_or_default() {
            "session" => self.head(record, &origin),
            "message" => self.message(&record.message, origin),
            "model_change" => self.model(record.model_id.as_deref()),
            "compaction" => self.compaction(record.summary.as_deref(), origin),
            "branch_summary" => self.fold("branch summary", record.summary.as_deref(), origin),
            "custom_message" => {
                let name = record.custom_type.as_deref().unwrap_or("custom message");
                self.fold(name, Some(&words(&record.content)), origin);
            }
            "session_info" => {
                let name = record.name.filter(|name| !name.trim().is_empty());
                let title = &mut self.builder.session.title;
                *title = name.or(title.take());
            }
            _ => (),
        }
    }

    fn head(&mut self, head: Record, origin: &Origin) {
        self.model(head.model_id.as_deref());
        let session = &mut self.builder.session;
        if session.key.is_empty() {
            session.key = head.id.unwrap_or_default();
            session.folder = head.cwd;
            session.parent = head.branched_from.or(head.parent_session);
            session.started = origin.time;
            session.ended = origin.time;
        }
    }

    fn model(&mut self, name: Option<&str>) {
        self.builder.model(name.unwrap_or_default());
    }

    fn message(&mut self, message: &Message, origin: Origin) {
        let was_working = std::mem::take(&mut self.is_working);
        match message.role.as_deref().unwrap_or_default() {
            "user" => self.developer(message, was_working, origin),
            "assistant" => self.agent(message, &origin),
            "toolResult" => {
                self.is_working = true;
                self.result(message, origin);
            }
            "bashExecution" => self.shell(message, origin),
            "branchSummary" => self.fold("branch summary", message.summary.as_deref(), origin),
            "compactionSummary" => self.compaction(message.summary.as_deref(), origin),
            role => {
                let name = message.custom_type.as_deref().unwrap_or(role);
                self.fold(name, Some(&message.words()), origin);
            }
        }
    }

    fn developer(&mut self, message: &Message, was_working: bool, origin: Origin) {
        let text = message.words();
        if text.is_empty() {
            return;
        }
        let kind = if was_working {
            TurnKind::Steering
        } else {
            TurnKind::Prompt
        };
        let id = origin.native_id.as_ref();
        let is_left = id.is_some_and(|id| self.census.left.contains(id));
        self.builder.developer(kind, text, origin.clone());
        if is_left {
            self.builder.event(EventKind::TakenBack, "", origin);
        }
    }

    fn agent(&mut self, message: &Message, origin: &Origin) {
        for block in &message.content {
            self.block(block, origin);
        }
        let reason = message.failure.as_deref().unwrap_or_default();
        match message.stop_reason.as_deref() {
            // The model of an answer that never began has not answered.
            Some("aborted") => self
                .builder
                .event(EventKind::Interrupted, "", origin.clone()),
            Some("error") => {
                let line = reason.lines().next().unwrap_or_default();
                let detail: String = line.chars().take(200).collect();
                self.builder
                    .agent_event(EventKind::Error, &detail, origin.clone());
            }
            _ => (),
        }
        if !message.content.is_empty() {
            self.model(message.model.as_deref());
        }
    }

    fn block(&mut self, block: &Block, origin: &Origin) {
        let text = block.text.as_deref().unwrap_or_default();
        match block.kind.as_deref().unwrap_or_default() {
            "text" if !text.trim().is_empty() => self.builder.prose(text, origin.clone()),
            "thinking" => {
                let text = block.thinking.as_deref().unwrap_or_default();
                if !text.trim().is_empty() {
                    self.builder.thinking(text, origin.clone());
                }
            }
            "toolCall" => {
                let shown = Shown::of(block.input());
                let id = block.id.as_deref().unwrap_or_default();
                let name = block.name.as_deref().unwrap_or("tool");
                self.builder
                    .call(id, name, &shown.target, shown.input, origin.clone());
            }
            _ => (),
        }
    }

    fn result(&mut self, message: &Message, origin: Origin) {
        let text = message.words();
        let status = match exit_code(&text) {
            Some(code) if message.is_error => ToolStatus::Exit(code),
            _ if message.is_error => ToolStatus::Failed,
            _ => ToolStatus::Done,
        };
        let id = message.tool_call_id.as_deref().unwrap_or_default();
        self.builder.result(id, &text, Some(status), origin);
    }

    /// Takes a command that the developer ran.
    fn shell(&mut self, message: &Message, origin: Origin) {
        let command = message.command.as_deref().unwrap_or_default();
        self.builder
            .agent_event(EventKind::Shell, command, origin.clone());
        let output = message.output.as_deref().unwrap_or_default();
        let text = format!("{command}\n{output}");
        self.builder.injected("shell command", text, origin.clone());
        if message.cancelled {
            self.builder
                .event(EventKind::Interrupted, "shell command", origin);
        }
    }

    fn compaction(&mut self, summary: Option<&str>, origin: Origin) {
        self.builder
            .agent_event(EventKind::Compacted, "", origin.clone());
        self.fold("compaction summary", summary, origin);
    }

    fn fold(&mut self, name: &str, text: Option<&str>, origin: Origin) {
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            self.builder.injected(name, text, origin);
        }
    }
}

/// Gives the exit status that a failed command's result ends with.
fn exit_code(text: &str) -> Option<i32> {
    let last = text.lines().next_back()?;
    last.strip_prefix("Command exited with code ")?
        .trim()
        .parse()
        .ok()
}
