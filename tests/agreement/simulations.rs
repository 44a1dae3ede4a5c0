//! Whether intervals cover what they promise, on labels drawn from known coders. Slow, so run on request.

use pushback::agreement::{
    Basis, Coefficient, Measure, Missing, Ratings, Resampling, Tally, Weights,
};
use pushback::random::Pcg64;

use crate::agreement::row;

/// Draws units of a binary code; each coder errs with a probability that may differ by session.
fn draw(
    random: &mut Pcg64,
    sessions: usize,
    units: usize,
    errs: &dyn Fn(&mut Pcg64) -> f64,
    clustered: bool,
) -> Tally {
    let mut ratings = Ratings::new(2, 2);
    for session in 0..sessions {
        let wrong = errs(random);
        for _ in 0..units {
            let truth = usize::from(random.share() < 0.5);
            let label = |random: &mut Pcg64| {
                if random.share() < wrong {
                    1 - truth
                } else {
                    truth
                }
            };
            let labels = [label(random), label(random)];
            ratings
                .add(&row(&labels), clustered.then_some(session as u64))
                .unwrap();
        }
    }
    ratings.tally(Missing::LeaveOut)
}

#[test]
#[ignore = "a simulation of some seconds"]
fn errors_over_sessions_cover_where_errors_over_units_do_not() {
    // Half of the sessions are easy, half are hard.
    let errs = |random: &mut Pcg64| if random.share() < 0.5 { 0.02 } else { 0.35 };
    // Agreement is the mean over easy and hard; half of it is chance.
    let agree = |wrong: f64| wrong * wrong + (1.0 - wrong) * (1.0 - wrong);
    let truth = agree(0.02) + agree(0.35) - 1.0;
    let covered = |clustered: bool| {
        let mut random = Pcg64::stream(11, "sessions", 0);
        let runs = 2000;
        let mut inside = 0;
        for _ in 0..runs {
            let tally = draw(&mut random, 25, 8, &errs, clustered);
            let found = tally
                .estimate(Coefficient::Cohen, &Weights::identity(2))
                .unwrap();
            assert_eq!(
                matches!(found.error.unwrap().basis, Basis::Sessions(25)),
                clustered
            );
            let interval = found.interval(0.95).unwrap();
            inside += u32::from(interval.low <= truth && truth <= interval.high);
        }
        f64::from(inside) / f64::from(runs)
    };
    let (over_sessions, over_units) = (covered(true), covered(false));
    println!("coverage of 0.95: sessions {over_sessions}, units {over_units}");
    assert!((0.92..0.97).contains(&over_sessions));
    assert!(over_units < 0.9);
}

#[test]
#[ignore = "a simulation of some seconds"]
fn shares_and_indices_over_sessions_cover_what_they_promise() {
    let errs = |random: &mut Pcg64| if random.share() < 0.5 { 0.02 } else { 0.35 };
    let agree = |wrong: f64| wrong * wrong + (1.0 - wrong) * (1.0 - wrong);
    let truth = f64::midpoint(agree(0.02), agree(0.35));
    let mut random = Pcg64::stream(13, "shares", 0);
    let (runs, mut inside) = (2000_u32, [0_u32; 3]);
    for _ in 0..runs {
        let tally = draw(&mut random, 25, 8, &errs, true);
        let share = tally
            .estimate(Coefficient::Percent, &Weights::identity(2))
            .unwrap();
        // Both codes are as frequent and both coders err alike, so that both indices are 0.
        let found = [
            (share.share_interval(0.95).unwrap().unwrap(), truth),
            (
                tally.prevalence_index().unwrap().interval(0.95).unwrap(),
                0.0,
            ),
            (tally.bias_index().unwrap().interval(0.95).unwrap(), 0.0),
        ];
        for ((interval, truth), inside) in found.into_iter().zip(&mut inside) {
            *inside += u32::from(interval.low <= truth && truth <= interval.high);
        }
    }
    let coverage = inside.map(|inside| f64::from(inside) / f64::from(runs));
    println!("coverage of 0.95: share, prevalence and bias index {coverage:?}");
    assert!(coverage.iter().all(|share| (0.92..0.98).contains(share)));
}

#[test]
#[ignore = "a simulation of half a minute"]
fn bias_corrected_intervals_cover_what_they_promise() {
    let truth = 2.0 * (0.08 * 0.08 + 0.92 * 0.92) - 1.0;
    let weights = Weights::identity(2);
    let measures = [Coefficient::Cohen, Coefficient::Gwet].map(|coefficient| Measure {
        coefficient,
        weights: &weights,
    });
    let mut random = Pcg64::stream(12, "units", 0);
    let (runs, mut inside) = (600_u32, [0_u32; 2]);
    for seed in 0..runs {
        let tally = draw(&mut random, 200, 1, &|_| 0.08, false);
        let resampling = Resampling {
            seed: u64::from(seed),
            replicates: 1000,
            level: 0.95,
        };
        for (found, inside) in tally
            .bootstrap(&measures, "units", &resampling)
            .iter()
            .zip(&mut inside)
        {
            let interval = found.as_ref().unwrap().interval.unwrap();
            *inside += u32::from(interval.low <= truth && truth <= interval.high);
        }
    }
    let coverage = inside.map(|inside| f64::from(inside) / f64::from(runs));
    println!(
        "coverage of 0.95: kappa {}, AC1 {}",
        coverage[0], coverage[1]
    );
    assert!(coverage.iter().all(|share| (0.92..0.975).contains(share)));
}
