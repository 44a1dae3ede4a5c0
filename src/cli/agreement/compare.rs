//! Decides who is compared with whom, and takes the numbers from the labels.

mod append;

use std::collections::BTreeSet;

use super::gather::Source;
use crate::agreement::{Unfit, side_by_side};
use crate::cli::failure::Failure;
use crate::merge::{Applying, Coded, Comparison, Rated};
use crate::model::{Coder, CoderKind, Field, Unit};
use crate::report::agreement::{
    Answers, Compared, ComparedModel, Conditional, FieldLabels, Found, Labels, Matching, Reached,
};

/// Puts people beside each other, and each model beside them and gold.
///
/// Runs of sessions are compared side by side and put together in their order, so that neither the number of runs nor
/// that of threads leaves a trace.
pub(super) fn compare(source: &Source, threads: usize) -> Result<Compared, Failure> {
    let count = |kind| source.coders.iter().filter(|own| own.kind == kind).count();
    let people = count(CoderKind::Human);
    let others = people + count(CoderKind::Gold);
    if people < 2 && (others == 0 || count(CoderKind::Model) == 0) {
        return Err(Failure::failed(
            "there are labels of fewer than two coders to compare",
            "name the study of each coder, or merge them: `pushback merge A.db B.db --into M.db`",
        ));
    }
    let runs: Vec<usize> = (0..source.runs()).collect();
    let compared = side_by_side(&runs, threads, |run| of_run(source, source.take(*run)?));
    let mut all = Compared::default();
    for run in compared {
        append::compared(&mut all, run?);
    }
    Ok(all)
}

fn of_run(source: &Source, coded: Vec<Coded>) -> Result<Compared, Failure> {
    let of = |kind: CoderKind| -> Vec<&Coded> {
        coded.iter().filter(|own| own.coder.kind == kind).collect()
    };
    let (people, models) = (of(CoderKind::Human), of(CoderKind::Model));
    let gold = of(CoderKind::Gold).into_iter().next();
    let models = models
        .into_iter()
        .map(|model| of_model(source, model, &people, gold))
        .collect::<Result<_, _>>()?;
    let people: Vec<Coded> = coded
        .into_iter()
        .filter(|own| own.coder.kind == CoderKind::Human)
        .collect();
    Ok(Compared {
        people: (people.len() > 1)
            .then(|| labels(source, people))
            .transpose()?,
        models,
    })
}

fn of_model(
    source: &Source,
    model: &Coded,
    people: &[&Coded],
    gold: Option<&Coded>,
) -> Result<ComparedModel, Failure> {
    let beside = |other: &Coded| labels(source, vec![other.clone(), model.clone()]);
    let decided = model
        .decisions
        .iter()
        .filter(|(_, own)| own.verdict.is_some());
    let decided: BTreeSet<&Unit> = decided.map(|(unit, _)| unit).collect();
    let narrowed = people.iter().map(|own| Coded {
        coder: own.coder.clone(),
        decisions: own
            .decisions
            .iter()
            .filter(|(unit, _)| decided.contains(unit))
            .map(|(unit, own)| (unit.clone(), own.clone()))
            .collect(),
    });
    let narrowed: Vec<Coded> = narrowed.collect();
    let with_all: Vec<Coded> = narrowed.iter().cloned().chain([model.clone()]).collect();
    let has_pair = narrowed.len() > 1;
    let of_many = |coded| has_pair.then(|| labels(source, coded)).transpose();
    Ok(ComparedModel {
        coder: model.coder.name.clone(),
        with_people: people
            .iter()
            .map(|person| beside(person))
            .collect::<Result<_, _>>()?,
        people_on_same_units: of_many(narrowed)?,
        with_all: of_many(with_all)?,
        with_gold: gold.map(beside).transpose()?,
    })
}

/// Takes the numbers from the labels of some coders, in the order given.
fn labels(source: &Source, coded: Vec<Coded>) -> Result<Labels, Failure> {
    let coders: Vec<Coder> = coded.iter().map(|own| own.coder.clone()).collect();
    let comparison = Comparison::new(&source.codebook, coded);
    let place = |own: &Coder| {
        let mut coders = comparison.coders.iter();
        coders.position(|other| other.id == own.id)
    };
    let order: Vec<usize> = coders.iter().filter_map(place).collect();
    let rated = Rated::new(&source.codebook, &comparison, &order);
    let names = coders.into_iter().map(|own| own.name).collect();
    numbers(source, &rated, names).map_err(|unfit| Failure::from(anyhow::Error::from(unfit)))
}

fn numbers(source: &Source, rated: &Rated, coders: Vec<String>) -> Result<Labels, Unfit> {
    let finding = rated.finding(&source.extents)?;
    let found = finding.pairs.into_iter().map(|pair| Found {
        first: pair.first,
        second: pair.second,
        sections: pair.sections,
        passed_over: pair.passed_over,
    });
    let reached = rated.reached().into_iter().map(|own| Reached {
        sessions: own.sessions,
        turns: own.turns,
        episodes: own.episodes,
    });
    let matching = rated.matching();
    let fields = source.codebook.fields().map(|field| of_field(rated, field));
    Ok(Labels {
        coders,
        reached: reached.collect(),
        verdicts: rated.verdicts()?,
        reasons: rated.reasons()?,
        found: found.collect(),
        names_its_units: source.names_its_units,
        turns: finding.turns,
        without_length: finding.without_length,
        matching: Matching {
            matched: matching.matched,
            verdict_differs: matching.verdict_differs,
            unmatched: matching.unmatched,
        },
        fields: fields.collect::<Result<_, _>>()?,
    })
}

fn of_field(rated: &Rated, field: &Field) -> Result<FieldLabels, Unfit> {
    let takes_one = field.select.limit() == 1;
    let answers = |applying| {
        Ok(if takes_one {
            Answers::One(rated.codes(field, applying)?)
        } else {
            Answers::Many(rated.sets(field, applying)?)
        })
    };
    let conditional = match &field.applies {
        None => None,
        Some(_) => Some(Conditional {
            gate: rated.gate(field)?,
            either: answers(Applying::ForEither)?,
            everywhere: answers(Applying::Everywhere)?,
        }),
    };
    let has_scale = takes_one && field.scale.len() > 1;
    Ok(FieldLabels {
        field: field.id.clone(),
        codes: answers(Applying::ForBoth)?,
        scale: has_scale.then(|| rated.scale(field)).transpose()?,
        conditional,
        attribute: match field.attribute {
            None => None,
            Some(_) => Some(rated.attributes(field)?),
        },
    })
}

#[cfg(test)]
mod tests;
