//! The state of the program on the screen, and what each message changes in it.
//!
//! Pure: no clock, no file, no terminal. What must be done outside comes back as an [`Effect`], and its outcome
//! returns as a message. Nothing is shown as stored before the store has said so.

mod answer;
mod evidence;
mod form;
mod lists;
mod navigate;
mod notes;
mod pane;
mod progress;
mod quote;
mod reader;
mod settle;
mod text_entry;
mod update;
mod walk;

use std::ops::Range;

use uuid::Uuid;

use super::keys::{Action, KeyMap, Mode};
use super::theme::Theme;
use crate::detect::Secrets;
use crate::model::{
    Change, Codebook, Cursor, Decision, Episode, Found, Hit, Ladder, OpenSession, Saved,
    SessionRow, Step, Stop, Turn, TurnRef, Unit, Verdict,
};

pub(super) use answer::TAKES;
pub(super) use lists::{DecisionRow, List, ListKind, MOST_FOUND};
pub(super) use progress::{Progress, duration};
pub(super) use quote::Selection;
pub(super) use reader::{Body, Reader, Spot};
pub(super) use settle::Adjudication;
pub(super) use text_entry::{Purpose, TextEntry};
pub(super) use walk::Walk;

/// What the program shows and knows.
pub(super) struct App {
    /// The scheme.
    pub(super) codebook: Codebook,
    /// Who labels.
    pub(super) coder: String,
    /// Why nothing can be labelled; `None` where it can.
    pub(super) read_only: Option<String>,
    /// The keys in force.
    pub(super) keys: KeyMap,
    /// How things look.
    pub(super) theme: Theme,
    /// Columns and rows of the terminal.
    pub(super) size: (u16, u16),
    /// The sessions of the study.
    pub(super) sessions: Vec<SessionRow>,
    /// Which of them is open.
    pub(super) at: usize,
    /// What is known of its turns.
    pub(super) open: OpenSession,
    /// Ordinal of the developer turn that is being decided on.
    pub(super) turn: u32,
    /// The form.
    pub(super) form: Form,
    /// The transcript.
    pub(super) reader: Reader,
    /// What looks like a key in it.
    secrets: Secrets,
    /// The developer turn before the one that is being decided on, and its place among all turns.
    pinned: Option<(usize, String)>,
    /// What the keyboard is for.
    pub(super) screen: Screen,
    /// What the coder should know just now.
    pub(super) notice: Notice,
    /// Whether the pinned instruction is shown in full.
    pub(super) pinned_open: bool,
    /// The last search in this session.
    pub(super) found: Search,
    /// Seconds that the coder takes for a turn; `None` while that is not known.
    pub(super) pace: Option<f64>,
    /// What the adjudicator settles; `None` while labelling.
    pub(super) adjudication: Option<Adjudication>,
    /// Whether the study has an audit sample: then nothing tells which undecided turns are of it.
    pub(super) blind: bool,
    /// How the coder steps from turn to turn.
    pub(super) walk: Walk,
    /// What waits for the store's answer.
    pending: Option<Pending>,
    /// Where new identities come from.
    ids: fn() -> Uuid,
}

/// The form: which episode of the turn it shows, and where the coder stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Form {
    /// The episode; `None` for one that is made by its first code.
    pub(super) episode: Option<Uuid>,
    /// The question.
    pub(super) ladder: Ladder,
    /// What the codebook pane shows of it.
    pub(super) look: Look,
}

/// What the codebook pane shows of a question. Another question is looked at anew, from its first row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Look {
    /// The offer whose entry is shown; `None` for the question as a whole.
    pub(super) at: Option<usize>,
    /// Rows by which the pane is scrolled.
    pub(super) scroll: usize,
}

