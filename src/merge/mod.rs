//! Several coders' studies become one: what they have in common, where they contradict each other, and the union.
//!
//! Plain values in, plain values out: this room meets no file and no database.

mod compare;
mod disputes;
mod doubts;
mod ratings;
mod settle;
mod union;

pub use compare::{Coded, Compared, Comparison, MatchedEpisode};
pub use disputes::{Dispute, Item, Side, What, queue};
pub use doubts::{Doubt, doubts};
pub use ratings::{Applying, Extent, Finding, FoundBy, MatchCounts, Rated, Reached};
pub use settle::{Take, adopt, preview, reopen, settle};
pub use union::{
    CodebookDifferences, CoderFacts, Difference, DifferenceKind, Elsewhere, Findings, Input,
    InputFacts, Longer, Options, OtherWords, Partly, Plan, Refusal, SessionFindings, TextDiffers,
    Union, WrongCall, plan,
};
