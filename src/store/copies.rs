//! Which turns of a session were typed in another one first: resumed, forked and re-exported sessions repeat them.
//!
//! A turn repeats another one where the agent gave both the same id, and words and time are the same. Where there are no
//! ids, three equal turns or more at the beginning of two sessions say so, unless they are too short to say anything,
//! or were typed at another pace. Only turns at the beginning of a session are looked at: what a developer typed after
//! the fork is a turn of its own, whatever it says.
//!
//! Of two sessions that share turns, the one of the lower [`Rank`] holds them. The rank of a session follows from its
//! own transcript and from its first turn alone, so that it is the same whatever else is there and however far the
//! session has grown; and what was left out of a session is kept by its hash, so that it is compared as a whole.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use rusqlite::{Connection, Row};

use crate::model::{Session, text_hash};

/// How many equal turns at the beginning make a copy where there are no ids.
const FEWEST: usize = 3;
/// How many bytes the equal turns but for the longest must have together: a pasted task and two nods are no copy.
const SHORTEST: i64 = 40;
/// How many characters an id has at least that is nobody else's; shorter ones are counters.
const ID: usize = 12;
/// How far apart the clocks of two exports may be, in milliseconds: some write minutes only.
const SLACK: i64 = 61_000;
/// Turns that follow each other this closely were not typed, but stamped anew by a copy, in milliseconds.
const STAMPED: i64 = 2_000;
/// How many sessions with the same beginning are compared, the earliest ones.
const COMPARED: usize = 100;

/// What is known of a developer turn, wherever its words stand.
pub(super) struct Line {
    pub(super) hash: String,
    pub(super) bytes: i64,
    pub(super) native_id: Option<String>,
    pub(super) time: Option<i64>,
}

impl Line {
    /// Gives the agent's id of the turn, where it is one that no other turn has.
    fn id(&self) -> Option<&str> {
        self.native_id.as_deref().filter(|id| id.len() >= ID)
    }
}

/// The developer turns of a session, with those that were left out of it.
pub(super) struct Sequence {
    /// The row of the session; `None` where it is not stored.
    pub(super) id: Option<i64>,
    pub(super) key: String,
    pub(super) format: String,
    pub(super) agent: String,
    /// Whether the transcript itself names the session that it was copied from.
    pub(super) forked: bool,
    pub(super) lines: Vec<Line>,
    /// How many of the lines are left out.
    pub(super) left_out: usize,
    /// The session that holds the last turn that is left out, or the one that the transcript names.
    pub(super) parent: Option<String>,
}

/// The beginning of a session that stands elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Front {
    /// How many developer turns.
    pub(super) turns: usize,
    /// The session that holds the last of them.
    pub(super) parent: String,
}

/// Which of two sessions holds the turns that both have: the lower one.
///
/// First the one whose developer spoke first, then the one that names no other; one with an id of its own comes before
/// one that is known by its words alone, of which the longer one is the later export.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    opened: i64,
    forked: bool,
    is_nameless: bool,
    shorter: Reverse<usize>,
    key: String,
    first: String,
}

impl Rank {
    fn new(key: &str, forked: bool, opened: Option<i64>, opening: &str, turns: usize) -> Rank {
        let is_nameless = key.starts_with("text:");
        // A session that is known by its words never grows: it would be another one.
        let length = if is_nameless { turns } else { 0 };
        // What stands beside another session of its id has the beginning of its first hash behind the id.
        let own = match key.rsplit_once('~') {
            Some((own, hash)) if hash.len() == 8 => own,
            _ => key,
        };
        Rank {
            opened: opened.unwrap_or(i64::MAX),
            forked,
            is_nameless,
            shorter: Reverse(length),
            key: own.to_owned(),
            first: opening.chars().take(16).collect(),
        }
    }
}

