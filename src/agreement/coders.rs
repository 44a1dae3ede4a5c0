//! Single coders: the range over pairs of them, and all but one.

use super::Tally;

/// The range of a coefficient over pairs of coders.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The smallest defined value.
    pub min: f64,
    /// The middle of the defined values.
    pub median: f64,
    /// The largest defined value.
    pub max: f64,
    /// The mean of the defined values; of Cohen's kappa it is Light's kappa.
    pub mean: f64,
    /// Of how many pairs the coefficient is defined.
    pub defined: usize,
    /// Of how many pairs it is not.
    pub undefined: usize,
}

impl Tally {
    /// The same units without the labels of one coder.
    ///
    /// Alpha of what remains, coder by coder, shows whose labels differ from those of the others.
    pub fn without(&self, coder: usize) -> Self {
        let others: Vec<usize> = (0..self.coders()).filter(|other| *other != coder).collect();
        self.of(&others)
    }
}

impl Spread {
    /// Sums up the values of the pairs, `None` where a pair has none; `None` where no pair has one.
    pub fn of(pairs: &[Option<f64>]) -> Option<Self> {
        let mut values: Vec<f64> = pairs.iter().flatten().copied().collect();
        values.sort_unstable_by(f64::total_cmp);
        let (min, max) = (*values.first()?, *values.last()?);
        let middle = values.len() / 2;
        let median = if values.len().is_multiple_of(2) {
            f64::midpoint(values[middle - 1], values[middle])
        } else {
            values[middle]
        };
        Some(Self {
            min,
            median,
            max,
            mean: values.iter().sum::<f64>() / values.len() as f64,
            defined: values.len(),
            undefined: pairs.len() - values.len(),
        })
    }
}
