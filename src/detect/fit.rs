//! Fits the weights to judged turns, and tells how good they are on turns that they were not fitted on.
//!
//! Each weight is drawn towards what the lexicon believes of it, so that a feature that the judged turns hardly show keeps
//! its belief. Turns of one repository resemble one another, so a repository is either fitted on or held out as a whole,
//! and a large one counts for less than its number of turns.

use std::collections::{BTreeMap, HashMap};

use super::signs::Sign;
use super::{Detector, believed, features};
use crate::model::Session;
use crate::stats::{Prior, Row, Scored, at_recall, fit, logistic, predictor};

use super::weights::Weights;

/// How many parts the repositories are divided into, each held out once.
const FOLDS: usize = 10;

/// The shares of pushback for which a threshold is kept.
const RECALLS: [&str; 9] = [
    "0.50", "0.60", "0.70", "0.80", "0.85", "0.90", "0.95", "0.98", "0.99",
];

/// The share of pushback that the default threshold finds: a coder dismisses a wrong mark with one key, and never sees a
/// turn that was not marked.
const DEFAULT: f64 = 0.9;

/// How firmly the lexicon's beliefs are held: one over the variance of a weight around its belief.
const FIRMNESS: Firmness = Firmness {
    base: 0.1,
    sign: 20.0,
    word: 10.0,
    phrase: 5.0,
};

struct Firmness {
    base: f64,
    sign: f64,
    word: f64,
    phrase: f64,
}

/// A judged turn, as the detector sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    values: Vec<(usize, f64)>,
    /// Whether the turn was judged to push back.
    pub pushback: bool,
    /// The repository, or what else holds turns together that resemble one another.
    pub group: String,
}

/// Weights, and how they do on turns that they were not fitted on.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// Fitted on all examples and calibrated.
    pub weights: Weights,
    /// For each example its score by weights that were fitted and calibrated without its group.
    pub held_out: Vec<f64>,
}

/// A group of features that can be left out, to see what it adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The phrases of the lexicon.
    Phrases,
    /// The groups of words in the turn.
    Words,
    /// What the agent said before: claims, offers, questions, apologies, silence.
    Agent,
    /// What happened before: interruptions, refusals, requests taken back or said again, the place in the session.
    Situation,
    /// Pasted lines and errors in them.
    Pasted,
    /// The shape of the text.
    Shape,
}

impl Part {
    /// All parts.
    pub const ALL: [Part; 6] = [
        Part::Phrases,
        Part::Words,
        Part::Agent,
        Part::Situation,
        Part::Pasted,
        Part::Shape,
    ];

    /// Gives the name for tables.
    pub fn name(self) -> &'static str {
        match self {
            Part::Phrases => "phrases",
            Part::Words => "small words",
            Part::Agent => "what the agent said",
            Part::Situation => "what happened before",
            Part::Pasted => "pasted text",
            Part::Shape => "shape of the text",
        }
    }

    /// Gives the part of a sign; `None` for the base.
    fn of(sign: Sign) -> Option<Part> {
        Some(match sign {
            Sign::Base => return None,
            Sign::FirstTurn
            | Sign::Interrupted
            | Sign::Refused
            | Sign::RefusalWords
            | Sign::TakenBack
            | Sign::AfterTakenBack
            | Sign::Repeated
            | Sign::Restated
            | Sign::Steering
            | Sign::Answer
            | Sign::Later
            | Sign::PushedBefore => Part::Situation,
            Sign::ErrorAfterClaim | Sign::PastedError | Sign::PastedLines | Sign::OnlyPasted => {
                Part::Pasted
            }
            Sign::Shouting
            | Sign::Marks
            | Sign::Question
            | Sign::LowerCase
            | Sign::NamesFile
            | Sign::Link
            | Sign::Few
            | Sign::Long
            | Sign::VeryLong => Part::Shape,
            Sign::AgentSilent | Sign::AgentAsked => Part::Agent,
            Sign::PhraseFirst
            | Sign::PhrasesInLong
            | Sign::PhrasesInQuestion
            | Sign::NoPhrase
            | Sign::NoPhraseAfterClaim => Part::Phrases,
        })
    }
}

impl Detector {
    /// Gives every developer turn of a session as an example, in order; `judged` tells of the turn with this number, from
    /// 1, whether it was judged to push back, and gives `None` for one that was not judged.
    pub fn examples(
        &self,
        session: &Session,
        group: &str,
        judged: impl Fn(u32) -> Option<bool>,
    ) -> Vec<(u32, Example)> {
        let seen = (1..).zip(self.evidence(session));
        seen.filter_map(|(turn, (_, evidence))| {
            let example = Example {
                values: evidence.values,
                pushback: judged(turn)?,
                group: group.to_owned(),
            };
            Some((turn, example))
        })
        .collect()
    }

