//! Tests of the bridge from labels to numbers, on labels that can be counted by hand.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::finding::Extent;
use super::{Applying, MatchCounts, Rated};
use crate::agreement::{Coefficient, HALF, Missing, Ratings, Weights, pair_counts};
use crate::merge::{Coded, Comparison};
use crate::model::{Choice, Codebook, Coder, CoderKind, Decision, Episode, Unit, Verdict};

fn codebook() -> Codebook {
    let text = include_str!("../../../codebook/misalignment.toml");
    Codebook::parse(text, "misalignment.toml").unwrap()
}

/// Gives an episode with codes by field; an attribute follows a code after a colon.
fn episode(codes: &[(&str, &str)]) -> Decision {
    let mut episode = Episode::new(Uuid::nil());
    for (field, code) in codes {
        let (code, attribute) = code.split_once(':').unwrap_or((code, ""));
        let choice = Choice {
            attribute: (!attribute.is_empty()).then(|| attribute.to_owned()),
            ..Choice::of(code)
        };
        let choices: &mut Vec<Choice> = episode.fields.entry((*field).to_owned()).or_default();
        choices.push(choice);
    }
    Decision {
        verdict: Some(Verdict::Episodes),
        episodes: vec![episode],
        ..Decision::default()
    }
}

fn none() -> Decision {
    let reason = "truncation".to_owned();
    Decision {
        verdict: Some(Verdict::NotEpisode { reason, text: None }),
        ..Decision::default()
    }
}

fn by_hand(decision: Decision) -> Decision {
    Decision {
        marked: Some(true),
        ..decision
    }
}

/// Puts two coders beside each other: session, turn, and what each decided.
fn compared(rows: &[(&str, u32, Option<Decision>, Option<Decision>)]) -> Comparison {
    let coded = [0, 1].map(|side| {
        let own = rows.iter().filter_map(|(session, turn, one, other)| {
            let unit = Unit {
                session: (*session).to_owned(),
                turn: *turn,
                hash: String::new(),
            };
            let own = if side == 0 { one } else { other };
            Some((unit, own.clone()?))
        });
        Coded {
            coder: Coder {
                id: Uuid::from_u128(side),
                name: side.to_string(),
                kind: CoderKind::Human,
            },
            decisions: own.collect(),
        }
    });
    Comparison::new(&codebook(), coded.into())
}

fn percent(ratings: &Ratings) -> (u64, f64) {
    let tally = ratings.tally(Missing::LeaveOut);
    let weights = Weights::identity(ratings.categories());
    let value = tally.value(Coefficient::Percent, &weights);
    (tally.pairable(), value.unwrap_or(f64::NAN))
}

#[test]
fn what_is_not_decided_is_missing_and_not_a_verdict() {
    let rows = [
        ("a", 1, Some(episode(&[])), Some(none())),
        ("a", 2, Some(none()), Some(none())),
        ("b", 1, Some(none()), None),
    ];
    let (codebook, comparison) = (codebook(), compared(&rows));
    let rated = Rated::new(&codebook, &comparison, &[0, 1]);
    assert_eq!(percent(&rated.verdicts().unwrap()), (2, 0.5));
    assert_eq!(percent(&rated.reasons().unwrap()), (1, 1.0));
    let counts = MatchCounts {
        matched: 0,
        verdict_differs: 1,
        unmatched: 0,
    };
    assert_eq!(rated.matching(), counts);
}

#[test]
fn a_conditional_field_is_counted_in_three_ways() {
    let with = |severity, locus: &str| {
        let mut codes = vec![("severity", severity)];
        if !locus.is_empty() {
            codes.push(("locus", locus));
        }
        Some(episode(&codes))
    };
    let rows = [
        ("a", 1, with("DS2", "DL1"), with("DS3", "DL1")),
        ("a", 2, with("DS2", "DL1"), with("DS2", "DL2")),
        ("a", 3, with("DS2", "DL1"), with("DS0", "")),
        ("a", 4, with("DS0", ""), with("DS1", "")),
        // The second coder has not given the locus yet: that is missing, not "does not apply".
        ("a", 5, with("DS2", "DL1"), with("DS2", "")),
    ];
    let (codebook, comparison) = (codebook(), compared(&rows));
    let rated = Rated::new(&codebook, &comparison, &[0, 1]);
    let locus = codebook.field("locus").unwrap();
    let check = |applying, n, share: f64| {
        let (found, value) = percent(&rated.codes(locus, applying).unwrap());
        assert_eq!(found, n, "{applying:?}");
        assert!((value - share).abs() < 1e-12, "{applying:?} {value}");
    };
    check(Applying::ForBoth, 2, 0.5);
    check(Applying::ForEither, 3, 1.0 / 3.0);
    check(Applying::Everywhere, 4, 0.5);
    assert_eq!(percent(&rated.gate(locus).unwrap()), (5, 0.8));
}

