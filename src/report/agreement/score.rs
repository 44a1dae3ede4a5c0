//! A model against gold: accuracy, agreement beyond chance, and each code's precision and recall.

use super::figures::{Counted, bare, empty, mean, share};
use super::kinds::{F1, with_gold};
use super::question::{Data, Question};
use super::values::{Convention, Figure, Matrix, Scheme, Score, ScoreRow};
use crate::agreement::{
    CodeCounts, Confusion, Missing, Resampling, SetScores, SetTally, Tally, macro_f1, micro_f1,
};

/// Where gold stands among the two coders, and where the model.
const GOLD: usize = 0;
const MODEL: usize = 1;

/// Scores a question; gold is the first of the two coders, the model the second. Readings of a conditional field that
/// count *does not apply* as a code are no scores.
pub(super) fn score(question: &Question, coders: &[String], how: &Resampling) -> Option<Score> {
    if matches!(
        question.convention,
        Some(Convention::Either | Convention::All)
    ) {
        return None;
    }
    match question.data {
        Data::Plain(ratings) => of_codes(question, &ratings.tally(Missing::LeaveOut), coders, how),
        Data::Sets(sets) => of_sets(question, &sets.tally(Missing::LeaveOut), how),
    }
}

fn of_codes(
    question: &Question,
    tally: &Tally,
    coders: &[String],
    how: &Resampling,
) -> Option<Score> {
    let table = tally.table(GOLD, MODEL)?;
    let many = table.categories();
    let row = |gold| (0..many).map(|model| table.count(gold, model)).collect();
    let counts: Vec<Vec<u64>> = (0..many).map(row).collect();
    let confusion = Confusion::of(many, pairs(&counts)).ok()?;
    let n = confusion.units();
    let mut figures = beyond_chance(question, &Counted::Plain(tally.clone()), how);
    let by_code = if question.scheme == Scheme::Ordinal {
        let ladder: Vec<usize> = (0..many).collect();
        let shift = confusion.shift(&ladder).mean();
        figures.push(bare("ladder_shift", "steps above gold", n, shift));
        Vec::new()
    } else {
        figures.extend(averages(&confusion.codes(), n));
        let balanced = confusion.balanced_accuracy();
        figures.push(mean("balanced_accuracy", "balanced accuracy", n, balanced));
        let matthews = confusion.matthews();
        figures.push(bare("matthews", "Matthews correlation", n, matthews));
        rows(
            question,
            &confusion.codes(),
            |code| tally.one_code(code),
            how,
        )
    };
    let (first, second) = (coders.first()?.clone(), coders.get(1)?.clone());
    let matrix = Matrix {
        first,
        second,
        counts,
    };
    Some(Score {
        id: question.id.clone(),
        name: question.name.clone(),
        headline: question.headline,
        accuracy: accuracy(tally, how),
        figures,
        codes: by_code,
        confusion: (question.scheme != Scheme::Ordinal).then_some(matrix),
    })
}

/// Gives the pair of codes of every unit.
fn pairs(counts: &[Vec<u64>]) -> impl Iterator<Item = (usize, usize)> + '_ {
    counts.iter().enumerate().flat_map(|(gold, row)| {
        row.iter().enumerate().flat_map(move |(model, count)| {
            let times = usize::try_from(*count).unwrap_or(usize::MAX);
            std::iter::repeat_n((gold, model), times)
        })
    })
}

fn of_sets(question: &Question, sets: &SetTally, how: &Resampling) -> Option<Score> {
    let scores = set_scores(sets)?;
    let n = scores.units();
    let mut figures = beyond_chance(question, &Counted::Sets(sets.clone()), how);
    figures.extend(averages(scores.codes(), n));
    figures.push(bare("samples_f1", "F1 by unit", n, scores.samples_f1()));
    let loss = scores.hamming_loss();
    figures.push(bare("hamming_loss", "Hamming loss", n, loss));
    Some(Score {
        id: question.id.clone(),
        name: question.name.clone(),
        headline: question.headline,
        // The sets are the categories, so that to agree is to have the same set.
        accuracy: accuracy(sets.tally(), how),
        figures,
        codes: rows(question, scores.codes(), |code| sets.code(code), how),
        confusion: None,
    })
}

fn set_scores(sets: &SetTally) -> Option<SetScores> {
    let table = sets.tally().table(GOLD, MODEL)?;
    let members: Vec<Vec<usize>> = sets
        .sets()
        .iter()
        .map(|set| (0..sets.codes()).filter(|code| set.has(*code)).collect())
        .collect();
    let mut scores = SetScores::new(sets.codes());
    for (gold, golds) in members.iter().enumerate() {
        for (model, models) in members.iter().enumerate() {
            for _ in 0..table.count(gold, model) {
                scores.count(golds, models).ok()?;
            }
        }
    }
    Some(scores)
}

fn accuracy(tally: &Tally, how: &Resampling) -> Figure {
    Figure {
        primary: true,
        ..share("accuracy", "accuracy", tally, how.level)
    }
}

fn beyond_chance(question: &Question, counted: &Counted, how: &Resampling) -> Vec<Figure> {
    let stream = format!("gold/{}", question.id);
    counted.figures(with_gold(question.scheme), &stream, how)
}

fn averages(codes: &[CodeCounts], n: u64) -> [Figure; 2] {
    [
        mean("macro_f1", "macro F1", n, macro_f1(codes)),
        bare("micro_f1", "micro F1", n, micro_f1(codes)),
    ]
}

/// Gives a row for each code; `of` gives the units asked about one code alone.
fn rows(
    question: &Question,
    codes: &[CodeCounts],
    of: impl Fn(usize) -> Tally,
    how: &Resampling,
) -> Vec<ScoreRow> {
    let codes = question.categories.iter().zip(codes).enumerate();
    let row = |(at, (code, counts)): (usize, (&super::values::Category, &CodeCounts))| {
        let stream = format!("gold/{}/{}", question.id, code.id);
        ScoreRow {
            code: code.clone(),
            support: counts.support(),
            true_positives: counts.true_positives,
            false_positives: counts.false_positives,
            false_negatives: counts.false_negatives,
            figures: of_one_code(&of(at), &stream, how),
        }
    };
    codes.map(row).collect()
}

/// Gives precision, recall and F1 of the first category. Precision is agreement on the units to which the model gave
/// the code, recall on those to which gold gave it.
fn of_one_code(tally: &Tally, stream: &str, how: &Resampling) -> Vec<Figure> {
    let given = |coder| tally.where_given(coder, 0);
    let f1 = Counted::Plain(tally.clone()).figures(F1, stream, how).pop();
    vec![
        share("precision", "precision", &given(MODEL), how.level),
        share("recall", "recall", &given(GOLD), how.level),
        f1.unwrap_or_else(|| empty("f1", "F1", 0)),
    ]
}
