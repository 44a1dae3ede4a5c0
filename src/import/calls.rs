//! Tool calls as a person reads them, for agents whose tools take an object of named fields.

use serde_json::{Map, Value};

/// Fields of a tool's input, the most telling first.
const TELLING: [&str; 24] = [
    "command",
    "cmd",
    "file_path",
    "filePath",
    "target_file",
    "absolute_path",
    "relative_workspace_path",
    "path",
    "dir_path",
    "uri",
    "url",
    "pattern",
    "glob_pattern",
    "query",
    "search_term",
    "question",
    "plan",
    "description",
    "prompt",
    "instruction",
    "subject",
    "title",
    "name",
    "id",
];

/// A tool's input, ready to be shown.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Shown {
    /// One line: a path, a command, a query.
    pub(super) target: String,
    /// The input.
    pub(super) input: String,
}

impl Shown {
    /// Shows an input: an object, or an object written as text.
    pub(super) fn of(input: &Value) -> Shown {
        match input {
            Value::Object(fields) => Shown::fields(fields),
            Value::String(text) => match serde_json::from_str(text) {
                Ok(Value::Object(fields)) => Shown::fields(&fields),
                _ => Shown::text(text),
            },
            Value::Null => Shown::default(),
            other => Shown {
                target: String::new(),
                input: other.to_string(),
            },
        }
    }

    /// Shows a text as it is.
    pub(super) fn text(text: &str) -> Shown {
        Shown {
            target: text.to_owned(),
            input: text.to_owned(),
        }
    }

    fn fields(fields: &Map<String, Value>) -> Shown {
        let text = |key: &&str| fields.get(*key).and_then(Value::as_str);
        let target = TELLING.iter().find_map(text).unwrap_or_default().to_owned();
        // A command says it all; what stands beside it describes it.
        let input = match text(&"command").or_else(|| text(&"cmd")) {
            Some(command) => command.to_owned(),
            None => lines(fields),
        };
        Shown { target, input }
    }
}

/// Writes an input as `key: value` lines, texts as they are, the rest as JSON.
fn lines(fields: &Map<String, Value>) -> String {
    let line = |(key, value): (&String, &Value)| match value {
        Value::Null => None,
        Value::String(text) if text.contains('\n') => Some(format!("{key}:\n{text}")),
        Value::String(text) => Some(format!("{key}: {text}")),
        other => Some(format!("{key}: {other}")),
    };
    fields
        .iter()
        .filter_map(line)
        .collect::<Vec<_>>()
        .join("\n")
}

/// Gives the readable text of what a tool gave back: a text, blocks of text, or JSON.
pub(super) fn output(value: &Value) -> String {
    let mut out = String::new();
    add_output(value, &mut out);
    out
}

fn add_output(value: &Value, out: &mut String) {
    match value {
        Value::Null => (),
        Value::String(text) => line(out, text),
        Value::Array(items) => items.iter().for_each(|item| add_output(item, out)),
        Value::Object(fields) => {
            let said = ["text", "value", "output", "content"]
                .iter()
                .find_map(|key| fields.get(*key));
            match said {
                Some(said @ (Value::String(_) | Value::Array(_))) => add_output(said, out),
                _ => line(out, &value.to_string()),
            }
        }
        other => line(out, &other.to_string()),
    }
}

fn line(out: &mut String, text: &str) {
    if !out.is_empty() && !text.is_empty() {
        out.push('\n');
    }
    out.push_str(text);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_input_shows_what_the_tool_was_used_on() {
        let check = |input: Value, target: &str, shown: &str| {
            let expected = Shown {
                target: target.into(),
                input: shown.into(),
            };
            assert_eq!(Shown::of(&input), expected, "{input}");
        };
        check(json!({"command": "make", "cwd": "/w"}), "make", "make");
        check(
            json!({"target_file": "a.rs", "lines": 3, "text": "x\ny"}),
            "a.rs",
            "lines: 3\ntarget_file: a.rs\ntext:\nx\ny",
        );
        check(json!("{\"path\": \"b\"}"), "b", "path: b");
        check(json!("a patch"), "a patch", "a patch");
        check(json!([1]), "", "[1]");
        check(json!(null), "", "");
    }

    #[test]
    fn an_output_is_its_words() {
        let check = |value: Value, expected: &str| assert_eq!(output(&value), expected);
        check(json!("x"), "x");
        check(
            json!([{"type": "text", "text": "a"}, {"text": "b"}]),
            "a\nb",
        );
        check(json!({"output": "done"}), "done");
        check(json!({"n": 1}), "{\"n\":1}");
        check(json!(null), "");
    }
}
