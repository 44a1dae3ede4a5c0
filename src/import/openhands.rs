//! OpenHands: trajectories that were exported, an array of events, and the records of its benchmark runs.

use std::io;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::model::{EventKind, Session, ToolStatus, TurnKind};

use super::builder::Origin;
use super::chat::Chat;
use super::head::Head;
use super::lenient;
use super::pieces::{Piece, each_root};
use super::records::Place;
use super::source::Source;
use super::{Aside, Format, Reading, no_companion};

pub(super) const FORMAT: Format = Format {
    id: "openhands",
    name: "OpenHands",
    files: "exported trajectories (a JSON array of events)",
    page: PAGE,
    recognise,
    companion: no_companion,
    read,
};

const PAGE: &str = "\
Files: the trajectory that the program exports, an array of events with a source and an action or
observation; an object that holds it as trajectory; and the output of benchmark runs (JSON lines
with a history of events).

Developer turns: messages of the user; as steering where the agent was at work.

Events: the agent was paused or stopped, an action was refused, the conversation was condensed,
commands that the developer ran in the terminal.

Left out: echoes and changes of state, prompts, context and summaries that nobody typed (shown
folded), and what one agent tells another to which it delegates. Sessions that a benchmark ran
stand aside, since a program gave the prompt: those with an instance_id, and those whose one
message is a benchmark's form (<uploaded_files>, <issue_description>, <pr_description>). Other
runs without a screen cannot be told from a developer's.

Known by: a hash of the developer's turns, since the export has no id. Each turn keeps the event's
number and its place in the file.";

/// The beginning of what the program of a benchmark answers in place of a developer.
const GO_ON: &str =
    "Please continue working on the task on whatever approach you think is suitable";

/// How the task begins that one agent gives another.
const DELEGATED: &str = "TASK: ";

/// Where an object holds its events.
const HELD: [&str; 2] = ["trajectory", "history"];

/// An event as it stands in the file. A field may hold anything.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Event {
    id: Value,
    timestamp: Value,
    source: Value,
    action: Value,
    observation: Value,
    args: Value,
    content: Value,
    message: Value,
    cause: Value,
    extras: Value,
    success: Value,
    tool_call_metadata: Value,
}

fn recognise(head: &Head) -> bool {
    let document = &head.document;
    let events = document.as_array().or_else(|| {
        let mut members = HELD.iter().filter_map(|key| document.get(key));
        members.find_map(Value::as_array)
    });
    events.is_some_and(|events| events.iter().any(is_event))
}

fn is_event(event: &Value) -> bool {
    let has = |key: &str| event[key].is_string();
    matches!(
        event["source"].as_str(),
        Some("user" | "agent" | "environment")
    ) && (has("action") || has("observation"))
}

fn read(source: &Source) -> io::Result<Reading> {
    let path = source.path().to_string_lossy();
    each_root(source, |root, reading| read_run(root, &path, reading))
}

fn read_run(root: Piece, path: &str, reading: &mut Reading) {
    let object = root.object();
    let mut members = HELD.iter().filter_map(|key| object.get(key));
    let events = members.next().unwrap_or(root);
    let mut run = Run::new(path);
    run.chat.line = Some(root.place.line);
    run.chat.builder.session.title = object.text("instance_id");
    run.of_benchmark = run.chat.builder.session.title.is_some();
    for piece in events.items() {
        match piece.read::<Event>() {
            Ok(event) => run.event(&event, piece.place),
            Err(skip) => reading.skipped.push(skip),
        }
    }
    let (session, is_machine, skipped) = run.finish();
    reading.skipped.extend(skipped);
    match session {
        Some(session) if is_machine => reading.aside.push((Aside::Machine, session)),
        session => reading.sessions.extend(session),
    }
}

/// A run that is being read.
struct Run {
    chat: Chat,
    /// Whether the agent is at work, as far as the events tell.
    at_work: bool,
    /// How many agents deep the agent at work was delegated to.
    delegated: u32,
    of_benchmark: bool,
}

impl Run {
    fn new(path: &str) -> Run {
        Run {
            chat: Chat::new(path, FORMAT.id, "OpenHands"),
            at_work: false,
            delegated: 0,
            of_benchmark: false,
        }
    }

