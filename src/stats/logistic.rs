//! Logistic regression with a belief about every weight before the data are seen.
//!
//! The weights maximise the log likelihood of the rows less the squared distance of each weight from its prior mean,
//! times half its prior precision: the mode of the posterior under normal priors (ridge regression is the case of means
//! of zero; le Cessie and van Houwelingen 1992). Found by Newton's method.

/// How many steps of Newton's method are made at most; eight are usual.
const STEPS: usize = 60;

/// The largest change of a weight at which the fit has converged.
const CLOSE: f64 = 1e-9;

/// One observation.
#[derive(Debug, Clone, PartialEq)]
pub struct Row<'a> {
    /// The values that are not zero, each with the position of its feature; a position stands once.
    pub values: &'a [(usize, f64)],
    /// What was observed.
    pub outcome: bool,
    /// How much the row counts; 1 for an ordinary one.
    pub weight: f64,
}

/// What is believed of a weight before the data are seen: a normal distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prior {
    /// Its mean.
    pub mean: f64,
    /// One over its variance; above zero, so that the fit always has an answer.
    pub precision: f64,
}

/// Gives the logistic function, in `[0, 1]`.
pub fn logistic(sum: f64) -> f64 {
    1.0 / (1.0 + (-sum).exp())
}

/// Gives the linear predictor of a row under these weights.
pub fn predictor(values: &[(usize, f64)], weights: &[f64]) -> f64 {
    values.iter().map(|(at, value)| weights[*at] * value).sum()
}

/// Fits the weights, one for each prior.
///
/// Each step is halved until the posterior does not fall, so that the fit never runs away.
///
/// # Panics
///
/// Where a row names a feature that has no prior.
pub fn fit(rows: &[Row], priors: &[Prior]) -> Vec<f64> {
    let mut weights: Vec<f64> = priors.iter().map(|prior| prior.mean).collect();
    let mut reached = posterior(rows, priors, &weights);
    for _ in 0..STEPS {
        let (gradient, curvature) = derivatives(rows, priors, &weights);
        let step = solve(curvature, gradient);
        let Some((next, height)) = climb(rows, priors, &weights, &step, reached) else {
            break;
        };
        (weights, reached) = (next, height);
        if step.iter().all(|change| change.abs() < CLOSE) {
            break;
        }
    }
    weights
}

/// Makes as much of a step as does not lead downhill; `None` where none does.
fn climb(
    rows: &[Row],
    priors: &[Prior],
    from: &[f64],
    step: &[f64],
    reached: f64,
) -> Option<(Vec<f64>, f64)> {
    let mut share = 1.0;
    while share > 1e-6 {
        let next: Vec<f64> = from.iter().zip(step).map(|(w, s)| w + share * s).collect();
        let height = posterior(rows, priors, &next);
        if height >= reached {
            return Some((next, height));
        }
        share /= 2.0;
    }
    None
}

/// Gives the log of the posterior but for a constant.
fn posterior(rows: &[Row], priors: &[Prior], weights: &[f64]) -> f64 {
    let likelihood: f64 = rows
        .iter()
        .map(|row| {
            let sum = predictor(row.values, weights);
            let signed = if row.outcome { sum } else { -sum };
            // The log of the logistic function, without overflow.
            row.weight * (signed.min(0.0) - (-signed.abs()).exp().ln_1p())
        })
        .sum();
    let distance =
        |(weight, prior): (&f64, &Prior)| prior.precision * (weight - prior.mean).powi(2);
    let far: f64 = weights.iter().zip(priors).map(distance).sum();
    likelihood - far / 2.0
}

/// Gives the gradient and the negative Hessian of the posterior.
fn derivatives(rows: &[Row], priors: &[Prior], weights: &[f64]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let size = priors.len();
    let mut gradient: Vec<f64> = priors
        .iter()
        .zip(weights)
        .map(|(prior, weight)| prior.precision * (prior.mean - weight))
        .collect();
    let mut curvature = vec![vec![0.0; size]; size];
    for (at, prior) in priors.iter().enumerate() {
        curvature[at][at] = prior.precision;
    }
    for row in rows {
        let chance = logistic(predictor(row.values, weights));
        let missed = row.weight * (f64::from(u8::from(row.outcome)) - chance);
        let bend = row.weight * chance * (1.0 - chance);
        for (one, value) in row.values {
            gradient[*one] += missed * value;
            for (other, beside) in row.values {
                curvature[*one][*other] += bend * value * beside;
            }
        }
    }
    (gradient, curvature)
}

/// Solves `matrix * x = right` for a symmetric positive definite matrix, by Cholesky's decomposition.
fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    let size = right.len();
    for at in 0..size {
        let (done, rest) = matrix.split_at_mut(at);
        let row = &mut rest[0];
        for (before, own) in done.iter().enumerate() {
            let known: f64 = (0..before).map(|k| row[k] * own[k]).sum();
            row[before] = (row[before] - known) / own[before];
        }
        let known: f64 = row[..at].iter().map(|value| value * value).sum();
        row[at] = (row[at] - known).max(f64::MIN_POSITIVE).sqrt();
        let known: f64 = (0..at).map(|k| row[k] * right[k]).sum();
        right[at] = (right[at] - known) / row[at];
    }
    for at in (0..size).rev() {
        let known: f64 = (at + 1..size).map(|k| matrix[k][at] * right[k]).sum();
        right[at] = (right[at] - known) / matrix[at][at];
    }
    right
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLAT: Prior = Prior {
        mean: 0.0,
        precision: 1e-9,
    };

    fn row(values: &[(usize, f64)], outcome: bool, weight: f64) -> Row<'_> {
        Row {
            values,
            outcome,
            weight,
        }
    }

    #[test]
    fn a_two_by_two_table_gives_its_log_odds() {
        // Without a prior the weights of a saturated model are the log odds and the log odds ratio.
        let (base, both) = ([(0, 1.0)], [(0, 1.0), (1, 1.0)]);
        let rows = [
            row(&base, true, 3.0),
            row(&base, false, 9.0),
            row(&both, true, 8.0),
            row(&both, false, 2.0),
        ];
        let weights = fit(&rows, &[FLAT, FLAT]);
        assert!((weights[0] - (3.0_f64 / 9.0).ln()).abs() < 1e-6);
        assert!((weights[1] - (12.0_f64).ln()).abs() < 1e-6);
    }

    #[test]
    fn without_rows_the_prior_stays_and_separation_has_an_answer() {
        let prior = Prior {
            mean: 1.5,
            precision: 2.0,
        };
        assert_eq!(fit(&[], &[prior]), [1.5]);
        let values = [(0, 1.0)];
        let rows = [row(&values, true, 50.0)];
        let weight = fit(&rows, &[prior])[0];
        assert!(weight > 1.5 && weight < 10.0, "{weight}");
        // At the mode the pull of the rows is the pull of the prior.
        let pull = 50.0 * (1.0 - logistic(weight)) - 2.0 * (weight - 1.5);
        assert!(pull.abs() < 1e-6, "{pull}");
    }
}
