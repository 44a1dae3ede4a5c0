//! The matching of one group of connected items: shortest augmenting paths, then the choice among equals.

use super::{Edge, places};

/// One group: its left items as rows, its right items as columns, with spare columns so that each row gets one.
pub(super) struct Component {
    lefts: Vec<usize>,
    rights: Vec<usize>,
    columns: usize,
    /// Weights by row and column; 0 where there is no edge.
    weights: Vec<u64>,
}

impl Component {
    /// Lays out edges that are sorted and have weights above 0.
    pub(super) fn new(edges: &[Edge]) -> Self {
        let lefts = places(edges.iter().map(|edge| edge.left));
        let rights = places(edges.iter().map(|edge| edge.right));
        let columns = lefts.len().max(rights.len());
        let mut weights = vec![0; lefts.len() * columns];
        for edge in edges {
            let row = lefts.partition_point(|own| *own < edge.left);
            let column = rights.partition_point(|own| *own < edge.right);
            // Sorted, so the heaviest of parallel edges comes last.
            weights[row * columns + column] = edge.weight;
        }
        Self {
            lefts,
            rights,
            columns,
            weights,
        }
    }

    /// Gives the chosen edges.
    pub(super) fn matching(&self) -> Vec<Edge> {
        let mut solution = Solution::new(self);
        for row in 0..self.lefts.len() {
            solution.admit(row);
        }
        solution.prefer_first();
        let chosen = (0..self.lefts.len()).filter_map(|row| {
            let column = solution.column_of[row];
            let weight = self.weight(row, column);
            (weight > 0).then(|| Edge {
                left: self.lefts[row],
                right: self.rights[column],
                weight,
            })
        });
        chosen.collect()
    }

    fn weight(&self, row: usize, column: usize) -> u64 {
        self.weights[row * self.columns + column]
    }

    /// Gives what a place costs: the weight, negative, in units so small that one for each pair prefers fewer pairs.
    fn cost(&self, row: usize, column: usize) -> i128 {
        match self.weight(row, column) {
            0 => 0,
            weight => 1 - i128::from(weight) * (self.columns as i128 + 1),
        }
    }
}

/// What a row may still do while the choice among equals is made.
#[derive(Clone, Copy, PartialEq)]
enum Freedom {
    Free,
    /// It stays without partner, but may move from one column without edge to another.
    Unmatched,
    Settled,
}

/// A cheapest assignment of the rows so far, with the potentials that prove it.
struct Solution<'a> {
    component: &'a Component,
    row_potential: Vec<i128>,
    /// At most 0, and 0 for every column without row.
    column_potential: Vec<i128>,
    row_of: Vec<Option<usize>>,
    column_of: Vec<usize>,
}

impl<'a> Solution<'a> {
    fn new(component: &'a Component) -> Self {
        Self {
            component,
            row_potential: vec![0; component.lefts.len()],
            column_potential: vec![0; component.columns],
            row_of: vec![None; component.columns],
            column_of: vec![0; component.lefts.len()],
        }
    }

    /// What a place costs beyond the potentials; never below 0 for admitted rows.
    fn reduced(&self, row: usize, column: usize) -> i128 {
        self.component.cost(row, column) - self.row_potential[row] - self.column_potential[column]
    }

    /// Gives the next row a column, moving earlier rows along the shortest augmenting path.
    fn admit(&mut self, row: usize) {
        let columns = self.component.columns;
        let mut distance = vec![i128::MAX; columns];
        let mut from: Vec<Option<usize>> = vec![None; columns];
        let mut reached = vec![false; columns];
        let mut path = vec![(row, None)];
        let (mut here, mut last) = (row, None);
        let end = loop {
            for column in (0..columns).filter(|column| !reached[*column]) {
                let length = self.reduced(here, column);
                if length < distance[column] {
                    (distance[column], from[column]) = (length, last);
                }
            }
            let unreached = (0..columns).filter(|column| !reached[*column]);
            // There are at least as many columns as rows, so that a free one is always left.
            let Some(nearest) = unreached.min_by_key(|column| distance[*column]) else {
                return;
            };
            self.shift(distance[nearest], &path, &mut distance, &reached);
            reached[nearest] = true;
            let Some(next) = self.row_of[nearest] else {
                break nearest;
            };
            path.push((next, Some(nearest)));
            (here, last) = (next, Some(nearest));
        };
        self.augment(row, end, &from);
    }

