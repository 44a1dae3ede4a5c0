//! The shapes in which labels and marks stand in the file.

use rusqlite::Row;
use rusqlite::types::Type;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::model::{
    Certainty, Change, CharSpan, Choice, Cue, CueKind, Cursor, Difference, How, Quote, Settled,
    Settlement, Slot, Step, TurnRef, Verdict,
};

#[derive(Serialize, Deserialize)]
struct WireCue {
    kind: String,
    why: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    span: Option<(usize, usize)>,
}

/// Writes the reasons of a mark.
pub(super) fn cues_to_json(cues: &[Cue]) -> String {
    let wire: Vec<WireCue> = cues
        .iter()
        .map(|cue| WireCue {
            kind: cue.kind.name().to_owned(),
            why: cue.why.clone(),
            span: cue.span.map(|span| (span.start, span.end)),
        })
        .collect();
    serde_json::to_string(&wire).unwrap_or_else(|_| "[]".to_owned())
}

/// Reads the reasons of a mark; what is unreadable is left out.
pub(super) fn cues_from_json(json: &str) -> Vec<Cue> {
    let wire: Vec<WireCue> = serde_json::from_str(json).unwrap_or_default();
    wire.into_iter()
        .filter_map(|cue| {
            let span = cue.span.map(|(start, end)| CharSpan { start, end });
            Some(Cue {
                kind: CueKind::from_name(&cue.kind)?,
                why: cue.why,
                span,
            })
        })
        .collect()
}

