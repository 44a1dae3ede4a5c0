//! SQLite databases in which agents keep their sessions, read as what they are: files from somewhere else.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Map, Value};
use tempfile::TempDir;

use super::source::Source;

/// The bytes with which every database begins.
pub(super) const MAGIC: &str = "SQLite format 3\0";

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
    #[error("its rows come to more than its bytes")]
    Overlap,
}

/// An open database.
pub(super) struct Database {
    connection: Connection,
    /// How many bytes the answer to one question may come to.
    most: usize,
    /// Holds the file where it is a copy.
    _folder: Option<TempDir>,
}

impl Database {
    /// Opens a database so that nothing is written beside it: where it is and taken for unchanging, or, with a log of
    /// writes that are not in the file yet, or compressed, as a copy.
    pub(super) fn open(source: &Source) -> Result<Database, Error> {
        let path = source.path();
        let log = beside(path, "-wal");
        let has_log = fs::metadata(&log).is_ok_and(|meta| meta.is_file() && meta.len() > 0);
        if !has_log && is_plain(source)? {
            let way = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
            let bytes = fs::metadata(path)?.len();
            return Database::connect(&unchanging(path), way, bytes, None);
        }
        let folder = tempfile::tempdir()?;
        let copy = folder.path().join("copy.db");
        let mut bytes = io::copy(&mut source.open()?, &mut File::create(&copy)?)?;
        if has_log {
            bytes += fs::copy(log, beside(&copy, "-wal"))?;
        }
        let name = copy.to_string_lossy().into_owned();
        // SQLite must write to the copy to read its log.
        let way = OpenFlags::SQLITE_OPEN_READ_WRITE;
        Database::connect(&name, way, bytes, Some(folder))
    }

    fn connect(
        name: &str,
        way: OpenFlags,
        bytes: u64,
        folder: Option<TempDir>,
    ) -> Result<Database, Error> {
        let connection = Connection::open_with_flags(name, way | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
        connection.pragma_update(None, "query_only", "ON")?;
        connection.pragma_update(None, "cell_size_check", "ON")?;
        Ok(Database {
            connection,
            most: usize::try_from(bytes)
                .unwrap_or(usize::MAX)
                .saturating_mul(4),
            _folder: folder,
        })
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
}

/// Tells whether a source is a file that holds a database as it is.
fn is_plain(source: &Source) -> io::Result<bool> {
    use std::io::Read as _;
    let mut start = Vec::new();
    if let Ok(file) = File::open(source.path()) {
        file.take(MAGIC.len() as u64).read_to_end(&mut start)?;
    }
    Ok(start == MAGIC.as_bytes())
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