/// What the keyboard is for, with what belongs to it.
pub(super) enum Screen {
    /// Reading and labelling.
    Read,
    /// Choosing the reason for *not an episode*.
    Reason(Look),
    /// Saying why coders differ.
    Difference,
    /// Choosing an optional field, or one of its values.
    Extra(Option<String>),
    /// Writing a text.
    Write(TextEntry),
    /// Selecting a quotation.
    Quote(Selection),
    /// Reading the codebook: its entries, and by how many rows the one that is read is scrolled.
    Codebook { list: List, scroll: usize },
    /// Choosing from a list.
    List(List),
    /// Reading the help from its row `first` on; then comes what was left for it.
    Help { first: usize, back: Box<Screen> },
}

impl Screen {
    /// Gives the mode for the table of keys.
    pub(super) fn mode(&self) -> Mode {
        match self {
            Screen::Read => Mode::Read,
            Screen::Reason(_) => Mode::Reason,
            Screen::Difference => Mode::Difference,
            Screen::Extra(_) => Mode::Extra,
            Screen::Write(_) => Mode::Write,
            Screen::Quote(_) => Mode::Quote,
            Screen::Codebook { .. } => Mode::Codebook,
            Screen::List(_) => Mode::List,
            Screen::Help { .. } => Mode::Help,
        }
    }
}

/// A line for the coder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Notice {
    /// Nothing to say.
    #[default]
    Nothing,
    /// It worked; what was done.
    Done(String),
    /// It did not, and why.
    Refused(String),
    /// Something is wrong with the study file.
    Trouble(String),
}

/// The places where some words were found in this session.
#[derive(Debug, Clone, Default)]
pub(super) struct Search {
    /// The words.
    pub(super) words: String,
    /// The places, in order.
    pub(super) places: Vec<Found>,
    /// Which of them was visited last.
    pub(super) at: Option<usize>,
}

/// What a message says.
#[derive(Debug)]
pub(super) enum Msg {
    /// A key with a meaning in the mode.
    Do(Action),
    /// A digit that codes.
    Digit(char),
    /// A character for the text that is being written.
    Typed(char),
    /// A text that was pasted.
    Pasted(String),
    /// The terminal has this size now.
    Resized(u16, u16),
    /// A session was opened.
    Opened {
        at: usize,
        session: OpenSession,
        goal: Goal,
    },
    /// The store has answered an act.
    Saved(Result<Option<Saved>, String>),
    /// The store has searched the session.
    Found(Vec<Found>),
    /// The store has searched all developer turns.
    Hits(Vec<Hit>),
    /// The store has listed the coder's decisions.
    Decisions(Vec<DecisionRow>),
    /// The store has listed the developer turns.
    Stops(Vec<Stop>),
    /// The coder's pace, in seconds for a turn.
    Pace(Option<f64>),
    /// Something outside did not work.
    Failed(String),
}

/// What is to be done outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Effect {
    /// Store an act, and where the coder stands afterwards.
    Write {
        unit: Unit,
        changes: Vec<Change>,
        cursor: Cursor,
    },
    /// Store where the coder stands.
    Keep(Cursor),
    /// Open a session and go to a place in it.
    Open { at: usize, goal: Goal },
    /// Take back the last act.
    Undo,
    /// Do it again.
    Redo,
    /// Search the session.
    Find(String),
    /// Search all developer turns.
    SearchAll(String),
    /// List the developer turns, for another walk.
    List,
    /// List the coder's decisions.
    Review,
    /// Draw everything anew.
    Redraw,
    /// Go into the background.
    Suspend,
    /// End.
    Quit,
}

/// Where to stand after a session was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Goal {
    /// The first undecided pushback turn, or else the first one.
    Undecided,
    /// The first pushback turn, or else the first developer turn.
    First,
    /// The last pushback turn, or else the last developer turn.
    Last,
    /// This developer turn.
    Turn(u32),
    /// Where the coder stood.
    Cursor(Cursor),
}

/// What follows when the store has taken an act.
#[derive(Default)]
struct Pending {
    form: Option<Form>,
    notice: Notice,
    /// Whether the turn is finished with, so that the next undecided one appears.
    go_on: bool,
    /// Whether the words of a code are asked for at once: the key that was pressed chose it.
    asks_words: bool,
}

