//! `pushback assign`: one study for each coder, with an overlap that all of them code.

mod columns;
mod outlook;
mod plan;
mod report;
mod together;

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::builder::PossibleValuesParser;
use serde::Serialize;
use uuid::Uuid;

use super::console::Console;
use super::failure::Failure;
use super::owner;
use crate::model::{Coder, CoderKind};
use crate::store::{Facet, Study};
use plan::{Plan, Wish};
use report::Report;
use together::Together;

/// Share sessions out among coders: one study each, with an overlap that all of them code.
///
/// Sessions with at least one pushback turn are drawn and dealt, stratum by stratum, and stand in another random order
/// in each study, so that nobody can tell which ones the others have too. The study that they come from stays as it is;
/// labels in it are not copied. The same study, coders and seed give the same shares.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  pushback assign study.db --coders anna,ben --into shares --dry-run
  pushback assign study.db --coders anna,ben --overlap 0.2 --seed 7 --into shares
  pushback assign study.db --coders a,b,c --stratify surface,agent --into shares")]
pub(super) struct Args {
    /// The study file.
    study: PathBuf,
    /// Names of the coders, two or more: anna,ben.
    #[arg(long, required = true, value_delimiter = ',', value_name = "NAME,...")]
    coders: Vec<String>,
    /// Share of the sessions that all of them code: 0.1 or 10%.
    #[arg(long, default_value = "0.1", value_name = "SHARE", value_parser = share)]
    overlap: f64,
    /// Draw and deal each kind of session by itself: by one or more of these, with commas.
    #[arg(long, value_delimiter = ',', value_name = "FIELD,...", value_parser = facets())]
    stratify: Vec<String>,
    /// Draw as an earlier call with this seed did; by default a new one is drawn and printed.
    #[arg(long)]
    seed: Option<u64>,
    /// The folder for the studies, which is made where there is none.
    #[arg(long, value_name = "DIR")]
    into: PathBuf,
    /// Deal sessions without a pushback turn too.
    #[arg(long)]
    all: bool,
    /// Say what would be drawn, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print the outcome as JSON.
    #[arg(long)]
    json: bool,
}

/// The owner's record of a draw, beside the coders' studies.
const RECORD: &str = "assignment.json";
/// Seeds that are not given stay short enough to be typed.
const SEEDS: u128 = 1_000_000;
/// The longest name of a coder, in bytes: it becomes the name of a file.
const LONGEST: usize = 100;

pub(super) fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let names = names(&args.coders)?;
    let source = Study::open_to_read(&args.study)?;
    let wish = Wish {
        facets: chosen(&args.stratify),
        overlap: args.overlap,
        all: args.all,
        // The random end of a fresh id is as good a beginning as any other.
        seed: args.seed.unwrap_or_else(drawn_seed),
    };
    let plan = Plan::draw(&source, wish, names.len())?;
    let coders = coders(&source, &names, &plan)?;
    let report = Report::of(&source, &plan, &coders)?;
    let files: Vec<String> = names.iter().map(|name| file_name(name)).collect();
    let files: Vec<&str> = files.iter().map(String::as_str).chain([RECORD]).collect();
    together::nothing_in_the_way(&args.into, &files)?;
    if !args.dry_run {
        let together = Together::begin(&args.into, &files)?;
        write(&source, &plan, &coders, &report, together, console)?;
    }
    if args.json {
        return console.json(&report);
    }
    report.print(&args.into, args.dry_run, console)
}

fn drawn_seed() -> u64 {
    u64::try_from(Uuid::now_v7().as_u128() % SEEDS).unwrap_or(0)
}

/// Writes the studies and the record, which appear together.
fn write(
    source: &Study,
    plan: &Plan,
    coders: &[Coder],
    report: &Report,
    together: Together,
    console: &mut Console,
) -> Result<(), Failure> {
    for (at, coder) in coders.iter().enumerate() {
        console.progress(&format!("{} of {} studies", at + 1, coders.len()));
        let path = together.path(&file_name(&coder.name));
        let mut study = Study::create(&path, source.codebook(), &owner::owner())?;
        study.copy_sessions(source, &plan.keys(at))?;
        study.coder(&coder.name, coder.kind, coder.id)?;
    }
    console.progress_done();
    let record = record(plan, coders, report)?;
    together.write(RECORD, record.as_bytes())?;
    together.place()
}

/// What the owner keeps: the outcome, and which sessions went where.
#[derive(Serialize)]
struct Record<'a> {
    pushback: &'static str,
    #[serde(flatten)]
    report: &'a Report,
    overlap_sessions: Vec<&'a str>,
    coder_sessions: Vec<CoderSessions<'a>>,
}

