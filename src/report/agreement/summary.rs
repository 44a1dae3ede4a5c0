//! The figures that were named in advance, one line for each question.

use super::tables::{foot, interval, names, short_name, value};
use super::values::{Agreement, Figure, Group, Note};
use super::words;
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
        foot: foot(agreement),
        sections: vec![Section {
            title: "The figures named in advance".to_owned(),
            notes: Vec::new(),
            tables: vec![table(people)],
            flags: flags(people),
        }],
    })
}

fn table(people: &Group) -> Table {
    let columns = ["question", "n", "figure", "value", "interval"];
    let mut table = Table::new("summary", "One for each question", &columns);
    let finding = people.finding.iter();
    let finding = finding.filter_map(|own| row("Finding", &own.figures));
    table.rows.extend(finding);
    let headlines = people.questions.iter().filter(|topic| topic.headline);
    let headlines = headlines.filter_map(|topic| row(short_name(topic), &topic.figures));
    table.rows.extend(headlines);
    table
}

/// Says each thing to beware of once, with the questions where it belongs to some only.
fn flags(people: &Group) -> Vec<String> {
    let of_finding = people.finding.iter().flat_map(|own| &own.flags);
    let of_finding = of_finding.map(|note| ("Finding", note));
    let headlines = people.questions.iter().filter(|topic| topic.headline);
    let of_topics =
        headlines.flat_map(|topic| topic.flags.iter().map(|note| (short_name(topic), note)));
    let mut found: Vec<(&Note, Vec<&str>)> = Vec::new();
    for (name, note) in of_finding.chain(of_topics) {
        match found.iter_mut().find(|(own, _)| own.text == note.text) {
            Some((_, names)) => names.push(name),
            None => found.push((note, vec![name])),
        }
    }
    let told = |(note, names): (&Note, Vec<&str>)| format!("{}: {}", names.join(", "), note.text);
    found.into_iter().map(told).collect()
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
        explanation: words::explanation(named).to_owned(),
    })
}
