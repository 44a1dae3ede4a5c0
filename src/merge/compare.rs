//! Coders beside each other: the same unit, the same episode.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::Peekable;

use crate::agreement::{Edge, best_matching};
use crate::model::{Codebook, Coder, Decision, Episode, TurnRef, Unit, Verdict};

/// What one coder has decided, over a whole study.
#[derive(Debug, Clone)]
pub struct Coded {
    /// Who.
    pub coder: Coder,
    /// The decisions, by unit; untouched units are absent.
    pub decisions: BTreeMap<Unit, Decision>,
}

/// Several coders' labels beside each other.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The coders, in the order of their ids, which no file and no argument changes.
    pub coders: Vec<Coder>,
    /// Every unit that at least one of them has decided, in order of session and turn.
    pub units: Vec<Compared>,
}

/// One unit, and what each coder says of it.
#[derive(Debug, Clone)]
pub struct Compared {
    /// The unit.
    pub unit: Unit,
    /// Each coder's decision, in the order of the coders; `None` where that coder has given no verdict.
    pub decisions: Vec<Option<Decision>>,
    /// The episodes of all coders, matched: each stands in exactly one of these.
    pub episodes: Vec<MatchedEpisode>,
}

/// One episode, as the coders see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchedEpisode {
    /// Place of the episode in each coder's decision; `None` for a coder who does not have it.
    pub of: Vec<Option<usize>>,
}

impl Comparison {
    /// Puts coders beside each other.
    ///
    /// Episodes of a unit are matched one to one so that the total overlap of their turns and labels is the
    /// greatest possible; any two episodes of one unit may be matched, since the unit itself is what they share.
    pub fn new(codebook: &Codebook, mut coded: Vec<Coded>) -> Comparison {
        coded.sort_by_key(|own| own.coder.id);
        let (coders, decisions): (Vec<Coder>, Vec<_>) = coded
            .into_iter()
            .map(|own| (own.coder, own.decisions.into_iter().filter(is_decided)))
            .unzip();
        let mut sides: Vec<_> = decisions.into_iter().map(Iterator::peekable).collect();
        let mut units = Vec::new();
        while let Some(unit) = next_unit(&mut sides) {
            let own = |side: &mut Peekable<_>| side.next_if(|(own, _)| *own == unit);
            let decisions: Vec<Option<Decision>> = sides
                .iter_mut()
                .map(|side| own(side).map(|(_, decision)| decision))
                .collect();
            let episodes = matched(codebook, &unit, &decisions);
            units.push(Compared {
                unit,
                decisions,
                episodes,
            });
        }
        Comparison { coders, units }
    }
}

impl Compared {
    /// Gives the episode of a coder in a matched group.
    pub fn episode(&self, group: &MatchedEpisode, coder: usize) -> Option<&Episode> {
        self.decisions[coder]
            .as_ref()?
            .episodes
            .get(group.of[coder]?)
    }

    /// Tells whether a coder says that there is an episode in the unit.
    pub fn has_episodes(&self, coder: usize) -> bool {
        let decision = self.decisions[coder].as_ref();
        decision.is_some_and(|own| own.verdict == Some(Verdict::Episodes))
    }

    /// Gives the coders who have decided the unit.
    pub fn coders(&self) -> impl Iterator<Item = usize> + '_ {
        self.decisions
            .iter()
            .enumerate()
            .filter(|(_, own)| own.is_some())
            .map(|(coder, _)| coder)
    }
}

fn is_decided((_, decision): &(Unit, Decision)) -> bool {
    decision.verdict.is_some()
}

/// Gives the first unit that a coder has still to show.
fn next_unit(sides: &mut [Peekable<impl Iterator<Item = (Unit, Decision)>>]) -> Option<Unit> {
    let next = sides.iter_mut().filter_map(|side| side.peek());
    next.map(|(unit, _)| unit).min().cloned()
}

/// Matches the episodes of all coders: each coder's onto the groups of those before, by the mean overlap with the
/// group's members.
fn matched(
    codebook: &Codebook,
    unit: &Unit,
    decisions: &[Option<Decision>],
) -> Vec<MatchedEpisode> {
    let mut groups: Vec<MatchedEpisode> = Vec::new();
    for (coder, decision) in decisions.iter().enumerate() {
        let episodes = match decision {
            Some(decision) if decision.verdict == Some(Verdict::Episodes) => {
                decision.episodes.as_slice()
            }
            _ => &[],
        };
        if let ([group], [_]) = (groups.as_mut_slice(), episodes) {
            // Where there is one of each there is no choice, and how alike they are does not matter.
            group.of[coder] = Some(0);
            continue;
        }
        let mut edges = Vec::new();
        for (left, group) in groups.iter().enumerate() {
            let members: Vec<&Episode> = group
                .of
                .iter()
                .enumerate()
                .filter_map(|(other, place)| decisions[other].as_ref()?.episodes.get((*place)?))
                .collect();
            for (right, episode) in episodes.iter().enumerate() {
                let alike = |member: &&Episode| likeness(codebook, unit, member, episode);
                let total: u64 = members.iter().map(alike).sum();
                edges.push(Edge {
                    left,
                    right,
                    weight: total / members.len().max(1) as u64,
                });
            }
        }
        let mut taken = vec![false; episodes.len()];
        for edge in best_matching(&edges) {
            groups[edge.left].of[coder] = Some(edge.right);
            taken[edge.right] = true;
        }
        for (place, _) in taken.iter().enumerate().filter(|(_, taken)| !**taken) {
            let mut of = vec![None; decisions.len()];
            of[coder] = Some(place);
            groups.push(MatchedEpisode { of });
        }
    }
    groups
}

/// How much is shared counts in thousandths.
const WHOLE: u64 = 1000;

/// Gives how alike two episodes of one unit are: 1 for the unit itself, so that every two may be matched, and up to
/// 1000 each for the turns of their evidence and for the codes of every field.
fn likeness(codebook: &Codebook, unit: &Unit, one: &Episode, other: &Episode) -> u64 {
    let mut total = 1 + shared(&turns(unit, one), &turns(unit, other));
    for field in codebook.fields() {
        let (one, other) = (codes(one, &field.id), codes(other, &field.id));
        total += shared(&one, &other);
    }
    total
}

fn codes<'a>(episode: &'a Episode, field: &str) -> BTreeSet<&'a str> {
    let choices = episode.choices(field).iter();
    choices.map(|choice| choice.code.as_str()).collect()
}

fn turns(unit: &Unit, episode: &Episode) -> BTreeSet<TurnRef> {
    episode
        .evidence
        .iter()
        .map(|quote| quote.turn)
        .chain([TurnRef::developer(unit.turn)])
        .collect()
}

/// Gives the share of two sets that both have, in thousandths; 0 for two empty ones.
fn shared<T: Ord>(one: &BTreeSet<T>, other: &BTreeSet<T>) -> u64 {
    let both = one.intersection(other).count() as u64;
    let all = one.union(other).count() as u64;
    (both * WHOLE).checked_div(all).unwrap_or(0)
}
