//! Intervals for a proportion, and what can be said when every unit agrees.

use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::beta::beta_reg;

use super::Undefined;
use super::interval::Interval;

/// How often an interval is to contain the true value, above 0 and below 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Confidence(f64);

impl Confidence {
    /// Takes a level; `None` unless it lies between 0 and 1, both excluded.
    pub fn new(level: f64) -> Option<Self> {
        (level > 0.0 && level < 1.0).then_some(Self(level))
    }

    /// Gives the chance that is left to each side.
    fn tail(self) -> f64 {
        (1.0 - self.0) / 2.0
    }

    /// Gives the quantile of the standard normal distribution that leaves this tail.
    fn normal_quantile(self) -> f64 {
        -Normal::standard().inverse_cdf(self.tail())
    }
}

/// Some of all: `part` successes in `whole` trials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proportion {
    part: u64,
    whole: u64,
}

impl Proportion {
    /// Takes the counts.
    ///
    /// # Errors
    ///
    /// [`Undefined::NoUnits`] without trials, [`Undefined::PartExceedsWhole`] for more successes than trials.
    pub fn new(part: u64, whole: u64) -> Result<Self, Undefined> {
        match (part, whole) {
            (_, 0) => Err(Undefined::NoUnits),
            _ if part > whole => Err(Undefined::PartExceedsWhole),
            _ => Ok(Self { part, whole }),
        }
    }

    /// Gives the share itself, in `[0, 1]`.
    pub fn estimate(self) -> f64 {
        self.part as f64 / self.whole as f64
    }

    /// Gives Wilson's score interval, within `[0, 1]`; its coverage is the level on average.
    ///
    /// With z the normal quantile: `(p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n)`.
    ///
    /// Source: Wilson (1927), Journal of the American Statistical Association 22(158), 209-212.
    pub fn wilson(self, confidence: Confidence) -> Interval {
        let ends = score_interval(
            self.estimate(),
            self.whole as f64,
            confidence.normal_quantile(),
        );
        self.within(ends.low, ends.high)
    }

    /// Gives the exact interval of Clopper and Pearson, within `[0, 1]`; its coverage is at least the level.
    ///
    /// With x of n and tail t, its ends are the t quantile of Beta(x, n-x+1) and the 1-t quantile of Beta(x+1, n-x).
    ///
    /// Source: Clopper and Pearson (1934), Biometrika 26(4), 404-413.
    pub fn clopper_pearson(self, confidence: Confidence) -> Interval {
        let tail = confidence.tail();
        let (part, rest) = (self.part as f64, (self.whole - self.part) as f64);
        let low = if self.part == 0 {
            0.0
        } else {
            beta_quantile(part, rest + 1.0, tail)
        };
        // Mirrored, so that the small tail is looked for, which floating point resolves best.
        let high = if self.part == self.whole {
            1.0
        } else {
            1.0 - beta_quantile(rest, part + 1.0, tail)
        };
        self.within(low, high)
    }

    /// Gives the interval without what rounding adds: it holds the estimate and stays within `[0, 1]`.
    fn within(self, low: f64, high: f64) -> Interval {
        let p = self.estimate();
        let low = if self.part == 0 {
            0.0
        } else {
            low.clamp(0.0, p)
        };
        let high = if self.part == self.whole {
            1.0
        } else {
            high.clamp(p, 1.0)
        };
        Interval { low, high }
    }
}

/// Wilson's interval for a share of `n` units, where `n` need not be whole; `z` is the quantile.
pub(super) fn score_interval(share: f64, n: f64, z: f64) -> Interval {
    let scale = 1.0 + z * z / n;
    let middle = (share + z * z / (2.0 * n)) / scale;
    let half = z / scale * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    Interval {
        low: middle - half,
        high: middle + half,
    }
}

/// Gives where the distribution Beta(a, b) reaches `chance`.
fn beta_quantile(a: f64, b: f64, chance: f64) -> f64 {
    // Halving always ends, which Newton's method does not promise for every pair of parameters.
    let (mut low, mut high) = (0.0, 1.0);
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return middle;
        }
        if beta_reg(a, b, middle) < chance {
            low = middle;
        } else {
            high = middle;
        }
    }
}
