//! One question, answered by some coders: its figures, its codes, who chose what, and what to beware of.

use super::figures::{self, Counted, Kind, OF_CODE, bare};
use super::question::{Data, Question};
use super::values::{
    CodeRow, Figure, Matrix, Note, PairFigure, Scheme, Spread, Topic, TwoByTwo, Without,
};
use super::words;
use crate::agreement::{Coefficient, Missing, Resampling, Tally, Undefined, Weights};

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
    let by_code = codes(question, &counted, how);
    let mut flags = notes(question, tally, coders);
    flags.extend(rare(&by_code));
    flags.extend(few_sessions(tally));
    Topic {
        id: question.id.clone(),
        field: question.field.clone(),
        name: question.name.clone(),
        unit: question.unit,
        scheme: question.scheme,
        convention: question.convention,
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
        figures: all_figures(question, &counted, how),
        codes: by_code,
        confusion: confusion(question, tally, coders),
        pairs: pairs(question, &counted, coders),
        spread: spread(question, &counted, coders),
        without: without(question, &counted, coders),
        flags,
    }
}

fn primary(question: &Question) -> Option<Kind> {
    let kinds = figures::kinds(question.scheme).iter();
    kinds.copied().find(|kind| kind.id == question.primary)
}

/// Gives the figures, the primary first.
fn all_figures(question: &Question, counted: &Counted, how: &Resampling) -> Vec<Figure> {
    let kinds = figures::kinds(question.scheme);
    let mut all = counted.figures(kinds, &question.id, how);
    if question.scheme == Scheme::Binary {
        all.extend(indices(counted.tally()));
    }
    if let Some(at) = all.iter().position(|own| own.figure == question.primary) {
        all[..=at].rotate_right(1);
        all[0].primary = true;
    }
    all
}

/// Gives the prevalence and the bias index of two coders.
fn indices(tally: &Tally) -> [Figure; 2] {
    let n = tally.pairable();
    let table = tally.binary();
    let of = |read: fn(&crate::agreement::Binary) -> Result<f64, Undefined>| {
        table.and_then(|table| read(&table))
    };
    [
        bare(
            "prevalence_index",
            "prevalence index",
            n,
            of(crate::agreement::Binary::prevalence_index),
        ),
        bare(
            "bias_index",
            "bias index",
            n,
            of(crate::agreement::Binary::bias_index),
        ),
    ]
}

/// Looks at each code by itself: given or not.
fn codes(question: &Question, counted: &Counted, how: &Resampling) -> Vec<CodeRow> {
    let is_asked =
        question.by_code || question.scheme == Scheme::Set && question.convention.is_none();
    if !is_asked || question.scheme == Scheme::Binary {
        return Vec::new();
    }
    let rows = question.categories.iter().enumerate().map(|(at, code)| {
        let tally = match (counted, question.data) {
            (Counted::Sets(sets), _) => sets.code(at),
            (Counted::Plain(_), Data::Plain(ratings)) => {
                let to = |other: usize| Some(usize::from(other != at));
                let to: Vec<Option<usize>> = (0..question.categories.len()).map(to).collect();
                ratings.recoded(2, &to).tally(Missing::LeaveOut)
            }
            (Counted::Plain(tally), Data::Sets(_)) => tally.clone(),
        };
        let name = format!("{}/{}", question.id, code.id);
        let rare = tally.rare_code(0).is_some();
        CodeRow {
            code: code.clone(),
            units: tally.units_with(0),
            table: two_by_two(&tally),
            rare,
            figures: Counted::Plain(tally.clone())
                .figures(OF_CODE, &name, how)
                .into_iter()
                .chain(indices(&tally))
                .collect(),
        }
    });
    rows.collect()
}

fn two_by_two(tally: &Tally) -> Option<TwoByTwo> {
    let table = tally.binary().ok()?;
    Some(TwoByTwo {
        both: table.both,
        first_only: table.first_only,
        second_only: table.second_only,
        neither: table.neither,
    })
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
        let kappa = match &two {
            Counted::Plain(tally) => {
                let weights = Weights::identity(tally.categories());
                tally.value(Coefficient::Cohen, &weights).ok()
            }
            Counted::Sets(_) => None,
        };
        PairFigure {
            first: coders[first].clone(),
            second: coders[second].clone(),
            n: two.tally().pairable(),
            value: value.ok(),
            undefined: value.err().map(words::reason),
            kappa,
        }
    };
    each_two(coders.len()).map(of).collect()
}

fn spread(question: &Question, counted: &Counted, coders: &[String]) -> Option<Spread> {
    let pairs = pairs(question, counted, coders);
    let mut values: Vec<f64> = pairs.iter().filter_map(|pair| pair.value).collect();
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    let median = if values.len().is_multiple_of(2) {
        f64::midpoint(*values.get(middle.checked_sub(1)?)?, values[middle])
    } else {
        values[middle]
    };
    let kappas: Vec<f64> = pairs.iter().filter_map(|pair| pair.kappa).collect();
    let light = (!kappas.is_empty()).then(|| kappas.iter().sum::<f64>() / kappas.len() as f64);
    Some(Spread {
        min: *values.first()?,
        median,
        max: *values.last()?,
        defined: values.len(),
        of: pairs.len(),
        light,
    })
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
fn few_sessions(tally: &Tally) -> Option<Note> {
    let sessions = tally.sessions().unwrap_or(FEW_SESSIONS);
    (1..FEW_SESSIONS).contains(&sessions).then(|| Note {
        flag: "few_sessions",
        text: format!("only {sessions} sessions: intervals over so few are too narrow"),
    })
}

fn rare(codes: &[CodeRow]) -> Option<Note> {
    let rare = codes.iter().filter(|row| row.rare && row.units > 0);
    let rare: Vec<&str> = rare.map(|row| row.code.id.as_str()).collect();
    (!rare.is_empty()).then(|| Note {
        flag: "rare_code",
        text: format!(
            "fewer than 5 units have {}: do not rely on the intervals there",
            rare.join(", ")
        ),
    })
}
