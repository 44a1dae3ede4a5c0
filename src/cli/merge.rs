//! `pushback merge`: several studies into a new one.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::agreement;
use super::console::{Console, count};
use super::failure::Failure;
use super::findings::Report;
use crate::merge::{self, Input, Options, Plan};
use crate::report::agreement::Agreement;
use crate::store::{Error, Finding, Study, Texts, Whole};

/// Merge the studies of several coders into a new one.
///
/// It checks coders, codebooks, sessions and their texts, and says what it found, before it writes; after it, it says
/// how far the coders agree. The files that are merged are only read. Everybody's labels stay as they are: the merged
/// study has the histories of all.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  pushback merge anna.db bea.db --into both.db --dry-run
  pushback merge anna.db bea.db --into both.db
  pushback merge a.db b.db --into m.db --as b.db:anna=a.db:anna    they are one person
  pushback merge a.db b.db --into m.db --as b.db:anna=anna2        they are two
  pushback merge a.db b.db --into m.db --recode S8=S3              S8 is S3 in the newer codebook")]
pub(super) struct Args {
    /// The studies, two or more; copies without transcripts will do.
    #[arg(required = true, num_args = 2..)]
    studies: Vec<PathBuf>,
    /// The new study. No file may be there.
    #[arg(long, value_name = "FILE", required_unless_present = "dry_run")]
    into: Option<PathBuf>,
    /// Say what would be merged, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print what was found as JSON.
    #[arg(long)]
    json: bool,
    /// Call a coder something else (anna=bea, or b.db:anna=bea for one file alone), or say that two coders are one
    /// person (b.db:anna=a.db:anna).
    #[arg(long = "as", value_name = "OLD=NEW")]
    same: Vec<String>,
    /// Say what a code, a value or a reason of an older codebook is in the newer one; `OLD=` leaves it out. A value of
    /// an optional field is named with its field, as in goal.both=goal.intention.
    #[arg(long, value_name = "OLD=NEW")]
    recode: Vec<String>,
}

pub(super) fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    refuse_twice(&args.studies)?;
    if let Some(into) = &args.into {
        Study::refuse_existing(into)?;
    }
    let room = room(args);
    let names = names(&args.studies);
    let mut studies = Vec::new();
    let mut inputs = Vec::new();
    for (path, name) in args.studies.iter().zip(&names) {
        console.progress(&format!("reading {name}"));
        let study = Study::open_untrusted(path, &room)?;
        inputs.push(input(&study, name)?);
        studies.push(study);
    }
    console.progress_done();
    let options = Options {
        same: args.same.clone(),
        recode: args.recode.clone(),
    };
    let plan = merge::plan(inputs, &options)
        .map_err(|wrong| Failure::usage(wrong.what.clone(), wrong.hint))?;
    let mut report = Report::of(&plan, args.into.as_deref(), args.dry_run);
    let is_written = !args.dry_run && plan.refusals.is_empty();
    let Some(into) = args.into.as_deref().filter(|_| is_written) else {
        report.print(args.json, console)?;
        return refused(&plan, args, console);
    };
    console.progress(&format!("writing {}", into.display()));
    write(&plan, &studies, into)?;
    console.progress_done();
    report.written();
    if args.json {
        // One document: what can still fail may be missing in it, what was written may not.
        let measured = measure(&mut report, into, console);
        report.print(true, console)?;
        return measured;
    }
    report.print(false, console)?;
    leave_audits(&studies, console)?;
    console.flush()?;
    measure(&mut report, into, console)?;
    report.print_measured(console)
}

fn measure(report: &mut Report, into: &Path, console: &mut Console) -> Result<(), Failure> {
    console.progress("comparing the coders");
    let measured = measured(into);
    console.progress_done();
    let (findings, agreement) = measured?;
    report.measured(findings, agreement);
    Ok(())
}

