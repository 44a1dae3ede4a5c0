//! Finds the developer turns that push back, each with the reasons why it looks so.
//!
//! A turn is scored by adding weights: those of the phrases in the developer's own prose, and those of the signs in and
//! around it (an interruption, a refused tool call, a request repeated, an error pasted, what the agent claimed). All
//! phrases stand in `assets/cues.toml` and the weights, fitted to judged turns, in `assets/weights.toml`; this room knows
//! how to look for the first and how to fit the second. It favours recall, because a coder dismisses a wrong mark with
//! one key and never sees a turn that was not marked.
//!
//! It also finds what a text should not show to everybody: [`Secrets`], from `assets/secrets.toml`.

mod features;
mod fit;
mod fold;
mod language;
mod lexicon;
mod lines;
mod phrases;
mod prose;
mod repeat;
mod secrets;
mod signs;
mod weights;

use crate::model::{CharSpan, Cue, CueKind, Mark, Session};
use crate::stats::{logistic, predictor};

pub use fit::{Example, Fitted, Part};
pub use language::language;
pub use lexicon::{Entry, Kind, LexiconError, Position, Speaker, Words};
pub use secrets::{Counts as SecretCounts, Kind as SecretKind, Secret, Secrets};
pub use weights::Weights;

use features::Evidence;
use fold::Folded;
use lexicon::Lexicon;
use phrases::{Found, Phrases, Row};
use prose::Prose;
use signs::Seen;

/// The lexicon inside the binary.
const STANDARD: &str = include_str!("../../assets/cues.toml");

/// The most characters of a turn that a reason quotes.
const QUOTED: usize = 40;

/// Looks for pushback in sessions; built once, used for any number of them.
pub struct Detector {
    version: String,
    lexicon: Lexicon,
    cues: Phrases,
    developer_words: Phrases,
    agent_words: Phrases,
    /// The group of words in which the agent claims success.
    claims: Option<usize>,
    /// In the order of the features.
    weights: Vec<f64>,
    threshold: f64,
}

impl Detector {
    /// Gives the detector with the lexicon and the weights inside the binary.
    ///
    /// # Panics
    ///
    /// Never: a test reads both.
    pub fn standard() -> Detector {
        Detector::unfitted().with(&Weights::standard())
    }

    /// Gives the detector with the lexicon inside the binary and no fitted weights: what was believed before any data.
    ///
    /// # Panics
    ///
    /// Never: a test reads the lexicon.
    pub fn unfitted() -> Detector {
        Detector::parse(STANDARD, "assets/cues.toml").expect("a test reads the lexicon inside")
    }

    /// Reads a lexicon from its text, with the weights that it believes in; `file` is its name for errors.
    ///
    /// # Errors
    ///
    /// The first mistake in the lexicon, with its line.
    pub fn parse(text: &str, file: &str) -> Result<Detector, LexiconError> {
        let lexicon = Lexicon::parse(text, file)?;
        let entries = lexicon.entries.iter().enumerate().map(|(at, own)| {
            let believed = (own.weight, own.place);
            (at, believed, &own.phrases)
        });
        let groups = |of: Speaker| {
            let own = lexicon.words.iter().enumerate();
            let own = own.filter(move |(_, group)| group.of == of);
            own.map(|(at, group)| (at, (0.0, group.place), &group.phrases))
        };
        Ok(Detector {
            version: version(&lexicon.version, text),
            cues: Phrases::new(rows(entries)),
            developer_words: Phrases::new(rows(groups(Speaker::Developer))),
            agent_words: Phrases::new(rows(groups(Speaker::Agent))),
            claims: lexicon
                .words
                .iter()
                .position(|own| own.id == features::CLAIMS),
            weights: believed(&lexicon),
            threshold: lexicon.threshold,
            lexicon,
        })
    }

    /// Takes other weights. A feature without one keeps the weight that the lexicon believes in.
    #[must_use]
    pub fn with(mut self, weights: &Weights) -> Detector {
        for (name, own) in features::names(&self.lexicon).iter().zip(&mut self.weights) {
            *own = weights.weights.get(name).copied().unwrap_or(*own);
        }
        self.threshold = weights.threshold;
        let own = self
            .version
            .split('-')
            .next()
            .unwrap_or_default()
            .to_owned();
        self.version = version(&own, &format!("{}{}", self.version, weights.to_text()));
        self
    }

    /// Gives the lexicon's version and the first digits of a hash of lexicon and weights, for example `2-3fa9c2d1`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Gives the score from which a turn is marked.
    pub fn threshold(&self) -> f64 {
        self.threshold
    }

