//! Which turns belong to an episode: how far coders mark the same ones.

use std::collections::HashMap;

use super::figures::{Counted, Kind, bare, empty};
use super::labels::{Found, Labels};
use super::values::{Figure, Finding, FindingPair};
use crate::agreement::{
    ANY_OVERLAP, EXACT, HALF, MOST_DROPPED, Missing, PairCounts, Resampling, SpanCounts, Undefined,
    draw_one_by_one, pair_counts,
};
use crate::random::Pcg64;

/// The thresholds at which episodes are matched, the one to report first.
const THRESHOLDS: [f64; 3] = [HALF, ANY_OVERLAP, EXACT];

const NAMES: [(&str, &str); 4] = [
    ("f1_half", "F1, half of the turns"),
    ("f1_any", "F1, any turn"),
    ("f1_exact", "F1, exactly the turns"),
    ("mean_iou", "mean IoU of matches"),
];

/// Two coders' counts, by session, at each threshold.
struct Pair<'a> {
    found: &'a Found,
    counts: [PairCounts; 3],
}

/// Computes the finding agreement of some coders.
pub(super) fn finding(labels: &Labels, how: &Resampling) -> Finding {
    let pairs: Vec<Pair> = labels.found.iter().map(Pair::new).collect();
    let mut figures = resampled(&pairs, "finding", how);
    if let Some(first) = figures.first_mut() {
        first.primary = true;
    }
    figures.push(turn_alpha(labels, how));
    let of_pair = |pair: &Pair| pair.shown(labels, how);
    Finding {
        figures,
        pairs: pairs.iter().map(of_pair).collect(),
        sessions_without_length: labels.without_length,
    }
}

fn turn_alpha(labels: &Labels, how: &Resampling) -> Figure {
    let counted = Counted::Plain(labels.turns.tally(Missing::LeaveOut));
    let figure = counted
        .figures(&[Kind::turn_alpha()], "finding/turns", how)
        .pop();
    figure.unwrap_or_else(|| empty("turn_alpha", "alpha of turns", 0))
}

