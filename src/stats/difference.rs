//! What a second scoring of the same rows changes in a figure, and how sure that is.
//!
//! Rows of one group resemble one another, so groups are resampled as a whole; both scorings are looked at in the same
//! resamples (Efron and Tibshirani 1993, An Introduction to the Bootstrap: percentile interval of a paired difference).

use std::collections::BTreeMap;

use super::ranking::Scored;
use crate::random::Pcg64;

/// How many times the groups are drawn anew.
pub const RESAMPLES: u64 = 1000;

/// The share of resamples in which the figure may be undefined before there is no interval.
const UNDEFINED: f64 = 0.05;

/// A row under two scorings.
#[derive(Debug, Clone, PartialEq)]
pub struct Paired<'a> {
    /// What holds rows together that resemble one another.
    pub group: &'a str,
    /// The first score.
    pub before: f64,
    /// The second score.
    pub after: f64,
    /// What was observed.
    pub outcome: bool,
}

/// A figure under two scorings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// The figure of the first scores; `None` where it is not defined.
    pub before: Option<f64>,
    /// The figure of the second scores.
    pub after: Option<f64>,
    /// The 95 % interval of the second less the first; `None` where too many resamples leave it undefined.
    pub interval: Option<(f64, f64)>,
}

impl Difference {
    /// Gives the second figure less the first.
    pub fn change(&self) -> Option<f64> {
        Some(self.after? - self.before?)
    }
}

/// Compares a figure under two scorings, with resamples that follow from the seed alone.
pub fn difference(
    rows: &[Paired],
    figure: impl Fn(&[Scored]) -> Option<f64>,
    seed: u64,
) -> Difference {
    let mut groups: BTreeMap<&str, Vec<&Paired>> = BTreeMap::new();
    for row in rows {
        groups.entry(row.group).or_default().push(row);
    }
    let groups: Vec<Vec<&Paired>> = groups.into_values().collect();
    let both = |rows: &[&Paired]| {
        let scored = |score: fn(&Paired) -> f64| -> Vec<Scored> {
            rows.iter().map(|row| (score(row), row.outcome)).collect()
        };
        let before = figure(&scored(|row| row.before));
        (before, figure(&scored(|row| row.after)))
    };
    let (before, after) = both(&rows.iter().collect::<Vec<_>>());
    let change = |resample| {
        let mut random = Pcg64::stream(seed, "difference", resample);
        let drawn: Vec<&Paired> = (0..groups.len())
            .flat_map(|_| draw(&groups, &mut random))
            .copied()
            .collect();
        let (before, after) = both(&drawn);
        Some(after? - before?)
    };
    let changes = (0..RESAMPLES).filter_map(change).collect();
    Difference {
        before,
        after,
        interval: interval(changes),
    }
}

fn draw<'a, 'r>(groups: &'a [Vec<&'r Paired<'r>>], random: &mut Pcg64) -> &'a [&'r Paired<'r>] {
    let at = usize::try_from(random.below(groups.len() as u64)).unwrap_or(0);
    &groups[at]
}

fn interval(mut changes: Vec<f64>) -> Option<(f64, f64)> {
    let enough = changes.len() as f64 >= RESAMPLES as f64 * (1.0 - UNDEFINED);
    let last = changes.len().checked_sub(1).filter(|_| enough)?;
    changes.sort_by(f64::total_cmp);
    let cut = last / 40;
    Some((changes[cut], changes[last - cut]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::average_precision;

    /// Rows of twenty groups; the second scores are right where the first are only as often as a coin.
    fn rows(names: &[String], shift: f64) -> Vec<Paired<'_>> {
        let row = |at: usize| {
            let outcome = at.is_multiple_of(2);
            let coin = f64::from(u8::from((at / 2).is_multiple_of(2)));
            Paired {
                group: &names[at % names.len()],
                before: coin,
                after: if outcome { coin + shift } else { coin },
                outcome,
            }
        };
        (0..200).map(row).collect()
    }

    #[test]
    fn a_better_scoring_has_an_interval_above_zero() {
        let names: Vec<String> = (0..20).map(|at| format!("studio-{at}")).collect();
        let better = difference(&rows(&names, 2.0), average_precision, 7);
        let (low, high) = better.interval.unwrap();
        let change = better.change().unwrap();
        assert!(0.0 < low && low <= change && change <= high, "{better:?}");
        let same = difference(&rows(&names, 0.0), average_precision, 7);
        assert_eq!(same.interval, Some((0.0, 0.0)));
        assert_eq!(difference(&[], average_precision, 7).interval, None);
    }
}
