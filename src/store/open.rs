//! Making and opening a study file.

use std::fs::OpenOptions;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::error::Error;
use super::filesystem::{self, beside};
use super::lock::{Holder, Lock};
use super::private::PrivateFolder;
use super::{codebooks, migrate, schema};
use crate::model::Codebook;

/// How long to wait for another one's transaction.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// How long to wait for one whose name is known: between two keys a writer lets others read, or it never does.
const PATIENCE_BESIDE: Duration = Duration::from_secs(1);

/// An open study.
#[derive(Debug)]
pub struct Study {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    codebook: Codebook,
    network: Option<&'static str>,
    lock: Option<Lock>,
    /// The folder of a private copy, which goes with it.
    private: Option<PrivateFolder>,
}

/// What opening a study gave.
#[derive(Debug)]
pub struct Opened {
    /// The study.
    pub study: Study,
    /// Why this opening is for reading only; `None` where it may write.
    pub blocked: Option<Blocked>,
}

/// Why a study can only be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Blocked {
    /// Somebody else writes to it: user, host, process and time.
    #[error("in use by {0}")]
    InUse(String),
    /// The system does not let this user write to the file or its folder.
    #[error("the file or its folder cannot be written")]
    NotWritable,
}

impl Study {
    /// Makes a new study, readable by its owner only, and opens it for writing.
    ///
    /// `owner` is what others are told who find the study in use.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] where a file is in the way; [`Error`] where the system refuses.
    pub fn create(path: &Path, codebook: &Codebook, owner: &str) -> Result<Study, Error> {
        make_file(path)?;
        let made = Study::fill(path, codebook, owner);
        if made.is_err() {
            // What is not a study must not be in the way of the next attempt.
            let _ = std::fs::remove_file(path);
        }
        made
    }

    fn fill(path: &Path, codebook: &Codebook, owner: &str) -> Result<Study, Error> {
        let lock = Lock::take(path, owner)?.map_err(|holder| in_use(path, &holder))?;
        let mut study = Study {
            connection: connect_to_write(path)?,
            path: path.to_owned(),
            codebook: codebook.clone(),
            network: filesystem::network(path),
            lock: Some(lock),
            private: None,
        };
        study.write("make the tables", |transaction| {
            transaction.pragma_update(None, "application_id", schema::APPLICATION_ID)?;
            migrate::run(transaction, schema::MIGRATIONS, 0)?;
            codebooks::put(transaction, codebook)
        })?;
        Ok(study)
    }

    /// Opens a study for writing, or for reading where somebody else writes to it or the file cannot be written.
    ///
    /// Where the writer lets nobody else read, as on a network filesystem, what is read is a private copy of the
    /// study as it stands now.
    ///
    /// # Errors
    ///
    /// [`Error`] where there is no such file, it is no study, it is of a newer version, or it is damaged.
    pub fn open(path: &Path, owner: &str) -> Result<Opened, Error> {
        inspect(path)?;
        if !is_writable(path) {
            let study = Study::open_to_read(path)?;
            return Ok(Opened {
                study,
                blocked: Some(Blocked::NotWritable),
            });
        }
        let lock = match Lock::take(path, owner)? {
            Ok(lock) => lock,
            Err(holder) => {
                let study = Study::open_beside(path, &holder)?;
                return Ok(Opened {
                    study,
                    blocked: Some(Blocked::InUse(holder.0)),
                });
            }
        };
        let mut connection = connect_to_write(path)?;
        migrate::bring_up(&mut connection, path, schema::MIGRATIONS)?;
        let study = Study::with(connection, path, Some(lock))?;
        Ok(Opened {
            study,
            blocked: None,
        })
    }

    /// Opens a study for writing, and gives an error where somebody else writes to it.
    ///
    /// # Errors
    ///
    /// As [`Study::open`], and [`Error::InUse`].
    pub fn open_to_write(path: &Path, owner: &str) -> Result<Study, Error> {
        let opened = Study::open(path, owner)?;
        match opened.blocked {
            None => Ok(opened.study),
            Some(Blocked::InUse(holder)) => Err(in_use(path, &Holder(holder))),
            Some(Blocked::NotWritable) => Err(Error::ReadOnly {
                path: path.to_owned(),
            }),
        }
    }

    /// Opens a study for reading.
    ///
    /// # Errors
    ///
    /// As [`Study::open`].
    pub fn open_to_read(path: &Path) -> Result<Study, Error> {
        inspect(path)?;
        if let Some(holder) = Lock::holder(path) {
            return Study::open_beside(path, &holder);
        }
        roll_back(path);
        Study::reader(path, PATIENCE)
    }

