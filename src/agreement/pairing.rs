//! Which episode of one coder is which of the other: sets of turns, matched by how far they overlap.

use super::fraction::scaled;
use super::matching::{Edge, best_matching};
use super::{Span, TurnSet};

/// A left and a right set that were matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pairing {
    /// The place of the left set in its list.
    pub left: usize,
    /// The place of the right set in its list.
    pub right: usize,
    /// How many turns are in both; above 0.
    pub shared: u64,
    /// How many turns are in either.
    pub union: u64,
}

impl Pairing {
    /// Gives the intersection over union, in `(0, 1]`.
    pub fn overlap(&self) -> f64 {
        self.shared as f64 / self.union as f64
    }
}

/// Matches two coders' sets of one section, one to one, so that the sum of their overlaps (intersection over union)
/// is the greatest possible; pairs below `threshold` stay unmatched. The pairings come in the order of `left`.
///
/// The sets are looked at in the order of their turns, so that neither the order of the lists nor which coder is
/// left decides which turns are matched with which. See [`best_matching`] for what happens between equals. Only of
/// sets with the very same turns the earlier in the list goes first. Empty sets stay unmatched.
pub fn pair_up(left: &[TurnSet], right: &[TurnSet], threshold: f64) -> Vec<Pairing> {
    let (by_left, by_right) = (sorted(left), sorted(right));
    let is_swapped = by_right
        .iter()
        .map(|at| &right[*at])
        .lt(by_left.iter().map(|at| &left[*at]));
    let candidates: Vec<Pairing> = overlaps(left, right, &by_left, &by_right)
        .into_iter()
        .filter(|pairing| pairing.overlap() >= threshold)
        .collect();
    let edges: Vec<Edge> = candidates
        .iter()
        .map(|pairing| {
            let weight = scaled(pairing.shared, pairing.union);
            let (left, right) = (pairing.left, pairing.right);
            let (left, right) = if is_swapped {
                (right, left)
            } else {
                (left, right)
            };
            Edge {
                left,
                right,
                weight,
            }
        })
        .collect();
    let mut chosen: Vec<Pairing> = best_matching(&edges)
        .into_iter()
        .filter_map(|edge| {
            let key = if is_swapped {
                (edge.right, edge.left)
            } else {
                (edge.left, edge.right)
            };
            let at = candidates
                .binary_search_by_key(&key, |found| (found.left, found.right))
                .ok()?;
            let found = candidates[at];
            Some(Pairing {
                left: by_left[found.left],
                right: by_right[found.right],
                ..found
            })
        })
        .collect();
    chosen.sort_unstable_by_key(|pairing| pairing.left);
    chosen
}

/// Gives the places of the sets in the order of the sets.
fn sorted(sets: &[TurnSet]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..sets.len()).collect();
    places.sort_by_key(|at| &sets[*at]);
    places
}

/// Finds all pairs that share a turn, in order of their ranks in `by_left` and `by_right`, which stand in
/// [`Pairing::left`] and [`Pairing::right`] here.
fn overlaps(
    left: &[TurnSet],
    right: &[TurnSet],
    by_left: &[usize],
    by_right: &[usize],
) -> Vec<Pairing> {
    let of_side = |side: usize, sets: &[TurnSet], places: &[usize]| -> Vec<(Span, usize, usize)> {
        let spans = places.iter().enumerate().flat_map(|(rank, at)| {
            sets[*at]
                .spans()
                .iter()
                .map(move |span| (*span, side, rank))
        });
        spans.collect()
    };
    let mut spans = of_side(0, left, by_left);
    spans.extend(of_side(1, right, by_right));
    spans.sort_unstable();
    // Spans that may still overlap one that starts later, by side.
    let mut open: [Vec<(Span, usize)>; 2] = [Vec::new(), Vec::new()];
    let mut shared: Vec<(usize, usize, u64)> = Vec::new();
    for (span, side, rank) in spans {
        open[1 - side].retain(|(other, _)| other.end > span.start);
        shared.extend(open[1 - side].iter().map(|(other, other_rank)| {
            let (left, right) = if side == 0 {
                (rank, *other_rank)
            } else {
                (*other_rank, rank)
            };
            (left, right, span.shared(*other))
        }));
        open[side].push((span, rank));
    }
    shared.sort_unstable();
    let pairs = shared
        .chunk_by(|one, other| (one.0, one.1) == (other.0, other.1))
        .map(|parts| {
            let (left_rank, right_rank, _) = parts[0];
            let common = parts.iter().map(|(_, _, turns)| turns).sum::<u64>();
            let both = left[by_left[left_rank]].turns() + right[by_right[right_rank]].turns();
            Pairing {
                left: left_rank,
                right: right_rank,
                shared: common,
                union: both - common,
            }
        });
    pairs.collect()
}
