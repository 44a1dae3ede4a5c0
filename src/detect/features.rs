//! A developer turn as named values: what is seen in its words, in its shape and around it.
//!
//! The order of the features is that of the lexicon: the signs, the groups of words, the entries of phrases. A value is
//! zero unless it stands in the list.

use super::Detector;
use super::fold::Folded;
use super::lexicon::Lexicon;
use super::phrases::{Found, words};
use super::prose::Prose;
use super::repeat::Requests;
use super::signs::{self, Before, Seen, Sign, Weight};
use crate::model::{Role, Session, Turn};

/// How much each further phrase counts, next to the one before it.
const DECAY: f64 = 0.5;

/// The word group of which a claim of success by the agent is known.
pub(super) const CLAIMS: &str = "agent_claims";

/// What was seen at a developer turn.
pub(super) struct Evidence {
    /// The values that are not zero, by position of the feature, in order.
    pub(super) values: Vec<(usize, f64)>,
    /// The phrases in the turn, in its order.
    pub(super) phrases: Vec<Found>,
    /// The folded words of the turn.
    pub(super) folded: Folded,
    /// The signs in and around it.
    pub(super) signs: Vec<Seen>,
    /// Whether the agent claimed success just before.
    pub(super) claimed: bool,
}

/// Gives the names of all features, in their order: `base`, `word.negation`, `phrase.en-no`.
pub(super) fn names(lexicon: &Lexicon) -> Vec<String> {
    let signs = Sign::ALL.iter().map(|sign| sign.name().to_owned());
    let words = lexicon.words.iter().map(|own| format!("word.{}", own.id));
    let phrases = lexicon.entries.iter();
    let phrases = phrases.map(|own| format!("phrase.{}", own.id));
    signs.chain(words).chain(phrases).collect()
}

/// What is carried from one developer turn of a session to the next.
#[derive(Default)]
struct Carried {
    requests: Requests,
    /// What the phrases of the developer turn before weighed.
    weight: f64,
}

impl Detector {
    /// Gives what is seen at every developer turn of a session, in order.
    pub(super) fn evidence<'a>(
        &'a self,
        session: &'a Session,
    ) -> impl Iterator<Item = (&'a Turn, Evidence)> {
        let mut carried = Carried::default();
        let (mut before, mut ordinal) = (Before::default(), 0);
        let is_developer = |turn: &Turn| turn.role == Role::Developer;
        let last = session.turns.iter().rposition(is_developer);
        session
            .turns
            .iter()
            .enumerate()
            .filter_map(move |(at, turn)| {
                if turn.role == Role::Agent {
                    before.agent(turn);
                    return None;
                }
                ordinal += 1;
                before.is_last = Some(at) == last;
                let seen = self.see(turn, ordinal, &before, &mut carried);
                before = Before::after(turn);
                Some((turn, seen))
            })
    }

    fn see(&self, turn: &Turn, ordinal: u32, before: &Before, carried: &mut Carried) -> Evidence {
        let prose = Prose::of(&turn.text);
        let words = words(&prose.folded.text);
        let phrases = self.cues.find_among(&prose.folded, &words);
        let mut groups = self.developer_words.entries(&prose.folded, &words);
        groups.extend(self.agent_groups(before.agent_tail()));
        groups.sort_unstable();
        let claimed = self.claims.is_some_and(|claims| groups.contains(&claims));
        let echo = carried.requests.take(&prose.folded);
        let weight = weigh(&phrases, &prose.folded.text);
        let mut signs = signs::of_situation(turn, before, ordinal, &echo);
        signs.extend(signs::of_shape(turn, &prose, claimed));
        let earlier = std::mem::replace(&mut carried.weight, weight.sum);
        signs.extend(signs::of_phrases(&prose, weight, earlier, claimed));
        Evidence {
            values: self.values(&signs, &groups, &phrases),
            phrases,
            folded: prose.folded,
            signs,
            claimed,
        }
    }

    /// Gives the groups whose words stand in what the agent said.
    pub(super) fn agent_groups(&self, text: &str) -> Vec<usize> {
        let folded = Folded::of(text);
        self.agent_words.entries(&folded, &words(&folded.text))
    }

    fn values(&self, signs: &[Seen], groups: &[usize], phrases: &[Found]) -> Vec<(usize, f64)> {
        let words = Sign::ALL.len();
        let first = words + self.lexicon.words.len();
        let signs = signs.iter().map(|seen| (seen.sign as usize, seen.value));
        let groups = groups.iter().map(|group| (words + group, 1.0));
        let shares = shares(phrases).into_iter();
        let shares = shares.map(|(entry, share)| (first + entry, share));
        let mut values: Vec<(usize, f64)> = signs.chain(groups).chain(shares).collect();
        values.sort_by_key(|(at, _)| *at);
        // A phrase may stand in the turn more than once.
        values.dedup_by(|next, kept| {
            let is_same = next.0 == kept.0;
            if is_same {
                kept.1 += next.1;
            }
            is_same
        });
        values
    }
}

/// Gives for each phrase its entry and how much it counts.
///
/// Phrases repeat one another more than they add up, so each counts half as much as the next heavier one, and those that
/// speak against pushback likewise.
fn shares(phrases: &[Found]) -> Vec<(usize, f64)> {
    let mut sorted: Vec<&Found> = phrases.iter().collect();
    sorted.sort_by(|one, other| other.weight.abs().total_cmp(&one.weight.abs()));
    let (mut favour, mut against) = (1.0, 1.0);
    let share = |found: &&Found| {
        let next = if found.weight < 0.0 {
            &mut against
        } else {
            &mut favour
        };
        let share = *next;
        *next *= DECAY;
        (found.entry, share)
    };
    sorted.iter().map(share).collect()
}

fn weigh(phrases: &[Found], text: &str) -> Weight {
    let mut own: Vec<f64> = phrases.iter().map(|found| found.weight).collect();
    own.retain(|weight| *weight > 0.0);
    own.sort_by(|one, other| other.total_cmp(one));
    let sentence = text.find(['.', '!', '?', '\n']).unwrap_or(text.len());
    let first = phrases
        .iter()
        .filter(|found| found.range.start <= sentence)
        .map(|found| found.weight);
    Weight {
        sum: own
            .iter()
            .rev()
            .fold(0.0, |sum, weight| weight + DECAY * sum),
        first: first.fold(0.0, f64::max),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(weight: f64, start: usize) -> Found {
        Found::at(0, weight, start..start + 1)
    }

    #[test]
    fn further_phrases_count_less() {
        let weights = [found(1.0, 0), found(-3.0, 1), found(4.0, 2), found(-1.0, 3)];
        let shares: Vec<f64> = shares(&weights).iter().map(|own| own.1).collect();
        assert_eq!(shares, [1.0, 1.0, 0.5, 0.5]);
        let weight = weigh(
            &[found(1.0, 0), found(2.0, 1), found(4.0, 9)],
            "ab. cdefghij",
        );
        assert!((weight.sum - 5.25).abs() < 1e-12 && (weight.first - 2.0).abs() < 1e-12);
        assert!(weigh(&[], "").sum.abs() < 1e-12);
    }
}
