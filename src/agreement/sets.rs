//! Axes on which a coder may give several codes: each distinct set of codes is a category, with distances between.

use std::collections::HashMap;

use super::bootstrap::{Measure, Resampled, Resampling};
use super::ratings::Unfit;
use super::{Coefficient, Estimate, Missing, Ratings, Tally, Undefined, Weights};

/// The most codes that a set can tell apart.
pub const MOST_CODES: usize = 128;

/// The most distinct sets that are compared with one another.
///
/// Chance compares every two of them, on every resample; a study has a few dozen.
pub const MOST_SETS: usize = 1024;

/// A set of codes of one axis, by their indices in the codebook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct CodeSet(u128);

impl CodeSet {
    /// Collects codes; `None` if an index is not below [`MOST_CODES`]. Giving a code twice gives it once.
    pub fn new(codes: impl IntoIterator<Item = usize>) -> Option<Self> {
        let mut bits = 0;
        for code in codes {
            let shift = u32::try_from(code).ok()?;
            bits |= 1_u128.checked_shl(shift)?;
        }
        Some(Self(bits))
    }

    /// Whether the set has a code.
    pub fn has(self, code: usize) -> bool {
        code < MOST_CODES && self.0 >> code & 1 == 1
    }

    /// The number of codes.
    pub fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether there is no code.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The distance to another set, in [0, 1]; for [`SetDistance::Hamming`] a number of codes.
    pub fn distance(self, other: Self, distance: SetDistance) -> f64 {
        let shared = f64::from((self.0 & other.0).count_ones());
        let all = f64::from((self.0 | other.0).count_ones());
        match distance {
            SetDistance::Exact => f64::from(u8::from(self != other)),
            SetDistance::Hamming => all - shared,
            _ if all == 0.0 => 0.0,
            SetDistance::Disjoint => f64::from(u8::from(shared == 0.0)),
            SetDistance::Jaccard => (all - shared) / all,
            SetDistance::Masi => 1.0 - shared / all * self.monotonicity(other),
        }
    }

    fn monotonicity(self, other: Self) -> f64 {
        let shared = self.0 & other.0;
        if self == other {
            1.0
        } else if shared == self.0 || shared == other.0 {
            2.0 / 3.0
        } else {
            1.0 / 3.0
        }
    }
}

/// How far two sets are apart. Two empty sets are not apart at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SetDistance {
    /// 0 if they are equal, else 1.
    Exact,
    /// 1 - |A ∩ B| / |A ∪ B|.
    Jaccard,
    /// 1 - J M: Jaccard's index times 1 for equal sets, 2/3 for a set and its subset, 1/3 for sets that overlap
    /// otherwise.
    ///
    /// Source: Passonneau (2006).
    Masi,
    /// The number of codes that only one of them has.
    Hamming,
    /// 0 if they share a code, else 1; only for [`SetMeasure::Similarity`].
    Disjoint,
}

/// A figure for an axis of sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SetMeasure {
    /// Krippendorff's alpha with a distance of sets.
    ///
    /// Source: Passonneau (2006); Krippendorff (2004).
    Alpha(SetDistance),
    /// The mean of 1 - d over pairs of coders and units: exact match, mean Jaccard index, mean MASI.
    Similarity(SetDistance),
    /// Σ<sub>k</sub> (p<sub>o,k</sub> - p<sub>e,k</sub>) / Σ<sub>k</sub> (1 - p<sub>e,k</sub>) over the codes, with Scott's
    /// chance. With two coders alpha of Hamming's distance is P + (1 - P) / (2n).
    ///
    /// It stays defined where single codes have no kappa. Source: Moons & Vandervieren (2025).
    PooledPi,
    /// The same with Cohen's (Conger's) chance.
    ///
    /// Source: De Vries et al. (2008).
    PooledKappa,
}

impl SetMeasure {
    pub(super) fn parts(self) -> (Coefficient, SetDistance) {
        match self {
            Self::Alpha(distance) => (Coefficient::Alpha, distance),
            Self::Similarity(distance) => (Coefficient::Percent, distance),
            Self::PooledPi => (Coefficient::Fleiss, SetDistance::Hamming),
            Self::PooledKappa => (Coefficient::Conger, SetDistance::Hamming),
        }
    }
}

/// Units and the set of codes that each coder gave them; a set may be missing, which is not the same as empty.
#[derive(Debug, Clone)]
pub struct SetRatings {
    codes: usize,
    sets: Vec<CodeSet>,
    places: HashMap<CodeSet, usize>,
    ratings: Ratings,
}

impl SetRatings {
    /// No units yet, for a number of declared codes and of coders.
    pub fn new(declared: usize, coders: usize) -> Self {
        Self {
            codes: declared,
            sets: Vec::new(),
            places: HashMap::new(),
            ratings: Ratings::new(usize::from(u16::MAX), coders),
        }
    }

    /// Adds a unit, as [`Ratings::add`].
    ///
    /// # Errors
    ///
    /// [`Unfit`] where the row has not one place for each coder, or a set has a code that was not declared.
    pub fn add(&mut self, sets: &[Option<CodeSet>], session: Option<u64>) -> Result<(), Unfit> {
        let declared = u32::try_from(self.codes).unwrap_or(u32::MAX);
        for set in sets.iter().flatten() {
            let used = u128::BITS - set.0.leading_zeros();
            if used > declared {
                return Err(Unfit::Category {
                    found: used as usize - 1,
                    categories: self.codes,
                });
            }
        }
        let row = sets.iter().map(|set| set.map(|set| self.place(set)));
        let row: Vec<Option<usize>> = row.collect();
        match self.ratings.add(&row, session) {
            Err(Unfit::Category { .. }) => Err(Unfit::TooMany),
            answer => answer,
        }
    }

