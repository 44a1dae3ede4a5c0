//! Reading many decisions at once: those of a coder, over a run of sessions or all of them.

use std::collections::BTreeMap;

use rusqlite::types::Value;
use rusqlite::{Connection, Row};
use uuid::Uuid;

use super::error::Error;
use super::open::Study;
use super::{derived, history, wire};
use crate::model::{Choice, Decision, Entry, Episode, Unit, derive};

/// Sessions that follow each other in the order of their keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionRun {
    /// The first key that may belong to it; empty where it goes from the start.
    pub from: String,
    /// The first key after it; `None` where it goes to the end.
    pub before: Option<String>,
}

impl Study {
    /// Gives all decisions of a coder, by unit; untouched units are absent.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn decisions(&self, coder: Uuid) -> Result<BTreeMap<Unit, Decision>, Error> {
        self.decisions_in(coder, &SessionRun::default())
    }

    /// Gives the decisions of a coder in some sessions, by unit; untouched units are absent.
    ///
    /// In a study of one's own they stand in the tables, which every act keeps equal to the history. In a file from
    /// somebody else nothing keeps them so: there they are derived from the history.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn decisions_in(
        &self,
        coder: Uuid,
        run: &SessionRun,
    ) -> Result<BTreeMap<Unit, Decision>, Error> {
        let decisions = self.read("read the labels", |connection| {
            if self.is_copy() {
                from_history(connection, coder, run)
            } else {
                from_tables(connection, coder, run)
            }
        })?;
        Ok(decisions.into_iter().collect())
    }

    /// Tells whether a coder has given a verdict on any unit.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn has_decided(&self, coder: Uuid) -> Result<bool, Error> {
        if self.is_copy() {
            let decisions = self.decisions(coder)?;
            return Ok(decisions.values().any(|own| own.verdict.is_some()));
        }
        self.read("look for labels", |connection| {
            connection.query_row(
                "SELECT EXISTS (SELECT 1 FROM decision WHERE coder = ?1 AND verdict IS NOT NULL)",
                [coder.to_string()],
                |row| row.get(0),
            )
        })
    }
}

/// What is read: the coder, and the keys of the sessions.
type Bounds<'a> = (String, &'a str, Value);

fn bounds(coder: Uuid, run: &SessionRun) -> Bounds<'_> {
    let end = match &run.before {
        Some(key) => Value::Text(key.clone()),
        // SQLite puts every text before every blob, and a key is a text.
        None => Value::Blob(Vec::new()),
    };
    (coder.to_string(), &run.from, end)
}

fn from_history(
    connection: &Connection,
    coder: Uuid,
    run: &SessionRun,
) -> rusqlite::Result<Vec<(Unit, Decision)>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {} FROM history WHERE coder = ?1 AND session >= ?2 AND session < ?3 ORDER BY session, turn",
        history::COLUMNS
    ))?;
    let mut rows = statement.query(bounds(coder, run))?;
    let mut decisions = Vec::new();
    let mut entries: Vec<Entry> = Vec::new();
    while let Some(row) = rows.next()? {
        let next = history::entry(row)?;
        let other =
            |own: &Entry| own.unit.turn != next.unit.turn || own.unit.session != next.unit.session;
        if entries.last().is_some_and(other) {
            decisions.extend(together(&entries));
            entries.clear();
        }
        entries.push(next);
    }
    decisions.extend(together(&entries));
    Ok(decisions)
}

/// Gives what the rows about one unit say together; the unit is the text that the newest of them is about.
fn together(entries: &[Entry]) -> Option<(Unit, Decision)> {
    let newest = entries.iter().max_by_key(|entry| (entry.time, entry.id))?;
    let decision = derive(entries);
    (decision != Decision::default()).then(|| (newest.unit.clone(), decision))
}

