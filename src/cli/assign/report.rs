//! What was drawn, counted and told.

use std::path::Path;

use serde::Serialize;

use super::columns;
use super::outlook::Outlook;
use super::plan::{Plan, Stratum};
use crate::cli::console::{Console, LISTED, count};
use crate::cli::failure::Failure;
use crate::model::Coder;
use crate::store::{self, Study};

/// What was drawn.
#[derive(Serialize)]
pub(super) struct Report {
    study: String,
    codebook_hash: String,
    generator: &'static str,
    seed: u64,
    stratified_by: Vec<&'static str>,
    sessions: usize,
    left_out: usize,
    overlap: Overlap,
    coders: Vec<Share>,
    strata: Vec<Counts>,
    labels_not_copied: Vec<String>,
    outlook: Outlook,
}

#[derive(Serialize)]
struct Overlap {
    share: f64,
    sessions: usize,
    pushback_turns: u64,
}

#[derive(Serialize)]
struct Share {
    name: String,
    id: String,
    file: String,
    sessions: usize,
    own_sessions: usize,
    pushback_turns: u64,
}

#[derive(Serialize)]
struct Counts {
    values: Vec<String>,
    sessions: usize,
    overlap: usize,
    /// Sessions that a coder has alone, in the order of the coders.
    own: Vec<usize>,
}

impl Report {
    pub(super) fn of(
        source: &Study,
        plan: &Plan,
        coders: &[Coder],
    ) -> Result<Report, store::Error> {
        let double: Vec<usize> = plan.sample.overlap.concat();
        let turns = plan.sessions.iter().map(|session| session.pushback_turns);
        let sizes: Vec<u32> = turns.filter(|&turns| turns > 0).collect();
        let mut stratified_by: Vec<&str> = plan.wish.facets.iter().map(|own| own.name()).collect();
        stratified_by.extend(plan.wish.all.then_some("pushback"));
        let strata = plan.strata.iter().enumerate();
        Ok(Report {
            study: source.path().display().to_string(),
            codebook_hash: source.codebook().hash.clone(),
            generator: crate::random::GENERATOR,
            seed: plan.wish.seed,
            stratified_by,
            sessions: plan.sessions.len(),
            left_out: plan.left_out,
            overlap: Overlap {
                share: plan.wish.overlap,
                sessions: double.len(),
                pushback_turns: plan.pushback_turns(&double),
            },
            coders: coders
                .iter()
                .enumerate()
                .map(|(at, coder)| Share::of(plan, at, coder, double.len()))
                .collect(),
            strata: strata.map(|(at, own)| Counts::of(plan, at, own)).collect(),
            labels_not_copied: source.coders_with_labels()?,
            outlook: Outlook::of(&sizes, coders.len(), plan.wish.overlap),
        })
    }

    pub(super) fn print(
        &self,
        into: &Path,
        dry_run: bool,
        console: &mut Console,
    ) -> Result<(), Failure> {
        let (verb, sessions) = (
            if dry_run { "would draw" } else { "drew" },
            count(self.sessions, "session"),
        );
        let coders: Vec<&str> = self.coders.iter().map(|own| own.name.as_str()).collect();
        console.line(&format!(
            "{verb} {} of {sessions} for {}, with {}",
            self.overlap.sessions,
            listed(&coders),
            count(self.overlap.pushback_turns, "pushback turn")
        ))?;
        console.line(&format!("seed {}; generator {}", self.seed, self.generator))?;
        self.print_left_out(console)?;
        self.print_coders(into, console)?;
        self.print_strata(console)?;
        self.outlook.print(console)?;
        console.line("")?;
        if dry_run {
            return console.line(&format!(
                "nothing was written; --seed {} draws the same",
                self.seed
            ));
        }
        let record = super::shown(into, super::RECORD);
        let last = format!(
            "Send each coder the coder's own file only. {record} names the sessions of the overlap: keep it, and read it when all is coded."
        );
        columns::print_text(&last, console)
    }

    fn print_left_out(&self, console: &mut Console) -> Result<(), Failure> {
        if self.left_out > 0 {
            let sessions = count(self.left_out, "session");
            console.line(&format!(
                "left out: {sessions} without a pushback turn (--all deals them too)"
            ))?;
        }
        if !self.labels_not_copied.is_empty() {
            let coders = self.labels_not_copied.join(", ");
            console.line(&format!(
                "labels of {coders} in {} are not copied",
                self.study
            ))?;
        }
        Ok(())
    }

    fn print_coders(&self, into: &Path, console: &mut Console) -> Result<(), Failure> {
        console.line("")?;
        let mut rows = vec![words(&[
            "coder",
            "study",
            "sessions",
            "own",
            "pushback turns",
        ])];
        rows.extend(self.coders.iter().map(|own| {
            let numbers = [
                own.sessions as u64,
                own.own_sessions as u64,
                own.pushback_turns,
            ];
            let mut row = vec![own.name.clone(), super::shown(into, &own.file)];
            row.extend(numbers.map(|number| number.to_string()));
            row
        }));
        columns::print(&rows, 2, console)
    }

    fn print_strata(&self, console: &mut Console) -> Result<(), Failure> {
        if self.stratified_by.is_empty() {
            return Ok(());
        }
        console.line("")?;
        let mut heading = words(&self.stratified_by);
        heading.extend(words(&["sessions", "overlap"]));
        heading.extend(self.coders.iter().map(|own| own.name.clone()));
        let mut rows = vec![heading];
        rows.extend(self.strata.iter().take(LISTED).map(Counts::cells));
        columns::print(&rows, self.stratified_by.len(), console)?;
        console.more(self.strata.len())
    }
}

impl Share {
    fn of(plan: &Plan, at: usize, coder: &Coder, double: usize) -> Share {
        let sessions = plan.sample.of(at);
        Share {
            name: coder.name.clone(),
            id: coder.id.to_string(),
            file: super::file_name(&coder.name),
            sessions: sessions.len(),
            own_sessions: sessions.len() - double,
            pushback_turns: plan.pushback_turns(&sessions),
        }
    }
}

impl Counts {
    fn of(plan: &Plan, at: usize, stratum: &Stratum) -> Counts {
        Counts {
            values: stratum.values.clone(),
            sessions: stratum.sessions.len(),
            overlap: plan.sample.overlap.get(at).map_or(0, Vec::len),
            own: plan
                .sample
                .own
                .get(at)
                .map_or_else(Vec::new, |own| own.iter().map(Vec::len).collect()),
        }
    }

    fn cells(&self) -> Vec<String> {
        let numbers = [self.sessions, self.overlap]
            .into_iter()
            .chain(self.own.iter().copied());
        self.values
            .iter()
            .cloned()
            .chain(numbers.map(|number| number.to_string()))
            .collect()
    }
}

/// Writes names as a list in a sentence.
fn listed(names: &[&str]) -> String {
    match names {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        names => names.concat(),
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}
