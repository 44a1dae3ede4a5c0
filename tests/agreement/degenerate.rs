//! Labels without variation, with hardly any units, or that do not fit: never NaN, never a made up 0 or 1.

#![expect(clippy::float_cmp, reason = "zeros and ones are promised to be exact")]

use pushback::agreement::{
    Basis, Binary, Coefficient, Flag, Missing, NoInterval, Ratings, SetDistance, SetMeasure,
    Spread, Undefined, Unfit, Weights, benchmark, level_reached,
};

use crate::agreement::{row, set, sets_of, tally_of, tally_of_table};

const OVER_CHANCE: [Coefficient; 6] = [
    Coefficient::Cohen,
    Coefficient::Conger,
    Coefficient::Scott,
    Coefficient::Fleiss,
    Coefficient::Alpha,
    Coefficient::OrdinalAlpha,
];

#[test]
fn one_category_is_undefined_for_every_number_of_units() {
    for units in 2..=64 {
        for weights in [
            Weights::identity(3),
            Weights::linear(3),
            Weights::quadratic(3),
        ] {
            let tally = tally_of(3, 2, Missing::LeaveOut, &[(row(&[1, 1]), units)]);
            for coefficient in OVER_CHANCE {
                let found = tally.estimate(coefficient, &weights);
                assert_eq!(
                    found,
                    Err(Undefined::OneCategoryUsed),
                    "{units} {coefficient:?}"
                );
            }
            for coefficient in [Coefficient::Gwet, Coefficient::BrennanPrediger] {
                let found = tally.value(coefficient, &weights);
                assert_eq!(found, Ok(1.0), "{units} {coefficient:?}");
            }
        }
    }
}

#[test]
fn one_category_of_three_coders_is_undefined_for_every_number_of_units() {
    for units in 2..=64 {
        let tally = tally_of(2, 3, Missing::LeaveOut, &[(row(&[0, 0, 0]), units)]);
        for coefficient in [Coefficient::Conger, Coefficient::Fleiss, Coefficient::Alpha] {
            let found = tally.value(coefficient, &Weights::identity(2));
            assert_eq!(
                found,
                Err(Undefined::OneCategoryUsed),
                "{units} {coefficient:?}"
            );
        }
    }
}

#[test]
fn without_two_pairable_units_nothing_is_over_chance() {
    let check = |rows: &[(Vec<Option<usize>>, u64)], expected| {
        let tally = tally_of(2, 2, Missing::LeaveOut, rows);
        for coefficient in OVER_CHANCE {
            let found = tally.value(coefficient, &Weights::identity(2));
            assert_eq!(found, Err(expected), "{coefficient:?}");
        }
    };
    check(&[], Undefined::NoPairableUnit);
    check(&[(vec![Some(0), None], 5)], Undefined::NoPairableUnit);
    check(
        &[(row(&[0, 1]), 1), (vec![Some(0), None], 5)],
        Undefined::OneUnit,
    );
}

#[test]
fn a_constant_coder_gives_a_kappa_of_exactly_zero_without_an_interval() {
    for (agreeing, other) in [(9, 1), (1, 6), (48, 5), (99_999, 1)] {
        let tally = tally_of_table(&[&[agreeing, other], &[0, 0]]);
        let kappa = tally
            .estimate(Coefficient::Cohen, &Weights::identity(2))
            .unwrap();
        assert_eq!(kappa.value, 0.0);
        assert_eq!(kappa.error.unwrap().value, 0.0);
        assert_eq!(kappa.interval(0.95), Err(NoInterval::NoVariation));
        assert_eq!(kappa.flags(), [Flag::NoInterval]);
        assert!(tally.flags().contains(&Flag::ConstantCoder(0)));
    }
}

#[test]
fn one_disagreement_among_units_alike_gives_an_alpha_of_exactly_zero() {
    for units in 1..=64 {
        let tally = tally_of_table(&[&[units, 1], &[0, 0]]);
        assert_eq!(
            tally.value(Coefficient::Alpha, &Weights::identity(2)),
            Ok(0.0),
            "{units}"
        );
    }
}

#[test]
fn full_agreement_is_one_with_the_exact_lower_end_where_chance_is_fixed() {
    let tally = tally_of_table(&[&[6, 0], &[0, 4]]);
    let weights = Weights::identity(2);
    for coefficient in OVER_CHANCE {
        let found = tally.estimate(coefficient, &weights).unwrap();
        assert_eq!(found.value, 1.0);
        assert_eq!(found.interval(0.95), Err(NoInterval::NoVariation));
    }
    let low = 0.025_f64.powf(0.1);
    let percent = tally.estimate(Coefficient::Percent, &weights).unwrap();
    assert!((percent.interval(0.95).unwrap().low - low).abs() < 1e-12);
    let even = tally
        .estimate(Coefficient::BrennanPrediger, &weights)
        .unwrap();
    assert!((even.interval(0.95).unwrap().low - (2.0 * low - 1.0)).abs() < 1e-12);
    assert!((low - 0.6915).abs() < 1e-4);
}

