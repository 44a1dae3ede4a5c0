//! Writing acts, and taking them back.

use std::collections::HashSet;

use rusqlite::{Connection, Row, Transaction};
use uuid::Uuid;

use super::error::Error;
use super::open::Study;
use super::{derived, place, wire};
use crate::model::{
    ActKind, Change, Codebook, Cursor, Decision, Entry, Saved, Timestamp, Unit, Violation, apply,
    check_change, derive, undo_of, violations,
};

pub(super) const COLUMNS: &str = "id, act, kind, reverts, coder, time, session, turn, turn_hash, slot, episode, name, value, codebook";

impl Study {
    /// Writes one act of a coder: all its changes or none, durable when this returns.
    ///
    /// Every change passes the rules of the codebook, in order. `cursor` is where the coder stands
    /// afterwards, kept in the same transaction; `now` is the wall clock.
    ///
    /// # Errors
    ///
    /// [`Error::Rule`] where a change breaks a rule; [`Error`] where the file cannot be written.
    pub fn act(
        &mut self,
        coder: Uuid,
        unit: &Unit,
        changes: &[Change],
        cursor: Option<&Cursor>,
        now: Timestamp,
    ) -> Result<Saved, Error> {
        check_act(self.codebook(), &self.decision(coder, unit)?, changes)?;
        self.write_act(coder, unit, changes, (ActKind::Do, None), cursor, now)
    }

    /// Writes many acts of a coder, each about one unit, in one transaction: what breaks a rule is left out, the
    /// rest is written or nothing.
    ///
    /// Gives for each act the rule that it would break, or nothing where it was written.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be written; nothing was written then.
    pub fn act_all(
        &mut self,
        coder: Uuid,
        acts: &[(Unit, Vec<Change>)],
        now: Timestamp,
    ) -> Result<Vec<Option<Violation>>, Error> {
        let codebook = self.codebook().clone();
        self.write("store the labels", |transaction| {
            let mut broken = Vec::with_capacity(acts.len());
            for (unit, changes) in acts {
                let before = derive(&of_unit(transaction, coder, unit)?);
                let checked = check_act(&codebook, &before, changes);
                if checked.is_ok() {
                    let kind = (ActKind::Do, None);
                    insert_act(
                        transaction,
                        &codebook.hash,
                        (coder, unit),
                        changes,
                        kind,
                        now,
                    )?;
                    derived::refresh(transaction, coder, unit)?;
                }
                broken.push(checked.err());
            }
            Ok(broken)
        })
    }

    /// Takes back the coder's last act that still holds; `None` where there is none.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read or written.
    pub fn undo(&mut self, coder: Uuid, now: Timestamp) -> Result<Option<Saved>, Error> {
        let target = self.read("look for what to undo", |connection| {
            last_done(connection, coder)
        })?;
        target.map_or(Ok(None), |act| {
            self.revert(coder, &act, ActKind::Undo, now).map(Some)
        })
    }

    /// Does again what was undone last; `None` where there is nothing, or something else was done since.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read or written.
    pub fn redo(&mut self, coder: Uuid, now: Timestamp) -> Result<Option<Saved>, Error> {
        let target = self.read("look for what to redo", |connection| {
            last_undone(connection, coder)
        })?;
        target.map_or(Ok(None), |act| {
            self.revert(coder, &act, ActKind::Redo, now).map(Some)
        })
    }

    /// Gives a coder's decision on a unit, derived from the history.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn decision(&self, coder: Uuid, unit: &Unit) -> Result<Decision, Error> {
        let entries = self.read("read the history", |connection| {
            of_unit(connection, coder, unit)
        })?;
        Ok(derive(&entries))
    }

    /// Gives the whole history of a coder, in order of time.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn history(&self, coder: Uuid) -> Result<Vec<Entry>, Error> {
        self.read("read the history", |connection| {
            connection
                .prepare(&format!(
                    "SELECT {COLUMNS} FROM history WHERE coder = ?1 ORDER BY time, id"
                ))?
                .query_map([coder.to_string()], entry)?
                .collect()
        })
    }

    /// Gives the histories of all coders together, in order of their ids.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn whole_history(&self) -> Result<Vec<Entry>, Error> {
        self.read("read the history", |connection| {
            connection
                .prepare(&format!("SELECT {COLUMNS} FROM history ORDER BY id"))?
                .query_map([], entry)?
                .collect()
        })
    }

    fn revert(
        &mut self,
        coder: Uuid,
        act: &Act,
        kind: ActKind,
        now: Timestamp,
    ) -> Result<Saved, Error> {
        let rows = self.read("read the act", |connection| of_act(connection, coder, act))?;
        let Some((first, unit)) = rows.first().map(|row| (row.id, row.unit.clone())) else {
            return Err(Error::Damaged {
                path: self.path().to_owned(),
                what: format!("the act {} has no rows", act.id),
            });
        };
        let known = self.read("read the history", |connection| {
            of_unit(connection, coder, &unit)
        })?;
        let earlier: Vec<Entry> = known
            .into_iter()
            .filter(|entry| (entry.time, entry.id) < (act.time, first))
            .collect();
        let changes = undo_of(&rows, &earlier);
        self.write_act(coder, &unit, &changes, (kind, Some(act.id)), None, now)
    }

    fn write_act(
        &mut self,
        coder: Uuid,
        unit: &Unit,
        changes: &[Change],
        kind: (ActKind, Option<Uuid>),
        cursor: Option<&Cursor>,
        now: Timestamp,
    ) -> Result<Saved, Error> {
        let codebook = self.codebook().hash.clone();
        let decision = self.write("store the label", |transaction| {
            insert_act(transaction, &codebook, (coder, unit), changes, kind, now)?;
            if let Some(cursor) = cursor {
                place::put(transaction, coder, cursor)?;
            }
            derived::refresh(transaction, coder, unit)
        })?;
        Ok(Saved {
            unit: unit.clone(),
            decision,
            changes: changes.to_vec(),
        })
    }
}

