//! Why a number does not exist.

/// Why a figure has no value. It is never shown as 0, 1 or NaN.
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
    /// Nothing was counted: the quotient would be 0/0.
    NoUnits,
    /// A set without members was compared.
    Empty,
    /// Spans of one coder lie over each other where the coefficient asks for a partition.
    OverlappingSpans,
    /// Sections with different numbers of coders were added up where the coefficient asks for one number.
    UnevenCoders,
    /// A code lies outside the declared ones.
    UnknownCode,
    /// More successes than trials were given.
    PartExceedsWhole,
}
