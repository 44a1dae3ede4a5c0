//! Resampling: how a coefficient would have come out with other units, or other sessions, of the same kind.
//!
//! Units with the same row of labels are drawn together, as one multinomial over the rows, and sessions with the same
//! count table likewise, so that the cost hardly grows with the number of units.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::flags::{Flag, MOST_DROPPED};
use super::linearise::influences;
use super::prepared::Prepared;
use super::quantile::{normal_quantile, normal_share};
use super::urn::Urn;
use super::{Coefficient, Interval, Tally, Undefined, Weights};
use crate::random::Pcg64;

/// A coefficient with the weights that it is to use.
#[derive(Debug, Clone, Copy)]
pub struct Measure<'a> {
    /// The coefficient.
    pub coefficient: Coefficient,
    /// Its weights.
    pub weights: &'a Weights,
}

/// How to resample. The generator is always PCG64.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resampling {
    /// Where the random numbers start; the same seed gives the same figures on any machine.
    pub seed: u64,
    /// The number of resamples.
    pub replicates: u32,
    /// The level of confidence, between 0 and 1.
    pub level: f64,
}

impl Default for Resampling {
    fn default() -> Self {
        Self {
            seed: 1,
            replicates: 2000,
            level: 0.95,
        }
    }
}

/// How the ends of an interval were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Quantiles of the resamples, corrected for bias and skewness.
    ///
    /// Source: Efron (1987), with the acceleration from the empirical influences (eq. 6.6).
    BiasCorrected,
    /// Plain quantiles of the resamples: for sessions, and where the corrections are undefined.
    Percentile,
}

/// What the resamples of a coefficient say.
#[derive(Debug, Clone, PartialEq)]
pub struct Resampled {
    /// The interval; `None` where more than 5 % of the resamples were undefined, or all were the same.
    pub interval: Option<Interval>,
    /// How its ends were found.
    pub method: Method,
    /// The standard deviation of the resampled values.
    pub deviation: f64,
    /// How many resamples were drawn.
    pub replicates: u32,
    /// In how many of them the coefficient was undefined.
    pub undefined: u32,
}

impl Resampled {
    /// Sums up the values that a figure took in resamples, `None` where it had none: the plain quantiles of those that
    /// exist.
    pub fn of(values: Vec<Option<f64>>, resampling: &Resampling) -> Self {
        summary(values, None, resampling)
    }

    /// What to beware of in this interval.
    pub fn flags(&self) -> Vec<Flag> {
        let mut flags = Vec::new();
        let share = f64::from(self.undefined) / f64::from(self.replicates.max(1));
        if share > MOST_DROPPED {
            flags.push(Flag::DroppedReplicates {
                undefined: self.undefined,
                replicates: self.replicates,
            });
        }
        if self.interval.is_none() {
            flags.push(Flag::NoInterval);
        }
        flags
    }
}

impl Tally {
    /// Resamples sessions where they were given, else units, and recomputes the measures on each resample, chance
    /// and distances included.
    ///
    /// `name` gives this analysis a stream of its own: another analysis, or another number of threads, changes
    /// nothing here. The measures share their resamples.
    ///
    /// # Errors
    ///
    /// For each measure [`Undefined`] where it has no value on the labels themselves.
    ///
    /// Source: Efron & Tibshirani (1993), ch. 13-14; Zapf et al. (2016).
    pub fn bootstrap(
        &self,
        measures: &[Measure],
        name: &str,
        resampling: &Resampling,
    ) -> Vec<Result<Resampled, Undefined>> {
        let drawn = self.replicates(measures, name, resampling);
        let judge = |(measure, values): (&Measure, Vec<Option<f64>>)| {
            let prepared = Prepared::new(self, *measure)?;
            let counts: Vec<f64> = self.counts.iter().map(|count| *count as f64).collect();
            let parts = prepared.parts(&counts)?;
            let pulls = influences(&prepared, &counts, &parts).by_row;
            let correction = self
                .sessions
                .is_none()
                .then(|| (parts.value, skewness(&pulls, &counts)));
            Ok(summary(values, correction, resampling))
        };
        measures.iter().zip(drawn).map(judge).collect()
    }

