//! Answering what coders differ on: a side, all together, other codes, and why they differ.

use super::{App, Effect, Look, Notice, Pending, Screen};
use crate::merge::{Take, What, reopen, settle};
use crate::model::{
    Change, Difference, How, Settled, Settlement, Step, Verdict, apply, check_change, missing,
};
use crate::tui::keys::Action;

/// The keys that take a side, in the order of the sides.
pub(in crate::tui) const TAKES: [Action; 5] = [
    Action::TakeA,
    Action::TakeB,
    Action::TakeC,
    Action::TakeD,
    Action::TakeE,
];

impl App {
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
            Action::NotEpisode => self.ask_reason(),
            Action::NextUndecided if matches!(self.form.ladder.step, Step::Text { .. }) => {
                self.open_text_step();
                None
            }
            Action::NextUndecided => self.next_difference(),
            _ => self.act_reading(action),
        }
    }

    /// Asks why there is no episode, where that answers a difference.
    fn ask_reason(&mut self) -> Option<Effect> {
        if let Some(why) = &self.read_only {
            return self.refuse(format!("read only: {why}"));
        }
        if let Some(why) = self.outside_queue() {
            return self.refuse(why);
        }
        if self.codebook.reasons.is_empty() {
            return self.refuse("the codebook has no reasons for this verdict");
        }
        self.screen = Screen::Reason(Look::default());
        None
    }

    /// Says why nothing is asked on the turn on the screen; `None` where something is, and while labelling.
    pub(in crate::tui) fn unasked(&self) -> Option<String> {
        let ways = [
            (Action::NextUndecided, "goes to the next"),
            (Action::Reopen, "opens it again"),
        ];
        self.outside_queue().or_else(|| {
            self.adjudication.as_ref()?;
            let decided = self.decision().verdict.is_some();
            decided.then(|| self.with_ways("this difference is settled", &ways))
        })
    }

    /// Says that nothing can be settled on the turn on the screen; `None` where it is one of the queue.
    fn outside_queue(&self) -> Option<String> {
        let work = self.adjudication.as_ref()?;
        if work.item().is_some() {
            return None;
        }
        let what = match self.decision().verdict {
            Some(_) => "all agree on this turn",
            None => "this turn is none of the differences",
        };
        Some(self.with_ways(what, &[(Action::NextUndecided, "goes to the next")]))
    }

    fn take_side(&mut self, letter: usize) -> Option<Effect> {
        let gold = self.decision();
        let work = self.adjudication.as_ref()?;
        let Some(dispute) = work.dispute(&self.codebook, &gold) else {
            let asked = || "no side is asked for here: a digit answers".to_owned();
            return self.refuse(self.unasked().unwrap_or_else(asked));
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

    /// Takes back all answers on the turn, so that everything is asked again.
    fn reopen(&mut self) -> Option<Effect> {
        if let Some(why) = self.outside_queue() {
            return self.refuse(why);
        }
        let gold = self.decision();
        if gold.settled.values().all(|own| own.how == How::Agreed) {
            return self.refuse("nothing is settled here yet");
        }
        let done = self.with_ways("open again", &[(Action::Undo, "settles it as it was")]);
        self.write(reopen(&gold), None, Notice::Done(done))
    }

    fn take_all(&mut self) -> Option<Effect> {
        if let Some(why) = self.unasked() {
            return self.refuse(why);
        }
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
        // Whatever comes of it, the question is answered.
        self.screen = Screen::Read;
        let take = self.adjudication.as_mut()?.waiting.take();
        match take.and_then(|take| self.changes_of(&take, reason)) {
            Some(changes) => self.write_settled(changes),
            None => self.refuse("there is no difference to settle here"),
        }
    }

    /// A digit while settling: another code than either side has, or what the settled values leave open.
    pub(super) fn settle_by_digit(&mut self, digit: char) -> Option<Effect> {
        let gold = self.decision();
        let work = self.adjudication.as_ref()?;
        let Some(dispute) = work.dispute(&self.codebook, &gold) else {
            return match self.unasked() {
                Some(why) => self.refuse(why),
                None => self.code(digit),
            };
        };
        let What::Field(..) = &dispute.what else {
            let ways = [(Action::NotEpisode, "says that there is no episode")];
            return self.refuse(self.with_ways("first say which side is right", &ways));
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
        if let Some(why) = self.outside_queue() {
            self.screen = Screen::Read;
            return self.refuse(why);
        }
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
                notice,
                go_on: whole,
                asks_words: !whole,
                ..Pending::default()
            },
        )
    }

    /// Says which answer waits for a reason: `A: S3 C6`.
    pub(in crate::tui) fn taking(&self) -> Option<String> {
        let work = self.adjudication.as_ref()?;
        let (item, gold) = (work.item()?, self.decision());
        let dispute = || work.dispute(&self.codebook, &gold);
        Some(match work.waiting.as_ref()? {
            Take::Side(side) => {
                let sides = work.sides(item, dispute()?);
                let mut named = ('A'..).zip(sides);
                let (letter, (_, own)) = named.find(|(_, (at, _))| at == side)?;
                format!("{letter}: {}", own.answer)
            }
            Take::Union => {
                let answers = dispute()?.sides.iter().map(|own| own.answer.as_str());
                answers.collect::<Vec<_>>().join(" + ")
            }
            Take::Codes(codes) => {
                let codes = codes.iter().flat_map(|(_, choices)| choices);
                let codes: Vec<&str> = codes.map(|own| own.code.as_str()).collect();
                codes.join(" ")
            }
            Take::NotEpisode(id, _) => {
                let reason = self.codebook.reason(id);
                let name = reason.map_or(id.as_str(), |own| own.name.as_str());
                format!("no episode, {}", name.to_lowercase())
            }
        })
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
        let Some(work) = self.adjudication.as_mut().filter(|work| !work.away) else {
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
            self.screen = Screen::Reason(Look::default());
        }
    }
}
