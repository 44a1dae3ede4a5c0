//! Reads files ahead of the study that takes them, on a thread of its own: some files are read and marked while those
//! before are compressed and written. A file of very many sessions comes in pieces.

use std::ops::ControlFlow;
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
            let mut batch = Batch::default();
            // Nobody listens any more where the other side has failed.
            let mut give = |done: Done| match batch.add(done).map(|full| send.send(full)) {
                Some(Err(_)) => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            };
            for (at, job) in jobs {
                if reader.read(*at, job, &mut give).is_break() {
                    return;
                }
            }
            if !batch.pieces.is_empty() {
                let _ = send.send(batch.pieces);
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

/// What is stored at once.
#[derive(Default)]
struct Batch {
    pieces: Vec<Done>,
    sessions: usize,
    text: usize,
}

impl Batch {
    /// Adds what a file gave; gives all of it where that is enough to be stored.
    fn add(&mut self, done: Done) -> Option<Vec<Done>> {
        self.sessions += done.sessions.len();
        self.text += done.sessions.iter().map(bytes).sum::<usize>();
        self.pieces.push(done);
        let is_full = self.sessions >= BATCH_SESSIONS || self.text >= BATCH;
        is_full.then(|| std::mem::take(self).pieces)
    }
}

impl Reader<'_> {
    fn read(
        &self,
        at: usize,
        job: &Job,
        take: &mut dyn FnMut(Done) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut begins = true;
        let mut nothing = || Done {
            at,
            begins: std::mem::take(&mut begins),
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
