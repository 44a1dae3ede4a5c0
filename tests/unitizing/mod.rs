//! Unitizing, a model against gold, and intervals for a proportion.

mod matching;
mod proportion;

/// Tells whether two numbers differ by less than a billionth.
fn is_close(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-9
}
