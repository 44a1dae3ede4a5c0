//! The events of Copilot's terminal program, below `~/.copilot/session-state`.

use std::collections::HashMap;
use std::io;

use serde_json::{Map, Value};

use crate::import::builder::{Origin, SessionBuilder};
use crate::import::calls::{self, Shown};
use crate::import::head::Head;
use crate::import::lenient;
use crate::import::records::{Place, each_record};
use crate::import::source::Source;
use crate::import::{Format, Reading, Skip, no_companion};
use crate::model::{EventKind, Surface, ToolStatus, TurnKind};

pub(in crate::import) const FORMAT: Format = Format {
    id: "copilot-cli",
    name: "Copilot CLI",
    files: "events.jsonl below ~/.copilot/session-state/SESSION (JSON lines)",
    page: PAGE,
    recognise,
    companion: no_companion,
    read,
};

const PAGE: &str = "\
Files: ~/.copilot/session-state/SESSION/events.jsonl, in older versions SESSION.jsonl.

Developer turns: the content of user.message, never what it was transformed into; steering (sent while the agent
worked); words with which a tool call was refused; answers to the agent's questions.

Events: answers that were stopped, tool calls that the developer refused (not those that a rule refused), compaction,
turns that a rewind took back, errors.

Left out: what sub-agents say, messages that skills and the program put in the developer's name (shown folded), hooks,
statistics.

Known by: sessionId. Each turn keeps the event's id and its place in the file. Whether a program gave the prompts is not
recorded.";

/// The first words of event types that only this program writes.
const TOPICS: [&str; 9] = [
    "session",
    "user",
    "assistant",
    "tool",
    "hook",
    "permission",
    "system",
    "subagent",
    "skill",
];

fn recognise(head: &Head) -> bool {
    head.records.iter().any(is_event)
}

fn is_event(record: &Map<String, Value>) -> bool {
    let kind = record.get("type").and_then(Value::as_str);
    let topic = kind.and_then(|kind| kind.split_once('.'));
    topic.is_some_and(|(topic, _)| TOPICS.contains(&topic))
        && record.get("data").is_some_and(Value::is_object)
        && record.contains_key("id")
        && record.contains_key("parentId")
}

fn read(source: &Source) -> io::Result<Reading> {
    let mut telling = Telling::new(&source.path().to_string_lossy());
    let mut skipped = each_record(source.open()?, |record: Value, place| {
        telling.event(&record, place);
    })?;
    skipped.append(&mut telling.skipped);
    skipped.sort_by_key(|skip| skip.line);
    let mut reading = Reading::default();
    if telling.spoken {
        reading.sessions.push(telling.builder.finish());
    } else {
        skipped.push(Skip::whole("the session holds no messages"));
    }
    reading.skipped = skipped;
    Ok(reading)
}

/// A session that is being told.
struct Telling {
    builder: SessionBuilder,
    skipped: Vec<Skip>,
    spoken: bool,
    /// Whether the agent is at work.
    working: bool,
    /// The calls that were asked about, by the question.
    asked: HashMap<String, String>,
    /// The calls that the developer refused, and whether words came with it.
    denied: HashMap<String, bool>,
    /// How many developer turns stood before each event.
    before: HashMap<String, usize>,
    standing: usize,
}

impl Telling {
    fn new(path: &str) -> Telling {
        let mut builder = SessionBuilder::new(path, FORMAT.id);
        "Copilot CLI".clone_into(&mut builder.session.agent);
        builder.session.surface = Some(Surface::Cli);
        Telling {
            builder,
            skipped: Vec::new(),
            spoken: false,
            working: false,
            asked: HashMap::new(),
            denied: HashMap::new(),
            before: HashMap::new(),
            standing: 0,
        }
    }

    fn event(&mut self, record: &Value, place: Place) {
        let origin = Origin {
            native_id: lenient::text(record, "id").map(str::to_owned),
            time: lenient::moment(&record["timestamp"]),
            place: Some(place.offset),
        };
        if let Some(id) = &origin.native_id {
            self.before.insert(id.clone(), self.standing);
        }
        let data = &record["data"];
        // What belongs to a call of its own is a sub-agent's.
        let is_aside = ["parentToolCallId", "parentAgentTaskId"]
            .iter()
            .any(|key| lenient::text(data, key).is_some());
        if is_aside {
            return;
        }
        let kind = record["type"].as_str().unwrap_or_default();
        match kind.split_once('.').unwrap_or((kind, "")) {
            ("session", topic) => self.session(topic, data, origin),
            ("user", "message") => self.user(data, origin, place.line),
            ("assistant", topic) => self.assistant(topic, data, &origin),
            ("tool", topic) => self.tool(topic, data, &origin),
            ("permission", topic) => self.permission(topic, data, &origin),
            ("system" | "skill", _) => self.injected(kind, data, origin),
            ("abort", _) => self.aborted(data, origin),
            _ => (),
        }
    }

