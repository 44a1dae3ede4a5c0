//! Coefficients of agreement against published and independently computed figures, and their laws.

mod apart;
mod bootstrap;
mod bridge;
mod degenerate;
mod fixtures;
mod judge;
mod laws;
mod simulations;
mod threads;
mod vectors;

use pushback::agreement::{CodeSet, Missing, Ratings, SetRatings, Tally};

/// Builds a tally of rows that occur several times each, without sessions.
fn tally_of(
    categories: usize,
    coders: usize,
    missing: Missing,
    rows: &[(Vec<Option<usize>>, u64)],
) -> Tally {
    let mut ratings = Ratings::new(categories, coders);
    for (row, times) in rows {
        for _ in 0..*times {
            ratings.add(row, None).unwrap();
        }
    }
    ratings.tally(missing)
}

/// Builds a tally of two coders from their confusion table.
fn tally_of_table(table: &[&[u64]]) -> Tally {
    let mut rows = Vec::new();
    for (first, counts) in table.iter().enumerate() {
        for (second, count) in counts.iter().enumerate() {
            rows.push((vec![Some(first), Some(second)], *count));
        }
    }
    tally_of(table.len(), 2, Missing::LeaveOut, &rows)
}

/// A row of labels that were all given.
fn row(labels: &[usize]) -> Vec<Option<usize>> {
    labels.iter().copied().map(Some).collect()
}

/// A set of codes.
fn set(codes: &[usize]) -> Option<CodeSet> {
    CodeSet::new(codes.iter().copied())
}

/// Builds set ratings from rows of sets.
fn sets_of(declared: usize, coders: usize, rows: &[Vec<Option<CodeSet>>]) -> SetRatings {
    let mut ratings = SetRatings::new(declared, coders);
    for row in rows {
        ratings.add(row, None).unwrap();
    }
    ratings
}