/// Checks the study that was written, and measures how far its coders agree. What fails here leaves the study as it is.
fn measured(into: &Path) -> Result<(Vec<Finding>, Option<Agreement>), Failure> {
    let checked = Study::open_to_read(into).and_then(|study| study.check());
    let measured = checked.map_err(Failure::from);
    let measured = measured.and_then(|found| Ok((found, agreement::of_study(into)?)));
    measured.map_err(|failure| {
        let into = into.display();
        failure
            .within(format!(
                "{into} is written and stands, but cannot be measured"
            ))
            .with_hint(format!(
                "`pushback check {into}` and `pushback agreement {into}` do it anew"
            ))
    })
}

/// Refuses one file under two names: it would be compared with itself.
fn refuse_twice(studies: &[PathBuf]) -> Result<(), Failure> {
    let mut seen = BTreeSet::new();
    for path in studies {
        let place = path.canonicalize().unwrap_or_else(|_| path.clone());
        if !seen.insert(place) {
            return Err(Failure::usage(
                format!("{} is named twice", path.display()),
                "name each study once",
            ));
        }
    }
    Ok(())
}

/// Gives the folder in which the private copies lie meanwhile: where the merged study will lie there is room for it,
/// and a dry run writes nothing there.
fn room(args: &Args) -> PathBuf {
    let into = args.into.as_deref().filter(|_| !args.dry_run);
    match into.map(Path::parent) {
        None => std::env::temp_dir(),
        Some(Some(folder)) if folder != Path::new("") => folder.to_owned(),
        Some(_) => PathBuf::from("."),
    }
}

/// Gives what to call each study: the name of its file, or the whole path where two files have one name.
fn names(studies: &[PathBuf]) -> Vec<String> {
    let names: BTreeSet<Option<&OsStr>> = studies.iter().map(|path| path.file_name()).collect();
    let is_clear = names.len() == studies.len();
    let name = |path: &PathBuf| match path.file_name() {
        Some(name) if is_clear => name.to_string_lossy().into_owned(),
        _ => path.display().to_string(),
    };
    studies.iter().map(name).collect()
}

fn input(study: &Study, name: &str) -> Result<Input, Error> {
    Ok(Input {
        name: name.to_owned(),
        codebook: study.codebook().clone(),
        codebooks: study.codebooks()?,
        coders: study.coders()?,
        recordings: study.recordings()?,
        history: study.whole_history()?,
    })
}

fn write(plan: &Plan, studies: &[Study], into: &Path) -> Result<(), Error> {
    let union = &plan.union;
    let sessions = union.sessions.iter();
    let whole = Whole {
        codebooks: union.codebooks.iter().collect(),
        coders: &union.coders,
        sessions: sessions
            .map(|(input, key)| (&studies[*input], key.as_str()))
            .collect(),
        history: &union.history,
        audit: None,
        texts: Texts::Kept,
    };
    Study::write_whole(into, &whole)
}

/// Says that audit samples stay behind: each speaks for the turns of its own study alone.
fn leave_audits(studies: &[Study], console: &mut Console) -> Result<(), Failure> {
    for study in studies {
        if study.audit()?.is_some() {
            return console.line(
                "audit samples stay in the studies that they were drawn in; the labels on their turns are merged",
            );
        }
    }
    Ok(())
}

/// Gives the error of a merge that something stands in the way of.
fn refused(plan: &Plan, args: &Args, console: &mut Console) -> Result<(), Failure> {
    let Some(first) = plan.refusals.first() else {
        return Ok(());
    };
    console.flush()?;
    let into = match &args.into {
        Some(into) => format!("{} is not written: ", into.display()),
        None => String::new(),
    };
    let more = match plan.refusals.len() - 1 {
        0 => String::new(),
        more => format!(" ({} more above)", count(more, "reason")),
    };
    Err(Failure::failed(
        format!("{into}{}{more}", first.what),
        first.hint.clone(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_after_writing_says_that_the_study_stands() {
        let failed = measured(Path::new("none/m.db")).unwrap_err();
        let said = format!("{failed:?}");
        assert!(
            said.contains("none/m.db is written and stands, but cannot be measured"),
            "{said}"
        );
        assert!(said.contains("`pushback agreement none/m.db`"), "{said}");
    }
}
