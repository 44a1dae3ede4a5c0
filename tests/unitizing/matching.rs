//! The assignment against every possible one.

use proptest::prelude::*;
use pushback::agreement::{Edge, best_matching};

fn edges(weights: &[&[u64]]) -> Vec<Edge> {
    let rows = weights.iter().enumerate();
    let places = rows.flat_map(|(left, row)| {
        row.iter().enumerate().map(move |(right, weight)| Edge {
            left,
            right,
            weight: *weight,
        })
    });
    places.collect()
}

fn pairs(edges: &[Edge]) -> Vec<(usize, usize)> {
    edges.iter().map(|edge| (edge.left, edge.right)).collect()
}

/// Tries everything: greatest total, then fewest pairs, then the first partner for the first row.
fn tried(weights: &[Vec<u64>], row: usize, used: u32) -> (u64, i64, Vec<usize>) {
    const ALONE: usize = usize::MAX;
    let Some(own) = weights.get(row) else {
        return (0, 0, Vec::new());
    };
    let with = |column: usize, gain: u64, used: u32| {
        let (total, pairs, mut rest) = tried(weights, row + 1, used);
        rest.insert(0, column);
        (total + gain, pairs - i64::from(gain > 0), rest)
    };
    let mut best = with(ALONE, 0, used);
    for (column, gain) in own.iter().enumerate() {
        if *gain > 0 && used & (1 << column) == 0 {
            let next = with(column, *gain, used | (1 << column));
            let is_better = (next.0, next.1) > (best.0, best.1)
                || ((next.0, next.1) == (best.0, best.1) && next.2 < best.2);
            if is_better {
                best = next;
            }
        }
    }
    best
}

fn grid() -> impl Strategy<Value = Vec<Vec<u64>>> {
    (0_usize..=6, 0_usize..=6, 1_u64..=8).prop_flat_map(|(rows, columns, most)| {
        prop::collection::vec(prop::collection::vec(0..=most, columns), rows)
    })
}

#[test]
fn the_best_total_beats_the_best_single_pair() {
    let check = |weights: &[&[u64]], expected: &[(usize, usize)]| {
        assert_eq!(
            pairs(&best_matching(&edges(weights))),
            expected,
            "{weights:?}"
        );
    };
    check(&[], &[]);
    check(&[&[0]], &[]);
    check(&[&[9, 8], &[8, 1]], &[(0, 1), (1, 0)]);
    check(&[&[1, 5, 2]], &[(0, 1)]);
    check(&[&[1], &[5], &[2]], &[(1, 0)]);
    check(&[&[0, 0, 3], &[0, 0, 2], &[4, 0, 0]], &[(0, 2), (2, 0)]);
}

#[test]
fn between_equal_totals_fewer_pairs_win_and_then_the_first() {
    let check = |weights: &[&[u64]], expected: &[(usize, usize)]| {
        assert_eq!(
            pairs(&best_matching(&edges(weights))),
            expected,
            "{weights:?}"
        );
    };
    check(&[&[4, 2], &[2, 0]], &[(0, 0)]);
    check(&[&[2, 2], &[2, 2]], &[(0, 0), (1, 1)]);
    check(&[&[0, 1, 2], &[1, 0, 2]], &[(0, 1), (1, 2)]);
    check(&[&[3, 3, 3]], &[(0, 0)]);
    check(&[&[3], &[3], &[3]], &[(0, 0)]);
    check(&[&[0, 1, 1], &[1, 1, 0]], &[(0, 1), (1, 0)]);
}

#[test]
fn greatest_weights_and_places_do_not_overflow() {
    let far = [
        Edge {
            left: usize::MAX,
            right: 0,
            weight: u64::MAX,
        },
        Edge {
            left: 0,
            right: usize::MAX,
            weight: u64::MAX,
        },
        Edge {
            left: 0,
            right: 0,
            weight: u64::MAX,
        },
    ];
    assert_eq!(best_matching(&far).len(), 2);
}

proptest! {
    // Ties that are hard to resolve are rare.
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn the_matching_is_the_best_of_all(weights in grid()) {
        let rows: Vec<&[u64]> = weights.iter().map(Vec::as_slice).collect();
        let found = best_matching(&edges(&rows));
        let (total, _, columns) = tried(&weights, 0, 0);
        let expected: Vec<(usize, usize)> = columns
            .into_iter()
            .enumerate()
            .filter(|(_, column)| *column != usize::MAX)
            .collect();
        prop_assert_eq!(found.iter().map(|edge| edge.weight).sum::<u64>(), total);
        prop_assert_eq!(pairs(&found), expected);
    }

    #[test]
    fn the_order_of_edges_decides_nothing(weights in grid(), seed in any::<usize>()) {
        let rows: Vec<&[u64]> = weights.iter().map(Vec::as_slice).collect();
        let mut mixed = edges(&rows);
        let expected = best_matching(&mixed);
        mixed.reverse();
        let turn = seed % mixed.len().max(1);
        mixed.rotate_left(turn);
        prop_assert_eq!(best_matching(&mixed), expected);
    }
}
