//! The best one-to-one matching of two lists: which episode of one coder is which of the other.

mod component;

use component::Component;

/// A left and a right item that may be matched, and how much that is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edge {
    /// The place of the left item in its list.
    pub left: usize,
    /// The place of the right item in its list.
    pub right: usize,
    /// What the match is worth; 0 is never matched.
    pub weight: u64,
}

/// Chooses edges so that no item is used twice and the total weight is the greatest possible, in order of `left`.
///
/// Pairs without an edge stay unmatched, so a threshold is set by leaving edges out. The lists may differ in length.
/// The result is the same whatever the order of `edges`. Of choices with the same total the one with the fewest
/// pairs is taken, since its pairs are the closest; of those the one in which the first left item has a partner, and
/// the earliest one it can have, then the second, and so on. Of parallel edges the heaviest counts.
///
/// Time grows with the cube of the largest group of items that edges connect, not of the lists.
///
/// Source: Kuhn (1955), Naval Research Logistics Quarterly 2, 83-97; Jonker and Volgenant (1987), Computing 38,
/// 325-340, for shortest augmenting paths with potentials.
pub fn best_matching(edges: &[Edge]) -> Vec<Edge> {
    let mut edges: Vec<Edge> = edges
        .iter()
        .copied()
        .filter(|edge| edge.weight > 0)
        .collect();
    edges.sort_unstable();
    let mut chosen: Vec<Edge> = components(&edges)
        .into_iter()
        .flat_map(|group| Component::new(&group).matching())
        .collect();
    chosen.sort_unstable();
    chosen
}

/// Splits edges into groups that share no item: the best matching of all is that of each.
fn components(edges: &[Edge]) -> Vec<Vec<Edge>> {
    let lefts = places(edges.iter().map(|edge| edge.left));
    let rights = places(edges.iter().map(|edge| edge.right));
    let left = |edge: &Edge| lefts.partition_point(|own| *own < edge.left);
    let right = |edge: &Edge| lefts.len() + rights.partition_point(|own| *own < edge.right);
    let mut parents: Vec<usize> = (0..lefts.len() + rights.len()).collect();
    for edge in edges {
        let (one, other) = (
            root(&mut parents, left(edge)),
            root(&mut parents, right(edge)),
        );
        // The smaller place leads, so that groups stand in the order of their first left item.
        parents[one.max(other)] = one.min(other);
    }
    let mut groups: Vec<Vec<Edge>> = vec![Vec::new(); lefts.len()];
    for edge in edges {
        groups[root(&mut parents, left(edge))].push(*edge);
    }
    groups.retain(|group| !group.is_empty());
    groups
}

/// Gives the numbers in order, each once.
fn places(numbers: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut places: Vec<usize> = numbers.collect();
    places.sort_unstable();
    places.dedup();
    places
}

/// Finds who leads the group of an item, and shortens the way for the next search.
fn root(parents: &mut [usize], mut item: usize) -> usize {
    while parents[item] != item {
        parents[item] = parents[parents[item]];
        item = parents[item];
    }
    item
}
