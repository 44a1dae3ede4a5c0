//! Reading a study that came from somebody else, or a copy of one that its writer lets nobody read.
//!
//! Such a file is hostile until it is checked. It is never opened where it lies: it is copied with its journal into a
//! private folder, and the copy is opened for reading only, with everything switched off that a file could use
//! against its reader, and read only if its schema is word for word one that this program has written.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use super::error::Error;
use super::filesystem::beside;
use super::migrate::{self, version};
use super::open::{Study, inspect};
use super::private::PrivateFolder;
use super::schema;
use crate::model::Codebook;

/// The largest study that is read, in bytes.
const LARGEST: u64 = 64 << 30;
/// How long the checks may take, plus a second for each of these many bytes.
const PATIENCE: Duration = Duration::from_secs(10);
const BYTES_A_SECOND: u64 = 20 << 20;
/// How often a file that changes under the copy is copied anew.
const TRIES: u32 = 5;
/// How much longer than before each next try waits.
const PAUSE: Duration = Duration::from_millis(40);
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
        let (private, copy) = private_copy(path, room)?;
        let mut connection = checked(&copy, path)?;
        if version(&connection, path, schema::VERSION)? < schema::VERSION {
            drop(connection);
            bring_up_copy(&copy, schema::MIGRATIONS).map_err(Error::database("bring up", path))?;
            connection = checked(&copy, path)?;
        }
        connection
            .authorizer(Some(reading_only))
            .map_err(Error::database("open", path))?;
        Study::of_copy(connection, path, private)
    }

    /// Opens a private copy of a study that its writer lets nobody else read; the copy lies in `room` meanwhile.
    ///
    /// # Errors
    ///
    /// [`Error::InUse`] where the writer writes too often for a copy.
    pub(super) fn open_copy(path: &Path, room: &Path) -> Result<Study, Error> {
        let (private, copy) = private_copy(path, room)?;
        let connection = open(&copy).map_err(Error::database("open", path))?;
        if version(&connection, path, schema::VERSION)? == schema::VERSION {
            return Study::of_copy(connection, path, private);
        }
        drop(connection);
        bring_up_copy(&copy, schema::MIGRATIONS).map_err(Error::database("bring up", path))?;
        let connection = open(&copy).map_err(Error::database("open", path))?;
        Study::of_copy(connection, path, private)
    }

    /// Opens a private copy of a study for writing, to see what something would do to it; the copy lies in `room` and
    /// goes with the study, which is only read.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read, is no study, is of a newer version, or there is no room.
    pub fn rehearse(path: &Path, room: &Path) -> Result<Study, Error> {
        inspect(path)?;
        let (private, copy) = private_copy(path, room)?;
        bring_up_copy(&copy, schema::MIGRATIONS).map_err(Error::database("bring up", path))?;
        Study::of_rehearsal(&copy, path, private)
    }

    /// Makes a private study for writing, to see what something would do to a new one at `path`; it goes when it is
    /// dropped.
    ///
    /// # Errors
    ///
    /// [`Error`] where there is no room.
    pub fn rehearse_new(path: &Path, codebook: &Codebook, room: &Path) -> Result<Study, Error> {
        let private =
            PrivateFolder::new_in(room).map_err(Error::folder("make a private copy in", room))?;
        let copy = private.path().join("copy.db");
        drop(Study::create(&copy, codebook, "")?);
        Study::of_rehearsal(&copy, path, private)
    }
}

/// Copies a study with its journal into a private folder, and plays the journal back there.
fn private_copy(path: &Path, room: &Path) -> Result<(PrivateFolder, PathBuf), Error> {
    let private =
        PrivateFolder::new_in(room).map_err(Error::folder("make a private copy in", room))?;
    let copy = private.path().join("copy.db");
    let has_sidecar = copy_whole(path, &copy).map_err(|error| match error {
        // The name of the private folder says nothing to anybody.
        Error::Full { .. } => Error::Full {
            path: room.to_owned(),
        },
        other => other,
    })?;
    if has_sidecar || is_logged_ahead(&copy).map_err(Error::file("read", path))? {
        recover(&copy).map_err(Error::database("recover", path))?;
    }
    Ok((private, copy))
}

