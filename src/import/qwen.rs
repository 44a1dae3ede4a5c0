//! Qwen Code: JSON lines with the envelope of Claude Code's and the messages of Gemini CLI's.
//!
//! Each record names the one that it follows. After a rewind the chain goes on from an earlier record, and the
//! developer turns between the two are taken back.

use std::collections::HashMap;
use std::io;

use serde_json::{Map, Value};

use crate::model::{EventKind, Surface, ToolStatus, TurnKind};

use super::builder::{Origin, SessionBuilder};
use super::calls::Shown;
use super::gemini::parts::{Part, outcome, parts};
use super::head::Head;
use super::lenient;
use super::records::{Place, each_record};
use super::source::Source;
use super::{Aside, Format, Reading, Skip, no_companion};

pub(super) const FORMAT: Format = Format {
    id: "qwen-code",
    name: "Qwen Code",
    files: "session files below ~/.qwen/projects/FOLDER/chats (JSON lines)",
    page: PAGE,
    recognise,
    companion: no_companion,
    read,
};

const PAGE: &str = "\
Files: ~/.qwen/projects/FOLDER/chats/SESSION.jsonl.

Developer turns: messages of the user, as they were shown; slash commands with words; steering (messages that arrive
in the middle of a turn).

Events: tool calls that were refused or stopped, slash commands without words, compaction, turns that a rewind took
back.

Left out: what hooks and notifications put in the developer's name (shown folded), telemetry. Sessions of sub-agents
are counted as such.

Known by: sessionId. Each turn keeps the record's uuid and its place in the file.";

fn recognise(head: &Head) -> bool {
    head.records.iter().any(is_own)
}

fn is_own(record: &Map<String, Value>) -> bool {
    let has = |key: &str| record.get(key).is_some_and(Value::is_string);
    let message = record.get("message");
    let parts = message.is_some_and(|message| message["parts"].is_array());
    let payload = record.get("systemPayload").is_some_and(Value::is_object);
    has("uuid") && has("sessionId") && has("type") && (parts || payload)
}

fn read(source: &Source) -> io::Result<Reading> {
    let mut telling = Telling::new(&source.path().to_string_lossy());
    let mut skipped = each_record(source.open()?, |record: Value, place| {
        telling.record(&record, place);
    })?;
    skipped.append(&mut telling.skipped);
    skipped.sort_by_key(|skip| skip.line);
    let mut reading = Reading::default();
    if telling.builder.is_empty() {
        skipped.push(Skip::whole("the session holds no messages"));
    } else if telling.is_sub_agents {
        let session = telling.builder.finish();
        reading.aside.push((Aside::SubAgent, session));
    } else {
        reading.sessions.push(telling.builder.finish());
    }
    reading.skipped = skipped;
    Ok(reading)
}

/// A session that is being told.
struct Telling {
    builder: SessionBuilder,
    skipped: Vec<Skip>,
    /// How many developer turns stand in the chain that ends with each record.
    before: HashMap<String, usize>,
    standing: usize,
    is_sub_agents: bool,
}

impl Telling {
    fn new(path: &str) -> Telling {
        let mut builder = SessionBuilder::new(path, FORMAT.id);
        "Qwen Code".clone_into(&mut builder.session.agent);
        builder.session.surface = Some(Surface::Cli);
        Telling {
            builder,
            skipped: Vec::new(),
            before: HashMap::new(),
            standing: 0,
            is_sub_agents: false,
        }
    }

    fn record(&mut self, record: &Value, place: Place) {
        let origin = Origin {
            native_id: lenient::text(record, "uuid").map(str::to_owned),
            time: lenient::moment(&record["timestamp"]),
            place: Some(place.offset),
        };
        self.describe(record);
        let kind = record["type"].as_str().unwrap_or_default();
        let subtype = record["subtype"].as_str().unwrap_or_default();
        if kind == "user" || subtype == "rewind" {
            self.follow(record);
        }
        match kind {
            "user" => self.user(record, subtype, &origin, place.line),
            "assistant" => self.agent(record, &origin),
            "tool_result" => self.results(record, &origin),
            "system" => self.system(record, subtype, origin),
            _ => (),
        }
        if let Some(id) = lenient::text(record, "uuid") {
            self.before.insert(id.to_owned(), self.standing);
        }
    }

    fn describe(&mut self, record: &Value) {
        let session = &mut self.builder.session;
        let text = |key: &str| lenient::text(record, key).map(str::to_owned);
        if session.key.is_empty() {
            session.key = text("sessionId").unwrap_or_default();
        }
        session.agent_version = session.agent_version.take().or_else(|| text("version"));
        session.folder = session.folder.take().or_else(|| text("cwd"));
        session.branch = session.branch.take().or_else(|| text("gitBranch"));
        self.is_sub_agents |= record["isSidechain"] == true;
    }

