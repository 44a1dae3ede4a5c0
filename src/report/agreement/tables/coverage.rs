//! Who decided how much, and what each two coders share.

use crate::model::count;
use crate::report::agreement::values::{CoderCoverage, Group, PairCoverage};
use crate::report::page::{Cell, Section, Table};

pub(super) fn section(group: &Group) -> Section {
    let by_hand = if group.finding.is_some() {
        " In finding, a turn that one marked by hand and another passed over counts against them."
    } else {
        ""
    };
    Section {
        title: "Coverage".to_owned(),
        notes: vec![format!(
            "{} decided by anybody, {} by two or more.{}{by_hand}",
            count(group.units, unit(group)),
            group.double_coded,
            left_out(group.single_coded)
        )],
        tables: vec![coders(group), pairs(group)],
        flags: Vec::new(),
    }
}

/// Says what becomes of the units that one coder decided; nothing where there are none.
fn left_out(single: u64) -> String {
    match single {
        0 => String::new(),
        1 => " The one that one coder decided is left out of every figure on labels.".to_owned(),
        _ => {
            format!(" The {single} that one coder decided are left out of every figure on labels.")
        }
    }
}

/// What a unit of a verdict is called.
pub(in crate::report::agreement) fn unit(group: &Group) -> &'static str {
    if group.finding.is_some() {
        "turn"
    } else {
        "unit"
    }
}

/// What the column of such units is called.
fn units(group: &Group) -> String {
    format!("{}s", unit(group))
}

fn coders(group: &Group) -> Table {
    let units = units(group);
    let columns = ["coder", "sessions", &units, "another too", "episodes"];
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
            "{coder} decided {} in {}, {double_coded} of which somebody else decided too, and found {}.",
            count(*decided, unit(group)),
            count(*sessions, "session"),
            count(*episodes, "episode")
        );
        let cells = [Cell::Text(coder.clone())].into_iter().chain(cells);
        table.row(cells.collect(), explanation);
    }
    table
}

fn pairs(group: &Group) -> Table {
    let units = units(group);
    let columns = [
        "coders",
        &units,
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
            "{first} and {second} both decided {} and both opened {}{}.",
            count(*both, unit(group)),
            count(*sessions_both, "session"),
            passed_by(*passed_over)
        );
        let name = Cell::Text(format!("{first} / {second}"));
        let cells = [name].into_iter().chain(cells.map(Cell::Count));
        table.row(cells.collect(), explanation);
    }
    table
}

fn passed_by(turns: u64) -> String {
    match turns {
        0 => String::new(),
        1 => "; 1 turn was marked by hand by one and passed over by the other".to_owned(),
        _ => format!("; {turns} turns were marked by hand by one and passed over by the other"),
    }
}
