//! Reads files ahead of the study that takes them, on a thread of its own: one file is read and marked while the one
//! before is compressed and written.

use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;

use super::choice::{self, Choice};
use super::survey::Job;
use crate::cli::failure::Failure;
use crate::detect::Detector;
use crate::import;
use crate::model::{Mark, Session};

/// How many files may lie read and not yet written: enough to keep both sides busy, few enough for large files.
const AHEAD: usize = 2;

/// What a file gave.
pub(super) struct Done {
    /// Its place among the jobs.
    pub(super) at: usize,
    pub(super) path: PathBuf,
    pub(super) sessions: Vec<(Session, Vec<Mark>)>,
    pub(super) skipped: Vec<import::Skip>,
    pub(super) left_out: choice::LeftOut,
    /// Why it could not be read at all.
    pub(super) failed: Option<import::Error>,
}

/// Reads the jobs in their order and hands each to `take`; ends at the first failure of `take`.
pub(super) fn each(
    jobs: &[(usize, &Job)],
    args: &Choice,
    detector: &Detector,
    mut take: impl FnMut(Done) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (send, receive) = mpsc::sync_channel(AHEAD);
    thread::scope(|scope| {
        scope.spawn(move || {
            for (at, job) in jobs {
                // Nobody listens any more where the other side has failed.
                if send.send(read(*at, job, args, detector)).is_err() {
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

fn read(at: usize, job: &Job, args: &Choice, detector: &Detector) -> Done {
    let mut done = Done {
        at,
        path: job.source.path().to_owned(),
        sessions: Vec::new(),
        skipped: Vec::new(),
        left_out: choice::LeftOut::default(),
        failed: None,
    };
    match import::read_source(&job.source, job.format) {
        Ok(mut reading) => {
            done.skipped = std::mem::take(&mut reading.skipped);
            let chosen = choice::chosen(reading, args, &mut done.left_out);
            let marked = chosen.into_iter().map(|session| {
                let marks = detector.marks(&session);
                (session, marks)
            });
            done.sessions = marked.collect();
        }
        Err(error) => done.failed = Some(error),
    }
    done
}
