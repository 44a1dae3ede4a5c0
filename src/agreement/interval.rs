//! Standard errors and the intervals that follow from them.

use super::linearise::Influences;
use super::proportion::score_interval;
use super::quantile::{normal_quantile, student_quantile};
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

impl StandardError {
    /// The interval of confidence around a value: ± t of (units - 1, or sessions - 1) degrees times the error.
    ///
    /// # Errors
    ///
    /// [`NoInterval`] with the reason; never an interval without width.
    pub fn around(&self, value: f64, level: f64) -> Result<Interval, NoInterval> {
        if !(level > 0.0 && level < 1.0) {
            return Err(NoInterval::NotALevel);
        }
        if self.value == 0.0 {
            return Err(NoInterval::NoVariation);
        }
        let times = student_quantile(f64::midpoint(1.0, level), self.freedom());
        let reach = times.ok_or(NoInterval::TooFew)? * self.value;
        Ok(Interval {
            low: value - reach,
            high: value + reach,
        })
    }

    fn freedom(&self) -> f64 {
        self.basis.count() as f64 - 1.0
    }
}

impl Estimate {
    /// The interval of confidence at a level such as 0.95: the value ± t of (n - 1, or sessions - 1) degrees times
    /// the standard error, cut at 1. A figure that is a share, or follows from one, has [`Estimate::share_interval`]
    /// where all units agree.
    ///
    /// # Errors
    ///
    /// [`NoInterval`] with the reason; never an interval without width.
    ///
    /// Source: Gwet (2014), ch. 5.
    pub fn interval(&self, level: f64) -> Result<Interval, NoInterval> {
        if self.observed >= 1.0
            && let Some(interval) = self.share_interval(level)?
        {
            return Ok(interval);
        }
        let error = self.error.ok_or(NoInterval::TooFew)?;
        let found = error.around(self.value, level)?;
        Ok(Interval {
            high: found.high.min(1.0),
            ..found
        })
    }

    /// The interval of a share, and of a coefficient that is a straight line of one (Brennan-Prediger, PABAK): Wilson's,
    /// with as many units as would be independent; where all agree the lower end of Clopper and Pearson,
    /// ((1 - level) / 2)<sup>1/n</sup>. `None` for other coefficients.
    ///
    /// Without sessions n is the number of units. Over sessions it is p (1 - p) / SE², at most the number of units,
    /// times (z / t)² for the few sessions that the error was taken from; where the error is 0 the sessions show
    /// nothing of their own, and n is the number of units.
    ///
    /// # Errors
    ///
    /// [`NoInterval`] for a level that is none, or fewer than two sessions.
    ///
    /// Source: Wilson (1927); Clopper & Pearson (1934); Korn & Graubard (1998), Survey Methodology 24, 193-201; its
    /// form with Wilson's interval: Dean & Pagano (2015), Journal of Survey Statistics and Methodology 3, 484-503.
    pub fn share_interval(&self, level: f64) -> Result<Option<Interval>, NoInterval> {
        let chance = match self.coefficient {
            Coefficient::Percent => 0.0,
            Coefficient::BrennanPrediger | Coefficient::Pabak => match self.expected {
                Some(chance) => chance,
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        if !(level > 0.0 && level < 1.0) {
            return Err(NoInterval::NotALevel);
        }
        let share = self.observed.clamp(0.0, 1.0);
        let z = normal_quantile(f64::midpoint(1.0, level));
        let n = self.independent_units(share, chance, level, z)?;
        let tail = f64::midpoint(1.0, -level).powf(1.0 / n);
        let ends = if share >= 1.0 {
            Interval {
                low: tail,
                high: 1.0,
            }
        } else if share <= 0.0 {
            Interval {
                low: 0.0,
                high: 1.0 - tail,
            }
        } else {
            score_interval(share, n, z)
        };
        let image = |end: f64| (end - chance) / (1.0 - chance);
        Ok(Some(Interval {
            low: image(ends.low.clamp(0.0, share)),
            high: image(ends.high.clamp(share, 1.0)),
        }))
    }

    fn independent_units(
        &self,
        share: f64,
        chance: f64,
        level: f64,
        z: f64,
    ) -> Result<f64, NoInterval> {
        let units = self.units as f64;
        let Some(error) = self.error else {
            return if self.units == 1 {
                Ok(units)
            } else {
                Err(NoInterval::TooFew)
            };
        };
        if matches!(error.basis, Basis::Units(_)) {
            return Ok(units);
        }
        let t = student_quantile(f64::midpoint(1.0, level), error.freedom());
        let t = t.ok_or(NoInterval::TooFew)?;
        let of_share = error.value * (1.0 - chance);
        let effective = if of_share > 0.0 {
            (share * (1.0 - share) / (of_share * of_share)).min(units)
        } else {
            units
        };
        Ok(effective * (z / t) * (z / t))
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
