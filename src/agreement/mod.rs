//! How far coders agree: numbers in, numbers out.
//!
//! The room knows no label, codebook, study file or text. It counts in integers, so that the question whether a
//! figure exists is answered exactly, and says [`Undefined`] with a reason where one does not.

mod matching;
mod proportion;
mod undefined;
pub use matching::{Edge, best_matching};
pub use proportion::{Confidence, Interval, Proportion, brennan_prediger_image, perfect_lower};
pub use undefined::Undefined;
