//! Sums of fractions that do not depend on the order in which they are added.

use std::ops::{AddAssign, Mul};

/// What one whole is counted as: the least common multiple of 1 to 40.
///
/// Fractions with a denominator up to 40 are exact, so that equal sums compare as equal; others are off by at
/// most 1e-16.
const WHOLE: u64 = 5_342_931_457_063_200;

/// Gives `part / whole` in units of 1/[`WHOLE`], rounded; `whole` is above 0 and at least `part`.
pub(super) fn scaled(part: u64, whole: u64) -> u64 {
    let (part, whole) = (u128::from(part.min(whole)), u128::from(whole.max(1)));
    let rounded = (part * u128::from(WHOLE) + whole / 2) / whole;
    u64::try_from(rounded).unwrap_or(WHOLE)
}

/// A sum of fractions between 0 and 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct FractionSum(u128);

impl FractionSum {
    /// Adds `part / whole`, where `whole` is above 0 and at least `part`.
    pub(super) fn add(&mut self, part: u64, whole: u64) {
        self.0 += u128::from(scaled(part, whole));
    }

    /// Gives the mean of `count` fractions.
    pub(super) fn mean(self, count: u64) -> f64 {
        self.0 as f64 / WHOLE as f64 / count as f64
    }
}

impl Mul<u64> for FractionSum {
    type Output = Self;

    fn mul(self, times: u64) -> Self {
        Self(self.0 * u128::from(times))
    }
}

impl AddAssign for FractionSum {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}
