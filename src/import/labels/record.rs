//! One JSON object to one [`LabelRecord`].

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::keys::{Key, Keys, OWN};
use super::values;
use crate::model::{
    Certainty, Choice, Codebook, CoderKind, Extra, ExtraKind, LabelRecord, RecordEpisode,
    RecordQuote, RecordUnit, RecordVerdict,
};

/// The most episodes of a turn: a higher number is no number of an episode.
const MOST_EPISODES: u32 = 100;

/// Reads a record that begins on `line`; keys that mean nothing go to `ignored`.
///
/// # Errors
///
/// A sentence where it says what cannot be meant.
pub(super) fn read(
    keys: &Keys,
    line: u64,
    object: &Map<String, Value>,
    ignored: &mut BTreeSet<String>,
) -> Result<LabelRecord, String> {
    let value = |name: &str| object.get(name).unwrap_or(&Value::Null);
    let text = |name: &str| values::text(name, value(name));
    let labels = Labels::read(keys, object, ignored)?;
    let number = values::ordinal("episode", value("episode"), MOST_EPISODES)?;
    let deferred = values::flag("deferred", value("deferred"))?.unwrap_or(false);
    let marked = values::flag("marked", value("marked"))?;
    let memo = text("memo")?.unwrap_or_default();
    let certainty = certainty(value("certainty"))?;
    let coder_kind = coder_kind(value("coder_kind"))?;
    let says_something = marked.is_some() || certainty.is_some() || !memo.is_empty();
    let verdict = Given {
        verdict: text("verdict")?,
        reason: text("reason")?.map(|given| reason(keys.codebook, &given)),
        reason_text: text("reason_text")?,
        has_labels: !labels.is_empty(),
        deferred,
        says_something,
    }
    .verdict()?;
    let has_episode = !labels.is_empty()
        || verdict == RecordVerdict::Episodes
        || (number.is_some() && !matches!(verdict, RecordVerdict::NotEpisode { .. }));
    let episode = has_episode.then(|| labels.episode(number.unwrap_or(1)));
    Ok(LabelRecord {
        line,
        coder: text("coder")?,
        coder_kind,
        unit: unit(value("session"), value("turn"), value("unit"))?,
        hash: text("hash")?,
        verdict,
        deferred,
        marked,
        episode,
        memo,
        certainty,
    })
}

fn unit(session: &Value, turn: &Value, name: &Value) -> Result<RecordUnit, String> {
    let name = values::text("unit", name)?;
    match (values::text("session", session)?, name) {
        (Some(_), Some(_)) => {
            Err("session and unit are both given: one of them says what it is about".to_owned())
        }
        (Some(session), None) => {
            // Only the letter of a developer turn: labels belong to those.
            let turn = match turn {
                Value::String(text) => Value::from(text.strip_prefix('D').unwrap_or(text)),
                other => other.clone(),
            };
            let turn = values::ordinal("turn", &turn, u32::MAX)?;
            let turn = turn.ok_or("the record names a session and no turn")?;
            Ok(RecordUnit::Turn { session, turn })
        }
        (None, Some(name)) => Ok(RecordUnit::Named(name)),
        (None, None) => Err("the record names neither session and turn nor a unit".to_owned()),
    }
}

fn certainty(value: &Value) -> Result<Option<Certainty>, String> {
    one_of(
        "certainty",
        value,
        Certainty::from_name,
        "low, medium or high",
    )
}

fn coder_kind(value: &Value) -> Result<Option<CoderKind>, String> {
    one_of(
        "coder_kind",
        value,
        CoderKind::from_name,
        "human, model or gold",
    )
}

/// Reads a word of a few.
fn one_of<T>(
    key: &str,
    value: &Value,
    named: impl FnOnce(&str) -> Option<T>,
    words: &str,
) -> Result<Option<T>, String> {
    let Some(given) = values::text(key, value)? else {
        return Ok(None);
    };
    named(given.trim().to_lowercase().as_str())
        .map(Some)
        .ok_or_else(|| format!("{key} is {given:?}, and must be {words}"))
}

/// Finds the reason that is meant by an id or a name; what is unknown is left for the rules to name.
fn reason(codebook: &Codebook, given: &str) -> String {
    let known = codebook
        .reasons
        .iter()
        .map(|own| (own.id.as_str(), own.name.as_str()));
    values::meant(&known, given).unwrap_or(given).to_owned()
}

/// What a record gives from which its verdict follows.
struct Given {
    verdict: Option<String>,
    reason: Option<String>,
    reason_text: Option<String>,
    has_labels: bool,
    deferred: bool,
    says_something: bool,
}

