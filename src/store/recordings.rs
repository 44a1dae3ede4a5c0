//! What a study holds of each session, for a comparison with other studies.

use std::collections::BTreeMap;

use blake3::Hasher;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::copy::{HEAD, TURN};
use super::error::Error;
use super::open::Study;
use crate::model::{Recording, Timestamp};

impl Study {
    /// Gives what is recorded of each session, by key.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn recordings(&self) -> Result<Vec<Recording>, Error> {
        self.read("compare the sessions", |connection| {
            let mut drafts = heads(connection)?;
            add_turns(connection, &mut drafts)?;
            let mut found: Vec<Recording> = drafts.into_values().map(Draft::finish).collect();
            found.sort_by(|a, b| a.session.cmp(&b.session));
            Ok(found)
        })
    }
}

/// A recording of which not every turn is counted yet.
struct Draft {
    recording: Recording,
    hasher: Hasher,
}

impl Draft {
    fn finish(mut self) -> Recording {
        self.recording.digest = self.hasher.finalize().to_hex().to_string();
        self.recording
    }
}

fn heads(connection: &Connection) -> rusqlite::Result<BTreeMap<i64, Draft>> {
    let mut statement = connection.prepare(&format!("SELECT {HEAD}, id FROM session"))?;
    let columns = statement.column_count() - 1;
    let rows = statement.query_map([], |row| {
        let mut hasher = Hasher::new();
        add_row(&mut hasher, row, columns)?;
        let recording = Recording {
            session: row.get("key")?,
            started: row.get::<_, Option<i64>>("started")?.map(Timestamp),
            turns: Vec::new(),
            marked: Vec::new(),
            bytes: 0,
            has_text: false,
            digest: String::new(),
        };
        Ok((row.get(columns)?, Draft { recording, hasher }))
    })?;
    rows.collect()
}

fn add_turns(connection: &Connection, drafts: &mut BTreeMap<i64, Draft>) -> rusqlite::Result<()> {
    let sql = format!(
        "SELECT {TURN}, session FROM turn LEFT JOIN mark ON mark.turn = turn.id ORDER BY session, turn.position"
    );
    let mut statement = connection.prepare(&sql)?;
    let columns = statement.column_count() - 1;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let Some(draft) = drafts.get_mut(&row.get(columns)?) else {
            continue;
        };
        add_row(&mut draft.hasher, row, columns)?;
        let recording = &mut draft.recording;
        recording.bytes = recording.bytes.saturating_add(row.get("bytes")?);
        let (words, body) = (row.get_ref("words")?, row.get_ref("body")?);
        recording.has_text |= words != ValueRef::Null || body != ValueRef::Null;
        if row.get_ref("role")?.as_str()? == "developer" {
            recording.turns.push(row.get("hash")?);
            if row.get::<_, Option<bool>>("pushback")? == Some(true) {
                recording.marked.push(row.get("ordinal")?);
            }
        }
    }
    Ok(())
}

/// Adds the values of a row to a hash, each with its kind and length, so that no two rows look alike.
fn add_row(hasher: &mut Hasher, row: &Row, columns: usize) -> rusqlite::Result<()> {
    for column in 0..columns {
        let value = row.get_ref(column)?;
        let number;
        let (kind, bytes): (u8, &[u8]) = match value {
            ValueRef::Null => (0, &[]),
            ValueRef::Integer(integer) => {
                number = integer.to_le_bytes();
                (1, &number)
            }
            ValueRef::Real(real) => {
                number = real.to_bits().to_le_bytes();
                (2, &number)
            }
            ValueRef::Text(text) => (3, text),
            ValueRef::Blob(blob) => (4, blob),
        };
        hasher.update(&[kind]);
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    }
    Ok(())
}
