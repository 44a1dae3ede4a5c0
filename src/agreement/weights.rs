//! How far two categories are apart.

use super::Undefined;

/// Distances between the categories, from which agreement weights are w = 1 - d.
///
/// They are kept as numerators over one denominator, whole numbers wherever the scheme allows it, so that sums over
/// counts stay exact.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    categories: usize,
    numerators: Vec<f64>,
    denominator: f64,
}

impl Weights {
    /// Every two different categories are fully apart: w = 1 if they are the same, else 0.
    pub fn identity(categories: usize) -> Self {
        Self::from_steps(categories, 1.0, |_, _| 1.0)
    }

    /// The distance grows with the steps on the declared scale: w = 1 - |k - l| / (q - 1).
    ///
    /// Source: Cicchetti & Allison (1971).
    pub fn linear(categories: usize) -> Self {
        let most = categories.saturating_sub(1).max(1) as f64;
        Self::from_steps(categories, most, |low, high| (high - low) as f64)
    }

    /// The distance grows with the square of the steps: w = 1 - (k - l)² / (q - 1)².
    ///
    /// Source: Fleiss & Cohen (1973).
    pub fn quadratic(categories: usize) -> Self {
        let most = categories.saturating_sub(1).max(1) as f64;
        Self::from_steps(categories, most * most, |low, high| {
            ((high - low) as f64).powi(2)
        })
    }

    /// Squared differences of the values that the categories stand for, as a share of the largest.
    ///
    /// # Errors
    ///
    /// [`Undefined::NotADistance`] for values that are not finite, [`Undefined::NoDistance`] where all are equal.
    ///
    /// Source: Krippendorff (2011), interval metric.
    pub fn interval(values: &[f64]) -> Result<Self, Undefined> {
        if !values.iter().all(|value| value.is_finite()) {
            return Err(Undefined::NotADistance);
        }
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let most = (high - low).powi(2);
        if !(most.is_finite() && most > 0.0) {
            return Err(Undefined::NoDistance);
        }
        Ok(Self::from_steps(values.len(), most, |a, b| {
            (values[a] - values[b]).powi(2)
        }))
    }

    /// Squared differences relative to the sum of the values: d = ((a - b) / (a + b))², for values from 0 upwards.
    ///
    /// # Errors
    ///
    /// [`Undefined::NotADistance`] for values that are negative or not finite.
    ///
    /// Source: Krippendorff (2011), ratio metric.
    pub fn ratio(values: &[f64]) -> Result<Self, Undefined> {
        if !values
            .iter()
            .all(|value| value.is_finite() && *value >= 0.0)
        {
            return Err(Undefined::NotADistance);
        }
        Self::from_distance(values.len(), |a, b| {
            let (a, b) = (values[a], values[b]);
            // Halved before they are added, so that the largest numbers do not overflow.
            let sum = a / 2.0 + b / 2.0;
            if sum > 0.0 {
                ((a / 2.0 - b / 2.0) / sum).powi(2)
            } else {
                0.0
            }
        })
    }

    /// Weights from any distance between 0 and 1; it is asked once for each two different categories.
    ///
    /// # Errors
    ///
    /// [`Undefined::NotADistance`] where an answer is not a number between 0 and 1.
    pub fn from_distance(
        categories: usize,
        mut distance: impl FnMut(usize, usize) -> f64,
    ) -> Result<Self, Undefined> {
        let mut sound = true;
        let weights = Self::from_steps(categories, 1.0, |low, high| {
            let apart = distance(low, high);
            sound &= (0.0..=1.0).contains(&apart);
            apart
        });
        if sound {
            Ok(weights)
        } else {
            Err(Undefined::NotADistance)
        }
    }

    /// The number of categories that the weights are for.
    pub fn categories(&self) -> usize {
        self.categories
    }

    /// The agreement weight of two categories, between 0 and 1; `None` for a category that does not exist.
    pub fn weight(&self, first: usize, second: usize) -> Option<f64> {
        let exist = first < self.categories && second < self.categories;
        exist.then(|| 1.0 - self.apart(first, second) / self.denominator)
    }

    /// The sum of all distances; the weights sum to q² less this.
    pub(super) fn total(&self) -> f64 {
        self.numerators.iter().sum::<f64>() / self.denominator
    }

    pub(super) fn denominator(&self) -> f64 {
        self.denominator
    }

    /// The numerator of the distance of two categories that exist.
    pub(super) fn apart(&self, first: usize, second: usize) -> f64 {
        self.numerators[first * self.categories + second]
    }

    /// The numerators of the distances of one category to all.
    pub(super) fn row(&self, category: usize) -> &[f64] {
        &self.numerators[category * self.categories..][..self.categories]
    }

    /// Builds symmetric weights with zeros on the diagonal, asking for each pair once, the lower first.
    pub(super) fn from_steps(
        categories: usize,
        denominator: f64,
        mut numerator: impl FnMut(usize, usize) -> f64,
    ) -> Self {
        let mut numerators = vec![0.0; categories * categories];
        for low in 0..categories {
            for high in low + 1..categories {
                let apart = numerator(low, high);
                numerators[low * categories + high] = apart;
                numerators[high * categories + low] = apart;
            }
        }
        Self {
            categories,
            numerators,
            denominator,
        }
    }
}
