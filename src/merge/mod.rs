//! Several coders' labels, put together.
//!
//! Pure: values in, values out. The verbs read the values from study files and write what follows from them.

mod compare;
mod disputes;
mod settle;

pub use compare::{Coded, Compared, Comparison, MatchedEpisode};
pub use disputes::{Dispute, Item, Side, What, queue};
pub use settle::{Take, adopt, preview, settle};
