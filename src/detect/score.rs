//! One number from many reasons.

use super::signs::{Sign, SignWeights};

/// How much each further phrase counts, next to the one before it.
const DECAY: f64 = 0.5;

/// Gives how much a turn looks like pushback, in `[0, 1]`: a logistic curve over the summed weights.
///
/// Phrases repeat one another more than they add up, so each counts half as much as the next heavier one, and
/// those that speak against pushback likewise.
pub(super) fn score(phrases: &[f64], signs: &[Sign], weights: &SignWeights) -> f64 {
    let (against, favour): (Vec<f64>, Vec<f64>) = phrases.iter().partition(|weight| **weight < 0.0);
    let signs: f64 = signs.iter().map(|sign| sign.weight(weights)).sum();
    logistic(weights.base + signs + fading_sum(favour) + fading_sum(against))
}

fn fading_sum(mut weights: Vec<f64>) -> f64 {
    weights.sort_by(|one, other| other.abs().total_cmp(&one.abs()));
    let summed = weights
        .into_iter()
        .fold((0.0, 1.0), |(sum, share), weight| {
            (sum + share * weight, share * DECAY)
        });
    summed.0
}

fn logistic(sum: f64) -> f64 {
    1.0 / (1.0 + (-sum).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_phrases_count_less() {
        assert!((fading_sum(vec![1.0, 2.0, 4.0]) - 5.25).abs() < 1e-12);
        assert!((fading_sum(vec![-1.0, -2.0]) + 2.5).abs() < 1e-12);
        assert!(fading_sum(Vec::new()).abs() < 1e-12);
    }
}
