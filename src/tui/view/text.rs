//! Words into rows, for everything but the transcript.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::model::printable;
use crate::tui::theme::Theme;

/// Counts the columns that a text takes.
pub(super) fn columns(text: &str) -> usize {
    text.width()
}

/// Gives a text in one row of at most `width` columns, made printable, with a sign where it was cut.
pub(super) fn fit(text: &str, width: usize, theme: &Theme) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = printable(&line).into_owned();
    if columns(&line) <= width {
        return line;
    }
    let mut out = String::new();
    let mut used = 0;
    for glyph in line.graphemes(true) {
        used += glyph.width();
        if used + 1 > width {
            break;
        }
        out.push_str(glyph);
    }
    if width > 0 {
        out.push_str(theme.glyphs.ellipsis);
    }
    out
}

/// Gives a sentence with a capital at its beginning.
pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// Pads a text with blanks to `width` columns.
pub(super) fn pad(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(columns(text));
    format!("{text}{}", " ".repeat(blanks))
}

/// Breaks a text into rows of at most `width` columns, at blanks where there are any; made printable.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(4);
    printable(text)
        .lines()
        .flat_map(|line| wrap_line(line, width))
        .collect()
}

/// Breaks a text into at most so many rows, but one at least; a sign stands where the last was cut.
pub(super) fn wrap_within(text: &str, width: usize, rows: usize, theme: &Theme) -> Vec<String> {
    let mut all = wrap(text, width);
    let most = rows.max(1);
    if all.len() > most {
        let rest = all.split_off(most - 1).join(" ");
        all.push(fit(&rest, width, theme));
    }
    all
}

fn wrap_line(line: &str, width: usize) -> Vec<String> {
    let mut rows = vec![String::new()];
    let mut used = 0;
    for word in line.split_whitespace().flat_map(pieces) {
        let (blank, word) = word;
        let wide = columns(word);
        let blank = usize::from(blank && used > 0);
        if used + blank + wide > width && used > 0 {
            rows.push(String::new());
            used = 0;
        } else if blank == 1 {
            push(&mut rows, " ");
            used += 1;
        }
        for glyph in word.graphemes(true) {
            if used + columns(glyph) > width {
                rows.push(String::new());
                used = 0;
            }
            push(&mut rows, glyph);
            used += columns(glyph);
        }
    }
    rows
}

fn push(rows: &mut [String], text: &str) {
    if let Some(row) = rows.last_mut() {
        row.push_str(text);
    }
}

/// Gives the pieces of a word between which a row may break, each with whether a blank stands before it: scripts
/// without blanks break before each wide character, everything else holds together.
fn pieces(word: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut starts = vec![0];
    starts.extend(
        word.grapheme_indices(true)
            .filter(|(at, glyph)| *at > 0 && is_ideograph(glyph))
            .map(|(at, _)| at),
    );
    let ends: Vec<usize> = starts[1..].iter().copied().chain([word.len()]).collect();
    starts
        .into_iter()
        .zip(ends)
        .map(|(start, end)| (start == 0, &word[start..end]))
}

/// Tells whether a row may break before a character: wide letters, but not wide punctuation.
fn is_ideograph(glyph: &str) -> bool {
    glyph
        .chars()
        .next()
        .is_some_and(|c| c.is_alphanumeric() && glyph.width() > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_break_at_blanks_and_long_ones_inside() {
        assert_eq!(wrap("no, not that one", 8), ["no, not", "that one"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("不对，重新来", 6), ["不对，", "重新来"]);
        assert_eq!(
            wrap("a ban, a limit, a wish", 14),
            ["a ban, a", "limit, a wish"]
        );
        assert_eq!(wrap("a\n\nb", 9), ["a", "", "b"]);
    }

    #[test]
    fn a_cut_is_shown() {
        let theme = Theme::named("mono").unwrap();
        assert_eq!(fit("no, not that", 8, &theme), "no, not…");
        assert_eq!(fit("a\u{1b}[2J", 9, &theme), "a␛[2J");
    }
}
