//! The list of the sessions.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rusqlite::{Connection, Row};
use uuid::Uuid;

use super::audit;
use super::error::Error;
use super::open::Study;
use crate::model::{SessionRow, Surface, Timestamp};

impl Study {
    /// Gives the list of sessions in their order, with the coder's progress in each.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn sessions(&self, coder: Option<Uuid>) -> Result<Vec<SessionRow>, Error> {
        self.read("read the sessions", |connection| {
            let mut rows: Vec<SessionRow> = connection
                .prepare(
                    "SELECT id, key, title, agent, surface, coalesce(repository, folder), started, developer_turns,
                     pushback_turns FROM session ORDER BY position, id",
                )?
                .query_map([], row)?
                .collect::<rusqlite::Result<_>>()?;
            if let Some(coder) = coder {
                add_progress(connection, coder, &mut rows)?;
                audit::add_progress(connection, coder, &mut rows)?;
            }
            Ok(rows)
        })
    }

    /// Gives the developer turns that the detector marked as pushback, by session, each by its ordinal.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn proposed(&self) -> Result<BTreeMap<String, BTreeSet<u32>>, Error> {
        self.read("read the marks", |connection| {
            let mut statement = connection.prepare(
                "SELECT s.key, t.ordinal FROM mark m JOIN turn t ON t.id = m.turn JOIN session s ON s.id = t.session
                 WHERE m.pushback = 1",
            )?;
            let mut proposed: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let key: String = row.get(0)?;
                proposed.entry(key).or_default().insert(row.get(1)?);
            }
            Ok(proposed)
        })
    }
}

fn add_progress(
    connection: &Connection,
    coder: Uuid,
    rows: &mut [SessionRow],
) -> rusqlite::Result<()> {
    let places: HashMap<String, usize> = (0..)
        .zip(rows.iter())
        .map(|(at, row)| (row.key.clone(), at))
        .collect();
    let mut statement = connection.prepare(PROGRESS)?;
    let mut found = statement.query([coder.to_string()])?;
    while let Some(one) = found.next()? {
        let key: String = one.get(0)?;
        if let Some(row) = places.get(&key).and_then(|&at| rows.get_mut(at)) {
            let hand: i64 = one.get(1)?;
            row.candidates = row
                .candidates
                .saturating_add_signed(i32::try_from(hand).unwrap_or(0));
            row.decided = one.get(2)?;
            row.deferred = one.get(3)?;
        }
    }
    Ok(())
}

/// For each session that a coder has touched: how many turns more than the detector marks are to be decided on, being
/// marked by hand or begun before another detector came, and how many are decided and put off.
const PROGRESS: &str = "
SELECT d.session,
       sum(coalesce(d.marked, d.begun OR coalesce(m.pushback, 0)) - coalesce(m.pushback, 0)),
       sum(d.verdict IS NOT NULL AND coalesce(d.marked, 1)),
       sum(d.verdict IS NULL AND d.deferred AND coalesce(d.marked, 1))
FROM (SELECT *, verdict IS NOT NULL OR deferred OR EXISTS
        (SELECT 1 FROM episode e WHERE e.coder = decision.coder AND e.session = decision.session
                                   AND e.turn = decision.turn) AS begun FROM decision) d
JOIN session s ON s.key = d.session
JOIN turn t ON t.session = s.id AND t.role = 'developer' AND t.ordinal = d.turn
LEFT JOIN mark m ON m.turn = t.id
WHERE d.coder = ?1
GROUP BY d.session";

pub(super) fn row(row: &Row) -> rusqlite::Result<SessionRow> {
    let surface: Option<String> = row.get(4)?;
    let title: Option<String> = row.get(2)?;
    Ok(SessionRow {
        id: row.get(0)?,
        key: row.get(1)?,
        title: title.unwrap_or_default(),
        agent: row.get(3)?,
        surface: surface.as_deref().and_then(Surface::from_name),
        repository: row.get(5)?,
        started: row.get::<_, Option<i64>>(6)?.map(Timestamp),
        developer_turns: row.get(7)?,
        candidates: row.get(8)?,
        decided: 0,
        deferred: 0,
    })
}
