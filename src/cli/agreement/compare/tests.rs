//! Whole studies from labels to tables: neither threads nor runs of sessions change anything.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use uuid::Uuid;

use super::{compare, of_run};
use crate::agreement::Resampling;
use crate::cli::agreement::gather::{Gathered, Source, in_order};
use crate::merge::Coded;
use crate::merge::Extent;
use crate::model::{Choice, Codebook, Coder, CoderKind, Decision, Episode, Field, Unit, Verdict};
use crate::random::Pcg64;
use crate::report::agreement::{Compared, Options, Style, measure, page};

/// Two coders who mostly agree, on generated units, eight to a session.
fn generated(units: u32) -> Source {
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
    let mut extents = BTreeMap::new();
    for at in 0..units {
        let unit = Unit {
            session: format!("s{:06}", at / 8),
            turn: at % 8 * 5 + 1,
            hash: String::new(),
        };
        extents.insert(
            unit.session.clone(),
            Extent {
                turns: 40,
                ..Extent::default()
            },
        );
        let first = decision(&codebook, &mut random);
        let second = if random.share() < 0.8 {
            first.clone()
        } else {
            decision(&codebook, &mut random)
        };
        coded[0].decisions.insert(unit.clone(), first);
        coded[1].decisions.insert(unit, second);
    }
    let gathered = Gathered {
        names_its_units: false,
        codebook,
        coded: coded.into(),
        extents,
    };
    in_order(gathered, &[]).unwrap()
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
    let with = |threads| {
        let source = generated(200);
        let compared = compare(&source, threads).unwrap();
        measure(&source.codebook, &compared, &options(threads, 200))
    };
    let one = with(1);
    assert_eq!(one, with(3));
    assert!(!page(&one, Style::default()).sections.is_empty());
}

#[test]
fn runs_of_sessions_leave_no_trace() {
    let (cut, whole) = (generated(1000), generated(1000));
    assert!(cut.runs() > 1);
    let coded = (0..whole.runs()).flat_map(|run| whole.take(run).unwrap());
    let mut joined: BTreeMap<String, Coded> = BTreeMap::new();
    for own in coded {
        match joined.entry(own.coder.name.clone()) {
            Entry::Vacant(new) => _ = new.insert(own),
            Entry::Occupied(mut before) => before.get_mut().decisions.extend(own.decisions),
        }
    }
    let measured = |compared: &Compared| measure(&cut.codebook, compared, &options(1, 100));
    let at_once = of_run(&whole, joined.into_values().collect()).unwrap();
    assert_eq!(measured(&compare(&cut, 2).unwrap()), measured(&at_once));
}
