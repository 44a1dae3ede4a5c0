//! Decides who is compared with whom, and takes the numbers from the labels.

use std::collections::BTreeSet;

use super::gather::Gathered;
use crate::agreement::Unfit;
use crate::cli::failure::Failure;
use crate::merge::{Applying, Coded, Comparison, Rated};
use crate::model::{CoderKind, Field, Unit};
use crate::report::agreement::{
    Answers, Compared, ComparedModel, Conditional, FieldLabels, Found, Labels, Matching, Reached,
};

/// Puts people beside each other, and each model beside them and gold.
pub(super) fn compare(gathered: &Gathered) -> Result<Compared, Failure> {
    let of = |kind: CoderKind| -> Vec<&Coded> {
        gathered
            .coded
            .iter()
            .filter(|own| own.coder.kind == kind)
            .collect()
    };
    let (people, models) = (of(CoderKind::Human), of(CoderKind::Model));
    let gold = of(CoderKind::Gold).into_iter().next();
    if people.len() < 2 && (models.is_empty() || people.is_empty() && gold.is_none()) {
        return Err(Failure::failed(
            "there are labels of fewer than two coders to compare",
            "name the study of each coder, or merge them: `pushback merge A.db B.db --into M.db`",
        ));
    }
    let mut compared = Compared::default();
    if people.len() > 1 {
        compared.people = Some(labels(gathered, &people)?);
    }
    for model in models {
        compared
            .models
            .push(of_model(gathered, model, &people, gold)?);
    }
    Ok(compared)
}

fn of_model(
    gathered: &Gathered,
    model: &Coded,
    people: &[&Coded],
    gold: Option<&Coded>,
) -> Result<ComparedModel, Failure> {
    let mut with_people = Vec::new();
    for person in people {
        with_people.push(labels(gathered, &[person, model])?);
    }
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
    let narrowed: Vec<&Coded> = narrowed.iter().collect();
    let with_all: Vec<&Coded> = narrowed.iter().copied().chain([model]).collect();
    let (on_same_units, with_all) = if narrowed.len() < 2 {
        (None, None)
    } else {
        let on_same_units = labels(gathered, &narrowed)?;
        (Some(on_same_units), Some(labels(gathered, &with_all)?))
    };
    Ok(ComparedModel {
        coder: model.coder.name.clone(),
        with_people,
        people_on_same_units: on_same_units,
        with_all,
        with_gold: gold
            .map(|gold| labels(gathered, &[gold, model]))
            .transpose()?,
    })
}

/// Takes the numbers from the labels of some coders, in the order given.
fn labels(gathered: &Gathered, coded: &[&Coded]) -> Result<Labels, Failure> {
    let comparison = Comparison::new(&gathered.codebook, coded.iter().copied().cloned().collect());
    let place = |own: &&Coded| {
        let mut coders = comparison.coders.iter();
        coders.position(|other| other.id == own.coder.id)
    };
    let order: Vec<usize> = coded.iter().filter_map(place).collect();
    let rated = Rated::new(&gathered.codebook, &comparison, &order);
    let names = coded.iter().map(|own| own.coder.name.clone()).collect();
    numbers(gathered, &rated, names).map_err(|unfit| Failure::from(anyhow::Error::from(unfit)))
}

fn numbers(gathered: &Gathered, rated: &Rated, coders: Vec<String>) -> Result<Labels, Unfit> {
    let finding = rated.finding(&gathered.lengths)?;
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
    let fields = gathered
        .codebook
        .fields()
        .map(|field| of_field(rated, field));
    Ok(Labels {
        coders,
        reached: reached.collect(),
        verdicts: rated.verdicts()?,
        reasons: rated.reasons()?,
        found: found.collect(),
        names_its_units: gathered.names_its_units,
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
