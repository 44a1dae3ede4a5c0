//! Leaves out of a session what stands in another one: of a session that comes in, and of those that are there.

use rusqlite::{Connection, OptionalExtension, Transaction};

use super::adding::{Batch, insert_turn};
use super::body::Packer;
use super::compare::has_labels;
use super::copies::{self, Beginnings, Front, Line, Sequence};
use super::transcript;
use crate::model::{Part, PartKind, Role, Session, Turn, TurnKind, TurnRef};

/// What the note is called that stands in place of the turns that were left out.
const NOTE: &str = "copied";

/// A session that was there, and repeats turns of one that came in or the other way round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// Its key.
    pub session: String,
    /// Where it was read from.
    pub path: String,
    /// The session in which the turns were typed.
    pub original: String,
    /// How many developer turns at its beginning.
    pub turns: usize,
    /// What became of them.
    pub what: What,
}

/// What became of a session that repeats turns of another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// It has what came after them.
    Cut,
    /// Nothing came after them, and it was taken out.
    Removed,
    /// It has labels, and stays as it is.
    Kept,
}

/// Gives what a session has after its front, with a note in place of that, and the agent's last answer, since what the
/// developer types next is about it.
pub(super) fn cut(session: &Session, front: &Front) -> Session {
    let is_kept = |ordinal: u32| usize::try_from(ordinal).is_ok_and(|own| own > front.turns);
    let first = session
        .addressed()
        .position(|(address, _)| address.role == Role::Developer && is_kept(address.ordinal));
    let first = first.unwrap_or(session.turns.len());
    let (before, after) = session.turns.split_at(first);
    let answer = before.last().filter(|turn| turn.role == Role::Agent);
    let mut turns = vec![noted(front, answer.cloned())];
    turns.extend_from_slice(after);
    Session {
        key: session.key.clone(),
        source: session.source.clone(),
        agent: session.agent.clone(),
        agent_version: session.agent_version.clone(),
        models: session.models.clone(),
        surface: session.surface,
        repository: session.repository.clone(),
        folder: session.folder.clone(),
        branch: session.branch.clone(),
        started: session.started,
        ended: session.ended,
        title: session.title.clone(),
        parent: Some(front.parent.clone()),
        turns,
    }
}

/// Puts the note of what stands where before an answer.
fn noted(front: &Front, answer: Option<Turn>) -> Turn {
    let note = note(front);
    let mut turn = answer.unwrap_or_else(silence);
    let by = note.len() + usize::from(!turn.text.is_empty());
    shift(&mut turn, |at| at + by);
    let part = Part {
        kind: PartKind::Injected(NOTE.to_owned()),
        start: 0,
        end: note.len(),
    };
    turn.parts.insert(0, part);
    turn.text = match turn.text.as_str() {
        "" => note,
        answer => format!("{note}\n{answer}"),
    };
    turn
}

/// Takes the note away from an answer.
pub(super) fn bare(mut turn: Turn) -> Turn {
    let is_note = |part: &Part| matches!(&part.kind, PartKind::Injected(name) if name == NOTE);
    let Some(note) = turn.parts.first().filter(|part| is_note(part)) else {
        return turn;
    };
    let by = (note.end + 1).min(turn.text.len());
    // The file may be somebody else's.
    turn.text = turn.text.get(by..).unwrap_or_default().to_owned();
    turn.parts.remove(0);
    shift(&mut turn, |at| at.saturating_sub(by));
    turn
}

fn note(front: &Front) -> String {
    match front.turns {
        1 => format!("The developer's first turn stands in {}.", front.parent),
        turns => format!(
            "The developer's first {turns} turns stand in {}.",
            front.parent
        ),
    }
}

/// Gives an agent turn in which nothing was said.
fn silence() -> Turn {
    Turn {
        role: Role::Agent,
        kind: TurnKind::Prompt,
        text: String::new(),
        parts: Vec::new(),
        events: Vec::new(),
        time: None,
        native_id: None,
        place: None,
    }
}

/// Moves everything that has a place in a turn's text.
fn shift(turn: &mut Turn, to: impl Fn(usize) -> usize) {
    for part in &mut turn.parts {
        (part.start, part.end) = (to(part.start), to(part.end));
        if let PartKind::Tool(tool) = &mut part.kind {
            tool.output = to(tool.output);
        }
    }
    for event in &mut turn.events {
        event.at = to(event.at);
    }
}

