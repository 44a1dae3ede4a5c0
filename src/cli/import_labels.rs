//! `pushback import-labels`: labels that were made elsewhere, into a study.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::console::{Console, count};
use super::failure::Failure;
use super::label_outcome::Outcome;
use super::label_plan::{Planned, by_session, plan};
use super::{label, owner};
use crate::import::{LabelFile, read_labels};
use crate::model::{Coder, CoderKind, LabelRecord, Timestamp};
use crate::store::Study;

/// How many turns are written in one transaction.
const BATCH: usize = 2000;

const FORM: &str = r#"The file: JSON objects, one for each episode or verdict, on lines or in an array. Keys:
  session, turn   key (or 8 characters and more that only it begins with); turns of the developer
  unit            in place of both: "SESSION#D12"
  episode         its number on the turn; 1 if absent
  verdict         episodes, not an episode, deferred or undecided; if absent, what follows
  reason          why it is not an episode, by id; with reason_text where one is needed
  FIELD           by id or alias: "A1", ["A1","A2"], {"code":"A3","text":"..."}, null,
                  [{"code":"B1","ATTRIBUTE":"value"}]
  evidence        [{"turn":"A11","start":0,"end":9,"text":"..."}], or only the texts
  memo, certainty (low, medium, high), marked, deferred, hash (of the turn's text), coder,
  coder_kind      human (if absent), model or gold

Examples:
  pushback import-labels study.db judge.jsonl --coder judge --kind model
  pushback export b.db --format jsonl | pushback import-labels study.db - --coder ben"#;

/// Bring labels of another program, a model or another study in as those of a coder.
///
/// Each record passes the rules that a key press passes; what breaks one is listed with its line, and the rest goes in.
/// What the records say of a turn replaces the coder's labels there. A quotation that is not in the transcript is left
/// out. Importing the same file again changes nothing.
#[derive(clap::Args)]
#[command(after_help = FORM)]
pub(super) struct Args {
    /// The study file.
    study: PathBuf,
    /// The labels; `-` for standard input.
    file: PathBuf,
    /// Whose labels they are; from a file of several coders, only those of this name are taken.
    #[arg(long, value_name = "NAME")]
    coder: String,
    /// What a new coder is: human, if neither this nor the file says it, or model.
    #[arg(long, value_parser = ["human", "model"])]
    kind: Option<String>,
    /// Print what was done as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let mut study = Study::open_to_write(&args.study, &owner::owner())?;
    let file = read(&args.file, &study)?;
    let coder = coder(&study, &args.coder, args.kind.as_deref(), &file.records)?;
    let mut outcome = Outcome {
        file: args.file.display().to_string(),
        coder: coder.name.clone(),
        kind: coder.kind.name(),
        records: file.records.len(),
        ignored_keys: file.ignored,
        ..Outcome::default()
    };
    for skip in file.skipped {
        outcome.refuse(skip.line.unwrap_or(1), skip.reason);
    }
    if file.records.is_empty() && outcome.refused.is_empty() {
        let what = format!("{} holds no labels", outcome.file);
        return Err(Failure::failed(
            what,
            "one JSON object for each episode or verdict is read",
        ));
    }
    let records = of_coder(&file.records, &coder.name, &mut outcome)?;
    let done = take(&mut study, &coder, &records, &mut outcome, console);
    console.progress_done();
    done?;
    outcome.sort();
    if args.json {
        console.json(&outcome)?;
    } else {
        outcome.report(console)?;
    }
    if outcome.taken == 0 {
        return Err(Failure::failed(
            "no record went in",
            "`pushback import-labels --help` describes the form",
        ));
    }
    Ok(())
}

/// Brings the labels of the demo in, as those of a person; they are ours, so that none may be refused.
pub(super) fn into_study(study: &mut Study, name: &str, labels: &str) -> Result<(), Failure> {
    let file = read_labels(labels.as_bytes(), study.codebook())?;
    let coder = coder(study, name, None, &file.records)?;
    let mut outcome = Outcome::default();
    let records: Vec<&LabelRecord> = file.records.iter().collect();
    let mut console = Console::new();
    let done = take(study, &coder, &records, &mut outcome, &mut console);
    console.progress_done();
    done?;
    if outcome.refused.is_empty() && file.skipped.is_empty() {
        return Ok(());
    }
    Err(Failure::failed(
        format!(
            "{} demo labels of {name} were refused",
            outcome.refused.len()
        ),
        "report this",
    ))
}

/// Gives the coder of this name; one that is new is what the call says, or else the file.
fn coder(
    study: &Study,
    name: &str,
    kind: Option<&str>,
    records: &[LabelRecord],
) -> Result<Coder, Failure> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Failure::usage(
            "the coder's name is empty",
            "add --coder NAME",
        ));
    }
    let wanted = kind.and_then(CoderKind::from_name);
    let is_own = |own: &&LabelRecord| own.coder.as_deref().is_none_or(|coder| coder == name);
    let mut own = records.iter().filter(is_own);
    // Settled labels of another study are those of a person here, as long as nobody has settled them anew.
    let is_model = own.any(|own| own.coder_kind == Some(CoderKind::Model));
    let unsaid = if is_model {
        CoderKind::Model
    } else {
        CoderKind::Human
    };
    let coder = label::named(&study.coders()?, name, wanted.unwrap_or(unsaid))?;
    let own = coder.kind.name();
    if coder.kind == CoderKind::Gold {
        let what = format!("{name} holds the settled labels of the study");
        return Err(Failure::failed(what, "import under another name"));
    }
    if wanted.is_some_and(|wanted| wanted != coder.kind) {
        let what = format!("the study knows {name} as {own}");
        return Err(Failure::failed(
            what,
            format!("leave --kind out, or say --kind {own}"),
        ));
    }
    Ok(coder)
}

