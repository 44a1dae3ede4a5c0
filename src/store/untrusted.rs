//! Reading a study that came from somebody else.
//!
//! Such a file is hostile until it is checked. It is never opened where it lies: it is copied with its journal into a
//! private folder, and the copy is opened for reading only, with everything switched off that a file could use
//! against its reader, and read only if its schema is word for word one that this program has written.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use super::error::Error;
use super::migrate::version;
use super::open::{Study, inspect};
use super::schema;

/// The largest study that is read, in bytes.
const LARGEST: u64 = 64 << 30;
/// How long the checks may take, plus a second for each of these many bytes.
const PATIENCE: Duration = Duration::from_secs(10);
const BYTES_A_SECOND: u64 = 20 << 20;
/// How often a file that changes under the copy is copied anew.
const TRIES: usize = 5;
/// What belongs to a database file beside it.
const SIDECARS: [&str; 2] = ["-journal", "-wal"];

impl Study {
    /// Opens a study from somebody else for reading; `room` is the folder in which a private copy is kept meanwhile.
    ///
    /// The file itself is only read, never locked and never written to: it may lie on a read-only medium, and
    /// somebody may have it open.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read, is no study, is of a newer version, is damaged, or holds anything
    /// that this program has not put there.
    pub fn open_untrusted(path: &Path, room: &Path) -> Result<Study, Error> {
        inspect(path)?;
        let failed = Error::file("make a private folder in", room);
        let private = tempfile::Builder::new()
            .prefix(".pushback-")
            .tempdir_in(room)
            .map_err(failed)?;
        let copy = private.path().join("copy.db");
        let has_sidecar = copy_whole(path, &copy)?;
        if has_sidecar {
            recover(&copy).map_err(Error::database("recover", path))?;
        }
        let mut connection = open(&copy).map_err(Error::database("open", path))?;
        let size = fs::metadata(&copy)
            .map_err(Error::file("read", path))?
            .len();
        let deadline = Instant::now() + PATIENCE + Duration::from_secs(size / BYTES_A_SECOND);
        connection
            .progress_handler(10_000, Some(move || Instant::now() > deadline))
            .map_err(Error::database("open", path))?;
        check(&connection, path)?;
        connection
            .progress_handler(0, None::<fn() -> bool>)
            .map_err(Error::database("open", path))?;
        connection
            .authorizer(Some(reading_only))
            .map_err(Error::database("open", path))?;
        Study::of_copy(connection, path, private)
    }
}

/// Copies a file with its sidecars; tells whether there were any. A copy during which the file changed is thrown
/// away and made anew.
fn copy_whole(path: &Path, copy: &Path) -> Result<bool, Error> {
    for _ in 0..TRIES {
        let before = state(path)?;
        if before.iter().flatten().any(|(size, ..)| *size > LARGEST) {
            return Err(damaged(path, "it is larger than any study"));
        }
        fs::copy(path, copy).map_err(Error::file("read", path))?;
        let mut sidecars = false;
        for ending in SIDECARS {
            let (from, to) = (beside(path, ending), beside(copy, ending));
            match fs::copy(&from, &to) {
                Ok(bytes) => sidecars |= bytes > 0,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    // A sidecar of an earlier try does not belong to this one.
                    let _ = fs::remove_file(&to);
                }
                Err(source) => return Err(Error::file("read", &from)(source)),
            }
        }
        if state(path)? == before {
            return Ok(sidecars);
        }
    }
    Err(Error::InUse {
        path: path.to_owned(),
        holder: "it keeps changing while it is read".to_owned(),
    })
}

/// What changes when a file is written: size and time of it and of its sidecars, and the head that SQLite counts
/// its changes in.
type State = Vec<Option<(u64, Option<std::time::SystemTime>, Vec<u8>)>>;

