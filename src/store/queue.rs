//! Every developer turn of the study in short, for stepping in another order than that of the sessions' marks.

use uuid::Uuid;

use super::error::Error;
use super::open::Study;
use crate::model::Stop;

impl Study {
    /// Gives every developer turn with its score and the coder's state on it, in the order of the sessions.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn stops(&self, coder: Uuid) -> Result<Vec<Stop>, Error> {
        self.read("read the marks", |connection| {
            connection
                .prepare_cached(
                    "SELECT t.session, t.ordinal, coalesce(m.score, 0), coalesce(d.marked, m.pushback, 0),
                     d.verdict IS NOT NULL, d.verdict IS NULL AND coalesce(d.deferred, 0)
                     FROM session s JOIN turn t ON t.session = s.id
                     LEFT JOIN mark m ON m.turn = t.id
                     LEFT JOIN decision d ON d.coder = ?1 AND d.session = s.key AND d.turn = t.ordinal
                     WHERE t.role = 'developer' ORDER BY s.position, s.id, t.ordinal",
                )?
                .query_map([coder.to_string()], |row| {
                    Ok(Stop {
                        session: row.get(0)?,
                        turn: row.get(1)?,
                        score: row.get(2)?,
                        candidate: row.get(3)?,
                        decided: row.get(4)?,
                        deferred: row.get(5)?,
                    })
                })?
                .collect()
        })
    }
}