/// Reads each table once, in the order of the units, which their keys give.
fn from_tables(
    connection: &Connection,
    coder: Uuid,
    run: &SessionRun,
) -> rusqlite::Result<Vec<(Unit, Decision)>> {
    // One moment for all tables: what is written meanwhile must not show in some of them only.
    let moment = connection.unchecked_transaction()?;
    let bounds = bounds(coder, run);
    let mut decisions: Vec<(Unit, Decision)> = moment
        .prepare_cached(
            "SELECT turn_hash, marked, verdict, reason, reason_text, deferred, memo, certainty, session, turn
             FROM decision WHERE coder = ?1 AND session >= ?2 AND session < ?3 ORDER BY session, turn",
        )?
        .query_map((&bounds.0, bounds.1, &bounds.2), |row| {
            let unit = Unit {
                session: row.get(8)?,
                turn: row.get(9)?,
                hash: row.get(0)?,
            };
            Ok((unit, derived::head(row)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    for add in [add_labels, add_extras, add_evidence, add_settlements] {
        add(&moment, &bounds, &mut Walk::along(&mut decisions))?;
    }
    Ok(decisions)
}

/// Decisions in the order of their units, and how far the reader of a table in the same order has come.
struct Walk<'a> {
    decisions: &'a mut [(Unit, Decision)],
    at: usize,
}

impl<'a> Walk<'a> {
    fn along(decisions: &'a mut [(Unit, Decision)]) -> Walk<'a> {
        Walk { decisions, at: 0 }
    }

    /// Goes on to the unit of a row, whose session and turn stand in the columns from `first` on.
    fn decision(&mut self, row: &Row, first: usize) -> rusqlite::Result<Option<&mut Decision>> {
        let session = row.get_ref(first)?.as_str()?;
        let turn: u32 = row.get(first + 1)?;
        let place =
            |own: &(Unit, Decision)| (own.0.session.as_str(), own.0.turn).cmp(&(session, turn));
        while self
            .decisions
            .get(self.at)
            .is_some_and(|own| place(own).is_lt())
        {
            self.at += 1;
        }
        let found = self
            .decisions
            .get_mut(self.at)
            .filter(|own| place(own).is_eq());
        Ok(found.map(|(_, decision)| decision))
    }

    /// Gives the episode that was made last.
    fn last_episode(&mut self) -> Option<&mut Episode> {
        let (_, decision) = self.decisions.get_mut(self.at)?;
        decision.episodes.last_mut()
    }

    /// Puts codes into the fields of the episode that was made last, each field's in the order in which they were
    /// chosen. SQLite would sort them as well, at twice the time for the whole table.
    fn close(&mut self, chosen: &mut Vec<(String, u32, Choice)>) {
        chosen.sort_unstable_by_key(|(_, position, _)| *position);
        if let Some(episode) = self.last_episode() {
            for (field, _, choice) in chosen.drain(..) {
                episode.fields.entry(field).or_default().push(choice);
            }
        }
        // What belongs to no decision, in a file that was written to by hand, goes nowhere.
        chosen.clear();
    }

    /// Goes on to the episode of a row, whose id stands after session and turn.
    fn episode(&mut self, row: &Row, first: usize) -> rusqlite::Result<Option<&mut Episode>> {
        let id = wire::uuid(row, first + 2)?;
        let Some(decision) = self.decision(row, first)? else {
            return Ok(None);
        };
        Ok(decision.episodes.iter_mut().rfind(|own| own.id == id))
    }
}

/// Adds the episodes with the codes of their fields. The order of the ids is that of the episodes.
fn add_labels(connection: &Connection, bounds: &Bounds, walk: &mut Walk) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "SELECT own.session, own.turn, own.id, field, label.position, code, attribute, text
         FROM episode AS own LEFT JOIN label ON label.episode = own.id
         WHERE coder = ?1 AND session >= ?2 AND session < ?3 ORDER BY own.session, own.turn, own.id",
    )?;
    let mut rows = statement.query((&bounds.0, bounds.1, &bounds.2))?;
    let mut chosen: Vec<(String, u32, Choice)> = Vec::new();
    while let Some(row) = rows.next()? {
        let id = wire::uuid(row, 2)?;
        if walk.last_episode().is_none_or(|own| own.id != id) {
            walk.close(&mut chosen);
            if let Some(decision) = walk.decision(row, 0)? {
                decision.episodes.push(Episode::new(id));
            }
        }
        if let Some(field) = row.get(3)? {
            let choice = Choice {
                code: row.get(5)?,
                attribute: row.get(6)?,
                text: row.get(7)?,
            };
            chosen.push((field, row.get(4)?, choice));
        }
    }
    walk.close(&mut chosen);
    Ok(())
}

fn add_extras(connection: &Connection, bounds: &Bounds, walk: &mut Walk) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "SELECT field, value, own.session, own.turn, own.id
         FROM episode AS own JOIN extra ON extra.episode = own.id
         WHERE coder = ?1 AND session >= ?2 AND session < ?3 ORDER BY own.session, own.turn",
    )?;
    let mut rows = statement.query((&bounds.0, bounds.1, &bounds.2))?;
    while let Some(row) = rows.next()? {
        if let Some(episode) = walk.episode(row, 2)? {
            episode.extras.insert(row.get(0)?, row.get(1)?);
        }
    }
    Ok(())
}

fn add_evidence(connection: &Connection, bounds: &Bounds, walk: &mut Walk) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "SELECT evidence.id, evidence.turn, start_char, end_char, text, own.session, own.turn, own.id
         FROM episode AS own JOIN evidence ON evidence.episode = own.id
         WHERE coder = ?1 AND session >= ?2 AND session < ?3 ORDER BY own.session, own.turn",
    )?;
    let mut rows = statement.query((&bounds.0, bounds.1, &bounds.2))?;
    while let Some(row) = rows.next()? {
        if let Some(episode) = walk.episode(row, 5)? {
            // The order of the ids is that in which they were taken.
            let quote = derived::quote(row)?;
            let at = episode.evidence.partition_point(|own| own.id < quote.id);
            episode.evidence.insert(at, quote);
        }
    }
    Ok(())
}

fn add_settlements(
    connection: &Connection,
    bounds: &Bounds,
    walk: &mut Walk,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "SELECT episode, field, how, took, reason, by, session, turn FROM settlement
         WHERE coder = ?1 AND session >= ?2 AND session < ?3 ORDER BY session, turn",
    )?;
    let mut rows = statement.query((&bounds.0, bounds.1, &bounds.2))?;
    while let Some(row) = rows.next()? {
        if let Some(decision) = walk.decision(row, 6)? {
            let (what, settlement) = derived::settlement(row)?;
            decision.settled.insert(what, settlement);
        }
    }
    Ok(())
}
