//! `pushback detect`: the detector as a filter from files to lines. No study needed.

mod fit;
mod judged;

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::console::{Console, count};
use super::failure::Failure;
use super::{files, import as import_verb};
use crate::detect::{Detector, Weights};
use crate::import;
use crate::model::{Cue, Mark, Session, Turn};

/// Say of every developer turn whether it looks like pushback, and why.
///
/// Without --json one line for each turn that is marked: file and turn, score, first words, reasons. With --json one line
/// for each developer turn, marked or not, with the keys file, format, session, turn, text, score, pushback and cues;
/// a cue has kind, why, start and end (characters in the text, or null where the cue is no phrase).
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  pushback detect transcripts/
  pushback detect session.jsonl --json | jq -r 'select(.pushback) | .text'")]
pub(super) struct Args {
    /// Transcripts, and folders of them.
    #[arg(required_unless_present_any = ["fit", "measure"], value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Read every file as this format instead of recognising it.
    #[arg(long, value_name = "NAME", value_parser = import_verb::formats())]
    format: Option<String>,
    /// Print one JSON line for each developer turn.
    #[arg(long)]
    json: bool,
    /// Fit weights to judged turns, and say how good they are where they were not fitted.
    #[arg(long, value_name = "JUDGED", conflicts_with_all = ["paths", "format", "json"])]
    fit: Option<PathBuf>,
    /// Say how good the detector is on judged turns.
    #[arg(long, value_name = "JUDGED", conflicts_with_all = ["paths", "format", "json", "fit"])]
    measure: Option<PathBuf>,
    /// Look for the files that judged turns name in this folder, to see all that happened before each.
    #[arg(long, value_name = "FOLDER")]
    transcripts: Option<PathBuf>,
    /// Keep fitted weights in this file.
    #[arg(long, value_name = "FILE", requires = "fit")]
    into: Option<PathBuf>,
    /// Use the weights in this file instead of those inside the program.
    #[arg(long, value_name = "FILE", conflicts_with = "fit")]
    weights: Option<PathBuf>,
    /// Mark so much of the pushback: a share from 0 to 1.
    #[arg(long, value_name = "SHARE", conflicts_with_all = ["fit"], value_parser = share)]
    recall: Option<f64>,
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse::<f64>().ok();
    let share = share.filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "a share lies between 0 and 1".to_owned())
}

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    format: &'a str,
    session: &'a str,
    turn: u32,
    text: &'a str,
    score: f64,
    pushback: bool,
    cues: Vec<LineCue<'a>>,
}

#[derive(Serialize)]
struct LineCue<'a> {
    kind: &'a str,
    why: &'a str,
    start: Option<usize>,
    end: Option<usize>,
}

pub(super) fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let transcripts = args.transcripts.as_deref();
    if let Some(path) = &args.fit {
        return fit::fit(path, transcripts, args.into.as_deref(), console);
    }
    let detector = detector(args.weights.as_deref(), args.recall)?;
    match &args.measure {
        Some(path) => fit::measure(path, transcripts, &detector, console),
        None => filter(args, &detector, console),
    }
}

/// Gives the detector with these weights, or those inside the program, that marks so much of the pushback.
fn detector(weights: Option<&Path>, recall: Option<f64>) -> Result<Detector, Failure> {
    let weights = match weights {
        Some(path) => read_weights(path)?,
        None => Weights::standard(),
    };
    let detector = Detector::unfitted().with(&weights);
    let Some(recall) = recall else {
        return Ok(detector);
    };
    let threshold = weights.threshold_for(recall).ok_or_else(|| {
        let known: Vec<&str> = weights.recall.keys().map(String::as_str).collect();
        Failure::failed(
            format!("no threshold is known that finds {recall} of the pushback"),
            format!("known are {}", known.join(", ")),
        )
    })?;
    Ok(detector.marking_from(threshold))
}

fn read_weights(path: &Path) -> Result<Weights, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::failed(format!("cannot read {}: {error}", path.display()), ""))?;
    Weights::parse(&text, &path.display().to_string()).map_err(|error| {
        Failure::failed(
            error.to_string(),
            "`pushback detect --fit` writes such a file",
        )
    })
}

fn filter(args: &Args, detector: &Detector, console: &mut Console) -> Result<(), Failure> {
    let files = files::below(&args.paths);
    if files.found.is_empty() {
        return Err(files.nothing(&args.paths));
    }
    let (mut sessions, mut unknown) = (0, 0);
    let mut known = Vec::with_capacity(files.found.len());
    for found in &files.found {
        let source = found.source().map_err(|error| {
            Failure::failed(format!("cannot read standard input: {error}"), "try a file")
        })?;
        match import::format_of(&source, args.format.as_deref()) {
            Ok(format) => known.push((source, format)),
            Err(import::Error::Companion { .. }) => (),
            Err(import::Error::Unknown { .. }) if !found.named => unknown += 1,
            Err(error) => console.note(&format!("left out: {}", whole(error))),
        }
    }
    for (source, format) in import::together(known) {
        match import::read_source(&source, Some(format.id)) {
            Ok(reading) => {
                sessions += reading.sessions.len();
                for session in &reading.sessions {
                    print(session, &detector.marks(session), args.json, console)?;
                }
            }
            Err(error) => console.note(&format!("left out: {}", whole(error))),
        }
    }
    if unknown > 0 {
        console.note(&format!(
            "left out: {} of no known format",
            count(unknown, "file")
        ));
    }
    for (path, why) in &files.unreadable {
        console.note(&format!("left out: cannot read {}: {why}", path.display()));
    }
    if sessions == 0 {
        return Err(import_verb::no_session());
    }
    files.all_named(&args.paths)
}

/// Gives an error with its causes.
fn whole(error: import::Error) -> String {
    let error = anyhow::Error::from(error);
    let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    causes.join(": ")
}

fn print(
    session: &Session,
    marks: &[Mark],
    json: bool,
    console: &mut Console,
) -> Result<(), Failure> {
    for ((turn, words), mark) in session.developer_turns().zip(marks) {
        if json {
            console.json_line(&line(session, turn, words, mark))?;
        } else if mark.pushback {
            let why: Vec<&str> = mark.cues.iter().map(|cue| cue.why.as_str()).collect();
            let first = words
                .text
                .lines()
                .find(|line| !line.trim().is_empty())
                .unwrap_or_default();
            let place = format!("{}:D{turn}", session.source.path);
            console.line(&format!(
                "{place}: {:.2} {} [{}]",
                mark.score,
                first.trim(),
                why.join("; ")
            ))?;
        }
    }
    Ok(())
}

fn line<'a>(session: &'a Session, turn: u32, words: &'a Turn, mark: &'a Mark) -> Line<'a> {
    Line {
        file: &session.source.path,
        format: &session.source.format,
        session: &session.key,
        turn,
        text: &words.text,
        score: mark.score,
        pushback: mark.pushback,
        cues: mark.cues.iter().map(line_cue).collect(),
    }
}

fn line_cue(cue: &Cue) -> LineCue<'_> {
    let (start, end) = (
        cue.span.map(|span| span.start),
        cue.span.map(|span| span.end),
    );
    LineCue {
        kind: cue.kind.name(),
        why: &cue.why,
        start,
        end,
    }
}
