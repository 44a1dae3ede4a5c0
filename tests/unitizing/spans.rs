//! Sets of turns, their matching, and the counts that follow.

use std::time::Instant;

use proptest::prelude::*;
use pushback::agreement::{
    ANY_OVERLAP, EXACT, HALF, Section, SpanCounts, TurnSet, Undefined, pair_counts, pair_up,
};

use super::{episode, episodes, is_close, span};

fn sets() -> impl Strategy<Value = Vec<TurnSet>> {
    let stretch = (0_u32..24, 0_u32..8).prop_map(|(start, turns)| span(start, start + turns));
    prop::collection::vec(
        prop::collection::vec(stretch, 0..3).prop_map(TurnSet::from_spans),
        0..6,
    )
}

/// Gives the matched sets themselves, in an order of their own.
fn matched(left: &[TurnSet], right: &[TurnSet], threshold: f64) -> Vec<(TurnSet, TurnSet)> {
    let mut found: Vec<_> = pair_up(left, right, threshold)
        .into_iter()
        .map(|pairing| (left[pairing.left].clone(), right[pairing.right].clone()))
        .collect();
    found.sort();
    found
}

#[test]
fn a_set_has_one_form_however_it_is_given() {
    let by_turns = TurnSet::from_turns([9, 2, 3, 4, 3, 7]);
    let by_spans = TurnSet::from_spans([
        span(9, 10),
        span(4, 5),
        span(7, 8),
        span(2, 4),
        span(6, 6),
        span(8, 5),
    ]);
    assert_eq!(by_turns, by_spans);
    assert_eq!(by_turns.spans(), [span(2, 5), span(7, 8), span(9, 10)]);
    assert_eq!(by_turns.turns(), 5);
}

#[test]
fn overlap_is_shared_turns_over_all_turns() {
    let check = |one: &TurnSet, other: &TurnSet, expected: Result<f64, Undefined>| {
        assert_eq!(one.overlap(other), expected, "{one:?} {other:?}");
    };
    check(&episode(0, 4), &episode(2, 6), Ok(2.0 / 6.0));
    check(&episode(0, 4), &episode(4, 6), Ok(0.0));
    check(
        &TurnSet::from_turns([1, 5, 9]),
        &TurnSet::from_turns([5, 9, 12]),
        Ok(0.5),
    );
    check(&TurnSet::default(), &episode(1, 2), Ok(0.0));
    check(
        &TurnSet::default(),
        &TurnSet::default(),
        Err(Undefined::Empty),
    );
}

#[test]
fn thresholds_decide_what_matches() {
    let (left, right) = (
        episodes(&[(0, 4), (10, 14), (20, 24)]),
        episodes(&[(0, 4), (10, 12), (23, 27)]),
    );
    let check = |threshold: f64, matched: u64, overlap: f64| {
        let counts = SpanCounts::of(&left, &right, threshold);
        assert_eq!((counts.matched, counts.exact), (matched, 1), "{threshold}");
        assert!(
            is_close(counts.mean_overlap().unwrap(), overlap),
            "{threshold}"
        );
        assert!(is_close(counts.f1().unwrap(), matched as f64 / 3.0));
    };
    check(ANY_OVERLAP, 3, (1.0 + 0.5 + 1.0 / 7.0) / 3.0);
    check(HALF, 2, 0.75);
    check(EXACT, 1, 1.0);
    assert!(pair_up(&left, &right, f64::NAN).is_empty());
}

#[test]
fn the_best_total_wins_over_the_nearest_pair() {
    // Greedy would match the pair with 8/10 and leave two episodes over.
    let (left, right) = (episodes(&[(0, 10), (2, 15)]), episodes(&[(2, 10), (0, 6)]));
    let pairings = pair_up(&left, &right, HALF);
    let places: Vec<_> = pairings.iter().map(|own| (own.left, own.right)).collect();
    assert_eq!(places, [(0, 1), (1, 0)]);
}

#[test]
fn nothing_marked_is_undefined_and_not_zero() {
    let none = SpanCounts::of(&[], &[], HALF);
    assert_eq!(none.f1(), Err(Undefined::NoUnits));
    assert_eq!(none.mean_overlap(), Err(Undefined::TooFewCoders));
    let one = SpanCounts::of(&[episode(1, 2)], &[], HALF);
    assert_eq!(one.f1(), Ok(0.0));
}

