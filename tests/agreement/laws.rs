//! Identities that hold whatever the labels are.

use proptest::prelude::*;
use pushback::agreement::{
    Coefficient, Missing, Ratings, SetDistance, SetMeasure, Tally, Undefined, Weights,
};

use crate::agreement::{set, sets_of, tally_of_table};

const ALL: [Coefficient; 10] = [
    Coefficient::Percent,
    Coefficient::Cohen,
    Coefficient::Conger,
    Coefficient::Scott,
    Coefficient::Fleiss,
    Coefficient::Gwet,
    Coefficient::BrennanPrediger,
    Coefficient::Alpha,
    Coefficient::OrdinalAlpha,
    Coefficient::Specific(0),
];

#[derive(Debug, Clone)]
struct Labels {
    categories: usize,
    coders: usize,
    rows: Vec<Vec<Option<usize>>>,
}

impl Labels {
    fn tally(&self) -> Tally {
        self.tally_in(|_| None)
    }

    fn tally_in(&self, session: impl Fn(usize) -> Option<u64>) -> Tally {
        let mut ratings = Ratings::new(self.categories, self.coders);
        for (at, row) in self.rows.iter().enumerate() {
            ratings.add(row, session(at)).unwrap();
        }
        ratings.tally(Missing::LeaveOut)
    }

    fn renamed(&self, to: impl Fn(usize) -> usize) -> Self {
        let name = |row: &Vec<Option<usize>>| row.iter().map(|label| label.map(&to)).collect();
        Self {
            rows: self.rows.iter().map(name).collect(),
            ..self.clone()
        }
    }
}

/// Labels of some coders; those who do not vary much come up as well as those who do.
fn labels(coders: std::ops::Range<usize>, may_miss: bool) -> impl Strategy<Value = Labels> {
    (2..6_usize, coders).prop_flat_map(move |(categories, coders)| {
        let label =
            (0..categories, 0..categories, 0..5_u8).prop_map(
                move |(one, other, kind)| match kind {
                    0 if may_miss => None,
                    0 | 1 => Some(0),
                    2 => Some(one.min(other)),
                    _ => Some(one),
                },
            );
        let row = proptest::collection::vec(label, coders);
        let rows = proptest::collection::vec(row, 1..40);
        rows.prop_map(move |rows| Labels {
            categories,
            coders,
            rows,
        })
    })
}

fn schemes(categories: usize) -> [Weights; 3] {
    [
        Weights::identity(categories),
        Weights::linear(categories),
        Weights::quadratic(categories),
    ]
}

fn near(one: Result<f64, Undefined>, other: Result<f64, Undefined>) -> bool {
    match (one, other) {
        (Ok(one), Ok(other)) => (one - other).abs() < 1e-9 * one.abs().max(1.0),
        (one, other) => one == other,
    }
}

fn figures(
    tally: &Tally,
    weights: &Weights,
) -> Vec<(Result<f64, Undefined>, Result<f64, Undefined>)> {
    let figure = |coefficient| {
        let found = tally.estimate(coefficient, weights);
        let error = found
            .as_ref()
            .map(|found| found.error.map_or(-1.0, |error| error.value));
        (
            found.as_ref().map(|found| found.value).map_err(|why| *why),
            error.map_err(|why| *why),
        )
    };
    ALL.map(figure).to_vec()
}

fn all_near(one: &Tally, other: &Tally, weights: &Weights, other_weights: &Weights) -> bool {
    let pairs = figures(one, weights)
        .into_iter()
        .zip(figures(other, other_weights));
    pairs
        .into_iter()
        .all(|(one, other)| near(one.0, other.0) && near(one.1, other.1))
}

