//! A coder's share: some sessions of a study, copied into a new one without anybody's labels.

use rusqlite::{Connection, Row};

use super::copy::{Copy, Texts};
use super::error::Error;
use super::marks;
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
    /// and marks; no coder, no label and no note comes along. The weights that the other study is marked with do, where
    /// this one has none.
    ///
    /// # Errors
    ///
    /// [`Error`] where a session is not there, is here already or is damaged, or a file cannot be read or written;
    /// nothing was copied then.
    pub fn copy_sessions(&mut self, source: &Study, keys: &[String]) -> Result<(), Error> {
        // One snapshot: an import into the source meanwhile must not give half a session.
        let _snapshot = source
            .connection
            .unchecked_transaction()
            .map_err(Error::database("copy a session", source.path()))?;
        let into = self.path.clone();
        self.write_checked("copy the sessions", |transaction| {
            let copy = Copy {
                from: source,
                to: transaction,
                into: &into,
                texts: Texts::Kept,
            };
            let first =
                next_position(transaction).map_err(Error::database("copy the sessions", &into))?;
            for (position, key) in (first..).zip(keys) {
                copy.session(key, position)?;
            }
            let weights = source.detector_weights()?;
            let own =
                marks::weights(transaction).map_err(Error::database("read the weights", &into))?;
            marks::put_weights(transaction, own.or(weights).as_deref())
                .map_err(Error::database("copy the weights", &into))
        })
    }
}

/// Gives the place behind the last session.
fn next_position(connection: &Connection) -> rusqlite::Result<i64> {
    let sql = "SELECT coalesce(max(position), 0) + 1 FROM session";
    connection.query_row(sql, [], |row| row.get(0))
}