/// Opens the copy for reading, and checks it.
fn checked(copy: &Path, path: &Path) -> Result<Connection, Error> {
    let failed = |source| Error::database("open", path)(source);
    let mut connection = open(copy).map_err(failed)?;
    let size = fs::metadata(copy).map_err(Error::file("read", path))?.len();
    let deadline = Instant::now() + PATIENCE + Duration::from_secs(size / BYTES_A_SECOND);
    connection
        .progress_handler(10_000, Some(move || Instant::now() > deadline))
        .map_err(failed)?;
    check(&connection, path)?;
    connection
        .progress_handler(0, None::<fn() -> bool>)
        .map_err(failed)?;
    Ok(connection)
}

/// Tells whether a file says that it keeps a write-ahead log, which can be read only where one can be made.
fn is_logged_ahead(copy: &Path) -> io::Result<bool> {
    let mut head = [0; 20];
    File::open(copy)?.read_exact(&mut head)?;
    Ok(head[18] == 2 || head[19] == 2)
}

/// Brings the copy of an older study up to date.
fn bring_up_copy(copy: &Path, migrations: &[&str]) -> rusqlite::Result<()> {
    let mut connection = Connection::open_with_flags(copy, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    harden(&connection)?;
    let found = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let transaction = connection.transaction()?;
    migrate::run(&transaction, migrations, found)?;
    transaction.commit()
}

/// Copies a file with its sidecars; tells whether there were any. A copy during which the file changed is thrown
/// away and made anew.
fn copy_whole(path: &Path, copy: &Path) -> Result<bool, Error> {
    for attempt in 0..TRIES {
        // Whoever writes is between two keys soon.
        std::thread::sleep(PAUSE * attempt);
        let before = state(path)?;
        if before.iter().flatten().any(|(size, ..)| *size > LARGEST) {
            return Err(Error::damaged(path, "it is larger than any study"));
        }
        copy_file(path, copy)?;
        let mut sidecars = false;
        for ending in SIDECARS {
            let bytes = copy_file(&beside(path, ending), &beside(copy, ending))?;
            sidecars |= bytes > 0;
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

/// Copies the bytes of a file, and gives their number; a file that is not there leaves none.
fn copy_file(from: &Path, to: &Path) -> Result<u64, Error> {
    // The permissions are not copied: a journal is played back into the copy of a write-protected file as well.
    let unwritten = |source| Error::file("write", to.parent().unwrap_or(to))(source);
    let _ = fs::remove_file(to);
    let mut source = match File::open(from) {
        Ok(source) => source,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(Error::file("read", from)(error)),
    };
    let mut target = File::create_new(to).map_err(unwritten)?;
    io::copy(&mut source, &mut target).map_err(|error| match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => unwritten(error),
        _ => Error::file("read", from)(error),
    })
}

/// What changes when a file is written: its size and time, and the head that SQLite counts its changes in; `None`
/// where there is no file.
type FileState = Option<(u64, Option<SystemTime>, Vec<u8>)>;

/// Gives the state of a file and of its sidecars.
fn state(path: &Path) -> Result<Vec<FileState>, Error> {
    let sidecars = SIDECARS.iter().map(|ending| beside(path, ending));
    let files = [path.to_owned()].into_iter().chain(sidecars);
    files.map(|path| state_of(&path)).collect()
}

fn state_of(path: &Path) -> Result<FileState, Error> {
    let unread = |source| Error::file("read", path)(source);
    let meta = match fs::metadata(path) {
        Ok(meta) => meta,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unread(error)),
    };
    if !meta.is_file() {
        // Asked before it is opened: opening a named pipe would wait for a writer.
        return Err(Error::damaged(path, "it is no ordinary file"));
    }
    let mut head = Vec::new();
    let mut file = File::open(path).map_err(unread)?;
    Read::by_ref(&mut file)
        .take(100)
        .read_to_end(&mut head)
        .map_err(unread)?;
    Ok(Some((meta.len(), meta.modified().ok(), head)))
}

/// Lets SQLite roll an unfinished transaction back, in the copy.
fn recover(copy: &Path) -> rusqlite::Result<()> {
    let connection = Connection::open_with_flags(copy, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    harden(&connection)?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    connection.pragma_update(None, "journal_mode", "DELETE")
}

fn open(copy: &Path) -> rusqlite::Result<Connection> {
    // Where a file is opened for reading only, SQLite leaves its CHECK constraints out, and the checks with them.
    let connection = Connection::open_with_flags(copy, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
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
    let present = schema_of(connection).map_err(Error::database("read the schema", path))?;
    let expected = shipped(found).map_err(Error::database("read the schema", path))?;
    let foreign = present.iter().find(|own| !expected.contains(own));
    let missing = expected.iter().find(|own| !present.contains(own));
    match (foreign, missing) {
        (None, None) => check_pages(connection, path),
        (Some((kind, name, _)), _) => Err(Error::damaged(
            path,
            format!("it holds the {kind} {name}, which pushback did not make"),
        )),
        (None, Some((kind, name, _))) => Err(Error::damaged(
            path,
            format!("its {kind} {name} is missing"),
        )),
    }
}

fn check_pages(connection: &Connection, path: &Path) -> Result<(), Error> {
    let lines =
        texts(connection, "PRAGMA quick_check(20)").map_err(Error::database("check", path))?;
    let wrong = lines.iter().find(|line| *line != "ok");
    wrong.map_or(Ok(()), |line| Err(Error::damaged(path, line)))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A closed study, and the folder that it lies in.
    fn study() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.db");
        let text = include_str!("../../codebook/mast.toml");
        let codebook = Codebook::parse(text, "mast.toml").unwrap();
        drop(Study::create(&path, &codebook, "bea").unwrap());
        (folder, path)
    }

    fn refuses(connection: &Connection, sql: &str, expected: &str) {
        let error = connection.execute_batch(sql).unwrap_err().to_string();
        assert!(error.contains(expected), "{sql}: {error}");
    }

    #[test]
    fn nothing_but_reading_is_allowed() {
        let (folder, path) = study();
        let study = Study::open_untrusted(&path, folder.path()).unwrap();
        let check = |sql: &str| refuses(&study.connection, sql, "not authorized");
        check("INSERT INTO coder VALUES ('7', 'bo', 'human')");
        check("DELETE FROM meta");
        check("CREATE TABLE note (id INTEGER)");
        check("CREATE TEMP TABLE note (id INTEGER)");
        check("ATTACH ':memory:' AS other");
        check("PRAGMA query_only = OFF");
        check("PRAGMA user_version");
        check("SELECT load_extension('elsewhere')");
        check("SELECT randomblob(9)");
        let count = "SELECT count(*) FROM meta";
        let rows: i64 = study
            .connection
            .query_row(count, [], |row| row.get(0))
            .unwrap();
        assert_eq!(rows, 1);
    }

    /// What holds while the copy is checked, when the authorizer does not stand guard yet.
    #[test]
    fn the_copy_is_hardened_before_it_is_checked() {
        let (_folder, path) = study();
        let plain = Connection::open(&path).unwrap();
        plain
            .execute_batch("CREATE VIEW sneak AS SELECT 1")
            .unwrap();
        drop(plain);
        let copy = open(&path).unwrap();
        let read_only = "attempt to write a readonly database";
        refuses(
            &copy,
            "INSERT INTO coder VALUES ('7', 'bo', 'human')",
            read_only,
        );
        refuses(
            &copy,
            "ATTACH ':memory:' AS other",
            "too many attached databases",
        );
        refuses(
            &copy,
            "SELECT load_extension('elsewhere')",
            "not authorized",
        );
        let forge = "PRAGMA query_only = OFF; PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = ''";
        refuses(&copy, forge, "may not be modified");
        refuses(&copy, "SELECT * FROM sneak", "prohibited");
    }
}