    /// Moves the potentials of the rows and columns on the tree by the length of the next step.
    fn shift(
        &mut self,
        step: i128,
        path: &[(usize, Option<usize>)],
        distance: &mut [i128],
        reached: &[bool],
    ) {
        for (row, column) in path {
            self.row_potential[*row] += step;
            if let Some(column) = column {
                self.column_potential[*column] -= step;
            }
        }
        for (own, _) in distance
            .iter_mut()
            .zip(reached)
            .filter(|(_, reached)| !**reached)
        {
            *own -= step;
        }
    }

    /// Hands each column of the path, from its free end, to the row before it.
    fn augment(&mut self, row: usize, end: usize, from: &[Option<usize>]) {
        let mut column = end;
        loop {
            let before = from[column];
            let taker = before.and_then(|before| self.row_of[before]).unwrap_or(row);
            self.row_of[column] = Some(taker);
            self.column_of[taker] = column;
            match before {
                Some(before) => column = before,
                None => return,
            }
        }
    }

    /// Among the assignments that cost the same, moves to the one that serves the first rows first.
    fn prefer_first(&mut self) {
        let mut freedom = vec![Freedom::Free; self.column_of.len()];
        for row in 0..self.column_of.len() {
            let own = self.column_of[row];
            let has_partner = self.is_edge(row, own);
            let better =
                |column: &usize| self.is_edge(row, *column) && (!has_partner || *column < own);
            let wished: Vec<usize> = (0..self.component.columns)
                .filter(|column| better(column) && self.reduced(row, *column) == 0)
                .collect();
            if !wished.is_empty() {
                let next = self.ways_to_free(row, &freedom);
                if let Some(column) = wished.into_iter().find(|column| next[*column].is_some()) {
                    self.rotate(row, column, &next);
                }
            }
            let settled = self.is_edge(row, self.column_of[row]);
            freedom[row] = if settled {
                Freedom::Settled
            } else {
                Freedom::Unmatched
            };
        }
    }

    fn is_edge(&self, row: usize, column: usize) -> bool {
        self.component.weight(row, column) > 0
    }

    /// For each column that can be emptied for `row`, gives where its row goes; searched backwards from the column
    /// that `row` would leave, which has itself.
    fn ways_to_free(&self, row: usize, freedom: &[Freedom]) -> Vec<Option<usize>> {
        let own = self.column_of[row];
        let mut next = vec![None; self.component.columns];
        next[own] = Some(own);
        let mut open = vec![own];
        let mut may_be_empty = false;
        while let Some(goal) = open.pop() {
            for other in (0..freedom.len()).filter(|other| *other != row) {
                let column = self.column_of[other];
                if next[column].is_none() && self.can_move(other, goal, freedom[other]) {
                    next[column] = Some(goal);
                    open.push(column);
                }
            }
            // By complementary slackness a column without potential may be left empty, in place of one that is.
            if !may_be_empty && self.column_potential[goal] == 0 {
                may_be_empty = true;
                for column in (0..next.len()).filter(|column| self.row_of[*column].is_none()) {
                    next[column] = Some(goal);
                    open.push(column);
                }
            }
        }
        next
    }

    fn can_move(&self, row: usize, column: usize, freedom: Freedom) -> bool {
        let allowed = match freedom {
            Freedom::Free => true,
            Freedom::Unmatched => !self.is_edge(row, column),
            Freedom::Settled => false,
        };
        allowed && self.reduced(row, column) == 0
    }

    /// Gives `row` the column, and moves the rows in its way along until the column that `row` had is reached.
    fn rotate(&mut self, row: usize, column: usize, next: &[Option<usize>]) {
        let own = self.column_of[row];
        let (mut mover, mut goal) = (Some(row), column);
        loop {
            let out = std::mem::replace(&mut self.row_of[goal], mover);
            if let Some(mover) = mover {
                self.column_of[mover] = goal;
            }
            match next[goal] {
                Some(further) if goal != own => (mover, goal) = (out, further),
                _ => return,
            }
        }
    }
}
