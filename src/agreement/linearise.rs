//! Linearised values: how far each unit pulls a coefficient.
//!
//! Each coefficient is a smooth function of means over units. The linearised value of a unit is its term in the first
//! order expansion, from which every standard error follows.
//!
//! Source: Gwet (2008; 2014, ch. 5); Fleiss, Cohen & Everitt (1969). Their variance estimators are sums of these.

use super::prepared::{Parts, Prepared, Row};
use super::{Coefficient, Weights};

/// The linearised value of each row, and the number of units that they are about.
pub(super) struct Influences {
    pub(super) by_row: Vec<f64>,
    pub(super) units: f64,
}

/// Computes the linearised value of each row.
pub(super) fn influences(prepared: &Prepared, counts: &[f64], parts: &Parts) -> Influences {
    let by_row = match prepared.coefficient {
        Coefficient::Alpha | Coefficient::OrdinalAlpha => alpha(prepared, counts, parts),
        Coefficient::Specific(category) => specific(prepared, category, parts),
        _ => over_chance(prepared, parts),
    };
    let units = match prepared.coefficient {
        Coefficient::Alpha | Coefficient::OrdinalAlpha | Coefficient::Specific(_) => parts.pairable,
        _ => parts.units,
    };
    Influences { by_row, units }
}

fn over_chance(prepared: &Prepared, parts: &Parts) -> Vec<f64> {
    let chance = Chance::new(prepared, parts);
    let expected = parts.expected_apart;
    let ratio = parts.observed_apart / expected;
    let denominator = prepared.weights.denominator();
    let value = |row: &Row| {
        // Gwet's form: it differs from the derivative of the mean only where singly coded units are kept.
        let own = if row.is_pairable() {
            parts.units / parts.pairable * (expected - row.apart / denominator)
        } else {
            0.0
        };
        let own = own - (expected - parts.observed_apart);
        (own + ratio * chance.pull(row)) / expected
    };
    prepared.rows.iter().map(value).collect()
}

/// How a unit pulls the disagreement that chance would give.
enum Chance<'a> {
    Fixed,
    /// Scott, Fleiss: the mean distance of each category from all labels, and its mean.
    Shares(Vec<f64>, f64),
    /// Gwet: the factor, the shares, and the sum of their squares.
    Gwet(f64, &'a [f64], f64),
    /// Kappa: for each coder with labels the pull of each category, and its mean.
    Margins(Vec<Option<(f64, Vec<f64>, f64)>>),
}

impl<'a> Chance<'a> {
    fn new(prepared: &Prepared, parts: &'a Parts) -> Self {
        match prepared.coefficient {
            Coefficient::Scott | Coefficient::Fleiss => {
                let apart = mean_distances(&prepared.weights, &parts.shares);
                Self::Shares(apart, parts.expected_apart)
            }
            Coefficient::Gwet => {
                let squares = parts.shares.iter().map(|share| share * share).sum();
                let factor = prepared.gwet_factor().unwrap_or_default();
                Self::Gwet(factor, &parts.shares, squares)
            }
            Coefficient::Cohen | Coefficient::Conger => Self::Margins(margins(prepared, parts)),
            _ => Self::Fixed,
        }
    }

    fn pull(&self, row: &Row) -> f64 {
        match self {
            Self::Fixed => 0.0,
            Self::Shares(apart, mean) => 2.0 * (mean_over(row, apart) - mean),
            Self::Gwet(factor, shares, squares) => {
                2.0 * factor * (mean_over(row, shares) - squares)
            }
            Self::Margins(coders) => {
                let pulls = row.choices.iter().filter_map(|(coder, category)| {
                    let (scale, pull, mean) = coders[*coder].as_ref()?;
                    Some(scale * (pull[*category] - mean))
                });
                pulls.sum()
            }
        }
    }
}

/// The mean of a figure of the categories over the labels of a unit.
fn mean_over(row: &Row, figures: &[f64]) -> f64 {
    let sum: f64 = row
        .categories
        .iter()
        .map(|(category, times)| times * figures[*category])
        .sum();
    sum / row.labels
}

/// Σ<sub>l</sub> d<sub>kl</sub> π<sub>l</sub> for each category.
fn mean_distances(weights: &Weights, shares: &[f64]) -> Vec<f64> {
    let mean = |category| {
        let row: &[f64] = weights.row(category);
        let products = row.iter().zip(shares).map(|(apart, share)| apart * share);
        products.sum::<f64>() / weights.denominator()
    };
    (0..weights.categories()).map(mean).collect()
}

