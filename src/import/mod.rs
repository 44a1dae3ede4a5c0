//! Transcripts of coding agents, bytes to [`Session`].
//!
//! [`read`] recognises the format of a file from its content and hands it to that format's importer. Every
//! importer is a file of its own with private wire structs, and one row of [`FORMATS`]. What cannot be read is
//! reported, never guessed, and one bad record never stops the others. [`read_labels`] does the same for labels
//! that were made elsewhere.

mod builder;
mod claude_code;
mod codex;
mod head;
mod labels;
mod records;
mod specstory;
mod time;

use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use crate::model::Session;

use head::Head;

pub use labels::{LabelFile, LabelLine, lines as label_lines, read_labels};

/// One transcript format.
pub struct Format {
    /// Short name for files and the command line, for example `claude-code`.
    pub id: &'static str,
    /// Name for people.
    pub name: &'static str,
    recognise: fn(&Head) -> bool,
    read: fn(&Path, BufReader<File>) -> io::Result<Reading>,
}

/// All formats, in the order in which they are tried.
pub const FORMATS: &[Format] = &[specstory::FORMAT, codex::FORMAT, claude_code::FORMAT];

/// What a file held.
#[derive(Debug, Default)]
pub struct Reading {
    /// The sessions, in file order; most files hold one.
    pub sessions: Vec<Session>,
    /// What could not be read or is no developer's session.
    pub skipped: Vec<Skip>,
}

/// A piece of a file that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skip {
    /// Line in the file, from 1; `None` where it is the file as a whole.
    pub line: Option<u64>,
    /// Why, in a few words.
    pub reason: String,
}

impl Skip {
    fn at_line(line: u64, reason: impl Into<String>) -> Skip {
        Skip {
            line: Some(line),
            reason: reason.into(),
        }
    }

    fn whole(reason: impl Into<String>) -> Skip {
        Skip {
            line: None,
            reason: reason.into(),
        }
    }
}

/// Why a file gave no session.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be opened or read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// No importer knows the file.
    #[error("{}: {what}", path.display())]
    Unknown {
        /// The file.
        path: PathBuf,
        /// What it seems to be.
        what: String,
    },
    /// A format was asked for by a name that does not exist.
    #[error("there is no format named {name}; known are {}", FORMATS.iter().map(|format| format.id).collect::<Vec<_>>().join(", "))]
    NoFormat {
        /// The name.
        name: String,
    },
}

/// Reads a transcript file, with the format recognised from its content or given by its id.
///
/// # Errors
///
/// [`Error`] where the file cannot be read or is no transcript that an importer knows.
pub fn read(path: &Path, format: Option<&str>) -> Result<Reading, Error> {
    let failed = |source| Error::Read {
        path: path.to_owned(),
        source,
    };
    let format = match format {
        Some(id) => FORMATS
            .iter()
            .find(|format| format.id == id)
            .ok_or_else(|| Error::NoFormat {
                name: id.to_owned(),
            })?,
        None => recognise(path)?,
    };
    let file = File::open(path).map_err(failed)?;
    (format.read)(path, BufReader::with_capacity(1 << 20, file)).map_err(failed)
}

/// Tells which format a file has, from its first bytes.
///
/// # Errors
///
/// [`Error`] where the file cannot be read or has no known format.
pub fn recognise(path: &Path) -> Result<&'static Format, Error> {
    let head = Head::read(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })?;
    FORMATS
        .iter()
        .find(|format| (format.recognise)(&head))
        .ok_or_else(|| Error::Unknown {
            path: path.to_owned(),
            what: head.seems(),
        })
}
