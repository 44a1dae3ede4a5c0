//! What settling a dispute writes.
//!
//! Gold is a coder of its own: every answer is a change of gold's decision, with how it came about beside it; the
//! coders' own labels stay as they are.

use uuid::Uuid;

use super::compare::{Compared, Comparison, MatchedEpisode};
use super::disputes::{Dispute, Item, Side, What, asked, codes_of, sides};
use crate::model::{
    Change, Choice, Codebook, Decision, Difference, Field, How, Settled, Settlement, Verdict, apply,
};

/// How a dispute is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Take {
    /// With the answer of this side.
    Side(usize),
    /// With the codes of all sides together.
    Union,
    /// With other codes.
    Codes(Vec<Choice>),
    /// With "not an episode", for this reason and with these words.
    NotEpisode(String, Option<String>),
}

/// Under this name stands how a verdict was settled.
const VERDICT_FIELD: &str = "verdict";
/// Under this name stands how it was settled whether an episode is there.
const EPISODE_FIELD: &str = "episode";

/// Gives the changes of gold's decision that settle a dispute.
///
/// `gold` is what is settled of the unit so far; `ids` gives new identities. The first answer on a unit also adopts
/// what all coders agree on. Fields that follow from the answer (a locus from a severity) come along with it, from
/// the same side. The verdict is not among the changes: it is given when nothing is left open.
pub fn settle(
    codebook: &Codebook,
    comparison: &Comparison,
    item: &Item,
    gold: &Decision,
    answer: (&Dispute, &Take, Option<Difference>),
    by: Uuid,
    mut ids: impl FnMut() -> Uuid,
) -> Vec<Change> {
    let unit = &comparison.units[item.at];
    let settling = Settling {
        codebook,
        comparison,
        unit,
        by,
    };
    let (dispute, take, reason) = answer;
    match (&dispute.what, take) {
        (_, Take::NotEpisode(why, text)) => {
            settling.not_episode(gold, why, text.clone(), How::Edited, reason)
        }
        (What::Verdict, Take::Side(side)) => {
            settling.verdict(gold, &dispute.sides[*side], reason, &mut ids)
        }
        (What::Episode(place), Take::Side(side)) => settling.presence(
            gold,
            item,
            (*place, &dispute.sides[*side]),
            reason,
            &mut ids,
        ),
        (What::Field(place, field), take) => settling.field(
            gold,
            item,
            (*place, field),
            (dispute, take),
            reason,
            &mut ids,
        ),
        // A union of verdicts, or of there and not there, is no answer.
        _ => Vec::new(),
    }
}

/// Gives gold's decision on a unit as it will be when the first dispute is answered: with all that is agreed.
pub fn preview(codebook: &Codebook, comparison: &Comparison, item: &Item) -> Decision {
    let unit = &comparison.units[item.at];
    let settling = Settling {
        codebook,
        comparison,
        unit,
        by: Uuid::nil(),
    };
    if item
        .disputes
        .iter()
        .any(|dispute| dispute.what == What::Verdict)
    {
        return Decision::default();
    }
    apply(
        &Decision::default(),
        &settling.adopt_agreed(&Decision::default(), item, &mut Uuid::now_v7),
    )
}

/// Gives the changes by which gold adopts a unit on which all coders agree, verdict and all.
pub fn adopt(
    codebook: &Codebook,
    comparison: &Comparison,
    at: usize,
    by: Uuid,
    mut ids: impl FnMut() -> Uuid,
) -> Vec<Change> {
    let unit = &comparison.units[at];
    let settling = Settling {
        codebook,
        comparison,
        unit,
        by,
    };
    let Some(first) = unit
        .coders()
        .find_map(|coder| unit.decisions[coder].as_ref())
    else {
        return Vec::new();
    };
    if let Some(Verdict::NotEpisode { reason, text }) = &first.verdict {
        return settling.not_episode(
            &Decision::default(),
            reason,
            text.clone(),
            How::Agreed,
            None,
        );
    }
    let item = Item {
        at,
        unit: unit.unit.clone(),
        disputes: Vec::new(),
        weight: 0,
    };
    let mut changes = settling.adopt_agreed(&Decision::default(), &item, &mut ids);
    changes.push(Change::Verdict(Some(Verdict::Episodes)));
    changes
}

/// Gives the id that gold's episode of a group has: that of the first coder's, turned so that it is nobody's.
///
/// Derived, not drawn: two people who settle the same merged file give the same episode the same identity.
fn gold_id(unit: &Compared, group: &MatchedEpisode) -> Uuid {
    let own = (0..group.of.len())
        .find_map(|coder| unit.episode(group, coder))
        .map_or(Uuid::nil(), |own| own.id);
    let mut bytes = *own.as_bytes();
    bytes[15] ^= 0x5a;
    Uuid::from_bytes(bytes)
}

