//! Sessions into the file, and the list of them.

use rusqlite::{Connection, OptionalExtension, Row, Transaction};
use uuid::Uuid;

use super::error::Error;
use super::open::Study;
use super::{marks, wire};
use crate::model::{Mark, Role, Session, SessionRow, Surface, Timestamp, Turn, TurnRef, text_hash};

/// What became of a session that was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// It was not there before.
    New,
    /// It was there, with the same or more developer turns; nothing changed.
    Same,
    /// It was there and has grown by this many developer turns.
    Extended(usize),
    /// It was there without labels and has other turns now, from this developer turn on; it was replaced.
    Replaced(u32),
    /// It was there with labels, and its turns differ from this developer turn on; what is there was kept.
    Differs(u32),
    /// Another session with the same id and other turns was there; this one was added under this key.
    Beside(String),
}

impl Study {
    /// Adds sessions with the detector's marks, all in one transaction.
    ///
    /// Adding the same session again changes nothing; one that has grown is extended. Labels never move: they
    /// belong to the session's key and the developer turn's ordinal, and a session with labels whose turns
    /// differ is kept as it is.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be written; nothing was added then.
    pub fn add_sessions(
        &mut self,
        sessions: &[(Session, Vec<Mark>)],
        detector: &str,
    ) -> Result<Vec<Added>, Error> {
        self.write("add sessions", |transaction| {
            sessions
                .iter()
                .map(|(session, marks)| add(transaction, session, marks, detector))
                .collect()
        })
    }

    /// Gives what would become of a session that is added, without adding it.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn would_add(&self, session: &Session) -> Result<Added, Error> {
        self.read("compare a session", |connection| {
            let Some(id) = find(connection, &session.key)? else {
                return Ok(Added::New);
            };
            compare(connection, id, session)
        })
    }

    /// Gives the list of sessions in their order, with the coder's progress in each.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn sessions(&self, coder: Option<Uuid>) -> Result<Vec<SessionRow>, Error> {
        let coder = coder.map(|coder| coder.to_string());
        self.read("read the sessions", |connection| {
            let mut rows: Vec<SessionRow> = connection
                .prepare(
                    "SELECT id, key, title, agent, surface, coalesce(repository, folder), started, developer_turns,
                     pushback_turns FROM session ORDER BY position, id",
                )?
                .query_map([], row)?
                .collect::<rusqlite::Result<_>>()?;
            let Some(coder) = coder else { return Ok(rows) };
            let places: std::collections::HashMap<String, usize> =
                rows.iter().enumerate().map(|(at, row)| (row.key.clone(), at)).collect();
            let mut statement = connection.prepare(PROGRESS)?;
            let mut found = statement.query([coder])?;
            while let Some(one) = found.next()? {
                let key: String = one.get(0)?;
                if let Some(row) = places.get(&key).and_then(|&at| rows.get_mut(at)) {
                    let hand: i64 = one.get(1)?;
                    row.candidates = u32::try_from((i64::from(row.candidates) + hand).max(0)).unwrap_or(0);
                    row.decided = one.get(2)?;
                    row.deferred = one.get(3)?;
                }
            }
            Ok(rows)
        })
    }
}

/// For each session that a coder has touched: marks by hand more than the detector's, decided, put off.
const PROGRESS: &str = "
SELECT d.session,
       sum(CASE WHEN d.marked = 1 AND NOT coalesce(m.pushback, 0) THEN 1
                WHEN d.marked = 0 AND coalesce(m.pushback, 0) THEN -1 ELSE 0 END),
       sum(d.verdict IS NOT NULL AND coalesce(d.marked, m.pushback, 0)),
       sum(d.verdict IS NULL AND d.deferred AND coalesce(d.marked, m.pushback, 0))
FROM decision d
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

pub(super) fn find(connection: &Connection, key: &str) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT id FROM session WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()
}

fn add(
    transaction: &Transaction,
    session: &Session,
    marks: &[Mark],
    detector: &str,
) -> rusqlite::Result<Added> {
    let Some(id) = find(transaction, &session.key)? else {
        insert(transaction, &session.key, session, marks, detector)?;
        return Ok(Added::New);
    };
    let outcome = compare(transaction, id, session)?;
    match &outcome {
        Added::Extended(_) | Added::Replaced(_) => {
            refill(transaction, id, session, marks, detector)?;
        }
        Added::Beside(key) => match find(transaction, key)? {
            None => insert(transaction, key, session, marks, detector)?,
            Some(beside) => {
                let outcome = compare(transaction, beside, session)?;
                if let Added::Extended(_) = outcome {
                    refill(transaction, beside, session, marks, detector)?;
                }
                return Ok(outcome);
            }
        },
        _ => (),
    }
    Ok(outcome)
}

