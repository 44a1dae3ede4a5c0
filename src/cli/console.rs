//! Standard output and standard error, for everything that is printed. Text from outside is made printable here.

use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};
use std::time::{Duration, Instant};

use super::failure::Failure;
use crate::model::printable;

/// Where the program prints.
pub(super) struct Console {
    out: BufWriter<StdoutLock<'static>>,
    drawn: Option<Instant>,
}

/// How often a line of progress is drawn anew.
const PROGRESS: Duration = Duration::from_millis(200);

impl Console {
    pub(super) fn new() -> Console {
        Console {
            out: BufWriter::new(io::stdout().lock()),
            drawn: None,
        }
    }

    /// Prints a line.
    pub(super) fn line(&mut self, text: &str) -> Result<(), Failure> {
        Ok(writeln!(self.out, "{}", printable(text))?)
    }

    /// Prints a text that a program reads, as it is.
    pub(super) fn raw(&mut self, text: &[u8]) -> Result<(), Failure> {
        Ok(self.out.write_all(text)?)
    }

    /// Prints a line that tells what is going on, where somebody is watching; the next one replaces it.
    pub(super) fn progress(&mut self, text: &str) {
        let due = self.drawn.is_none_or(|drawn| drawn.elapsed() >= PROGRESS);
        if due && io::stderr().is_terminal() {
            self.drawn = Some(Instant::now());
            let _ = write!(io::stderr().lock(), "\r\x1b[K{}", printable(text));
        }
    }

    /// Takes the line of progress away.
    pub(super) fn progress_done(&mut self) {
        if self.drawn.take().is_some() {
            let _ = write!(io::stderr().lock(), "\r\x1b[K");
        }
    }

    /// Prints a line for the person that is not part of the output.
    pub(super) fn note(&mut self, text: &str) {
        let _ = self.out.flush();
        let _ = writeln!(io::stderr().lock(), "{}", printable(text));
    }

    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.out.flush()?)
    }
}
