//! Kimi CLI: the wire log of an agent, in which prompts, steering and cancelling are records of their own.

use std::collections::{HashSet, VecDeque};
use std::io;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::model::{EventKind, Surface, ToolStatus, TurnKind};

use super::builder::Origin;
use super::chat::{self, Chat};
use super::head::Head;
use super::lenient;
use super::records::{Place, each_record};
use super::source::Source;
use super::{Aside, Format, Reading};

pub(super) const FORMAT: Format = Format {
    id: "kimi",
    name: "Kimi CLI",
    files: "wire.jsonl of an agent below ~/.kimi-code/sessions (JSON lines)",
    page: PAGE,
    recognise,
    companion,
    read,
};

const PAGE: &str = "\
Files: sessions/FOLDER/SESSION/agents/AGENT/wire.jsonl, a record on each line after one with a
protocol_version; state.json tells no words and is passed over.

Developer turns: turn.prompt and, as steering, turn.steer, of the origin user; messages of the
user that no such record announced.

Events: turns that were cancelled, calls that the developer did not approve, compaction.

Left out: reminders and whatever else the program injected (shown folded), requests and counts.
The logs of sub-agents stand aside.

Known by: the session's folder, else a hash of the developer's words. Each turn keeps its place in
the file.";

/// How many words may wait to be repeated; those that were cancelled never are.
const WAITING: usize = 64;

/// A record. A field may hold anything.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Record {
    #[serde(rename = "type")]
    kind: Value,
    time: Value,
    origin: Value,
    input: Value,
    message: Value,
    event: Value,
    model: Value,
    summary: Value,
    result: Value,
    #[serde(rename = "toolCallId")]
    call: Value,
    #[serde(rename = "environmentDisclosure")]
    environment: Value,
}

fn recognise(head: &Head) -> bool {
    let is =
        |record: &Map<String, Value>, kind: &str| record.get("type").is_some_and(|own| own == kind);
    head.records.iter().any(|record| {
        is(record, "metadata") && record.contains_key("protocol_version")
            || is(record, "turn.prompt") && record.contains_key("input")
            || is(record, "context.append_loop_event") && record.contains_key("event")
    })
}

fn companion(head: &Head) -> bool {
    let state = &head.document;
    state["agents"]["main"].is_object() && state["workDir"].is_string()
}

fn read(source: &Source) -> io::Result<Reading> {
    let mut run = Run {
        chat: Chat::new(&source.path().to_string_lossy(), FORMAT.id, "Kimi CLI"),
        announced: VecDeque::new(),
        refused: HashSet::new(),
    };
    run.chat.builder.session.surface = Some(Surface::Cli);
    let (session, agent) = folders(source.path());
    let mut skipped = each_record(source.open()?, |record: Record, place| {
        run.record(&record, place);
    })?;
    let is_sub_agent = agent.as_deref().is_some_and(|agent| agent != "main");
    let key = match agent.filter(|_| is_sub_agent) {
        Some(agent) => session.map(|session| format!("{session}/{agent}")),
        None => session,
    };
    run.chat.builder.session.key = key.unwrap_or_default();
    let (session, left_out) = run.chat.finish();
    skipped.extend(left_out);
    let mut reading = Reading {
        skipped,
        ..Reading::default()
    };
    match session {
        Some(session) if is_sub_agent => reading.aside.push((Aside::SubAgent, session)),
        session => reading.sessions.extend(session),
    }
    Ok(reading.in_order())
}

/// Gives the names of the session and of the agent, which only the path tells.
fn folders(path: &Path) -> (Option<String>, Option<String>) {
    let names: Vec<String> = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    match names.as_slice() {
        [.., session, agents, agent, _] if agents == "agents" => {
            (Some(session.clone()), Some(agent.clone()))
        }
        _ => (None, None),
    }
}

/// A session that is being read.
struct Run {
    chat: Chat,
    /// Words that the log will repeat as a message.
    announced: VecDeque<String>,
    /// Calls that were refused before they stood in the log.
    refused: HashSet<String>,
}

impl Run {
    fn record(&mut self, record: &Record, place: Place) {
        let origin = Origin {
            native_id: None,
            time: lenient::moment(&record.time),
            place: Some(place.offset),
        };
        match record.kind.as_str().unwrap_or_default() {
            "turn.prompt" => self.announce(TurnKind::Prompt, record, origin, place),
            "turn.steer" => self.announce(TurnKind::Steering, record, origin, place),
            "turn.cancel" => {
                let builder = &mut self.chat.builder;
                builder.event(EventKind::Interrupted, "", origin);
            }
            "context.append_message" => self.message(&record.message, origin, place),
            "context.append_loop_event" => self.event(&record.event, origin),
            "permission.record_approval_result" => self.permission(record, origin),
            "context.apply_compaction" => {
                let builder = &mut self.chat.builder;
                builder.agent_event(EventKind::Compacted, "", origin.clone());
                let text = record.summary.as_str().unwrap_or_default();
                self.chat.injected("summary", text, origin);
            }
            "llm.request" => {
                let model = record.model.as_str().unwrap_or_default();
                self.chat.builder.model(model);
            }
            "profile.bind" => {
                let folder = record.environment["cwd"].as_str().map(str::to_owned);
                let session = &mut self.chat.builder.session;
                session.folder = session.folder.take().or(folder);
            }
            _ => (),
        }
    }

