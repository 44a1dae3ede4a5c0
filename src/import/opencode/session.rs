//! Messages and their parts to turns.

use crate::import::builder::{Origin, SessionBuilder};
use crate::import::calls::Shown;
use crate::import::{Aside, Reading, Skip};
use crate::model::{EventKind, Surface, Timestamp, ToolStatus, TurnKind};

use super::FORMAT;
use super::wire::{Info, Message, Part, State};

const REJECTED: &str = "The user rejected permission to use this specific tool call";
const FEEDBACK: &str = "with the following feedback: ";
const DISMISSED: &str = "The user dismissed this question";
const ABORTED: &str = "Tool execution aborted";

/// A session that is being read.
pub(super) struct Telling {
    builder: SessionBuilder,
    aside: Option<Aside>,
    /// The message from which on the developer took the session back, and whether it was reached.
    reverted: Option<String>,
    is_taken_back: bool,
    /// Until when the agent worked; none where its last message says nothing of it.
    working: Working,
    skipped: Vec<Skip>,
}

/// What the agent's last message tells of whether it goes on.
#[derive(Default)]
struct Working {
    until: Option<Timestamp>,
    goes_on: bool,
}

impl Telling {
    /// Begins to read a session.
    pub(super) fn new(path: &str, info: Info) -> Telling {
        let mut builder = SessionBuilder::new(path, FORMAT.id);
        FORMAT.name.clone_into(&mut builder.session.agent);
        let session = &mut builder.session;
        session.key = info.id.unwrap_or_default();
        session.agent_version = info.version;
        session.folder = info.directory;
        session.title = info.title.filter(|title| !title.trim().is_empty());
        session.started = info.time.created();
        session.ended = info.time.updated().or(session.started);
        session.surface = Some(Surface::Cli);
        let aside = info.parent.is_some().then_some(Aside::SubAgent);
        session.parent = info.parent;
        Telling {
            builder,
            aside,
            reverted: info.revert.message,
            is_taken_back: false,
            working: Working::default(),
            skipped: Vec::new(),
        }
    }

    /// Ends the session, and puts it where it belongs.
    pub(super) fn finish(mut self, reading: &mut Reading) {
        reading.skipped.append(&mut self.skipped);
        if self.builder.is_empty() {
            let id = &self.builder.session.key;
            let reason = format!("session {id} holds no messages");
            reading.skipped.push(Skip::whole(reason));
            return;
        }
        let session = self.builder.finish();
        match self.aside {
            Some(aside) => reading.aside.push((aside, session)),
            None => reading.sessions.push(session),
        }
    }

    /// Takes the next message, which begins at this byte of the file.
    pub(super) fn message(&mut self, message: &Message, parts: &[Part], place: Option<u64>) {
        let origin = Origin {
            native_id: message.id.clone(),
            time: message.time.created(),
            place,
        };
        self.is_taken_back |= message.id.is_some() && message.id == self.reverted;
        match message.role.as_deref() {
            Some("user") => self.user(message, parts, &origin),
            Some("assistant") => self.agent(message, parts, &origin),
            _ => (),
        }
    }

    fn user(&mut self, message: &Message, parts: &[Part], origin: &Origin) {
        let mut words = Vec::new();
        let (mut files, mut is_other) = (Vec::new(), false);
        for part in parts {
            let text = part.text.as_deref().unwrap_or_default();
            match part.kind.as_deref() {
                Some("text") if part.synthetic || part.ignored => {
                    is_other = true;
                    self.fold("synthetic", text, origin);
                }
                Some("text") if !text.trim().is_empty() => words.push(text),
                Some("file") => files.push(file(part)),
                Some("subtask") => {
                    is_other = true;
                    let command = part.command.as_deref().unwrap_or("subtask");
                    let detail = format!("/{}", command.trim_start_matches('/'));
                    self.builder
                        .event(EventKind::Command, &detail, origin.clone());
                }
                Some("compaction") => {
                    is_other = true;
                    self.builder
                        .agent_event(EventKind::Compacted, "", origin.clone());
                }
                _ => (),
            }
        }
        let text = match (words.is_empty(), files.is_empty()) {
            (false, _) => words.join("\n"),
            (true, false) if !is_other => files.join("\n"),
            (true, _) => {
                if !is_other {
                    let id = message.id.as_deref().unwrap_or("without an id");
                    let reason = format!("a developer's message without words ({id})");
                    self.skipped.push(Skip::whole(reason));
                }
                return;
            }
        };
        let is_steering =
            self.working.goes_on || (self.working.until > origin.time && origin.time.is_some());
        let kind = if is_steering {
            TurnKind::Steering
        } else {
            TurnKind::Prompt
        };
        self.developer(kind, &text, origin);
    }

    fn developer(&mut self, kind: TurnKind, text: &str, origin: &Origin) {
        self.working = Working::default();
        self.builder.developer(kind, text, origin.clone());
        if self.is_taken_back {
            self.builder.event(EventKind::TakenBack, "", origin.clone());
        }
    }

