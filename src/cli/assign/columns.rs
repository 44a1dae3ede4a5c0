//! Rows of cells, printed in columns.

use unicode_width::UnicodeWidthStr;

use crate::cli::console::{Console, one_line};
use crate::cli::failure::Failure;

/// Prints rows in columns that are as wide as they must be: the first `left` of them begin at the left, the others,
/// which hold numbers, end at the right.
pub(super) fn print(
    rows: &[Vec<String>],
    left: usize,
    console: &mut Console,
) -> Result<(), Failure> {
    lines(rows, left)
        .iter()
        .try_for_each(|line| console.line(line))
}

/// Prints a text in lines of a readable length.
pub(super) fn print_text(text: &str, console: &mut Console) -> Result<(), Failure> {
    wrapped(text).iter().try_for_each(|line| console.line(line))
}

/// How wide a line of text is at most.
const WIDEST: usize = 100;

fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() || line.width() + word.width() < WIDEST => {
                line.push_str(if line.is_empty() { "" } else { " " });
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn lines(rows: &[Vec<String>], left: usize) -> Vec<String> {
    let shown = |row: &Vec<String>| row.iter().map(|cell| one_line(cell)).collect();
    let rows: Vec<Vec<String>> = rows.iter().map(shown).collect();
    let mut widths: Vec<usize> = Vec::new();
    for row in &rows {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.width().max(*width);
        }
    }
    rows.iter().map(|row| line(row, &widths, left)).collect()
}

fn line(row: &[String], widths: &[usize], left: usize) -> String {
    let mut out = String::new();
    for (at, (cell, width)) in row.iter().zip(widths).enumerate() {
        let space = " ".repeat(width - cell.width());
        let (before, after) = if at < left {
            ("", space.as_str())
        } else {
            (space.as_str(), "")
        };
        out.push_str("  ");
        out.extend([before, cell, after]);
    }
    out.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_broken_between_words() {
        let found = wrapped(&"word ".repeat(41));
        assert!(found.iter().all(|line| line.width() <= WIDEST));
        assert_eq!(found.join(" "), "word ".repeat(41));
        assert_eq!(found.len(), 3);
        assert_eq!(wrapped(""), [""]);
    }

    #[test]
    fn words_begin_at_the_left_and_numbers_end_at_the_right() {
        let rows = [["who", "count"], ["李", "7"], ["a\nb", "12345678"]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(
            lines(&rows, 1),
            [
                "  who     count",
                "  李          7",
                "  a\u{240A}b  12345678"
            ]
        );
    }
}
