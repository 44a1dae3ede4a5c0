//! Which entries of the codebook coders differ over most: the ones to rewrite.

use std::collections::{BTreeMap, BTreeSet};

use super::compare::{Compared, Comparison};
use super::disputes::{Dispute, Side, What, queue};
use super::settle::settled_as;
use crate::model::{Codebook, Decision, Difference, Unit, Verdict};

/// An entry of the codebook over which coders differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// Id of the code or of the reason.
    pub id: String,
    /// In how many differences some coders have it and others do not.
    pub differences: u32,
    /// The adjudicator's reasons for these, as far as they were given.
    pub reasons: BTreeMap<Difference, u32>,
}

/// Gives the entries over which coders differ, those with most differences first, and among equals in the order of the
/// codebook. `gold` is what is settled so far.
pub fn doubts(
    codebook: &Codebook,
    comparison: &Comparison,
    gold: &BTreeMap<Unit, Decision>,
) -> Vec<Doubt> {
    let mut found: BTreeMap<String, Doubt> = BTreeMap::new();
    for item in queue(codebook, comparison) {
        let unit = &comparison.units[item.at];
        for dispute in &item.disputes {
            let settled = gold.get(&unit.unit).and_then(|own| {
                let what = settled_as(unit, &dispute.what, own);
                own.settled.get(&what)
            });
            for id in contested(unit, dispute) {
                let new = Doubt {
                    id: id.clone(),
                    differences: 0,
                    reasons: BTreeMap::new(),
                };
                let doubt = found.entry(id).or_insert(new);
                doubt.differences += 1;
                if let Some(reason) = settled.and_then(|own| own.reason) {
                    *doubt.reasons.entry(reason).or_default() += 1;
                }
            }
        }
    }
    let codes = codebook
        .fields()
        .flat_map(|field| field.codes.iter().map(|code| &code.id));
    let order: Vec<&String> = codes
        .chain(codebook.reasons.iter().map(|reason| &reason.id))
        .collect();
    let mut doubts: Vec<Doubt> = order
        .into_iter()
        .filter_map(|id| found.remove(id))
        .collect();
    doubts.sort_by_key(|doubt| std::cmp::Reverse(doubt.differences));
    doubts
}

/// Gives the entries that some sides of a dispute have and others do not.
fn contested(unit: &Compared, dispute: &Dispute) -> BTreeSet<String> {
    let sides: Vec<BTreeSet<String>> = dispute
        .sides
        .iter()
        .map(|side| entries(unit, dispute, side))
        .collect();
    let all: BTreeSet<String> = sides.iter().flatten().cloned().collect();
    all.into_iter()
        .filter(|id| sides.iter().any(|side| !side.contains(id)))
        .collect()
}

fn entries(unit: &Compared, dispute: &Dispute, side: &Side) -> BTreeSet<String> {
    let coder = side.coders[0];
    match &dispute.what {
        What::Field(group, field) => {
            let episode = unit.episode(&unit.episodes[*group], coder);
            episode
                .map(|own| {
                    own.choices(field)
                        .iter()
                        .map(|choice| choice.code.clone())
                        .collect()
                })
                .unwrap_or_default()
        }
        What::Verdict => match unit.decisions[coder]
            .as_ref()
            .and_then(|own| own.verdict.as_ref())
        {
            Some(Verdict::NotEpisode { reason, .. }) => BTreeSet::from([reason.clone()]),
            _ => BTreeSet::new(),
        },
        // Whether an episode is there is a question of reading, not of one entry.
        What::Episode(_) => BTreeSet::new(),
    }
}
