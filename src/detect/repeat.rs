//! Tells whether a request says again what the developer asked for a few turns before.

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

impl Requests {
    /// Takes the next request; gives how many turns ago it was made before.
    pub(super) fn repeats(&mut self, prose: &Folded) -> Option<usize> {
        let pieces = pieces(&prose.text);
        let before = self
            .kept
            .iter()
            .position(|earlier| pieces.len() >= FEWEST && are_alike(earlier, &pieces))
            .map(|at| at + 1);
        self.kept.push_front(pieces);
        self.kept.truncate(KEPT);
        before
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

/// Tells whether two sorted sets have a share of at least [`ALIKE`] of their pieces in common (Jaccard).
fn are_alike(one: &[u64], other: &[u64]) -> bool {
    // Solved for the pieces in common, which tells early when too many are missing.
    let all = one.len() + other.len();
    let needed = (ALIKE.0 * all).div_ceil(ALIKE.0 + ALIKE.1);
    let Some(mut spare) = one.len().checked_sub(needed) else {
        return false;
    };
    let mut rest = other;
    for piece in one {
        let passed = rest.iter().take_while(|own| *own < piece).count();
        rest = &rest[passed..];
        if rest.first() != Some(piece) {
            let Some(left) = spare.checked_sub(1) else {
                return false;
            };
            spare = left;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_said_again_is_found() {
        let mut requests = Requests::default();
        let mut ask = |text: &str| requests.repeats(&Folded::of(text));
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
}
