//! Tells whether a request says again what the developer asked for a few turns before.

use std::cmp::Ordering;
use std::collections::VecDeque;

use super::fold::Folded;

/// How many earlier requests are kept.
const KEPT: usize = 6;

/// How many words of a request count.
const WORDS: usize = 24;

/// Fewest pieces of a request that can be a repetition: `continue` is said again for other reasons.
const FEWEST: usize = 8;

/// Share of common pieces, as a fraction, from which two requests say the same.
const ALIKE: (usize, usize) = (3, 5);

/// The last requests of a session, each as the set of its pieces.
#[derive(Debug, Default)]
pub(super) struct Requests {
    kept: VecDeque<Vec<u64>>,
}

/// What a request has in common with earlier ones.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Echo {
    /// How many developer turns ago the same was said.
    pub(super) repeats: Option<usize>,
    /// Share of pieces in common with the request before, in `[0, 1]` (Jaccard); 0 where the request is too short to tell.
    pub(super) likeness: f64,
}

impl Requests {
    /// Takes the next request; gives what it has in common with those before.
    pub(super) fn take(&mut self, prose: &Folded) -> Echo {
        let pieces = pieces(&prose.text);
        let mut echo = Echo::default();
        if pieces.len() >= FEWEST {
            let before = self.kept.iter().position(|own| are_alike(own, &pieces));
            echo.repeats = before.map(|at| at + 1);
            echo.likeness = self
                .kept
                .front()
                .map_or(0.0, |last| likeness(last, &pieces));
        }
        self.kept.push_front(pieces);
        self.kept.truncate(KEPT);
        echo
    }
}

/// Gives the words of a text and the pairs of neighbours, hashed, sorted, each once.
fn pieces(text: &str) -> Vec<u64> {
    let mut pieces = Vec::new();
    let mut previous = None;
    for word in words(text).take(WORDS) {
        let hash = hash(word);
        pieces.push(hash);
        // The turn tells a pair from the same words the other way round.
        pieces.extend(previous.map(|previous: u64| previous.rotate_left(17) ^ hash));
        previous = Some(hash);
    }
    pieces.sort_unstable();
    pieces.dedup();
    pieces
}

/// Gives the words of a folded text; each character of a script without blanks is one.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .flat_map(|word| word.split_inclusive(|c: char| c >= '\u{3040}'))
        .filter(|word| !word.is_empty())
}

/// The FNV-1a hash.
fn hash(word: &str) -> u64 {
    word.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Tells whether two sorted sets have a share of at least [`ALIKE`] of their pieces in common.
fn are_alike(one: &[u64], other: &[u64]) -> bool {
    let (common, all) = common(one, other);
    common * ALIKE.1 >= all * ALIKE.0
}

/// Gives the share of pieces that two sorted sets have in common (Jaccard).
fn likeness(one: &[u64], other: &[u64]) -> f64 {
    let (common, all) = common(one, other);
    common as f64 / all.max(1) as f64
}

/// Counts the pieces that two sorted sets have in common, and all of them.
fn common(one: &[u64], other: &[u64]) -> (usize, usize) {
    let (mut left, mut right, mut common) = (0, 0, 0);
    while left < one.len() && right < other.len() {
        match one[left].cmp(&other[right]) {
            Ordering::Less => left += 1,
            Ordering::Greater => right += 1,
            Ordering::Equal => (left, right, common) = (left + 1, right + 1, common + 1),
        }
    }
    (common, one.len() + other.len() - common)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_said_again_is_found() {
        let mut requests = Requests::default();
        let mut ask = |text: &str| requests.take(&Folded::of(text)).repeats;
        assert_eq!(ask("Move the total below the list of items"), None);
        assert_eq!(ask("continue"), None);
        assert_eq!(ask("continue"), None);
        assert_eq!(
            ask("please move the total BELOW the list of items!"),
            Some(3)
        );
        assert_eq!(ask("把总数移到商品列表的下面"), None);
        assert_eq!(ask("请把总数移到商品列表的下面"), Some(1));
        assert_eq!(ask(""), None);
    }

    #[test]
    fn likeness_is_that_to_the_request_before() {
        let mut requests = Requests::default();
        let mut ask = |text: &str| requests.take(&Folded::of(text)).likeness;
        assert!(ask("Move the total below the list of items").abs() < 1e-12);
        assert!((ask("move the total below the list of items.") - 1.0).abs() < 1e-12);
        let half = ask("move the total below the picture");
        assert!(half > 0.3 && half < 0.7, "{half}");
    }
}
