//! A report as LaTeX: each table ready to paste, with the package booktabs.

use std::fmt::Write as _;

use super::page::{Cell, Page, Table};
use super::text::reasons;

/// Draws the tables of a report, and its notes as text. Only `booktabs` is needed.
pub fn latex(page: &Page) -> String {
    let mut out = format!("% {}\n% \\usepackage{{booktabs}}\n", one_line(&page.title));
    for note in &page.notes {
        let _ = writeln!(out, "% {}", one_line(note));
    }
    for section in &page.sections {
        let _ = writeln!(out, "\n% {}", one_line(&section.title));
        for note in &section.notes {
            let _ = writeln!(out, "{}", escaped(note));
        }
        for table in &section.tables {
            draw_table(&mut out, table, &page.foot);
        }
        for flag in &section.flags {
            let _ = writeln!(out, "% {}", one_line(flag));
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn draw_table(out: &mut String, table: &Table, foot: &str) {
    if table.rows.is_empty() {
        return;
    }
    let align = (0..table.columns.len()).map(|at| {
        let mut cells = table.rows.iter().filter_map(|row| row.cells.get(at));
        if at > 0 && cells.all(Cell::is_number) {
            'r'
        } else {
            'l'
        }
    });
    let align: String = align.collect();
    let label: String = table
        .id
        .chars()
        .map(|sign| {
            if sign.is_ascii_alphanumeric() {
                sign
            } else {
                '-'
            }
        })
        .collect();
    let _ = writeln!(out, "\n\\begin{{table}}\n\\centering");
    let _ = writeln!(out, "\\caption{{{}}}", escaped(&table.caption));
    let _ = writeln!(out, "\\label{{tab:{label}}}");
    let _ = writeln!(out, "\\begin{{tabular}}{{{align}}}\n\\toprule");
    let head = table.columns.iter().map(|column| escaped(&column.name));
    let _ = writeln!(
        out,
        "{} \\\\\n\\midrule",
        head.collect::<Vec<_>>().join(" & ")
    );
    for row in &table.rows {
        let cells: Vec<String> = row
            .cells
            .iter()
            .map(|cell| escaped(&cell.shown()))
            .collect();
        // Braces keep a bracket after \\ from being read as its argument, and a star likewise.
        let first = cells.first().map(|first| format!("{{{first}}}"));
        let cells = first.into_iter().chain(cells.into_iter().skip(1));
        let _ = writeln!(out, "{} \\\\", cells.collect::<Vec<_>>().join(" & "));
    }
    let _ = writeln!(out, "\\bottomrule\n\\end{{tabular}}");
    for reason in reasons(table) {
        let _ = writeln!(out, "\n{{\\footnotesize --- {}}}", escaped(&reason));
    }
    if table.columns.iter().any(|column| column.interval) {
        let _ = writeln!(out, "\n{{\\footnotesize {}}}", escaped(foot));
    }
    let _ = writeln!(out, "\\end{{table}}");
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

/// Keeps every sign from being read as a command.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => out.extend(['\\', sign]),
            '\\' => out.push_str("\\textbackslash{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '<' => out.push_str("\\textless{}"),
            '>' => out.push_str("\\textgreater{}"),
            '"' => out.push_str("''"),
            '\u{2014}' => out.push_str("---"),
            '\u{2265}' => out.push_str("$\\geq$"),
            '\n' | '\r' => out.push(' '),
            _ => out.push(sign),
        }
    }
    out
}