    /// Opens a study for reading while somebody is known to write to it. An unfinished transaction is the writer's
    /// then, and nobody else's to take back.
    fn open_beside(path: &Path, holder: &Holder) -> Result<Study, Error> {
        match Study::reader(path, PATIENCE_BESIDE) {
            Err(Error::InUse { .. }) => (),
            read => return read,
        }
        let own = path.canonicalize().map_err(Error::file("open", path))?;
        let room = own.parent().unwrap_or(Path::new("/"));
        Study::open_copy(path, room).map_err(|error| match error {
            // It keeps changing, or there is no place for a copy.
            Error::InUse { .. } | Error::File { .. } => in_use(path, holder),
            other => other,
        })
    }

    fn reader(path: &Path, patience: Duration) -> Result<Study, Error> {
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY, patience)?;
        if migrate::version(&connection, path, schema::VERSION)? < schema::VERSION {
            return Study::open_older(path);
        }
        let study = Study::with(connection, path, None)?;
        let settled = study.connection.busy_timeout(PATIENCE);
        settled.map_err(Error::database("open the study", path))?;
        Ok(study)
    }

    /// Opens a study of an older version for reading: a copy is brought up to date, since the file stays as it is.
    fn open_older(path: &Path) -> Result<Study, Error> {
        let own = path.canonicalize().map_err(Error::file("open", path))?;
        let room = own.parent().unwrap_or(Path::new("/"));
        // Where the folder is not this user's, there is one for such things.
        Study::open_copy(path, room).or_else(|_| Study::open_copy(path, &std::env::temp_dir()))
    }

    fn with(connection: Connection, path: &Path, lock: Option<Lock>) -> Result<Study, Error> {
        let codebook = codebooks::current(&connection, path)?;
        Ok(Study {
            connection,
            path: path.to_owned(),
            codebook,
            network: filesystem::network(path),
            lock,
            private: None,
        })
    }

    /// Takes a private copy of somebody else's study; `path` is where the study itself lies.
    pub(super) fn of_copy(
        connection: Connection,
        path: &Path,
        private: PrivateFolder,
    ) -> Result<Study, Error> {
        let study = Study::with(connection, path, None)?;
        Ok(Study {
            private: Some(private),
            ..study
        })
    }

    /// Opens a private copy of the study at `path` for writing. It may be lost: nobody waits for it to be on the disk.
    pub(super) fn of_rehearsal(
        copy: &Path,
        path: &Path,
        private: PrivateFolder,
    ) -> Result<Study, Error> {
        let lock = Lock::take(copy, "")?.map_err(|holder| in_use(copy, &holder))?;
        let connection = connect_to_write(copy)?;
        connection
            .pragma_update(None, "synchronous", "OFF")
            .map_err(Error::database("open the study", path))?;
        let study = Study::with(connection, path, Some(lock))?;
        Ok(Study {
            private: Some(private),
            ..study
        })
    }

    /// Gives the codebook in force.
    pub fn codebook(&self) -> &Codebook {
        &self.codebook
    }

    /// Gives the path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Names the network filesystem that the file lies on; `None` for a local one.
    pub fn network(&self) -> Option<&'static str> {
        self.network
    }

    /// Tells whether this opening may write.
    pub fn is_writable(&self) -> bool {
        self.lock.is_some()
    }

    /// Tells whether this is a private copy of somebody else's file.
    pub(super) fn is_copy(&self) -> bool {
        self.private.is_some()
    }

    /// Replaces the codebook of a study that has no labels yet.
    ///
    /// # Errors
    ///
    /// [`Error::OtherCodebook`] where there are labels of another codebook.
    pub fn use_codebook(&mut self, codebook: &Codebook) -> Result<(), Error> {
        if codebook.hash == self.codebook.hash {
            return Ok(());
        }
        let labels: bool = self.read("look for labels", |connection| {
            connection.query_row("SELECT EXISTS (SELECT 1 FROM history)", [], |row| {
                row.get(0)
            })
        })?;
        if labels {
            let name = |codebook: &Codebook| format!("{} {}", codebook.name, codebook.version);
            return Err(Error::OtherCodebook {
                present: name(&self.codebook),
                wanted: name(codebook),
            });
        }
        self.write("change the codebook", |transaction| {
            codebooks::put(transaction, codebook)
        })?;
        self.codebook = codebook.clone();
        Ok(())
    }

    /// Runs one transaction that is durable when this returns.
    pub(super) fn write<T>(
        &mut self,
        doing: &'static str,
        work: impl FnOnce(&Transaction) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        let path = self.path.clone();
        self.write_checked(doing, |transaction| {
            work(transaction).map_err(Error::database(doing, &path))
        })
    }

    /// Runs one transaction that may find something wrong on its way; it is durable when this returns.
    pub(super) fn write_checked<T>(
        &mut self,
        doing: &'static str,
        work: impl FnOnce(&Transaction) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.lock.is_none() {
            return Err(Error::ReadOnly {
                path: self.path.clone(),
            });
        }
        let failed = |source| Error::database(doing, &self.path)(source);
        // Immediate: a transaction that becomes a writer later fails at once where another one is waiting.
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failed)?;
        let value = work(&transaction)?;
        transaction.commit().map_err(failed)?;
        Ok(value)
    }

    /// Runs something that only reads.
    pub(super) fn read<T>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        work(&self.connection).map_err(Error::database(doing, &self.path))
    }
}

