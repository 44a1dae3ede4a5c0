//! Reads files ahead of the study that takes them, on a thread of its own: some files are read and marked while those
//! before are compressed and written.

use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;

use super::choice::{self, Choice};
use super::survey::Job;
use super::target::{BATCH, BATCH_SESSIONS, bytes};
use crate::cli::failure::Failure;
use crate::detect::{Detector, SecretCounts, Secrets};
use crate::import;
use crate::model::{Mark, Session};

/// What a file gave.
pub(super) struct Done {
    /// Its place among the jobs.
    pub(super) at: usize,
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

/// Reads the jobs in their order and hands some at a time to `take`; ends at the first failure of `take`.
pub(super) fn each(
    jobs: &[(usize, &Job)],
    reader: &Reader<'_>,
    mut take: impl FnMut(Vec<Done>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    // Nothing lies between the two sides, so that the memory holds what one writes and what the other reads.
    let (send, receive) = mpsc::sync_channel(0);
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut jobs = jobs.iter();
            loop {
                let batch = reader.batch(&mut jobs);
                // Nobody listens any more where the other side has failed.
                if batch.is_empty() || send.send(batch).is_err() {
                    return;
                }
            }
        });
        // The receiver is dropped on the way out, so that the reader is not held up.
        let receive = receive;
        for batch in &receive {
            take(batch)?;
        }
        Ok(())
    })
}

impl Reader<'_> {
    /// Reads as many jobs as are stored at once; none where there are no more.
    fn batch<'a>(&self, jobs: &mut impl Iterator<Item = &'a (usize, &'a Job)>) -> Vec<Done> {
        let mut batch = Vec::new();
        let (mut sessions, mut text) = (0, 0);
        while sessions < BATCH_SESSIONS && text < BATCH {
            let Some((at, job)) = jobs.next() else {
                break;
            };
            let done = self.read(*at, job);
            sessions += done.sessions.len();
            text += done.sessions.iter().map(bytes).sum::<usize>();
            batch.push(done);
        }
        batch
    }

    fn read(&self, at: usize, job: &Job) -> Done {
        let mut done = Done {
            at,
            path: job.source.path().to_owned(),
            sessions: Vec::new(),
            skipped: Vec::new(),
            left_out: choice::LeftOut::default(),
            redacted: SecretCounts::new(),
            failed: None,
        };
        match import::read_source(&job.source, job.format) {
            Ok(mut reading) => {
                done.skipped = std::mem::take(&mut reading.skipped);
                for session in choice::chosen(reading, self.args, &mut done.left_out) {
                    let marked = self.marked(session, &mut done.redacted);
                    done.sessions.push(marked);
                }
            }
            Err(error) => done.failed = Some(error),
        }
        done
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
