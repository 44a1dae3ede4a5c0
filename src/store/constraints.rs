//! Rows that the tables would not have taken: something else has written them, past every rule.
//!
//! SQLite says which table has such rows, and not which rows they are. They are found by offering each row of that
//! table to an empty one of the same make, which takes it or says what is wrong with it.

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::backup::Backup;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, OpenFlags, Row, params_from_iter};

use super::error::Error;
use super::open::{PATIENCE, connect};
use super::schema;

/// How many rows of one table are named.
const NAMED: usize = 100;

/// Opens the file of a study once more, with its constraints: where a file is opened for reading only, SQLite leaves
/// them out. A file that cannot be written is copied to a database without a name, which goes with its connection.
pub(super) fn open_whole(study: &Connection, path: &Path) -> Result<Connection, Error> {
    let failed = |source| Error::database("check", path)(source);
    let file = study.path().map_or(path, Path::new);
    let own = connect(file, OpenFlags::SQLITE_OPEN_READ_WRITE, PATIENCE)?;
    if !own.is_readonly("main").map_err(failed)? {
        own.pragma_update(None, "query_only", "ON")
            .map_err(failed)?;
        return Ok(own);
    }
    let mut copy = Connection::open("").map_err(failed)?;
    Backup::new(study, &mut copy)
        .and_then(|backup| backup.run_to_completion(1000, std::time::Duration::ZERO, None))
        .map_err(failed)?;
    Ok(copy)
}

/// Gives what is wrong with the pages and rows of a file, one sentence each.
pub(super) fn broken(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let lines: Vec<String> = connection
        .prepare("PRAGMA integrity_check")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut found = Vec::new();
    let mut looked_at = BTreeSet::new();
    for line in lines.into_iter().filter(|line| line != "ok") {
        let table = table_of(&line);
        let rows = match table {
            Some(table) if !looked_at.insert(table.to_owned()) => continue,
            Some(table) => refused_rows(connection, table)?,
            None => Vec::new(),
        };
        if rows.is_empty() {
            found.push(line);
        } else {
            found.extend(rows);
        }
    }
    found.extend(lost_references(connection)?);
    Ok(found)
}

/// Gives the table that a line of `integrity_check` is about, as in `NULL value in session.key`.
fn table_of(line: &str) -> Option<&str> {
    let (what, place) = line.rsplit_once(" in ")?;
    let is_of_rows = what.ends_with(" value") || what == "CHECK constraint failed";
    let table = place.split('.').next()?;
    is_of_rows.then_some(table)
}

/// Names the rows that an empty table of the same make refuses.
fn refused_rows(connection: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let empty = Connection::open_in_memory()?;
    for migration in schema::MIGRATIONS {
        empty.execute_batch(migration)?;
    }
    empty.pragma_update(None, "foreign_keys", "OFF")?;
    let keys = keys(connection, table)?;
    let mut statement = connection.prepare(&format!(
        "SELECT {}, * FROM {}",
        keys.join(", "),
        quoted(table)
    ))?;
    let places = vec!["?"; statement.column_count() - keys.len()].join(", ");
    let insert = format!("INSERT INTO {} VALUES ({places})", quoted(table));
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if let Some(why) = refusal(&empty, &insert, row, keys.len())? {
            let name = name(row, keys.len())?;
            found.push(format!("row {name} of {table} is not as it must be: {why}"));
        }
        if found.len() == NAMED {
            break;
        }
    }
    Ok(found)
}

/// Says why a table refuses a row whose values stand behind so many others; `None` where it takes the row.
fn refusal(
    empty: &Connection,
    insert: &str,
    row: &Row,
    skipped: usize,
) -> rusqlite::Result<Option<String>> {
    let columns = row.as_ref().column_count();
    let values: rusqlite::Result<Vec<Value>> = (skipped..columns).map(|at| row.get(at)).collect();
    let Ok(values) = values else {
        return Ok(Some("a text in it cannot be read".to_owned()));
    };
    let attempt = empty.unchecked_transaction()?;
    let taken = attempt
        .prepare_cached(insert)?
        .execute(params_from_iter(values));
    attempt.rollback()?;
    Ok(match taken {
        Ok(_) => None,
        Err(rusqlite::Error::SqliteFailure(_, Some(why))) => Some(why),
        Err(other) => Some(other.to_string()),
    })
}

/// Names the rows that refer to a row that is not there.
fn lost_references(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let broken: BTreeSet<(String, String, i64)> = connection
        .prepare("PRAGMA foreign_key_check")?
        .query_map([], |row| Ok((row.get(0)?, row.get(2)?, row.get(3)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut found = Vec::new();
    for (table, parent, number) in broken {
        for row in orphans(connection, &table, &parent, number)? {
            found.push(format!(
                "a row of {table} refers to something that is not there: row {row} names no row of {parent}"
            ));
        }
    }
    Ok(found)
}

/// Gives the names of the rows of `table` whose reference of this number leads nowhere.
fn orphans(
    connection: &Connection,
    table: &str,
    parent: &str,
    number: i64,
) -> rusqlite::Result<Vec<String>> {
    let pairs: Vec<(String, String)> = connection
        .prepare("SELECT \"from\", \"to\" FROM pragma_foreign_key_list(?1) WHERE id = ?2")?
        .query_map((table, number), |row| {
            let column = |at| row.get(at).map(|name: String| quoted(&name));
            Ok((column(0)?, column(1)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let mut is_set = Vec::new();
    let mut is_same = Vec::new();
    for (from, to) in &pairs {
        is_set.push(format!("child.{from} IS NOT NULL"));
        is_same.push(format!("parent.{to} = child.{from}"));
    }
    let keys = keys(connection, table)?;
    let sql = format!(
        "SELECT {} FROM {} AS child WHERE {} AND NOT EXISTS (SELECT 1 FROM {} AS parent WHERE {}) LIMIT {NAMED}",
        keys.join(", "),
        quoted(table),
        is_set.join(" AND "),
        quoted(parent),
        is_same.join(" AND ")
    );
    connection
        .prepare(&sql)?
        .query_map([], |row| name(row, keys.len()))?
        .collect()
}

/// Gives the columns that a row of a table is known by, ready for a query.
fn keys(connection: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare("SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk")?
        .query_map([table], |row| row.get(0).map(|name: String| quoted(&name)))?
        .collect()
}

/// Gives the name of a row, whose first columns are its key.
fn name(row: &Row, keys: usize) -> rusqlite::Result<String> {
    let part = |at| {
        Ok(match row.get_ref(at)? {
            ValueRef::Integer(number) => number.to_string(),
            ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
            _ => "?".to_owned(),
        })
    };
    let parts: Vec<String> = (0..keys).map(part).collect::<rusqlite::Result<_>>()?;
    Ok(parts.join(", "))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
