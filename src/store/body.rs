//! The shape in which the text of a turn stands in the file, with its parts and events.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use zstd::bulk::Compressor;

use crate::model::{Event, EventKind, Part, PartKind, Tool, ToolStatus};

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

/// Compresses the bodies of turns one after another: what the compressor needs is made once, and takes longer to make
/// than a short body to compress.
pub(super) struct Packer(Option<Compressor<'static>>);

impl Packer {
    pub(super) fn new() -> Packer {
        Packer(Compressor::new(LEVEL).ok())
    }

    /// Compresses a turn's text, parts and events.
    pub(super) fn pack(&mut self, text: &str, parts: &[Part], events: &[Event]) -> Vec<u8> {
        let event = |own: &Event| (own.kind.name().to_owned(), own.detail.clone(), own.at);
        let wire = WireBody {
            text: Cow::Borrowed(text),
            parts: parts.iter().map(wire_part).collect(),
            events: events.iter().map(event).collect(),
        };
        let json = serde_json::to_vec(&wire).unwrap_or_default();
        let packed = self.0.as_mut().and_then(|own| own.compress(&json).ok());
        packed.unwrap_or_default()
    }
}

/// Decompresses what [`Packer::pack`] made; `None` where it is something else.
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
