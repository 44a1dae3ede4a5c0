//! Conversations whose records are messages with a role and a content: what many agents' files share.

use serde::Deserialize;
use serde_json::Value;

use crate::model::{Session, ToolStatus, TurnKind, text_hash};

use super::builder::{Origin, SessionBuilder};
use super::calls::Shown;
use super::pieces::Piece;
use super::records::Place;
use super::{Skip, lenient};

/// A message as OpenAI's chat interface has it, and as many others have it nearly. A field may hold anything.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Message {
    id: Value,
    role: Value,
    pub(super) content: Value,
    tool_calls: Value,
    #[serde(rename = "toolCalls")]
    own_tool_calls: Value,
    function_call: Value,
    tool_call_id: Value,
    #[serde(rename = "toolCallId")]
    own_tool_call_id: Value,
    reasoning: Value,
    reasoning_content: Value,
    refusal: Value,
}

impl Message {
    /// Gives the message's own id.
    pub(super) fn id(&self) -> Option<String> {
        lenient::id(&self.id)
    }
}

/// Why a message of the developer's that says nothing is left out.
pub(super) const WITHOUT_WORDS: &str = "a developer's message without words";

/// Whose message it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speaker {
    Developer,
    Agent,
    /// The result of a tool call.
    Tool,
    /// Whoever set the agent up.
    System,
}

impl Speaker {
    /// Reads a role in any of its spellings.
    pub(super) fn of(role: &str) -> Option<Speaker> {
        Some(match role.trim().to_ascii_lowercase().as_str() {
            "user" | "human" => Speaker::Developer,
            "assistant" | "agent" | "model" | "ai" | "gpt" | "chatgpt" | "bard" | "bing" => {
                Speaker::Agent
            }
            "tool" | "function" | "observation" | "function_response" | "tool_response" => {
                Speaker::Tool
            }
            "system" | "developer" => Speaker::System,
            _ => return None,
        })
    }
}

/// A conversation that is being read.
pub(super) struct Chat {
    pub(super) builder: SessionBuilder,
    pub(super) skipped: Vec<Skip>,
    /// Where it begins in a file that may hold several.
    pub(super) line: Option<u64>,
    calls: usize,
    last_call: String,
    developer_turns: usize,
}

impl Chat {
    /// Begins a conversation.
    pub(super) fn new(path: &str, format: &str, agent: &str) -> Chat {
        let mut builder = SessionBuilder::new(path, format);
        agent.clone_into(&mut builder.session.agent);
        Chat {
            builder,
            skipped: Vec::new(),
            line: None,
            calls: 0,
            last_call: String::new(),
            developer_turns: 0,
        }
    }

    /// Reads a message of OpenAI's form.
    pub(super) fn piece(&mut self, piece: Piece) {
        match piece.read::<Message>() {
            Ok(message) => {
                let origin = Origin {
                    native_id: message.id(),
                    time: None,
                    place: Some(piece.place.offset),
                };
                self.message(&message, origin, piece.place);
            }
            Err(skip) => self.skipped.push(skip),
        }
    }

    /// Takes a message of OpenAI's form.
    pub(super) fn message(&mut self, message: &Message, origin: Origin, place: Place) {
        let role = message.role.as_str().unwrap_or_default();
        match Speaker::of(role) {
            Some(Speaker::Developer) => self.asked(&message.content, origin, place),
            Some(Speaker::Agent) => self.answered(message, &origin),
            Some(Speaker::Tool) => {
                let ids = [&message.tool_call_id, &message.own_tool_call_id];
                let id = ids.iter().find_map(|id| id.as_str()).unwrap_or_default();
                self.result(id, &words(&message.content), None, origin);
            }
            Some(Speaker::System) => {
                self.injected("system prompt", &words(&message.content), origin);
            }
            None => {
                let text = words(&message.content);
                // A record that says nothing, such as one that only opens the file, is no loss.
                if !text.trim().is_empty() {
                    let reason = format!("a message of an unknown role ({role})");
                    self.skipped.push(Skip::at_line(place.line, reason));
                }
            }
        }
    }

    /// Takes the content of a message of the user's: the words, and results of calls that came with them.
    pub(super) fn asked(&mut self, content: &Value, origin: Origin, place: Place) {
        let mut has_results = false;
        for block in content.as_array().into_iter().flatten() {
            if block["type"] == "tool_result" {
                has_results = true;
                let failed = block["is_error"] == Value::Bool(true);
                let status = failed.then_some(ToolStatus::Failed);
                let id = block["tool_use_id"].as_str().unwrap_or_default();
                self.result(id, &words(&block["content"]), status, origin.clone());
            }
        }
        let text = words(content);
        if text.trim().is_empty() {
            if !has_results {
                self.without_words(place);
            }
            return;
        }
        self.developer(TurnKind::Prompt, text, origin);
    }

    /// Reports a message of the developer's that says nothing.
    pub(super) fn without_words(&mut self, place: Place) {
        self.skipped.push(Skip::at_line(place.line, WITHOUT_WORDS));
    }

    /// Adds a turn of the developer's.
    pub(super) fn developer(&mut self, kind: TurnKind, text: String, origin: Origin) {
        self.developer_turns += 1;
        self.builder.developer(kind, text, origin);
    }

