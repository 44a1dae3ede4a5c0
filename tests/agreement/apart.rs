//! One coder beside the others, shares over sessions, and the indices of a two by two table with their errors.

use pushback::agreement::{
    Coefficient, Confidence, Measure, Missing, NoInterval, Proportion, Ratings, Resampling,
    SetDistance, SetMeasure, Tally, Undefined, Weights,
};
use pushback::random::Pcg64;

use crate::agreement::{row, set, sets_of, tally_of, tally_of_table};

/// Three coders, the last of whom errs more, on units of sessions of six; some labels are missing.
fn three() -> Ratings {
    let mut random = Pcg64::stream(5, "three", 0);
    let mut ratings = Ratings::new(3, 3);
    for unit in 0..240 {
        let truth = usize::try_from(random.below(3)).unwrap();
        let mut label = |wrong: f64| {
            let other = (truth + 1) % 3;
            Some(if random.share() < wrong { other } else { truth })
        };
        let mut labels = vec![label(0.1), label(0.1), label(0.4)];
        if unit % 10 == 0 {
            labels[unit / 10 % 3] = None;
        }
        ratings.add(&labels, Some(unit as u64 / 6)).unwrap();
    }
    ratings
}

#[test]
fn a_coder_stands_beside_the_others_on_what_all_labelled() {
    let tally = three().tally(Missing::LeaveOut);
    let weights = Weights::identity(3);
    let measure = Measure {
        coefficient: Coefficient::Alpha,
        weights: &weights,
    };
    let found = tally
        .apart(2, measure, "a", &Resampling::default())
        .unwrap();
    let complete = tally.complete();
    assert_eq!((complete.pairable(), found.units), (216, 216));
    let of = |pair: [usize; 2]| {
        complete
            .of(&pair)
            .value(Coefficient::Alpha, &weights)
            .unwrap()
    };
    let with = f64::midpoint(of([0, 2]), of([1, 2]));
    assert!((found.with_others - with).abs() < 1e-12);
    assert!((found.among_others - of([0, 1])).abs() < 1e-12);
    let interval = found.difference.interval.unwrap();
    let difference = found.with_others - found.among_others;
    assert!(interval.low < difference && difference < interval.high && interval.high < 0.0);
    let own = tally
        .apart(0, measure, "a", &Resampling::default())
        .unwrap();
    assert!(own.difference.interval.unwrap().high > 0.0);
    let two = tally.of(&[0, 1]);
    let refused = two.apart(0, measure, "a", &Resampling::default());
    assert_eq!(refused.unwrap_err(), Undefined::TooFewCoders);
}

#[test]
fn a_coder_who_copies_another_is_apart_by_the_error_of_the_copy_alone() {
    let rows = [[0, 1, 1], [1, 0, 0], [0, 0, 0], [1, 1, 1]].map(|labels| (row(&labels), 10));
    let tally = tally_of(2, 3, Missing::LeaveOut, &rows);
    let weights = Weights::identity(2);
    let measure = Measure {
        coefficient: Coefficient::Percent,
        weights: &weights,
    };
    // The second and third are one: with the others (.5 + 1) / 2, the first and second among themselves .5.
    let found = tally
        .apart(2, measure, "a", &Resampling::default())
        .unwrap();
    assert!((found.with_others - 0.75).abs() < 1e-12 && (found.among_others - 0.5).abs() < 1e-12);
}

#[test]
fn sets_have_a_coder_apart_as_codes_do() {
    let (one, two) = (set(&[0]), set(&[0, 1]));
    let rows = [
        vec![one, one, two],
        vec![two, two, two],
        vec![one, one, one],
    ];
    let sets = sets_of(2, 3, &rows).tally(Missing::LeaveOut);
    let measure = SetMeasure::Similarity(SetDistance::Jaccard);
    let found = sets.apart(2, measure, "a", &Resampling::default()).unwrap();
    assert!((found.with_others - 2.5 / 3.0).abs() < 1e-12);
    assert!((found.among_others - 1.0).abs() < 1e-12);
}

/// A binary question in sessions: for each the units on which both say yes, and those on which they differ.
fn sessions(counts: &[(u64, u64)]) -> Tally {
    let mut ratings = Ratings::new(2, 2);
    for (session, (same, apart)) in (0..).zip(counts) {
        for _ in 0..*same {
            ratings.add(&row(&[0, 0]), Some(session)).unwrap();
        }
        for _ in 0..*apart {
            ratings.add(&row(&[0, 1]), Some(session)).unwrap();
        }
    }
    ratings.tally(Missing::LeaveOut)
}

fn percent(tally: &Tally) -> (f64, f64) {
    let found = tally
        .estimate(Coefficient::Percent, &Weights::identity(2))
        .unwrap();
    let interval = found.share_interval(0.95).unwrap().unwrap();
    (interval.low, interval.high)
}

