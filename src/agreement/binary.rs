//! The indices of a two by two table: is a code present or absent, by two coders.

use super::interval::{Interval, NoInterval, StandardError};
use super::linearise::Influences;
use super::tally::given;
use super::{Tally, Undefined};

/// How two coders used one code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Binary {
    /// Units that both gave the code: a.
    pub both: u64,
    /// Units that only the first coder gave the code: b.
    pub first_only: u64,
    /// Units that only the second coder gave the code: c.
    pub second_only: u64,
    /// Units that neither gave the code: d.
    pub neither: u64,
}

/// A share with its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// The share, in [0, 1].
    pub value: f64,
    /// Its standard error over units, by the delta method.
    pub error: f64,
}

impl Binary {
    /// The number of units.
    pub fn units(&self) -> u64 {
        self.both + self.first_only + self.second_only + self.neither
    }

    /// Cohen's kappa in [-1, 1], from whole numbers.
    ///
    /// # Errors
    ///
    /// [`Undefined`] below two units, or where both coders use one and the same category.
    ///
    /// Source: Cohen (1960), p. 40.
    pub fn kappa(&self) -> Result<f64, Undefined> {
        let units = i128::from(self.enough()?);
        let by_chance = self.by_chance();
        if by_chance == units * units {
            return Err(Undefined::OneCategoryUsed);
        }
        let agreeing = units * i128::from(self.both + self.neither);
        Ok((agreeing - by_chance) as f64 / (units * units - by_chance) as f64)
    }

    /// Gwet's AC1: chance is (1 - PI²) / 2. Defined even where one category is used.
    ///
    /// # Errors
    ///
    /// [`Undefined`] below two units.
    ///
    /// Source: Gwet (2008).
    pub fn ac1(&self) -> Result<f64, Undefined> {
        let units = self.enough()? as f64;
        let chance = (1.0 - self.prevalence_index()?.powi(2)) / 2.0;
        let apart = (self.first_only + self.second_only) as f64 / units;
        Ok(1.0 - apart / (1.0 - chance))
    }

    /// Prevalence-adjusted bias-adjusted kappa: 2 p<sub>a</sub> - 1, in [-1, 1].
    ///
    /// # Errors
    ///
    /// [`Undefined`] below two units.
    ///
    /// Source: Byrt, Bishop & Carlin (1993).
    pub fn pabak(&self) -> Result<f64, Undefined> {
        let units = self.enough()? as f64;
        let apart = (self.first_only + self.second_only) as f64;
        Ok(1.0 - 2.0 * apart / units)
    }

    /// The prevalence index (a - d) / n in [-1, 1], with its sign: positive where the code is common.
    ///
    /// # Errors
    ///
    /// [`Undefined::NoPairableUnit`] without units.
    ///
    /// Source: Byrt, Bishop & Carlin (1993).
    pub fn prevalence_index(&self) -> Result<f64, Undefined> {
        self.difference(self.both, self.neither)
    }

    /// The bias index (b - c) / n in [-1, 1], with its sign: positive where the first coder uses the code more.
    ///
    /// # Errors
    ///
    /// [`Undefined::NoPairableUnit`] without units.
    ///
    /// Source: Byrt, Bishop & Carlin (1993).
    pub fn bias_index(&self) -> Result<f64, Undefined> {
        self.difference(self.first_only, self.second_only)
    }

    /// Agreement on presence: 2a / (2a + b + c), in [0, 1]; the F1 of either coder against the other.
    ///
    /// # Errors
    ///
    /// [`Undefined::CodeUnused`] where neither coder gave the code.
    ///
    /// Source: Cicchetti & Feinstein (1990); the error by the delta method, √(4a (b + c) (a + b + c)) / (2a + b + c)².
    pub fn positive(&self) -> Result<Share, Undefined> {
        self.specific(self.both)
    }

    /// Agreement on absence: 2d / (2d + b + c), in [0, 1].
    ///
    /// # Errors
    ///
    /// [`Undefined::CodeUnused`] where both coders gave the code to every unit.
    ///
    /// Source: as [`Binary::positive`].
    pub fn negative(&self) -> Result<Share, Undefined> {
        self.specific(self.neither)
    }

    /// The largest kappa that these margins allow, in [0, 1].
    ///
    /// # Errors
    ///
    /// [`Undefined`], as [`Binary::kappa`].
    ///
    /// Source: Cohen (1960), p. 42.
    pub fn kappa_max(&self) -> Result<f64, Undefined> {
        let units = i128::from(self.enough()?);
        let by_chance = self.by_chance();
        if by_chance == units * units {
            return Err(Undefined::OneCategoryUsed);
        }
        // Margins that differ force exactly the difference of the one-sided cells apart.
        let apart = i128::from(self.first_only.abs_diff(self.second_only));
        let most = units * (units - apart);
        Ok((most - by_chance) as f64 / (units * units - by_chance) as f64)
    }

