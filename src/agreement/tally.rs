//! How often each row of labels occurs: all that the coefficients need to know.

use std::collections::BTreeMap;

use super::ratings::NONE;

/// What becomes of the units that only one coder labelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Missing {
    /// They are left out of every coefficient, and counted.
    #[default]
    LeaveOut,
    /// They count for the shares of the categories and for the number of units, as in Gwet's own programs.
    ///
    /// Only for reproducing the figures of those programs (irrCAC): it overstates their standard errors.
    LikeGwet,
}

/// How many units were seen by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Units with a label of any coder.
    pub any: u64,
    /// Units with the labels of two coders or more: what the coefficients are about.
    pub pairable: u64,
    /// Units that only one coder labelled.
    pub single: u64,
    /// Units that nobody labelled.
    pub unlabelled: u64,
    /// Labels of each coder on the units that are counted.
    pub labels: Vec<u64>,
}

/// The distinct rows of labels with the number of units that show them, and the same for each session.
///
/// Neither the order of the units nor the names of the sessions leave a trace, so that the same labels give the same
/// figures whichever file was merged first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    pub(super) categories: usize,
    pub(super) coders: usize,
    pub(super) missing: Missing,
    pub(super) rows: Vec<Vec<u16>>,
    pub(super) counts: Vec<u64>,
    pub(super) sessions: Option<Vec<SessionKind>>,
    single: u64,
    unlabelled: u64,
}

/// Sessions with the same count table: which rows occur how often in each, and how many such sessions there are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SessionKind {
    pub(super) rows: Vec<(u32, u64)>,
    pub(super) sessions: u64,
}

/// Rows of labels before they are put in order: equal rows may still occur twice.
pub(super) struct Loose {
    pub(super) rows: Vec<Vec<u16>>,
    pub(super) counts: Vec<u64>,
    pub(super) sessions: Option<Vec<SessionKind>>,
}

impl Tally {
    /// Counts units, each given by the row it shows and its session.
    pub(super) fn count(
        categories: usize,
        coders: usize,
        missing: Missing,
        rows: &[Vec<u16>],
        units: &[u32],
        sessions: &[Option<u64>],
    ) -> Self {
        let mut counts = vec![0; rows.len()];
        for unit in units {
            counts[*unit as usize] += 1;
        }
        let clustered = sessions.iter().any(Option::is_some);
        let loose = Loose {
            rows: rows.to_vec(),
            counts,
            sessions: clustered.then(|| by_session(units, sessions)),
        };
        Self::settle(categories, coders, missing, loose)
    }

    /// Merges equal rows, leaves out what is not counted, and puts rows and sessions in an order of their own.
    pub(super) fn settle(categories: usize, coders: usize, missing: Missing, loose: Loose) -> Self {
        let least = match missing {
            Missing::LeaveOut => 2,
            Missing::LikeGwet => 1,
        };
        let (mut single, mut unlabelled) = (0, 0);
        let mut merged: BTreeMap<&[u16], u64> = BTreeMap::new();
        for (row, count) in loose.rows.iter().zip(&loose.counts) {
            match labels(row) {
                0 => unlabelled += count,
                1 => single += count,
                _ => (),
            }
            if labels(row) >= least && *count > 0 {
                *merged.entry(row).or_default() += count;
            }
        }
        let order: BTreeMap<&[u16], u32> = merged.keys().copied().zip(0..).collect();
        let place: Vec<Option<u32>> = loose
            .rows
            .iter()
            .map(|row| order.get(row.as_slice()).copied())
            .collect();
        Self {
            categories,
            coders,
            missing,
            rows: merged.keys().map(|row| row.to_vec()).collect(),
            counts: merged.values().copied().collect(),
            sessions: loose.sessions.map(|kinds| settle_sessions(kinds, &place)),
            single,
            unlabelled,
        }
    }

    /// The number of declared categories.
    pub fn categories(&self) -> usize {
        self.categories
    }

    /// The number of coders.
    pub fn coders(&self) -> usize {
        self.coders
    }

    /// The number of sessions with a counted unit; `None` where no sessions were given.
    pub fn sessions(&self) -> Option<u64> {
        let kinds = self.sessions.as_ref()?;
        Some(kinds.iter().map(|kind| kind.sessions).sum())
    }

    /// How many units were seen by any coder, by two, by one.
    pub fn seen(&self) -> Seen {
        let mut by_coder = vec![0; self.coders];
        for (row, count) in self.rows.iter().zip(&self.counts) {
            for (coder, _) in given(row) {
                by_coder[coder] += count;
            }
        }
        let pairable = self.pairable();
        Seen {
            any: pairable + self.single,
            pairable,
            single: self.single,
            unlabelled: self.unlabelled,
            labels: by_coder,
        }
    }

    /// The number of units with the labels of two coders or more.
    pub fn pairable(&self) -> u64 {
        let rows = self.rows.iter().zip(&self.counts);
        rows.filter(|(row, _)| labels(row) >= 2)
            .map(|(_, count)| count)
            .sum()
    }