/// Writes down what is known of the turns that were left out of a session.
pub(super) fn put_copied(
    transaction: &Transaction,
    session: i64,
    lines: &[Line],
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("DELETE FROM copied WHERE session = ?1")?
        .execute([session])?;
    let mut insert = transaction.prepare_cached(
        "INSERT INTO copied (session, ordinal, hash, bytes, native_id, time) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (ordinal, line) in (1_i64..).zip(lines) {
        insert.execute((
            session,
            ordinal,
            &line.hash,
            line.bytes,
            &line.native_id,
            line.time,
        ))?;
    }
    Ok(())
}

/// Leaves out of the sessions that are there what this one, which came in or has grown, shows to be a copy.
///
/// Those of a lower rank keep their turns: what this session repeats of them was left out before it was written.
pub(super) fn settle(
    transaction: &Transaction,
    session: i64,
    batch: &mut Batch,
) -> rusqlite::Result<()> {
    let own = Sequence::stored(transaction, session)?;
    for id in copies::related(transaction, &own, &mut batch.beginnings)? {
        let other = Sequence::stored(transaction, id)?;
        if own.rank() < other.rank() {
            batch.joined.extend(leave_out(transaction, &other)?);
            batch.beginnings = Beginnings::default();
        }
    }
    Ok(())
}