    fn announce(&mut self, kind: TurnKind, record: &Record, origin: Origin, place: Place) {
        let words = chat::words(&record.input);
        let from = record.origin["kind"].as_str().unwrap_or("user");
        self.announced.push_back(words.clone());
        if self.announced.len() > WAITING {
            self.announced.pop_front();
        }
        if from != "user" {
            self.chat.injected(from, &words, origin);
        } else if words.trim().is_empty() {
            self.chat.without_words(place);
        } else {
            self.chat.developer(kind, words, origin);
        }
    }

    fn message(&mut self, message: &Value, origin: Origin, place: Place) {
        let words = chat::words(&message["content"]);
        if message["role"] != "user" {
            return self.chat.said(&words, origin);
        }
        let known = self.announced.iter().position(|known| *known == words);
        if let Some(at) = known {
            self.announced.remove(at);
            return;
        }
        match message["origin"]["kind"].as_str() {
            Some("user") | None if words.trim().is_empty() => self.chat.without_words(place),
            Some("user") | None => self.chat.developer(TurnKind::Prompt, words, origin),
            Some(from) => self.chat.injected(from, &words, origin),
        }
    }

    fn event(&mut self, event: &Value, origin: Origin) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match event["type"].as_str().unwrap_or_default() {
            "content.part" => {
                let part = &event["part"];
                self.chat.thought(&text(&part["think"]), origin.clone());
                self.chat.said(&text(&part["text"]), origin);
            }
            "tool.call" => {
                let (id, name) = (text(&event["toolCallId"]), text(&event["name"]));
                self.chat.call(&id, &name, &event["args"], origin.clone());
                if self.refused.contains(&id) {
                    let builder = &mut self.chat.builder;
                    builder.call_event(&id, EventKind::Refused, &name, origin);
                }
            }
            "tool.result" => self.outcome(event, origin),
            _ => (),
        }
    }

    fn outcome(&mut self, event: &Value, origin: Origin) {
        let id = event["toolCallId"].as_str().unwrap_or_default();
        let result = &event["result"];
        let refused = self.refused.contains(id);
        let status = match result["isError"] == Value::Bool(true) {
            _ if refused => Some(ToolStatus::Refused),
            true => Some(ToolStatus::Failed),
            false => None,
        };
        let output = chat::words(&result["output"]);
        self.chat.result(id, &output, status, origin);
    }

    /// Notes a call that was not approved; mostly the record stands before that of the call.
    fn permission(&mut self, record: &Record, origin: Origin) {
        let decision = record.result["decision"].as_str().unwrap_or("approved");
        let Some(id) = record.call.as_str().filter(|_| decision != "approved") else {
            return;
        };
        self.refused.insert(id.to_owned());
        let builder = &mut self.chat.builder;
        if let Some(name) = builder.call_name(id).map(str::to_owned) {
            builder.call_event(id, EventKind::Refused, &name, origin);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_are_recognised_and_the_state_is_a_companion() {
        let check = |text: &str, expected: (bool, bool)| {
            let head = Head::of(text.as_bytes());
            assert_eq!((recognise(&head), companion(&head)), expected, "{text}");
        };
        check(
            r#"{"type":"metadata","protocol_version":"1.4","created_at":1}"#,
            (true, false),
        );
        check(
            r#"{"type":"turn.prompt","input":[],"origin":{"kind":"user"}}"#,
            (true, false),
        );
        check(
            r#"{"agents":{"main":{"type":"main"}},"workDir":"/w","title":"t"}"#,
            (false, true),
        );
        check(r#"{"type":"metadata"}"#, (false, false));
    }

    #[test]
    fn the_path_tells_the_session_and_the_agent() {
        let check = |path: &str, expected: (Option<&str>, Option<&str>)| {
            let (session, agent) = folders(Path::new(path));
            assert_eq!((session.as_deref(), agent.as_deref()), expected, "{path}");
        };
        check(
            "sessions/wd_a/session_b/agents/main/wire.jsonl",
            (Some("session_b"), Some("main")),
        );
        check("wire.jsonl", (None, None));
    }
}
