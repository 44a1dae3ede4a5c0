//! The readings of a field that does not always apply.

use super::{find, interval_of, value_of};
use crate::model::count;
use crate::report::agreement::values::{Convention, Topic};
use crate::report::page::{Cell, Table, percent};

/// Each reading with what it is called and what it says.
const READINGS: [(Convention, &str, &str); 3] = [
    (
        Convention::Both,
        "for both",
        "Only the clear cases: those in which both say that the question arises. This is the one to report.",
    ),
    (
        Convention::Either,
        "for one at least",
        "Where one coder says that the question does not arise, that counts as another answer.",
    ),
    (
        Convention::All,
        "or not: all",
        "Agreement that the question does not arise counts too, which lifts the figures.",
    ),
];

/// Compares the readings.
pub(super) fn table(topics: &[&Topic]) -> Table {
    let first = topics.first();
    let field = first.and_then(|topic| topic.field.as_deref());
    let caption = format!(
        "{}, the same labels counted in different ways; the first is the one to report",
        first.map_or("", |topic| super::topic::short_name(topic))
    );
    let columns = [
        "it applies",
        "n",
        "agree",
        "AC1",
        "interval",
        "kappa",
        "alpha",
    ];
    let id = format!("{}.readings", field.unwrap_or_default());
    let mut table = Table::new(&id, &caption, &columns);
    for (convention, name, explanation) in READINGS {
        let Some(topic) = of(topics, convention) else {
            continue;
        };
        let figure = |ids: &[&str]| find(&topic.figures, ids);
        let cells = vec![
            Cell::Text(name.to_owned()),
            Cell::Count(topic.n),
            value_of(figure(&["percent", "exact_match"])),
            value_of(figure(&["ac1"])),
            interval_of(figure(&["ac1"])),
            value_of(figure(&["kappa"])),
            value_of(figure(&["alpha", "alpha_masi"])),
        ];
        table.row(cells, explanation);
    }
    table
}

fn of<'a>(topics: &[&'a Topic], convention: Convention) -> Option<&'a Topic> {
    let mut topics = topics.iter();
    let found = topics.find(|topic| topic.convention == Some(convention));
    found.copied()
}

/// Says how many episodes are lost because the coders differ in whether the field applies; `None` where none is.
pub(super) fn lost_to_gate(topics: &[&Topic]) -> Option<String> {
    let n = |convention| of(topics, convention).map_or(0, |topic| topic.n);
    let either = n(Convention::Either);
    let lost = either.saturating_sub(n(Convention::Both));
    if lost == 0 {
        return None;
    }
    let share = percent(lost as f64 / either as f64);
    let are = if lost == 1 { "is" } else { "are" };
    Some(format!(
        "Of {} to which it applies for one coder at least, {lost} ({share} %) {are} lost because it does not apply for the other.",
        count(either, "episode")
    ))
}
