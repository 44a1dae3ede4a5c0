//! What a study holds of a session, in so few words that two studies can be compared.

use std::cmp::Ordering;

use super::Timestamp;

/// One study's recording of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// Key of the session.
    pub session: String,
    /// First moment that the transcript names.
    pub started: Option<Timestamp>,
    /// Hashes of the developer turns, in order, see [`text_hash`](super::text_hash).
    pub turns: Vec<String>,
    /// Ordinals of the developer turns that the detector marks, in order.
    pub marked: Vec<u32>,
    /// Length of all texts in bytes; 0 where they are withheld.
    pub bytes: u64,
    /// Whether the texts are there: a labels-only copy has turns without words.
    pub has_text: bool,
    /// Hash of everything that is recorded.
    pub digest: String,
}

impl Recording {
    /// Compares two recordings of one session: the fuller one is the greater one.
    ///
    /// A recording with texts is fuller than one without, then the developer's turns count, then the length of all
    /// texts. The digest decides between the rest, so that the fullest of some recordings is the same one in
    /// whatever order they come.
    pub fn fuller(&self, other: &Recording) -> Ordering {
        let key = |own: &Recording| (own.has_text, own.turns.len(), own.bytes);
        key(self)
            .cmp(&key(other))
            .then_with(|| self.digest.cmp(&other.digest))
    }

    /// Counts the developer turns with which both recordings begin.
    pub fn common(&self, other: &Recording) -> usize {
        let both = self.turns.iter().zip(&other.turns);
        both.take_while(|(own, other)| own == other).count()
    }
}
