//! Agreement between coders: coefficients, their uncertainty, and what to beware of. Numbers only.
//!
//! This room knows units, coders and the indices of categories. It never sees a label, a codebook, a file or a string
//! to print, and it never gives NaN: where a quotient has no meaning the answer is [`Undefined`], with the reason.
//!
//! The way through: [`Ratings`] (or [`SetRatings`], where a coder may give several codes) hold what each coder chose
//! for each unit, and the session that a unit comes from. [`Tally`] counts how often each row of choices occurs, and
//! everything else is computed from those counts, so that its cost hardly depends on the number of units:
//! [`Tally::estimate`] gives a [`Coefficient`] with its standard error, [`Tally::bootstrap`] an interval by
//! resampling, [`Binary`] the indices of a two by two table, [`Tally::of`] and [`Tally::without`] the views of single
//! coders, [`Tally::apart`] one coder beside the others.
//!
//! Every coefficient has the form 1 - D<sub>o</sub>/D<sub>e</sub>, and both disagreements are sums of numbers that are
//! never negative. "All units in one category" is therefore an exact zero of D<sub>e</sub>, whatever the number of
//! units, and never a difference of rounded shares.

mod apart;
mod benchmark;
mod binary;
mod bootstrap;
mod classify;
mod coders;
mod coefficient;
mod continuum;
mod flags;
mod fraction;
mod interval;
mod linearise;
mod matching;
mod mean;
mod multilabel;
mod pairing;
mod prepared;
mod proportion;
mod quantile;
mod ratings;
mod sets;
mod table;
mod tally;
mod turns;
mod undefined;
mod unitize;
mod unitized_alpha;
mod urn;
mod weights;

pub use apart::Apart;
pub use benchmark::{LANDIS_KOCH, benchmark, level_reached};
pub use binary::{Binary, Index, Share};
pub use bootstrap::{Measure, Method, Resampled, Resampling, side_by_side};
pub use classify::{CodeCounts, Confusion, Shift, macro_f1, micro_f1};
pub use coders::Spread;
pub use coefficient::{Coefficient, Estimate};
pub use continuum::{CodedSection, CodedSpan};
pub use flags::{FEW_UNITS, Flag, MOST_DROPPED, RARE_CODE};
pub use interval::{Basis, Interval, NoInterval, StandardError};
pub use matching::{Edge, best_matching};
pub use mean::Mean;
pub use multilabel::SetScores;
pub use pairing::{Pairing, pair_up};
pub use proportion::{Confidence, Proportion};
pub use ratings::{Ratings, Unfit};
pub use sets::{CodeSet, MOST_CODES, MOST_SETS, SetDistance, SetMeasure, SetRatings, SetTally};
pub use table::Table;
pub use tally::{Missing, Seen, Tally};
pub use turns::{Span, TurnSet};
pub use undefined::Undefined;
pub use unitize::{ANY_OVERLAP, EXACT, HALF, PairCounts, Section, SpanCounts, pair_counts};
pub use unitized_alpha::{UnitSums, ValueSums};
pub use urn::draw_one_by_one;
pub use weights::Weights;
