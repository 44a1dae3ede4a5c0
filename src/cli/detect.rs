//! `pushback detect`: the detector as a filter from files to lines, without a study, and on the turns of a study.

mod decided;
mod fit;
mod judged;
mod mark;
mod refit;
pub(super) mod weights;

use std::ops::ControlFlow;
use std::path::PathBuf;

use serde::Serialize;

use super::console::{Console, LISTED, count};
use super::failure::Failure;
use super::files::{self, Found};
use super::import as import_verb;
use crate::detect::Detector;
use crate::import::{self, Aside, Format, Reading, Source};
use crate::model::{Cue, Mark, Session, Turn};

/// Say of every developer turn whether it looks like pushback, and why.
///
/// Name files, folders or `-` for standard input. What is left out is told apart from the lines, on standard error:
/// sessions in which no developer speaks, files of no known format, records that cannot be read.
///
/// Without --json one line for each turn that is marked: file and turn, score, first words, reasons. With --json one line
/// for each developer turn, marked or not, with the keys file, format, session, turn, text, score, pushback and cues;
/// a cue has kind, why, start and end (characters in the text, or null where the cue is no phrase).
///
/// --mark STUDY marks the turns of a study anew, with the detector in this program, or with the weights and the threshold
/// that are named, which the study then keeps for later imports. What coders decided and marked by hand stays, and a turn
/// that somebody decided stays in the program though it is marked no more.
///
/// --fit STUDY says whether weights that are fitted to the study's own decisions would be better than those in the program,
/// by how much and how sure that is; --apply marks the study with them, and without it nothing is written.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  pushback detect transcripts/
  pushback detect session.jsonl --json | jq -r 'select(.pushback) | .text'
  pushback detect --mark study.db --recall 0.95 --dry-run
  pushback detect --fit study.db")]
pub(super) struct Args {
    /// Transcripts, and folders of them; - is standard input.
    #[arg(required_unless_present_any = ["fit", "measure", "mark"], value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Read every file as this format instead of recognising it.
    #[arg(long, value_name = "NAME", value_parser = import_verb::formats())]
    format: Option<String>,
    /// Print one JSON line for each developer turn.
    #[arg(long)]
    json: bool,
    /// Fit weights to judged turns, or to what people decided in a study, and say how good they are where they were not
    /// fitted.
    #[arg(long, value_name = "JUDGED|STUDY", conflicts_with_all = ["paths", "format", "json"])]
    fit: Option<PathBuf>,
    /// Say how good the detector is on judged turns.
    #[arg(long, value_name = "JUDGED", conflicts_with_all = ["paths", "format", "json", "fit"])]
    measure: Option<PathBuf>,
    /// Mark every developer turn of a study anew, and say what changed.
    #[arg(long, value_name = "STUDY", conflicts_with_all = ["paths", "format", "fit", "measure", "transcripts"])]
    mark: Option<PathBuf>,
    /// Say what would change, and write nothing.
    #[arg(long, requires = "mark")]
    dry_run: bool,
    /// Look for the files that judged turns name in this folder, to see all that happened before each.
    #[arg(long, value_name = "FOLDER")]
    transcripts: Option<PathBuf>,
    /// Mark the study with the weights that were fitted to its decisions, and keep them in it.
    #[arg(long, requires = "fit")]
    apply: bool,
    /// Keep fitted weights in this file.
    #[arg(long, value_name = "FILE", requires = "fit")]
    into: Option<PathBuf>,
    /// Use the weights in this file; the word standard stands for those inside the program.
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
        if refit::is_study(path) {
            return refit::run(path, args, console);
        }
        if args.apply {
            let what = format!("{} is no study, and --apply marks one", path.display());
            return Err(Failure::usage(what, "--into FILE keeps the weights"));
        }
        return fit::fit(path, transcripts, args.into.as_deref(), console);
    }
    if let Some(path) = &args.mark {
        return mark::run(path, args, console);
    }
    let detector = weights::detector(&weights::chosen(
        args.weights.as_deref(),
        args.recall,
        None,
    )?);
    match &args.measure {
        Some(path) => fit::measure(path, transcripts, &detector, console),
        None => filter(args, &detector, console),
    }
}

fn filter(args: &Args, detector: &Detector, console: &mut Console) -> Result<(), Failure> {
    let files = files::below(&args.paths);
    if files.found.is_empty() {
        return Err(files.nothing(&args.paths));
    }
    let mut left_out = LeftOut::default();
    let known = known(&files.found, args.format.as_deref(), &mut left_out)?;
    let mut sessions = 0;
    for (source, format) in import::together(known) {
        let mut printed = Ok(());
        let read = import::each(&source, Some(format.id), &mut |piece| {
            sessions += piece.sessions.len();
            printed = piece
                .sessions
                .iter()
                .try_for_each(|own| print(own, &detector.marks(own), args.json, console));
            left_out.add(&source, &piece);
            match printed {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        });
        printed?;
        if let Err(error) = read {
            left_out.pieces.push(whole(error));
        }
    }
    for (path, why) in &files.unreadable {
        let what = format!("cannot read {}: {why}", path.display());
        left_out.pieces.push(what);
    }
    left_out.tell(console);
    if sessions == 0 {
        return Err(import_verb::no_session());
    }
    files.all_named(&args.paths)
}

/// Tells the formats of files.
fn known(
    found: &[Found],
    format: Option<&str>,
    left_out: &mut LeftOut,
) -> Result<Vec<(Source, &'static Format)>, Failure> {
    let mut known = Vec::with_capacity(found.len());
    let sources = files::sources(found)?;
    let formats = import::formats_of(&sources, format);
    for (file, (source, format)) in found.iter().zip(sources.into_iter().zip(formats)) {
        match format {
            Ok(format) => known.push((source, format)),
            // It is read with the session that it is a part of.
            Err(import::Error::Companion { .. }) if !file.named => (),
            Err(import::Error::Unknown { .. }) if !file.named => left_out.unknown += 1,
            Err(error) => left_out.pieces.push(whole(error)),
        }
    }
    Ok(known)
}

/// What no line is printed for.
#[derive(Default)]
struct LeftOut {
    /// Files and pieces of files, each with the reason.
    pieces: Vec<String>,
    /// Files in folders that are no transcripts.
    unknown: usize,
    /// Sessions whose prompts another agent gave.
    sub_agents: usize,
    /// Sessions whose prompts a program gave.
    machine_driven: usize,
}

impl LeftOut {
    /// Adds what was left out of a file.
    fn add(&mut self, source: &Source, reading: &Reading) {
        for (why, _) in &reading.aside {
            match why {
                Aside::SubAgent => self.sub_agents += 1,
                Aside::Machine => self.machine_driven += 1,
            }
        }
        let path = source.path().display();
        let pieces = reading.skipped.iter().map(|skip| match skip.line {
            Some(line) => format!("{path}:{line}: {}", skip.reason),
            None => format!("{path}: {}", skip.reason),
        });
        self.pieces.extend(pieces);
    }

    fn tell(&self, console: &mut Console) {
        for piece in self.pieces.iter().take(LISTED) {
            console.note(&format!("left out: {piece}"));
        }
        let counts = [
            (self.pieces.len().saturating_sub(LISTED), "piece", "more"),
            (self.unknown, "file", "of no known format"),
            (self.sub_agents, "session", "of sub-agents"),
            (self.machine_driven, "session", "driven by a program"),
        ];
        for (number, what, why) in counts {
            if number > 0 {
                console.note(&format!("left out: {} {why}", count(number, what)));
            }
        }
    }
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
