//! One coder against gold, code by code: where each unit has exactly one code.
//!
//! Which of the two is gold is named once: gold is the first of each pair.

use std::ops::AddAssign;

use super::mean::share;
use super::{Mean, Undefined};

/// How one code was used against gold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CodeCounts {
    /// Units that have it in both.
    pub true_positives: u64,
    /// Units that have it in the model's labels only.
    pub false_positives: u64,
    /// Units that have it in gold only.
    pub false_negatives: u64,
}

impl CodeCounts {
    /// Gives how many units have the code in gold.
    pub fn support(&self) -> u64 {
        self.true_positives + self.false_negatives
    }

    /// Gives `TP / (TP + FP)`, in `[0, 1]`.
    ///
    /// # Errors
    ///
    /// [`Undefined::NoUnits`] where the model never used the code.
    pub fn precision(&self) -> Result<f64, Undefined> {
        share(
            self.true_positives,
            self.true_positives + self.false_positives,
        )
    }

    /// Gives `TP / (TP + FN)`, in `[0, 1]`.
    ///
    /// # Errors
    ///
    /// [`Undefined::NoUnits`] where gold never uses the code.
    pub fn recall(&self) -> Result<f64, Undefined> {
        share(self.true_positives, self.support())
    }

    /// Gives `2 TP / (2 TP + FP + FN)`, in `[0, 1]`.
    ///
    /// # Errors
    ///
    /// [`Undefined::NoUnits`] where neither uses the code; that is not a failure, so it is not 0.
    pub fn f1(&self) -> Result<f64, Undefined> {
        let hits = 2 * self.true_positives;
        share(hits, hits + self.false_positives + self.false_negatives)
    }
}

impl AddAssign for CodeCounts {
    fn add_assign(&mut self, other: Self) {
        self.true_positives += other.true_positives;
        self.false_positives += other.false_positives;
        self.false_negatives += other.false_negatives;
    }
}

/// Gives the mean F1 of the codes that occur in gold or in the model's labels, each code weighing the same.
///
/// # Errors
///
/// [`Undefined::NoUnits`] where no code occurs.
pub fn macro_f1(codes: &[CodeCounts]) -> Result<Mean, Undefined> {
    Mean::of(codes.iter().map(CodeCounts::f1))
}

/// Gives F1 of the counts of all codes together, in `[0, 1]`, each label weighing the same.
///
/// Where each unit has one code in both it equals the accuracy.
///
/// # Errors
///
/// [`Undefined::NoUnits`] where no code occurs.
pub fn micro_f1(codes: &[CodeCounts]) -> Result<f64, Undefined> {
    let mut all = CodeCounts::default();
    for code in codes {
        all += *code;
    }
    all.f1()
}

/// Counts of units by gold's code (row) and the model's code (column), over the declared codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confusion {
    codes: usize,
    counts: Vec<u64>,
}

impl Confusion {
    /// Counts pairs of gold's and the model's code.
    ///
    /// # Errors
    ///
    /// [`Undefined::UnknownCode`] where a code is not below `codes`.
    pub fn of(
        codes: usize,
        pairs: impl IntoIterator<Item = (usize, usize)>,
    ) -> Result<Self, Undefined> {
        let mut table = Self {
            codes,
            counts: vec![0; codes * codes],
        };
        for (gold, model) in pairs {
            if gold >= codes || model >= codes {
                return Err(Undefined::UnknownCode);
            }
            table.counts[gold * codes + model] += 1;
        }
        Ok(table)
    }

    /// Adds the counts of another table over the same codes, such as those of another session.
    ///
    /// # Errors
    ///
    /// [`Undefined::UnknownCode`] where the tables are over different codes.
    pub fn add(&mut self, other: &Self) -> Result<(), Undefined> {
        if self.codes != other.codes {
            return Err(Undefined::UnknownCode);
        }
        for (own, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *own += theirs;
        }
        Ok(())
    }

