//! `pushback detect --fit STUDY`: whether weights fitted to a study's own decisions would be better.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::decided::{self, Decided};
use super::fit::{BINS, figure};
use super::{Args, mark, weights};
use crate::cli::console::{Console, count};
use crate::cli::failure::Failure;
use crate::cli::owner;
use crate::detect::{Detector, Example, Fitted, Weights};
use crate::stats::{
    Difference, Paired, RESAMPLES, Scored, at_recall, average_precision, calibration_error,
    difference,
};
use crate::store::{Error, Study};

/// Fewest decisions, and fewest of either sort, from which something can be said.
const FEWEST: usize = 200;
const FEWEST_OF_EACH: usize = 20;

/// Fewer groups than this make the intervals rough.
const FEW_GROUPS: usize = 10;

/// The seed of the resamples: the same decisions give the same intervals.
const SEED: u64 = 1;

/// Tells whether a file is a database, and so no lines of judged turns.
pub(super) fn is_study(path: &Path) -> bool {
    let mut head = [0; 16];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok() && head == *b"SQLite format 3\0"
}

pub(super) fn run(path: &Path, args: &Args, console: &mut Console) -> Result<(), Failure> {
    let mut study = if args.apply {
        Study::open_to_write(path, &owner::owner())?
    } else {
        Study::open_to_read(path)?
    };
    let sessions = study.withheld_sessions()?;
    if sessions > 0 {
        let path = path.to_owned();
        return Err(Error::NoTranscripts { path, sessions }.into());
    }
    // Not the study's own weights: they may have been fitted to the very decisions that they would be compared on.
    let detector = Detector::standard();
    let known = weights::of(Some(&study))?;
    let decided = decided::read(&study, &detector)?;
    head(&study, &decided, console)?;
    if let Some(why) = too_early(&decided) {
        if args.apply || args.into.is_some() {
            return Err(Failure::failed(why, "decide on more turns, then try again"));
        }
        return console.line(&why);
    }
    let fitted = detector.refit(&decided.examples, &known).ok_or_else(|| {
        Failure::failed(
            "all these turns come from one session: nothing can be held out",
            "decide on turns of other sessions",
        )
    })?;
    let is_own = known != Weights::standard();
    compare(&decided, &detector, &fitted, is_own, console)?;
    console.line(&format!(
        "A turn is marked from a score of {:.3} on, as before: these turns cannot tell how much lies below it.",
        known.threshold
    ))?;
    console.line("")?;
    keep(&mut study, &fitted.weights, args, console)
}

fn head(study: &Study, decided: &Decided, console: &mut Console) -> Result<(), Failure> {
    let (all, pushback) = numbers(decided);
    let people: Vec<&str> = decided.people.iter().map(String::as_str).collect();
    let by = match people.as_slice() {
        [] => String::new(),
        people => format!(" by {}", people.join(", ")),
    };
    console.line(&format!(
        "{}: {} decided{by}, of which {pushback} are episodes and {} are not",
        study.path().display(),
        count(all, "developer turn"),
        all - pushback
    ))?;
    let left_out = [
        (decided.deferred, "put off"),
        (decided.disputed, "on which coders differ"),
        (decided.lost, "whose words are not in the study any more"),
    ];
    for (number, why) in left_out.iter().filter(|(number, _)| *number > 0) {
        console.line(&format!("left out: {} {why}", count(*number, "turn")))?;
    }
    console.line(
        "Only turns that were marked, by the detector or by hand, were decided on: what it misses does not show here.",
    )
}

fn numbers(decided: &Decided) -> (usize, usize) {
    let pushback = decided.examples.iter().filter(|own| own.pushback).count();
    (decided.examples.len(), pushback)
}

fn too_early(decided: &Decided) -> Option<String> {
    let (all, pushback) = numbers(decided);
    let fewer = pushback.min(all - pushback);
    (all < FEWEST || fewer < FEWEST_OF_EACH).then(|| {
        format!(
            "It is too early to say whether refitting would help: that takes {FEWEST} decided turns, with \
             {FEWEST_OF_EACH} episodes and {FEWEST_OF_EACH} turns that are none; there are {all}, {pushback} and {}.",
            all - pushback
        )
    })
}

