//! The arithmetic of the coefficients: from counts of rows to observed and expected disagreement.
//!
//! What depends on a row alone is computed once, so that a resample costs a walk over the distinct rows.

use std::borrow::Cow;

use super::bootstrap::Measure;
use super::tally::given;
use super::{Coefficient, Tally, Undefined, Weights};

/// A coefficient made ready for the rows of a tally.
pub(super) struct Prepared<'a> {
    pub(super) coefficient: Coefficient,
    pub(super) weights: Cow<'a, Weights>,
    pub(super) rows: Vec<Row>,
    pub(super) coders: usize,
}

/// What a row of labels contributes for each unit that shows it.
pub(super) struct Row {
    /// The number of labels.
    pub(super) labels: f64,
    /// The mean numerator of the distance over pairs of labels; 0 for a single label.
    pub(super) apart: f64,
    /// How often each category occurs.
    pub(super) categories: Vec<(usize, f64)>,
    /// The category of each coder who gave one.
    pub(super) choices: Vec<(usize, usize)>,
}

/// A coefficient and what it is made of, for one set of counts.
pub(super) struct Parts {
    pub(super) value: f64,
    /// Observed disagreement, between 0 and 1.
    pub(super) observed_apart: f64,
    /// Expected disagreement, between 0 and 1; 1 where no chance is taken off.
    pub(super) expected_apart: f64,
    pub(super) has_chance: bool,
    /// Units that count, with singly coded ones where they do.
    pub(super) units: f64,
    pub(super) pairable: f64,
    /// The share of each category, where the coefficient needs it.
    pub(super) shares: Vec<f64>,
    /// For each coder the number of labels and the share of each category, for kappa.
    pub(super) margins: Vec<(f64, Vec<f64>)>,
    /// The distances that the labels themselves make, for ordinal alpha.
    pub(super) own_weights: Option<Weights>,
}

impl<'a> Prepared<'a> {
    pub(super) fn new(tally: &Tally, measure: Measure<'a>) -> Result<Self, Undefined> {
        let weights = fitting_weights(tally, measure)?;
        let rows = tally.rows.iter().map(|row| Row::new(row, &weights));
        Ok(Self {
            coefficient: measure.coefficient,
            rows: rows.collect(),
            weights,
            coders: tally.coders,
        })
    }

    /// Computes the coefficient for counts of the rows.
    pub(super) fn parts(&self, counts: &[f64]) -> Result<Parts, Undefined> {
        let parts = self.observed(counts)?;
        match self.coefficient {
            Coefficient::Percent => Ok(parts),
            Coefficient::Specific(category) => self.specific(category, counts, parts),
            Coefficient::Cohen | Coefficient::Conger => self.kappa(counts, parts),
            Coefficient::Scott | Coefficient::Fleiss => self.pi(counts, parts),
            Coefficient::Gwet => self.gwet(counts, parts),
            Coefficient::BrennanPrediger | Coefficient::Pabak => self.even_chance(parts),
            Coefficient::Alpha => self.alpha(counts, parts, None),
            Coefficient::OrdinalAlpha => {
                let own = self.ordinal_distances(counts);
                self.alpha(counts, parts, Some(own))
            }
        }
    }

    /// Observed agreement, with no chance taken off yet.
    fn observed(&self, counts: &[f64]) -> Result<Parts, Undefined> {
        let (mut units, mut pairable, mut apart) = (0.0, 0.0, 0.0);
        for (row, count) in self.rows.iter().zip(counts) {
            units += count;
            if row.is_pairable() {
                pairable += count;
                apart += count * row.apart;
            }
        }
        if pairable == 0.0 {
            return Err(Undefined::NoPairableUnit);
        }
        if pairable < 2.0 && self.coefficient.corrects_for_chance() {
            return Err(Undefined::OneUnit);
        }
        let observed_apart = apart / pairable / self.weights.denominator();
        Ok(Parts {
            value: 1.0 - observed_apart,
            observed_apart,
            expected_apart: 1.0,
            has_chance: false,
            units,
            pairable,
            shares: Vec::new(),
            margins: Vec::new(),
            own_weights: None,
        })
    }

    fn specific(&self, category: usize, counts: &[f64], parts: Parts) -> Result<Parts, Undefined> {
        let (mut both, mut either) = (0.0, 0.0);
        for (row, count) in self.rows.iter().zip(counts) {
            let (agreeing, all) = row.specific(category);
            both += count * agreeing;
            either += count * all;
        }
        if either == 0.0 {
            return Err(Undefined::CodeUnused);
        }
        Ok(Parts {
            value: both / either,
            observed_apart: 1.0 - both / either,
            shares: vec![either / parts.pairable],
            ..parts
        })
    }

