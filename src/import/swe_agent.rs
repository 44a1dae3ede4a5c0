//! SWE-agent: trajectories of runs in which a program gave the task and the rest was between agent and shell.

use std::io;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use crate::model::{Session, Surface, TurnKind};

use super::builder::Origin;
use super::chat::{self, Chat, Speaker};
use super::head::Head;
use super::pieces::{Object, Piece, each_root};
use super::records::Place;
use super::source::Source;
use super::{Aside, Format, Reading, Skip, no_companion};

pub(super) const FORMAT: Format = Format {
    id: "swe-agent",
    name: "SWE-agent",
    files: "trajectories (.traj), of mini-SWE-agent too",
    page: PAGE,
    recognise,
    companion: no_companion,
    read,
};

const PAGE: &str = "\
Files: NAME.traj, an object with a history of messages and a trajectory of steps; a demonstration,
which may have its history only; and the .traj.json of mini-SWE-agent.

Developer turns: the task, one for each run. Everything that the environment answers to the
agent's commands is their output, whatever its role is. In runs that a person drove by hand the
person's words stand as the agent's.

Left out: system prompts and demonstrations (shown folded). Every session stands aside, since a
program gave the prompt and no developer was in the loop.

Known by: a hash of all turns, since the file has no id and many runs have one task. The title is
the file's name. Each turn keeps its place in the file.";

/// A message of the history. A field may hold anything.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Message {
    role: Value,
    content: Value,
    thought: Value,
    action: Value,
    is_demo: Value,
    tool_calls: Value,
    tool_call_ids: Value,
    tool_call_id: Value,
}

/// A step of the trajectory, without the copies of the history that it holds.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Step {
    action: Value,
    observation: Value,
    thought: Value,
    response: Value,
}

fn recognise(head: &Head) -> bool {
    let document = &head.document;
    if is_mini(document["trajectory_format"].as_str().unwrap_or_default()) {
        return true;
    }
    let any = |key: &str, is: fn(&Value) -> bool| {
        document[key]
            .as_array()
            .is_some_and(|items| items.iter().any(is))
    };
    any("history", is_message) || any("trajectory", is_step)
}

fn is_mini(format: &str) -> bool {
    format.starts_with("mini-swe-agent")
}

fn is_message(item: &Value) -> bool {
    let own = ["agent", "message_type", "is_demo"];
    item["role"].is_string() && own.iter().any(|key| item.get(key).is_some())
}

fn is_step(item: &Value) -> bool {
    let has = |key: &str| item.get(key).is_some();
    has("action") && has("observation") && (has("thought") || has("response")) && !has("source")
}

fn read(source: &Source) -> io::Result<Reading> {
    each_root(source, |root, reading| {
        let run = read_run(&root.object(), source.path());
        reading.take_aside(Aside::Machine, run);
    })
}

fn read_run(object: &Object, path: &Path) -> (Option<Session>, Vec<Skip>) {
    let mut run = Run {
        chat: Chat::new(&path.to_string_lossy(), FORMAT.id, "SWE-agent"),
        is_told: false,
        is_open: false,
    };
    let session = &mut run.chat.builder.session;
    session.surface = Some(Surface::Sdk);
    session.title = title(path);
    let format = object.text("trajectory_format").unwrap_or_default();
    let history = if is_mini(&format) {
        "messages"
    } else {
        "history"
    };
    let items = |key| object.get(key).map(Piece::items).unwrap_or_default();
    let steps = items("trajectory");
    let messages = items(history);
    if messages.is_empty() {
        // Without a history only the first step tells what was asked.
        let object = steps.first().map(|step| step.object());
        let asked =
            object.and_then(|object| object.get("query").or_else(|| object.get("messages")));
        run.read(&asked.map(Piece::items).unwrap_or_default(), Run::asked);
        run.read(&steps, Run::step);
    } else {
        run.read(&messages, Run::message);
        // The history ends before the last output.
        if run.is_open
            && let Some(step) = steps.last().and_then(|step| step.read::<Step>().ok())
        {
            let output = chat::words(&step.observation);
            run.chat.result("", &output, None, Origin::default());
        }
    }
    run.chat.finish_sample()
}

/// Gives the name of the task, which only the file's name tells.
fn title(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_string_lossy();
    let name = name.trim_end_matches(".json").trim_end_matches(".traj");
    Some(name.to_owned()).filter(|name| !name.is_empty())
}

