//! Writing a whole study at once: a merged one, or a copy without transcripts.
//!
//! The new file is made in a private folder inside the one where it is to lie, and moves to its place when it is
//! complete and on the disk. A full disk or a killed program leaves no half study there.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::Path;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use tempfile::{NamedTempFile, PersistError};

use super::copy::{Copy, Texts};
use super::error::Error;
use super::filesystem::beside;
use super::open::Study;
use super::private::PrivateFolder;
use super::{audit, codebooks, derived, history, marks, migrate, schema};
use crate::model::{Codebook, Coder, Entry, Unit};

/// Everything that a new study is to hold.
#[derive(Debug)]
pub struct Whole<'a> {
    /// The codebooks that the history names; the last one is in force.
    pub codebooks: Vec<&'a Codebook>,
    /// The coders.
    pub coders: &'a [Coder],
    /// The sessions in their order: the study that each is taken from, and its key.
    pub sessions: Vec<(&'a Study, &'a str)>,
    /// The histories of all coders.
    pub history: &'a [Entry],
    /// The audit sample of the study that it is a copy of.
    pub audit: Option<audit::Audit>,
    /// What becomes of the transcripts.
    pub texts: Texts,
}

impl Study {
    /// Writes a new study, readable by its owner only; it appears whole or not at all.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] where a file is in the way, [`Error::Damaged`] where a text is not the one that its hash
    /// says, [`Error`] where the system refuses. Nothing is left behind then.
    pub fn write_whole(into: &Path, whole: &Whole) -> Result<(), Error> {
        Study::refuse_existing(into)?;
        let folder = match into.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let unwritten = || Error::folder("write to", folder);
        let private = PrivateFolder::new_in(folder).map_err(unwritten())?;
        let draft = NamedTempFile::new_in(private.path()).map_err(unwritten())?;
        let failed = |source| Error::database("write the study", into)(source);
        let mut connection = connect(draft.path()).map_err(failed)?;
        fill(&mut connection, whole, into)?;
        connection.close().map_err(|(_, source)| failed(source))?;
        keep(draft, into)
    }

    /// Refuses a place where a file lies, or what belongs to one: an old journal would be played back into a new
    /// study.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] with the file that is in the way.
    pub fn refuse_existing(into: &Path) -> Result<(), Error> {
        for ending in ["", "-journal", "-wal"] {
            let path = beside(into, ending);
            if std::fs::symlink_metadata(&path).is_ok() {
                return Err(Error::Exists { path });
            }
        }
        Ok(())
    }
}

fn connect(draft: &Path) -> rusqlite::Result<Connection> {
    let mode = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(draft, mode)?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.pragma_update(None, "trusted_schema", "OFF")?;
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    // What fails is thrown away whole, and what succeeds is synchronised before it gets its name.
    connection.pragma_update(None, "journal_mode", "OFF")?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Gives the finished file its name.
fn keep(draft: NamedTempFile, into: &Path) -> Result<(), Error> {
    draft
        .as_file()
        .sync_all()
        .map_err(Error::file("write", into))?;
    match draft.persist_noclobber(into) {
        Ok(_) => (),
        Err(PersistError { error, .. }) if error.kind() == io::ErrorKind::AlreadyExists => {
            let path = into.to_owned();
            return Err(Error::Exists { path });
        }
        Err(error) => return Err(Error::file("write", into)(error.error)),
    }
    // The name is in the folder; where a folder cannot be synchronised, the file is complete all the same.
    let folder = std::path::absolute(into).ok();
    let folder = folder.as_deref().and_then(Path::parent);
    if let Some(folder) = folder.and_then(|folder| File::open(folder).ok()) {
        let _ = folder.sync_all();
    }
    Ok(())
}

fn fill(connection: &mut Connection, whole: &Whole, into: &Path) -> Result<(), Error> {
    let failed = |source| Error::database("write the study", into)(source);
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed)?;
    begin(&transaction, whole).map_err(failed)?;
    for (position, (study, key)) in (1..).zip(&whole.sessions) {
        let copy = Copy {
            from: study,
            to: &transaction,
            into,
            texts: whole.texts,
        };
        copy.session(key, position)?;
    }
    put_history(&transaction, whole.history).map_err(failed)?;
    let weights = common_weights(whole)?;
    marks::put_weights(&transaction, weights.as_deref()).map_err(failed)?;
    transaction.commit().map_err(failed)
}

/// Gives the weights that all studies are marked with; `None` where they differ, or are those of the program.
fn common_weights(whole: &Whole) -> Result<Option<String>, Error> {
    let mut studies: Vec<&Study> = Vec::new();
    for (study, _) in &whole.sessions {
        if !studies.iter().any(|known| std::ptr::eq(*known, *study)) {
            studies.push(study);
        }
    }
    let weights = studies.iter().map(|study| study.detector_weights());
    let mut weights = weights.collect::<Result<Vec<_>, _>>()?;
    weights.dedup();
    Ok(match weights.as_mut_slice() {
        [one] => one.take(),
        _ => None,
    })
}

/// Makes the tables, and writes what sessions and labels refer to.
fn begin(transaction: &Transaction, whole: &Whole) -> rusqlite::Result<()> {
    transaction.pragma_update(None, "application_id", schema::APPLICATION_ID)?;
    migrate::run(transaction, schema::MIGRATIONS, 0)?;
    for codebook in &whole.codebooks {
        codebooks::put(transaction, codebook)?;
    }
    if let Some(sample) = &whole.audit {
        audit::put(transaction, sample)?;
    }
    for coder in whole.coders {
        transaction.execute(
            "INSERT INTO coder (id, name, kind) VALUES (?1, ?2, ?3)",
            [&coder.id.to_string(), &coder.name, coder.kind.name()],
        )?;
    }
    Ok(())
}

/// Writes the rows of the history as they are, and derives the labels from them.
fn put_history(transaction: &Transaction, entries: &[Entry]) -> rusqlite::Result<()> {
    let mut units = BTreeSet::new();
    for entry in entries {
        history::insert(transaction, entry)?;
        units.insert((entry.coder, entry.unit.session.as_str(), entry.unit.turn));
    }
    for (coder, session, turn) in units {
        let unit = Unit {
            session: session.to_owned(),
            turn,
            hash: String::new(),
        };
        derived::refresh(transaction, coder, &unit)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_named_by_the_file_that_found_no_space() {
        let text = include_str!("../../codebook/mast.toml");
        let codebook = Codebook::parse(text, "mast.toml").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let draft = NamedTempFile::new_in(folder.path()).unwrap();
        let mut connection = connect(draft.path()).unwrap();
        connection
            .pragma_update(None, "max_page_count", 12)
            .unwrap();
        let whole = Whole {
            codebooks: vec![&codebook],
            coders: &[],
            sessions: Vec::new(),
            history: &[],
            audit: None,
            texts: Texts::Kept,
        };
        let error = fill(&mut connection, &whole, Path::new("m.db")).unwrap_err();
        assert_eq!(error.to_string(), "no space left for m.db");
    }
}