    /// Gives the entries of the lexicon, in its order.
    pub fn entries(&self) -> &[Entry] {
        &self.lexicon.entries
    }

    /// Gives the groups of words of the lexicon, in its order.
    pub fn words(&self) -> &[Words] {
        &self.lexicon.words
    }

    /// Gives the phrases in a developer's text, in its order: position of the entry in [`Detector::entries`],
    /// and place. Those that speak against pushback are among them.
    pub fn phrases(&self, text: &str) -> Vec<(usize, CharSpan)> {
        let prose = Prose::of(text);
        let found = self.cues.find(&prose.folded);
        found
            .into_iter()
            .map(|found| (found.entry, prose.folded.span(found.range)))
            .collect()
    }

    /// Gives the groups of which a word stands in a text of this speaker: positions in [`Detector::words`].
    pub fn groups_in(&self, text: &str, of: Speaker) -> Vec<usize> {
        match of {
            Speaker::Developer => {
                let folded = Prose::of(text).folded;
                let words = phrases::words(&folded.text);
                self.developer_words.entries(&folded, &words)
            }
            Speaker::Agent => self.agent_groups(text),
        }
    }

    /// Marks every developer turn of a session, in order, whether it pushes back or not.
    pub fn marks(&self, session: &Session) -> Vec<Mark> {
        let seen = (1..).zip(self.evidence(session));
        seen.map(|(turn, (words, evidence))| {
            let score = logistic(predictor(&evidence.values, &self.weights));
            let pushback = score >= self.threshold;
            Mark {
                turn,
                score,
                pushback,
                cues: self.cues_of(&words.text, &evidence, pushback),
            }
        })
        .collect()
    }

    /// Gives the reasons that a coder is shown: first those in the text, in its order.
    fn cues_of(&self, text: &str, evidence: &Evidence, marked: bool) -> Vec<Cue> {
        let speaks = |found: &&Found| !self.lexicon.entries[found.entry].dampens();
        let phrases = evidence.phrases.iter().filter(speaks);
        let mut cues: Vec<Cue> = phrases
            .map(|found| {
                let kind = self.lexicon.entries[found.entry].kind.name();
                let words = quote(text, &evidence.folded, found);
                Cue {
                    kind: CueKind::Phrase,
                    why: format!("\"{words}\" ({kind})"),
                    span: Some(evidence.folded.span(found.range.clone())),
                }
            })
            .collect();
        let signs = evidence.signs.iter().copied();
        let signs = signs.filter(|seen| marked || !seen.is_background());
        cues.extend(signs.filter_map(Seen::cue));
        let is_told = cues.iter().any(|cue| cue.kind == CueKind::PastedError);
        if marked && evidence.claimed && !is_told {
            cues.push(Cue {
                kind: CueKind::Situation,
                why: "after the agent claimed success".to_owned(),
                span: None,
            });
        }
        cues.sort_by_key(|cue| cue.span.map_or(usize::MAX, |span| span.start));
        cues
    }
}

/// Gives the phrases of entries, or of groups of words, one by one.
fn rows<'a>(
    entries: impl Iterator<Item = (usize, (f64, Option<Position>), &'a Vec<String>)>,
) -> impl Iterator<Item = Row<'a>> {
    entries.flat_map(|(entry, (weight, place), phrases)| {
        phrases.iter().map(move |phrase| Row {
            entry,
            phrase,
            weight,
            place,
        })
    })
}

/// Gives what a lexicon believes of each feature, in their order.
fn believed(lexicon: &Lexicon) -> Vec<f64> {
    let words = lexicon.words.iter().map(|_| 0.0);
    let phrases = lexicon.entries.iter().map(|own| own.weight);
    let signs = lexicon.signs.iter().copied();
    signs.chain(words).chain(phrases).collect()
}

fn version(own: &str, text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let hash = blake3::hash(text.as_bytes()).to_hex();
    format!("{own}-{}", &hash[..8])
}

/// Quotes the words of a cue on one line, shortened.
fn quote(text: &str, folded: &Folded, found: &Found) -> String {
    let bytes = folded.bytes(found.range.clone(), text);
    let mut words = text[bytes].chars().map(|c| match c {
        c if c.is_whitespace() => ' ',
        c => c,
    });
    let mut quoted: String = words.by_ref().take(QUOTED).collect();
    if words.next().is_some() {
        quoted.push('…');
    }
    quoted
}
