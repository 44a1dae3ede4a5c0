//! Codebooks as text: TOML to [`Codebook`], with errors that name the line.
//!
//! The tables of the file have private twins in `wire` and `field`; `check` collects what is wrong with them,
//! and `words` says in a researcher's words what the TOML reader found.

mod check;
mod field;
#[cfg(test)]
mod tests;
mod wire;
mod words;

use check::Check;
use wire::WireCodebook;

use super::codebook::Codebook;

/// A codebook is read by people; one that is longer than this is not a codebook.
const MAX_BYTES: usize = 1 << 20;

/// What is wrong with a codebook, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {what}")]
pub struct CodebookError {
    /// Name of the file, as it was given.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

impl Codebook {
    /// Reads a codebook from its text; `file` is its name for errors.
    ///
    /// # Errors
    ///
    /// Every mistake that was found, in the order of the lines: at least one. What is no TOML, an unknown name
    /// and a value of the wrong kind end the reading at once, so they come alone.
    pub fn parse(text: &str, file: &str) -> Result<Codebook, Vec<CodebookError>> {
        let mut check = Check::default();
        if text.len() > MAX_BYTES {
            check.mistake(&(0..0), "the codebook is longer than 1 MiB");
            return Err(errors(check, text, file));
        }
        let codebook = match toml::from_str::<WireCodebook>(text) {
            Ok(wire) => Some(wire.build(text, &mut check)),
            Err(bad) => {
                let span = bad.span().unwrap_or(0..0);
                let what = words::plain(bad.message(), text.get(span.clone()).unwrap_or_default());
                check.mistake(&span, what);
                None
            }
        };
        check.references();
        match codebook {
            Some(codebook) if check.mistakes.is_empty() => Ok(codebook),
            _ => Err(errors(check, text, file)),
        }
    }
}

/// Gives the mistakes in the order of their lines; the text is walked once, however many there are.
fn errors(check: Check, text: &str, file: &str) -> Vec<CodebookError> {
    let mut mistakes = check.mistakes;
    mistakes.sort_by_key(|(offset, _)| *offset);
    let (mut line, mut seen) = (1, 0);
    mistakes
        .into_iter()
        .map(|(offset, what)| {
            let offset = offset.min(text.len());
            line += text
                .get(seen..offset)
                .map_or(0, |part| part.matches('\n').count());
            seen = offset;
            CodebookError {
                file: file.to_owned(),
                line,
                what,
            }
        })
        .collect()
}
