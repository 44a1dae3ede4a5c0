//! Codebooks in the file: the text itself, and its codes as rows that labels refer to.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Transaction};

use super::error::Error;
use super::open::Study;
use crate::model::{Codebook, CodebookError, Field};

impl Study {
    /// Gives every codebook that labels of this study were made with, the one in force among them.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read, or a codebook in it is not what it was.
    pub fn codebooks(&self) -> Result<Vec<Codebook>, Error> {
        let texts: Vec<(String, String)> = self.read("read the codebooks", |connection| {
            connection
                .prepare("SELECT text, hash FROM codebook ORDER BY hash")?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })?;
        texts
            .iter()
            .map(|(text, hash)| parse(text, hash, self.path()))
            .collect()
    }
}

/// Stores a codebook and makes it the one in force.
pub(super) fn put(transaction: &Transaction, codebook: &Codebook) -> rusqlite::Result<()> {
    let known: bool = transaction.query_row(
        "SELECT EXISTS (SELECT 1 FROM codebook WHERE hash = ?1)",
        [&codebook.hash],
        |row| row.get(0),
    )?;
    if !known {
        insert(transaction, codebook)?;
    }
    transaction.execute(
        "INSERT INTO meta (name, value) VALUES ('codebook', ?1) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [&codebook.hash],
    )?;
    Ok(())
}

/// Reads the codebook in force.
pub(super) fn current(connection: &Connection, path: &Path) -> Result<Codebook, Error> {
    let found: Option<(String, String)> = connection
        .query_row(
            "SELECT text, hash FROM codebook JOIN meta ON meta.value = codebook.hash WHERE meta.name = 'codebook'",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()
        .map_err(Error::database("read the codebook", path))?;
    match found {
        Some((text, hash)) => parse(&text, &hash, path),
        None => Err(Error::damaged(path, "it has no codebook")),
    }
}

fn parse(text: &str, hash: &str, path: &Path) -> Result<Codebook, Error> {
    let first = |errors: Vec<CodebookError>| errors.first().map(ToString::to_string);
    let codebook = Codebook::parse(text, "the study's codebook")
        .map_err(|errors| Error::damaged(path, first(errors).unwrap_or_default()))?;
    if codebook.hash != hash {
        return Err(Error::damaged(path, "its codebook was changed by hand"));
    }
    Ok(codebook)
}

fn insert(transaction: &Transaction, codebook: &Codebook) -> rusqlite::Result<()> {
    let hash = &codebook.hash;
    transaction.execute(
        "INSERT INTO codebook (hash, id, name, version, text) VALUES (?1, ?2, ?3, ?4, ?5)",
        [
            hash,
            &codebook.id,
            &codebook.name,
            &codebook.version,
            &codebook.text,
        ],
    )?;
    let fields = codebook
        .axes
        .iter()
        .flat_map(|axis| axis.fields.iter().map(move |field| (axis, field)));
    for (position, (axis, field)) in fields.enumerate() {
        transaction.execute(
            "INSERT INTO field (codebook, id, axis, name, position) VALUES (?1, ?2, ?3, ?4, ?5)",
            (hash, &field.id, &axis.id, &field.name, position + 1),
        )?;
        insert_codes(transaction, hash, field)?;
    }
    for extra in &codebook.extras {
        transaction.execute(
            "INSERT INTO extra_field (codebook, id, name) VALUES (?1, ?2, ?3)",
            [hash, &extra.id, &extra.name],
        )?;
    }
    for reason in &codebook.reasons {
        transaction.execute(
            "INSERT INTO reason (codebook, id, name, grouping) VALUES (?1, ?2, ?3, ?4)",
            (hash, &reason.id, &reason.name, &reason.group),
        )?;
    }
    Ok(())
}

fn insert_codes(transaction: &Transaction, hash: &str, field: &Field) -> rusqlite::Result<()> {
    for (position, code) in field.codes.iter().enumerate() {
        transaction.execute(
            "INSERT INTO code (codebook, field, id, name, position) VALUES (?1, ?2, ?3, ?4, ?5)",
            (hash, &field.id, &code.id, &code.name, position + 1),
        )?;
    }
    let attribute = field.attribute.iter();
    for value in attribute.flat_map(|attribute| &attribute.values) {
        transaction.execute(
            "INSERT INTO attribute_value (codebook, field, id, name) VALUES (?1, ?2, ?3, ?4)",
            [hash, &field.id, &value.id, &value.name],
        )?;
    }
    Ok(())
}
