//! Sessions and turns, as every importer delivers them.

use std::fmt;

/// A moment, in milliseconds since 1970-01-01 UTC.
///
/// Transcripts give times to the minute, the second or the millisecond, and some without a zone; those
/// are taken as UTC. Times are for display and for order between sessions, never for order inside one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

/// One conversation of a developer with a coding agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// What identifies the session on every machine: the agent's own id where the format has one,
    /// else `text:` and a hash of its turns.
    pub key: String,
    /// Where it was read from.
    pub source: Source,
    /// The agent's name as people write it, for example `Claude Code`; `Unknown` where the file is silent.
    pub agent: String,
    /// The agent's version, the first one where it changes.
    pub agent_version: Option<String>,
    /// Models that answered, in order of appearance, without placeholders such as `default`.
    pub models: Vec<String>,
    /// Where the developer typed; `None` where the file does not tell.
    pub surface: Option<Surface>,
    /// Repository, as the transcript names it (a URL or a name).
    pub repository: Option<String>,
    /// Working directory of the agent.
    pub folder: Option<String>,
    /// Git branch at the start.
    pub branch: Option<String>,
    /// First and last moment that the file names.
    pub started: Option<Timestamp>,
    /// Last moment that the file names.
    pub ended: Option<Timestamp>,
    /// Title by the developer or the agent; `None` where there is none (not the first prompt).
    pub title: Option<String>,
    /// The session that this one continues or was copied from, by its key.
    pub parent: Option<String>,
    /// The turns in the order of the file.
    pub turns: Vec<Turn>,
}

impl Session {
    /// Gives a session of which nothing but its key and its turns is known: of no agent, from no file.
    pub fn of(key: &str, turns: Vec<Turn>) -> Session {
        Session {
            key: key.to_owned(),
            source: Source {
                path: String::new(),
                format: String::new(),
            },
            agent: String::new(),
            agent_version: None,
            models: Vec::new(),
            surface: None,
            repository: None,
            folder: None,
            branch: None,
            started: None,
            ended: None,
            title: None,
            parent: None,
            turns,
        }
    }

    /// Gives the developer turns with their ordinals, which count from 1.
    pub fn developer_turns(&self) -> impl Iterator<Item = (u32, &Turn)> {
        (1..).zip(
            self.turns
                .iter()
                .filter(|turn| turn.role == Role::Developer),
        )
    }

    /// Gives every turn with its address.
    pub fn addressed(&self) -> impl Iterator<Item = (TurnRef, &Turn)> {
        let mut developer = 0;
        self.turns.iter().map(move |turn| {
            developer += u32::from(turn.role == Role::Developer);
            (
                TurnRef {
                    role: turn.role,
                    ordinal: developer,
                },
                turn,
            )
        })
    }

    /// Gives the first words of the first developer turn: what to call a session without a title.
    pub fn first_words(&self) -> Option<&str> {
        let (_, turn) = self
            .developer_turns()
            .find(|(_, turn)| !turn.text.trim().is_empty())?;
        turn.text.trim().lines().next()
    }
}

/// Where a session was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Path as it was given to the import.
    pub path: String,
    /// Id of the format, for example `claude-code`.
    pub format: String,
}

/// Where the developer typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Surface {
    /// An editor with the agent inside.
    Ide,
    /// A terminal.
    Cli,
    /// A desktop program, a browser or a telephone.
    App,
    /// A program that drives the agent.
    Sdk,
}

impl Surface {
    /// All surfaces.
    pub const ALL: [Surface; 4] = [Surface::Ide, Surface::Cli, Surface::App, Surface::Sdk];

    /// Gives the name used in files, on screens and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Surface::Ide => "ide",
            Surface::Cli => "cli",
            Surface::App => "app",
            Surface::Sdk => "sdk",
        }
    }

    /// Finds a surface by its name.
    pub fn from_name(name: &str) -> Option<Surface> {
        Surface::ALL
            .into_iter()
            .find(|surface| surface.name() == name)
    }
}

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The person.
    Developer,
    /// The coding agent, with everything that nobody typed.
    Agent,
}

/// The address of a turn inside its session, written `D12` or `A12`.
///
/// `D12` is the twelfth developer turn, `A12` what the agent did after it, `A0` what stands before the
/// first developer turn. Two recordings of a session that differ in the agent's records agree on this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TurnRef {
    /// Whose turn.
    pub role: Role,
    /// Ordinal among the developer turns, from 1; for an agent turn that of the developer turn before it, from 0.
    pub ordinal: u32,
}

impl TurnRef {
    /// Gives the address of the `ordinal`th developer turn, counted from 1.
    pub fn developer(ordinal: u32) -> TurnRef {
        TurnRef {
            role: Role::Developer,
            ordinal,
        }
    }

    /// Reads `D12` or `A12`; `None` where it is neither.
    pub fn parse(text: &str) -> Option<TurnRef> {
        let role = match text.as_bytes().first()? {
            b'D' => Role::Developer,
            b'A' => Role::Agent,
            _ => return None,
        };
        Some(TurnRef {
            role,
            ordinal: text.get(1..)?.parse().ok()?,
        })
    }
}

impl fmt::Display for TurnRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = if self.role == Role::Developer {
            'D'
        } else {
            'A'
        };
        write!(f, "{letter}{}", self.ordinal)
    }
}

