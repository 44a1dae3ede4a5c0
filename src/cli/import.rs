//! `pushback import`: transcripts into a study.

use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, PossibleValuesParser};

use super::console::Console;
use super::failure::Failure;
use super::outcome::{self, Outcome};
use super::{codebook, files, owner};
use crate::detect::Detector;
use crate::import;
use crate::model::{Codebook, Mark, Session, Surface};
use crate::store::{self, Added, Study};

/// Import transcripts into a study, which is made where there is none.
///
/// The transcripts are only read. What is there already stays as it is, labels above all, so the same call may be
/// made again when the transcripts have grown. What cannot be read is listed with file, line and reason.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  pushback import study.db transcripts/
  pushback import study.db ~/.claude/projects --surface cli
  pushback import own.db DIR --codebook own.toml --dry-run")]
pub(super) struct Args {
    /// The study file.
    study: PathBuf,
    /// Transcripts, and folders of them: files in .md, .jsonl and .json.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Read every file as this format instead of recognising it.
    #[arg(long, value_name = "NAME", value_parser = formats())]
    format: Option<String>,
    /// Code with this codebook: misalignment (the usual one), mast, or a TOML file of your own.
    #[arg(long, value_name = "NAME|FILE")]
    codebook: Option<String>,
    /// Say where the developers typed, for files that do not.
    #[arg(long, value_parser = ["ide", "cli", "app", "sdk"])]
    surface: Option<String>,
    /// Say which repository the sessions belong to, for files that do not.
    #[arg(long, value_name = "NAME")]
    repo: Option<String>,
    /// Read only every Nth file from the Ith on, both from 1: 2/8.
    #[arg(long, value_name = "I/N", value_parser = shard)]
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
pub(super) fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let files = files::below(&args.paths);
    let book = args.codebook.as_deref().map(codebook::load).transpose()?;
    let mut target = Target::open(args, book.as_ref())?;
    if files.found.is_empty() {
        return Err(files.nothing(&args.paths));
    }
    target.use_codebook(book)?;
    let mut outcome = Outcome::default();
    for (path, why) in &files.unreadable {
        outcome.skip(path, None, format!("cannot be read: {why}"));
    }
    let read = read_all(&files.found, args, &mut target, &mut outcome, console);
    console.progress_done();
    read?;
    if args.json {
        console.json(&outcome)?;
    } else {
        let verb = if args.dry_run {
            "would import"
        } else {
            "imported"
        };
        outcome::report(&outcome, verb, files.others, console)?;
    }
    if outcome.sessions == 0 {
        return Err(no_session());
    }
    files.all_named(&args.paths)
}

fn read_all(
    found: &[PathBuf],
    args: &Args,
    target: &mut Target,
    outcome: &mut Outcome,
    console: &mut Console,
) -> Result<(), Failure> {
    let (first, step) = args.shard.unwrap_or((1, 1));
    for (at, path) in found.iter().enumerate().skip(first - 1).step_by(step) {
        console.progress(&format!(
            "{} of {} files, {} sessions: {}",
            at + 1,
            found.len(),
            outcome.sessions,
            path.display()
        ));
        read_file(path, args, target, outcome)?;
    }
    target.store(outcome)
}

/// Says that files were read and held nothing to label.
pub(super) fn no_session() -> Failure {
    let names: Vec<&str> = import::FORMATS.iter().map(|format| format.name).collect();
    Failure::failed(
        "no session was found",
        format!("transcripts of {} are read", names.join(", ")),
    )
}

/// Gives the names of the formats, for the command line.
pub(super) fn formats() -> PossibleValuesParser {
    let known = import::FORMATS.iter();
    let names = known.map(|format| PossibleValue::new(format.id).help(format.name));
    PossibleValuesParser::new(names)
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
        new: None,
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

/// Where the sessions go: a study, one that is made when there is something to put in, or nowhere in a dry run.
struct Target {
    study: Option<Study>,
    new: Option<New>,
    detector: Detector,
    batch: Vec<(Session, Vec<Mark>)>,
    bytes: usize,
}

/// A study that does not exist yet.
struct New {
    path: PathBuf,
    book: Codebook,
}

impl Target {
    fn open(args: &Args, book: Option<&Codebook>) -> Result<Target, Failure> {
        let path = &args.study;
        if path.is_dir() {
            let what = format!("{} is a folder, and the study comes first", path.display());
            return Err(Failure::usage(what, STUDY_FIRST));
        }
        let (mut study, mut new) = (None, None);
        match (args.dry_run, path.exists()) {
            (true, false) => (),
            (true, true) => study = Some(Study::open_to_read(path).map_err(study_first)?),
            (false, true) => {
                let opened = Study::open_to_write(path, &owner::owner());
                study = Some(opened.map_err(study_first)?);
            }
            (false, false) => new = Some(New::at(path, book)?),
        }
        Ok(Target {
            study,
            new,
            detector: Detector::standard(),
            batch: Vec::new(),
            bytes: 0,
        })
    }

    fn use_codebook(&mut self, book: Option<Codebook>) -> Result<(), Failure> {
        match (&mut self.study, book) {
            (Some(study), Some(book)) if study.is_writable() => Ok(study.use_codebook(&book)?),
            _ => Ok(()),
        }
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
        if batch.is_empty() {
            return Ok(());
        }
        if let Some(new) = self.new.take() {
            self.study = Some(new.create()?);
        }
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

impl New {
    fn at(path: &Path, book: Option<&Codebook>) -> Result<New, Failure> {
        let folder = path.parent().filter(|own| !own.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|own| !own.is_dir()) {
            let what = format!("there is no folder {} for the study", folder.display());
            return Err(Failure::failed(what, "make the folder first"));
        }
        let standard = || codebook::load(codebook::STANDARD);
        Ok(New {
            path: path.to_owned(),
            book: book.cloned().map_or_else(standard, Ok)?,
        })
    }

    fn create(&self) -> Result<Study, Failure> {
        let made = Study::create(&self.path, &self.book, &owner::owner());
        made.map_err(|error| match error {
            store::Error::File { .. } => {
                Failure::from(error).with_hint("check that you may write to the folder")
            }
            other => other.into(),
        })
    }
}

const STUDY_FIRST: &str =
    "`pushback import STUDY PATH...`: first the study file, then the transcripts";

/// Gives the error of opening a study, for somebody who may have named a transcript in its place.
fn study_first(error: store::Error) -> Failure {
    let is_other = matches!(error, store::Error::NotStudy { .. });
    let failure = Failure::from(error);
    if is_other {
        return failure.with_hint(STUDY_FIRST);
    }
    failure
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
