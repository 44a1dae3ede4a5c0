//! ATIF, the form in which Harbor keeps the runs of any agent.

use std::io;

use serde::Deserialize;
use serde_json::Value;

use crate::model::{EventKind, Session, Surface, TurnKind};

use super::builder::Origin;
use super::chat::{self, Chat};
use super::head::Head;
use super::lenient;
use super::pieces::{Object, Piece, each_root};
use super::records::Place;
use super::source::Source;
use super::{Aside, Format, Reading, Skip, no_companion};

pub(super) const FORMAT: Format = Format {
    id: "atif",
    name: "ATIF",
    files: "trajectories of Harbor (trajectory.json with schema_version ATIF-v1)",
    page: PAGE,
    recognise,
    companion: no_companion,
    read,
};

const PAGE: &str = "\
Files: an object with a schema_version that begins with ATIF- and with steps, of any version 1; it
may hold the trajectories of sub-agents.

Developer turns: the steps of the user, but for those that were copied from an earlier trajectory.

Events: compaction.

Left out: system steps and copied context (shown folded). A run with one step of the user stands
aside, since Harbor runs benchmarks and a program gave the task; a run with more of them is a
session, and whether a person or a program wrote them cannot be told. Trajectories of sub-agents
stand aside too.

Known by: session_id. Each turn keeps its step_id and its place in the file.";

/// A step. A field may hold anything.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Step {
    #[serde(rename = "step_id")]
    id: Value,
    timestamp: Value,
    source: Value,
    model_name: Value,
    message: Value,
    reasoning_content: Value,
    tool_calls: Value,
    observation: Value,
    is_copied_context: Value,
    extra: Value,
}

fn recognise(head: &Head) -> bool {
    let version = head.document["schema_version"].as_str().unwrap_or_default();
    version.starts_with("ATIF-")
}

fn read(source: &Source) -> io::Result<Reading> {
    let path = source.path().to_string_lossy();
    each_root(source, |root, reading| {
        let object = root.object();
        let (session, skipped) = read_run(&object, &path);
        // One step of a user is the task that a program gave.
        let is_talk = session
            .as_ref()
            .is_some_and(|session| session.developer_turns().count() >= 2);
        if is_talk {
            reading.take((session, skipped));
        } else {
            reading.take_aside(Aside::Machine, (session, skipped));
        }
        let others = object.get("subagent_trajectories").map(Piece::items);
        for other in others.unwrap_or_default() {
            reading.take_aside(Aside::SubAgent, read_run(&other.object(), &path));
        }
    })
}

fn read_run(object: &Object, path: &str) -> (Option<Session>, Vec<Skip>) {
    let agent = object.value("agent");
    let mut chat = Chat::new(path, FORMAT.id, agent["name"].as_str().unwrap_or("Unknown"));
    chat.builder
        .model(agent["model_name"].as_str().unwrap_or_default());
    let session = &mut chat.builder.session;
    session.agent_version = lenient::id(&agent["version"]);
    session.surface = Some(Surface::Sdk);
    let key = object
        .text("session_id")
        .or_else(|| object.text("trajectory_id"));
    session.key = key.unwrap_or_default();
    for piece in object.get("steps").map(Piece::items).unwrap_or_default() {
        match piece.read::<Step>() {
            Ok(step) => take(&mut chat, &step, piece.place),
            Err(skip) => chat.skipped.push(skip),
        }
    }
    chat.finish()
}

fn take(chat: &mut Chat, step: &Step, place: Place) {
    let origin = Origin {
        native_id: lenient::id(&step.id),
        time: lenient::moment(&step.timestamp),
        place: Some(place.offset),
    };
    let words = chat::words(&step.message);
    let is_copy = step.is_copied_context == Value::Bool(true);
    if step.extra["context_management"]["type"] == "compaction" {
        let builder = &mut chat.builder;
        builder.agent_event(EventKind::Compacted, "", origin.clone());
    }
    match step.source.as_str() {
        _ if is_copy => chat.injected("copied context", &words, origin.clone()),
        Some("user") if words.trim().is_empty() => chat.without_words(place),
        Some("user") => chat.developer(TurnKind::Prompt, words, origin.clone()),
        Some("agent") => {
            let thought = step.reasoning_content.as_str().unwrap_or_default();
            chat.thought(thought, origin.clone());
            chat.said(&words, origin.clone());
            let model = step.model_name.as_str().unwrap_or_default();
            chat.builder.model(model);
        }
        Some("system") => chat.injected("system", &words, origin.clone()),
        _ => {
            let reason = "a step of an unknown source";
            chat.skipped.push(Skip::at_line(place.line, reason));
        }
    }
    called(chat, step, &origin);
}

fn called(chat: &mut Chat, step: &Step, origin: &Origin) {
    for call in step.tool_calls.as_array().into_iter().flatten() {
        let id = call["tool_call_id"].as_str().unwrap_or_default();
        let name = call["function_name"].as_str().unwrap_or("tool");
        chat.call(id, name, &call["arguments"], origin.clone());
    }
    let results = step.observation["results"].as_array();
    for result in results.into_iter().flatten() {
        let output = chat::words(&result["content"]);
        match result["source_call_id"].as_str() {
            Some(id) => chat.result(id, &output, None, origin.clone()),
            // An agent that types into a terminal makes no calls.
            None => chat.injected("output", &output, origin.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trajectories_are_recognised_by_their_version() {
        let check = |text: &str, expected: bool| {
            assert_eq!(recognise(&Head::of(text.as_bytes())), expected, "{text}");
        };
        check(r#"{"schema_version":"ATIF-v1.4","steps":[]}"#, true);
        check(r#"{"schema_version":"ATIF-v1.7","steps":[{"step"#, true);
        check(r#"{"schema_version":"1.0","steps":[]}"#, false);
        check(r#"[{"schema_version":"ATIF-v1.4"}]"#, false);
    }
}
