//! `pushback demo`: a study of sessions that we wrote, to try everything on.

use std::fs;
use std::path::{Path, PathBuf};

use super::config::Config;
use super::console::Console;
use super::failure::Failure;
use super::outcome::Outcome;
use super::{codebook, import, import_labels, label, owner};
use crate::store::{self, Opened, Study};

/// Make a study from demo sessions and open it.
///
/// The sessions were written for this program, in three formats, with pushback of many kinds. Beside the study stand
/// those of two coders who differ here and there, to try what comes after labelling.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Where to put it; by default among your program data.
    dir: Option<PathBuf>,
    /// Begin anew: the old demo study is put aside under another name.
    #[arg(long)]
    fresh: bool,
    /// Make the study, and do not open it.
    #[arg(long)]
    no_open: bool,
}

/// The name under which the demo is labelled.
const CODER: &str = "you";

/// The demo sessions: file name and text.
const SESSIONS: &[(&str, &str)] = &[
    (
        "2026-02-11_09-12Z-csv-import-drops-decimal-commas.md",
        include_str!("../../assets/demo/2026-02-11_09-12Z-csv-import-drops-decimal-commas.md"),
    ),
    (
        "7c41e0d2-9f3a-4b68-8e15-2ad06c9b71f3.jsonl",
        include_str!("../../assets/demo/7c41e0d2-9f3a-4b68-8e15-2ad06c9b71f3.jsonl"),
    ),
    (
        "rollout-2026-04-28T15-02-47-019dd42f-5d3f-7fca-a7c1-4d6bc3fdd4ca.jsonl",
        include_str!(
            "../../assets/demo/rollout-2026-04-28T15-02-47-019dd42f-5d3f-7fca-a7c1-4d6bc3fdd4ca.jsonl"
        ),
    ),
];

/// Two coders who have labelled the sessions, and differ here and there: name and labels.
const CODERS: &[(&str, &str)] = &[
    ("anna", include_str!("../../assets/demo-labels/anna.jsonl")),
    ("ben", include_str!("../../assets/demo-labels/ben.jsonl")),
];

pub(super) fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let config = Config::read()?;
    let looks = label::looks(None, false, &config)?;
    let folder = match &args.dir {
        Some(folder) => folder.clone(),
        None => usual_place()?,
    };
    let study = folder.join("demo.db");
    if args.fresh && study.exists() {
        refuse_open(&study)?;
        put_aside(&study)?;
    }
    if study.exists() {
        console.line(&format!("demo study: {}", study.display()))?;
    } else {
        let outcome = make(&folder, &study)?;
        console.line(&format!("made {}: {}", study.display(), outcome.summary()))?;
        let coded: Vec<String> = CODERS
            .iter()
            .map(|(name, _)| format!("{name}.db"))
            .collect();
        console.line(&format!(
            "beside it, coded by two who differ: {}",
            coded.join(", ")
        ))?;
    }
    console.flush()?;
    if args.no_open {
        return Ok(());
    }
    let opened: Opened = Study::open(&study, &owner::owner())?;
    label::open(
        opened,
        Some(config.coder.as_deref().unwrap_or(CODER)),
        None,
        &looks,
    )
}

fn usual_place() -> Result<PathBuf, Failure> {
    let dirs = directories::ProjectDirs::from("", "", "pushback");
    let dirs = dirs.ok_or_else(|| {
        Failure::failed(
            "there is no home directory",
            "name a folder: `pushback demo DIR`",
        )
    })?;
    Ok(dirs.data_dir().join("demo"))
}

/// Writes the sessions as the transcripts that they are, and imports them like anybody's.
fn make(folder: &Path, study: &Path) -> Result<Outcome, Failure> {
    let transcripts = folder.join("transcripts");
    let failed = |error: std::io::Error| {
        let what = format!("cannot write to {}: {error}", transcripts.display());
        Failure::failed(what, "name another folder: `pushback demo DIR`")
    };
    fs::create_dir_all(&transcripts).map_err(failed)?;
    let mut paths = Vec::new();
    for (name, text) in SESSIONS {
        let path = transcripts.join(name);
        fs::write(&path, text).map_err(failed)?;
        paths.push(path);
    }
    let book = codebook::load(codebook::STANDARD)?;
    for (name, labels) in CODERS {
        let own = folder.join(format!("{name}.db"));
        if !own.exists() {
            let mut study = Study::create(&own, &book, &owner::owner())?;
            import::into_study(&mut study, &paths)?;
            import_labels::into_study(&mut study, name, labels)?;
        }
    }
    let mut study = Study::create(study, &book, &owner::owner())?;
    import::into_study(&mut study, &paths)
}

/// Refuses a study that somebody has open: it would be written to under its old name.
fn refuse_open(study: &Path) -> Result<(), Failure> {
    match Study::open_to_write(study, &owner::owner()) {
        Err(error @ store::Error::InUse { .. }) => Err(error.into()),
        // Whatever else is wrong with the old file, a new one is wanted.
        _ => Ok(()),
    }
}

fn put_aside(study: &Path) -> Result<(), Failure> {
    let names = (1..1000).map(|number| study.with_extension(format!("{number}.db")));
    let free = names.into_iter().find(|path| !path.exists());
    if let Some(free) = free {
        fs::rename(study, &free)?;
    }
    Ok(())
}
