//! Who decided how much, and what each two coders share.

use crate::report::agreement::values::{CoderCoverage, Group, PairCoverage};
use crate::report::page::{Cell, Section, Table};

pub(super) fn section(group: &Group) -> Section {
    let unit = unit(group);
    let by_hand = if group.finding.is_some() {
        " In finding, a turn that one marked by hand and another passed over counts against them."
    } else {
        ""
    };
    Section {
        title: "Coverage".to_owned(),
        notes: vec![format!(
            "{} {unit} decided by anybody, {} by two or more. The {} that one coder decided are left out of every figure on labels.{by_hand}",
            group.units, group.double_coded, group.single_coded
        )],
        tables: vec![coders(group), pairs(group)],
        flags: Vec::new(),
    }
}

/// What the units of a verdict are called.
pub(super) fn unit(group: &Group) -> &'static str {
    if group.finding.is_some() {
        "turns"
    } else {
        "units"
    }
}

fn coders(group: &Group) -> Table {
    let columns = ["coder", "sessions", unit(group), "another too", "episodes"];
    let mut table = Table::new("coverage_coders", "What each coder decided", &columns);
    for own in &group.coders {
        let CoderCoverage {
            coder,
            sessions,
            decided,
            episodes,
            double_coded,
        } = own;
        let cells = [*sessions, *decided, *double_coded, *episodes].map(Cell::Count);
        let explanation = format!(
            "{coder} decided {decided} {} in {sessions} sessions, {double_coded} of which somebody else decided too, and found {episodes} episodes.",
            unit(group)
        );
        let cells = [Cell::Text(coder.clone())].into_iter().chain(cells);
        table.row(cells.collect(), explanation);
    }
    table
}

fn pairs(group: &Group) -> Table {
    let columns = [
        "coders",
        unit(group),
        "sessions",
        "first only",
        "second only",
        "passed over",
    ];
    let mut table = Table::new("coverage_pairs", "What each two coders share", &columns);
    for own in &group.pairs {
        let PairCoverage {
            first,
            second,
            both,
            sessions_both,
            sessions_first_only,
            sessions_second_only,
            passed_over,
        } = own;
        let cells = [
            *both,
            *sessions_both,
            *sessions_first_only,
            *sessions_second_only,
            *passed_over,
        ];
        let explanation = format!(
            "{first} and {second} both decided {both} {} and both opened {sessions_both} sessions; {passed_over} turns were marked by hand by one and passed over by the other.",
            unit(group)
        );
        let name = Cell::Text(format!("{first} / {second}"));
        let cells = [name].into_iter().chain(cells.map(Cell::Count));
        table.row(cells.collect(), explanation);
    }
    table
}
