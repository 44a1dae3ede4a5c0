//! `pushback import`: transcripts into a study.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Serialize;

use super::console::Console;
use super::failure::Failure;
use super::{codebook, files, owner};
use crate::detect::Detector;
use crate::import;
use crate::model::{Mark, Session, Surface};
use crate::store::{Added, Study};

/// Import transcripts into a study, which is made where there is none.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The study file.
    study: PathBuf,
    /// Transcripts, and folders of them.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Read every file as this format instead of recognising it.
    #[arg(long)]
    format: Option<String>,
    /// Code with this codebook: a file, or the name of a built-in one.
    #[arg(long)]
    codebook: Option<String>,
    /// Say where the developers typed, for files that do not.
    #[arg(long, value_parser = ["ide", "cli", "app", "sdk"])]
    surface: Option<String>,
    /// Say which repository the sessions belong to, for files that do not.
    #[arg(long)]
    repo: Option<String>,
    /// Read only every nth file from the ith on, both from 1: `2/8`.
    #[arg(long, value_parser = shard)]
    shard: Option<(usize, usize)>,
    /// Say what would happen, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print the outcome as JSON.
    #[arg(long)]
    json: bool,
}

/// How much text is stored in one transaction, in bytes.
const BATCH: usize = 8 << 20;
/// How many sessions are stored in one transaction.
const BATCH_SESSIONS: usize = 200;
/// How many left-out pieces are listed for a person; JSON has them all.
const LISTED: usize = 30;

/// What an import did.
#[derive(Debug, Default, Serialize)]
pub(super) struct Outcome {
    files: usize,
    sessions: usize,
    new: usize,
    same: usize,
    extended: usize,
    replaced: usize,
    kept: usize,
    turns: usize,
    developer_turns: usize,
    pushback_turns: usize,
    skipped: Vec<Skipped>,
}

#[derive(Debug, Serialize)]
struct Skipped {
    file: String,
    line: Option<u64>,
    reason: String,
}

pub(super) fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    check_format(args.format.as_deref())?;
    let files = files::below(&args.paths);
    let book = args.codebook.as_deref().map(codebook::load).transpose()?;
    let mut outcome = Outcome::default();
    for (path, why) in &files.unreadable {
        outcome.skip(path, None, format!("cannot be read: {why}"));
    }
    if files.found.is_empty() {
        return Err(nothing_found(args, &outcome, files.others));
    }
    let mut target = Target::open(args, book)?;
    let chosen = args.shard.map_or((1, 1), |shard| shard);
    let total = files.found.len();
    for (at, path) in files
        .found
        .iter()
        .enumerate()
        .filter(|(at, _)| at % chosen.1 == chosen.0 - 1)
    {
        console.progress(&format!(
            "{} of {total} files, {} sessions: {}",
            at + 1,
            outcome.sessions,
            path.display()
        ));
        read_file(path, args, &mut target, &mut outcome)?;
    }
    target.store(&mut outcome)?;
    console.progress_done();
    report(args, &outcome, files.others, console)?;
    if outcome.sessions == 0 {
        return Err(Failure::failed(
            "no session was found",
            "`pushback import --help` names what is read",
        ));
    }
    Ok(())
}

/// Imports files into a study, for the demo.
pub(super) fn into_study(study: &mut Study, paths: &[PathBuf]) -> Result<Outcome, Failure> {
    let args = Args {
        study: study.path().to_owned(),
        paths: paths.to_vec(),
        format: None,
        codebook: None,
        surface: None,
        repo: None,
        shard: None,
        dry_run: false,
        json: false,
    };
    let mut outcome = Outcome::default();
    let mut target = Target {
        study: None,
        detector: Detector::standard(),
        batch: Vec::new(),
        bytes: 0,
    };
    for path in paths {
        read_file(path, &args, &mut target, &mut outcome)?;
    }
    let detector = target.detector.version().to_owned();
    outcome.count(
        &study.add_sessions(&target.batch, &detector)?,
        &target.batch,
    );
    Ok(outcome)
}

