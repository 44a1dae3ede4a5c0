//! What becomes of a session that is added: whether it is there already, and which recording of it is the fuller.
//!
//! The outcome does not depend on the order in which recordings arrive, as long as nobody has labelled them; once
//! somebody has, nothing that a label rests on is touched.
//!
//! Two sessions may come under one id, told apart by the developer's first words. The one whose first words have the
//! smaller hash has the plain key, and the other one the key with the beginning of its hash, `KEY~HASH`: what arrives
//! later takes the plain key over where it is its own. A session with labels keeps the key that it has. So where one
//! coder labels the first session before the second arrives, and another coder imports both at once, the keys of the
//! two files may be exchanged; a merge compares sessions by their keys, and names such labels as labels on other
//! words. Importing everything before the first label avoids it.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};

use super::sessions::Added;
use crate::model::{CharSpan, Quote, Session, TurnRef, text_hash};

/// Where a session goes.
pub(super) struct Place {
    /// What becomes of it.
    pub(super) outcome: Added,
    /// The session that it is compared with; `None` where it gets a row of its own.
    pub(super) id: Option<i64>,
    /// The session that leaves the plain key to this one, and its new key.
    pub(super) leaves: Option<(i64, String)>,
}

/// How much a recording holds: the fuller one is the greater one, and two that are equal are the same.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Fullness {
    developer_turns: usize,
    bytes: i64,
    hashes: Vec<String>,
}

/// Finds the place of a session among those that are there.
pub(super) fn place(connection: &Connection, session: &Session) -> rusqlite::Result<Place> {
    let at = |outcome, id| Place {
        outcome,
        id,
        leaves: None,
    };
    let Some(id) = find(connection, &session.key)? else {
        return Ok(at(Added::New, None));
    };
    let new = offered(session);
    let outcome = compare(connection, (id, &session.key), session, &new)?;
    let Added::Beside(key) = &outcome else {
        return Ok(at(outcome, Some(id)));
    };
    if let Some(beside) = find(connection, key)? {
        let outcome = match compare(connection, (beside, key), session, &new)? {
            // A third session under this key, with the same beginning of its hash: there is no name left for it.
            Added::Beside(_) => Added::Differs(1),
            outcome => outcome,
        };
        return Ok(at(outcome, Some(beside)));
    }
    Ok(match leaves(connection, (id, &session.key), &new)? {
        None => at(outcome, None),
        Some(key) => Place {
            outcome: Added::Ahead(key.clone()),
            id: None,
            leaves: Some((id, key)),
        },
    })
}

/// Gives the key under which a session leaves the plain key to another one; `None` where it keeps it.
fn leaves(
    connection: &Connection,
    (id, key): (i64, &str),
    new: &Fullness,
) -> rusqlite::Result<Option<String>> {
    let old = recorded(connection, id)?;
    if old.hashes.first() <= new.hashes.first() || has_labels(connection, key)? {
        return Ok(None);
    }
    let beside = beside(key, &old);
    let is_taken = find(connection, &beside)?.is_some();
    Ok((!is_taken).then_some(beside))
}

/// Gives the key of a session that stands beside another one of the same id.
fn beside(key: &str, own: &Fullness) -> String {
    let hash = own.hashes.first().map_or("", String::as_str);
    format!("{key}~{}", hash.get(..8).unwrap_or(hash))
}

fn find(connection: &Connection, key: &str) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT id FROM session WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()
}

/// Compares a session with one that is there, by the developer's words.
fn compare(
    connection: &Connection,
    (id, key): (i64, &str),
    session: &Session,
    new: &Fullness,
) -> rusqlite::Result<Added> {
    let old = recorded(connection, id)?;
    let common = old
        .hashes
        .iter()
        .zip(&new.hashes)
        .take_while(|(old, new)| old == new)
        .count();
    if common == new.developer_turns && *new <= old {
        return Ok(Added::Same);
    }
    if common == old.developer_turns {
        let grown = new.developer_turns - common;
        return Ok(match lost_quote(connection, key, session)? {
            None => Added::Extended(grown),
            Some(_) if grown == 0 => Added::Same,
            Some(turn) => Added::Differs(turn),
        });
    }
    if common == 0 {
        return Ok(Added::Beside(beside(&session.key, new)));
    }
    let from = u32::try_from(common + 1).unwrap_or(u32::MAX);
    if *new <= old || has_labels(connection, key)? {
        return Ok(Added::Differs(from));
    }
    Ok(Added::Replaced(from))
}

fn offered(session: &Session) -> Fullness {
    let hashes: Vec<String> = session
        .developer_turns()
        .map(|(_, turn)| text_hash(&turn.text))
        .collect();
    let bytes: usize = session.turns.iter().map(|turn| turn.text.len()).sum();
    Fullness {
        developer_turns: hashes.len(),
        bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
        hashes,
    }
}

fn recorded(connection: &Connection, id: i64) -> rusqlite::Result<Fullness> {
    let hashes: Vec<String> = connection
        .prepare_cached(
            "SELECT hash FROM turn WHERE session = ?1 AND role = 'developer' ORDER BY ordinal",
        )?
        .query_map([id], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let bytes = connection
        .prepare_cached("SELECT coalesce(sum(bytes), 0) FROM turn WHERE session = ?1")?
        .query_row([id], |row| row.get(0))?;
    Ok(Fullness {
        developer_turns: hashes.len(),
        bytes,
        hashes,
    })
}

fn has_labels(connection: &Connection, key: &str) -> rusqlite::Result<bool> {
    // The index begins with the coder, of whom there are few.
    connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM history WHERE coder IN (SELECT id FROM coder) AND session = ?1)",
        )?
        .query_row([key], |row| row.get(0))
}

/// Gives the developer turn of the first quotation that would no longer stand in a session.
fn lost_quote(
    connection: &Connection,
    key: &str,
    session: &Session,
) -> rusqlite::Result<Option<u32>> {
    let mut statement = connection.prepare_cached(
        "SELECT v.turn, v.start_char, v.end_char, v.text FROM episode e JOIN evidence v ON v.episode = e.id
         WHERE e.coder IN (SELECT id FROM coder) AND e.session = ?1",
    )?;
    let quotes: Vec<(String, CharSpan, String)> = statement
        .query_map([key], |row| {
            let (start, end) = (row.get(1)?, row.get(2)?);
            Ok((row.get(0)?, CharSpan { start, end }, row.get(3)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    if quotes.is_empty() {
        return Ok(None);
    }
    let texts: HashMap<TurnRef, &str> = session
        .addressed()
        .map(|(address, turn)| (address, turn.text.as_str()))
        .collect();
    let lost = quotes.into_iter().filter_map(|(turn, span, text)| {
        let turn = TurnRef::parse(&turn)?;
        let quote = Quote {
            id: uuid::Uuid::nil(),
            turn,
            span,
            text,
        };
        let stands = texts.get(&turn).is_some_and(|text| quote.stands_in(text));
        (!stands).then_some(turn.ordinal)
    });
    Ok(lost.min())
}
