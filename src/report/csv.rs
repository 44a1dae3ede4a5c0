//! A report as CSV, with every decimal, for programs.

use std::fmt::Write as _;

use super::page::{Cell, Column, Page, Table};

/// Gives each table with its name, as a file of its own.
pub fn csv_files(page: &Page) -> Vec<(String, String)> {
    let tables = page.sections.iter().flat_map(|section| &section.tables);
    let tables = tables.filter(|table| !table.rows.is_empty());
    tables.map(|table| (table.id.clone(), one(table))).collect()
}

fn one(table: &Table) -> String {
    let mut head = Vec::new();
    for column in &table.columns {
        head.extend(names(column));
    }
    let mut out = String::new();
    line(&mut out, &head);
    for row in &table.rows {
        let cells = row.cells.iter().zip(&table.columns);
        let cells = cells.flat_map(|(cell, column)| values(cell, column.interval));
        line(&mut out, &cells.collect::<Vec<_>>());
    }
    out
}

/// Lines of cells under a head.
pub(super) struct Sheet {
    text: String,
}

impl Sheet {
    pub(super) fn new(head: &[&str]) -> Sheet {
        let mut sheet = Sheet {
            text: String::new(),
        };
        let head: Vec<String> = head.iter().map(|own| (*own).to_owned()).collect();
        sheet.line(&head);
        sheet
    }

    pub(super) fn line(&mut self, cells: &[String]) {
        line(&mut self.text, cells);
    }

    pub(super) fn written(self) -> String {
        self.text
    }
}

/// Gives the names of what a column holds: an interval has two ends.
fn names(column: &Column) -> Vec<String> {
    match column.name.strip_suffix("interval") {
        Some(of) if column.interval => vec![format!("{of}low"), format!("{of}high")],
        _ => vec![column.name.clone()],
    }
}

fn values(cell: &Cell, interval: bool) -> Vec<String> {
    match cell {
        Cell::Interval(low, high) | Cell::ShareInterval(low, high) => {
            vec![low.to_string(), high.to_string()]
        }
        _ if interval => vec![String::new(), String::new()],
        _ => vec![exact(cell)],
    }
}

/// Gives a cell with every decimal; a number that does not exist is empty.
fn exact(cell: &Cell) -> String {
    match cell {
        Cell::Number(value) | Cell::Share(value) => value.to_string(),
        Cell::Undefined(_) => String::new(),
        Cell::Text(text) => text.trim_start_matches("* ").to_owned(),
        _ => cell.shown(),
    }
}

fn line(out: &mut String, cells: &[String]) {
    let cells = cells.iter().map(|cell| quoted(cell));
    let _ = write!(out, "{}\r\n", cells.collect::<Vec<_>>().join(","));
}

/// Quotes a cell where it has to be; a name that a spreadsheet would take for a formula begins with an apostrophe.
fn quoted(cell: &str) -> String {
    let is_number = cell.parse::<f64>().is_ok();
    let is_formula = !is_number && cell.starts_with(['=', '+', '-', '@', '\t']);
    let cell = if is_formula {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if cell.contains(['"', ',', '\n', '\r']) {
        return format!("\"{}\"", cell.replace('"', "\"\""));
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_cell_is_quoted_where_it_has_to_be_and_is_never_a_formula() {
        let check = |cell: &str, expected: &str| assert_eq!(quoted(cell), expected);
        check("plain", "plain");
        check("a,b", "\"a,b\"");
        check("a \"b\"", "\"a \"\"b\"\"\"");
        check("=1+1", "'=1+1");
        check("-0.5", "-0.5");
    }
}
