//! A model against gold: accuracy, and each code's precision and recall.

use super::figures::{bare, wilson};
use super::question::{Data, Question};
use super::values::{Convention, Figure, Matrix, Scheme, Score, ScoreRow};
use crate::agreement::{
    CodeCounts, Confusion, Missing, Resampling, SetScores, SetTally, Tally, Undefined, macro_f1,
    micro_f1,
};

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
    let table = tally.table(0, 1)?;
    let many = table.categories();
    let row = |gold| (0..many).map(|model| table.count(gold, model)).collect();
    let counts: Vec<Vec<u64>> = (0..many).map(row).collect();
    let confusion = Confusion::of(many, pairs(&counts)).ok()?;
    let n = confusion.units();
    let hits = (0..many).map(|code| confusion.count(code, code)).sum();
    let balanced = confusion.balanced_accuracy().map(|mean| mean.value);
    let mut figures = averages(&confusion.codes(), n);
    figures.push(bare("balanced_accuracy", "balanced accuracy", n, balanced));
    figures.push(bare(
        "matthews",
        "Matthews correlation",
        n,
        confusion.matthews(),
    ));
    if question.scheme == Scheme::Ordinal {
        let ladder: Vec<usize> = (0..many).collect();
        let shift = confusion.shift(&ladder).mean();
        figures.push(bare("ladder_shift", "steps above gold", n, shift));
    }
    let (first, second) = (coders.first()?.clone(), coders.get(1)?.clone());
    Some(Score {
        id: question.id.clone(),
        name: question.name.clone(),
        accuracy: accuracy(hits, n, confusion.accuracy(), how),
        figures,
        codes: rows(question, &confusion.codes()),
        confusion: Some(Matrix {
            first,
            second,
            counts,
        }),
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
    let table = sets.tally().table(0, 1)?;
    let members: Vec<Vec<usize>> = sets
        .sets()
        .iter()
        .map(|set| (0..sets.codes()).filter(|code| set.has(*code)).collect())
        .collect();
    let mut scores = SetScores::new(sets.codes());
    let mut same = 0;
    for (gold, golds) in members.iter().enumerate() {
        for (model, models) in members.iter().enumerate() {
            let count = table.count(gold, model);
            same += if gold == model { count } else { 0 };
            for _ in 0..count {
                scores.count(golds, models).ok()?;
            }
        }
    }
    let n = scores.units();
    let mut figures = averages(scores.codes(), n);
    figures.push(bare("samples_f1", "F1 by unit", n, scores.samples_f1()));
    figures.push(bare(
        "hamming_loss",
        "Hamming loss",
        n,
        scores.hamming_loss(),
    ));
    Some(Score {
        id: question.id.clone(),
        name: question.name.clone(),
        accuracy: accuracy(same, n, scores.subset_accuracy(), how),
        figures,
        codes: rows(question, scores.codes()),
        confusion: None,
    })
}

fn accuracy(hits: u64, n: u64, value: Result<f64, Undefined>, how: &Resampling) -> Figure {
    let mut figure = bare("accuracy", "accuracy", n, value);
    figure.primary = true;
    wilson(&mut figure, hits, n, how.level);
    figure
}

fn averages(codes: &[CodeCounts], n: u64) -> Vec<Figure> {
    let macro_mean = macro_f1(codes).map(|mean| mean.value);
    vec![
        bare("macro_f1", "macro F1", n, macro_mean),
        bare("micro_f1", "micro F1", n, micro_f1(codes)),
    ]
}

fn rows(question: &Question, codes: &[CodeCounts]) -> Vec<ScoreRow> {
    let row = |(code, counts): (&super::values::Category, &CodeCounts)| {
        let n = counts.support() + counts.false_positives;
        ScoreRow {
            code: code.clone(),
            support: counts.support(),
            true_positives: counts.true_positives,
            false_positives: counts.false_positives,
            false_negatives: counts.false_negatives,
            figures: vec![
                bare("precision", "precision", n, counts.precision()),
                bare("recall", "recall", n, counts.recall()),
                bare("f1", "F1", n, counts.f1()),
            ],
        }
    };
    question.categories.iter().zip(codes).map(row).collect()
}
