//! What to beware of before a coefficient is believed.

use super::tally::given;
use super::{Estimate, Tally};

/// Fewer pairable units than this are flagged.
pub const FEW_UNITS: u64 = 20;

/// A code that fewer units than this carry makes intervals unreliable.
pub const RARE_CODE: u64 = 5;

/// The share of undefined resamples above which an interval is suppressed.
pub const MOST_DROPPED: f64 = 0.05;

/// A reason to read a figure with care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flag {
    /// Fewer than [`FEW_UNITS`] units have the labels of two coders.
    FewUnits(u64),
    /// Fewer than [`RARE_CODE`] units have the category from any coder; its intervals are unreliable.
    RareCode {
        /// The category.
        category: usize,
        /// The units that have it.
        units: u64,
    },
    /// This coder put all units in one category: kappa is 0 whatever the agreement.
    ConstantCoder(usize),
    /// There is no interval: a standard error of 0 is not certainty.
    NoInterval,
    /// More than 5 % of the resamples left the coefficient undefined.
    DroppedReplicates {
        /// How many.
        undefined: u32,
        /// Of how many.
        replicates: u32,
    },
}

impl Tally {
    /// What to beware of whichever coefficient is read: few units, and coders who never vary.
    pub fn flags(&self) -> Vec<Flag> {
        let units = self.pairable();
        let mut flags = Vec::new();
        if units < FEW_UNITS {
            flags.push(Flag::FewUnits(units));
        }
        for (coder, used) in self.used().iter().enumerate() {
            if used.iter().filter(|units| **units > 0).count() == 1 {
                flags.push(Flag::ConstantCoder(coder));
            }
        }
        flags
    }

    /// Whether a category is too rare for its figures: the flag, if so.
    pub fn rare_code(&self, category: usize) -> Option<Flag> {
        let units = self.units_with(category);
        (units < RARE_CODE).then_some(Flag::RareCode { category, units })
    }

    /// The number of counted units that any coder put in a category.
    pub fn units_with(&self, category: usize) -> u64 {
        let rows = self.rows.iter().zip(&self.counts);
        rows.filter(|(row, _)| given(row).any(|(_, found)| found == category))
            .map(|(_, count)| count)
            .sum()
    }

    /// For each coder the number of units in each category.
    pub fn used(&self) -> Vec<Vec<u64>> {
        let mut used = vec![vec![0; self.categories]; self.coders];
        for (row, count) in self.rows.iter().zip(&self.counts) {
            for (coder, category) in given(row) {
                used[coder][category] += count;
            }
        }
        used
    }
}

impl Estimate {
    /// What to beware of in this estimate: [`Flag::NoInterval`] where its error gives none.
    pub fn flags(&self) -> Vec<Flag> {
        if self.interval(0.95).is_err() {
            vec![Flag::NoInterval]
        } else {
            Vec::new()
        }
    }
}