/// What an app is made from.
pub(super) struct Start {
    /// The scheme.
    pub(super) codebook: Codebook,
    /// Who labels.
    pub(super) coder: String,
    /// Why nothing can be labelled.
    pub(super) read_only: Option<String>,
    /// The keys.
    pub(super) keys: KeyMap,
    /// The looks.
    pub(super) theme: Theme,
    /// Columns and rows of the terminal.
    pub(super) size: (u16, u16),
    /// The sessions.
    pub(super) sessions: Vec<SessionRow>,
    /// What the adjudicator settles.
    pub(super) adjudication: Option<Adjudication>,
    /// Whether turns that nothing marked are mixed into the queue.
    pub(super) blind: bool,
}

/// What a coder is told once whose queue has an audit sample in it.
const BLIND: &str = "audit: unmarked turns are mixed in; scores show once a turn is decided";

impl App {
    /// Makes the program's state, before a session is open.
    pub(super) fn new(start: Start) -> App {
        let ladder = Ladder {
            step: Step::Review,
            adding: false,
        };
        App {
            codebook: start.codebook,
            coder: start.coder,
            read_only: start.read_only,
            keys: start.keys,
            theme: start.theme,
            size: start.size,
            sessions: start.sessions,
            at: 0,
            open: OpenSession::default(),
            turn: 0,
            form: Form {
                episode: None,
                ladder,
                look: Look::default(),
            },
            reader: Reader::default(),
            secrets: Secrets::standard(),
            pinned: None,
            screen: Screen::Read,
            notice: if start.blind {
                Notice::Done(BLIND.to_owned())
            } else {
                Notice::Nothing
            },
            pinned_open: false,
            found: Search::default(),
            pace: None,
            adjudication: start.adjudication,
            blind: start.blind,
            walk: Walk::default(),
            pending: None,
            ids: Uuid::now_v7,
        }
    }

    /// Gives what the keyboard is for, for the table of keys.
    pub(super) fn mode(&self) -> Mode {
        match self.screen.mode() {
            Mode::Read if self.adjudication.is_some() => Mode::Settle,
            mode => mode,
        }
    }

    /// Gives what the codebook pane shows of the question that is asked.
    pub(super) fn looked_at(&self) -> Look {
        match &self.screen {
            Screen::Reason(look) => *look,
            _ => self.form.look,
        }
    }

    /// Gives the name of the key for an action while reading or settling; empty where it has none there.
    pub(super) fn key(&self, action: Action) -> String {
        let mode = match self.adjudication {
            Some(_) => Mode::Settle,
            None => Mode::Read,
        };
        self.keys.shown(mode, action)
    }

    /// Says what keys do here, as in `Enter commits, Tab goes back`; what has no key here is left out.
    pub(super) fn ways(&self, ways: &[(Action, &str)]) -> Option<String> {
        let ways = ways.iter().map(|(action, what)| (self.key(*action), what));
        let said: Vec<String> = ways
            .filter(|(key, _)| !key.is_empty())
            .map(|(key, what)| format!("{key} {what}"))
            .collect();
        (!said.is_empty()).then(|| said.join(", "))
    }

    /// Gives a sentence with the keys that lead on from there.
    fn with_ways(&self, what: &str, ways: &[(Action, &str)]) -> String {
        match self.ways(ways) {
            Some(ways) => format!("{what}: {ways}"),
            None => what.to_owned(),
        }
    }

    /// Tells whether the score and the reasons of a developer turn are hidden: in an audit they would tell an unmarked
    /// turn from a marked one before the coder has decided.
    pub(super) fn hides_score(&self, turn: u32) -> bool {
        self.blind && !self.open.is_decided(turn)
    }

    /// Gives the coder's decision on the turn that is being decided on.
    pub(super) fn decision(&self) -> Decision {
        self.open
            .decisions
            .get(&self.turn)
            .cloned()
            .unwrap_or_default()
    }

    /// Gives where the coder stands, for the study file.
    pub(super) fn cursor(&self) -> Cursor {
        self.cursor_with(&self.form)
    }

