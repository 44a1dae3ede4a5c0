//! Several coders' labels, put together.
//!
//! Pure: values in, values out. The verbs read the values from study files and write what follows from them.

mod compare;
mod disputes;
mod ratings;

pub use compare::{Coded, Compared, Comparison, MatchedEpisode};
pub use disputes::{Dispute, Item, Side, Take, What, adopt, queue, settle};
pub use ratings::{Applying, Finding, FoundBy, MatchCounts, Rated, Reached};
