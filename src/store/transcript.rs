//! One session out of the file: what stands where, and the turns themselves when they are looked at.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row};
use uuid::Uuid;

use super::error::Error;
use super::open::Study;
use super::{audit, body, history, wire};
use crate::model::{
    Decision, Mark, OpenSession, Role, SessionRow, Timestamp, Turn, TurnHead, TurnKind, TurnRef,
    Unit, derive,
};

impl Study {
    /// Gives what is known of a session's turns, and the coder's decisions on them.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn open_session(
        &self,
        row: &SessionRow,
        coder: Option<Uuid>,
    ) -> Result<OpenSession, Error> {
        self.read("read a session", |connection| {
            let turns = connection
                .prepare_cached(
                    "SELECT role, ordinal, kind, hash, time, bytes, score, pushback, cues FROM turn
                     LEFT JOIN mark ON mark.turn = turn.id WHERE session = ?1 ORDER BY position",
                )?
                .query_map([row.id], head)?
                .collect::<rusqlite::Result<_>>()?;
            let decisions = match coder {
                Some(coder) => decisions(connection, coder, &row.key)?,
                None => HashMap::new(),
            };
            let audit = audit::read(connection)?;
            let audited = audit.and_then(|mut audit| audit.turns.remove(&row.key));
            Ok(OpenSession {
                key: row.key.clone(),
                turns,
                audited: audited.unwrap_or_default(),
                decisions,
                is_queue: false,
            })
        })
    }

    /// Gives some turns of a session with their texts: `count` from the position `first`, counted from 0.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn turns(&self, row: &SessionRow, first: usize, count: usize) -> Result<Vec<Turn>, Error> {
        self.read("read turns", |connection| {
            connection
                .prepare_cached(
                    "SELECT role, kind, native_id, place, time, words, body FROM turn
                     WHERE session = ?1 AND position >= ?2 ORDER BY position LIMIT ?3",
                )?
                .query_map((row.id, first, count), turn)?
                .collect()
        })
    }
}

/// What is known of the words of a turn.
pub(super) enum Words {
    /// These.
    Text(String),
    /// They were left out of this copy of the study.
    Withheld,
    /// There is no such turn.
    Nowhere,
}

/// Reads the words of one turn.
pub(super) fn words(
    connection: &Connection,
    session: &str,
    address: TurnRef,
) -> rusqlite::Result<Words> {
    let found = connection
        .prepare_cached(
            "SELECT turn.role, turn.kind, native_id, place, time, words, body, words IS NULL AND body IS NULL
             FROM session JOIN turn ON turn.session = session.id
             WHERE session.key = ?1 AND turn.role = ?2 AND ordinal = ?3",
        )?
        .query_row((session, role_name(address.role), address.ordinal), |row| {
            Ok((turn(row)?, row.get(7)?))
        })
        .optional()?;
    Ok(match found {
        None => Words::Nowhere,
        Some((_, true)) => Words::Withheld,
        Some((turn, false)) => Words::Text(turn.text),
    })
}

/// Gives the name of a role in the file.
pub(super) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Developer => "developer",
        Role::Agent => "agent",
    }
}

fn decisions(
    connection: &Connection,
    coder: Uuid,
    session: &str,
) -> rusqlite::Result<HashMap<u32, Decision>> {
    let units: Vec<u32> = connection
        .prepare_cached("SELECT turn FROM decision WHERE coder = ?1 AND session = ?2")?
        .query_map((coder.to_string(), session), |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    units
        .into_iter()
        .map(|turn| {
            let unit = Unit {
                session: session.to_owned(),
                turn,
                hash: String::new(),
            };
            Ok((turn, derive(&history::of_unit(connection, coder, &unit)?)))
        })
        .collect()
}

fn role(row: &Row) -> rusqlite::Result<Role> {
    let role: String = row.get(0)?;
    Ok(if role == "developer" {
        Role::Developer
    } else {
        Role::Agent
    })
}

fn head(row: &Row) -> rusqlite::Result<TurnHead> {
    let address = TurnRef {
        role: role(row)?,
        ordinal: row.get(1)?,
    };
    let kind: String = row.get(2)?;
    let mark = match row.get::<_, Option<f64>>(6)? {
        None => None,
        Some(score) => {
            let cues: String = row.get(8)?;
            let cues = wire::cues_from_json(&cues);
            Some(Mark {
                turn: address.ordinal,
                score,
                pushback: row.get(7)?,
                cues,
            })
        }
    };
    Ok(TurnHead {
        address,
        kind: TurnKind::from_name(&kind).unwrap_or(TurnKind::Prompt),
        hash: row.get(3)?,
        time: row.get::<_, Option<i64>>(4)?.map(Timestamp),
        bytes: row.get(5)?,
        mark,
    })
}

/// Reads a turn from its role, kind, native id, place, time, words and body.
pub(super) fn turn(row: &Row) -> rusqlite::Result<Turn> {
    let kind: String = row.get(1)?;
    let words: Option<String> = row.get(5)?;
    let packed: Option<Vec<u8>> = row.get(6)?;
    let body = packed
        .as_deref()
        .map(|bytes| body::unpack(bytes).ok_or_else(|| wire::unreadable(6, "turn body")));
    let (text, parts, events) = match (words, body.transpose()?) {
        (Some(words), body) => (
            words,
            Vec::new(),
            body.map(|body| body.events).unwrap_or_default(),
        ),
        (None, Some(body)) => (body.text, body.parts, body.events),
        (None, None) => (String::new(), Vec::new(), Vec::new()),
    };
    Ok(Turn {
        role: role(row)?,
        kind: TurnKind::from_name(&kind).unwrap_or(TurnKind::Prompt),
        text,
        parts,
        events,
        time: row.get::<_, Option<i64>>(4)?.map(Timestamp),
        native_id: row.get(2)?,
        place: row
            .get::<_, Option<i64>>(3)?
            .and_then(|place| u64::try_from(place).ok()),
    })
}
