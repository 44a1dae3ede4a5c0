//! `pushback detect`: the detector as a filter from files to lines. No study needed.

use std::path::PathBuf;

use serde::Serialize;

use super::console::{Console, count};
use super::failure::Failure;
use super::{files, import as import_verb};
use crate::detect::Detector;
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
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Read every file as this format instead of recognising it.
    #[arg(long, value_name = "NAME", value_parser = import_verb::formats())]
    format: Option<String>,
    /// Print one JSON line for each developer turn.
    #[arg(long)]
    json: bool,
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
    let files = files::below(&args.paths);
    if files.found.is_empty() {
        return Err(files.nothing(&args.paths));
    }
    let detector = Detector::standard();
    let (mut sessions, mut unknown) = (0, 0);
    let mut known = Vec::with_capacity(files.found.len());
    let sources = files::sources(&files.found)?;
    let formats = import::formats_of(&sources, args.format.as_deref());
    for (found, (source, format)) in files.found.iter().zip(sources.into_iter().zip(formats)) {
        match format {
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