#[derive(Serialize, Deserialize)]
struct WireChoice {
    code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attribute: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct WireQuote {
    turn: String,
    start: usize,
    end: usize,
    text: String,
}

#[derive(Serialize, Deserialize)]
struct WireVerdict {
    verdict: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct WireSettlement {
    how: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    took: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    by: Uuid,
}

/// Gives the name of a way to settle, and the coder whose value was taken.
pub(super) fn how_columns(how: How) -> (&'static str, Option<Uuid>) {
    match how {
        How::Agreed => ("agreed", None),
        How::Took(coder) => ("took", Some(coder)),
        How::Union => ("union", None),
        How::Edited => ("edited", None),
    }
}

/// Reads what [`how_columns`] gave.
pub(super) fn how(name: &str, took: Option<Uuid>) -> Option<How> {
    Some(match (name, took) {
        ("agreed", None) => How::Agreed,
        ("took", Some(coder)) => How::Took(coder),
        ("union", None) => How::Union,
        ("edited", None) => How::Edited,
        _ => return None,
    })
}

fn wire_settlement(own: &Settlement) -> WireSettlement {
    let (how, took) = how_columns(own.how);
    let reason = own.reason.map(|reason| reason.name().to_owned());
    WireSettlement {
        how: how.to_owned(),
        took,
        reason,
        by: own.by,
    }
}

fn settled(episode: Option<Uuid>, field: String, value: Value) -> Option<Change> {
    let wire: Option<WireSettlement> = serde_json::from_value(value).ok()?;
    let settlement = match wire {
        None => None,
        Some(wire) => {
            let reason = match &wire.reason {
                None => None,
                Some(name) => Some(Difference::from_name(name)?),
            };
            Some(Settlement {
                how: how(&wire.how, wire.took)?,
                reason,
                by: wire.by,
            })
        }
    };
    Some(Change::Settled {
        what: Settled { episode, field },
        settlement,
    })
}

/// The name of a verdict of episodes.
pub(super) const EPISODES: &str = "episodes";
/// The name of the other verdict.
pub(super) const NOT_EPISODE: &str = "not an episode";

/// Writes the value that a change sets.
pub(super) fn value_to_json(change: &Change) -> String {
    let value = match change {
        Change::Marked(marked) => json!(marked),
        Change::Verdict(None) => Value::Null,
        Change::Verdict(Some(Verdict::Episodes)) => json!({ "verdict": EPISODES }),
        Change::Verdict(Some(Verdict::NotEpisode { reason, text })) => {
            json!(WireVerdict {
                verdict: NOT_EPISODE.to_owned(),
                reason: Some(reason.clone()),
                text: text.clone()
            })
        }
        Change::Deferred(deferred) => json!(deferred),
        Change::Memo(memo) => json!(memo),
        Change::Certainty(certainty) => json!(certainty.map(Certainty::name)),
        Change::Settled { settlement, .. } => json!(settlement.as_ref().map(wire_settlement)),
        Change::Episode { exists, .. } => json!(exists),
        Change::Field { choices, .. } => {
            let wire = choices.iter().cloned().map(|choice| WireChoice {
                code: choice.code,
                attribute: choice.attribute,
                text: choice.text,
            });
            json!(wire.collect::<Vec<_>>())
        }
        Change::Extra { value, .. } => json!(value),
        Change::Evidence { quote, .. } => json!(quote.as_ref().map(|quote| WireQuote {
            turn: quote.turn.to_string(),
            start: quote.span.start,
            end: quote.span.end,
            text: quote.text.clone(),
        })),
    };
    value.to_string()
}

/// Reads a change from its slot and value; `None` where they do not fit together.
pub(super) fn change(
    slot: &str,
    episode: Option<Uuid>,
    name: Option<String>,
    value: &str,
) -> Option<Change> {
    let value: Value = serde_json::from_str(value).ok()?;
    Some(match slot {
        "marked" => Change::Marked(serde_json::from_value(value).ok()?),
        "verdict" => verdict(value)?,
        "settled" => settled(episode, name?, value)?,
        "deferred" => Change::Deferred(value.as_bool()?),
        "memo" => Change::Memo(value.as_str()?.to_owned()),
        "certainty" if value.is_null() => Change::Certainty(None),
        "certainty" => Change::Certainty(Some(Certainty::from_name(value.as_str()?)?)),
        "episode" => Change::Episode {
            episode: episode?,
            exists: value.as_bool()?,
        },
        "field" => Change::Field {
            episode: episode?,
            field: name?,
            choices: choices(value)?,
        },
        "extra" => Change::Extra {
            episode: episode?,
            field: name?,
            value: value.as_str()?.to_owned(),
        },
        "evidence" => quote(episode?, Uuid::parse_str(&name?).ok()?, value)?,
        _ => return None,
    })
}

fn verdict(value: Value) -> Option<Change> {
    if value.is_null() {
        return Some(Change::Verdict(None));
    }
    let wire: WireVerdict = serde_json::from_value(value).ok()?;
    let verdict = match (wire.verdict.as_str(), wire.reason) {
        (EPISODES, None) => Verdict::Episodes,
        (NOT_EPISODE, Some(reason)) => Verdict::NotEpisode {
            reason,
            text: wire.text,
        },
        _ => return None,
    };
    Some(Change::Verdict(Some(verdict)))
}

fn choices(value: Value) -> Option<Vec<Choice>> {
    let wire: Vec<WireChoice> = serde_json::from_value(value).ok()?;
    Some(
        wire.into_iter()
            .map(|own| Choice {
                code: own.code,
                attribute: own.attribute,
                text: own.text,
            })
            .collect(),
    )
}

fn quote(episode: Uuid, id: Uuid, value: Value) -> Option<Change> {
    let quote = if value.is_null() {
        None
    } else {
        let wire: WireQuote = serde_json::from_value(value).ok()?;
        let span = CharSpan {
            start: wire.start,
            end: wire.end,
        };
        Some(Quote {
            id,
            turn: TurnRef::parse(&wire.turn)?,
            span,
            text: wire.text,
        })
    };
    Some(Change::Evidence { episode, id, quote })
}

/// Writes where the coder stands in the form.
pub(super) fn step_to_json(cursor: &Cursor) -> String {
    let mut value = match &cursor.step {
        Step::Field(field) => json!({ "field": field }),
        Step::Attribute { field, code } => {
            json!({ "field": field, "code": code, "ask": "attribute" })
        }
        Step::Text { field, code } => json!({ "field": field, "code": code, "ask": "text" }),
        Step::Review => json!({}),
    };
    if cursor.adding {
        value["adding"] = json!(true);
    }
    value.to_string()
}

/// Reads whether the coder was adding to the codes of the field.
pub(super) fn is_adding(json: &str) -> bool {
    let value: Value = serde_json::from_str(json).unwrap_or_default();
    value.get("adding") == Some(&json!(true))
}

/// Reads where the coder stood in the form; the review where it says nothing.
pub(super) fn step_from_json(json: &str) -> Step {
    let value: Value = serde_json::from_str(json).unwrap_or_default();
    let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    match (text("field"), text("code"), text("ask").as_deref()) {
        (Some(field), Some(code), Some("attribute")) => Step::Attribute { field, code },
        (Some(field), Some(code), Some("text")) => Step::Text { field, code },
        (Some(field), None, None) => Step::Field(field),
        _ => Step::Review,
    }
}

/// Splits a slot into its columns.
pub(super) fn slot_columns(slot: &Slot) -> (&'static str, Option<String>, Option<&str>) {
    (
        slot.what,
        slot.episode.map(|episode| episode.to_string()),
        slot.name.as_deref(),
    )
}

/// Reads a UUID column.
pub(super) fn uuid(row: &Row, column: usize) -> rusqlite::Result<Uuid> {
    let text: String = row.get(column)?;
    Uuid::parse_str(&text).map_err(|_| unreadable(column, "UUID"))
}

/// Reads a UUID column that may be empty.
pub(super) fn uuid_or_none(row: &Row, column: usize) -> rusqlite::Result<Option<Uuid>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| Uuid::parse_str(&text).map_err(|_| unreadable(column, "UUID")))
        .transpose()
}

/// The error of a column whose value this program did not write.
pub(super) fn unreadable(column: usize, what: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, format!("not a {what}").into())
}