    /// Gives the score of an example by the detector's own weights, in `[0, 1]`.
    pub fn score(&self, example: &Example) -> f64 {
        logistic(predictor(&example.values, &self.weights))
    }

    /// Fits weights to examples. `None` where they come from one group only, or do not hold both pushback and other turns:
    /// nothing could be said of how good the weights are.
    pub fn fit(&self, examples: &[Example]) -> Option<Fitted> {
        self.fit_from(&believed(&self.lexicon), examples)
    }

    /// Fits the detector's own weights further, to examples of one study: each is drawn towards what it is, so that few
    /// verdicts move little. `None` as in [`Detector::fit`].
    ///
    /// The thresholds of `known` stay. Scores are calibrated before and after, so the same one means the same; and
    /// which score finds how much of the pushback cannot be told from turns that are decided on because they were
    /// marked: taken from these, the threshold would rise with every fit.
    pub fn refit(&self, examples: &[Example], known: &Weights) -> Option<Fitted> {
        let mut fitted = self.fit_from(&self.weights, examples)?;
        fitted.weights.threshold = known.threshold;
        fitted.weights.recall = known.recall.clone();
        Some(fitted)
    }

    fn fit_from(&self, means: &[f64], examples: &[Example]) -> Option<Fitted> {
        let priors = self.priors(means);
        let (sums, folds) = held_out(examples, &priors)?;
        let weights = fit(&rows(examples.iter()), &priors);
        let (shift, slope) = calibrate(&sums, examples)?;
        let held_out = calibrated_apart(&sums, &folds, examples)?;
        let scored: Vec<Scored> = held_out
            .iter()
            .zip(examples)
            .map(|(score, own)| (*score, own.pushback))
            .collect();
        let recall = RECALLS.iter().filter_map(|share| {
            let cut = at_recall(&scored, share.parse().ok()?)?;
            Some(((*share).to_owned(), rounded(cut.threshold, 3.0)))
        });
        let named = features::names(&self.lexicon).into_iter().zip(weights);
        let scaled = named.map(|(name, weight)| {
            let base = if name == Sign::Base.name() {
                shift
            } else {
                0.0
            };
            (name, rounded(slope * weight + base, 4.0))
        });
        let weights = Weights {
            lexicon: self.lexicon.version.clone(),
            turns: examples.len(),
            pushback: examples.iter().filter(|own| own.pushback).count(),
            groups: groups(examples).len(),
            threshold: rounded(at_recall(&scored, DEFAULT)?.threshold, 3.0),
            recall: recall.collect(),
            weights: scaled.collect(),
        };
        Some(Fitted { weights, held_out })
    }

    /// Gives the held-out scores of a fit without a part of the features.
    pub fn fit_without(&self, part: Part, examples: &[Example]) -> Option<Vec<f64>> {
        let dropped = self.features_of(part);
        let without = |own: &Example| Example {
            values: own
                .values
                .iter()
                .copied()
                .filter(|(at, _)| !dropped.contains(at))
                .collect(),
            ..own.clone()
        };
        let examples: Vec<Example> = examples.iter().map(without).collect();
        let (sums, folds) = held_out(&examples, &self.priors(&believed(&self.lexicon)))?;
        calibrated_apart(&sums, &folds, &examples)
    }

    fn features_of(&self, part: Part) -> Vec<usize> {
        let signs = Sign::ALL.iter().map(|sign| Part::of(*sign));
        let words = self.lexicon.words.iter().map(|own| match own.of {
            super::Speaker::Agent => Some(Part::Agent),
            super::Speaker::Developer => Some(Part::Words),
        });
        let phrases = self.lexicon.entries.iter().map(|_| Some(Part::Phrases));
        let parts = signs.chain(words).chain(phrases).enumerate();
        let own = parts.filter(|(_, own)| *own == Some(part));
        own.map(|(at, _)| at).collect()
    }

    fn priors(&self, means: &[f64]) -> Vec<Prior> {
        let (signs, words) = (Sign::ALL.len(), self.lexicon.words.len());
        let priors = means.iter().enumerate().map(|(at, mean)| Prior {
            mean: *mean,
            precision: match at {
                0 => FIRMNESS.base,
                at if at < signs => FIRMNESS.sign,
                at if at < signs + words => FIRMNESS.word,
                _ => FIRMNESS.phrase,
            },
        });
        priors.collect()
    }
}

