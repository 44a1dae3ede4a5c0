//! Finding words in what the developers wrote, over all sessions.

use super::error::Error;
use super::open::Study;

/// A developer turn in which the words were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Key of the session.
    pub session: String,
    /// Ordinal of the developer turn.
    pub turn: u32,
    /// The line of the turn in which they stand, cut around them.
    pub line: String,
}

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
        let wanted = words.to_lowercase();
        let mut hits = Vec::new();
        self.read("search", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT key, ordinal, words FROM session JOIN turn ON turn.session = session.id
                 WHERE role = 'developer' AND words IS NOT NULL ORDER BY session.position, session.id, turn.position",
            )?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let text = row.get_ref(2)?.as_str().unwrap_or_default();
                if let Some(line) = text.lines().find(|line| line.to_lowercase().contains(&wanted)) {
                    hits.push(Hit { session: row.get(0)?, turn: row.get(1)?, line: around(line, &wanted) });
                }
                if hits.len() == limit {
                    break;
                }
            }
            Ok(())
        })?;
        Ok(hits)
    }
}

fn around(line: &str, wanted: &str) -> String {
    let at = line.to_lowercase().find(wanted).unwrap_or(0);
    let start = line.to_lowercase()[..at]
        .chars()
        .count()
        .saturating_sub(BEFORE);
    line.chars().skip(start).take(SHOWN).collect()
}
