//! Records about one unit put together into the decision that they say, each held to the codebook's rules.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::label::{Decision, Episode, Quote, Verdict};
use super::record::{LabelRecord, RecordEpisode, RecordVerdict};
use super::{Codebook, Violation, violations};

/// What the records about one unit say together.
#[derive(Debug, Default)]
pub struct Gathered {
    /// The decision. Its episodes stand in the order of their numbers, with ids that mean nothing elsewhere.
    pub decision: Decision,
    /// How many records it is made of.
    pub taken: usize,
    /// The records that were left out: line, and why.
    pub refused: Vec<(u64, String)>,
}

/// What records are held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldTo {
    /// All that a coder's labels are held to.
    AllRules,
    /// What can be told without the transcript, of labels that need not be finished: what is open is no fault, and
    /// nothing is asked of a quotation.
    WhatIsGiven,
}

/// Puts the records about one unit together, in the order of the file; those that break a rule are left out.
///
/// `quotes` gives for each record its quotations, those that stand in the transcript where there is one. Memos are
/// joined, and of several certainties the lowest counts. What a record says of the verdict must fit what the records
/// before it say.
pub fn gather(
    codebook: &Codebook,
    records: &[&LabelRecord],
    quotes: &[Vec<Quote>],
    held: HeldTo,
) -> Gathered {
    let mut gathered = Gathered::default();
    let mut first: Option<&LabelRecord> = None;
    // The line and the episode of each number.
    let mut episodes: BTreeMap<u32, (u64, Episode)> = BTreeMap::new();
    for (record, quotes) in records.iter().zip(quotes) {
        let episode = record.episode.as_ref().map(|own| episode(own, quotes));
        let fits = agrees(first, record)
            .and_then(|()| is_free(&episodes, record))
            .and_then(|()| keeps_rules(codebook, record, episode.as_ref(), held));
        if let Err(why) = fits {
            gathered.refused.push((record.line, why));
            continue;
        }
        if let (Some(own), Some(episode)) = (&record.episode, episode) {
            episodes.insert(own.number, (record.line, episode));
        }
        first = first.or(Some(record));
        gathered.taken += 1;
        note(&mut gathered.decision, record);
    }
    gathered.decision.episodes = episodes.into_values().map(|(_, own)| own).collect();
    if let Some(first) = first {
        gathered.decision.verdict = verdict(&first.verdict);
    }
    gathered
}

/// Sees to it that a record says the same of the unit as the one that was taken first.
fn agrees(first: Option<&LabelRecord>, record: &LabelRecord) -> Result<(), String> {
    match first {
        Some(first) if first.verdict != record.verdict => Err(format!(
            "line {} says of this turn {}, and this one {}",
            first.line,
            words(&first.verdict),
            words(&record.verdict)
        )),
        _ => Ok(()),
    }
}

fn words(verdict: &RecordVerdict) -> String {
    match verdict {
        RecordVerdict::Episodes => "that it has episodes".to_owned(),
        RecordVerdict::NotEpisode { reason, .. } => format!("that it is not an episode ({reason})"),
        RecordVerdict::Deferred => "that it is deferred".to_owned(),
        RecordVerdict::Undecided => "that it is undecided".to_owned(),
    }
}

fn is_free(episodes: &BTreeMap<u32, (u64, Episode)>, record: &LabelRecord) -> Result<(), String> {
    let Some(number) = record.episode.as_ref().map(|own| own.number) else {
        return Ok(());
    };
    episodes.get(&number).map_or(Ok(()), |(line, _)| {
        Err(format!(
            "episode {number} of this turn stands on line {line} already: number the episodes of a turn"
        ))
    })
}

/// Holds a record by itself to the rules, as if nothing else were said of the unit.
fn keeps_rules(
    codebook: &Codebook,
    record: &LabelRecord,
    episode: Option<&Episode>,
    held: HeldTo,
) -> Result<(), String> {
    let alone = Decision {
        verdict: verdict(&record.verdict),
        episodes: episode.into_iter().cloned().collect(),
        ..Decision::default()
    };
    let is_fault = |broken: &Violation| match broken {
        Violation::Incomplete(_) | Violation::EmptyQuote => held == HeldTo::AllRules,
        _ => true,
    };
    let broken = violations(codebook, &alone).into_iter().find(is_fault);
    broken.map_or(Ok(()), |broken| Err(broken.to_string()))
}

fn verdict(record: &RecordVerdict) -> Option<Verdict> {
    match record {
        RecordVerdict::Episodes => Some(Verdict::Episodes),
        RecordVerdict::NotEpisode { reason, text } => Some(Verdict::NotEpisode {
            reason: reason.clone(),
            text: text.clone(),
        }),
        RecordVerdict::Deferred | RecordVerdict::Undecided => None,
    }
}

fn episode(record: &RecordEpisode, quotes: &[Quote]) -> Episode {
    Episode {
        id: Uuid::from_u128(record.number.into()),
        fields: record.fields.clone(),
        extras: record.extras.clone(),
        evidence: quotes.to_vec(),
    }
}

/// Adds what a record says of the unit as a whole.
fn note(decision: &mut Decision, record: &LabelRecord) {
    decision.deferred |= record.deferred || record.verdict == RecordVerdict::Deferred;
    decision.marked = decision.marked.or(record.marked);
    decision.certainty = match (decision.certainty, record.certainty) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
    let is_known = decision.memo == record.memo;
    if !record.memo.is_empty() && !is_known {
        if !decision.memo.is_empty() {
            decision.memo.push('\n');
        }
        decision.memo.push_str(&record.memo);
    }
}
