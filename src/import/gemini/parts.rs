//! The parts of which messages of the Gemini service are made, and how tool calls end: what Gemini CLI and the
//! programs that began as copies of it have in common.

use serde_json::Value;

use crate::import::calls;
use crate::import::lenient;
use crate::model::ToolStatus;

/// A part of a message.
#[derive(Debug, PartialEq)]
pub(in crate::import) enum Part<'a> {
    /// Words.
    Text(&'a str),
    /// Reasoning.
    Thought(&'a str),
    /// A tool call.
    Call {
        /// What the result will name; the tool's name where calls have no ids.
        id: &'a str,
        /// The tool.
        name: &'a str,
        /// Its input.
        input: &'a Value,
    },
    /// The result of a tool call.
    Result {
        /// The call.
        id: &'a str,
        /// What the tool gave back.
        response: &'a Value,
    },
    /// A picture or another file.
    Attachment,
}

/// Gives the parts of a content: a text, a part, or a list of both.
pub(in crate::import) fn parts(content: &Value) -> impl Iterator<Item = Part<'_>> {
    let items = match content {
        Value::Array(items) => items.as_slice(),
        other => std::slice::from_ref(other),
    };
    items.iter().filter_map(part)
}

fn part(item: &Value) -> Option<Part<'_>> {
    if let Some(text) = item.as_str() {
        return Some(Part::Text(text));
    }
    if let Some(text) = item.get("text").and_then(Value::as_str) {
        return Some(if item["thought"] == true {
            Part::Thought(text)
        } else {
            Part::Text(text)
        });
    }
    if let Some(call) = item.get("functionCall") {
        let name = lenient::text(call, "name").unwrap_or("tool");
        return Some(Part::Call {
            id: lenient::text(call, "id").unwrap_or(name),
            name,
            input: &call["args"],
        });
    }
    if let Some(result) = item.get("functionResponse") {
        let id = lenient::text(result, "id").or_else(|| lenient::text(result, "name"));
        return Some(Part::Result {
            id: id.unwrap_or_default(),
            response: &result["response"],
        });
    }
    let attached = ["inlineData", "fileData"];
    attached
        .iter()
        .any(|key| item.get(*key).is_some())
        .then_some(Part::Attachment)
}

/// How a tool call ended.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::import) struct Outcome {
    /// What the tool gave back.
    pub(in crate::import) output: String,
    /// The status, where the record tells.
    pub(in crate::import) status: Option<ToolStatus>,
    /// Whether the developer stopped the agent while the tool ran.
    pub(in crate::import) interrupted: bool,
}

/// With what the text for the model begins where a call was cancelled.
const CANCELLED: &str = "[Operation Cancelled]";

/// Reads how a call ended from its status and from what the model was told.
pub(in crate::import) fn outcome(status: Option<&str>, response: &Value) -> Outcome {
    let output = calls::output(response.get("error").unwrap_or(response));
    if status == Some("cancelled") || output.starts_with(CANCELLED) {
        // Esc while a tool runs has these words; all others come from the question whether it may run.
        let reason = output.to_ascii_lowercase();
        let interrupted = ["user cancelled", "reason: operation cancelled"]
            .iter()
            .any(|words| reason.contains(words));
        let status = if interrupted {
            ToolStatus::Failed
        } else {
            ToolStatus::Refused
        };
        return Outcome {
            output,
            status: Some(status),
            interrupted,
        };
    }
    let failed = status == Some("error") || response.get("error").is_some();
    let status = match exit(&output) {
        Some(code) if status.is_some() => Some(ToolStatus::Exit(code)),
        _ if failed => Some(ToolStatus::Failed),
        _ if status == Some("success") => Some(ToolStatus::Done),
        _ => None,
    };
    Outcome {
        output,
        status,
        interrupted: false,
    }
}

/// Gives the exit status that the shell tool writes below a command's output.
fn exit(output: &str) -> Option<i32> {
    let line = |line: &str| line.strip_prefix("Exit Code: ")?.trim().parse().ok();
    output.lines().rev().find_map(line)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_content_is_a_text_or_parts() {
        let check = |content: Value, expected: &[Part]| {
            assert_eq!(parts(&content).collect::<Vec<_>>(), expected);
        };
        check(json!("x"), &[Part::Text("x")]);
        check(json!({"text": "x"}), &[Part::Text("x")]);
        check(
            json!([{"text": "x", "thought": true}, "y"]),
            &[Part::Thought("x"), Part::Text("y")],
        );
        check(
            json!([{"inlineData": {}}, {"odd": 1}, 7]),
            &[Part::Attachment],
        );
        check(
            json!([{"functionCall": {"name": "ls", "args": null}}]),
            &[Part::Call {
                id: "ls",
                name: "ls",
                input: &Value::Null,
            }],
        );
        check(json!(null), &[]);
    }

    #[test]
    fn a_refusal_is_told_from_an_interruption() {
        let check = |status: Option<&str>,
                     response: Value,
                     expected: Option<ToolStatus>,
                     interrupted: bool| {
            let found = outcome(status, &response);
            assert_eq!(
                (found.status, found.interrupted),
                (expected, interrupted),
                "{response}"
            );
        };
        let cancelled =
            |reason: &str| json!({"error": format!("[Operation Cancelled] Reason: {reason}")});
        let refused = Some(ToolStatus::Refused);
        check(
            Some("cancelled"),
            cancelled("User did not allow tool call"),
            refused,
            false,
        );
        check(None, cancelled("User denied execution."), refused, false);
        check(
            Some("cancelled"),
            cancelled("User cancelled tool execution."),
            Some(ToolStatus::Failed),
            true,
        );
        check(
            Some("error"),
            json!({"error": "no such file"}),
            Some(ToolStatus::Failed),
            false,
        );
        check(
            Some("success"),
            json!({"output": "a\nExit Code: 2\nSignal: 0"}),
            Some(ToolStatus::Exit(2)),
            false,
        );
        check(
            Some("success"),
            json!({"output": "a"}),
            Some(ToolStatus::Done),
            false,
        );
        check(None, json!({"output": "a"}), None, false);
    }
}
