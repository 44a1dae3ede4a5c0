//! Several coders' studies become one: what they have in common, where they contradict each other, and the union.
//!
//! Plain values in, plain values out: this room meets no file and no database.

mod union;

pub use union::{
    CodebookDifferences, CoderFacts, Difference, DifferenceKind, Elsewhere, Findings, Input,
    InputFacts, Longer, Options, OtherWords, Partly, Plan, Refusal, SessionFindings, TextDiffers,
    Union, WrongCall, plan,
};
