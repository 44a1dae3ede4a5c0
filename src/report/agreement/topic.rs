//! One question, answered by some coders: its figures, its codes, who chose what, and what to beware of.

use super::figures::{Counted, indices};
use super::kinds::{self, Kind, OF_CODE};
use super::question::{Data, Question};
use super::values::{
    CodeRow, Figure, Matrix, Note, PairFigure, PairTable, Scheme, Spread, Topic, Without,
};
use super::words;
use crate::agreement::{Coefficient, Missing, RARE_CODE, Resampling, Tally, Weights};

/// Fewer sessions than this are flagged.
const FEW_SESSIONS: u64 = 10;

/// Answers a question.
pub(super) fn topic(question: &Question, coders: &[String], how: &Resampling) -> Topic {
    let counted = match question.data {
        Data::Plain(ratings) => Counted::Plain(ratings.tally(Missing::LeaveOut)),
        Data::Sets(sets) => Counted::Sets(sets.tally(Missing::LeaveOut)),
    };
    let tally = counted.tally();
    let seen = tally.seen();
    let before = question
        .before
        .map(|ratings| ratings.tally(Missing::LeaveOut).pairable());
    let by_code = codes(question, &counted, coders, how);
    let pairs = pairs(question, &counted, coders);
    let mut flags = notes(question, tally, coders);
    flags.extend(rare(question, tally, &by_code));
    flags.extend(tally.sessions().and_then(few_sessions));
    let figures = all_figures(question, &counted, how);
    flags.extend(dropped(&figures, how));
    Topic {
        id: question.id.clone(),
        field: question.field.clone(),
        name: question.name.clone(),
        unit: question.unit,
        scheme: question.scheme,
        convention: question.convention,
        headline: question.headline,
        primary: question.primary,
        categories: question.categories.clone(),
        n: seen.pairable,
        one_only: seen.single,
        sessions: tally.sessions().unwrap_or(0),
        outside_scale: before.map_or(0, |before| before.saturating_sub(seen.pairable)),
        mean_codes: match &counted {
            Counted::Sets(sets) => sets.mean_codes(),
            Counted::Plain(_) => Vec::new(),
        },
        figures,
        codes: by_code,
        confusion: confusion(question, tally, coders),
        spread: spread(&pairs),
        pairs,
        total_error: total_error(question, &counted),
        without: without(question, &counted, coders),
        flags,
    }
}

pub(super) fn primary(question: &Question) -> Option<Kind> {
    let kinds = kinds::kinds(question.scheme).iter();
    kinds.copied().find(|kind| kind.id == question.primary)
}

/// Gives the figures, the primary first.
fn all_figures(question: &Question, counted: &Counted, how: &Resampling) -> Vec<Figure> {
    let kinds = kinds::kinds(question.scheme);
    let mut all = counted.figures(kinds, &question.id, how);
    if question.scheme == Scheme::Binary {
        all.extend(of_two(counted.tally(), how));
    }
    if let Some(at) = all.iter().position(|own| own.figure == question.primary) {
        all[..=at].rotate_right(1);
        all[0].primary = question.headline;
    }
    all
}

/// Looks at each code by itself: given or not.
fn codes(
    question: &Question,
    counted: &Counted,
    coders: &[String],
    how: &Resampling,
) -> Vec<CodeRow> {
    let is_asked =
        question.by_code || question.scheme == Scheme::Set && question.convention.is_none();
    if !is_asked || question.scheme == Scheme::Binary {
        return Vec::new();
    }
    let rows = question.categories.iter().enumerate().map(|(at, code)| {
        let tally = match counted {
            Counted::Sets(sets) => sets.code(at),
            Counted::Plain(tally) => tally.one_code(at),
        };
        let name = format!("{}/{}", question.id, code.id);
        let rare = tally.rare_code(0).is_some();
        CodeRow {
            code: code.clone(),
            units: tally.units_with(0),
            tables: two_by_two(&tally, coders),
            rare,
            figures: Counted::Plain(tally.clone())
                .figures(OF_CODE, &name, how)
                .into_iter()
                .chain(of_two(&tally, how))
                .collect(),
        }
    });
    rows.collect()
}

/// Gives the indices, which belong to two coders.
fn of_two(tally: &Tally, how: &Resampling) -> Vec<Figure> {
    if tally.coders() == 2 {
        indices(tally, how.level).into()
    } else {
        Vec::new()
    }
}

fn two_by_two(tally: &Tally, coders: &[String]) -> Vec<PairTable> {
    let of_two = each_two(coders.len()).filter_map(|(first, second)| {
        let table = tally.of(&[first, second]).binary().ok()?;
        Some(PairTable {
            first: coders[first].clone(),
            second: coders[second].clone(),
            both: table.both,
            first_only: table.first_only,
            second_only: table.second_only,
            neither: table.neither,
        })
    });
    of_two.collect()
}

fn confusion(question: &Question, tally: &Tally, coders: &[String]) -> Vec<Matrix> {
    if !question.confusion || question.scheme == Scheme::Set {
        return Vec::new();
    }
    each_two(coders.len())
        .filter_map(|(first, second)| {
            let table = tally.table(first, second)?;
            let row = |one| {
                (0..table.categories())
                    .map(|two| table.count(one, two))
                    .collect()
            };
            Some(Matrix {
                first: coders[first].clone(),
                second: coders[second].clone(),
                counts: (0..table.categories()).map(row).collect(),
            })
        })
        .collect()
}