    /// Gives how many units are counted.
    pub fn units(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Gives the units with these codes in gold and in the model's labels; 0 for codes that were not declared.
    pub fn count(&self, gold: usize, model: usize) -> u64 {
        let is_declared = gold < self.codes && model < self.codes;
        if is_declared {
            self.counts[gold * self.codes + model]
        } else {
            0
        }
    }

    /// Gives the counts of each code, one against all others.
    pub fn codes(&self) -> Vec<CodeCounts> {
        let (gold, model) = self.margins();
        let of_code = |code: usize| {
            let hits = self.count(code, code);
            CodeCounts {
                true_positives: hits,
                false_positives: model[code] - hits,
                false_negatives: gold[code] - hits,
            }
        };
        (0..self.codes).map(of_code).collect()
    }

    /// Gives the share of units with the same code, in `[0, 1]`.
    ///
    /// # Errors
    ///
    /// [`Undefined::NoUnits`] without units.
    pub fn accuracy(&self) -> Result<f64, Undefined> {
        share(self.hits(), self.units())
    }

    /// Gives the mean recall of the codes that occur in gold, in `[0, 1]`.
    ///
    /// # Errors
    ///
    /// [`Undefined::NoUnits`] without units.
    ///
    /// Source: Brodersen, Ong, Stephan and Buhmann (2010), ICPR, 3121-3124.
    pub fn balanced_accuracy(&self) -> Result<Mean, Undefined> {
        Mean::of(self.codes().iter().map(CodeCounts::recall))
    }

    /// Gives Matthews' correlation coefficient for any number of codes, in `[-1, 1]`.
    ///
    /// With s units, c of them equal, and g_k and m_k the margins:
    /// `(c s - Σ g_k m_k) / √((s² - Σ g_k²)(s² - Σ m_k²))`. Two codes reach -1; more need not.
    ///
    /// # Errors
    ///
    /// [`Undefined::NoUnits`] without units, [`Undefined::OneCategoryUsed`] where gold or the model uses one code only.
    ///
    /// Source: Gorodkin (2004), Computational Biology and Chemistry 28(5-6), 367-374.
    pub fn matthews(&self) -> Result<f64, Undefined> {
        let (gold, model) = self.margins();
        let units = self.units();
        if units == 0 {
            return Err(Undefined::NoUnits);
        }
        let dot = |one: &[u64], other: &[u64]| -> i128 {
            one.iter()
                .zip(other)
                .map(|(one, other)| i128::from(*one) * i128::from(*other))
                .sum()
        };
        let all = i128::from(units) * i128::from(units);
        let spreads = (all - dot(&gold, &gold), all - dot(&model, &model));
        if spreads.0 == 0 || spreads.1 == 0 {
            return Err(Undefined::OneCategoryUsed);
        }
        let common = i128::from(self.hits()) * i128::from(units) - dot(&gold, &model);
        let scale = (spreads.0 as f64).sqrt() * (spreads.1 as f64).sqrt();
        // Rounding may carry the quotient over its bounds in the last place.
        Ok((common as f64 / scale).clamp(-1.0, 1.0))
    }

    /// Gives how far the model stands above gold on a ladder, which lists codes from the lowest step up.
    ///
    /// Units with a code that is not on the ladder, in gold or in the model's labels, are left out.
    pub fn shift(&self, ladder: &[usize]) -> Shift {
        let mut shift = Shift::default();
        for (gold_step, gold) in ladder.iter().enumerate() {
            for (model_step, model) in ladder.iter().enumerate() {
                let units = self.count(*gold, *model);
                let steps = u128::from(units) * model_step.abs_diff(gold_step) as u128;
                shift.units += units;
                if model_step > gold_step {
                    shift.over += units;
                    shift.steps_up += steps;
                } else if model_step < gold_step {
                    shift.under += units;
                    shift.steps_down += steps;
                }
            }
        }
        shift
    }

    fn hits(&self) -> u64 {
        (0..self.codes).map(|code| self.count(code, code)).sum()
    }

    /// Gives the units by gold's code and by the model's.
    fn margins(&self) -> (Vec<u64>, Vec<u64>) {
        let (mut gold, mut model) = (vec![0; self.codes], vec![0; self.codes]);
        for (at, count) in self.counts.iter().enumerate() {
            gold[at / self.codes] += count;
            model[at % self.codes] += count;
        }
        (gold, model)
    }
}

/// How far the model rates higher or lower than gold on a ladder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shift {
    /// Units on the ladder in both.
    pub units: u64,
    /// Units that the model rates higher.
    pub over: u64,
    /// Units that the model rates lower.
    pub under: u64,
    steps_up: u128,
    steps_down: u128,
}

impl Shift {
    /// Gives the mean of model minus gold in steps; above 0 the model rates higher. With k steps on the ladder it
    /// lies in `[-(k-1), k-1]`.
    ///
    /// # Errors
    ///
    /// [`Undefined::NoUnits`] where no unit is on the ladder in both.
    pub fn mean(&self) -> Result<f64, Undefined> {
        if self.units == 0 {
            return Err(Undefined::NoUnits);
        }
        Ok((self.steps_up as f64 - self.steps_down as f64) / self.units as f64)
    }
}
