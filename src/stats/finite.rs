//! How many of a known number of things are of a kind, from a random sample of them drawn without putting back.

use statrs::distribution::{DiscreteCDF, Hypergeometric};

/// What is left to each side of an interval of 95 %.
const TAIL: f64 = 0.025;

/// A simple random sample, drawn without putting back: `found` of the `sample` things drawn are of the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drawn {
    population: u64,
    sample: u64,
    found: u64,
}

impl Drawn {
    /// Takes the counts; `None` where nothing was drawn, or more than there is.
    pub fn new(population: u64, sample: u64, found: u64) -> Option<Drawn> {
        let possible = sample > 0 && sample <= population && found <= sample;
        possible.then_some(Drawn {
            population,
            sample,
            found,
        })
    }

    /// Gives how many of the population are of the kind, M k / n; it has no bias.
    pub fn estimate(self) -> f64 {
        self.population as f64 * self.found as f64 / self.sample as f64
    }

    /// Gives the exact interval of 95 % for how many of the population are of the kind, by inverting the
    /// hypergeometric distribution: Clopper and Pearson's interval for a population that ends.
    ///
    /// With K of M of the kind and X of them among the n drawn, its lower end is the smallest K with
    /// P(X ≥ k | K) > .025, and its upper end the largest K with P(X ≤ k | K) > .025. A sample of everything leaves
    /// no doubt.
    ///
    /// Source: Buonaccorsi (1987), The American Statistician 41(3), 215-218.
    pub fn interval(self) -> (u64, u64) {
        let least = self.found;
        let most = self.population - (self.sample - self.found);
        // Both chances only rise or only fall with K, so halving finds where they cross.
        let low = first(least, most, |kind| self.at_least(kind) > TAIL);
        let high = first(least, most, |kind| self.at_most(kind) <= TAIL);
        let high = if self.at_most(high) > TAIL {
            high
        } else {
            high.saturating_sub(1).max(least)
        };
        (low, high)
    }

    /// Gives the chance of drawing as many as were found, or more, where `kind` of the population are of the kind.
    fn at_least(self, kind: u64) -> f64 {
        match self.found.checked_sub(1) {
            None => 1.0,
            Some(fewer) => self.distribution(kind).map_or(0.0, |drawn| drawn.sf(fewer)),
        }
    }

    /// Gives the chance of drawing as many as were found, or fewer.
    fn at_most(self, kind: u64) -> f64 {
        self.distribution(kind)
            .map_or(0.0, |drawn| drawn.cdf(self.found))
    }

    fn distribution(self, kind: u64) -> Option<Hypergeometric> {
        Hypergeometric::new(self.population, kind, self.sample).ok()
    }
}

/// Gives the first number of a range from which something holds; the last one where it never does.
fn first(mut low: u64, mut high: u64, holds: impl Fn(u64) -> bool) -> u64 {
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_interval_is_the_one_that_scipy_gives() {
        // Each K tried with `hypergeom.sf(k - 1, M, K, n)` and `hypergeom.cdf(k, M, K, n)`, SciPy 1.17.1.
        for (population, sample, found, low, high) in [
            (1000, 50, 0, 0, 69),
            (1000, 50, 3, 14, 162),
            (1000, 50, 50, 931, 1000),
            (32, 10, 1, 1, 12),
            (32, 32, 5, 5, 5),
            (5000, 200, 7, 73, 350),
            (20000, 300, 2, 17, 474),
            (1, 1, 1, 1, 1),
            (1, 1, 0, 0, 0),
            (100, 99, 3, 3, 4),
            (500, 100, 0, 0, 16),
        ] {
            let drawn = Drawn::new(population, sample, found).unwrap();
            assert_eq!(drawn.interval(), (low, high), "{drawn:?}");
        }
    }

    #[test]
    fn the_estimate_is_the_share_of_the_sample_in_the_whole() {
        let estimate = |population, sample, found| {
            let drawn = Drawn::new(population, sample, found).unwrap();
            drawn.estimate()
        };
        assert!((estimate(1000, 50, 3) - 60.0).abs() < 1e-12);
        assert!(estimate(1000, 50, 0).abs() < 1e-12);
        assert_eq!(Drawn::new(1000, 0, 0), None);
        assert_eq!(Drawn::new(10, 11, 0), None);
        assert_eq!(Drawn::new(10, 5, 6), None);
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_estimate_and_what_is_possible(
            population in 1_u64..3000,
            sample in 0.0..1.0_f64,
            found in 0.0..1.0_f64,
        ) {
            let part = |of: u64, share: f64| (0..=of).rev().find(|&n| n as f64 <= of as f64 * share).unwrap_or(0);
            let sample = part(population, sample).max(1);
            let drawn = Drawn::new(population, sample, part(sample, found)).unwrap();
            let (low, high) = drawn.interval();
            prop_assert!(low as f64 <= drawn.estimate() + 1e-9, "{drawn:?} {low}");
            prop_assert!(high as f64 >= drawn.estimate() - 1e-9, "{drawn:?} {high}");
            prop_assert!(low >= drawn.found && high <= population - (sample - drawn.found));
        }
    }
}
