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

/// Pads a text with blanks to `width` columns.
pub(super) fn pad(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(columns(text));
    format!("{text}{}", " ".repeat(blanks))
}

/// Breaks a text into rows of at most `width` columns, at blanks where there are any; made printable.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(4);
    let mut rows = Vec::new();
    for line in printable(text).lines() {
        let mut row = String::new();
        let mut used = 0;
        for word in line.split_word_bounds() {
            let wide = columns(word);
            if used + wide > width && !word.trim().is_empty() && used > 0 {
                rows.push(std::mem::take(&mut row).trim_end().to_owned());
                used = 0;
            }
            if used == 0 && word.trim().is_empty() {
                continue;
            }
            for glyph in word.graphemes(true) {
                let wide = columns(glyph);
                if used + wide > width {
                    rows.push(std::mem::take(&mut row));
                    used = 0;
                }
                row.push_str(glyph);
                used += wide;
            }
        }
        rows.push(row.trim_end().to_owned());
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_break_at_blanks_and_long_ones_inside() {
        assert_eq!(wrap("no, not that one", 8), ["no, not", "that one"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("不对，重新来", 4), ["不对", "，重", "新来"]);
        assert_eq!(wrap("a\n\nb", 9), ["a", "", "b"]);
    }

    #[test]
    fn a_cut_is_shown() {
        let theme = Theme::named("mono").unwrap();
        assert_eq!(fit("no, not that", 8, &theme), "no, not…");
        assert_eq!(fit("a\u{1b}[2J", 9, &theme), "a␛[2J");
    }
}
