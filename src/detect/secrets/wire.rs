//! The kinds of secrets as text: TOML to patterns.

use serde::Deserialize;

use super::Kind;
use super::checks::{Alphabet, Check, Placeholders};

/// All that is known of secrets.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) placeholders: Placeholders,
    pub(super) kinds: Vec<Kind>,
    /// In the order of the kinds.
    pub(super) patterns: Vec<Pattern>,
}

/// How a kind is told.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) shape: Shape,
    pub(super) anchors: Vec<String>,
    pub(super) then: Vec<String>,
    /// Whether the anchor is no part of the secret.
    pub(super) keep: bool,
    /// How many digits stand before the anchor, at least and at most.
    pub(super) before: Option<[usize; 2]>,
    pub(super) alphabet: Alphabet,
    pub(super) least: usize,
    pub(super) most: usize,
    pub(super) checks: Vec<Check>,
    pub(super) entropy: f64,
}

/// Where a secret stands in relation to its anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Shape {
    /// It begins with the anchor.
    Prefix,
    /// It is assigned to a name that ends in the anchor.
    Value,
    /// It is the password of a URL.
    Url,
    /// It begins and ends with lines of its own.
    Block,
    /// It is an address around the anchor.
    Mail,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    #[serde(rename = "version")]
    _version: String,
    placeholders: Placeholders,
    secret: Vec<WireSecret>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireSecret {
    id: String,
    name: String,
    what: String,
    #[serde(default)]
    weak: bool,
    shape: Shape,
    anchors: Vec<String>,
    #[serde(default)]
    then: Vec<String>,
    #[serde(default)]
    keep: bool,
    before: Option<[usize; 2]>,
    alphabet: Alphabet,
    least: usize,
    most: usize,
    #[serde(default)]
    checks: Vec<Check>,
    #[serde(default)]
    entropy: f64,
    example: Pieces,
    near_miss: Pieces,
}

/// A text, whole or in pieces that are put together.
#[derive(Deserialize)]
#[serde(untagged)]
enum Pieces {
    Whole(String),
    Many(Vec<String>),
}

impl Pieces {
    fn join(self) -> String {
        match self {
            Pieces::Whole(text) => text,
            Pieces::Many(pieces) => pieces.concat(),
        }
    }
}

impl Known {
    pub(super) fn parse(text: &str) -> Result<Known, toml::de::Error> {
        let wire: Wire = toml::from_str(text)?;
        let (kinds, patterns) = wire.secret.into_iter().map(WireSecret::build).unzip();
        Ok(Known {
            placeholders: wire.placeholders,
            kinds,
            patterns,
        })
    }
}

impl WireSecret {
    fn build(self) -> (Kind, Pattern) {
        let mut anchors = self.anchors;
        if self.shape == Shape::Value {
            anchors = anchors.iter().flat_map(|own| spellings(own)).collect();
            anchors.sort();
            anchors.dedup();
        }
        let kind = Kind {
            id: self.id,
            name: self.name,
            what: self.what,
            weak: self.weak,
            example: self.example.join(),
            near_miss: self.near_miss.join(),
        };
        let pattern = Pattern {
            shape: self.shape,
            anchors,
            then: self.then,
            keep: self.keep,
            before: self.before,
            alphabet: self.alphabet,
            least: self.least,
            most: self.most,
            checks: self.checks,
            entropy: self.entropy,
        };
        (kind, pattern)
    }
}

/// Gives a name as it is written, in small letters, in capitals, and with a capital at its beginning. One automaton
/// without regard to case would be slower for all the prefixes whose case matters.
fn spellings(name: &str) -> [String; 4] {
    let capital = name.get(..1).unwrap_or_default().to_uppercase();
    let rest = name.get(1..).unwrap_or_default();
    [
        name.to_owned(),
        name.to_lowercase(),
        name.to_uppercase(),
        format!("{capital}{rest}"),
    ]
}