/// A run that is being read.
struct Run {
    chat: Chat,
    /// Whether the task was told.
    is_told: bool,
    /// Whether the last command has no output yet.
    is_open: bool,
}

impl Run {
    fn read<T: serde::de::DeserializeOwned>(
        &mut self,
        pieces: &[Piece],
        take: fn(&mut Run, &T, Origin, Place),
    ) {
        for piece in pieces {
            let origin = Origin {
                place: Some(piece.place.offset),
                ..Origin::default()
            };
            match piece.read() {
                Ok(record) => take(self, &record, origin, piece.place),
                Err(skip) => self.chat.skipped.push(skip),
            }
        }
    }

    fn message(&mut self, message: &Message, origin: Origin, place: Place) {
        let words = chat::words(&message.content);
        if message.is_demo == Value::Bool(true) {
            return self.chat.injected("demonstration", &words, origin);
        }
        match Speaker::of(message.role.as_str().unwrap_or_default()) {
            Some(Speaker::System) => self.chat.injected("system prompt", &words, origin),
            Some(Speaker::Developer) if !self.is_told => self.task(words, origin, place),
            Some(Speaker::Developer | Speaker::Tool) => {
                let id = message.tool_call_ids[0]
                    .as_str()
                    .or_else(|| message.tool_call_id.as_str());
                self.is_open = false;
                self.chat
                    .result(id.unwrap_or_default(), &words, None, origin);
            }
            Some(Speaker::Agent) => self.acted(message, &words, &origin),
            // mini-SWE-agent ends with a message that is nobody's.
            None => self.chat.injected("end", &words, origin),
        }
    }

    fn asked(&mut self, message: &Message, origin: Origin, place: Place) {
        if message.role != "assistant" && !self.is_told {
            self.message(message, origin, place);
        }
    }

    fn task(&mut self, words: String, origin: Origin, place: Place) {
        if words.trim().is_empty() {
            return self.chat.without_words(place);
        }
        self.is_told = true;
        self.chat.developer(TurnKind::Prompt, words, origin);
    }

    fn acted(&mut self, message: &Message, words: &str, origin: &Origin) {
        // The content holds the command a second time.
        let thought = message.thought.as_str().unwrap_or(words);
        self.chat.said(thought, origin.clone());
        self.is_told = true;
        self.is_open = true;
        let action = message.action.as_str().unwrap_or_default();
        let calls = message.tool_calls.as_array();
        if calls.is_some_and(|calls| !calls.is_empty()) {
            self.chat.called(&message.tool_calls, origin);
        } else if action.trim().is_empty() {
            self.is_open = false;
        } else {
            let input = Value::from(action);
            self.chat.call("", command(action), &input, origin.clone());
        }
    }

    fn step(&mut self, step: &Step, origin: Origin, _: Place) {
        let thought = step.thought.as_str().or_else(|| step.response.as_str());
        self.chat.said(thought.unwrap_or_default(), origin.clone());
        let action = step.action.as_str().unwrap_or_default();
        if !action.trim().is_empty() {
            let input = Value::from(action);
            self.chat.call("", command(action), &input, origin.clone());
            let output = chat::words(&step.observation);
            self.chat.result("", &output, None, origin);
        }
    }
}

/// Gives the name of the command that an action runs.
fn command(action: &str) -> &str {
    action.split_whitespace().next().unwrap_or("shell")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trajectories_are_recognised_and_nothing_else() {
        let check = |text: &str, expected: bool| {
            assert_eq!(recognise(&Head::of(text.as_bytes())), expected, "{text}");
        };
        check(
            r#"{"history":[{"role":"user","content":"x","agent":"main"}]}"#,
            true,
        );
        check(
            r#"{"environment":"e","trajectory":[{"action":"ls","observation":"a","thought":"t"}]}"#,
            true,
        );
        check(
            r#"{"trajectory_format":"mini-swe-agent-1","messages":[]}"#,
            true,
        );
        check(
            r#"{"trajectory":[{"source":"agent","action":"run","observation":"x","thought":""}]}"#,
            false,
        );
        check(r#"{"history":[{"message":{"role":"user"}}]}"#, false);
        check(r#"[{"role":"user","content":"x","agent":"main"}]"#, false);
    }
}