    /// Gives the turns that must be loaded before anything can be drawn: positions among all turns.
    pub(super) fn prepare(&mut self) -> Option<Range<usize>> {
        let before = self
            .open
            .position(TurnRef::developer(self.turn.saturating_sub(1)));
        if let Some(at) = before.filter(|at| self.pinned(*at).is_none()) {
            match self.reader.body(at) {
                Some(body) => self.pinned = Some((at, body.turn.text.clone())),
                None => return Some(at..at + 1),
            }
        }
        let area = super::layout::Panes::of(self).transcript;
        self.reader
            .prepare(area.width, area.height, self.open.turns.len())
    }

    /// Gives the text of the pinned instruction where it is the turn at this place.
    pub(super) fn pinned(&self, at: usize) -> Option<&str> {
        self.pinned
            .as_ref()
            .filter(|(own, _)| *own == at)
            .map(|(_, text)| text.as_str())
    }

    /// Gives an episode in codes, in the order of the codebook: `S3 C6 DS1 RS2`.
    pub(super) fn codes(&self, episode: &Episode) -> String {
        let choices = self
            .codebook
            .fields()
            .flat_map(|field| episode.choices(&field.id));
        choices
            .map(|choice| choice.code.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Takes turns that were loaded.
    pub(super) fn loaded(&mut self, first: usize, turns: Vec<Turn>) {
        self.reader.loaded(first, turns, &self.secrets);
        self.refresh_highlights();
    }

    /// Gives what looks like a key in a row of the transcript.
    pub(super) fn secrets_at(&self, spot: Spot) -> impl Iterator<Item = &str> {
        let body = self.reader.body(spot.turn).zip(self.reader.row(spot));
        body.into_iter()
            .flat_map(|(body, row)| body.secrets_in(&row).collect::<Vec<_>>())
    }

    /// Gives a decision in a few words and codes.
    pub(super) fn decision_in_codes(&self, decision: &Decision) -> String {
        match &decision.verdict {
            Some(Verdict::NotEpisode { reason, .. }) => {
                let name = self
                    .codebook
                    .reason(reason)
                    .map_or(reason.as_str(), |own| own.name.as_str());
                format!("no episode: {name}")
            }
            _ if decision.episodes.is_empty() && decision.deferred => "put off".to_owned(),
            verdict => {
                let codes: Vec<String> = decision
                    .episodes
                    .iter()
                    .map(|episode| self.codes(episode))
                    .collect();
                let open = if verdict.is_none() { " (open)" } else { "" };
                format!("{}{open}", codes.join(" | "))
            }
        }
    }

    fn cursor_with(&self, form: &Form) -> Cursor {
        Cursor {
            session: self.open.key.clone(),
            turn: self.turn,
            episode: form.episode,
            step: form.ladder.step.clone(),
            adding: form.ladder.adding,
        }
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "a sentence is handed over, whatever its type"
    )]
    fn refuse(&mut self, why: impl ToString) -> Option<Effect> {
        self.notice = Notice::Refused(why.to_string());
        None
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "a sentence is handed over, whatever its type"
    )]
    fn done(&mut self, what: impl ToString) {
        self.notice = Notice::Done(what.to_string());
    }

    /// Hands an act to the store; the form changes when the store has answered.
    fn write(
        &mut self,
        changes: Vec<Change>,
        form: Option<Form>,
        notice: Notice,
    ) -> Option<Effect> {
        self.write_and(
            changes,
            Pending {
                form,
                notice,
                ..Pending::default()
            },
        )
    }

    fn write_and(&mut self, changes: Vec<Change>, pending: Pending) -> Option<Effect> {
        if let Some(why) = &self.read_only {
            return self.refuse(format!("read only: {why}"));
        }
        let Some(unit) = self.open.unit(self.turn) else {
            return self.refuse("there is no turn to label");
        };
        let cursor = self.cursor_with(pending.form.as_ref().unwrap_or(&self.form));
        self.pending = Some(pending);
        Some(Effect::Write {
            unit,
            changes,
            cursor,
        })
    }
}