    /// Kappa: chance from the shares of each two coders.
    fn kappa(&self, counts: &[f64], parts: Parts) -> Result<Parts, Undefined> {
        let counted = self.margin_counts(counts);
        let (mut expected, mut pairs) = (0.0, 0.0);
        for (at, (labels, shares)) in counted.iter().enumerate() {
            for (others, other_shares) in &counted[at + 1..] {
                if *labels > 0.0 && *others > 0.0 {
                    expected += bilinear(&self.weights, shares, other_shares) / (labels * others);
                    pairs += 1.0;
                }
            }
        }
        if pairs == 0.0 {
            return Err(Undefined::TooFewCoders);
        }
        let margins = counted.into_iter().map(|(labels, shares)| {
            let share = |count: &f64| if labels > 0.0 { count / labels } else { 0.0 };
            (labels, shares.iter().map(share).collect())
        });
        let margins = margins.collect();
        let expected = expected / pairs / self.weights.denominator();
        over_chance(expected, Parts { margins, ..parts })
    }

    fn margin_counts(&self, counts: &[f64]) -> Vec<(f64, Vec<f64>)> {
        let mut margins = vec![(0.0, vec![0.0; self.weights.categories()]); self.coders];
        for (row, count) in self.rows.iter().zip(counts) {
            for (coder, category) in &row.choices {
                margins[*coder].0 += count;
                margins[*coder].1[*category] += count;
            }
        }
        margins
    }

    /// Scott's and Fleiss' chance: from the shares over all coders, each unit weighing the same.
    fn pi(&self, counts: &[f64], parts: Parts) -> Result<Parts, Undefined> {
        let masses = self.masses(counts);
        let all = parts.units * parts.units;
        let expected = bilinear(&self.weights, &masses, &masses) / all;
        let shares = masses.iter().map(|mass| mass / parts.units).collect();
        let expected = expected / self.weights.denominator();
        over_chance(expected, Parts { shares, ..parts })
    }

    fn masses(&self, counts: &[f64]) -> Vec<f64> {
        let mut masses = vec![0.0; self.weights.categories()];
        for (row, count) in self.rows.iter().zip(counts) {
            for (category, times) in &row.categories {
                masses[*category] += count * times / row.labels;
            }
        }
        masses
    }

    fn gwet(&self, counts: &[f64], parts: Parts) -> Result<Parts, Undefined> {
        let mut shares = self.masses(counts);
        for share in &mut shares {
            *share /= parts.units;
        }
        let spread: f64 = shares.iter().map(|share| share * (1.0 - share)).sum();
        let expected = 1.0 - self.gwet_factor()? * spread;
        over_chance(expected, Parts { shares, ..parts })
    }

    /// T / (q (q - 1)), T the sum of the weights.
    pub(super) fn gwet_factor(&self) -> Result<f64, Undefined> {
        let (categories, apart) = self.declared()?;
        Ok((categories * categories - apart) / (categories * (categories - 1.0)))
    }

    /// The number of categories, two or more, and the sum of the distances between them, above 0.
    fn declared(&self) -> Result<(f64, f64), Undefined> {
        let categories = self.weights.categories() as f64;
        if categories < 2.0 {
            return Err(Undefined::OneCategoryDeclared);
        }
        let apart = self.weights.total();
        if apart == 0.0 {
            return Err(Undefined::NoDistance);
        }
        Ok((categories, apart))
    }

    fn even_chance(&self, parts: Parts) -> Result<Parts, Undefined> {
        let (categories, apart) = self.declared()?;
        over_chance(apart / (categories * categories), parts)
    }

    fn alpha(
        &self,
        counts: &[f64],
        parts: Parts,
        own_weights: Option<Weights>,
    ) -> Result<Parts, Undefined> {
        let weights = own_weights.as_ref().unwrap_or(&self.weights);
        let (mut observed, mut labels) = (0.0, 0.0);
        for (row, count) in self.pairable_rows(counts) {
            labels += count * row.labels;
            observed += count * row.coincidences(weights);
        }
        let category_counts = self.label_counts(counts);
        let expected = bilinear(weights, &category_counts, &category_counts);
        if expected == 0.0 {
            return Err(Undefined::OneCategoryUsed);
        }
        let denominator = weights.denominator();
        Ok(Parts {
            value: 1.0 - (labels - 1.0) * observed / expected,
            observed_apart: observed / labels / denominator,
            expected_apart: expected / (labels * labels) / denominator,
            has_chance: own_weights.is_none(),
            shares: category_counts.iter().map(|count| count / labels).collect(),
            own_weights,
            ..parts
        })
    }

    /// The labels of each category in pairable units.
    fn label_counts(&self, counts: &[f64]) -> Vec<f64> {
        let mut labels = vec![0.0; self.weights.categories()];
        for (row, count) in self.pairable_rows(counts) {
            for (category, times) in &row.categories {
                labels[*category] += count * times;
            }
        }
        labels
    }

