//! Messages that are made of blocks, as turns: what the transcripts of Cursor's agent and its terminal program's
//! store have in common.

use std::collections::{HashSet, VecDeque};

use serde_json::Value;

use crate::import::Skip;
use crate::import::builder::{Origin, SessionBuilder};
use crate::import::calls::{self, Shown};
use crate::import::lenient;
use crate::model::{ToolStatus, TurnKind};

use super::words::words;

/// What stands where the agent's reasoning was hidden.
const HIDDEN: &str = "[REDACTED]";

/// A session that is being told.
pub(super) struct Telling {
    /// The session.
    pub(super) builder: SessionBuilder,
    /// What was left out.
    pub(super) skipped: Vec<Skip>,
    calls: usize,
    /// Calls without a result, for results that do not name theirs.
    open: VecDeque<String>,
    answered: HashSet<String>,
}

impl Telling {
    /// Begins a session.
    pub(super) fn new(path: &str, format: &str) -> Telling {
        let mut builder = SessionBuilder::new(path, format);
        "Cursor".clone_into(&mut builder.session.agent);
        Telling {
            builder,
            skipped: Vec::new(),
            calls: 0,
            open: VecDeque::new(),
            answered: HashSet::new(),
        }
    }

    /// Takes a message that was sent in the developer's name; `line` is where it stands.
    pub(super) fn user(&mut self, content: &Value, origin: &Origin, line: Option<u64>) {
        let (mut typed, mut images, mut others) = (Vec::new(), 0, 0);
        for block in blocks(content) {
            match kind(block) {
                "text" => {
                    let found = words(text(block));
                    if !found.injected.is_empty() {
                        others += 1;
                        self.builder
                            .injected("context", found.injected, origin.clone());
                    }
                    typed.push(found.typed);
                }
                "image" | "image_url" => images += 1,
                kind if is_result(kind) => {
                    others += 1;
                    self.result(block, origin.clone());
                }
                kind => {
                    others += 1;
                    self.other(kind, block, origin.clone());
                }
            }
        }
        typed.retain(|words| !words.is_empty());
        if typed.is_empty() && images > 0 {
            typed.push("[image]".to_owned());
        }
        if !typed.is_empty() {
            self.builder
                .developer(TurnKind::Prompt, typed.join("\n"), origin.clone());
        } else if others == 0 {
            self.skipped.push(Skip {
                line,
                reason: "a message of the developer's without words".to_owned(),
            });
        }
    }

    /// Takes a message of the agent's, or of its tools.
    pub(super) fn agent(&mut self, content: &Value, origin: &Origin) {
        for block in blocks(content) {
            let origin = origin.clone();
            match kind(block) {
                "text" => self.prose(text(block), origin),
                "thinking" | "reasoning" => {
                    let words = lenient::text(block, "thinking").unwrap_or_else(|| text(block));
                    if let Some(words) = lenient::filled(words) {
                        self.builder.thinking(words, origin);
                    }
                }
                "redacted_thinking" | "redacted-reasoning" => (),
                "tool_use" | "tool_call" | "tool-call" | "tool-use" => self.call(block, origin),
                kind if is_result(kind) => self.result(block, origin),
                kind => self.other(kind, block, origin),
            }
        }
    }

    /// Adds what the agent wrote, without the mark of hidden reasoning.
    pub(super) fn prose(&mut self, text: &str, origin: Origin) {
        let shown = text.trim_end();
        let shown = shown.strip_suffix(HIDDEN).unwrap_or(shown);
        if let Some(words) = lenient::filled(shown) {
            self.builder.prose(words.trim_end(), origin);
        }
    }

    /// Adds a call that has no id of its own.
    pub(super) fn nameless_call(&mut self, name: &str, shown: Shown, origin: Origin) {
        self.calls += 1;
        let id = format!("#{}", self.calls);
        self.add_call(id, name, shown, origin);
    }

    /// Adds the result of the first call that has none.
    pub(super) fn nameless_result(
        &mut self,
        output: &str,
        status: Option<ToolStatus>,
        origin: Origin,
    ) {
        let mut id = String::new();
        while let Some(first) = self.open.pop_front() {
            if !self.answered.contains(&first) {
                id = first;
                break;
            }
        }
        self.builder.result(&id, output, status, origin);
    }

    fn call(&mut self, block: &Value, origin: Origin) {
        let name = either(block, "name", "toolName").unwrap_or("tool");
        let input = block.get("input").or_else(|| block.get("args"));
        let shown = Shown::of(input.unwrap_or(&Value::Null));
        match either(block, "id", "toolCallId") {
            Some(id) => self.add_call(id.to_owned(), name, shown, origin),
            None => self.nameless_call(name, shown, origin),
        }
    }

    fn add_call(&mut self, id: String, name: &str, shown: Shown, origin: Origin) {
        self.builder
            .call(&id, name, &shown.target, shown.input, origin);
        self.open.push_back(id);
    }

    fn result(&mut self, block: &Value, origin: Origin) {
        let output = block.get("content").or_else(|| block.get("result"));
        let output = calls::output(output.unwrap_or(&Value::Null));
        let failed = ["is_error", "isError"]
            .iter()
            .any(|key| block[*key] == Value::Bool(true));
        let status = Some(if failed {
            ToolStatus::Failed
        } else {
            ToolStatus::Done
        });
        let id = either(block, "tool_use_id", "toolCallId");
        match id.filter(|id| self.builder.call_name(id).is_some()) {
            Some(id) => {
                self.answered.insert(id.to_owned());
                self.builder.result(id, &output, status, origin);
            }
            None => self.nameless_result(&output, status, origin),
        }
    }

    /// Keeps a block of an unknown kind, where it says anything.
    fn other(&mut self, kind: &str, block: &Value, origin: Origin) {
        if let Some(words) = lenient::filled(text(block)) {
            let name = if kind.is_empty() { "unknown" } else { kind };
            self.builder.injected(name, words, origin);
        }
    }
}

/// Gives the blocks of a content, which is a text or a list.
fn blocks(content: &Value) -> &[Value] {
    match content {
        Value::Array(items) => items,
        other => std::slice::from_ref(other),
    }
}

fn kind(block: &Value) -> &str {
    match block {
        Value::String(_) => "text",
        block => block["type"].as_str().unwrap_or_default(),
    }
}

fn is_result(kind: &str) -> bool {
    matches!(kind, "tool_result" | "tool-result")
}

fn text(block: &Value) -> &str {
    block
        .as_str()
        .or_else(|| block["text"].as_str())
        .unwrap_or_default()
}

fn either<'a>(block: &'a Value, one: &str, other: &str) -> Option<&'a str> {
    lenient::text(block, one).or_else(|| lenient::text(block, other))
}