/// Compares a session with the one that is there under the same key, by the developer's words.
fn compare(connection: &Connection, id: i64, session: &Session) -> rusqlite::Result<Added> {
    let (key, known_hashes) = known(connection, id)?;
    let new: Vec<String> = session
        .developer_turns()
        .map(|(_, turn)| text_hash(&turn.text))
        .collect();
    let common = known_hashes
        .iter()
        .zip(&new)
        .take_while(|(old, new)| old == new)
        .count();
    let differs_from = u32::try_from(common + 1).unwrap_or(u32::MAX);
    if common == new.len() {
        return Ok(Added::Same);
    }
    if common == known_hashes.len() {
        return Ok(Added::Extended(new.len() - common));
    }
    if common == 0 {
        return Ok(Added::Beside(format!("{}~{}", session.key, &new[0][..8])));
    }
    let labels: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM history WHERE session = ?1)")?
        .query_row([key], |row| row.get(0))?;
    // Without labels the fuller recording wins, so that the order of the files does not matter.
    if labels || new.len() <= known_hashes.len() {
        return Ok(Added::Differs(differs_from));
    }
    Ok(Added::Replaced(differs_from))
}

fn known(connection: &Connection, id: i64) -> rusqlite::Result<(String, Vec<String>)> {
    let key = connection
        .prepare_cached("SELECT key FROM session WHERE id = ?1")?
        .query_row([id], |row| row.get::<_, String>(0))?;
    let hashes = connection
        .prepare_cached(
            "SELECT hash FROM turn WHERE session = ?1 AND role = 'developer' ORDER BY ordinal",
        )?
        .query_map([id], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok((key, hashes))
}

fn insert(
    transaction: &Transaction,
    key: &str,
    session: &Session,
    marks: &[Mark],
    detector: &str,
) -> rusqlite::Result<()> {
    let position: i64 = transaction
        .prepare_cached("SELECT coalesce(max(position), 0) + 1 FROM session")?
        .query_row([], |row| row.get(0))?;
    transaction
        .prepare_cached(
            "INSERT INTO session (key, position, format, path, agent, models, developer_turns, pushback_turns)
             VALUES (?1, ?2, '', '', '', '[]', 0, 0)",
        )?
        .execute((key, position))?;
    let id = transaction.last_insert_rowid();
    refill(transaction, id, session, marks, detector)
}

/// Writes what is known of a session over what stood there, and its turns anew.
fn refill(
    transaction: &Transaction,
    id: i64,
    session: &Session,
    marks: &[Mark],
    detector: &str,
) -> rusqlite::Result<()> {
    let first_words = || {
        session
            .first_words()
            .map(|words| words.chars().take(200).collect::<String>())
    };
    let models = serde_json::to_string(&session.models).unwrap_or_else(|_| "[]".to_owned());
    transaction
        .prepare_cached(
            "UPDATE session SET format = ?2, path = ?3, agent = ?4, agent_version = ?5, models = ?6, surface = ?7,
             repository = ?8, folder = ?9, branch = ?10, started = ?11, ended = ?12, title = ?13, parent = ?14,
             developer_turns = ?15, pushback_turns = ?16 WHERE id = ?1",
        )?
        .execute(rusqlite::params![
            id,
            session.source.format,
            session.source.path,
            session.agent,
            session.agent_version,
            models,
            session.surface.map(Surface::name),
            session.repository,
            session.folder,
            session.branch,
            session.started.map(|time| time.0),
            session.ended.map(|time| time.0),
            session.title.clone().or_else(first_words),
            session.parent,
            session.developer_turns().count(),
            marks.iter().filter(|mark| mark.pushback).count(),
        ])?;
    transaction
        .prepare_cached("DELETE FROM turn WHERE session = ?1")?
        .execute([id])?;
    for (position, (address, turn)) in session.addressed().enumerate() {
        insert_turn(transaction, id, position, address, turn)?;
        if address.role == Role::Developer
            && let Some(mark) = marks.iter().find(|mark| mark.turn == address.ordinal)
        {
            marks::put(transaction, transaction.last_insert_rowid(), mark, detector)?;
        }
    }
    Ok(())
}

fn insert_turn(
    transaction: &Transaction,
    session: i64,
    position: usize,
    address: TurnRef,
    turn: &Turn,
) -> rusqlite::Result<()> {
    let (role, words, body) = match turn.role {
        // The developer's words stand plain, so that they can be searched, and read with any tool.
        Role::Developer if turn.events.is_empty() => ("developer", Some(turn.text.as_str()), None),
        Role::Developer => (
            "developer",
            Some(turn.text.as_str()),
            Some(wire::pack("", &[], &turn.events)),
        ),
        Role::Agent => (
            "agent",
            None,
            Some(wire::pack(&turn.text, &turn.parts, &turn.events)),
        ),
    };
    transaction
        .prepare_cached(
            "INSERT INTO turn (session, position, role, ordinal, kind, hash, native_id, place, time, bytes, words, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(rusqlite::params![
            session,
            position,
            role,
            address.ordinal,
            turn.kind.name(),
            text_hash(&turn.text),
            turn.native_id,
            turn.place.map(|place| i64::try_from(place).unwrap_or(i64::MAX)),
            turn.time.map(|time| time.0),
            turn.text.len(),
            words,
            body,
        ])?;
    Ok(())
}