fn rounded(value: f64, digits: f64) -> f64 {
    let scale = 10_f64.powf(digits);
    (value * scale).round() / scale
}

/// Counts the examples of each group.
fn groups(examples: &[Example]) -> BTreeMap<&str, usize> {
    let mut groups = BTreeMap::new();
    for example in examples {
        *groups.entry(example.group.as_str()).or_default() += 1;
    }
    groups
}

/// Gives the rows of a fit; a group with n examples counts as much as the root of n.
fn rows<'a>(examples: impl Iterator<Item = &'a Example> + Clone) -> Vec<Row<'a>> {
    let mut sizes: HashMap<&str, f64> = HashMap::new();
    for example in examples.clone() {
        *sizes.entry(&example.group).or_default() += 1.0;
    }
    let raw = |own: &Example| 1.0 / sizes[own.group.as_str()].sqrt();
    let sum: f64 = examples.clone().map(raw).sum();
    let mean = sum / examples.clone().count().max(1) as f64;
    let row = |own: &'a Example| Row {
        values: &own.values,
        outcome: own.pushback,
        weight: raw(own) / mean,
    };
    examples.map(row).collect()
}

/// Gives for each example its sum by weights fitted without its part, and the part in which it is.
fn held_out(examples: &[Example], priors: &[Prior]) -> Option<(Vec<f64>, Vec<usize>)> {
    let groups = groups(examples);
    let both = examples.iter().any(|own| own.pushback) && examples.iter().any(|own| !own.pushback);
    (groups.len() > 1 && both).then_some(())?;
    let fold_of = folds(&groups);
    let folds: Vec<usize> = examples
        .iter()
        .map(|own| fold_of[own.group.as_str()])
        .collect();
    let mut sums = vec![0.0; examples.len()];
    for fold in 0..FOLDS.min(groups.len()) {
        let others = examples
            .iter()
            .zip(&folds)
            .filter(|(_, own)| **own != fold)
            .map(|(example, _)| example);
        let weights = fit(&rows(others), priors);
        for ((sum, own), at) in sums.iter_mut().zip(examples).zip(&folds) {
            if *at == fold {
                *sum = predictor(&own.values, &weights);
            }
        }
    }
    Some((sums, folds))
}

/// Puts every group into a part, the largest first into the part that is smallest.
fn folds<'a>(groups: &BTreeMap<&'a str, usize>) -> HashMap<&'a str, usize> {
    let mut sorted: Vec<(&str, usize)> = groups.iter().map(|(name, size)| (*name, *size)).collect();
    sorted.sort_by_key(|(_, size)| usize::MAX - size);
    let mut sizes = vec![0; FOLDS.min(groups.len())];
    let place = |(name, size)| {
        let smallest = (0..sizes.len()).min_by_key(|at| sizes[*at]).unwrap_or(0);
        sizes[smallest] += size;
        (name, smallest)
    };
    sorted.into_iter().map(place).collect()
}

/// Fits shift and slope with which sums become chances (Platt 1999).
fn calibrate(sums: &[f64], examples: &[Example]) -> Option<(f64, f64)> {
    let values: Vec<[(usize, f64); 2]> = sums.iter().map(|sum| [(0, 1.0), (1, *sum)]).collect();
    let row = |(values, own): (&'_ [(usize, f64); 2], &Example)| (*values, own.pushback);
    let pairs: Vec<([(usize, f64); 2], bool)> = values.iter().zip(examples).map(row).collect();
    let rows = pairs.iter().map(|(values, outcome)| Row {
        values,
        outcome: *outcome,
        weight: 1.0,
    });
    let prior = |mean| Prior {
        mean,
        precision: 1.0,
    };
    let fitted = fit(&rows.collect::<Vec<_>>(), &[prior(0.0), prior(1.0)]);
    Some((*fitted.first()?, *fitted.get(1)?))
}

/// Gives held-out scores, each part calibrated by the others.
fn calibrated_apart(sums: &[f64], folds: &[usize], examples: &[Example]) -> Option<Vec<f64>> {
    let parts = folds.iter().max()? + 1;
    let mut scores = vec![0.0; sums.len()];
    for fold in 0..parts {
        let others = || (0..sums.len()).filter(|at| folds[*at] != fold);
        let kept: Vec<f64> = others().map(|at| sums[at]).collect();
        let known: Vec<Example> = others().map(|at| examples[at].clone()).collect();
        let (shift, slope) = calibrate(&kept, &known)?;
        for at in (0..sums.len()).filter(|at| folds[*at] == fold) {
            scores[at] = logistic(shift + slope * sums[at]);
        }
    }
    Some(scores)
}
