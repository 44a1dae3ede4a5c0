//! `pushback detect --fit` and `--measure`: how good the detector is on judged turns, and weights fitted to them.

use std::collections::BTreeMap;
use std::path::Path;

use super::judged::{self, Judged, Turns};
use crate::cli::console::{Console, count};
use crate::cli::failure::Failure;
use crate::detect::{Detector, Example, Fitted, Part};
use crate::stats::{Scored, at_recall, average_precision, best_f1, calibration_error};

/// In how many bins of scores calibration is looked at.
pub(super) const BINS: u8 = 10;

/// Fewest turns of a language or kind of which a line is printed.
const FEWEST: usize = 5;

/// Measures the detector in use on judged turns that it may never have seen.
pub(super) fn measure(
    path: &Path,
    transcripts: Option<&Path>,
    detector: &Detector,
    console: &mut Console,
) -> Result<(), Failure> {
    let turns = judged::read(path, transcripts, detector)?;
    head(&turns, console)?;
    console.line("")?;
    columns(console)?;
    let scores: Vec<f64> = turns
        .judged
        .iter()
        .map(|own| detector.score(&own.example))
        .collect();
    row(
        "the lexicon unfitted",
        &by(&turns.judged, &Detector::unfitted()),
        console,
    )?;
    row(
        "the detector in use",
        &scored(&turns.judged, &scores),
        console,
    )?;
    served(&turns.judged, &scores, detector.threshold(), console)
}

/// Fits weights to judged turns, says how good they are on repositories that they were not fitted on, and writes them
/// where that is asked for.
pub(super) fn fit(
    path: &Path,
    transcripts: Option<&Path>,
    into: Option<&Path>,
    console: &mut Console,
) -> Result<(), Failure> {
    let detector = Detector::unfitted();
    let turns = judged::read(path, transcripts, &detector)?;
    head(&turns, console)?;
    let examples: Vec<Example> = turns.judged.iter().map(|own| own.example.clone()).collect();
    let fitted = detector.fit(&examples).ok_or_else(|| {
        Failure::failed(
            "these turns come from one repository, or all push back, or none does: nothing can be held out".to_owned(),
            "judge turns of at least two repositories",
        )
    })?;
    compare(&turns.judged, &detector, &fitted, console)?;
    without(&turns.judged, &examples, &detector, console)?;
    served(
        &turns.judged,
        &fitted.held_out,
        fitted.weights.threshold,
        console,
    )?;
    console.line("")?;
    let Some(into) = into else {
        return console.line("Nothing was written; --into FILE keeps the weights.");
    };
    std::fs::write(into, fitted.weights.to_text()).map_err(|error| {
        Failure::failed(format!("cannot write {}: {error}", into.display()), "")
    })?;
    console.line(&format!(
        "The weights are in {}; `pushback detect --weights {}` uses them.",
        into.display(),
        into.display()
    ))
}

fn head(turns: &Turns, console: &mut Console) -> Result<(), Failure> {
    let judged = &turns.judged;
    let pushback = judged.iter().filter(|own| own.example.pushback).count();
    let mut groups: Vec<&str> = judged
        .iter()
        .map(|own| own.example.group.as_str())
        .collect();
    groups.sort_unstable();
    groups.dedup();
    let repositories = match groups.len() {
        1 => "1 repository".to_owned(),
        many => format!("{many} repositories"),
    };
    console.line(&format!(
        "{} of {repositories}, of which {pushback} push back; {} found in their transcripts",
        count(judged.len(), "judged turn"),
        turns.found
    ))?;
    if turns.notices > 0 {
        let notices = count(turns.notices, "notice");
        console.line(&format!(
            "left out: {notices} of an interruption, which nobody typed"
        ))?;
    }
    Ok(())
}

fn columns(console: &mut Console) -> Result<(), Failure> {
    console.line(
        "                              average   precision at recall     best  calibration",
    )?;
    console.line("                            precision     .80   .90   .95       F1        error")
}

fn compare(
    judged: &[Judged],
    detector: &Detector,
    fitted: &Fitted,
    console: &mut Console,
) -> Result<(), Failure> {
    console.line("")?;
    console.line("Each repository scored by weights that were fitted without it:")?;
    columns(console)?;
    row("the lexicon unfitted", &by(judged, detector), console)?;
    row("fitted", &scored(judged, &fitted.held_out), console)
}

