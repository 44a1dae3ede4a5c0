//! One coder against gold where a unit has a set of codes.

use super::fraction::FractionSum;
use super::mean::share;
use super::{CodeCounts, Undefined};

/// Counts of sets of codes against gold; those of several sessions add up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetScores {
    codes: Vec<CodeCounts>,
    units: u64,
    f1: FractionSum,
}

impl SetScores {
    /// Starts without units, over the declared codes.
    pub fn new(codes: usize) -> Self {
        Self {
            codes: vec![CodeCounts::default(); codes],
            units: 0,
            f1: FractionSum::default(),
        }
    }

    /// Counts one unit: gold's codes and the model's, in any order; a code that is named twice counts once.
    ///
    /// # Errors
    ///
    /// [`Undefined::UnknownCode`] where a code is not declared; the unit is then not counted.
    pub fn count(&mut self, gold: &[usize], model: &[usize]) -> Result<(), Undefined> {
        let (gold, model) = (self.members(gold)?, self.members(model)?);
        let mut common = 0;
        for code in &gold {
            if model.binary_search(code).is_ok() {
                self.codes[*code].true_positives += 1;
                common += 1;
            } else {
                self.codes[*code].false_negatives += 1;
            }
        }
        for code in model
            .iter()
            .filter(|code| gold.binary_search(code).is_err())
        {
            self.codes[*code].false_positives += 1;
        }
        let both = (gold.len() + model.len()) as u64;
        self.units += 1;
        // Two empty sets are the same set.
        let (part, whole) = if both == 0 { (1, 2) } else { (common, both) };
        self.f1.add(2 * part, whole);
        Ok(())
    }

    fn members(&self, codes: &[usize]) -> Result<Vec<usize>, Undefined> {
        let mut members = codes.to_vec();
        members.sort_unstable();
        members.dedup();
        match members.last() {
            Some(last) if *last >= self.codes.len() => Err(Undefined::UnknownCode),
            _ => Ok(members),
        }
    }

    /// Adds the counts of other units over the same codes.
    ///
    /// # Errors
    ///
    /// [`Undefined::UnknownCode`] where they are over different codes.
    pub fn add(&mut self, other: &Self) -> Result<(), Undefined> {
        if self.codes.len() != other.codes.len() {
            return Err(Undefined::UnknownCode);
        }
        for (own, theirs) in self.codes.iter_mut().zip(&other.codes) {
            *own += *theirs;
        }
        self.units += other.units;
        self.f1 += other.f1;
        Ok(())
    }

    /// Gives how many units are counted.
    pub fn units(&self) -> u64 {
        self.units
    }

    /// Gives the counts of each code; macro and micro F1 are taken over them.
    pub fn codes(&self) -> &[CodeCounts] {
        &self.codes
    }

    /// Gives the share of decisions, one for each unit and declared code, that differ, in `[0, 1]`.
    ///
    /// # Errors
    ///
    /// [`Undefined::NoUnits`] without units or codes.
    pub fn hamming_loss(&self) -> Result<f64, Undefined> {
        let wrong = self
            .codes
            .iter()
            .map(|code| code.false_positives + code.false_negatives)
            .sum();
        share(wrong, self.units * self.codes.len() as u64)
    }

    /// Gives the mean over units of `2 |gold ∩ model| / (|gold| + |model|)`, in `[0, 1]`; two empty sets count as 1.
    ///
    /// # Errors
    ///
    /// [`Undefined::NoUnits`] without units.
    pub fn samples_f1(&self) -> Result<f64, Undefined> {
        if self.units == 0 {
            return Err(Undefined::NoUnits);
        }
        Ok(self.f1.mean(self.units))
    }
}
