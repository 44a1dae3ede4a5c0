//! What each coder chose for each unit.

use std::collections::HashMap;

use super::tally::{Missing, Tally};

/// A choice that was not made, in the rows of [`Ratings`] and [`Tally`].
pub(super) const NONE: u16 = u16::MAX;

/// Why a row of labels does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// There is not one place for each coder.
    #[error("a unit has {found} labels, but there are {coders} coders")]
    Coders {
        /// How many places the row has.
        found: usize,
        /// How many coders were declared.
        coders: usize,
    },
    /// A label lies outside the declared categories.
    #[error("category {found} is not among the {categories} that were declared")]
    Category {
        /// The index that was given.
        found: usize,
        /// How many categories were declared.
        categories: usize,
    },
    /// More sessions, or more categories, than can be told apart here.
    #[error("there are too many to be counted")]
    TooMany,
}

/// Units and the category that each coder put them in; a label may be missing.
///
/// The categories are declared, never inferred: a code that nobody used still counts for the coefficients that look
/// at the number of categories, and for the distances of a scale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ratings {
    categories: usize,
    coders: usize,
    labels: Vec<u16>,
    sessions: Vec<Option<u64>>,
}

impl Ratings {
    /// No units yet, for a number of declared categories and of coders.
    pub fn new(categories: usize, coders: usize) -> Self {
        Self {
            categories,
            coders,
            labels: Vec::new(),
            sessions: Vec::new(),
        }
    }

    /// Adds a unit: a category or nothing for each coder, in one order for all units.
    ///
    /// Units of one `session` are not independent of each other; where sessions are given, uncertainty is computed
    /// over sessions. A unit without a session stands for itself.
    ///
    /// # Errors
    ///
    /// [`Unfit`] where the row has not one place for each coder, or a category that was not declared.
    pub fn add(&mut self, labels: &[Option<usize>], session: Option<u64>) -> Result<(), Unfit> {
        if labels.len() != self.coders {
            return Err(Unfit::Coders {
                found: labels.len(),
                coders: self.coders,
            });
        }
        let before = self.labels.len();
        for label in labels {
            match self.place(*label) {
                Ok(place) => self.labels.push(place),
                Err(unfit) => {
                    self.labels.truncate(before);
                    return Err(unfit);
                }
            }
        }
        self.sessions.push(session);
        Ok(())
    }

    /// Adds the units of ratings of the same categories and coders; their sessions are numbered on from
    /// `sessions`, the number of sessions before.
    pub fn append(&mut self, next: &Ratings, sessions: u64) {
        debug_assert_eq!(
            (self.categories, self.coders),
            (next.categories, next.coders)
        );
        self.labels.extend_from_slice(&next.labels);
        let after = next.sessions.iter();
        let after = after.map(|session| session.map(|session| session + sessions));
        self.sessions.extend(after);
    }

    fn place(&self, label: Option<usize>) -> Result<u16, Unfit> {
        let Some(found) = label else {
            return Ok(NONE);
        };
        if found >= self.categories {
            return Err(Unfit::Category {
                found,
                categories: self.categories,
            });
        }
        match u16::try_from(found) {
            Ok(place) if place != NONE => Ok(place),
            _ => Err(Unfit::TooMany),
        }
    }

    /// The number of units, labelled or not.
    pub fn units(&self) -> usize {
        self.sessions.len()
    }

    /// The number of declared categories.
    pub fn categories(&self) -> usize {
        self.categories
    }

    /// The number of declared coders.
    pub fn coders(&self) -> usize {
        self.coders
    }

    /// The same units with their labels read another way: `to[k]` is what category `k` becomes, or `None` where it
    /// then counts as no label.
    ///
    /// A ladder without its "cannot tell" step, or the question whether a step was reached at all, come from this.
    pub fn recoded(&self, categories: usize, to: &[Option<usize>]) -> Self {
        let place = |label: &u16| match to.get(usize::from(*label)) {
            Some(Some(new)) if *new < categories => u16::try_from(*new).unwrap_or(NONE),
            _ => NONE,
        };
        Self {
            categories,
            coders: self.coders,
            labels: self.labels.iter().map(place).collect(),
            sessions: self.sessions.clone(),
        }
    }

    /// Counts how often each row of labels occurs, by session where sessions were given.
    pub fn tally(&self, missing: Missing) -> Tally {
        let mut seen = Patterns::new(&self.labels, self.coders);
        let mut rows: Vec<Vec<u16>> = Vec::new();
        let mut units = Vec::with_capacity(self.units());
        for unit in 0..self.units() {
            let row = &self.labels[unit * self.coders..][..self.coders];
            let pattern = seen.place(row);
            let next = u32::try_from(rows.len()).unwrap_or(u32::MAX);
            if *pattern == UNSEEN {
                rows.push(row.to_vec());
                *pattern = next;
            }
            units.push(*pattern);
        }
        Tally::count(
            self.categories,
            self.coders,
            missing,
            &rows,
            &units,
            &self.sessions,
        )
    }
}

/// The number of a row that has not been met yet.
const UNSEEN: u32 = u32::MAX;

/// The most rows of which each has a place of its own.
const MOST_PLACES: usize = 1 << 16;

/// Numbers for the distinct rows of labels.
enum Patterns<'a> {
    /// Where few rows are possible: a row read as a number to this base is its place.
    Few { base: usize, numbers: Vec<u32> },
    /// Where many are.
    Many(HashMap<&'a [u16], u32>),
}

impl<'a> Patterns<'a> {
    fn new(labels: &[u16], coders: usize) -> Self {
        let given = labels.iter().filter(|label| **label != NONE);
        // A missing label is a digit as well.
        let base = given.max().map_or(0, |most| usize::from(*most) + 1) + 1;
        let places = u32::try_from(coders)
            .ok()
            .and_then(|coders| base.checked_pow(coders));
        match places.filter(|places| *places <= MOST_PLACES) {
            Some(places) => Self::Few {
                base,
                numbers: vec![UNSEEN; places],
            },
            None => Self::Many(HashMap::new()),
        }
    }

    fn place(&mut self, row: &'a [u16]) -> &mut u32 {
        match self {
            Self::Few { base, numbers } => {
                let digit = |label: &u16| usize::from(label.wrapping_add(1));
                let place = row
                    .iter()
                    .fold(0, |place, label| place * *base + digit(label));
                &mut numbers[place]
            }
            Self::Many(numbers) => numbers.entry(row).or_insert(UNSEEN),
        }
    }
}
