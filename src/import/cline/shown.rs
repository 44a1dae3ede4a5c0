//! The rows of the panel: what was said and asked.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use crate::import::Skip;
use crate::import::builder::{Origin, SessionBuilder};
use crate::import::calls::Shown;
use crate::import::lenient::{list, moment, nested, value, word};
use crate::import::pieces::Piece;
use crate::import::records::Place;
use crate::model::{EventKind, ToolStatus, TurnKind};

/// A row.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Row {
    ts: Value,
    #[serde(rename = "type", deserialize_with = "word")]
    kind: Option<String>,
    #[serde(deserialize_with = "word")]
    say: Option<String>,
    #[serde(deserialize_with = "word")]
    ask: Option<String>,
    #[serde(deserialize_with = "word")]
    text: Option<String>,
    #[serde(deserialize_with = "word")]
    reasoning: Option<String>,
    #[serde(deserialize_with = "list")]
    images: Vec<Value>,
    #[serde(rename = "modelInfo", deserialize_with = "nested")]
    model: Model,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Model {
    #[serde(rename = "modelId", deserialize_with = "word")]
    id: Option<String>,
}

impl Row {
    /// Gives whether it says or asks, and what.
    fn name(&self) -> (&str, &str) {
        match self.kind.as_deref() {
            Some("ask") => ("ask", self.ask.as_deref().unwrap_or_default()),
            _ => ("say", self.say.as_deref().unwrap_or_default()),
        }
    }
}

/// Puts the rows of a task in order.
pub(super) fn tell(
    items: &[Piece],
    builder: SessionBuilder,
    skipped: &mut Vec<Skip>,
) -> SessionBuilder {
    let mut rows: Vec<(Row, Place)> = Vec::new();
    let mut known: HashMap<(String, &'static str, String), usize> = HashMap::new();
    for item in items {
        let Ok(row) = item.read::<Row>() else {
            let reason = "the row is not a JSON object";
            skipped.push(Skip::at_line(item.place.line, reason));
            continue;
        };
        // A row is written again and again while it grows: the last one counts, where the first one stands.
        let (kind, name) = row.name();
        let kind = if kind == "ask" { "ask" } else { "say" };
        let name = (row.ts.to_string(), kind, name.to_owned());
        match known.get(&name) {
            Some(&at) if row.ts.is_number() => rows[at].0 = row,
            _ => {
                known.insert(name, rows.len());
                rows.push((row, item.place));
            }
        }
    }
    let has_task = rows.iter().any(|(row, _)| row.name() == ("say", "task"));
    let mut telling = Telling {
        builder,
        has_task,
        before: Before::Nothing,
        calls: 0,
        is_stopped: false,
    };
    for (row, place) in &rows {
        telling.row(row, *place);
    }
    telling.builder
}

/// What stood before a row, as far as it tells what an answer to it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    /// A tool or a command asked for leave.
    Leave,
    /// The agent asked a question.
    Question,
    /// A command ran.
    Running,
}

struct Telling {
    builder: SessionBuilder,
    has_task: bool,
    before: Before,
    calls: usize,
    /// Whether the developer stopped the agent since one of them last spoke.
    is_stopped: bool,
}

impl Telling {
    fn row(&mut self, row: &Row, place: Place) {
        let origin = Origin {
            native_id: row.ts.is_number().then(|| row.ts.to_string()),
            time: moment(&row.ts),
            place: Some(place.offset),
        };
        self.builder
            .model(row.model.id.as_deref().unwrap_or_default());
        let text = row.text.as_deref().unwrap_or_default();
        match row.name() {
            ("say", said) => self.said(said, row, text, origin),
            (_, asked) => self.asked(asked, text, origin),
        }
    }

    fn said(&mut self, said: &str, row: &Row, text: &str, origin: Origin) {
        match said {
            "task" => self.developer(TurnKind::Prompt, row, origin),
            // Programs without a row for the task say it as the first text.
            "text" if !self.has_task => {
                self.has_task = true;
                self.developer(TurnKind::Prompt, row, origin);
            }
            "user_feedback" => self.feedback(row, origin),
            "user_feedback_diff" => self.changed(text, origin),
            "text" | "completion_result" => self.prose(text, origin),
            "reasoning" => {
                let words = row.reasoning.as_deref().unwrap_or(text);
                if !words.trim().is_empty() {
                    self.is_stopped = false;
                    self.builder.thinking(words, origin);
                }
            }
            "tool" | "command" | "browser_action_launch" | "browser_action" | "use_mcp_server" => {
                self.call(said, text, origin);
            }
            "command_output" | "mcp_server_response" | "browser_action_result" => {
                self.result(text, origin);
            }
            "api_req_started" => self.request(text, origin),
            "error" | "diff_error" | "api_req_failed" => {
                let line = text.lines().next().unwrap_or_default();
                let detail: String = line.chars().take(200).collect();
                self.builder.agent_event(EventKind::Error, &detail, origin);
            }
            "condense_context" => {
                self.builder.agent_event(EventKind::Compacted, "", origin);
            }
            _ => (),
        }
    }

