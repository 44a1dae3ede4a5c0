//! Puts the entries of one session in order: turns, calls with their results, and what happened.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use crate::import::builder::{Origin, SessionBuilder};
use crate::model::{EventKind, Session, ToolStatus, TurnKind};

use super::aside::Aside;
use super::branches;
use super::entry::{Agent, Change, Entry, User, What};
use super::queue::{Messages, Queue, Waiting, typed};
use super::refusals::{New, Refusals};
use super::results::{self, Verdict};
use super::setting::Description;
use super::text::Act;
use super::tools;
use super::wire::{Block, Sidecar, ToolResult};

/// What a file's entries tell.
pub(super) struct Told {
    /// The session; `None` where nothing was said.
    pub(super) session: Option<Session>,
    /// The entries of sub-agents.
    pub(super) aside: Vec<Entry>,
}

/// Which session it is, where that is not told by the records.
pub(super) struct Identity {
    pub(super) key: String,
    pub(super) parent: Option<String>,
}

/// Makes the session of a file's entries.
pub(super) fn replay(entries: Vec<Entry>, path: &str, identity: Option<Identity>) -> Told {
    let mut replay = Replay::new(&entries, path);
    if let Some(Identity { key, parent }) = identity {
        (replay.builder.session.key, replay.builder.session.parent) = (key, parent);
    }
    let mut aside = Vec::new();
    for (position, entry) in entries.into_iter().enumerate() {
        replay.position = position;
        aside.extend(replay.entry(entry));
    }
    Told {
        session: replay.finish(),
        aside,
    }
}

struct Replay {
    builder: SessionBuilder,
    position: usize,
    messages: Messages,
    queue: Queue,
    /// Position at which a text of the developer's was last taken up.
    taken_up: HashMap<String, usize>,
    seen: HashSet<u64>,
    abandoned: HashSet<String>,
    replaced: HashSet<String>,
    refusals: Refusals,
    /// Whether the developer stopped the agent since one of them last spoke.
    is_stopped: bool,
    /// Whether a compaction waits for its summary.
    is_compacted: bool,
    /// Whether the last record was a failure, which is tried again and again.
    has_failed: bool,
    /// Positions of the refusals that accept a plan.
    plans: HashSet<usize>,
    aside: Aside,
    description: Description,
}

impl Replay {
    fn new(entries: &[Entry], path: &str) -> Replay {
        let mut builder = SessionBuilder::new(path, super::FORMAT.id);
        let (own, former) = branches::own_and_former(entries, Path::new(path));
        super::FORMAT.name.clone_into(&mut builder.session.agent);
        builder.session.key = own.unwrap_or_default();
        builder.session.parent = former;
        Replay {
            builder,
            position: 0,
            messages: Messages::of(entries),
            queue: Queue::default(),
            taken_up: HashMap::new(),
            seen: HashSet::new(),
            abandoned: branches::abandoned(entries),
            replaced: branches::replaced(entries),
            refusals: Refusals::default(),
            is_stopped: false,
            is_compacted: false,
            has_failed: false,
            plans: branches::accepted_plans(entries),
            aside: Aside::of(entries),
            description: Description::of(entries),
        }
    }

    /// Takes an entry; gives it back where it is a sub-agent's.
    fn entry(&mut self, entry: Entry) -> Option<Entry> {
        // Compaction repeats records that it kept.
        if entry
            .identity
            .is_some_and(|identity| !self.seen.insert(identity))
        {
            return None;
        }
        if entry.aside {
            self.aside.add(&entry);
            return Some(entry);
        }
        let Entry {
            uuid,
            origin,
            setting,
            what,
            ..
        } = entry;
        setting.apply(&mut self.builder.session);
        match what {
            What::User(user) => self.user(user, &origin),
            What::Agent(agent) => {
                let is_replaced = uuid.is_some_and(|uuid| self.replaced.contains(&uuid));
                self.agent(agent, is_replaced, &origin);
            }
            What::Queued(acts) => self.queued(acts, &origin),
            What::Queue(change) => self.queue(change, origin),
            What::Note(name, text) if !text.trim().is_empty() => {
                self.builder.injected(name, text, origin);
            }
            What::Local(acts) => self.acts(acts, &origin),
            What::Compacted(trigger) => {
                self.builder.event(EventKind::Compacted, &trigger, origin);
                self.is_compacted = true;
            }
            What::Failure(reason) => self.failure(&reason, origin),
            What::Title(kind, text, leaf) => self.description.title(kind, text, leaf.as_deref()),
            What::Repository(name) => {
                self.builder.session.repository.get_or_insert(name);
            }
            What::Note(..) | What::Other => (),
        }
        None
    }

