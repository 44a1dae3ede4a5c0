//! Lines of a text: where they begin and end, and how many there are.

use std::ops::Range;

/// A line of text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// First byte.
    pub(super) start: usize,
    /// One past the last byte, without the line end.
    pub(super) end: usize,
    /// First byte of the next line.
    pub(super) next: usize,
}

/// Gives the line that begins at the start of a range.
pub(super) fn line_at(text: &str, range: Range<usize>) -> Line {
    let start = range.start;
    let (end, next) = match text[range.clone()].find('\n') {
        Some(found) => (start + found, start + found + 1),
        None => (range.end, range.end),
    };
    let end = end - usize::from(text[start..end].ends_with('\r') && next > end);
    Line { start, end, next }
}

/// Counts the lines of a text; blank ones at its end do not count.
pub(super) fn lines_in(text: &str) -> u32 {
    let text = text.trim_end_matches(BLANK);
    let ends = text.bytes().filter(|&byte| byte == b'\n').count();
    u32::try_from(ends)
        .unwrap_or(u32::MAX)
        .saturating_add(u32::from(!text.is_empty()))
}

/// What is blank on the screen. Other blanks of Unicode are not, because some of them are shown as signs.
pub(super) const BLANK: [char; 4] = [' ', '\t', '\n', '\r'];
