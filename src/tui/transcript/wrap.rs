//! Breaks a line into rows: at word ends where it can, never inside a character, in linear time.

use std::ops::Range;

use crate::model::{Glyph, glyphs};

/// Columns from one tab stop to the next.
pub(super) const TAB: usize = 4;

/// Gives the columns that a glyph takes when it begins in `column`.
pub(super) fn columns_at(glyph: &Glyph<'_>, column: usize) -> usize {
    if glyph.source == "\t" {
        TAB - column % TAB
    } else {
        glyph.columns()
    }
}

/// Gives the columns of a text that begins in the first column.
pub(super) fn columns(text: &str) -> usize {
    glyphs(text).fold(0, |column, glyph| column + columns_at(&glyph, column))
}

/// Breaks a line without line ends into rows, the first of `first` columns and the others of `rest`, and gives
/// their bytes to `row` until that says `false`. Blanks at a break belong to the row that they end, and may
/// stand out over its columns.
pub(super) fn wrap(
    line: &str,
    first: usize,
    rest: usize,
    row: &mut impl FnMut(Range<usize>) -> bool,
) {
    let is_plain = line.bytes().all(|byte| matches!(byte, 0x20..=0x7E));
    let row_end = if is_plain { plain_row_end } else { row_end };
    let (mut start, mut room) = (0, first);
    loop {
        let end = start + row_end(&line[start..], room.max(1));
        if !row(start..end) || end == line.len() {
            return;
        }
        (start, room) = (end, rest);
    }
}

/// Gives the end of the row at the front of a text. Most text is plain, and is broken by looking at the place
/// of the break only.
fn plain_row_end(text: &str, room: usize) -> usize {
    let bytes = text.as_bytes();
    if bytes.len() <= room {
        return bytes.len();
    }
    let stop = bytes[..=room].iter().rposition(|&byte| byte == b' ');
    let Some(stop) = stop else {
        return room;
    };
    // A word as long as the line after its indentation is better cut than left without it.
    if stop < room && bytes[..stop].iter().all(|&byte| byte == b' ') && stop + 1 < room {
        return room;
    }
    let blanks = bytes[stop..].iter().take_while(|&&byte| byte == b' ');
    stop + blanks.count()
}

/// Gives the end of the row at the front of a text, whatever is in it.
fn row_end(text: &str, room: usize) -> usize {
    let (mut at, mut column) = (0, 0);
    let mut stop = None;
    let (mut has_words, mut follows_wide) = (false, false);
    for glyph in glyphs(text) {
        let is_blank = matches!(glyph.source, " " | "\t");
        let is_wide = is_wide(&glyph);
        let columns = columns_at(&glyph, column);
        if at > 0 && (is_wide || follows_wide) && !is_closing(glyph.source) {
            stop = Some(at);
        }
        if !is_blank && column + columns > room && at > 0 {
            return stop.unwrap_or(at);
        }
        at += glyph.source.len();
        column += columns;
        has_words |= !is_blank;
        follows_wide = is_wide;
        if is_blank && (has_words || column >= room) {
            stop = Some(at);
        }
    }
    text.len()
}

/// Tells whether a glyph is one of a script that has no blanks between its words.
fn is_wide(glyph: &Glyph<'_>) -> bool {
    !glyph.is_sign() && glyph.source.len() >= 3 && glyph.columns() == 2
}

/// Tells whether a mark closes what stands before it, and so cannot begin a row.
fn is_closing(mark: &str) -> bool {
    matches!(
        mark,
        "、" | "。"
            | "，"
            | "．"
            | "！"
            | "？"
            | "）"
            | "」"
            | "』"
            | "】"
            | "："
            | "；"
            | "》"
            | "ー"
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(line: &str, first: usize, rest: usize) -> Vec<&str> {
        let mut found = Vec::new();
        wrap(line, first, rest, &mut |range| {
            found.push(&line[range]);
            true
        });
        found
    }

    #[test]
    fn lines_break_at_word_ends() {
        let check =
            |line: &str, expected: &[&str]| assert_eq!(rows(line, 10, 10), expected, "{line}");
        check("", &[""]);
        check("short", &["short"]);
        check("exactly 10", &["exactly 10"]);
        check("no, that is wrong", &["no, that ", "is wrong"]);
        check("one two three four", &["one two ", "three four"]);
        check("blanks     hang over", &["blanks     ", "hang over"]);
        check("unbreakableword", &["unbreakabl", "eword"]);
        check("a unbreakableword", &["a ", "unbreakabl", "eword"]);
        check("   indentedword", &["   indente", "dword"]);
        check("trailing blanks        ", &["trailing ", "blanks        "]);
        check("ends here.    ", &["ends here.    "]);
    }

    #[test]
    fn writing_without_blanks_breaks_between_characters() {
        let check =
            |line: &str, expected: &[&str]| assert_eq!(rows(line, 10, 10), expected, "{line}");
        check("不要修改这个文件", &["不要修改这", "个文件"]);
        check("不要修改这。个文件", &["不要修改", "这。个文件"]);
        check(
            "e\u{301}te\u{301} a\u{300} voir la",
            &["e\u{301}te\u{301} a\u{300} voir ", "la"],
        );
        check("say \u{202e}txt now", &["say ", "\u{202e}txt ", "now"]);
    }

    #[test]
    fn a_tab_goes_to_its_stop() {
        assert_eq!(columns("\tx"), 5);
        assert_eq!(columns("ab\tx"), 5);
        assert_eq!(rows("\t\tabc def", 12, 12), ["\t\tabc ", "def"]);
    }

    #[test]
    fn continuation_rows_have_their_own_breadth() {
        assert_eq!(rows("- one two three", 8, 6), ["- one ", "two ", "three"]);
    }

    #[test]
    fn wrapping_stops_when_told() {
        let line = "x".repeat(1_000_000);
        let mut count = 0;
        wrap(&line, 10, 10, &mut |_| {
            count += 1;
            count < 3
        });
        assert_eq!(count, 3);
    }

    proptest! {
        #[test]
        fn the_two_ways_agree_on_plain_text(text in "[ a-c]{0,60}", room in 1_usize..12) {
            prop_assert_eq!(plain_row_end(&text, room), row_end(&text, room));
        }

        #[test]
        fn rows_cover_the_line(line in ".{0,80}", first in 2_usize..30, rest in 2_usize..30) {
            let line = line.replace('\n', " ");
            let found = rows(&line, first, rest);
            prop_assert_eq!(found.concat(), line.clone());
            for (at, row) in found.iter().enumerate() {
                let room = if at == 0 { first } else { rest };
                let words = row.trim_end_matches([' ', '\t']);
                let is_one = glyphs(words).count() == 1;
                prop_assert!(columns(words) <= room || is_one, "{:?}", found);
            }
        }
    }
}
