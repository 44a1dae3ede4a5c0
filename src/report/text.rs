//! A report for a terminal.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use super::page::{Cell, Page, Section, Table};

/// The widest line of prose.
const WIDTH: usize = 80;

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
    let _ = writeln!(out, "\n{}", table.caption);
    let shown: Vec<Vec<String>> = table
        .rows
        .iter()
        .map(|row| row.cells.iter().map(Cell::shown).collect())
        .collect();
    let widths: Vec<usize> = (0..table.columns.len())
        .map(|at| {
            let cells = shown.iter().filter_map(|row| row.get(at));
            let widest = cells.map(|cell| cell.width()).max().unwrap_or(0);
            widest.max(table.columns[at].name.width())
        })
        .collect();
    let head: Vec<String> = table.columns.iter().map(|own| own.name.clone()).collect();
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
