//! Tool calls as a person reads them: what they were used on, and their input.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// A tool call ready to be shown.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Shown {
    /// A path, a command, a query.
    pub(super) target: String,
    /// The input.
    pub(super) input: String,
}

/// Keys of an input that tell what the call was used on, the most telling first.
const TELLING: [&str; 16] = [
    "command",
    "cmd",
    "path",
    "filePath",
    "file_path",
    "file",
    "pattern",
    "regex",
    "query",
    "url",
    "question",
    "description",
    "title",
    "name",
    "prompt",
    "id",
];
/// Keys under which an input holds a text before and after an edit.
const EDITS: [(&str, &str); 4] = [
    ("old_string", "new_string"),
    ("oldString", "newString"),
    ("oldText", "newText"),
    ("old_str", "new_str"),
];
/// Keys of which the value is all that a person wants to see.
const WHOLE: [&str; 6] = ["command", "cmd", "diff", "patch", "patchText", "content"];

/// Shows a call's input: an object, or a text.
pub(super) fn shown(input: &Value) -> Shown {
    match input {
        Value::Object(fields) => Shown {
            target: target(fields),
            input: edit(fields)
                .or_else(|| whole(fields))
                .unwrap_or_else(|| listed(fields)),
        },
        Value::String(text) => Shown {
            target: text.clone(),
            input: text.clone(),
        },
        Value::Null => Shown::default(),
        other => Shown {
            target: String::new(),
            input: other.to_string(),
        },
    }
}

fn target(fields: &Map<String, Value>) -> String {
    let text = |key: &&str| fields.get(*key)?.as_str();
    let said = TELLING.iter().find_map(text);
    said.map_or_else(|| words(fields), str::to_owned)
}

/// Gives a command that is a list of words.
fn words(fields: &Map<String, Value>) -> String {
    let list = fields.get("command").and_then(Value::as_array);
    let words: Vec<&str> = list
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    words.join(" ")
}

/// Gives the lines that an edit takes away with `-` and those that it adds with `+`.
fn edit(fields: &Map<String, Value>) -> Option<String> {
    EDITS.iter().find_map(|(before, after)| {
        let old = fields.get(*before)?.as_str()?;
        let new = fields.get(*after)?.as_str()?;
        let mut out = String::new();
        for line in old.lines() {
            let _ = writeln!(out, "-{line}");
        }
        for line in new.lines() {
            let _ = writeln!(out, "+{line}");
        }
        out.truncate(out.trim_end_matches('\n').len());
        Some(out)
    })
}

fn whole(fields: &Map<String, Value>) -> Option<String> {
    WHOLE
        .iter()
        .find_map(|key| fields.get(*key)?.as_str())
        .map(str::to_owned)
}

/// Gives the fields of an input, a line each.
fn listed(fields: &Map<String, Value>) -> String {
    let mut out = String::new();
    for (key, value) in fields {
        match value {
            Value::Null => (),
            Value::String(text) if text.contains('\n') => {
                let _ = writeln!(out, "{key}:\n{}", text.trim_end());
            }
            Value::String(text) => {
                let _ = writeln!(out, "{key}: {text}");
            }
            other => {
                let _ = writeln!(out, "{key}: {other}");
            }
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn inputs_are_shown_by_what_they_are_about() {
        let check = |input: Value, target: &str, text: &str| {
            let shown = shown(&input);
            assert_eq!(
                (shown.target.as_str(), shown.input.as_str()),
                (target, text)
            );
        };
        check(json!({"command": "make", "timeout": 5}), "make", "make");
        check(
            json!({"path": "a.rs", "oldText": "x\ny", "newText": "z"}),
            "a.rs",
            "-x\n-y\n+z",
        );
        check(json!({"path": "a.rs", "content": "new"}), "a.rs", "new");
        check(
            json!({"command": ["git", "log"]}),
            "git log",
            r#"command: ["git","log"]"#,
        );
        check(
            json!({"pattern": "fn", "limit": 2}),
            "fn",
            "limit: 2\npattern: fn",
        );
        check(json!("free"), "free", "free");
        check(Value::Null, "", "");
        check(json!([1]), "", "[1]");
    }
}
