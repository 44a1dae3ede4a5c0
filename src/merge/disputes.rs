//! What differs between coders on a unit, and which units differ most.

use super::compare::{Compared, Comparison, MatchedEpisode};
use crate::model::{Codebook, Decision, Episode, Field, Unit, Verdict};

/// A unit on which coders differ.
#[derive(Debug, Clone)]
pub struct Item {
    /// Place of the unit in the comparison.
    pub at: usize,
    /// The unit.
    pub unit: Unit,
    /// What differs, in the order in which it is asked.
    pub disputes: Vec<Dispute>,
    /// How much differs; the queue begins with the most.
    pub weight: u64,
}

/// One thing on which coders differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// What it is.
    pub what: What,
    /// What the coders say, one side for each distinct answer, in the order of the coders.
    pub sides: Vec<Side>,
}

/// What coders differ on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Whether there is any episode, or why there is none.
    Verdict,
    /// Whether this episode is there: place of its group among the unit's matched episodes.
    Episode(usize),
    /// A field of an episode that all have: place of the group, and id of the field.
    Field(usize, String),
}

/// One answer, and the coders who gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// Places of the coders.
    pub coders: Vec<usize>,
    /// The answer in codes, for the screen.
    pub answer: String,
}

/// What a verdict differs by counts more than anything inside an episode.
const VERDICT: u64 = 1000;
/// So does an episode that only one coder has.
const EPISODE: u64 = 100;

/// Gives the units on which coders who both decided them differ, those that differ most first; among equals in the
/// order of session and turn.
pub fn queue(codebook: &Codebook, comparison: &Comparison) -> Vec<Item> {
    let units = comparison.units.iter().enumerate();
    let mut items: Vec<Item> = units
        .filter(|(_, unit)| unit.coders().count() >= 2)
        .filter_map(|(at, unit)| {
            let disputes = disputes(codebook, unit);
            let weight = disputes
                .iter()
                .map(|dispute| weight(codebook, dispute))
                .sum();
            (!disputes.is_empty()).then(|| Item {
                at,
                unit: unit.unit.clone(),
                disputes,
                weight,
            })
        })
        .collect();
    items.sort_by_key(|item| std::cmp::Reverse(item.weight));
    items
}

/// Earlier fields count more: a wrong form makes the rest doubtful.
fn weight(codebook: &Codebook, dispute: &Dispute) -> u64 {
    match &dispute.what {
        What::Verdict => VERDICT,
        What::Episode(_) => EPISODE,
        What::Field(_, field) => {
            let after = codebook.fields().skip_while(|own| own.id != *field).count();
            after as u64
        }
    }
}

/// Gives what coders differ on in a unit, in the order in which it is asked.
fn disputes(codebook: &Codebook, unit: &Compared) -> Vec<Dispute> {
    let verdict = sides(unit, |coder| {
        unit.decisions[coder]
            .as_ref()
            .map(|own| verdict_word(codebook, own))
    });
    if verdict.len() > 1 {
        let verdict = verdict
            .into_iter()
            .map(|side| with_codes(codebook, unit, side))
            .collect();
        return vec![Dispute {
            what: What::Verdict,
            sides: verdict,
        }];
    }
    let mut found = Vec::new();
    for (place, group) in unit.episodes.iter().enumerate() {
        let present = sides(unit, |coder| Some(presence(codebook, unit, group, coder)));
        if unit.coders().any(|coder| group.of[coder].is_none()) {
            found.push(Dispute {
                what: What::Episode(place),
                sides: present,
            });
            continue;
        }
        for field in codebook.fields() {
            let answers = sides(unit, |coder| {
                unit.episode(group, coder).map(|own| codes_of(field, own))
            });
            if answers.len() > 1 && asked(unit, group, field) {
                found.push(Dispute {
                    what: What::Field(place, field.id.clone()),
                    sides: answers,
                });
            }
        }
    }
    found
}

/// Adds to a side that says "episode" what the first of its coders gave.
fn with_codes(codebook: &Codebook, unit: &Compared, side: Side) -> Side {
    let decision = unit.decisions[side.coders[0]].as_ref();
    let episodes = decision
        .map(|own| own.episodes.as_slice())
        .unwrap_or_default();
    if episodes.is_empty() {
        return side;
    }
    let codes: Vec<String> = episodes
        .iter()
        .map(|own| all_codes(codebook, own))
        .collect();
    Side {
        answer: format!("{}: {}", side.answer, codes.join(" | ")),
        ..side
    }
}

/// Gives the codes of all fields of an episode.
fn all_codes(codebook: &Codebook, episode: &Episode) -> String {
    let fields = codebook.fields().map(|field| codes_of(field, episode));
    fields
        .filter(|own| !own.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Tells whether a field is a question of its own: one that not all of them opened follows from the field on which
/// it depends.
pub(super) fn asked(unit: &Compared, group: &MatchedEpisode, field: &Field) -> bool {
    unit.coders()
        .filter_map(|coder| unit.episode(group, coder))
        .all(|episode| field.applies_to(episode))
}

pub(super) fn sides(unit: &Compared, answer: impl Fn(usize) -> Option<String>) -> Vec<Side> {
    let mut sides: Vec<Side> = Vec::new();
    for coder in unit.coders() {
        let Some(answer) = answer(coder) else {
            continue;
        };
        match sides.iter_mut().find(|side| side.answer == answer) {
            Some(side) => side.coders.push(coder),
            None => sides.push(Side {
                coders: vec![coder],
                answer,
            }),
        }
    }
    sides
}

fn verdict_word(codebook: &Codebook, decision: &Decision) -> String {
    match &decision.verdict {
        Some(Verdict::NotEpisode { reason, text }) => {
            let name = codebook
                .reason(reason)
                .map_or(reason.as_str(), |reason| reason.name.as_str());
            match text {
                Some(text) => format!("not an episode: {name} ({text})"),
                None => format!("not an episode: {name}"),
            }
        }
        _ => "episode".to_owned(),
    }
}

fn presence(codebook: &Codebook, unit: &Compared, group: &MatchedEpisode, coder: usize) -> String {
    let episode = unit.episode(group, coder);
    episode.map_or_else(
        || "no such episode".to_owned(),
        |own| all_codes(codebook, own),
    )
}

/// Gives the codes of a field in the order of the codebook: the order in which they were chosen says nothing.
pub(super) fn codes_of(field: &Field, episode: &Episode) -> String {
    let chosen = |code: &&crate::model::Code| episode.has(&field.id, &code.id);
    let word = |code: &crate::model::Code| {
        let choice = episode
            .choices(&field.id)
            .iter()
            .find(|choice| choice.code == code.id);
        let attribute = choice
            .and_then(|choice| choice.attribute.as_ref())
            .map(|own| format!(" {own}"));
        let text = choice
            .and_then(|choice| choice.text.as_ref())
            .map(|own| format!(" ({own})"));
        format!(
            "{}{}{}",
            code.id,
            attribute.unwrap_or_default(),
            text.unwrap_or_default()
        )
    };
    field
        .codes
        .iter()
        .filter(chosen)
        .map(word)
        .collect::<Vec<_>>()
        .join("+")
}
