//! What a tool was used on, in one line: a path, a command, a query.

use serde_json::Value;

use super::lines::{FenceEnds, fence, join};
use super::tools::PHRASES;

/// Parameters that tell what a tool was used on, the most telling first.
const PARAMETERS: [&str; 14] = [
    "command",
    "cmd",
    "query",
    "pattern",
    "search_term",
    "file_path",
    "target_file",
    "relativeWorkspacePath",
    "path",
    "paths",
    "url",
    "prompt",
    "description",
    "explanation",
];

/// What a summary says of a call's target.
#[derive(Clone, Copy)]
enum Stated<'a> {
    Certain(&'a str),
    Remark(&'a str),
}

/// Finds the target of a call in its summary, its input, and where both are silent its output.
pub(super) fn target(summary: &str, input: &[String], output: &str) -> String {
    let stated = stated(summary);
    if let Some(Stated::Certain(target)) = stated {
        return target.to_owned();
    }
    let fenced = input.iter().position(|line| fence(line).is_some());
    let above = &input[..fenced.unwrap_or(input.len())];
    code_target(above)
        .or_else(|| fenced_target(input))
        .or(match stated {
            Some(Stated::Remark(remark)) => Some(remark.to_owned()),
            _ => None,
        })
        .or_else(|| changed_file(output))
        .or_else(|| first_line(above))
        .unwrap_or_default()
}

/// Reads a summary such as `Searched codebase "words" • **2** results`.
fn stated(summary: &str) -> Option<Stated<'_>> {
    let text = summary.split(" • **").next()?.trim();
    let phrase = PHRASES.iter().find_map(|phrase| text.strip_prefix(phrase));
    let text = phrase.unwrap_or(text).trim_start_matches(':').trim();
    let bare = uncoded(text);
    let bare = bare
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .unwrap_or(bare);
    match bare {
        "" => None,
        _ if phrase.is_some() || bare.len() < text.len() => Some(Stated::Certain(bare)),
        _ => Some(Stated::Remark(bare)),
    }
}

/// Gives the first line of the input that says something.
fn first_line(input: &[String]) -> Option<String> {
    // The editor describes some tools at length before it gives their parameters.
    let given = input.iter().rposition(|line| line == "*Parameters*:");
    input
        .iter()
        .skip(given.map_or(0, |at| at + 1))
        .map(|line| line.trim().trim_matches('*').trim())
        .find(|line| !line.is_empty() && !line.ends_with(':'))
        .map(str::to_owned)
}

/// Finds the target among the lines that print it as code.
fn code_target(input: &[String]) -> Option<String> {
    input.iter().take(10).find_map(|line| {
        let line = line.trim();
        let bare = uncoded(line.strip_prefix("Path: ").unwrap_or(line));
        let is_code = bare.len() < line.len() && !bare.contains('`');
        let is_listed = ["path `", "pattern `", "include `"]
            .iter()
            .any(|start| line.starts_with(start));
        match line {
            _ if is_code => Some(bare.to_owned()),
            _ if is_listed => Some(line.replace('`', "")),
            _ => None,
        }
    })
}

/// Finds the target in what the writers fence or list: a script, parameters.
fn fenced_target(input: &[String]) -> Option<String> {
    let open = input
        .iter()
        .position(|line| matches!(fence(line), Some((_, "bash" | "sh" | "shell" | "json"))));
    if let Some(open) = open {
        let length = fence(&input[open]).map_or(3, |(length, _)| length);
        let end = FenceEnds::new().find(input, open, length);
        let end = end.unwrap_or(input.len());
        let inside = &input[open + 1..end];
        if !input[open].ends_with("json") {
            return inside.iter().find(|line| !line.trim().is_empty()).cloned();
        }
        let value: Value = serde_json::from_str(&join(inside)).ok()?;
        return PARAMETERS
            .iter()
            .find_map(|name| parameter(value.get(name)?));
    }
    PARAMETERS.iter().find_map(|name| {
        let listed = input.iter().find_map(|line| {
            let rest = line.strip_prefix("- ").or(line.strip_prefix("  * "))?;
            rest.strip_prefix(name)?.strip_prefix(": ")
        })?;
        Some(uncoded(listed).to_owned())
    })
}

/// Finds the file that an output says was written, where the input does not name it.
fn changed_file(output: &str) -> Option<String> {
    let line = output.lines().next()?;
    let file = match line.split_once("successfully at: ") {
        Some((_, rest)) => rest.split_once(" (").map_or(rest, |(file, _)| file),
        None => line.strip_prefix("The file ")?.split_once(" has been ")?.0,
    };
    Some(file.trim().to_owned())
}

fn parameter(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.first()?.as_str()?.to_owned(),
        _ => return None,
    };
    (!text.trim().is_empty()).then_some(text)
}

/// Takes the backticks off a text that is code as a whole.
pub(super) fn uncoded(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('`')
        .and_then(|text| text.strip_suffix('`'))
        .filter(|text| !text.is_empty())
        .unwrap_or(text)
}
