//! Which of gold's values belong to which dispute, and what is still open.

use uuid::Uuid;

use crate::merge::compare::{Compared, Comparison, MatchedEpisode};
use crate::merge::disputes::{Item, What};
use crate::model::{Decision, Settled};

/// Under this name stands how a verdict was settled.
pub(super) const VERDICT_FIELD: &str = "verdict";
/// Under this name stands how it was settled whether an episode is there.
pub(super) const EPISODE_FIELD: &str = "episode";

impl Item {
    /// Gives the place of the first dispute that gold has not settled; `None` where all are.
    pub fn open(&self, comparison: &Comparison, gold: &Decision) -> Option<usize> {
        let unit = &comparison.units[self.at];
        self.disputes
            .iter()
            .position(|dispute| !gold.settled.contains_key(&settled_as(unit, &dispute.what)))
    }

    /// Gives the identity of gold's episode in a matched group.
    pub fn gold_episode(&self, comparison: &Comparison, group: usize) -> Uuid {
        let unit = &comparison.units[self.at];
        gold_id(unit, &unit.episodes[group])
    }
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