#[test]
fn a_code_outside_the_scale_has_no_place_on_it() {
    let of = |code| Some(episode(&[("severity", code)]));
    let rows = [
        ("a", 1, of("DS1"), of("DS1")),
        ("a", 2, of("DS1"), of("DS4")),
        ("a", 3, of("DS4"), of("DS4")),
    ];
    let (codebook, comparison) = (codebook(), compared(&rows));
    let rated = Rated::new(&codebook, &comparison, &[0, 1]);
    let severity = codebook.field("severity").unwrap();
    assert_eq!(percent(&rated.scale(severity).unwrap()), (1, 1.0));
    assert_eq!(
        rated
            .codes(severity, Applying::ForBoth)
            .unwrap()
            .categories(),
        5
    );
}

#[test]
fn an_attribute_counts_where_both_gave_the_code() {
    let rows = [
        (
            "a",
            1,
            Some(episode(&[("cause", "C1:direct")])),
            Some(episode(&[("cause", "C1:contextual")])),
        ),
        (
            "a",
            2,
            Some(episode(&[("cause", "C2:direct")])),
            Some(episode(&[("cause", "C1:direct")])),
        ),
        (
            "a",
            3,
            Some(episode(&[("cause", "C6:direct")])),
            Some(episode(&[("cause", "C6:direct")])),
        ),
    ];
    let (codebook, comparison) = (codebook(), compared(&rows));
    let rated = Rated::new(&codebook, &comparison, &[0, 1]);
    let cause = codebook.field("cause").unwrap();
    assert_eq!(percent(&rated.attributes(cause).unwrap()), (2, 0.5));
}

#[test]
fn a_turn_marked_by_hand_counts_against_a_coder_who_passed_it_over() {
    let rows = [
        ("a", 1, Some(none()), Some(none())),
        ("a", 2, Some(by_hand(episode(&[]))), None),
        ("b", 1, Some(none()), None),
        ("b", 2, Some(by_hand(episode(&[]))), Some(none())),
        ("b", 3, Some(by_hand(episode(&[]))), None),
    ];
    let (codebook, comparison) = (codebook(), compared(&rows));
    let rated = Rated::new(&codebook, &comparison, &[0, 1]);
    let extent = || Extent {
        turns: 3,
        ..Extent::default()
    };
    let extents = BTreeMap::from([("a".to_owned(), extent()), ("b".to_owned(), extent())]);
    let finding = rated.finding(&extents).unwrap();
    assert_eq!(finding.pairs[0].passed_over, 1);
    let total = pair_counts(&finding.pairs[0].sections, 0, 1, HALF).total();
    assert_eq!((total.left, total.right, total.matched), (2, 0, 0));
    // In b the second coder owes decisions on the first turn and on the third.
    assert_eq!(percent(&finding.turns).0, 4);
}

#[test]
fn the_order_of_the_coders_is_the_callers() {
    let rows = [("a", 1, Some(episode(&[])), Some(none()))];
    let (codebook, comparison) = (codebook(), compared(&rows));
    let first = |order: &[usize]| {
        let rated = Rated::new(&codebook, &comparison, order);
        let tally = rated.verdicts().unwrap().tally(Missing::LeaveOut);
        tally.table(0, 1).map(|table| table.count(0, 1))
    };
    assert_eq!((first(&[0, 1]), first(&[1, 0])), (Some(1), Some(0)));
    assert_eq!(first(&[0, 7]), None);
}

#[test]
fn a_proposed_turn_that_nobody_has_decided_is_no_agreement() {
    let rows = [("a", 2, Some(episode(&[])), Some(episode(&[])))];
    let (codebook, comparison) = (codebook(), compared(&rows));
    let rated = Rated::new(&codebook, &comparison, &[0, 1]);
    let extent = Extent {
        turns: 6,
        proposed: BTreeSet::from([2, 4, 5]),
    };
    let extents = BTreeMap::from([("a".to_owned(), extent)]);
    let turns = rated.finding(&extents).unwrap().turns;
    // One turn in an episode and three that nobody proposed; D4 and D5 are still to be decided.
    assert_eq!(percent(&turns).0, 4);
}
