//! What an import of labels did, counted and told.

use serde::Serialize;

use super::console::{Console, count};
use super::failure::Failure;
use super::quotations::Counts;

/// How many refused records are listed for a person; JSON has them all.
const LISTED: usize = 30;
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
            let keys: Vec<&str> = self
                .ignored_keys
                .iter()
                .take(LISTED)
                .map(String::as_str)
                .collect();
            let more = more(self.ignored_keys.len());
            console.line(&format!("ignored keys: {}{more}", keys.join(", ")))?;
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
        for noted in self.quotations_noted.iter().take(LISTED) {
            let mut shown: String = noted.text.chars().take(SHOWN).collect();
            if shown.len() < noted.text.len() {
                shown.push('…');
            }
            console.line(&format!(
                "  {}:{}: {}: {shown}",
                self.file, noted.line, noted.standing
            ))?;
        }
        say_more(self.quotations_noted.len(), console)
    }

    fn report_refused(&self, console: &mut Console) -> Result<(), Failure> {
        if !self.refused.is_empty() {
            console.line(&format!("refused, {}:", self.refused.len()))?;
        }
        for refused in self.refused.iter().take(LISTED) {
            console.line(&format!(
                "  {}:{}: {}",
                self.file, refused.line, refused.reason
            ))?;
        }
        say_more(self.refused.len(), console)
    }
}

fn more(listed: usize) -> String {
    match listed.saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(" and {more} more; --json lists them all"),
    }
}

fn say_more(listed: usize, console: &mut Console) -> Result<(), Failure> {
    match more(listed) {
        more if more.is_empty() => Ok(()),
        more => console.line(&format!(" {more}")),
    }
}