proptest! {
    #[test]
    fn figures_are_numbers_and_at_most_one(labels in labels(2..5, true)) {
        let tally = labels.tally_in(|at| (at % 3 > 0).then_some(at as u64 / 4));
        for weights in schemes(labels.categories) {
            for (value, error) in figures(&tally, &weights) {
                prop_assert!(value.is_err() || value.unwrap() <= 1.0 + 1e-12);
                prop_assert!(error.is_err() || error.unwrap().is_finite());
            }
        }
    }

    #[test]
    fn the_order_of_coders_and_units_does_not_matter(labels in labels(2..5, true)) {
        let mut turned = labels.clone();
        turned.rows.reverse();
        let same = labels.tally();
        prop_assert_eq!(&turned.tally(), &same);
        for row in &mut turned.rows {
            row.reverse();
        }
        for weights in schemes(labels.categories) {
            prop_assert!(all_near(&turned.tally(), &same, &weights, &weights));
        }
    }

    #[test]
    fn the_names_of_sessions_do_not_matter(labels in labels(2..4, true), factor in 1..1000_u64) {
        let tally = labels.tally_in(|at| Some(at as u64 / 3));
        let renamed = labels.tally_in(|at| Some((at as u64 / 3).wrapping_mul(factor * 2 + 1)));
        prop_assert_eq!(tally, renamed);
    }

    #[test]
    fn names_of_categories_do_not_matter_without_an_order(labels in labels(2..5, true)) {
        let last = labels.categories - 1;
        let (tally, renamed) = (labels.tally(), labels.renamed(|k| last - k).tally());
        let weights = Weights::identity(labels.categories);
        for coefficient in ALL {
            if coefficient != Coefficient::Specific(0) {
                let found = renamed.value(coefficient, &weights);
                prop_assert!(near(tally.value(coefficient, &weights), found));
            }
        }
    }

    #[test]
    fn alpha_is_pi_and_a_little_more(labels in labels(2..3, false)) {
        let tally = labels.tally();
        let units = labels.rows.len() as f64;
        for weights in schemes(labels.categories) {
            let pi = tally.value(Coefficient::Scott, &weights);
            let from_pi = pi.map(|pi| pi + (1.0 - pi) / (2.0 * units));
            prop_assert!(near(tally.value(Coefficient::Alpha, &weights), from_pi));
        }
    }

    #[test]
    fn general_coefficients_of_two_coders_are_those_of_two(labels in labels(2..3, true)) {
        let tally = labels.tally();
        for weights in schemes(labels.categories) {
            let value = |coefficient| tally.value(coefficient, &weights);
            prop_assert!(near(value(Coefficient::Conger), value(Coefficient::Cohen)));
            prop_assert!(near(value(Coefficient::Fleiss), value(Coefficient::Scott)));
        }
    }

    #[test]
    fn quadratic_alpha_is_interval_alpha_of_the_ranks(labels in labels(2..5, true)) {
        let ranks: Vec<f64> = (0..labels.categories).map(|rank| rank as f64 * 2.5 + 7.0).collect();
        let interval = Weights::interval(&ranks).unwrap();
        let tally = labels.tally();
        let quadratic = tally.value(Coefficient::Alpha, &Weights::quadratic(labels.categories));
        prop_assert!(near(quadratic, tally.value(Coefficient::Alpha, &interval)));
    }

    #[test]
    fn linearised_values_sum_to_zero(labels in labels(2..5, true)) {
        let tally = labels.tally();
        for weights in schemes(labels.categories) {
            for coefficient in ALL {
                if let Ok(pulls) = tally.influences(coefficient, &weights) {
                    let sum: f64 = pulls.iter().map(|(pull, units)| pull * *units as f64).sum();
                    let size: f64 = pulls.iter().map(|(pull, _)| pull.abs()).sum();
                    prop_assert!(sum.abs() <= 1e-9 * (1.0 + size), "{coefficient:?} {sum}");
                }
            }
        }
    }

    #[test]
    fn linearised_values_are_what_a_unit_more_would_change(labels in labels(2..5, true)) {
        // Ten thousand copies of the labels: one unit more moves the coefficient by its linearised value over n.
        let many = |extra: Option<&Vec<Option<usize>>>| {
            let mut rows: Vec<_> = labels.rows.iter().map(|row| (row.clone(), 400)).collect();
            rows.extend(extra.map(|row| (row.clone(), 1)));
            crate::agreement::tally_of(labels.categories, labels.coders, Missing::LeaveOut, &rows)
        };
        let before = many(None);
        let after = many(labels.rows.first());
        let weights = Weights::linear(labels.categories);
        let units = before.pairable() as f64;
        for coefficient in [Coefficient::Conger, Coefficient::Fleiss, Coefficient::Gwet, Coefficient::Alpha, Coefficient::OrdinalAlpha] {
            let (Ok(old), Ok(new)) = (before.value(coefficient, &weights), after.value(coefficient, &weights)) else { continue };
            let moved = (new - old) * units;
            let pulls = before.influences(coefficient, &weights).unwrap();
            let nearest = pulls.iter().map(|(pull, _)| (pull - moved).abs()).fold(f64::INFINITY, f64::min);
            let single = labels.rows[0].iter().flatten().count() < 2;
            let most = pulls.iter().map(|(pull, _)| pull.abs()).fold(1.0, f64::max);
            prop_assert!(single || nearest < 0.02 * most * most, "{coefficient:?} {moved} {pulls:?}");
        }
    }

    #[test]
    fn doubling_the_labels_leaves_all_but_alpha(labels in labels(2..5, true)) {
        let mut twice = labels.clone();
        twice.rows.extend(labels.rows.clone());
        let (once, twice) = (labels.tally(), twice.tally());
        prop_assume!(once.pairable() > 1);
        for weights in schemes(labels.categories) {
            for coefficient in ALL {
                if !matches!(coefficient, Coefficient::Alpha | Coefficient::OrdinalAlpha) {
                    prop_assert!(near(once.value(coefficient, &weights), twice.value(coefficient, &weights)));
                }
            }
            let all: u64 = once.seen().labels.iter().sum();
            let without_term = |value: f64, labels: f64| 1.0 - (1.0 - value) * labels / (labels - 1.0);
            let alphas = [(&once, all as f64), (&twice, 2.0 * all as f64)].map(|(tally, labels)| {
                tally.value(Coefficient::Alpha, &weights).map(|alpha| without_term(alpha, labels))
            });
            prop_assert!(near(alphas[0], alphas[1]));
        }
    }

    #[test]
    fn the_table_form_is_the_raw_form_with_other_units(labels in labels(2..3, true)) {
        let tally = labels.tally();
        let units = tally.pairable() as f64;
        if let Ok(kappa) = tally.estimate(Coefficient::Cohen, &Weights::identity(labels.categories)) {
            let error = kappa.error.unwrap();
            let raw = error.table_form() * (units / (units - 1.0)).sqrt();
            prop_assert!((raw - error.value).abs() < 1e-12);
        }
    }

    #[test]
    fn units_alone_in_their_sessions_have_the_error_of_units(labels in labels(2..4, true)) {
        let (alone, units) = (labels.tally_in(|at| Some(at as u64)), labels.tally());
        for coefficient in ALL {
            let error = |tally: &Tally| {
                let found = tally.estimate(coefficient, &Weights::identity(labels.categories));
                found.map(|found| found.error.map_or(-1.0, |error| error.value))
            };
            prop_assert!(near(error(&alone), error(&units)));
        }
    }

    #[test]
    fn indices_of_two_by_two_tables_hang_together(a in 0..30_u64, b in 0..30_u64, c in 0..30_u64, d in 0..30_u64) {
        prop_assume!(a + b + c + d > 1);
        let tally = tally_of_table(&[&[a, b], &[c, d]]);
        let table = tally.binary().unwrap();
        let weights = Weights::identity(2);
        let value = |coefficient| tally.value(coefficient, &weights);
        let (pi, bi, pabak) = (
            table.prevalence_index().unwrap().powi(2),
            table.bias_index().unwrap().powi(2),
            table.pabak().unwrap(),
        );
        prop_assert!(near(table.kappa(), value(Coefficient::Cohen)));
        prop_assert!(near(table.ac1(), value(Coefficient::Gwet)));
        prop_assert!(near(Ok(pabak), value(Coefficient::Pabak)));
        prop_assert!(near(Ok(pabak), value(Coefficient::BrennanPrediger)));
        if let Ok(kappa) = table.kappa() {
            prop_assert!((kappa - (pabak - pi + bi) / (1.0 - pi + bi)).abs() < 1e-9);
            prop_assert!(near(table.kappa_max(), tally.table(0, 1).unwrap().kappa_max()));
            prop_assert!(kappa <= table.kappa_max().unwrap() + 1e-12);
        }
        let chance = tally.estimate(Coefficient::Gwet, &weights).unwrap().expected.unwrap();
        prop_assert!((chance - (1.0 - pi) / 2.0).abs() < 1e-12);
        for (share, category) in [(table.positive(), 0), (table.negative(), 1)] {
            let specific = tally.estimate(Coefficient::Specific(category), &weights);
            prop_assert!(near(share.map(|share| share.value), specific.clone().map(|found| found.value)));
            let error = specific.map(|found| found.error.unwrap().table_form());
            prop_assert!(near(share.map(|share| share.error), error));
        }
    }

    #[test]
    fn pooled_pi_is_alpha_of_hamming_and_the_codes_together(rows in proptest::collection::vec((0..16_u8, 0..16_u8), 2..40)) {
        let codes = |bits: u8| set(&(0..4).filter(|code| bits >> code & 1 == 1).collect::<Vec<usize>>());
        let rows: Vec<Vec<_>> = rows.iter().map(|(one, other)| vec![codes(*one), codes(*other)]).collect();
        let tally = sets_of(4, 2, &rows).tally(Missing::LeaveOut);
        let units = rows.len() as f64;
        let pooled = tally.estimate(SetMeasure::PooledPi).map(|found| found.value);
        let alpha = tally.estimate(SetMeasure::Alpha(SetDistance::Hamming)).map(|found| found.value);
        prop_assert!(near(alpha, pooled.map(|pi| pi + (1.0 - pi) / (2.0 * units))));
        let (mut over, mut most) = (0.0, 0.0);
        for code in 0..4 {
            let table = tally.code(code).binary().unwrap();
            let share = (2 * table.both + table.first_only + table.second_only) as f64 / 2.0 / units;
            let chance = share.powi(2) + (1.0 - share).powi(2);
            over += (table.both + table.neither) as f64 / units - chance;
            most += 1.0 - chance;
        }
        if let Ok(pooled) = pooled {
            prop_assert!((pooled - over / most).abs() < 1e-9);
        }
        let exact = rows.iter().filter(|row| row[0] == row[1]).count() as f64 / units;
        let matched = tally.estimate(SetMeasure::Similarity(SetDistance::Exact)).unwrap();
        prop_assert!((matched.value - exact).abs() < 1e-12);
    }

    #[test]
    fn sets_of_one_code_are_categories(labels in labels(2..4, true)) {
        let rows: Vec<Vec<_>> = labels.rows.iter().map(|row| row.iter().map(|label| label.and_then(|code| set(&[code]))).collect()).collect();
        let sets = sets_of(labels.categories, labels.coders, &rows).tally(Missing::LeaveOut);
        let tally = labels.tally();
        let weights = Weights::identity(labels.categories);
        let value = |coefficient| tally.value(coefficient, &weights);
        let of_sets = |measure| sets.estimate(measure).map(|found| found.value);
        for distance in [SetDistance::Exact, SetDistance::Jaccard, SetDistance::Masi, SetDistance::Hamming] {
            prop_assert!(near(of_sets(SetMeasure::Alpha(distance)), value(Coefficient::Alpha)));
        }
        prop_assert!(near(of_sets(SetMeasure::PooledPi), value(Coefficient::Fleiss)));
        prop_assert!(near(of_sets(SetMeasure::PooledKappa), value(Coefficient::Conger)));
        prop_assert_eq!(sets.tally().seen(), tally.seen());
    }
}