    fn answered(&mut self, message: &Message, origin: &Origin) {
        let thought = [&message.reasoning_content, &message.reasoning];
        let thought = thought.iter().find_map(|value| value.as_str());
        self.thought(thought.unwrap_or_default(), origin.clone());
        match &message.content {
            Value::Array(blocks) => {
                for block in blocks {
                    self.block(block, origin);
                }
            }
            content => self.said(&words(content), origin.clone()),
        }
        self.said(message.refusal.as_str().unwrap_or_default(), origin.clone());
        self.called(&message.tool_calls, origin);
        self.called(&message.own_tool_calls, origin);
        if message.function_call.is_object() {
            let call = &message.function_call;
            let name = call["name"].as_str().unwrap_or("tool");
            self.call("", name, &call["arguments"], origin.clone());
        }
    }

    fn block(&mut self, block: &Value, origin: &Origin) {
        let text = |key: &str| block[key].as_str().unwrap_or_default();
        match text("type") {
            "tool_use" => self.call(text("id"), text("name"), &block["input"], origin.clone()),
            "thinking" => self.thought(text("thinking"), origin.clone()),
            _ => self.said(&part(block), origin.clone()),
        }
    }

    /// Tells whether the developer has spoken yet.
    pub(super) fn has_begun(&self) -> bool {
        self.developer_turns > 0
    }

    /// Takes the calls of a message, in OpenAI's form or flat.
    pub(super) fn called(&mut self, calls: &Value, origin: &Origin) {
        for call in calls.as_array().into_iter().flatten() {
            let inner = if call["function"].is_object() {
                &call["function"]
            } else {
                call
            };
            let id = call["id"].as_str().unwrap_or_default();
            let name = inner["name"].as_str().unwrap_or("tool");
            let input = inner.get("arguments").or_else(|| inner.get("args"));
            self.call(id, name, input.unwrap_or(&Value::Null), origin.clone());
        }
    }

    /// Adds a call. One without an id takes the next result that names none.
    pub(super) fn call(&mut self, id: &str, name: &str, input: &Value, origin: Origin) {
        self.calls += 1;
        self.last_call = match id {
            "" => format!("call {}", self.calls),
            id => id.to_owned(),
        };
        let shown = Shown::of(input);
        self.builder
            .call(&self.last_call, name, &shown.target, shown.input, origin);
    }

    /// Adds the result of a call, the last one where `id` is empty.
    pub(super) fn result(
        &mut self,
        id: &str,
        output: &str,
        status: Option<ToolStatus>,
        origin: Origin,
    ) {
        let id = if id.is_empty() { &self.last_call } else { id };
        let status = status.unwrap_or(ToolStatus::Done);
        self.builder.result(id, output, Some(status), origin);
    }

    /// Adds what the agent said.
    pub(super) fn said(&mut self, text: &str, origin: Origin) {
        if !text.trim().is_empty() {
            self.builder.prose(text, origin);
        }
    }

    /// Adds what the agent thought.
    pub(super) fn thought(&mut self, text: &str, origin: Origin) {
        if !text.trim().is_empty() {
            self.builder.thinking(text, origin);
        }
    }

    /// Adds text that nobody typed.
    pub(super) fn injected(&mut self, name: &str, text: &str, origin: Origin) {
        if !text.trim().is_empty() {
            self.builder.injected(name, text, origin);
        }
    }

    /// Ends the conversation; gives it unless nobody spoke in it, and what was left out.
    pub(super) fn finish(mut self) -> (Option<Session>, Vec<Skip>) {
        if self.developer_turns > 0 {
            return (Some(self.builder.finish()), self.skipped);
        }
        let reason = if self.builder.is_empty() {
            "the session holds no messages"
        } else {
            "no developer speaks in the session"
        };
        self.skipped.push(Skip {
            line: self.line,
            reason: reason.to_owned(),
        });
        (None, self.skipped)
    }

    /// Ends a conversation that may be one of many answers to the same words: it is known by all its turns.
    pub(super) fn finish_sample(self) -> (Option<Session>, Vec<Skip>) {
        let (mut session, skipped) = self.finish();
        if let Some(session) = session.as_mut() {
            let texts: Vec<&str> = session
                .turns
                .iter()
                .map(|turn| turn.text.as_str())
                .collect();
            session.key = format!("text:{}", text_hash(&texts.join("\n")));
        }
        (session, skipped)
    }
}

/// Gives the words of a content: a text, or blocks of which some are texts.
pub(super) fn words(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(blocks) => {
            let texts: Vec<String> = blocks.iter().map(part).collect();
            let texts: Vec<&str> = texts
                .iter()
                .map(String::as_str)
                .filter(|text| !text.is_empty())
                .collect();
            texts.join("\n")
        }
        Value::Object(_) => part(content),
        _ => String::new(),
    }
}

/// Gives the words of a block; a picture is said to be one.
fn part(block: &Value) -> String {
    if let Some(text) = block.as_str() {
        return text.to_owned();
    }
    match block["type"].as_str() {
        Some("tool_use" | "tool_result" | "thinking") => String::new(),
        Some("image" | "image_url" | "imageUrl" | "input_image") => "[image]".to_owned(),
        Some("file" | "input_file") => "[file]".to_owned(),
        Some("input_audio" | "audio") => "[audio]".to_owned(),
        _ => block["text"].as_str().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn contents_of_every_form_give_their_words() {
        let check = |content: Value, expected: &str| assert_eq!(words(&content), expected);
        check(json!("a"), "a");
        check(json!([{"type": "text", "text": "a"}, "b"]), "a\nb");
        check(json!([{"type": "image_url"}, {"text": "b"}]), "[image]\nb");
        check(json!([{"type": "tool_result", "text": "x"}, 7, null]), "");
        check(json!(null), "");
    }
}