    fn session(&mut self, topic: &str, data: &Value, origin: Origin) {
        match topic {
            "start" | "resume" => self.start(data),
            "model_change" => self.model(data, "newModel"),
            "compaction_complete" => {
                let kind = EventKind::Compacted;
                self.builder.agent_event(kind, "", origin.clone());
                if let Some(summary) = lenient::text(data, "summaryContent") {
                    self.builder.injected("compaction summary", summary, origin);
                }
            }
            "snapshot_rewind" => {
                let event = lenient::text(data, "upToEventId");
                let before = event.and_then(|event| self.before.get(event));
                let left = self.standing
                    - before.map_or(self.standing, |&before| before.min(self.standing));
                self.builder.take_back(left);
                self.standing -= left;
            }
            "error" => {
                let said = lenient::text(data, "message").unwrap_or_default();
                let line = said.lines().next().unwrap_or_default();
                let detail: String = line.chars().take(200).collect();
                self.builder.agent_event(EventKind::Error, &detail, origin);
            }
            "title_changed" => {
                let title = lenient::text(data, "title").map(str::to_owned);
                let session = &mut self.builder.session;
                session.title = title.or(session.title.take());
            }
            _ => (),
        }
    }

    fn start(&mut self, data: &Value) {
        self.working = false;
        self.model(data, "selectedModel");
        let text = |value: &Value, key: &str| lenient::text(value, key).map(str::to_owned);
        let session = &mut self.builder.session;
        if session.key.is_empty() {
            session.key = text(data, "sessionId").unwrap_or_default();
        }
        let keep = |known: &mut Option<String>, found: Option<String>| {
            *known = known.take().or(found);
        };
        keep(&mut session.agent_version, text(data, "copilotVersion"));
        let context = &data["context"];
        keep(&mut session.folder, text(context, "cwd"));
        keep(&mut session.branch, text(context, "branch"));
        keep(&mut session.repository, text(context, "repository"));
    }

    fn model(&mut self, data: &Value, key: &str) {
        let name = lenient::text(data, key).filter(|name| *name != "auto");
        self.builder.model(name.unwrap_or_default());
    }

    fn user(&mut self, data: &Value, origin: Origin, line: u64) {
        let words = lenient::text(data, "content");
        let attached = !lenient::items(data, "attachments").is_empty();
        let Some(words) = words.or(attached.then_some("[attachment]")) else {
            let reason = "a message of the developer's without words";
            self.skipped.push(Skip::at_line(line, reason));
            return;
        };
        // A source says that a skill or the program itself sent the message.
        if let Some(from) = lenient::text(data, "source").filter(|from| *from != "user") {
            self.builder.injected(from, words, origin);
            return;
        }
        let is_steering = self.working || data["delivery"] == "steering";
        let kind = if is_steering {
            TurnKind::Steering
        } else {
            TurnKind::Prompt
        };
        self.developer(kind, words, origin);
    }

    fn developer(&mut self, kind: TurnKind, words: &str, origin: Origin) {
        self.spoken = true;
        self.standing += 1;
        self.builder.developer(kind, words, origin);
    }

    fn assistant(&mut self, topic: &str, data: &Value, origin: &Origin) {
        self.model(data, "model");
        match topic {
            "turn_start" => self.working = true,
            "turn_end" => self.working = false,
            "reasoning" => self.thought(data, "content", origin),
            "message" => {
                self.thought(data, "reasoningText", origin);
                if let Some(words) = lenient::text(data, "content") {
                    self.spoken = true;
                    self.builder.prose(words, origin.clone());
                }
                for request in lenient::items(data, "toolRequests") {
                    self.call(request, "name", origin);
                }
            }
            _ => (),
        }
    }

    fn thought(&mut self, data: &Value, key: &str, origin: &Origin) {
        if let Some(words) = lenient::text(data, key) {
            self.builder.thinking(words, origin.clone());
        }
    }

    /// Adds a call, which stands in a message and in an event of its own.
    fn call(&mut self, request: &Value, name: &str, origin: &Origin) {
        let id = lenient::text(request, "toolCallId").unwrap_or_default();
        if self.builder.call_name(id).is_some() {
            return;
        }
        self.spoken = true;
        let name = lenient::text(request, name).unwrap_or("tool");
        let Shown { target, input } = Shown::of(&request["arguments"]);
        self.builder.call(id, name, &target, input, origin.clone());
    }

    fn tool(&mut self, topic: &str, data: &Value, origin: &Origin) {
        match topic {
            "execution_start" => self.call(data, "toolName", origin),
            "execution_complete" => self.result(data, origin),
            _ => (),
        }
    }

