//! Sets of turns, kept as stretches, and how far two of them are the same.

use super::Undefined;

/// Turns from `start` up to, but not including, `end`, counted from the head of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first turn.
    pub start: u32,
    /// The turn after the last.
    pub end: u32,
}

impl Span {
    /// Gives how many turns it holds; none where the end does not lie behind the start.
    pub fn turns(self) -> u64 {
        u64::from(self.end.saturating_sub(self.start))
    }

    /// Gives how many turns two spans have in common.
    pub(super) fn shared(self, other: Self) -> u64 {
        let common = Self {
            start: self.start.max(other.start),
            end: self.end.min(other.end),
        };
        common.turns()
    }
}

/// Turns of one section, such as those of an episode; they need not lie together.
///
/// The order of sets is that of their first differing stretch. It has no meaning but is the same on every machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TurnSet {
    /// Sorted, none empty, none touching another: one set has one form.
    spans: Vec<Span>,
}

impl TurnSet {
    /// Takes the turns of spans in any order, which may overlap; empty spans vanish.
    pub fn from_spans(spans: impl IntoIterator<Item = Span>) -> Self {
        let mut given: Vec<Span> = spans.into_iter().filter(|span| span.turns() > 0).collect();
        given.sort_unstable();
        let mut spans: Vec<Span> = Vec::with_capacity(given.len());
        for span in given {
            match spans.last_mut() {
                Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
                _ => spans.push(span),
            }
        }
        Self { spans }
    }

    /// Takes single turns in any order; the last number that exists, `u32::MAX`, is left out.
    pub fn from_turns(turns: impl IntoIterator<Item = u32>) -> Self {
        Self::from_spans(turns.into_iter().map(|turn| Span {
            start: turn,
            end: turn.saturating_add(1),
        }))
    }

    /// Gives the stretches in order; between two there is always a turn that is not in the set.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Gives how many turns are in the set.
    pub fn turns(&self) -> u64 {
        self.spans.iter().map(|span| span.turns()).sum()
    }

    /// Gives how many turns two sets have in common.
    pub fn shared(&self, other: &Self) -> u64 {
        let (mut here, mut there, mut shared) = (0, 0, 0);
        while let (Some(one), Some(two)) = (self.spans.get(here), other.spans.get(there)) {
            shared += one.shared(*two);
            if one.end <= two.end {
                here += 1;
            } else {
                there += 1;
            }
        }
        shared
    }

    /// Gives the intersection over union of two sets (Jaccard's index), in `[0, 1]`; 1 means the same turns.
    ///
    /// # Errors
    ///
    /// [`Undefined::Empty`] where both sets are empty.
    ///
    /// Source: Jaccard (1912), New Phytologist 11(2), 37-50.
    pub fn overlap(&self, other: &Self) -> Result<f64, Undefined> {
        let shared = self.shared(other);
        let union = self.turns() + other.turns() - shared;
        if union == 0 {
            return Err(Undefined::Empty);
        }
        Ok(shared as f64 / union as f64)
    }
}
