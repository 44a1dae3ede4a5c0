//! What can go wrong with a study file, said so that a person knows what to do.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::model::{Violation, count};

/// Why the study file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such file.
    #[error("there is no study at {}", path.display())]
    NotFound {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// A file is in the way of a new study.
    #[error("{} exists already", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("{} is no pushback study: {what}", path.display())]
    NotStudy {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        what: String,
    },
    /// The file was written by a later version.
    #[error("{} was written by a newer pushback (study version {found}, this program knows {known})", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// Somebody else writes to the file.
    #[error("{} is in use: {holder}", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
        /// Who has it, where, since when.
        holder: String,
    },
    /// The study was opened for reading only.
    #[error("{} can be read but not written", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// The disk is full.
    #[error("no space left for {}", path.display())]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// The content of the file is not what this program wrote.
    #[error("{} is damaged: {what}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// A label would break a rule of the codebook.
    #[error(transparent)]
    Rule(#[from] Violation),
    /// The study was coded with another codebook.
    #[error("the study has labels of the codebook {present}, and {wanted} is another")]
    OtherCodebook {
        /// Name and version in the study.
        present: String,
        /// Name and version asked for.
        wanted: String,
    },
    /// Words are needed that were left out of this copy of the study.
    #[error("{} has no transcripts of {}", path.display(), count(*sessions, "session"))]
    NoTranscripts {
        /// The file.
        path: PathBuf,
        /// How many sessions are without them.
        sessions: u64,
    },
    /// The system refused.
    #[error("cannot {doing} {}", path.display())]
    File {
        /// What was being done.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// `SQLite` refused.
    #[error("cannot {doing} in {}", path.display())]
    Database {
        /// What was being done.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What `SQLite` said.
        source: rusqlite::Error,
    },
}

impl Error {
    /// Says what a person can do about it; `None` where the message says it all.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Error::NotFound { .. } => {
                Some("make one with `pushback import STUDY PATH...`, or look at `pushback demo`")
            }
            Error::NotStudy { .. } => Some("name the file that `pushback import` made"),
            Error::Newer { .. } => Some("update pushback on this machine; nothing was changed"),
            Error::InUse { .. } => Some("close the other pushback first"),
            Error::ReadOnly { .. } => Some("check who may write to the file and its folder"),
            Error::Full { .. } => Some("nothing was lost: free some space, then try again"),
            Error::Damaged { .. } => {
                Some("keep the file as it is and go on with a copy of the last backup")
            }
            Error::NoTranscripts { .. } => {
                Some("import the same transcripts into it first: that brings the words back")
            }
            Error::OtherCodebook { .. } => Some("start a new study for the other codebook"),
            _ => None,
        }
    }

    /// The error of a file that is not what this program wrote.
    pub(super) fn damaged(path: &Path, what: impl Into<String>) -> Error {
        Error::Damaged {
            path: path.to_owned(),
            what: what.into(),
        }
    }

    pub(super) fn file(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
        let path = path.to_owned();
        move |source| match source.kind() {
            io::ErrorKind::NotFound => Error::NotFound { path },
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::Full { path },
            _ => Error::File {
                doing,
                path,
                source,
            },
        }
    }

    /// The error of a folder that is to be written to: where it is missing, no study is.
    pub(super) fn folder(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
        let path = path.to_owned();
        move |source| match source.kind() {
            io::ErrorKind::NotFound => Error::File {
                doing,
                path,
                source,
            },
            _ => Error::file(doing, &path)(source),
        }
    }

    pub(super) fn database(
        doing: &'static str,
        path: &Path,
    ) -> impl FnOnce(rusqlite::Error) -> Error {
        let path = path.to_owned();
        move |source| match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Error::Full { path },
            Some(ErrorCode::NotADatabase) => Error::NotStudy {
                path,
                what: "it is not an SQLite file".to_owned(),
            },
            // The statements are ours: where one has no sense, the tables are not.
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::Unknown) => Error::Damaged {
                path,
                what: source.to_string(),
            },
            Some(ErrorCode::ReadOnly) => Error::ReadOnly { path },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::InUse {
                path,
                holder: "another program holds a lock on it".to_owned(),
            },
            None if is_unreadable(&source) => Error::Damaged {
                path,
                what: source.to_string(),
            },
            _ => Error::Database {
                doing,
                path,
                source,
            },
        }
    }
}

/// Tells whether a value was read that this program did not write.
fn is_unreadable(source: &rusqlite::Error) -> bool {
    matches!(
        source,
        rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::Utf8Error(..)
    )
}
