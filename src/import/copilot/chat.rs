//! The chat of VS Code: its "Export Chat", and the sessions that it keeps, as JSON or as a log of changes.

use std::io::{self, BufRead as _};
use std::path::Path;

use serde_json::{Map, Value};

use crate::import::builder::{Origin, SessionBuilder};
use crate::import::head::Head;
use crate::import::lenient;
use crate::import::pieces;
use crate::import::records::{Place, each_record};
use crate::import::source::Source;
use crate::import::{Format, Reading, Skip, no_companion};
use crate::model::{EventKind, Surface, TurnKind};

use super::replay::Replayed;
use super::response;

pub(in crate::import) const FORMAT: Format = Format {
    id: "copilot-vscode",
    name: "Copilot Chat in VS Code",
    files: "Chat: Export Chat (JSON), and chatSessions below Code/User/workspaceStorage (JSON, JSON lines)",
    page: PAGE,
    recognise,
    companion: no_companion,
    read,
};

const PAGE: &str = "\
Files: what VS Code's command Chat: Export Chat writes, and the sessions in User/workspaceStorage/ID/chatSessions
and User/globalStorage/emptyWindowChatSessions: one JSON object, or JSON lines with the changes to one, which are
replayed.

Developer turns: the text of each request, never what it was expanded to.

Events: requests that were stopped, tool calls that were refused (VS Code writes the same for some that failed: the
event says so), errors, requests that were taken back, tried again or edited and sent anew.

Left out: suggested follow-ups, parts of an answer that say nothing to the developer. Requests that are not what VS
Code writes (made or changed by hand) are refused with the reason.

Known by: sessionId; an export, which has none, by its developer turns. Each turn keeps its requestId and its place,
in a log of changes that of the change that brought it.";

fn recognise(head: &Head) -> bool {
    match head.records.as_slice() {
        [only] if is_session(only) => true,
        records => records
            .first()
            .is_some_and(|first| is_start(first) || is_change(first)),
    }
}

fn is_session(record: &Map<String, Value>) -> bool {
    let requests = record.get("requests").and_then(Value::as_array);
    let has = |key: &str| record.contains_key(key);
    let known = |request: &Value| request.get("requestId").is_some();
    requests.is_some_and(|requests| {
        has("responderUsername") || has("initialLocation") || requests.iter().any(known)
    })
}

fn is_start(record: &Map<String, Value>) -> bool {
    let state = record.get("v").and_then(Value::as_object);
    record.get("kind").is_some_and(|kind| kind == 0)
        && state
            .is_some_and(|state| state.contains_key("requests") || state.contains_key("sessionId"))
}

/// Tells whether a record is a change, in a log whose beginning is lost.
fn is_change(record: &Map<String, Value>) -> bool {
    let kind = record.get("kind").and_then(Value::as_u64);
    let path = record.get("k").and_then(Value::as_array);
    matches!(kind, Some(1..=3))
        && path.is_some_and(|path| path.first().is_some_and(|step| step == "requests"))
}

fn read(source: &Source) -> io::Result<Reading> {
    if is_log(source.open()?.fill_buf()?) {
        return replayed(source);
    }
    let bytes = source.read()?;
    match document(&bytes, source.path()) {
        Some(reading) => Ok(reading),
        None => replayed(source),
    }
}

/// Tells whether the first key of a file is that of a change, which VS Code writes first.
fn is_log(start: &[u8]) -> bool {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let inside = start.trim_ascii_start().strip_prefix(b"{");
    inside.is_some_and(|inside| inside.trim_ascii_start().starts_with(b"\"kind\""))
}

/// Reads a session that is one JSON object; `None` where more objects follow.
fn document(bytes: &[u8], path: &Path) -> Option<Reading> {
    let lists = ["requests"];
    let document = pieces::root(bytes);
    if document.has_more {
        return None;
    }
    let fields = Value::Object(document.object.values(&lists));
    let mut telling = Telling::new(&fields, path);
    for item in document.items(&lists) {
        let place = item.place;
        match item.read() {
            Ok(request) => telling.request(&request, Some(place.offset), place.line),
            Err(Skip { reason, .. }) => {
                let reason = format!("a request cannot be read: {reason}");
                telling.skipped.push(Skip::at_line(place.line, reason));
            }
        }
    }
    telling.skipped.extend(document.skipped);
    Some(telling.finish())
}

/// Reads a session that is a log of changes.
fn replayed(source: &Source) -> io::Result<Reading> {
    let mut log = Replayed::default();
    let mut lost = Vec::new();
    let skipped = each_record(source.open()?, |record: Value, place: Place| {
        if let Err(reason) = log.change(record, place) {
            lost.push(Skip::at_line(place.line, reason));
        }
    })?;
    let mut telling = Telling::new(&log.session, source.path());
    telling.skipped = skipped;
    telling.skipped.append(&mut lost);
    log.forget_returned();
    // What was cut off stands before what was put in its place; what came last was cut off last.
    log.removed.sort_by_key(|(before, ..)| *before);
    let requests = lenient::items(&log.session, "requests");
    let mut removed = log.removed.iter().peekable();
    for (at, (request, place)) in requests.iter().zip(&log.places).enumerate() {
        while let Some((_, request, place)) = removed.next_if(|(before, ..)| *before <= at) {
            telling.removed(request, *place);
        }
        telling.request(request, Some(place.offset), place.line);
    }
    for (_, request, place) in removed {
        telling.removed(request, *place);
    }
    Ok(telling.finish())
}

/// A session that is being told.
struct Telling {
    builder: SessionBuilder,
    skipped: Vec<Skip>,
    /// Requests that are not what VS Code writes, and the keys of the first.
    strange: usize,
    keys: String,
}

