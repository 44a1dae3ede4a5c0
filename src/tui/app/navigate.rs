//! Moving between turns and sessions.

use super::{App, Effect, Form, Goal, Look, Screen};
use crate::model::{Cursor, Ladder, Role, SessionRow, Step, TurnRef};

impl App {
    /// Stands at a developer turn: it is revealed, and the form is its form.
    pub(super) fn stand_at(&mut self, turn: u32) -> Option<Effect> {
        self.turn = turn;
        self.form = self.form_for(&self.decision(), None);
        self.pinned_open = false;
        self.reveal();
        self.refresh_highlights();
        self.screen = Screen::Read;
        self.stand_in_queue();
        self.keep()
    }

    /// Stands where the coder stood, as far as it is still there.
    pub(super) fn resume(&mut self, cursor: &Cursor) -> Option<Effect> {
        let known = self
            .open
            .position(TurnRef::developer(cursor.turn))
            .is_some();
        let turn = if known {
            cursor.turn
        } else {
            self.open.developer_turns().next().unwrap_or(0)
        };
        self.stand_at(turn);
        let episode = cursor
            .episode
            .filter(|id| self.decision().episode(*id).is_some());
        if known && episode == cursor.episode {
            let stops = Ladder::stops(&self.codebook, &self.episode_of(episode));
            let step = match &cursor.step {
                step @ (Step::Field(_) | Step::Review) => {
                    stops.contains(step).then(|| step.clone())
                }
                step => (Ladder::start(&self.codebook, &self.episode_of(episode)).step == *step)
                    .then(|| step.clone()),
            };
            if let Some(step) = step {
                self.form = Form {
                    episode,
                    ladder: Ladder {
                        step,
                        adding: cursor.adding,
                    },
                    look: Look::default(),
                };
            }
        }
        self.open_text_step();
        // Only now: the turn alone would lead to its first open question.
        self.keep()
    }

    fn episode_of(&self, id: Option<uuid::Uuid>) -> crate::model::Episode {
        let known = id.and_then(|id| self.decision().episode(id).cloned());
        known.unwrap_or_else(|| crate::model::Episode::new(uuid::Uuid::nil()))
    }

    /// Shows the turn that is being decided on.
    pub(super) fn reveal(&mut self) {
        if let Some(position) = self.open.position(TurnRef::developer(self.turn)) {
            self.reader.reveal(position);
        }
    }

    /// Keeps where the coder stands in the study file.
    pub(super) fn keep(&mut self) -> Option<Effect> {
        (self.read_only.is_none() && self.turn > 0).then(|| Effect::Keep(self.cursor()))
    }

    /// Gives the ordinal of the developer turn under the row cursor; `None` where an agent turn is there.
    pub(super) fn reader_turn(&self) -> Option<u32> {
        let head = self.open.turns.get(self.reader.cursor.turn)?;
        (head.address.role == Role::Developer).then_some(head.address.ordinal)
    }

    pub(super) fn step_pushback(&mut self, forward: bool) -> Option<Effect> {
        let candidates = self.open.candidates();
        let next = if forward {
            candidates.iter().find(|&&turn| turn > self.turn)
        } else {
            candidates.iter().rev().find(|&&turn| turn < self.turn)
        };
        if let Some(&turn) = next {
            return self.stand_at(turn);
        }
        let other = if forward {
            (self.at + 1..self.sessions.len()).find(|&at| self.sessions[at].candidates > 0)
        } else {
            (0..self.at)
                .rev()
                .find(|&at| self.sessions[at].candidates > 0)
        };
        match (other, forward) {
            (Some(at), true) => Some(Effect::Open {
                at,
                goal: Goal::First,
            }),
            (Some(at), false) => Some(Effect::Open {
                at,
                goal: Goal::Last,
            }),
            (None, true) => self.refuse("this is the last pushback turn"),
            (None, false) => self.refuse("this is the first pushback turn"),
        }
    }

    /// Goes to the next undecided turn: later in this session, in a later session, then from the beginning;
    /// what was put off comes when nothing else is left.
    pub(super) fn next_undecided(&mut self) -> Option<Effect> {
        if self.adjudication.is_some() {
            return self.next_difference();
        }
        if self.walk.is_other() {
            return self.next_in_walk();
        }
        let here = self.open.next_open(self.turn);
        let other = here.filter(|&turn| turn != self.turn);
        let free = other.filter(|&turn| !self.open.is_deferred(turn));
        let left = |row: &SessionRow| row.candidates.saturating_sub(row.decided);
        let free_session = self.other_session(|row| left(row) > row.deferred);
        let open_session = self.other_session(|row| left(row) > 0);
        // What is free, wherever it is, before what is put off; of each, what comes later before what came earlier.
        for (turn, session) in [(free, free_session), (other, open_session)] {
            match (turn, session) {
                (Some(turn), None) => return self.stand_at(turn),
                (Some(turn), _) if turn > self.turn => return self.stand_at(turn),
                (_, Some(at)) => {
                    let goal = Goal::Undecided;
                    return Some(Effect::Open { at, goal });
                }
                (None, None) => (),
            }
        }
        self.reveal();
        self.done(match here {
            Some(turn) if self.open.is_deferred(turn) => {
                "only this turn is left, and it is put off"
            }
            Some(_) => "only this turn is left",
            None => "every pushback turn is decided",
        });
        None
    }

    /// Gives the first other session of which something holds: a later one, or else one from the beginning on.
    fn other_session(&self, holds: impl Fn(&SessionRow) -> bool) -> Option<usize> {
        (self.at + 1..self.sessions.len())
            .chain(0..self.at)
            .find(|&at| holds(&self.sessions[at]))
    }

    pub(super) fn step_turn(&mut self, forward: bool) -> Option<Effect> {
        let here = self.turn;
        let next = if forward {
            self.open.developer_turns().find(|&turn| turn > here)
        } else {
            self.open.developer_turns().rev().find(|&turn| turn < here)
        };
        match (next, forward) {
            (Some(turn), _) => self.stand_at(turn),
            (None, true) => self.refuse("this is the last developer turn of the session"),
            (None, false) => self.refuse("this is the first developer turn of the session"),
        }
    }

    pub(super) fn step_session(&mut self, forward: bool) -> Option<Effect> {
        let at = if forward {
            self.at.checked_add(1)
        } else {
            self.at.checked_sub(1)
        };
        match at.filter(|at| *at < self.sessions.len()) {
            Some(at) => Some(Effect::Open {
                at,
                goal: Goal::Undecided,
            }),
            None if forward => self.refuse("this is the last session"),
            None => self.refuse("this is the first session"),
        }
    }

    /// Counts the open session's progress anew.
    pub(super) fn recount(&mut self) {
        let candidates = self.open.candidates();
        let count =
            |check: &dyn Fn(u32) -> bool| candidates.iter().filter(|turn| check(**turn)).count();
        let decided = count(&|turn| self.open.is_decided(turn));
        let deferred = count(&|turn| self.open.is_deferred(turn));
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        if let Some(row) = self.sessions.get_mut(self.at) {
            (row.candidates, row.decided, row.deferred) =
                (number(candidates.len()), number(decided), number(deferred));
        }
    }
}
