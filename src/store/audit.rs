//! A random sample of the turns that the detector did not mark, so that what it misses can be counted.
//!
//! The population is every developer turn, the first ones of sessions included, that the detector had not marked when
//! the sample was drawn and that no person had marked by hand or decided before. Each turn has a lot that follows from
//! the seed, the session's key and its ordinal alone; those of the lowest lots are drawn. So two machines draw the same
//! turns, and a larger sample holds the smaller one.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::error::Error;
use super::open::Study;
use super::wire;
use crate::model::SessionRow;
use crate::stats::lot;

/// Developer turns: their ordinals by the keys of their sessions.
pub type Turns = BTreeMap<String, BTreeSet<u32>>;

/// The seed where none is asked for: the same everywhere, so that coders who share sessions are given the same turns.
const SEED: u64 = 1;

/// A random sample of unmarked turns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audit {
    /// The seed that it was drawn with.
    pub seed: u64,
    /// How many turns it was drawn from.
    pub population: u64,
    /// The turns drawn.
    pub turns: Turns,
    /// The unmarked turns that somebody had marked by hand or decided before: they were not drawn from.
    pub before: Turns,
}

impl Audit {
    /// Counts the turns drawn.
    pub fn len(&self) -> u64 {
        self.turns.values().map(|own| own.len() as u64).sum()
    }

    /// Tells whether no turn was drawn.
    pub fn is_empty(&self) -> bool {
        self.turns.is_empty()
    }
}

/// Why a sample cannot be drawn.
#[derive(Debug, thiserror::Error)]
pub enum NoDraw {
    /// The study cannot be read or written.
    #[error(transparent)]
    Store(#[from] Error),
    /// There is nothing to draw from.
    #[error("the study has no developer turn that is unmarked and not decided")]
    Nothing,
    /// The sample of this study was drawn with another seed.
    #[error("the study's audit sample was drawn with seed {present}, not {wanted}")]
    OtherSeed {
        /// The seed of the sample.
        present: u64,
        /// The seed asked for.
        wanted: u64,
    },
    /// The study has more turns than when the sample was drawn, so that a sample of all of them has to be larger.
    #[error(
        "the study has grown since its audit sample was drawn: it takes {needed} turns now to speak for all"
    )]
    Grown {
        /// The smallest sample that is random in what is there now.
        needed: u64,
    },
    /// Turns of the sample have been marked since.
    #[error(
        "turns of the audit sample have been marked by a newer detector: a larger one would mix two detectors"
    )]
    Remarked,
}

/// What a coder's decisions say about what the detector found and missed, in turns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AuditTally {
    /// Turns of the sample that the coder has decided.
    pub decided: u64,
    /// Those of them that hold an episode.
    pub with_episodes: u64,
    /// Turns that the detector marked and that hold an episode.
    pub found: u64,
    /// Turns that the detector marked and that wait for a decision.
    pub open: u64,
    /// Turns that the detector did not mark, in which the coder found an episode all the same, outside the sample.
    pub by_hand: u64,
    /// Those of them that the sample was not drawn from, since they were known before.
    pub by_hand_before: u64,
}

/// Whether the detector marked a turn, by session and ordinal.
type Marks = BTreeMap<(String, u32), bool>;

