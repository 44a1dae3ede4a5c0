//! What a reader of a study sees before any text is loaded, and where the reader stands.

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;

use super::{Change, Decision, Mark, Step, Surface, Timestamp, TurnKind, TurnRef, Unit};

/// One line of the list of sessions.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionRow {
    /// Number of the session inside its file.
    pub id: i64,
    /// What identifies the session on every machine.
    pub key: String,
    /// Title, or the first words of the developer; empty where there are neither.
    pub title: String,
    /// The agent's name.
    pub agent: String,
    /// Where the developer typed.
    pub surface: Option<Surface>,
    /// Repository, or else folder.
    pub repository: Option<String>,
    /// When it began.
    pub started: Option<Timestamp>,
    /// How many developer turns it has.
    pub developer_turns: u32,
    /// How many turns are to be decided on: the detector's marks, with the coder's own added and taken
    /// away, and the study's audit sample.
    pub candidates: u32,
    /// How many of those the coder has decided.
    pub decided: u32,
    /// How many of those the coder has put off.
    pub deferred: u32,
}

/// A developer turn in short, as a place to step to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stop {
    /// Number of its session inside the file.
    pub session: i64,
    /// Ordinal of the developer turn.
    pub turn: u32,
    /// How much it looks like pushback.
    pub score: f64,
    /// Whether it is marked, by the detector or by the coder.
    pub candidate: bool,
    /// Whether the coder has decided it.
    pub decided: bool,
    /// Whether the coder has put it off.
    pub deferred: bool,
}

/// A session that is looked at.
#[derive(Debug, Clone, Default)]
pub struct OpenSession {
    /// Key of the session.
    pub key: String,
    /// Its turns in order, without their texts.
    pub turns: Vec<TurnHead>,
    /// The developer turns of the study's audit sample: they are decided on although nothing marked them.
    pub audited: BTreeSet<u32>,
    /// The coder's decisions, by ordinal of the developer turn; untouched turns are absent.
    pub decisions: HashMap<u32, Decision>,
}

/// What is known of a turn without its text.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnHead {
    /// Its address.
    pub address: TurnRef,
    /// How it came about.
    pub kind: TurnKind,
    /// Hash of its text.
    pub hash: String,
    /// When it began.
    pub time: Option<Timestamp>,
    /// Length of its text in bytes.
    pub bytes: usize,
    /// The detector's mark; `None` for agent turns.
    pub mark: Option<Mark>,
}

impl OpenSession {
    /// Gives the place of a turn among all turns, from 0.
    pub fn position(&self, address: TurnRef) -> Option<usize> {
        // Turns stand by ordinal, and the developer's before the agent's of the same ordinal.
        let order = |address: TurnRef| (address.ordinal, address.role);
        self.turns
            .binary_search_by_key(&order(address), |head| order(head.address))
            .ok()
    }

    /// Gives the unit of a developer turn.
    pub fn unit(&self, turn: u32) -> Option<Unit> {
        let head = &self.turns[self.position(TurnRef::developer(turn))?];
        Some(Unit {
            session: self.key.clone(),
            turn,
            hash: head.hash.clone(),
        })
    }

    /// Tells whether a developer turn is to be decided on: the coder's own mark, or else whether it is proposed.
    pub fn is_candidate(&self, turn: u32) -> bool {
        let own = self
            .decisions
            .get(&turn)
            .and_then(|decision| decision.marked);
        own.unwrap_or_else(|| self.is_proposed(turn))
    }

    /// Tells whether a developer turn is proposed to every coder: by the detector's mark or the audit sample.
    pub fn is_proposed(&self, turn: u32) -> bool {
        let head = self
            .position(TurnRef::developer(turn))
            .map(|at| &self.turns[at]);
        let marked = head
            .and_then(|head| head.mark.as_ref())
            .is_some_and(|mark| mark.pushback);
        marked || self.audited.contains(&turn)
    }

    /// Gives the ordinals of the developer turns, in order.
    pub fn developer_turns(&self) -> impl DoubleEndedIterator<Item = u32> + '_ {
        let developer = |head: &&TurnHead| head.address.role == super::Role::Developer;
        self.turns
            .iter()
            .filter(developer)
            .map(|head| head.address.ordinal)
    }

    /// Gives the ordinals of the turns to be decided on, in order.
    pub fn candidates(&self) -> Vec<u32> {
        self.developer_turns()
            .filter(|&turn| self.is_candidate(turn))
            .collect()
    }

    /// Gives the turn to decide on after one: the next undecided one, from the beginning again after the last. What
    /// is put off comes when nothing else is left, and the turn itself only when it is the only one.
    pub fn next_open(&self, after: u32) -> Option<u32> {
        let mut turns = self.candidates();
        let behind = turns.partition_point(|&turn| turn <= after);
        turns.rotate_left(behind);
        turns.retain(|&turn| !self.is_decided(turn));
        let others = || turns.iter().filter(|&&turn| turn != after);
        others()
            .find(|&&turn| !self.is_deferred(turn))
            .or_else(|| others().next())
            .or(turns.first())
            .copied()
    }

    /// Tells whether a developer turn has a verdict.
    pub fn is_decided(&self, turn: u32) -> bool {
        self.decisions
            .get(&turn)
            .is_some_and(|decision| decision.verdict.is_some())
    }

    /// Tells whether a developer turn is put off.
    pub fn is_deferred(&self, turn: u32) -> bool {
        self.decisions
            .get(&turn)
            .is_some_and(|decision| decision.deferred && decision.verdict.is_none())
    }
}

/// Where a coder stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Key of the session.
    pub session: String,
    /// Ordinal of the developer turn.
    pub turn: u32,
    /// The episode in the form; `None` where none is open.
    pub episode: Option<Uuid>,
    /// The question of the form.
    pub step: Step,
    /// Whether the next digit adds to the codes of the field.
    pub adding: bool,
}

/// What an act left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The unit that it was about.
    pub unit: Unit,
    /// The coder's decision on it now.
    pub decision: Decision,
    /// What changed, in the order in which it was written.
    pub changes: Vec<Change>,
}

/// A developer turn in which some words were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Key of the session.
    pub session: String,
    /// Ordinal of the developer turn.
    pub turn: u32,
    /// The line of the turn in which they stand, cut around them.
    pub line: String,
}

/// A place in a session's text where some words were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Place of the turn among all turns, from 0.
    pub position: usize,
    /// Bytes of the turn's text.
    pub range: std::ops::Range<usize>,
}