/// Prints the figures of both weights on the decided turns, and says what follows from them.
fn compare(
    decided: &Decided,
    detector: &Detector,
    fitted: &Fitted,
    is_own: bool,
    console: &mut Console,
) -> Result<(), Failure> {
    let scores = decided.examples.iter().zip(&fitted.held_out);
    let row = |(own, after): (&Example, &f64)| (detector.score(own), *after);
    let scores: Vec<(f64, f64)> = scores.map(row).collect();
    let rows = decided.examples.iter().zip(scores);
    let rows: Vec<Paired> = rows
        .map(|(own, (before, after))| Paired {
            group: &own.group,
            before,
            after,
            outcome: own.pushback,
        })
        .collect();
    let precision = |rows: &[Scored]| at_recall(rows, 0.9).map(|cut| cut.precision);
    let figures = [
        difference(&rows, average_precision, SEED),
        difference(&rows, precision, SEED),
        difference(&rows, |rows| calibration_error(rows, BINS), SEED),
    ];
    console.line("")?;
    if is_own {
        console.line("The study's own weights are not compared: they may have been fitted to these decisions.")?;
    }
    table(&figures, decided, fitted.weights.groups, console)?;
    console.line("")?;
    console.line(&answer(&figures))
}

fn table(
    figures: &[Difference; 3],
    decided: &Decided,
    groups: usize,
    console: &mut Console,
) -> Result<(), Failure> {
    console.line("                                average    precision at   calibration")?;
    console.line("                              precision      recall .90         error")?;
    let mut row = |name: &str, cells: [String; 3]| {
        let [average, precision, error] = cells;
        let line = format!("{name:<24} {average:>14} {precision:>15} {error:>13}");
        console.line(&line)
    };
    row("the weights inside", figures.map(|own| figure(own.before)))?;
    let held_out = format!("refitted, {}s held out", short(decided.group));
    row(&held_out, figures.map(|own| figure(own.after)))?;
    row("difference", figures.map(|own| signed(own.change())))?;
    let interval = |own: Difference| {
        own.interval.map_or_else(
            || "-".to_owned(),
            |(low, high)| format!("{low:+.3}:{high:+.3}"),
        )
    };
    row("95 % interval", figures.map(interval))?;
    let plural = match (decided.group, groups) {
        ("repository", many) => format!("{many} repositories"),
        (_, many) => count(many, "session"),
    };
    console.line(&format!(
        "Intervals from {RESAMPLES} resamples of {plural}, seed {SEED}."
    ))?;
    if groups < FEW_GROUPS {
        console.line(&format!(
            "With fewer than {FEW_GROUPS} of them they are rough."
        ))?;
    }
    Ok(())
}

/// A word that fits into the table.
fn short(group: &str) -> &str {
    match group {
        "repository" => "repo",
        other => other,
    }
}

fn signed(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:+.3}"))
}

/// Says whether refitting would help.
fn answer([average, _, calibration]: &[Difference; 3]) -> String {
    let (Some(change), Some((low, high))) = (average.change(), average.interval) else {
        return "Whether refitting would help cannot be told from these turns.".to_owned();
    };
    let sure = format!("(95 % interval {low:+.3} to {high:+.3})");
    let said = if low > 0.0 {
        format!("Refitting would help: the average precision rises by {change:.3} {sure}.")
    } else if high < 0.0 {
        format!(
            "Refitting would do harm: the average precision falls by {:.3} {sure}.",
            -change
        )
    } else {
        format!(
            "Nothing shows that refitting would tell episodes better: the average precision changes by {change:+.3} {sure}."
        )
    };
    match calibration.interval {
        Some((_, high)) if high < 0.0 => format!("{said} The scores would be better calibrated."),
        Some((low, _)) if low > 0.0 => format!("{said} The scores would be worse calibrated."),
        _ => said,
    }
}

/// Writes the weights where that is asked for.
fn keep(
    study: &mut Study,
    fitted: &Weights,
    args: &Args,
    console: &mut Console,
) -> Result<(), Failure> {
    if let Some(into) = &args.into {
        std::fs::write(into, fitted.to_text()).map_err(|error| {
            Failure::failed(format!("cannot write {}: {error}", into.display()), "")
        })?;
        console.line(&format!("The weights are in {}.", into.display()))?;
    }
    if args.apply {
        let (remarked, version) = mark::remark(study, fitted, console)?;
        return mark::tell(&remarked, &version, console);
    }
    if args.into.is_none() {
        console.line("Nothing was written; --apply marks the study with the refitted weights, --into FILE keeps them.")?;
    }
    Ok(())
}
