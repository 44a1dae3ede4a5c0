//! The lines of a file with their places, and what makes a line special in Markdown.

use std::borrow::Cow;

/// The longest run of backticks that opens a fence. Real ones have three to six, and the limit keeps the
/// search for their ends short on hostile files.
const LONGEST_FENCE: usize = 12;

/// A line without its end.
pub(super) struct Line<'a> {
    /// The text, invalid UTF-8 replaced.
    pub(super) text: Cow<'a, str>,
    /// Byte offset in the file.
    pub(super) offset: u64,
}

impl AsRef<str> for Line<'_> {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

/// Cuts a file into lines: at line feeds, with one carriage return before them taken away.
pub(super) fn lines(bytes: &[u8]) -> Vec<Line<'_>> {
    let mark = if bytes.starts_with(b"\xef\xbb\xbf") {
        3
    } else {
        0
    };
    let mut offset = mark as u64;
    bytes[mark..]
        .split(|&byte| byte == b'\n')
        .map(|line| {
            let here = offset;
            offset += line.len() as u64 + 1;
            Line {
                text: String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)),
                offset: here,
            }
        })
        .collect()
}

/// Tells whether a line is empty to the eye.
pub(super) fn is_blank(line: &impl AsRef<str>) -> bool {
    line.as_ref().trim().is_empty()
}

/// Takes the blank lines off both ends.
pub(super) fn trim_blank<L: AsRef<str>>(lines: &[L]) -> &[L] {
    let Some(first) = lines.iter().position(|line| !is_blank(line)) else {
        return &[];
    };
    let last = lines
        .iter()
        .rposition(|line| !is_blank(line))
        .unwrap_or(first);
    &lines[first..=last]
}

/// Puts lines together again.
pub(super) fn join<L: AsRef<str>>(lines: &[L]) -> String {
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        if at > 0 {
            text.push('\n');
        }
        text.push_str(line.as_ref());
    }
    text
}

/// Gives the length and the language of the fence that a line opens.
pub(super) fn fence(line: &str) -> Option<(usize, &str)> {
    let length = line.bytes().take_while(|&byte| byte == b'`').count();
    let language = line.get(length..)?.trim();
    ((3..=LONGEST_FENCE).contains(&length) && !language.contains('`')).then_some((length, language))
}

/// Finds the ends of fences without looking twice for one that is not there.
pub(super) struct FenceEnds {
    hopeless: usize,
}

impl FenceEnds {
    pub(super) fn new() -> FenceEnds {
        FenceEnds {
            hopeless: usize::MAX,
        }
    }

    /// Finds the line that closes the fence of this length, which was opened at `open`.
    pub(super) fn find(
        &mut self,
        lines: &[impl AsRef<str>],
        open: usize,
        length: usize,
    ) -> Option<usize> {
        if length >= self.hopeless {
            return None;
        }
        let closes = |line: &str| {
            let line = line.trim_end();
            line.len() >= length && line.bytes().all(|byte| byte == b'`')
        };
        let found = lines
            .iter()
            .skip(open + 1)
            .position(|line| closes(line.as_ref()));
        if found.is_none() {
            self.hopeless = length;
        }
        found.map(|at| open + 1 + at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_their_places_whatever_ends_them() {
        let bytes = b"\xef\xbb\xbfone\r\ntwo \xff\rhere\nthree";
        let found: Vec<(String, u64)> = lines(bytes)
            .into_iter()
            .map(|line| (line.text.into_owned(), line.offset))
            .collect();
        let line = |text: &str, offset| (text.to_owned(), offset);
        assert_eq!(
            found,
            [
                line("one", 3),
                line("two \u{fffd}\rhere", 8),
                line("three", 19)
            ]
        );
    }

    #[test]
    fn a_fence_ends_at_one_that_is_as_long() {
        let text = ["````md", "```", "x", "`````", "```"];
        assert_eq!(fence(text[0]), Some((4, "md")));
        assert_eq!(fence("``` `x` ```"), None);
        assert_eq!(FenceEnds::new().find(&text, 0, 4), Some(3));
        assert_eq!(FenceEnds::new().find(&text, 4, 3), None);
    }
}
