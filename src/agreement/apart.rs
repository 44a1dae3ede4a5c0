//! Whether one coder agrees with the others as they agree among themselves: a model among people.

use super::bootstrap::{Measure, Resampled, Resampling};
use super::prepared::Prepared;
use super::urn::Urn;
use super::{SetMeasure, SetTally, Tally, Undefined, Weights};
use crate::random::Pcg64;

/// One coder's agreement with the others, beside that of the others with each other, on the units that all labelled.
#[derive(Debug, Clone, PartialEq)]
pub struct Apart {
    /// The number of units that all labelled.
    pub units: u64,
    /// The mean of the coefficient over the pairs of the one and each other.
    pub with_others: f64,
    /// The mean over the pairs of the others.
    pub among_others: f64,
    /// What the resamples say of the difference, the first less the second.
    pub difference: Resampled,
}

/// The pairs of coders that are compared, each with its rows in the order of the tally's.
struct Sides<'a> {
    with: Vec<Prepared<'a>>,
    among: Vec<Prepared<'a>>,
}

impl Tally {
    /// Compares a coder's agreement with the others to that among the others, in the same resamples.
    ///
    /// Only units that all labelled count, so that both sides rest on the same ground.
    ///
    /// # Errors
    ///
    /// [`Undefined::TooFewCoders`] below three coders, or what the coefficient of any pair says.
    ///
    /// Source: Efron & Tibshirani (1993), ch. 8, for differences of paired figures.
    pub fn apart(
        &self,
        coder: usize,
        measure: Measure,
        name: &str,
        resampling: &Resampling,
    ) -> Result<Apart, Undefined> {
        if self.coders() < 3 || coder >= self.coders() {
            return Err(Undefined::TooFewCoders);
        }
        let complete = self.complete();
        let tallies: Vec<([usize; 2], Tally)> = (0..self.coders())
            .flat_map(|first| (first + 1..self.coders()).map(move |second| [first, second]))
            .map(|pair| (pair, complete.rows_of(pair)))
            .collect();
        let mut sides = Sides {
            with: Vec::new(),
            among: Vec::new(),
        };
        for (pair, tally) in &tallies {
            let prepared = Prepared::new(tally, measure)?;
            if pair.contains(&coder) {
                sides.with.push(prepared);
            } else {
                sides.among.push(prepared);
            }
        }
        let counts: Vec<f64> = complete.counts.iter().map(|count| *count as f64).collect();
        let (with_others, among_others) = sides.means(&counts)?;
        let mut random = Pcg64::stream(resampling.seed, name, 0);
        let mut urn = Urn::new(&complete);
        let drawn = (0..resampling.replicates).map(|_| {
            let means = sides.means(urn.draw(&mut random)).ok();
            means.map(|(with, among)| with - among)
        });
        let drawn = drawn.collect();
        Ok(Apart {
            units: complete.pairable(),
            with_others,
            among_others,
            difference: Resampled::of(drawn, resampling),
        })
    }
}

impl SetTally {
    /// Compares a coder with the others on sets of codes, as [`Tally::apart`].
    ///
    /// # Errors
    ///
    /// [`Undefined`], as [`Tally::apart`].
    pub fn apart(
        &self,
        coder: usize,
        measure: SetMeasure,
        name: &str,
        resampling: &Resampling,
    ) -> Result<Apart, Undefined> {
        let (coefficient, distance) = measure.parts();
        let weights: Weights = self.weights(distance)?;
        let measure = Measure {
            coefficient,
            weights: &weights,
        };
        self.tally().apart(coder, measure, name, resampling)
    }
}

impl Sides<'_> {
    fn means(&self, counts: &[f64]) -> Result<(f64, f64), Undefined> {
        Ok((mean(&self.with, counts)?, mean(&self.among, counts)?))
    }
}

fn mean(pairs: &[Prepared], counts: &[f64]) -> Result<f64, Undefined> {
    let mut sum = 0.0;
    for pair in pairs {
        sum += pair.parts(counts)?.value;
    }
    Ok(sum / pairs.len() as f64)
}