fn shard(text: &str) -> Result<(usize, usize), String> {
    let parts = text
        .split_once('/')
        .and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
    parts
        .filter(|&(i, n): &(usize, usize)| (1..=n).contains(&i))
        .ok_or_else(|| "write it as 2/8".to_owned())
}

/// Refuses a format that does not exist before anything is read.
pub(super) fn check_format(format: Option<&str>) -> Result<(), Failure> {
    let Some(name) = format else { return Ok(()) };
    if import::FORMATS.iter().any(|format| format.id == name) {
        return Ok(());
    }
    let error = import::Error::NoFormat {
        name: name.to_owned(),
    };
    Err(Failure::from(anyhow::Error::from(error)).into_usage())
}

fn nothing_found(args: &Args, outcome: &Outcome, others: usize) -> Failure {
    if let Some(first) = outcome.skipped.first() {
        return Failure::failed(
            format!("{} {}", first.file, first.reason),
            "check the path and its permissions",
        );
    }
    let names: Vec<String> = args
        .paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let others = if others > 0 {
        format!(" ({others} files have other endings)")
    } else {
        String::new()
    };
    let what = format!("there is no transcript in {}{others}", names.join(", "));
    Failure::failed(
        what,
        "transcripts end in .jsonl, .json or .md; name a file by itself to have it tried all the same",
    )
}

/// Where the sessions go: a study, or nowhere in a dry run.
struct Target {
    study: Option<Study>,
    detector: Detector,
    batch: Vec<(Session, Vec<Mark>)>,
    bytes: usize,
}

impl Target {
    fn open(args: &Args, book: Option<crate::model::Codebook>) -> Result<Target, Failure> {
        let (detector, batch) = (Detector::standard(), Vec::new());
        let exists = args.study.exists();
        let study = match (args.dry_run, exists) {
            (true, false) => None,
            (true, true) => Some(Study::open_to_read(&args.study)?),
            (false, true) => Some(Study::open_to_write(&args.study, &owner::owner())?),
            (false, false) => {
                let book = book
                    .clone()
                    .map_or_else(|| codebook::load(codebook::STANDARD), Ok)?;
                let made = Study::create(&args.study, &book, &owner::owner());
                Some(made.map_err(|error| {
                    Failure::from(error).with_hint("is the folder there, and may you write to it?")
                })?)
            }
        };
        let mut target = Target {
            study,
            detector,
            batch,
            bytes: 0,
        };
        if let (Some(study), Some(book), false) = (&mut target.study, book, args.dry_run) {
            study.use_codebook(&book)?;
        }
        Ok(target)
    }

    fn add(&mut self, session: Session, outcome: &mut Outcome) -> Result<(), Failure> {
        let marks = self.detector.marks(&session);
        self.bytes += session
            .turns
            .iter()
            .map(|turn| turn.text.len())
            .sum::<usize>();
        self.batch.push((session, marks));
        if self.bytes > BATCH || self.batch.len() >= BATCH_SESSIONS {
            self.store(outcome)?;
        }
        Ok(())
    }

    fn store(&mut self, outcome: &mut Outcome) -> Result<(), Failure> {
        let batch = std::mem::take(&mut self.batch);
        self.bytes = 0;
        let added = match &mut self.study {
            None => vec![Added::New; batch.len()],
            Some(study) if !study.is_writable() => batch
                .iter()
                .map(|(session, _)| study.would_add(session))
                .collect::<Result<_, _>>()?,
            Some(study) => study.add_sessions(&batch, self.detector.version())?,
        };
        outcome.count(&added, &batch);
        Ok(())
    }
}