#[test]
fn coefficients_that_do_not_fit_say_why() {
    let three = tally_of(
        3,
        3,
        Missing::LeaveOut,
        &[(row(&[0, 1, 2]), 4), (row(&[0, 0, 0]), 4)],
    );
    let one = tally_of(1, 2, Missing::LeaveOut, &[(row(&[0, 0]), 4)]);
    let weights = Weights::identity(3);
    assert_eq!(
        three.value(Coefficient::Cohen, &weights),
        Err(Undefined::NotTwoCoders)
    );
    assert_eq!(
        three.value(Coefficient::Scott, &weights),
        Err(Undefined::NotTwoCoders)
    );
    assert_eq!(
        three.value(Coefficient::Pabak, &weights),
        Err(Undefined::NotTwoCategories)
    );
    assert_eq!(
        three.value(Coefficient::Alpha, &Weights::identity(2)),
        Err(Undefined::OtherCategories)
    );
    assert_eq!(
        three.value(Coefficient::Specific(7), &weights),
        Err(Undefined::CodeUnused)
    );
    let declared = one.value(Coefficient::Gwet, &Weights::identity(1));
    assert_eq!(declared, Err(Undefined::OneCategoryDeclared));
    let flat = Weights::from_distance(3, |_, _| 0.0).unwrap();
    assert_eq!(
        three.value(Coefficient::BrennanPrediger, &flat),
        Err(Undefined::NoDistance)
    );
    assert_eq!(
        three.value(Coefficient::Gwet, &flat),
        Err(Undefined::NoDistance)
    );
    for wrong in [f64::NAN, -0.1, 1.5, f64::INFINITY] {
        assert_eq!(
            Weights::from_distance(2, |_, _| wrong),
            Err(Undefined::NotADistance)
        );
    }
    assert_eq!(
        Weights::interval(&[1.0, f64::NAN]),
        Err(Undefined::NotADistance)
    );
    assert_eq!(Weights::interval(&[2.0, 2.0]), Err(Undefined::NoDistance));
    assert_eq!(Weights::ratio(&[-1.0, 2.0]), Err(Undefined::NotADistance));
    assert_eq!(
        tally_of_table(&[&[1, 2], &[3, 4]]).coder_error(Coefficient::Alpha, &Weights::identity(2)),
        Err(Undefined::TooFewCoders)
    );
}

#[test]
fn rows_that_do_not_fit_are_refused() {
    let mut ratings = Ratings::new(2, 2);
    assert_eq!(
        ratings.add(&row(&[0]), None),
        Err(Unfit::Coders {
            found: 1,
            coders: 2
        })
    );
    let far = Unfit::Category {
        found: 2,
        categories: 2,
    };
    assert_eq!(ratings.add(&row(&[0, 2]), None), Err(far));
    assert_eq!(ratings.units(), 0);
}

#[test]
fn units_of_one_coder_are_left_out_and_counted() {
    let rows = [
        (row(&[0, 1]), 3),
        (vec![Some(0), None], 2),
        (vec![None, Some(1)], 1),
        (vec![None, None], 4),
    ];
    let tally = tally_of(2, 2, Missing::LeaveOut, &rows);
    let seen = tally.seen();
    assert_eq!(
        (seen.any, seen.pairable, seen.single, seen.unlabelled),
        (6, 3, 3, 4)
    );
    assert_eq!(seen.labels, [3, 3]);
    let kept = tally_of(2, 2, Missing::LikeGwet, &rows).seen();
    assert_eq!((kept.any, kept.pairable, kept.labels), (6, 3, vec![5, 4]));
}

#[test]
fn a_scale_without_one_of_its_steps_is_another_reading_of_the_labels() {
    let mut ratings = Ratings::new(3, 2);
    for labels in [[0, 0], [1, 0], [2, 1], [2, 2]] {
        ratings.add(&row(&labels), Some(7)).unwrap();
    }
    let ladder = ratings
        .recoded(2, &[Some(0), Some(1), None])
        .tally(Missing::LeaveOut);
    assert_eq!(
        (ladder.pairable(), ladder.seen().single, ladder.sessions()),
        (2, 1, Some(1))
    );
    let reached = ratings
        .recoded(2, &[Some(1), Some(1), Some(0)])
        .tally(Missing::LeaveOut);
    let table = reached.binary().unwrap();
    assert_eq!(
        (
            table.both,
            table.first_only,
            table.second_only,
            table.neither
        ),
        (1, 1, 0, 2)
    );
}

