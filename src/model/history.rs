//! The append-only record of every act, and the state that follows from it.
//!
//! The history is the truth; every current label is derived from it. Merging two files is the union of
//! their histories, so `derive` must not depend on the order in which rows arrive.

use uuid::Uuid;

use super::label::{Change, Decision, Episode};
use super::{Timestamp, Unit};

/// One row of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Identity of the row, in order of time (UUIDv7).
    pub id: Uuid,
    /// The act that it belongs to: the rows of one key press are undone together.
    pub act: Uuid,
    /// Whether the coder did something, took an act back, or did it again.
    pub kind: ActKind,
    /// The act that is taken back or done again; `None` for a plain act.
    pub reverts: Option<Uuid>,
    /// Who.
    pub coder: Uuid,
    /// When. Times of one coder in one file never go backwards, even where the clock does.
    pub time: Timestamp,
    /// About what.
    pub unit: Unit,
    /// What.
    pub change: Change,
    /// Hash of the codebook in force.
    pub codebook: String,
}

/// Whether an act is plain, an undo or a redo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActKind {
    /// A plain act.
    Do,
    /// Takes an act back.
    Undo,
    /// Takes an undo back.
    Redo,
}

impl ActKind {
    /// Gives the name used in the file.
    pub fn name(self) -> &'static str {
        match self {
            ActKind::Do => "do",
            ActKind::Undo => "undo",
            ActKind::Redo => "redo",
        }
    }

    /// Finds a kind by its name.
    pub fn from_name(name: &str) -> Option<ActKind> {
        [ActKind::Do, ActKind::Undo, ActKind::Redo]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// What a change sets: two changes of one coder, one unit and one slot replace each other.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot {
    /// `marked`, `verdict`, `deferred`, `memo`, `certainty`, `episode`, `field`, `extra`, `evidence` or `settled`.
    pub what: &'static str,
    /// The episode, for what belongs to one.
    pub episode: Option<Uuid>,
    /// Id of the field or of the quotation.
    pub name: Option<String>,
}

impl Change {
    /// Gives the slot that this change sets.
    pub fn slot(&self) -> Slot {
        let slot = |what, episode, name| Slot {
            what,
            episode,
            name,
        };
        match self {
            Change::Marked(_) => slot("marked", None, None),
            Change::Verdict(_) => slot("verdict", None, None),
            Change::Deferred(_) => slot("deferred", None, None),
            Change::Memo(_) => slot("memo", None, None),
            Change::Certainty(_) => slot("certainty", None, None),
            Change::Settled { what, .. } => slot("settled", what.episode, Some(what.field.clone())),
            Change::Episode { episode, .. } => slot("episode", Some(*episode), None),
            Change::Field { episode, field, .. } => {
                slot("field", Some(*episode), Some(field.clone()))
            }
            Change::Extra { episode, field, .. } => {
                slot("extra", Some(*episode), Some(field.clone()))
            }
            Change::Evidence { episode, id, .. } => {
                slot("evidence", Some(*episode), Some(id.to_string()))
            }
        }
    }

    /// Gives the change that leaves the same slot as if it had never been set.
    pub fn cleared(&self) -> Change {
        match self {
            Change::Marked(_) => Change::Marked(None),
            Change::Verdict(_) => Change::Verdict(None),
            Change::Deferred(_) => Change::Deferred(false),
            Change::Memo(_) => Change::Memo(String::new()),
            Change::Certainty(_) => Change::Certainty(None),
            Change::Settled { what, .. } => Change::Settled {
                what: what.clone(),
                settlement: None,
            },
            Change::Episode { episode, .. } => Change::Episode {
                episode: *episode,
                exists: false,
            },
            Change::Field { episode, field, .. } => Change::Field {
                episode: *episode,
                field: field.clone(),
                choices: Vec::new(),
            },
            Change::Extra { episode, field, .. } => Change::Extra {
                episode: *episode,
                field: field.clone(),
                value: String::new(),
            },
            Change::Evidence { episode, id, .. } => Change::Evidence {
                episode: *episode,
                id: *id,
                quote: None,
            },
        }
    }
}

/// Derives the decision of one coder on one unit from the rows about it, in any order.
///
/// The last change of a slot wins, by time and then by id. What was said of an episode that has been
/// removed is kept in the history and left out here.
pub fn derive(entries: &[Entry]) -> Decision {
    let mut ordered: Vec<&Entry> = entries.iter().collect();
    ordered.sort_by_key(|entry| (entry.time, entry.id));
    let mut draft = Draft::default();
    for entry in ordered {
        draft.set(&entry.change);
    }
    draft.finish()
}

