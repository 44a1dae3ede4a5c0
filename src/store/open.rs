//! Making and opening a study file.

use std::fs::OpenOptions;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::error::Error;
use super::lock::{Holder, Lock};
use super::{codebooks, filesystem, schema};
use crate::model::Codebook;

/// An open study.
#[derive(Debug)]
pub struct Study {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    codebook: Codebook,
    network: Option<&'static str>,
    lock: Option<Lock>,
    /// The folder of a private copy, which goes with it.
    #[expect(
        dead_code,
        reason = "held so that the folder lives as long as the connection"
    )]
    private: Option<tempfile::TempDir>,
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
        match OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
        {
            Ok(_) => (),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(Error::Exists {
                    path: path.to_owned(),
                });
            }
            Err(source) => {
                return Err(Error::File {
                    doing: "make",
                    path: path.to_owned(),
                    source,
                });
            }
        }
        let lock = Lock::take(path, owner)?.map_err(|holder| in_use(path, holder))?;
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let mut study = Study {
            connection,
            path: path.to_owned(),
            codebook: codebook.clone(),
            network: filesystem::network(path),
            lock: Some(lock),
            private: None,
        };
        study.write("make the tables", |transaction| {
            transaction.pragma_update(None, "application_id", schema::APPLICATION_ID)?;
            for migration in schema::MIGRATIONS {
                transaction.execute_batch(migration)?;
            }
            transaction.pragma_update(None, "user_version", schema::VERSION)?;
            codebooks::put(transaction, codebook)
        })?;
        Ok(study)
    }

    /// Opens a study for writing, or for reading where somebody else writes to it or the file cannot be written.
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
                let study = Study::open_to_read(path)?;
                return Ok(Opened {
                    study,
                    blocked: Some(Blocked::InUse(holder.0)),
                });
            }
        };
        let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        migrate(&mut connection, path)?;
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
            Some(Blocked::InUse(holder)) => Err(in_use(path, Holder(holder))),
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
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        version(&connection, path)?;
        Study::with(connection, path, None)
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
        private: tempfile::TempDir,
    ) -> Result<Study, Error> {
        let study = Study::with(connection, path, None)?;
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
        let value = work(&transaction).map_err(failed)?;
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

fn in_use(path: &Path, holder: Holder) -> Error {
    Error::InUse {
        path: path.to_owned(),
        holder: holder.0,
    }
}

/// Looks at a file before SQLite does: a wrong file is named for what it is.
pub(super) fn inspect(path: &Path) -> Result<(), Error> {
    let not = |what: &str| Error::NotStudy {
        path: path.to_owned(),
        what: what.to_owned(),
    };
    let mut file = std::fs::File::open(path).map_err(Error::file("open", path))?;
    if file.metadata().map_err(Error::file("open", path))?.is_dir() {
        return Err(not("it is a folder"));
    }
    let mut head = [0; 100];
    match file.read_exact(&mut head) {
        Ok(()) => (),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            return Err(not("it is not an SQLite file"));
        }
        Err(source) => {
            return Err(Error::File {
                doing: "read",
                path: path.to_owned(),
                source,
            });
        }
    }
    if !head.starts_with(b"SQLite format 3\0") {
        return Err(not("it is not an SQLite file"));
    }
    if head[68..72] != schema::APPLICATION_ID.to_be_bytes() {
        return Err(not("it is a database of another program"));
    }
    Ok(())
}

fn is_writable(path: &Path) -> bool {
    // Real access, not the mode bits: a read-only mount and an access list say no as well.
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let writable = |path: &Path| rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok();
    writable(path) && writable(folder)
}

fn connect(path: &Path, mode: OpenFlags) -> Result<Connection, Error> {
    let failed = |source| Error::database("open the study", path)(source);
    // An absolute path, and no URI flag: a file whose name begins with "file:" is that file.
    let absolute = std::path::absolute(path).map_err(Error::file("open", path))?;
    let connection = Connection::open_with_flags(absolute, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(failed)?;
    let locking =
        if filesystem::network(path).is_some() && mode == OpenFlags::SQLITE_OPEN_READ_WRITE {
            "EXCLUSIVE"
        } else {
            "NORMAL"
        };
    connection
        .busy_timeout(std::time::Duration::from_secs(5))
        .and_then(|()| connection.pragma_update(None, "foreign_keys", "ON"))
        .and_then(|()| connection.pragma_update(None, "trusted_schema", "OFF"))
        .and_then(|()| connection.pragma_update(None, "cell_size_check", "ON"))
        .and_then(|()| connection.pragma_update(None, "synchronous", "EXTRA"))
        .and_then(|()| connection.pragma_update(None, "locking_mode", locking))
        .map_err(failed)?;
    if mode == OpenFlags::SQLITE_OPEN_READ_WRITE {
        connection
            .pragma_update(None, "journal_mode", "DELETE")
            .map_err(failed)?;
    }
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Gives the version of a study that this program can read as it is or migrate.
pub(super) fn version(connection: &Connection, path: &Path) -> Result<i64, Error> {
    let found: i64 = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .map_err(Error::database("read the version", path))?;
    if found > schema::VERSION {
        return Err(Error::Newer {
            path: path.to_owned(),
            found,
            known: schema::VERSION,
        });
    }
    if found < 1 {
        return Err(Error::Damaged {
            path: path.to_owned(),
            what: "it has no version".to_owned(),
        });
    }
    Ok(found)
}

/// Brings an older study up to date, after a copy of it was put beside it.
fn migrate(connection: &mut Connection, path: &Path) -> Result<(), Error> {
    let found = version(connection, path)?;
    if found == schema::VERSION {
        return Ok(());
    }
    let failed = |source| Error::database("bring the study up to date", path)(source);
    let mut backup = path.as_os_str().to_owned();
    backup.push(format!(".v{found}.backup"));
    connection
        .execute("VACUUM INTO ?1", [PathBuf::from(backup).to_string_lossy()])
        .map_err(failed)?;
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed)?;
    for migration in &schema::MIGRATIONS[usize::try_from(found).unwrap_or(0)..] {
        transaction.execute_batch(migration).map_err(failed)?;
    }
    transaction
        .pragma_update(None, "user_version", schema::VERSION)
        .map_err(failed)?;
    transaction.commit().map_err(failed)
}
