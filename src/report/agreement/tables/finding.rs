//! Which turns belong to an episode.

use super::{Style, figures_table, interval_of, value_of};
use crate::model::count;
use crate::report::agreement::values::{Finding, FindingPair, Group};
use crate::report::page::{Cell, Section, Table, percent};

pub(super) fn section(group: &Group, own: &Finding, style: Style) -> Section {
    let caption = if group.coders.len() > 2 {
        "Do they find the same episodes? Means over each two coders"
    } else {
        "Do they find the same episodes?"
    };
    let mut flags: Vec<String> = own.flags.iter().map(|note| note.text.clone()).collect();
    if own.sessions_without_length > 0 {
        flags.push(format!(
            "alpha of turns leaves out {} whose length is not known",
            count(own.sessions_without_length, "session")
        ));
    }
    Section {
        title: "Finding: which turns are episodes".to_owned(),
        notes: vec![match_rate(group)],
        tables: vec![
            figures_table("finding", caption, &own.figures, style),
            pairs(&own.pairs),
        ],
        flags,
    }
}

/// Makes the table of each two coders; two alone have their figures above it.
fn pairs(pairs: &[FindingPair]) -> Table {
    let columns = [
        "coders",
        "first's",
        "second's",
        "no episode by both",
        "F1 half",
        "interval",
    ];
    let is_only = pairs.len() == 1;
    let columns = if is_only { &columns[..4] } else { &columns[..] };
    let mut table = Table::new("finding_pairs", "Episodes of each two coders", columns);
    for own in pairs {
        let f1 = own.figures.first();
        let cells = [
            Cell::Text(format!("{} / {}", own.first, own.second)),
            Cell::Count(own.first_episodes),
            Cell::Count(own.second_episodes),
            Cell::Count(own.both_silent),
            value_of(f1),
            interval_of(f1),
        ];
        let explanation = format!(
            "{} has {} and {} has {}, on the turns that both went through{}.",
            own.first,
            count(own.first_episodes, "episode"),
            own.second,
            own.second_episodes,
            silent(own.both_silent)
        );
        table.row(cells.into_iter().take(columns.len()).collect(), explanation);
    }
    table
}

fn silent(sessions: u64) -> String {
    match sessions {
        0 => String::new(),
        _ => format!("; in {} neither has any", count(sessions, "session")),
    }
}

/// Says how many episodes have labels that can be compared.
fn match_rate(group: &Group) -> String {
    let own = group.matching;
    let share = if own.all() == 0 {
        String::new()
    } else {
        format!(" ({} %)", percent(own.matched as f64 / own.all() as f64))
    };
    let apart = [
        match own.verdict_differs {
            0 => None,
            1 => Some("1 is no episode to the others".to_owned()),
            many => Some(format!("{many} are no episode to the others")),
        },
        match own.unmatched {
            0 => None,
            1 => Some("1 found no counterpart on its turn".to_owned()),
            many => Some(format!("{many} found no counterpart on their turn")),
        },
    ];
    let apart: Vec<String> = apart.into_iter().flatten().collect();
    format!(
        "Labels below are compared on the {} of {}{share} that two coders or more have{}{}.",
        own.matched,
        count(own.all(), "episode"),
        if apart.is_empty() { "" } else { "; " },
        apart.join(", ")
    )
}
