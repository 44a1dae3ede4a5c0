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
    /// Whether this episode is there, for those who say that there is any: place of its group among the unit's
    /// matched episodes.
    Episode(usize),
    /// A field of an episode, for those who have it: place of the group, and id of the field.
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
///
/// What hangs on an answer comes after it, and is asked of those who gave that answer: whether an episode is there, of
/// those who say that there are some; its fields, of those who have it.
fn disputes(codebook: &Codebook, unit: &Compared) -> Vec<Dispute> {
    let verdict = Dispute {
        what: What::Verdict,
        sides: verdicts(codebook, unit),
    };
    let mut found = vec![verdict];
    for (place, group) in unit.episodes.iter().enumerate() {
        found.push(Dispute {
            what: What::Episode(place),
            sides: presence(codebook, unit, group),
        });
        let asked = codebook.fields().filter(|own| asked(unit, group, own));
        found.extend(asked.map(|field| Dispute {
            what: What::Field(place, field.id.clone()),
            sides: answers(unit, group, field),
        }));
    }
    found.retain(|dispute| dispute.sides.len() > 1);
    found
}

/// Gives what the coders say of the unit as a whole, with the codes of those who say that there is an episode.
fn verdicts(codebook: &Codebook, unit: &Compared) -> Vec<Side> {
    let word = |coder: usize| Some(verdict_word(codebook, unit.decisions[coder].as_ref()?));
    let with_codes = |side: Side| {
        let codes = codings(&side, |coder| {
            let episodes = &unit.decisions[coder].as_ref()?.episodes;
            let codes = episodes.iter().map(|own| all_codes(codebook, own));
            Some(codes.collect::<Vec<_>>().join(" | "))
        });
        let answer = match codes.as_str() {
            "" => side.answer,
            codes => format!("{}: {codes}", side.answer),
        };
        Side { answer, ..side }
    };
    sides(unit, word).into_iter().map(with_codes).collect()
}

/// Gives what those say of an episode who say that there are some: its codes, or that it is not there.
fn presence(codebook: &Codebook, unit: &Compared, group: &MatchedEpisode) -> Vec<Side> {
    let word = |coder: usize| {
        let word = match group.of[coder] {
            Some(_) => "there",
            None => "no such episode",
        };
        unit.has_episodes(coder).then(|| word.to_owned())
    };
    let with_codes = |side: Side| {
        let codes = codings(&side, |coder| {
            let episode = unit.episode(group, coder)?;
            Some(all_codes(codebook, episode))
        });
        match codes.as_str() {
            "" => side,
            codes => Side {
                answer: codes.to_owned(),
                ..side
            },
        }
    };
    sides(unit, word).into_iter().map(with_codes).collect()
}

/// Gives what those say in a field who have the episode.
pub(super) fn answers(unit: &Compared, group: &MatchedEpisode, field: &Field) -> Vec<Side> {
    sides(unit, |coder| {
        let own = unit.episode(group, coder);
        own.map(|own| codes_of(field, own))
    })
}

/// Gives the codes of all coders of a side, each distinct coding once.
fn codings(side: &Side, codes: impl Fn(usize) -> Option<String>) -> String {
    let mut all: Vec<String> = Vec::new();
    for own in side.coders.iter().filter_map(|coder| codes(*coder)) {
        if !own.is_empty() && !all.contains(&own) {
            all.push(own);
        }
    }
    all.join(" or ")
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

fn sides(unit: &Compared, answer: impl Fn(usize) -> Option<String>) -> Vec<Side> {
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

/// Gives the codes of a field in the order of the codebook: the order in which they were chosen says nothing.
fn codes_of(field: &Field, episode: &Episode) -> String {
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
