//! The database `sessions.db`: a row for each session and each message, the content and the marks of a message as JSON.
//!
//! Its tables have grown with time, so every column but those that join them may be missing.

use std::io;

use serde_json::{Map, Value};

use crate::import::chat::Chat;
use crate::import::database::{self, Database, Error, MAGIC};
use crate::import::head::Head;
use crate::import::source::Source;
use crate::import::{Reading, Skip, lenient};

use super::{FORMAT, Message, head, put, take};

/// Columns of the table of sessions.
const SESSION: [&str; 10] = [
    "id",
    "name",
    "description",
    "session_type",
    "working_dir",
    "created_at",
    "updated_at",
    "schedule_id",
    "model_config_json",
    "provider_name",
];

/// Columns of the table of messages.
const MESSAGE: [&str; 5] = [
    "message_id",
    "role",
    "content_json",
    "created_timestamp",
    "metadata_json",
];

/// Tells whether a database is Goose's.
pub(super) fn recognise(head: &Head) -> bool {
    let describes = |what: &str| head.text.contains(what);
    if describes("CREATE TABLE sessions")
        && describes("CREATE TABLE messages")
        && describes("content_json")
    {
        return true;
    }
    // A new database stands in its log, and one that grew a column may keep its description behind all rows. Not every
    // database is worth a look: the ending leaves out that of Cursor's editor, which is large.
    let columns = [("sessions", "working_dir"), ("messages", "content_json")];
    head.text.starts_with(MAGIC)
        && head.path.extension().is_some_and(|ending| ending == "db")
        && database::holds(&head.path, &columns)
}

/// Reads all sessions of a database; what was read before it turned out to be damaged stays.
pub(super) fn read(source: &Source) -> io::Result<Reading> {
    let path = source.path().to_string_lossy();
    let mut reading = database::read(source, |database, reading| {
        sessions(database, &path, reading)
    })?;
    let is_silent = reading.sessions.is_empty() && reading.aside.is_empty();
    if is_silent && reading.skipped.is_empty() {
        let reason = "the database holds no sessions";
        reading.skipped.push(Skip::whole(reason));
    }
    Ok(reading)
}

/// Reads the sessions in the order in which they were made, which is that of their rows.
fn sessions(database: &Database, path: &str, reading: &mut Reading) -> Result<(), Error> {
    let columns = there(database, "sessions", &SESSION)?;
    let own = there(database, "messages", &MESSAGE)?;
    for row in database.rows(&columns, "sessions ORDER BY rowid", None)? {
        let id = row.get("id").and_then(lenient::id).unwrap_or_default();
        let from = "messages WHERE session_id = ?1 ORDER BY rowid";
        let messages = database.rows(&own, from, Some(&id))?;
        // Goose makes a session when it is started, whether or not anything is said.
        if !messages.is_empty() {
            session(&row, &id, messages, path, reading);
        }
    }
    Ok(())
}

/// Gives those of some columns that a table has.
fn there<'a>(database: &Database, table: &str, columns: &[&'a str]) -> Result<Vec<&'a str>, Error> {
    let names = database.columns(table)?;
    let is_there = |column: &&&str| names.iter().any(|name| name == *column);
    Ok(columns.iter().filter(is_there).copied().collect())
}

fn session(
    row: &Map<String, Value>,
    id: &str,
    messages: Vec<Map<String, Value>>,
    path: &str,
    reading: &mut Reading,
) {
    let mut chat = Chat::new(path, FORMAT.id, "Goose");
    let field = |key: &str| match key {
        "model_config" => json(row, "model_config_json").unwrap_or_default(),
        key => row.get(key).cloned().unwrap_or_default(),
    };
    let aside = head(field, &mut chat);
    for row in messages {
        if let Err(reason) = message(row, &mut chat) {
            chat.skipped.push(Skip::whole(reason));
        }
    }
    let (session, skipped) = chat.finish();
    put(session, aside, reading);
    // A database has no lines: the session says where it was.
    let named = skipped
        .iter()
        .map(|skip| Skip::whole(format!("session {id}: {}", skip.reason)));
    reading.skipped.extend(named);
}

fn message(mut row: Map<String, Value>, chat: &mut Chat) -> Result<(), String> {
    let content = json(&row, "content_json");
    let metadata = json(&row, "metadata_json").unwrap_or_default();
    let mut column = |key: &str| row.remove(key).unwrap_or_default();
    let message = Message {
        id: column("message_id"),
        role: column("role"),
        created: column("created_timestamp"),
        content: content.ok_or("the content of a message is no valid JSON")?,
        metadata,
    };
    take(chat, &message, None).map_err(str::to_owned)
}

/// Reads a column that holds JSON; `None` where it holds something else.
fn json(row: &Map<String, Value>, key: &str) -> Option<Value> {
    lenient::value(row.get(key)?.as_str()?)
}
