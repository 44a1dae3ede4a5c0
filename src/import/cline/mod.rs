//! Cline, Roo Code and Kilo Code: a folder for each task, with what the panel showed and what the model got.
//!
//! [`shown`] reads `ui_messages.json`, the rows of the panel. It holds what the developer did more plainly than
//! `api_conversation_history.json`, which [`told`] reads where it lies alone.

mod shown;
mod told;

use std::io;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::builder::SessionBuilder;
use super::head::Head;
use super::pieces::{self, Document};
use super::source::Source;
use super::{Format, Reading, Skip};

use crate::model::Surface;

pub(super) const FORMAT: Format = Format {
    id: "cline",
    name: "Cline, Roo Code and Kilo Code",
    files: "tasks/ID/ui_messages.json, or api_conversation_history.json where it lies alone (JSON)",
    page: PAGE,
    recognise,
    companion,
    read,
};

const PAGE: &str = "\
Files: tasks/ID/ui_messages.json in the editor's folder of the extension (saoudrizwan.claude-dev,
rooveterinaryinc.roo-cline, kilocode.kilo-code), or api_conversation_history.json where no ui_messages.json lies
beside it. task_metadata.json and history_item.json belong to them.

Developer turns: the task and the feedback; feedback while a tool asks for leave is a refusal with words, feedback to
a question an answer, and what is typed while a command runs is steering; what the developer changed in an edit that
the agent proposed.

Events: tasks that were stopped (or whose window was closed), refusals, failures, condensed context.

Left out: what the editor adds to a message, results (shown folded), drafts of a row that a later row replaces,
buttons that were pressed, accounts of requests and checkpoints.

Known by: the task's folder where its name is an id, else by its developer turns. Each turn keeps its ts and its place
in the file. A tool that was refused with a button and without words is not marked in ui_messages.json.";

/// The beginning of a row, enough to tell whose it is.
#[derive(Default, Deserialize)]
#[serde(default)]
struct First {
    ts: Value,
    #[serde(rename = "type")]
    kind: Value,
    say: Value,
    ask: Value,
    role: Value,
    content: Value,
}

/// Marks that only these programs put into a message to the model.
const TAGS: [&str; 6] = [
    "<task>",
    "<environment_details>",
    "<feedback>",
    "<user_message>",
    "[TASK RESUMPTION]",
    "] Result:",
];

/// Which of the two files it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Shown,
    Told,
}

fn recognise(head: &Head) -> bool {
    kind(&head.text).is_some()
}

fn kind(text: &str) -> Option<Kind> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text.starts_with('[') {
        return None;
    }
    let items = pieces::root(text.as_bytes()).items(&[]);
    let Some(first) = items.first() else {
        return kind_of_long(text);
    };
    let first: First = first.read().ok()?;
    let is_row = matches!(first.kind.as_str(), Some("say" | "ask"))
        && first.ts.is_number()
        && (first.say.is_string() || first.ask.is_string());
    if is_row {
        return Some(Kind::Shown);
    }
    let is_message = matches!(first.role.as_str(), Some("user" | "assistant"))
        && (first.content.is_array() || first.content.is_string());
    let is_marked = TAGS.iter().any(|tag| text.contains(tag));
    (is_message && is_marked).then_some(Kind::Told)
}

/// Tells the file by its keys, where the first item is longer than what is looked at: a picture stands in it.
fn kind_of_long(text: &str) -> Option<Kind> {
    let start: String = text.chars().take(2_000).collect();
    let has = |key: &str| start.contains(&format!("\"{key}\""));
    if has("ts") && has("type") && (has("say") || has("ask")) {
        return Some(Kind::Shown);
    }
    let is_told = has("role") && has("content") && TAGS.iter().any(|tag| text.contains(tag));
    is_told.then_some(Kind::Told)
}

fn companion(head: &Head) -> bool {
    let name = head.path.file_name().unwrap_or_default().to_string_lossy();
    let beside = |name: &str| head.path.with_file_name(name).exists();
    match name.as_ref() {
        "api_conversation_history.json" => beside("ui_messages.json"),
        "task_metadata.json" | "history_item.json" | "context_history.json" => {
            beside("ui_messages.json")
                || beside("api_conversation_history.json")
                || head.records.iter().any(is_metadata)
        }
        _ => false,
    }
}