#[test]
fn a_share_has_wilsons_interval_and_pabak_its_image() {
    let tally = tally_of_table(&[&[30, 6], &[4, 10]]);
    let wilson = Proportion::new(40, 50)
        .unwrap()
        .wilson(Confidence::new(0.95).unwrap());
    let (low, high) = percent(&tally);
    assert!((low - wilson.low).abs() < 1e-12 && (high - wilson.high).abs() < 1e-12);
    let pabak = tally
        .estimate(Coefficient::Pabak, &Weights::identity(2))
        .unwrap();
    let image = pabak.share_interval(0.95).unwrap().unwrap();
    assert!((image.low - (2.0 * low - 1.0)).abs() < 1e-12);
    assert!((image.high - (2.0 * high - 1.0)).abs() < 1e-12);
    let alpha = tally
        .estimate(Coefficient::Alpha, &Weights::identity(2))
        .unwrap();
    assert_eq!(alpha.share_interval(0.95), Ok(None));
}

#[test]
fn sessions_that_are_alike_inside_leave_fewer_independent_units() {
    // 20 sessions of 10: sixteen in which all agree, four in which none does. Only the sessions are independent.
    let clumped: Vec<(u64, u64)> = (0..20)
        .map(|at| if at < 16 { (10, 0) } else { (0, 10) })
        .collect();
    let spread = vec![(8, 2); 20];
    let (clumped, spread) = (percent(&sessions(&clumped)), percent(&sessions(&spread)));
    // By hand: SE² = 20/19 (16 · 2² + 4 · 8²) / 200² = .16/19, so 19 units are left of 200; times (1.95996 / 2.09302)².
    let n = 19.0 * (1.959_963_984_540_054_f64 / 2.093_024_054_408_263).powi(2);
    let z2 = 1.959_963_984_540_054_f64.powi(2);
    let middle = (0.8 + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = (z2 * (0.16 / n + z2 / (4.0 * n * n))).sqrt() / (1.0 + z2 / n);
    assert!((clumped.0 - (middle - half)).abs() < 1e-9, "{clumped:?}");
    assert!((clumped.1 - (middle + half)).abs() < 1e-9, "{clumped:?}");
    assert!(clumped.0 < spread.0 && spread.1 < clumped.1);
}

#[test]
fn full_agreement_has_a_lower_end_that_follows_the_units_and_the_few_sessions() {
    let few = percent(&sessions(&[(10, 0); 3]));
    let many = percent(&sessions(&[(1, 0); 30]));
    let without = percent(&tally_of_table(&[&[30, 0], &[0, 0]]));
    assert!((without.0 - 0.025_f64.powf(1.0 / 30.0)).abs() < 1e-12);
    assert!(
        few.0 < many.0 && many.0 < without.0,
        "{few:?} {many:?} {without:?}"
    );
    assert!((few.1 - 1.0).abs() < 1e-12);
    let one = sessions(&[(10, 0)])
        .estimate(Coefficient::Percent, &Weights::identity(2))
        .unwrap();
    assert_eq!(one.share_interval(0.95), Err(NoInterval::TooFew));
}

#[test]
fn the_indices_have_the_error_of_a_mean() {
    let tally = tally_of_table(&[&[30, 6], &[4, 10]]);
    let (prevalence, bias) = (
        tally.prevalence_index().unwrap(),
        tally.bias_index().unwrap(),
    );
    assert!((prevalence.value - 0.4).abs() < 1e-12 && (bias.value - 0.04).abs() < 1e-12);
    // The variance of 30 times 1, 10 times -1 and 10 times 0, over 50.
    let variance = (40.0 - 50.0 * 0.16) / 49.0;
    assert!((prevalence.error.unwrap().value - (variance / 50.0_f64).sqrt()).abs() < 1e-12);
    let variance = (10.0 - 50.0 * 0.0016) / 49.0;
    assert!((bias.error.unwrap().value - (variance / 50.0_f64).sqrt()).abs() < 1e-12);
    let interval = prevalence.interval(0.95).unwrap();
    assert!(interval.low > 0.1 && interval.high < 0.7);
    let three = three().tally(Missing::LeaveOut);
    assert_eq!(three.bias_index().unwrap_err(), Undefined::NotTwoCategories);
}

#[test]
fn precision_and_recall_are_shares_of_what_one_coder_gave() {
    // Gold gave the code to 36 units, the model to 34, both to the same 30.
    let tally = tally_of_table(&[&[30, 6], &[4, 10]]);
    let share = |coder| {
        let given = tally.where_given(coder, 0);
        given
            .value(Coefficient::Percent, &Weights::identity(2))
            .unwrap()
    };
    assert!((share(1) - 30.0 / 34.0).abs() < 1e-12);
    assert!((share(0) - 30.0 / 36.0).abs() < 1e-12);
}