    fn asked(&mut self, asked: &str, text: &str, origin: Origin) {
        match asked {
            "followup" => {
                self.prose(&question(text, "question"), origin);
                self.before = Before::Question;
            }
            "plan_mode_respond" => self.prose(&question(text, "response"), origin),
            "tool" | "command" | "browser_action_launch" | "use_mcp_server" => {
                self.call(asked, text, origin);
                self.before = Before::Leave;
            }
            "command_output" => {
                self.result(text, origin);
                self.before = Before::Running;
            }
            "resume_task" => self.stopped(origin),
            "completion_result" => self.prose(text, origin),
            "api_req_failed" => {
                let line = text.lines().next().unwrap_or_default();
                let detail: String = line.chars().take(200).collect();
                self.builder.agent_event(EventKind::Error, &detail, origin);
            }
            _ => (),
        }
    }

    fn feedback(&mut self, row: &Row, origin: Origin) {
        let kind = match self.before {
            Before::Leave => TurnKind::Refusal,
            Before::Question => TurnKind::Answer,
            Before::Running => TurnKind::Steering,
            Before::Nothing => TurnKind::Prompt,
        };
        if kind == TurnKind::Refusal {
            let id = self.calls.to_string();
            let tool = self.builder.call_name(&id).unwrap_or_default().to_owned();
            self.builder
                .result(&id, "", Some(ToolStatus::Refused), Origin::default());
            self.builder
                .call_event(&id, EventKind::Refused, &tool, origin.clone());
        }
        self.developer(kind, row, origin);
    }

    fn developer(&mut self, kind: TurnKind, row: &Row, origin: Origin) {
        self.is_stopped = false;
        self.before = Before::Nothing;
        let text = row.text.as_deref().unwrap_or_default();
        if !text.trim().is_empty() {
            self.builder.developer(kind, text, origin);
        } else if !row.images.is_empty() {
            self.builder.developer(kind, "[image]", origin);
        }
    }

    /// Takes what the developer changed in an edit that the agent proposed.
    fn changed(&mut self, text: &str, origin: Origin) {
        let fields: Value = value(text).unwrap_or_default();
        let words = fields["diff"].as_str().unwrap_or(text);
        if !words.trim().is_empty() {
            self.is_stopped = false;
            self.builder.developer(TurnKind::Steering, words, origin);
        }
    }

    fn prose(&mut self, text: &str, origin: Origin) {
        if !text.trim().is_empty() {
            self.is_stopped = false;
            self.before = Before::Nothing;
            self.builder.prose(text, origin);
        }
    }

    fn call(&mut self, kind: &str, text: &str, origin: Origin) {
        self.is_stopped = false;
        self.before = Before::Nothing;
        self.calls += 1;
        let id = self.calls.to_string();
        let Some(Value::Object(mut fields)) = value(text) else {
            self.builder.call(&id, kind, text, text, origin);
            return;
        };
        let name = match fields.remove("tool") {
            Some(Value::String(name)) => name,
            _ => kind.to_owned(),
        };
        let shown = Shown::of(&Value::Object(fields));
        self.builder
            .call(&id, &name, &shown.target, shown.input, origin);
    }

    fn result(&mut self, text: &str, origin: Origin) {
        if !text.is_empty() {
            let id = self.calls.to_string();
            self.builder.result(&id, text, None, origin);
        }
    }

    /// Takes the account of a request, which says whether it was stopped.
    fn request(&mut self, text: &str, origin: Origin) {
        if !text.contains("cancelReason") {
            return;
        }
        let fields: Value = value(text).unwrap_or_default();
        match fields["cancelReason"].as_str() {
            Some("user_cancelled") => self.stopped(origin),
            Some(reason) => self.builder.agent_event(EventKind::Error, reason, origin),
            None => (),
        }
    }

    /// Notes that the task was stopped, once for all rows that tell of it.
    fn stopped(&mut self, origin: Origin) {
        self.before = Before::Nothing;
        if !std::mem::replace(&mut self.is_stopped, true) {
            self.builder.event(EventKind::Interrupted, "", origin);
        }
    }
}

/// Gives the words of a question, with the answers that were offered.
fn question(text: &str, key: &str) -> String {
    let Some(Value::Object(fields)) = value(text) else {
        return text.to_owned();
    };
    let mut words = match fields.get(key) {
        Some(Value::String(words)) => words.clone(),
        _ => return text.to_owned(),
    };
    let options = ["options", "suggest"]
        .iter()
        .find_map(|key| fields.get(*key)?.as_array());
    for option in options.into_iter().flatten() {
        let option = option.as_str().or_else(|| option["answer"].as_str());
        if let Some(option) = option {
            words.push_str("\n- ");
            words.push_str(option);
        }
    }
    words
}
