//! Writing a whole study at once: a merged one, or a copy without transcripts.
//!
//! The new file is made under another name in the folder where it is to lie, and gets its own name when it is
//! complete and on the disk. A full disk or a killed program leaves no half study under that name.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, Row, Transaction, TransactionBehavior, params_from_iter};
use tempfile::{NamedTempFile, PersistError};

use super::error::Error;
use super::open::Study;
use super::{codebooks, derived, history, migrate, schema, wire};
use crate::model::{Codebook, Coder, Entry, Unit, text_hash};

/// The columns of a session that go from file to file.
pub(super) const HEAD: &str = "key, format, path, agent, agent_version, models, surface, repository, folder, branch, \
    started, ended, title, parent, developer_turns, pushback_turns";
/// The columns of a turn and its mark that go from file to file: first the turn's, then the mark's.
pub(super) const TURN: &str = "turn.position, role, ordinal, kind, hash, native_id, place, time, bytes, words, body, \
    score, pushback, cues, detector";
/// How many columns of [`TURN`] are the turn's.
const OF_TURN: usize = 11;

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
    /// What becomes of the transcripts.
    pub texts: Texts,
}

/// Whether the words of the transcripts are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Texts {
    /// As they are.
    Kept,
    /// Turns without words, and sessions without the names that people gave to titles, folders and branches.
    Withheld,
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
        let draft = tempfile::Builder::new()
            .prefix(".pushback-")
            .tempfile_in(folder)
            .map_err(Error::folder("write to", folder))?;
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
            let mut name = into.as_os_str().to_owned();
            name.push(ending);
            let path = PathBuf::from(name);
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
    transaction.commit().map_err(failed)
}

/// Makes the tables, and writes what sessions and labels refer to.
fn begin(transaction: &Transaction, whole: &Whole) -> rusqlite::Result<()> {
    transaction.pragma_update(None, "application_id", schema::APPLICATION_ID)?;
    migrate::run(transaction, schema::MIGRATIONS, 0)?;
    for codebook in &whole.codebooks {
        codebooks::put(transaction, codebook)?;
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

/// One session on its way from file to file.
struct Copy<'a> {
    from: &'a Study,
    to: &'a Transaction<'a>,
    into: &'a Path,
    texts: Texts,
}

impl Copy<'_> {
    fn session(&self, key: &str, position: i64) -> Result<(), Error> {
        let (mut head, id) = self.from.read("read a session", |connection| {
            let sql = format!("SELECT {HEAD}, id FROM session WHERE key = ?1");
            let mut statement = connection.prepare_cached(&sql)?;
            let columns = statement.column_count() - 1;
            statement.query_row([key], |row| {
                Ok((values(row, 0..columns)?, row.get::<_, i64>(columns)?))
            })
        })?;
        if self.texts == Texts::Withheld {
            withhold_head(&mut head);
        }
        head.push(position.into());
        let session = self.insert("session", &format!("{HEAD}, position"), head)?;
        self.turns(key, id, session)
    }

    fn turns(&self, key: &str, from: i64, to: i64) -> Result<(), Error> {
        let unread = |source| Error::database("read a turn", self.from.path())(source);
        let sql = format!(
            "SELECT {TURN} FROM turn LEFT JOIN mark ON mark.turn = turn.id WHERE session = ?1 ORDER BY turn.position"
        );
        let connection = &self.from.connection;
        let mut statement = connection.prepare_cached(&sql).map_err(unread)?;
        let columns = statement.column_count();
        let mut rows = statement.query([from]).map_err(unread)?;
        while let Some(row) = rows.next().map_err(unread)? {
            let mut turn = values(row, 0..OF_TURN).map_err(unread)?;
            let mut mark = values(row, OF_TURN..columns).map_err(unread)?;
            self.check_text(key, &turn)?;
            if self.texts == Texts::Withheld {
                withhold_turn(&mut turn);
            }
            turn.push(to.into());
            let (own, of_mark) = columns_of_turn();
            let id = self.insert("turn", &format!("{own}, session"), turn)?;
            if mark[0] != Value::Null {
                mark.push(id.into());
                self.insert("mark", &format!("{of_mark}, turn"), mark)?;
            }
        }
        Ok(())
    }

    /// Refuses a turn whose text is not the one that its hash says: a flipped bit is no error to a database.
    fn check_text(&self, key: &str, turn: &[Value]) -> Result<(), Error> {
        let [_, role, ordinal, _, hash, .., words, body] = turn else {
            return Ok(());
        };
        let text = match (words, body) {
            (Value::Text(words), _) => Some(words.clone()),
            (_, Value::Blob(body)) => wire::unpack(body).map(|body| body.text),
            // Withheld: there is nothing to compare.
            _ => return Ok(()),
        };
        let stands = text.is_some_and(|text| *hash == Value::Text(text_hash(&text)));
        if stands {
            return Ok(());
        }
        let address = match (role, ordinal) {
            (Value::Text(role), Value::Integer(ordinal)) if role == "developer" => {
                format!("D{ordinal}")
            }
            (_, Value::Integer(ordinal)) => format!("A{ordinal}"),
            _ => "a turn".to_owned(),
        };
        Err(Error::Damaged {
            path: self.from.path().to_owned(),
            what: format!("the text of {address} in session {key} is not the one that was stored"),
        })
    }

    fn insert(&self, table: &str, columns: &str, values: Vec<Value>) -> Result<i64, Error> {
        let places = vec!["?"; values.len()].join(", ");
        let sql = format!("INSERT INTO {table} ({columns}) VALUES ({places})");
        self.to
            .prepare_cached(&sql)
            .and_then(|mut statement| statement.insert(params_from_iter(values)))
            .map_err(Error::database("write the study", self.into))
    }
}

/// Splits [`TURN`] into the columns of the two tables.
fn columns_of_turn() -> (String, String) {
    let names: Vec<&str> = TURN
        .split(", ")
        .map(|name| name.trim_start_matches("turn."))
        .collect();
    let (turn, mark) = names.split_at(OF_TURN);
    (turn.join(", "), mark.join(", "))
}

fn values(row: &Row, columns: std::ops::Range<usize>) -> rusqlite::Result<Vec<Value>> {
    columns.map(|column| row.get(column)).collect()
}

/// Takes from a session what people called things.
fn withhold_head(head: &mut [Value]) {
    for (name, value) in HEAD.split(", ").zip(head) {
        match name {
            "path" => *value = Value::Text(String::new()),
            "folder" | "branch" | "title" => *value = Value::Null,
            _ => (),
        }
    }
}

/// Takes the words from a turn. Its length goes with them, so that an import of the transcript brings them back.
fn withhold_turn(turn: &mut [Value]) {
    for (name, value) in TURN.split(", ").zip(turn) {
        match name {
            "words" | "body" | "native_id" | "place" => *value = Value::Null,
            "bytes" => *value = Value::Integer(0),
            _ => (),
        }
    }
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
            texts: Texts::Kept,
        };
        let error = fill(&mut connection, &whole, Path::new("m.db")).unwrap_err();
        assert_eq!(error.to_string(), "no space left for m.db");
    }

    #[test]
    fn the_columns_of_a_turn_are_those_of_two_tables() {
        let (turn, mark) = columns_of_turn();
        assert!(
            turn.starts_with("position, ") && turn.ends_with(", body"),
            "{turn}"
        );
        assert_eq!(mark, "score, pushback, cues, detector");
    }
}
