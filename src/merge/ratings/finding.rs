//! Which turns each coder put into episodes, session by session.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::Rated;
use crate::agreement::{Ratings, Section, TurnSet, Unfit};
use crate::merge::compare::Compared;
use crate::model::{Decision, Episode, Role, Unit, Verdict};

/// What there is to find in a session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extent {
    /// How many developer turns it has.
    pub turns: u32,
    /// The developer turns that were proposed to every coder, by their ordinals.
    pub proposed: BTreeSet<u32>,
}

/// What two or more coders found, before anything about codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Each two coders, the first before the second.
    pub pairs: Vec<FoundBy>,
    /// The developer turns of sessions that two coders or more opened: 0 in an episode, 1 in none. A proposed turn
    /// that a coder has not decided has no label of that coder.
    pub turns: Ratings,
    /// Sessions that two coders or more opened and whose length is not known; their turns are left out.
    pub without_length: u64,
}

/// What two coders found, in each session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundBy {
    /// Place of the first coder.
    pub first: usize,
    /// Place of the second.
    pub second: usize,
    /// One for each session, in the order of the sessions: the episodes of the turns that both decided, and of those
    /// that one marked by hand and the other passed over. A coder who did not open the session has none.
    pub sections: Vec<Section>,
    /// Turns that one marked by hand and the other, who decided all that was proposed, passed over.
    pub passed_over: u64,
}

impl Rated<'_> {
    /// Gives what each two coders found; `extents` says what there was to find in each session.
    ///
    /// # Errors
    ///
    /// [`Unfit`], as [`Rated::verdicts`].
    pub fn finding(&self, extents: &BTreeMap<String, Extent>) -> Result<Finding, Unfit> {
        let mut finding = Finding {
            pairs: Vec::new(),
            turns: Ratings::new(2, self.coders.len()),
            without_length: 0,
        };
        let sessions = self.session_ranges();
        for first in 0..self.coders.len() {
            for second in first + 1..self.coders.len() {
                let mut found = FoundBy {
                    first,
                    second,
                    sections: Vec::with_capacity(sessions.len()),
                    passed_over: 0,
                };
                for range in &sessions {
                    self.section(&mut found, range.clone());
                }
                finding.pairs.push(found);
            }
        }
        for range in sessions {
            self.turns_of(&mut finding, range, extents)?;
        }
        Ok(finding)
    }

    /// Gives the units of each session.
    fn session_ranges(&self) -> Vec<Range<usize>> {
        let mut ranges = Vec::new();
        let mut start = 0;
        for same in self.sessions.chunk_by(|one, next| one == next) {
            ranges.push(start..start + same.len());
            start += same.len();
        }
        ranges
    }

    fn section(&self, found: &mut FoundBy, range: Range<usize>) {
        let units = &self.comparison.units[range];
        let sides = [self.coders[found.first], self.coders[found.second]];
        let opened = sides.map(|side| units.iter().any(|unit| unit.decisions[side].is_some()));
        let through = sides.map(|side| has_been_through(units, side));
        let mut episodes: [Vec<TurnSet>; 2] = [Vec::new(), Vec::new()];
        for unit in units {
            let own = sides.map(|side| unit.decisions[side].as_ref());
            match own {
                [Some(_), Some(_)] => (),
                [Some(only), None] if is_by_hand(only) && through[1] => found.passed_over += 1,
                [None, Some(only)] if is_by_hand(only) && through[0] => found.passed_over += 1,
                _ => continue,
            }
            for (side, own) in own.into_iter().enumerate() {
                episodes[side].extend(own.into_iter().flat_map(|own| turns(&unit.unit, own)));
            }
        }
        let coders = opened.into_iter().zip(episodes);
        found.sections.push(Section {
            coders: coders.map(|(opened, own)| opened.then_some(own)).collect(),
        });
    }

    fn turns_of(
        &self,
        finding: &mut Finding,
        range: Range<usize>,
        extents: &BTreeMap<String, Extent>,
    ) -> Result<(), Unfit> {
        let session = self.sessions[range.start];
        let units = &self.comparison.units[range];
        let opened = |coder: &usize| units.iter().any(|unit| unit.decisions[*coder].is_some());
        let opened: Vec<bool> = self.coders.iter().map(opened).collect();
        if opened.iter().filter(|opened| **opened).count() < 2 {
            return Ok(());
        }
        let Some(extent) = extents.get(&units[0].unit.session) else {
            finding.without_length += 1;
            return Ok(());
        };
        let marks = self.marks(units, &opened, &extent.proposed);
        for turn in 1..=extent.turns {
            let row = marks
                .iter()
                .map(|own| own.as_ref().and_then(|own| own.of(turn)));
            finding.turns.add(&row.collect::<Vec<_>>(), Some(session))?;
        }
        Ok(())
    }

    /// Gives for each coder which developer turns are in an episode and which the coder owes a decision on.
    fn marks(
        &self,
        units: &[Compared],
        opened: &[bool],
        proposed: &BTreeSet<u32>,
    ) -> Vec<Option<Marks>> {
        let decided: BTreeSet<u32> = units.iter().map(|own| own.unit.turn).collect();
        let of = |(coder, opened): (&usize, &bool)| {
            let mut marks = Marks {
                // What nobody has decided is owed by everybody.
                owed: proposed.difference(&decided).copied().collect(),
                ..Marks::default()
            };
            let through = has_been_through(units, *coder);
            for unit in units {
                match &unit.decisions[*coder] {
                    Some(own) => marks.add(&unit.unit, own),
                    None if !(through && unit.decisions.iter().flatten().all(is_by_hand)) => {
                        marks.owed.insert(unit.unit.turn);
                    }
                    None => (),
                }
            }
            opened.then_some(marks)
        };
        self.coders.iter().zip(opened).map(of).collect()
    }
}

