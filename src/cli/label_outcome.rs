//! What an import of labels did, counted and told.

use serde::Serialize;

use super::console::{Console, LISTED, count};
use super::failure::Failure;
use super::quotations::Counts;
use crate::model::first;

/// How much of a quotation is shown.
const SHOWN: usize = 60;

/// What an import of labels did.
#[derive(Debug, Default, Serialize)]
pub(super) struct Outcome {
    pub(super) file: String,
    pub(super) coder: String,
    pub(super) kind: &'static str,
    /// Records that could be read.
    pub(super) records: usize,
    /// Records of other coders, which were passed over.
    pub(super) other_coders: usize,
    /// Records that went in, or were there already.
    pub(super) taken: usize,
    pub(super) turns: Turns,
    pub(super) episodes: usize,
    pub(super) not_episodes: usize,
    pub(super) quotations: Counts,
    pub(super) refused: Vec<Refused>,
    pub(super) quotations_noted: Vec<Noted>,
    pub(super) ignored_keys: Vec<String>,
}

/// What became of the turns that the records are about.
#[derive(Debug, Default, Serialize)]
pub(super) struct Turns {
    pub(super) new: usize,
    pub(super) changed: usize,
    pub(super) same: usize,
}

#[derive(Debug, Serialize)]
pub(super) struct Refused {
    pub(super) line: u64,
    pub(super) reason: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Noted {
    pub(super) line: u64,
    pub(super) standing: &'static str,
    pub(super) text: String,
}

impl Outcome {
    pub(super) fn refuse(&mut self, line: u64, reason: impl Into<String>) {
        let reason = reason.into();
        self.refused.push(Refused { line, reason });
    }

    /// Brings what is listed into the order of the file.
    pub(super) fn sort(&mut self) {
        self.refused.sort_by_key(|own| own.line);
        self.quotations_noted.sort_by_key(|own| own.line);
    }

    /// Tells it to a person.
    pub(super) fn report(&self, console: &mut Console) -> Result<(), Failure> {
        console.line(&format!(
            "{} of {} taken for {} ({}): {}, {} not an episode",
            self.taken,
            count(self.records, "record"),
            self.coder,
            self.kind,
            count(self.episodes, "episode"),
            self.not_episodes
        ))?;
        let turns = &self.turns;
        console.line(&format!(
            "turns: {} new, {} changed, {} as they were",
            turns.new, turns.changed, turns.same
        ))?;
        if self.other_coders > 0 {
            let others = count(self.other_coders, "record");
            console.line(&format!("passed over: {others} of other coders"))?;
        }
        self.report_quotations(console)?;
        self.report_refused(console)?;
        if !self.ignored_keys.is_empty() {
            let keys = first(self.ignored_keys.iter().cloned(), LISTED);
            console.line(&format!("ignored keys: {}", keys.join(", ")))?;
        }
        Ok(())
    }

    fn report_quotations(&self, console: &mut Console) -> Result<(), Failure> {
        let Counts {
            exact,
            but_for_blanks,
            not_found,
        } = self.quotations;
        if exact + but_for_blanks + not_found > 0 {
            console.line(&format!(
                "quotations: {exact} exact, {but_for_blanks} equal but for blanks, {not_found} not found and left out"
            ))?;
        }
        console.list(self.quotations_noted.iter().map(|noted| {
            let mut shown: String = noted.text.chars().take(SHOWN).collect();
            if shown.len() < noted.text.len() {
                shown.push('…');
            }
            let Noted { line, standing, .. } = noted;
            format!("{}:{line}: {standing}: {shown}", self.file)
        }))
    }

    fn report_refused(&self, console: &mut Console) -> Result<(), Failure> {
        if !self.refused.is_empty() {
            console.line(&format!("refused, {}:", self.refused.len()))?;
        }
        let refused = self.refused.iter();
        console.list(refused.map(|own| format!("{}:{}: {}", self.file, own.line, own.reason)))
    }
}
