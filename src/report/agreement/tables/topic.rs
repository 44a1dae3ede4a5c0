//! What one verdict or field comes out as.

use std::fmt::Write as _;

use super::codes::{code_counts, code_figures, confusion};
use super::{Style, coverage, figures_table, pairs, readings};
use crate::model::count;
use crate::report::agreement::values::{Convention, Group, Scheme, Topic, Unit};
use crate::report::page::{Section, Table};

/// Makes the section of a field, or of verdict or reason alone.
pub(super) fn section(group: &Group, topics: &[&Topic], style: Style) -> Section {
    let first = topics.first();
    let mut section = Section {
        title: first.map(|topic| heading(topic)).unwrap_or_default(),
        notes: Vec::new(),
        tables: Vec::new(),
        flags: Vec::new(),
    };
    if topics.iter().any(|topic| topic.unit != Unit::Turn) {
        let (matched, all) = (group.matching.matched, group.matching.all());
        let note = format!("Episodes matched: {matched} of {all}.");
        section.notes.push(note);
    }
    section
        .notes
        .extend(topics.iter().filter_map(|own| mean_codes(group, own)));
    for topic in topics.iter().filter(|topic| !is_reading(topic)) {
        let caption = caption(group, topic);
        let figures = figures_table(&topic.id, &caption, &topic.figures, style);
        section.tables.push(figures);
        section.tables.extend(details(group, topic));
        for note in &topic.flags {
            if !section.flags.contains(&note.text) {
                section.flags.push(note.text.clone());
            }
        }
    }
    if topics.iter().any(|topic| is_reading(topic)) {
        section.tables.push(readings::table(topics));
        section.notes.extend(readings::lost_to_gate(topics));
    }
    section
}

/// Tells whether a question is another reading of the one before it, which has no section of its own.
fn is_reading(topic: &Topic) -> bool {
    matches!(topic.convention, Some(Convention::Either | Convention::All))
}

fn heading(topic: &Topic) -> String {
    let name = short_name(topic);
    match &topic.field {
        Some(field) if !name.eq_ignore_ascii_case(field) => format!("{name} ({field})"),
        _ => name.to_owned(),
    }
}

/// Gives a question's name without how its values are read.
pub(in crate::report::agreement) fn short_name(topic: &Topic) -> &str {
    topic.name.split(", ").next().unwrap_or(&topic.name)
}

/// Says of sets how many codes each coder gives: who habitually adds a second one is punished hard by MASI.
fn mean_codes(group: &Group, topic: &Topic) -> Option<String> {
    if !topic.headline || topic.scheme != Scheme::Set || topic.n == 0 {
        return None;
    }
    let of_coders = group.coders.iter().zip(&topic.mean_codes);
    let of_coders =
        of_coders.filter_map(|(own, mean)| Some(format!("{} {:.2}", own.coder, (*mean)?)));
    let of_coders: Vec<String> = of_coders.collect();
    Some(format!(
        "Codes for each episode: {}. A second code that only one coder tends to give lowers every figure on sets.",
        of_coders.join(", ")
    ))
}

fn caption(group: &Group, topic: &Topic) -> String {
    let unit = match topic.unit {
        Unit::Turn => coverage::unit(group),
        Unit::Episode => "episode",
        Unit::Code => "code",
    };
    let colon = if topic.name.ends_with(['?', ')']) {
        ""
    } else {
        ":"
    };
    let mut caption = format!("{}{colon} n = {}", topic.name, count(topic.n, unit));
    if topic.sessions > 0 {
        let _ = write!(caption, " in {}", count(topic.sessions, "session"));
    }
    if topic.convention == Some(Convention::Both) {
        caption.push_str(", where it applies for both");
    }
    if topic.outside_scale > 0 {
        let left_out = topic.outside_scale;
        let _ = write!(
            caption,
            "; {left_out} left out, with a code outside the scale"
        );
    }
    if topic.one_only > 0 {
        let _ = write!(caption, "; {} by one coder only left out", topic.one_only);
    }
    let yes = topic.categories.first();
    if let Some(yes) = yes.filter(|_| topic.scheme == Scheme::Binary) {
        let _ = write!(caption, "; yes is: {}", yes.name);
    }
    caption
}

/// Gives the tables that stand below a question's figures.
fn details(group: &Group, topic: &Topic) -> Vec<Table> {
    let mut tables = Vec::new();
    if topic.codes.iter().any(|row| row.units > 0) {
        tables.push(code_counts(group, topic));
        tables.push(code_figures(group, topic));
    }
    for matrix in topic.confusion.iter().filter(|_| topic.n > 0) {
        tables.push(confusion(&topic.id, &topic.name, &topic.categories, matrix));
    }
    if !topic.pairs.is_empty() {
        tables.push(pairs::table(topic));
    }
    tables
}
