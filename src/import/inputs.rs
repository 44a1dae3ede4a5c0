//! Tool calls as they are shown, for agents whose inputs are JSON objects of no special form.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// The input of a call as it is shown.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Shown {
    /// What the call was used on, a line.
    pub(super) target: String,
    /// The input, to be read.
    pub(super) input: String,
}

/// Fields that tell best what a call was used on, the most telling first.
const TELLING: [&str; 17] = [
    "path",
    "file_path",
    "filepath",
    "filePath",
    "target_file",
    "TargetFile",
    "AbsolutePath",
    "DirectoryPath",
    "command",
    "cmd",
    "CommandLine",
    "code",
    "query",
    "url",
    "pattern",
    "task",
    "name",
];

/// Reads the input of a call: an object, or a text that holds one.
pub(super) fn shown(input: &Value) -> Shown {
    match input {
        Value::Object(fields) => fields_shown(fields),
        Value::String(text) => match serde_json::from_str(text) {
            Ok(Value::Object(fields)) => fields_shown(&fields),
            _ => Shown {
                target: first_line(text).to_owned(),
                input: text.clone(),
            },
        },
        Value::Null => Shown::default(),
        other => Shown {
            target: String::new(),
            input: other.to_string(),
        },
    }
}

fn fields_shown(fields: &Map<String, Value>) -> Shown {
    let told = TELLING.iter().filter_map(|key| fields.get(*key));
    let target = told
        .chain(fields.values())
        .find_map(|value| value.as_str().filter(|text| !text.trim().is_empty()))
        .map(first_line)
        .unwrap_or_default()
        .to_owned();
    Shown {
        target,
        input: command(fields).unwrap_or_else(|| listed(fields)),
    }
}

/// Gives the command of a call that only runs one. An editor's `command` names what it does to a `path`.
fn command(fields: &Map<String, Value>) -> Option<String> {
    if fields.contains_key("path") {
        return None;
    }
    let value = fields.get("command").or_else(|| fields.get("cmd"))?;
    value.as_str().map(str::to_owned)
}

fn first_line(text: &str) -> &str {
    let mut lines = text.lines().map(str::trim);
    lines.find(|line| !line.is_empty()).unwrap_or_default()
}

/// Gives the fields of an input, a line each.
fn listed(fields: &Map<String, Value>) -> String {
    let mut text = String::new();
    for (key, value) in fields {
        match value {
            Value::Null => (),
            Value::String(words) if words.contains('\n') => {
                let _ = writeln!(text, "{key}:\n{}", words.trim_end());
            }
            Value::String(words) => {
                let _ = writeln!(text, "{key}: {words}");
            }
            other => {
                let _ = writeln!(text, "{key}: {other}");
            }
        }
    }
    text.truncate(text.trim_end().len());
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn inputs_are_shown_as_commands_or_as_lists() {
        let check = |input: Value, target: &str, text: &str| {
            let shown = shown(&input);
            assert_eq!(
                (shown.target.as_str(), shown.input.as_str()),
                (target, text)
            );
        };
        check(json!({"command": "ls -l", "timeout": 3}), "ls -l", "ls -l");
        check(json!("{\"command\": \"ls\"}"), "ls", "ls");
        check(
            json!({"command": "view", "path": "/w/a.rs"}),
            "/w/a.rs",
            "command: view\npath: /w/a.rs",
        );
        check(json!({"x": null, "query": "a\nb"}), "a", "query:\na\nb");
        check(json!("*** patch\n+a"), "*** patch", "*** patch\n+a");
        check(json!([1]), "", "[1]");
        check(json!(null), "", "");
    }
}
