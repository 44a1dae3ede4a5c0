//! More than two coders: each two of them, and all but one.

use crate::report::agreement::values::{Spread, Topic};
use crate::report::page::{Cell, Table};

/// Makes the table of the primary figure of each two coders, its range, and the figure without each coder.
pub(super) fn table(topic: &Topic) -> Table {
    let name = topic.figures.first().map_or("value", |figure| figure.name);
    let caption = format!("{}, each two coders, and all but one: {name}", topic.name);
    let columns = ["who", "n", "value"];
    let mut table = Table::new(&format!("{}.pairs", topic.id), &caption, &columns);
    for pair in &topic.pairs {
        let (first, second) = (&pair.first, &pair.second);
        let cells = vec![
            Cell::Text(format!("{first} / {second}")),
            Cell::Count(pair.n),
            number(pair.value, pair.undefined),
        ];
        let explanation = format!("{name} of {first} and {second} alone, on what both labelled.");
        table.row(cells, explanation);
    }
    if let Some(spread) = &topic.spread {
        range(&mut table, spread);
    }
    for own in &topic.without {
        let coder = &own.coder;
        let cells = vec![
            Cell::Text(format!("without {coder}")),
            Cell::Blank,
            number(own.value, own.undefined),
        ];
        let explanation = format!(
            "The figure of the others; where it is higher than with all, {coder} differs from them."
        );
        table.row(cells, explanation);
    }
    if let Some(error) = topic.total_error {
        let name = Cell::Text("standard error, coders too".to_owned());
        let explanation = "How far the figure of all might be off if the coders too had been others, not only the sessions.";
        table.row(vec![name, Cell::Blank, Cell::Number(error)], explanation);
    }
    table
}

fn range(table: &mut Table, spread: &Spread) {
    let pairs = format!("{} of {} pairs have a value", spread.defined, spread.of);
    for (what, value) in [
        ("lowest", spread.min),
        ("median", spread.median),
        ("highest", spread.max),
    ] {
        let cells = vec![
            Cell::Text(what.to_owned()),
            Cell::Blank,
            Cell::Number(value),
        ];
        table.row(cells, format!("The {what} of the pairs; {pairs}."));
    }
    if let Some(light) = spread.light {
        let what = Cell::Text("mean kappa of pairs (Light)".to_owned());
        let explanation = format!(
            "The mean of Cohen's kappa over the {} of {} pairs that have one.",
            spread.light_defined, spread.of
        );
        table.row(vec![what, Cell::Blank, Cell::Number(light)], explanation);
    }
}

fn number(value: Option<f64>, reason: Option<&str>) -> Cell {
    match value {
        Some(value) => Cell::Number(value),
        None => Cell::Undefined(reason.unwrap_or("it has no value").to_owned()),
    }
}
