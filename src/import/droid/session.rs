//! Records to turns.

use crate::import::Aside;
use crate::import::blocks::{Block, plain};
use crate::import::builder::{Origin, SessionBuilder};
use crate::import::calls::Shown;
use crate::import::records::Place;
use crate::model::{EventKind, Session, Surface, ToolStatus, TurnKind};

use super::FORMAT;
use super::text::{exit_code, is_refusal, without_reminders};
use super::wire::{Message, Record};

/// A session that is being read.
pub(super) struct Telling {
    builder: SessionBuilder,
    aside: Option<Aside>,
    /// The last text of the agent's, which the end of a stream repeats.
    said: String,
}

impl Telling {
    /// Begins to read a file.
    pub(super) fn new(path: &str) -> Telling {
        let mut builder = SessionBuilder::new(path, FORMAT.id);
        FORMAT.name.clone_into(&mut builder.session.agent);
        builder.session.surface = Some(Surface::Cli);
        Telling {
            builder,
            aside: None,
            said: String::new(),
        }
    }

    /// Gives the session, and why no developer speaks in it; `None` where nothing was said.
    pub(super) fn finish(self) -> Option<(Session, Option<Aside>)> {
        (!self.builder.is_empty()).then(|| (self.builder.finish(), self.aside))
    }

    /// Takes the next record.
    pub(super) fn record(&mut self, mut record: Record, place: Place) {
        let origin = Origin {
            native_id: record.id.clone(),
            time: record.time(),
            place: Some(place.offset),
        };
        if record.session().is_some() {
            self.streamed(&record);
        }
        match record.kind.as_deref().unwrap_or_default() {
            "session_start" => self.head(record),
            "message" if record.role.is_some() => self.spoken(&record, &origin),
            "message" => {
                let message = std::mem::take(&mut record.message);
                self.message(&message, &origin);
            }
            "tool_call" => self.called(&record, origin),
            "tool_result" => self.result(
                record.call(),
                &plain(&record.value),
                record.is_error,
                &origin,
            ),
            "completion" => {
                let text = record.final_text.unwrap_or_default();
                if text.trim() != self.said.trim() {
                    self.prose(&text, &origin);
                }
            }
            "compaction_state" => {
                let summary = record.summary.or(record.summary_text);
                self.compaction(summary.as_deref().unwrap_or_default(), origin);
            }
            "error" => self.builder.agent_event(EventKind::Error, "", origin),
            _ => (),
        }
    }

    fn head(&mut self, head: Record) {
        if !self.builder.session.key.is_empty() {
            return;
        }
        let session = &mut self.builder.session;
        session.key = head.id.unwrap_or_default();
        let title = head.given_title.or(head.title);
        session.title = title.filter(|title| !title.trim().is_empty());
        session.folder = head.cwd;
        session.agent_version = head.version.as_str().map(str::to_owned);
        if head.caller.is_some() {
            self.aside = Some(Aside::SubAgent);
        }
        session.parent = head.caller;
    }

    /// Takes what a streamed record tells of its session: nobody sat before it.
    fn streamed(&mut self, record: &Record) {
        self.aside = self.aside.or(Some(Aside::Machine));
        let session = &mut self.builder.session;
        session.surface = Some(Surface::Sdk);
        if session.key.is_empty() {
            let id = record.session().unwrap_or_default();
            id.clone_into(&mut session.key);
        }
        session.folder = session.folder.take().or_else(|| record.cwd.clone());
        self.builder
            .model(record.model.as_deref().unwrap_or_default());
    }

    /// Takes a message of a stream.
    fn spoken(&mut self, record: &Record, origin: &Origin) {
        let text = record.text.as_deref().unwrap_or_default();
        match record.role.as_deref() {
            Some("user") => self.developer(TurnKind::Prompt, text, origin),
            Some("assistant") => self.prose(text, origin),
            _ => (),
        }
    }

    fn message(&mut self, message: &Message, origin: &Origin) {
        self.builder
            .model(message.model.as_deref().unwrap_or_default());
        match message.role.as_deref() {
            Some("user") => self.user(message, origin),
            Some("assistant") => {
                for block in &message.content {
                    self.block(block, origin);
                }
            }
            _ => (),
        }
    }

    /// Takes a message that the model got in the user's name: results, words, or both.
    fn user(&mut self, message: &Message, origin: &Origin) {
        let mut kind = TurnKind::Prompt;
        for block in &message.content {
            match block.kind.as_deref() {
                Some("tool_result") => {
                    kind = TurnKind::Steering;
                    self.result(block.call(), &plain(&block.content), block.is_error, origin);
                }
                Some("text") => {
                    let text = block.text.as_deref().unwrap_or_default();
                    self.developer(kind, text, origin);
                }
                _ => (),
            }
        }
        let is_picture = |block: &Block| block.is_image();
        if !message.content.is_empty() && message.content.iter().all(is_picture) {
            self.builder
                .developer(TurnKind::Prompt, "[image]", origin.clone());
        }
    }

    fn developer(&mut self, kind: TurnKind, text: &str, origin: &Origin) {
        let (words, reminders) = without_reminders(text);
        for reminder in reminders {
            self.builder.injected("reminder", reminder, origin.clone());
        }
        if !words.trim().is_empty() {
            self.builder.developer(kind, words, origin.clone());
        }
    }

    fn block(&mut self, block: &Block, origin: &Origin) {
        if block.kind.as_deref() == Some("text") {
            self.prose(block.text.as_deref().unwrap_or_default(), origin);
        } else {
            block.tell(&mut self.builder, origin);
        }
    }

    fn prose(&mut self, text: &str, origin: &Origin) {
        if !text.trim().is_empty() {
            text.clone_into(&mut self.said);
            self.builder.prose(text, origin.clone());
        }
    }

    fn called(&mut self, record: &Record, origin: Origin) {
        let shown = Shown::of(&record.parameters);
        let name = record.tool.as_deref().unwrap_or("tool");
        self.builder
            .call(record.call(), name, &shown.target, shown.input, origin);
    }

    fn result(&mut self, id: &str, text: &str, is_error: bool, origin: &Origin) {
        let is_refused = is_refusal(text);
        let status = match exit_code(text) {
            _ if is_refused => ToolStatus::Refused,
            Some(code) => ToolStatus::Exit(code),
            None if is_error => ToolStatus::Failed,
            None => ToolStatus::Done,
        };
        self.builder.result(id, text, Some(status), origin.clone());
        if is_refused {
            let tool = self.builder.call_name(id).unwrap_or_default().to_owned();
            self.builder
                .call_event(id, EventKind::Refused, &tool, origin.clone());
        }
    }

    fn compaction(&mut self, summary: &str, origin: Origin) {
        self.builder
            .agent_event(EventKind::Compacted, "", origin.clone());
        if !summary.trim().is_empty() {
            self.builder.injected("compaction summary", summary, origin);
        }
    }
}
