//! What a paper may say of the agreement, with the numbers in it.

use super::tables::names;
use super::values::{Agreement, Convention, Figure, Group, Scheme, Topic};
use crate::report::page::{number, percent};

/// Gives the sentences for a methods section.
pub(super) fn sentences(agreement: &Agreement) -> String {
    let Some(people) = &agreement.people else {
        return "Fewer than two people coded the same turns, so there is no agreement of people to report.".to_owned();
    };
    let book = &agreement.codebook;
    let mut all = vec![format!(
        "{} ({}) decided {} turns in common, using the codebook {} {}.",
        counted(people.coders.len()),
        names(people),
        people.double_coded,
        book.name,
        book.version
    )];
    let verdict = people.questions.iter().find(|topic| topic.id == "verdict");
    all.extend(
        verdict.map(|topic| format!("On whether a turn reveals an episode, {}.", told(topic))),
    );
    all.extend(people.finding.figures.first().map(found));
    all.push(format!(
        "Labels were compared on the {} of {} episodes that two coders or more had found.",
        people.matching.matched,
        people.matching.all()
    ));
    all.extend(headlines(people).map(|topic| {
        let base = match topic.convention {
            Some(Convention::Both) => ", where it applied for both",
            _ => "",
        };
        format!("{}{base} (n = {}): {}.", topic.name, topic.n, told(topic))
    }));
    all.push(uncertainty(agreement, people));
    all.join(" ")
}

fn counted(coders: usize) -> String {
    let words = [
        "No coders",
        "One coder",
        "Two coders",
        "Three coders",
        "Four coders",
        "Five coders",
    ];
    words
        .get(coders)
        .map_or_else(|| format!("{coders} coders"), |word| (*word).to_owned())
}

/// Gives the question to report of each field.
fn headlines(people: &Group) -> impl Iterator<Item = &Topic> {
    let mut last: Option<&str> = None;
    people.questions.iter().filter(move |topic| {
        let field = topic.field.as_deref();
        let is_first = field.is_some() && field != last;
        last = field;
        is_first
    })
}

fn found(figure: &Figure) -> String {
    format!(
        "The same episodes were found with F1 {} (half of the turns shared).",
        estimate(figure)
    )
}

fn told(topic: &Topic) -> String {
    let agree = topic
        .figures
        .iter()
        .find(|figure| matches!(figure.figure, "percent" | "exact_match"));
    let agree = agree.and_then(|figure| figure.value).map(|share| {
        let what = if topic.scheme == Scheme::Set {
            "exact match"
        } else {
            "agreement"
        };
        format!("{what} {} %", percent(share))
    });
    let primary = topic.figures.first();
    let primary = primary.map(|figure| format!("{} {}", figure.name, estimate(figure)));
    let parts: Vec<String> = agree.into_iter().chain(primary).collect();
    parts.join(", ")
}

fn estimate(figure: &Figure) -> String {
    let Some(value) = figure.value else {
        return format!(
            "undefined ({})",
            figure.undefined.unwrap_or("it has no value")
        );
    };
    match (figure.low, figure.high) {
        (Some(low), Some(high)) => {
            format!("= {} [{}, {}]", number(value), number(low), number(high))
        }
        _ => format!("= {} (no interval)", number(value)),
    }
}

fn uncertainty(agreement: &Agreement, people: &Group) -> String {
    let how = &agreement.resampling;
    let sessions = people
        .questions
        .iter()
        .map(|topic| topic.sessions)
        .max()
        .unwrap_or(0);
    format!(
        "Intervals are {} % bootstrap intervals over {sessions} sessions ({} resamples, {}, seed {}); those of percentages, where two coders are compared, are Wilson's. Turns decided by one coder only ({}) were left out.",
        percent(how.level).trim_end_matches(".0"),
        how.resamples,
        how.generator,
        how.seed,
        people.single_coded
    )
}
