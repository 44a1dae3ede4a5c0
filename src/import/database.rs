//! SQLite databases in which agents keep their sessions, read as what they are: files from somewhere else.
//!
//! Nothing is ever written beside a database. One without a log of unfinished writes (`-wal`) is opened where it
//! is and taken for unchanging, which works in a folder that cannot be written; else it is copied with its log to
//! a private folder. A rollback journal is never played back: it can name files that SQLite would then delete.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row};
use serde_json::{Map, Value};
use tempfile::TempDir;

use super::source::Source;
use super::{Reading, Skip};

/// The text with which every database begins.
pub(super) const MAGIC: &str = "SQLite format 3\0";

/// The bytes with which a journal begins that holds what a write replaced.
const JOURNAL: &[u8] = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7";

/// After how many steps of SQLite's a call may be ended.
const STEPS: i32 = 10_000;

/// Why a database cannot be read on.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] io::Error),
    /// What it holds cannot be read.
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
    /// Its rows come to more than its bytes.
    #[error("its rows overlap")]
    Overlap,
}

/// A table of keys and values.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pairs {
    /// The table's name.
    pub(super) table: &'static str,
    /// The column of the keys.
    pub(super) key: &'static str,
    /// The column of the values.
    pub(super) value: &'static str,
}

/// An open database.
pub(super) struct Database {
    connection: Connection,
    /// How many bytes its rows may come to.
    most: usize,
    /// Holds the file where it is a copy.
    _folder: Option<TempDir>,
}

/// Reads a database; what was read before it turned out to be damaged stays.
pub(super) fn read(
    source: &Source,
    sessions: impl FnOnce(&Database, &mut Reading) -> Result<(), Error>,
) -> io::Result<Reading> {
    let mut reading = Reading::default();
    if has_journal(source) {
        reading.skipped.push(Skip::whole(
            "a write to the database was cut off: what it changed may be wrong or missing",
        ));
    }
    let told = Database::open(source).and_then(|database| sessions(&database, &mut reading));
    match told {
        Ok(()) => (),
        Err(Error::File(error)) => return Err(error),
        Err(error) => {
            let reason = format!("the database cannot be read on: {error}");
            reading.skipped.push(Skip::whole(reason));
        }
    }
    Ok(reading)
}

/// Tells whether a log of unfinished writes lies beside a database.
pub(super) fn has_log(path: &Path) -> bool {
    is_filled(&beside(path, "-wal"))
}

/// Tells whether a file is a database with these tables, each with a column of it. It is opened for that, and copied
/// where it has a log: for what the first pages do not tell.
pub(super) fn holds(path: &Path, columns: &[(&str, &str)]) -> bool {
    let has = |database: &Database, (table, column): &(&str, &str)| {
        let names = database.columns(table).unwrap_or_default();
        names.iter().any(|name| name == column)
    };
    Database::open(&Source::file(path))
        .is_ok_and(|database| columns.iter().all(|column| has(&database, column)))
}

impl Database {
    /// Opens a database so that nothing is written beside it.
    pub(super) fn open(source: &Source) -> Result<Database, Error> {
        let path = source.path();
        let plain = source.is_plain_file() && starts_with(path, MAGIC.as_bytes())?;
        if plain && !has_log(path) {
            let bytes = fs::metadata(path)?.len();
            return Database::connect(&unchanging(path), bytes, None);
        }
        let folder = tempfile::tempdir()?;
        let copy = folder.path().join("copy.db");
        let mut bytes = io::copy(&mut source.open()?, &mut File::create(&copy)?)?;
        if plain {
            let mut log = File::open(beside(path, "-wal"))?;
            bytes += io::copy(&mut log, &mut File::create(beside(&copy, "-wal"))?)?;
        }
        let name = copy.to_string_lossy().into_owned();
        Database::connect(&name, bytes, Some(folder))
    }

