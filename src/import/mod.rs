//! Transcripts of coding agents, bytes to [`Session`].
//!
//! [`read`] recognises the format of a file from its content and hands it to that format's importer. Every
//! importer is a file of its own with private wire structs, and one row of [`FORMATS`]. What cannot be read is
//! reported, never guessed, and one bad record never stops the others. [`read_labels`] does the same for labels
//! that were made elsewhere.

mod aider;
mod amp;
mod antigravity;
mod atif;
mod blocks;
mod builder;
mod calls;
mod chat;
mod claude_code;
mod cline;
mod codex;
mod continue_dev;
mod copilot;
mod cursor;
mod database;
mod droid;
mod entire;
mod gemini;
mod git;
mod goose;
mod grok;
mod head;
mod hermes;
mod kimi;
mod labels;
mod lenient;
mod openai;
mod opencode;
mod openhands;
mod pi;
mod pieces;
mod qwen;
mod recordings;
mod records;
mod session_parsed;
mod sharegpt;
mod source;
mod specstory;
mod swe_agent;
mod swe_chat;
mod tables;
mod time;

use std::io;
use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use crate::model::Session;

use head::Head;

pub use git::Error as GitError;
pub use source::Source;

pub use labels::{LabelFile, LabelLine, lines as label_lines, read_labels};

/// One transcript format.
pub struct Format {
    /// Short name for files and the command line, for example `claude-code`.
    pub id: &'static str,
    /// Name for people.
    pub name: &'static str,
    /// Which files it is, in a few words.
    pub files: &'static str,
    /// What is taken from it and what is left out, for somebody who wants to know: lines of at most 100 columns.
    pub page: &'static str,
    recognise: fn(&Head) -> bool,
    /// Tells whether a file holds a part of a session that is read with another file of the same store.
    companion: fn(&Head) -> bool,
    read: fn(&Source) -> io::Result<Reading>,
}

/// All formats, in the order in which they are tried.
pub const FORMATS: &[Format] = &[
    specstory::FORMAT,
    entire::FORMAT,
    codex::FORMAT,
    pi::FORMAT,
    droid::FORMAT,
    amp::FORMAT,
    opencode::FORMAT,
    cline::FORMAT,
    aider::FORMAT,
    claude_code::FORMAT,
    openhands::FORMAT,
    swe_agent::FORMAT,
    atif::FORMAT,
    goose::FORMAT,
    continue_dev::KIRO,
    continue_dev::FORMAT,
    grok::FORMAT,
    antigravity::FORMAT,
    kimi::FORMAT,
    hermes::FORMAT,
    cursor::TRANSCRIPT,
    cursor::EXPORT,
    cursor::EDITOR,
    cursor::STORE,
    copilot::CHAT,
    copilot::CLI,
    gemini::FORMAT,
    qwen::FORMAT,
    swe_chat::FORMAT,
    session_parsed::FORMAT,
    sharegpt::FORMAT,
    openai::FORMAT,
];

/// What a file held.
#[derive(Debug, Default)]
pub struct Reading {
    /// The sessions, in file order; most files hold one.
    pub sessions: Vec<Session>,
    /// Sessions in which no developer speaks, in file order.
    pub aside: Vec<(Aside, Session)>,
    /// What could not be read or is no developer's session.
    pub skipped: Vec<Skip>,
}

impl Reading {
    /// Takes a session, where there is one, and what was left out of it.
    fn take(&mut self, (session, skipped): (Option<Session>, Vec<Skip>)) {
        self.sessions.extend(session);
        self.skipped.extend(skipped);
    }

    /// Takes a session in which no developer speaks, as [`Reading::take`].
    fn take_aside(&mut self, why: Aside, (session, skipped): (Option<Session>, Vec<Skip>)) {
        self.aside.extend(session.map(|session| (why, session)));
        self.skipped.extend(skipped);
    }

    /// Puts what was left out in the order of the file.
    fn in_order(mut self) -> Reading {
        self.skipped.sort_by_key(|skip| skip.line);
        self
    }
}

