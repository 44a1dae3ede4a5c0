//! How sure it is that a coefficient reaches a level of a scale of interpretation.

use super::quantile::normal_share;

/// The lower ends of the levels of Landis & Koch (1977), p. 165, best first: almost perfect, substantial, moderate,
/// fair, slight, poor. They were made for kappa.
pub const LANDIS_KOCH: [f64; 6] = [0.8, 0.6, 0.4, 0.2, 0.0, -1.0];

/// For each level the probability, in [0, 1], that the true coefficient reaches it: [Φ((g - lo) / SE) - Φ((g - 1) /
/// SE)] / [Φ((g + 1) / SE) - Φ((g - 1) / SE)].
///
/// `None` where the standard error is 0 or not a number: that is no certainty.
///
/// Source: Gwet (2014), ch. 6.
pub fn benchmark(value: f64, error: f64, lower_ends: &[f64]) -> Option<Vec<f64>> {
    if !(error > 0.0 && error.is_finite() && value.is_finite()) {
        return None;
    }
    let below = |end: f64| normal_share((value - end) / error);
    let within = below(-1.0) - below(1.0);
    let reached = |end: &f64| ((below(*end) - below(1.0)) / within).clamp(0.0, 1.0);
    (within > 0.0).then(|| lower_ends.iter().map(reached).collect())
}

/// The best level that is reached with a probability of 0.95 or more, by its place in the scale.
///
/// Source: Gwet (2014), ch. 6.
pub fn level_reached(probabilities: &[f64]) -> Option<usize> {
    probabilities.iter().position(|reached| *reached >= 0.95)
}