    fn connect(name: &str, bytes: u64, folder: Option<TempDir>) -> Result<Database, Error> {
        // A copy with a log must be writable for SQLite to read the log; nothing is written all the same.
        let way = match folder {
            Some(_) => OpenFlags::SQLITE_OPEN_READ_WRITE,
            None => OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI,
        };
        let mut connection =
            Connection::open_with_flags(name, way | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        harden(&mut connection, bytes)?;
        Ok(Database {
            connection,
            most: usize::try_from(bytes)
                .unwrap_or(usize::MAX)
                .saturating_mul(4),
            _folder: folder,
        })
    }

    /// Tells whether all these are ordinary tables.
    pub(super) fn has(&self, tables: &[Pairs]) -> Result<bool, Error> {
        for pairs in tables {
            let sql: Option<String> = self
                .connection
                .query_row(
                    "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?1",
                    [pairs.table],
                    |row| row.get(0),
                )
                .optional()?;
            // A table of a module could answer anything.
            if !sql.is_some_and(|sql| sql.starts_with("CREATE TABLE")) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Gives the names of a table's columns; none where there is no such table.
    pub(super) fn columns(&self, table: &str) -> Result<Vec<String>, Error> {
        let rows = self.rows(&["name"], "pragma_table_info(?1)", Some(table))?;
        let names = rows
            .into_iter()
            .filter_map(|mut row| match row.remove("name") {
                Some(Value::String(name)) => Some(name),
                _ => None,
            });
        Ok(names.collect())
    }

    /// Gives rows as objects with these columns; `from` is what follows FROM.
    ///
    /// The names are the caller's: those in the file need not be text, and asking for them could panic.
    pub(super) fn rows(
        &self,
        columns: &[&str],
        from: &str,
        about: Option<&str>,
    ) -> Result<Vec<Map<String, Value>>, Error> {
        let question = format!("SELECT {} FROM {from}", columns.join(", "));
        let mut statement = self.connection.prepare_cached(&question)?;
        let mut found = match about {
            Some(about) => statement.query([about])?,
            None => statement.query([])?,
        };
        let (mut rows, mut read) = (Vec::new(), 0_usize);
        while let Some(row) = found.next()? {
            let mut fields = Map::new();
            for (column, name) in columns.iter().enumerate() {
                let value = match row.get_ref(column)? {
                    ValueRef::Integer(number) => Value::from(number),
                    ValueRef::Real(number) => Value::from(number),
                    ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
                        read = read.saturating_add(bytes.len());
                        Value::from(String::from_utf8_lossy(bytes))
                    }
                    ValueRef::Null => Value::Null,
                };
                fields.insert((*name).to_owned(), value);
            }
            if read > self.most {
                return Err(Error::Overlap);
            }
            rows.push(fields);
        }
        Ok(rows)
    }

    /// Gives the rows whose keys begin with a text, in the order of their keys.
    pub(super) fn each(
        &self,
        pairs: Pairs,
        prefix: &str,
        mut take: impl FnMut(&str, &[u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let Pairs { table, key, value } = pairs;
        let sql = format!(
            "SELECT \"{key}\", \"{value}\" FROM \"{table}\" WHERE \"{key}\" >= ?1 ORDER BY \"{key}\""
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([prefix])?;
        let mut read = 0_usize;
        while let Some(row) = rows.next()? {
            let key = String::from_utf8_lossy(bytes(row, 0)?).into_owned();
            if !key.starts_with(prefix) {
                break;
            }
            let value = bytes(row, 1)?;
            read = read.saturating_add(key.len() + value.len());
            if read > self.most {
                return Err(Error::Overlap);
            }
            take(&key, value)?;
        }
        Ok(())
    }

    /// Gives the value of a key.
    pub(super) fn value(&self, pairs: Pairs, key: &str) -> Result<Option<Vec<u8>>, Error> {
        let Pairs {
            table,
            key: column,
            value,
        } = pairs;
        let sql = format!("SELECT \"{value}\" FROM \"{table}\" WHERE \"{column}\" = ?1");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let found = statement
            .query_row([key], |row| bytes(row, 0).map(<[u8]>::to_vec))
            .optional()?;
        Ok(found)
    }
}

/// Gives a column's bytes, whether it holds text or a blob; nothing where it holds neither.
fn bytes<'a>(row: &'a Row, column: usize) -> rusqlite::Result<&'a [u8]> {
    Ok(match row.get_ref(column)? {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes,
        _ => &[],
    })
}

/// Switches off what a file could use against its reader, and bounds what it can cost.
fn harden(connection: &mut Connection, bytes: u64) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    for off in [
        DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA,
        DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER,
        DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW,
    ] {
        connection.set_db_config(off, false)?;
    }
    // No value of a sound file is longer than the file.
    let length = i32::try_from(bytes.max(100_000)).unwrap_or(i32::MAX);
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, length)?;
    connection.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    let mut left = 10_000 + bytes / 1_000;
    let is_over = move || {
        left = left.saturating_sub(1);
        left == 0
    };
    connection.progress_handler(STEPS, Some(is_over))?;
    connection.pragma_update(None, "query_only", "ON")?;
    connection.pragma_update(None, "cell_size_check", "ON")?;
    connection.pragma_update(None, "mmap_size", 0)
}

/// Gives the name under which SQLite opens a file without looking for what lies beside it, or locking it.
fn unchanging(path: &Path) -> String {
    let mut name = "file:".to_owned();
    for &byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                name.push(char::from(byte));
            }
            byte => {
                let _ = write!(name, "%{byte:02x}");
            }
        }
    }
    name.push_str("?immutable=1");
    name
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn is_filled(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() > 0)
}

