//! What a paper may say of the agreement, with the numbers in it.

use super::tables::{names, unit};
use super::values::{Agreement, Convention, Difference, Figure, Group, Model, Scheme, Topic};
use crate::model::count;
use crate::report::page::{number, percent};

/// Gives the sentences for a methods section.
pub(super) fn sentences(agreement: &Agreement) -> String {
    let mut all = agreement.people.as_ref().map_or_else(
        || vec!["Fewer than two people coded the same turns, so there is no agreement of people to report.".to_owned()],
        |people| of_people(agreement, people),
    );
    all.extend(agreement.models.iter().map(of_model));
    all.join(" ")
}

fn of_people(agreement: &Agreement, people: &Group) -> Vec<String> {
    let unit = unit(people);
    let book = &agreement.codebook;
    let in_common = if people.coders.len() > 2 {
        ", at least two of them each"
    } else {
        ""
    };
    let mut all = vec![format!(
        "{} ({}) decided {} in common{in_common}, using the codebook {} {}.",
        counted(people.coders.len()),
        names(people),
        count(people.double_coded, unit),
        book.name,
        book.version
    )];
    let verdict = people.questions.iter().find(|topic| topic.id == "verdict");
    all.extend(
        verdict.map(|topic| format!("On whether a {unit} reveals an episode, {}.", told(topic))),
    );
    let finding = people.finding.as_ref();
    all.extend(finding.and_then(|own| own.figures.first()).map(found));
    all.push(format!(
        "Labels were compared on the {} of {} that two coders or more had found.",
        people.matching.matched,
        count(people.matching.all(), "episode")
    ));
    all.extend(of_fields(people).map(|topic| {
        let base = match topic.convention {
            Some(Convention::Both) => ", where it applied for both",
            _ => "",
        };
        format!("{}{base} (n = {}): {}.", topic.name, topic.n, told(topic))
    }));
    all.push(uncertainty(agreement, people));
    all
}

/// Says how a model stands beside people and gold, in the figures that are named in advance.
fn of_model(model: &Model) -> String {
    let mut all = Vec::new();
    let differences = model.differences.iter().filter(|own| own.headline);
    let told: Vec<String> = differences.filter_map(difference).collect();
    if !told.is_empty() {
        all.push(format!(
            "On what all had labelled, the model {} agreed with people more (above 0) or less (below 0) than they did with each other: {}.",
            model.coder,
            told.join("; ")
        ));
    }
    let scores = model.against_gold.iter().flatten();
    let scores = scores.filter(|score| score.headline).filter_map(|score| {
        let accuracy = &score.accuracy;
        let (value, low, high) = (accuracy.value?, accuracy.low?, accuracy.high?);
        Some(format!(
            "{} {} % [{}, {}] (n = {})",
            score.id,
            percent(value),
            percent(low),
            percent(high),
            accuracy.n
        ))
    });
    let scores: Vec<String> = scores.collect();
    if !scores.is_empty() {
        all.push(format!(
            "Against gold the accuracy of {} was {}.",
            model.coder,
            scores.join("; ")
        ));
    }
    all.join(" ")
}

fn difference(own: &Difference) -> Option<String> {
    own.difference.value?;
    Some(format!(
        "{} {} {} (n = {})",
        own.id,
        own.figure_name,
        estimate(&own.difference),
        own.difference.n
    ))
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

/// Gives the questions to report of the fields that two coders gave.
fn of_fields(people: &Group) -> impl Iterator<Item = &Topic> {
    let questions = people.questions.iter();
    questions.filter(|topic| topic.headline && topic.field.is_some() && topic.n > 0)
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
    let agree = agree.and_then(|figure| share(topic, figure));
    let primary = topic.figures.first();
    let primary = primary.map(|figure| format!("{} {}", figure.name, estimate(figure)));
    let parts: Vec<String> = agree.into_iter().chain(primary).collect();
    parts.join(", ")
}

fn share(topic: &Topic, figure: &Figure) -> Option<String> {
    let what = if topic.scheme == Scheme::Set {
        "exact match"
    } else {
        "agreement"
    };
    let interval = match (figure.low, figure.high) {
        (Some(low), Some(high)) => format!(" [{}, {}]", percent(low), percent(high)),
        _ => String::new(),
    };
    Some(format!("{what} {} %{interval}", percent(figure.value?)))
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
    let sessions = people.questions.iter().map(|topic| topic.sessions).max();
    let over = match sessions {
        Some(sessions) if sessions > 0 => count(sessions, "session"),
        _ => "units".to_owned(),
    };
    format!(
        "Intervals are {} % bootstrap intervals over {over} ({} resamples, {}, seed {}); those of percentages are Wilson's, or Clopper and Pearson's where all agree, with as many units as the variance over sessions leaves independent.{}",
        percent(how.level).trim_end_matches(".0"),
        how.resamples,
        how.generator,
        how.seed,
        left_out(people)
    )
}

fn left_out(people: &Group) -> String {
    match people.single_coded {
        0 => String::new(),
        single => format!(
            " Units decided by one coder only ({single}) were left out of the figures on labels."
        ),
    }
}
