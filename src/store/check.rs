//! Looks a whole study over: the file itself, and every stored label against the rules.

use std::collections::BTreeMap;

use super::error::Error;
use super::open::Study;
use crate::model::{Change, Episode};
use crate::model::{
    Choice, Codebook, Coder, Decision, Entry, Unit, Verdict, apply, check_change, derive, missing,
};

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
        for coder in self.coders()? {
            let mut units: BTreeMap<(String, u32), Vec<Entry>> = BTreeMap::new();
            for entry in self.history(coder.id)? {
                units
                    .entry((entry.unit.session.clone(), entry.unit.turn))
                    .or_default()
                    .push(entry);
            }
            for entries in units.values() {
                self.check_unit(&coder, entries, &mut findings)?;
            }
        }
        Ok(findings)
    }

    fn check_file(&self) -> Result<Vec<Finding>, Error> {
        let place = self.path().display().to_string();
        self.read("check the file", |connection| {
            let mut findings = Vec::new();
            let mut statement = connection.prepare("PRAGMA integrity_check")?;
            let lines: Vec<String> = statement
                .query_map([], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            findings.extend(
                lines
                    .into_iter()
                    .filter(|line| line != "ok")
                    .map(|what| Finding {
                        place: place.clone(),
                        what,
                    }),
            );
            let mut statement = connection.prepare("PRAGMA foreign_key_check")?;
            let tables: Vec<String> = statement
                .query_map([], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            findings.extend(tables.into_iter().map(|table| Finding {
                place: place.clone(),
                what: format!("a row of {table} refers to something that is not there"),
            }));
            Ok(findings)
        })
    }

    fn check_unit(
        &self,
        coder: &Coder,
        entries: &[Entry],
        findings: &mut Vec<Finding>,
    ) -> Result<(), Error> {
        let Some(unit) = entries.last().map(|entry| &entry.unit) else {
            return Ok(());
        };
        let place = format!(
            "{}, session {}, developer turn {}",
            coder.name, unit.session, unit.turn
        );
        let mut found = |what: String| {
            findings.push(Finding {
                place: place.clone(),
                what,
            });
        };
        let decision = derive(entries);
        for what in broken_rules(self.codebook(), &decision) {
            found(what);
        }
        match self.turn_hash(unit)? {
            Some(hash) if hash != unit.hash => {
                found("the turn's text is not the one that was labelled".to_owned());
            }
            None if self.has_sessions()? => found("the study has no such turn".to_owned()),
            _ => (),
        }
        if self.decision_table(coder, unit)? != outline(&decision) {
            found("the tables say something else than the history".to_owned());
        }
        Ok(())
    }

    fn turn_hash(&self, unit: &Unit) -> Result<Option<String>, Error> {
        self.read("look for a turn", |connection| {
            connection
                .prepare_cached(
                    "SELECT hash FROM turn JOIN session ON session.id = turn.session
                     WHERE session.key = ?1 AND role = 'developer' AND ordinal = ?2",
                )?
                .query_map((&unit.session, unit.turn), |row| row.get(0))?
                .next()
                .transpose()
        })
    }

    fn has_sessions(&self) -> Result<bool, Error> {
        self.read("look for sessions", |connection| {
            connection.query_row("SELECT EXISTS (SELECT 1 FROM session)", [], |row| {
                row.get(0)
            })
        })
    }

    /// Gives the labels of a unit as the tables have them, in the form of [`outline`].
    fn decision_table(&self, coder: &Coder, unit: &Unit) -> Result<Vec<String>, Error> {
        self.read("read the labels", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT field || ' ' || code || ' ' || coalesce(attribute, '-') || ' ' || coalesce(text, '-')
                 FROM label JOIN episode ON episode.id = label.episode
                 WHERE coder = ?1 AND session = ?2 AND turn = ?3
                 ORDER BY episode.position, field, label.position",
            )?;
            let rows = statement.query_map((coder.id.to_string(), &unit.session, unit.turn), |row| row.get(0))?;
            rows.collect()
        })
    }
}

fn outline(decision: &Decision) -> Vec<String> {
    let line = |field: &str, choice: &Choice| {
        let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        format!(
            "{field} {} {} {}",
            choice.code,
            or(&choice.attribute),
            or(&choice.text)
        )
    };
    let of = |episode: &Episode| {
        episode
            .fields
            .iter()
            .flat_map(|(field, own)| own.iter().map(|own| line(field, own)))
            .collect::<Vec<_>>()
    };
    decision.episodes.iter().flat_map(of).collect()
}

/// Gives the rules that a stored decision breaks.
fn broken_rules(codebook: &Codebook, decision: &Decision) -> Vec<String> {
    let mut found = Vec::new();
    for episode in &decision.episodes {
        let fields = episode.fields.iter().map(|(field, choices)| Change::Field {
            episode: episode.id,
            field: field.clone(),
            choices: choices.clone(),
        });
        let extras = episode.extras.iter().map(|(field, value)| Change::Extra {
            episode: episode.id,
            field: field.clone(),
            value: value.clone(),
        });
        let broken = fields
            .chain(extras)
            .filter_map(|change| check_change(codebook, decision, &change).err());
        found.extend(broken.map(|broken| broken.to_string()));
        if decision.verdict == Some(Verdict::Episodes) {
            found.extend(
                missing(codebook, episode)
                    .into_iter()
                    .map(|lacks| lacks.to_string()),
            );
        }
    }
    if let Some(verdict @ Verdict::NotEpisode { .. }) = &decision.verdict {
        let change = Change::Verdict(Some(verdict.clone()));
        let undecided = apply(decision, &[Change::Verdict(None)]);
        found.extend(
            check_change(codebook, &undecided, &change)
                .err()
                .map(|broken| broken.to_string()),
        );
    }
    found
}