/// The developer turns of one session, by one coder.
#[derive(Default)]
struct Marks {
    inside: BTreeSet<u32>,
    owed: BTreeSet<u32>,
}

impl Marks {
    fn add(&mut self, unit: &Unit, own: &Decision) {
        if own.verdict != Some(Verdict::Episodes) {
            return;
        }
        let quoted = own.episodes.iter().flat_map(|episode| &episode.evidence);
        let quoted = quoted
            .filter(|quote| quote.turn.role == Role::Developer)
            .map(|quote| quote.turn.ordinal);
        self.inside.extend(quoted.chain([unit.turn]));
    }

    fn of(&self, turn: u32) -> Option<usize> {
        if self.inside.contains(&turn) {
            Some(0)
        } else if self.owed.contains(&turn) {
            None
        } else {
            Some(1)
        }
    }
}

fn is_by_hand(own: &Decision) -> bool {
    own.marked == Some(true)
}

/// Tells whether a coder opened a session and decided every unit in it that somebody else decided without having
/// marked it by hand.
fn has_been_through(units: &[Compared], coder: usize) -> bool {
    let owed = |unit: &Compared| {
        unit.decisions[coder].is_none() && !unit.decisions.iter().flatten().all(is_by_hand)
    };
    units.iter().any(|unit| unit.decisions[coder].is_some()) && !units.iter().any(owed)
}

/// Gives the turns of each episode: the one that reveals it and those that are quoted, developer and agent turns
/// counted in one row.
fn turns(unit: &Unit, own: &Decision) -> Vec<TurnSet> {
    if own.verdict != Some(Verdict::Episodes) {
        return Vec::new();
    }
    let place = |role: Role, ordinal: u32| {
        let after = u32::from(role == Role::Agent);
        ordinal.saturating_mul(2).saturating_add(after)
    };
    let of = |episode: &Episode| {
        let quoted = episode.evidence.iter();
        let quoted = quoted.map(|quote| place(quote.turn.role, quote.turn.ordinal));
        TurnSet::from_turns(quoted.chain([place(Role::Developer, unit.turn)]))
    };
    own.episodes.iter().map(of).collect()
}
