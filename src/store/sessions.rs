//! Sessions into the file, and the list of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rusqlite::{Connection, Row, Transaction};
use uuid::Uuid;

use super::compare::{self, Place};
use super::copies::{self, Front, Sequence};
use super::error::Error;
use super::joining::{self, Joined, What};
use super::open::Study;
use super::{audit, marks, transcript, wire};
use crate::model::{Mark, Role, Session, SessionRow, Surface, Timestamp, Turn, TurnRef, text_hash};

/// What became of a session that was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// It was not there before.
    New,
    /// It was there, as full or fuller; nothing changed.
    Same,
    /// It was there and has grown by this many developer turns; 0 where only the agent said more.
    Extended(usize),
    /// It was there without labels, with other turns from this developer turn on; the fuller recording, which is
    /// the new one, replaced it.
    Replaced(u32),
    /// It was there, with other turns from this developer turn on, and with labels or as the fuller recording;
    /// what is there was kept.
    Differs(u32),
    /// Another session with the same id and other turns was there; this one was added under this key.
    Beside(String),
    /// Another session with the same id and other turns was there without labels; this one was added under the id,
    /// and the other one has this key now.
    Ahead(String),
    /// Each of its developer turns stands in other sessions, the last of them in this one; it was not added.
    Copy(String),
}

/// What became of sessions that were added, and of those that they have turns in common with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// What became of each, in their order.
    pub added: Vec<Added>,
    /// Those among them, and among the sessions that were there, that repeat turns of another one.
    pub joined: Vec<Joined>,
}

impl Study {
    /// Adds sessions with the detector's marks, all in one transaction.
    ///
    /// Adding the same session again changes nothing; one that has grown is extended. Labels never move: they
    /// belong to the session's key and the developer turn's ordinal, and a session with labels whose turns
    /// differ, or in which a quotation would no longer stand, is kept as it is.
    ///
    /// Which of two sessions of one id has the plain key follows from their words and not from the order in which
    /// they are added, unless the one that would leave it has labels: labels never move. So add everything before
    /// the first label, where two files are to be merged.
    ///
    /// Turns at the beginning of a session that were typed in another one first are left out of it, with a note in
    /// their place; a session that has no others is not added. It is the same for the sessions that are there, where
    /// they have no labels and the one that comes in is the earlier one.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be written; nothing was added then.
    pub fn import(
        &mut self,
        sessions: &[(Session, Vec<Mark>)],
        detector: &str,
    ) -> Result<Imported, Error> {
        self.write("add sessions", |transaction| {
            let mut imported = Imported::default();
            for (session, marks) in sessions {
                let added = add(transaction, session, marks, detector, &mut imported.joined)?;
                imported.added.push(added);
            }
            Ok(imported)
        })
    }

    /// Gives the list of sessions in their order, with the coder's progress in each.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn sessions(&self, coder: Option<Uuid>) -> Result<Vec<SessionRow>, Error> {
        self.read("read the sessions", |connection| {
            let mut rows: Vec<SessionRow> = connection
                .prepare(
                    "SELECT id, key, title, agent, surface, coalesce(repository, folder), started, developer_turns,
                     pushback_turns FROM session ORDER BY position, id",
                )?
                .query_map([], row)?
                .collect::<rusqlite::Result<_>>()?;
            if let Some(coder) = coder {
                add_progress(connection, coder, &mut rows)?;
                audit::add_progress(connection, coder, &mut rows)?;
            }
            Ok(rows)
        })
    }
}

impl Study {
    /// Gives the developer turns that the detector marked as pushback, by session, each by its ordinal.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn proposed(&self) -> Result<BTreeMap<String, BTreeSet<u32>>, Error> {
        self.read("read the marks", |connection| {
            let mut statement = connection.prepare(
                "SELECT s.key, t.ordinal FROM mark m JOIN turn t ON t.id = m.turn JOIN session s ON s.id = t.session
                 WHERE m.pushback = 1",
            )?;
            let mut proposed: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let key: String = row.get(0)?;
                proposed.entry(key).or_default().insert(row.get(1)?);
            }
            Ok(proposed)
        })
    }
}

