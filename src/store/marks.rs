//! The detector's marks.

use rusqlite::Transaction;

use super::wire;
use crate::model::Mark;

/// Stores the mark of a developer turn.
pub(super) fn put(
    transaction: &Transaction,
    turn: i64,
    mark: &Mark,
    detector: &str,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO mark (turn, score, pushback, cues, detector) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((
            turn,
            mark.score.clamp(0.0, 1.0),
            mark.pushback,
            wire::cues_to_json(&mark.cues),
            detector,
        ))?;
    Ok(())
}
