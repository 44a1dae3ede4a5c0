//! Agreement as tables for programs: a line for each figure, and a line for each count.

use super::figures::empty;
use super::values::{
    Agreement, CodeRow, Convention, Figure, Finding, Group, Matrix, Model, PairFigure, Score, Topic,
};
use crate::report::csv::Sheet;

/// Gives every figure on a line of its own, under the ids that JSON has.
///
/// `compared`, `model`, `coders`, `question`, `code` and `figure` together name one line.
pub fn figures(agreement: &Agreement) -> String {
    let mut sheet = Sheet::new(&[
        "compared",
        "model",
        "coders",
        "question",
        "convention",
        "code",
        "figure",
        "n",
        "value",
        "low",
        "high",
        "interval",
        "basis",
        "standard_error",
        "primary",
        "rare",
        "undefined",
        "no_interval",
    ]);
    each(agreement, |whose, part| match part {
        Part::Group(group) => of_group(&mut sheet, whose, group),
        Part::Model(model) => of_differences(&mut sheet, whose, model),
        Part::Score(score) => of_score(&mut sheet, whose, score),
    });
    sheet.written()
}

/// Gives every count on a line of its own: how many units one coder gave one answer and another coder another.
///
/// For a single code, which stands in `code`, the answers are `yes` and `no`.
pub fn counts(agreement: &Agreement) -> String {
    let mut sheet = Sheet::new(&[
        "compared",
        "model",
        "first",
        "second",
        "question",
        "code",
        "first_gave",
        "second_gave",
        "units",
    ]);
    each(agreement, |whose, part| match part {
        Part::Group(group) => {
            for topic in &group.questions {
                of_codes(&mut sheet, whose, topic);
                for matrix in &topic.confusion {
                    let ids = topic.categories.iter().map(|own| own.id.as_str());
                    of_matrix(
                        &mut sheet,
                        whose,
                        &topic.id,
                        matrix,
                        &ids.collect::<Vec<_>>(),
                    );
                }
            }
        }
        Part::Score(score) => {
            if let Some(matrix) = &score.confusion {
                let ids = score.codes.iter().map(|row| row.code.id.as_str());
                of_matrix(
                    &mut sheet,
                    whose,
                    &score.id,
                    matrix,
                    &ids.collect::<Vec<_>>(),
                );
            }
        }
        Part::Model(_) => (),
    });
    sheet.written()
}

/// Whose figures they are: what is compared, the model in question, and the coders.
struct Whose {
    compared: &'static str,
    model: String,
    coders: String,
}