fn state(path: &Path) -> Result<State, Error> {
    let files = [path.to_owned()]
        .into_iter()
        .chain(SIDECARS.iter().map(|ending| beside(path, ending)));
    files
        .map(|path| match File::open(&path) {
            Ok(mut file) => {
                let meta = file.metadata().map_err(Error::file("read", &path))?;
                let mut head = Vec::new();
                Read::by_ref(&mut file)
                    .take(100)
                    .read_to_end(&mut head)
                    .map_err(Error::file("read", &path))?;
                Ok(Some((meta.len(), meta.modified().ok(), head)))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(Error::file("read", &path)(source)),
        })
        .collect()
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Lets SQLite roll an unfinished transaction back, in the copy.
fn recover(copy: &Path) -> rusqlite::Result<()> {
    let connection = Connection::open_with_flags(copy, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    harden(&connection)?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    connection.pragma_update(None, "journal_mode", "DELETE")
}

fn open(copy: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(copy, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    harden(&connection)?;
    connection.pragma_update(None, "query_only", "ON")?;
    connection.pragma_update(None, "cell_size_check", "ON")?;
    connection.pragma_update(None, "mmap_size", 0)?;
    Ok(connection)
}

/// Switches off what a file could use against its reader, as sqlite.org/security.html says.
fn harden(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    for off in [
        DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA,
        DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER,
        DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW,
        DbConfig::SQLITE_DBCONFIG_DQS_DML,
        DbConfig::SQLITE_DBCONFIG_DQS_DDL,
        DbConfig::SQLITE_DBCONFIG_WRITABLE_SCHEMA,
    ] {
        connection.set_db_config(off, false)?;
    }
    for (limit, value) in [
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
        (Limit::SQLITE_LIMIT_COLUMN, 100),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 20),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 3),
        (Limit::SQLITE_LIMIT_VDBE_OP, 25_000),
        (Limit::SQLITE_LIMIT_FUNCTION_ARG, 8),
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50),
        (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 1),
    ] {
        connection.set_limit(limit, value)?;
    }
    Ok(())
}

/// Checks version, pages and schema, before a row is read.
fn check(connection: &Connection, path: &Path) -> Result<(), Error> {
    let found = version(connection, path, schema::VERSION)?;
    let lines: Vec<String> =
        texts(connection, "PRAGMA quick_check(20)").map_err(Error::database("check", path))?;
    if let Some(line) = lines.iter().find(|line| *line != "ok") {
        return Err(damaged(path, line));
    }
    let present = schema_of(connection).map_err(Error::database("read the schema", path))?;
    let expected = shipped(found).map_err(Error::database("read the schema", path))?;
    let foreign = present.iter().find(|own| !expected.contains(own));
    let missing = expected.iter().find(|own| !present.contains(own));
    match (foreign, missing) {
        (None, None) => Ok(()),
        (Some((kind, name, _)), _) => Err(damaged(
            path,
            &format!("it holds a {kind} named {name} that pushback did not make"),
        )),
        (None, Some((kind, name, _))) => {
            Err(damaged(path, &format!("its {kind} {name} is missing")))
        }
    }
}

fn damaged(path: &Path, what: &str) -> Error {
    Error::Damaged {
        path: path.to_owned(),
        what: what.to_owned(),
    }
}

fn texts(connection: &Connection, sql: &str) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare(sql)?
        .query_map([], |row| row.get(0))?
        .collect()
}

/// One entry of a schema: kind, name, and the words that made it.
type Made = (String, String, Option<String>);

fn schema_of(connection: &Connection) -> rusqlite::Result<Vec<Made>> {
    connection
        .prepare("SELECT type, name, sql FROM sqlite_schema")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect()
}

/// Gives the schema that this program gave to files of a version.
fn shipped(version: i64) -> rusqlite::Result<Vec<Made>> {
    let connection = Connection::open_in_memory()?;
    for migration in schema::MIGRATIONS
        .iter()
        .take(usize::try_from(version).unwrap_or(0))
    {
        connection.execute_batch(migration)?;
    }
    schema_of(&connection)
}

/// Allows reading tables, and nothing else.
fn reading_only(context: AuthContext) -> Authorization {
    match context.action {
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => {
            Authorization::Allow
        }
        AuthAction::Function { function_name } if PLAIN.contains(&function_name) => {
            Authorization::Allow
        }
        _ => Authorization::Deny,
    }
}

/// The functions that our own queries use.
const PLAIN: [&str; 6] = ["coalesce", "count", "max", "min", "substr", "sum"];
