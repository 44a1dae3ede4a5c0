//! Where imported sessions go.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::Args;
use crate::cli::console::Console;
use crate::cli::detect::weights;
use crate::cli::failure::Failure;
use crate::cli::outcome::Outcome;
use crate::cli::{codebook, owner};
use crate::detect::Detector;
use crate::model::{Codebook, Mark, Session};
use crate::store::{self, Study};

/// How much text is stored in one transaction, in bytes: an import that is interrupted loses no more.
pub(super) const BATCH: usize = 8 << 20;
/// How many sessions are stored in one transaction.
pub(super) const BATCH_SESSIONS: usize = 200;

/// Where the sessions go: a study, one that is made when there is something to put in, or a copy that goes after a dry
/// run.
pub(super) struct Target {
    study: Option<Study>,
    new: Option<New>,
    detector: Rc<Detector>,
}

/// A study that does not exist yet.
struct New {
    path: PathBuf,
    book: Codebook,
}

impl Target {
    pub(super) fn open(args: &Args, book: Option<&Codebook>) -> Result<Target, Failure> {
        let path = &args.study;
        if path.is_dir() {
            let what = format!("{} is a folder, and the study comes first", path.display());
            return Err(Failure::usage(what, STUDY_FIRST));
        }
        let (mut study, mut new) = (None, None);
        match (args.dry_run, path.exists()) {
            (false, false) => new = Some(New::at(path, book)?),
            (true, false) => study = Some(New::at(path, book)?.rehearse()?),
            (is_dry, true) => {
                let opened = if is_dry {
                    Study::rehearse(path, &std::env::temp_dir())
                } else {
                    Study::open_to_write(path, &owner::owner())
                };
                study = Some(opened.map_err(study_first)?);
            }
        }
        Ok(Target {
            detector: Rc::new(weights::detector(&weights::of(study.as_ref())?)),
            study,
            new,
        })
    }

    pub(super) fn use_codebook(&mut self, book: Option<Codebook>) -> Result<(), Failure> {
        match (&mut self.study, book) {
            (Some(study), Some(book)) => Ok(study.use_codebook(&book)?),
            _ => Ok(()),
        }
    }

    /// Gives the detector that marks what goes here.
    pub(super) fn detector(&self) -> Rc<Detector> {
        self.detector.clone()
    }

    /// Stores sessions, as many in one transaction as fit.
    pub(super) fn store(
        &mut self,
        sessions: &[(Session, Vec<Mark>)],
        outcome: &mut Outcome,
    ) -> Result<(), Failure> {
        let mut rest = sessions;
        while !rest.is_empty() {
            let (batch, later) = rest.split_at(batch(rest));
            if let Some(new) = self.new.take() {
                self.study = Some(new.create()?);
            }
            if let Some(study) = &mut self.study {
                let imported = study.import(batch, self.detector.version())?;
                outcome.count(&imported, batch);
            }
            rest = later;
        }
        Ok(())
    }

    /// Says so where the study has marks of another version of the detector beside those of this one.
    pub(super) fn tell_mixed(&self, console: &mut Console) -> Result<(), Failure> {
        if let Some(study) = &self.study
            && let Some(others) = weights::others(study, &self.detector)?
        {
            console.note(&format!(
                "the study has marks of two versions of the detector now: {others}; {}",
                weights::remedy(study)
            ));
        }
        Ok(())
    }
}

/// Counts the first sessions that fit in one transaction, one at least.
fn batch(sessions: &[(Session, Vec<Mark>)]) -> usize {
    let mut text = 0;
    let fits = |session: &&(Session, Vec<Mark>)| {
        let is_room = text < BATCH;
        text += bytes(session);
        is_room
    };
    let first = sessions.iter().take(BATCH_SESSIONS);
    first.take_while(fits).count()
}

/// Gives how much text a session has.
pub(super) fn bytes((session, _): &(Session, Vec<Mark>)) -> usize {
    session.turns.iter().map(|turn| turn.text.len()).sum()
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

    /// Makes a study that goes with its handle: what becomes of the sessions depends on those before them.
    fn rehearse(&self) -> Result<Study, Failure> {
        Ok(Study::rehearse_new(
            &self.path,
            &self.book,
            &std::env::temp_dir(),
        )?)
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
