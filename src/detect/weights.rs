//! The weights of the features, and the text that keeps them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::lexicon::LexiconError;

/// The weights that turn what is seen at a turn into a score, and the thresholds that go with them.
///
/// A score is `1 / (1 + exp(-sum))` over the weights of what is seen. It is calibrated: of turns scored .8 about 8 of 10
/// push back, in the data that the weights were fitted on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// Version of the lexicon whose features these are.
    pub lexicon: String,
    /// How many judged turns the weights were fitted on, and how many of them push back.
    pub turns: usize,
    /// How many of the turns push back.
    pub pushback: usize,
    /// From how many repositories (or sessions) the turns came.
    pub groups: usize,
    /// The score from which a turn is shown to a coder, unless the coder says otherwise.
    pub threshold: f64,
    /// For a share of the pushback, as text, the score from which on that much was found in turns that were not fitted on.
    pub recall: BTreeMap<String, f64>,
    /// The weight of each feature, by name.
    pub weights: BTreeMap<String, f64>,
}

/// The weights inside the binary.
const FITTED: &str = include_str!("../../assets/weights.toml");

impl Weights {
    /// Gives the weights inside the binary.
    ///
    /// # Panics
    ///
    /// Never: a test reads them.
    pub fn standard() -> Weights {
        Weights::parse(FITTED, "assets/weights.toml").expect("a test reads the weights inside")
    }

    /// Reads weights from their text; `file` is its name for errors.
    ///
    /// # Errors
    ///
    /// The first mistake, with its line.
    pub fn parse(text: &str, file: &str) -> Result<Weights, LexiconError> {
        let weights: Weights = toml::from_str(text).map_err(|bad| {
            let offset = bad.span().map_or(0, |span| span.start);
            let before = text.get(..offset).unwrap_or(text);
            let line = before.matches('\n').count() + 1;
            LexiconError::new(file, line, bad.message().replace('\n', ", "))
        })?;
        let is_share = |share: &f64| (0.0..=1.0).contains(share);
        let scores = std::iter::once(&weights.threshold).chain(weights.recall.values());
        if !scores.into_iter().all(is_share) {
            return Err(LexiconError::new(
                file,
                1,
                "a threshold lies outside 0 to 1",
            ));
        }
        if !weights.weights.values().all(|weight| weight.is_finite()) {
            return Err(LexiconError::new(file, 1, "a weight is no number"));
        }
        Ok(weights)
    }

    /// Gives the weights as the text that [`Weights::parse`] reads.
    ///
    /// # Panics
    ///
    /// Never: the values are text and numbers.
    pub fn to_text(&self) -> String {
        let body = toml::to_string(self).expect("text and numbers are written");
        format!("{HEAD}\n{body}")
    }

    /// Gives the score from which on this share of the pushback is found, the next larger share that is known;
    /// `None` where none is.
    pub fn threshold_for(&self, recall: f64) -> Option<f64> {
        let known = self.recall.iter();
        let mut known: Vec<(f64, f64)> = known
            .filter_map(|(share, score)| Some((share.parse().ok()?, *score)))
            .collect();
        known.sort_by(|one, other| one.0.total_cmp(&other.0));
        let enough = |own: &&(f64, f64)| own.0 >= recall - 1e-9;
        known.iter().find(enough).map(|own| own.1)
    }
}

/// What stands above the weights.
const HEAD: &str = "\
# The weights of the pushback detector, fitted to judged turns by `pushback detect --fit`.
#
# A turn's score is 1 / (1 + exp(-sum)), where the sum runs over the weights of what is seen at it, each times its value:
# 1 for what is there or not; for phrases 1 for the heaviest and half as much for each further one.";
