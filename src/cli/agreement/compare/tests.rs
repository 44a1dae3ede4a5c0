//! Whole studies from labels to tables: how long a large one takes, and that threads change nothing.

use std::collections::BTreeMap;
use std::time::Instant;

use uuid::Uuid;

use super::compare;
use crate::agreement::Resampling;
use crate::cli::agreement::gather::Gathered;
use crate::merge::Coded;
use crate::model::{Choice, Codebook, Coder, CoderKind, Decision, Episode, Field, Unit, Verdict};
use crate::random::Pcg64;
use crate::report::agreement::{Options, Style, measure, page};

/// Two coders who mostly agree, on generated units, eight to a session.
fn generated(units: u32) -> Gathered {
    let text = include_str!("../../../../codebook/misalignment.toml");
    let codebook = Codebook::parse(text, "misalignment.toml").unwrap();
    let mut random = Pcg64::stream(1, "generated", 0);
    let person = |id: u128| Coder {
        id: Uuid::from_u128(id),
        name: format!("coder {id}"),
        kind: CoderKind::Human,
    };
    let mut coded = [0, 1].map(|id| Coded {
        coder: person(id),
        decisions: BTreeMap::new(),
    });
    let mut lengths = BTreeMap::new();
    for at in 0..units {
        let unit = Unit {
            session: format!("s{:06}", at / 8),
            turn: at % 8 * 5 + 1,
            hash: String::new(),
        };
        lengths.insert(unit.session.clone(), 40);
        let first = decision(&codebook, &mut random);
        let second = if random.share() < 0.8 {
            first.clone()
        } else {
            decision(&codebook, &mut random)
        };
        coded[0].decisions.insert(unit.clone(), first);
        coded[1].decisions.insert(unit, second);
    }
    Gathered {
        names_its_units: false,
        codebook,
        coded: coded.into(),
        lengths,
    }
}

fn decision(codebook: &Codebook, random: &mut Pcg64) -> Decision {
    if random.share() < 0.2 {
        let reason = codebook.reasons[0].id.clone();
        return Decision {
            verdict: Some(Verdict::NotEpisode { reason, text: None }),
            ..Decision::default()
        };
    }
    let mut episode = Episode::new(Uuid::nil());
    for field in codebook.fields() {
        if field.applies_to(&episode) {
            let choices = choices(field, random);
            episode.fields.insert(field.id.clone(), choices);
        }
    }
    Decision {
        verdict: Some(Verdict::Episodes),
        episodes: vec![episode],
        ..Decision::default()
    }
}

fn choices(field: &Field, random: &mut Pcg64) -> Vec<Choice> {
    let many = field.codes.len() as u64;
    let mut draw = || usize::try_from(random.below(many).min(random.below(many))).unwrap();
    let (one, other) = (draw(), draw());
    let two = field.select.limit() > 1 && one != other && random.share() < 0.2;
    let values = field.attribute.as_ref().map(|attribute| &attribute.values);
    let mut choice = |at: usize| Choice {
        attribute: values.map(|values| {
            let value = random.below(values.len() as u64);
            values[usize::try_from(value).unwrap()].id.clone()
        }),
        ..Choice::of(&field.codes[at].id)
    };
    if two {
        vec![choice(one), choice(other)]
    } else {
        vec![choice(one)]
    }
}

fn options(threads: usize, replicates: u32) -> Options {
    let resampling = Resampling {
        replicates,
        ..Resampling::default()
    };
    Options {
        resampling,
        threads,
    }
}

#[test]
fn the_number_of_threads_changes_no_figure() {
    let gathered = generated(200);
    let compared = compare(&gathered).unwrap();
    let with = |threads| measure(&gathered.codebook, &compared, &options(threads, 200));
    let one = with(1);
    assert_eq!(one, with(3));
    assert!(!page(&one, Style::default()).sections.is_empty());
}

#[test]
#[ignore = "a measurement: run with --release"]
fn the_tables_of_a_hundred_thousand_units() {
    let gathered = generated(100_000);
    let started = Instant::now();
    let compared = compare(&gathered).unwrap();
    let counted = started.elapsed();
    for threads in [1, 2] {
        let started = Instant::now();
        let agreement = measure(&gathered.codebook, &compared, &options(threads, 2000));
        let took = started.elapsed();
        let drawn = page(&agreement, Style::default());
        let tables: usize = drawn
            .sections
            .iter()
            .map(|section| section.tables.len())
            .sum();
        println!("labels to numbers {counted:?}; {threads} threads: {tables} tables {took:?}");
    }
}