fn without(
    judged: &[Judged],
    examples: &[Example],
    detector: &Detector,
    console: &mut Console,
) -> Result<(), Failure> {
    for part in Part::ALL {
        if let Some(scores) = detector.fit_without(part, examples) {
            let name = format!("- without {}", part.name());
            row(&name, &scored(judged, &scores), console)?;
        }
    }
    Ok(())
}

fn row(name: &str, rows: &[Scored], console: &mut Console) -> Result<(), Failure> {
    let at = |recall| at_recall(rows, recall).map(|cut| cut.precision);
    let figures = [
        average_precision(rows),
        at(0.80),
        at(0.90),
        at(0.95),
        best_f1(rows).map(|cut| cut.f1()),
        calibration_error(rows, BINS),
    ];
    let [average, eighty, ninety, most, f1, error] = figures.map(figure);
    console.line(&format!(
        "{name:<31} {average:>5}   {eighty:>5} {ninety:>5} {most:>5}    {f1:>5}        {error:>5}"
    ))
}

pub(super) fn figure(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"))
}

fn by(judged: &[Judged], detector: &Detector) -> Vec<Scored> {
    let score = |own: &Judged| (detector.score(&own.example), own.example.pushback);
    judged.iter().map(score).collect()
}

fn scored(judged: &[Judged], scores: &[f64]) -> Vec<Scored> {
    let pairs = scores.iter().zip(judged);
    pairs
        .map(|(score, own)| (*score, own.example.pushback))
        .collect()
}

/// How many turns were to be found, how many were, and how many were marked in all.
#[derive(Default)]
struct Served {
    pushback: usize,
    found: usize,
    marked: usize,
}

/// Says how much of each kind and language is found from a threshold on.
fn served(
    judged: &[Judged],
    scores: &[f64],
    threshold: f64,
    console: &mut Console,
) -> Result<(), Failure> {
    let mut kinds: BTreeMap<&str, Served> = BTreeMap::new();
    let mut languages: BTreeMap<&str, Served> = BTreeMap::new();
    let mut all = Served::default();
    for (own, score) in judged.iter().zip(scores) {
        let marked = *score >= threshold;
        let language = languages
            .entry(own.language.unwrap_or("cannot tell"))
            .or_default();
        for kind in &own.kinds {
            kinds
                .entry(kind)
                .or_default()
                .take(own.example.pushback, marked);
        }
        language.take(own.example.pushback, marked);
        all.take(own.example.pushback, marked);
    }
    console.line("")?;
    console.line(&format!(
        "From a score of {threshold:.3} on: {} marked, precision {}, recall {}",
        count(all.marked, "turn"),
        figure(all.precision()),
        figure(all.recall())
    ))?;
    console.line("")?;
    console.line(&format!("{:<14} {:>8} {:>7}", "kind", "pushback", "recall"))?;
    for (name, own) in kinds {
        console.line(&format!(
            "{name:<14} {:>8} {:>7}",
            own.pushback,
            figure(own.recall())
        ))?;
    }
    console.line("")?;
    console.line(&format!(
        "{:<14} {:>8} {:>7} {:>10}",
        "language", "pushback", "recall", "precision"
    ))?;
    for (name, own) in languages
        .into_iter()
        .filter(|(_, own)| own.pushback >= FEWEST)
    {
        let (recall, precision) = (figure(own.recall()), figure(own.precision()));
        console.line(&format!(
            "{name:<14} {:>8} {recall:>7} {precision:>10}",
            own.pushback
        ))?;
    }
    Ok(())
}

impl Served {
    fn take(&mut self, pushback: bool, marked: bool) {
        self.pushback += usize::from(pushback);
        self.marked += usize::from(marked);
        self.found += usize::from(pushback && marked);
    }

    fn recall(&self) -> Option<f64> {
        (self.pushback > 0).then(|| self.found as f64 / self.pushback as f64)
    }

    fn precision(&self) -> Option<f64> {
        (self.marked > 0).then(|| self.found as f64 / self.marked as f64)
    }
}
