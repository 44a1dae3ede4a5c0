//! What an answer in VS Code's chat is made of: pieces of Markdown, reasoning, tool calls, edits.

use serde_json::Value;

use crate::import::builder::{Origin, SessionBuilder};
use crate::import::calls::{self, Shown};
use crate::import::lenient;
use crate::model::{EventKind, ToolStatus};

/// What VS Code writes of how a tool call was allowed: the developer said no.
const DENIED: u64 = 0;
/// The developer passed over the question.
const PASSED_OVER: u64 = 5;

/// Tells the response to a request. Where the developer stopped it, a call that was waiting for an answer counts as
/// denied, and the stop is told by itself.
pub(super) fn tell(
    request: &Value,
    is_stopped: bool,
    builder: &mut SessionBuilder,
    origin: &Origin,
) {
    let mut answer = Answer {
        builder,
        origin,
        is_stopped,
        prose: String::new(),
        in_block: false,
    };
    for part in lenient::items(request, "response") {
        answer.part(part);
    }
    answer.flush();
}

/// The marks around a block of code.
const FENCE: &str = "```";

struct Answer<'a> {
    builder: &'a mut SessionBuilder,
    origin: &'a Origin,
    is_stopped: bool,
    /// Markdown that was not ended by a part of another kind yet.
    prose: String,
    /// Whether an edit stands inside of a block of code, of which only the fences are Markdown.
    in_block: bool,
}

impl Answer<'_> {
    fn flush(&mut self) {
        let prose = std::mem::take(&mut self.prose);
        if !prose.trim().is_empty() {
            self.builder.prose(prose.trim(), self.origin.clone());
        }
    }

    fn part(&mut self, part: &Value) {
        match part["kind"].as_str() {
            None | Some("markdownContent" | "markdownVuln") => {
                let text = markdown(part);
                let after = text.trim_start().strip_prefix(FENCE);
                let closes = std::mem::take(&mut self.in_block);
                self.prose
                    .push_str(after.filter(|_| closes).unwrap_or(text));
            }
            Some("codeblockUri") => {
                let text = self.prose.trim_end();
                if let Some(before) = text.strip_suffix(FENCE) {
                    self.prose.truncate(before.len());
                    self.in_block = true;
                }
            }
            Some("inlineReference") => self.prose.push_str(&reference(part)),
            Some("thinking") => {
                self.flush();
                let words = calls::output(&part["value"]);
                if let Some(words) = lenient::filled(&words) {
                    self.builder.thinking(words, self.origin.clone());
                }
            }
            Some("toolInvocationSerialized" | "toolInvocation") => {
                self.flush();
                self.tool(part);
            }
            Some("textEditGroup" | "notebookEditGroup") => {
                self.flush();
                self.edit(part);
            }
            Some("warning" | "progressMessage" | "confirmation") => {
                self.flush();
                self.notice(part);
            }
            Some(_) => (),
        }
    }

    fn notice(&mut self, part: &Value) {
        let said = [&part["content"], &part["message"], &part["title"]];
        let said = said
            .into_iter()
            .find_map(|said| lenient::filled(text_of(said)));
        if let Some(said) = said {
            let kind = part["kind"].as_str().unwrap_or_default();
            self.builder.injected(kind, said, self.origin.clone());
        }
    }

    fn tool(&mut self, part: &Value) {
        let name = lenient::text(part, "toolId").unwrap_or("tool");
        let id = lenient::text(part, "toolCallId").unwrap_or_default();
        let Shown { target, input } = shown(part);
        self.builder
            .call(id, name, &target, input, self.origin.clone());
        let confirmed = &part["isConfirmed"];
        let way = confirmed["type"].as_u64().or_else(|| confirmed.as_u64());
        let is_refused = matches!(way, Some(DENIED | PASSED_OVER)) || *confirmed == false;
        let data = &part["toolSpecificData"];
        let exit = data["terminalCommandState"]["exitCode"].as_i64();
        let status = match exit.and_then(|exit| i32::try_from(exit).ok()) {
            _ if is_refused => Some(ToolStatus::Refused),
            Some(exit) => Some(ToolStatus::Exit(exit)),
            None if part["resultDetails"]["isError"] == true => Some(ToolStatus::Failed),
            None if part["isComplete"] == true => Some(ToolStatus::Done),
            None => None,
        };
        let output = [
            &part["resultDetails"]["output"],
            &data["terminalCommandOutput"],
        ];
        let output: Vec<String> = output.into_iter().map(calls::output).collect();
        if !id.is_empty() && status.is_some() {
            self.builder
                .result(id, output.join("").trim_end(), status, self.origin.clone());
        }
        if is_refused && !self.is_stopped {
            let detail = match way {
                Some(PASSED_OVER) => name.to_owned(),
                _ => format!("{name} (refused or failed)"),
            };
            let kind = EventKind::Refused;
            self.builder
                .call_event(id, kind, &detail, self.origin.clone());
        }
    }

    fn edit(&mut self, part: &Value) {
        let path = path_of(&part["uri"]);
        let edits = lenient::items(part, "edits").iter();
        let texts = edits
            .flat_map(|group| match group {
                Value::Array(edits) => edits.as_slice(),
                one => std::slice::from_ref(one),
            })
            .filter_map(|edit| edit["text"].as_str());
        // Edits arrive in pieces of a line; with what belongs between them they are the text.
        let text: String = texts.collect();
        self.builder
            .call("", "edit", path, text, self.origin.clone());
    }
}

