//! Standard output and standard error, for everything that is printed. Text from outside is made printable here.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context;
use serde::Serialize;

use super::failure::Failure;
pub(super) use crate::model::count;
use crate::model::{and_more, glyphs, printable};

/// Where the program prints.
pub(super) struct Console {
    /// Not locked: the program on the screen lives as long, and a signal must be able to give the terminal back.
    out: BufWriter<Stdout>,
    drawn: Option<Instant>,
}

/// How many things of one kind are listed for a person; JSON has them all.
pub(super) const LISTED: usize = 30;

/// How often a line of progress is drawn anew.
const PROGRESS: Duration = Duration::from_millis(200);

impl Console {
    pub(super) fn new() -> Console {
        Console {
            out: BufWriter::new(io::stdout()),
            drawn: None,
        }
    }

    /// Prints a line. A line feed in it is shown, so that no file name can forge a second line.
    pub(super) fn line(&mut self, text: &str) -> Result<(), Failure> {
        self.bytes(format!("{}\n", one_line(text)).as_bytes())
    }

    /// Prints the first things below the line before, a line each, and how many more there are: JSON has them all.
    pub(super) fn list(
        &mut self,
        things: impl ExactSizeIterator<Item = String>,
    ) -> Result<(), Failure> {
        let all = things.len();
        for thing in things.take(LISTED) {
            self.line(&format!("  {thing}"))?;
        }
        self.more(all)
    }

    /// Says how many things were not listed for a person.
    pub(super) fn more(&mut self, all: usize) -> Result<(), Failure> {
        match and_more(all, LISTED) {
            Some(more) => self.line(&format!("  {more}; --json lists them all")),
            None => Ok(()),
        }
    }

    /// Prints a text of one line or more.
    pub(super) fn text(&mut self, text: &str) -> Result<(), Failure> {
        self.bytes(format!("{}\n", printable(text)).as_bytes())
    }

    /// Prints a text that a program reads as it is, and a person in a form that a terminal only shows.
    pub(super) fn raw(&mut self, text: &str) -> Result<(), Failure> {
        if io::stdout().is_terminal() {
            return self.bytes(printable(text).as_bytes());
        }
        self.bytes(text.as_bytes())
    }

    /// Prints a value as one line of JSON.
    pub(super) fn json_line(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        let json = json_line(value)?;
        self.bytes(json.as_bytes())
    }

    /// Prints a value as JSON over several lines.
    pub(super) fn json(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        let json = serde_json::to_string_pretty(value).context("cannot write JSON")?;
        self.bytes(format!("{}\n", escaped(&json)).as_bytes())
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let written = self.out.write_all(bytes).context("cannot print");
        Ok(written?)
    }

    /// Prints a line that tells what is going on, where somebody is watching; the next one replaces it.
    pub(super) fn progress(&mut self, text: &str) {
        let due = self.drawn.is_none_or(|drawn| drawn.elapsed() >= PROGRESS);
        if due && can_redraw() {
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
        let _ = writeln!(io::stderr().lock(), "{}", one_line(text));
    }

    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.out.flush().context("cannot print")?)
    }
}

/// Gives a value as one line of JSON, as it is printed and as it is put into a file.
pub(super) fn json_line(value: &impl Serialize) -> Result<String, Failure> {
    let json = serde_json::to_string(value).context("cannot write JSON")?;
    Ok(format!("{}\n", escaped(&json)))
}

/// Gives a text from outside as one line that a terminal only shows.
pub(super) fn one_line(text: &str) -> String {
    printable(text).replace('\n', "\u{240A}")
}

/// Says what is wrong with the arguments, which may be anything that a file name may be.
pub(super) fn refuse(what: &str) -> ExitCode {
    let _ = write!(io::stderr().lock(), "{}", printable(what));
    ExitCode::from(2)
}

/// Gives JSON in which every hidden character is written by its number: the same values, and nothing that a terminal
/// obeys. Outside of strings JSON has no such characters.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for glyph in glyphs(json) {
        if glyph.is_sign() {
            let units = glyph.source.encode_utf16();
            out.extend(units.map(|unit| format!("\\u{unit:04x}")));
        } else {
            out.push_str(glyph.source);
        }
    }
    out
}

/// Tells whether somebody watches standard error on a terminal that can draw a line anew.
fn can_redraw() -> bool {
    let dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    !dumb && io::stderr().is_terminal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_numbers_in_json_and_mean_the_same() {
        let text = "\u{1b}[2J \u{9b}31m \u{202e}abc \u{7f} \u{e0041} \u{301} \u{e9} \u{1f600}\n";
        let json = escaped(&serde_json::to_string(text).unwrap());
        assert!(glyphs(&json).all(|glyph| !glyph.is_sign()), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }

    #[test]
    fn a_line_feed_is_shown_in_a_line() {
        assert_eq!(one_line("a\nerror: b\u{1b}"), "a\u{240A}error: b\u{241B}");
    }
}
