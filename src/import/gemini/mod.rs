//! Gemini CLI: the recordings below `~/.gemini/tmp`, one JSON document or, since 0.40, JSON lines, and the
//! checkpoints of `/chat save`.

mod log;
pub(super) mod parts;

use std::io;
use std::path::Path;

use serde_json::{Map, Value};

use crate::model::{EventKind, Surface, ToolStatus, TurnKind};

use super::builder::{Origin, SessionBuilder};
use super::calls::Shown;
use super::head::Head;
use super::lenient;
use super::source::Source;
use super::{Aside, Format, Reading, Skip, no_companion};

use log::Log;
use parts::{Part, outcome, parts};

pub(super) const FORMAT: Format = Format {
    id: "gemini-cli",
    name: "Gemini CLI",
    files: "recordings below ~/.gemini/tmp/PROJECT/chats (JSON, JSON lines since 0.40), checkpoints of /chat save",
    page: PAGE,
    recognise,
    companion: no_companion,
    read,
};

const PAGE: &str = "\
Files: ~/.gemini/tmp/PROJECT/chats/session-TIME-ID.json, the same as .jsonl since 0.40 (where a message that is written
again replaces the one before), and checkpoint-NAME.json of /chat save.

Developer turns: messages of the user, as they were shown where that differs; without the files that they refer to, what
hooks added, and what the program said itself. Answers to the agent's questions.

Events: requests and tools that were stopped, tool calls that were not allowed, turns that a rewind took back,
summaries that replaced the conversation, errors.

Left out: notices of the program, ~/.gemini/tmp/PROJECT/logs.json (a log of prompts). Sessions of sub-agents are
counted as such.

Known by: sessionId; a checkpoint by its developer turns. Each turn keeps its id and its place in the file. The file
names neither folder nor version.";

/// Types of the messages of a recording.
const TYPES: [&str; 6] = ["user", "gemini", "model", "info", "warning", "error"];

fn recognise(head: &Head) -> bool {
    if let Value::Array(items) = &head.document {
        let first = items.iter().find_map(Value::as_object);
        return first.is_some_and(is_content);
    }
    head.records.iter().any(|record| {
        is_head(record) || is_update(record) || is_answer(record) || is_checkpoint(record)
    })
}

/// Tells whether a record says what a recording is of.
fn is_head(record: &Map<String, Value>) -> bool {
    let has = |key: &str| record.get(key).is_some_and(Value::is_string);
    let known = |message: &Value| {
        let kind = message["type"].as_str();
        kind.is_some_and(|kind| TYPES.contains(&kind))
    };
    let messages = record.get("messages").map(Value::as_array);
    has("sessionId")
        && (has("projectHash") || has("startTime"))
        && !record.contains_key("type")
        && !record.contains_key("requests")
        && messages.is_none_or(|list| list.is_some_and(|list| list.iter().take(9).all(known)))
}

fn is_update(record: &Map<String, Value>) -> bool {
    record.get("$set").is_some_and(Value::is_object)
        || record.get("$rewindTo").is_some_and(Value::is_string)
}

fn is_answer(record: &Map<String, Value>) -> bool {
    record.get("type").is_some_and(|kind| kind == "gemini") && record.contains_key("content")
}

fn is_checkpoint(record: &Map<String, Value>) -> bool {
    let history = record.get("history").and_then(Value::as_array);
    let first = history.and_then(|list| list.first()?.as_object());
    first.is_some_and(is_content)
}

/// Tells whether an item is a message as the service takes it.
fn is_content(item: &Map<String, Value>) -> bool {
    let role = item.get("role").and_then(Value::as_str);
    matches!(role, Some("user" | "model" | "gemini"))
        && item.get("parts").is_some_and(Value::is_array)
}

fn read(source: &Source) -> io::Result<Reading> {
    let head = Head::read(source)?;
    let is_list = |record: &Map<String, Value>| {
        record.contains_key("messages") || record.contains_key("history")
    };
    if head.records.len() > 1 || head.records.first().is_some_and(|only| !is_list(only)) {
        return Ok(tell(Log::stream(source.open()?)?, source.path()));
    }
    let bytes = source.read()?;
    Ok(match Log::document(&bytes) {
        Some(log) => tell(log, source.path()),
        None => tell(Log::stream(&*bytes)?, source.path()),
    })
}

