//! Looks a whole study over: the file itself, and every stored label against the rules.

use std::collections::{BTreeMap, btree_map};

use rusqlite::OptionalExtension;

use super::error::Error;
use super::open::Study;
use super::transcript::Words;
use super::{constraints, derived, transcript};
use crate::model::{Coder, Decision, Entry, TurnRef, Unit, derive, violations};

/// Something that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where: the file, or coder, session and turn.
    pub place: String,
    /// What is wrong.
    pub what: String,
}

impl Study {
    /// Gives everything that is wrong with the study; nothing for a good one.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read.
    pub fn check(&self) -> Result<Vec<Finding>, Error> {
        let mut findings = self.check_file()?;
        let of_labels = self.check_labels();
        findings.extend(of_labels.map_err(|error| with_reasons(error, &findings))?);
        Ok(findings)
    }

    fn check_labels(&self) -> Result<Vec<Finding>, Error> {
        let mut findings = Vec::new();
        for coder in self.coders()? {
            let mut units: BTreeMap<(String, u32), Vec<Entry>> = BTreeMap::new();
            for entry in self.history(coder.id)? {
                units
                    .entry((entry.unit.session.clone(), entry.unit.turn))
                    .or_default()
                    .push(entry);
            }
            for ((session, turn), entries) in &units {
                let place = place(&coder, session, *turn);
                let wrong = self.check_unit(&coder, entries)?;
                findings.extend(wrong.into_iter().map(|what| Finding {
                    place: place.clone(),
                    what,
                }));
            }
            for (session, turn) in self.stored_units(&coder)? {
                if !units.contains_key(&(session.clone(), turn)) {
                    findings.push(Finding {
                        place: place(&coder, &session, turn),
                        what: "the tables have a label that the history has not".to_owned(),
                    });
                }
            }
        }
        Ok(findings)
    }

    fn check_file(&self) -> Result<Vec<Finding>, Error> {
        let whole = constraints::open_whole(&self.connection, self.path())?;
        let broken = constraints::broken(&whole);
        let broken = broken.map_err(Error::database("check the file", self.path()))?;
        Ok(broken.into_iter().map(|what| self.of_file(what)).collect())
    }

    fn of_file(&self, what: String) -> Finding {
        Finding {
            place: self.path().display().to_string(),
            what,
        }
    }

    /// Gives what is wrong with a coder's labels of one unit, whose history is `entries`.
    fn check_unit(&self, coder: &Coder, entries: &[Entry]) -> Result<Vec<String>, Error> {
        let newest = entries.iter().max_by_key(|entry| (entry.time, entry.id));
        let Some(unit) = newest.map(|entry| &entry.unit) else {
            return Ok(Vec::new());
        };
        let decision = derive(entries);
        let mut found: Vec<String> = violations(self.codebook(), &decision)
            .iter()
            .map(ToString::to_string)
            .collect();
        match self.turn_hash(unit)? {
            Some(hash) if entries.iter().any(|entry| entry.unit.hash != hash) => {
                found.push("the turn's text is not the one that was labelled".to_owned());
            }
            Some(_) => self.check_quotes(unit, &decision, &mut found)?,
            None if self.has_sessions()? => found.push("the study has no such turn".to_owned()),
            None => (),
        }
        let stored = self.read("read the labels", |connection| {
            derived::stored(connection, coder.id, unit)
        })?;
        let expected = (decision != Decision::default()).then(|| (unit.hash.clone(), decision));
        if stored != expected {
            found.push("the tables say something else than the history".to_owned());
        }
        Ok(found)
    }

    /// Looks for quotations that do not stand in the transcript as they were taken.
    fn check_quotes(
        &self,
        unit: &Unit,
        decision: &Decision,
        found: &mut Vec<String>,
    ) -> Result<(), Error> {
        let quotes = decision.episodes.iter().flat_map(|own| &own.evidence);
        let mut texts: BTreeMap<TurnRef, Words> = BTreeMap::new();
        for quote in quotes {
            let words = match texts.entry(quote.turn) {
                btree_map::Entry::Occupied(known) => known.into_mut(),
                btree_map::Entry::Vacant(new) => {
                    new.insert(self.read("read a turn", |connection| {
                        transcript::words(connection, &unit.session, quote.turn)
                    })?)
                }
            };
            let stands = match words {
                Words::Text(text) => quote.stands_in(text),
                // In a copy without transcripts a quotation has only its own word.
                Words::Withheld => true,
                Words::Nowhere => false,
            };
            if !stands {
                found.push(format!("a quotation does not stand in {}", quote.turn));
            }
        }
        Ok(())
    }

    fn stored_units(&self, coder: &Coder) -> Result<Vec<(String, u32)>, Error> {
        self.read("read the labels", |connection| {
            connection
                .prepare_cached("SELECT session, turn FROM decision WHERE coder = ?1")?
                .query_map([coder.id.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
    }

    fn turn_hash(&self, unit: &Unit) -> Result<Option<String>, Error> {
        self.read("look for a turn", |connection| {
            connection
                .prepare_cached(
                    "SELECT hash FROM session JOIN turn ON turn.session = session.id
                     WHERE session.key = ?1 AND role = 'developer' AND ordinal = ?2",
                )?
                .query_row((&unit.session, unit.turn), |row| row.get(0))
                .optional()
        })
    }

    fn has_sessions(&self) -> Result<bool, Error> {
        self.read("look for sessions", |connection| {
            connection.query_row("SELECT EXISTS (SELECT 1 FROM session)", [], |row| {
                row.get(0)
            })
        })
    }
}

/// Adds to the error of labels that cannot be read what is wrong with their file, which is the reason perhaps.
fn with_reasons(error: Error, findings: &[Finding]) -> Error {
    match error {
        Error::Damaged { path, what } => {
            let found = findings.iter().map(|own| own.what.clone());
            let all: Vec<String> = std::iter::once(what).chain(found).collect();
            Error::damaged(&path, all.join("; "))
        }
        other => other,
    }
}

fn place(coder: &Coder, session: &str, turn: u32) -> String {
    format!("{}, session {session}, developer turn {turn}", coder.name)
}
