//! `pushback detect --mark`: the turns of a study marked anew.

use std::path::Path;

use serde::Serialize;

use super::{Args, weights};
use crate::cli::console::{Console, count};
use crate::cli::failure::Failure;
use crate::cli::owner;
use crate::detect::Weights;
use crate::model::Session;
use crate::store::{Moved, Remarked, Study};

/// What changed, as JSON.
#[derive(Serialize)]
struct Told<'a> {
    study: String,
    dry_run: bool,
    /// The version that marked now, and how many turns were marked by which one before.
    detector: &'a str,
    before: &'a std::collections::BTreeMap<String, u64>,
    threshold: f64,
    turns: u64,
    marked_before: u64,
    marked: u64,
    newly_marked: u64,
    newly_marked_decided: u64,
    no_longer_marked: u64,
    no_longer_marked_decided: u64,
}

pub(super) fn run(path: &Path, args: &Args, console: &mut Console) -> Result<(), Failure> {
    let mut study = if args.dry_run {
        Study::rehearse(path, &std::env::temp_dir())?
    } else {
        Study::open_to_write(path, &owner::owner())?
    };
    let chosen = weights::chosen(args.weights.as_deref(), args.recall, Some(&study))?;
    let (remarked, version) = remark(&mut study, &chosen, console)?;
    if args.json {
        let told = Told {
            study: path.display().to_string(),
            dry_run: args.dry_run,
            detector: &version,
            before: &remarked.before,
            threshold: chosen.threshold,
            turns: remarked.turns,
            marked_before: remarked.marked_before,
            marked: remarked.marked,
            newly_marked: remarked.gained.turns,
            newly_marked_decided: remarked.gained.decided,
            no_longer_marked: remarked.lost.turns,
            no_longer_marked_decided: remarked.lost.decided,
        };
        return console.json(&told);
    }
    tell(&remarked, &version, console)?;
    if args.dry_run {
        console.line("Nothing was written.")?;
    }
    Ok(())
}

/// Marks the turns of a study with these weights, and lets it keep them where they are not those of the program. Gives
/// what changed, and the version that marked.
pub(super) fn remark(
    study: &mut Study,
    weights: &Weights,
    console: &mut Console,
) -> Result<(Remarked, String), Failure> {
    let detector = weights::detector(weights);
    // A study that goes by the program's weights follows it when they become better.
    let kept = (*weights != Weights::standard()).then(|| weights.to_text());
    let mut sessions = 0_u64;
    let remarked = study.remark(detector.version(), kept.as_deref(), |uncut| {
        sessions += 1;
        console.progress(&format!("{}: {}", count(sessions, "session"), uncut.key));
        detector.marks(&Session::of("marked", uncut.turns))
    });
    console.progress_done();
    Ok((remarked?, detector.version().to_owned()))
}

/// Says what changed.
pub(super) fn tell(
    remarked: &Remarked,
    version: &str,
    console: &mut Console,
) -> Result<(), Failure> {
    let others = remarked.before.iter().filter(|(own, _)| *own != version);
    let others: Vec<String> = others
        .map(|(own, turns)| format!("{} by {own}", count(*turns, "turn")))
        .collect();
    let before = match others.as_slice() {
        [] => "as before".to_owned(),
        others => format!("before: {}", others.join(", ")),
    };
    console.line(&format!(
        "{} marked by detector {version} ({before})",
        count(remarked.turns, "developer turn")
    ))?;
    console.line(&format!(
        "{} marked as pushback, {} before",
        count(remarked.marked, "turn"),
        remarked.marked_before
    ))?;
    moved(remarked.gained, "newly marked", console)?;
    moved(remarked.lost, "no longer marked", console)?;
    if remarked.lost.decided > 0 {
        console.line("What is decided stays decided, and stays among the turns to be seen.")?;
    }
    Ok(())
}

fn moved(own: Moved, what: &str, console: &mut Console) -> Result<(), Failure> {
    let decided = match (own.turns, own.decided) {
        (0, _) => String::new(),
        (_, 0) => ", none of them decided".to_owned(),
        (_, decided) => format!(", {decided} of them decided"),
    };
    console.line(&format!("{} {what}{decided}", count(own.turns, "turn")))
}
