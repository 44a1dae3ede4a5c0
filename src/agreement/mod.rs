//! How far coders agree: numbers in, numbers out.
//!
//! The room knows no label, codebook, study file or text. It counts in integers, so that the question whether a
//! figure exists is answered exactly, and says [`Undefined`] with a reason where one does not.

mod classify;
mod continuum;
mod fraction;
mod matching;
mod mean;
mod multilabel;
mod pairing;
mod proportion;
mod turns;
mod undefined;
mod unitize;
mod unitized_alpha;

pub use classify::{CodeCounts, Confusion, Shift, macro_f1, micro_f1};
pub use continuum::{CodedSection, CodedSpan};
pub use matching::{Edge, best_matching};
pub use mean::Mean;
pub use multilabel::SetScores;
pub use pairing::{Pairing, pair_up};
pub use proportion::{Confidence, Interval, Proportion, brennan_prediger_image, perfect_lower};
pub use turns::{Span, TurnSet};
pub use undefined::Undefined;
pub use unitize::{
    ANY_OVERLAP, EXACT, HALF, PairCounts, Section, SpanCounts, TurnPattern, pair_counts,
    turn_patterns, turn_table,
};
pub use unitized_alpha::{UnitSums, ValueSums};
