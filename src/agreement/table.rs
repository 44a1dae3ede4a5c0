//! The confusion table of two coders.

use super::tally::given;
use super::{Tally, Undefined};

/// How often the first coder chose one category and the second another, on the units that both labelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    categories: usize,
    counts: Vec<u64>,
}

impl Table {
    /// The units that the first coder put in one category and the second in the other; 0 outside the table.
    pub fn count(&self, first: usize, second: usize) -> u64 {
        let inside = first < self.categories && second < self.categories;
        if inside {
            self.counts[first * self.categories + second]
        } else {
            0
        }
    }

    /// The number of declared categories.
    pub fn categories(&self) -> usize {
        self.categories
    }

    /// The number of units.
    pub fn units(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The units of each category by the first coder, and by the second.
    pub fn margins(&self) -> (Vec<u64>, Vec<u64>) {
        let (mut first, mut second) = (vec![0; self.categories], vec![0; self.categories]);
        for (at, row) in self.counts.chunks(self.categories.max(1)).enumerate() {
            for (other, count) in row.iter().enumerate() {
                first[at] += count;
                second[other] += count;
            }
        }
        (first, second)
    }

    /// The largest unweighted kappa that these margins allow: (Σ min(p<sub>k+</sub>, p<sub>+k</sub>) - p<sub>e</sub>)
    /// / (1 - p<sub>e</sub>), in [0, 1].
    ///
    /// # Errors
    ///
    /// [`Undefined`] without units, or where both coders use one and the same category.
    ///
    /// Source: Cohen (1960), p. 42.
    pub fn kappa_max(&self) -> Result<f64, Undefined> {
        let (first, second) = self.margins();
        let units = u128::from(self.units());
        if units == 0 {
            return Err(Undefined::NoPairableUnit);
        }
        let pairs = || first.iter().zip(&second);
        let by_chance: u128 = pairs().map(|(a, b)| u128::from(*a) * u128::from(*b)).sum();
        let most: u128 = pairs().map(|(a, b)| u128::from(*a.min(b))).sum();
        if by_chance == units * units {
            return Err(Undefined::OneCategoryUsed);
        }
        // The most that can agree is never less than what agrees by chance.
        let over = (units * most).saturating_sub(by_chance);
        Ok(over as f64 / (units * units - by_chance) as f64)
    }
}

impl Tally {
    /// The confusion table of two coders; `None` for coders that do not exist.
    pub fn table(&self, first: usize, second: usize) -> Option<Table> {
        if first >= self.coders || second >= self.coders {
            return None;
        }
        let mut table = Table {
            categories: self.categories,
            counts: vec![0; self.categories * self.categories],
        };
        for (row, count) in self.rows.iter().zip(&self.counts) {
            let of = |coder| given(row).find(|(found, _)| *found == coder);
            if let (Some((_, a)), Some((_, b))) = (of(first), of(second)) {
                table.counts[a * self.categories + b] += count;
            }
        }
        Some(table)
    }
}
