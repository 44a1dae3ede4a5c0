//! Who has labels in the file.

use rusqlite::{OptionalExtension, Row};
use uuid::Uuid;

use super::error::Error;
use super::open::Study;
use super::wire;
use crate::model::{Coder, CoderKind};

impl Study {
    /// Gives the coder of this name, made new where there is none; `id` is the identity of a new one.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read or written.
    pub fn coder(&mut self, name: &str, kind: CoderKind, id: Uuid) -> Result<Coder, Error> {
        if let Some(known) = self.known_coder(name)? {
            return Ok(known);
        }
        let coder = Coder {
            id,
            name: name.to_owned(),
            kind,
        };
        self.write("add a coder", |transaction| {
            transaction.execute(
                "INSERT INTO coder (id, name, kind) VALUES (?1, ?2, ?3)",
                [&coder.id.to_string(), &coder.name, coder.kind.name()],
            )
        })?;
        Ok(coder)
    }

    /// Finds a coder by name.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn known_coder(&self, name: &str) -> Result<Option<Coder>, Error> {
        self.read("look for a coder", |connection| {
            connection
                .query_row(
                    "SELECT id, name, kind FROM coder WHERE name = ?1",
                    [name],
                    coder,
                )
                .optional()
        })
    }

    /// Gives all coders, by name.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn coders(&self) -> Result<Vec<Coder>, Error> {
        self.read("read the coders", |connection| {
            connection
                .prepare("SELECT id, name, kind FROM coder ORDER BY name")?
                .query_map([], coder)?
                .collect()
        })
    }
}

fn coder(row: &Row) -> rusqlite::Result<Coder> {
    let kind: String = row.get(2)?;
    let kind = CoderKind::from_name(&kind).ok_or_else(|| wire::unreadable(2, "kind of coder"))?;
    Ok(Coder {
        id: wire::uuid(row, 0)?,
        name: row.get(1)?,
        kind,
    })
}
