//! A model as a page for people: always beside what people reach with each other on the same units.

use super::codes::confusion;
use super::{Style, figures_table, find, interval_of, names, value, value_of};
use crate::report::agreement::values::{
    Convention, Difference, Group, Model, Score, ScoreRow, Topic,
};
use crate::report::page::{Cell, Section, Table};

/// Gives the sections of a model.
pub(super) fn sections(model: &Model, style: Style) -> Vec<Section> {
    let mut sections = vec![with_people(model)];
    let scores = model.against_gold.as_ref();
    sections.extend(scores.map(|scores| against_gold(model, scores, style)));
    sections
}

fn with_people(model: &Model) -> Section {
    let mut flags = Vec::new();
    if model.people_on_same_units.is_none() {
        flags.push("there are no two people to compare the model with: nothing says how far people would agree here".to_owned());
    }
    Section {
        title: format!("Model {} beside people", model.coder),
        notes: vec![
            "A model is no side of the agreement of people; how far people agree on the same turns is the measure for it.".to_owned(),
        ],
        tables: vec![differences(model), each_group(model)],
        flags,
    }
}

fn differences(model: &Model) -> Table {
    let columns = [
        "question",
        "n",
        "figure",
        "model",
        "people",
        "difference",
        "interval",
    ];
    let caption = format!(
        "{} with people, less people with each other, on what all of them labelled",
        model.coder
    );
    let id = format!("model.{}.differences", model.coder);
    let mut table = Table::new(&id, &caption, &columns);
    for own in &model.differences {
        let part = |value: Option<f64>| value.map_or(Cell::Blank, Cell::Number);
        let cells = vec![
            Cell::Text(own.id.clone()),
            Cell::Count(own.difference.n),
            Cell::Text(own.figure_name.to_owned()),
            part(own.with_people),
            part(own.among_people),
            value(&own.difference),
            super::interval(&own.difference),
        ];
        table.row(cells, of_difference(model, own));
    }
    table
}

fn of_difference(model: &Model, own: &Difference) -> String {
    let coder = &model.coder;
    let figure = &own.difference;
    match (figure.value, figure.low, figure.high) {
        (None, ..) => format!("{}: {coder} and people cannot be compared here.", own.name),
        (_, Some(low), _) if low > 0.0 => format!(
            "{}: {coder} agrees with people more than they do with each other.",
            own.name
        ),
        (_, _, Some(high)) if high < 0.0 => format!(
            "{}: {coder} agrees with people less than they do with each other.",
            own.name
        ),
        _ => format!(
            "{}: whether {coder} agrees with people as they do with each other cannot be told from so little.",
            own.name
        ),
    }
}

fn each_group(model: &Model) -> Table {
    let columns = ["question", "who", "n", "agree", "primary", "interval"];
    let caption = format!(
        "{} with each person, and people with each other on the turns that {} decided: share and primary figure",
        model.coder, model.coder
    );
    let mut table = Table::new(&format!("model.{}", model.coder), &caption, &columns);
    let groups = model.with_people.iter().chain(&model.people_on_same_units);
    let groups: Vec<&Group> = groups.collect();
    let questions = groups.first().map_or(0, |group| group.questions.len());
    for at in 0..questions {
        let topics = groups.iter().filter_map(|group| {
            let topic = group.questions.get(at)?;
            (!is_reading(topic)).then_some((*group, topic))
        });
        for (group, topic) in topics {
            let primary = topic.figures.first().map_or("", |figure| figure.name);
            let explanation = format!(
                "How far {} agree, {}; the primary figure is {primary}.",
                names(group),
                topic.name
            );
            table.row(row(group, topic), explanation);
        }
    }
    table
}

fn is_reading(topic: &Topic) -> bool {
    matches!(topic.convention, Some(Convention::Either | Convention::All))
}

fn row(group: &Group, topic: &Topic) -> Vec<Cell> {
    let primary = topic.figures.first();
    vec![
        Cell::Text(topic.id.clone()),
        Cell::Text(names(group)),
        Cell::Count(topic.n),
        value_of(find(&topic.figures, &["percent", "exact_match"])),
        value_of(primary),
        interval_of(primary),
    ]
}

fn against_gold(model: &Model, scores: &[Score], style: Style) -> Section {
    let mut tables = Vec::new();
    for score in scores.iter().filter(|score| score.accuracy.n > 0) {
        let figures: Vec<_> = [&score.accuracy]
            .into_iter()
            .chain(&score.figures)
            .cloned()
            .collect();
        let id = format!("gold.{}.{}", model.coder, score.id);
        let caption = format!("{}: n = {}", score.name, score.accuracy.n);
        tables.push(figures_table(&id, &caption, &figures, style));
        if score.codes.iter().any(is_used) {
            tables.extend([code_counts(&id, score), code_figures(&id, score)]);
        }
        tables.extend(matrix(&id, score));
    }
    Section {
        title: format!("Model {} against gold", model.coder),
        notes: vec![
            "Gold that was settled from people's labels is not independent of those people."
                .to_owned(),
        ],
        tables,
        flags: Vec::new(),
    }
}

fn is_used(row: &ScoreRow) -> bool {
    row.support + row.false_positives > 0
}

fn code_counts(id: &str, score: &Score) -> Table {
    let columns = ["code", "in gold", "TP", "FP", "FN", "F1", "interval"];
    let caption = format!("{}, each code against gold", score.name);
    let mut table = Table::new(&format!("{id}.codes"), &caption, &columns);
    for row in score.codes.iter().filter(|row| is_used(row)) {
        let (name, both) = (&row.code.id, row.true_positives);
        let (given, support) = (both + row.false_positives, row.support);
        let f1 = find(&row.figures, &["f1"]);
        let counts = [support, both, row.false_positives, row.false_negatives];
        let mut cells = vec![Cell::Text(name.clone())];
        cells.extend(counts.map(Cell::Count));
        cells.extend([value_of(f1), interval_of(f1)]);
        let explanation = format!(
            "{name}: the model gave it to {given}, gold to {support}, both to the same {both}."
        );
        table.row(cells, explanation);
    }
    table
}

fn code_figures(id: &str, score: &Score) -> Table {
    let columns = [
        "code",
        "precision",
        "precision interval",
        "recall",
        "recall interval",
    ];
    let caption = format!("{}, each code: precision and recall", score.name);
    let mut table = Table::new(&format!("{id}.code_figures"), &caption, &columns);
    for row in score.codes.iter().filter(|row| is_used(row)) {
        let of = |id: &str| find(&row.figures, &[id]);
        let (precision, recall) = (of("precision"), of("recall"));
        let name = &row.code.id;
        let cells = vec![
            Cell::Text(name.clone()),
            value_of(precision),
            interval_of(precision),
            value_of(recall),
            interval_of(recall),
        ];
        let explanation = format!(
            "{name}: where the model says it, how often gold does (precision); where gold says it, how often the model does (recall)."
        );
        table.row(cells, explanation);
    }
    table
}

fn matrix(id: &str, score: &Score) -> Option<Table> {
    let matrix = score.confusion.as_ref()?;
    let categories: Vec<_> = score.codes.iter().map(|row| row.code.clone()).collect();
    Some(confusion(id, &score.name, &categories, matrix))
}