fn read_file(
    path: &Path,
    args: &Args,
    target: &mut Target,
    outcome: &mut Outcome,
) -> Result<(), Failure> {
    outcome.files += 1;
    let reading = match import::read(path, args.format.as_deref()) {
        Ok(reading) => reading,
        Err(import::Error::Unknown { what, .. }) => {
            outcome.skip(path, None, what);
            return Ok(());
        }
        Err(error) => {
            let error = anyhow::Error::from(error);
            let cause = error
                .chain()
                .last()
                .map(ToString::to_string)
                .unwrap_or_default();
            outcome.skip(path, None, format!("cannot be read: {cause}"));
            return Ok(());
        }
    };
    for skip in reading.skipped {
        outcome.skip(path, skip.line, skip.reason);
    }
    for mut session in reading.sessions {
        if session.developer_turns().next().is_none() {
            outcome.skip(path, None, "the session has no developer turn".to_owned());
            continue;
        }
        let surface = args.surface.as_deref().and_then(Surface::from_name);
        session.surface = session.surface.or(surface);
        session.repository = session.repository.or_else(|| args.repo.clone());
        target.add(session, outcome)?;
    }
    Ok(())
}

impl Outcome {
    fn skip(&mut self, path: &Path, line: Option<u64>, reason: String) {
        self.skipped.push(Skipped {
            file: path.display().to_string(),
            line,
            reason,
        });
    }

    fn count(&mut self, added: &[Added], batch: &[(Session, Vec<Mark>)]) {
        for (added, (session, marks)) in added.iter().zip(batch) {
            self.sessions += 1;
            let path = Path::new(&session.source.path);
            match added {
                Added::New => self.new += 1,
                Added::Same => self.same += 1,
                Added::Extended(_) => self.extended += 1,
                Added::Replaced(turn) => {
                    self.replaced += 1;
                    self.skip(path, None, format!("a fuller recording of a session that was there; it differs from D{turn} on"));
                }
                Added::Differs(turn) => {
                    self.kept += 1;
                    self.skip(path, None, format!("another recording of this session is there and was kept; it differs from D{turn} on"));
                }
                Added::Beside(key) => {
                    self.new += 1;
                    self.skip(
                        path,
                        None,
                        format!(
                            "another session has the same id; this one is kept beside it as {key}"
                        ),
                    );
                }
            }
            self.turns += session.turns.len();
            self.developer_turns += session.developer_turns().count();
            self.pushback_turns += marks.iter().filter(|mark| mark.pushback).count();
        }
    }

    /// Says in a sentence what came in.
    pub(super) fn summary(&self) -> String {
        format!(
            "{} sessions, {} turns, {} of them the developers', {} marked as pushback",
            self.sessions, self.turns, self.developer_turns, self.pushback_turns
        )
    }
}

fn report(
    args: &Args,
    outcome: &Outcome,
    others: usize,
    console: &mut Console,
) -> Result<(), Failure> {
    if args.json {
        let json = serde_json::to_string_pretty(outcome).context("cannot write JSON")?;
        return console.raw(format!("{json}\n").as_bytes());
    }
    let verb = if args.dry_run {
        "would import"
    } else {
        "imported"
    };
    console.line(&format!(
        "{verb} {} from {} files",
        outcome.summary(),
        outcome.files
    ))?;
    let counts = [
        (outcome.new, "new"),
        (outcome.same, "already there"),
        (outcome.extended, "extended"),
        (outcome.replaced, "replaced by a fuller recording"),
        (outcome.kept, "kept as they were"),
    ];
    let counts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if !counts.is_empty() {
        console.line(&format!("sessions: {}", counts.join(", ")))?;
    }
    if others > 0 {
        console.line(&format!(
            "{others} files with other endings were not looked at"
        ))?;
    }
    if !outcome.skipped.is_empty() {
        console.line(&format!("left out or noted, {}:", outcome.skipped.len()))?;
    }
    for skipped in outcome.skipped.iter().take(LISTED) {
        let line = skipped
            .line
            .map(|line| format!(":{line}"))
            .unwrap_or_default();
        console.line(&format!("  {}{line}: {}", skipped.file, skipped.reason))?;
    }
    if outcome.skipped.len() > LISTED {
        console.line(&format!(
            "  and {} more; --json lists them all",
            outcome.skipped.len() - LISTED
        ))?;
    }
    Ok(())
}