fn tell(mut log: Log, path: &Path) -> Reading {
    let mut telling = Telling::new(&log.fields, path);
    let mut skipped = std::mem::take(&mut log.skipped);
    for message in log.messages {
        let place = message.place;
        match message.value() {
            Ok(value) => telling.message(&value, message.is_taken_back, place.offset, place.line),
            Err(Skip { reason, .. }) => {
                let reason = format!("a message cannot be read: {reason}");
                skipped.push(Skip::at_line(place.line, reason));
            }
        }
    }
    skipped.append(&mut telling.skipped);
    skipped.sort_by_key(|skip| skip.line);
    let mut reading = Reading::default();
    if telling.spoken {
        let mut session = telling.builder.finish();
        if log
            .fields
            .get("kind")
            .is_some_and(|kind| kind == "subagent")
        {
            session.parent = parent_id(path);
            reading.aside.push((Aside::SubAgent, session));
        } else {
            reading.sessions.push(session);
        }
    } else {
        skipped.push(Skip::whole("the session holds no messages"));
    }
    reading.skipped = skipped;
    reading
}

/// Gives the session in whose folder the recordings of its sub-agents lie.
fn parent_id(path: &Path) -> Option<String> {
    let folder = path.parent()?.file_name()?.to_str()?;
    lenient::is_uuid(folder).then(|| folder.to_owned())
}

/// A session that is being told.
struct Telling {
    builder: SessionBuilder,
    skipped: Vec<Skip>,
    spoken: bool,
}

impl Telling {
    fn new(fields: &Map<String, Value>, path: &Path) -> Telling {
        let mut builder = SessionBuilder::new(&path.to_string_lossy(), FORMAT.id);
        let session = &mut builder.session;
        "Gemini CLI".clone_into(&mut session.agent);
        session.surface = Some(Surface::Cli);
        let text = |key: &str| fields.get(key).and_then(Value::as_str);
        text("sessionId")
            .unwrap_or_default()
            .clone_into(&mut session.key);
        session.title = text("summary").and_then(lenient::filled).map(str::to_owned);
        session.started = fields.get("startTime").and_then(lenient::moment);
        session.ended = fields.get("lastUpdated").and_then(lenient::moment);
        Telling {
            builder,
            skipped: Vec::new(),
            spoken: false,
        }
    }

    fn message(&mut self, message: &Value, is_taken_back: bool, offset: u64, line: u64) {
        let origin = Origin {
            native_id: lenient::text(message, "id").map(str::to_owned),
            time: lenient::moment(&message["timestamp"]),
            place: Some(offset),
        };
        let kind = message["type"].as_str().or(message["role"].as_str());
        match kind {
            Some("user") => self.user(message, is_taken_back, &origin, line),
            Some("gemini" | "model") => self.agent(message, &origin),
            Some("info") if said(message).trim() == "Request cancelled." => {
                self.builder.event(EventKind::Interrupted, "", origin);
            }
            Some("error") => {
                let said = said(message);
                let detail: String = said
                    .lines()
                    .next()
                    .unwrap_or_default()
                    .chars()
                    .take(200)
                    .collect();
                self.builder.agent_event(EventKind::Error, &detail, origin);
            }
            _ => (),
        }
    }

    fn user(&mut self, message: &Value, is_taken_back: bool, origin: &Origin, line: u64) {
        let (mut texts, mut attached, mut folded) = (Vec::new(), false, false);
        for part in parts(content(message, true)) {
            match part {
                Part::Text(text) | Part::Thought(text) => texts.push(text),
                Part::Attachment => attached = true,
                Part::Result { id, response } => {
                    folded = true;
                    self.result(id, None, response, origin);
                }
                Part::Call { .. } => (),
            }
        }
        let text = texts.join("\n");
        let pieces = split(&text);
        let (typed, injected): (Vec<_>, Vec<_>) =
            pieces.into_iter().partition(|(name, _)| name.is_none());
        let mut typed: String = typed.into_iter().map(|(_, text)| text).collect();
        if typed.is_empty() && attached {
            "[image]".clone_into(&mut typed);
        }
        if !typed.is_empty() {
            self.spoken = true;
            self.builder
                .developer(TurnKind::Prompt, typed, origin.clone());
            if is_taken_back {
                self.builder.take_back(1);
            }
        } else if !folded && injected.is_empty() {
            let reason = "a message of the developer's without words";
            self.skipped.push(Skip::at_line(line, reason));
        }
        for (name, text) in injected {
            self.injected(name.unwrap_or_default(), text, origin.clone());
        }
    }

