//! Lines to turns.

use crate::import::builder::{Origin, SessionBuilder};
use crate::import::time;
use crate::model::{EventKind, Session, Surface, TurnKind, text_hash};

use super::FORMAT;
use super::lines::{Line, Row};
use super::prompt::{Prompt, prompt, refused};

/// What a line that tells of a failure begins with.
const ERRORS: [&str; 3] = ["Unexpected error:", "litellm.", "Retrying in"];
const MODELS: [&str; 3] = ["Main model: ", "Model: ", "Models: "];

/// A session that is being read.
pub(super) struct Telling {
    builder: SessionBuilder,
    start: String,
    /// The lines of one kind that were read last.
    open: Option<Open>,
    /// What was sent last, until something is said or printed.
    before: Option<String>,
    has_content: bool,
    /// Whether an answer is under way.
    is_answering: bool,
    /// Whether the last thing that was sent is /undo.
    is_undoing: bool,
}

/// Lines of one kind.
struct Open {
    kind: Kind,
    lines: Vec<String>,
    /// Blank lines since the last line, which count where another follows.
    blanks: usize,
    place: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sent,
    Printed,
    Said,
}

impl Telling {
    /// Begins a session that started at this time; without one, it is the rest of a session of which the beginning
    /// is not there.
    pub(super) fn new(path: &str, started: Option<String>) -> Telling {
        let mut builder = SessionBuilder::new(path, FORMAT.id);
        FORMAT.name.clone_into(&mut builder.session.agent);
        builder.session.surface = Some(Surface::Cli);
        builder.session.started = started.as_deref().and_then(time::moment);
        builder.session.ended = builder.session.started;
        Telling {
            builder,
            start: started.unwrap_or_default(),
            open: None,
            before: None,
            has_content: false,
            is_answering: false,
            is_undoing: false,
        }
    }

    /// Tells whether there was a line at all.
    pub(super) fn has_content(&self) -> bool {
        self.has_content || !self.start.is_empty()
    }

    /// Gives the session; `None` where the developer said nothing.
    pub(super) fn finish(mut self) -> Option<Session> {
        self.flush();
        let mut session = self.builder.finish();
        let (_, first) = session.developer_turns().next()?;
        let start = self.start.replace(' ', "T");
        session.key = format!("aider:{start}:{}", text_hash(&first.text));
        Some(session)
    }

    /// Takes the next line.
    pub(super) fn line(&mut self, row: Row) {
        let (kind, text) = match row.kind {
            Line::Sent(text) => (Kind::Sent, text),
            Line::Printed(text) => (Kind::Printed, text),
            Line::Said(text) => (Kind::Said, text),
            Line::Blank => {
                // A prompt ends at a blank line, an answer does not.
                match &mut self.open {
                    Some(open) if open.kind == Kind::Said => open.blanks += 1,
                    Some(open) if open.kind == Kind::Sent => self.flush(),
                    _ => (),
                }
                return;
            }
            Line::Started(_) => return,
        };
        self.has_content = true;
        if self.open.as_ref().is_some_and(|open| open.kind != kind) {
            self.flush();
        }
        let open = self.open.get_or_insert_with(|| Open {
            kind,
            lines: Vec::new(),
            blanks: 0,
            place: row.place,
        });
        let blanks = std::mem::take(&mut open.blanks);
        open.lines
            .extend(std::iter::repeat_n(String::new(), blanks));
        open.lines.push(text);
    }

    fn flush(&mut self) {
        let Some(open) = self.open.take() else { return };
        let origin = Origin {
            place: Some(open.place),
            ..Origin::default()
        };
        match open.kind {
            Kind::Sent => self.sent(open.lines.join("\n"), origin),
            Kind::Printed => self.printed(&open.lines, origin),
            Kind::Said => {
                self.before = None;
                self.builder.prose(open.lines.join("\n"), origin);
            }
        }
    }

    fn sent(&mut self, text: String, origin: Origin) {
        self.is_undoing = false;
        match prompt(&text, self.before.as_deref()) {
            Prompt::Words(kind) => self.developer(kind, &text, origin),
            Prompt::Shell(command) => self.builder.agent_event(EventKind::Shell, command, origin),
            Prompt::Command => {
                let line = text.trim().lines().next().unwrap_or_default();
                self.is_undoing = line == "/undo";
                self.builder.event(EventKind::Command, line, origin);
            }
            Prompt::Machine => {
                self.is_answering = true;
                self.builder.injected("from Aider", text.as_str(), origin);
            }
            Prompt::Blank => (),
        }
        self.before = Some(text);
    }

    fn developer(&mut self, kind: TurnKind, text: &str, origin: Origin) {
        self.is_answering = true;
        self.builder.developer(kind, text, origin);
    }

    fn printed(&mut self, lines: &[String], origin: Origin) {
        let text = lines.join("\n");
        for line in lines {
            self.note(line.trim(), &origin);
        }
        if !text.trim().is_empty() {
            // What was printed before the developer spoke says how Aider was called.
            self.builder.injected("printed", text.trim(), origin);
        }
    }

    /// Notes what a printed line tells.
    fn note(&mut self, line: &str, origin: &Origin) {
        if line.starts_with("^C") {
            if std::mem::take(&mut self.is_answering) {
                self.builder
                    .event(EventKind::Interrupted, "", origin.clone());
            }
        } else if line.starts_with("Tokens: ") {
            self.is_answering = false;
        } else if ERRORS.iter().any(|start| line.starts_with(start)) {
            if std::mem::take(&mut self.is_answering) {
                let detail: String = line.chars().take(200).collect();
                self.builder
                    .agent_event(EventKind::Error, &detail, origin.clone());
            }
        } else if line.starts_with("Removed: ") {
            if std::mem::take(&mut self.is_undoing) {
                self.builder.take_back(1);
            }
        } else if let Some(question) = refused(line) {
            self.builder
                .agent_event(EventKind::Refused, question, origin.clone());
        } else {
            self.describe(line);
        }
    }

    /// Notes what a printed line tells of the session as a whole.
    fn describe(&mut self, line: &str) {
        let session = &mut self.builder.session;
        if let Some(version) = line.strip_prefix("Aider v") {
            session
                .agent_version
                .get_or_insert_with(|| version.trim().to_owned());
        } else if let Some(folder) = line.strip_prefix("Git working dir: ") {
            session
                .folder
                .get_or_insert_with(|| folder.trim().to_owned());
        } else if let Some(model) = MODELS.iter().find_map(|start| line.strip_prefix(start)) {
            let name = model.split([' ', ',']).next().unwrap_or_default();
            self.builder.model(name);
        }
    }
}
