//! `pushback import`: transcripts into a study.

mod ahead;
mod choice;
mod survey;
mod target;

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};

use super::console::Console;
use super::failure::Failure;
use super::outcome::{self, Outcome};
use super::{codebook, files};
use crate::detect::Secrets;
use crate::import;
use crate::model::{Mark, Session};
use crate::store::Study;

use choice::Choice;
pub(super) use choice::LeftOut;
pub(super) use survey::Survey;
use survey::{Job, survey};
use target::Target;

/// Import transcripts into a study, which is made where there is none.
///
/// Name files, folders or `-` for standard input; what is there is told first, by agent. The transcripts are only read,
/// compressed ones (gzip, zstd) too. What is in the study already stays as it is, labels above all, so the same call may
/// be made again when the transcripts have grown. What cannot be read is listed with file, line and reason.
///
/// --redact masks what looks like a key, a password or an e-mail address in everything that is stored, before it is
/// marked and stored: words, tool calls with their outputs, titles. It knows secrets by their looks and misses what no
/// name stands beside, what is digits or letters only, and what has blanks, brackets or commas in it, so look before you
/// publish. Make a new study with it, and use it for everything in the study: a session that is imported both with and
/// without it counts as two recordings of one, because the words differ. One of them is kept, often the one with the
/// secrets, or both stand side by side: --redact does not clean a study that was made without it, and an import without
/// it can bring the secrets back. Paths and ids are stored as they are.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  pushback import study.db transcripts/
  pushback import study.db ~/.claude ~/.codex --since 2026-09-01 --min-turns 3
  pushback import study.db ~/.claude/projects --surface cli
  pushback import study.db ~/looms                 (a git repository with Entire's checkpoints)
  pushback import to-share.db transcripts/ --redact
  pushback import own.db DIR --codebook own.toml --dry-run")]
pub(super) struct Args {
    /// The study file.
    study: PathBuf,
    /// Transcripts, and folders of them; - is standard input.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Read every file as this format instead of recognising it.
    #[arg(long, value_name = "NAME", value_parser = formats())]
    format: Option<String>,
    /// Code with this codebook: misalignment (the usual one), mast, or a TOML file of your own.
    #[arg(long, value_name = "NAME|FILE")]
    codebook: Option<String>,
    #[command(flatten)]
    choice: Choice,
    /// Read only every Nth file from the Ith on, both from 1: 2/8.
    #[arg(long, value_name = "I/N", value_parser = shard)]
    shard: Option<(usize, usize)>,
    /// Put a name in place of what looks like a key, a password or an e-mail address: [github token].
    #[arg(long)]
    redact: bool,
    /// Say what would happen, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print the outcome as JSON.
    #[arg(long)]
    json: bool,
}

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
    let (found, jobs) = survey(&files.found, args.format.as_deref(), &mut outcome)?;
    if !args.json && files.found.iter().any(|file| !file.named) {
        console.text(&found.told())?;
        console.flush()?;
    }
    outcome.found = found;
    let read = read_all(&jobs, args, &mut target, &mut outcome, console);
    console.progress_done();
    read?;
    target.tell_mixed(console)?;
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
        return Err(if outcome.left_out.told().is_empty() {
            no_session()
        } else {
            all_left_out()
        });
    }
    files.all_named(&args.paths)
}

fn read_all(
    jobs: &[Job],
    args: &Args,
    target: &mut Target,
    outcome: &mut Outcome,
    console: &mut Console,
) -> Result<(), Failure> {
    let (first, step) = args.shard.unwrap_or((1, 1));
    let own = jobs.iter().enumerate().skip(first - 1).step_by(step);
    let own: Vec<(usize, &Job)> = own.collect();
    let detector = target.detector();
    let secrets = args.redact.then(Secrets::standard);
    let reader = ahead::Reader {
        args: &args.choice,
        secrets: secrets.as_ref(),
        detector: &detector,
    };
    ahead::each(&own, &reader, |batch| {
        if let Some(done) = batch.first() {
            console.progress(&format!(
                "{} of {} files, {} sessions: {}",
                done.at + 1,
                jobs.len(),
                outcome.sessions,
                done.path.display()
            ));
        }
        let sessions = batch.into_iter().flat_map(|done| take(done, outcome));
        let sessions: Vec<_> = sessions.collect();
        target.store(&sessions, outcome)
    })
}

/// Notes what became of a file, or of a piece of it, and gives its sessions.
fn take(done: ahead::Done, outcome: &mut Outcome) -> Vec<(Session, Vec<Mark>)> {
    outcome.files += usize::from(done.begins);
    outcome.left_out.add(&done.left_out);
    outcome.redact(&done.redacted);
    if let Some(error) = done.failed {
        outcome.fail(&done.path, error);
    }
    for skip in done.skipped {
        outcome.skip(&done.path, skip.line, skip.reason);
    }
    done.sessions
}

/// Says that files were read and held nothing to label.
pub(super) fn no_session() -> Failure {
    Failure::failed(
        "no session was found",
        "`pushback formats` lists the transcripts that are read",
    )
}

/// Says that there were sessions, and that the call asked for none of them.
fn all_left_out() -> Failure {
    Failure::failed(
        "every session was left out",
        "ask for others: --agent, --repo, --since and --min-turns choose among the sessions; --sub-agents and \
         --machine-driven take those that no developer gave the prompts of",
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
    let detector = crate::detect::Detector::standard();
    let mut outcome = Outcome::default();
    let mut batch = Vec::new();
    for path in paths {
        outcome.files += 1;
        match import::read(path, None) {
            Ok(reading) => batch.extend(reading.sessions.into_iter().map(|session| {
                let marks = detector.marks(&session);
                (session, marks)
            })),
            Err(error) => outcome.fail(path, error),
        }
    }
    outcome.count(&study.import(&batch, detector.version())?, &batch);
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
