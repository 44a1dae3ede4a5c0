//! A model as a page for people: always beside what people reach with each other on the same units.

use super::tables::{confusion, interval, names, value};
use super::values::{Convention, Group, Model, Score, Topic};
use crate::report::page::{Cell, Section, Table};

/// Gives the sections of a model.
pub(super) fn sections(model: &Model) -> Vec<Section> {
    let mut sections = vec![with_people(model)];
    if let Some(scores) = &model.against_gold {
        sections.push(against_gold(model, scores));
    }
    sections
}

fn with_people(model: &Model) -> Section {
    let mut table = Table::new(
        &format!("model.{}", model.coder),
        "The model with each person, and the people with each other on the same turns",
        &[
            "question", "who", "n", "agree", "figure", "value", "interval",
        ],
    );
    let groups: Vec<&Group> = model
        .with_people
        .iter()
        .chain(&model.people_on_same_units)
        .collect();
    let first = groups.first().map(|group| group.questions.as_slice());
    for (at, question) in first.unwrap_or_default().iter().enumerate() {
        if matches!(
            question.convention,
            Some(Convention::Either | Convention::All)
        ) {
            continue;
        }
        for group in &groups {
            if let Some(topic) = group.questions.get(at) {
                table.row(row(group, topic), "");
            }
        }
    }
    let mut flags = Vec::new();
    if model.people_on_same_units.is_none() {
        flags.push("there are no two people to compare the model with: nothing says how far people would agree here".to_owned());
    }
    Section {
        title: format!("Model {} beside people", model.coder),
        notes: vec![
            "A model is no side of the agreement of people; how far people agree on the same turns is the measure for it.".to_owned(),
        ],
        tables: vec![table],
        flags,
    }
}

fn row(group: &Group, topic: &Topic) -> Vec<Cell> {
    let primary = topic.figures.first();
    let agree = topic
        .figures
        .iter()
        .find(|figure| matches!(figure.figure, "percent" | "exact_match"));
    vec![
        Cell::Text(topic.id.clone()),
        Cell::Text(names(group)),
        Cell::Count(topic.n),
        agree.map_or(Cell::Blank, value),
        primary.map_or(Cell::Blank, |figure| Cell::Text(figure.name.to_owned())),
        primary.map_or(Cell::Blank, value),
        primary.map_or(Cell::Blank, interval),
    ]
}

fn against_gold(model: &Model, scores: &[Score]) -> Section {
    let mut whole = Table::new(
        &format!("gold.{}", model.coder),
        "Accuracy: the share of units with gold's answer",
        &[
            "question", "n", "accuracy", "interval", "macro F1", "micro F1",
        ],
    );
    let mut codes = Table::new(
        &format!("gold.{}.codes", model.coder),
        "Each code against gold",
        &[
            "question",
            "code",
            "in gold",
            "TP",
            "FP",
            "FN",
            "precision",
            "recall",
            "F1",
        ],
    );
    let mut tables = Vec::new();
    for score in scores {
        let of = |id: &str| {
            let found = score.figures.iter().find(|figure| figure.figure == id);
            found.map_or(Cell::Blank, value)
        };
        let cells = vec![
            Cell::Text(score.id.clone()),
            Cell::Count(score.accuracy.n),
            value(&score.accuracy),
            interval(&score.accuracy),
            of("macro_f1"),
            of("micro_f1"),
        ];
        whole.row(cells, "");
        code_rows(score, &mut codes);
        tables.extend(matrix(score));
    }
    let mut all = vec![whole, codes];
    all.append(&mut tables);
    Section {
        title: format!("Model {} against gold", model.coder),
        notes: vec![
            "Gold that was settled from people's labels is not independent of those people."
                .to_owned(),
        ],
        tables: all,
        flags: Vec::new(),
    }
}

fn code_rows(score: &Score, table: &mut Table) {
    let used = score
        .codes
        .iter()
        .filter(|row| row.support + row.false_positives > 0);
    for row in used {
        let name = &row.code.id;
        let explanation = format!(
            "{name}: the model gave it to {} units, {} of the {} that have it in gold among them.",
            row.true_positives + row.false_positives,
            row.true_positives,
            row.support
        );
        let mut cells = vec![
            Cell::Text(score.id.clone()),
            Cell::Text(name.clone()),
            Cell::Count(row.support),
            Cell::Count(row.true_positives),
            Cell::Count(row.false_positives),
            Cell::Count(row.false_negatives),
        ];
        cells.extend(row.figures.iter().map(value));
        table.row(cells, explanation);
    }
}

fn matrix(score: &Score) -> Option<Table> {
    let matrix = score.confusion.as_ref().filter(|_| score.accuracy.n > 0)?;
    let categories: Vec<_> = score.codes.iter().map(|row| row.code.clone()).collect();
    Some(confusion(&score.id, &score.name, &categories, matrix))
}