/// Shows a call: a terminal's command, the input that was kept, else the words in which VS Code says what was done.
fn shown(part: &Value) -> Shown {
    let data = &part["toolSpecificData"];
    let line = &data["commandLine"];
    let command = ["userEdited", "toolEdited", "original"]
        .iter()
        .find_map(|key| lenient::text(line, key))
        .or_else(|| lenient::text(data, "command"));
    if let Some(command) = command {
        return Shown::text(command);
    }
    let input = [&data["rawInput"], &part["resultDetails"]["input"]];
    if let Some(input) = input.into_iter().find(|input| !input.is_null()) {
        return Shown::of(input);
    }
    let said = ["pastTenseMessage", "invocationMessage"];
    let said = said.iter().map(|key| text_of(&part[*key]));
    let said = said.into_iter().find(|said| !said.is_empty());
    Shown::text(&unlinked(said.unwrap_or_default()))
}

/// Writes links without words as the paths that they lead to.
fn unlinked(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once("[](") {
        let Some((target, after)) = from.split_once(')') else {
            break;
        };
        out.push_str(before);
        out.push_str(target.strip_prefix("file://").unwrap_or(target));
        rest = after;
    }
    out.push_str(rest);
    out
}

fn markdown(part: &Value) -> &str {
    let text = text_of(part);
    if text.is_empty() {
        text_of(&part["content"])
    } else {
        text
    }
}

/// Gives a text that stands by itself or in a `value`.
fn text_of(value: &Value) -> &str {
    value
        .as_str()
        .or_else(|| value["value"].as_str())
        .unwrap_or_default()
}

/// Writes what a reference names: a file, or a symbol in one.
fn reference(part: &Value) -> String {
    let reference = &part["inlineReference"];
    let named = lenient::text(part, "name").or_else(|| lenient::text(reference, "name"));
    let path = || {
        path_of(if reference["uri"].is_null() {
            reference
        } else {
            &reference["uri"]
        })
    };
    let name = named.unwrap_or_else(|| path().rsplit('/').next().unwrap_or_default());
    format!("`{name}`")
}

fn path_of(uri: &Value) -> &str {
    lenient::text(uri, "fsPath")
        .or_else(|| lenient::text(uri, "path"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_without_words_are_paths() {
        assert_eq!(
            unlinked("Read [](file:///shop/oak.ts), lines 1"),
            "Read /shop/oak.ts, lines 1"
        );
        assert_eq!(unlinked("Read [](file:///shop"), "Read [](file:///shop");
        assert_eq!(unlinked("[a](b)"), "[a](b)");
    }
}
