//! Standard errors and the intervals that follow from them.

use super::linearise::Influences;
use super::quantile::student_quantile;
use super::{Coefficient, Estimate, Tally, Undefined, Weights};

/// Below this a standard error is rounding noise: the smallest real one, of one unit in a billion, is larger.
const NOISE: f64 = 1e-10;

/// What the uncertainty is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Basis {
    /// This many units, each for itself.
    Units(u64),
    /// This many sessions, whose units may be alike.
    Sessions(u64),
}

impl Basis {
    /// How many independent observations there are.
    pub fn count(self) -> u64 {
        match self {
            Self::Units(count) | Self::Sessions(count) => count,
        }
    }
}

/// The standard error of a coefficient for these coders, over the units or sessions that they might have seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StandardError {
    /// The error: of units, √(Σ u² / (n (n - 1))); of C sessions, √(C / (C - 1) Σ<sub>c</sub> (Σ u)² / n²).
    ///
    /// It is 0 where no unit pulls the coefficient; then there is no interval either.
    pub value: f64,
    /// What it is over.
    pub basis: Basis,
}

impl StandardError {
    /// The unit error with n² in place of n (n - 1), the form of Fleiss, Cohen & Everitt (1969), of SAS and
    /// statsmodels: smaller by √((n - 1) / n). An error over sessions stays as it is.
    pub fn table_form(self) -> f64 {
        match self.basis {
            Basis::Units(units) => {
                let units = units as f64;
                self.value * ((units - 1.0) / units).sqrt()
            }
            Basis::Sessions(_) => self.value,
        }
    }
}

/// An interval of confidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end, at most 1.
    pub high: f64,
}

/// Why there is no interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoInterval {
    /// There are fewer than two units, or two sessions.
    TooFew,
    /// The standard error is 0, as where all units agree or one coder is constant: that is no certainty.
    NoVariation,
    /// The level of confidence is not between 0 and 1.
    NotALevel,
}

impl Estimate {
    /// The interval of confidence at a level such as 0.95: the value ± t of (n - 1, or sessions - 1) degrees times
    /// the standard error, cut at 1.
    ///
    /// Where every unit agrees, percent agreement and the coefficients with a fixed chance have the lower end of
    /// Clopper and Pearson's interval for a share of 1, ((1 - level) / 2)<sup>1/n</sup>, and its image; over sessions
    /// n is the number of sessions.
    ///
    /// # Errors
    ///
    /// [`NoInterval`] with the reason; never an interval without width.
    ///
    /// Source: Gwet (2014), ch. 5; Clopper & Pearson (1934).
    pub fn interval(&self, level: f64) -> Result<Interval, NoInterval> {
        if !(level > 0.0 && level < 1.0) {
            return Err(NoInterval::NotALevel);
        }
        if let Some(low) = self.low_end_of_full_agreement(level) {
            return Ok(Interval { low, high: 1.0 });
        }
        let error = self.error.ok_or(NoInterval::TooFew)?;
        if error.value == 0.0 {
            return Err(NoInterval::NoVariation);
        }
        let freedom = error.basis.count() as f64 - 1.0;
        let times = student_quantile(f64::midpoint(1.0, level), freedom);
        let reach = times.ok_or(NoInterval::TooFew)? * error.value;
        Ok(Interval {
            low: self.value - reach,
            high: (self.value + reach).min(1.0),
        })
    }

    fn low_end_of_full_agreement(&self, level: f64) -> Option<f64> {
        let chance = match self.coefficient {
            Coefficient::Percent => 0.0,
            Coefficient::BrennanPrediger | Coefficient::Pabak => self.expected?,
            _ => return None,
        };
        let observations = self.error.map_or(1, |error| error.basis.count());
        let low = f64::midpoint(1.0, -level).powf(1.0 / observations as f64);
        (self.observed >= 1.0).then(|| (low - chance) / (1.0 - chance))
    }
}

impl Tally {
    /// Turns linearised values into a standard error; `None` for fewer than two units or sessions.
    pub(super) fn standard_error(&self, influences: &Influences) -> Option<StandardError> {
        match self.sessions() {
            Some(sessions) => self.session_error(influences, sessions),
            None => self.unit_error(influences),
        }
    }

    fn unit_error(&self, influences: &Influences) -> Option<StandardError> {
        let units = influences.units;
        if units < 2.0 {
            return None;
        }
        let pulls = influences.by_row.iter().zip(&self.counts);
        let squares: f64 = pulls.map(|(pull, count)| pull * pull * *count as f64).sum();
        Some(StandardError {
            value: without_noise((squares / (units * (units - 1.0))).sqrt()),
            basis: Basis::Units(whole(units)),
        })
    }

    fn session_error(&self, influences: &Influences, sessions: u64) -> Option<StandardError> {
        let kinds = self.sessions.as_ref()?;
        if sessions < 2 {
            return None;
        }
        let mut squares = 0.0;
        for kind in kinds {
            let rows = kind.rows.iter();
            let pull: f64 = rows
                .map(|(row, count)| influences.by_row[*row as usize] * *count as f64)
                .sum();
            squares += pull * pull * kind.sessions as f64;
        }
        let many = sessions as f64;
        let value = (many / (many - 1.0) * squares).sqrt() / influences.units;
        Some(StandardError {
            value: without_noise(value),
            basis: Basis::Sessions(sessions),
        })
    }

    /// The part of the standard error that comes from the choice of the coders, by leaving out each in turn:
    /// √((r - 1) / r Σ (g<sub>(-i)</sub> - mean)²).
    ///
    /// Together with [`Estimate::error`], as the root of the sum of squares, it says how far the coefficient might
    /// be with other units and other coders.
    ///
    /// # Errors
    ///
    /// [`Undefined::TooFewCoders`] below three coders, or what the coefficient says when a coder is left out.
    ///
    /// Source: Gwet (2014), ch. 5-6.
    pub fn coder_error(
        &self,
        coefficient: Coefficient,
        weights: &Weights,
    ) -> Result<f64, Undefined> {
        if self.coders() < 3 {
            return Err(Undefined::TooFewCoders);
        }
        let values =
            (0..self.coders()).map(|coder| self.without(coder).value(coefficient, weights));
        let values: Vec<f64> = values.collect::<Result<_, _>>()?;
        let coders = values.len() as f64;
        let mean = values.iter().sum::<f64>() / coders;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Ok(((coders - 1.0) / coders * squares).sqrt())
    }
}

fn without_noise(error: f64) -> f64 {
    if error < NOISE { 0.0 } else { error }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a sum of counts is whole and not negative"
)]
fn whole(count: f64) -> u64 {
    count as u64
}
