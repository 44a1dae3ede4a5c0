//! A report as Markdown, with tables as most readers of it understand them.

use std::fmt::Write as _;

use super::page::{Cell, Page, Table};
use super::text::reasons;

/// Draws a report as Markdown; with `explain` the plain sentences of a table stand below it.
pub fn markdown(page: &Page, explain: bool) -> String {
    let mut out = format!("# {}\n", escaped(&page.title));
    for note in &page.notes {
        let _ = writeln!(out, "\n{}", escaped(note));
    }
    for section in &page.sections {
        let _ = writeln!(out, "\n## {}", escaped(&section.title));
        for note in &section.notes {
            let _ = writeln!(out, "\n{}", escaped(note));
        }
        for table in &section.tables {
            draw_table(&mut out, table, explain);
        }
        for (at, flag) in section.flags.iter().enumerate() {
            let before = if at == 0 { "\n" } else { "" };
            let _ = writeln!(out, "{before}- {}", escaped(flag));
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn draw_table(out: &mut String, table: &Table, explain: bool) {
    if table.rows.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n**{}**\n", escaped(&table.caption));
    let head = table.columns.iter().map(|column| escaped(&column.name));
    let _ = writeln!(out, "| {} |", head.collect::<Vec<_>>().join(" | "));
    let rule = (0..table.columns.len()).map(|at| {
        let mut cells = table.rows.iter().filter_map(|row| row.cells.get(at));
        if at > 0 && cells.all(Cell::is_number) {
            "--:"
        } else {
            "---"
        }
    });
    let _ = writeln!(out, "|{}|", rule.collect::<Vec<_>>().join("|"));
    for row in &table.rows {
        let cells = row.cells.iter().map(|cell| escaped(&cell.shown()));
        let _ = writeln!(out, "| {} |", cells.collect::<Vec<_>>().join(" | "));
    }
    let explanations = table.rows.iter().filter(|_| explain);
    let explanations = explanations.filter(|row| !row.explanation.is_empty());
    let explanations = explanations.map(|row| {
        let name = row.cells.first().map(Cell::shown).unwrap_or_default();
        format!("{}: {}", name.trim_start_matches("* "), row.explanation)
    });
    let below = reasons(table)
        .into_iter()
        .map(|own| format!("\u{2014} {own}"));
    let below: Vec<String> = explanations.chain(below).collect();
    for (at, sentence) in below.iter().enumerate() {
        let before = if at == 0 { "\n" } else { "" };
        let _ = writeln!(out, "{before}- {}", escaped(sentence));
    }
}

/// Keeps signs of names from being read as Markdown.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\\' | '|' | '*' | '_' | '`' | '<' | '#' => out.extend(['\\', sign]),
            '\n' | '\r' => out.push(' '),
            _ => out.push(sign),
        }
    }
    out
}