/// Gives the decision that follows from another one by some changes.
pub fn apply(decision: &Decision, changes: &[Change]) -> Decision {
    let mut draft = Draft {
        decision: decision.clone(),
        gone: Vec::new(),
    };
    for change in changes {
        draft.set(change);
    }
    draft.finish()
}

/// Gives the changes that take an act back: each slot that it set gets the value from before it.
///
/// `act` holds the rows of the act and `before` the rows of the same coder and unit that precede it, in
/// any order. Slots that had no value before are cleared.
pub fn undo_of(act: &[Entry], before: &[Entry]) -> Vec<Change> {
    let previous = |slot: &Slot| {
        before
            .iter()
            .filter(|entry| entry.change.slot() == *slot)
            .max_by_key(|entry| (entry.time, entry.id))
    };
    act.iter()
        .rev()
        .map(|entry| {
            previous(&entry.change.slot())
                .map_or_else(|| entry.change.cleared(), |old| old.change.clone())
        })
        .collect()
}

/// A decision in the making, with the episodes that are not there (any more) but have values.
#[derive(Default)]
struct Draft {
    decision: Decision,
    gone: Vec<Episode>,
}

impl Draft {
    fn set(&mut self, change: &Change) {
        match change {
            Change::Marked(marked) => self.decision.marked = *marked,
            Change::Verdict(verdict) => self.decision.verdict.clone_from(verdict),
            Change::Deferred(deferred) => self.decision.deferred = *deferred,
            Change::Memo(memo) => self.decision.memo.clone_from(memo),
            Change::Certainty(certainty) => self.decision.certainty = *certainty,
            Change::Settled { what, settlement } => {
                self.decision.settled.remove(what);
                self.decision
                    .settled
                    .extend(settlement.clone().map(|own| (what.clone(), own)));
            }
            Change::Episode {
                episode,
                exists: true,
            } => self.bring_back(*episode),
            Change::Episode {
                episode,
                exists: false,
            } => self.take_away(*episode),
            Change::Field {
                episode,
                field,
                choices,
            } => {
                let fields = &mut self.episode(*episode).fields;
                if choices.is_empty() {
                    fields.remove(field);
                } else {
                    fields.insert(field.clone(), choices.clone());
                }
            }
            Change::Extra {
                episode,
                field,
                value,
            } => {
                let extras = &mut self.episode(*episode).extras;
                if value.is_empty() {
                    extras.remove(field);
                } else {
                    extras.insert(field.clone(), value.clone());
                }
            }
            Change::Evidence { episode, id, quote } => {
                let evidence = &mut self.episode(*episode).evidence;
                evidence.retain(|own| own.id != *id);
                evidence.extend(quote.clone());
            }
        }
    }

    fn bring_back(&mut self, id: Uuid) {
        if self.decision.episode(id).is_none() {
            let known = self.gone.iter().position(|episode| episode.id == id);
            let episode = known.map_or_else(|| Episode::new(id), |at| self.gone.remove(at));
            self.decision.episodes.push(episode);
        }
    }

    fn take_away(&mut self, id: Uuid) {
        if let Some(at) = self
            .decision
            .episodes
            .iter()
            .position(|episode| episode.id == id)
        {
            self.gone.push(self.decision.episodes.remove(at));
        }
    }

    fn episode(&mut self, id: Uuid) -> &mut Episode {
        if let Some(at) = self
            .decision
            .episodes
            .iter()
            .position(|episode| episode.id == id)
        {
            return &mut self.decision.episodes[at];
        }
        if let Some(at) = self.gone.iter().position(|episode| episode.id == id) {
            return &mut self.gone[at];
        }
        self.gone.push(Episode::new(id));
        let last = self.gone.len() - 1;
        &mut self.gone[last]
    }

    fn finish(mut self) -> Decision {
        // UUIDv7: the order of the ids is the order in which the episodes were made, also after an undo.
        self.decision.episodes.sort_by_key(|episode| episode.id);
        for episode in &mut self.decision.episodes {
            episode.evidence.sort_by_key(|quote| quote.id);
        }
        self.decision
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Certainty, Choice};

    /// Rows of one coder about one turn, a second apart, each an act of its own.
    fn rows(changes: &[Change]) -> Vec<Entry> {
        let row = |(at, change): (u128, &Change)| Entry {
            id: Uuid::from_u128(at),
            act: Uuid::from_u128(1000 + at),
            kind: ActKind::Do,
            reverts: None,
            coder: Uuid::nil(),
            time: Timestamp(i64::try_from(at).unwrap() * 1000),
            unit: Unit {
                session: "loom".to_owned(),
                turn: 2,
                hash: String::new(),
            },
            change: change.clone(),
            codebook: String::new(),
        };
        (1..).zip(changes).map(row).collect()
    }

