//! What a study knows of the episodes that the detector missed: marks by hand, and the estimate from the audit sample.

use std::path::Path;

use serde::Serialize;

use crate::cli::console::count;
use crate::stats::Drawn;
use crate::store::{Audit, AuditTally, Error, Study};

/// What the keys of the JSON mean.
pub(super) const HELP: &str = "\
With --json: study, codebook, codebook_version, codebook_hash, sessions, developer_turns, pushback_turns (marked by \
the detector), detector (the version in use), marked_by (turns by the version that marked them), audit and coders.

audit is null, or has seed, population (how many unmarked turns it was drawn from), drawn (how many were drawn) and \
changed (whether there are others to draw from now).

A coder has name, kind, pushback_turns (the turns of the queue), decided, deferred, episodes, not_episodes, \
seconds_per_turn, found (marked turns with an episode), found_by_hand (others with one, outside the sample) and audit: \
null, or decided and with_episodes (turns of the sample), missed (turns with an episode that the detector did not \
mark) and recall. The last two are null, or have value, low and high; recall waits until every marked turn is decided.";

/// How many turns are proposed for a first sample.
const FIRST: u64 = 100;

/// The audit sample of a study.
#[derive(Serialize)]
pub(super) struct Sample {
    seed: u64,
    population: u64,
    drawn: u64,
    changed: bool,
}

impl Sample {
    pub(super) fn of(study: &Study, audit: &Audit) -> Result<Sample, Error> {
        Ok(Sample {
            seed: audit.seed,
            population: audit.population,
            drawn: audit.len(),
            changed: study.has_grown(audit)?,
        })
    }
}

/// What a coder's decisions say of the detector.
#[derive(Serialize)]
pub(super) struct Finds {
    found: u64,
    found_by_hand: u64,
    audit: Option<Estimate>,
    #[serde(skip)]
    open: u64,
}

/// What a coder found in the sample, and what follows for all unmarked turns.
#[derive(Serialize)]
struct Estimate {
    decided: u64,
    with_episodes: u64,
    missed: Option<Range>,
    recall: Option<Range>,
}

/// A number with its interval of 95 %.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
struct Range {
    value: f64,
    low: f64,
    high: f64,
}

impl Finds {
    pub(super) fn of(tally: &AuditTally, sample: Option<&Sample>) -> Finds {
        let estimate = sample.map(|sample| {
            let missed = missed(tally, sample.population);
            Estimate {
                decided: tally.decided,
                with_episodes: tally.with_episodes,
                missed,
                recall: missed
                    .filter(|_| tally.open == 0 && !sample.changed)
                    .and_then(|missed| recall(tally.found, missed)),
            }
        });
        Finds {
            found: tally.found,
            found_by_hand: tally.by_hand,
            audit: estimate,
            open: tally.open,
        }
    }
}

/// Estimates how many turns with an episode the detector did not mark.
///
/// Those among the turns that the sample was drawn from are estimated, and are no fewer than what is known of them;
/// those that were found by hand before are known and come on top.
fn missed(tally: &AuditTally, population: u64) -> Option<Range> {
    let drawn = Drawn::new(population, tally.decided, tally.with_episodes)?;
    let (low, high) = drawn.interval();
    let known = tally.with_episodes + tally.by_hand - tally.by_hand_before;
    let before = tally.by_hand_before as f64;
    let least = known as f64;
    Some(Range {
        value: before + drawn.estimate().max(least),
        low: before + (low as f64).max(least),
        high: before + (high as f64).max(least),
    })
}

/// Gives the share of the turns with an episode that the detector marked; `None` where there are none.
fn recall(found: u64, missed: Range) -> Option<Range> {
    let share = |missed: f64| {
        let all = found as f64 + missed;
        // Without an episode on either side there is nothing to find.
        if all > 0.0 { found as f64 / all } else { 1.0 }
    };
    (found > 0 || missed.value > 0.0).then(|| Range {
        value: share(missed.value),
        low: share(missed.high),
        high: share(missed.low),
    })
}

