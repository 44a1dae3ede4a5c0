//! Tool calls: their names, what they were used on, and inputs that can be read.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::wire::Record;

/// A tool call as it is shown.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) name: String,
    pub(super) target: String,
    pub(super) input: String,
}

/// Fields that tell best what a call was used on, the most telling first.
const TELLING: [&str; 14] = [
    "path",
    "file_path",
    "file",
    "filename",
    "query",
    "q",
    "url",
    "uri",
    "pattern",
    "chars",
    "title",
    "name",
    "message",
    "id",
];

/// Reads an item as a tool call; `None` where it is something else.
pub(super) fn call(item: &mut Record) -> Option<Call> {
    match item.kind.as_deref()? {
        "function_call" | "custom_tool_call" | "tool_call" => Some(function(item)),
        "local_shell_call" => {
            let command = command(&item.action).unwrap_or_default();
            Some(used("local_shell", command))
        }
        "web_search_call" => Some(web_search(&item.action)),
        "tool_search_call" => Some(describe("tool_search".to_owned(), item.arguments.take())),
        "image_generation_call" => {
            let prompt = item.revised_prompt.take().unwrap_or_default();
            Some(used("image_generation", prompt))
        }
        _ => None,
    }
}

fn used(name: &str, input: String) -> Call {
    Call {
        name: name.to_owned(),
        target: target(&input),
        input,
    }
}

fn function(item: &mut Record) -> Call {
    let name = item
        .name
        .take()
        .or_else(|| Some(item.function.get("name")?.as_str()?.to_owned()))
        .unwrap_or_else(|| "tool".to_owned());
    let name = match item.namespace.as_deref().filter(|space| !space.is_empty()) {
        Some(space) => format!("{space}__{}", name.trim_start_matches('_')),
        None => name,
    };
    let arguments = match item.input.take() {
        Some(input) => Value::String(input),
        None => item.arguments.take(),
    };
    describe(name, arguments)
}

fn describe(name: String, arguments: Value) -> Call {
    let fields = match arguments {
        Value::Object(fields) => fields,
        Value::String(text) => match serde_json::from_str(&text) {
            Ok(Value::Object(fields)) => fields,
            _ => {
                return Call {
                    target: target(&text),
                    name,
                    input: text,
                };
            }
        },
        _ => Map::new(),
    };
    let fields = Value::Object(fields);
    let whole = command(&fields)
        .or_else(|| patch(&fields))
        .or_else(|| plan(&fields));
    match whole {
        Some(input) => Call {
            target: target(&input),
            name,
            input,
        },
        None => Call {
            target: telling(&fields).to_owned(),
            input: listed(&fields),
            name,
        },
    }
}

/// Gives the command of a call, joined from its words and without the shell that only runs it.
fn command(fields: &Value) -> Option<String> {
    match fields.get("command").or_else(|| fields.get("cmd"))? {
        Value::String(command) => Some(command.clone()),
        Value::Array(words) => {
            let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
            Some(match words.as_slice() {
                [shell, flag, script] if is_shell(shell) && is_script_flag(flag) => {
                    (*script).to_owned()
                }
                ["apply_patch", patch] => (*patch).to_owned(),
                words => words.join(" "),
            })
        }
        _ => None,
    }
}

fn is_shell(word: &str) -> bool {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    let name = name.to_ascii_lowercase();
    matches!(
        name.trim_end_matches(".exe"),
        "bash" | "sh" | "zsh" | "fish" | "dash" | "ksh" | "pwsh" | "powershell" | "cmd"
    )
}

fn is_script_flag(word: &str) -> bool {
    matches!(
        word.to_ascii_lowercase().as_str(),
        "-c" | "-lc" | "-ic" | "-lic" | "-command" | "/c"
    )
}

fn patch(fields: &Value) -> Option<String> {
    let text = fields
        .get("input")
        .or_else(|| fields.get("patch"))?
        .as_str()?;
    text.contains(PATCH).then(|| text.to_owned())
}

/// Gives the steps of a plan, a line each.
fn plan(fields: &Value) -> Option<String> {
    let steps = fields.get("plan")?.as_array()?;
    let mut text = String::new();
    if let Some(explanation) = fields["explanation"].as_str() {
        let _ = writeln!(text, "{explanation}");
    }
    for step in steps {
        let status = step["status"].as_str().unwrap_or("?");
        let words = step["step"].as_str().unwrap_or_default();
        let _ = writeln!(text, "- [{status}] {words}");
    }
    text.truncate(text.trim_end().len());
    Some(text)
}