    fn exists(episode: u128, exists: bool) -> Change {
        Change::Episode {
            episode: Uuid::from_u128(episode),
            exists,
        }
    }

    fn field(episode: u128, code: &str) -> Change {
        Change::Field {
            episode: Uuid::from_u128(episode),
            field: "form".to_owned(),
            choices: vec![Choice::of(code)],
        }
    }

    fn memo(text: &str) -> Change {
        Change::Memo(text.to_owned())
    }

    #[test]
    fn the_last_change_of_a_slot_wins_in_any_order_of_the_rows() {
        let mut all = rows(&[
            memo("one"),
            exists(7, true),
            field(7, "S1"),
            memo("two"),
            field(7, "S2"),
        ]);
        let decision = derive(&all);
        assert_eq!(decision.memo, "two");
        assert!(decision.episodes[0].has("form", "S2"));
        all.reverse();
        assert_eq!(derive(&all), decision);
        all.rotate_left(2);
        assert_eq!(derive(&all), decision);
    }

    #[test]
    fn at_the_same_time_the_greater_id_wins() {
        let mut all = rows(&[memo("one"), memo("two")]);
        all[1].time = all[0].time;
        all.reverse();
        assert_eq!(derive(&all).memo, "two");
    }

    #[test]
    fn the_union_of_two_histories_can_be_made_in_either_order_and_twice() {
        let all = rows(&[
            exists(7, true),
            field(7, "S1"),
            memo("one"),
            exists(7, false),
            exists(8, true),
        ]);
        let (one, other) = (&all[..3], &all[1..]);
        let decision = derive(&all);
        assert_eq!(derive(&[one, other].concat()), decision);
        assert_eq!(derive(&[other, one].concat()), decision);
        assert_eq!(derive(&[other, one, other].concat()), decision);
    }

    #[test]
    fn an_episode_that_comes_back_has_what_it_had() {
        let gone = rows(&[exists(7, true), field(7, "S1"), exists(7, false)]);
        assert_eq!(derive(&gone), Decision::default());
        let back = rows(&[
            exists(7, true),
            field(7, "S1"),
            exists(7, false),
            exists(7, true),
        ]);
        assert!(derive(&back).episodes[0].has("form", "S1"));
    }

    #[test]
    fn what_is_said_of_an_episode_before_it_is_made_counts() {
        // The rows of two files may have such an order.
        let all = rows(&[field(7, "S1"), exists(7, true)]);
        assert!(derive(&all).episodes[0].has("form", "S1"));
    }

    #[test]
    fn episodes_stand_in_the_order_in_which_they_were_made() {
        let all = rows(&[
            exists(7, true),
            exists(8, true),
            exists(7, false),
            exists(7, true),
        ]);
        let ids = derive(&all)
            .episodes
            .into_iter()
            .map(|episode| episode.id.as_u128());
        assert_eq!(ids.collect::<Vec<_>>(), [7, 8]);
    }

    #[test]
    fn undo_gives_every_slot_its_value_from_before() {
        let check = |before: &[Change], act: &[Change]| {
            let all = rows(&[before, act].concat());
            let (earlier, acted) = all.split_at(before.len());
            let back = undo_of(acted, earlier);
            assert_eq!(
                derive(&rows(&[before, act, &back].concat())),
                derive(earlier),
                "{act:?}"
            );
        };
        check(
            &[],
            &[
                memo("one"),
                Change::Deferred(true),
                Change::Marked(Some(false)),
            ],
        );
        check(&[memo("one")], &[memo("two"), memo("three")]);
        check(&[exists(7, true), field(7, "S1")], &[exists(7, false)]);
        check(
            &[exists(7, true), field(7, "S1")],
            &[field(7, "S2"), exists(8, true), field(8, "S3")],
        );
        check(
            &[Change::Certainty(Some(Certainty::Low))],
            &[Change::Certainty(None)],
        );
    }

    #[test]
    fn a_change_and_the_one_that_clears_it_set_one_slot() {
        for change in [
            memo("one"),
            exists(7, true),
            field(7, "S1"),
            Change::Marked(Some(true)),
        ] {
            assert_eq!(change.slot(), change.cleared().slot());
            assert_eq!(
                derive(&rows(&[change.clone(), change.cleared()])),
                Decision::default()
            );
        }
        assert_ne!(field(7, "S1").slot(), field(8, "S1").slot());
    }
}
