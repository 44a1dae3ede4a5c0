//! Agreement between coders: coefficients, their uncertainty, and what to beware of. Numbers only.
//!
//! This room knows units, coders and the indices of categories. It never sees a label, a codebook, a file or a string
//! to print, and it never gives NaN: where a quotient has no meaning the answer is [`Undefined`], with the reason.
//!
//! The way through: [`Ratings`] (or [`SetRatings`], where a coder may give several codes) hold what each coder chose
//! for each unit, and the session that a unit comes from. [`Tally`] counts how often each row of choices occurs, and
//! everything else is computed from those counts, so that its cost hardly depends on the number of units:
//! [`Tally::estimate`] gives a [`Coefficient`] with its standard error, [`Tally::bootstrap`] an interval by
//! resampling, [`Binary`] the indices of a two by two table, [`Tally::pairwise`] and [`Tally::without`] the views of
//! single coders.
//!
//! Every coefficient has the form 1 - D<sub>o</sub>/D<sub>e</sub>, and both disagreements are sums of numbers that are
//! never negative. "All units in one category" is therefore an exact zero of D<sub>e</sub>, whatever the number of
//! units, and never a difference of rounded shares.

mod benchmark;
mod binary;
mod bootstrap;
mod coders;
mod coefficient;
mod flags;
mod interval;
mod linearise;
mod prepared;
mod quantile;
mod random;
mod ratings;
mod sets;
mod table;
mod tally;
mod urn;
mod weights;

pub use benchmark::{ALTMAN, FLEISS, LANDIS_KOCH, benchmark, level_reached};
pub use binary::{Binary, Share};
pub use bootstrap::{Measure, Method, Resampled, Resampling, side_by_side};
pub use coders::{Pair, Spread};
pub use coefficient::{Coefficient, Estimate};
pub use flags::{FEW_UNITS, Flag, MOST_DROPPED, RARE_CODE};
pub use interval::{Basis, Interval, NoInterval, StandardError};
pub use random::Pcg64;
pub use ratings::{Ratings, Unfit};
pub use sets::{CodeSet, MOST_CODES, MOST_SETS, SetDistance, SetMeasure, SetRatings, SetTally};
pub use table::Table;
pub use tally::{Missing, Seen, Tally};
pub use weights::Weights;

/// Why a coefficient has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Undefined {
    /// No unit has the labels of two coders.
    NoPairableUnit,
    /// Only one unit has the labels of two coders: chance cannot be told from agreement.
    OneUnit,
    /// All coders put all units in one category: neither agreement nor chance can vary.
    OneCategoryUsed,
    /// The codebook declares fewer than two categories.
    OneCategoryDeclared,
    /// The weights call all categories the same, so that nothing counts as disagreement.
    NoDistance,
    /// A distance is not between 0 and 1.
    NotADistance,
    /// The weights were made for another number of categories.
    OtherCategories,
    /// The coefficient belongs to exactly two coders.
    NotTwoCoders,
    /// Fewer coders than the figure needs have given labels.
    TooFewCoders,
    /// The figure belongs to exactly two categories.
    NotTwoCategories,
    /// Nobody used the code.
    CodeUnused,
    /// More distinct sets occur than are compared with one another.
    TooManySets,
}