    /// Takes back the developer turns that the chain leaves out from here on.
    fn follow(&mut self, record: &Value) {
        let parent = lenient::text(record, "parentUuid");
        let Some(&standing) = parent.and_then(|parent| self.before.get(parent)) else {
            return;
        };
        let left = self.standing.saturating_sub(standing);
        self.builder.take_back(left);
        self.standing -= left;
    }

    fn user(&mut self, record: &Value, subtype: &str, origin: &Origin, line: u64) {
        let (mut typed, mut attached, mut folded) = (Vec::new(), false, false);
        for part in parts(&record["message"]["parts"]) {
            match part {
                Part::Text(text) if is_injected(text) => {
                    folded = true;
                    self.builder.injected("hook", text, origin.clone());
                }
                Part::Text(text) => typed.push(text),
                Part::Attachment => attached = true,
                Part::Result { id, response } => {
                    folded = true;
                    self.result(id, None, response, origin);
                }
                Part::Thought(_) | Part::Call { .. } => (),
            }
        }
        let shown = lenient::text(&record["systemPayload"], "displayText");
        let text = shown.map_or_else(|| typed.join("\n"), str::to_owned);
        let text = match text.trim() {
            "" if attached => "[image]",
            text => text,
        };
        let kind = match subtype {
            "" => TurnKind::Prompt,
            "mid_turn_user_message" => TurnKind::Steering,
            // Notices of background agents, of the clock, of goals.
            other => {
                self.builder.injected(other, text, origin.clone());
                return;
            }
        };
        if !text.is_empty() {
            self.standing += 1;
            self.builder.developer(kind, text, origin.clone());
        } else if !folded {
            let reason = "a message of the developer's without words";
            self.skipped.push(Skip::at_line(line, reason));
        }
    }

    fn agent(&mut self, record: &Value, origin: &Origin) {
        if let Some(model) = lenient::text(record, "model") {
            self.builder.model(model);
        }
        for part in parts(&record["message"]["parts"]) {
            let origin = origin.clone();
            match part {
                Part::Text(text) if !text.trim().is_empty() => self.builder.prose(text, origin),
                Part::Thought(text) if !text.trim().is_empty() => {
                    self.builder.thinking(text, origin);
                }
                Part::Call { id, name, input } => {
                    let Shown { target, input } = Shown::of(input);
                    self.builder.call(id, name, &target, input, origin);
                }
                _ => (),
            }
        }
    }

    fn results(&mut self, record: &Value, origin: &Origin) {
        let status = record["toolCallResult"]["status"].as_str();
        for part in parts(&record["message"]["parts"]) {
            if let Part::Result { id, response } = part {
                self.result(id, status, response, origin);
            }
        }
    }

    fn result(&mut self, id: &str, status: Option<&str>, response: &Value, origin: &Origin) {
        let found = outcome(status, response);
        let tool = self.builder.call_name(id).unwrap_or_default().to_owned();
        self.builder
            .result(id, &found.output, found.status, origin.clone());
        let kind = match found.status {
            _ if found.interrupted => EventKind::Interrupted,
            Some(ToolStatus::Refused) => EventKind::Refused,
            _ => return,
        };
        self.builder.call_event(id, kind, &tool, origin.clone());
    }

    fn system(&mut self, record: &Value, subtype: &str, origin: Origin) {
        let payload = &record["systemPayload"];
        match subtype {
            "custom_title" => {
                let title = lenient::text(payload, "customTitle").map(str::to_owned);
                let session = &mut self.builder.session;
                session.title = title.or(session.title.take());
            }
            "chat_compression" => self.builder.agent_event(EventKind::Compacted, "", origin),
            "slash_command" if payload["phase"] != "result" => {
                if let Some(command) = lenient::text(payload, "rawCommand") {
                    self.command(command.trim(), origin);
                }
            }
            _ => (),
        }
    }

    fn command(&mut self, command: &str, origin: Origin) {
        if command.contains(char::is_whitespace) {
            self.standing += 1;
            self.builder.developer(TurnKind::Command, command, origin);
        } else {
            self.builder.event(EventKind::Command, command, origin);
        }
    }
}

fn is_injected(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with("<qwen:") || text.starts_with("<system-reminder>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_with_parts_are_qwens() {
        let check = |text: &str, expected: bool| {
            assert_eq!(recognise(&Head::of(text.as_bytes())), expected, "{text}");
        };
        check(
            r#"{"uuid":"u","sessionId":"s","type":"user","message":{"role":"user","parts":[]}}"#,
            true,
        );
        check(
            r#"{"uuid":"u","sessionId":"s","type":"system","systemPayload":{}}"#,
            true,
        );
        check(
            r#"{"uuid":"u","sessionId":"s","type":"user","message":{"content":"x"}}"#,
            false,
        );
        check(
            r#"{"sessionId":"s","type":"user","message":{"parts":[]}}"#,
            false,
        );
    }
}
