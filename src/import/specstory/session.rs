//! Tells the messages of a file to the session builder, in order.

use crate::import::builder::{Origin, SessionBuilder};
use crate::model::{EventKind, Role, Session, TurnKind};

use super::blocks::{Block, blocks};
use super::developer::{Said, said};
use super::heading::Writer;
use super::lines::{Line, join, trim_blank};
use super::messages::Message;
use super::outcome::{Act, act};
use super::tools::{Call, Printed};

/// Names that stand for a model which is not known.
const NO_MODELS: [&str; 4] = ["default", "auto", "copilot/auto", "<synthetic>"];

/// A session while its messages are told.
pub(super) struct Telling {
    builder: SessionBuilder,
    writer: Writer,
    /// How many calls there were; the file gives them no ids.
    calls: usize,
    /// The name of the last tool.
    tool: String,
    /// Whether the last that happened is that the developer stopped the agent or refused a tool: the message
    /// `[Request interrupted …]` that follows says it again.
    stopped: bool,
    /// The words of a refusal, which every tool that was called at the same time repeats.
    refusal: Option<String>,
}

impl Telling {
    /// Begins a session.
    pub(super) fn new(builder: SessionBuilder, writer: Writer) -> Telling {
        Telling {
            builder,
            writer,
            calls: 0,
            tool: String::new(),
            stopped: false,
            refusal: None,
        }
    }

    /// Ends the session.
    pub(super) fn finish(self) -> Session {
        self.builder.finish()
    }

    /// Tells one message.
    pub(super) fn tell(&mut self, message: &Message, lines: &[Line]) {
        let origin = Origin {
            native_id: message.native_id.clone(),
            time: message.time,
            place: Some(lines[message.line].offset),
        };
        let body = &lines[message.body.clone()];
        match message.role {
            _ if message.sidechain => self.sidechain(body, &origin),
            Role::Developer => {
                for piece in said(&join(body)) {
                    self.developer(piece, origin.clone());
                }
            }
            Role::Agent => {
                self.model(message, body, &origin);
                for block in blocks(body, self.writer) {
                    self.agent(block, origin.clone());
                }
            }
        }
    }

    fn model(&mut self, message: &Message, body: &[Line], origin: &Origin) {
        let Some(model) = message.model.as_deref() else {
            return;
        };
        if !NO_MODELS.contains(&model) {
            self.builder.model(model);
        } else if model == "<synthetic>" {
            // Under this name the program reports its own errors, and that nothing was to be answered.
            let first = body.iter().map(|line| line.text.trim());
            let first = first.into_iter().find(|line| !line.is_empty());
            if let Some(first) = first.filter(|line| *line != "No response requested.") {
                self.builder
                    .agent_event(EventKind::Error, first, origin.clone());
            }
        }
    }

    fn developer(&mut self, piece: Said, origin: Origin) {
        let stopped = std::mem::take(&mut self.stopped);
        match piece {
            Said::Words(words) => self.speak(TurnKind::Prompt, words, origin),
            Said::Command { name, words } if words.is_empty() => {
                self.builder.event(EventKind::Command, &name, origin);
            }
            Said::Command { name, words } => {
                self.speak(TurnKind::Command, format!("{name} {words}"), origin);
            }
            Said::Interrupted(_) => {
                if !stopped {
                    self.builder.event(EventKind::Interrupted, "", origin);
                }
                self.stopped = true;
            }
            Said::Shell(command) => {
                self.builder
                    .agent_event(EventKind::Shell, &command, origin.clone());
                self.builder.injected("shell", command, origin);
            }
            Said::Summary(summary) => {
                self.builder
                    .agent_event(EventKind::Compacted, "", origin.clone());
                self.builder.injected("compaction summary", summary, origin);
            }
            Said::Plan(plan) => {
                self.builder
                    .agent_event(EventKind::PlanAccepted, "", origin.clone());
                self.builder.injected("plan", plan, origin);
            }
            Said::Injected(_, text) if text.is_empty() => (),
            Said::Injected(name, text) => self.builder.injected(name, text, origin),
        }
    }

    fn speak(&mut self, kind: TurnKind, words: String, origin: Origin) {
        self.refusal = None;
        self.builder.developer(kind, words, origin);
    }

    fn agent(&mut self, block: Block, origin: Origin) {
        match block {
            Block::Prose(text) => {
                self.stopped = false;
                self.builder.prose(text, origin);
            }
            Block::Thinking(text) => {
                self.stopped = false;
                self.builder.thinking(text, origin);
            }
            Block::Tool(printed) => self.call(&printed, origin),
            Block::Cancelled => self.stop(origin),
        }
    }

    fn call(&mut self, printed: &Printed, origin: Origin) {
        let Call {
            name,
            target,
            input,
            output,
            status,
            act,
        } = printed.read();
        self.calls += 1;
        self.stopped = false;
        let id = self.calls.to_string();
        self.builder
            .call(&id, &name, &target, input, origin.clone());
        if let Some(output) = output {
            self.builder.result(&id, &output, status, origin.clone());
        }
        self.tool = name;
        if let Some(act) = act {
            self.act(act, origin);
        }
    }

    fn act(&mut self, act: Act, origin: Origin) {
        match act {
            Act::Stopped => self.stop(origin),
            Act::Answered(words) => self.speak(TurnKind::Answer, words, origin),
            Act::Refused(words) => {
                let tool = std::mem::take(&mut self.tool);
                self.builder
                    .event(EventKind::Refused, &tool, origin.clone());
                self.stopped = true;
                if words.is_some() && words != self.refusal {
                    self.refusal.clone_from(&words);
                    let words = words.unwrap_or_default();
                    self.builder.developer(TurnKind::Refusal, words, origin);
                }
            }
        }
    }

    fn stop(&mut self, origin: Origin) {
        let tool = std::mem::take(&mut self.tool);
        self.builder
            .agent_event(EventKind::Interrupted, &tool, origin);
        self.stopped = true;
    }

    /// Folds a message between the agent and an agent of its own into the agent's turn. What the developer
    /// did there still counts: sub-agents ask for permission too.
    fn sidechain(&mut self, body: &[Line], origin: &Origin) {
        let text = join(trim_blank(body));
        let interrupted = act(&text) == Some(Act::Stopped);
        if !text.is_empty() {
            self.builder.injected("sub-agent", text, origin.clone());
        }
        if interrupted {
            self.stop(origin.clone());
        }
        for block in blocks(body, self.writer) {
            if let Block::Tool(printed) = block {
                let call = printed.read();
                self.tool = call.name;
                if let Some(act) = call.act {
                    self.act(act, origin.clone());
                }
            }
        }
    }
}
