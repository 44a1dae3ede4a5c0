//! Results of tool calls: the text, and how the call ended.

use serde::Deserialize;
use serde_json::Value;

use crate::model::ToolStatus;

/// A result as it is shown.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    /// What the tool gave back.
    pub(super) text: String,
    /// How the call ended, as far as its result tells.
    pub(super) status: Option<ToolStatus>,
    /// Whether the developer stopped the agent while the tool worked.
    pub(super) interrupted: bool,
    /// Whether another model refused the call in place of the developer.
    pub(super) guarded: bool,
}

/// The whole results of calls that the developer refused.
const REFUSALS: [&str; 4] = [
    "exec command rejected by user",
    "patch rejected by user",
    "user rejected MCP tool call",
    "user cancelled MCP tool call",
];

/// Beginnings of the results of calls that did not work.
const FAILURES: [&str; 11] = [
    "aborted",
    "failed in sandbox",
    "sandbox denied",
    "sandbox error",
    "exec_command failed",
    "write_stdin failed",
    "execution error",
    "tool call error",
    "apply_patch verification failed",
    "failed to parse function arguments",
    "unsupported call",
];

/// The form in which commands gave their results until late 2025.
#[derive(Deserialize)]
struct Wrapped {
    output: String,
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    exit_code: Option<i32>,
}

/// Reads the result of a call: a text, blocks, or JSON as a text.
pub(super) fn outcome(output: Value) -> Outcome {
    let mut failed = output["success"] == Value::Bool(false);
    let (mut text, mut exit) = match output {
        Value::String(text) => unwrap(text),
        other => (spread(other), None),
    };
    if let Some((code, rest)) = without_head(&text) {
        exit = exit.or(code);
        text = rest;
    }
    let trimmed = text.trim();
    let refused = REFUSALS.contains(&trimmed);
    let interrupted = is_interruption(trimmed);
    let guarded = is_guarded(trimmed);
    failed |= guarded || FAILURES.iter().any(|start| trimmed.starts_with(start));
    let status = match exit {
        _ if refused => ToolStatus::Refused,
        _ if interrupted => ToolStatus::Failed,
        Some(code) => ToolStatus::Exit(code),
        None if failed => ToolStatus::Failed,
        None => ToolStatus::Done,
    };
    let runs_on = trimmed.starts_with(RUNNING) && exit.is_none();
    Outcome {
        status: (!runs_on).then_some(status),
        text,
        interrupted,
        guarded,
    }
}

fn is_interruption(text: &str) -> bool {
    text.starts_with("aborted by user")
        || text.starts_with("Wall time:") && text.lines().nth(1) == Some("aborted by user")
}

/// Commands that print such words must not look like it: the message is short.
fn is_guarded(text: &str) -> bool {
    text.len() < 2000 && text.contains("rejected due to unacceptable risk")
}

fn unwrap(text: String) -> (String, Option<i32>) {
    if text.starts_with('{') {
        if let Ok(wrapped) = serde_json::from_str::<Wrapped>(&text) {
            return (wrapped.output, wrapped.metadata.exit_code);
        }
    } else if text.starts_with('[')
        && let Ok(blocks) = serde_json::from_str::<Vec<TextBlock>>(&text)
        && !blocks.is_empty()
    {
        let texts: Vec<String> = blocks.into_iter().map(|block| block.text).collect();
        return (texts.join("\n"), None);
    }
    (text, None)
}

#[derive(Deserialize)]
struct TextBlock {
    text: String,
}

/// Gives the text of a result that is no text: blocks, an object with one of the usual fields, or any JSON.
fn spread(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        Value::Array(blocks) => {
            let texts: Vec<String> = blocks.into_iter().map(block_text).collect();
            texts.join("\n")
        }
        Value::Object(_) => block_text(value),
        other => other.to_string(),
    }
}