    fn finish(self) -> (Option<Session>, bool, Vec<super::Skip>) {
        let of_benchmark = self.of_benchmark;
        let (session, skipped) = self.chat.finish();
        let is_machine = session
            .as_ref()
            .is_some_and(|session| of_benchmark || is_benchmark_task(session));
        (session, is_machine, skipped)
    }

    fn event(&mut self, event: &Event, place: Place) {
        let origin = Origin {
            native_id: lenient::id(&event.id),
            time: lenient::moment(&event.timestamp),
            place: Some(place.offset),
        };
        if let Some(model) = event.tool_call_metadata["model_response"]["model"].as_str() {
            self.chat.builder.model(model);
        }
        let is_user = event.source == "user";
        match (event.action.as_str(), event.observation.as_str()) {
            (Some("change_agent_state"), _) => self.state(&event.args, origin),
            (Some(action), _) if is_user => self.developer_did(action, event, origin, place),
            (Some(action), _) => self.agent_did(action, event, origin),
            (None, Some(observation)) => self.observed(observation, event, origin),
            (None, None) => (),
        }
    }

    fn developer_did(&mut self, action: &str, event: &Event, origin: Origin, place: Place) {
        let arg = |key: &str| event.args[key].as_str().unwrap_or_default();
        match action {
            "message" => self.message(event, origin, place),
            "run" | "run_ipython" => {
                let command = [arg("command"), arg("code")].concat();
                self.chat.builder.event(EventKind::Shell, &command, origin);
            }
            _ => (),
        }
    }

    fn message(&mut self, event: &Event, origin: Origin, place: Place) {
        let mut text = event.args["content"]
            .as_str()
            .or_else(|| event.message.as_str())
            .unwrap_or_default()
            .to_owned();
        if self.delegated > 0 && text.starts_with(DELEGATED) {
            return self.chat.injected("delegated task", &text, origin);
        }
        if text.starts_with(GO_ON) {
            self.of_benchmark = true;
            return self.chat.injected("continuation", &text, origin);
        }
        let images = event.args["image_urls"].as_array().map_or(0, Vec::len);
        if images > 0 {
            let between = if text.is_empty() { "" } else { "\n" };
            text = format!("{text}{between}[image]");
        }
        if text.trim().is_empty() {
            return self.chat.without_words(place);
        }
        let kind = if self.at_work {
            TurnKind::Steering
        } else {
            TurnKind::Prompt
        };
        self.chat.developer(kind, text, origin);
    }

    fn agent_did(&mut self, action: &str, event: &Event, origin: Origin) {
        let arg = |key: &str| event.args[key].as_str().unwrap_or_default();
        let is_note = matches!(action, "recall" | "null" | "" | "condensation_request");
        self.at_work |= !is_note;
        self.chat.thought(arg("reasoning_content"), origin.clone());
        match action {
            "system" => self.set_up(&event.args, origin),
            "message" => {
                self.at_work = event.args["wait_for_response"] != Value::Bool(true);
                self.chat.said(arg("content"), origin);
            }
            "think" => self.chat.thought(arg("thought"), origin),
            "finish" | "reject" => {
                self.at_work = false;
                self.delegated = self.delegated.saturating_sub(1);
                let told = [arg("final_thought"), arg("thought"), message(event)];
                let told = told.iter().find(|text| !text.trim().is_empty());
                self.chat.said(told.unwrap_or(&""), origin);
            }
            "condensation" => {
                let builder = &mut self.chat.builder;
                builder.agent_event(EventKind::Compacted, "", origin.clone());
                self.chat.injected("summary", arg("summary"), origin);
            }
            _ if is_note => (),
            _ => self.called(action, event, &origin),
        }
    }

    fn set_up(&mut self, args: &Value, origin: Origin) {
        // The first thing that happens is no work yet.
        self.at_work = false;
        let session = &mut self.chat.builder.session;
        session.agent_version = lenient::id(&args["openhands_version"]);
        let text = args["content"].as_str().unwrap_or_default();
        self.chat.injected("system prompt", text, origin);
    }

    fn called(&mut self, action: &str, event: &Event, origin: &Origin) {
        let thought = event.args["thought"].as_str().unwrap_or_default();
        self.chat.said(thought, origin.clone());
        if action == "delegate" {
            self.delegated += 1;
        }
        let (name, input) = told_call(event)
            .unwrap_or_else(|| (action.to_owned(), Value::Object(own_args(&event.args))));
        let id = origin.native_id.clone().unwrap_or_default();
        self.chat.call(&id, &name, &input, origin.clone());
    }

