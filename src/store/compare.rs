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
//!
//! A session from which turns were left out, since they stand in another one, is compared as a whole: what was left
//! out is known by its hashes.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};

use super::adding::Added;
use super::copies::{Front, Sequence};
use super::joining;
use crate::model::{CharSpan, Quote, Session, TurnRef};

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
struct Fullness<'a> {
    developer_turns: usize,
    bytes: i64,
    hashes: Vec<&'a str>,
}

impl Fullness<'_> {
    fn new(sequence: &Sequence, bytes: i64) -> Fullness<'_> {
        let hashes = sequence.lines.iter().map(|line| line.hash.as_str());
        Fullness {
            developer_turns: sequence.lines.len(),
            bytes,
            hashes: hashes.collect(),
        }
    }
}

/// Finds the place of a session among those that are there.
pub(super) fn place(
    connection: &Connection,
    session: &Session,
    new: &Sequence,
) -> rusqlite::Result<Place> {
    let at = |outcome, id| Place {
        outcome,
        id,
        leaves: None,
    };
    let Some(id) = find(connection, &session.key)? else {
        return Ok(at(Added::New, None));
    };
    let outcome = compare(connection, (id, &session.key), session, new)?;
    let Added::Beside(key) = &outcome else {
        return Ok(at(outcome, Some(id)));
    };
    if let Some(beside) = find(connection, key)? {
        let outcome = match compare(connection, (beside, key), session, new)? {
            // A third session under this key, with the same beginning of its hash: there is no name left for it.
            Added::Beside(_) => Added::Differs(1),
            outcome => outcome,
        };
        return Ok(at(outcome, Some(beside)));
    }
    Ok(match leaves(connection, (id, &session.key), new)? {
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
    new: &Sequence,
) -> rusqlite::Result<Option<String>> {
    let old = Sequence::stored(connection, id)?;
    if first_hash(&old) <= first_hash(new) || has_labels(connection, key)? {
        return Ok(None);
    }
    let beside = beside(key, &old);
    let is_taken = find(connection, &beside)?.is_some();
    Ok((!is_taken).then_some(beside))
}

/// Gives the key of a session that stands beside another one of the same id.
fn beside(key: &str, own: &Sequence) -> String {
    let hash = first_hash(own);
    format!("{key}~{}", hash.get(..8).unwrap_or(hash))
}

fn first_hash(sequence: &Sequence) -> &str {
    let first = sequence.lines.first();
    first.map_or("", |line| line.hash.as_str())
}

/// Gives the row of the session with a key.
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
    new: &Sequence,
) -> rusqlite::Result<Added> {
    let stored = Sequence::stored(connection, id)?;
    let old = recorded(connection, id, &stored)?;
    let offered = offered(session, new, stored.left_out);
    let pairs = old.hashes.iter().zip(&offered.hashes);
    let common = pairs.take_while(|(old, new)| old == new).count();
    if common == offered.developer_turns && offered <= old {
        return Ok(Added::Same);
    }
    if common == old.developer_turns {
        let grown = offered.developer_turns - common;
        return Ok(match lost_quote(connection, key, session, &stored)? {
            None => Added::Extended(grown),
            Some(_) if grown == 0 => Added::Same,
            Some(turn) => Added::Differs(turn),
        });
    }
    if common == 0 {
        return Ok(Added::Beside(beside(&session.key, new)));
    }
    let from = u32::try_from(common + 1).unwrap_or(u32::MAX);
    let is_kept =
        offered <= old || has_labels(connection, key)? || holds_for_others(connection, key, from)?;
    Ok(if is_kept {
        Added::Differs(from)
    } else {
        Added::Replaced(from)
    })
}

/// Measures a session that comes in, without the text of the turns that are left out of the one that is there.
fn offered<'a>(session: &Session, sequence: &'a Sequence, left_out: usize) -> Fullness<'a> {
    let is_kept = |ordinal: u32| usize::try_from(ordinal).is_ok_and(|own| own > left_out);
    let bytes: usize = session
        .addressed()
        .filter(|(address, _)| left_out == 0 || is_kept(address.ordinal))
        .map(|(_, turn)| turn.text.len())
        .sum();
    Fullness::new(sequence, i64::try_from(bytes).unwrap_or(i64::MAX))
}

/// Measures a session that is there, without the note on what was left out.
fn recorded<'a>(
    connection: &Connection,
    id: i64,
    sequence: &'a Sequence,
) -> rusqlite::Result<Fullness<'a>> {
    let first = i64::from(sequence.left_out > 0);
    let bytes = connection
        .prepare_cached(
            "SELECT coalesce(sum(bytes), 0) FROM turn WHERE session = ?1 AND ordinal >= ?2",
        )?
        .query_row((id, first), |row| row.get(0))?;
    Ok(Fullness::new(sequence, bytes))
}

/// Tells whether anybody has labelled a session.
pub(super) fn has_labels(connection: &Connection, key: &str) -> rusqlite::Result<bool> {
    // The index begins with the coder, of whom there are few.
    connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM history WHERE coder IN (SELECT id FROM coder) AND session = ?1)",
        )?
        .query_row([key], |row| row.get(0))
}

/// Tells whether another session was cut for the turns that a session holds from this one on: without them, they would
/// stand nowhere.
fn holds_for_others(connection: &Connection, key: &str, from: u32) -> rusqlite::Result<bool> {
    connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM session WHERE parent = ?1
             AND (SELECT count(*) FROM copied WHERE copied.session = session.id) >= ?2)",
        )?
        .query_row((key, from), |row| row.get(0))
}

/// Gives the developer turn of the first quotation that would no longer stand in a session.
fn lost_quote(
    connection: &Connection,
    key: &str,
    session: &Session,
    stored: &Sequence,
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
    let cut = left_out(stored).map(|front| joining::cut(session, &front));
    let texts: HashMap<TurnRef, &str> = cut
        .as_ref()
        .unwrap_or(session)
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

/// Gives the front that was left out of a session that is there.
pub(super) fn left_out(stored: &Sequence) -> Option<Front> {
    let parent = stored.parent.clone().filter(|_| stored.left_out > 0)?;
    Some(Front {
        turns: stored.left_out,
        parent,
    })
}