#[test]
fn sections_that_one_coder_opened_are_counted_and_left_out() {
    let section = |one: Option<&[(u32, u32)]>, other: Option<&[(u32, u32)]>| Section {
        coders: vec![one.map(episodes), other.map(episodes)],
    };
    let sections = [
        section(Some(&[(0, 2)]), Some(&[(0, 2), (4, 6)])),
        section(Some(&[(0, 2)]), None),
        section(None, Some(&[])),
        section(None, None),
        section(Some(&[]), Some(&[])),
    ];
    let counts = pair_counts(&sections, 0, 1, HALF);
    assert_eq!((counts.left_only, counts.right_only), (1, 1));
    assert_eq!((counts.both(), counts.both_silent()), (2, 1));
    assert_eq!(counts.total().f1(), Ok(2.0 / 3.0));
    // A resample adds up the counts of the sections that it draws.
    let drawn: SpanCounts = [0, 0, 4].iter().filter_map(|at| counts.sections[*at]).sum();
    assert_eq!((drawn.left, drawn.right, drawn.matched), (2, 4, 2));
    assert_eq!(pair_counts(&sections, 0, 7, HALF).both(), 0);
}

#[test]
#[ignore = "measures"]
fn a_session_in_which_everything_overlaps_is_matched_in_time() {
    let row = |shift: u32| -> Vec<TurnSet> {
        (0..300)
            .map(|at| episode(at + shift, at + 400 + (at * 7 + shift) % 90))
            .collect()
    };
    let start = Instant::now();
    let found = pair_up(&row(0), &row(5), ANY_OVERLAP).len();
    println!("{found} of 300 all over each other: {:?}", start.elapsed());
    let far: Vec<TurnSet> = (0..100_000).map(|at| episode(at * 9, at * 9 + 6)).collect();
    let near: Vec<TurnSet> = (0..100_000)
        .map(|at| episode(at * 9 + 1, at * 9 + 8))
        .collect();
    let start = Instant::now();
    println!(
        "{} of 100,000 in a row: {:?}",
        pair_up(&far, &near, HALF).len(),
        start.elapsed()
    );
}

proptest! {
    #[test]
    fn overlap_is_bounded_symmetric_and_one_for_the_same_turns(all in sets()) {
        for one in &all {
            for other in &all {
                if let Ok(overlap) = one.overlap(other) {
                    prop_assert!((0.0..=1.0).contains(&overlap));
                    prop_assert_eq!(other.overlap(one), Ok(overlap));
                    prop_assert_eq!(overlap >= 1.0, one == other);
                }
            }
        }
    }

    #[test]
    fn neither_order_nor_side_decides_what_is_matched(
        left in sets(), right in sets(), turn in 0_usize..6,
    ) {
        for threshold in [ANY_OVERLAP, HALF, EXACT] {
            let expected = matched(&left, &right, threshold);
            let (mut mixed, mut other) = (left.clone(), right.clone());
            mixed.rotate_left(turn.min(left.len()));
            other.reverse();
            prop_assert_eq!(&matched(&mixed, &other, threshold), &expected);
            let mut swapped: Vec<_> =
                matched(&right, &left, threshold).into_iter().map(|(a, b)| (b, a)).collect();
            swapped.sort();
            prop_assert_eq!(swapped, expected);
        }
    }

    #[test]
    fn f1_is_symmetric_and_between_what_each_found_of_the_other(left in sets(), right in sets()) {
        let counts = SpanCounts::of(&left, &right, HALF);
        let swapped = SpanCounts::of(&right, &left, HALF);
        prop_assert_eq!(counts.f1(), swapped.f1());
        prop_assert_eq!(counts.mean_overlap(), swapped.mean_overlap());
        if let (1.., 1.., Ok(f1)) = (counts.left, counts.right, counts.f1()) {
            let [one, other] = [counts.left, counts.right].map(|own| counts.matched as f64 / own as f64);
            prop_assert!(one.min(other) - 1e-12 <= f1 && f1 <= one.max(other) + 1e-12);
        }
        if let Ok(overlap) = counts.mean_overlap() {
            prop_assert!((0.5..=1.0 + 1e-12).contains(&overlap));
        }
    }
}