/// An act in the history.
struct Act {
    id: Uuid,
    time: Timestamp,
}

/// Checks each change in the state that it meets, and the state that the whole act leaves.
fn check_act(
    codebook: &Codebook,
    decision: &Decision,
    changes: &[Change],
) -> Result<(), Violation> {
    let mut after = decision.clone();
    for change in changes {
        check_change(codebook, &after, change)?;
        after = apply(&after, std::slice::from_ref(change));
    }
    let known = violations(codebook, decision);
    // What was broken before, by a hand or in a merge, must not keep the coder from mending it.
    violations(codebook, &after)
        .into_iter()
        .find(|broken| !known.contains(broken))
        .map_or(Ok(()), Err)
}

/// Gives a time after every row of the coder: with a clock that was set back, the last key still wins.
fn next_time(
    transaction: &Transaction,
    coder: Uuid,
    now: Timestamp,
) -> rusqlite::Result<Timestamp> {
    let last: Option<i64> = transaction
        .prepare_cached("SELECT max(time) FROM history WHERE coder = ?1")?
        .query_row([coder.to_string()], |row| row.get(0))?;
    Ok(Timestamp(
        last.map_or(now.0, |last| now.0.max(last.saturating_add(1))),
    ))
}

/// Writes the rows of one act.
fn insert_act(
    transaction: &Transaction,
    codebook: &str,
    (coder, unit): (Uuid, &Unit),
    changes: &[Change],
    (kind, reverts): (ActKind, Option<Uuid>),
    now: Timestamp,
) -> rusqlite::Result<()> {
    let time = next_time(transaction, coder, now)?;
    let act = Uuid::now_v7();
    for change in changes {
        let entry = Entry {
            id: Uuid::now_v7(),
            act,
            kind,
            reverts,
            coder,
            time,
            unit: unit.clone(),
            change: change.clone(),
            codebook: codebook.to_owned(),
        };
        insert(transaction, &entry)?;
    }
    Ok(())
}

/// Writes one row of the history.
pub(super) fn insert(transaction: &Transaction, entry: &Entry) -> rusqlite::Result<()> {
    let slot = entry.change.slot();
    let (what, episode, name) = wire::slot_columns(&slot);
    transaction
        .prepare_cached(&format!(
            "INSERT INTO history ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
        ))?
        .execute((
            entry.id.to_string(),
            entry.act.to_string(),
            entry.kind.name(),
            entry.reverts.map(|act| act.to_string()),
            entry.coder.to_string(),
            entry.time.0,
            &entry.unit.session,
            entry.unit.turn,
            &entry.unit.hash,
            what,
            episode,
            name,
            wire::value_to_json(&entry.change),
            &entry.codebook,
        ))?;
    Ok(())
}

/// Reads all rows about one unit by one coder.
pub(super) fn of_unit(
    connection: &Connection,
    coder: Uuid,
    unit: &Unit,
) -> rusqlite::Result<Vec<Entry>> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM history WHERE coder = ?1 AND session = ?2 AND turn = ?3"
        ))?
        .query_map((coder.to_string(), &unit.session, unit.turn), entry)?
        .collect()
}

/// Reads the rows of an act, in order.
fn of_act(connection: &Connection, coder: Uuid, act: &Act) -> rusqlite::Result<Vec<Entry>> {
    // All rows of an act have one time, and by that time they are found without reading the whole history.
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM history WHERE coder = ?1 AND time = ?2 AND act = ?3 ORDER BY id"
        ))?
        .query_map((coder.to_string(), act.time.0, act.id.to_string()), entry)?
        .collect()
}

