//! The figures that were named in advance, one line for each question.

use super::tables::{interval, names, value};
use super::values::{Agreement, Figure, Group, Topic};
use crate::report::page::{Cell, Page, Row, Section, Table};

/// Makes a page of the figures that the codebook's shape names in advance: finding first, then each question.
///
/// `None` where no two people are compared.
pub fn summary(agreement: &Agreement) -> Option<Page> {
    let people = agreement.people.as_ref()?;
    Some(Page {
        title: format!("Agreement of {}", names(people)),
        notes: vec![format!(
            "{} turns decided by anybody, {} by two or more. Intervals are resampled by session.",
            people.units, people.double_coded
        )],
        sections: vec![Section {
            title: "The figures named in advance".to_owned(),
            notes: Vec::new(),
            tables: vec![table(people)],
            flags: Vec::new(),
        }],
    })
}

fn table(people: &Group) -> Table {
    let columns = ["question", "n", "figure", "value", "interval"];
    let mut table = Table::new("summary", "One for each question", &columns);
    table.rows.extend(row("Finding", &people.finding.figures));
    let mut before: Option<&str> = None;
    for topic in &people.questions {
        // The first question about a field is the one that is named; readings and attributes follow it.
        let field = topic.field.as_deref();
        if field.is_none() || field != before {
            table.rows.extend(row(name(topic), &topic.figures));
        }
        before = field;
    }
    table
}

/// Gives a question's name without how its values are read.
fn name(topic: &Topic) -> &str {
    topic.name.split(", ").next().unwrap_or(&topic.name)
}

fn row(question: &str, figures: &[Figure]) -> Option<Row> {
    let named = figures.iter().find(|own| own.primary)?;
    let cells = vec![
        Cell::Text(question.to_owned()),
        Cell::Count(named.n),
        Cell::Text(named.name.to_owned()),
        value(named),
        interval(named),
    ];
    Some(Row {
        cells,
        explanation: String::new(),
    })
}
