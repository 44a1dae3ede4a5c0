//! What follows for the fields that depend on one that was settled.

use super::Settling;
use crate::merge::compare::MatchedEpisode;
use crate::model::{Change, Choice, Field, How, Settled};

impl Settling<'_> {
    /// Sets the fields that depend on one that is set to these codes: as all coders have them, else as the coder
    /// has them whose codes were taken. What coders differ on is left to its own question, and what does not apply
    /// any more is cleared.
    pub(super) fn dependent(
        &self,
        group: &MatchedEpisode,
        (field, set): (&Field, &[Choice]),
        (source, how): (Option<usize>, How),
    ) -> Vec<Change> {
        let depends = |own: &&Field| {
            let applies = own.applies.as_ref();
            applies.is_some_and(|applies| applies.field == field.id)
        };
        let mut changes = Vec::new();
        for child in self.codebook.fields().filter(depends) {
            if !opens(child, set) {
                changes.extend(self.clear(group, child));
            } else if !self.disputed(group, child) {
                let agreed = self.agreed_by(group, child);
                let how = agreed.map_or(how, |_| How::Agreed);
                changes.extend(self.follow(group, child, agreed.or(source), how));
            }
        }
        changes
    }

    /// Sets a field as a coder has it; where that coder has nothing, it stays as it is.
    fn follow(
        &self,
        group: &MatchedEpisode,
        child: &Field,
        from: Option<usize>,
        how: How,
    ) -> Vec<Change> {
        let own = from.and_then(|coder| self.unit.episode(group, coder));
        match own.map(|own| own.choices(&child.id)) {
            None | Some([]) => Vec::new(),
            Some(choices) => self
                .set((self.id(group), child), choices.to_vec(), how, None)
                .into(),
        }
    }

    /// Clears a field that gold has, and takes back that it was settled.
    fn clear(&self, group: &MatchedEpisode, child: &Field) -> Vec<Change> {
        let id = self.id(group);
        let own = self.gold.episode(id);
        if own.is_none_or(|own| own.choices(&child.id).is_empty()) {
            return Vec::new();
        }
        let what = Settled {
            episode: Some(id),
            field: child.id.clone(),
        };
        let cleared = Change::Field {
            episode: id,
            field: child.id.clone(),
            choices: Vec::new(),
        };
        let settlement = None;
        vec![cleared, Change::Settled { what, settlement }]
    }
}

/// Tells whether a field applies where the one on which it depends has these codes.
fn opens(child: &Field, set: &[Choice]) -> bool {
    let applies = child.applies.as_ref();
    applies.is_some_and(|own| set.iter().any(|set| own.codes.contains(&set.code)))
}