    fn enough(&self) -> Result<u64, Undefined> {
        match self.units() {
            0 => Err(Undefined::NoPairableUnit),
            1 => Err(Undefined::OneUnit),
            units => Ok(units),
        }
    }

    /// Agreement by chance, times the square of the units.
    fn by_chance(&self) -> i128 {
        let [a, b, c, d] =
            [self.both, self.first_only, self.second_only, self.neither].map(i128::from);
        (a + b) * (a + c) + (c + d) * (b + d)
    }

    fn difference(&self, more: u64, less: u64) -> Result<f64, Undefined> {
        match self.units() {
            0 => Err(Undefined::NoPairableUnit),
            units => Ok((more as f64 - less as f64) / units as f64),
        }
    }

    fn specific(&self, agreeing: u64) -> Result<Share, Undefined> {
        let agreeing = agreeing as f64;
        let apart = (self.first_only + self.second_only) as f64;
        let all = 2.0 * agreeing + apart;
        if all == 0.0 {
            return Err(Undefined::CodeUnused);
        }
        Ok(Share {
            value: 2.0 * agreeing / all,
            error: (4.0 * agreeing * apart * (agreeing + apart)).sqrt() / (all * all),
        })
    }
}

/// An index of a two by two table, with its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Index {
    /// The index, in [-1, 1].
    pub value: f64,
    /// Its standard error, over sessions where they were given; `None` for fewer than two units or sessions.
    pub error: Option<StandardError>,
}

impl Index {
    /// The interval of confidence at a level such as 0.95, within [-1, 1].
    ///
    /// # Errors
    ///
    /// [`NoInterval`] with the reason.
    pub fn interval(&self, level: f64) -> Result<Interval, NoInterval> {
        let error = self.error.ok_or(NoInterval::TooFew)?;
        let found = error.around(self.value, level)?;
        Ok(Interval {
            low: found.low.max(-1.0),
            high: found.high.min(1.0),
        })
    }
}

impl Tally {
    /// The two by two table of two coders over two categories, the first of which counts as present.
    ///
    /// # Errors
    ///
    /// [`Undefined::NotTwoCoders`] or [`Undefined::NotTwoCategories`].
    pub fn binary(&self) -> Result<Binary, Undefined> {
        if self.categories != 2 {
            return Err(Undefined::NotTwoCategories);
        }
        if self.coders != 2 {
            return Err(Undefined::NotTwoCoders);
        }
        let table = self.table(0, 1).ok_or(Undefined::NotTwoCoders)?;
        Ok(Binary {
            both: table.count(0, 0),
            first_only: table.count(0, 1),
            second_only: table.count(1, 0),
            neither: table.count(1, 1),
        })
    }

    /// The prevalence index with its error, as [`Binary::prevalence_index`].
    ///
    /// # Errors
    ///
    /// [`Undefined`], as [`Tally::binary`] and without units.
    pub fn prevalence_index(&self) -> Result<Index, Undefined> {
        let value = self.binary()?.prevalence_index()?;
        Ok(self.index(value, |first, second| match (first, second) {
            (0, 0) => 1.0,
            (1, 1) => -1.0,
            _ => 0.0,
        }))
    }

    /// The bias index with its error, as [`Binary::bias_index`].
    ///
    /// # Errors
    ///
    /// [`Undefined`], as [`Tally::binary`] and without units.
    pub fn bias_index(&self) -> Result<Index, Undefined> {
        let value = self.binary()?.bias_index()?;
        Ok(self.index(value, |first, second| match (first, second) {
            (0, 1) => 1.0,
            (1, 0) => -1.0,
            _ => 0.0,
        }))
    }

    /// An index is the mean of what each unit adds to it, so that its error is that of a mean.
    fn index(&self, value: f64, of_unit: impl Fn(usize, usize) -> f64) -> Index {
        let pull = |row: &Vec<u16>| {
            let categories: Vec<usize> = given(row).map(|(_, category)| category).collect();
            match categories[..] {
                [first, second] => of_unit(first, second) - value,
                _ => 0.0,
            }
        };
        let influences = Influences {
            by_row: self.rows.iter().map(pull).collect(),
            units: self.pairable() as f64,
        };
        Index {
            value,
            error: self.standard_error(&influences),
        }
    }
}