impl<'a> Pair<'a> {
    fn new(found: &'a Found) -> Pair<'a> {
        let counts = THRESHOLDS.map(|threshold| pair_counts(&found.sections, 0, 1, threshold));
        Pair { found, counts }
    }

    fn shown(&self, labels: &Labels, how: &Resampling) -> FindingPair {
        let total = self.counts[0].total();
        let name = |at: usize| labels.coders.get(at).cloned().unwrap_or_default();
        let (first, second) = (name(self.found.first), name(self.found.second));
        let stream = format!("finding/{first}/{second}");
        let figures = if labels.found.len() == 1 {
            Vec::new()
        } else {
            resampled(std::slice::from_ref(self), &stream, how)
        };
        FindingPair {
            first,
            second,
            first_episodes: total.left,
            second_episodes: total.right,
            both_silent: self.counts[0].both_silent() as u64,
            figures,
        }
    }
}

/// Gives each figure as the mean over pairs, with an interval over sessions.
fn resampled(pairs: &[Pair], name: &str, how: &Resampling) -> Vec<Figure> {
    let drawable = sessions_of_two(pairs);
    let (kinds, kind_of) = kinds(pairs, &drawable);
    let mut times = vec![0; kinds.len()];
    for kind in &kind_of {
        times[*kind] += 1;
    }
    let here = values(&totals(&kinds, &times, pairs.len()));
    let n = pairs.iter().map(|pair| {
        let total = pair.counts[0].total();
        total.left + total.right
    });
    let n: u64 = n.sum();
    let mut random = Pcg64::stream(how.seed, name, 0);
    let mut drawn: [Vec<f64>; 4] = Default::default();
    if drawable.len() > 1 {
        for _ in 0..how.replicates {
            times.fill(0);
            draw_one_by_one(kind_of.len(), &mut random, |at| times[kind_of[at]] += 1);
            let sample = totals(&kinds, &times, pairs.len());
            for (values, value) in drawn.iter_mut().zip(values(&sample)) {
                values.extend(value.ok());
            }
        }
    }
    let figures = NAMES.iter().zip(here).zip(drawn);
    figures
        .map(|(((id, name), value), drawn)| with_interval(bare(id, name, n, value), drawn, how))
        .collect()
}

/// Gives the sessions that two coders opened.
fn sessions_of_two(pairs: &[Pair]) -> Vec<usize> {
    let sections = pairs.iter().map(|pair| pair.counts[0].sections.len()).max();
    let is_shared = |at: &usize| {
        let mut pairs = pairs.iter();
        pairs.any(|pair| {
            pair.counts[0]
                .sections
                .get(*at)
                .is_some_and(Option::is_some)
        })
    };
    (0..sections.unwrap_or(0)).filter(is_shared).collect()
}

/// What a session adds to the counts of each pair; nothing where one of the two did not open it.
type SessionCounts = Vec<[SpanCounts; 3]>;

/// Gives the different sessions there are, and for each session which of them it is like: thousands of sessions are
/// of a few kinds.
fn kinds(pairs: &[Pair], sessions: &[usize]) -> (Vec<SessionCounts>, Vec<usize>) {
    let of = |session: usize| -> SessionCounts {
        let own = |counts: &PairCounts| counts.sections.get(session).copied().flatten();
        let pairs = pairs.iter();
        pairs
            .map(|pair| {
                pair.counts
                    .each_ref()
                    .map(|counts| own(counts).unwrap_or_default())
            })
            .collect()
    };
    let mut places: HashMap<SessionCounts, usize> = HashMap::new();
    let mut kinds = Vec::new();
    let place = |session: &usize| {
        let counts = of(*session);
        *places.entry(counts).or_insert_with_key(|counts| {
            kinds.push(counts.clone());
            kinds.len() - 1
        })
    };
    let kind_of = sessions.iter().map(place).collect();
    (kinds, kind_of)
}

/// Adds up as many sessions of each kind as `times` says, for each pair.
fn totals(kinds: &[SessionCounts], times: &[u64], pairs: usize) -> SessionCounts {
    let mut totals = vec![[SpanCounts::default(); 3]; pairs];
    for (kind, times) in kinds.iter().zip(times).filter(|(_, times)| **times > 0) {
        for (totals, counts) in totals.iter_mut().zip(kind) {
            for (total, own) in totals.iter_mut().zip(counts) {
                *total += *own * *times;
            }
        }
    }
    totals
}

/// Gives F1 at each threshold and the mean overlap, averaged over the pairs that have one.
fn values(totals: &[[SpanCounts; 3]]) -> [Result<f64, Undefined>; 4] {
    let mean = |of: &dyn Fn(&[SpanCounts; 3]) -> Result<f64, Undefined>| {
        crate::agreement::Mean::of(totals.iter().map(of)).map(|mean| mean.value)
    };
    [
        mean(&|own| own[0].f1()),
        mean(&|own| own[1].f1()),
        mean(&|own| own[2].f1()),
        mean(&|own| own[0].mean_overlap()),
    ]
}

fn with_interval(mut figure: Figure, mut drawn: Vec<f64>, how: &Resampling) -> Figure {
    if figure.value.is_none() {
        return figure;
    }
    drawn.sort_unstable_by(f64::total_cmp);
    if drawn.is_empty() {
        figure.no_interval = Some("all labels are from one session");
        return figure;
    }
    let lost = how.replicates - u32::try_from(drawn.len()).unwrap_or(how.replicates);
    figure.undefined_resamples = lost;
    if f64::from(lost) > MOST_DROPPED * f64::from(how.replicates) {
        figure.no_interval = Some("too many resamples had no value");
    } else if drawn.first() < drawn.last() {
        let tail = (1.0 - how.level) / 2.0;
        figure.low = Some(quantile(&drawn, tail));
        figure.high = Some(quantile(&drawn, 1.0 - tail));
        figure.interval = Some("bootstrap_percentile");
        figure.basis = Some("sessions");
    } else {
        figure.no_interval = Some("the resamples are all alike, which is no certainty");
    }
    figure
}

/// The value below which a share of sorted values lies, between two of them in proportion.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the place lies within the values"
)]
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    let place = share.clamp(0.0, 1.0) * last as f64;
    let before = (place.floor() as usize).min(last);
    let after = (before + 1).min(last);
    sorted[before] + (sorted[after] - sorted[before]) * (place - before as f64)
}