/// Gives each two of some coders, the first before the second.
pub(super) fn each_two(coders: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..coders).flat_map(move |first| (first + 1..coders).map(move |second| (first, second)))
}

fn pairs(question: &Question, counted: &Counted, coders: &[String]) -> Vec<PairFigure> {
    let Some(kind) = primary(question).filter(|_| coders.len() > 2) else {
        return Vec::new();
    };
    let of = |(first, second): (usize, usize)| {
        let two = counted.of(&[first, second]);
        let value = two.value(kind);
        PairFigure {
            first: coders[first].clone(),
            second: coders[second].clone(),
            n: two.tally().pairable(),
            value: value.ok(),
            undefined: value.err().map(words::reason),
            kappa: kappa(question, &two),
        }
    };
    each_two(coders.len()).map(of).collect()
}

/// Gives Cohen's kappa of two coders, for answers without an order.
fn kappa(question: &Question, two: &Counted) -> Option<f64> {
    match (question.scheme, two) {
        (Scheme::Binary | Scheme::Nominal, Counted::Plain(tally)) => {
            let weights = Weights::identity(tally.categories());
            tally.value(Coefficient::Cohen, &weights).ok()
        }
        _ => None,
    }
}

fn spread(pairs: &[PairFigure]) -> Option<Spread> {
    let over = |of: fn(&PairFigure) -> Option<f64>| {
        let values: Vec<Option<f64>> = pairs.iter().map(of).collect();
        crate::agreement::Spread::of(&values)
    };
    let values = over(|pair| pair.value)?;
    let kappas = over(|pair| pair.kappa);
    Some(Spread {
        min: values.min,
        median: values.median,
        max: values.max,
        defined: values.defined,
        of: pairs.len(),
        light: kappas.map(|kappas| kappas.mean),
        light_defined: kappas.map_or(0, |kappas| kappas.defined),
    })
}

/// Gives the standard error of the primary figure with the choice of the coders in it.
fn total_error(question: &Question, counted: &Counted) -> Option<f64> {
    let (of_units, of_coders) = counted.errors(primary(question)?)?;
    Some(of_units.hypot(of_coders))
}

fn without(question: &Question, counted: &Counted, coders: &[String]) -> Vec<Without> {
    let Some(kind) = primary(question).filter(|_| coders.len() > 2) else {
        return Vec::new();
    };
    let of = |(coder, name): (usize, &String)| {
        let others: Vec<usize> = (0..coders.len()).filter(|other| *other != coder).collect();
        let value = counted.of(&others).value(kind);
        Without {
            coder: name.clone(),
            value: value.ok(),
            undefined: value.err().map(words::reason),
        }
    };
    coders.iter().enumerate().map(of).collect()
}

fn notes(question: &Question, tally: &Tally, coders: &[String]) -> Vec<Note> {
    let names: Vec<&str> = question
        .categories
        .iter()
        .map(|own| own.id.as_str())
        .collect();
    let flags = tally.flags().into_iter();
    // Without a counted unit there is nothing to beware of.
    flags
        .filter(|_| tally.pairable() > 0)
        .map(|flag| words::flag(flag, &names, coders))
        .map(|(flag, text)| Note { flag, text })
        .collect()
}

/// An interval over so few sessions is too narrow: few of them can be drawn in many ways.
pub(super) fn few_sessions(sessions: u64) -> Option<Note> {
    (1..FEW_SESSIONS).contains(&sessions).then(|| Note {
        flag: "few_sessions",
        text: match sessions {
            1 => "only 1 session: nothing can be resampled".to_owned(),
            _ => format!("only {sessions} sessions: intervals over so few are too narrow"),
        },
    })
}

/// Says in how many resamples figures had no value, where they have an interval all the same.
pub(super) fn dropped(figures: &[Figure], how: &Resampling) -> Option<Note> {
    let dropped = figures
        .iter()
        .filter(|own| own.undefined_resamples > 0 && own.low.is_some());
    let most = dropped.clone().map(|own| own.undefined_resamples).max()?;
    let names: Vec<&str> = dropped.map(|own| own.name).collect();
    Some(Note {
        flag: "dropped_resamples",
        text: format!(
            "{}: up to {most} of {} resamples had no value and are left out",
            names.join(", "),
            how.replicates
        ),
    })
}

/// Names the codes and answers that so few units have that no interval can be believed.
fn rare(question: &Question, tally: &Tally, codes: &[CodeRow]) -> Option<Note> {
    let rare: Vec<&str> = match question.data {
        Data::Plain(_) => (0..tally.categories())
            .filter(|category| tally.rare_code(*category).is_some())
            .filter(|category| tally.units_with(*category) > 0)
            .filter_map(|category| question.categories.get(category))
            .map(|own| own.id.as_str())
            .collect(),
        Data::Sets(_) => codes
            .iter()
            .filter(|row| row.rare && row.units > 0)
            .map(|row| row.code.id.as_str())
            .collect(),
    };
    (!rare.is_empty()).then(|| Note {
        flag: "rare_code",
        text: format!(
            "fewer than {RARE_CODE} units have {}: do not rely on the intervals there",
            rare.join(", ")
        ),
    })
}
