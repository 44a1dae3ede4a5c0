//! Which coefficients there are, and what an estimate consists of.

use super::bootstrap::Measure;
use super::interval::StandardError;
use super::prepared::Prepared;
use super::{Tally, Undefined, Weights, linearise};

/// A coefficient of agreement for any number of coders, with missing labels, unless it says otherwise.
///
/// All but [`Specific`](Self::Specific) are (p<sub>a</sub> - p<sub>e</sub>) / (1 - p<sub>e</sub>), where p<sub>a</sub>
/// is the agreement that was observed and p<sub>e</sub> what chance would give. They are at most 1; the
/// chance-corrected ones are 0 where agreement is no better than chance, and negative below that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Coefficient {
    /// The weighted share of agreeing pairs of labels, averaged over units; in [0, 1]. With weights 1 - d it is the
    /// mean similarity.
    ///
    /// Source: Gwet (2014), ch. 2-3.
    Percent,
    /// Cohen's kappa, weighted by any weights, of exactly two coders: p<sub>e</sub> = Σ w<sub>kl</sub>
    /// p<sub>k+</sub> p<sub>+l</sub>. Undefined where both use one and the same category.
    ///
    /// Source: Cohen (1960), p. 40; Cohen (1968).
    Cohen,
    /// Conger's kappa: chance from the shares of each coder, averaged over pairs of coders. Two coders: Cohen's.
    ///
    /// Source: Conger (1980).
    Conger,
    /// Scott's pi, of exactly two coders: p<sub>e</sub> = Σ w<sub>kl</sub> π<sub>k</sub> π<sub>l</sub>, π the shares
    /// over both coders. Undefined where one category is used.
    ///
    /// Source: Scott (1955).
    Scott,
    /// Fleiss' kappa: Scott's pi for more coders, π<sub>k</sub> the mean of r<sub>ik</sub> / r<sub>i</sub>.
    ///
    /// Source: Fleiss (1971), p. 379-380.
    Fleiss,
    /// Gwet's AC1, or AC2 with weights: p<sub>e</sub> = T<sub>w</sub> / (q (q - 1)) Σ π<sub>k</sub> (1 - π<sub>k</sub>).
    /// Defined even where one category is used.
    ///
    /// Source: Gwet (2008); Gwet (2014), ch. 4.
    Gwet,
    /// Brennan and Prediger's coefficient (Bennett's S, Randolph's free-marginal kappa): p<sub>e</sub> =
    /// T<sub>w</sub> / q². Defined even where one category is used.
    ///
    /// Source: Brennan & Prediger (1981), p. 693.
    BrennanPrediger,
    /// Prevalence-adjusted bias-adjusted kappa, of exactly two categories: 2 p<sub>a</sub> - 1. Ignores weights.
    ///
    /// Source: Byrt, Bishop & Carlin (1993).
    Pabak,
    /// Krippendorff's alpha with the distances of the weights: 1 - (N - 1) Σ o<sub>ck</sub> d<sub>ck</sub> / Σ
    /// n<sub>c</sub> n<sub>k</sub> d<sub>ck</sub>. Undefined where one category is used.
    ///
    /// Source: Krippendorff (2004), ch. 11; (2011).
    Alpha,
    /// Krippendorff's alpha for ranks: d<sub>ck</sub> = (Σ<sub>g=c..k</sub> n<sub>g</sub> - (n<sub>c</sub> +
    /// n<sub>k</sub>) / 2)². The distances come from the labels themselves; the weights are ignored.
    ///
    /// Source: Krippendorff (2004), ch. 11; (2011), ordinal metric.
    OrdinalAlpha,
    /// Specific agreement of one category: given that a coder chose it, the share of the other coders who chose it
    /// too, Σ r<sub>ik</sub> (r<sub>ik</sub> - 1) / Σ r<sub>ik</sub> (r<sub>i</sub> - 1); in [0, 1]. With two coders
    /// 2a / (2a + b + c). Ignores weights; undefined where nobody used the category.
    ///
    /// Source: Cicchetti & Feinstein (1990); Uebersax (1982).
    Specific(usize),
}

/// The value of a coefficient with what it is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// The coefficient, at most 1.
    pub value: f64,
    /// The observed agreement p<sub>a</sub> in [0, 1]; for alpha 1 - D<sub>o</sub>.
    pub observed: f64,
    /// The agreement by chance p<sub>e</sub> in [0, 1]; `None` for figures that correct for none, and for ordinal
    /// alpha, whose distances have no fixed unit.
    pub expected: Option<f64>,
    /// Units with the labels of two coders or more.
    pub units: u64,
    /// The standard error; `None` where there are too few units or sessions to have one.
    pub error: Option<StandardError>,
    /// The coefficient that this is the value of.
    pub coefficient: Coefficient,
}

impl Coefficient {
    /// Whether agreement by chance is taken off.
    pub fn corrects_for_chance(self) -> bool {
        !matches!(self, Self::Percent | Self::Specific(_))
    }
}

impl Tally {
    /// Computes a coefficient with its standard error.
    ///
    /// The error is that of the units (or sessions) for these coders: it says nothing about other coders. Where
    /// sessions were given it is robust to units of one session being alike, otherwise each unit counts for itself.
    ///
    /// # Errors
    ///
    /// [`Undefined`] where the labels leave the quotient without meaning; never NaN.
    ///
    /// Source for the errors: Gwet (2008; 2014, ch. 5), Fleiss, Cohen & Everitt (1969).
    pub fn estimate(
        &self,
        coefficient: Coefficient,
        weights: &Weights,
    ) -> Result<Estimate, Undefined> {
        let measure = Measure {
            coefficient,
            weights,
        };
        let prepared = Prepared::new(self, measure)?;
        let counts: Vec<f64> = self.counts.iter().map(|count| *count as f64).collect();
        let parts = prepared.parts(&counts)?;
        let influences = linearise::influences(&prepared, &counts, &parts);
        Ok(Estimate {
            value: parts.value,
            observed: 1.0 - parts.observed_apart,
            expected: parts.has_chance.then_some(1.0 - parts.expected_apart),
            units: self.pairable(),
            error: self.standard_error(&influences),
            coefficient,
        })
    }

    /// Computes a coefficient without its standard error.
    ///
    /// # Errors
    ///
    /// [`Undefined`], as [`Tally::estimate`].
    pub fn value(&self, coefficient: Coefficient, weights: &Weights) -> Result<f64, Undefined> {
        let measure = Measure {
            coefficient,
            weights,
        };
        let counts: Vec<f64> = self.counts.iter().map(|count| *count as f64).collect();
        Ok(Prepared::new(self, measure)?.parts(&counts)?.value)
    }

    /// The linearised value of each unit, one for each distinct row of labels with the number of units that show it:
    /// how much the coefficient would move, times n, if the unit weighed a little more. They sum to 0 over all units.
    ///
    /// # Errors
    ///
    /// [`Undefined`], as [`Tally::estimate`].
    pub fn influences(
        &self,
        coefficient: Coefficient,
        weights: &Weights,
    ) -> Result<Vec<(f64, u64)>, Undefined> {
        let measure = Measure {
            coefficient,
            weights,
        };
        let prepared = Prepared::new(self, measure)?;
        let counts: Vec<f64> = self.counts.iter().map(|count| *count as f64).collect();
        let parts = prepared.parts(&counts)?;
        let found = linearise::influences(&prepared, &counts, &parts).by_row;
        Ok(found.into_iter().zip(self.counts.iter().copied()).collect())
    }
}
