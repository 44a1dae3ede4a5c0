//! A model against gold; expected numbers from scikit-learn 1.9.1 unless counted by hand.

use proptest::prelude::*;
use pushback::agreement::{CodeCounts, Confusion, SetScores, Undefined, macro_f1, micro_f1};

use super::is_close;

const GOLD: [usize; 16] = [0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 0, 1];
const MODEL: [usize; 16] = [0, 0, 1, 0, 1, 2, 1, 2, 2, 1, 2, 4, 2, 2, 0, 0];

fn confusion() -> Confusion {
    Confusion::of(6, GOLD.into_iter().zip(MODEL)).unwrap()
}

fn set_scores(pairs: &[(&[usize], &[usize])]) -> SetScores {
    let mut scores = SetScores::new(5);
    for (gold, model) in pairs {
        scores.count(gold, model).unwrap();
    }
    scores
}

#[test]
fn summaries_of_single_codes_are_those_of_scikit_learn() {
    let table = confusion();
    assert_eq!(table.accuracy(), Ok(0.5625));
    let balanced = table.balanced_accuracy().unwrap();
    assert!(is_close(balanced.value, 0.475));
    assert_eq!((balanced.defined, balanced.of), (4, 6));
    assert!(is_close(table.matthews().unwrap(), 0.401_195_808_300_387_3));
    let macro_mean = macro_f1(&table.codes()).unwrap();
    assert!(is_close(macro_mean.value, 0.369_090_909_090_909_1));
    assert_eq!((macro_mean.defined, macro_mean.of), (5, 6));
    assert_eq!(micro_f1(&table.codes()), table.accuracy());
}

#[test]
fn each_code_has_its_counts_and_its_gaps() {
    let codes = confusion().codes();
    let check = |code: usize, expected: [Result<f64, Undefined>; 3], support: u64| {
        let own = codes[code];
        assert_eq!(
            [own.precision(), own.recall(), own.f1()],
            expected,
            "{code}"
        );
        assert_eq!(own.support(), support);
    };
    let none = Err(Undefined::NoUnits);
    check(0, [Ok(0.8), Ok(0.8), Ok(0.8)], 5);
    check(1, [Ok(0.5), Ok(0.5), Ok(0.5)], 4);
    check(2, [Ok(0.5), Ok(0.6), Ok(6.0 / 11.0)], 5);
    check(3, [none, Ok(0.0), Ok(0.0)], 2);
    check(4, [Ok(0.0), none, Ok(0.0)], 0);
    check(5, [none, none, none], 0);
}

#[test]
fn the_shift_tells_how_far_and_which_way_on_the_ladder() {
    let pairs = [(0, 1), (0, 2), (3, 1), (2, 2), (4, 0), (1, 4)];
    let shift = Confusion::of(5, pairs).unwrap().shift(&[0, 1, 2, 3]);
    assert_eq!((shift.units, shift.over, shift.under), (4, 2, 1));
    assert_eq!(shift.mean(), Ok(0.25));
    let off = Confusion::of(5, [(4, 4)]).unwrap().shift(&[0, 1, 2, 3]);
    assert_eq!(off.mean(), Err(Undefined::NoUnits));
}

#[test]
fn summaries_of_sets_are_those_of_scikit_learn() {
    let scores = set_scores(&[
        (&[0], &[0]),
        (&[0, 1], &[0]),
        (&[2], &[2, 1]),
        (&[1, 2], &[2, 1]),
        (&[3], &[0]),
        (&[0], &[0, 2]),
        (&[2, 3], &[3]),
    ]);
    let check = |found: Result<f64, Undefined>, expected: f64| {
        assert!(is_close(found.unwrap(), expected), "{found:?} {expected}");
    };
    check(scores.hamming_loss(), 0.171_428_571_428_571_42);
    check(micro_f1(scores.codes()), 0.7);
    check(
        macro_f1(scores.codes()).map(|mean| mean.value),
        0.672_619_047_619_047_6,
    );
    check(scores.samples_f1(), 2.0 / 3.0);
}

#[test]
fn what_has_no_value_says_why() {
    let empty = Confusion::of(3, []).unwrap();
    assert_eq!(empty.accuracy(), Err(Undefined::NoUnits));
    assert_eq!(empty.matthews(), Err(Undefined::NoUnits));
    assert_eq!(macro_f1(&empty.codes()), Err(Undefined::NoUnits));
    assert_eq!(micro_f1(&[]), Err(Undefined::NoUnits));
    assert_eq!(Confusion::of(3, [(0, 3)]), Err(Undefined::UnknownCode));
    assert_eq!(
        Confusion::of(0, []).unwrap().codes(),
        Vec::<CodeCounts>::new()
    );
    for units in 1..64 {
        let constant = Confusion::of(3, vec![(1, 1); units]).unwrap();
        assert_eq!(
            constant.matthews(),
            Err(Undefined::OneCategoryUsed),
            "{units}"
        );
        assert_eq!(constant.accuracy(), Ok(1.0));
    }
    let mut sets = SetScores::new(2);
    assert_eq!(sets.samples_f1(), Err(Undefined::NoUnits));
    assert_eq!(sets.hamming_loss(), Err(Undefined::NoUnits));
    assert_eq!(sets.count(&[0], &[2]), Err(Undefined::UnknownCode));
    assert_eq!(sets.units(), 0);
    assert_eq!(sets.add(&SetScores::new(3)), Err(Undefined::UnknownCode));
}

#[test]
fn two_empty_sets_are_the_same_set() {
    let scores = set_scores(&[(&[], &[]), (&[1, 1], &[1])]);
    assert_eq!(scores.samples_f1(), Ok(1.0));
}

proptest! {
    #[test]
    fn gold_and_model_swap_precision_and_recall(
        pairs in prop::collection::vec((0_usize..4, 0_usize..4), 0..30),
    ) {
        let one = Confusion::of(4, pairs.clone()).unwrap();
        let other = Confusion::of(4, pairs.iter().map(|(gold, model)| (*model, *gold))).unwrap();
        for (own, swapped) in one.codes().iter().zip(other.codes()) {
            prop_assert_eq!(own.precision(), swapped.recall());
            prop_assert_eq!(own.f1(), swapped.f1());
        }
        prop_assert_eq!(one.matthews(), other.matthews());
        prop_assert!(one.matthews().map_or(true, |value| (-1.0..=1.0).contains(&value)));
        let ladder = [0, 1, 2, 3];
        prop_assert_eq!(one.shift(&ladder).mean(), other.shift(&ladder).mean().map(|mean| 0.0 - mean));
    }

    #[test]
    fn sessions_add_up(
        pairs in prop::collection::vec((prop::collection::vec(0_usize..4, 0..4), prop::collection::vec(0_usize..4, 0..4)), 0..12),
        cut in 0_usize..12,
    ) {
        let of = |pairs: &[(Vec<usize>, Vec<usize>)]| {
            let mut scores = SetScores::new(4);
            for (gold, model) in pairs {
                scores.count(gold, model).unwrap();
            }
            scores
        };
        let (head, tail) = pairs.split_at(cut.min(pairs.len()));
        let mut sum = of(tail);
        sum.add(&of(head)).unwrap();
        prop_assert_eq!(sum, of(&pairs));
    }
}