fn read(path: &Path, study: &Study) -> Result<LabelFile, Failure> {
    let labels = if path == Path::new("-") {
        read_labels(io::stdin().lock(), study.codebook())
    } else {
        File::open(path).and_then(|file| read_labels(file, study.codebook()))
    };
    labels.map_err(|error| {
        let what = format!("cannot read {}: {error}", path.display());
        Failure::failed(what, "check the path and its permissions")
    })
}

/// Gives the records that are meant: all, or from a file of several coders those of one.
fn of_coder<'a>(
    records: &'a [LabelRecord],
    name: &str,
    outcome: &mut Outcome,
) -> Result<Vec<&'a LabelRecord>, Failure> {
    let names: BTreeSet<&str> = records
        .iter()
        .filter_map(|own| own.coder.as_deref())
        .collect();
    if names.len() < 2 {
        return Ok(records.iter().collect());
    }
    if !names.contains(name) {
        let names: Vec<&str> = names.into_iter().collect();
        let what = format!(
            "{} has labels of several coders, and none of {name}",
            outcome.file
        );
        let hint = format!(
            "--coder takes the labels of one of them: {}",
            names.join(", ")
        );
        return Err(Failure::failed(what, hint));
    }
    let is_own = |record: &&LabelRecord| record.coder.as_deref().is_none_or(|own| own == name);
    let own: Vec<&LabelRecord> = records.iter().filter(is_own).collect();
    outcome.other_coders = records.len() - own.len();
    Ok(own)
}

fn take(
    study: &mut Study,
    coder: &Coder,
    records: &[&LabelRecord],
    outcome: &mut Outcome,
    console: &mut Console,
) -> Result<(), Failure> {
    let rows = study.sessions(None)?;
    let sessions = by_session(&rows, records, outcome);
    let mut batch = Vec::new();
    for (at, (row, turns)) in sessions.iter().enumerate() {
        console.progress(&format!("{at} of {}", count(sessions.len(), "session")));
        batch.extend(plan(study, coder, &rows[*row], turns, outcome)?);
        if batch.len() >= BATCH {
            write(study, coder, &mut batch, outcome)?;
        }
    }
    write(study, coder, &mut batch, outcome)
}

fn write(
    study: &mut Study,
    coder: &Coder,
    batch: &mut Vec<Planned>,
    outcome: &mut Outcome,
) -> Result<(), Failure> {
    if batch.is_empty() {
        return Ok(());
    }
    let coder = study.coder(&coder.name, coder.kind, coder.id)?;
    let mut acts = Vec::new();
    let mut told = Vec::new();
    for planned in batch.drain(..) {
        acts.push((planned.unit, planned.changes));
        told.push((planned.lines, planned.is_new));
    }
    let broken = study.act_all(coder.id, &acts, now())?;
    for (broken, (lines, is_new)) in broken.into_iter().zip(told) {
        match broken {
            Some(rule) => {
                outcome.taken -= lines.len();
                for line in lines {
                    outcome.refuse(line, rule.to_string());
                }
            }
            None if is_new => outcome.turns.new += 1,
            None => outcome.turns.changed += 1,
        }
    }
    Ok(())
}

fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_millisecond())
}
