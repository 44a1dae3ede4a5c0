//! Long pastes in a developer's turn: logs and code whose middle can be folded.
//!
//! A developer's own words are never folded. So only long runs count in which every line is inside a code
//! block or looks like the output of a machine.

use std::ops::Range;

use super::lines::line_at;
use super::markdown::Fence;

/// More lines than this are a long paste.
const LONG: usize = 60;

/// Lines that stay at each end of a long paste.
const ENDS: usize = 12;

/// Gives the bytes of each long paste's middle, on whole lines and in order.
pub(super) fn middles(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut run = Run::default();
    let mut fence: Option<Fence> = None;
    let mut at = 0;
    while at < text.len() {
        let line = line_at(text, at..text.len());
        let words = &text[line.start..line.end];
        let is_machine = match fence {
            Some(open) if open.is_closed_by(words) => {
                fence = None;
                false
            }
            Some(_) => true,
            None => {
                fence = Fence::opened_by(words);
                fence.is_none() && (words.trim().is_empty() || is_output(words))
            }
        };
        if is_machine {
            run.add(at, words.trim().is_empty());
        } else {
            found.extend(run.end());
        }
        at = line.next;
    }
    found.extend(run.end());
    found
}

/// Lines of output that follow each other.
#[derive(Default)]
struct Run {
    starts: Vec<usize>,
    /// How many of them there are up to the last that is not blank.
    filled: usize,
}

impl Run {
    fn add(&mut self, start: usize, is_blank: bool) {
        if self.starts.is_empty() && is_blank {
            return;
        }
        self.starts.push(start);
        if !is_blank {
            self.filled = self.starts.len();
        }
    }

    fn end(&mut self) -> Option<Range<usize>> {
        let is_long = self.filled > LONG;
        let middle = is_long.then(|| self.starts[ENDS]..self.starts[self.filled - ENDS]);
        self.starts.clear();
        self.filled = 0;
        middle
    }
}

/// Tells whether a line looks like the output of a program or like code rather than like a sentence.
fn is_output(line: &str) -> bool {
    const BEGINNINGS: [&str; 14] = [
        "    ", "\t", "[", "{", "}", "<", "|", "$ ", "+", "at ", "ERROR", "WARN", "INFO", "DEBUG",
    ];
    let end = line.trim_end();
    // What a line is shows in its beginning; a huge one is not read as a whole.
    let letters = line
        .chars()
        .take(200)
        .filter(|c| c.is_alphabetic() || *c == ' ');
    let (letters, length) = (letters.count(), line.chars().take(200).count());
    BEGINNINGS
        .iter()
        .any(|beginning| line.starts_with(beginning))
        || end.ends_with([';', '{', '}'])
        || line.bytes().take(2).all(|byte| byte.is_ascii_digit()) && length > 2
        || length > 3 && letters * 4 < length * 3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(lines: usize) -> String {
        let line = |at| format!("[10:00:{:02}] worker {at}: job 0x{at:04x} done\n", at % 60);
        (0..lines).map(line).collect::<Vec<_>>().concat()
    }

    #[test]
    fn only_the_middle_of_a_long_paste_is_folded() {
        let text = format!("why does this fail?\n{}it worked yesterday", log(100));
        let middles = middles(&text);
        assert_eq!(middles.len(), 1);
        let middle = &text[middles[0].clone()];
        assert_eq!(middle.lines().count(), 100 - 2 * ENDS);
        assert!(middle.starts_with("[10:00:12]") && middle.ends_with("done\n"));
    }

    #[test]
    fn words_and_short_pastes_are_not_folded() {
        let words = "Please do not touch the parser again, I said so twice.\n".repeat(100);
        let mixed = format!("{}and here I changed my mind\n", log(30)).repeat(10);
        for text in [words, mixed, log(60), "\n".repeat(500), String::new()] {
            assert!(middles(&text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_long_code_block_is_folded_between_its_fences() {
        let text = format!("see\n```\n{}```\nthanks", "any words at all\n".repeat(80));
        let middles = middles(&text);
        assert_eq!(text[middles[0].clone()].lines().count(), 80 - 2 * ENDS);
    }
}
