//! Each code by itself, and who chose what.

use std::fmt::Write as _;

use super::{find, interval_of, value_of};
use crate::report::agreement::values::{Category, CodeRow, Group, Matrix, PairTable, Topic};
use crate::report::page::{Cell, Table};

/// The longest id that heads a column of who chose what.
const LONGEST_HEAD: usize = 10;

/// Counts who gave each code; the two by two table is of two coders.
pub(super) fn code_counts(group: &Group, topic: &Topic) -> Table {
    let mut columns = vec!["code", "by any"];
    let is_pair = group.coders.len() == 2;
    if is_pair {
        columns.extend(["both", "first only", "second only", "neither"]);
    }
    columns.extend(["agree yes", "agree no"]);
    let caption = code_caption(group, topic);
    let mut table = Table::new(&format!("{}.codes", topic.id), &caption, &columns);
    for row in used(topic) {
        let mut cells = vec![Cell::Text(row.code.id.clone()), Cell::Count(row.units)];
        let counts = row.tables.first().filter(|_| is_pair);
        cells.extend(counts.into_iter().flat_map(cells_of));
        cells.push(value_of(find(&row.figures, &["positive_agreement"])));
        cells.push(value_of(find(&row.figures, &["negative_agreement"])));
        let name = format!("{} {}", row.code.id, row.code.name);
        let explanation = match counts {
            Some(own) => format!(
                "{name}: {} gave it to {}, {} to {}, both to the same {}. Agree yes: where one gave it, how often the other did.",
                own.first,
                own.both + own.first_only,
                own.second,
                own.both + own.second_only,
                own.both
            ),
            None => format!("{name}: {} have it from any coder.", row.units),
        };
        table.row(cells, explanation);
    }
    table
}

fn cells_of(own: &PairTable) -> [Cell; 4] {
    [own.both, own.first_only, own.second_only, own.neither].map(Cell::Count)
}

fn used(topic: &Topic) -> impl Iterator<Item = &CodeRow> {
    topic.codes.iter().filter(|row| row.units > 0)
}

/// Names the coders and the codes that have no row, since nobody gave them.
fn code_caption(group: &Group, topic: &Topic) -> String {
    let mut caption = format!("{}, each code: who gave it", topic.name);
    if let [first, second] = &group.coders[..] {
        let _ = write!(
            caption,
            " (first: {}, second: {})",
            first.coder, second.coder
        );
    }
    let unused = topic.codes.iter().filter(|row| row.units == 0);
    let unused: Vec<&str> = unused.map(|row| row.code.id.as_str()).collect();
    if !unused.is_empty() {
        let _ = write!(caption, ". Never given: {}", unused.join(", "));
    }
    caption
}

/// Gives the agreement on each code, given or not; the indices are of two coders.
pub(super) fn code_figures(group: &Group, topic: &Topic) -> Table {
    let mut columns = vec!["code", "kappa", "kappa interval", "AC1", "AC1 interval"];
    let is_pair = group.coders.len() == 2;
    if is_pair {
        columns.extend(["prevalence", "bias"]);
    }
    let id = format!("{}.code_figures", topic.id);
    let caption = format!(
        "{}, each code: agreement on whether it is given",
        topic.name
    );
    let mut table = Table::new(&id, &caption, &columns);
    for row in used(topic) {
        let of = |id: &str| find(&row.figures, &[id]);
        let mut cells = vec![
            Cell::Text(row.code.id.clone()),
            value_of(of("kappa")),
            interval_of(of("kappa")),
            value_of(of("ac1")),
            interval_of(of("ac1")),
        ];
        if is_pair {
            cells.push(value_of(of("prevalence_index")));
            cells.push(value_of(of("bias_index")));
        }
        table.row(cells, beyond_chance(row, topic.n));
    }
    table
}

fn beyond_chance(row: &CodeRow, n: u64) -> String {
    let (id, units) = (&row.code.id, row.units);
    let rare = if row.rare {
        " It is too rare for these intervals to be relied on."
    } else {
        ""
    };
    format!(
        "{id} is given to {units} of {n}: kappa falls as this nears none or all of them, AC1 does not.{rare}"
    )
}

/// Makes the table of who chose what.
pub(super) fn confusion(id: &str, name: &str, categories: &[Category], matrix: &Matrix) -> Table {
    let of_two = format!("{id}.confusion.{}.{}", matrix.first, matrix.second);
    let colon = if name.ends_with('?') { "" } else { ":" };
    let caption = format!(
        "{name}{colon} rows {}, columns {}",
        matrix.first, matrix.second
    );
    // Long ids would make the table wider than any page: their places stand for them.
    let ids = || categories.iter().map(|own| own.id.as_str());
    let is_long = ids().any(|id| id.chars().count() > LONGEST_HEAD);
    let heads = ids().zip(1..).map(|(id, place)| {
        if is_long {
            place.to_string()
        } else {
            id.to_owned()
        }
    });
    let heads: Vec<String> = heads.collect();
    let columns = ["code"].into_iter().chain(heads.iter().map(String::as_str));
    let mut table = Table::new(&of_two, &caption, &columns.collect::<Vec<_>>());
    for (at, counts) in matrix.counts.iter().enumerate() {
        let (Some(id), Some(head)) = (ids().nth(at), heads.get(at)) else {
            continue;
        };
        let first = if is_long {
            format!("{head} {id}")
        } else {
            head.clone()
        };
        let cells = counts.iter().map(|count| Cell::Count(*count));
        let cells = [Cell::Text(first)].into_iter().chain(cells);
        table.row(cells.collect(), of_row(matrix, categories, at));
    }
    table
}

/// Says what became of one answer of the first coder.
fn of_row(matrix: &Matrix, categories: &[Category], at: usize) -> String {
    let counts = &matrix.counts[at];
    let (first, second) = (&matrix.first, &matrix.second);
    let all: u64 = counts.iter().sum();
    let id = &categories[at].id;
    if all == 0 {
        return format!("{first} never said {id}.");
    }
    let others = counts.iter().zip(categories).enumerate();
    let others = others.filter(|(other, (count, _))| *other != at && **count > 0);
    let most = others.max_by_key(|(other, (count, _))| (**count, std::cmp::Reverse(*other)));
    let most = most.map_or(String::new(), |(_, (count, other))| {
        format!("; most often otherwise {} ({count})", other.id)
    });
    format!(
        "Of the {all} that {first} called {id}, {second} called {} the same{most}.",
        counts[at]
    )
}