impl Sequence {
    /// Gives the developer turns of a session that was read.
    pub(super) fn of(session: &Session) -> Sequence {
        let lines = session.developer_turns().map(|(_, turn)| Line {
            hash: text_hash(&turn.text),
            bytes: i64::try_from(turn.text.len()).unwrap_or(i64::MAX),
            native_id: turn.native_id.clone(),
            time: turn.time.map(|time| time.0),
        });
        Sequence {
            id: None,
            key: session.key.clone(),
            format: session.source.format.clone(),
            agent: session.agent.clone(),
            forked: session.parent.is_some(),
            lines: lines.collect(),
            left_out: 0,
            parent: session.parent.clone(),
        }
    }

    /// Reads the developer turns of a session that is stored.
    pub(super) fn stored(connection: &Connection, id: i64) -> rusqlite::Result<Sequence> {
        let mut sequence = connection
            .prepare_cached("SELECT key, format, agent, forked, parent FROM session WHERE id = ?1")?
            .query_row([id], |row| {
                Ok(Sequence {
                    id: Some(id),
                    key: row.get(0)?,
                    format: row.get(1)?,
                    agent: row.get(2)?,
                    forked: row.get(3)?,
                    parent: row.get(4)?,
                    lines: Vec::new(),
                    left_out: 0,
                })
            })?;
        sequence.lines = lines(
            connection,
            "SELECT hash, bytes, native_id, time FROM copied WHERE session = ?1 ORDER BY ordinal",
            id,
        )?;
        sequence.left_out = sequence.lines.len();
        sequence.lines.extend(lines(
            connection,
            "SELECT hash, bytes, native_id, time FROM turn WHERE session = ?1 AND role = 'developer' ORDER BY ordinal",
            id,
        )?);
        Ok(sequence)
    }

    /// Gives the hashes of the first three turns, one behind the other; fewer where there are fewer.
    pub(super) fn opening(&self) -> String {
        let first = self.lines.iter().take(FEWEST);
        first.map(|line| line.hash.as_str()).collect()
    }

    /// Gives the time of the first turn.
    pub(super) fn opened(&self) -> Option<i64> {
        self.lines.first().and_then(|line| line.time)
    }

    /// Gives the rank of the session.
    pub(super) fn rank(&self) -> Rank {
        let turns = self.lines.len();
        Rank::new(
            &self.key,
            self.forked,
            self.opened(),
            &self.opening(),
            turns,
        )
    }

    /// Tells whether every turn of the session belongs to its front.
    pub(super) fn is_all(&self, front: &Front) -> bool {
        front.turns == self.lines.len()
    }
}

fn lines(connection: &Connection, sql: &str, session: i64) -> rusqlite::Result<Vec<Line>> {
    let line = |row: &Row| {
        Ok(Line {
            hash: row.get(0)?,
            bytes: row.get(1)?,
            native_id: row.get(2)?,
            time: row.get(3)?,
        })
    };
    connection
        .prepare_cached(sql)?
        .query_map([session], line)?
        .collect()
}

/// The first developer turns of stored sessions, as they were when they were first asked for: where many sessions begin
/// with the same words, each that comes in is held against the same hundred.
#[derive(Default)]
pub(super) struct Beginnings(HashMap<i64, Option<(String, Line)>>);

impl Beginnings {
    /// Tells whether the first turns of two sessions that begin with the same words may be one.
    fn may_be_one(
        &mut self,
        connection: &Connection,
        own: &Sequence,
        other: i64,
    ) -> rusqlite::Result<bool> {
        let known = match self.0.entry(other) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(first(connection, other)?),
        };
        let both = own.lines.first().zip(known.as_ref());
        Ok(both
            .is_some_and(|(line, (format, first))| is_same((&own.format, line), (format, first))))
    }
}

