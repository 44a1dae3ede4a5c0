//! `pushback export`: labels out of a study, for other programs and other studies.

mod redact;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::ValueEnum;

use super::console::{Console, json_line};
use super::failure::Failure;
use super::outcome;
use crate::import;
use crate::model::{Coder, Decision, Entry, derive};
use crate::store::{PrivateFolder, Study};

use redact::Redactor;

/// Write the labels of a study for other programs.
///
/// jsonl: one JSON line for each episode, and for each decision without one, ordered by session and turn.
/// `pushback import-labels --help` describes the keys; it reads back what this writes, and nothing changes on the way.
///
/// labels-only: a study without the transcripts' texts, to send to somebody who has them or must not see them. It can
/// be merged, counted and checked; only reading is gone. Quotations and memos stay in it as they are.
///
/// --redact masks quotations, memos and short texts, and says on standard error how many of which kind. A quotation that
/// holds a piece of a secret is masked where the secret stands in the transcript. A masked quotation is not found again
/// in a transcript that is not masked.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  pushback export study.db --format jsonl --coder anna > anna.jsonl
  pushback export study.db --format jsonl --into labels.jsonl
  pushback export study.db --format jsonl --redact > to-share.jsonl
  pushback export study.db --format labels-only --into anna-labels.db")]
pub(super) struct Args {
    /// The study file.
    study: PathBuf,
    /// What to write.
    #[arg(long, value_name = "NAME")]
    format: Format,
    /// Whose labels; without it everybody's, with the coder named on each line.
    #[arg(long, value_name = "NAME")]
    coder: Option<String>,
    /// Put a name in place of what looks like a key, a password or an e-mail address; jsonl only.
    #[arg(long)]
    redact: bool,
    /// Write into this file, which must not be there yet, and not to standard output.
    #[arg(long, value_name = "FILE")]
    into: Option<PathBuf>,
}

/// What a study is written as.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// JSON lines, as `pushback import-labels` reads them.
    Jsonl,
    /// A study without the transcripts' texts.
    LabelsOnly,
}

pub(super) fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let study = Study::open_to_read(&args.study)?;
    let coders = coders(&study, args.coder.as_deref())?;
    match args.format {
        Format::Jsonl => jsonl(&study, &coders, args, console),
        Format::LabelsOnly => labels_only(&study, args),
    }
}

/// Gives the coder of this name, or all.
fn coders(study: &Study, name: Option<&str>) -> Result<Vec<Coder>, Failure> {
    let known = study.coders()?;
    let Some(name) = name else {
        return Ok(known);
    };
    if let Some(coder) = known.iter().find(|coder| coder.name == name) {
        return Ok(vec![coder.clone()]);
    }
    let names: Vec<&str> = known.iter().map(|coder| coder.name.as_str()).collect();
    let hint = match names.as_slice() {
        [] => "nobody has coded yet".to_owned(),
        names => format!("coders are {}", names.join(", ")),
    };
    Err(Failure::failed(
        format!("the study has no coder {name}"),
        hint,
    ))
}

fn labels_only(study: &Study, args: &Args) -> Result<(), Failure> {
    if args.coder.is_some() {
        let what = "a labels-only study holds the labels of every coder";
        return Err(Failure::usage(
            what,
            "leave --coder out, or export --format jsonl",
        ));
    }
    if args.redact {
        let what = "a labels-only study keeps every act as it was, and nothing in it is masked";
        return Err(Failure::usage(
            what,
            "export --format jsonl --redact, or import the transcripts with --redact before labelling",
        ));
    }
    let Some(into) = &args.into else {
        return Err(Failure::usage("a study is a file", "add --into FILE"));
    };
    Ok(study.write_labels_only(into)?)
}

fn jsonl(
    study: &Study,
    coders: &[Coder],
    args: &Args,
    console: &mut Console,
) -> Result<(), Failure> {
    let mut redactor = args.redact.then(|| Redactor::new(study)).transpose()?;
    let each_line = |take: &mut dyn FnMut(String) -> Result<(), Failure>| {
        for coder in coders {
            let named = args.coder.is_none().then_some(coder);
            each_line_of(study, coder, named, redactor.as_mut(), take)?;
        }
        Ok(())
    };
    write_lines(args, each_line, console)?;
    if let Some(redactor) = &redactor {
        console.note(&outcome::masked(&redactor.counts));
    }
    Ok(())
}

/// Writes lines where the call wants them.
fn write_lines(
    args: &Args,
    each_line: impl FnOnce(&mut dyn FnMut(String) -> Result<(), Failure>) -> Result<(), Failure>,
    console: &mut Console,
) -> Result<(), Failure> {
    match &args.into {
        None => each_line(&mut |line| console.raw(&line)),
        Some(path) => into_file(path, |out| {
            each_line(&mut |line| Ok(out.write_all(line.as_bytes()).context("cannot write")?))
        }),
    }
}

/// Gives the lines of one coder, by session and turn: the same in every study with the same labels.
fn each_line_of(
    study: &Study,
    coder: &Coder,
    named: Option<&Coder>,
    mut redactor: Option<&mut Redactor<'_>>,
    take: &mut dyn FnMut(String) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut units: BTreeMap<(String, u32), Vec<Entry>> = BTreeMap::new();
    for entry in study.history(coder.id)? {
        let key = (entry.unit.session.clone(), entry.unit.turn);
        units.entry(key).or_default().push(entry);
    }
    for entries in units.values() {
        let mut decision = derive(entries);
        let newest = entries.iter().max_by_key(|entry| (entry.time, entry.id));
        if let Some(newest) = newest.filter(|_| decision != Decision::default()) {
            if let Some(redactor) = redactor.as_deref_mut() {
                redactor.redact(&newest.unit.session, &mut decision)?;
            }
            for line in import::label_lines(study.codebook(), named, &newest.unit, &decision) {
                take(json_line(&line)?)?;
            }
        }
    }
    Ok(())
}

/// Writes a file that appears whole or not at all, readable by its owner only.
fn into_file(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<&File>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let failed = |error: io::Error| {
        let what = format!("cannot write {}: {error}", path.display());
        Failure::failed(what, "check the folder and its permissions")
    };
    let folder = path.parent().filter(|own| !own.as_os_str().is_empty());
    let private = PrivateFolder::new_in(folder.unwrap_or(Path::new("."))).map_err(failed)?;
    let file = tempfile::NamedTempFile::new_in(private.path()).map_err(failed)?;
    let mut out = BufWriter::new(file.as_file());
    write(&mut out)?;
    out.flush().map_err(failed)?;
    drop(out);
    file.as_file().sync_all().map_err(failed)?;
    file.persist_noclobber(path)
        .map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => {
                let what = format!("{} exists already", path.display());
                Failure::failed(what, "name a file that is not there yet")
            }
            _ => failed(error.error),
        })?;
    Ok(())
}