    /// Gives the value of each measure on each resample, `None` where it is undefined: for differences of measures,
    /// taken resample by resample.
    pub fn replicates(
        &self,
        measures: &[Measure],
        name: &str,
        resampling: &Resampling,
    ) -> Vec<Vec<Option<f64>>> {
        let prepared: Vec<_> = measures
            .iter()
            .map(|measure| Prepared::new(self, *measure))
            .collect();
        let mut random = Pcg64::stream(resampling.seed, name, 0);
        let mut urn = Urn::new(self);
        let mut values = vec![Vec::with_capacity(resampling.replicates as usize); measures.len()];
        for _ in 0..resampling.replicates {
            let counts = urn.draw(&mut random);
            for (values, prepared) in values.iter_mut().zip(&prepared) {
                let parts = prepared
                    .as_ref()
                    .ok()
                    .and_then(|ready| ready.parts(counts).ok());
                values.push(parts.map(|parts| parts.value));
            }
        }
        values
    }
}

/// Runs independent analyses on a few threads and gives their results in the order of the jobs.
///
/// What each job gives depends on the job alone, so the number of threads shows in the time only. 0 stands for 1.
pub fn side_by_side<J: Sync, R: Send>(
    jobs: &[J],
    threads: usize,
    run: impl Fn(&J) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some((at, job)) = {
            let at = next.fetch_add(1, Ordering::Relaxed);
            jobs.get(at).map(|job| (at, job))
        } {
            done.push((at, run(job)));
        }
        done
    };
    let mut results = thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(jobs.len()))
            .map(|_| scope.spawn(work))
            .collect();
        let mut results = work();
        for other in others {
            match other.join() {
                Ok(done) => results.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        results
    });
    results.sort_unstable_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Σ u³ / (6 (Σ u²)<sup>3/2</sup>): the acceleration of the bias-corrected interval.
fn skewness(pulls: &[f64], counts: &[f64]) -> f64 {
    let sum = |power: i32| -> f64 {
        let terms = pulls.iter().zip(counts);
        terms.map(|(pull, count)| pull.powi(power) * count).sum()
    };
    sum(3) / (6.0 * sum(2).powf(1.5))
}

/// Sums up resampled values; `correction` holds the value on the labels themselves and the acceleration.
fn summary(
    values: Vec<Option<f64>>,
    correction: Option<(f64, f64)>,
    resampling: &Resampling,
) -> Resampled {
    let mut defined: Vec<f64> = values.into_iter().flatten().collect();
    defined.sort_unstable_by(f64::total_cmp);
    let undefined =
        resampling.replicates - u32::try_from(defined.len()).unwrap_or(resampling.replicates);
    let tails = tails(resampling.level);
    let corrected = correction.and_then(|(value, skew)| corrected(&defined, value, skew, tails));
    let too_many = f64::from(undefined) > MOST_DROPPED * f64::from(resampling.replicates);
    let (low, high) = corrected.unwrap_or(tails);
    let varied = defined.first() < defined.last();
    let level_exists = resampling.level > 0.0 && resampling.level < 1.0;
    Resampled {
        interval: (varied && !too_many && level_exists).then(|| Interval {
            low: percentile(&defined, low),
            high: percentile(&defined, high),
        }),
        method: match corrected {
            Some(_) => Method::BiasCorrected,
            None => Method::Percentile,
        },
        deviation: deviation(&defined),
        replicates: resampling.replicates,
        undefined,
    }
}

fn tails(level: f64) -> (f64, f64) {
    let low = f64::midpoint(1.0, -level);
    (low, 1.0 - low)
}

/// Moves the shares at which the ends are taken; `None` where the corrections are undefined.
fn corrected(sorted: &[f64], value: f64, skew: f64, (low, high): (f64, f64)) -> Option<(f64, f64)> {
    if sorted.is_empty() {
        return None;
    }
    // Ties are frequent in counts: half of them stand below the value. They differ by rounding only.
    let near = 1e-12;
    let below = sorted.partition_point(|other| *other < value - near);
    let up_to = sorted.partition_point(|other| *other <= value + near);
    let share = (below + up_to) as f64 / 2.0 / sorted.len() as f64;
    let bias = normal_quantile(share);
    let moved = |tail: f64| {
        let reach = bias + normal_quantile(tail);
        let divisor = 1.0 - skew * reach;
        (divisor > 0.0).then(|| normal_share(bias + reach / divisor))
    };
    let (low, high) = (moved(low)?, moved(high)?);
    (bias.is_finite() && skew.is_finite() && low < high).then_some((low, high))
}

/// The value below which a share of sorted values lies, between two of them in proportion.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the place lies within the values"
)]
fn percentile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    let place = share.clamp(0.0, 1.0) * last as f64;
    let before = (place.floor() as usize).min(last);
    let after = (before + 1).min(last);
    sorted[before] + (sorted[after] - sorted[before]) * (place - before as f64)
}

fn deviation(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return 0.0;
    }
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (squares / (count - 1.0)).sqrt()
}
