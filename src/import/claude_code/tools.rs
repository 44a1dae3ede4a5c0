//! Tool calls as a person reads them: what they were used on, and their input.

use std::fmt::Write as _;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::wire::parse;

/// Keys of a tool's input, the most telling first.
const TELLING: &[&str] = &[
    "command",
    "file_path",
    "notebook_path",
    "filePath",
    "pattern",
    "url",
    "query",
    "skill",
    "description",
    "subagent_type",
    "subject",
    "question",
    "plan",
    "path",
    "bash_id",
    "shell_id",
    "task_id",
    "taskId",
    "id",
    "title",
    "name",
    "prompt",
];

/// A tool call ready to be shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// One line: a path, a command, a query.
    pub(super) target: String,
    /// The input.
    pub(super) input: String,
}

/// Shows a call of the tool `name`.
pub(super) fn show(name: &str, input: Option<&RawValue>) -> Shown {
    let Some(raw) = input else {
        return Shown {
            target: String::new(),
            input: String::new(),
        };
    };
    match parse::<Value>(raw) {
        Some(Value::Object(input)) => Shown {
            target: target(&input),
            input: readable(name, &input),
        },
        Some(Value::String(text)) => Shown {
            target: text.clone(),
            input: text,
        },
        _ => Shown {
            target: String::new(),
            input: raw.get().to_owned(),
        },
    }
}

fn target(input: &Map<String, Value>) -> String {
    let text = |key: &&str| input.get(*key).and_then(Value::as_str);
    TELLING
        .iter()
        .find_map(text)
        .or_else(|| questions(input).next()?.get("question")?.as_str())
        .unwrap_or_default()
        .to_owned()
}

fn readable(name: &str, input: &Map<String, Value>) -> String {
    let text = |key: &str| input.get(key).and_then(Value::as_str);
    let list = |key: &str| input.get(key).and_then(Value::as_array);
    match name {
        "Bash" | "bash" | "PowerShell" => text("command").map(str::to_owned),
        "Edit" => edit(input),
        "MultiEdit" => list("edits").map(|edits| edits_in_turn(edits)),
        "Write" => text("content").map(str::to_owned),
        "NotebookEdit" => text("new_source").map(str::to_owned),
        "ExitPlanMode" | "exit_plan_mode" => text("plan").map(str::to_owned),
        "TodoWrite" => list("todos").map(|todos| to_do_list(todos)),
        "AskUserQuestion" if input.contains_key("questions") => Some(asked(input)),
        _ => None,
    }
    .unwrap_or_else(|| lines(input))
}

fn edit(input: &Map<String, Value>) -> Option<String> {
    let text = |key: &str| input.get(key).and_then(Value::as_str);
    Some(diff(text("old_string")?, text("new_string")?))
}

fn edits_in_turn(edits: &[Value]) -> String {
    let diffs: Vec<String> = edits
        .iter()
        .filter_map(|one| edit(one.as_object()?))
        .collect();
    diffs.join("\n@@\n")
}

/// Writes the lines that go with `-` and those that come with `+`, and what both begin and end with as it is.
fn diff(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let same = |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| {
        pairs.take_while(|(before, after)| before == after).count()
    };
    let head = same(&mut old.iter().zip(&new));
    let tail = same(&mut old[head..].iter().rev().zip(new[head..].iter().rev()));
    let marked = |mark: &'static str, lines: &[&str]| -> Vec<String> {
        lines.iter().map(|line| format!("{mark}{line}")).collect()
    };
    let mut out = marked(" ", &old[..head]);
    out.extend(marked("-", &old[head..old.len() - tail]));
    out.extend(marked("+", &new[head..new.len() - tail]));
    out.extend(marked(" ", &old[old.len() - tail..]));
    out.join("\n")
}

fn to_do_list(todos: &[Value]) -> String {
    let line = |todo: &Value| {
        let text = |key: &str| todo.get(key).and_then(Value::as_str);
        let mark = match text("status") {
            Some("completed") => "[x]",
            Some("in_progress") => "[>]",
            _ => "[ ]",
        };
        format!("{mark} {}", text("content").unwrap_or_default())
    };
    todos.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn questions(input: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    input
        .get("questions")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn asked(input: &Map<String, Value>) -> String {
    let mut out = String::new();
    for question in questions(input) {
        let text = |value: &Value, key: &str| {
            value
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let _ = writeln!(out, "{}", text(question, "question"));
        let options = question.get("options").and_then(Value::as_array);
        for option in options.into_iter().flatten() {
            let _ = writeln!(
                out,
                "- {}: {}",
                text(option, "label"),
                text(option, "description")
            );
        }
    }
    out.trim_end().to_owned()
}

/// Writes an input as `key: value` lines, texts as they are, the rest as JSON.
fn lines(input: &Map<String, Value>) -> String {
    let line = |(key, value): (&String, &Value)| match value {
        Value::String(text) if text.contains('\n') => format!("{key}:\n{text}"),
        Value::String(text) => format!("{key}: {text}"),
        other => format!("{key}: {other}"),
    };
    input.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, input: &str, target: &str, shown: &str) {
        let raw = RawValue::from_string(input.to_owned()).unwrap();
        let expected = Shown {
            target: target.into(),
            input: shown.into(),
        };
        assert_eq!(show(name, Some(&raw)), expected, "{name} {input}");
    }

    #[test]
    fn a_call_shows_what_it_was_used_on() {
        check(
            "Bash",
            r#"{"command":"make","description":"Build"}"#,
            "make",
            "make",
        );
        check(
            "Edit",
            r#"{"file_path":"a.rs","old_string":"a\nb\nc","new_string":"a\nx\nc"}"#,
            "a.rs",
            " a\n-b\n+x\n c",
        );
        check(
            "MultiEdit",
            r#"{"file_path":"a.rs","edits":[{"old_string":"a","new_string":"b"},{"old_string":"","new_string":"c"}]}"#,
            "a.rs",
            "-a\n+b\n@@\n+c",
        );
        check(
            "Write",
            r#"{"file_path":"a.rs","content":"x\ny"}"#,
            "a.rs",
            "x\ny",
        );
        check(
            "Grep",
            r#"{"pattern":"fn","path":"src","-n":true}"#,
            "fn",
            "-n: true\npath: src\npattern: fn",
        );
        check(
            "TodoWrite",
            r#"{"todos":[{"content":"a","status":"completed"},{"content":"b"}]}"#,
            "",
            "[x] a\n[ ] b",
        );
        check(
            "AskUserQuestion",
            r#"{"questions":[{"question":"Which?","options":[{"label":"A","description":"first"}]}]}"#,
            "Which?",
            "Which?\n- A: first",
        );
        check("Odd", r#""free text""#, "free text", "free text");
        check("Odd", "[1,2]", "", "[1,2]");
    }

    #[test]
    fn an_input_of_another_shape_is_shown_all_the_same() {
        check("Bash", r#"{"cmd":7}"#, "", "cmd: 7");
        check("Edit", r#"{"file_path":"a.rs"}"#, "a.rs", "file_path: a.rs");
    }
}
