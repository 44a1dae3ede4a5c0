//! `pushback detect`: the detector as a filter from files to lines. No study needed.

use std::path::PathBuf;

use anyhow::Context;
use serde::Serialize;

use super::console::Console;
use super::failure::Failure;
use super::{files, import as import_verb};
use crate::detect::Detector;
use crate::import;
use crate::model::{Cue, Mark, Session, Turn};

/// Say of every developer turn whether it looks like pushback, and why.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Transcripts, and folders of them.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Read every file as this format instead of recognising it.
    #[arg(long)]
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
    import_verb::check_format(args.format.as_deref())?;
    let files = files::below(&args.paths);
    let detector = Detector::standard();
    let mut read = 0;
    let mut skipped: Vec<String> = files
        .unreadable
        .iter()
        .map(|(path, why)| format!("{}: cannot be read: {why}", path.display()))
        .collect();
    for path in &files.found {
        match import::read(path, args.format.as_deref()) {
            Ok(reading) => {
                read += reading.sessions.len();
                for session in &reading.sessions {
                    print(session, &detector.marks(session), args.json, console)?;
                }
            }
            Err(error) => skipped.push(error.to_string()),
        }
    }
    for line in &skipped {
        console.note(&format!("left out: {line}"));
    }
    if read == 0 {
        return Err(Failure::failed(
            "no session was found",
            "transcripts end in .jsonl, .json or .md",
        ));
    }
    Ok(())
}

fn print(
    session: &Session,
    marks: &[Mark],
    json: bool,
    console: &mut Console,
) -> Result<(), Failure> {
    for ((turn, words), mark) in session.developer_turns().zip(marks) {
        if json {
            let text = line(session, turn, words, mark)?;
            console.raw(text.as_bytes())?;
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

fn line(session: &Session, turn: u32, words: &Turn, mark: &Mark) -> Result<String, Failure> {
    let cues = mark.cues.iter().map(line_cue).collect();
    let line = Line {
        file: &session.source.path,
        format: &session.source.format,
        session: &session.key,
        turn,
        text: &words.text,
        score: mark.score,
        pushback: mark.pushback,
        cues,
    };
    Ok(serde_json::to_string(&line).context("cannot write JSON")? + "\n")
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