    /// The same units with the labels of these coders only, in this order; coders that do not exist are left out.
    pub fn of(&self, coders: &[usize]) -> Self {
        let coders: Vec<usize> = coders
            .iter()
            .copied()
            .filter(|coder| *coder < self.coders)
            .collect();
        let rows = |row: &Vec<u16>| coders.iter().map(|coder| row[*coder]).collect();
        self.rebuilt(self.categories, coders.len(), rows)
    }

    /// The units to which one coder gave a category, and which two coders or more labelled: what that coder's precision
    /// or recall is about.
    pub fn where_given(&self, coder: usize, category: usize) -> Self {
        let is_given = |row: &[u16]| given(row).any(|own| own == (coder, category));
        self.rebuilt(self.categories, self.coders, |row| {
            if is_given(row) {
                row.clone()
            } else {
                vec![NONE; row.len()]
            }
        })
    }

    /// The units that every coder labelled: those on which any two coders are compared on the same ground.
    pub fn complete(&self) -> Self {
        self.rebuilt(self.categories, self.coders, |row| {
            if labels(row) == self.coders {
                row.clone()
            } else {
                vec![NONE; row.len()]
            }
        })
    }

    /// The same units asked about one category alone: 0 where a coder gave it, 1 where another.
    pub fn one_code(&self, category: usize) -> Self {
        self.merged(2, |own| u16::from(own != category))
    }

    /// The labels of two coders, row by row as they stand here: equal rows are not merged, so that the counts of a
    /// resample of these units fit them. Without sessions.
    pub(super) fn rows_of(&self, pair: [usize; 2]) -> Self {
        let rows = self.rows.iter();
        Self {
            coders: 2,
            rows: rows
                .map(|row| pair.map(|coder| row[coder]).into())
                .collect(),
            counts: self.counts.clone(),
            sessions: None,
            ..*self
        }
    }

    /// The same units with every category read as another; `to` gives a category below `categories`.
    pub(super) fn merged(&self, categories: usize, to: impl Fn(usize) -> u16) -> Self {
        let read = |label: &u16| {
            if *label == NONE {
                NONE
            } else {
                to(usize::from(*label))
            }
        };
        self.rebuilt(categories, self.coders, |row| {
            row.iter().map(read).collect()
        })
    }

    fn rebuilt(
        &self,
        categories: usize,
        coders: usize,
        row: impl Fn(&Vec<u16>) -> Vec<u16>,
    ) -> Self {
        let loose = Loose {
            rows: self.rows.iter().map(row).collect(),
            counts: self.counts.clone(),
            sessions: self.sessions.clone(),
        };
        let mut settled = Self::settle(categories, coders, self.missing, loose);
        if coders == self.coders && self.missing == Missing::LeaveOut {
            // The units that one coder labelled were left out of the rows before, and are still as many.
            settled.single = self.single;
            settled.unlabelled = self.unlabelled;
        }
        settled
    }
}

/// The labels of a row that were given, with their coders.
pub(super) fn given(row: &[u16]) -> impl Iterator<Item = (usize, usize)> + '_ {
    row.iter()
        .enumerate()
        .filter(|(_, label)| **label != NONE)
        .map(|(coder, label)| (coder, usize::from(*label)))
}

/// The number of labels in a row.
pub(super) fn labels(row: &[u16]) -> usize {
    given(row).count()
}

/// Counts the rows of each session; a unit without one is a session of its own.
fn by_session(units: &[u32], sessions: &[Option<u64>]) -> Vec<SessionKind> {
    let mut placed: Vec<(u64, u32)> = Vec::new();
    let mut kinds = Vec::new();
    for (unit, session) in units.iter().zip(sessions) {
        match session {
            Some(session) => placed.push((*session, *unit)),
            None => kinds.push(SessionKind {
                rows: vec![(*unit, 1)],
                sessions: 1,
            }),
        }
    }
    // The units of a session mostly stand together already: then only these few are sorted.
    if !placed.is_sorted_by_key(|(session, _)| *session) {
        placed.sort_unstable();
    }
    for units in placed.chunk_by_mut(|one, next| one.0 == next.0) {
        units.sort_unstable();
        let mut rows: Vec<(u32, u64)> = Vec::new();
        for same in units.chunk_by(|one, next| one.1 == next.1) {
            rows.push((same[0].1, same.len() as u64));
        }
        kinds.push(SessionKind { rows, sessions: 1 });
    }
    kinds
}

/// Renames the rows of sessions, drops sessions that have none left, and counts equal ones once.
fn settle_sessions(kinds: Vec<SessionKind>, place: &[Option<u32>]) -> Vec<SessionKind> {
    let mut settled: Vec<SessionKind> = Vec::with_capacity(kinds.len());
    for mut kind in kinds {
        kind.rows.retain_mut(|(row, _)| {
            let new = place[*row as usize];
            *row = new.unwrap_or_default();
            new.is_some()
        });
        kind.rows.sort_unstable();
        kind.rows.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        if !kind.rows.is_empty() {
            settled.push(kind);
        }
    }
    settled.sort_unstable();
    settled.dedup_by(|next, kept| {
        let same = next.rows == kept.rows;
        if same {
            kept.sessions += next.sessions;
        }
        same
    });
    settled
}
