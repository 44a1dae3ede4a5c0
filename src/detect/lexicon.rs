//! The lexicon as text: TOML to entries and weights, with errors that name the line.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;
use toml::Spanned;

use super::fold::Folded;
use super::phrases;
use super::signs::Sign;

/// What is wrong with a lexicon, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {what}")]
pub struct LexiconError {
    /// Name of the file, as it was given.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

impl LexiconError {
    pub(super) fn new(file: &str, line: usize, what: impl Into<String>) -> LexiconError {
        LexiconError {
            file: file.to_owned(),
            line,
            what: what.into(),
        }
    }
}

/// Phrases that say the same in one language.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Short name, unique in the lexicon.
    pub id: String,
    /// Language of the phrases, as a two-letter code.
    pub language: String,
    /// What the phrases say of the agent's work.
    pub kind: Kind,
    /// How much each phrase is believed to add to a turn's sum before a fit; below zero for those that speak against
    /// pushback.
    pub weight: f64,
    /// Where in the prose the phrases count; `None` for everywhere.
    pub place: Option<Position>,
    /// The phrases. Blanks around `...` stand for a few words between two pieces.
    pub phrases: Vec<String>,
    /// A text that holds a phrase of this entry.
    pub example: String,
    /// A text that looks like it and holds none.
    pub near_miss: String,
}

impl Entry {
    /// Tells whether the entry speaks against pushback.
    pub fn dampens(&self) -> bool {
        self.kind == Kind::Dampen
    }
}

/// What a phrase says of the agent's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It does not work.
    Failure,
    /// It is to be done or understood differently.
    Correct,
    /// It is unwanted, or is to be taken back.
    Reject,
    /// It breaks a rule that was given.
    Constraint,
    /// The agent is to stop.
    Stop,
    /// It is more than was asked.
    Overreach,
    /// It is doubted.
    Challenge,
    /// Something that was asked is missing.
    Incomplete,
    /// None of these: thanks, praise, an ordinary request.
    Dampen,
}

impl Kind {
    /// Gives the name used in the lexicon and on screens.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Failure => "failure",
            Kind::Correct => "correct",
            Kind::Reject => "reject",
            Kind::Constraint => "constraint",
            Kind::Stop => "stop",
            Kind::Overreach => "overreach",
            Kind::Challenge => "challenge",
            Kind::Incomplete => "incomplete",
            Kind::Dampen => "dampen",
        }
    }
}

/// Where in the developer's prose a phrase counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Position {
    /// As the first words of the turn.
    Start,
    /// As the first words of a sentence or a line.
    Sentence,
    /// Within the first words of the turn.
    Opening,
    /// As all that the turn says.
    Whole,
}

/// Words that say little alone, and that a fit may find to speak for or against pushback.
#[derive(Debug, Clone, PartialEq)]
pub struct Words {
    /// Short name, unique among the groups.
    pub id: String,
    /// Whose words they are.
    pub of: Speaker,
    /// Where in the prose they count; `None` for everywhere.
    pub place: Option<Position>,
    /// The words, in the spelling of [`Entry::phrases`].
    pub phrases: Vec<String>,
    /// A text that holds one of them.
    pub example: String,
    /// A text that looks like it and holds none.
    pub near_miss: String,
}

/// Whose words a group looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Speaker {
    /// Those of the developer turn.
    Developer,
    /// Those at the end of what the agent said before it.
    Agent,
}

