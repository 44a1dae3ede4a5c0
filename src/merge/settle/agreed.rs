//! Adopting what the coders agree on, and episodes as they have them.

use uuid::Uuid;

use super::Settling;
use super::state::{VERDICT_FIELD, turned};
use crate::merge::compare::MatchedEpisode;
use crate::merge::disputes::{Side, asked, codes_of, sides};
use crate::model::{Change, Field, How, Quote};

impl Settling<'_> {
    /// Adopts what all agree on: the verdict, and the episodes that gold does not have yet.
    pub(super) fn adopt_agreed(&self) -> Vec<Change> {
        let mut changes = Vec::new();
        if !self.gold.settled.keys().any(|own| own.episode.is_none()) {
            changes.push(self.settled(None, VERDICT_FIELD, How::Agreed, None));
        }
        let wanting = |group: &&MatchedEpisode| {
            self.unit.coders().all(|coder| group.of[coder].is_some())
                && self.gold.episode(self.id(group)).is_none()
        };
        for group in self.unit.episodes.iter().filter(wanting) {
            changes.extend(self.adopt_group(group));
        }
        changes
    }

    /// Makes gold's episode of a group, with the fields that its coders agree on.
    fn adopt_group(&self, group: &MatchedEpisode) -> Vec<Change> {
        let Some(first) = self.members(group).next() else {
            return Vec::new();
        };
        let agreed = |field: &&Field| self.agree(group, field);
        let id = self.id(group);
        let mut changes = vec![Change::Episode {
            episode: id,
            exists: true,
        }];
        for field in self.codebook.fields().filter(agreed) {
            let choices = first.choices(&field.id);
            if !choices.is_empty() {
                changes.extend(self.set((id, field), choices.to_vec(), How::Agreed, None));
            }
        }
        let same = first.extras.iter().filter(|(field, value)| {
            let mut members = self.members(group);
            members.all(|own| own.extras.get(*field) == Some(*value))
        });
        changes.extend(fill_in(id, same));
        changes.extend(self.evidence(group, id));
        changes
    }

    /// Tells whether all who have an episode say the same of a field, and of the field on which it depends.
    fn agree(&self, group: &MatchedEpisode, field: &Field) -> bool {
        let parent = field
            .applies
            .as_ref()
            .and_then(|applies| self.codebook.field(&applies.field));
        self.agreed_by(group, field).is_some()
            && parent.is_none_or(|parent| self.agree(group, parent))
    }

    /// Gives a coder whose codes are those of all who have the episode; `None` where they differ, or where not all
    /// of them were asked.
    pub(super) fn agreed_by(&self, group: &MatchedEpisode, field: &Field) -> Option<usize> {
        let answers = self.answers(group, field);
        let agreed = answers.len() == 1 && asked(self.unit, group, field);
        agreed.then(|| answers[0].coders[0])
    }

    /// Tells whether a field is a question of its own on which those differ who have the episode.
    pub(super) fn disputed(&self, group: &MatchedEpisode, field: &Field) -> bool {
        self.answers(group, field).len() > 1 && asked(self.unit, group, field)
    }

    fn answers(&self, group: &MatchedEpisode, field: &Field) -> Vec<Side> {
        sides(self.unit, |coder| {
            let own = self.unit.episode(group, coder);
            own.map(|own| codes_of(field, own))
        })
    }

    /// Takes an episode as one coder has it; nothing where that coder does not.
    pub(super) fn adopt_from(&self, group: &MatchedEpisode, coder: usize, how: How) -> Vec<Change> {
        let Some(episode) = self.unit.episode(group, coder) else {
            return Vec::new();
        };
        let id = self.id(group);
        let mut changes = vec![Change::Episode {
            episode: id,
            exists: true,
        }];
        for field in self.codebook.fields() {
            let choices = episode.choices(&field.id);
            if !choices.is_empty() {
                changes.extend(self.set((id, field), choices.to_vec(), how, None));
            }
        }
        changes.extend(fill_in(id, episode.extras.iter()));
        changes.extend(self.evidence(group, id));
        changes
    }

    /// Takes the quotations of all coders who have the episode, each place once.
    fn evidence(&self, group: &MatchedEpisode, id: Uuid) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut seen = Vec::new();
        for quote in self.members(group).flat_map(|own| &own.evidence) {
            if seen.contains(&(quote.turn, quote.span)) {
                continue;
            }
            seen.push((quote.turn, quote.span));
            let quote = Quote {
                id: turned(quote.id),
                ..quote.clone()
            };
            changes.push(Change::Evidence {
                episode: id,
                id: quote.id,
                quote: Some(quote),
            });
        }
        changes
    }
}

/// Fills in optional fields of an episode.
fn fill_in<'a>(
    episode: Uuid,
    values: impl Iterator<Item = (&'a String, &'a String)>,
) -> impl Iterator<Item = Change> {
    values.map(move |(field, value)| Change::Extra {
        episode,
        field: field.clone(),
        value: value.clone(),
    })
}
