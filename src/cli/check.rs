//! `pushback check`: a whole study, looked over.

use std::path::PathBuf;

use super::console::Console;
use super::failure::Failure;
use crate::store::Study;

/// Look a study over: the file itself, and every label against the rules of the codebook.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The study file.
    study: PathBuf,
}

pub(super) fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let study = Study::open_to_read(&args.study)?;
    let findings = study.check()?;
    for finding in &findings {
        console.line(&format!("{}: {}", finding.place, finding.what))?;
    }
    if findings.is_empty() {
        return console.line(&format!("{}: nothing is wrong", args.study.display()));
    }
    console.flush()?;
    Err(Failure::found())
}
