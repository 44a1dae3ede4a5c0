//! Finds the developer turns that push back, each with the reasons why it looks so.
//!
//! A turn is scored by adding weights: those of the phrases in the developer's own prose, and those of the signs
//! around it (an interruption, a refused tool call, a request repeated, an error pasted). All phrases and
//! weights stand in `assets/cues.toml`; this room only knows how to look for them. It favours recall, because
//! a coder dismisses a wrong mark with one key and never sees a turn that was not marked.
//!
//! It also finds what a text should not show to everybody: [`Secrets`], from `assets/secrets.toml`.

mod fold;
mod lexicon;
mod lines;
mod phrases;
mod prose;
mod repeat;
mod score;
mod secrets;
mod signs;

use crate::model::{CharSpan, Cue, CueKind, Mark, Role, Session, Turn};

pub use lexicon::{Entry, Kind, LexiconError, Position};
pub use secrets::{Counts as SecretCounts, Kind as SecretKind, Secret, Secrets};

use fold::Folded;
use lexicon::Lexicon;
use phrases::{Found, Phrases, Row};
use prose::Prose;
use repeat::Requests;
use signs::{Before, Sign};

/// The lexicon inside the binary.
const STANDARD: &str = include_str!("../../assets/cues.toml");

/// The most characters of a turn that a reason quotes.
const QUOTED: usize = 40;

/// Looks for pushback in sessions; built once, used for any number of them.
pub struct Detector {
    version: String,
    lexicon: Lexicon,
    cues: Phrases,
    claims: Phrases,
}

impl Detector {
    /// Gives the detector with the lexicon inside the binary.
    pub fn standard() -> Detector {
        Detector::parse(STANDARD, "assets/cues.toml").expect("a test reads the lexicon inside")
    }

    /// Reads a lexicon from its text; `file` is its name for errors.
    ///
    /// # Errors
    ///
    /// The first mistake in the lexicon, with its line.
    pub fn parse(text: &str, file: &str) -> Result<Detector, LexiconError> {
        let lexicon = Lexicon::parse(text, file)?;
        let cues = lexicon.entries.iter().enumerate().flat_map(|(at, entry)| {
            entry.phrases.iter().map(move |phrase| Row {
                entry: at,
                phrase,
                weight: entry.weight,
                place: entry.place,
            })
        });
        let claims = lexicon.claims.iter().map(|phrase| Row {
            entry: 0,
            phrase,
            weight: 0.0,
            place: None,
        });
        let too_large = |_| LexiconError::new(file, 1, "holds too many phrases");
        Ok(Detector {
            version: version(&lexicon.version, text),
            cues: Phrases::new(cues).map_err(too_large)?,
            claims: Phrases::new(claims).map_err(too_large)?,
            lexicon,
        })
    }

    /// Gives the lexicon's version and the first digits of its hash, for example `1-3fa9c2d1`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Gives the entries of the lexicon, in its order.
    pub fn entries(&self) -> &[Entry] {
        &self.lexicon.entries
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

    /// Marks every developer turn of a session, in order, whether it pushes back or not.
    pub fn marks(&self, session: &Session) -> Vec<Mark> {
        let (mut marks, mut ordinal) = (Vec::new(), 0);
        let mut before = Before::default();
        let mut requests = Requests::default();
        let last = session
            .turns
            .iter()
            .rposition(|turn| turn.role == Role::Developer);
        for (at, turn) in session.turns.iter().enumerate() {
            if turn.role == Role::Agent {
                before.agent(turn);
                continue;
            }
            ordinal += 1;
            before.is_last = Some(at) == last;
            marks.push(self.mark(ordinal, turn, &before, &mut requests));
            before = Before::after(turn);
        }
        marks
    }

    fn mark(&self, ordinal: u32, turn: &Turn, before: &Before, requests: &mut Requests) -> Mark {
        let prose = Prose::of(&turn.text);
        let found = self.cues.find(&prose.folded);
        let repeated = requests.repeats(&prose.folded);
        let claimed = prose.error.is_some() && self.claims_success(before);
        let signs = signs::of(turn, &prose, before, repeated, claimed);
        let phrases: Vec<f64> = found.iter().map(|found| found.weight).collect();
        let score = score::score(&phrases, &signs, &self.lexicon.signs);
        let cues = self.cues_of(&turn.text, &prose.folded, &found, signs);
        Mark {
            turn: ordinal,
            score,
            pushback: score >= self.lexicon.threshold,
            cues,
        }
    }

    fn claims_success(&self, before: &Before) -> bool {
        let tail = before.agent_tail();
        !tail.is_empty() && !self.claims.find(&Folded::of(tail)).is_empty()
    }

    /// Gives the reasons that a coder is shown: first those in the text, in its order.
    fn cues_of(&self, text: &str, folded: &Folded, found: &[Found], signs: Vec<Sign>) -> Vec<Cue> {
        let mut cues: Vec<Cue> = found
            .iter()
            .filter(|found| !self.lexicon.entries[found.entry].dampens())
            .map(|found| {
                let span = folded.span(found.range.clone());
                let kind = self.lexicon.entries[found.entry].kind.name();
                Cue {
                    kind: CueKind::Phrase,
                    why: format!("\"{}\" ({kind})", quote(text, folded, found)),
                    span: Some(span),
                }
            })
            .collect();
        cues.extend(signs.into_iter().filter_map(Sign::cue));
        cues.sort_by_key(|cue| cue.span.map_or(usize::MAX, |span| span.start));
        cues
    }
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