#[derive(Serialize)]
struct CoderSessions<'a> {
    coder: &'a str,
    /// In the order in which they stand in the coder's study.
    sessions: Vec<String>,
}

fn record(plan: &Plan, coders: &[Coder], report: &Report) -> Result<String, Failure> {
    let own = coders.iter().enumerate().map(|(at, coder)| CoderSessions {
        coder: &coder.name,
        sessions: plan.keys(at),
    });
    let record = Record {
        pushback: env!("CARGO_PKG_VERSION"),
        report,
        overlap_sessions: plan.overlap_keys(),
        coder_sessions: own.collect(),
    };
    let text = serde_json::to_string_pretty(&record).context("cannot write JSON")?;
    Ok(text + "\n")
}

fn file_name(coder: &str) -> String {
    format!("{coder}.db")
}

fn share(text: &str) -> Result<f64, String> {
    let number = match text.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().map(|number| number / 100.0),
        None => text.parse(),
    };
    number
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| "write a tenth as 0.1 or 10%".to_owned())
}

fn facets() -> PossibleValuesParser {
    PossibleValuesParser::new(Facet::ALL.map(Facet::name))
}

/// Gives the facets of some names, each once.
fn chosen(names: &[String]) -> Vec<Facet> {
    let mut chosen = Vec::new();
    for facet in names.iter().filter_map(|name| Facet::from_name(name)) {
        if !chosen.contains(&facet) {
            chosen.push(facet);
        }
    }
    chosen
}

/// Gives the names of the coders, each of which can be the name of a file.
fn names(given: &[String]) -> Result<Vec<String>, Failure> {
    let wrong = |what: String| {
        Err(Failure::usage(
            what,
            "write the coders as --coders anna,ben",
        ))
    };
    let names: Vec<String> = given.iter().map(|name| name.trim().to_owned()).collect();
    for (at, name) in names.iter().enumerate() {
        let is_file = !name.contains(['/', '\\']) && !name.chars().any(char::is_control);
        if name.is_empty() {
            return wrong("the name of a coder is empty".to_owned());
        }
        if !is_file || name.starts_with(['.', '-']) || name.len() > LONGEST {
            return wrong(format!("{name} cannot be the name of a file"));
        }
        let same = |own: &&String| own.to_lowercase() == name.to_lowercase();
        if let Some(other) = names[..at].iter().find(same) {
            return wrong(format!("{other} and {name} are one name"));
        }
    }
    if names.len() < 2 {
        return wrong("an overlap needs two coders or more".to_owned());
    }
    Ok(names)
}

/// Gives the coders: those whom the study knows as they are, and new ones with an identity that follows from the draw,
/// so that the same call again makes the same coders.
fn coders(source: &Study, names: &[String], plan: &Plan) -> Result<Vec<Coder>, Failure> {
    let known = source.coders()?;
    let coder = |name: &String| {
        let found = known
            .iter()
            .find(|coder| coder.name.to_lowercase() == name.to_lowercase());
        match found {
            Some(other) if other.name != *name => Err(Failure::usage(
                format!(
                    "the study has a coder {}, and {name} would be another one",
                    other.name
                ),
                format!("write {} in --coders", other.name),
            )),
            Some(gold) if gold.kind == CoderKind::Gold => Err(Failure::usage(
                format!("{name} stands for the settled labels and codes nothing"),
                "name the people who code",
            )),
            Some(coder) => Ok(coder.clone()),
            None => Ok(Coder {
                id: plan.identity(source.codebook(), name),
                name: name.clone(),
                kind: CoderKind::Human,
            }),
        }
    };
    names.iter().map(coder).collect()
}

/// Gives a path as a person writes it.
fn shown(folder: &Path, file: &str) -> String {
    folder.join(file).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_a_fraction_or_a_percentage() {
        let check = |text: &str, expected: Option<f64>| {
            assert_eq!(share(text).ok(), expected, "{text}");
        };
        check("0.1", Some(0.1));
        check("10%", Some(0.1));
        check("1", Some(1.0));
        check("0", Some(0.0));
        check("10", None);
        check("-0.1", None);
        check("NaN", None);
        check("half", None);
    }

    #[test]
    fn a_name_must_be_one_that_a_file_can_have() {
        let check = |given: &[&str], expected: bool| {
            let given: Vec<String> = given.iter().map(|&name| name.to_owned()).collect();
            assert_eq!(names(&given).is_ok(), expected, "{given:?}");
        };
        check(&["anna", "ben"], true);
        check(&[" Zoë ", "李"], true);
        check(&["anna"], false);
        check(&["anna", ""], false);
        check(&["anna", "Anna"], false);
        check(&["anna", "../ben"], false);
        check(&["anna", ".."], false);
        check(&["anna", "-ben"], false);
        check(&["anna", "b\ne"], false);
    }
}
