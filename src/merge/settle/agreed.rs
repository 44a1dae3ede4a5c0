//! Adopting what the coders agree on who have an episode.

use super::Settling;
use super::state::{VERDICT_FIELD, turned};
use crate::merge::compare::MatchedEpisode;
use crate::merge::disputes::{answers, asked};
use crate::model::{Change, Field, How, Quote};

impl Settling<'_> {
    /// Adopts what all agree on: the verdict, and the episodes that gold does not have yet.
    pub(super) fn adopt_agreed(&self) -> Vec<Change> {
        let mut changes = Vec::new();
        if !self.gold.settled.keys().any(|own| own.episode.is_none()) {
            changes.push(self.settled(None, VERDICT_FIELD, How::Agreed, None));
        }
        changes.extend(self.adopt_episodes());
        changes
    }

    /// Adopts the episodes that gold does not have yet and that all have who say that there are some.
    pub(super) fn adopt_episodes(&self) -> Vec<Change> {
        let all_have = |group: &&MatchedEpisode| {
            let mut coders = self.unit.coders();
            coders.all(|coder| group.of[coder].is_some() || !self.unit.has_episodes(coder))
        };
        let groups = self.unit.episodes.iter().filter(all_have);
        groups
            .filter(|group| self.gold.episode(self.id(group)).is_none())
            .flat_map(|group| self.adopt(group))
            .collect()
    }

    /// Takes an episode into gold, with what those agree on who have it. What gold has of it already stays.
    pub(super) fn adopt(&self, group: &MatchedEpisode) -> Vec<Change> {
        let mut changes = vec![Change::Episode {
            episode: self.id(group),
            exists: true,
        }];
        changes.extend(self.codes(group));
        changes.extend(self.extras(group));
        changes.extend(self.evidence(group));
        changes
    }

    /// Sets the fields of which all say the same who have the episode.
    fn codes(&self, group: &MatchedEpisode) -> Vec<Change> {
        let (id, gold) = (self.id(group), self.of_gold(group));
        let open = |field: &&Field| {
            gold.is_none_or(|own| own.choices(&field.id).is_empty() && field.applies_to(own))
                && self.agree(group, field)
        };
        let Some(first) = self.members(group).next() else {
            return Vec::new();
        };
        let fields = self.codebook.fields().filter(open);
        fields
            .map(|field| (field, first.choices(&field.id).to_vec()))
            .filter(|(_, choices)| !choices.is_empty())
            .flat_map(|(field, choices)| self.set((id, field), choices, self.by_all(group), None))
            .collect()
    }

    /// Says how gold comes to what all say who have an episode: others may say that it is not there.
    fn by_all(&self, group: &MatchedEpisode) -> How {
        let mut coders = self.unit.coders();
        if coders.all(|coder| group.of[coder].is_some()) {
            return How::Agreed;
        }
        let first = group.of.iter().position(Option::is_some);
        first.map_or(How::Agreed, |coder| self.took(coder))
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
        let answers = answers(self.unit, group, field);
        let agreed = answers.len() == 1 && asked(self.unit, group, field);
        agreed.then(|| answers[0].coders[0])
    }

    /// Tells whether a field is a question of its own on which those differ who have the episode.
    pub(super) fn disputed(&self, group: &MatchedEpisode, field: &Field) -> bool {
        answers(self.unit, group, field).len() > 1 && asked(self.unit, group, field)
    }

    /// Fills in the optional fields of which all say the same who have the episode.
    fn extras(&self, group: &MatchedEpisode) -> Vec<Change> {
        let gold = self.of_gold(group);
        let Some(first) = self.members(group).next() else {
            return Vec::new();
        };
        let same = first.extras.iter().filter(|(field, value)| {
            let mut members = self.members(group);
            members.all(|own| own.extras.get(*field) == Some(*value))
                && gold.is_none_or(|own| !own.extras.contains_key(*field))
        });
        same.map(|(field, value)| Change::Extra {
            episode: self.id(group),
            field: field.clone(),
            value: value.clone(),
        })
        .collect()
    }

    /// Takes the quotations of all coders who have the episode, each place once.
    fn evidence(&self, group: &MatchedEpisode) -> Vec<Change> {
        let id = self.id(group);
        let own = self
            .of_gold(group)
            .into_iter()
            .flat_map(|own| &own.evidence);
        let mut seen: Vec<_> = own.map(|quote| (quote.turn, quote.span)).collect();
        let mut changes = Vec::new();
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
