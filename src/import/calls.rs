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
const TELLING: [&str; 33] = [
    "command",
    "cmd",
    "CommandLine",
    "file_path",
    "filePath",
    "filepath",
    "target_file",
    "TargetFile",
    "absolute_path",
    "AbsolutePath",
    "relative_workspace_path",
    "path",
    "file",
    "dir_path",
    "DirectoryPath",
    "code",
    "uri",
    "url",
    "pattern",
    "glob_pattern",
    "regex",
    "query",
    "search_term",
    "question",
    "plan",
    "task",
    "description",
    "prompt",
    "instruction",
    "subject",
    "title",
    "name",
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

impl Shown {
    /// Shows a call's input: an object, an object written as text, or a text.
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
        Shown {
            target: target(fields),
            input: edit(fields)
                .or_else(|| whole(fields))
                .unwrap_or_else(|| listed(fields)),
        }
    }
}

/// Tells whether a key holds a command to run: an editor's `command` names what it does to a `path`.
fn is_command(key: &str, fields: &Map<String, Value>) -> bool {
    key == "command" && !fields.contains_key("path")
}

fn target(fields: &Map<String, Value>) -> String {
    let filled = |value: &Value| {
        let text = value.as_str().filter(|text| !text.trim().is_empty());
        text.map(str::to_owned)
    };
    let told = TELLING
        .iter()
        .filter(|key| **key != "command" || is_command(key, fields));
    told.filter_map(|key| fields.get(*key))
        .find_map(filled)
        .or_else(|| words(fields))
        .or_else(|| any_words(fields))
        .unwrap_or_default()
}

/// Gives the first field that says something, of an input none of whose fields is known to tell.
fn any_words(fields: &Map<String, Value>) -> Option<String> {
    let said = fields
        .iter()
        .filter(|(key, _)| !WHOLE.contains(&key.as_str()));
    said.filter_map(|(_, value)| value.as_str())
        .find(|text| text.contains(char::is_alphanumeric))
        .map(str::to_owned)
}

/// Gives a command that is a list of words.
fn words(fields: &Map<String, Value>) -> Option<String> {
    let list = fields.get("command")?.as_array()?;
    let words: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
    (!words.is_empty()).then(|| words.join(" "))
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
        .filter(|key| **key != "command" || is_command(key, fields))
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
    fn inputs_are_shown_by_what_they_are_about() {
        let check = |input: Value, target: &str, text: &str| {
            let shown = Shown::of(&input);
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
        check(json!("{\"path\": \"b\"}"), "b", "path: b");
        check(
            json!({"command": "view", "path": "/w/a.rs"}),
            "/w/a.rs",
            "command: view\npath: /w/a.rs",
        );
        check(
            json!({"limit": 2, "query": " ", "reason": "why"}),
            "why",
            "limit: 2\nquery:  \nreason: why",
        );
        check(json!("*** patch\n+a"), "*** patch\n+a", "*** patch\n+a");
        check(json!({"x": null, "query": "a\nb"}), "a\nb", "query:\na\nb");
        check(Value::Null, "", "");
        check(json!([1]), "", "[1]");
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