#[test]
fn few_units_and_rare_codes_are_flagged() {
    let tally = tally_of_table(&[&[2, 1], &[1, 10]]);
    assert_eq!(tally.flags(), [Flag::FewUnits(14)]);
    assert_eq!(
        tally.rare_code(0),
        Some(Flag::RareCode {
            category: 0,
            units: 4
        })
    );
    assert_eq!(tally.rare_code(1), None);
}

#[test]
fn one_session_has_no_error() {
    let mut ratings = Ratings::new(2, 2);
    for labels in [[0, 0], [1, 0], [1, 1]] {
        ratings.add(&row(&labels), Some(1)).unwrap();
    }
    let tally = ratings.tally(Missing::LeaveOut);
    let found = tally
        .estimate(Coefficient::Alpha, &Weights::identity(2))
        .unwrap();
    assert_eq!(
        (found.error, found.interval(0.95)),
        (None, Err(NoInterval::TooFew))
    );
}

#[test]
fn an_unused_table_has_reasons_instead_of_figures() {
    let none = Binary {
        both: 0,
        first_only: 0,
        second_only: 0,
        neither: 0,
    };
    assert_eq!(none.kappa(), Err(Undefined::NoPairableUnit));
    assert_eq!(none.prevalence_index(), Err(Undefined::NoPairableUnit));
    assert_eq!(none.positive(), Err(Undefined::CodeUnused));
    let absent = Binary {
        neither: 16,
        ..none
    };
    assert_eq!(absent.kappa(), Err(Undefined::OneCategoryUsed));
    assert_eq!(absent.kappa_max(), Err(Undefined::OneCategoryUsed));
    assert_eq!(absent.positive(), Err(Undefined::CodeUnused));
    assert_eq!((absent.ac1(), absent.pabak()), (Ok(1.0), Ok(1.0)));
    assert_eq!(Binary { both: 1, ..none }.kappa(), Err(Undefined::OneUnit));
}

#[test]
fn sets_without_variation_or_without_codes_are_undefined() {
    let same = vec![set(&[1]), set(&[1])];
    let tally = sets_of(3, 2, &[same.clone(), same]).tally(Missing::LeaveOut);
    for measure in [
        SetMeasure::Alpha(SetDistance::Masi),
        SetMeasure::PooledPi,
        SetMeasure::PooledKappa,
    ] {
        assert_eq!(tally.estimate(measure), Err(Undefined::OneCategoryUsed));
    }
    let empty = sets_of(3, 2, &[]).tally(Missing::LeaveOut);
    let found = empty.estimate(SetMeasure::Similarity(SetDistance::Exact));
    assert_eq!(found, Err(Undefined::NoPairableUnit));
    assert_eq!(empty.mean_codes(), [None, None]);
    let mut strict = sets_of(3, 2, &[]);
    let far = Unfit::Category {
        found: 3,
        categories: 3,
    };
    assert_eq!(strict.add(&[set(&[0, 3]), None], None), Err(far));
    assert_eq!(set(&[128]), None);
}

#[test]
fn two_empty_sets_are_not_apart() {
    let empty = set(&[]).unwrap();
    for distance in [SetDistance::Masi, SetDistance::Jaccard, SetDistance::Exact] {
        assert_eq!(empty.distance(empty, distance), 0.0);
        assert_eq!(empty.distance(set(&[2]).unwrap(), distance), 1.0);
    }
}

#[test]
fn a_benchmark_needs_an_error() {
    assert_eq!(benchmark(0.8, 0.0, &[0.5]), None);
    assert_eq!(benchmark(0.8, f64::NAN, &[0.5]), None);
    assert_eq!(level_reached(&[0.4, 0.88, 0.995]), Some(2));
    assert_eq!(level_reached(&[0.4, 0.88]), None);
}

#[test]
fn pairs_of_coders_are_spread_and_one_may_be_left_out() {
    let rows = [
        (row(&[0, 0, 1]), 5),
        (row(&[1, 1, 0]), 5),
        (row(&[1, 1, 1]), 2),
    ];
    let tally = tally_of(2, 3, Missing::LeaveOut, &rows);
    let weights = Weights::identity(2);
    let of_two = [[0, 1], [0, 2], [1, 2]].map(|pair| {
        let two = tally.of(&pair);
        two.value(Coefficient::Cohen, &weights).ok()
    });
    let spread = Spread::of(&of_two).unwrap();
    assert_eq!((spread.max, spread.defined, spread.undefined), (1.0, 3, 0));
    assert!(spread.min < 0.0 && spread.median == spread.min);
    assert_eq!(
        tally.without(2).value(Coefficient::Alpha, &weights),
        Ok(1.0)
    );
    assert!(tally.coder_error(Coefficient::Alpha, &weights).unwrap() > 0.5);
    let error = tally
        .estimate(Coefficient::Fleiss, &weights)
        .unwrap()
        .error
        .unwrap();
    assert_eq!(error.basis, Basis::Units(12));
}
