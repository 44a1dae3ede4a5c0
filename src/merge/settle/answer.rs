//! Taking one answer: what becomes of the verdict, of an episode, of a field.

use super::state::{EPISODE_FIELD, VERDICT_FIELD};
use super::{Settling, Take};
use crate::merge::compare::MatchedEpisode;
use crate::merge::disputes::{Dispute, Side};
use crate::model::{Change, Choice, Difference, Field, How, Verdict};

impl Settling<'_> {
    /// Answers that there is no episode, and removes those that gold has.
    pub(super) fn not_episode(
        &self,
        verdict: Verdict,
        how: How,
        reason: Option<Difference>,
    ) -> Vec<Change> {
        let gone = self.gold.episodes.iter().map(|own| Change::Episode {
            episode: own.id,
            exists: false,
        });
        gone.chain([
            Change::Verdict(Some(verdict)),
            self.settled(None, VERDICT_FIELD, how, reason),
        ])
        .collect()
    }

    /// Takes a side's verdict, with what its coders agree on. What they differ on is asked after it.
    pub(super) fn verdict(&self, side: &Side, reason: Option<Difference>) -> Vec<Change> {
        let coder = side.coders[0];
        let how = self.took(coder);
        let verdict = self.unit.decisions[coder]
            .as_ref()
            .and_then(|own| own.verdict.clone());
        if let Some(verdict @ Verdict::NotEpisode { .. }) = verdict {
            return self.not_episode(verdict, how, reason);
        }
        let mut changes = vec![self.settled(None, VERDICT_FIELD, how, reason)];
        // Those who came first may have agreed that there is none.
        changes.extend(self.gold.verdict.iter().map(|_| Change::Verdict(None)));
        changes.extend(self.adopt_episodes());
        changes
    }

    /// Takes a side's word on whether an episode is there, with what its coders agree on.
    pub(super) fn presence(
        &self,
        (group, side): (&MatchedEpisode, &Side),
        reason: Option<Difference>,
    ) -> Vec<Change> {
        let (id, coder) = (self.id(group), side.coders[0]);
        let mut changes = self.adopt_agreed();
        changes.push(self.settled(Some(id), EPISODE_FIELD, self.took(coder), reason));
        if group.of[coder].is_some() {
            changes.extend(self.adopt(group));
        } else if self.of_gold(group).is_some() {
            changes.push(Change::Episode {
                episode: id,
                exists: false,
            });
        }
        changes
    }

    /// Sets a field to what was answered, and those that depend on it.
    pub(super) fn field(
        &self,
        (group, field): (&MatchedEpisode, &Field),
        (dispute, take): (&Dispute, &Take),
        reason: Option<Difference>,
    ) -> Vec<Change> {
        let (choices, how, source) = match take {
            Take::Side(side) => {
                let coder = dispute.sides[*side].coders[0];
                let own = self.unit.episode(group, coder);
                let choices = own.map(|own| own.choices(&field.id).to_vec());
                (choices.unwrap_or_default(), self.took(coder), Some(coder))
            }
            Take::Union => (self.union(group, dispute, field), How::Union, None),
            Take::Codes(codes) => (of_field(codes, field), How::Edited, None),
            Take::NotEpisode(..) => return Vec::new(),
        };
        let id = self.id(group);
        let mut changes = self.adopt_agreed();
        let dependent = self.dependent(group, (field, &choices), (source, how));
        changes.extend(self.set((id, field), choices, how, reason));
        changes.extend(dependent);
        if let Take::Codes(codes) = take {
            changes.extend(self.besides(group, field, codes));
        }
        changes
    }

    /// Sets the other fields that the same key stands for.
    fn besides(
        &self,
        group: &MatchedEpisode,
        field: &Field,
        codes: &[(String, Vec<Choice>)],
    ) -> Vec<Change> {
        let id = self.id(group);
        let others = self.codebook.fields().filter(|own| own.id != field.id);
        others
            .map(|own| (own, of_field(codes, own)))
            .filter(|(_, choices)| !choices.is_empty())
            .flat_map(|(own, choices)| self.set((id, own), choices, How::Edited, None))
            .collect()
    }

    /// Gives the codes of all sides, each with the attribute of the side that is named first.
    fn union(&self, group: &MatchedEpisode, dispute: &Dispute, field: &Field) -> Vec<Choice> {
        let coders = dispute.sides.iter().flat_map(|side| &side.coders);
        let choices = coders
            .filter_map(|coder| self.unit.episode(group, *coder))
            .flat_map(|own| own.choices(&field.id));
        let mut all: Vec<Choice> = Vec::new();
        for choice in choices {
            if all.iter().all(|own| own.code != choice.code) {
                all.push(choice.clone());
            }
        }
        all
    }
}

fn of_field(codes: &[(String, Vec<Choice>)], field: &Field) -> Vec<Choice> {
    let own = codes.iter().find(|(own, _)| *own == field.id);
    own.map(|(_, choices)| choices.clone()).unwrap_or_default()
}