    fn observed(&mut self, observation: &str, event: &Event, origin: Origin) {
        let content = event.content.as_str().unwrap_or_default();
        let call = lenient::id(&event.cause).unwrap_or_default();
        let builder = &mut self.chat.builder;
        let tool = builder.call_name(&call).map(str::to_owned);
        match observation {
            "agent_state_changed" => self.state(&event.extras, origin),
            // What was thought stands in the action already.
            "null" | "" | "think" => (),
            "recall" => self.chat.injected("context", content, origin),
            "user_rejected" => {
                self.at_work = false;
                let name = tool.unwrap_or_default();
                builder.call_event(&call, EventKind::Refused, &name, origin.clone());
                builder.result(&call, content, Some(ToolStatus::Refused), origin);
            }
            "error" if tool.is_none() => builder.agent_event(EventKind::Error, content, origin),
            _ if tool.is_some() => {
                let status = status(observation, event);
                builder.result(&call, content, Some(status), origin);
            }
            _ => self.chat.injected(observation, content, origin),
        }
    }

    /// Takes a change of the agent's state. Being stopped while it is at work is what the developer did.
    fn state(&mut self, fields: &Value, origin: Origin) {
        let state = fields["agent_state"].as_str().unwrap_or_default();
        if matches!(state, "paused" | "stopped") && self.at_work {
            let builder = &mut self.chat.builder;
            builder.event(EventKind::Interrupted, "", origin);
        }
        self.at_work = state == "running";
    }
}

fn message(event: &Event) -> &str {
    event.message.as_str().unwrap_or_default()
}

/// Tells whether the one thing that was asked is the form in which benchmarks ask.
fn is_benchmark_task(session: &Session) -> bool {
    let mut turns = session.developer_turns();
    let (Some((_, task)), None) = (turns.next(), turns.next()) else {
        return false;
    };
    let marks = [
        "<uploaded_files>",
        "<issue_description>",
        "<pr_description>",
    ];
    marks.iter().any(|mark| task.text.contains(mark))
}

/// Gives the call as the model made it, where the event tells.
fn told_call(event: &Event) -> Option<(String, Value)> {
    let told = &event.tool_call_metadata;
    let calls = told["model_response"]["choices"][0]["message"]["tool_calls"].as_array()?;
    let made = calls
        .iter()
        .find(|call| call["id"].is_string() && call["id"] == told["tool_call_id"])?;
    let name = made["function"]["name"].as_str()?.to_owned();
    Some((name, made["function"]["arguments"].clone()))
}

/// Gives what was asked of a tool, without what the program notes for itself.
fn own_args(args: &Value) -> Map<String, Value> {
    const NOTES: [&str; 9] = [
        "thought",
        "reasoning_content",
        "translated_ipython_code",
        "confirmation_state",
        "is_confirmed",
        "blocking",
        "hidden",
        "impl_source",
        "security_risk",
    ];
    let mut own = args.as_object().cloned().unwrap_or_default();
    own.retain(|key, value| !NOTES.contains(&key.as_str()) && *value != "");
    own
}

fn status(observation: &str, event: &Event) -> ToolStatus {
    let codes = [
        &event.extras["metadata"]["exit_code"],
        &event.extras["exit_code"],
    ];
    let code = codes.iter().find_map(|code| code.as_i64());
    match code.map(i32::try_from) {
        Some(Ok(code)) => ToolStatus::Exit(code),
        _ if observation == "error" || event.success == Value::Bool(false) => ToolStatus::Failed,
        _ => ToolStatus::Done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_of_events_are_recognised_and_nothing_else() {
        let check = |text: &str, expected: bool| {
            assert_eq!(recognise(&Head::of(text.as_bytes())), expected, "{text}");
        };
        check(r#"[{"id":0,"source":"user","action":"message"}]"#, true);
        check(
            r#"{"history":[{"source":"agent","observation":"run"}],"instance_id":"a"}"#,
            true,
        );
        check(
            r#"{"trajectory":[{"source":"user","action":"message","args":{"content":"cut"#,
            true,
        );
        check(r#"[{"source":"user","type":"message"}]"#, false);
        check(
            r#"{"trajectory":[{"action":"ls","observation":"a","thought":"t"}]}"#,
            false,
        );
        check(r#"[{"role":"user","content":"x"}]"#, false);
        check("[]", false);
    }
}