fn add_progress(
    connection: &Connection,
    coder: Uuid,
    rows: &mut [SessionRow],
) -> rusqlite::Result<()> {
    let places: HashMap<String, usize> = (0..)
        .zip(rows.iter())
        .map(|(at, row)| (row.key.clone(), at))
        .collect();
    let mut statement = connection.prepare(PROGRESS)?;
    let mut found = statement.query([coder.to_string()])?;
    while let Some(one) = found.next()? {
        let key: String = one.get(0)?;
        if let Some(row) = places.get(&key).and_then(|&at| rows.get_mut(at)) {
            let hand: i64 = one.get(1)?;
            row.candidates = row
                .candidates
                .saturating_add_signed(i32::try_from(hand).unwrap_or(0));
            row.decided = one.get(2)?;
            row.deferred = one.get(3)?;
        }
    }
    Ok(())
}

/// For each session that a coder has touched: marks by hand more than the detector's, decided, put off.
const PROGRESS: &str = "
SELECT d.session,
       sum(CASE WHEN d.marked = 1 AND NOT coalesce(m.pushback, 0) THEN 1
                WHEN d.marked = 0 AND coalesce(m.pushback, 0) THEN -1 ELSE 0 END),
       sum(d.verdict IS NOT NULL AND coalesce(d.marked, m.pushback, 0)),
       sum(d.verdict IS NULL AND d.deferred AND coalesce(d.marked, m.pushback, 0))
FROM decision d
JOIN session s ON s.key = d.session
JOIN turn t ON t.session = s.id AND t.role = 'developer' AND t.ordinal = d.turn
LEFT JOIN mark m ON m.turn = t.id
WHERE d.coder = ?1
GROUP BY d.session";

pub(super) fn row(row: &Row) -> rusqlite::Result<SessionRow> {
    let surface: Option<String> = row.get(4)?;
    let title: Option<String> = row.get(2)?;
    Ok(SessionRow {
        id: row.get(0)?,
        key: row.get(1)?,
        title: title.unwrap_or_default(),
        agent: row.get(3)?,
        surface: surface.as_deref().and_then(Surface::from_name),
        repository: row.get(5)?,
        started: row.get::<_, Option<i64>>(6)?.map(Timestamp),
        developer_turns: row.get(7)?,
        candidates: row.get(8)?,
        decided: 0,
        deferred: 0,
    })
}

fn add(
    transaction: &Transaction,
    session: &Session,
    marks: &[Mark],
    detector: &str,
    joined: &mut Vec<Joined>,
) -> rusqlite::Result<Added> {
    let place = compare::place(transaction, session)?;
    let known = place.id.map(|id| Sequence::stored(transaction, id));
    let known = known.transpose()?;
    if let (Some(known), Added::Same | Added::Differs(_)) = (&known, &place.outcome) {
        return stays(transaction, known, place.outcome, joined);
    }
    let front = front(transaction, session, known.as_ref(), &place.outcome)?;
    if let Some(front) = front.as_ref().filter(|front| is_all(session, front)) {
        if let Some((id, known)) = place.id.zip(known) {
            joining::remove(transaction, id, &known.key)?;
        }
        return Ok(Added::Copy(front.parent.clone()));
    }
    let id = row_of(transaction, session, &place)?;
    write(transaction, id, session, marks, detector, front.as_ref())?;
    let before = known.map_or(0, |known| known.left_out);
    if let Some(front) = front.filter(|front| front.turns > before) {
        joined.push(Joined {
            session: session.key.clone(),
            path: session.source.path.clone(),
            original: front.parent,
            turns: front.turns,
            what: What::Cut,
        });
    }
    joining::settle(transaction, id, joined)?;
    Ok(place.outcome)
}

