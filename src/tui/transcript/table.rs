//! Tables in Markdown, as far as their columns fit the width.

use std::ops::Range;

use super::lines::{Line, line_at};
use super::wrap;

/// More columns than this are no table that a row could show.
const MOST_COLUMNS: usize = 32;

/// Breadth and side of the columns of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    /// The columns from left to right.
    pub(super) columns: Vec<Column>,
}

/// One column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Column {
    /// Columns of the screen for the words.
    pub(super) width: usize,
    /// Whether the words stand at the right.
    pub(super) is_right: bool,
}

impl Table {
    /// Measures the lines of a table, of which the second is the rule; `None` where they do not fit.
    pub(super) fn measure<'a>(
        lines: impl IntoIterator<Item = &'a str>,
        width: usize,
    ) -> Option<Table> {
        let mut columns: Vec<Column> = Vec::new();
        for (at, line) in lines.into_iter().enumerate() {
            for (cell, own) in cells(line).into_iter().enumerate() {
                if cell == columns.len() {
                    columns.push(Column {
                        width: 1,
                        is_right: false,
                    });
                }
                let (text, column) = (&line[own], &mut columns[cell]);
                if at == 1 {
                    column.is_right = text.ends_with(':') && !text.starts_with(':');
                } else {
                    column.width = column.width.max(wrap::columns(text));
                }
            }
            if columns.len() > MOST_COLUMNS || breadth(&columns) > width {
                return None;
            }
        }
        Some(Table { columns })
    }
}

/// Gives the columns of the screen that a table takes with its lines.
fn breadth(columns: &[Column]) -> usize {
    1 + columns.iter().map(|column| column.width + 3).sum::<usize>()
}

/// Gives the lines of the table that begins with `head` and ends before `end`; `None` where none begins there.
pub(super) fn lines(text: &str, head: Line, end: usize) -> Option<Vec<Line>> {
    let words = |line: &Line| &text[line.start..line.end];
    if head.next >= end || !words(&head).contains('|') {
        return None;
    }
    let rule = line_at(text, head.next..end);
    if !is_rule(words(&rule)) {
        return None;
    }
    let mut lines = vec![head, rule];
    let mut at = rule.next;
    while at < end {
        let line = line_at(text, at..end);
        if !is_row(words(&line)) {
            break;
        }
        lines.push(line);
        at = line.next;
    }
    Some(lines)
}

/// Tells whether a line can be a row of a table.
fn is_row(line: &str) -> bool {
    line.trim_start_matches([' ', '\t']).starts_with('|') || line.contains(" | ")
}

/// Tells whether a line is the rule under the head of a table.
fn is_rule(line: &str) -> bool {
    line.contains('|')
        && line.contains('-')
        && line
            .bytes()
            .all(|byte| matches!(byte, b'|' | b'-' | b':' | b' ' | b'\t'))
}

/// Gives the cells of a row, without the blanks around them.
pub(super) fn cells(line: &str) -> Vec<Range<usize>> {
    let bytes = line.as_bytes();
    let mut start = line.len() - line.trim_start_matches([' ', '\t']).len();
    start += usize::from(bytes.get(start) == Some(&b'|'));
    let mut end = line.trim_end_matches([' ', '\t']).len();
    let is_escaped = end >= 2 && bytes[end - 2] == b'\\';
    if end > start && bytes[end - 1] == b'|' && !is_escaped {
        end -= 1;
    }
    let mut found = Vec::new();
    let mut begin = start;
    let mut at = start;
    while at < end {
        match bytes[at] {
            b'\\' => at += 1,
            b'|' => {
                found.push(trimmed(line, begin..at));
                begin = at + 1;
            }
            _ => (),
        }
        at += 1;
    }
    found.push(trimmed(line, begin..end.max(begin)));
    found
}

fn trimmed(line: &str, cell: Range<usize>) -> Range<usize> {
    let blanks = [' ', '\t'];
    let text = &line[cell.clone()];
    let start = cell.start + (text.len() - text.trim_start_matches(blanks).len());
    start..start + text.trim_matches(blanks).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_what_stands_between_the_bars() {
        let check = |line: &str, expected: &[&str]| {
            let found: Vec<&str> = cells(line).into_iter().map(|cell| &line[cell]).collect();
            assert_eq!(found, expected, "{line}");
        };
        check("| a | b c |", &["a", "b c"]);
        check("a | b", &["a", "b"]);
        check("|a||c|", &["a", "", "c"]);
        check("| a \\| b | c |", &["a \\| b", "c"]);
        check("|", &[""]);
        check("||", &[""]);
        check("", &[""]);
        check("  | é |  ", &["é"]);
    }

    #[test]
    fn a_table_that_does_not_fit_has_no_measure() {
        let lines = ["| file | rows |", "|---|---:|", "| a.csv | 12 |"];
        let table = Table::measure(lines, 40).unwrap();
        let columns: Vec<(usize, bool)> = table
            .columns
            .iter()
            .map(|column| (column.width, column.is_right))
            .collect();
        assert_eq!(columns, [(5, false), (4, true)]);
        assert_eq!(Table::measure(lines, 15), None);
        assert!(Table::measure(lines, 16).is_some());
    }
}
