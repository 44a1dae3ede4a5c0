//! A session as the detector has to see it: what was left out at its beginning, because another session holds it, comes
//! before the rest again.

use rusqlite::{Connection, OptionalExtension};

use super::error::Error;
use super::open::Study;
use super::{joining, transcript};
use crate::model::{Role, Turn, text_hash};

/// How many sessions that continue one another are followed back; a file from somebody else may lead in a circle.
const FURTHEST: usize = 32;

/// The turns of a session, those first that it repeats of another one.
#[derive(Debug, Clone, PartialEq)]
pub struct Uncut {
    /// Key of the session.
    pub key: String,
    /// Its repository, where the transcript names one.
    pub repository: Option<String>,
    /// All turns in order.
    pub turns: Vec<Turn>,
    /// How many developer turns at the beginning are the other session's: the first own one comes after them.
    pub left_out: u32,
}

impl Study {
    /// Gives a session with what was left out of its beginning; `None` where there is no session of this key.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn uncut(&self, key: &str) -> Result<Option<Uncut>, Error> {
        self.read("read a session", |connection| {
            let id = row_of(connection, key)?;
            id.map(|id| read(connection, id)).transpose()
        })
    }

    /// Counts the sessions whose words were left out of this copy of the study.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn withheld_sessions(&self) -> Result<u64, Error> {
        self.read("look for transcripts", |connection| {
            connection.query_row(
                "SELECT count(DISTINCT session) FROM turn WHERE role = 'developer' AND words IS NULL",
                [],
                |row| row.get(0),
            )
        })
    }
}

/// Reads a session with what was left out of its beginning. Where the study has that no longer, it begins with its own
/// first turn.
pub(super) fn read(connection: &Connection, id: i64) -> rusqlite::Result<Uncut> {
    let (key, repository) = connection
        .prepare_cached("SELECT key, repository FROM session WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (turns, left_out) = whole(connection, id, FURTHEST)?;
    Ok(Uncut {
        key,
        repository,
        turns,
        left_out: u32::try_from(left_out).unwrap_or(u32::MAX),
    })
}

fn row_of(connection: &Connection, key: &str) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT id FROM session WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()
}

/// Gives all turns, and how many of the developer's come from another session.
fn whole(connection: &Connection, id: i64, steps: usize) -> rusqlite::Result<(Vec<Turn>, usize)> {
    let own = own_turns(connection, id)?;
    let hashes: Vec<String> = connection
        .prepare_cached("SELECT hash FROM copied WHERE session = ?1 ORDER BY ordinal")?
        .query_map([id], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let front = if hashes.is_empty() || steps == 0 {
        None
    } else {
        front(connection, id, &hashes, steps)?
    };
    let Some(mut turns) = front else {
        return Ok((own, 0));
    };
    let mut own = own.into_iter();
    // The note of what was left out goes, and behind it stands what the agent had answered last.
    let answer = own.next().map(joining::bare);
    turns.extend(answer.filter(|turn| !turn.text.is_empty() || !turn.events.is_empty()));
    turns.extend(own);
    Ok((turns, hashes.len()))
}

/// Gives what stands before the first own turn, from the session that holds it; `None` where that has other turns.
fn front(
    connection: &Connection,
    id: i64,
    hashes: &[String],
    steps: usize,
) -> rusqlite::Result<Option<Vec<Turn>>> {
    let parent: Option<i64> = connection
        .prepare_cached(
            "SELECT other.id FROM session AS own JOIN session AS other ON other.key = own.parent WHERE own.id = ?1",
        )?
        .query_row([id], |row| row.get(0))
        .optional()?;
    let Some(parent) = parent else {
        return Ok(None);
    };
    let (mut turns, _) = whole(connection, parent, steps - 1)?;
    let is_developer = |(_, turn): &(usize, &Turn)| turn.role == Role::Developer;
    let spoken: Vec<(usize, &Turn)> = turns.iter().enumerate().filter(is_developer).collect();
    let stands = |(hash, (_, turn)): (&String, &(usize, &Turn))| *hash == text_hash(&turn.text);
    let is_same = spoken.len() >= hashes.len() && hashes.iter().zip(&spoken).all(stands);
    let last = spoken.get(hashes.len() - 1).map(|(at, _)| *at);
    let Some(last) = last.filter(|_| is_same) else {
        return Ok(None);
    };
    turns.truncate(last + 1);
    Ok(Some(turns))
}

fn own_turns(connection: &Connection, id: i64) -> rusqlite::Result<Vec<Turn>> {
    connection
        .prepare_cached(
            "SELECT role, kind, native_id, place, time, words, body FROM turn WHERE session = ?1 ORDER BY position",
        )?
        .query_map([id], transcript::turn)?
        .collect()
}