    fn user(&mut self, user: User, origin: &Origin) {
        self.flush_aside();
        for result in &user.results {
            self.result(result, &user, origin);
        }
        if user.cut {
            self.stopped(origin);
        }
        self.acts(user.acts, origin);
    }

    fn acts(&mut self, acts: Vec<Act>, origin: &Origin) {
        for act in acts {
            match act {
                Act::Words(kind, text) => self.developer(kind, text, origin.clone()),
                Act::Injected(name, text) => self.builder.injected(name, text, origin.clone()),
                Act::Summary(text) => {
                    if !std::mem::take(&mut self.is_compacted) {
                        self.builder.event(EventKind::Compacted, "", origin.clone());
                    }
                    self.builder.injected("summary", text, origin.clone());
                }
                Act::Interrupted => self.stopped(origin),
                Act::Plan(text) => {
                    self.is_stopped = false;
                    self.builder
                        .agent_event(EventKind::PlanAccepted, "", origin.clone());
                    self.builder.injected("plan", text, origin.clone());
                }
                Act::Command(command) => {
                    self.builder
                        .event(EventKind::Command, &command, origin.clone());
                }
                Act::Shell(command) => {
                    self.builder
                        .event(EventKind::Shell, &command, origin.clone());
                }
                Act::Editor => self.description.has_editor = true,
            }
        }
    }

    fn developer(&mut self, kind: TurnKind, text: String, origin: Origin) {
        self.is_stopped = false;
        self.has_failed = false;
        self.taken_up.insert(typed(&text).to_owned(), self.position);
        let is_left = origin
            .native_id
            .as_ref()
            .is_some_and(|id| self.abandoned.contains(id));
        self.builder.developer(kind, text, origin.clone());
        if is_left {
            self.builder.event(EventKind::TakenBack, "", origin);
        }
    }

    /// Notes that the developer stopped the agent, once for all records that tell of it.
    fn stopped(&mut self, origin: &Origin) {
        if !std::mem::replace(&mut self.is_stopped, true) {
            self.builder
                .event(EventKind::Interrupted, "", origin.clone());
        }
    }

    fn result(&mut self, result: &ToolResult, user: &User, origin: &Origin) {
        let tool = self.builder.call_name(&result.id).map(str::to_owned);
        let mut verdict = results::verdict(
            result,
            &user.sidecar,
            user.denial.as_deref(),
            tool.as_deref(),
        );
        let is_plan = tool.as_deref().is_none_or(|tool| tool == "ExitPlanMode");
        let mut status = results::status(result, &user.sidecar);
        if matches!(verdict, Verdict::Refused(_)) {
            status = ToolStatus::Refused;
        }
        if verdict == Verdict::Refused(None) && is_plan && self.plans.contains(&self.position) {
            (verdict, status) = (Verdict::Let, ToolStatus::Done);
            // The record of an interruption that follows is part of accepting the plan.
            self.is_stopped = true;
        }
        self.builder
            .result(&result.id, &result.text, Some(status), origin.clone());
        match verdict {
            Verdict::Refused(words) => self.refused(&result.id, tool.as_deref(), words, origin),
            Verdict::PlanAccepted => {
                self.builder
                    .call_event(&result.id, EventKind::PlanAccepted, "", origin.clone());
            }
            Verdict::Answered(text) => self.developer(TurnKind::Answer, text, origin.clone()),
            Verdict::Interrupted => self.cut(&result.id, origin),
            Verdict::Let => (),
        }
    }

    /// Notes a refusal.
    fn refused(&mut self, id: &str, tool: Option<&str>, words: Option<String>, origin: &Origin) {
        let New { act, words } = self.refusals.add(id, words);
        if act {
            let tool = tool.unwrap_or_default();
            self.builder
                .call_event(id, EventKind::Refused, tool, origin.clone());
        }
        if let Some(words) = words {
            self.developer(TurnKind::Refusal, words, origin.clone());
        }
        self.is_stopped = true;
    }

    fn cut(&mut self, id: &str, origin: &Origin) {
        if !std::mem::replace(&mut self.is_stopped, true) {
            self.builder
                .call_event(id, EventKind::Interrupted, "", origin.clone());
        }
    }

