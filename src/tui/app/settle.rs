//! Settling what coders differ on: the same screen, with gold as the coder.
//!
//! A queue of units on which coders differ takes the place of the pushback turns. Who said what is hidden, and which
//! side is called A changes from unit to unit, so that neither a name nor a place is followed.

use std::collections::BTreeMap;

use super::{App, Effect, Form, Goal, Look, Notice, TAKES};
use crate::merge::{Comparison, Dispute, Item, Side, Take, What, preview};
use crate::model::{
    Change, Codebook, Coder, Decision, Episode, Ladder, OpenSession, Saved, Step, Unit, missing,
};

/// The adjudicator's work.
pub(in crate::tui) struct Adjudication {
    /// Who settles.
    pub(in crate::tui) by: Coder,
    /// The coders beside each other.
    pub(in crate::tui) comparison: Comparison,
    /// The units that differ, those that differ most first.
    pub(in crate::tui) queue: Vec<Item>,
    /// Which of them gold has settled, verdict and all.
    pub(in crate::tui) done: Vec<bool>,
    /// The one on the screen.
    pub(in crate::tui) at: usize,
    /// Whether the turn on the screen is none of them: then nothing can be settled.
    pub(in crate::tui) away: bool,
    /// Whether the coders' names are shown.
    pub(in crate::tui) names: bool,
    /// Gold's decision on the unit on the screen, with what all agree on: the next answer writes that.
    pub(in crate::tui) agreed: Decision,
    /// Whether the last key does something again; else it takes something back.
    pub(in crate::tui) redoing: bool,
    /// An answer that waits for the reason why the coders differ.
    pub(in crate::tui) waiting: Option<Take>,
}

impl Adjudication {
    /// Begins with a queue, and with what gold has settled of it so far.
    pub(in crate::tui) fn new(
        by: Coder,
        comparison: Comparison,
        queue: Vec<Item>,
        codebook: &Codebook,
        gold: &BTreeMap<Unit, Decision>,
    ) -> Adjudication {
        let none = Decision::default();
        let of = |item: &Item| gold.get(&item.unit).unwrap_or(&none);
        let done: Vec<bool> = queue
            .iter()
            .map(|item| is_settled(codebook, &comparison, item, of(item)))
            .collect();
        let at = done.iter().position(|done| !done).unwrap_or(0);
        Adjudication {
            by,
            comparison,
            queue,
            done,
            at,
            away: false,
            names: false,
            agreed: Decision::default(),
            redoing: false,
            waiting: None,
        }
    }

    /// Gives the unit on the screen; `None` where nothing differs, or another turn is looked at.
    pub(in crate::tui) fn item(&self) -> Option<&Item> {
        self.queue.get(self.at).filter(|_| !self.away)
    }

    /// Gives the first dispute of the unit on the screen that gold has not settled.
    pub(in crate::tui) fn dispute(&self, codebook: &Codebook, gold: &Decision) -> Option<&Dispute> {
        let item = self.item()?;
        item.disputes
            .get(item.open(codebook, &self.comparison, gold)?)
    }

    /// Gives the sides of a dispute in the order in which they are called A, B, C: a different one for each unit.
    ///
    /// Where there are more than keys, those come first that no other key can give: reasons for *not an episode* can
    /// be chosen after `x`.
    pub(in crate::tui) fn sides<'a>(
        &self,
        item: &Item,
        dispute: &'a Dispute,
    ) -> Vec<(usize, &'a Side)> {
        let mut sides: Vec<(usize, &Side)> = dispute.sides.iter().enumerate().collect();
        sides.sort_by_cached_key(|(_, side)| {
            let coder = self.comparison.coders[side.coders[0]].id;
            crate::model::text_hash(&format!("{} {} {coder}", item.unit.session, item.unit.turn))
        });
        if sides.len() > TAKES.len() && dispute.what == What::Verdict {
            let unit = &self.comparison.units[item.at];
            sides.sort_by_key(|(_, side)| !unit.has_episodes(side.coders[0]));
        }
        sides
    }

    /// Takes note of what gold has of the unit on the screen.
    pub(super) fn take_stock(&mut self, codebook: &Codebook, gold: &Decision) {
        let (Some(item), false) = (self.queue.get(self.at), self.away) else {
            return;
        };
        self.done[self.at] = is_settled(codebook, &self.comparison, item, gold);
        self.agreed = preview(codebook, &self.comparison, item, gold);
    }

    pub(super) fn place_of(&self, session: &str, turn: u32) -> Option<usize> {
        self.queue
            .iter()
            .position(|item| item.unit.turn == turn && item.unit.session == session)
    }
}

/// Tells whether gold has settled a unit: it has a verdict, and nothing is open.
fn is_settled(codebook: &Codebook, comparison: &Comparison, item: &Item, gold: &Decision) -> bool {
    gold.verdict.is_some() && item.open(codebook, comparison, gold).is_none()
}

