//! The rows of a session as turns.

use std::collections::HashMap;

use serde_json::Value;

use crate::import::builder::{Origin, SessionBuilder};
use crate::import::calls::Shown;
use crate::import::claude_code::{Act, New, Refusals, Verdict, is_typed, text_acts, told};
use crate::import::{Aside, FORMATS, entire};
use crate::model::{EventKind, Session, Surface, TurnKind};

use super::about::About;
use super::gather::Gathered;
use super::rows::{Kind, Row};

/// A repository of which every session is a sub-agent's: the makers of the tables leave it out of what they count.
const SUB_AGENTS: &str = "dayhaysoos/nimbus";
/// How the id of a sub-agent's session begins.
const SUB_AGENT: &str = "agent-";
/// What the program notes where it put a summary in place of the conversation.
const COMPACTED: &str = "Conversation compacted";

/// Puts a session together; none where nothing was said in it.
pub(super) fn session(
    path: &str,
    rows: Gathered,
    about: About,
) -> Option<(Option<Aside>, Session)> {
    let agent = about.agent.or(rows.agent);
    let agent = agent.as_deref().map_or("Unknown", agent_name);
    let repository = about.repository.or(rows.repository);
    let of_sub_agents = repository.as_deref() == Some(SUB_AGENTS);
    let is_sub_agent = of_sub_agents || rows.id.starts_with(SUB_AGENT);
    let mut builder = SessionBuilder::new(path, super::FORMAT.id);
    let session = &mut builder.session;
    entire::own_id(&rows.id).clone_into(&mut session.key);
    agent.clone_into(&mut session.agent);
    session.models = rows.models;
    if session.models.is_empty() {
        session.models.extend(about.model);
    }
    session.surface = Some(Surface::Cli);
    session.repository = repository;
    session.branch = about.branch;
    session.started = about.created;
    let mut telling = Telling::of(builder, rows.id, agent, &rows.rows);
    for (position, row) in rows.rows.into_iter().enumerate() {
        telling.row(row, position);
    }
    let session = telling.finish()?;
    Some((is_sub_agent.then_some(Aside::SubAgent), session))
}

/// Gives an agent's name as people write it.
fn agent_name(name: &str) -> &str {
    let id = name.trim().to_lowercase().replace([' ', '_'], "-");
    let known = FORMATS.iter().find(|format| format.id == id);
    match id.as_str() {
        "" | "agent" | "unknown" => "Unknown",
        _ => known.map_or(name.trim(), |format| format.name),
    }
}

/// A message that waits until the agent can take it.
struct Waiting {
    text: String,
    origin: Origin,
    position: usize,
}

/// A session that is being told.
struct Telling {
    builder: SessionBuilder,
    id: String,
    /// Whether what stands in the developer's place may be marked as Claude Code marks it.
    is_claude: bool,
    /// Where each prompt stands last.
    prompts: HashMap<String, usize>,
    waiting: Vec<Waiting>,
    refusals: Refusals,
    /// How many messages of the agent's made calls, to tell which calls stand in one.
    messages: usize,
    last: Option<Kind>,
    last_call: String,
    calls: usize,
    /// Whether the developer stopped the agent since one of them last spoke.
    is_stopped: bool,
    is_compacted: bool,
}

impl Telling {
    fn of(builder: SessionBuilder, id: String, agent: &str, rows: &[Row]) -> Telling {
        let prompts = rows.iter().enumerate();
        let prompts = prompts.filter(|(_, row)| row.kind == Kind::Prompt);
        let agent = agent.to_lowercase();
        Telling {
            builder,
            id,
            is_claude: agent == "unknown" || agent.contains("claude"),
            prompts: prompts
                .map(|(position, row)| (row.content.trim().to_owned(), position))
                .collect(),
            waiting: Vec::new(),
            refusals: Refusals::default(),
            messages: 0,
            last: None,
            last_call: String::new(),
            calls: 0,
            is_stopped: false,
            is_compacted: false,
        }
    }

