//! The scales of interpretation, for those who ask for them.

use super::values::Figure;
use crate::agreement::{LANDIS_KOCH, benchmark, level_reached};

/// What has to be said beside any such word.
pub(super) const CAVEAT: &str = "Words such as \"substantial\" (Landis & Koch 1977) were made for kappa and called arbitrary by their authors; they do not carry over to AC1, to weighted kappa or to other numbers of codes. Shown is the best level that is reached with a probability of at least 95 % (Gwet 2014). Krippendorff asks of the lower end of alpha's interval: .800 to rely on it, .667 for tentative conclusions.";

const LEVELS: [&str; 6] = [
    "almost perfect",
    "substantial",
    "moderate",
    "fair",
    "slight",
    "poor",
];

/// Gives the level of a coefficient in words; `None` where no scale is made for the figure, or its error is not known.
pub(super) fn level(figure: &Figure) -> Option<String> {
    let id = figure.figure;
    if id.starts_with("alpha") || id == "turn_alpha" {
        let low = figure.low?;
        let word = if low >= 0.8 {
            "rely on it"
        } else if low >= 0.667 {
            "tentative"
        } else {
            "do not rely on it"
        };
        return Some(format!("{word} (Krippendorff)"));
    }
    let has_scale = ["kappa", "pi", "ac1", "ac2", "brennan", "pabak"];
    if !has_scale.iter().any(|own| id.starts_with(own)) {
        return None;
    }
    let reached = benchmark(figure.value?, figure.standard_error?, &LANDIS_KOCH)?;
    let level = level_reached(&reached)?;
    let word = LEVELS.get(level)?;
    Some(format!("{word}, p = {:.2}", reached.get(level)?))
}