/// Reads the format and the first developer turn of a session that is stored.
fn first(connection: &Connection, id: i64) -> rusqlite::Result<Option<(String, Line)>> {
    let format = connection
        .prepare_cached("SELECT format FROM session WHERE id = ?1")?
        .query_row([id], |row| row.get(0))?;
    let copied = lines(
        connection,
        "SELECT hash, bytes, native_id, time FROM copied WHERE session = ?1 ORDER BY ordinal LIMIT 1",
        id,
    )?;
    let own = lines(
        connection,
        "SELECT hash, bytes, native_id, time FROM turn WHERE session = ?1 AND role = 'developer' ORDER BY ordinal LIMIT 1",
        id,
    )?;
    let first = copied.into_iter().chain(own).next();
    Ok(first.map(|line| (format, line)))
}

/// Gives the beginning of a session that stands in sessions of a lower rank; `None` where its first turn is its own.
pub(super) fn front(
    connection: &Connection,
    own: &Sequence,
    beginnings: &mut Beginnings,
) -> rusqlite::Result<Option<Front>> {
    let by_id = front_by_id(connection, own)?;
    let by_words = front_by_words(connection, own, beginnings)?;
    let longer = match (&by_id, &by_words) {
        (Some(id), Some(words)) => words.turns > id.turns,
        (id, _) => id.is_none(),
    };
    Ok(if longer { by_words } else { by_id })
}

/// Gives the sessions that have a turn of this one, here or left out, without this one.
pub(super) fn related(
    connection: &Connection,
    own: &Sequence,
    beginnings: &mut Beginnings,
) -> rusqlite::Result<Vec<i64>> {
    let alike = alike(connection, own, beginnings)?.into_iter();
    let copies = alike.filter(|other| is_copy(own, other, common(own, other)));
    let mut found: Vec<i64> = copies.filter_map(|other| other.id).collect();
    let mut statement = connection.prepare_cached(
        "SELECT session FROM turn WHERE native_id = ?1 AND role = 'developer'
         UNION SELECT session FROM copied WHERE native_id = ?1",
    )?;
    for id in own.lines.iter().filter_map(Line::id) {
        for session in statement.query_map([id], |row| row.get(0))? {
            found.push(session?);
        }
    }
    found.sort_unstable();
    found.dedup();
    found.retain(|id| Some(*id) != own.id);
    Ok(found)
}

fn front_by_id(connection: &Connection, own: &Sequence) -> rusqlite::Result<Option<Front>> {
    let rank = own.rank();
    let mut front: Option<Front> = None;
    for (at, line) in (1..).zip(&own.lines) {
        let Some(parent) = holder(connection, own, line, &rank)? else {
            break;
        };
        front = Some(Front { turns: at, parent });
    }
    Ok(front)
}

/// Gives the key of the session of the lowest rank, below this one, that holds a turn of the same id and words.
fn holder(
    connection: &Connection,
    own: &Sequence,
    line: &Line,
    rank: &Rank,
) -> rusqlite::Result<Option<String>> {
    let Some(id) = line.id() else {
        return Ok(None);
    };
    let mut statement = connection.prepare_cached(
        "SELECT s.key, s.forked, s.opened, s.opening,
                s.developer_turns + (SELECT count(*) FROM copied WHERE copied.session = s.id)
         FROM turn t JOIN session s ON s.id = t.session
         WHERE t.native_id = ?1 AND t.role = 'developer' AND t.hash = ?2 AND s.agent = ?3 AND s.id IS NOT ?4
           AND coalesce(abs(t.time - ?5) <= ?6, 1)",
    )?;
    let wanted = (id, &line.hash, &own.agent, own.id, line.time, SLACK);
    let known = statement.query_map(wanted, |row| {
        let key: String = row.get(0)?;
        let opening: String = row.get(3)?;
        Ok((
            Rank::new(&key, row.get(1)?, row.get(2)?, &opening, row.get(4)?),
            key,
        ))
    })?;
    let known: Vec<(Rank, String)> = known.collect::<rusqlite::Result<_>>()?;
    let lower = known.into_iter().filter(|(other, _)| other < rank);
    Ok(lower.min().map(|(_, key)| key))
}

