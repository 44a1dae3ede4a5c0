//! `pushback status`: what a study holds, and how far its coders have come.

mod audit;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;

use super::console::{Console, count};
use super::detect::weights;
use super::failure::Failure;
use crate::store::Study;
use audit::{Finds, Sample};

/// Say what a study holds and how far its coders have come.
///
/// It counts decisions and shows none. From marks by hand and the audit sample it estimates what the detector misses.
#[derive(clap::Args)]
#[command(after_help = audit::HELP)]
pub(super) struct Args {
    /// The study file.
    study: PathBuf,
    /// Print it as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Status {
    study: String,
    codebook: String,
    codebook_version: String,
    codebook_hash: String,
    sessions: usize,
    developer_turns: u64,
    pushback_turns: u64,
    detector: String,
    marked_by: BTreeMap<String, u64>,
    audit: Option<Sample>,
    coders: Vec<CoderStatus>,
}

#[derive(Serialize)]
struct CoderStatus {
    name: String,
    kind: &'static str,
    pushback_turns: u64,
    decided: u64,
    deferred: u64,
    episodes: u64,
    not_episodes: u64,
    seconds_per_turn: Option<f64>,
    #[serde(flatten)]
    finds: Finds,
}

pub(super) fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let study = Study::open_to_read(&args.study)?;
    let status = gather(&study)?;
    if args.json {
        return console.json(&status);
    }
    console.line(&format!(
        "{}: {} {}",
        status.study, status.codebook, status.codebook_version
    ))?;
    console.line(&format!(
        "{}, {}, {} marked as pushback",
        count(status.sessions, "session"),
        count(status.developer_turns, "developer turn"),
        status.pushback_turns
    ))?;
    if let Some(others) = weights::others(&study, &weights::detector(&weights::of(Some(&study))?))?
    {
        let remedy = weights::remedy(&study);
        console.line(&format!("{others}; {remedy}"))?;
    }
    if status.coders.is_empty() {
        console.line("nobody has coded yet")?;
    }
    for coder in &status.coders {
        let share = if coder.pushback_turns == 0 {
            0.0
        } else {
            coder.decided as f64 * 100.0 / coder.pushback_turns as f64
        };
        console.line(&format!(
            "{} ({}): {} of {} pushback turns decided ({share:.0} %), {} put off, {}, {} not an episode",
            coder.name,
            coder.kind,
            coder.decided,
            coder.pushback_turns,
            coder.deferred,
            count(coder.episodes, "episode"),
            coder.not_episodes
        ))?;
    }
    let finds = status
        .coders
        .iter()
        .map(|own| (own.name.as_str(), &own.finds));
    for line in audit::sentences(status.audit.as_ref(), finds, &args.study) {
        console.line(&line)?;
    }
    Ok(())
}

fn gather(study: &Study) -> Result<Status, Failure> {
    let rows = study.sessions(None)?;
    let drawn = study.audit()?;
    let audit = drawn
        .as_ref()
        .map(|own| Sample::of(study, own))
        .transpose()?;
    let mut coders = Vec::new();
    for coder in study.coders()? {
        let own = study.sessions(Some(coder.id))?;
        let tally = study.audit_tally(coder.id, drawn.as_ref())?;
        let (episodes, not_episodes) = study.verdicts(coder.id)?;
        coders.push(CoderStatus {
            name: coder.name,
            kind: coder.kind.name(),
            pushback_turns: own.iter().map(|row| u64::from(row.candidates)).sum(),
            decided: own.iter().map(|row| u64::from(row.decided)).sum(),
            deferred: own.iter().map(|row| u64::from(row.deferred)).sum(),
            episodes,
            not_episodes,
            seconds_per_turn: study.pace(coder.id)?,
            finds: Finds::of(&tally, audit.as_ref()),
        });
    }
    Ok(Status {
        study: study.path().display().to_string(),
        codebook: study.codebook().name.clone(),
        codebook_version: study.codebook().version.clone(),
        codebook_hash: study.codebook().hash.clone(),
        sessions: rows.len(),
        developer_turns: rows.iter().map(|row| u64::from(row.developer_turns)).sum(),
        pushback_turns: rows.iter().map(|row| u64::from(row.candidates)).sum(),
        detector: weights::detector(&weights::of(Some(study))?)
            .version()
            .to_owned(),
        marked_by: study.marked_by()?,
        audit,
        coders,
    })
}
