//! Which turns belong together: how far coders mark the same episodes.
//!
//! A section is one session. Figures come from counts by section, which add up, so that whoever resamples sections
//! matches each only once.

use std::iter::Sum;
use std::ops::{AddAssign, Mul};

use super::fraction::FractionSum;
use super::mean::share;
use super::pairing::pair_up;
use super::{TurnSet, Undefined};

/// Threshold at which any overlap matches, but for sets that share less than one turn in a hundred.
pub const ANY_OVERLAP: f64 = 0.01;

/// Threshold at which half of the turns of both together must be shared: the one to report first.
pub const HALF: f64 = 0.5;

/// Threshold at which only the same turns match.
pub const EXACT: f64 = 1.0;

/// One session with the turns of each coder's episodes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// Each coder's episodes, in the same order in all sections; `None` where the coder did not open the section.
    pub coders: Vec<Option<Vec<TurnSet>>>,
}

impl Section {
    fn episodes(&self, coder: usize) -> Option<&[TurnSet]> {
        self.coders.get(coder)?.as_deref()
    }
}

/// What two coders have in common in one or more sections; counts of several sections add up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct SpanCounts {
    /// How many episodes the left coder marked.
    pub left: u64,
    /// How many the right coder marked.
    pub right: u64,
    /// How many were matched.
    pub matched: u64,
    /// How many of the matched have the same turns.
    pub exact: u64,
    overlap: FractionSum,
}

impl SpanCounts {
    /// Counts one section that both coders opened.
    pub fn of(left: &[TurnSet], right: &[TurnSet], threshold: f64) -> Self {
        let mut counts = Self {
            left: left.len() as u64,
            right: right.len() as u64,
            ..Self::default()
        };
        for pairing in pair_up(left, right, threshold) {
            counts.matched += 1;
            counts.exact += u64::from(pairing.shared == pairing.union);
            counts.overlap.add(pairing.shared, pairing.union);
        }
        counts
    }

    /// Gives `2 matched / (left + right)`, in `[0, 1]`: the harmonic mean of the shares of each
    /// coder's episodes that the other found too, and the positive agreement, to which kappa tends as the turns outside every episode become many.
    ///
    /// # Errors
    ///
    /// [`Undefined::NoUnits`] where nobody marked anything.
    ///
    /// Source: Hripcsak and Rothschild (2005), Journal of the American Medical Informatics Association 12(3),
    /// 296-298.
    pub fn f1(&self) -> Result<f64, Undefined> {
        share(2 * self.matched, self.left + self.right)
    }

    /// Gives the mean intersection over union of the matched episodes, in `[threshold, 1]`.
    ///
    /// # Errors
    ///
    /// [`Undefined::TooFewCoders`] where nothing was matched.
    pub fn mean_overlap(&self) -> Result<f64, Undefined> {
        match self.matched {
            0 => Err(Undefined::TooFewCoders),
            matched => Ok(self.overlap.mean(matched)),
        }
    }
}

impl Mul<u64> for SpanCounts {
    type Output = Self;

    /// Gives the counts of several sections that are all alike.
    fn mul(self, times: u64) -> Self {
        Self {
            left: self.left * times,
            right: self.right * times,
            matched: self.matched * times,
            exact: self.exact * times,
            overlap: self.overlap * times,
        }
    }
}

impl AddAssign for SpanCounts {
    fn add_assign(&mut self, other: Self) {
        self.left += other.left;
        self.right += other.right;
        self.matched += other.matched;
        self.exact += other.exact;
        self.overlap += other.overlap;
    }
}

impl Sum for SpanCounts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |mut total, own| {
            total += own;
            total
        })
    }
}

/// Two coders over all sections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PairCounts {
    /// Counts of each section, in the order given; `None` where not both coders opened it. To resample, add up
    /// those that are drawn.
    pub sections: Vec<Option<SpanCounts>>,
    /// How many sections only the left coder opened; they are left out.
    pub left_only: usize,
    /// How many sections only the right coder opened; they are left out.
    pub right_only: usize,
}

impl PairCounts {
    /// Gives the counts of all sections that both coders opened.
    pub fn total(&self) -> SpanCounts {
        self.sections.iter().flatten().copied().sum()
    }

    /// Gives how many sections both coders opened.
    pub fn both(&self) -> usize {
        self.sections.iter().flatten().count()
    }

    /// Gives in how many sections, opened by both, neither marked anything: agreement that F1 does not see.
    pub fn both_silent(&self) -> usize {
        self.sections
            .iter()
            .flatten()
            .filter(|counts| counts.left + counts.right == 0)
            .count()
    }
}

/// Counts two coders, given by their places in [`Section::coders`], section by section.
///
/// Sections that not both opened are left out; those that one of them opened are counted.
pub fn pair_counts(sections: &[Section], left: usize, right: usize, threshold: f64) -> PairCounts {
    let mut counts = PairCounts::default();
    for section in sections {
        let own = match (section.episodes(left), section.episodes(right)) {
            (Some(left), Some(right)) => Some(SpanCounts::of(left, right, threshold)),
            (one, other) => {
                counts.left_only += usize::from(one.is_some());
                counts.right_only += usize::from(other.is_some());
                None
            }
        };
        counts.sections.push(own);
    }
    counts
}