fn block_text(mut block: Value) -> String {
    if matches!(block["type"].as_str(), Some("input_image" | "image")) {
        return "[image]".to_owned();
    }
    let found = ["text", "content", "output", "stdout"]
        .iter()
        .find_map(|key| match block.get_mut(key).map(Value::take) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        });
    match (found, block) {
        (Some(text), _) | (None, Value::String(text)) => text,
        (None, other) => other.to_string(),
    }
}

const RUNNING: &str = "Process running with session ID";

/// Takes off the head that the program puts before a command's output; gives the exit status in it.
fn without_head(text: &str) -> Option<(Option<i32>, String)> {
    const NOISE: [&str; 4] = [
        "Chunk ID: ",
        "Wall time: ",
        "Original token count: ",
        "Total output lines: ",
    ];
    let (mut exit, mut kept, mut rest) = (None, String::new(), text);
    loop {
        let (line, later) = rest.split_once('\n')?;
        rest = later;
        let code = ["Process exited with code ", "Exit code: "]
            .iter()
            .find_map(|start| line.strip_prefix(start));
        if let Some(code) = code {
            exit = code.trim().parse().ok();
        } else if line.starts_with(RUNNING) {
            kept.push_str(line);
            kept.push('\n');
        } else if line.trim() == "Output:" {
            return Some((exit, kept + rest));
        } else if !NOISE.iter().any(|start| line.starts_with(start)) {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn results_are_unwrapped() {
        let check = |output: Value, text: &str, status: Option<ToolStatus>| {
            let found = outcome(output);
            assert_eq!((found.text.as_str(), found.status), (text, status));
        };
        let (done, exit) = (Some(ToolStatus::Done), |code| Some(ToolStatus::Exit(code)));
        check(json!("Plan updated"), "Plan updated", done);
        check(
            json!(r#"{"output":"two files\n","metadata":{"exit_code":1,"duration_seconds":0.1}}"#),
            "two files\n",
            exit(1),
        );
        check(json!(r#"{"output":"mine"}"#), r#"{"output":"mine"}"#, done);
        check(
            json!(
                "Chunk ID: 0a1b2c\nWall time: 0.1 seconds\nProcess exited with code 2\nOriginal token count: 1\nOutput:\nno\n"
            ),
            "no\n",
            exit(2),
        );
        check(
            json!("Exit code: 0\nWall time: 1 seconds\nTotal output lines: 9\nOutput:\nyes"),
            "yes",
            exit(0),
        );
        check(
            json!("Wall time: 1.0 seconds\nProcess running with session ID 7\nOutput:\nsoon"),
            "Process running with session ID 7\nsoon",
            None,
        );
        check(
            json!(r#"[{"type":"text","text":"a"},{"type":"text","text":"b"}]"#),
            "a\nb",
            done,
        );
        check(
            json!([{"type": "input_text", "text": "a"}, {"type": "input_image"}]),
            "a\n[image]",
            done,
        );
        check(
            json!({"content": "no such tool", "success": false}),
            "no such tool",
            Some(ToolStatus::Failed),
        );
        check(json!({"stdout": "x", "exitCode": 0}), "x", done);
        check(Value::Null, "", done);
    }

    #[test]
    fn refusals_and_interruptions_are_whole_messages() {
        let check = |text: &str, status: ToolStatus, interrupted: bool| {
            let found = outcome(json!(text));
            assert_eq!(
                (found.status, found.interrupted),
                (Some(status), interrupted),
                "{text}"
            );
        };
        check("exec command rejected by user", ToolStatus::Refused, false);
        check("patch rejected by user\n", ToolStatus::Refused, false);
        check(
            "log: exec command rejected by user",
            ToolStatus::Done,
            false,
        );
        check("aborted by user after 3.2s", ToolStatus::Failed, true);
        check(
            "Wall time: 3.2 seconds\naborted by user",
            ToolStatus::Failed,
            true,
        );
        check("it was aborted by user after all", ToolStatus::Done, false);
        check("failed in sandbox: denied", ToolStatus::Failed, false);
        check(
            "This action was rejected due to unacceptable risk.",
            ToolStatus::Failed,
            false,
        );
    }
}
