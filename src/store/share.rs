//! A coder's share: some sessions of a study, copied into a new one without anybody's labels.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, Statement, Transaction, params_from_iter};

use super::error::Error;
use super::open::Study;

/// Something that sessions may be stratified by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Facet {
    /// Where the developer typed.
    Surface,
    /// The agent.
    Agent,
    /// The agent's version.
    Version,
    /// The first model that answered.
    Model,
    /// The format of the transcript.
    Format,
    /// The repository.
    Repository,
    /// The working directory.
    Folder,
    /// The branch.
    Branch,
    /// The month in which the session began.
    Month,
    /// The year in which the session began.
    Year,
}

impl Facet {
    /// All facets.
    pub const ALL: [Facet; 10] = [
        Facet::Surface,
        Facet::Agent,
        Facet::Version,
        Facet::Model,
        Facet::Format,
        Facet::Repository,
        Facet::Folder,
        Facet::Branch,
        Facet::Month,
        Facet::Year,
    ];

    /// Gives the name used on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Facet::Surface => "surface",
            Facet::Agent => "agent",
            Facet::Version => "version",
            Facet::Model => "model",
            Facet::Format => "format",
            Facet::Repository => "repository",
            Facet::Folder => "folder",
            Facet::Branch => "branch",
            Facet::Month => "month",
            Facet::Year => "year",
        }
    }

    /// Finds a facet by its name.
    pub fn from_name(name: &str) -> Option<Facet> {
        Facet::ALL.into_iter().find(|facet| facet.name() == name)
    }

    fn column(self) -> &'static str {
        match self {
            Facet::Version => "agent_version",
            Facet::Model => "json_extract(models, '$[0]')",
            Facet::Month => "strftime('%Y-%m', started / 1000, 'unixepoch')",
            Facet::Year => "strftime('%Y', started / 1000, 'unixepoch')",
            plain => plain.name(),
        }
    }
}

/// What a draw needs to know of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawable {
    /// Key of the session.
    pub key: String,
    /// How many turns the detector marked.
    pub pushback_turns: u32,
    /// What the session is in each facet that was asked for; `None` where the transcript does not tell.
    pub facets: Vec<Option<String>>,
}

impl Study {
    /// Gives what a draw needs to know of every session, in the order of their keys: the order in which they were
    /// imported is another one on each machine.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn drawable(&self, facets: &[Facet]) -> Result<Vec<Drawable>, Error> {
        let own = ["key", "pushback_turns"].into_iter();
        let columns: Vec<&str> = own
            .chain(facets.iter().map(|facet| facet.column()))
            .collect();
        let query = format!("SELECT {} FROM session ORDER BY key", columns.join(", "));
        self.read("read the sessions", |connection| {
            let row = |row: &Row| {
                let facet = |at| row.get(at + 2);
                Ok(Drawable {
                    key: row.get(0)?,
                    pushback_turns: row.get(1)?,
                    facets: (0..facets.len())
                        .map(facet)
                        .collect::<rusqlite::Result<_>>()?,
                })
            };
            connection.prepare(&query)?.query_map([], row)?.collect()
        })
    }

    /// Gives the names of the coders who have done anything in this study.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn coders_with_labels(&self) -> Result<Vec<String>, Error> {
        self.read("look for labels", |connection| {
            connection
                .prepare(
                    "SELECT name FROM coder WHERE EXISTS (SELECT 1 FROM history WHERE coder = coder.id) ORDER BY name",
                )?
                .query_map([], |row| row.get(0))?
                .collect()
        })
    }

    /// Copies sessions of another study behind those of this one, in the order of their keys in `keys`, with turns
    /// and marks; no coder, no label and no note comes along.
    ///
    /// Numbers of rows and places in the list are given anew, so that nothing tells where a session stood before.
    ///
    /// # Errors
    ///
    /// [`Error`] where a session is not there, is here already, or a file cannot be read or written; nothing was
    /// copied then.
    pub fn copy_sessions(&mut self, source: &Study, keys: &[String]) -> Result<(), Error> {
        let reading = || Error::database("copy a session", source.path());
        // One snapshot: an import into the source meanwhile must not give half a session.
        let snapshot = source
            .connection
            .unchecked_transaction()
            .map_err(reading())?;
        let mut copy = Copy::of(&snapshot).map_err(reading())?;
        self.write("copy the sessions", |transaction| {
            let mut position: i64 = transaction.query_row(
                "SELECT coalesce(max(position), 0) FROM session",
                [],
                |row| row.get(0),
            )?;
            for key in keys {
                position += 1;
                copy.session(transaction, key, position)?;
            }
            Ok(())
        })
    }
}

/// A table: how its rows are read from the source, by what they belong to, and how they are written anew.
struct Table {
    read: &'static str,
    write: &'static str,
}

const SESSION: Table = Table {
    read: "SELECT id, key, format, path, agent, agent_version, models, surface, repository, folder, branch, started,
           ended, title, parent, developer_turns, pushback_turns FROM session WHERE key = ?1",
    write: "INSERT INTO session (position, key, format, path, agent, agent_version, models, surface, repository,
            folder, branch, started, ended, title, parent, developer_turns, pushback_turns)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
};

const TURN: Table = Table {
    read: "SELECT id, position, role, ordinal, kind, hash, native_id, place, time, bytes, words, body FROM turn
           WHERE session = ?1 ORDER BY position",
    write: "INSERT INTO turn (session, position, role, ordinal, kind, hash, native_id, place, time, bytes, words, body)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
};

const MARK: Table = Table {
    read: "SELECT turn, score, pushback, cues, detector FROM mark WHERE turn = ?1",
    write: "INSERT INTO mark (turn, score, pushback, cues, detector) VALUES (?1, ?2, ?3, ?4, ?5)",
};

/// What reads the rows of the source.
struct Copy<'a> {
    session: Statement<'a>,
    turns: Statement<'a>,
    mark: Statement<'a>,
}

impl Copy<'_> {
    fn of(source: &Connection) -> rusqlite::Result<Copy<'_>> {
        Ok(Copy {
            session: source.prepare(SESSION.read)?,
            turns: source.prepare(TURN.read)?,
            mark: source.prepare(MARK.read)?,
        })
    }

    fn session(&mut self, into: &Transaction, key: &str, position: i64) -> rusqlite::Result<()> {
        let mut insert_session = into.prepare_cached(SESSION.write)?;
        let mut insert_turn = into.prepare_cached(TURN.write)?;
        let mut insert_mark = into.prepare_cached(MARK.write)?;
        let (session, new) = self
            .session
            .query_row([key], |row| insert(&mut insert_session, row, position))?;
        let mut turns = self.turns.query([session])?;
        while let Some(row) = turns.next()? {
            let (turn, new) = insert(&mut insert_turn, row, new)?;
            let mut marks = self.mark.query([turn])?;
            while let Some(row) = marks.next()? {
                insert(&mut insert_mark, row, new)?;
            }
        }
        Ok(())
    }
}

/// Writes a row anew, with `first` in the place of its first column; gives what stood there, and the new row's id.
fn insert(statement: &mut Statement, row: &Row, first: i64) -> rusqlite::Result<(i64, i64)> {
    let rest = (1..statement.parameter_count()).map(|column| row.get(column));
    let values: Vec<Value> = std::iter::once(Ok(Value::Integer(first)))
        .chain(rest)
        .collect::<rusqlite::Result<_>>()?;
    let new = statement.insert(params_from_iter(values))?;
    Ok((row.get(0)?, new))
}
