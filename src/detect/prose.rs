//! Keeps what the developer wrote in own words, and masks the rest.
//!
//! Masked are fenced and inline code, quoted lines and quotations, links, mentions of files, and pasted lines
//! that a machine wrote. A cue word there says nothing about the agent.

use std::ops::Range;

use crate::model::CharSpan;

use super::fold::Folded;
use super::lines;

/// The most characters of a quotation between typographic marks.
const QUOTATION: usize = 400;

/// A developer's text, taken apart.
#[derive(Debug, Default)]
pub(super) struct Prose {
    /// The prose, folded, with masks for everything else.
    pub(super) folded: Folded,
    /// The first pasted line that reports an error.
    pub(super) error: Option<CharSpan>,
    /// How many lines were pasted.
    pub(super) pasted: usize,
    /// Whether a typed line is in capitals.
    pub(super) shouted: bool,
}

impl Prose {
    /// Takes a developer's text apart.
    pub(super) fn of(text: &str) -> Prose {
        let mut prose = Prose::default();
        prose.folded.text.reserve(text.len());
        let mut fence: Option<&str> = None;
        for line in text.split_inclusive('\n') {
            let (content, end) = line.split_at(line.trim_end_matches(['\n', '\r']).len());
            let opens = fence_of(content);
            match (fence, opens) {
                (None, Some(_)) => fence = opens,
                (Some(open), Some(close)) if close.starts_with(open) => fence = None,
                (Some(_), _) => prose.paste(content),
                (None, None) if lines::is_machine(content) => prose.paste(content),
                (None, None) if content.trim_start().starts_with('>') => (),
                (None, None) => {
                    prose.shouted = prose.shouted || lines::is_shouted(content);
                    prose.typed(content);
                    prose.folded.prose(end);
                    continue;
                }
            }
            prose.folded.mask(content);
            prose.folded.prose(end);
        }
        prose
    }

    /// Counts a pasted line, and looks for an error on it.
    fn paste(&mut self, line: &str) {
        if line.trim().is_empty() {
            return;
        }
        self.pasted += 1;
        if self.error.is_none() && lines::reports_error(line) {
            let start = self.folded.read();
            self.error = Some(CharSpan {
                start,
                end: start + line.chars().count(),
            });
        }
    }

    /// Folds a typed line, masking the code, quotations and links inside.
    fn typed(&mut self, line: &str) {
        let (mut from, mut at) = (0, 0);
        while let Some(next) = line.as_bytes()[at..]
            .iter()
            .position(|byte| OPENS[usize::from(*byte)])
        {
            at += next;
            let Some(masked) = foreign(line, from, at) else {
                at += 1;
                continue;
            };
            self.folded.prose(&line[from..masked.start]);
            self.folded.mask(&line[masked.clone()]);
            (from, at) = (masked.end, masked.end);
        }
        self.folded.prose(&line[from..]);
    }
}

/// The bytes with which a piece that is no prose may begin, or by which it is known.
const OPENS: [bool; 256] = {
    let mut table = [false; 256];
    // The last two begin the quotation marks that are not ASCII.
    let bytes = b"`\"@#:\xe2\xc2";
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
};

/// Gives the piece of a line that is no prose and is known by the byte at `at`; prose begins at `from`.
fn foreign(line: &str, from: usize, at: usize) -> Option<Range<usize>> {
    let rest = line.get(at..)?;
    let length = match line.as_bytes()[at] {
        b'`' | b'"' => enclosed(rest)?,
        b':' if rest.starts_with("://") => {
            return Some(word_start(line, from, at)..word_end(line, at));
        }
        b'@' | b'#' if begins_word(line.as_bytes(), at) => word_end(line, at) - at,
        0xe2 | 0xc2 => quotation(rest)?,
        _ => return None,
    };
    (length > 1).then(|| at..at + length)
}

fn word_start(line: &str, from: usize, at: usize) -> usize {
    line[from..at]
        .rfind(|c: char| !c.is_ascii_alphanumeric())
        .and_then(|before| {
            line[from + before..]
                .chars()
                .next()
                .map(|c| from + before + c.len_utf8())
        })
        .unwrap_or(from)
}

fn word_end(line: &str, at: usize) -> usize {
    line[at..]
        .find(char::is_whitespace)
        .map_or(line.len(), |length| at + length)
}

/// Gives the fence with which a line opens or closes a block of code.
fn fence_of(line: &str) -> Option<&str> {
    let line = line.trim_start();
    ["```", "~~~"]
        .into_iter()
        .find(|fence| line.starts_with(fence))
        .filter(|fence| !line[fence.len()..].contains(fence))
}

/// Gives the length of a piece that ends with the character with which it begins.
fn enclosed(rest: &str) -> Option<usize> {
    rest[1..].find(&rest[..1]).map(|end| end + 2)
}

/// Gives the length of a piece between typographic quotation marks.
fn quotation(rest: &str) -> Option<usize> {
    let close = match rest.chars().next()? {
        '“' => '”',
        '„' => '“',
        '«' => '»',
        _ => return None,
    };
    // Bounded, so that many marks without their other half cost no more than one.
    rest.char_indices()
        .take(QUOTATION)
        .find(|(_, c)| *c == close)
        .map(|(end, _)| end + close.len_utf8())
}

fn begins_word(bytes: &[u8], at: usize) -> bool {
    at == 0 || (bytes[at - 1].is_ascii() && !bytes[at - 1].is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_words_are_left() {
        let check = |text: &str, expected: &str| assert_eq!(Prose::of(text).folded.text, expected);
        check("Use `no` here", "use ` here");
        check("it says \"wrong password\" now", "it says ` now");
        check("il dit « faux » ici", "il dit ` ici");
        check("a\n```\nstop\n```\nb", "a\n`\n`\n`\nb");
        check("> you are wrong\nok", "`\nok");
        check("see https://x.test/error now", "see ` now");
        check("@src/error.rs fix", "` fix");
        check("one \" only", "one \" only");
    }

    #[test]
    fn an_error_in_pasted_lines_is_found() {
        let text = "see é:\nTypeError: x is not a function\n    at a (b.js:1:2)";
        let prose = Prose::of(text);
        assert_eq!(prose.pasted, 2);
        assert_eq!(prose.error, Some(CharSpan { start: 7, end: 37 }));
    }

    #[test]
    fn an_open_fence_hides_the_rest() {
        assert_eq!(Prose::of("a\n```\nno\nno").folded.text, "a\n`\n`\n`");
    }
}
