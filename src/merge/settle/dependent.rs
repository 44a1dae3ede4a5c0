//! What follows for the fields that depend on one that was settled.

use super::Settling;
use crate::merge::compare::MatchedEpisode;
use crate::model::{Change, Choice, Field, How};

impl Settling<'_> {
    /// Sets the fields that depend on one that is set to these codes: as all coders have them, else as the coder
    /// has them whose codes were taken; nothing where they do not apply any more.
    pub(super) fn dependent(
        &self,
        group: &MatchedEpisode,
        (field, set): (&Field, &[Choice]),
        (source, how): (Option<usize>, How),
    ) -> Vec<Change> {
        let follows = |own: &&Field| {
            let depends = own.applies.as_ref();
            depends.is_some_and(|applies| applies.field == field.id) && !self.disputed(group, own)
        };
        let mut changes = Vec::new();
        for child in self.codebook.fields().filter(follows) {
            let agreed = self.agreed_by(group, child);
            let how = agreed.map_or(how, |_| How::Agreed);
            let from = agreed.or(source).filter(|_| opens(child, set));
            changes.extend(self.follow(group, child, from, how));
        }
        changes
    }

    /// Sets a field as a coder has it, or clears it.
    fn follow(
        &self,
        group: &MatchedEpisode,
        child: &Field,
        from: Option<usize>,
        how: How,
    ) -> Vec<Change> {
        let id = self.id(group);
        let choices = from
            .and_then(|coder| self.unit.episode(group, coder))
            .map(|own| own.choices(&child.id).to_vec())
            .unwrap_or_default();
        if choices.is_empty() {
            return vec![Change::Field {
                episode: id,
                field: child.id.clone(),
                choices,
            }];
        }
        self.set((id, child), choices, how, None).into()
    }
}

/// Tells whether a field applies where the one on which it depends has these codes.
fn opens(child: &Field, set: &[Choice]) -> bool {
    let applies = child.applies.as_ref();
    applies.is_some_and(|own| set.iter().any(|set| own.codes.contains(&set.code)))
}
