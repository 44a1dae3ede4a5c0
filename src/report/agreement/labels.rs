//! What agreement is computed from: numbers that the caller takes from the labels.

use crate::agreement::{Ratings, Section, SetRatings};

/// The labels of some coders beside each other.
#[derive(Debug, Clone)]
pub struct Labels {
    /// The coders' names; everything below keeps this order.
    pub coders: Vec<String>,
    /// How much each coder did.
    pub reached: Vec<Reached>,
    /// Verdicts by unit: 0 an episode, 1 not an episode.
    pub verdicts: Ratings,
    /// Reasons for *not an episode*, by unit, in the order of the codebook.
    pub reasons: Ratings,
    /// What each two coders found.
    pub found: Vec<Found>,
    /// Whether the labels name their units themselves, so that nobody had to find them.
    pub names_its_units: bool,
    /// Developer turns: 0 in an episode, 1 in none.
    pub turns: Ratings,
    /// Sessions whose turns are left out there, since their length is not known.
    pub without_length: u64,
    /// What became of the episodes.
    pub matching: Matching,
    /// The fields, in the order of the codebook.
    pub fields: Vec<FieldLabels>,
}

/// How much a coder did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reached {
    /// Sessions with a decided turn.
    pub sessions: u64,
    /// Decided turns.
    pub turns: u64,
    /// Episodes.
    pub episodes: u64,
}

/// What two coders found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Place of the first coder.
    pub first: usize,
    /// Place of the second.
    pub second: usize,
    /// One for each session, of these two coders; the same sessions for every pair.
    pub sections: Vec<Section>,
    /// Turns that one marked by hand and the other passed over.
    pub passed_over: u64,
}

/// What became of the episodes of units that two coders or more decided.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Matching {
    /// Episodes that two coders or more have.
    pub matched: u64,
    /// Episodes of one coder where every other says that there is none.
    pub verdict_differs: u64,
    /// Episodes of one coder where another has episodes too, but not this one.
    pub unmatched: u64,
}

impl Matching {
    /// Gives how many different episodes there are.
    pub fn all(self) -> u64 {
        self.matched + self.verdict_differs + self.unmatched
    }
}

/// Codes, one or several for each episode.
#[derive(Debug, Clone)]
pub enum Answers {
    /// One.
    One(Ratings),
    /// A set.
    Many(SetRatings),
}

/// The labels of one field of the codebook.
#[derive(Debug, Clone)]
pub struct FieldLabels {
    /// Id of the field.
    pub field: String,
    /// The codes of matched episodes, where the field applies.
    pub codes: Answers,
    /// The places on the declared scale, lowest first; codes outside it are no labels there.
    pub scale: Option<Ratings>,
    /// What there is more for a field that does not always apply.
    pub conditional: Option<Conditional>,
    /// The values of the attribute, one unit for each code that both gave.
    pub attribute: Option<Ratings>,
}

/// The other readings of a field that does not always apply.
#[derive(Debug, Clone)]
pub struct Conditional {
    /// Whether it applies: 0 yes, 1 no.
    pub gate: Ratings,
    /// Episodes to which it applies for one coder at least; the last category is *does not apply*.
    pub either: Answers,
    /// All episodes, likewise.
    pub everywhere: Answers,
}
