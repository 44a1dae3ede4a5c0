//! Resampling: reproducible, fair, and honest about what it could not compute.

use pushback::agreement::{
    Coefficient, Flag, Measure, Method, Missing, Ratings, Resampled, Resampling, SetDistance,
    SetMeasure, Tally, Undefined, Weights, side_by_side,
};
use pushback::random::Pcg64;

use crate::agreement::{row, set, sets_of, tally_of_table};

fn plan(replicates: u32) -> Resampling {
    Resampling {
        replicates,
        ..Resampling::default()
    }
}

fn one(tally: &Tally, coefficient: Coefficient, name: &str) -> Result<Resampled, Undefined> {
    let weights = Weights::identity(tally.categories());
    let measure = Measure {
        coefficient,
        weights: &weights,
    };
    tally.bootstrap(&[measure], name, &plan(1000)).remove(0)
}

/// Sessions of four units, of which one in five agrees on nothing.
fn in_sessions() -> Tally {
    let mut ratings = Ratings::new(2, 2);
    for unit in 0..200_usize {
        let (session, truth) = (unit / 4, unit % 3 % 2);
        let other = if session % 5 == 0 { 1 - truth } else { truth };
        ratings
            .add(&row(&[truth, other]), Some(session as u64))
            .unwrap();
    }
    ratings.tally(Missing::LeaveOut)
}

#[test]
fn binomial_draws_have_the_right_shape() {
    let check = |trials: u64, probability: f64| {
        let mut random = Pcg64::stream(3, "binomial", 0);
        let draws = 40_000;
        let (mut sum, mut squares) = (0.0, 0.0);
        for _ in 0..draws {
            let draw = random.binomial(trials, probability);
            assert!(draw <= trials);
            let apart = draw as f64 - trials as f64 * probability;
            sum += apart;
            squares += apart * apart;
        }
        let variance = trials as f64 * probability * (1.0 - probability);
        let draws = f64::from(draws);
        assert!(
            (sum / draws).abs() < 4.5 * (variance / draws).sqrt(),
            "{trials} {probability}"
        );
        assert!(
            (squares / draws / variance - 1.0).abs()
                < 4.5 * ((2.0 + 1.0 / variance) / draws).sqrt(),
            "{trials} {probability}"
        );
    };
    for trials in [1, 2, 19, 40, 1000, 100_000] {
        for probability in [0.001, 0.1, 0.3, 0.5, 0.77, 0.999] {
            check(trials, probability);
        }
    }
    let mut random = Pcg64::stream(3, "ends", 0);
    assert_eq!(
        (
            random.binomial(9, 0.0),
            random.binomial(9, 1.0),
            random.binomial(0, 0.5)
        ),
        (0, 9, 0)
    );
}

#[test]
fn binomial_draws_by_rejection_follow_the_distribution() {
    let (trials, probability, draws) = (60_u64, 0.3_f64, 60_000);
    let mut random = Pcg64::stream(5, "shape", 0);
    let mut seen = [0_u32; 61];
    for _ in 0..draws {
        seen[usize::try_from(random.binomial(trials, probability)).unwrap()] += 1;
    }
    let (mut mass, mut distance, mut cells) = ((1.0 - probability).powi(60), 0.0, 0);
    for (successes, count) in (0_u64..).zip(seen) {
        let expected = mass * f64::from(draws);
        if expected > 5.0 {
            distance += (f64::from(count) - expected).powi(2) / expected;
            cells += 1;
        }
        mass *= probability / (1.0 - probability) * (trials - successes) as f64
            / (successes + 1) as f64;
    }
    assert!(
        distance < f64::from(cells) + 4.0 * f64::from(2 * cells).sqrt(),
        "{distance} over {cells}"
    );
}

#[test]
fn bounded_draws_reach_every_number() {
    let mut random = Pcg64::stream(1, "bound", 0);
    let mut seen = [0_u32; 7];
    for _ in 0..7000 {
        seen[usize::try_from(random.below(7)).unwrap()] += 1;
    }
    assert!(
        seen.iter().all(|count| (880..1120).contains(count)),
        "{seen:?}"
    );
    assert_eq!(random.below(0), 0);
}

#[test]
fn resampled_intervals_are_near_those_of_the_formulas() {
    for tally in [tally_of_table(&[&[70, 12], &[9, 109]]), in_sessions()] {
        for coefficient in [Coefficient::Cohen, Coefficient::Gwet, Coefficient::Alpha] {
            let formula = tally.estimate(coefficient, &Weights::identity(2)).unwrap();
            let resampled = one(&tally, coefficient, "near").unwrap();
            let error = formula.error.unwrap().value;
            assert!(
                (resampled.deviation / error - 1.0).abs() < 0.1,
                "{coefficient:?}"
            );
            let (by_formula, interval) =
                (formula.interval(0.95).unwrap(), resampled.interval.unwrap());
            assert!((by_formula.low - interval.low).abs() < 0.75 * error);
            assert!((by_formula.high - interval.high).abs() < 0.75 * error);
        }
    }
}

