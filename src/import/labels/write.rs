//! Labels written in the form that the reader takes back: one object for an episode, or for a decision without one.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use super::keys::{TEXT, field_key};
use super::values::CODE;
use crate::model::{
    Certainty, Choice, Codebook, Coder, CoderKind, Decision, Episode, Field, Select, Unit, Verdict,
};

/// One line of a label file. Its keys have a fixed order.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelLine(Vec<(String, Written)>);

/// A JSON value whose objects keep the order of their keys.
#[derive(Debug, Clone, PartialEq)]
enum Written {
    Plain(Value),
    Object(LabelLine),
    List(Vec<Written>),
}

impl Serialize for LabelLine {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl Serialize for Written {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Written::Plain(value) => value.serialize(serializer),
            Written::Object(object) => object.serialize(serializer),
            Written::List(list) => list.serialize(serializer),
        }
    }
}

impl LabelLine {
    fn put(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.0.push((name.into(), Written::Plain(value.into())));
    }

    fn put_some(&mut self, name: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }
}

/// Writes a decision on a unit: a line for each episode, or one where there is none. `coder` is named on each line
/// where it is given, and said to be no person where it is none.
///
/// What belongs to the unit and not to an episode stands on its first line. A mark by hand is left out where the
/// episodes imply it.
pub fn lines(
    codebook: &Codebook,
    coder: Option<&Coder>,
    unit: &Unit,
    decision: &Decision,
) -> Vec<LabelLine> {
    let episodes: Vec<Option<&Episode>> = match decision.episodes.as_slice() {
        [] => vec![None],
        some => some.iter().map(Some).collect(),
    };
    let write = |(number, episode): (u32, Option<&Episode>)| {
        let mut line = LabelLine(Vec::new());
        if let Some(coder) = coder {
            line.put("coder", coder.name.as_str());
            let kind = Some(coder.kind).filter(|kind| *kind != CoderKind::Human);
            line.put_some("coder_kind", kind.map(CoderKind::name));
        }
        line.put("session", unit.session.as_str());
        line.put("turn", unit.turn);
        line.put("hash", unit.hash.as_str());
        line.put_some("episode", episode.map(|_| number));
        put_verdict(&mut line, decision);
        if let Some(episode) = episode {
            put_episode(&mut line, codebook, episode);
        }
        if number == 1 {
            put_notes(&mut line, decision);
        }
        line
    };
    (1..).zip(episodes).map(write).collect()
}

fn put_verdict(line: &mut LabelLine, decision: &Decision) {
    let name = match &decision.verdict {
        Some(Verdict::Episodes) => "episodes",
        Some(Verdict::NotEpisode { .. }) => "not an episode",
        None if decision.deferred => "deferred",
        None => "undecided",
    };
    line.put("verdict", name);
    if let Some(Verdict::NotEpisode { reason, text }) = &decision.verdict {
        line.put("reason", reason.as_str());
        line.put_some("reason_text", text.as_deref());
    }
}

fn put_notes(line: &mut LabelLine, decision: &Decision) {
    if decision.deferred && decision.verdict.is_some() {
        line.put("deferred", true);
    }
    let is_implied = decision.marked == Some(true) && !decision.episodes.is_empty();
    line.put_some("marked", decision.marked.filter(|_| !is_implied));
    let memo = Some(decision.memo.as_str()).filter(|memo| !memo.is_empty());
    line.put_some("memo", memo);
    line.put_some("certainty", decision.certainty.map(Certainty::name));
}

fn put_episode(line: &mut LabelLine, codebook: &Codebook, episode: &Episode) {
    for field in codebook.fields() {
        let mut choices: Vec<Written> = episode
            .choices(&field.id)
            .iter()
            .map(|choice| written(field, choice))
            .collect();
        let value = match (field.select, choices.len()) {
            (Select::One, 1) => choices.remove(0),
            (_, 0) => Written::Plain(Value::Null),
            _ => Written::List(choices),
        };
        line.0.push((field_key(&field.id), value));
    }
    for extra in &codebook.extras {
        let value = episode.extras.get(&extra.id);
        line.put_some(&field_key(&extra.id), value.map(String::as_str));
    }
    let quotes = episode.evidence.iter().map(|quote| {
        let mut object = LabelLine(Vec::new());
        object.put("turn", quote.turn.to_string());
        object.put("start", quote.span.start);
        object.put("end", quote.span.end);
        object.put("text", quote.text.as_str());
        Written::Object(object)
    });
    let quotes: Vec<Written> = quotes.collect();
    if !quotes.is_empty() {
        line.0.push(("evidence".to_owned(), Written::List(quotes)));
    }
}

/// Writes a code by itself, or with its attribute and text.
fn written(field: &Field, choice: &Choice) -> Written {
    if choice.attribute.is_none() && choice.text.is_none() {
        return Written::Plain(choice.code.as_str().into());
    }
    let mut object = LabelLine(Vec::new());
    object.put("code", choice.code.as_str());
    if let Some(attribute) = &field.attribute {
        // An attribute that is itself called `code` or `text` stands under the word for any attribute.
        let is_taken = CODE.iter().chain(&TEXT).any(|word| *word == attribute.id);
        let name = if is_taken { "attribute" } else { &attribute.id };
        object.put_some(name, choice.attribute.as_deref());
    }
    object.put_some("text", choice.text.as_deref());
    Written::Object(object)
}