/// Lets the sessions point to the originals of their turns that pointed to a session which has another key now.
pub(super) fn point_anew(transaction: &Transaction, key: &str) -> rusqlite::Result<()> {
    let pointing: Vec<i64> = transaction
        .prepare_cached(
            "SELECT id FROM session WHERE parent = ?1 AND EXISTS (SELECT 1 FROM copied WHERE copied.session = session.id)",
        )?
        .query_map([key], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for id in pointing {
        leave_out(transaction, &Sequence::stored(transaction, id)?)?;
    }
    Ok(())
}

/// Leaves out of a session that is stored what stands in another one; `None` where there was nothing more to leave out.
pub(super) fn leave_out(
    transaction: &Transaction,
    stored: &Sequence,
) -> rusqlite::Result<Option<Joined>> {
    let front = copies::front(transaction, stored, &mut Beginnings::default())?;
    let (Some(id), Some(front)) = (stored.id, front) else {
        return Ok(None);
    };
    let is_new = front.turns > stored.left_out;
    let is_moved =
        front.turns == stored.left_out && stored.parent.as_deref() != Some(front.parent.as_str());
    if !is_new && !is_moved {
        return Ok(None);
    }
    let what = match (has_labels(transaction, &stored.key)?, is_new) {
        (true, true) => What::Kept,
        (true, false) => return Ok(None),
        (false, _) if stored.is_all(&front) => What::Removed,
        (false, _) => What::Cut,
    };
    let joined = Joined {
        session: stored.key.clone(),
        path: path(transaction, id)?,
        original: front.parent.clone(),
        turns: front.turns,
        what,
    };
    match what {
        What::Kept => (),
        What::Removed => remove(transaction, id, &stored.key)?,
        What::Cut => cut_stored(transaction, stored, id, &front)?,
    }
    Ok(is_new.then_some(joined))
}

fn path(connection: &Connection, id: i64) -> rusqlite::Result<String> {
    connection
        .prepare_cached("SELECT path FROM session WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
}

/// Takes a session without labels out; a coder who stood in it stands nowhere.
pub(super) fn remove(transaction: &Transaction, id: i64, key: &str) -> rusqlite::Result<()> {
    leave_place(transaction, key)?;
    transaction
        .prepare_cached("DELETE FROM session WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

fn leave_place(transaction: &Transaction, key: &str) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("DELETE FROM place WHERE session = ?1")?
        .execute([key])?;
    Ok(())
}

/// Leaves the front out of a session without labels; its turns are counted anew and keep their marks.
fn cut_stored(
    transaction: &Transaction,
    stored: &Sequence,
    id: i64,
    front: &Front,
) -> rusqlite::Result<()> {
    let more = front.turns - stored.left_out;
    let answer = answer(transaction, id, more)?;
    let untitled = first_words(transaction, id)?;
    put_copied(transaction, id, &stored.lines[..front.turns])?;
    transaction
        .prepare_cached("DELETE FROM turn WHERE session = ?1 AND ordinal <= ?2")?
        .execute((id, more))?;
    count_anew(transaction, id, more)?;
    let note = noted(front, answer);
    let before_all = TurnRef {
        role: Role::Agent,
        ordinal: 0,
    };
    insert_turn(transaction, id, (0, before_all, &note), &mut Packer::new())?;
    if more > 0 {
        leave_place(transaction, &stored.key)?;
    }
    recount(transaction, id, &front.parent, untitled)
}

/// Brings what is said of a session into line with its turns. One without a title is called by its first words, which
/// were `untitled` before.
fn recount(
    transaction: &Transaction,
    id: i64,
    parent: &str,
    untitled: Option<String>,
) -> rusqlite::Result<()> {
    let title = first_words(transaction, id)?;
    transaction
        .prepare_cached(
            "UPDATE session SET parent = ?2, title = CASE WHEN title IS ?3 THEN ?4 ELSE title END,
             developer_turns = (SELECT count(*) FROM turn WHERE session = ?1 AND role = 'developer'),
             pushback_turns = (SELECT count(*) FROM turn JOIN mark ON mark.turn = turn.id
                               WHERE session = ?1 AND pushback = 1)
             WHERE id = ?1",
        )?
        .execute((id, parent, untitled, title))?;
    Ok(())
}

/// Reads the agent's answer to a developer turn of a session. Before the first one stands the note of an earlier cut,
/// and behind it what the agent had answered.
fn answer(connection: &Connection, id: i64, ordinal: usize) -> rusqlite::Result<Option<Turn>> {
    let found = connection
        .prepare_cached(
            "SELECT role, kind, native_id, place, time, words, body FROM turn
             WHERE session = ?1 AND role = 'agent' AND ordinal = ?2",
        )?
        .query_row((id, ordinal), transcript::turn)
        .optional()?;
    if ordinal > 0 {
        return Ok(found);
    }
    let bared = found.map(bare);
    Ok(bared.filter(|turn| !turn.text.is_empty() || !turn.events.is_empty()))
}

/// Numbers the turns of a session after the first `left_out` developer turns and their answers went.
fn count_anew(transaction: &Transaction, id: i64, left_out: usize) -> rusqlite::Result<()> {
    let rows: Vec<i64> = transaction
        .prepare_cached("SELECT id FROM turn WHERE session = ?1 ORDER BY position")?
        .query_map([id], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    // From the front, so that no place is taken twice: something went before the first, and all move forwards.
    let mut update = transaction
        .prepare_cached("UPDATE turn SET position = ?2, ordinal = ordinal - ?3 WHERE id = ?1")?;
    for (position, row) in (1_i64..).zip(rows) {
        update.execute((row, position, left_out))?;
    }
    Ok(())
}

/// Gives what a session without a title is called, as when it was written.
fn first_words(connection: &Connection, id: i64) -> rusqlite::Result<Option<String>> {
    let words: Vec<Option<String>> = connection
        .prepare_cached(
            "SELECT words FROM turn WHERE session = ?1 AND role = 'developer' ORDER BY ordinal",
        )?
        .query_map([id], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let first = words
        .iter()
        .flatten()
        .map(|words| words.trim())
        .find(|words| !words.is_empty());
    let line = first.and_then(|words| words.lines().next());
    Ok(line.map(|line| line.chars().take(200).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Event, EventKind, Tool};

    #[test]
    fn a_note_comes_off_as_it_was_put_on() {
        let front = Front {
            turns: 3,
            parent: "loom".to_owned(),
        };
        let tool = Tool {
            name: "Bash".to_owned(),
            target: "ls".to_owned(),
            status: None,
            output: 8,
        };
        let part = |kind, start, end| Part { kind, start, end };
        let event = |at| Event {
            kind: EventKind::Interrupted,
            detail: String::new(),
            at,
        };
        let mut answer = Turn {
            text: "done\nls\nça".to_owned(),
            parts: vec![
                part(PartKind::Prose, 0, 4),
                part(PartKind::Tool(tool), 5, 11),
            ],
            events: vec![event(0), event(5), event(11)],
            ..silence()
        };
        let with = noted(&front, Some(answer.clone()));
        for (one, other) in with.parts[1..].iter().zip(&answer.parts) {
            assert_eq!(
                with.text[one.start..one.end],
                answer.text[other.start..other.end]
            );
        }
        assert_eq!(bare(with), answer);
        answer = silence();
        answer.events = vec![event(0)];
        assert_eq!(bare(noted(&front, Some(answer.clone()))), answer);
        assert_eq!(bare(noted(&front, None)), silence());
    }
}