    fn result(&mut self, data: &Value, origin: &Origin) {
        let id = lenient::text(data, "toolCallId").unwrap_or_default();
        let tool = self.builder.call_name(id).unwrap_or_default().to_owned();
        let result = data.get("result").filter(|result| !result.is_null());
        let output = calls::output(match result {
            Some(result) => result.get("content").unwrap_or(result),
            None => data["error"].get("message").unwrap_or(&data["error"]),
        });
        let failed = data["success"] == false;
        let refusal = output.strip_prefix(REFUSED).filter(|_| failed);
        // A permission that was denied knows better than the text that the model got.
        let known = self.denied.get(id).copied();
        let status = match failed {
            _ if refusal.is_some() || known.is_some() => ToolStatus::Refused,
            true => ToolStatus::Failed,
            false => ToolStatus::Done,
        };
        self.builder
            .result(id, &output, Some(status), origin.clone());
        if let Some(rest) = refusal {
            let words = rest.split_once(FEEDBACK).map(|(_, words)| words.trim());
            match known {
                None => self.refused(id, &tool, words, origin),
                Some(false) => self.refusal(words, origin),
                Some(true) => (),
            }
        }
        if tool == "ask_user"
            && let Some(answer) = answer(&output)
        {
            self.developer(TurnKind::Answer, answer, origin.clone());
        }
    }

    fn permission(&mut self, topic: &str, data: &Value, origin: &Origin) {
        let Some(question) = lenient::text(data, "requestId") else {
            return;
        };
        let call = lenient::text(&data["permissionRequest"], "toolCallId");
        match (topic, call) {
            ("requested", Some(call)) => {
                self.asked.insert(question.to_owned(), call.to_owned());
            }
            ("completed", _) => {
                let call = self.asked.remove(question);
                let result = &data["result"];
                if result["kind"] == "denied-interactively-by-user" {
                    let call = call.unwrap_or_default();
                    let tool = self.builder.call_name(&call).unwrap_or_default().to_owned();
                    let words = lenient::text(result, "feedback");
                    self.denied.insert(call.clone(), words.is_some());
                    self.refused(&call, &tool, words, origin);
                }
            }
            _ => (),
        }
    }

    fn refused(&mut self, call: &str, tool: &str, words: Option<&str>, origin: &Origin) {
        let kind = EventKind::Refused;
        self.builder.call_event(call, kind, tool, origin.clone());
        self.refusal(words, origin);
    }

    fn refusal(&mut self, words: Option<&str>, origin: &Origin) {
        if let Some(words) = words.and_then(lenient::filled) {
            self.developer(TurnKind::Refusal, words, origin.clone());
        }
    }

    fn injected(&mut self, kind: &str, data: &Value, origin: Origin) {
        if let Some(words) = lenient::text(data, "content") {
            self.builder.injected(kind, words, origin);
        }
    }

    fn aborted(&mut self, data: &Value, origin: Origin) {
        self.working = false;
        if matches!(
            data["reason"].as_str(),
            Some("user_initiated" | "user initiated")
        ) {
            self.builder.event(EventKind::Interrupted, "", origin);
        }
    }
}

/// With what the text for the model begins where the developer refused a call.
const REFUSED: &str = "The user rejected this tool call";

/// What stands before the words with which it was refused.
const FEEDBACK: &str = "User feedback: ";

/// Gives the developer's words in the result of the tool that asks.
fn answer(output: &str) -> Option<&str> {
    let starts = ["User responded: ", "User selected: "];
    let words = starts.iter().find_map(|start| output.strip_prefix(start))?;
    lenient::filled(words.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_recognised_and_nothing_else() {
        let check = |text: &str, expected: bool| {
            assert_eq!(recognise(&Head::of(text.as_bytes())), expected, "{text}");
        };
        check(
            r#"{"type":"session.start","data":{},"id":"e","timestamp":"t","parentId":null}"#,
            true,
        );
        check(
            r#"{"type":"user.message","data":{"content":"x"},"id":"e","parentId":"d"}"#,
            true,
        );
        check(
            r#"{"type":"user.message","data":{"content":"x"},"id":"e"}"#,
            false,
        );
        check(
            r#"{"type":"thread.started","data":{},"id":"e","parentId":"d"}"#,
            false,
        );
        check(
            r#"{"type":"session","data":{},"id":"e","parentId":"d"}"#,
            false,
        );
        check(
            r#"{"type":"user","uuid":"u","sessionId":"s","message":{"content":"x"}}"#,
            false,
        );
    }

    #[test]
    fn an_answer_is_without_what_the_tool_says() {
        assert_eq!(answer("User selected: oak"), Some("oak"));
        assert_eq!(answer("User responded: oak,\nplease"), Some("oak,\nplease"));
        assert_eq!(answer("The user skipped the question"), None);
    }
}
