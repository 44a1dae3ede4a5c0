//! Amp: threads, one JSON object each, of the terminal program and the editor extension.

use std::io;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::model::{EventKind, Session, Surface, ToolStatus, TurnKind};

use super::blocks::{Block, blocks, plain};
use super::builder::{Origin, SessionBuilder};
use super::head::Head;
use super::lenient::{id, list, moment, nested, truth, word};
use super::pieces::{Document, Object};
use super::records::Place;
use super::source::Source;
use super::{Format, Reading, Skip, no_companion};

pub(super) const FORMAT: Format = Format {
    id: "amp",
    name: "Amp",
    files: "threads below ~/.local/share/amp/threads (JSON)",
    page: PAGE,
    recognise,
    companion: no_companion,
    read,
};

const PAGE: &str = "\
Files: ~/.local/share/amp/threads/T-ID.json, and threads that were exported in the same form.

Developer turns: the words of the user's messages. Words beside a tool's result were typed while the agent worked.

Events: calls that were refused (with words, where the thread has them, as a turn) or cancelled, answers that were
cancelled.

Left out: tool results (shown folded), pictures, the account of costs. Nothing in a thread tells whether a program gave
its prompts.

Known by: the thread's id. Each turn keeps its messageId and its place in the file. The names of marks are taken from
programs that read threads, not from threads of every version.";