/// Gives the beginning of a session that comes in which stands in other ones. What was left out before stays out: its
/// labels are numbered so, and in a coder's share the session that holds the turns may be missing.
fn front(
    connection: &Connection,
    session: &Session,
    known: Option<&Sequence>,
    outcome: &Added,
) -> rusqlite::Result<Option<Front>> {
    let mut own = Sequence::of(session);
    let Some(known) = known else {
        return copies::front(connection, &own);
    };
    let is_other = |from: u32| usize::try_from(from).is_ok_and(|from| from <= known.left_out);
    let before = match outcome {
        Added::Replaced(from) if is_other(*from) => None,
        _ => compare::left_out(known),
    };
    if compare::has_labels(connection, &known.key)? {
        return Ok(before);
    }
    own.id = known.id;
    let now = copies::front(connection, &own)?;
    let turns = |front: &Option<Front>| front.as_ref().map_or(0, |front| front.turns);
    Ok(if turns(&now) < turns(&before) {
        before
    } else {
        now
    })
}

fn is_all(session: &Session, front: &Front) -> bool {
    session.developer_turns().count() == front.turns
}

/// Leaves a session as it is that was there already, but for what an older program has not left out.
fn stays(
    transaction: &Transaction,
    known: &Sequence,
    outcome: Added,
    joined: &mut Vec<Joined>,
) -> rusqlite::Result<Added> {
    match joining::leave_out(transaction, known)? {
        Some(own) if own.what == What::Removed => Ok(Added::Copy(own.original)),
        own => {
            joined.extend(own);
            Ok(outcome)
        }
    }
}

/// Gives the row that a session is written to.
fn row_of(transaction: &Transaction, session: &Session, place: &Place) -> rusqlite::Result<i64> {
    if let Some((other, key)) = &place.leaves {
        rename(transaction, *other, &session.key, key)?;
    }
    match (place.id, &place.outcome) {
        (Some(id), _) => Ok(id),
        (None, Added::Beside(key)) => insert(transaction, key),
        (None, _) => insert(transaction, &session.key),
    }
}

/// Writes a session without its front over what stood in its row.
fn write(
    transaction: &Transaction,
    id: i64,
    session: &Session,
    marks: &[Mark],
    detector: &str,
    front: Option<&Front>,
) -> rusqlite::Result<()> {
    let whole = Sequence::of(session);
    let marks = marks_of_turns(session, marks, front.map_or(0, |front| front.turns));
    let cut = front.map(|front| joining::cut(session, front));
    let kept = cut.as_ref().unwrap_or(session);
    write_head(transaction, id, kept, &whole, &marks)?;
    let left_out = front.map_or(0, |front| front.turns);
    joining::put_copied(transaction, id, &whole.lines[..left_out])?;
    write_turns(transaction, id, kept, &marks, detector)
}

/// Gives a session without labels another key; a coder who stands in it stays there.
fn rename(transaction: &Transaction, id: i64, old: &str, new: &str) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("UPDATE session SET key = ?2 WHERE id = ?1")?
        .execute((id, new))?;
    transaction
        .prepare_cached("UPDATE place SET session = ?2 WHERE session = ?1")?
        .execute([old, new])?;
    joining::point_anew(transaction, old)
}

/// Makes the row of a session, last in the list and still empty.
fn insert(transaction: &Transaction, key: &str) -> rusqlite::Result<i64> {
    let position: i64 = transaction
        .prepare_cached("SELECT coalesce(max(position), 0) + 1 FROM session")?
        .query_row([], |row| row.get(0))?;
    transaction
        .prepare_cached(
            "INSERT INTO session (key, position, format, path, agent, models, developer_turns, pushback_turns)
             VALUES (?1, ?2, '', '', '', '[]', 0, 0)",
        )?
        .execute((key, position))?;
    Ok(transaction.last_insert_rowid())
}