    /// Krippendorff's ordinal distances, on shares: the labels between two ranks, half of those at the ends.
    fn ordinal_distances(&self, counts: &[f64]) -> Weights {
        let labels = self.label_counts(counts);
        let all: f64 = labels.iter().sum::<f64>().max(1.0);
        let mut up_to = vec![0.0; labels.len()];
        let mut sum = 0.0;
        for (so_far, count) in up_to.iter_mut().zip(&labels) {
            sum += count;
            *so_far = sum - count / 2.0;
        }
        // With a common divisor of all² the numerators stay whole or half numbers squared.
        Weights::from_steps(labels.len(), all * all, |low, high| {
            let between: f64 = up_to[high] - up_to[low];
            between * between
        })
    }

    fn pairable_rows<'b>(&'b self, counts: &'b [f64]) -> impl Iterator<Item = (&'b Row, f64)> {
        let rows = self.rows.iter().zip(counts);
        rows.filter(|(row, _)| row.is_pairable())
            .map(|(row, count)| (row, *count))
    }
}

impl Row {
    fn new(row: &[u16], weights: &Weights) -> Self {
        let choices: Vec<(usize, usize)> = given(row).collect();
        let mut sorted: Vec<usize> = choices.iter().map(|(_, category)| *category).collect();
        sorted.sort_unstable();
        let same = sorted.chunk_by(|one, next| one == next);
        let categories: Vec<(usize, f64)> = same.map(|run| (run[0], run.len() as f64)).collect();
        let labels = choices.len() as f64;
        let apart = if choices.len() < 2 {
            0.0
        } else {
            pairs_apart(&categories, weights) / (labels * (labels - 1.0))
        };
        Self {
            labels,
            apart,
            categories,
            choices,
        }
    }

    pub(super) fn is_pairable(&self) -> bool {
        self.choices.len() >= 2
    }

    /// The disagreement of the ordered pairs of labels over r - 1: the unit's part of the coincidences.
    pub(super) fn coincidences(&self, weights: &Weights) -> f64 {
        if self.categories.len() < 2 {
            return 0.0;
        }
        pairs_apart(&self.categories, weights) / (self.labels - 1.0)
    }

    /// The ordered pairs of labels that agree on a category, and those whose first is of the category.
    pub(super) fn specific(&self, category: usize) -> (f64, f64) {
        let found = self.categories.iter().find(|(found, _)| *found == category);
        let times = found.map_or(0.0, |(_, times)| *times);
        (times * (times - 1.0).max(0.0), times * (self.labels - 1.0))
    }
}

/// Sums the distances of all ordered pairs of labels in a unit.
fn pairs_apart(categories: &[(usize, f64)], weights: &Weights) -> f64 {
    let mut apart = 0.0;
    for (at, (first, times)) in categories.iter().enumerate() {
        for (second, other_times) in &categories[at + 1..] {
            apart += 2.0 * times * other_times * weights.apart(*first, *second);
        }
    }
    apart
}

/// Gives Σ d<sub>kl</sub> a<sub>k</sub> b<sub>l</sub>: exactly 0 only if every term is.
fn bilinear(weights: &Weights, first: &[f64], second: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (category, times) in first.iter().enumerate() {
        if *times > 0.0 {
            let row = weights.row(category).iter().zip(second);
            sum += times * row.map(|(apart, other)| apart * other).sum::<f64>();
        }
    }
    sum
}

/// Takes chance off the observed agreement.
fn over_chance(expected_apart: f64, parts: Parts) -> Result<Parts, Undefined> {
    if expected_apart == 0.0 {
        return Err(Undefined::OneCategoryUsed);
    }
    Ok(Parts {
        value: 1.0 - parts.observed_apart / expected_apart,
        expected_apart,
        has_chance: true,
        ..parts
    })
}

/// Checks that a coefficient and its weights belong to the tally.
fn fitting_weights<'a>(tally: &Tally, measure: Measure<'a>) -> Result<Cow<'a, Weights>, Undefined> {
    match measure.coefficient {
        Coefficient::Cohen | Coefficient::Scott if tally.coders != 2 => {
            Err(Undefined::NotTwoCoders)
        }
        Coefficient::Pabak if tally.categories != 2 => Err(Undefined::NotTwoCategories),
        Coefficient::Pabak | Coefficient::OrdinalAlpha | Coefficient::Specific(_) => {
            Ok(Cow::Owned(Weights::identity(tally.categories)))
        }
        _ if measure.weights.categories() != tally.categories => Err(Undefined::OtherCategories),
        _ => Ok(Cow::Borrowed(measure.weights)),
    }
}