/// A lexicon: the phrases and groups of words, and what is believed of the signs before a fit.
#[derive(Debug)]
pub(super) struct Lexicon {
    pub(super) version: String,
    pub(super) threshold: f64,
    /// In the order of [`Sign::ALL`].
    pub(super) signs: Vec<f64>,
    pub(super) words: Vec<Words>,
    pub(super) entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireLexicon {
    version: String,
    threshold: Spanned<f64>,
    signs: Spanned<BTreeMap<String, f64>>,
    #[serde(default)]
    words: Vec<WireWords>,
    #[serde(default)]
    cue: Vec<WireEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireWords {
    id: Spanned<String>,
    of: Speaker,
    at: Option<Position>,
    phrases: Spanned<Vec<Spanned<String>>>,
    example: String,
    near_miss: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireEntry {
    id: Spanned<String>,
    language: String,
    kind: Kind,
    weight: Spanned<f64>,
    at: Option<Position>,
    phrases: Spanned<Vec<Spanned<String>>>,
    example: String,
    near_miss: String,
}

impl Lexicon {
    /// Reads a lexicon; `file` is its name for errors.
    pub(super) fn parse(text: &str, file: &str) -> Result<Lexicon, LexiconError> {
        let error = |offset: usize, what: String| {
            let before = text.get(..offset).unwrap_or(text);
            let line = before.matches('\n').count();
            LexiconError::new(file, line + 1, what)
        };
        let wire: WireLexicon = toml::from_str(text).map_err(|bad| {
            let offset = bad.span().map_or(0, |span| span.start);
            error(offset, bad.message().replace('\n', ", "))
        })?;
        wire.build().map_err(|(offset, what)| error(offset, what))
    }
}

/// A mistake, and the byte where it stands.
type Mistake = (usize, String);

impl WireLexicon {
    fn build(self) -> Result<Lexicon, Mistake> {
        if !(0.0..=1.0).contains(self.threshold.get_ref()) {
            let what = "the threshold lies outside 0 to 1".to_owned();
            return Err((self.threshold.span().start, what));
        }
        let mut seen = Seen::default();
        let entries = self.cue.into_iter().map(|entry| entry.build(&mut seen));
        let mut groups = Seen::default();
        let words = self.words.into_iter().map(|group| group.build(&mut groups));
        Ok(Lexicon {
            version: self.version,
            threshold: self.threshold.into_inner(),
            signs: signs(&self.signs)?,
            entries: entries.collect::<Result<_, _>>()?,
            words: words.collect::<Result<_, _>>()?,
        })
    }
}

/// Gives what is believed of each sign; zero for one that is not named.
fn signs(written: &Spanned<BTreeMap<String, f64>>) -> Result<Vec<f64>, Mistake> {
    let mut priors = vec![0.0; Sign::ALL.len()];
    for (name, weight) in written.get_ref() {
        let at = Sign::ALL.iter().position(|sign| sign.name() == name);
        let Some(at) = at.filter(|_| weight.abs() < 10.0) else {
            let what = format!("{name} = {weight} is no sign with a weight between -10 and 10");
            return Err((written.span().start, what));
        };
        priors[at] = *weight;
    }
    Ok(priors)
}

impl WireWords {
    fn build(self, seen: &mut Seen) -> Result<Words, Mistake> {
        seen.id(&self.id)?;
        // A word may stand in several groups.
        seen.phrases.clear();
        let phrases = seen.all(&self.id, self.phrases)?;
        Ok(Words {
            id: self.id.into_inner(),
            of: self.of,
            place: self.at,
            phrases,
            example: self.example,
            near_miss: self.near_miss,
        })
    }
}

impl WireEntry {
    fn build(self, seen: &mut Seen) -> Result<Entry, Mistake> {
        seen.id(&self.id)?;
        let weight = *self.weight.get_ref();
        if (weight < 0.0) != (self.kind == Kind::Dampen) || !(0.01..10.0).contains(&weight.abs()) {
            let what = "a weight lies between 0 and 10, and below 0 for the kind dampen alone";
            return Err((self.weight.span().start, what.to_owned()));
        }
        let phrases = seen.all(&self.id, self.phrases)?;
        Ok(Entry {
            id: self.id.into_inner(),
            language: self.language,
            kind: self.kind,
            weight,
            place: self.at,
            phrases,
            example: self.example,
            near_miss: self.near_miss,
        })
    }
}

/// What stood in the lexicon before.
#[derive(Default)]
struct Seen {
    ids: HashSet<String>,
    phrases: HashSet<String>,
}

impl Seen {
    fn id(&mut self, id: &Spanned<String>) -> Result<(), Mistake> {
        if self.ids.insert(id.get_ref().clone()) {
            return Ok(());
        }
        let what = format!("{} stands here a second time", id.get_ref());
        Err((id.span().start, what))
    }

    /// Gives the phrases of an entry as they were written.
    fn all(
        &mut self,
        id: &Spanned<String>,
        phrases: Spanned<Vec<Spanned<String>>>,
    ) -> Result<Vec<String>, Mistake> {
        if phrases.get_ref().is_empty() {
            let what = format!("{} has no phrases", id.get_ref());
            return Err((phrases.span().start, what));
        }
        let written = phrases.into_inner();
        written.iter().map(|phrase| self.phrase(phrase)).collect()
    }

    /// Gives the phrase as it was written, when it says something and is new.
    fn phrase(&mut self, phrase: &Spanned<String>) -> Result<String, Mistake> {
        let written = phrase.get_ref();
        let mistake = |what: &str| Err((phrase.span().start, format!("{written:?} {what}")));
        let has_word = |piece| Folded::of(piece).text.contains(char::is_alphanumeric);
        if !phrases::pieces(written).all(has_word) {
            return mistake("is empty, or has a piece without a word");
        }
        let folded = Folded::of(written).text;
        if !self.phrases.insert(folded) {
            return mistake(
                "stands here a second time (spellings that are folded to one count as one)",
            );
        }
        Ok(written.clone())
    }
}
