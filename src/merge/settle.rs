//! What settling a dispute writes.
//!
//! Gold is a coder of its own: every answer is a change of gold's decision, with how it came about beside it; the
//! coders' own labels stay as they are.

mod agreed;
mod answer;
mod dependent;
mod state;

use uuid::Uuid;

use super::compare::{Compared, Comparison, MatchedEpisode};
use super::disputes::{Dispute, Item, What};
use crate::model::{
    Change, Choice, Codebook, Decision, Difference, Episode, Field, How, Settled, Settlement,
    Verdict, apply,
};
use state::gold_id;

pub(super) use state::settled_as;

/// How a dispute is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Take {
    /// With the answer of this side.
    Side(usize),
    /// With the codes of all sides together.
    Union,
    /// With other codes, by field: that of the dispute, and those that the same key sets.
    Codes(Vec<(String, Vec<Choice>)>),
    /// With "not an episode", for this reason and with these words.
    NotEpisode(String, Option<String>),
}

/// Gives the changes of gold's decision that settle a dispute.
///
/// `gold` is what is settled of the unit so far. The first answer on a unit also adopts
/// what all coders agree on. Fields that follow from the answer (a locus from a severity) come along with it, from
/// the same side. The verdict is not among the changes: it is given when nothing is left open.
pub fn settle(
    codebook: &Codebook,
    comparison: &Comparison,
    item: &Item,
    gold: &Decision,
    answer: (&Dispute, &Take, Option<Difference>),
    by: Uuid,
) -> Vec<Change> {
    let settling = Settling {
        codebook,
        comparison,
        unit: &comparison.units[item.at],
        gold,
        by,
    };
    let (dispute, take, reason) = answer;
    match (&dispute.what, take) {
        (_, Take::NotEpisode(why, text)) => {
            let verdict = Verdict::NotEpisode {
                reason: why.clone(),
                text: text.clone(),
            };
            settling.not_episode(verdict, How::Edited, reason)
        }
        (What::Verdict, Take::Side(side)) => settling.verdict(&dispute.sides[*side], reason),
        (What::Episode(place), Take::Side(side)) => {
            let group = &settling.unit.episodes[*place];
            settling.presence((group, &dispute.sides[*side]), reason)
        }
        (What::Field(place, field), take) => {
            let group = &settling.unit.episodes[*place];
            let field = codebook.field(field);
            let set = |field| settling.field((group, field), (dispute, take), reason);
            field.map(set).unwrap_or_default()
        }
        // A union of verdicts, or of there and not there, is no answer.
        _ => Vec::new(),
    }
}

/// Gives gold's decision on a unit as it will be when the next dispute is answered: with all that is agreed.
pub fn preview(
    codebook: &Codebook,
    comparison: &Comparison,
    item: &Item,
    gold: &Decision,
) -> Decision {
    let open = item.open(codebook, comparison, gold);
    if open.is_none_or(|open| item.disputes[open].what == What::Verdict) {
        return gold.clone();
    }
    let settling = Settling {
        codebook,
        comparison,
        unit: &comparison.units[item.at],
        gold,
        by: Uuid::nil(),
    };
    apply(gold, &settling.adopt_agreed())
}

/// Gives the changes by which gold adopts a unit on which all coders agree, verdict and all.
///
/// What `gold` has of it so far, from when they did not agree yet, gives way.
pub fn adopt(
    codebook: &Codebook,
    comparison: &Comparison,
    at: usize,
    gold: &Decision,
    by: Uuid,
) -> Vec<Change> {
    let unit = &comparison.units[at];
    let settling = Settling {
        codebook,
        comparison,
        unit,
        gold: &Decision::default(),
        by,
    };
    let first = unit
        .coders()
        .find_map(|coder| unit.decisions[coder].as_ref()?.verdict.clone());
    let Some(first) = first else {
        return Vec::new();
    };
    let mut changes = reopen(gold);
    if let Verdict::NotEpisode { .. } = first {
        changes.extend(settling.not_episode(first, How::Agreed, None));
    } else {
        changes.extend(settling.adopt_agreed());
        changes.push(Change::Verdict(Some(first)));
    }
    changes
}

/// Gives the changes that open a unit again: everything that gold says of it is taken back, except memo and marks.
pub fn reopen(gold: &Decision) -> Vec<Change> {
    let verdict = gold.verdict.iter().map(|_| Change::Verdict(None));
    let settled = gold.settled.keys().map(|what| Change::Settled {
        what: what.clone(),
        settlement: None,
    });
    verdict
        .chain(gold.episodes.iter().flat_map(cleared_episode))
        .chain(settled)
        .collect()
}

/// Empties an episode and removes it: one that comes back has what it had.
fn cleared_episode(own: &Episode) -> Vec<Change> {
    let episode = own.id;
    let fields = own.fields.keys().map(|field| Change::Field {
        episode,
        field: field.clone(),
        choices: Vec::new(),
    });
    let extras = own.extras.keys().map(|field| Change::Extra {
        episode,
        field: field.clone(),
        value: String::new(),
    });
    let evidence = own.evidence.iter().map(|quote| Change::Evidence {
        episode,
        id: quote.id,
        quote: None,
    });
    let gone = Change::Episode {
        episode,
        exists: false,
    };
    fields.chain(extras).chain(evidence).chain([gone]).collect()
}

/// One unit that is being settled.
struct Settling<'a> {
    codebook: &'a Codebook,
    comparison: &'a Comparison,
    unit: &'a Compared,
    /// What is settled of it so far.
    gold: &'a Decision,
    /// Who settles.
    by: Uuid,
}

impl<'a> Settling<'a> {
    /// Gives the identity of gold's episode of a group.
    fn id(&self, group: &MatchedEpisode) -> Uuid {
        gold_id(self.unit, group, self.gold)
    }

    /// Gives what gold has of a group so far.
    fn of_gold(&self, group: &MatchedEpisode) -> Option<&'a Episode> {
        self.gold.episode(self.id(group))
    }

    /// Gives the episodes of a group, in the order of the coders.
    fn members(&self, group: &MatchedEpisode) -> impl Iterator<Item = &'a Episode> {
        let unit = self.unit;
        let coders = 0..group.of.len();
        coders.filter_map(move |coder| unit.episode(group, coder))
    }

    fn took(&self, coder: usize) -> How {
        How::Took(self.comparison.coders[coder].id)
    }

    /// Sets a field, and says how that came about.
    fn set(
        &self,
        (id, field): (Uuid, &Field),
        choices: Vec<Choice>,
        how: How,
        reason: Option<Difference>,
    ) -> [Change; 2] {
        let set = Change::Field {
            episode: id,
            field: field.id.clone(),
            choices,
        };
        [set, self.settled(Some(id), &field.id, how, reason)]
    }

    fn settled(
        &self,
        episode: Option<Uuid>,
        field: &str,
        how: How,
        reason: Option<Difference>,
    ) -> Change {
        let what = Settled {
            episode,
            field: field.to_owned(),
        };
        Change::Settled {
            what,
            settlement: Some(Settlement {
                how,
                reason,
                by: self.by,
            }),
        }
    }
}

#[cfg(test)]
mod tests;