    fn injected(&mut self, name: &str, text: &str, origin: Origin) {
        if name == SUMMARY {
            let origin = origin.clone();
            self.builder.agent_event(EventKind::Compacted, "", origin);
        }
        self.builder.injected(name, text, origin);
    }

    fn agent(&mut self, message: &Value, origin: &Origin) {
        self.spoken = true;
        if let Some(model) = lenient::text(message, "model") {
            self.builder.model(model);
        }
        for thought in lenient::items(message, "thoughts") {
            let lines = ["subject", "description"].map(|key| lenient::text(thought, key));
            let lines: Vec<&str> = lines.into_iter().flatten().collect();
            if !lines.is_empty() {
                self.builder.thinking(lines.join("\n"), origin.clone());
            }
        }
        for part in parts(content(message, false)) {
            match part {
                Part::Text(text) if !text.trim().is_empty() => {
                    self.builder.prose(text, origin.clone());
                }
                Part::Thought(text) if !text.trim().is_empty() => {
                    self.builder.thinking(text, origin.clone());
                }
                Part::Call { id, name, input } => self.call(id, name, input, origin),
                _ => (),
            }
        }
        for call in lenient::items(message, "toolCalls") {
            self.tool(call, origin);
        }
    }

    fn call(&mut self, id: &str, name: &str, input: &Value, origin: &Origin) {
        let Shown { target, input } = Shown::of(input);
        self.builder.call(id, name, &target, input, origin.clone());
    }

    /// Takes a call with its result, as recordings hold both.
    fn tool(&mut self, call: &Value, origin: &Origin) {
        let name = lenient::text(call, "name").unwrap_or("tool");
        let id = lenient::text(call, "id").unwrap_or(name);
        self.call(id, name, &call["args"], origin);
        let status = call["status"].as_str();
        let responses = lenient::items(call, "result").iter();
        let response = responses
            .filter_map(|item| item.get("functionResponse")?.get("response"))
            .next_back();
        let shown = response.unwrap_or(&call["resultDisplay"]);
        if status.is_some() || !shown.is_null() {
            self.result(id, status, shown, origin);
        }
    }

    fn result(&mut self, id: &str, status: Option<&str>, response: &Value, origin: &Origin) {
        let found = outcome(status, response);
        let tool = self.builder.call_name(id).unwrap_or_default().to_owned();
        self.builder
            .result(id, &found.output, found.status, origin.clone());
        if found.interrupted {
            let kind = EventKind::Interrupted;
            self.builder.call_event(id, kind, &tool, origin.clone());
        } else if found.status == Some(ToolStatus::Refused) {
            let kind = EventKind::Refused;
            self.builder.call_event(id, kind, &tool, origin.clone());
        }
        if tool == "ask_user"
            && let Some(answers) = answers(&found.output)
        {
            self.builder
                .developer(TurnKind::Answer, answers, origin.clone());
        }
    }
}

/// Gives the content of a message; what was shown to the developer in its place where that is asked for and known.
fn content(message: &Value, as_shown: bool) -> &Value {
    let filled = |key: &str| {
        let value = message.get(key)?;
        let is_empty =
            value.is_null() || value == "" || value.as_array().is_some_and(Vec::is_empty);
        (!is_empty).then_some(value)
    };
    let shown = as_shown.then(|| filled("displayContent")).flatten();
    shown
        .or_else(|| filled("content"))
        .or_else(|| filled("parts"))
        .unwrap_or(&Value::Null)
}

fn said(message: &Value) -> String {
    let text = |part| match part {
        Part::Text(text) => Some(text),
        _ => None,
    };
    let texts: Vec<&str> = parts(content(message, false)).filter_map(text).collect();
    texts.join("\n")
}

/// What a summary that replaces the conversation is called.
const SUMMARY: &str = "compaction summary";

