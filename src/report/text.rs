//! A report for a terminal.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use super::page::{Cell, Column, Page, Section, Table};

/// The widest line of prose.
const WIDTH: usize = 80;

/// The blanks around a cell.
const GAP: usize = 2;

/// The narrowest that a first column is cut to.
const NARROWEST: usize = 8;

/// Draws a report for a terminal; with `explain` each row is followed by its plain sentence.
pub fn text(page: &Page, explain: bool) -> String {
    let mut out = String::new();
    prose(&mut out, "", &page.title);
    for note in &page.notes {
        prose(&mut out, "", note);
    }
    for section in &page.sections {
        draw_section(&mut out, section, explain);
    }
    out.truncate(out.trim_end().len());
    out
}

fn draw_section(out: &mut String, section: &Section, explain: bool) {
    out.push('\n');
    let _ = writeln!(out, "{}", section.title);
    let _ = writeln!(
        out,
        "{}",
        "\u{2500}".repeat(section.title.width().min(WIDTH))
    );
    for note in &section.notes {
        prose(out, "", note);
    }
    for table in &section.tables {
        draw_table(out, table, explain);
    }
    for flag in &section.flags {
        prose(out, "! ", flag);
    }
}

fn draw_table(out: &mut String, table: &Table, explain: bool) {
    if table.rows.is_empty() {
        return;
    }
    out.push('\n');
    prose(out, "", &table.caption);
    let mut shown: Vec<Vec<String>> = table
        .rows
        .iter()
        .map(|row| row.cells.iter().map(Cell::shown).collect())
        .collect();
    let head: Vec<String> = table.columns.iter().map(heading).collect();
    let widths = fitted(&mut shown, &head);
    let right: Vec<bool> = (0..head.len()).map(|at| is_right(table, at)).collect();
    line(out, &head, &widths, &right);
    for (row, cells) in table.rows.iter().zip(&shown) {
        line(out, cells, &widths, &right);
        if explain && !row.explanation.is_empty() {
            prose(out, "      ", &row.explanation);
        }
    }
    for reason in reasons(table) {
        prose(out, "  \u{2014} ", &reason);
    }
}

/// Gives a column's heading; what an interval belongs to stands in the column before it.
fn heading(column: &Column) -> String {
    if column.interval {
        "interval".to_owned()
    } else {
        column.name.clone()
    }
}

/// Gives the width of each column; in a table too wide for a terminal the first one is cut.
fn fitted(shown: &mut [Vec<String>], head: &[String]) -> Vec<usize> {
    let widest = |(at, name): (usize, &String)| {
        let cells = shown.iter().filter_map(|row| row.get(at));
        let cells = cells.map(|cell| cell.width());
        cells.chain([name.width()]).max().unwrap_or(0)
    };
    let mut widths: Vec<usize> = head.iter().enumerate().map(widest).collect();
    let total: usize = widths.iter().map(|width| width + GAP).sum();
    if let Some(first) = widths.first_mut() {
        let left = first.saturating_sub(total.saturating_sub(WIDTH));
        *first = left.max(NARROWEST.min(*first));
        for cell in shown.iter_mut().filter_map(|row| row.first_mut()) {
            cut(cell, *first);
        }
    }
    widths
}

/// Cuts a cell to a width, with a sign that it is cut.
fn cut(cell: &mut String, width: usize) {
    if cell.width() <= width {
        return;
    }
    while cell.width() + 1 > width && cell.pop().is_some() {}
    cell.push('\u{2026}');
}

/// Tells whether a column holds numbers.
fn is_right(table: &Table, at: usize) -> bool {
    let mut cells = table.rows.iter().filter_map(|row| row.cells.get(at));
    at > 0 && cells.all(Cell::is_number)
}

/// Says once for each reason which rows have no number.
pub(super) fn reasons(table: &Table) -> Vec<String> {
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for row in &table.rows {
        let name = row.cells.first().map(Cell::shown).unwrap_or_default();
        let name = name.trim_start_matches("* ").to_owned();
        for (at, cell) in row.cells.iter().enumerate() {
            let Cell::Undefined(reason) = cell else {
                continue;
            };
            let column = table
                .columns
                .get(at)
                .map_or("", |column| column.name.as_str());
            let what = if column == "value" {
                name.clone()
            } else {
                format!("{name} ({column})")
            };
            match reasons.iter_mut().find(|(own, _)| own == reason) {
                Some((_, rows)) if rows.contains(&what) => (),
                Some((_, rows)) => rows.push(what),
                None => reasons.push((reason, vec![what])),
            }
        }
    }
    let sentence = |(reason, rows): (&str, Vec<String>)| format!("{}: {reason}", rows.join(", "));
    reasons.into_iter().map(sentence).collect()
}

fn line(out: &mut String, cells: &[String], widths: &[usize], right: &[bool]) {
    let mut text = String::from(" ");
    for ((cell, width), right) in cells.iter().zip(widths).zip(right) {
        let gap = " ".repeat(width.saturating_sub(cell.width()));
        let (before, after) = if *right {
            (gap, String::new())
        } else {
            (String::new(), gap)
        };
        let _ = write!(text, " {before}{cell}{after} ");
    }
    let _ = writeln!(out, "{}", text.trim_end());
}

/// Writes a sentence over as many lines as it takes.
fn prose(out: &mut String, lead: &str, sentence: &str) {
    let indent = " ".repeat(lead.width());
    let mut line = lead.to_owned();
    let mut is_empty = true;
    for word in sentence.split_whitespace() {
        if !is_empty && line.width() + 1 + word.width() > WIDTH {
            let _ = writeln!(out, "{line}");
            line.clone_from(&indent);
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    let _ = writeln!(out, "{line}");
}
