//! Finding words in what the developers wrote, over all sessions.

use std::ops::Range;

use super::error::Error;
use super::open::Study;
use crate::model::{Found, Hit, SessionRow, find_words};

/// How many turns are decompressed at once.
const AT_ONCE: usize = 32;
/// How much of a line is shown before the words.
const BEFORE: usize = 30;
/// How much of a line is shown in all.
const SHOWN: usize = 160;

impl Study {
    /// Finds the developer turns that hold some words, upper and lower case being the same; at most `limit`.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn search(&self, words: &str, limit: usize) -> Result<Vec<Hit>, Error> {
        let mut hits = Vec::new();
        self.read("search", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT key, ordinal, words FROM session JOIN turn ON turn.session = session.id
                 WHERE role = 'developer' AND words IS NOT NULL ORDER BY session.position, session.id, turn.position",
            )?;
            let mut rows = statement.query([])?;
            while hits.len() < limit
                && let Some(row) = rows.next()?
            {
                let text = row.get_ref(2)?.as_str().unwrap_or_default();
                if let Some(found) = find_words(text, words, 0) {
                    let line = around(text, found.start);
                    hits.push(Hit { session: row.get(0)?, turn: row.get(1)?, line });
                }
            }
            Ok(())
        })?;
        Ok(hits)
    }

    /// Finds some words in all the text of a session, upper and lower case being the same; at most `limit` places.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn find_in_session(
        &self,
        row: &SessionRow,
        words: &str,
        limit: usize,
    ) -> Result<Vec<Found>, Error> {
        let mut found = Vec::new();
        for first in (0..).step_by(AT_ONCE) {
            let turns = self.turns(row, first, AT_ONCE)?;
            let last = turns.len() < AT_ONCE;
            for (position, turn) in (first..).zip(turns) {
                let ranges = places(&turn.text, words).take(limit - found.len());
                found.extend(ranges.map(|range| Found { position, range }));
            }
            if last || found.len() >= limit {
                break;
            }
        }
        Ok(found)
    }
}

/// Gives all places of some words in a text, one after the other.
fn places<'a>(text: &'a str, words: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    let mut from = 0;
    std::iter::from_fn(move || {
        let range = find_words(text, words, from)?;
        from = range.end;
        Some(range)
    })
}

/// Gives the line of a text around a byte, from a little before it.
fn around(text: &str, at: usize) -> String {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let skip = text[start..at].chars().count().saturating_sub(BEFORE);
    text[start..]
        .lines()
        .next()
        .unwrap_or_default()
        .chars()
        .skip(skip)
        .take(SHOWN)
        .collect()
}