#[test]
fn sessions_are_resampled_whole_with_plain_quantiles() {
    let sessions = one(&in_sessions(), Coefficient::Cohen, "kind").unwrap();
    let units = one(
        &tally_of_table(&[&[53, 13], &[27, 107]]),
        Coefficient::Cohen,
        "kind",
    )
    .unwrap();
    assert_eq!(sessions.method, Method::Percentile);
    assert_eq!(units.method, Method::BiasCorrected);
    assert!(sessions.deviation > 1.5 * units.deviation);
}

#[test]
fn a_name_has_its_own_stream_and_a_seed_its_own_figures() {
    let tally = tally_of_table(&[&[30, 5], &[7, 22]]);
    let named = |name| one(&tally, Coefficient::Cohen, name);
    assert_eq!(named("cause"), named("cause"));
    assert_ne!(named("cause"), named("cost"));
    let weights = Weights::identity(2);
    let measures = [Coefficient::Gwet, Coefficient::Cohen].map(|coefficient| Measure {
        coefficient,
        weights: &weights,
    });
    let together = tally.bootstrap(&measures, "cause", &plan(1000));
    assert_eq!(together[1], named("cause"));
    let seeded = Resampling {
        seed: 2,
        ..plan(1000)
    };
    assert_ne!(tally.bootstrap(&measures, "cause", &seeded), together);
}

#[test]
fn threads_change_nothing() {
    let tallies: Vec<Tally> = (1..12)
        .map(|n| tally_of_table(&[&[30, n], &[7, 22]]))
        .chain([in_sessions()])
        .collect();
    let run = |threads| {
        side_by_side(&tallies, threads, |tally| {
            one(tally, Coefficient::Alpha, "axis")
        })
    };
    let alone = run(1);
    assert_eq!(alone.len(), tallies.len());
    for threads in [0, 2, 5, 64] {
        assert_eq!(run(threads), alone);
    }
}

#[test]
fn undefined_resamples_are_counted_and_many_suppress_the_interval() {
    let rare = one(
        &tally_of_table(&[&[1, 0], &[0, 9]]),
        Coefficient::Cohen,
        "rare",
    )
    .unwrap();
    // Both coders are constant when the one unit is not drawn, with probability 0.9¹⁰ = 0.35.
    assert!((250..450).contains(&rare.undefined), "{}", rare.undefined);
    assert_eq!(rare.interval, None);
    assert_eq!(
        rare.flags(),
        [
            Flag::DroppedReplicates {
                undefined: rare.undefined,
                replicates: 1000
            },
            Flag::NoInterval
        ]
    );
    let common = one(
        &tally_of_table(&[&[30, 5], &[7, 22]]),
        Coefficient::Cohen,
        "rare",
    )
    .unwrap();
    assert_eq!((common.undefined, common.flags()), (0, Vec::new()));
}

#[test]
fn no_interval_is_made_of_nothing() {
    let perfect = one(
        &tally_of_table(&[&[20, 0], &[0, 30]]),
        Coefficient::Cohen,
        "all",
    )
    .unwrap();
    assert_eq!((perfect.interval, perfect.deviation), (None, 0.0));
    let constant = one(
        &tally_of_table(&[&[20, 0], &[0, 0]]),
        Coefficient::Cohen,
        "all",
    );
    assert_eq!(constant, Err(Undefined::OneCategoryUsed));
    let tally = tally_of_table(&[&[30, 5], &[7, 22]]);
    let weights = Weights::identity(2);
    let measure = Measure {
        coefficient: Coefficient::Gwet,
        weights: &weights,
    };
    for level in [0.0, 1.0, f64::NAN, -3.0] {
        let found = tally.bootstrap(&[measure], "level", &Resampling { level, ..plan(50) });
        assert_eq!(found[0].as_ref().unwrap().interval, None);
    }
    let none = tally.bootstrap(&[measure], "none", &plan(0));
    assert_eq!(none[0].as_ref().unwrap().interval, None);
}

#[test]
fn figures_of_sets_share_their_resamples() {
    let rows: Vec<Vec<_>> = (0..60)
        .map(|unit| vec![set(&[unit % 3]), set(&[unit % 3, (unit / 7) % 3])])
        .collect();
    let tally = sets_of(3, 2, &rows).tally(Missing::LeaveOut);
    let measures = [
        SetMeasure::Alpha(SetDistance::Masi),
        SetMeasure::PooledPi,
        SetMeasure::Similarity(SetDistance::Exact),
    ];
    let found = tally.bootstrap(&measures, "symptom", &plan(400));
    for (measure, resampled) in measures.iter().zip(found) {
        let value = tally.estimate(*measure).unwrap().value;
        let interval = resampled.unwrap().interval.unwrap();
        assert!(interval.low < value && value < interval.high);
    }
}
