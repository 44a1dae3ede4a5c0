//! What the model saw, record by record: messages, reasoning, tool calls and their results.

use serde_json::Value;

use crate::import::builder::Origin;
use crate::import::records::Place;
use crate::model::{EventKind, ToolStatus, TurnKind};

use super::reader::Reader;
use super::results::{Outcome, outcome};
use super::tools;
use super::wire::Record;
use super::words::{self, Block};

impl Reader<'_> {
    /// Takes an item, bare or out of its wrapper.
    pub(super) fn item(&mut self, mut item: Record, mut origin: Origin, place: Place) {
        origin.native_id = item.id.take();
        let is_message = matches!(item.kind.as_deref(), None | Some("message"));
        match (
            item.kind.as_deref().unwrap_or_default(),
            item.role.as_deref(),
        ) {
            (_, Some("user")) if is_message => self.user_item(item, &origin, place),
            (_, Some("assistant")) if is_message => self.assistant_item(&item, origin),
            ("reasoning", _) if !self.census.reasoning_events => {
                self.thought(&words::reasoning(&item.summary, &item.content), origin);
            }
            ("error", _) => self.error(&item, origin),
            (kind, _) if kind.ends_with("_output") || kind.ends_with("_result") => {
                self.result(item, origin);
            }
            _ => self.call(item, origin),
        }
    }

    fn assistant_item(&mut self, item: &Record, origin: Origin) {
        self.model(item);
        if !self.census.agent_events {
            let text = if item.content.is_null() {
                words::said(&item.message)
            } else {
                words::said(&item.content)
            };
            self.said(&text, origin);
        }
    }

    /// Takes a user message as the model saw it. Its marks count in every file; its words only where no
    /// event repeats them.
    fn user_item(&mut self, mut item: Record, origin: &Origin, place: Place) {
        self.model(&item);
        let (mut typed, mut images, mut injected) = (Vec::new(), false, false);
        let content = if item.content.is_null() {
            item.message.take()
        } else {
            item.content.take()
        };
        for block in words::blocks(content) {
            match block {
                Block::Typed(text) => typed.push(text),
                Block::Image => images = true,
                other => {
                    injected = true;
                    self.mark(other, origin.clone());
                }
            }
        }
        if !self.census.user_events && (images || !typed.is_empty() || !injected) {
            self.developer(typed.join("\n"), images, origin.clone(), place.line);
        }
    }

    fn mark(&mut self, block: Block, origin: Origin) {
        match block {
            Block::Aborted => self.interrupt("", origin),
            Block::Shell { command, text } => {
                self.builder
                    .agent_event(EventKind::Shell, &command, origin.clone());
                self.builder.injected("shell command", text, origin);
            }
            Block::Environment(text) => {
                let folder = &mut self.builder.session.folder;
                if folder.is_none() {
                    *folder = words::between(&text, "<cwd>", "</cwd>").map(str::to_owned);
                }
                self.builder.injected("environment", text, origin);
            }
            Block::Injected(name, text) => self.builder.injected(name, text, origin),
            Block::Typed(_) | Block::Image => (),
        }
    }

    fn model(&mut self, item: &Record) {
        self.builder
            .model(item.model.as_deref().unwrap_or_default());
    }

    fn call(&mut self, mut item: Record, origin: Origin) {
        let Some(call) = tools::call(&mut item) else {
            return;
        };
        self.spoken = true;
        // The flat form has no ids: a result names its tool.
        let id = item.call_id.as_deref().unwrap_or(&call.name);
        self.builder
            .call(id, &call.name, &call.target, call.input, origin);
    }

    fn result(&mut self, item: Record, origin: Origin) {
        let id = item.call_id.or(item.name).unwrap_or_default();
        let output = [item.output, item.result, item.tools]
            .iter_mut()
            .map(Value::take)
            .find(|value| !value.is_null());
        let found = outcome(output.unwrap_or_default());
        let status = self.status(&id, &found);
        self.builder
            .result(&id, &found.text, status, origin.clone());
        let tool = self.builder.call_name(&id).unwrap_or_default().to_owned();
        if status == Some(ToolStatus::Refused) {
            self.builder
                .agent_event(EventKind::Refused, &tool, origin.clone());
        }
        if found.interrupted {
            self.interrupt(&tool, origin.clone());
        }
        if tool == "request_user_input"
            && let Some(answers) = words::answers(&found.text)
        {
            self.spoken = true;
            self.builder.developer(TurnKind::Answer, answers, origin);
        }
    }

    /// Gives how a call ended: events know better than the text that the model got.
    fn status(&self, id: &str, found: &Outcome) -> Option<ToolStatus> {
        let ended = self.census.ends.get(id).copied();
        let status = match found.status {
            Some(ToolStatus::Refused) => Some(ToolStatus::Refused),
            told => ended.or(told),
        };
        let guarded = found.guarded || self.census.guarded.contains(id);
        match status {
            Some(ToolStatus::Refused) if guarded => Some(ToolStatus::Failed),
            other => other,
        }
    }
}