    /// Adds the units of ratings of the same codes and coders, as [`Ratings::append`].
    pub fn append(&mut self, next: &SetRatings, sessions: u64) {
        let to: Vec<Option<usize>> = next.sets.iter().map(|set| Some(self.place(*set))).collect();
        let renamed = next.ratings.recoded(usize::from(u16::MAX), &to);
        self.ratings.append(&renamed, sessions);
    }

    fn place(&mut self, set: CodeSet) -> usize {
        *self.places.entry(set).or_insert_with(|| {
            self.sets.push(set);
            self.sets.len() - 1
        })
    }

    /// Counts how often each row of sets occurs.
    pub fn tally(&self, missing: Missing) -> SetTally {
        let tally = self.ratings.tally(missing);
        let mut sets = Vec::new();
        for row in &tally.rows {
            sets.extend(super::tally::given(row).map(|(_, place)| self.sets[place]));
        }
        // An order of their own, so that it does not matter which set came first.
        sets.sort_unstable();
        sets.dedup();
        let order: HashMap<CodeSet, u16> = sets.iter().copied().zip(0..).collect();
        let tally = tally.merged(sets.len(), |place| order[&self.sets[place]]);
        SetTally {
            codes: self.codes,
            sets,
            tally,
        }
    }
}

/// How often each row of sets occurs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetTally {
    codes: usize,
    sets: Vec<CodeSet>,
    tally: Tally,
}

impl SetTally {
    /// The rows, with the distinct sets as categories: for the units seen, the sessions, the flags.
    ///
    /// Its categories are those that occur, not a declared list, so coefficients that look at their number (AC1,
    /// Brennan-Prediger) mean nothing on it.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The distinct sets, in the order of the tally's categories.
    pub fn sets(&self) -> &[CodeSet] {
        &self.sets
    }

    /// The number of declared codes.
    pub fn codes(&self) -> usize {
        self.codes
    }

    /// The same units with the sets of these coders only.
    pub fn of(&self, coders: &[usize]) -> Self {
        Self {
            codes: self.codes,
            sets: self.sets.clone(),
            tally: self.tally.of(coders),
        }
    }

    /// The weights between the distinct sets.
    ///
    /// # Errors
    ///
    /// [`Undefined::TooManySets`] for more than [`MOST_SETS`].
    pub fn weights(&self, distance: SetDistance) -> Result<Weights, Undefined> {
        if self.sets.len() > MOST_SETS {
            return Err(Undefined::TooManySets);
        }
        let most = match distance {
            SetDistance::Hamming => self.codes.max(1) as f64,
            _ => 1.0,
        };
        Ok(Weights::from_steps(self.sets.len(), most, |a, b| {
            self.sets[a].distance(self.sets[b], distance)
        }))
    }

    /// Computes a figure with its standard error, as [`Tally::estimate`].
    ///
    /// # Errors
    ///
    /// [`Undefined`] with the reason.
    pub fn estimate(&self, measure: SetMeasure) -> Result<Estimate, Undefined> {
        let (coefficient, distance) = measure.parts();
        self.tally.estimate(coefficient, &self.weights(distance)?)
    }

    /// Resamples figures together, as [`Tally::bootstrap`].
    ///
    /// # Errors
    ///
    /// For each figure [`Undefined`] with the reason.
    pub fn bootstrap(
        &self,
        measures: &[SetMeasure],
        name: &str,
        resampling: &Resampling,
    ) -> Vec<Result<Resampled, Undefined>> {
        let parts: Vec<_> = measures.iter().map(|measure| measure.parts()).collect();
        let weights: Result<Vec<Weights>, Undefined> = parts
            .iter()
            .map(|(_, distance)| self.weights(*distance))
            .collect();
        let weights = match weights {
            Ok(weights) => weights,
            Err(reason) => return vec![Err(reason); measures.len()],
        };
        let ready: Vec<Measure> = parts
            .iter()
            .zip(&weights)
            .map(|((coefficient, _), weights)| Measure {
                coefficient: *coefficient,
                weights,
            })
            .collect();
        self.tally.bootstrap(&ready, name, resampling)
    }

    /// For each coder the mean number of codes over the counted units that they labelled; `None` where there are none.
    ///
    /// A coder who habitually adds a second code is punished hard by MASI, which this shows.
    pub fn mean_codes(&self) -> Vec<Option<f64>> {
        let mean = |used: Vec<u64>| {
            let units: u64 = used.iter().sum();
            let sizes = self.sets.iter().zip(&used);
            let codes: u64 = sizes.map(|(set, count)| u64::from(set.len()) * count).sum();
            (units > 0).then(|| codes as f64 / units as f64)
        };
        self.tally.used().into_iter().map(mean).collect()
    }

    /// The same units asked about one code: category 0 where the set has it, 1 where not.
    pub fn code(&self, code: usize) -> Tally {
        self.tally
            .merged(2, |set| u16::from(!self.sets[set].has(code)))
    }
}
