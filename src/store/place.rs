//! Where a coder stands, so that tomorrow begins where today ended.

use rusqlite::{OptionalExtension, Transaction};
use uuid::Uuid;

use super::error::Error;
use super::open::Study;
use super::wire;
use crate::model::Cursor;

impl Study {
    /// Gives where a coder stood last; `None` before the first time.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn cursor(&self, coder: Uuid) -> Result<Option<Cursor>, Error> {
        self.read("read the cursor", |connection| {
            connection
                .query_row(
                    "SELECT session, turn, episode, step FROM place WHERE coder = ?1",
                    [coder.to_string()],
                    |row| {
                        let step: String = row.get(3)?;
                        Ok(Cursor {
                            session: row.get(0)?,
                            turn: row.get(1)?,
                            episode: wire::uuid_or_none(row, 2)?,
                            adding: wire::is_adding(&step),
                            step: wire::step_from_json(&step),
                        })
                    },
                )
                .optional()
        })
    }

    /// Keeps where a coder stands.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be written.
    pub fn keep_cursor(&mut self, coder: Uuid, cursor: &Cursor) -> Result<(), Error> {
        self.write("keep the cursor", |transaction| {
            put(transaction, coder, cursor)
        })
    }
}

pub(super) fn put(transaction: &Transaction, coder: Uuid, cursor: &Cursor) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO place (coder, session, turn, episode, step) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (coder) DO UPDATE SET session = excluded.session, turn = excluded.turn,
             episode = excluded.episode, step = excluded.step",
        )?
        .execute((
            coder.to_string(),
            &cursor.session,
            cursor.turn,
            cursor.episode.map(|episode| episode.to_string()),
            wire::step_to_json(cursor),
        ))?;
    Ok(())
}
