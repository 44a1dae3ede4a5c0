//! Finds what looks like a key, a password or an address in any text, and puts a name in its place.
//!
//! What is looked for stands in `assets/secrets.toml`. All anchors are found in one pass; around each, a few bounded
//! steps decide. Nothing here calls anywhere to see whether a key is alive: what looks like one is taken for one.

mod checks;
mod mask;
mod shape;
mod wire;

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, MatchKind};

use crate::model::Turn;

pub use mask::Counts;

use shape::Place;
use wire::Known;

/// The kinds inside the binary.
const STANDARD: &str = include_str!("../../../assets/secrets.toml");

/// A kind of secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// Short name, unique.
    pub id: String,
    /// What stands in place of the secret, without its brackets; kinds may share it.
    pub name: String,
    /// What it is, for somebody who wants to know.
    pub what: String,
    /// Whether it says who somebody is, and opens nothing.
    pub weak: bool,
    /// A text with such a secret, invented.
    pub example: String,
    /// A text that looks like it and holds none.
    pub near_miss: String,
}

impl Kind {
    /// Gives what stands in place of the secret.
    pub fn mask(&self) -> String {
        format!("[{}]", self.name)
    }
}

/// A secret in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Which kind, by its position in [`Secrets::kinds`].
    pub kind: usize,
    /// Where, in bytes on character boundaries.
    pub range: Range<usize>,
}

/// Looks for secrets; built once, used for any number of texts.
pub struct Secrets {
    known: Known,
    automaton: AhoCorasick,
    /// The kind to which each pattern of the automaton belongs.
    owners: Vec<usize>,
}

impl Secrets {
    /// Gives the kinds inside the binary.
    pub fn standard() -> Secrets {
        let known = Known::parse(STANDARD).expect("a test reads the kinds inside");
        Secrets::of(known).expect("a test builds the automaton of the kinds inside")
    }

    fn of(known: Known) -> Result<Secrets, BuildError> {
        let patterns = known.patterns.iter().enumerate();
        let (owners, anchors): (Vec<usize>, Vec<&str>) = patterns
            .flat_map(|(kind, own)| {
                own.anchors
                    .iter()
                    .map(move |anchor| (kind, anchor.as_str()))
            })
            .unzip();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA))
            .build(anchors)?;
        Ok(Secrets {
            known,
            automaton,
            owners,
        })
    }

    /// Gives the kinds, the more particular ones first.
    pub fn kinds(&self) -> &[Kind] {
        &self.known.kinds
    }

    /// Gives the secrets in a text, in its order and without overlap.
    pub fn find(&self, text: &str) -> Vec<Secret> {
        let mut found = Vec::new();
        // What one anchor of a kind has passed over, the next one need not: time stays in proportion to the length.
        let mut passed = vec![0; self.known.kinds.len()];
        for hit in self.automaton.find_overlapping_iter(text) {
            let kind = self.owners[hit.pattern().as_usize()];
            if hit.start() < passed[kind] {
                continue;
            }
            let place = Place {
                text,
                anchor: hit.range(),
                placeholders: &self.known.placeholders,
                passed: &mut passed[kind],
            };
            if let Some(range) = place.secret(&self.known.patterns[kind]) {
                found.push(Secret { kind, range });
            }
        }
        self.apart(found)
    }

    /// Gives the secrets of a turn's text. None reaches from one piece of the turn into the next.
    pub fn in_turn(&self, turn: &Turn) -> Vec<Secret> {
        let ends = mask::borders(turn);
        let pieces = ends.windows(2).map(|ends| ends[0]..ends[1]);
        let found = pieces.flat_map(|piece| {
            let own = self.find(&turn.text[piece.clone()]);
            own.into_iter().map(move |secret| Secret {
                kind: secret.kind,
                range: secret.range.start + piece.start..secret.range.end + piece.start,
            })
        });
        found.collect()
    }

    /// Makes one of those that overlap, so that no end of a secret is left over: the first gives the name, the longer of
    /// two that begin together, and the more particular of two that are the same.
    fn apart(&self, mut found: Vec<Secret>) -> Vec<Secret> {
        let weak = |own: &Secret| self.known.kinds[own.kind].weak;
        found.sort_by_key(|own| (own.range.start, usize::MAX - own.range.end, own.kind));
        let mut apart: Vec<Secret> = Vec::new();
        for own in found {
            match apart.last_mut() {
                Some(last) if own.range.start < last.range.end => match (weak(last), weak(&own)) {
                    (true, false) => *last = own,
                    (false, true) => (),
                    _ => last.range.end = last.range.end.max(own.range.end),
                },
                _ => apart.push(own),
            }
        }
        apart
    }
}
