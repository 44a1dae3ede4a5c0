//! Which of gold's values belong to which dispute, and what is still open.

use uuid::Uuid;

use crate::merge::compare::{Compared, Comparison, MatchedEpisode};
use crate::merge::disputes::{Item, What};
use crate::model::{Codebook, Decision, How, Settled, Verdict};

/// Under this name stands how a verdict was settled.
pub(super) const VERDICT_FIELD: &str = "verdict";
/// Under this name stands how it was settled whether an episode is there.
pub(super) const EPISODE_FIELD: &str = "episode";

impl Item {
    /// Gives the place of the first dispute that gold has not settled; `None` where all are.
    ///
    /// A field that does not apply to gold's episode is no question any more. What gold adopted because all agreed
    /// is one again where a coder who came later does not.
    pub fn open(
        &self,
        codebook: &Codebook,
        comparison: &Comparison,
        gold: &Decision,
    ) -> Option<usize> {
        let unit = &comparison.units[self.at];
        self.disputes.iter().position(|own| {
            let settlement = gold.settled.get(&settled_as(unit, &own.what, gold));
            settlement.is_none_or(|own| own.how == How::Agreed)
                && applies(codebook, unit, &own.what, gold)
        })
    }

    /// Gives the identity of gold's episode in a matched group.
    pub fn gold_episode(&self, comparison: &Comparison, group: usize, gold: &Decision) -> Uuid {
        let unit = &comparison.units[self.at];
        gold_id(unit, &unit.episodes[group], gold)
    }
}

/// Tells whether a dispute is a question at all after what gold has settled.
fn applies(codebook: &Codebook, unit: &Compared, what: &What, gold: &Decision) -> bool {
    let none = matches!(gold.verdict, Some(Verdict::NotEpisode { .. }));
    match what {
        What::Verdict => true,
        What::Episode(_) => !none,
        What::Field(place, field) => {
            let absent = settled_as(unit, &What::Episode(*place), gold);
            match (
                gold.episode(gold_id(unit, &unit.episodes[*place], gold)),
                codebook.field(field),
            ) {
                (Some(own), Some(field)) => field.applies_to(own),
                // It is made by the first answer: until then everything is open that was not found to be absent.
                (None, Some(_)) => !none && !gold.settled.contains_key(&absent),
                (_, None) => false,
            }
        }
    }
}

/// Gives under which name the settlement of a dispute stands.
pub(in crate::merge) fn settled_as(unit: &Compared, what: &What, gold: &Decision) -> Settled {
    let id = |place: &usize| Some(gold_id(unit, &unit.episodes[*place], gold));
    let (episode, field) = match what {
        What::Verdict => (None, VERDICT_FIELD),
        What::Episode(place) => (id(place), EPISODE_FIELD),
        What::Field(place, field) => (id(place), field.as_str()),
    };
    Settled {
        episode,
        field: field.to_owned(),
    }
}

/// Gives the id that gold's episode of a group has: that of a coder's, turned so that it is nobody's.
///
/// Derived, not drawn: two people who settle the same merged file give the same episode the same identity. The
/// first coder's counts, unless gold has an episode of the group already: who is first changes when another
/// coder's file comes in.
pub(super) fn gold_id(unit: &Compared, group: &MatchedEpisode, gold: &Decision) -> Uuid {
    let coders = 0..group.of.len();
    let ids: Vec<Uuid> = coders
        .filter_map(|coder| unit.episode(group, coder))
        .map(|own| turned(own.id))
        .collect();
    let known = ids.iter().find(|id| is_known(gold, **id));
    known.or(ids.first()).copied().unwrap_or_default()
}

/// Tells whether gold has said anything of an episode, be it only that it is not there.
fn is_known(gold: &Decision, id: Uuid) -> bool {
    gold.episode(id).is_some() || gold.settled.keys().any(|own| own.episode == Some(id))
}

/// Gives the identity of what gold has from a coder: always the same, and nobody else's.
pub(super) fn turned(id: Uuid) -> Uuid {
    let mut bytes = *id.as_bytes();
    bytes[15] ^= 0x5a;
    Uuid::from_bytes(bytes)
}