impl Given {
    fn verdict(self) -> Result<RecordVerdict, String> {
        let plain = |own: &String| own.trim().to_lowercase().replace(['_', '-'], " ");
        let verdict = self.verdict.as_ref().map(plain);
        let verdict = match (verdict.as_deref(), self.reason) {
            (Some("not an episode") | None, Some(reason)) => RecordVerdict::NotEpisode {
                reason,
                text: self.reason_text,
            },
            (Some("not an episode"), None) => {
                return Err("not an episode needs a reason of the codebook".to_owned());
            }
            (Some(other), Some(_)) => {
                return Err(format!(
                    "a reason goes with \"not an episode\", and the verdict is {other:?}"
                ));
            }
            (Some("episodes" | "episode"), None) => RecordVerdict::Episodes,
            (Some("deferred"), None) => RecordVerdict::Deferred,
            (Some("undecided"), None) => RecordVerdict::Undecided,
            (Some(_), None) => {
                let given = self.verdict.unwrap_or_default();
                return Err(format!(
                    "verdict is {given:?}, and must be episodes, not an episode, deferred or undecided"
                ));
            }
            (None, None) if self.has_labels => RecordVerdict::Episodes,
            (None, None) if self.deferred => RecordVerdict::Deferred,
            (None, None) if self.says_something => RecordVerdict::Undecided,
            (None, None) => {
                return Err("the record says nothing: no label, no reason, no verdict".to_owned());
            }
        };
        if self.has_labels && matches!(verdict, RecordVerdict::NotEpisode { .. }) {
            return Err(
                "the record has labels and says that the turn is not an episode".to_owned(),
            );
        }
        Ok(verdict)
    }
}

/// What a record says of its episode.
#[derive(Default)]
struct Labels {
    fields: BTreeMap<String, Vec<Choice>>,
    extras: BTreeMap<String, String>,
    evidence: Vec<RecordQuote>,
}

impl Labels {
    fn read(
        keys: &Keys,
        object: &Map<String, Value>,
        ignored: &mut BTreeSet<String>,
    ) -> Result<Labels, String> {
        let mut labels = Labels::default();
        let mut later = Vec::new();
        for (name, value) in object {
            if OWN.contains(&name.as_str()) {
                continue;
            }
            let mut note = |inner: &str| {
                ignored.insert(format!("{name}.{inner}"));
            };
            match (keys.find(name), value) {
                (Some(key), value) => labels.take(key, name, value, &mut later, &mut note)?,
                (None, Value::Object(group))
                    if group.keys().any(|own| keys.find(own).is_some()) =>
                {
                    for (inner, value) in group {
                        match keys.find(inner) {
                            Some(key) => labels.take(key, inner, value, &mut later, &mut note)?,
                            None => note(inner),
                        }
                    }
                }
                (None, _) => {
                    ignored.insert(name.clone());
                }
            }
        }
        // Codes first: what the other keys say belongs to them.
        later.sort_by_key(|(key, _, _)| !matches!(key, Key::Code(..)));
        for (key, name, value) in later {
            labels.complete(key, &name, value)?;
        }
        let evidence = object.get("evidence").unwrap_or(&Value::Null);
        labels.evidence = values::quotes(evidence, &mut |inner| {
            ignored.insert(format!("evidence.{inner}"));
        })?;
        Ok(labels)
    }

    /// Takes a value; what belongs to codes that may still come is put into `later`.
    fn take<'a>(
        &mut self,
        key: Key<'a>,
        name: &str,
        value: &'a Value,
        later: &mut Vec<(Key<'a>, String, &'a Value)>,
        ignored: &mut impl FnMut(&str),
    ) -> Result<(), String> {
        match key {
            Key::Field(field) => {
                let choices = values::choices(field, value, ignored)?;
                let known = self.fields.get(&field.id);
                if known.is_some_and(|known| !choices.is_empty() && *known != choices) {
                    return Err(format!("{} is given twice, with other codes", field.id));
                }
                if !choices.is_empty() {
                    self.fields.insert(field.id.clone(), choices);
                }
            }
            Key::Extra(extra) => {
                if let Some(given) = values::text(name, value)? {
                    self.extras
                        .insert(extra.id.clone(), extra_value(extra, given));
                }
            }
            Key::Code(..) | Key::Attribute(_) | Key::Text(_) => {
                later.push((key, name.to_owned(), value));
            }
        }
        Ok(())
    }

    /// Adds to the codes of a field what stands under keys of its own.
    fn complete(&mut self, key: Key, name: &str, value: &Value) -> Result<(), String> {
        match key {
            Key::Code(field, code) => {
                if let Some(choice) = values::column(field, code, value)? {
                    let choices = self.fields.entry(field.id.clone()).or_default();
                    if choices.iter().all(|own| own.code != code.id) {
                        choices.push(choice);
                    }
                }
            }
            Key::Attribute(field) => {
                let given = values::text(name, value)?;
                let choices = self.fields.get_mut(&field.id);
                values::set_attribute(field, choices.map_or(&mut [], Vec::as_mut_slice), given);
            }
            Key::Text(field) => {
                let given = values::text(name, value)?;
                let choices = self.fields.get_mut(&field.id);
                values::set_text(field, choices.map_or(&mut [], Vec::as_mut_slice), given);
            }
            Key::Field(_) | Key::Extra(_) => (),
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.extras.is_empty() && self.evidence.is_empty()
    }

    fn episode(self, number: u32) -> RecordEpisode {
        RecordEpisode {
            number,
            fields: self.fields,
            extras: self.extras,
            evidence: self.evidence,
        }
    }
}

fn extra_value(extra: &Extra, given: String) -> String {
    let ExtraKind::One(values) = &extra.kind else {
        return given;
    };
    let known = values.iter().map(|(id, name)| (id.as_str(), name.as_str()));
    values::meant(&known, &given)
        .map(str::to_owned)
        .unwrap_or(given)
}