    fn agent(&mut self, message: &Message, parts: &[Part], origin: &Origin) {
        self.builder
            .model(message.model.as_deref().unwrap_or_default());
        let is_summary = message.summary.as_bool() == Some(true);
        let mut is_stopped = false;
        for part in parts {
            let text = part.text.as_deref().unwrap_or_default();
            match part.kind.as_deref() {
                Some("text") if is_summary => self.fold("compaction summary", text, origin),
                Some("text") if part.synthetic || part.ignored => {
                    self.fold("synthetic", text, origin);
                }
                Some("text") if !text.trim().is_empty() => {
                    self.builder.prose(text, origin.clone());
                }
                Some("reasoning") if !text.trim().is_empty() => {
                    self.builder.thinking(text, origin.clone());
                }
                Some("tool") => is_stopped |= self.tool(part, origin),
                Some("compaction") => {
                    self.builder
                        .agent_event(EventKind::Compacted, "", origin.clone());
                }
                _ => (),
            }
        }
        let failure = message.error.name.as_deref();
        match failure {
            Some("MessageAbortedError") => is_stopped = true,
            Some(name) => self.error(name, message, origin),
            None => (),
        }
        if is_stopped {
            self.builder
                .event(EventKind::Interrupted, "", origin.clone());
        }
        let is_ended = is_stopped || failure.is_some();
        self.working = Working {
            until: message.time.completed().filter(|_| !is_ended),
            goes_on: !is_ended && message.finish.as_deref() == Some("tool-calls"),
        };
    }

    fn error(&mut self, name: &str, message: &Message, origin: &Origin) {
        let said = message.error.data["message"].as_str().unwrap_or(name);
        let line = said.lines().next().unwrap_or_default();
        let detail: String = line.chars().take(200).collect();
        self.builder
            .agent_event(EventKind::Error, &detail, origin.clone());
    }

    /// Takes a call with its result; tells whether the developer stopped the agent in it.
    fn tool(&mut self, part: &Part, origin: &Origin) -> bool {
        let name = part.tool.as_deref().unwrap_or("tool");
        let id = part.call.as_deref().or(part.id.as_deref());
        let id = id.unwrap_or_default();
        let shown = Shown::of(&part.state.input);
        self.builder
            .call(id, name, &shown.target, shown.input, origin.clone());
        let State { output, error, .. } = &part.state;
        let text = error.as_deref().or(output.as_deref()).unwrap_or_default();
        let is_refused =
            error.is_some() && (text.starts_with(REJECTED) || text.starts_with(DISMISSED));
        let status = if is_refused {
            Some(ToolStatus::Refused)
        } else {
            status(&part.state)
        };
        if status.is_some() && !id.is_empty() {
            self.builder.result(id, text, status, origin.clone());
        }
        if is_refused {
            self.builder
                .call_event(id, EventKind::Refused, name, origin.clone());
            let words = text.split_once(FEEDBACK).map(|(_, words)| words.trim());
            if let Some(words) = words.filter(|words| !words.is_empty()) {
                self.developer(TurnKind::Refusal, words, origin);
            }
        }
        if let Some(answers) = answers(name, &part.state) {
            self.developer(TurnKind::Answer, &answers, origin);
        }
        error.is_some() && text.starts_with(ABORTED)
    }

    fn fold(&mut self, name: &str, text: &str, origin: &Origin) {
        if !text.trim().is_empty() {
            self.builder.injected(name, text, origin.clone());
        }
    }
}

/// Gives what stands in place of the words where a message is a file only.
fn file(part: &Part) -> String {
    let mime = part.mime.as_deref().unwrap_or_default();
    match &part.filename {
        _ if mime.starts_with("image/") => "[image]".to_owned(),
        Some(name) => format!("[file {name}]"),
        None => "[file]".to_owned(),
    }
}

fn status(state: &State) -> Option<ToolStatus> {
    let exit = state.metadata["exit"].as_i64().map(i32::try_from);
    match (state.status.as_deref(), exit) {
        (Some("completed" | "success"), Some(Ok(code))) => Some(ToolStatus::Exit(code)),
        (Some("completed" | "success"), _) => Some(ToolStatus::Done),
        (Some("error"), _) => Some(ToolStatus::Failed),
        _ => None,
    }
}

/// Gives the answers to the agent's questions, a line for each question.
fn answers(tool: &str, state: &State) -> Option<String> {
    if tool != "question" {
        return None;
    }
    let questions = state.input["questions"].as_array();
    let answers = state.metadata["answers"].as_array()?;
    let lines: Vec<String> = answers
        .iter()
        .enumerate()
        .filter_map(|(at, answer)| {
            let chosen: Vec<&str> = answer
                .as_array()?
                .iter()
                .filter_map(|one| one.as_str())
                .collect();
            let question = questions.and_then(|all| all.get(at)?["question"].as_str());
            let question = question.unwrap_or_default();
            (!chosen.is_empty()).then(|| format!("{question} -> {}", chosen.join(", ")))
        })
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