impl App {
    /// Lets the turns of the queue stand in for the detector's marks in an opened session.
    pub(super) fn mark_queue(&self, session: &mut OpenSession) {
        let Some(work) = &self.adjudication else {
            return;
        };
        session.is_queue = true;
        session.audited.clear();
        for head in &mut session.turns {
            if let Some(mark) = &mut head.mark {
                mark.pushback = work.place_of(&session.key, head.address.ordinal).is_some();
            }
        }
    }

    /// Takes note that another turn is on the screen.
    pub(super) fn stand_in_queue(&mut self) {
        let (session, turn) = (self.open.key.clone(), self.turn);
        let gold = self.decision();
        if let Some(work) = &mut self.adjudication {
            work.waiting = None;
            let place = work.place_of(&session, turn);
            work.away = place.is_none();
            if let Some(at) = place {
                // Who said what is asked for anew at every difference.
                work.names &= work.at == at;
                work.at = at;
                work.take_stock(&self.codebook, &gold);
            }
        }
        self.stand_in_form();
    }

    /// Shows what is asked: the open dispute, or what the settled ones leave open.
    pub(super) fn stand_in_form(&mut self) {
        let gold = self.decision();
        let Some(work) = &self.adjudication else {
            return;
        };
        let Some(item) = work.item() else { return };
        let asked = work.dispute(&self.codebook, &gold);
        let (episode, step) = match asked.map(|dispute| &dispute.what) {
            Some(What::Field(group, field)) => {
                let id = item.gold_episode(&work.comparison, *group, &gold);
                (Some(id), Step::Field(field.clone()))
            }
            // No field is asked.
            Some(_) => (None, Step::Review),
            None => {
                let lacks = |own: &&Episode| !missing(&self.codebook, own).is_empty();
                let lacks = gold.episodes.iter().find(lacks);
                let shown = lacks.or(gold.episodes.last());
                let step = shown.map(|own| Ladder::start(&self.codebook, own).step);
                (shown.map(|own| own.id), step.unwrap_or(Step::Review))
            }
        };
        let adding = false;
        self.form = Form {
            episode,
            ladder: Ladder { step, adding },
            look: Look::default(),
        };
    }

    /// What all agree on was adopted before the first key, and is not taken back by one: it is done again. A memo
    /// on such a turn is the adjudicator's own, and settles nothing.
    pub(super) fn keep_adopted(&mut self, saved: &Saved) -> bool {
        let Some(work) = &self.adjudication else {
            return false;
        };
        let settles = |change: &Change| matches!(change, Change::Settled { .. });
        let in_queue = work.place_of(&saved.unit.session, saved.unit.turn);
        if in_queue.is_some() || !saved.changes.iter().any(settles) {
            return false;
        }
        self.notice = Notice::Refused("there is nothing more to take back".to_owned());
        true
    }

    /// Says what an undo or a redo did to a unit: the changes of one answer are many.
    pub(super) fn taken_back(&self, changes: &[Change]) -> Option<String> {
        let work = self.adjudication.as_ref()?;
        let settles = |change: &Change| matches!(change, Change::Settled { .. });
        let what = if work.redoing {
            "done again"
        } else {
            "answer taken back"
        };
        changes.iter().any(settles).then(|| what.to_owned())
    }

    /// Goes to the difference before or after the one on the screen.
    pub(super) fn step_queue(&mut self, forward: bool) -> Option<Effect> {
        let work = self.adjudication.as_ref()?;
        let next = if forward {
            work.at.checked_add(1)
        } else {
            work.at.checked_sub(1)
        };
        match next.filter(|at| *at < work.queue.len()) {
            Some(at) => self.go_to_item(at),
            None if forward => self.refuse("this is the last difference"),
            None => self.refuse("this is the first difference"),
        }
    }

    /// Goes to the next difference that is not settled, from the beginning again after the last.
    pub(super) fn next_difference(&mut self) -> Option<Effect> {
        let work = self.adjudication.as_ref()?;
        let count = work.queue.len();
        let next = (1..=count)
            .map(|step| (work.at + step) % count)
            .find(|at| !work.done[*at]);
        if let Some(at) = next {
            return self.go_to_item(at);
        }
        self.reveal();
        self.done("every difference is settled");
        None
    }

    fn go_to_item(&mut self, at: usize) -> Option<Effect> {
        let unit = self.adjudication.as_ref()?.queue.get(at)?.unit.clone();
        if unit.session == self.open.key {
            return self.stand_at(unit.turn);
        }
        let session = self.sessions.iter().position(|row| row.key == unit.session);
        if let Some(at) = session {
            let goal = Goal::Turn(unit.turn);
            return Some(Effect::Open { at, goal });
        }
        self.adjudication.as_mut()?.at = at;
        self.refuse("this file does not hold the session of that difference")
    }
}