fn in_use(path: &Path, holder: &Holder) -> Error {
    Error::InUse {
        path: path.to_owned(),
        holder: holder.0.clone(),
    }
}

fn make_file(path: &Path) -> Result<(), Error> {
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    match made {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(Error::Exists {
            path: path.to_owned(),
        }),
        Err(source) => Err(Error::File {
            doing: "make",
            path: path.to_owned(),
            source,
        }),
    }
}

/// Looks at a file before SQLite does: a wrong file is named for what it is, and stays as it is.
pub(super) fn inspect(path: &Path) -> Result<(), Error> {
    let not = |what: &str| Error::NotStudy {
        path: path.to_owned(),
        what: what.to_owned(),
    };
    // Asked before it is opened: opening a named pipe would wait for a writer.
    let known = std::fs::metadata(path).map_err(Error::file("open", path))?;
    if known.is_dir() {
        return Err(not("it is a folder"));
    }
    if !known.is_file() {
        return Err(not("it is no ordinary file"));
    }
    let mut head = [0; 100];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut head));
    match read {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            return Err(not("it is not an SQLite file"));
        }
        read => read.map_err(Error::file("read", path))?,
    }
    if !head.starts_with(b"SQLite format 3\0") {
        return Err(not("it is not an SQLite file"));
    }
    if head[68..72] != schema::APPLICATION_ID.to_be_bytes() {
        return Err(not("it is a database of another program"));
    }
    let found = i32::from_be_bytes([head[60], head[61], head[62], head[63]]);
    migrate::known_version(found.into(), path, schema::VERSION)
}

/// Tells whether this user may write to a study: to the file, and to its folder for the journal.
fn is_writable(path: &Path) -> bool {
    // Real access, not the mode bits: a read-only mount and an access list say no as well.
    let writable = |path: &Path| rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok();
    let Ok(path) = path.canonicalize() else {
        return false;
    };
    writable(&path) && path.parent().is_some_and(writable)
}

/// Takes back the half of a transaction that a killed program left behind: reading alone may not.
fn roll_back(path: &Path) {
    if !beside(path, "-journal").exists() || !is_writable(path) {
        return;
    }
    // SQLite itself tells a dead writer's journal from a living one's. Where this fails, the reading that
    // follows says why.
    if let Ok(connection) = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE, PATIENCE) {
        let _ = connection.query_row("PRAGMA schema_version", [], |_| Ok(()));
    }
}

fn connect_to_write(path: &Path) -> Result<Connection, Error> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE, PATIENCE)?;
    let locking = match filesystem::network(path) {
        Some(_) => "EXCLUSIVE",
        None => "NORMAL",
    };
    connection
        .pragma_update(None, "locking_mode", locking)
        .and_then(|()| connection.pragma_update(None, "journal_mode", "DELETE"))
        .map_err(Error::database("open the study", path))?;
    Ok(connection)
}

pub(super) fn connect(
    path: &Path,
    mode: OpenFlags,
    patience: Duration,
) -> Result<Connection, Error> {
    let failed = |source| Error::database("open the study", path)(source);
    // An absolute path, and no URI flag: a file whose name begins with "file:" is that file.
    let absolute = std::path::absolute(path).map_err(Error::file("open", path))?;
    let connection = Connection::open_with_flags(absolute, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(failed)?;
    connection
        .busy_timeout(patience)
        .and_then(|()| connection.pragma_update(None, "foreign_keys", "ON"))
        .and_then(|()| connection.pragma_update(None, "trusted_schema", "OFF"))
        .and_then(|()| connection.pragma_update(None, "cell_size_check", "ON"))
        .and_then(|()| connection.pragma_update(None, "synchronous", "EXTRA"))
        // A plan is made once and not again for each value that is bound: that took most of an import's time.
        .and_then(|()| connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true))
        .map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}
