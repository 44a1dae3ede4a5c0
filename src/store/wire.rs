//! The shapes in which values stand in the file.

use std::borrow::Cow;

use rusqlite::Row;
use rusqlite::types::Type;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::model::{
    Certainty, Change, CharSpan, Choice, Cue, CueKind, Cursor, Difference, Event, EventKind, How,
    Part, PartKind, Quote, Settled, Settlement, Slot, Step, Tool, ToolStatus, TurnRef, Verdict,
};

/// How hard turn bodies are compressed: more costs time and gains little (3 of 22).
const LEVEL: i32 = 3;
/// The largest body that is decompressed: a file from elsewhere must not fill the memory.
const LARGEST: usize = 1 << 30;

#[derive(Serialize, Deserialize)]
struct WireBody<'a> {
    #[serde(borrow, default, skip_serializing_if = "str::is_empty")]
    text: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    parts: Vec<WirePart>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    events: Vec<(String, String, usize)>,
}

#[derive(Serialize, Deserialize)]
struct WirePart {
    kind: String,
    start: usize,
    end: usize,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    target: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    output: Option<usize>,
}

/// What a body holds of a turn.
pub(super) struct Body {
    pub(super) text: String,
    pub(super) parts: Vec<Part>,
    pub(super) events: Vec<Event>,
}

/// Compresses a turn's text, parts and events.
pub(super) fn pack(text: &str, parts: &[Part], events: &[Event]) -> Vec<u8> {
    let wire = WireBody {
        text: Cow::Borrowed(text),
        parts: parts.iter().map(wire_part).collect(),
        events: events
            .iter()
            .map(|event| (event.kind.name().to_owned(), event.detail.clone(), event.at))
            .collect(),
    };
    let json = serde_json::to_vec(&wire).unwrap_or_default();
    zstd::bulk::compress(&json, LEVEL).unwrap_or_default()
}

/// Decompresses what [`pack`] made; `None` where it is something else.
pub(super) fn unpack(bytes: &[u8]) -> Option<Body> {
    let size = zstd::zstd_safe::get_frame_content_size(bytes).ok()??;
    let json = zstd::bulk::decompress(bytes, usize::try_from(size).ok()?.min(LARGEST)).ok()?;
    let wire: WireBody = serde_json::from_slice(&json).ok()?;
    let text = wire.text.into_owned();
    let parts = wire
        .parts
        .into_iter()
        .filter_map(|part| read_part(part, &text))
        .collect();
    let events = wire
        .events
        .into_iter()
        .filter_map(|(kind, detail, at)| {
            Some(Event {
                kind: EventKind::from_name(&kind)?,
                detail,
                at: at.min(text.len()),
            })
        })
        .collect();
    Some(Body {
        text,
        parts,
        events,
    })
}

fn wire_part(part: &Part) -> WirePart {
    let mut wire = WirePart {
        kind: String::new(),
        start: part.start,
        end: part.end,
        name: String::new(),
        target: String::new(),
        status: None,
        output: None,
    };
    match &part.kind {
        PartKind::Prose => "prose".clone_into(&mut wire.kind),
        PartKind::Thinking => "thinking".clone_into(&mut wire.kind),
        PartKind::Injected(name) => (wire.kind, wire.name) = ("injected".to_owned(), name.clone()),
        PartKind::Tool(tool) => {
            "tool".clone_into(&mut wire.kind);
            wire.name.clone_from(&tool.name);
            wire.target.clone_from(&tool.target);
            wire.status = tool.status.map(|status| match status {
                ToolStatus::Done => "done".to_owned(),
                ToolStatus::Failed => "failed".to_owned(),
                ToolStatus::Refused => "refused".to_owned(),
                ToolStatus::Exit(code) => code.to_string(),
            });
            wire.output = Some(tool.output);
        }
    }
    wire
}

fn read_part(wire: WirePart, text: &str) -> Option<Part> {
    text.get(wire.start..wire.end)?;
    let kind = match wire.kind.as_str() {
        "prose" => PartKind::Prose,
        "thinking" => PartKind::Thinking,
        "injected" => PartKind::Injected(wire.name),
        "tool" => {
            let output = wire
                .output
                .filter(|at| text.get(*at..wire.end).is_some())
                .unwrap_or(wire.end);
            let status = wire.status.and_then(|status| match status.as_str() {
                "done" => Some(ToolStatus::Done),
                "failed" => Some(ToolStatus::Failed),
                "refused" => Some(ToolStatus::Refused),
                code => code.parse().ok().map(ToolStatus::Exit),
            });
            PartKind::Tool(Tool {
                name: wire.name,
                target: wire.target,
                status,
                output,
            })
        }
        _ => return None,
    };
    Some(Part {
        kind,
        start: wire.start,
        end: wire.end,
    })
}

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
