//! What went wrong, as it is told to a person: one sentence, its causes, a hint, and an exit code.

use std::io::{self, Write};
use std::process::ExitCode;

use super::console::one_line;
use crate::store;

/// A call that could not be carried out.
#[derive(Debug)]
pub(super) struct Failure {
    error: anyhow::Error,
    hint: Option<String>,
    code: u8,
    quiet: bool,
}

impl Failure {
    /// The call was wrong: exit code 2.
    pub(super) fn usage(what: impl Into<String>, hint: impl Into<String>) -> Failure {
        Failure {
            error: anyhow::Error::msg(what.into()),
            hint: Some(hint.into()),
            code: 2,
            quiet: false,
        }
    }

    /// The call was right and failed: exit code 1.
    pub(super) fn failed(what: impl Into<String>, hint: impl Into<String>) -> Failure {
        Failure {
            code: 1,
            ..Failure::usage(what, hint)
        }
    }

    /// What was to be found out is bad, and was printed already: exit code 1 and nothing more.
    pub(super) fn found() -> Failure {
        Failure {
            error: anyhow::Error::msg("found"),
            hint: None,
            code: 1,
            quiet: true,
        }
    }

    /// Says first what it happened in.
    pub(super) fn within(self, what: String) -> Failure {
        Failure {
            error: self.error.context(what),
            ..self
        }
    }

    /// Adds what a person can do.
    pub(super) fn with_hint(self, hint: impl Into<String>) -> Failure {
        Failure {
            hint: Some(hint.into()),
            ..self
        }
    }

    /// Prints it, and gives the exit code.
    pub(super) fn report(self) -> ExitCode {
        // Whoever closes the pipe has read enough: `pushback keys | head -1` has done what it was asked for.
        if is_broken_pipe(&self.error) {
            return ExitCode::SUCCESS;
        }
        if !self.quiet {
            let mut out = io::stderr().lock();
            let causes: Vec<String> = self
                .error
                .chain()
                .map(|cause| one_line(&cause.to_string()))
                .collect();
            // Nobody is left to tell where standard error is gone.
            let _ = writeln!(out, "error: {}", causes.join(": "));
            if let Some(hint) = self.hint {
                let _ = writeln!(out, "hint: {}", one_line(&hint));
            }
        }
        ExitCode::from(self.code)
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |cause: &io::Error| cause.kind() == io::ErrorKind::BrokenPipe;
    error.downcast_ref::<io::Error>().is_some_and(broken)
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Failure {
        let hint = error.hint().map(str::to_owned);
        Failure {
            error: error.into(),
            hint,
            code: 1,
            quiet: false,
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Failure {
        Failure {
            error,
            hint: None,
            code: 1,
            quiet: false,
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::from(anyhow::Error::from(error))
    }
}