/// What one side said, and did, before the other side spoke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Whose turn.
    pub role: Role,
    /// How a developer turn came about; `Prompt` for agent turns.
    pub kind: TurnKind,
    /// The whole turn as one text; everything that is quoted or marked refers to it. For a developer turn
    /// exactly the words that the developer typed. Empty where the words were not recorded.
    pub text: String,
    /// The pieces of an agent turn, in order, without overlap, covering `text` but for the line ends between
    /// them. Empty for developer turns.
    pub parts: Vec<Part>,
    /// What happened in this turn besides words.
    pub events: Vec<Event>,
    /// When the turn began.
    pub time: Option<Timestamp>,
    /// The agent's own id of the record.
    pub native_id: Option<String>,
    /// Byte offset in the source file where the turn begins; in a table the number of its row, from 0.
    pub place: Option<u64>,
}

impl Turn {
    /// Gives a turn of which only the words are known, all of them prose.
    pub fn said(role: Role, text: &str) -> Turn {
        let prose = Part {
            kind: PartKind::Prose,
            start: 0,
            end: text.len(),
        };
        Turn {
            role,
            kind: TurnKind::Prompt,
            text: text.to_owned(),
            parts: Vec::from_iter((role == Role::Agent).then_some(prose)),
            events: Vec::new(),
            time: None,
            native_id: None,
            place: None,
        }
    }

    /// Tells whether an event of this kind happened in the turn.
    pub fn has(&self, kind: EventKind) -> bool {
        self.events.iter().any(|event| event.kind == kind)
    }
}

/// How a developer turn came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TurnKind {
    /// An ordinary message.
    Prompt,
    /// A slash command with words of its own.
    Command,
    /// Typed while the agent worked, and delivered to it.
    Steering,
    /// Words given with the refusal of a tool call.
    Refusal,
    /// The answer to a question that the agent asked with a tool.
    Answer,
}

impl TurnKind {
    /// All kinds.
    pub const ALL: [TurnKind; 5] = [
        TurnKind::Prompt,
        TurnKind::Command,
        TurnKind::Steering,
        TurnKind::Refusal,
        TurnKind::Answer,
    ];

    /// Gives the name used in files and on screens.
    pub fn name(self) -> &'static str {
        match self {
            TurnKind::Prompt => "prompt",
            TurnKind::Command => "command",
            TurnKind::Steering => "steering",
            TurnKind::Refusal => "refusal",
            TurnKind::Answer => "answer",
        }
    }

    /// Finds a kind by its name.
    pub fn from_name(name: &str) -> Option<TurnKind> {
        TurnKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A piece of an agent turn: bytes `start..end` of the turn's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What the piece is.
    pub kind: PartKind,
    /// First byte in the turn's text, on a character boundary.
    pub start: usize,
    /// One past the last byte, on a character boundary.
    pub end: usize,
}

/// What a piece of an agent turn is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartKind {
    /// Markdown that the agent wrote to the developer.
    Prose,
    /// The agent's reasoning.
    Thinking,
    /// A tool call with its input and its output.
    Tool(Tool),
    /// Text that neither side typed, for example a reminder or a compaction summary; the name says what it is.
    Injected(String),
}

/// A tool call. Its part's text is the input, a line end, and the output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    /// The tool's name as the agent gives it, for example `Bash`.
    pub name: String,
    /// What it was used on, one line: a path, a command, a query. Empty where there is none.
    pub target: String,
    /// How it ended; `None` where the transcript does not show a result.
    pub status: Option<ToolStatus>,
    /// Byte offset in the turn's text where the output begins; the part's end where there is none.
    pub output: usize,
}

/// How a tool call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToolStatus {
    /// It worked, as far as the transcript tells.
    Done,
    /// It failed without an exit status.
    Failed,
    /// It ended with this exit status.
    Exit(i32),
    /// The developer refused it.
    Refused,
}

/// Something that happened in a turn besides words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// More about it in a few words: the tool that was refused, the command that was run. Often empty.
    pub detail: String,
    /// Byte offset in the turn's text before which it happened.
    pub at: usize,
}

/// What can happen in a turn besides words.
///
/// The signs stand where they happened: an interruption on the turn that was cut (the agent's, or the
/// developer's where no answer had begun), a refusal on the agent turn that holds the tool call, a
/// request taken back on the developer turn that was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// The developer stopped the agent.
    Interrupted,
    /// The developer refused a tool call.
    Refused,
    /// The developer took this turn back (rewind, rollback).
    TakenBack,
    /// The conversation before this place was replaced by a summary.
    Compacted,
    /// The developer accepted the agent's plan.
    PlanAccepted,
    /// The developer ran a shell command.
    Shell,
    /// The developer gave a command without words, for example `/clear`.
    Command,
    /// The words were queued; whether the agent received them is not recorded.
    DeliveryUnknown,
    /// The agent or its service reported an error.
    Error,
}

impl EventKind {
    /// All kinds.
    pub const ALL: [EventKind; 9] = [
        EventKind::Interrupted,
        EventKind::Refused,
        EventKind::TakenBack,
        EventKind::Compacted,
        EventKind::PlanAccepted,
        EventKind::Shell,
        EventKind::Command,
        EventKind::DeliveryUnknown,
        EventKind::Error,
    ];

    /// Gives the name used in files and on screens.
    pub fn name(self) -> &'static str {
        match self {
            EventKind::Interrupted => "interrupted",
            EventKind::Refused => "refused",
            EventKind::TakenBack => "taken back",
            EventKind::Compacted => "compacted",
            EventKind::PlanAccepted => "plan accepted",
            EventKind::Shell => "shell",
            EventKind::Command => "command",
            EventKind::DeliveryUnknown => "delivery unknown",
            EventKind::Error => "error",
        }
    }

    /// Finds a kind by its name.
    pub fn from_name(name: &str) -> Option<EventKind> {
        EventKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}
