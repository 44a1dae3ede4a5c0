//! Single coders: each pair of them, and all but one.

use super::{Coefficient, Estimate, Tally, Undefined, Weights};

/// A coefficient of two coders.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The first coder.
    pub first: usize,
    /// The second coder.
    pub second: usize,
    /// The coefficient on the units that both labelled.
    pub estimate: Result<Estimate, Undefined>,
}

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
    /// Computes a coefficient for each two coders, the first before the second.
    pub fn pairwise(&self, coefficient: Coefficient, weights: &Weights) -> Vec<Pair> {
        let mut pairs = Vec::new();
        for first in 0..self.coders() {
            for second in first + 1..self.coders() {
                let estimate = self.of(&[first, second]).estimate(coefficient, weights);
                pairs.push(Pair {
                    first,
                    second,
                    estimate,
                });
            }
        }
        pairs
    }

    /// The same units without the labels of one coder.
    ///
    /// Alpha of what remains, coder by coder, shows whose labels differ from those of the others.
    pub fn without(&self, coder: usize) -> Self {
        let others: Vec<usize> = (0..self.coders()).filter(|other| *other != coder).collect();
        self.of(&others)
    }
}

impl Spread {
    /// Sums up the pairs; `None` where the coefficient is defined for none of them.
    pub fn over(pairs: &[Pair]) -> Option<Self> {
        let defined = pairs.iter().filter_map(|pair| pair.estimate.as_ref().ok());
        let mut values: Vec<f64> = defined.map(|estimate| estimate.value).collect();
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
