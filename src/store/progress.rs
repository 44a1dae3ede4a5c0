//! What a coder has done so far, and how fast.

use uuid::Uuid;

use super::error::Error;
use super::open::Study;
use crate::model::Unit;

/// A pause longer than this, in milliseconds, is no time on task.
const LONGEST_PAUSE: i64 = 5 * 60 * 1000;
/// How many rows of the history the pace is taken from.
const RECENT: usize = 400;
/// From how many verdicts on a pace means anything.
const FEWEST: usize = 3;

impl Study {
    /// Gives the seconds that a coder takes for a turn, from the last few hundred keys, breaks left out; `None`
    /// while too little is decided.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn pace(&self, coder: Uuid) -> Result<Option<f64>, Error> {
        let rows: Vec<(i64, bool)> = self.read("read the pace", |connection| {
            connection
                .prepare_cached(
                    "SELECT time, slot = 'verdict' AND value <> 'null' FROM history
                     WHERE coder = ?1 ORDER BY time DESC, id DESC LIMIT ?2",
                )?
                .query_map((coder.to_string(), RECENT), |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })?
                .collect()
        })?;
        let verdicts = rows.iter().filter(|(_, verdict)| *verdict).count();
        if verdicts < FEWEST {
            return Ok(None);
        }
        let gaps = rows
            .windows(2)
            .map(|pair| pair[0].0.saturating_sub(pair[1].0))
            .filter(|gap| *gap <= LONGEST_PAUSE);
        Ok(Some(gaps.sum::<i64>() as f64 / 1000.0 / verdicts as f64))
    }

    /// Gives the units about which a coder has said anything that counts, with the first words of each turn.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn decided_units(&self, coder: Uuid) -> Result<Vec<(Unit, String)>, Error> {
        self.read("read the decisions", |connection| {
            connection
                .prepare(
                    "SELECT d.session, d.turn, d.turn_hash, coalesce(substr(t.words, 1, 200), '') FROM decision d
                     LEFT JOIN session s ON s.key = d.session
                     LEFT JOIN turn t ON t.session = s.id AND t.role = 'developer' AND t.ordinal = d.turn
                     WHERE d.coder = ?1 AND (d.verdict IS NOT NULL OR d.deferred = 1 OR EXISTS
                        (SELECT 1 FROM episode e WHERE e.coder = d.coder AND e.session = d.session AND e.turn = d.turn))",
                )?
                .query_map([coder.to_string()], |row| {
                    let unit = Unit { session: row.get(0)?, turn: row.get(1)?, hash: row.get(2)? };
                    Ok((unit, row.get(3)?))
                })?
                .collect()
        })
    }

    /// Counts a coder's episodes on decided turns, and the turns decided to be none.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn verdicts(&self, coder: Uuid) -> Result<(u64, u64), Error> {
        self.read("count the verdicts", |connection| {
            connection.query_row(
                "SELECT (SELECT count(*) FROM episode e JOIN decision d USING (coder, session, turn)
                         WHERE d.coder = ?1 AND d.verdict = 'episodes'),
                        (SELECT count(*) FROM decision WHERE coder = ?1 AND verdict = 'not an episode')",
                [coder.to_string()],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
        })
    }
}
