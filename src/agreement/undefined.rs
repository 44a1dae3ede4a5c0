//! Why a number does not exist.

/// Why a figure has no value. It is never shown as 0, 1 or NaN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Undefined {
    /// Nothing was counted: the quotient would be 0/0.
    NoUnits,
    /// One category is all there is, so that chance alone explains everything.
    OneCategory,
    /// Fewer than two coders looked, so that there is nothing to compare.
    NoPairs,
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