/// What stands beside the messages.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Initial {
    #[serde(deserialize_with = "list")]
    tags: Vec<String>,
    #[serde(deserialize_with = "list")]
    trees: Vec<Tree>,
    #[serde(deserialize_with = "nested")]
    platform: Platform,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Environment {
    #[serde(deserialize_with = "nested")]
    initial: Initial,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tree {
    #[serde(deserialize_with = "word")]
    uri: Option<String>,
    #[serde(deserialize_with = "nested")]
    repository: Repository,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Repository {
    #[serde(deserialize_with = "word")]
    url: Option<String>,
    #[serde(rename = "ref", deserialize_with = "word")]
    branch: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Platform {
    #[serde(deserialize_with = "word")]
    client: Option<String>,
    #[serde(rename = "clientVersion", deserialize_with = "word")]
    version: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Message {
    #[serde(deserialize_with = "word")]
    role: Option<String>,
    #[serde(rename = "messageId")]
    id: Value,
    #[serde(deserialize_with = "blocks")]
    content: Vec<Block>,
    #[serde(deserialize_with = "nested")]
    meta: Meta,
    #[serde(deserialize_with = "nested")]
    usage: Usage,
    #[serde(deserialize_with = "nested")]
    state: State,
    #[serde(deserialize_with = "truth")]
    interrupted: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Meta {
    #[serde(rename = "sentAt")]
    sent: Value,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Usage {
    #[serde(deserialize_with = "word")]
    model: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct State {
    #[serde(rename = "type", deserialize_with = "word")]
    kind: Option<String>,
}

fn recognise(head: &Head) -> bool {
    let [only] = head.records.as_slice() else {
        return is_cut_thread(head);
    };
    is_thread(only)
}

fn is_thread(thread: &Map<String, Value>) -> bool {
    let is_message =
        |message: &Value| message["messageId"].is_u64() || message["messageId"].is_string();
    let messages = thread.get("messages").and_then(Value::as_array);
    let has_id = thread.get("id").is_some_and(Value::is_string);
    has_id
        && thread.get("created").is_some_and(Value::is_number)
        && messages.is_some_and(|messages| {
            let is_named = thread.get("id").and_then(Value::as_str);
            let is_named = is_named.is_some_and(|id| id.starts_with("T-"));
            messages.first().map_or(is_named, is_message)
        })
}

/// Tells whether a file is a thread that was cut: its name is a thread's, and its keys are.
fn is_cut_thread(head: &Head) -> bool {
    let name = head.path.file_name().unwrap_or_default().to_string_lossy();
    let has = |key: &str| head.text.contains(key);
    head.records.is_empty() && name.starts_with("T-") && has("\"messages\"") && has("\"messageId\"")
}

fn read(source: &Source) -> io::Result<Reading> {
    let document = Document::read(source)?;
    let thread = document.root();
    let mut telling = Telling::new(&source.path().to_string_lossy(), &thread.object);
    let mut skipped = Vec::new();
    for item in thread.items(&["messages"]) {
        if let Ok(message) = item.read() {
            telling.message(&message, item.place);
        } else {
            let reason = "the message is not a JSON object";
            skipped.push(Skip::at_line(item.place.line, reason));
        }
    }
    skipped.extend(thread.skipped);
    let session = (!telling.builder.is_empty()).then(|| telling.builder.finish());
    if session.is_none() {
        skipped.push(Skip::whole("the thread holds no messages"));
    }
    Ok(Reading {
        sessions: session.into_iter().collect(),
        skipped,
        ..Reading::default()
    })
}

struct Telling {
    builder: SessionBuilder,
}

impl Telling {
    fn new(path: &str, thread: &Object) -> Telling {
        let mut builder = SessionBuilder::new(path, FORMAT.id);
        FORMAT.name.clone_into(&mut builder.session.agent);
        let session = &mut builder.session;
        session.key = thread.text("id").unwrap_or_default();
        session.title = thread.text("title");
        session.started = moment(&thread.value("created"));
        session.ended = session.started;
        let environment: Option<Environment> = thread.read("env");
        let mut models = Vec::new();
        if let Some(environment) = environment {
            models = environment.initial.describe(session);
        }
        for model in models {
            builder.model(&model);
        }
        Telling { builder }
    }

    fn message(&mut self, message: &Message, place: Place) {
        let origin = Origin {
            native_id: id(&message.id),
            time: moment(&message.meta.sent),
            place: Some(place.offset),
        };
        self.builder
            .model(message.usage.model.as_deref().unwrap_or_default());
        match message.role.as_deref() {
            Some("user") => self.user(message, &origin),
            Some("assistant") => {
                for block in &message.content {
                    block.tell(&mut self.builder, &origin);
                }
                if message.state.kind.as_deref() == Some("cancelled") {
                    self.builder.event(EventKind::Interrupted, "", origin);
                }
            }
            _ => (),
        }
    }

    fn user(&mut self, message: &Message, origin: &Origin) {
        if message.interrupted {
            self.builder
                .event(EventKind::Interrupted, "", origin.clone());
        }
        let mut kind = TurnKind::Prompt;
        let (mut words, mut has_image) = (Vec::new(), false);
        for block in &message.content {
            match block.kind.as_deref() {
                Some("tool_result") => {
                    kind = TurnKind::Steering;
                    self.result(block, origin);
                }
                Some("text") => words.extend(block.text.as_deref()),
                _ => has_image |= block.is_image(),
            }
        }
        words.retain(|text| !text.trim().is_empty());
        if words.is_empty() && has_image {
            words.push("[image]");
        }
        if !words.is_empty() {
            self.builder
                .developer(kind, words.join("\n"), origin.clone());
        }
    }

    fn result(&mut self, block: &Block, origin: &Origin) {
        let run = &block.run;
        let found = [&run.result, &run.error, &block.content];
        let text = found.iter().find(|value| !value.is_null());
        let text = text.map(|value| plain(value)).unwrap_or_default();
        let status = match run.status.as_deref() {
            Some("rejected-by-user") => Some(ToolStatus::Refused),
            Some("error" | "cancelled") => Some(ToolStatus::Failed),
            Some("done") => Some(exit(&run.result)),
            None if block.is_error => Some(ToolStatus::Failed),
            None => Some(ToolStatus::Done),
            Some(_) => None,
        };
        let id = block.call();
        self.builder.result(id, &text, status, origin.clone());
        let tool = self.builder.call_name(id).unwrap_or_default().to_owned();
        match run.status.as_deref() {
            Some("rejected-by-user") => {
                self.builder
                    .call_event(id, EventKind::Refused, &tool, origin.clone());
                let words = run.reason.as_str().unwrap_or_default();
                if !words.trim().is_empty() {
                    self.builder
                        .developer(TurnKind::Refusal, words, origin.clone());
                }
            }
            Some("cancelled") => {
                self.builder
                    .call_event(id, EventKind::Interrupted, &tool, origin.clone());
            }
            _ => (),
        }
    }
}

fn exit(result: &Value) -> ToolStatus {
    let code = result["exitCode"].as_i64().map(i32::try_from);
    match code {
        Some(Ok(code)) => ToolStatus::Exit(code),
        _ => ToolStatus::Done,
    }
}

impl Initial {
    /// Puts what is known of the surroundings into the session; gives the models that the tags name.
    fn describe(self, session: &mut Session) -> Vec<String> {
        let client = self.platform.client.unwrap_or_default().to_lowercase();
        session.surface = match client.as_str() {
            "" => None,
            name if name.contains("cli") => Some(Surface::Cli),
            name if name.contains("sdk") => Some(Surface::Sdk),
            _ => Some(Surface::Ide),
        };
        session.agent_version = self.platform.version;
        if let Some(tree) = self.trees.into_iter().next() {
            let folder = tree.uri.as_deref();
            session.folder = folder.map(|uri| uri.trim_start_matches("file://").to_owned());
            session.repository = tree.repository.url;
            let branch = tree.repository.branch;
            session.branch =
                branch.map(|branch| branch.trim_start_matches("refs/heads/").to_owned());
        }
        let models = self
            .tags
            .iter()
            .filter_map(|tag| tag.strip_prefix("model:"));
        models.map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_is_recognised_and_other_objects_with_messages_are_not() {
        let check = |text: &str, expected: bool| {
            assert_eq!(recognise(&Head::of(text.as_bytes())), expected, "{text}");
        };
        check(
            r#"{"id":"T-1","created":1,"messages":[{"role":"user","messageId":0,"content":[]}]}"#,
            true,
        );
        check(r#"{"id":"T-1","created":1,"messages":[]}"#, true);
        check(r#"{"id":"a","created":1,"messages":[]}"#, false);
        check(
            r#"{"id":"a","created":1,"messages":[{"role":"user","content":"x"}]}"#,
            false,
        );
        check(
            r#"{"info":{"id":"ses_1"},"messages":[{"info":{},"parts":[]}]}"#,
            false,
        );
        check(r#"{"messages":[{"role":"user","content":"x"}]}"#, false);
    }
}
