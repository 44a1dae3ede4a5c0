//! What a person reads: sections with notes and tables. How it is drawn is no matter here.

/// A report.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// What it is about.
    pub title: String,
    /// Sentences below the title.
    pub notes: Vec<String>,
    /// What stands below each table with an interval that leaves the page.
    pub foot: String,
    /// Its parts, in the order in which they are read.
    pub sections: Vec<Section>,
}

/// A part of a report.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// Sentences below the heading.
    pub notes: Vec<String>,
    /// Its tables.
    pub tables: Vec<Table>,
    /// Sentences below the tables: what to beware of.
    pub flags: Vec<String>,
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Short name, unique on the page: the name of its file.
    pub id: String,
    /// What it shows.
    pub caption: String,
    /// Its columns; the first says what a row is about.
    pub columns: Vec<Column>,
    /// Its rows, each with a cell for each column.
    pub rows: Vec<Row>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub name: String,
    /// Whether it holds an interval, which takes two columns where only numbers are wanted.
    pub interval: bool,
}

/// A row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its cells.
    pub cells: Vec<Cell>,
    /// The row in a plain sentence; empty where there is nothing to add.
    pub explanation: String,
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing belongs here.
    Blank,
    /// Words.
    Text(String),
    /// A whole number.
    Count(u64),
    /// A number.
    Number(f64),
    /// A share, shown in per cent.
    Share(f64),
    /// The ends of an interval.
    Interval(f64, f64),
    /// The ends of an interval of a share.
    ShareInterval(f64, f64),
    /// A number that does not exist, and why.
    Undefined(String),
}

impl Table {
    /// Makes a table without rows.
    pub fn new(id: &str, caption: &str, columns: &[&str]) -> Table {
        let column = |name: &&str| Column {
            name: (*name).to_owned(),
            interval: name.contains("interval"),
        };
        Table {
            id: id.to_owned(),
            caption: caption.to_owned(),
            columns: columns.iter().map(column).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row with its plain sentence.
    pub fn row(&mut self, cells: Vec<Cell>, explanation: impl Into<String>) {
        self.rows.push(Row {
            cells,
            explanation: explanation.into(),
        });
    }
}

impl Cell {
    /// Gives the cell in the form in which a person reads it; a number that does not exist is a dash.
    pub fn shown(&self) -> String {
        match self {
            Cell::Blank => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Count(count) => count.to_string(),
            Cell::Number(value) => number(*value),
            Cell::Share(share) => percent(*share) + " %",
            Cell::Interval(low, high) => format!("[{}, {}]", number(*low), number(*high)),
            Cell::ShareInterval(low, high) => format!("[{}, {}] %", percent(*low), percent(*high)),
            Cell::Undefined(_) => "\u{2014}".to_owned(),
        }
    }

    /// Tells whether the cell stands to the right of its column.
    pub fn is_number(&self) -> bool {
        !matches!(self, Cell::Text(_))
    }
}

/// Gives three decimals; what is not 0 or 1 is never shown as if it were.
pub(super) fn number(value: f64) -> String {
    let shown = format!("{value:.3}");
    let is_rounded = |whole: f64| (value - whole).abs() > 1e-12;
    match shown.as_str() {
        "-0.000" if !is_rounded(0.0) => "0.000".to_owned(),
        "0.000" if is_rounded(0.0) => "0.001".to_owned(),
        "-0.000" => "-0.001".to_owned(),
        "1.000" if value < 1.0 && is_rounded(1.0) => "0.999".to_owned(),
        _ => shown,
    }
}

/// Gives per cent with one decimal, without the sign.
pub(super) fn percent(share: f64) -> String {
    let shown = format!("{:.1}", share * 100.0);
    match shown.as_str() {
        "100.0" if share < 1.0 - 1e-12 => "99.9".to_owned(),
        "0.0" if share > 1e-12 => "0.1".to_owned(),
        "-0.0" => "0.0".to_owned(),
        _ => shown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_never_shown_as_full_agreement_or_none_where_it_is_not() {
        let check = |value: f64, shown: &str| assert_eq!(number(value), shown);
        check(1.0, "1.000");
        check(0.9999, "0.999");
        check(0.0, "0.000");
        check(-0.25, "-0.250");
        check(0.0003, "0.001");
        check(-0.0003, "-0.001");
        check(-0.0, "0.000");
        assert_eq!(percent(0.9999), "99.9");
        assert_eq!(percent(0.0001), "0.1");
        assert_eq!(percent(1.0), "100.0");
    }
}
