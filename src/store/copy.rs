//! One session on its way from one study into another: its row, its turns and the detector's marks.
//!
//! The numbers of the rows are given anew, so that nothing tells where a session stood before, and every text is held
//! against its hash: the copy may be the only one that a coder has.

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Row, Transaction, params_from_iter};

use super::body;
use super::error::Error;
use super::open::Study;
use crate::model::text_hash;

/// The columns of a session that go from file to file.
pub(super) const HEAD: &str = "key, format, path, agent, agent_version, models, surface, repository, folder, branch, \
    started, ended, title, parent, developer_turns, pushback_turns, forked, opened, opening";
/// The columns of a turn and its mark that go from file to file: first the turn's, then the mark's.
pub(super) const TURN: &str = "turn.position, role, ordinal, kind, hash, native_id, place, time, bytes, words, body, \
    score, pushback, cues, detector";
/// The columns of a turn that was left out as a copy that go from file to file.
const COPIED: &str = "ordinal, hash, bytes, native_id, time";
/// How many columns of [`TURN`] are the turn's.
const OF_TURN: usize = 11;

/// Whether the words of the transcripts are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Texts {
    /// As they are.
    Kept,
    /// Turns without words, and sessions without the names that people gave to titles, folders and branches.
    Withheld,
}

/// What copies sessions from file to file.
pub(super) struct Copy<'a> {
    /// The study that they are read from.
    pub(super) from: &'a Study,
    /// The transaction that writes them.
    pub(super) to: &'a Transaction<'a>,
    /// The path of the file that is written, for errors.
    pub(super) into: &'a Path,
    /// What becomes of the transcripts.
    pub(super) texts: Texts,
}

impl Copy<'_> {
    /// Copies a session to this place in the list.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] where a text is not the one that its hash says; [`Error`] where there is no such session,
    /// the new study has one of its key, or the system refuses.
    pub(super) fn session(&self, key: &str, position: i64) -> Result<(), Error> {
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
        self.copied(id, session)?;
        self.turns(key, id, session)
    }

    /// Copies what is known of the turns that were left out of a session because they stand in another one.
    fn copied(&self, from: i64, to: i64) -> Result<(), Error> {
        let sql = format!("SELECT {COPIED} FROM copied WHERE session = ?1 ORDER BY ordinal");
        let rows: Vec<Vec<Value>> = self.from.read("read a session", |connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            let columns = statement.column_count();
            let rows = statement.query_map([from], |row| values(row, 0..columns))?;
            rows.collect()
        })?;
        for mut row in rows {
            if self.texts == Texts::Withheld {
                withhold_copied(&mut row);
            }
            row.push(to.into());
            self.insert("copied", &format!("{COPIED}, session"), row)?;
        }
        Ok(())
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
            (_, Value::Blob(body)) => body::unpack(body).map(|body| body.text),
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
        Err(Error::damaged(
            self.from.path(),
            format!("the text of {address} in session {key} is not the one that was stored"),
        ))
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

/// Takes from a turn that was left out what tells where it stands; its words are not there.
fn withhold_copied(turn: &mut [Value]) {
    for (name, value) in COPIED.split(", ").zip(turn) {
        if name == "native_id" {
            *value = Value::Null;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rusqlite::Connection;

    use super::*;
    use crate::store::schema;

    /// Everything in the tables goes along, but for the numbers that the new file gives.
    #[test]
    fn no_column_is_forgotten() {
        let connection = Connection::open_in_memory().unwrap();
        for migration in schema::MIGRATIONS {
            connection.execute_batch(migration).unwrap();
        }
        let check = |table: &str, copied: &str, own: &[&str]| {
            let mut statement = connection
                .prepare("SELECT name FROM pragma_table_info(?1)")
                .unwrap();
            let names = statement.query_map([table], |row| row.get(0)).unwrap();
            let present: BTreeSet<String> = names.map(Result::unwrap).collect();
            let copied = copied.split(", ").chain(own.iter().copied());
            let copied: BTreeSet<String> = copied.map(str::to_owned).collect();
            assert_eq!(copied, present, "{table}");
        };
        let (turn, mark) = columns_of_turn();
        check("session", HEAD, &["id", "position"]);
        check("turn", &turn, &["id", "session"]);
        check("mark", &mark, &["turn"]);
        check("copied", COPIED, &["session"]);
    }
}