/// For each coder the scale, the distance of each category from the labels of the other coders, and its mean.
fn margins(prepared: &Prepared, parts: &Parts) -> Vec<Option<(f64, Vec<f64>, f64)>> {
    let distances: Vec<Vec<f64>> = parts
        .margins
        .iter()
        .map(|(_, shares)| mean_distances(&prepared.weights, shares))
        .collect();
    let coders = parts.margins.iter().filter(|(labels, _)| *labels > 0.0);
    let coders = coders.count() as f64;
    let mut all = vec![0.0; prepared.weights.categories()];
    for of_coder in &distances {
        for (sum, apart) in all.iter_mut().zip(of_coder) {
            *sum += apart;
        }
    }
    let one = |((labels, shares), own): (&(f64, Vec<f64>), &Vec<f64>)| {
        let others: Vec<f64> = all.iter().zip(own).map(|(all, own)| all - own).collect();
        let mean = shares
            .iter()
            .zip(&others)
            .map(|(share, apart)| share * apart);
        let scale = 2.0 / (coders * (coders - 1.0)) * parts.units / labels;
        (*labels > 0.0).then(|| (scale, others.clone(), mean.sum()))
    };
    parts.margins.iter().zip(&distances).map(one).collect()
}

fn specific(prepared: &Prepared, category: usize, parts: &Parts) -> Vec<f64> {
    let mean = parts.shares[0];
    let value = |row: &Row| {
        let (both, either) = row.specific(category);
        (both - parts.value * either) / mean
    };
    prepared.rows.iter().map(value).collect()
}

fn alpha(prepared: &Prepared, counts: &[f64], parts: &Parts) -> Vec<f64> {
    let weights = parts.own_weights.as_ref().unwrap_or(&prepared.weights);
    let pairable = || {
        prepared
            .rows
            .iter()
            .zip(counts)
            .filter(|(row, _)| row.is_pairable())
    };
    let mean_labels = pairable()
        .map(|(row, count)| row.labels * count)
        .sum::<f64>()
        / parts.pairable;
    let (observed, expected) = (parts.observed_apart, parts.expected_apart);
    let distances = mean_distances(weights, &parts.shares);
    let moving = parts
        .own_weights
        .as_ref()
        .map(|_| Moving::new(prepared, counts, parts));
    let value = |row: &Row| {
        if !row.is_pairable() {
            return 0.0;
        }
        let own = row.coincidences(weights) / weights.denominator();
        let chance = mean_over(row, &distances) * row.labels;
        let mut observed_pull = own - row.labels * observed;
        let mut expected_pull = 2.0 * (chance - row.labels * expected);
        if let Some(moving) = &moving {
            observed_pull += moving.pull(row, &moving.observed);
            expected_pull += moving.pull(row, &moving.expected);
        }
        (observed / expected * expected_pull - observed_pull) / (mean_labels * expected)
    };
    prepared.rows.iter().map(value).collect()
}

/// How ordinal distances move with the shares of the categories, and the disagreements with them.
struct Moving {
    observed: (Vec<f64>, f64),
    expected: (Vec<f64>, f64),
}

impl Moving {
    fn new(prepared: &Prepared, counts: &[f64], parts: &Parts) -> Self {
        let categories = parts.shares.len();
        let mut coincidences = vec![0.0; categories * categories];
        let mut labels = 0.0;
        for (row, count) in prepared
            .rows
            .iter()
            .zip(counts)
            .filter(|(row, _)| row.is_pairable())
        {
            labels += row.labels * count;
            for (at, (first, times)) in row.categories.iter().enumerate() {
                for (second, others) in &row.categories[at + 1..] {
                    coincidences[first * categories + second] +=
                        2.0 * count * times * others / (row.labels - 1.0);
                }
            }
        }
        let observed = gradient(&parts.shares, |low, high| {
            coincidences[low * categories + high] / labels
        });
        let expected = gradient(&parts.shares, |low, high| {
            2.0 * parts.shares[low] * parts.shares[high]
        });
        Self { observed, expected }
    }

    /// The change of a disagreement with the shares, in the direction of one unit.
    #[expect(clippy::unused_self, reason = "it belongs to the derivatives")]
    fn pull(&self, row: &Row, (gradient, mean): &(Vec<f64>, f64)) -> f64 {
        row.labels * (mean_over(row, gradient) - mean)
    }
}

/// The derivative of Σ m<sub>ck</sub> d<sub>ck</sub> by each share, where only the distances move, and its mean.
fn gradient(shares: &[f64], mass: impl Fn(usize, usize) -> f64) -> (Vec<f64>, f64) {
    let mut steps = vec![0.0; shares.len() + 1];
    let mut ends = vec![0.0; shares.len()];
    for low in 0..shares.len() {
        let mut between = shares[low] / 2.0;
        for high in low + 1..shares.len() {
            let apart = between + shares[high] / 2.0;
            between += shares[high];
            let slope = 2.0 * apart * mass(low, high);
            steps[low] += slope;
            steps[high + 1] -= slope;
            ends[low] += slope / 2.0;
            ends[high] += slope / 2.0;
        }
    }
    let mut sum = 0.0;
    let mut by_share = Vec::with_capacity(shares.len());
    for (step, end) in steps.iter().zip(&ends) {
        sum += step;
        by_share.push(sum - end);
    }
    let products = by_share.iter().zip(shares);
    let mean = products.map(|(slope, share)| slope * share).sum();
    (by_share, mean)
}