    fn row(&mut self, row: Row, position: usize) {
        let own = row.turn.map(|turn| format!("{}#{turn}", self.id));
        let origin = Origin {
            native_id: row.id.clone().or(own),
            time: row.time(),
            place: Some(row.place),
        };
        let kind = row.kind;
        let is_filled = !row.content.trim().is_empty();
        match kind {
            Kind::Call => self.call(row, origin),
            Kind::Result => self.result(&row, &origin),
            Kind::Delivered => self.delivered(row.content, origin, position),
            Kind::Discarded => self.discarded(&row.content),
            Kind::Prompt if is_filled => self.spoken(row.content, &origin),
            Kind::Enqueued if is_typed(&row.content) => self.waiting.push(Waiting {
                text: row.content,
                origin,
                position,
            }),
            Kind::Injected if is_filled => self.injected(row.content, &origin),
            Kind::Continuation if is_filled => self.summary(row.content, &origin),
            Kind::Response if is_filled => {
                self.is_stopped = false;
                self.builder.prose(row.content, origin);
            }
            Kind::Thinking if is_filled => self.builder.thinking(row.content, origin),
            Kind::Summary if is_filled => self.builder.injected("summary", row.content, origin),
            Kind::System if row.content.starts_with(COMPACTED) => self.compacted(&origin),
            Kind::System if is_filled => self.builder.injected("system", row.content, origin),
            _ => (),
        }
        if kind != Kind::Aside {
            self.last = Some(kind);
        }
    }

    /// Takes what the developer said, with what the program put around it.
    fn spoken(&mut self, text: String, origin: &Origin) {
        if !self.is_claude {
            self.developer(TurnKind::Prompt, text, origin);
            return;
        }
        let mut acts = Vec::new();
        text_acts(text, TurnKind::Prompt, &mut acts);
        for act in acts {
            self.act(act, origin);
        }
    }

    /// Takes what nobody typed; a command that the developer gave can be among it.
    fn injected(&mut self, text: String, origin: &Origin) {
        if !self.is_claude {
            self.builder.injected("instructions", text, origin.clone());
            return;
        }
        let mut acts = Vec::new();
        text_acts(text, TurnKind::Prompt, &mut acts);
        for act in acts {
            match act {
                Act::Words(TurnKind::Prompt, text) => {
                    self.builder.injected("instructions", text, origin.clone());
                }
                act => self.act(act, origin),
            }
        }
    }

    fn act(&mut self, act: Act, origin: &Origin) {
        match act {
            Act::Words(kind, text) => self.developer(kind, text, origin),
            Act::Injected(name, text) => self.builder.injected(name, text, origin.clone()),
            Act::Summary(text) => self.summary(text, origin),
            Act::Interrupted => self.stopped(origin),
            Act::Plan(text) => {
                self.is_stopped = false;
                let builder = &mut self.builder;
                builder.agent_event(EventKind::PlanAccepted, "", origin.clone());
                builder.injected("plan", text, origin.clone());
            }
            Act::Command(command) => self.event(EventKind::Command, &command, origin),
            Act::Shell(command) => self.event(EventKind::Shell, &command, origin),
            Act::Editor => (),
        }
    }

    fn event(&mut self, kind: EventKind, detail: &str, origin: &Origin) {
        self.builder.event(kind, detail, origin.clone());
    }

    fn developer(&mut self, kind: TurnKind, text: String, origin: &Origin) {
        self.is_stopped = false;
        self.builder.developer(kind, text, origin.clone());
    }

    /// Notes that the developer stopped the agent, once for all rows that tell of it.
    fn stopped(&mut self, origin: &Origin) {
        if !std::mem::replace(&mut self.is_stopped, true) {
            self.event(EventKind::Interrupted, "", origin);
        }
    }

    fn compacted(&mut self, origin: &Origin) {
        self.event(EventKind::Compacted, "", origin);
        self.is_compacted = true;
    }

    fn summary(&mut self, text: String, origin: &Origin) {
        if !std::mem::take(&mut self.is_compacted) {
            self.event(EventKind::Compacted, "", origin);
        }
        self.builder.injected("summary", text, origin.clone());
    }

