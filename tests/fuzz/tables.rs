//! Changes of databases: of their pages, and of what stands in their cells.

use pushback::random::Pcg64;
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, params};

use super::{one, pick, values};

/// The smallest page that SQLite knows; the pages of a file are a multiple of it.
const PAGE: usize = 512;

/// Tells whether a file is a database.
pub(super) fn is_database(bytes: &[u8]) -> bool {
    bytes.starts_with(b"SQLite format 3\0")
}

/// Changes pages, or the header.
pub(super) fn of_pages(mut bytes: Vec<u8>, random: &mut Pcg64) -> Vec<u8> {
    let pages = bytes.len() / PAGE;
    if pages == 0 {
        return bytes;
    }
    let (at, to) = (pick(random, pages) * PAGE, pick(random, pages) * PAGE);
    match random.below(6) {
        0 => bytes.copy_within(at..at + PAGE, to),
        1 => bytes.truncate(at),
        2 => bytes[at..at + PAGE].fill(0),
        // What a page begins with says what it is and where its cells are.
        3 => {
            let head = at + pick(random, 12);
            bytes[head] = random.bits().to_le_bytes()[0];
        }
        4 => {
            let head = 16 + pick(random, 84);
            if let Some(byte) = bytes.get_mut(head) {
                *byte = random.bits().to_le_bytes()[0];
            }
        }
        _ => {
            for byte in &mut bytes[at..at + PAGE] {
                if random.below(64) == 0 {
                    *byte = random.bits().to_le_bytes()[0];
                }
            }
        }
    }
    bytes
}

/// Changes a cell as if Goose, Cursor or OpenCode had written it; the file stays a sound database.
pub(super) fn of_cells(bytes: Vec<u8>, other: &[u8], random: &mut Pcg64) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("changed.db");
    std::fs::write(&path, &bytes).unwrap();
    let told = Connection::open(&path).and_then(|connection| change(&connection, other, random));
    match told {
        Ok(()) => std::fs::read(&path).unwrap(),
        // What is damaged already stays as it is.
        Err(_) => bytes,
    }
}

fn change(connection: &Connection, other: &[u8], random: &mut Pcg64) -> rusqlite::Result<()> {
    connection.execute_batch(
        "PRAGMA foreign_keys = OFF; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;",
    )?;
    let columns = columns(connection)?;
    if columns.is_empty() {
        return Ok(());
    }
    let (table, column) = one(random, &columns);
    let rows: u64 =
        connection.query_row(&format!("SELECT count(*) FROM \"{table}\""), [], |row| {
            row.get(0)
        })?;
    let at = random.below(rows.max(1));
    let row = format!("rowid = (SELECT rowid FROM \"{table}\" LIMIT 1 OFFSET {at})");
    match random.below(12) {
        0 => connection
            .execute(&format!("DELETE FROM \"{table}\" WHERE {row}"), [])
            .map(drop),
        1 => connection.execute_batch(&format!("ALTER TABLE \"{table}\" DROP COLUMN \"{column}\"")),
        _ => {
            let cell = connection.query_row(
                &format!("SELECT \"{column}\" FROM \"{table}\" WHERE {row}"),
                [],
                |row| row.get::<_, Cell>(0),
            )?;
            let cell = changed(cell, other, random);
            let update = format!("UPDATE OR IGNORE \"{table}\" SET \"{column}\" = ?1 WHERE {row}");
            connection.execute(&update, params![cell]).map(drop)
        }
    }
}

/// Gives every column with its table.
fn columns(connection: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let mut statement = connection.prepare(
        "SELECT s.name, c.name FROM sqlite_schema s, pragma_table_info(s.name) c WHERE s.type = 'table'
         AND s.name NOT LIKE 'sqlite%'",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

fn changed(cell: Cell, other: &[u8], random: &mut Pcg64) -> Cell {
    match (random.below(6), cell) {
        (0, _) => one(
            random,
            &[
                Cell::Null,
                Cell::Integer(i64::MIN),
                Cell::Real(f64::MAX),
                Cell::Blob(vec![0xff]),
            ],
        )
        .clone(),
        (1, Cell::Text(text)) => Cell::Blob(text.into_bytes()),
        (_, Cell::Text(text)) => {
            let bytes = values::of_values(text.as_bytes(), other, random);
            Cell::Text(String::from_utf8_lossy(&bytes).into_owned())
        }
        (_, Cell::Blob(bytes)) => Cell::Blob(values::of_values(&bytes, other, random)),
        (_, Cell::Integer(number)) => {
            Cell::Integer(number.wrapping_mul(random.bits().cast_signed() | 1))
        }
        (_, cell) => cell,
    }
}