impl Telling {
    fn new(fields: &Value, path: &Path) -> Telling {
        let mut builder = SessionBuilder::new(&path.to_string_lossy(), FORMAT.id);
        let session = &mut builder.session;
        let responder = lenient::text(fields, "responderUsername").unwrap_or("GitHub Copilot");
        responder.clone_into(&mut session.agent);
        session.surface = Some(Surface::Ide);
        lenient::text(fields, "sessionId")
            .unwrap_or_default()
            .clone_into(&mut session.key);
        session.title = lenient::text(fields, "customTitle").map(str::to_owned);
        session.started = lenient::moment(&fields["creationDate"]);
        session.ended = lenient::moment(&fields["lastMessageDate"]).or(session.started);
        Telling {
            builder,
            skipped: Vec::new(),
            strange: 0,
            keys: String::new(),
        }
    }

    fn finish(mut self) -> Reading {
        let mut reading = Reading::default();
        if self.strange > 0 {
            self.skipped.push(Skip::whole(format!(
                "{} of the requests are not what VS Code writes (keys {}): made or changed by hand?",
                self.strange, self.keys
            )));
        }
        if !self.builder.is_empty() {
            reading.sessions.push(self.builder.finish());
        } else if self.skipped.is_empty() {
            let reason = "the session holds no requests";
            self.skipped.push(Skip::whole(reason));
        }
        self.skipped.sort_by_key(|skip| skip.line);
        reading.skipped = self.skipped;
        reading
    }

    /// Takes a request that was cut off the session again.
    fn removed(&mut self, request: &Value, place: Place) {
        if request["message"].is_object() || request["message"].is_string() {
            self.request(request, Some(place.offset), place.line);
            if request["isHidden"] != true {
                self.builder.take_back(1);
            }
        }
    }

    fn request(&mut self, request: &Value, offset: Option<u64>, line: u64) {
        let Some(words) = words(&request["message"]) else {
            self.strange += 1;
            if let Some(fields) = request.as_object().filter(|_| self.keys.is_empty()) {
                let keys: Vec<&str> = fields.keys().take(6).map(String::as_str).collect();
                self.keys = keys.join(", ");
            }
            return;
        };
        let origin = Origin {
            native_id: lenient::text(request, "requestId").map(str::to_owned),
            time: lenient::moment(&request["timestamp"]),
            place: offset,
        };
        if words.trim().is_empty() {
            let reason = "a request without words";
            self.skipped.push(Skip::at_line(line, reason));
        } else {
            // A press of a button that the agent offered is sent with the button's words.
            let kind = match lenient::text(request, "confirmation") {
                Some(_) => TurnKind::Answer,
                None => TurnKind::Prompt,
            };
            self.builder.developer(kind, words, origin.clone());
            if request["isHidden"] == true {
                self.builder.take_back(1);
            }
        }
        self.answer(request, &origin);
    }

    fn answer(&mut self, request: &Value, origin: &Origin) {
        let model = lenient::text(request, "modelId").unwrap_or_default();
        let model = model.rsplit('/').next().unwrap_or(model);
        // The name of the setting that leaves the choice to the service is no model.
        if model != "auto" {
            self.builder.model(model);
        }
        let is_stopped = is_stopped(request);
        let origin = Origin {
            native_id: lenient::text(request, "responseId").map(str::to_owned),
            ..origin.clone()
        };
        response::tell(request, is_stopped, &mut self.builder, &origin);
        if is_stopped {
            self.builder.event(EventKind::Interrupted, "", origin);
        } else if let Some(error) = lenient::text(&request["result"]["errorDetails"], "message") {
            let line = error.trim().lines().next().unwrap_or_default();
            let detail: String = line.chars().take(200).collect();
            self.builder.agent_event(EventKind::Error, &detail, origin);
        }
    }
}

/// Gives the words of a request's message: a text in old files, an object with the text or its parts in others.
fn words(message: &Value) -> Option<String> {
    if let Some(text) = message.as_str().or_else(|| message["text"].as_str()) {
        return Some(text.to_owned());
    }
    let parts = message["parts"].as_array()?;
    Some(
        parts
            .iter()
            .filter_map(|part| part["text"].as_str())
            .collect(),
    )
}

/// The value of a response's state that says that the developer stopped it.
const CANCELLED: u64 = 2;

fn is_stopped(request: &Value) -> bool {
    request["result"]["errorDetails"]["code"] == "canceled"
        || request["isCanceled"] == true
        || request["modelState"]["value"].as_u64() == Some(CANCELLED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_are_recognised_and_nothing_else() {
        let check = |text: &str, expected: bool| {
            assert_eq!(recognise(&Head::of(text.as_bytes())), expected, "{text}");
        };
        check(
            r#"{"responderUsername":"GitHub Copilot","requests":[]}"#,
            true,
        );
        check(r#"{"requests":[{"requestId":"r"}]}"#, true);
        check(r#"{"kind":0,"v":{"sessionId":"s","requests":[]}}"#, true);
        check(r#"{"kind":2,"k":["requests"],"v":[]}"#, true);
        check(r#"{"requests":[{"url":"x"}]}"#, false);
        check(r#"{"kind":0,"v":{"a":1}}"#, false);
        check(r#"{"kind":"main","v":1}"#, false);
    }

    #[test]
    fn a_message_is_a_text_or_parts() {
        let check = |message: &str, expected: Option<&str>| {
            let message: Value = serde_json::from_str(message).unwrap();
            assert_eq!(words(&message).as_deref(), expected);
        };
        check(r#""sand it""#, Some("sand it"));
        check(r#"{"text":"sand it","parts":[]}"#, Some("sand it"));
        check(
            r#"{"parts":[{"text":"sand "},{"kind":"x"},{"text":"it"}]}"#,
            Some("sand it"),
        );
        check("null", None);
    }
}
