//! Grok CLI: the messages of a session; what is known of it stands in a file beside them.

use std::io;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::model::{EventKind, Session, Surface, TurnKind};

use super::builder::Origin;
use super::chat::{self, Chat};
use super::head::Head;
use super::lenient;
use super::pieces::Document;
use super::records::{Place, each_record};
use super::source::Source;
use super::{Format, Reading};

pub(super) const FORMAT: Format = Format {
    id: "grok",
    name: "Grok CLI",
    files: "chat_history.jsonl below ~/.grok (JSON lines)",
    page: PAGE,
    recognise,
    companion,
    read,
};

const PAGE: &str = "\
Files: chat_history.jsonl of a session, a message or call on each line; summary.json beside it
tells the session's id, folder, branch and title.

Developer turns: messages of the user without synthetic_reason.

Events: interruptions, from the message that follows them (prior_turn_interrupt).

Left out: messages that the program made (shown folded), encrypted reasoning, pictures.

Known by: the id in summary.json, else a hash of the developer's words. Each turn keeps its place
in the file.";

/// A line. A field may hold anything.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Record {
    #[serde(rename = "type")]
    kind: Value,
    content: Value,
    summary: Value,
    #[serde(rename = "kind")]
    call: Value,
    tool_calls: Value,
    tool_call_id: Value,
    model_id: Value,
    synthetic_reason: Value,
    prior_turn_interrupt: Value,
}

fn recognise(head: &Head) -> bool {
    let is_message = |record: &Map<String, Value>| {
        let kind = record.get("type").and_then(Value::as_str);
        matches!(kind, Some("user" | "assistant" | "tool_result"))
            && record.contains_key("content")
            && !record.contains_key("message")
    };
    let own = [
        "synthetic_reason",
        "prompt_index",
        "model_fingerprint",
        "model_id",
        "tool_call_id",
    ];
    let is_own = |record: &Map<String, Value>| {
        is_message(record) && own.iter().any(|key| record.contains_key(*key))
    };
    head.records.iter().any(is_own)
}

fn companion(head: &Head) -> bool {
    let summary = &head.document;
    let own = ["session_summary", "num_chat_messages"];
    summary["info"]["id"].is_string() && own.iter().all(|key| summary.get(key).is_some())
}

fn read(source: &Source) -> io::Result<Reading> {
    let mut chat = Chat::new(&source.path().to_string_lossy(), FORMAT.id, "Grok CLI");
    told(source, &mut chat.builder.session);
    let mut skipped = each_record(source.open()?, |record: Record, place| {
        take(&mut chat, &record, place);
    })?;
    let (session, left_out) = chat.finish();
    skipped.extend(left_out);
    let reading = Reading {
        sessions: session.into_iter().collect(),
        skipped,
        ..Reading::default()
    };
    Ok(reading.in_order())
}

/// Takes what the file beside the messages tells of the session; it may be absent.
fn told(source: &Source, session: &mut Session) {
    session.surface = Some(Surface::Cli);
    let beside = Source::file(source.path().with_file_name("summary.json"));
    let Ok(document) = Document::read(&beside) else {
        return;
    };
    let (roots, _) = document.roots();
    let Some(summary) = roots.first().and_then(|root| root.read::<Value>().ok()) else {
        return;
    };
    let text = |value: &Value| value.as_str().map(str::to_owned);
    session.key = text(&summary["info"]["id"]).unwrap_or_default();
    session.folder = text(&summary["info"]["cwd"]);
    session.branch = text(&summary["head_branch"]);
    session.repository = text(&summary["git_remotes"][0]);
    session.title = text(&summary["generated_title"]);
    session.started = lenient::moment(&summary["created_at"]);
    session.ended = lenient::moment(&summary["updated_at"]);
}

fn take(chat: &mut Chat, record: &Record, place: Place) {
    let origin = Origin {
        place: Some(place.offset),
        ..Origin::default()
    };
    let words = chat::words(&record.content);
    match record.kind.as_str().unwrap_or_default() {
        "system" => chat.injected("system prompt", &words, origin),
        "user" => asked(chat, record, words, origin, place),
        "assistant" => {
            let model = record.model_id.as_str().unwrap_or_default();
            chat.builder.model(model);
            chat.said(&words, origin.clone());
            chat.called(&record.tool_calls, &origin);
        }
        "reasoning" => chat.thought(&chat::words(&record.summary), origin),
        "tool_result" => {
            let id = record.tool_call_id.as_str().unwrap_or_default();
            chat.result(id, &words, None, origin);
        }
        "backend_tool_call" => {
            let name = record.call["tool_type"].as_str().unwrap_or("tool");
            chat.call("", name, &record.call["action"], origin);
        }
        _ => (),
    }
}

fn asked(chat: &mut Chat, record: &Record, words: String, origin: Origin, place: Place) {
    if let Some(reason) = record.synthetic_reason.as_str() {
        return chat.injected(reason, &words, origin);
    }
    // The program notes a stop with the words that came after it.
    if record.prior_turn_interrupt.is_string() && chat.has_begun() {
        let builder = &mut chat.builder;
        builder.event(EventKind::Interrupted, "", origin.clone());
    }
    if words.trim().is_empty() {
        return chat.without_words(place);
    }
    chat.developer(TurnKind::Prompt, words, origin);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_recognised_and_the_summary_is_a_companion() {
        let check = |text: &str, expected: (bool, bool)| {
            let head = Head::of(text.as_bytes());
            assert_eq!((recognise(&head), companion(&head)), expected, "{text}");
        };
        check(
            r#"{"type":"user","content":[{"type":"text","text":"x"}],"prompt_index":0}"#,
            (true, false),
        );
        check(
            r#"{"info":{"id":"a"},"session_summary":"s","num_chat_messages":2}"#,
            (false, true),
        );
        check(
            r#"{"type":"user","content":"x","message":{},"prompt_index":0}"#,
            (false, false),
        );
        check(r#"{"type":"user","content":"x"}"#, (false, false));
    }
}
