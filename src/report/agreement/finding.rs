//! Which turns belong to an episode: how far coders mark the same ones.

use std::collections::HashMap;

use super::figures::{Counted, empty, mean, resampled};
use super::kinds::Kind;
use super::labels::{Found, Labels};
use super::topic::{dropped, few_sessions};
use super::values::{Figure, Finding, FindingPair};
use super::words;
use crate::agreement::{
    ANY_OVERLAP, EXACT, HALF, Mean, Missing, PairCounts, Resampled, Resampling, SpanCounts,
    Undefined, draw_one_by_one, pair_counts,
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
    let mut figures = over_sessions(&pairs, "finding", how);
    if let Some(first) = figures.first_mut() {
        first.primary = true;
    }
    figures.push(turn_alpha(labels, how));
    let flags = few_sessions(sessions_of_two(&pairs).len() as u64);
    let flags = flags.into_iter().chain(dropped(&figures, how));
    let of_pair = |pair: &Pair| pair.shown(labels, how);
    Finding {
        figures,
        pairs: pairs.iter().map(of_pair).collect(),
        flags: flags.collect(),
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
        let figures = over_sessions(std::slice::from_ref(self), &stream, how);
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
fn over_sessions(pairs: &[Pair], name: &str, how: &Resampling) -> Vec<Figure> {
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
    let mut drawn: [Vec<Option<f64>>; 4] = Default::default();
    if drawable.len() > 1 {
        for _ in 0..how.replicates {
            times.fill(0);
            draw_one_by_one(kind_of.len(), &mut random, |at| times[kind_of[at]] += 1);
            let sample = totals(&kinds, &times, pairs.len());
            for (values, value) in drawn.iter_mut().zip(values(&sample)) {
                values.push(value.ok().map(|mean| mean.value));
            }
        }
    }
    let figures = NAMES.iter().zip(here).zip(drawn);
    figures
        .map(|(((id, name), value), drawn)| {
            let mut figure = mean(id, name, n, value);
            if figure.value.is_none() {
                return figure;
            }
            if drawn.is_empty() {
                figure.no_interval = Some(words::ONE_SESSION);
                return figure;
            }
            resampled(&mut figure, &Resampled::of(drawn, how), "sessions", how);
            figure
        })
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
fn values(totals: &[[SpanCounts; 3]]) -> [Result<Mean, Undefined>; 4] {
    let mean =
        |of: &dyn Fn(&[SpanCounts; 3]) -> Result<f64, Undefined>| Mean::of(totals.iter().map(of));
    [
        mean(&|own| own[0].f1()),
        mean(&|own| own[1].f1()),
        mean(&|own| own[2].f1()),
        mean(&|own| own[0].mean_overlap()),
    ]
}
