//! The table of sessions: what is known of each besides its turns.

use std::collections::HashMap;

use crate::import::source::Source;
use crate::import::tables::{self, Table};
use crate::model::Timestamp;

use super::gather::Gather;

const COLUMNS: [&str; 6] = [
    "session_id",
    "repo_id",
    "agent",
    "branch",
    "created_at",
    "model",
];

/// Columns of which the table of sessions has one at least beside those that other tables have too.
const OWN: [&str; 6] = [
    "canonical_checkpoint_pk",
    "checkpoints_count",
    "turn_count",
    "prompt_count",
    "files_touched",
    "created_at",
];

/// What the table says of a session.
#[derive(Debug, Default)]
pub(super) struct About {
    pub(super) repository: Option<String>,
    pub(super) agent: Option<String>,
    pub(super) branch: Option<String>,
    pub(super) created: Option<Timestamp>,
    pub(super) model: Option<String>,
}

/// What the table says of all sessions.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    known: HashMap<String, About>,
    /// How many of its sessions have no rows among the conversations.
    pub(super) without_rows: usize,
}

/// Tells whether columns are those of the table of sessions.
pub(super) fn is_sessions(columns: &[&str]) -> bool {
    let has = |name: &str| columns.contains(&name);
    has("session_id") && !has("turn_type") && OWN.into_iter().any(has)
}

/// Gives the table of sessions that lies beside one of conversations.
pub(super) fn beside(conversations: &Source) -> Option<Source> {
    let name = conversations.path().file_name()?.to_str()?;
    let own = name.replace("conversations", "sessions");
    let own = (own != name).then(|| conversations.beside(&own)).flatten();
    own.or_else(|| conversations.beside("sessions.parquet"))
}

impl Sessions {
    /// Reads the table as far as it goes; keeps what it says of sessions that have rows.
    pub(super) fn read(source: &Source, gather: &Gather) -> (Sessions, Result<(), tables::Error>) {
        let mut sessions = Sessions::default();
        let told = sessions.add_all(source, gather);
        (sessions, told)
    }

    fn add_all(&mut self, source: &Source, gather: &Gather) -> Result<(), tables::Error> {
        let mut rows = Table::open(source)?.rows(&COLUMNS);
        while let Some(row) = rows.next_row()? {
            match row.text(0) {
                Some(id) if gather.knows(&id) => {
                    let about = About {
                        repository: row.text(1),
                        agent: row.text(2),
                        branch: row.text(3),
                        created: row.moment(4),
                        model: row.text(5),
                    };
                    self.known.insert(id, about);
                }
                Some(_) => self.without_rows += 1,
                None => (),
            }
        }
        Ok(())
    }

    /// Takes what is known of a session.
    pub(super) fn take(&mut self, id: &str) -> About {
        self.known.remove(id).unwrap_or_default()
    }
}