fn starts_with(path: &Path, magic: &[u8]) -> io::Result<bool> {
    let mut start = Vec::new();
    File::open(path)?
        .take(magic.len() as u64)
        .read_to_end(&mut start)?;
    Ok(start == magic)
}

fn has_journal(source: &Source) -> bool {
    let journal = beside(source.path(), "-journal");
    source.is_plain_file()
        && is_filled(&journal)
        && starts_with(&journal, JOURNAL).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAIRS: Pairs = Pairs {
        table: "pairs",
        key: "key",
        value: "value",
    };

    fn keys(source: &Source) -> Vec<String> {
        let mut keys = Vec::new();
        let reading = read(source, |database, _| {
            assert!(database.has(&[PAIRS])?);
            database.each(PAIRS, "a", |key, _| {
                keys.push(key.to_owned());
                Ok(())
            })
        });
        assert!(reading.unwrap().skipped.is_empty());
        keys
    }

    fn names(folder: &Path) -> Vec<String> {
        let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name();
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| name(entry).into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn filled(path: &Path, mode: &str) -> Connection {
        let connection = Connection::open(path).unwrap();
        connection
            .pragma_update(None, "journal_mode", mode)
            .unwrap();
        connection
            .execute_batch(
                "CREATE TABLE pairs (key TEXT PRIMARY KEY, value BLOB);
                 INSERT INTO pairs VALUES ('a1', 'x'), ('a2', x'00'), ('b', 'y')",
            )
            .unwrap();
        connection
    }

    #[test]
    fn nothing_is_written_beside_a_database() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a b?#%.db");
        drop(filled(&path, "DELETE"));
        assert_eq!(keys(&Source::file(&path)), ["a1", "a2"]);
        assert_eq!(names(folder.path()), ["a b?#%.db"]);
    }

    #[test]
    fn a_log_is_read_and_a_missing_one_is_no_harm() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let writer = filled(&path, "WAL");
        assert!(is_filled(&beside(&path, "-wal")));
        let before = names(folder.path());
        assert_eq!(keys(&Source::file(&path)), ["a1", "a2"]);
        assert_eq!(names(folder.path()), before);
        drop(writer);
        assert_eq!(keys(&Source::file(&path)), ["a1", "a2"]);
        assert_eq!(names(folder.path()), ["a.db"]);
        let bytes = fs::read(&path).unwrap();
        let compressed = zstd::encode_all(&bytes[..], 1).unwrap();
        let spooled = Source::spooled("a.db.zst", &compressed[..]).unwrap();
        assert_eq!(keys(&spooled), ["a1", "a2"]);
    }

    #[test]
    fn a_table_that_is_made_up_is_no_table() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let connection = Connection::open(&path).unwrap();
        connection
            .execute_batch("CREATE VIEW pairs AS SELECT 'a' AS key, zeroblob(9) AS value")
            .unwrap();
        drop(connection);
        read(&Source::file(&path), |database, _| {
            assert!(!database.has(&[PAIRS])?);
            Ok(())
        })
        .unwrap();
    }
}