impl Study {
    /// Gives the study's audit sample; `None` where none was drawn.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn audit(&self) -> Result<Option<Audit>, Error> {
        self.read("read the audit sample", read)
    }

    /// Draws a sample of at least this many unmarked turns, or of all where there are fewer, and keeps it.
    ///
    /// It is drawn once: asking for as many again changes nothing, and asking for more adds to it.
    ///
    /// # Errors
    ///
    /// [`NoDraw`] where there is nothing to draw from, or what is there is not what was drawn from before.
    pub fn draw_audit(&mut self, wanted: u64, seed: Option<u64>) -> Result<Audit, NoDraw> {
        let known = self.audit()?;
        if let Some(known) = &known {
            match seed {
                Some(wanted) if wanted != known.seed => {
                    let present = known.seed;
                    return Err(NoDraw::OtherSeed { present, wanted });
                }
                _ if known.len() >= wanted => return Ok(known.clone()),
                // Everything was drawn already.
                _ if known.len() == known.population && !self.has_grown(known)? => {
                    return Ok(known.clone());
                }
                _ => (),
            }
        }
        let marks = self.read("read the marks", marks)?;
        let drawn = self.drawn(&marks, known.as_ref(), wanted, seed)?;
        self.write("keep the audit sample", |transaction| {
            put(transaction, &drawn)
        })?;
        Ok(drawn)
    }

    fn drawn(
        &self,
        marks: &Marks,
        known: Option<&Audit>,
        wanted: u64,
        seed: Option<u64>,
    ) -> Result<Audit, NoDraw> {
        let seed = known.map(|own| own.seed).or(seed).unwrap_or(SEED);
        let before = match known {
            Some(known) => known.before.clone(),
            None => self.read("read the decisions", |connection| {
                touched(connection, marks)
            })?,
        };
        let mut lots: Vec<(u64, &str, u32)> = population(marks, &before)
            .map(|(key, turn)| (lot(seed, "audit", key, turn.into()), key, turn))
            .collect();
        lots.sort_unstable();
        if lots.is_empty() {
            return Err(NoDraw::Nothing);
        }
        if let Some(known) = known {
            if holds(&known.turns).any(|turn| marks.get(&turn) == Some(&true)) {
                return Err(NoDraw::Remarked);
            }
            // What has come in since belongs to the sample where its lot is as low as one that was drawn.
            let last = lots
                .iter()
                .rposition(|(_, key, turn)| contains(&known.turns, key, *turn));
            let needed = last.map_or(0, |at| at as u64 + 1);
            if needed > wanted {
                return Err(NoDraw::Grown { needed });
            }
        }
        let population = lots.len() as u64;
        lots.truncate(usize::try_from(wanted).unwrap_or(usize::MAX));
        let mut turns = Turns::new();
        for (_, key, turn) in lots {
            turns.entry(key.to_owned()).or_default().insert(turn);
        }
        Ok(Audit {
            seed,
            population,
            turns,
            before,
        })
    }

    /// Tells whether there are other turns to draw from than when the sample was drawn: sessions have come in, or turns
    /// were marked anew.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn has_grown(&self, audit: &Audit) -> Result<bool, Error> {
        let marks = self.read("read the marks", marks)?;
        let now = population(&marks, &audit.before).count() as u64;
        let remarked = holds(&audit.turns).any(|turn| marks.get(&turn) != Some(&false));
        Ok(remarked || now != audit.population)
    }

    /// Counts what a coder found in the sample, in the marked turns and by hand. Without a sample, only the latter two
    /// are counted.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn audit_tally(&self, coder: Uuid, audit: Option<&Audit>) -> Result<AuditTally, Error> {
        let marks = self.read("read the marks", marks)?;
        let none = Turns::new();
        let (drawn, before) = audit.map_or((&none, &none), |own| (&own.turns, &own.before));
        let proposed = marks.iter().filter(|(_, marked)| **marked);
        let proposed = proposed.filter(|((key, turn), _)| !contains(drawn, key, *turn));
        let mut tally = AuditTally {
            open: proposed.count() as u64,
            ..AuditTally::default()
        };
        for (key, turn, unmarked, verdict) in self.read("read the decisions", |connection| {
            verdicts(connection, coder)
        })? {
            let is_episode = verdict.as_deref() == Some(wire::EPISODES);
            let episode = u64::from(is_episode);
            let decided = u64::from(verdict.is_some());
            match marks.get(&(key.clone(), turn)) {
                None => (),
                Some(_) if contains(drawn, &key, turn) => {
                    tally.decided += decided;
                    tally.with_episodes += episode;
                }
                Some(true) => {
                    tally.found += episode;
                    let done = verdict.is_some() || unmarked;
                    tally.open = tally.open.saturating_sub(u64::from(done));
                }
                Some(false) => {
                    tally.by_hand += episode;
                    tally.by_hand_before += episode * u64::from(contains(before, &key, turn));
                }
            }
        }
        Ok(tally)
    }
}

/// Reads the sample.
pub(super) fn read(connection: &Connection) -> rusqlite::Result<Option<Audit>> {
    let text: Option<String> = connection
        .prepare_cached("SELECT value FROM meta WHERE name = 'audit'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    text.map(|text| {
        serde_json::from_str(&text).map_err(|_| wire::unreadable(0, "sample of turns to audit"))
    })
    .transpose()
}