fn web_search(action: &Value) -> Call {
    let parts: Vec<&str> = ["query", "url", "pattern"]
        .iter()
        .filter_map(|key| action[*key].as_str())
        .collect();
    used("web_search", parts.join("\n"))
}

const PATCH: &str = "*** Begin Patch";

/// Gives the line that tells what an input is about: the files of a patch, else the first line.
fn target(input: &str) -> String {
    if !input.contains(PATCH) {
        return input
            .lines()
            .find(|line| !line.trim().is_empty())
            .unwrap_or_default()
            .to_owned();
    }
    let marks = ["Add", "Update", "Delete"].map(|verb| format!("*** {verb} File: "));
    let mut paths: Vec<&str> = input
        .lines()
        .filter_map(|line| {
            marks
                .iter()
                .find_map(|mark| line.strip_prefix(mark.as_str()))
        })
        .map(str::trim)
        .collect();
    paths.dedup();
    paths.join(", ")
}

fn telling(fields: &Value) -> &str {
    let text = |value: &'_ Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
    TELLING
        .iter()
        .filter_map(|key| fields.get(key))
        .chain(fields.as_object().into_iter().flat_map(Map::values))
        .find(|value| text(value))
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// Gives the fields of an input, a line each.
fn listed(fields: &Value) -> String {
    let mut text = String::new();
    for (key, value) in fields.as_object().into_iter().flatten() {
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

    fn check(item: Value, expected: [&str; 3]) {
        let mut item: Record = serde_json::from_value(item).unwrap();
        let call = call(&mut item).unwrap();
        assert_eq!([&call.name, &call.target, &call.input], expected);
    }

    fn function(name: &str, arguments: &Value) -> Value {
        json!({"type": "function_call", "name": name, "arguments": arguments.to_string()})
    }

    #[test]
    fn commands_stand_without_the_shell_that_runs_them() {
        for (arguments, expected) in [
            (
                json!({"command": ["bash", "-lc", "make test"]}),
                "make test",
            ),
            (
                json!({"command": ["/bin/zsh", "-c", "make test"]}),
                "make test",
            ),
            (
                json!({"command": ["pwsh.exe", "-Command", "make test"]}),
                "make test",
            ),
            (json!({"command": ["git", "status", "-s"]}), "git status -s"),
            (json!({"cmd": "make test", "workdir": "/w"}), "make test"),
        ] {
            check(function("shell", &arguments), ["shell", expected, expected]);
        }
    }

    #[test]
    fn a_patch_is_known_by_its_files() {
        let patch = "*** Begin Patch\n*** Add File: src/a.rs\n+x\n*** Update File: src/b.rs\n-y\n*** End Patch";
        let item = json!({"type": "custom_tool_call", "name": "apply_patch", "input": patch});
        check(item, ["apply_patch", "src/a.rs, src/b.rs", patch]);
        let item = function("shell", &json!({"command": ["apply_patch", patch]}));
        check(item, ["shell", "src/a.rs, src/b.rs", patch]);
    }

    #[test]
    fn other_inputs_are_lists_of_their_fields() {
        check(
            function("search", &json!({"limit": 3, "query": "cache size"})),
            ["search", "cache size", "limit: 3\nquery: cache size"],
        );
        check(
            function(
                "update_plan",
                &json!({"plan": [{"step": "look", "status": "pending"}]}),
            ),
            ["update_plan", "- [pending] look", "- [pending] look"],
        );
        check(function("raw", &json!("x")), ["raw", "\"x\"", "\"x\""]);
    }

    #[test]
    fn calls_of_the_service_are_calls_too() {
        check(
            json!({"type": "web_search_call", "action": {"type": "search", "query": "rust pty"}}),
            ["web_search", "rust pty", "rust pty"],
        );
        check(
            json!({"type": "local_shell_call", "action": {"command": ["ls", "-l"]}}),
            ["local_shell", "ls -l", "ls -l"],
        );
        check(
            json!({"type": "function_call", "name": "_fetch", "namespace": "mcp__hub", "arguments": "{}"}),
            ["mcp__hub__fetch", "", ""],
        );
    }
}