fn front_by_words(
    connection: &Connection,
    own: &Sequence,
    beginnings: &mut Beginnings,
) -> rusqlite::Result<Option<Front>> {
    let rank = own.rank();
    let mut best: Option<(Reverse<usize>, Rank, String)> = None;
    for other in alike(connection, own, beginnings)? {
        let (turns, other_rank) = (common(&other, own), other.rank());
        if other_rank < rank && is_copy(&other, own, turns) {
            let found = (Reverse(turns), other_rank, other.key);
            best = best.into_iter().chain([found]).min();
        }
    }
    Ok(best.map(|(Reverse(turns), _, parent)| Front { turns, parent }))
}

/// Gives the sessions that begin with the same three turns, as far as the first ones may be one.
fn alike(
    connection: &Connection,
    own: &Sequence,
    beginnings: &mut Beginnings,
) -> rusqlite::Result<Vec<Sequence>> {
    let mut found = Vec::new();
    for id in same_opening(connection, own)? {
        if beginnings.may_be_one(connection, own, id)? {
            found.push(Sequence::stored(connection, id)?);
        }
    }
    Ok(found)
}

/// Gives the sessions that begin with the same three turns, the earliest ones first, without this one.
fn same_opening(connection: &Connection, own: &Sequence) -> rusqlite::Result<Vec<i64>> {
    if own.lines.len() < FEWEST {
        return Ok(Vec::new());
    }
    connection
        .prepare_cached(
            "SELECT id FROM session WHERE opening = ?1 AND id IS NOT ?2 ORDER BY opened, id LIMIT ?3",
        )?
        .query_map((own.opening(), own.id, COMPARED), |row| row.get(0))?
        .collect()
}

/// Counts the turns at the beginning of two sessions that are the same.
fn common(one: &Sequence, other: &Sequence) -> usize {
    let pairs = one.lines.iter().zip(&other.lines);
    let same = pairs.take_while(|(a, b)| is_same((&one.format, a), (&other.format, b)));
    same.count()
}

/// Tells whether two turns, each with its format, may be one by their words and ids.
fn is_same((format, a): (&str, &Line), (other, b): (&str, &Line)) -> bool {
    // Two programs give different ids to one turn; one program gives different ids to two turns.
    let are_two = format == other && a.id().is_some_and(|id| b.id().is_some_and(|own| own != id));
    a.hash == b.hash && !are_two
}

/// Tells whether so many equal turns at the beginning make one session the copy of another.
fn is_copy(one: &Sequence, other: &Sequence, turns: usize) -> bool {
    let (a, b) = (&one.lines[..turns], &other.lines[..turns]);
    let is_one_agent = one.agent == other.agent
        || [&one.agent, &other.agent]
            .iter()
            .any(|own| *own == "Unknown");
    let lengths = || a.iter().map(|line| line.bytes);
    let weight = lengths().sum::<i64>() - lengths().max().unwrap_or(0);
    turns >= FEWEST && is_one_agent && weight >= SHORTEST && is_one_pace(a, b)
}

/// Tells whether the times of equal turns leave open that they are the same: the pauses between them are equal, or
/// one side has them all at once, as a copy that was stamped anew. Where times are missing, nothing speaks against it.
fn is_one_pace(a: &[Line], b: &[Line]) -> bool {
    let times: Vec<(i64, i64)> = a
        .iter()
        .zip(b)
        .filter_map(|(a, b)| Some((a.time?, b.time?)))
        .collect();
    let (Some(first), Some(last)) = (times.first(), times.last()) else {
        return true;
    };
    let pauses = i64::try_from(times.len()).unwrap_or(i64::MAX) - 1;
    let is_stamped = |span: i64| span.abs() <= pauses.saturating_mul(STAMPED);
    let shift = |(a, b): &(i64, i64)| b.saturating_sub(*a);
    is_stamped(last.0.saturating_sub(first.0))
        || is_stamped(last.1.saturating_sub(first.1))
        || times
            .iter()
            .all(|own| shift(own).abs_diff(shift(first)) <= SLACK.unsigned_abs())
}
