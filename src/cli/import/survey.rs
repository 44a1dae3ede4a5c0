//! What lies where a call points, before anything of it is read.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::cli::console::count;
use crate::cli::failure::Failure;
use crate::cli::files::{self, Found};
use crate::cli::outcome::Outcome;
use crate::import::{self, Source};

/// A transcript to be read.
pub(super) struct Job {
    pub(super) source: Source,
    /// Id of the format.
    pub(super) format: Option<&'static str>,
}

/// How many files of a format there are, and how large they are together.
#[derive(Debug, Default, Clone, Copy, Serialize)]
pub(in crate::cli) struct OfFormat {
    files: usize,
    bytes: u64,
    /// How many of the files are on a branch of a git repository that is not checked out.
    on_a_branch: usize,
}

/// What was found, by the name of the format.
#[derive(Debug, Default, Serialize)]
pub(in crate::cli) struct Survey {
    formats: BTreeMap<&'static str, OfFormat>,
    /// Parts of sessions that stand in other files.
    companions: usize,
    /// Files in folders that are no transcripts.
    unknown: usize,
}

impl Survey {
    /// Says what was found, in a line or, where it is much, in a list.
    pub(in crate::cli) fn told(&self) -> String {
        let formats = self.formats.iter();
        let formats = formats.map(|(name, own)| {
            let branch = match own.on_a_branch {
                0 => String::new(),
                all if all == own.files => ", from a git branch".to_owned(),
                some => format!(", {some} of them from a git branch"),
            };
            let files = count(own.files, "file");
            format!("{name} {files} ({}{branch})", size(own.bytes))
        });
        let mut all: Vec<String> = formats.collect();
        if self.companions > 0 {
            all.push(format!(
                "{} that belong to them",
                count(self.companions, "file")
            ));
        }
        if self.unknown > 0 {
            all.push(format!(
                "{} of no known format",
                count(self.unknown, "file")
            ));
        }
        if all.len() > 4 {
            format!("found:\n  {}", all.join("\n  "))
        } else {
            format!("found: {}", all.join(", "))
        }
    }
}

/// Gives a size in the unit in which a person reads it.
fn size(bytes: u64) -> String {
    let kilo = bytes as f64 / 1000.0;
    if kilo < 1000.0 {
        format!("{kilo:.1} kB")
    } else {
        format!("{:.1} MB", kilo / 1000.0)
    }
}

/// Looks at the beginning of each file. What is no transcript is noted where the call names it, else counted.
pub(super) fn survey(
    found: &[Found],
    format: Option<&str>,
    outcome: &mut Outcome,
) -> Result<(Survey, Vec<Job>), Failure> {
    let mut survey = Survey::default();
    let mut known = Vec::with_capacity(found.len());
    let sources = files::sources(found)?;
    let formats = import::formats_of(&sources, format);
    for (file, (source, format)) in found.iter().zip(sources.into_iter().zip(formats)) {
        match format {
            Ok(format) => known.push((source, format)),
            Err(import::Error::Companion { format, .. }) if file.named => {
                let what = format!("a part of a session of {format}: name its folder instead");
                outcome.skip(&file.path, None, what);
            }
            Err(import::Error::Companion { .. }) => survey.companions += 1,
            Err(import::Error::Unknown { what, .. }) if file.named => {
                outcome.skip(&file.path, None, what);
            }
            Err(import::Error::Unknown { what, .. }) => {
                survey.unknown += 1;
                outcome.pass_over(&file.path, what);
            }
            Err(error) => outcome.fail(&file.path, error),
        }
    }
    let jobs = import::together(known).into_iter();
    let jobs = jobs.map(|(source, format)| {
        let own = survey.formats.entry(format.name).or_default();
        own.files += source.files();
        own.bytes += source.size();
        own.on_a_branch += source.kept_files();
        Job {
            source,
            format: Some(format.id),
        }
    });
    let jobs = jobs.collect();
    Ok((survey, jobs))
}
