//! In which order, and through which turns, the coder steps: the marked turns of the sessions as they stand, or those
//! of the highest score first, or every developer turn, so that what the detector missed is met.

use super::{App, Effect, Goal};
use crate::model::Stop;
use crate::tui::keys::Action;

/// How the coder steps; it lasts as long as the program runs.
#[derive(Debug, Default)]
pub(in crate::tui) struct Walk {
    /// Whether the turns of the highest score come first.
    by_score: bool,
    /// Whether unmarked developer turns are stepped through too.
    all: bool,
    /// Every developer turn in the order of the walk; empty in the usual one, which needs no list.
    stops: Vec<Stop>,
}

impl Walk {
    /// Tells whether the walk is another one than from marked turn to marked turn in the order of the sessions.
    pub(super) fn is_other(&self) -> bool {
        self.by_score || self.all
    }

    /// Tells whether unmarked developer turns are stepped through too.
    pub(in crate::tui) fn takes_all(&self) -> bool {
        self.all
    }

    /// Says how the coder steps, where it is not the usual way.
    pub(in crate::tui) fn name(&self) -> Option<&'static str> {
        match (self.by_score, self.all) {
            (false, false) => None,
            (true, false) => Some("by score"),
            (false, true) => Some("all turns"),
            (true, true) => Some("all turns by score"),
        }
    }

    fn takes(&self, stop: &Stop) -> bool {
        self.all || stop.candidate
    }
}

impl App {
    /// Changes the order of stepping: by score, or that of the sessions.
    pub(super) fn step_by_score(&mut self) -> Option<Effect> {
        if self.blind {
            return self
                .refuse("not during an audit: the order of the scores would tell its turns apart");
        }
        self.walk.by_score = !self.walk.by_score;
        self.walk_anew()
    }

    /// Steps through all developer turns, or only through the marked ones.
    pub(super) fn step_through_all(&mut self) -> Option<Effect> {
        self.walk.all = !self.walk.all;
        self.walk_anew()
    }

    fn walk_anew(&mut self) -> Option<Effect> {
        let key = self.key(Action::NextPushback);
        let what = match (self.walk.by_score, self.walk.all) {
            (false, false) => "steps through pushback turns in the order of the sessions",
            (true, false) => "steps through pushback turns, the highest score first",
            (false, true) => "steps through all developer turns, unmarked ones too",
            (true, true) => "steps through all developer turns, the highest score first",
        };
        self.done(format!("{key} {what}"));
        self.walk.stops.clear();
        self.walk.is_other().then_some(Effect::List)
    }

    /// Takes the developer turns of the study, in the order of the sessions.
    pub(super) fn take_stops(&mut self, mut stops: Vec<Stop>) -> Option<Effect> {
        if self.walk.by_score {
            // Stable: of equal scores the earlier turn comes first.
            stops.sort_by(|one, other| other.score.total_cmp(&one.score));
        }
        self.walk.stops = stops;
        None
    }

    /// Brings the walk up to date with the session that is open.
    pub(super) fn refresh_walk(&mut self) {
        let Some(id) = self.sessions.get(self.at).map(|row| row.id) else {
            return;
        };
        for stop in &mut self.walk.stops {
            if stop.session == id {
                stop.candidate = self.open.is_candidate(stop.turn);
                stop.decided = self.open.is_decided(stop.turn);
                stop.deferred = self.open.is_deferred(stop.turn);
            }
        }
    }

    fn place_in_walk(&self) -> Option<usize> {
        let id = self.sessions.get(self.at)?.id;
        let here = |stop: &Stop| (stop.session, stop.turn) == (id, self.turn);
        self.walk.stops.iter().position(here)
    }

    /// Steps to the turn of the walk after the one in the form, or to the one before.
    pub(super) fn step_walk(&mut self, forward: bool) -> Option<Effect> {
        let at = self.place_in_walk();
        let takes = |stop: &&Stop| self.walk.takes(stop);
        let stop = if forward {
            let from = at.map_or(0, |at| at + 1);
            self.walk.stops[from..].iter().find(takes)
        } else {
            let to = at.unwrap_or(0);
            self.walk.stops[..to].iter().rev().find(takes)
        };
        match stop.copied() {
            Some(stop) => self.stand_at_stop(stop),
            None => self.refuse(self.end_of_walk(forward)),
        }
    }

    fn end_of_walk(&self, forward: bool) -> &'static str {
        match (forward, self.walk.by_score, self.walk.all) {
            (true, false, _) => "this is the last developer turn of the study",
            (false, false, _) => "this is the first developer turn of the study",
            (true, true, true) => "no developer turn has a lower score",
            (true, true, false) => "no pushback turn has a lower score",
            (false, true, true) => "no developer turn has a higher score",
            (false, true, false) => "no pushback turn has a higher score",
        }
    }

    /// Goes to the next turn of the walk without a verdict.
    ///
    /// Through marked turns it begins again after the last, and comes to what was put off when nothing else is left.
    /// Unmarked turns never have a verdict, so a walk through all ends with the last one.
    pub(super) fn next_in_walk(&mut self) -> Option<Effect> {
        let here = self.place_in_walk();
        let from = here.map_or(0, |at| at + 1);
        let (before, after) = self.walk.stops.split_at(from);
        let before = if self.walk.all { &[] } else { before };
        let is_other = |stop: &&Stop| {
            let id = self.sessions.get(self.at).map(|row| row.id);
            (Some(stop.session), stop.turn) != (id, self.turn)
        };
        let open = || {
            let stops = after.iter().chain(before).filter(is_other);
            stops.filter(|stop| self.walk.takes(stop) && !stop.decided)
        };
        let next = open().find(|stop| !stop.deferred).or_else(|| open().next());
        if let Some(stop) = next.copied() {
            return self.stand_at_stop(stop);
        }
        self.reveal();
        self.done(if self.walk.all {
            "no developer turn without a verdict comes after this one"
        } else if self.is_candidate() && !self.open.is_decided(self.turn) {
            "only this turn is left"
        } else {
            "every pushback turn is decided"
        });
        None
    }

    fn stand_at_stop(&mut self, stop: Stop) -> Option<Effect> {
        let at = self
            .sessions
            .iter()
            .position(|row| row.id == stop.session)?;
        if at == self.at {
            return self.stand_at(stop.turn);
        }
        let goal = Goal::Turn(stop.turn);
        Some(Effect::Open { at, goal })
    }
}
