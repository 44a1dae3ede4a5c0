//! The figures that were named in advance, one line for each question.

use super::tables::{foot, interval, names, short_name, unit, value};
use super::values::{Agreement, Figure, Group};
use super::words;
use crate::model::count;
use crate::report::page::{Cell, Page, Row, Section, Table};

/// Makes a page of the figures that the codebook's shape names in advance: finding first, then each question.
///
/// `None` where no two people are compared.
pub fn summary(agreement: &Agreement) -> Option<Page> {
    let people = agreement.people.as_ref()?;
    Some(Page {
        title: format!("Agreement of {}", names(people)),
        notes: vec![format!(
            "{} decided by anybody, {} by two or more. Intervals are resampled by session.",
            count(people.units, unit(people)),
            people.double_coded
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

/// Says of which questions the intervals, or all figures, rest on too little. What is rare, and who never varies, stands
/// with the whole of a question.
fn flags(people: &Group) -> Vec<String> {
    let mut all = of_finding(people);
    for topic in people
        .questions
        .iter()
        .filter(|topic| topic.headline && topic.n > 0)
    {
        all.extend(
            topic
                .flags
                .iter()
                .map(|note| (note.flag, short_name(topic))),
        );
    }
    let of = |flag: &str, what: &str| {
        let names = all.iter().filter(|(own, _)| *own == flag);
        let names: Vec<&str> = names.map(|(_, name)| *name).collect();
        (!names.is_empty()).then(|| format!("{}: {what}", names.join(", ")))
    };
    let sessions = "fewer than 10 sessions, over which intervals are too narrow";
    let units = "n below 20, where every figure is unsteady";
    [of("few_sessions", sessions), of("few_units", units)]
        .into_iter()
        .flatten()
        .collect()
}

fn of_finding(people: &Group) -> Vec<(&'static str, &str)> {
    let notes = people.finding.iter().flat_map(|own| &own.flags);
    notes.map(|note| (note.flag, "Finding")).collect()
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