/// Gives the marks by the ordinals that the developer turns have after the first ones were left out; a mark of a turn
/// that is not there is left out.
fn marks_of_turns<'a>(
    session: &Session,
    marks: &'a [Mark],
    left_out: usize,
) -> HashMap<u32, &'a Mark> {
    let known: HashMap<u32, &Mark> = marks.iter().map(|mark| (mark.turn, mark)).collect();
    let kept = (1..).zip(session.developer_turns().skip(left_out));
    kept.filter_map(|(own, (ordinal, _))| known.get(&ordinal).map(|&mark| (own, mark)))
        .collect()
}

/// Writes what is known of a session over what stood there.
fn write_head(
    transaction: &Transaction,
    id: i64,
    session: &Session,
    whole: &Sequence,
    marks: &HashMap<u32, &Mark>,
) -> rusqlite::Result<()> {
    let first_words = || {
        session
            .first_words()
            .map(|words| words.chars().take(200).collect::<String>())
    };
    let models = serde_json::to_string(&session.models).unwrap_or_else(|_| "[]".to_owned());
    transaction
        .prepare_cached(
            "UPDATE session SET format = ?2, path = ?3, agent = ?4, agent_version = ?5, models = ?6, surface = ?7,
             repository = ?8, folder = ?9, branch = ?10, started = ?11, ended = ?12, title = ?13, parent = ?14,
             developer_turns = ?15, pushback_turns = ?16, forked = ?17, opened = ?18, opening = ?19 WHERE id = ?1",
        )?
        .execute(rusqlite::params![
            id,
            session.source.format,
            session.source.path,
            session.agent,
            session.agent_version,
            models,
            session.surface.map(Surface::name),
            session.repository,
            session.folder,
            session.branch,
            session.started.map(|time| time.0),
            session.ended.map(|time| time.0),
            session.title.clone().or_else(first_words),
            session.parent,
            session.developer_turns().count(),
            marks.values().filter(|mark| mark.pushback).count(),
            whole.forked,
            whole.opened(),
            whole.opening(),
        ])?;
    Ok(())
}

/// Writes the turns of a session anew, with their marks.
fn write_turns(
    transaction: &Transaction,
    id: i64,
    session: &Session,
    marks: &HashMap<u32, &Mark>,
    detector: &str,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("DELETE FROM turn WHERE session = ?1")?
        .execute([id])?;
    for (position, (address, turn)) in session.addressed().enumerate() {
        insert_turn(transaction, id, position, address, turn)?;
        if address.role == Role::Developer
            && let Some(mark) = marks.get(&address.ordinal)
        {
            marks::put(transaction, transaction.last_insert_rowid(), mark, detector)?;
        }
    }
    Ok(())
}

pub(super) fn insert_turn(
    transaction: &Transaction,
    session: i64,
    position: usize,
    address: TurnRef,
    turn: &Turn,
) -> rusqlite::Result<()> {
    let (words, body) = match turn.role {
        // The developer's words stand plain, so that they can be searched, and read with any tool.
        Role::Developer if turn.events.is_empty() => (Some(turn.text.as_str()), None),
        Role::Developer => (
            Some(turn.text.as_str()),
            Some(wire::pack("", &[], &turn.events)),
        ),
        Role::Agent => (
            None,
            Some(wire::pack(&turn.text, &turn.parts, &turn.events)),
        ),
    };
    transaction
        .prepare_cached(
            "INSERT INTO turn (session, position, role, ordinal, kind, hash, native_id, place, time, bytes, words, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(rusqlite::params![
            session,
            position,
            transcript::role_name(address.role),
            address.ordinal,
            turn.kind.name(),
            text_hash(&turn.text),
            turn.native_id,
            turn.place.map(|place| i64::try_from(place).unwrap_or(i64::MAX)),
            turn.time.map(|time| time.0),
            turn.text.len(),
            words,
            body,
        ])?;
    Ok(())
}