enum Part<'a> {
    Group(&'a Group),
    Model(&'a Model),
    Score(&'a Score),
}

/// Visits all that was compared.
fn each(agreement: &Agreement, mut visit: impl FnMut(&Whose, Part)) {
    let whose = |compared, model: &str, coders: String| Whose {
        compared,
        model: model.to_owned(),
        coders,
    };
    if let Some(people) = &agreement.people {
        visit(&whose("people", "", coders(people)), Part::Group(people));
    }
    for model in &agreement.models {
        let name = &model.coder;
        visit(
            &whose("model_less_people", name, String::new()),
            Part::Model(model),
        );
        for group in &model.with_people {
            visit(&whose("model", name, coders(group)), Part::Group(group));
        }
        if let Some(people) = &model.people_on_same_units {
            let whose = whose("people_beside_model", name, coders(people));
            visit(&whose, Part::Group(people));
        }
        for score in model.against_gold.iter().flatten() {
            let whose = whose("model_against_gold", name, String::new());
            visit(&whose, Part::Score(score));
        }
    }
}

fn coders(group: &Group) -> String {
    let names: Vec<&str> = group.coders.iter().map(|own| own.coder.as_str()).collect();
    names.join(" / ")
}

fn of_group(sheet: &mut Sheet, whose: &Whose, group: &Group) {
    if let Some(finding) = &group.finding {
        of_finding(sheet, whose, finding);
    }
    for topic in &group.questions {
        let about = About {
            question: &topic.id,
            convention: topic.convention,
            code: None,
        };
        for figure in &topic.figures {
            line(sheet, whose, &about, figure);
        }
        for row in &topic.codes {
            of_code(sheet, whose, &about, row);
        }
        of_pairs(sheet, whose, topic, &about);
    }
}

fn of_finding(sheet: &mut Sheet, whose: &Whose, finding: &Finding) {
    let about = About {
        question: "finding",
        convention: None,
        code: None,
    };
    for figure in &finding.figures {
        line(sheet, whose, &about, figure);
    }
    // Two coders alone are the group itself.
    for pair in finding.pairs.iter().filter(|_| finding.pairs.len() > 1) {
        let whose = whose.of(format!("{} / {}", pair.first, pair.second));
        for figure in &pair.figures {
            line(sheet, &whose, &about, figure);
        }
    }
}

fn of_code(sheet: &mut Sheet, whose: &Whose, about: &About, row: &CodeRow) {
    let about = About {
        code: Some((&row.code.id, row.rare)),
        ..*about
    };
    for figure in &row.figures {
        line(sheet, whose, &about, figure);
    }
}

/// Writes the primary figure of each two coders among more, and of all but one.
fn of_pairs(sheet: &mut Sheet, whose: &Whose, topic: &Topic, about: &About) {
    let Some(primary) = topic.figures.first() else {
        return;
    };
    let bare = |value, undefined, n| Figure {
        value,
        undefined,
        ..empty(primary.figure, primary.name, n)
    };
    for PairFigure {
        first,
        second,
        n,
        value,
        undefined,
        ..
    } in &topic.pairs
    {
        let whose = whose.of(format!("{first} / {second}"));
        line(sheet, &whose, about, &bare(*value, *undefined, *n));
    }
    // Without one of three the others are a pair, which has its line.
    for own in topic.without.iter().filter(|_| topic.without.len() > 3) {
        let whose = whose.of(format!("without {}", own.coder));
        line(
            sheet,
            &whose,
            about,
            &bare(own.value, own.undefined, topic.n),
        );
    }
}

fn of_differences(sheet: &mut Sheet, whose: &Whose, model: &Model) {
    for own in &model.differences {
        let about = About {
            question: &own.id,
            convention: None,
            code: None,
        };
        let figure = Figure {
            figure: own.figure,
            ..own.difference.clone()
        };
        line(sheet, whose, &about, &figure);
    }
}

fn of_score(sheet: &mut Sheet, whose: &Whose, score: &Score) {
    let about = About {
        question: &score.id,
        convention: None,
        code: None,
    };
    line(sheet, whose, &about, &score.accuracy);
    for figure in &score.figures {
        line(sheet, whose, &about, figure);
    }
    for row in &score.codes {
        let about = About {
            code: Some((&row.code.id, false)),
            ..about
        };
        for figure in &row.figures {
            line(sheet, whose, &about, figure);
        }
    }
}

/// What a figure is about.
#[derive(Clone, Copy)]
struct About<'a> {
    question: &'a str,
    convention: Option<Convention>,
    /// The code by itself, and whether it is rare.
    code: Option<(&'a str, bool)>,
}

impl Whose {
    fn of(&self, coders: String) -> Whose {
        Whose {
            compared: self.compared,
            model: self.model.clone(),
            coders,
        }
    }
}

fn line(sheet: &mut Sheet, whose: &Whose, about: &About, own: &Figure) {
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    let word = |word: Option<&str>| word.unwrap_or_default().to_owned();
    let convention = about.convention.map(|own| match own {
        Convention::Gate => "gate",
        Convention::Both => "both",
        Convention::Either => "either",
        Convention::All => "all",
    });
    sheet.line(&[
        whose.compared.to_owned(),
        whose.model.clone(),
        whose.coders.clone(),
        about.question.to_owned(),
        word(convention),
        word(about.code.map(|(code, _)| code)),
        own.figure.to_owned(),
        own.n.to_string(),
        number(own.value),
        number(own.low),
        number(own.high),
        word(own.interval),
        word(own.basis),
        number(own.standard_error),
        own.primary.to_string(),
        about.code.is_some_and(|(_, rare)| rare).to_string(),
        word(own.undefined),
        word(own.no_interval),
    ]);
}

fn of_codes(sheet: &mut Sheet, whose: &Whose, topic: &Topic) {
    for (row, own) in topic
        .codes
        .iter()
        .flat_map(|row| row.tables.iter().map(move |own| (row, own)))
    {
        for (first, second, units) in [
            ("yes", "yes", own.both),
            ("yes", "no", own.first_only),
            ("no", "yes", own.second_only),
            ("no", "no", own.neither),
        ] {
            let pair = [own.first.as_str(), &own.second];
            count(
                sheet,
                whose,
                pair,
                [&topic.id, &row.code.id, first, second],
                units,
            );
        }
    }
}

fn of_matrix(sheet: &mut Sheet, whose: &Whose, question: &str, matrix: &Matrix, ids: &[&str]) {
    for (first, counts) in ids.iter().zip(&matrix.counts) {
        for (second, units) in ids.iter().zip(counts) {
            let pair = [matrix.first.as_str(), &matrix.second];
            count(sheet, whose, pair, [question, "", first, second], *units);
        }
    }
}

fn count(sheet: &mut Sheet, whose: &Whose, pair: [&str; 2], what: [&str; 4], units: u64) {
    let whose = [whose.compared, &whose.model];
    let words = whose.into_iter().chain(pair).chain(what);
    let cells = words.map(str::to_owned).chain([units.to_string()]);
    sheet.line(&cells.collect::<Vec<_>>());
}
