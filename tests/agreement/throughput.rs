//! How long the tables of a large study take. Meaningful with optimisation only, so run on request.

use std::time::Instant;

use pushback::agreement::{
    Coefficient, Measure, Missing, Ratings, Resampling, SetDistance, SetMeasure, SetRatings,
    SetTally, Tally, Weights, side_by_side,
};
use pushback::random::Pcg64;

use crate::agreement::set;

const UNITS: usize = 100_000;

/// One analysis, as a report would ask for it.
enum Job {
    Code(SetTally, usize),
    Sets(SetTally),
    Nominal(Tally),
    Ladder(Tally),
}

fn session(unit: usize, clustered: bool) -> Option<u64> {
    clustered.then_some(unit as u64 / 8)
}

/// Two coders who agree on four units of five, with codes that grow rarer.
fn categories(codes: usize, clustered: bool) -> Tally {
    let mut random = Pcg64::stream(1, "categories", 0);
    let mut ratings = Ratings::new(codes, 2);
    let mut draw = || usize::try_from(random.below(codes as u64).min(random.below(codes as u64)));
    let mut pick = move || draw().unwrap();
    for unit in 0..UNITS {
        let first = pick();
        // One unit in five is decided anew.
        let second = if unit % 5 > 0 { first } else { pick() };
        ratings
            .add(&[Some(first), Some(second)], session(unit, clustered))
            .unwrap();
    }
    ratings.tally(Missing::LeaveOut)
}

fn sets(codes: u64, clustered: bool) -> SetTally {
    let mut random = Pcg64::stream(1, "sets", 0);
    let declared = usize::try_from(codes).unwrap();
    let mut ratings = SetRatings::new(declared, 2);
    let pick = |random: &mut Pcg64| {
        let mut code = || usize::try_from(random.below(codes).min(random.below(codes))).unwrap();
        let codes = [code(), code()];
        set(&codes[..if random.share() < 0.2 { 2 } else { 1 }])
    };
    for unit in 0..UNITS {
        let first = pick(&mut random);
        let second = if random.share() < 0.8 {
            first
        } else {
            pick(&mut random)
        };
        ratings
            .add(&[first, second], session(unit, clustered))
            .unwrap();
    }
    ratings.tally(Missing::LeaveOut)
}

fn run(job: &Job, name: &str) -> usize {
    let resampling = Resampling::default();
    let of = |tally: &Tally, weights: &[Weights], coefficients: &[Coefficient]| {
        let measure = |coefficient: Coefficient, weights| Measure {
            coefficient,
            weights,
        };
        let measures = weights.iter().flat_map(|weights| {
            coefficients
                .iter()
                .map(move |found| measure(*found, weights))
        });
        let measures: Vec<_> = measures.collect();
        for measure in &measures {
            tally
                .estimate(measure.coefficient, measure.weights)
                .unwrap();
        }
        tally.bootstrap(&measures, name, &resampling).len()
    };
    let nominal = [
        Coefficient::Percent,
        Coefficient::Cohen,
        Coefficient::Scott,
        Coefficient::Gwet,
        Coefficient::BrennanPrediger,
        Coefficient::Alpha,
    ];
    match job {
        Job::Nominal(tally) => of(tally, &[Weights::identity(tally.categories())], &nominal),
        Job::Ladder(tally) => {
            let count = tally.categories();
            let weights = [Weights::linear(count), Weights::quadratic(count)];
            of(
                tally,
                &weights,
                &[
                    Coefficient::Cohen,
                    Coefficient::Gwet,
                    Coefficient::Alpha,
                    Coefficient::OrdinalAlpha,
                ],
            )
        }
        Job::Code(sets, code) => {
            let coefficients = [
                Coefficient::Cohen,
                Coefficient::Gwet,
                Coefficient::Specific(0),
                Coefficient::Specific(1),
            ];
            of(&sets.code(*code), &[Weights::identity(2)], &coefficients)
        }
        Job::Sets(sets) => {
            let measures = [
                SetMeasure::Alpha(SetDistance::Masi),
                SetMeasure::Alpha(SetDistance::Jaccard),
                SetMeasure::Alpha(SetDistance::Exact),
                SetMeasure::Similarity(SetDistance::Exact),
                SetMeasure::PooledPi,
            ];
            for measure in measures {
                sets.estimate(measure).unwrap();
            }
            sets.bootstrap(&measures, name, &resampling).len()
        }
    }
}

#[test]
#[ignore = "a measurement: run with --release"]
fn the_tables_of_a_large_study_take_about_a_second() {
    for clustered in [false, true] {
        let started = Instant::now();
        let (symptom, cause) = (sets(8, clustered), sets(7, clustered));
        let mut jobs = vec![Job::Sets(symptom.clone()), Job::Sets(cause.clone())];
        let count = |codes| Job::Nominal(categories(codes, clustered));
        jobs.extend([5, 4, 3, 2, 2, 2].map(count));
        jobs.push(Job::Ladder(categories(4, clustered)));
        jobs.extend((0..8).map(|code| Job::Code(symptom.clone(), code)));
        jobs.extend((0..7).map(|code| Job::Code(cause.clone(), code)));
        let counted = started.elapsed();
        let started = Instant::now();
        let found = side_by_side(&jobs, 2, |job| {
            let started = Instant::now();
            (run(job, "axis"), started.elapsed())
        });
        let all = started.elapsed();
        println!(
            "sessions {clustered}: counting {counted:?}, {} analyses {all:?}",
            jobs.len()
        );
        for (figures, took) in found {
            println!("  {figures} figures {took:?}");
        }
    }
}