/// Writes the sample in the place of the one before.
pub(super) fn put(connection: &Connection, audit: &Audit) -> rusqlite::Result<()> {
    let text = serde_json::to_string(audit).unwrap_or_default();
    connection.execute(
        "INSERT INTO meta (name, value) VALUES ('audit', ?1) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [text],
    )?;
    Ok(())
}

/// Adds the turns of the sample to those that a coder is to decide on. What the coder has decided, begun or put off is
/// counted already, whatever proposed it.
pub(super) fn add_progress(
    connection: &Connection,
    coder: Uuid,
    rows: &mut [SessionRow],
) -> rusqlite::Result<()> {
    let Some(audit) = read(connection)? else {
        return Ok(());
    };
    let mut statement = connection.prepare_cached(
        "SELECT count(*) FROM turn t
         LEFT JOIN mark m ON m.turn = t.id
         LEFT JOIN decision d ON d.coder = ?1 AND d.session = ?2 AND d.turn = t.ordinal
         WHERE t.session = ?3 AND t.role = 'developer' AND t.ordinal = ?4
           AND NOT coalesce(m.pushback, 0) AND d.marked IS NULL
           AND d.verdict IS NULL AND NOT coalesce(d.deferred, 0)
           AND NOT EXISTS (SELECT 1 FROM episode e WHERE e.coder = ?1 AND e.session = ?2 AND e.turn = t.ordinal)",
    )?;
    for row in rows {
        for turn in audit.turns.get(&row.key).into_iter().flatten() {
            let open: u32 = statement
                .query_row((coder.to_string(), &row.key, row.id, turn), |found| {
                    found.get(0)
                })?;
            row.candidates = row.candidates.saturating_add(open);
        }
    }
    Ok(())
}

fn contains(turns: &Turns, key: &str, turn: u32) -> bool {
    turns.get(key).is_some_and(|own| own.contains(&turn))
}

fn holds(turns: &Turns) -> impl Iterator<Item = (String, u32)> + '_ {
    turns
        .iter()
        .flat_map(|(key, own)| own.iter().map(move |turn| (key.clone(), *turn)))
}

/// Gives the turns that a sample is drawn from.
fn population<'a>(marks: &'a Marks, before: &'a Turns) -> impl Iterator<Item = (&'a str, u32)> {
    let unmarked = marks.iter().filter(|(_, marked)| !**marked);
    unmarked
        .map(|((key, turn), _)| (key.as_str(), *turn))
        .filter(|(key, turn)| !contains(before, key, *turn))
}

fn marks(connection: &Connection) -> rusqlite::Result<Marks> {
    connection
        .prepare_cached(
            "SELECT s.key, t.ordinal, coalesce(m.pushback, 0) FROM turn t JOIN session s ON s.id = t.session
             LEFT JOIN mark m ON m.turn = t.id WHERE t.role = 'developer'",
        )?
        .query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?
        .collect()
}

/// Gives the unmarked turns that a person has marked by hand or decided. What a model says of every turn takes none of
/// them away.
fn touched(connection: &Connection, marks: &Marks) -> rusqlite::Result<Turns> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT d.session, d.turn FROM decision d JOIN coder c ON c.id = d.coder
         WHERE c.kind <> 'model' AND (d.marked IS NOT NULL OR d.verdict IS NOT NULL)",
    )?;
    let mut turns = Turns::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let turn: (String, u32) = (row.get(0)?, row.get(1)?);
        if marks.get(&turn) == Some(&false) {
            turns.entry(turn.0).or_default().insert(turn.1);
        }
    }
    Ok(turns)
}

/// A decision in short: session, turn, whether it was unmarked by hand, verdict.
type Short = (String, u32, bool, Option<String>);

fn verdicts(connection: &Connection, coder: Uuid) -> rusqlite::Result<Vec<Short>> {
    connection
        .prepare_cached(
            "SELECT session, turn, marked IS 0, verdict FROM decision WHERE coder = ?1",
        )?
        .query_map([coder.to_string()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?
        .collect()
}
