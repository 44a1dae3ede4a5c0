//! Draws resamples: units by the row of labels that they show, or whole sessions.

use super::Tally;
use super::tally::SessionKind;
use crate::random::Pcg64;

/// What resamples are drawn from, and the last draw.
pub(super) struct Urn<'a> {
    units: &'a [u64],
    sessions: Option<SessionUrn<'a>>,
    counts: Vec<f64>,
}

/// Sessions to draw from.
struct SessionUrn<'a> {
    kinds: &'a [SessionKind],
    /// The kind of each session, where so many kinds occur that drawing one by one is cheaper.
    one_by_one: Vec<u32>,
    /// How often each kind was drawn.
    times: Vec<u32>,
    /// The kinds of each column, one column after the other, so that adding up goes through memory in order.
    members: Vec<u32>,
    columns: Vec<Column>,
    sums: Vec<u64>,
}

/// The kinds of sessions that have a row equally often.
struct Column {
    row: usize,
    count: u64,
    /// Where its kinds end among the members.
    end: usize,
}

impl<'a> Urn<'a> {
    pub(super) fn new(tally: &'a Tally) -> Self {
        let kinds = tally.sessions.as_deref();
        Self {
            units: &tally.counts,
            sessions: kinds.map(|kinds| SessionUrn::new(kinds, tally.rows.len())),
            counts: vec![0.0; tally.rows.len()],
        }
    }

    pub(super) fn draw(&mut self, random: &mut Pcg64) -> &[f64] {
        if let Some(sessions) = &mut self.sessions {
            sessions.draw(random);
            for (count, sum) in self.counts.iter_mut().zip(&sessions.sums) {
                *count = *sum as f64;
            }
        } else {
            self.counts.fill(0.0);
            multinomial(self.units.iter().copied(), random, |row, times| {
                self.counts[row] = times as f64;
            });
        }
        &self.counts
    }
}

impl<'a> SessionUrn<'a> {
    fn new(kinds: &'a [SessionKind], distinct_rows: usize) -> Self {
        let sessions: u64 = kinds.iter().map(|kind| kind.sessions).sum();
        let mut one_by_one = Vec::new();
        let mut cells: Vec<(u32, u64, u32)> = Vec::new();
        for (at, kind) in (0..).zip(kinds) {
            // A binomial draw costs about as much as eight sessions drawn one by one.
            if kinds.len() as u64 * 8 > sessions {
                one_by_one.extend((0..kind.sessions).map(|_| at));
            }
            cells.extend(kind.rows.iter().map(|(row, count)| (*row, *count, at)));
        }
        cells.sort_unstable();
        let mut columns: Vec<Column> = Vec::new();
        for same in cells.chunk_by(|one, next| (one.0, one.1) == (next.0, next.1)) {
            let before = columns.last().map_or(0, |column| column.end);
            columns.push(Column {
                row: same[0].0 as usize,
                count: same[0].1,
                end: before + same.len(),
            });
        }
        Self {
            kinds,
            one_by_one,
            times: vec![0; kinds.len()],
            members: cells.into_iter().map(|(.., kind)| kind).collect(),
            columns,
            sums: vec![0; distinct_rows],
        }
    }

    fn draw(&mut self, random: &mut Pcg64) {
        self.times.fill(0);
        if self.one_by_one.is_empty() {
            let weights = self.kinds.iter().map(|kind| kind.sessions);
            multinomial(weights, random, |kind, times| {
                self.times[kind] = u32::try_from(times).unwrap_or(u32::MAX);
            });
        } else {
            draw_one_by_one(self.one_by_one.len(), random, |drawn| {
                self.times[self.one_by_one[drawn] as usize] += 1;
            });
        }
        self.add_up();
    }

    fn add_up(&mut self) {
        self.sums.fill(0);
        let mut start = 0;
        for column in &self.columns {
            let members = self.members[start..column.end].iter();
            let times: u64 = members
                .map(|kind| u64::from(self.times[*kind as usize]))
                .sum();
            self.sums[column.row] += column.count * times;
            start = column.end;
        }
    }
}

/// Draws as many as there are, with replacement, from things that are told apart.
pub fn draw_one_by_one(many: usize, random: &mut Pcg64, mut put: impl FnMut(usize)) {
    let mut row = [0; 256];
    let mut left = many;
    while left > 0 {
        let next = left.min(row.len());
        random.fill_below(many as u64, &mut row[..next]);
        for drawn in &row[..next] {
            put(usize::try_from(*drawn).unwrap_or_default());
        }
        left -= next;
    }
}

/// Draws as many as there are, with replacement, from things of which there are several each.
fn multinomial(
    weights: impl Iterator<Item = u64> + Clone,
    random: &mut Pcg64,
    mut put: impl FnMut(usize, u64),
) {
    let mut mass: u64 = weights.clone().sum();
    let mut left = mass;
    for (at, weight) in weights.enumerate() {
        if left == 0 {
            return;
        }
        let times = if weight == mass {
            left
        } else {
            random.binomial(left, weight as f64 / mass as f64)
        };
        if times > 0 {
            put(at, times);
        }
        left -= times;
        mass -= weight;
    }
}
