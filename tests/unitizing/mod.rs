//! Unitizing, a model against gold, and intervals for a proportion.

mod alpha;
mod classify;
mod matching;
mod proportion;
mod reference;
mod spans;

use pushback::agreement::{Span, TurnSet};

/// Tells whether two numbers differ by less than a billionth.
fn is_close(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-9
}

fn span(start: u32, end: u32) -> Span {
    Span { start, end }
}

fn episode(start: u32, end: u32) -> TurnSet {
    TurnSet::from_spans([span(start, end)])
}

/// Gives a row of episodes from their first and last borders.
fn episodes(borders: &[(u32, u32)]) -> Vec<TurnSet> {
    borders
        .iter()
        .map(|(start, end)| episode(*start, *end))
        .collect()
}
