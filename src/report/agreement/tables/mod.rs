//! The values of agreement as a page for people.

mod codes;
mod coverage;
mod finding;
mod model;
mod pairs;
mod readings;
mod topic;

pub(super) use coverage::unit;
pub(super) use topic::short_name;

use super::figures::is_share;
use super::scales;
use super::values::{Agreement, Figure, Group, Topic};
use super::words;
use crate::report::page::{Cell, Page, Section, Table, percent};

/// What a person wants to see beside the figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style {
    /// Names of levels from the scales of interpretation.
    pub benchmark: bool,
}

/// The sign before the figure that was named in advance.
const NAMED: &str = "* ";

/// Makes the page.
pub fn page(agreement: &Agreement, style: Style) -> Page {
    let mut sections = Vec::new();
    if let Some(people) = &agreement.people {
        sections.extend(group_sections(people, style));
    }
    for model in &agreement.models {
        sections.extend(model::sections(model, style));
    }
    sections.push(Section {
        title: "Methods".to_owned(),
        notes: vec![agreement.methods.clone()],
        tables: Vec::new(),
        flags: Vec::new(),
    });
    Page {
        title: title(agreement),
        notes: head(agreement, style),
        foot: foot(agreement),
        sections,
    }
}

fn title(agreement: &Agreement) -> String {
    let models = agreement.models.iter();
    let models: Vec<&str> = models.map(|model| model.coder.as_str()).collect();
    match &agreement.people {
        Some(people) => format!("Agreement of {}", names(people)),
        None => format!("Agreement of {}", models.join(" and ")),
    }
}

/// Gives the names of a group's coders as they are listed in a sentence.
pub(super) fn names(group: &Group) -> String {
    let names: Vec<&str> = group.coders.iter().map(|own| own.coder.as_str()).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

fn head(agreement: &Agreement, style: Style) -> Vec<String> {
    let book = &agreement.codebook;
    let mut notes = vec![
        format!("Codebook: {} {} ({}).", book.name, book.version, book.id),
        format!(
            "* is the figure that the codebook's shape names in advance. {}",
            intervals(agreement)
        ),
    ];
    if style.benchmark {
        notes.push(scales::CAVEAT.to_owned());
    }
    notes
}

/// Says below a table that leaves the page what its intervals are.
pub(super) fn foot(agreement: &Agreement) -> String {
    format!("{}. {}", title(agreement), intervals(agreement))
}

/// Says what the intervals are.
pub(super) fn intervals(agreement: &Agreement) -> String {
    let how = &agreement.resampling;
    format!(
        "Intervals: {} %; {} resamples, generator {}, seed {}.",
        percent(how.level).trim_end_matches(".0"),
        how.resamples,
        how.generator,
        how.seed
    )
}

fn group_sections(group: &Group, style: Style) -> Vec<Section> {
    let mut sections = vec![coverage::section(group)];
    let topics = |id: &'static str| group.questions.iter().filter(move |topic| topic.id == id);
    sections.extend(topics("verdict").map(|topic| topic::section(group, &[topic], style)));
    let finding = group.finding.as_ref();
    sections.extend(finding.map(|own| finding::section(group, own, style)));
    sections.extend(topics("reason").map(|topic| topic::section(group, &[topic], style)));
    let of_fields = group.questions.iter().filter(|topic| topic.field.is_some());
    let of_fields: Vec<&Topic> = of_fields.collect();
    let by_field = of_fields.chunk_by(|one, next| one.field == next.field);
    sections.extend(by_field.map(|own| topic::section(group, own, style)));
    sections
}

/// Makes the table of some figures.
fn figures_table(id: &str, caption: &str, figures: &[Figure], style: Style) -> Table {
    let columns: &[&str] = if style.benchmark {
        &["figure", "value", "interval", "on a scale"]
    } else {
        &["figure", "value", "interval"]
    };
    let mut table = Table::new(id, caption, columns);
    for figure in figures {
        let named = if figure.primary { NAMED } else { "" };
        let name = Cell::Text(format!("{named}{}", full_name(figure)));
        let mut cells = vec![name, value(figure), interval(figure)];
        if style.benchmark {
            cells.push(scales::level(figure).map_or(Cell::Blank, Cell::Text));
        }
        table.row(cells, words::explanation(figure));
    }
    table
}

/// Gives a figure's name, with how many parts a mean is over where some have no value.
fn full_name(figure: &Figure) -> String {
    match figure.mean_over {
        Some(over) if over.defined < over.of => {
            format!("{} ({} of {})", figure.name, over.defined, over.of)
        }
        _ => figure.name.to_owned(),
    }
}

pub(super) fn value(figure: &Figure) -> Cell {
    match (figure.value, figure.undefined) {
        (Some(value), _) if is_share(figure.figure) => Cell::Share(value),
        (Some(value), _) => Cell::Number(value),
        (None, reason) => Cell::Undefined(reason.unwrap_or("it has no value").to_owned()),
    }
}

pub(super) fn interval(figure: &Figure) -> Cell {
    match (figure.low, figure.high, figure.no_interval) {
        (Some(low), Some(high), _) if is_share(figure.figure) => Cell::ShareInterval(low, high),
        (Some(low), Some(high), _) => Cell::Interval(low, high),
        (_, _, Some(reason)) => Cell::Undefined(reason.to_owned()),
        _ => Cell::Blank,
    }
}

/// Finds a figure by one of some ids.
pub(super) fn find<'a>(figures: &'a [Figure], ids: &[&str]) -> Option<&'a Figure> {
    figures.iter().find(|figure| ids.contains(&figure.figure))
}

/// Gives the value of a figure that may not be there.
fn value_of(figure: Option<&Figure>) -> Cell {
    figure.map_or(Cell::Blank, value)
}

/// Gives the interval of a figure that may not be there.
fn interval_of(figure: Option<&Figure>) -> Cell {
    figure.map_or(Cell::Blank, interval)
}