    fn agent(&mut self, agent: Agent, is_replaced: bool, origin: &Origin) {
        self.flush_aside();
        if agent.is_error {
            let text = plain_text(&agent.blocks);
            self.synthetic(text.trim(), origin);
            return;
        }
        self.is_stopped = false;
        self.has_failed = false;
        if let Some(model) = &agent.model {
            self.builder.model(model);
        }
        for block in agent.blocks {
            self.block(block, is_replaced, agent.message.as_deref(), origin);
        }
        if agent.is_aborted {
            self.stopped(origin);
        }
    }

    fn block(&mut self, block: Block, is_replaced: bool, message: Option<&str>, origin: &Origin) {
        match block {
            Block::Text(text) if !is_replaced && !text.trim().is_empty() => {
                self.builder.prose(text, origin.clone());
            }
            Block::Thinking(text) if !is_replaced && !text.trim().is_empty() => {
                self.builder.thinking(text, origin.clone());
            }
            Block::Call { id, name, input } => {
                let shown = tools::show(&name, input.as_deref());
                self.refusals.call(&id, message);
                self.builder
                    .call(&id, &name, &shown.target, shown.input, origin.clone());
            }
            Block::Result(result) => {
                let status = results::status(&result, &Sidecar::default());
                self.builder
                    .result(&result.id, &result.text, Some(status), origin.clone());
            }
            Block::Other(kind, text) => self.builder.injected(&kind, text, origin.clone()),
            Block::Text(_) | Block::Thinking(_) | Block::Image => (),
        }
    }

    /// Notes what the program says in the agent's place.
    fn synthetic(&mut self, text: &str, origin: &Origin) {
        if text.starts_with("[Request interrupted by user") {
            self.stopped(origin);
        } else if !text.is_empty() && text != "No response requested." {
            self.builder.injected("error", text, origin.clone());
            self.failure(text, origin.clone());
        }
    }

    fn failure(&mut self, reason: &str, origin: Origin) {
        if !std::mem::replace(&mut self.has_failed, true) {
            let line = reason.lines().next().unwrap_or_default().trim();
            let short: String = line.chars().take(120).collect();
            self.builder.event(EventKind::Error, &short, origin);
        }
    }

    fn queued(&mut self, acts: Vec<Act>, origin: &Origin) {
        for act in acts {
            let Act::Words(kind, text) = act else {
                self.acts(vec![act], origin);
                continue;
            };
            self.queue.deliver(&text);
            if !self.messages.is_near(&text, self.position) {
                self.developer(kind, text, origin.clone());
            }
        }
    }

    fn queue(&mut self, change: Change, origin: Origin) {
        let position = self.position;
        let next = |text: &str| self.messages.is_near(text, position);
        let taken = match change {
            Change::Enqueued(text) => {
                self.queue.add(text, origin, position);
                None
            }
            Change::Pulled => {
                self.queue.pull();
                None
            }
            Change::Removed(text) => self.queue.take(text.as_deref(), |text| {
                self.messages.attached(text, position)
            }),
            Change::Dequeued(text) => self.queue.take(text.as_deref(), next),
        };
        if let Some(waiting) = taken
            && !self.messages.attached(&waiting.text, position)
            && !self.is_known(&waiting)
        {
            self.developer(TurnKind::Steering, waiting.text, waiting.origin);
        }
    }

    /// Tells whether a message of the queue stands in the session in another form.
    fn is_known(&self, waiting: &Waiting) -> bool {
        let was_taken_up = self
            .taken_up
            .get(typed(&waiting.text))
            .is_some_and(|&position| position >= waiting.position);
        was_taken_up || self.messages.follows(&waiting.text, waiting.position)
    }

    fn flush_aside(&mut self) {
        if let Some(text) = self.aside.take() {
            self.builder.injected("sub-agent", text, Origin::default());
        }
    }

    fn finish(mut self) -> Option<Session> {
        self.flush_aside();
        for waiting in std::mem::take(&mut self.queue).rest() {
            if !self.is_known(&waiting) {
                let origin = waiting.origin.clone();
                self.developer(TurnKind::Steering, waiting.text, waiting.origin);
                self.builder.event(EventKind::DeliveryUnknown, "", origin);
            }
        }
        if self.builder.is_empty() {
            return None;
        }
        self.description.finish(&mut self.builder.session);
        Some(self.builder.finish())
    }
}

fn plain_text(blocks: &[Block]) -> String {
    let texts: Vec<&str> = blocks
        .iter()
        .filter_map(|block| match block {
            Block::Text(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    texts.join("\n")
}