fn is_metadata(record: &Map<String, Value>) -> bool {
    record.contains_key("files_in_context")
}

fn read(source: &Source) -> io::Result<Reading> {
    let document = Document::read(source)?;
    let list = document.root();
    let items = list.items(&[]);
    let first = items.first().and_then(|item| item.read().ok());
    let is_told = first.is_some_and(|first: First| first.role.is_string());
    let builder = begin(source.path());
    let mut skipped = Vec::new();
    let builder = if is_told {
        told::tell(&items, builder, &mut skipped)
    } else {
        shown::tell(&items, builder, &mut skipped)
    };
    skipped.extend(list.skipped);
    let session = (!builder.is_empty()).then(|| builder.finish());
    if session.is_none() {
        skipped.push(Skip::whole("the task holds no messages"));
    }
    Ok(Reading {
        sessions: session.into_iter().collect(),
        skipped,
        ..Reading::default()
    })
}

fn begin(path: &Path) -> SessionBuilder {
    let mut builder = SessionBuilder::new(&path.to_string_lossy(), FORMAT.id);
    agent(path).clone_into(&mut builder.session.agent);
    builder.session.surface = Some(Surface::Ide);
    builder.session.key = task(path).unwrap_or_default();
    builder
}

/// Tells which of the programs wrote a file: only its path does.
fn agent(path: &Path) -> &'static str {
    let path = path.to_string_lossy().to_lowercase();
    if path.contains("kilo-code") || path.contains("kilocode") {
        "Kilo Code"
    } else if path.contains("roo-cline") || path.contains("roo-code") {
        "Roo Code"
    } else {
        "Cline"
    }
}

/// Gives the task's id, which is the name of its folder: a time in milliseconds, or a UUID.
fn task(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    if !matches!(name, "ui_messages.json" | "api_conversation_history.json") {
        return None;
    }
    let folder = path.parent()?.file_name()?.to_str()?;
    let is_id = folder.len() >= 10
        && folder.contains(|c: char| c.is_ascii_digit())
        && folder
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    is_id.then(|| folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_files_of_a_task_are_recognised_and_other_lists_are_not() {
        let check = |text: &str, expected: Option<Kind>| assert_eq!(kind(text), expected, "{text}");
        check(
            r#"[{"ts":1,"type":"say","say":"task","text":"x"}]"#,
            Some(Kind::Shown),
        );
        check(
            r#"[{"ts":1,"type":"ask","ask":"tool","text":"x"}, {"ts""#,
            Some(Kind::Shown),
        );
        check(
            r#"[{"role":"user","content":[{"type":"text","text":"<task>\nx\n</task>"}]}]"#,
            Some(Kind::Told),
        );
        check(r#"[{"role":"user","content":"x"}]"#, None);
        check(
            r#"[{"sessionId":"a","messageId":0,"type":"user","message":"x"}]"#,
            None,
        );
        check(r#"{"ts":1,"type":"say","say":"task"}"#, None);
        check("[", None);
        let long = "A".repeat(5_000);
        check(
            &format!(r#"[{{"ts":1,"type":"say","say":"task","text":"x","images":["{long}"#),
            Some(Kind::Shown),
        );
        check(
            &format!(r#"[{{"role":"user","content":[{{"text":"<task>x</task>"}},{{"data":"{long}"#),
            Some(Kind::Told),
        );
        check("[7]", None);
    }

    #[test]
    fn the_folder_of_a_task_is_its_id() {
        let check = |path: &str, expected: Option<&str>| {
            assert_eq!(task(Path::new(path)).as_deref(), expected, "{path}");
        };
        check(
            "tasks/1770577372307/ui_messages.json",
            Some("1770577372307"),
        );
        check("samples/ui_messages.json", None);
        check("tasks/1770577372307/other.json", None);
    }
}
