//! `pushback adjudicate`: settling what coders differ on.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use uuid::Uuid;

use super::config::Config;
use super::console::{Console, count};
use super::failure::Failure;
use super::{label, owner};
use crate::merge::{self, Coded, Comparison};
use crate::model::{Coder, CoderKind, Decision, Timestamp};
use crate::store::Study;
use crate::tui::{self, Settling, THEMES};

/// Settle what the coders of a merged study differ on, one key for each difference.
///
/// The answers become the labels of the coder gold; the coders' own labels stay as they are.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  pushback adjudicate merged.db --coder cem
  pushback adjudicate merged.db --list")]
#[group(id = "adjudicate")]
pub(super) struct Args {
    /// The merged study.
    study: PathBuf,
    /// Who settles.
    #[arg(long, value_name = "NAME", env = "PUSHBACK_CODER")]
    coder: Option<String>,
    /// Print the entries of the codebook over which the coders differ most, and open nothing.
    #[arg(long)]
    list: bool,
    /// Colours for a dark or a light terminal, or none.
    #[arg(long, value_name = "NAME", value_parser = THEMES)]
    theme: Option<String>,
    /// Draw only ASCII signs beside the text.
    #[arg(long)]
    ascii: bool,
}

/// The name of the coder whose labels are the settled ones.
const GOLD: &str = "gold";

pub(super) fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    if args.list {
        return list(args, console);
    }
    tui::check_terminal().map_err(|error| label::no_terminal(error, &args.study))?;
    let config = Config::read()?;
    let looks = label::looks(args.theme.as_deref(), args.ascii, &config)?;
    let name = args.coder.as_deref().or(config.coder.as_deref());
    let name = name.ok_or_else(|| Failure::usage("who settles?", "add --coder NAME"))?;
    if name == GOLD {
        return Err(Failure::usage(
            "gold is nobody's name: the settled labels have it",
            "add --coder with your own name",
        ));
    }
    let mut study = Study::open_to_write(&args.study, &owner::owner())?;
    let comparison = comparison(&study)?;
    let by = study.coder(name, CoderKind::Human, Uuid::now_v7())?;
    let gold = study.coder(GOLD, CoderKind::Gold, Uuid::now_v7())?;
    let adopted = adopt_agreed(&mut study, &comparison, &gold, &by)?;
    let queue = merge::queue(study.codebook(), &comparison);
    let double = comparison
        .units
        .iter()
        .filter(|unit| unit.coders().count() >= 2)
        .count();
    console.line(&format!(
        "{} coded by two or more, {} of them {}",
        count(double, "unit"),
        queue.len(),
        if queue.len() == 1 {
            "differs"
        } else {
            "differ"
        }
    ))?;
    if adopted > 0 {
        console.line(&format!(
            "adopted what all agree on: {}",
            count(adopted, "unit")
        ))?;
    }
    console.flush()?;
    if queue.is_empty() {
        return console.line("the coders differ on nothing");
    }
    let settling = Settling {
        by,
        comparison,
        queue,
    };
    let outcome = tui::with_terminal(label::is_plain(), |terminal, next| {
        tui::adjudicate(&mut study, &gold, settling, None, &looks, terminal, next)
    });
    label::ended(outcome, &args.study)
}

/// Prints which entries of the codebook to rewrite: those that most differences are about, with the reasons given.
fn list(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let study = Study::open_to_read(&args.study)?;
    let comparison = comparison(&study)?;
    let gold = study
        .coders()?
        .into_iter()
        .find(|coder| coder.kind == CoderKind::Gold);
    let settled = gold
        .map(|gold| study.decisions(gold.id))
        .transpose()?
        .unwrap_or_default();
    let doubts = merge::doubts(study.codebook(), &comparison, &settled);
    if doubts.is_empty() {
        return console.line("the coders differ on nothing");
    }
    console.line("differences  over, and why as far as it was said")?;
    for doubt in &doubts {
        let code = study
            .codebook()
            .code(&doubt.id)
            .map(|(_, code)| format!("{} {}", code.id, code.name));
        let reason = || {
            study
                .codebook()
                .reason(&doubt.id)
                .map(|own| format!("not an episode: {}", own.name))
        };
        let name = code.or_else(reason).unwrap_or_else(|| doubt.id.clone());
        let why: Vec<String> = doubt
            .reasons
            .iter()
            .map(|(reason, count)| format!("{} {count}", reason.name()))
            .collect();
        let why = if why.is_empty() {
            String::new()
        } else {
            format!("  ({})", why.join(", "))
        };
        console.line(&format!("{:>11}  {name}{why}", doubt.differences))?;
    }
    Ok(())
}

/// Puts the people of a study beside each other; models and gold are no side of a difference.
fn comparison(study: &Study) -> Result<Comparison, Failure> {
    let mut coded = Vec::new();
    for coder in study
        .coders()?
        .into_iter()
        .filter(|coder| coder.kind == CoderKind::Human)
    {
        let decisions = study.decisions(coder.id)?;
        if !decisions.is_empty() {
            coded.push(Coded { coder, decisions });
        }
    }
    if coded.len() < 2 {
        let what = format!(
            "{} has the labels of fewer than two people",
            study.path().display()
        );
        return Err(Failure::failed(
            what,
            "`pushback merge A.db B.db --into M.db` puts two coders' files together",
        ));
    }
    Ok(Comparison::new(study.codebook(), coded))
}

/// Gives gold the labels of every unit on which all coders agree and which gold does not have yet.
fn adopt_agreed(
    study: &mut Study,
    comparison: &Comparison,
    gold: &Coder,
    by: &Coder,
) -> Result<usize, Failure> {
    let known = study.decisions(gold.id)?;
    let differing: std::collections::HashSet<usize> = merge::queue(study.codebook(), comparison)
        .iter()
        .map(|item| item.at)
        .collect();
    let codebook = study.codebook().clone();
    let mut adopted = 0;
    for (at, unit) in comparison.units.iter().enumerate() {
        let agreed = unit.coders().count() >= 2 && !differing.contains(&at);
        if !agreed
            || known
                .get(&unit.unit)
                .is_some_and(|decision| decision.verdict.is_some())
        {
            continue;
        }
        let none = Decision::default();
        let settled = known.get(&unit.unit).unwrap_or(&none);
        let changes = merge::adopt(&codebook, comparison, at, settled, by.id);
        study.act(gold.id, &unit.unit, &changes, None, now())?;
        adopted += 1;
    }
    Ok(adopted)
}

fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
