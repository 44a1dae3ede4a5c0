//! Antigravity CLI: the steps of a session, of which the developer's are explicit.

use std::io;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::model::{EventKind, Surface, ToolStatus, TurnKind};

use super::builder::Origin;
use super::calls::Shown;
use super::chat::{self, Chat};
use super::head::Head;
use super::lenient;
use super::records::{Place, each_record};
use super::source::Source;
use super::{Format, Reading, Skip, no_companion};

pub(super) const FORMAT: Format = Format {
    id: "antigravity",
    name: "Antigravity CLI",
    files: "steps of a session (JSON lines)",
    page: PAGE,
    recognise,
    companion: no_companion,
    read,
};

const PAGE: &str = "\
Files: a step on each line, with step_index, source and type.

Developer turns: steps of the source USER_EXPLICIT, the words inside <USER_REQUEST>.

Events: compaction (checkpoints).

Left out: changes of settings and the system's messages (shown folded). The result of a call is a
step of its own type and stands in the order of the file. Steps of an unknown source are reported.

Known by: a hash of the developer's words, since the file has no id. Each turn keeps its
step_index and its place in the file.";

/// A step. A field may hold anything.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Step {
    #[serde(rename = "step_index")]
    index: Value,
    source: Value,
    #[serde(rename = "type")]
    kind: Value,
    status: Value,
    created_at: Value,
    content: Value,
    thinking: Value,
    tool_calls: Value,
}

fn recognise(head: &Head) -> bool {
    let own = ["step_index", "source", "type"];
    let is_step = |record: &Map<String, Value>| own.iter().all(|key| record.contains_key(*key));
    head.records.iter().any(is_step)
}

fn read(source: &Source) -> io::Result<Reading> {
    let mut run = Run {
        chat: Chat::new(
            &source.path().to_string_lossy(),
            FORMAT.id,
            "Antigravity CLI",
        ),
        open: Vec::new(),
    };
    run.chat.builder.session.surface = Some(Surface::Cli);
    let mut skipped = each_record(source.open()?, |step: Step, place| run.step(&step, place))?;
    run.answer_none();
    let (session, left_out) = run.chat.finish();
    skipped.extend(left_out);
    let reading = Reading {
        sessions: session.into_iter().collect(),
        skipped,
        ..Reading::default()
    };
    Ok(reading.in_order())
}

/// A session that is being read.
struct Run {
    chat: Chat,
    /// Calls that have no result yet, the next one to get it last.
    open: Vec<(String, Value)>,
}

impl Run {
    fn step(&mut self, step: &Step, place: Place) {
        let origin = Origin {
            native_id: lenient::id(&step.index),
            time: lenient::moment(&step.created_at),
            place: Some(place.offset),
        };
        let words = chat::words(&step.content);
        let kind = step.kind.as_str().unwrap_or_default();
        match step.source.as_str().unwrap_or_default() {
            "USER_EXPLICIT" => self.asked(&words, origin, place),
            "SYSTEM" => {
                self.answer_none();
                if kind == "CHECKPOINT" {
                    let builder = &mut self.chat.builder;
                    builder.agent_event(EventKind::Compacted, "", origin.clone());
                }
                let name = kind.to_ascii_lowercase().replace('_', " ");
                self.chat.injected(&name, &words, origin);
            }
            "MODEL" if kind == "PLANNER_RESPONSE" => self.planned(step, &words, &origin),
            "MODEL" => self.did(kind, step, &words, origin),
            _ => {
                let reason = "a step of an unknown source";
                self.chat.skipped.push(Skip::at_line(place.line, reason));
            }
        }
    }

    fn asked(&mut self, words: &str, origin: Origin, place: Place) {
        self.answer_none();
        let (request, rest) = request(words);
        self.chat.injected("settings", &rest, origin.clone());
        if request.is_empty() {
            return self.chat.without_words(place);
        }
        self.chat.developer(TurnKind::Prompt, request, origin);
    }

    fn planned(&mut self, step: &Step, words: &str, origin: &Origin) {
        self.answer_none();
        let thought = step.thinking.as_str().unwrap_or_default();
        self.chat.thought(thought, origin.clone());
        self.chat.said(words, origin.clone());
        for call in step.tool_calls.as_array().into_iter().flatten().rev() {
            let name = call["name"].as_str().unwrap_or("tool").to_owned();
            self.open.push((name, plain(&call["args"])));
        }
    }

    /// Takes a step that did something: the call that was planned, with its result.
    fn did(&mut self, kind: &str, step: &Step, words: &str, origin: Origin) {
        let name = kind.to_ascii_lowercase();
        let (name, input) = self.open.pop().unwrap_or((name, Value::Null));
        self.chat.call("", &name, &input, origin.clone());
        let failed = matches!(step.status.as_str(), Some("ERROR" | "FAILED" | "CANCELED"));
        let status = failed.then_some(ToolStatus::Failed);
        self.chat.result("", words, status, origin);
    }

    /// Adds the calls that were planned and have no result.
    fn answer_none(&mut self) {
        while let Some((name, input)) = self.open.pop() {
            let shown = Shown::of(&input);
            let builder = &mut self.chat.builder;
            builder.call("", &name, &shown.target, shown.input, Origin::default());
        }
    }
}

/// Parts the words of the developer from what the program wrote around them.
fn request(words: &str) -> (String, String) {
    const OPEN: &str = "<USER_REQUEST>";
    const CLOSE: &str = "</USER_REQUEST>";
    let Some((before, after)) = words.split_once(OPEN) else {
        return (words.trim().to_owned(), String::new());
    };
    // The words may themselves speak of the mark: the last one ends them.
    let (inside, after) = after.rsplit_once(CLOSE).unwrap_or((after, ""));
    let rest = [before.trim(), after.trim()].join("\n");
    (inside.trim().to_owned(), rest.trim().to_owned())
}

/// Takes the quotation marks off arguments, which are JSON in texts.
fn plain(args: &Value) -> Value {
    let Value::Object(fields) = args else {
        return args.clone();
    };
    let plain = |value: &Value| match value {
        Value::String(text) => serde_json::from_str(text).unwrap_or_else(|_| value.clone()),
        other => other.clone(),
    };
    let fields = fields
        .iter()
        .map(|(key, value)| (key.clone(), plain(value)));
    Value::Object(fields.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_recognised_and_nothing_else() {
        let check = |text: &str, expected: bool| {
            assert_eq!(recognise(&Head::of(text.as_bytes())), expected, "{text}");
        };
        check(
            r#"{"step_index":0,"source":"USER_EXPLICIT","type":"USER_INPUT"}"#,
            true,
        );
        check(r#"{"source":"USER_EXPLICIT","type":"USER_INPUT"}"#, false);
        check(r#"[{"step_index":0,"source":"MODEL","type":"x"}]"#, false);
    }

    #[test]
    fn the_request_is_what_stands_inside_the_marks() {
        let check = |words: &str, expected: (&str, &str)| {
            let (inside, rest) = request(words);
            assert_eq!((inside.as_str(), rest.as_str()), expected);
        };
        check("plain", ("plain", ""));
        check(
            "<USER_REQUEST>\nsay </USER_REQUEST> now\n</USER_REQUEST>\n<X>y</X>",
            ("say </USER_REQUEST> now", "<X>y</X>"),
        );
        check("<USER_REQUEST>\ncut", ("cut", ""));
    }
}
