//! Reads files ahead of the study that takes them, on a thread of its own: one file is read and marked while the one
//! before is compressed and written. A file of very many sessions comes in pieces.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;

use super::choice::{self, Choice};
use super::survey::Job;
use crate::cli::failure::Failure;
use crate::detect::{Detector, SecretCounts, Secrets};
use crate::import;
use crate::model::{Mark, Session};

/// How many pieces may lie read and not yet written: enough to keep both sides busy, few enough for large files.
const AHEAD: usize = 2;

/// What a file gave, or a piece of it.
pub(super) struct Done {
    /// Its place among the jobs.
    pub(super) at: usize,
    /// Whether it begins the file.
    pub(super) begins: bool,
    pub(super) path: PathBuf,
    pub(super) sessions: Vec<(Session, Vec<Mark>)>,
    pub(super) skipped: Vec<import::Skip>,
    pub(super) left_out: choice::LeftOut,
    /// What was masked.
    pub(super) redacted: SecretCounts,
    /// Why it could not be read at all.
    pub(super) failed: Option<import::Error>,
}

/// What is done with each file.
pub(super) struct Reader<'a> {
    pub(super) args: &'a Choice,
    /// What is masked, where that is asked for.
    pub(super) secrets: Option<&'a Secrets>,
    pub(super) detector: &'a Detector,
}

/// Reads the jobs in their order and hands each to `take`; ends at the first failure of `take`.
pub(super) fn each(
    jobs: &[(usize, &Job)],
    reader: &Reader<'_>,
    mut take: impl FnMut(Done) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (send, receive) = mpsc::sync_channel(AHEAD);
    thread::scope(|scope| {
        scope.spawn(move || {
            for (at, job) in jobs {
                let mut begins = true;
                // Nobody listens any more where the other side has failed.
                let told = reader.read(*at, job, &mut |mut done| {
                    done.begins = std::mem::take(&mut begins);
                    match send.send(done) {
                        Ok(()) => ControlFlow::Continue(()),
                        Err(_) => ControlFlow::Break(()),
                    }
                });
                if told.is_break() {
                    return;
                }
            }
        });
        // The receiver is dropped on the way out, so that the reader is not held up.
        let receive = receive;
        for done in &receive {
            take(done)?;
        }
        Ok(())
    })
}

impl Reader<'_> {
    fn read(
        &self,
        at: usize,
        job: &Job,
        take: &mut dyn FnMut(Done) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let nothing = || Done {
            at,
            begins: false,
            path: job.source.path().to_owned(),
            sessions: Vec::new(),
            skipped: Vec::new(),
            left_out: choice::LeftOut::default(),
            redacted: SecretCounts::new(),
            failed: None,
        };
        let mut went = ControlFlow::Continue(());
        let read = import::each(&job.source, job.format, &mut |mut piece| {
            let mut done = nothing();
            done.skipped = std::mem::take(&mut piece.skipped);
            for session in choice::chosen(piece, self.args, &mut done.left_out) {
                let marked = self.marked(session, &mut done.redacted);
                done.sessions.push(marked);
            }
            went = take(done);
            went
        });
        if let Err(error) = read {
            went = take(Done {
                failed: Some(error),
                ..nothing()
            });
        }
        went
    }

    /// Marks a session, after what is masked in it: what is stored of the marks quotes the text.
    fn marked(&self, mut session: Session, redacted: &mut SecretCounts) -> (Session, Vec<Mark>) {
        if let Some(secrets) = self.secrets {
            secrets.redact(&mut session, redacted);
        }
        let marks = self.detector.marks(&session);
        (session, marks)
    }
}