/// Gives the coder's acts, newest first, until `take` says yes or no.
fn backwards(
    connection: &Connection,
    coder: Uuid,
    mut take: impl FnMut(Uuid, ActKind, Option<Uuid>) -> Option<bool>,
) -> rusqlite::Result<Option<Act>> {
    let mut statement = connection.prepare_cached(
        "SELECT act, kind, reverts, time FROM history WHERE coder = ?1 ORDER BY time DESC, id DESC",
    )?;
    let mut rows = statement.query([coder.to_string()])?;
    let mut last = None;
    while let Some(row) = rows.next()? {
        let id = wire::uuid(row, 0)?;
        if last.replace(id) == Some(id) {
            continue;
        }
        let kind: String = row.get(1)?;
        let kind = ActKind::from_name(&kind).ok_or_else(|| wire::unreadable(1, "kind of act"))?;
        if let Some(found) = take(id, kind, wire::uuid_or_none(row, 2)?) {
            let time = Timestamp(row.get(3)?);
            return Ok(found.then_some(Act { id, time }));
        }
    }
    Ok(None)
}

/// Finds the last act that is not taken back.
fn last_done(connection: &Connection, coder: Uuid) -> rusqlite::Result<Option<Act>> {
    let mut taken_back = HashSet::new();
    backwards(connection, coder, |act, kind, reverts| match kind {
        _ if taken_back.contains(&act) => None,
        ActKind::Do | ActKind::Redo => Some(true),
        ActKind::Undo => {
            taken_back.extend(reverts);
            None
        }
    })
}

/// Finds the last undo that is not taken back, unless something else was done since.
fn last_undone(connection: &Connection, coder: Uuid) -> rusqlite::Result<Option<Act>> {
    let mut taken_back = HashSet::new();
    backwards(connection, coder, |act, kind, reverts| match kind {
        ActKind::Undo if !taken_back.contains(&act) => Some(true),
        ActKind::Undo => None,
        ActKind::Redo => {
            taken_back.extend(reverts);
            None
        }
        ActKind::Do => Some(false),
    })
}

/// Reads a row of [`COLUMNS`].
pub(super) fn entry(row: &Row) -> rusqlite::Result<Entry> {
    let kind: String = row.get(2)?;
    let slot: String = row.get(9)?;
    let value: String = row.get(12)?;
    let change = wire::change(&slot, wire::uuid_or_none(row, 10)?, row.get(11)?, &value);
    Ok(Entry {
        id: wire::uuid(row, 0)?,
        act: wire::uuid(row, 1)?,
        kind: ActKind::from_name(&kind).ok_or_else(|| wire::unreadable(2, "kind of act"))?,
        reverts: wire::uuid_or_none(row, 3)?,
        coder: wire::uuid(row, 4)?,
        time: Timestamp(row.get(5)?),
        unit: Unit {
            session: row.get(6)?,
            turn: row.get(7)?,
            hash: row.get(8)?,
        },
        change: change.ok_or_else(|| wire::unreadable(12, "value of its slot"))?,
        codebook: row.get(13)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CoderKind;

    #[test]
    fn a_full_disk_is_named_and_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let text = include_str!("../../codebook/mast.toml");
        let codebook = Codebook::parse(text, "mast.toml").unwrap();
        let path = folder.path().join("study.db");
        let mut study = Study::create(&path, &codebook, "ada").unwrap();
        let ada = study
            .coder("ada", CoderKind::Human, Uuid::now_v7())
            .unwrap();
        let unit = Unit {
            session: "loom".to_owned(),
            turn: 1,
            hash: String::new(),
        };
        let act = |study: &mut Study, memo: &str| {
            let change = [Change::Memo(memo.to_owned())];
            study.act(ada.id, &unit, &change, None, Timestamp(0))
        };
        let now = |study: &Study| study.decision(ada.id, &unit).unwrap().memo;
        // A database that may not grow meets the same refusal as one on a full disk.
        let limit = |study: &Study, pages: i64| {
            let set = study
                .connection
                .pragma_update(None, "max_page_count", pages);
            set.unwrap();
        };
        act(&mut study, "short").unwrap();
        limit(&study, 1);
        let error = act(&mut study, &"long ".repeat(10_000)).unwrap_err();
        assert!(matches!(error, Error::Full { .. }), "{error:?}");
        assert_eq!(now(&study), "short");
        limit(&study, 1_000_000);
        act(&mut study, &"long ".repeat(10_000)).unwrap();
        assert_eq!(now(&study).len(), 50_000);
        assert_eq!(study.check().unwrap(), []);
    }
}