/// Ways in which a message begins that nobody typed, and what it is.
const INJECTED: [(&str, &str); 4] = [
    (
        "This is the Gemini CLI. We are setting up the context",
        "context",
    ),
    ("<session_context>", "context"),
    ("<state_snapshot>", SUMMARY),
    ("<hook_context>", "hook"),
];

/// Marks on a line of their own after which nothing is typed any more, and what follows.
const AFTER: [(&str, &str); 2] = [
    ("--- Content from referenced files ---", "referenced files"),
    ("<hook_context>", "hook"),
];

/// Splits a message into what was typed (without a name) and what was not.
fn split(text: &str) -> Vec<(Option<&'static str>, &str)> {
    let text = text.trim();
    // The program says this itself when the model stops in the middle.
    if text == "System: Please continue." {
        return vec![(Some("continue"), text)];
    }
    let beginning = INJECTED.iter().find(|(start, _)| text.starts_with(start));
    if let Some((_, name)) = beginning {
        return vec![(Some(name), text)];
    }
    let cut = |(mark, name): &(&str, &'static str)| {
        let at = text.match_indices(mark).map(|(at, _)| at);
        let mut at = at.filter(|&at| at == 0 || text[..at].ends_with('\n'));
        at.next().map(|at| (at, *name))
    };
    match AFTER.iter().filter_map(cut).min() {
        Some((at, name)) => vec![(None, text[..at].trim()), (Some(name), &text[at..])],
        None => vec![(None, text)],
    }
}

/// Gives the answers in the result of the tool that asks the developer.
fn answers(output: &str) -> Option<String> {
    let result: Value = serde_json::from_str(output).ok()?;
    let answers = result.get("answers")?.as_object()?.values();
    let answers: Vec<&str> = answers
        .filter_map(|answer| lenient::filled(answer.as_str()?))
        .collect();
    (!answers.is_empty()).then(|| answers.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recordings_are_recognised_and_nothing_else() {
        let check = |text: &str, expected: bool| {
            assert_eq!(recognise(&Head::of(text.as_bytes())), expected, "{text}");
        };
        check(
            r#"{"sessionId":"s","projectHash":"h","messages":[{"type":"user","content":"x"}]}"#,
            true,
        );
        check(r#"{"sessionId":"s","startTime":"t","kind":"main"}"#, true);
        check(r#"{"$set":{"summary":"x"}}"#, true);
        check(r#"{"id":"a","type":"gemini","content":"x"}"#, true);
        check(r#"[{"role":"user","parts":[{"text":"x"}]}]"#, true);
        check(r#"{"history":[{"role":"user","parts":[]}]}"#, true);
        check(
            r#"[{"sessionId":"s","messageId":0,"type":"user","message":"x"}]"#,
            false,
        );
        check(r#"{"sessionId":"s","startTime":"t","type":"user"}"#, false);
        check(
            r#"{"sessionId":"s","startTime":"t","messages":[{"role":"user"}]}"#,
            false,
        );
        check(
            r#"{"sessionId":"s","history":[{"message":{"role":"user","content":"x"}}]}"#,
            false,
        );
        check(r#"[{"role":"user","content":"x"}]"#, false);
    }

    #[test]
    fn typed_words_are_told_from_the_programs() {
        let check =
            |text: &str, expected: &[(Option<&str>, &str)]| assert_eq!(split(text), expected);
        check(" knit ", &[(None, "knit")]);
        check(
            "System: Please continue.",
            &[(Some("continue"), "System: Please continue.")],
        );
        check(
            "see @a\n--- Content from referenced files ---\nx",
            &[
                (None, "see @a"),
                (
                    Some("referenced files"),
                    "--- Content from referenced files ---\nx",
                ),
            ],
        );
        check(
            "a\n<hook_context>b</hook_context>",
            &[
                (None, "a"),
                (Some("hook"), "<hook_context>b</hook_context>"),
            ],
        );
        check(
            "what is <hook_context>?",
            &[(None, "what is <hook_context>?")],
        );
        check("<state_snapshot>x", &[(Some(SUMMARY), "<state_snapshot>x")]);
        check("", &[(None, "")]);
    }

    #[test]
    fn answers_are_the_developers_words() {
        assert_eq!(
            answers(r#"{"answers":{"0":"wool","1":" "}}"#).as_deref(),
            Some("wool")
        );
        assert_eq!(answers("cancelled"), None);
    }
}
