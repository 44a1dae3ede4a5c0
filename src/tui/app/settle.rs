//! Settling what coders differ on: the same screen, with gold as the coder.
//!
//! A queue of units on which coders differ takes the place of the pushback turns. Who said what is hidden, and which
//! side is called A changes from unit to unit, so that neither a name nor a place is followed.

use super::{App, Effect, Form, Goal, Look, Notice, Pending, Screen};
use crate::merge::{Comparison, Dispute, Item, Side, Take, What, preview, settle};
use crate::model::{
    Change, Coder, Decision, Difference, How, Ladder, OpenSession, Saved, Settled, Settlement,
    Step, Unit, Verdict, apply, missing,
};
use crate::tui::keys::Action;

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
    /// What all agree on in the unit on the screen, until the first answer writes it.
    pub(in crate::tui) agreed: Decision,
    /// An answer that waits for the reason why the coders differ.
    pub(in crate::tui) waiting: Option<Take>,
}

impl Adjudication {
    /// Begins with a queue; `decided` says of which units gold has a verdict.
    pub(in crate::tui) fn new(
        by: Coder,
        comparison: Comparison,
        queue: Vec<Item>,
        decided: impl Fn(&Unit) -> bool,
    ) -> Adjudication {
        let done: Vec<bool> = queue.iter().map(|item| decided(&item.unit)).collect();
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
            waiting: None,
        }
    }

    /// Gives the unit on the screen; `None` where nothing differs, or another turn is looked at.
    pub(in crate::tui) fn item(&self) -> Option<&Item> {
        self.queue.get(self.at).filter(|_| !self.away)
    }

    /// Gives the first dispute of the unit on the screen that gold has not settled.
    pub(in crate::tui) fn dispute(&self, gold: &Decision) -> Option<&Dispute> {
        let item = self.item()?;
        item.disputes.get(item.open(&self.comparison, gold)?)
    }

    /// Gives the sides of a dispute in the order in which they are called A, B, C: a different one for each unit.
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
        sides
    }

    pub(super) fn place_of(&self, session: &str, turn: u32) -> Option<usize> {
        self.queue
            .iter()
            .position(|item| item.unit.turn == turn && item.unit.session == session)
    }
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
        let settled = self.decision().verdict.is_some();
        if let Some(work) = &mut self.adjudication {
            work.waiting = None;
            let place = work.place_of(&session, turn);
            work.away = place.is_none();
            if let Some(at) = place {
                // Who said what is asked for anew at every difference.
                work.names &= work.at == at;
                work.at = at;
                work.done[at] = settled;
                work.agreed = preview(&self.codebook, &work.comparison, &work.queue[at]);
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
        let ladder = match work.dispute(&gold).map(|dispute| &dispute.what) {
            Some(What::Field(group, field)) => {
                let ladder = Ladder {
                    step: Step::Field(field.clone()),
                    adding: false,
                };
                Some((item.gold_episode(&work.comparison, *group), ladder))
            }
            Some(_) => None,
            None => {
                let lacks = gold
                    .episodes
                    .iter()
                    .find(|own| !missing(&self.codebook, own).is_empty());
                lacks
                    .or(gold.episodes.last())
                    .map(|own| (own.id, Ladder::start(&self.codebook, own)))
            }
        };
        if let Some((episode, ladder)) = ladder {
            self.form = Form {
                episode: Some(episode),
                ladder,
                look: Look::default(),
            };
        }
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

    pub(super) fn act_settling(&mut self, action: Action) -> Option<Effect> {
        match action {
            Action::TakeA => self.take_side(0),
            Action::TakeB => self.take_side(1),
            Action::TakeC => self.take_side(2),
            Action::TakeAll => self.take_all(),
            Action::Names => {
                if let Some(work) = &mut self.adjudication {
                    work.names = !work.names;
                }
                None
            }
            Action::NotEpisode => self.ask_reason(),
            Action::Reopen => self.reopen(),
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
        let settled = "this difference is settled";
        let ways = [
            (Action::NextUndecided, "goes to the next"),
            (Action::Reopen, "opens it again"),
        ];
        self.outside_queue().or_else(|| {
            self.adjudication.as_ref()?;
            let decided = self.decision().verdict.is_some();
            decided.then(|| self.with_ways(settled, &ways))
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
        let Some(dispute) = work.dispute(&gold) else {
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

    fn take_all(&mut self) -> Option<Effect> {
        let gold = self.decision();
        let work = self.adjudication.as_ref()?;
        if let Some(why) = self.unasked() {
            return self.refuse(why);
        }
        let field = match work.dispute(&gold).map(|dispute| &dispute.what) {
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

    /// Asks why the coders differ before an answer is stored.
    pub(super) fn ask_difference(&mut self, take: Take) -> Option<Effect> {
        if let Some(why) = self.read_only.clone() {
            return self.refuse(format!("read only: {why}"));
        }
        self.adjudication.as_mut()?.waiting = Some(take);
        self.screen = Screen::Difference;
        None
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
        let gold = self.decision();
        // Whatever comes of it, the question is answered.
        self.screen = Screen::Read;
        let take = self.adjudication.as_mut()?.waiting.take();
        let work = self.adjudication.as_ref()?;
        let answer = take.zip(work.item()).and_then(|(take, item)| {
            // "Not an episode after all" answers the unit as a whole, whatever is asked.
            let open = work.dispute(&gold).or(item.disputes.first())?;
            let (book, answer) = (&self.codebook, (open, &take, reason));
            let (comparison, by) = (&work.comparison, work.by.id);
            Some(settle(book, comparison, item, &gold, answer, by, self.ids))
        });
        match answer {
            Some(changes) => self.write_settled(changes),
            None => self.refuse("there is no difference to settle here"),
        }
    }

    /// A digit while settling: another code than either side has, or what the settled values leave open.
    pub(super) fn settle_by_digit(&mut self, digit: char) -> Option<Effect> {
        let gold = self.decision();
        let work = self.adjudication.as_ref()?;
        let Some(dispute) = work.dispute(&gold) else {
            return self.code(digit);
        };
        let What::Field(_, field) = &dispute.what else {
            let ways = [(Action::NotEpisode, "says that there is no episode")];
            return self.refuse(self.with_ways("first say which side is right", &ways));
        };
        let field = field.clone();
        match self
            .form
            .ladder
            .press(&self.codebook, &self.episode(), digit)
        {
            Ok(answer) => {
                let own = |change: &Change| match change {
                    Change::Field {
                        field: own,
                        choices,
                        ..
                    } if *own == field => Some(choices.clone()),
                    _ => None,
                };
                let choices = answer.changes.iter().find_map(own).unwrap_or_default();
                self.ask_difference(Take::Codes(choices))
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
        let open = work.item()?.open(&work.comparison, &after).is_some();
        let complete = after
            .episodes
            .iter()
            .all(|own| missing(&self.codebook, own).is_empty());
        let whole = after.verdict.is_some() || (!open && complete && !after.episodes.is_empty());
        if whole && after.verdict.is_none() {
            changes.push(Change::Verdict(Some(Verdict::Episodes)));
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

    /// Takes back in one act all that is settled of the unit on the screen, so that it is asked anew.
    fn reopen(&mut self) -> Option<Effect> {
        if let Some(why) = self.outside_queue() {
            return self.refuse(why);
        }
        let gold = self.decision();
        if gold.settled.is_empty() {
            return self.refuse("nothing is settled here yet");
        }
        let done = self.with_ways("open again", &[(Action::Undo, "settles it as it was")]);
        self.write(taken_back(&gold), None, Notice::Done(done))
    }

    /// Says which answer waits for a reason: `A: S3 C6`.
    pub(in crate::tui) fn taking(&self) -> Option<String> {
        let work = self.adjudication.as_ref()?;
        let (item, gold) = (work.item()?, self.decision());
        let answers = |sides: &[Side]| {
            let answers: Vec<&str> = sides.iter().map(|own| own.answer.as_str()).collect();
            answers.join(" + ")
        };
        Some(match work.waiting.as_ref()? {
            Take::Side(side) => {
                let sides = work.sides(item, work.dispute(&gold)?);
                let mut named = ('A'..).zip(sides);
                let (letter, (_, own)) = named.find(|(_, (at, _))| at == side)?;
                format!("{letter}: {}", own.answer)
            }
            Take::Union => answers(&work.dispute(&gold)?.sides),
            Take::Codes(choices) => {
                let codes: Vec<&str> = choices.iter().map(|own| own.code.as_str()).collect();
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
        let settled = gold.verdict.is_some();
        if let Some(done) = work.done.get_mut(work.at) {
            *done = settled;
        }
        let nothing_open = work.dispute(&gold).is_none();
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

/// Gives the changes that take back all that gold says of a unit but the memo. An episode that is made again has the
/// values that it had, so these are cleared as well.
fn taken_back(gold: &Decision) -> Vec<Change> {
    let marks = gold.settled.keys().map(|what| Change::Settled {
        what: what.clone(),
        settlement: None,
    });
    let mut changes = vec![Change::Verdict(None)];
    changes.extend(marks);
    for own in &gold.episodes {
        let episode = own.id;
        changes.extend(own.fields.keys().map(|field| Change::Field {
            episode,
            field: field.clone(),
            choices: Vec::new(),
        }));
        changes.extend(own.evidence.iter().map(|quote| Change::Evidence {
            episode,
            id: quote.id,
            quote: None,
        }));
        changes.push(Change::Episode {
            episode,
            exists: false,
        });
    }
    changes
}
