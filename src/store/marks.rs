//! The detector's marks, and how another detector makes them anew.

use std::collections::{BTreeMap, HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension, Transaction};

use super::error::Error;
use super::open::Study;
use super::uncut::{self, Uncut};
use super::wire;
use crate::model::Mark;

/// The name under which the weights of a study stand, where it does not go by those of the program.
const WEIGHTS: &str = "detector_weights";

/// What became of the marks when a detector made them anew.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remarked {
    /// How many developer turns were marked by which version of the detector before.
    pub before: BTreeMap<String, u64>,
    /// The developer turns that were looked at.
    pub turns: u64,
    /// How many turns were marked as pushback before.
    pub marked_before: u64,
    /// How many are now.
    pub marked: u64,
    /// Turns that are marked now and were not before.
    pub gained: Moved,
    /// Turns that were marked before and are not now.
    pub lost: Moved,
}

/// Turns whose mark changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moved {
    /// How many.
    pub turns: u64,
    /// On how many of them some coder has decided.
    pub decided: u64,
}

impl Study {
    /// Marks every developer turn anew, all in one transaction, session by session; `mark` gives the marks of all
    /// developer turns of a session. No decision changes, and no mark by hand. What is marked already just so is not
    /// written again.
    ///
    /// `weights` is kept, as the text of the weights that later imports are to be marked with; `None` leaves them to
    /// the program.
    ///
    /// # Errors
    ///
    /// [`Error::NoTranscripts`] where words are missing; [`Error`] where the file cannot be written. Nothing was
    /// marked then.
    pub fn remark(
        &mut self,
        detector: &str,
        weights: Option<&str>,
        mut mark: impl FnMut(Uncut) -> Vec<Mark>,
    ) -> Result<Remarked, Error> {
        let withheld = self.withheld_sessions()?;
        if withheld > 0 {
            return Err(Error::NoTranscripts {
                path: self.path().to_owned(),
                sessions: withheld,
            });
        }
        self.write("mark the turns", |transaction| {
            let mut remarked = Remarked {
                before: versions(transaction)?,
                ..Remarked::default()
            };
            let decided = decided(transaction)?;
            let none = HashSet::new();
            for id in sessions(transaction)? {
                let session = uncut::read(transaction, id)?;
                let decided = decided.get(&session.key).unwrap_or(&none);
                let anew = Anew {
                    transaction,
                    detector,
                    decided,
                };
                let left_out = session.left_out;
                anew.session(id, &own(left_out, mark(session)), &mut remarked)?;
            }
            put_weights(transaction, weights)?;
            Ok(remarked)
        })
    }

    /// Gives the text of the weights that the study's turns are marked with; `None` where it goes by those of the
    /// program.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn detector_weights(&self) -> Result<Option<String>, Error> {
        self.read("read the weights", weights)
    }

    /// Says how many developer turns were marked by which version of the detector.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn marked_by(&self) -> Result<BTreeMap<String, u64>, Error> {
        self.read("read the marks", versions)
    }
}

/// What is needed to mark the turns of a session anew.
struct Anew<'a> {
    transaction: &'a Transaction<'a>,
    detector: &'a str,
    decided: &'a HashSet<u32>,
}

/// A developer turn with the mark that it has.
struct Marked {
    turn: i64,
    ordinal: u32,
    pushback: bool,
    /// Score, reasons as text, and version; `None` where it has no mark.
    made: Option<(f64, String, String)>,
}

