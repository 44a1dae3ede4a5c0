//! Settling what coders differ on: the same screen, with gold as the coder.
//!
//! A queue of units on which coders differ takes the place of the pushback turns. Who said what is hidden, and which
//! side is called A changes from unit to unit, so that neither a name nor a place is followed.

use std::collections::BTreeMap;

use super::{App, Effect, Form, Goal, Notice, Pending, Screen};
use crate::merge::{Comparison, Dispute, Item, Side, Take, What, preview, reopen, settle};
use crate::model::{
    Change, Codebook, Coder, Decision, Difference, Episode, How, Ladder, OpenSession, Saved,
    Settled, Settlement, Step, Unit, Verdict, apply, check_change, missing,
};
use crate::tui::keys::{Action, Mode};

/// The keys that take a side, in the order of the sides.
pub(in crate::tui) const TAKES: [Action; 5] = [
    Action::TakeA,
    Action::TakeB,
    Action::TakeC,
    Action::TakeD,
    Action::TakeE,
];

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
    fn take_stock(&mut self, codebook: &Codebook, gold: &Decision) {
        let (Some(item), false) = (self.queue.get(self.at), self.away) else {
            return;
        };
        self.done[self.at] = is_settled(codebook, &self.comparison, item, gold);
        self.agreed = preview(codebook, &self.comparison, item, gold);
    }

    fn place_of(&self, session: &str, turn: u32) -> Option<usize> {
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
                work.at = at;
                work.take_stock(&self.codebook, &gold);
            }
        }
        self.stand_in_form();
    }

    /// Shows what is asked: the open dispute, or what the settled ones leave open.
    fn stand_in_form(&mut self) {
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
            look: None,
        };
    }

    /// What all agree on was adopted before the first key, and is not taken back by one: it is done again.
    pub(super) fn keep_adopted(&mut self, saved: &Saved) -> bool {
        let Some(work) = &self.adjudication else {
            return false;
        };
        if work
            .place_of(&saved.unit.session, saved.unit.turn)
            .is_some()
        {
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
        let work = self.adjudication.as_mut()?;
        work.at = at;
        let unit = work.queue.get(at)?.unit.clone();
        if unit.session == self.open.key {
            return self.stand_at(unit.turn);
        }
        let session = self.sessions.iter().position(|row| row.key == unit.session);
        match session {
            Some(at) => Some(Effect::Open {
                at,
                goal: Goal::Turn(unit.turn),
            }),
            None => self.refuse("this file does not hold the session of that difference"),
        }
    }

    pub(super) fn act_settling(&mut self, action: Action) -> Option<Effect> {
        if let Some(letter) = TAKES.iter().position(|take| *take == action) {
            return self.take_side(letter);
        }
        if let Some(work) = &mut self.adjudication {
            work.redoing = action == Action::Redo;
        }
        match action {
            Action::TakeAll => self.take_all(),
            Action::Reopen => self.reopen(),
            Action::Names => {
                if let Some(work) = &mut self.adjudication {
                    work.names = !work.names;
                }
                None
            }
            Action::NotEpisode => {
                self.screen = Screen::Reason;
                self.codebook_scroll = 0;
                None
            }
            Action::NextUndecided => self.next_difference(),
            _ => self.act_reading(action),
        }
    }

    fn take_side(&mut self, letter: usize) -> Option<Effect> {
        let gold = self.decision();
        let work = self.adjudication.as_ref()?;
        let Some(dispute) = work.dispute(&self.codebook, &gold) else {
            return self.refuse(self.nothing_open());
        };
        let sides = work.sides(work.item()?, dispute);
        match sides.get(letter) {
            Some((side, _)) => {
                let take = Take::Side(*side);
                self.ask_difference(take)
            }
            None => self.refuse("there is no such side"),
        }
    }

    /// Says that there is no question, and what to do.
    fn nothing_open(&self) -> String {
        let key = |action| self.keys.shown(Mode::Settle, action);
        let (next, again) = (key(Action::NextUndecided), key(Action::Reopen));
        match self.decision().verdict {
            Some(_) => format!("settled: {next} goes on, {again} opens it again"),
            None => format!("nothing is open here: {next} goes to the next difference"),
        }
    }

    /// Takes back all answers on the turn, so that everything is asked again.
    fn reopen(&mut self) -> Option<Effect> {
        let gold = self.decision();
        let known = self.adjudication.as_ref()?.item().is_some();
        let answered = gold.settled.values().any(|own| own.how != How::Agreed);
        if !known || !answered {
            return self.refuse("nothing is settled here yet");
        }
        let notice = Notice::Done(format!("D{} is open again; undo settles it", self.turn));
        self.write(reopen(&gold), None, notice)
    }

    fn take_all(&mut self) -> Option<Effect> {
        let gold = self.decision();
        let work = self.adjudication.as_ref()?;
        let field = match work
            .dispute(&self.codebook, &gold)
            .map(|dispute| &dispute.what)
        {
            Some(What::Field(_, field)) => self.codebook.field(field),
            _ => None,
        };
        match field {
            Some(field) if field.select.limit() > 1 => self.ask_difference(Take::Union),
            Some(field) => {
                let why = format!("{} takes one code", field.name);
                self.refuse(why)
            }
            None => self.refuse("there are no codes to put together here"),
        }
    }

    /// Asks why the coders differ before an answer is stored; one that breaks a rule is refused at once.
    pub(super) fn ask_difference(&mut self, take: Take) -> Option<Effect> {
        if let Some(why) = self.read_only.clone() {
            return self.refuse(format!("read only: {why}"));
        }
        let mut after = self.decision();
        for change in self.changes_of(&take, None)? {
            if let Err(broken) = check_change(&self.codebook, &after, &change) {
                return self.refuse(broken);
            }
            after = apply(&after, &[change]);
        }
        self.adjudication.as_mut()?.waiting = Some(take);
        self.screen = Screen::Difference;
        None
    }

    /// Gives the changes that an answer to the open dispute makes.
    fn changes_of(&self, take: &Take, reason: Option<Difference>) -> Option<Vec<Change>> {
        let gold = self.decision();
        let work = self.adjudication.as_ref()?;
        let item = work.item()?;
        // "Not an episode after all" answers the unit as a whole, whatever is asked.
        let open = work.dispute(&self.codebook, &gold);
        let open = open.or(item.disputes.first())?;
        let answer = (open, take, reason);
        let (by, comparison) = (work.by.id, &work.comparison);
        Some(settle(&self.codebook, comparison, item, &gold, answer, by))
    }

    /// Takes the reason as a digit.
    pub(super) fn give_difference(&mut self, digit: char) -> Option<Effect> {
        let place = digit
            .to_digit(10)
            .and_then(|digit| (digit as usize).checked_sub(1));
        match place.and_then(|at| Difference::ALL.get(at)) {
            Some(reason) => self.settle_waiting(Some(*reason)),
            None => self.refuse(format!("there is no reason {digit}")),
        }
    }

    pub(super) fn act_difference(&mut self, action: Action) -> Option<Effect> {
        if action == Action::Enter {
            return self.settle_waiting(None);
        }
        if let Some(work) = &mut self.adjudication {
            work.waiting = None;
        }
        self.screen = Screen::Read;
        None
    }

    fn settle_waiting(&mut self, reason: Option<Difference>) -> Option<Effect> {
        let take = self.adjudication.as_mut()?.waiting.take()?;
        let changes = self.changes_of(&take, reason)?;
        self.screen = Screen::Read;
        self.write_settled(changes)
    }

    /// A digit while settling: another code than either side has, or what the settled values leave open.
    pub(super) fn settle_by_digit(&mut self, digit: char) -> Option<Effect> {
        let gold = self.decision();
        let work = self.adjudication.as_ref()?;
        let Some(dispute) = work.dispute(&self.codebook, &gold) else {
            return match gold.verdict {
                Some(_) => self.refuse(self.nothing_open()),
                None => self.code(digit),
            };
        };
        let What::Field(..) = &dispute.what else {
            return self.refuse("first say which side is right, or x for no episode");
        };
        let ladder = &self.form.ladder;
        match ladder.press(&self.codebook, &self.episode(), digit) {
            Ok(answer) => {
                let own = |change: Change| match change {
                    Change::Field { field, choices, .. } => Some((field, choices)),
                    _ => None,
                };
                // A key may set a field and the one that is asked with it.
                let codes = answer.changes.into_iter().filter_map(own).collect();
                self.ask_difference(Take::Codes(codes))
            }
            Err(refusal) => self.refuse(refusal),
        }
    }

    /// Stores what settles something; the verdict comes with it when nothing is left open.
    pub(super) fn write_settled(&mut self, mut changes: Vec<Change>) -> Option<Effect> {
        let gold = self.decision();
        let after = apply(&gold, &changes);
        let work = self.adjudication.as_ref()?;
        let open = work
            .item()?
            .open(&self.codebook, &work.comparison, &after)
            .is_some();
        let complete = after
            .episodes
            .iter()
            .all(|own| missing(&self.codebook, own).is_empty());
        let none = matches!(after.verdict, Some(Verdict::NotEpisode { .. }));
        let whole = !open && (none || complete && !after.episodes.is_empty());
        if whole && after.verdict.is_none() {
            changes.push(Change::Verdict(Some(Verdict::Episodes)));
        }
        if !complete && after.verdict == Some(Verdict::Episodes) {
            changes.insert(0, Change::Verdict(None));
        }
        let notice = Notice::Done(if whole {
            format!("D{} settled", self.turn)
        } else {
            "settled; the next one".to_owned()
        });
        self.write_and(
            changes,
            Pending {
                form: None,
                notice,
                go_on: whole,
                screen: None,
            },
        )
    }

    /// Makes changes of the form's the adjudicator's own: each field that they set is settled by hand.
    pub(super) fn settled_by_hand(&self, mut changes: Vec<Change>) -> Vec<Change> {
        let Some(work) = &self.adjudication else {
            return changes;
        };
        let settlement = Settlement {
            how: How::Edited,
            reason: None,
            by: work.by.id,
        };
        let marks: Vec<Change> = changes
            .iter()
            .filter_map(|change| match change {
                Change::Field { episode, field, .. } => Some(Settled {
                    episode: Some(*episode),
                    field: field.clone(),
                }),
                _ => None,
            })
            .map(|what| Change::Settled {
                what,
                settlement: Some(settlement.clone()),
            })
            .collect();
        changes.extend(marks);
        changes
    }

    /// Shows what follows from what was stored while settling.
    pub(super) fn after_settling(&mut self) {
        let gold = self.decision();
        let Some(work) = &mut self.adjudication else {
            return;
        };
        work.take_stock(&self.codebook, &gold);
        let settled = gold.verdict.is_some();
        let nothing_open = work.dispute(&self.codebook, &gold).is_none();
        self.stand_in_form();
        // Every episode was found not to be there: only the reason is missing.
        if nothing_open
            && !settled
            && gold.episodes.is_empty()
            && matches!(self.screen, Screen::Read)
        {
            self.screen = Screen::Reason;
        }
    }
}