fn is_disputed(item: &Item, place: usize, field: &Field) -> bool {
    item.disputes
        .iter()
        .any(|own| own.what == What::Field(place, field.id.clone()))
}

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
pub(super) fn settled_as(unit: &Compared, what: &What) -> Settled {
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

struct Settling<'a> {
    codebook: &'a Codebook,
    comparison: &'a Comparison,
    unit: &'a Compared,
    by: Uuid,
}

impl Settling<'_> {
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

    fn coder_id(&self, coder: usize) -> Uuid {
        self.comparison.coders[coder].id
    }

    fn not_episode(
        &self,
        gold: &Decision,
        reason: &str,
        text: Option<String>,
        how: How,
        difference: Option<Difference>,
    ) -> Vec<Change> {
        let gone = gold.episodes.iter().map(|own| Change::Episode {
            episode: own.id,
            exists: false,
        });
        let verdict = Verdict::NotEpisode {
            reason: reason.to_owned(),
            text,
        };
        gone.chain([
            Change::Verdict(Some(verdict)),
            self.settled(None, VERDICT_FIELD, how, difference),
        ])
        .collect()
    }

    /// Takes a side's verdict as a whole, with all its episodes.
    fn verdict(
        &self,
        gold: &Decision,
        side: &Side,
        reason: Option<Difference>,
        ids: &mut impl FnMut() -> Uuid,
    ) -> Vec<Change> {
        let coder = side.coders[0];
        let how = How::Took(self.coder_id(coder));
        let decision = self.unit.decisions[coder].clone().unwrap_or_default();
        if let Some(Verdict::NotEpisode { reason: why, text }) = &decision.verdict {
            return self.not_episode(gold, why, text.clone(), how, reason);
        }
        let mut changes = vec![self.settled(None, VERDICT_FIELD, how, reason)];
        let groups = self
            .unit
            .episodes
            .iter()
            .filter(|group| group.of[coder].is_some());
        for group in groups {
            changes.extend(self.adopt_from(group, coder, How::Took(self.coder_id(coder)), ids));
        }
        changes
    }

    fn presence(
        &self,
        gold: &Decision,
        item: &Item,
        (place, side): (usize, &Side),
        reason: Option<Difference>,
        ids: &mut impl FnMut() -> Uuid,
    ) -> Vec<Change> {
        let group = &self.unit.episodes[place];
        let coder = side.coders[0];
        let how = How::Took(self.coder_id(coder));
        let mut changes = self.adopt_agreed(gold, item, ids);
        let id = gold_id(self.unit, group);
        changes.push(self.settled(Some(id), EPISODE_FIELD, how, reason));
        if group.of[coder].is_some() {
            changes.extend(self.adopt_from(group, coder, how, ids));
        }
        changes
    }

    fn field(
        &self,
        gold: &Decision,
        item: &Item,
        (place, field): (usize, &str),
        (dispute, take): (&Dispute, &Take),
        reason: Option<Difference>,
        ids: &mut impl FnMut() -> Uuid,
    ) -> Vec<Change> {
        let group = &self.unit.episodes[place];
        let Some(field) = self.codebook.field(field) else {
            return Vec::new();
        };
        let mut changes = self.adopt_agreed(gold, item, ids);
        let id = gold_id(self.unit, group);
        let (choices, how, source) = match take {
            Take::Side(side) => {
                let coder = dispute.sides[*side].coders[0];
                let own = self
                    .unit
                    .episode(group, coder)
                    .map(|own| own.choices(&field.id).to_vec());
                (
                    own.unwrap_or_default(),
                    How::Took(self.coder_id(coder)),
                    Some(coder),
                )
            }
            Take::Union => (self.union(group, dispute, field), How::Union, None),
            Take::Codes(codes) => (codes.clone(), How::Edited, None),
            Take::NotEpisode(..) => return Vec::new(),
        };
        changes.push(Change::Field {
            episode: id,
            field: field.id.clone(),
            choices: choices.clone(),
        });
        changes.push(self.settled(Some(id), &field.id, how, reason));
        changes.extend(self.dependent(item, (place, field, &choices), source, how));
        changes
    }

    /// Sets the fields that depend on one that was just settled: as all coders have them, else as the side has
    /// them that was taken; nothing where they do not apply any more.
    fn dependent(
        &self,
        item: &Item,
        (place, field, set): (usize, &Field, &[Choice]),
        source: Option<usize>,
        how: How,
    ) -> Vec<Change> {
        let group = &self.unit.episodes[place];
        let id = gold_id(self.unit, group);
        let depends = |own: &&Field| {
            own.applies
                .as_ref()
                .is_some_and(|applies| applies.field == field.id)
        };
        let mut changes = Vec::new();
        for child in self
            .codebook
            .fields()
            .filter(depends)
            .filter(|own| !is_disputed(item, place, own))
        {
            let answers = sides(self.unit, |coder| {
                self.unit
                    .episode(group, coder)
                    .filter(|own| child.applies_to(own))
                    .map(|own| codes_of(child, own))
            });
            let agreed = (answers.len() == 1)
                .then(|| answers[0].coders[0])
                .filter(|_| asked(self.unit, group, child));
            let applies = child
                .applies
                .as_ref()
                .is_some_and(|own| set.iter().any(|set| own.codes.contains(&set.code)));
            let from = agreed
                .or(source)
                .filter(|_| applies)
                .and_then(|coder| self.unit.episode(group, coder));
            let choices = from
                .map(|own| own.choices(&child.id).to_vec())
                .unwrap_or_default();
            if choices.is_empty() {
                changes.push(Change::Field {
                    episode: id,
                    field: child.id.clone(),
                    choices,
                });
                continue;
            }
            let how = if agreed.is_some() { How::Agreed } else { how };
            changes.push(Change::Field {
                episode: id,
                field: child.id.clone(),
                choices,
            });
            changes.push(self.settled(Some(id), &child.id, how, None));
        }
        changes
    }

    /// Gives the codes of all sides, each with the attribute of the side that is named first.
    fn union(&self, group: &MatchedEpisode, dispute: &Dispute, field: &Field) -> Vec<Choice> {
        let mut codes: Vec<Choice> = Vec::new();
        for coder in dispute.sides.iter().flat_map(|side| &side.coders) {
            for choice in self
                .unit
                .episode(group, *coder)
                .map(|own| own.choices(&field.id))
                .unwrap_or_default()
            {
                if codes.iter().all(|own| own.code != choice.code) {
                    codes.push(choice.clone());
                }
            }
        }
        codes
    }

    /// Adopts what all agree on, unless that was done by an earlier answer.
    fn adopt_agreed(
        &self,
        gold: &Decision,
        item: &Item,
        ids: &mut impl FnMut() -> Uuid,
    ) -> Vec<Change> {
        if !gold.settled.is_empty() {
            return Vec::new();
        }
        let mut changes = vec![self.settled(None, VERDICT_FIELD, How::Agreed, None)];
        for (place, group) in self.unit.episodes.iter().enumerate() {
            let all_have = self.unit.coders().all(|coder| group.of[coder].is_some());
            if !all_have {
                continue;
            }
            let id = gold_id(self.unit, group);
            changes.push(Change::Episode {
                episode: id,
                exists: true,
            });
            let Some(first) = (0..group.of.len()).find_map(|coder| self.unit.episode(group, coder))
            else {
                continue;
            };
            for field in self.codebook.fields() {
                let parent = field
                    .applies
                    .as_ref()
                    .and_then(|applies| self.codebook.field(&applies.field));
                let differs = is_disputed(item, place, field)
                    || parent.is_some_and(|parent| is_disputed(item, place, parent))
                    || !asked(self.unit, group, field);
                let choices = first.choices(&field.id);
                if !differs && !choices.is_empty() {
                    changes.push(Change::Field {
                        episode: id,
                        field: field.id.clone(),
                        choices: choices.to_vec(),
                    });
                    changes.push(self.settled(Some(id), &field.id, How::Agreed, None));
                }
            }
            changes.extend(self.evidence(group, id, ids));
        }
        changes
    }

    /// Takes an episode as one coder has it.
    fn adopt_from(
        &self,
        group: &MatchedEpisode,
        coder: usize,
        how: How,
        ids: &mut impl FnMut() -> Uuid,
    ) -> Vec<Change> {
        let Some(episode) = self.unit.episode(group, coder) else {
            return Vec::new();
        };
        let id = gold_id(self.unit, group);
        let mut changes = vec![Change::Episode {
            episode: id,
            exists: true,
        }];
        for field in self.codebook.fields() {
            let choices = episode.choices(&field.id);
            if !choices.is_empty() {
                changes.push(Change::Field {
                    episode: id,
                    field: field.id.clone(),
                    choices: choices.to_vec(),
                });
                changes.push(self.settled(Some(id), &field.id, how, None));
            }
        }
        changes.extend(self.evidence(group, id, ids));
        changes
    }

    /// Takes the quotations of all coders who have the episode, each place once.
    fn evidence(
        &self,
        group: &MatchedEpisode,
        id: Uuid,
        ids: &mut impl FnMut() -> Uuid,
    ) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut seen = Vec::new();
        for quote in (0..group.of.len())
            .filter_map(|coder| self.unit.episode(group, coder))
            .flat_map(|own| &own.evidence)
        {
            if !seen.contains(&(quote.turn, quote.span)) {
                seen.push((quote.turn, quote.span));
                let own = ids();
                let quote = crate::model::Quote {
                    id: own,
                    ..quote.clone()
                };
                changes.push(Change::Evidence {
                    episode: id,
                    id: own,
                    quote: Some(quote),
                });
            }
        }
        changes
    }
}
