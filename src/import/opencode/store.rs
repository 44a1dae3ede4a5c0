//! The database: a row for each session, message and part, the last two with what a file would hold, as JSON.

use std::path::Path;

use serde_json::{Map, Value};

use crate::import::database::{self, Database, Error};
use crate::import::lenient::value;
use crate::import::source::Source;
use crate::import::{Reading, Skip};

use super::session::Telling;
use super::wire::{Info, Message, Part, Time};

/// Reads all sessions of a database; what was read before it turned out to be damaged stays.
pub(super) fn read(source: &Source) -> Reading {
    let mut reading = Reading::default();
    let path = source.path().to_string_lossy();
    let told = Database::open(source).and_then(|database| sessions(&database, &path, &mut reading));
    if let Err(error) = told {
        let reason = format!("the database cannot be read on: {error}");
        reading.skipped.push(Skip::whole(reason));
    } else if reading.sessions.is_empty() && reading.aside.is_empty() && reading.skipped.is_empty()
    {
        let reason = "the database holds no sessions";
        reading.skipped.push(Skip::whole(reason));
    }
    reading
}

/// Tells whether a database holds the tables of OpenCode, where only its log of unfinished writes describes them.
pub(super) fn is_in_log(path: &Path) -> bool {
    let columns = [
        ("session", "directory"),
        ("message", "data"),
        ("part", "message_id"),
    ];
    database::has_log(path) && database::holds(path, &columns)
}

/// Columns of the table of sessions; some have come with time.
const SESSION: [&str; 8] = [
    "id",
    "parent_id",
    "directory",
    "title",
    "version",
    "revert",
    "time_created",
    "time_updated",
];

fn sessions(database: &Database, path: &str, reading: &mut Reading) -> Result<(), Error> {
    let there = database.columns("session")?;
    let columns: Vec<&str> = SESSION
        .into_iter()
        .filter(|column| there.iter().any(|name| name == column))
        .collect();
    for row in database.rows(&columns, "session ORDER BY time_created, id", None)? {
        let id = text(&row, "id").unwrap_or_default();
        let mut telling = Telling::new(path, info(row));
        let mut parts = parts(database, &id)?.into_iter().peekable();
        let messages = "message WHERE session_id = ?1 ORDER BY id";
        for row in database.rows(&["id", "data"], messages, Some(&id))? {
            let Some(mut message) = data::<Message>(&row) else {
                let reason = format!("a message of session {id} is no JSON object");
                reading.skipped.push(Skip::whole(reason));
                continue;
            };
            message.id = text(&row, "id");
            // Both are in the order of the messages' ids.
            let own = message.id.clone().unwrap_or_default();
            while parts.next_if(|(of, _)| *of < own).is_some() {}
            let mut found = Vec::new();
            while let Some((_, part)) = parts.next_if(|(of, _)| *of == own) {
                found.push(part);
            }
            telling.message(&message, &found, None);
        }
        telling.finish(reading);
    }
    Ok(())
}

/// Gives the parts of a session, each with the id of its message, in the order of both.
fn parts(database: &Database, session: &str) -> Result<Vec<(String, Part)>, Error> {
    let parts = "part WHERE session_id = ?1 ORDER BY message_id, id";
    let rows = database.rows(&["id", "message_id", "data"], parts, Some(session))?;
    let parts = rows.into_iter().filter_map(|row| {
        let mut part: Part = data(&row)?;
        part.id = text(&row, "id");
        Some((text(&row, "message_id")?, part))
    });
    Ok(parts.collect())
}

fn info(mut row: Map<String, Value>) -> Info {
    let mut take = |key: &str| row.remove(key).unwrap_or_default();
    let time = Time::of(take("time_created"), take("time_updated"));
    let mut word = |key: &str| match row.remove(key) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    };
    Info {
        id: word("id"),
        parent: word("parent_id"),
        directory: word("directory"),
        title: word("title"),
        version: word("version"),
        time,
        revert: word("revert")
            .and_then(|json| value(&json))
            .unwrap_or_default(),
    }
}

fn text(row: &Map<String, Value>, key: &str) -> Option<String> {
    row.get(key)?.as_str().map(str::to_owned)
}

fn data<T: serde::de::DeserializeOwned>(row: &Map<String, Value>) -> Option<T> {
    value(row.get("data")?.as_str()?)
}
