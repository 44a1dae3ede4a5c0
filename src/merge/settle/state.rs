//! Which of gold's values belong to which dispute, and what is still open.

use uuid::Uuid;

use crate::merge::compare::{Compared, Comparison, MatchedEpisode};
use crate::merge::disputes::{Item, What};
use crate::model::{Codebook, Decision, Settled};

/// Under this name stands how a verdict was settled.
pub(super) const VERDICT_FIELD: &str = "verdict";
/// Under this name stands how it was settled whether an episode is there.
pub(super) const EPISODE_FIELD: &str = "episode";

impl Item {
    /// Gives the place of the first dispute that gold has not settled; `None` where all are.
    ///
    /// A field that does not apply to gold's episode is no question any more.
    pub fn open(
        &self,
        codebook: &Codebook,
        comparison: &Comparison,
        gold: &Decision,
    ) -> Option<usize> {
        let unit = &comparison.units[self.at];
        self.disputes.iter().position(|own| {
            !gold.settled.contains_key(&settled_as(unit, &own.what))
                && applies(codebook, unit, &own.what, gold)
        })
    }

    /// Gives the identity of gold's episode in a matched group.
    pub fn gold_episode(&self, comparison: &Comparison, group: usize) -> Uuid {
        let unit = &comparison.units[self.at];
        gold_id(unit, &unit.episodes[group])
    }
}

/// Tells whether a dispute is a question at all after what gold has settled.
fn applies(codebook: &Codebook, unit: &Compared, what: &What, gold: &Decision) -> bool {
    let What::Field(place, field) = what else {
        return true;
    };
    let episode = gold.episode(gold_id(unit, &unit.episodes[*place]));
    let field = codebook.field(field);
    // Gold's episode is made by the first answer: until then everything is open.
    episode.is_none_or(|own| field.is_some_and(|field| field.applies_to(own)))
}

/// Gives under which name the settlement of a dispute stands.
pub(in crate::merge) fn settled_as(unit: &Compared, what: &What) -> Settled {
    let (episode, field) = match what {
        What::Verdict => (None, VERDICT_FIELD),
        What::Episode(place) => (Some(gold_id(unit, &unit.episodes[*place])), EPISODE_FIELD),
        What::Field(place, field) => (Some(gold_id(unit, &unit.episodes[*place])), field.as_str()),
    };
    Settled {
        episode,
        field: field.to_owned(),
    }
}

/// Gives the id that gold's episode of a group has: that of the first coder's, turned so that it is nobody's.
///
/// Derived, not drawn: two people who settle the same merged file give the same episode the same identity.
pub(super) fn gold_id(unit: &Compared, group: &MatchedEpisode) -> Uuid {
    let own = (0..group.of.len())
        .find_map(|coder| unit.episode(group, coder))
        .map_or(Uuid::nil(), |own| own.id);
    let mut bytes = *own.as_bytes();
    bytes[15] ^= 0x5a;
    Uuid::from_bytes(bytes)
}