/// Why no developer speaks in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aside {
    /// Another agent gave the prompts.
    SubAgent,
    /// A program gave the prompts.
    Machine,
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
    /// The file is a part of a session that stands in another file.
    #[error("{}: a part of a session of {format} that is read with another file", path.display())]
    Companion {
        /// The file.
        path: PathBuf,
        /// Name of the format for people.
        format: &'static str,
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
    read_source(&Source::file(path), format)
}

/// Reads a transcript from wherever its bytes are, as [`read`].
///
/// # Errors
///
/// [`Error`], as [`read`].
pub fn read_source(source: &Source, format: Option<&str>) -> Result<Reading, Error> {
    let format = format_of(source, format)?;
    (format.read)(source).map_err(|error| Error::Read {
        path: source.path().to_owned(),
        source: error,
    })
}

/// Reads a transcript as [`read_source`] and hands it over in pieces, which is one for most: a table of thousands of
/// sessions comes a few sessions at a time, so that it does not lie in memory as a whole. Ends where `take` says so.
///
/// # Errors
///
/// [`Error`], as [`read`].
pub fn each(
    source: &Source,
    format: Option<&str>,
    take: &mut dyn FnMut(Reading) -> ControlFlow<()>,
) -> Result<(), Error> {
    let format = format_of(source, format)?;
    let told = if format.id == swe_chat::FORMAT.id {
        swe_chat::each(source, take)
    } else {
        (format.read)(source).map(|reading| {
            // There is no piece after it that could be left out.
            let _ = take(reading);
        })
    };
    told.map_err(|error| Error::Read {
        path: source.path().to_owned(),
        source: error,
    })
}

/// Gives the format of a transcript: the one of this id, else the one that its first bytes have.
///
/// # Errors
///
/// [`Error`] where there is no such format, or as [`recognise`].
pub fn format_of(source: &Source, id: Option<&str>) -> Result<&'static Format, Error> {
    let Some(id) = id else {
        return recognise(source);
    };
    let found = FORMATS.iter().find(|format| format.id == id);
    found.ok_or_else(|| Error::NoFormat {
        name: id.to_owned(),
    })
}

/// Gives the formats of transcripts, as [`format_of`], each at its place. Of many files, one half is looked at beside the
/// other.
pub fn formats_of(sources: &[Source], id: Option<&str>) -> Vec<Result<&'static Format, Error>> {
    let each = |sources: &[Source]| -> Vec<_> {
        let formats = sources.iter().map(|source| format_of(source, id));
        formats.collect()
    };
    let (first, second) = sources.split_at(sources.len() / 2);
    thread::scope(|scope| {
        let beside = scope.spawn(|| each(first));
        let second = each(second);
        let mut formats = beside.join().unwrap_or_else(|panic| resume_unwind(panic));
        formats.extend(second);
        formats
    })
}

/// Tells which format a transcript has, from its first bytes.
///
/// # Errors
///
/// [`Error`] where it cannot be read, has no known format, or is a part of a session that another file stands for.
pub fn recognise(source: &Source) -> Result<&'static Format, Error> {
    let path = || source.path().to_owned();
    let head = Head::read(source).map_err(|error| Error::Read {
        path: path(),
        source: error,
    })?;
    if let Some(whole) = FORMATS.iter().find(|format| (format.companion)(&head)) {
        return Err(Error::Companion {
            path: path(),
            format: whole.name,
        });
    }
    let found = FORMATS.iter().find(|format| (format.recognise)(&head));
    found.ok_or_else(|| Error::Unknown {
        path: path(),
        what: head.seems(),
    })
}

/// Puts together what one importer must read at once: the checkpoints of a session are one recording of it. The others
/// stay as they are, all in the order in which they came.
pub fn together(found: Vec<(Source, &'static Format)>) -> Vec<(Source, &'static Format)> {
    entire::together(found)
}

/// Finds the transcripts that a git repository keeps on a branch that is not checked out; none where the folder is no
/// repository, or has no such branch.
///
/// # Errors
///
/// [`GitError`] where there is such a branch and git is not there or cannot read it.
pub fn kept_in(folder: &Path) -> Result<Vec<Source>, GitError> {
    let trees = git::trees(folder)?;
    let sources = trees.iter().flat_map(entire::kept);
    Ok(sources.collect())
}

/// For formats whose sessions stand in one file each.
fn no_companion(_: &Head) -> bool {
    false
}