    fn call(&mut self, row: Row, origin: Origin) {
        self.is_stopped = false;
        self.messages += usize::from(self.last != Some(Kind::Call));
        self.calls += 1;
        self.last_call = row.call.unwrap_or_else(|| format!("call {}", self.calls));
        self.refusals
            .call(&self.last_call, Some(&self.messages.to_string()));
        let input = row.input.unwrap_or(row.content);
        let shown = Shown::of(&Value::String(input));
        let target = row.target.unwrap_or(shown.target);
        let name = row.tool.as_deref().unwrap_or("tool");
        self.builder
            .call(&self.last_call, name, &target, shown.input, origin);
    }

    fn result(&mut self, row: &Row, origin: &Origin) {
        let id = row.call.as_ref().unwrap_or(&self.last_call).clone();
        let tool = self.builder.call_name(&id).map(str::to_owned);
        let (verdict, status) = told(&row.content, tool.as_deref());
        self.builder
            .result(&id, &row.content, Some(status), origin.clone());
        match verdict {
            Verdict::Refused(words) => self.refused(&id, tool.as_deref(), words, origin),
            Verdict::PlanAccepted => {
                let builder = &mut self.builder;
                builder.call_event(&id, EventKind::PlanAccepted, "", origin.clone());
            }
            Verdict::Answered(text) => self.developer(TurnKind::Answer, text, origin),
            Verdict::Interrupted => {
                if !std::mem::replace(&mut self.is_stopped, true) {
                    let builder = &mut self.builder;
                    builder.call_event(&id, EventKind::Interrupted, "", origin.clone());
                }
            }
            Verdict::Let => (),
        }
    }

    fn refused(&mut self, id: &str, tool: Option<&str>, words: Option<String>, origin: &Origin) {
        let New { act, words } = self.refusals.add(id, words);
        if act {
            let tool = tool.unwrap_or_default();
            self.builder
                .call_event(id, EventKind::Refused, tool, origin.clone());
        }
        if let Some(words) = words {
            self.developer(TurnKind::Refusal, words, origin);
        }
        // The record of an interruption that follows is part of the refusal.
        self.is_stopped = true;
    }

    /// Takes a message that waited and was given to the agent: a turn, unless a prompt says the same.
    fn delivered(&mut self, text: String, origin: Origin, position: usize) {
        let waiting = match text.trim() {
            "" if self.waiting.is_empty() => return,
            "" => self.waiting.remove(0),
            words => self.equal(words).unwrap_or(Waiting {
                text,
                origin,
                position,
            }),
        };
        if is_typed(&waiting.text) && !self.is_known(&waiting) {
            self.developer(TurnKind::Steering, waiting.text, &waiting.origin);
        }
    }

    /// Forgets what the developer pulled back: a message of these words, else all that wait.
    fn discarded(&mut self, text: &str) {
        match text.trim() {
            "" => self.waiting.clear(),
            words => drop(self.equal(words)),
        }
    }

    fn equal(&mut self, words: &str) -> Option<Waiting> {
        let is_equal = |waiting: &Waiting| waiting.text.trim() == words;
        let at = self.waiting.iter().position(is_equal)?;
        Some(self.waiting.remove(at))
    }

    /// Tells whether a message of the queue stands in the session as a prompt too.
    fn is_known(&self, waiting: &Waiting) -> bool {
        let prompt = self.prompts.get(waiting.text.trim());
        prompt.is_some_and(|&position| position >= waiting.position)
    }

    fn finish(mut self) -> Option<Session> {
        for waiting in std::mem::take(&mut self.waiting) {
            if !self.is_known(&waiting) {
                self.developer(TurnKind::Steering, waiting.text, &waiting.origin);
                self.event(EventKind::DeliveryUnknown, "", &waiting.origin);
            }
        }
        (!self.builder.is_empty()).then(|| self.builder.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_are_named_as_people_write_them() {
        assert_eq!(agent_name("claude-code"), "Claude Code");
        assert_eq!(agent_name("Gemini CLI"), "Gemini CLI");
        assert_eq!(agent_name("opencode"), "OpenCode");
        assert_eq!(agent_name("Agent"), "Unknown");
        assert_eq!(agent_name(" Loom "), "Loom");
    }
}