impl Anew<'_> {
    fn session(
        &self,
        id: i64,
        marks: &HashMap<u32, Mark>,
        remarked: &mut Remarked,
    ) -> rusqlite::Result<()> {
        let mut count: u64 = 0;
        for known in marked(self.transaction, id)? {
            let now = marks.get(&known.ordinal);
            let pushback = now.map_or(known.pushback, |mark| mark.pushback);
            if let Some(mark) = now {
                self.turn(&known, mark)?;
            }
            let moved = match (known.pushback, pushback) {
                (false, true) => Some(&mut remarked.gained),
                (true, false) => Some(&mut remarked.lost),
                _ => None,
            };
            if let Some(moved) = moved {
                moved.turns += 1;
                moved.decided += u64::from(self.decided.contains(&known.ordinal));
            }
            remarked.turns += 1;
            remarked.marked_before += u64::from(known.pushback);
            count += u64::from(pushback);
        }
        remarked.marked += count;
        self.transaction
            .prepare_cached(
                "UPDATE session SET pushback_turns = ?2 WHERE id = ?1 AND pushback_turns <> ?2",
            )?
            .execute((id, count))?;
        Ok(())
    }

    fn turn(&self, known: &Marked, mark: &Mark) -> rusqlite::Result<()> {
        let is_same = known.made.as_ref().is_some_and(|(score, cues, detector)| {
            score.to_bits() == mark.score.clamp(0.0, 1.0).to_bits()
                && *cues == wire::cues_to_json(&mark.cues)
                && detector == self.detector
                && known.pushback == mark.pushback
        });
        if is_same {
            return Ok(());
        }
        self.transaction
            .prepare_cached("DELETE FROM mark WHERE turn = ?1")?
            .execute([known.turn])?;
        put(self.transaction, known.turn, mark, self.detector)
    }
}

/// Gives the marks of the turns that are the session's own, by their ordinals without those that were left out.
fn own(left_out: u32, marks: Vec<Mark>) -> HashMap<u32, Mark> {
    let own = marks.into_iter().filter_map(|mark| {
        let ordinal = mark.turn.checked_sub(left_out)?;
        (ordinal > 0).then_some((ordinal, mark))
    });
    own.collect()
}

fn sessions(connection: &Connection) -> rusqlite::Result<Vec<i64>> {
    connection
        .prepare("SELECT id FROM session ORDER BY position, id")?
        .query_map([], |row| row.get(0))?
        .collect()
}

/// Gives the developer turns of a session with their marks, in order.
fn marked(connection: &Connection, session: i64) -> rusqlite::Result<Vec<Marked>> {
    connection
        .prepare_cached(
            "SELECT turn.id, ordinal, coalesce(pushback, 0), score, cues, detector FROM turn
             LEFT JOIN mark ON mark.turn = turn.id WHERE session = ?1 AND role = 'developer' ORDER BY ordinal",
        )?
        .query_map([session], |row| {
            let score: Option<f64> = row.get(3)?;
            let made = score.map(|score| Ok::<_, rusqlite::Error>((score, row.get(4)?, row.get(5)?)));
            Ok(Marked {
                turn: row.get(0)?,
                ordinal: row.get(1)?,
                pushback: row.get(2)?,
                made: made.transpose()?,
            })
        })?
        .collect()
}

/// Gives the turns that some coder has decided on, by session.
fn decided(connection: &Connection) -> rusqlite::Result<HashMap<String, HashSet<u32>>> {
    let mut statement = connection
        .prepare("SELECT DISTINCT session, turn FROM decision WHERE verdict IS NOT NULL")?;
    let mut rows = statement.query([])?;
    let mut decided: HashMap<String, HashSet<u32>> = HashMap::new();
    while let Some(row) = rows.next()? {
        decided.entry(row.get(0)?).or_default().insert(row.get(1)?);
    }
    Ok(decided)
}

fn versions(connection: &Connection) -> rusqlite::Result<BTreeMap<String, u64>> {
    connection
        .prepare("SELECT detector, count(*) FROM mark GROUP BY detector")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// Reads the weights that a study keeps.
pub(super) fn weights(connection: &Connection) -> rusqlite::Result<Option<String>> {
    connection
        .prepare("SELECT value FROM meta WHERE name = ?1")?
        .query_row([WEIGHTS], |row| row.get(0))
        .optional()
}

/// Keeps weights in a study, or takes out those that it keeps.
pub(super) fn put_weights(
    transaction: &Transaction,
    weights: Option<&str>,
) -> rusqlite::Result<()> {
    match weights {
        Some(text) => transaction.execute(
            "INSERT INTO meta (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [WEIGHTS, text],
        )?,
        None => transaction.execute("DELETE FROM meta WHERE name = ?1", [WEIGHTS])?,
    };
    Ok(())
}

/// Stores the mark of a developer turn.
pub(super) fn put(
    transaction: &Transaction,
    turn: i64,
    mark: &Mark,
    detector: &str,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO mark (turn, score, pushback, cues, detector) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((
            turn,
            mark.score.clamp(0.0, 1.0),
            mark.pushback,
            wire::cues_to_json(&mark.cues),
            detector,
        ))?;
    Ok(())
}