/// Says it in sentences.
pub(super) fn sentences<'a>(
    sample: Option<&Sample>,
    coders: impl Iterator<Item = (&'a str, &'a Finds)>,
    study: &Path,
) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(sample) = sample {
        lines.push(format!(
            "audit: {} of {} developer turns that the detector did not mark, drawn at random (seed {})",
            sample.drawn, sample.population, sample.seed
        ));
        if sample.changed {
            lines.push(
                "the turns or their marks have changed since the draw: the estimate is about what was unmarked then"
                    .to_owned(),
            );
        }
    }
    for (name, finds) in coders {
        if finds.found_by_hand > 0 {
            let turns = count(finds.found_by_hand, "turn");
            lines.push(format!(
                "{name}: {turns} with an episode that the detector did not mark, found by hand"
            ));
        }
        if let Some((sample, own)) = sample.zip(finds.audit.as_ref()) {
            lines.push(format!("{name}: {}", told(sample, own, finds)));
        }
    }
    if sample.is_none() {
        lines.push(format!(
            "no audit sample is drawn, so what the detector misses is not known: `pushback label {} --coder NAME \
             --audit {FIRST}` mixes random unmarked turns into the queue, blind",
            study.display()
        ));
    }
    lines
}

/// Says what follows from a coder's decisions on the sample.
fn told(sample: &Sample, own: &Estimate, finds: &Finds) -> String {
    let Some(missed) = own.missed else {
        return "no turn of the audit sample is decided yet".to_owned();
    };
    let so_far = if own.decided < sample.drawn {
        " so far"
    } else {
        ""
    };
    let missed = format!(
        "{} of {} audited turns decided{so_far} held an episode, so an estimated {:.0} turns with an episode were missed \
         (95 % interval {:.0} to {:.0})",
        own.with_episodes, own.decided, missed.value, missed.low, missed.high
    );
    let percent = |share: f64| format!("{:.0}", share * 100.0);
    let recall = match own.recall {
        Some(recall) => format!(
            "; the detector found {} of all turns with an episode, {} % ({} to {} %)",
            finds.found,
            percent(recall.value),
            percent(recall.low),
            percent(recall.high)
        ),
        None if finds.open > 0 => format!(
            "; what share the detector finds is said when {} more are decided",
            count(finds.open, "marked turn")
        ),
        None => String::new(),
    };
    missed + &recall
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(decided: u64, with_episodes: u64) -> AuditTally {
        AuditTally {
            decided,
            with_episodes,
            found: 80,
            ..AuditTally::default()
        }
    }

    #[test]
    fn what_is_missed_is_the_share_of_the_sample_and_recall_follows() {
        // The ends of the hypergeometric interval are SciPy's: 14 and 162 of 1000.
        let missed = missed(&tally(50, 3), 1000).unwrap();
        let expected = Range {
            value: 60.0,
            low: 14.0,
            high: 162.0,
        };
        assert_eq!(missed, expected);
        let recall = recall(80, missed).unwrap();
        let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-12, "{found}");
        near(recall.value, 80.0 / 140.0);
        near(recall.low, 80.0 / 242.0);
        near(recall.high, 80.0 / 94.0);
    }

    #[test]
    fn what_is_known_is_missed_for_certain() {
        let known = AuditTally {
            by_hand: 7,
            by_hand_before: 5,
            ..tally(50, 0)
        };
        let missed = missed(&known, 1000).unwrap();
        // Five were known before, and two of the 1000 since.
        assert_eq!((missed.value, missed.low, missed.high), (7.0, 7.0, 74.0));
        assert_eq!(super::missed(&tally(0, 0), 1000), None);
    }

    #[test]
    fn nothing_found_and_nothing_missed_has_no_recall() {
        let none = missed(&tally(10, 0), 10).unwrap();
        assert_eq!(recall(0, none), None);
    }
}
