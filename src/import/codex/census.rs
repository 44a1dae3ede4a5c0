//! The first pass over a rollout: what only the whole file tells.

use std::collections::{HashMap, HashSet};
use std::io::{self, BufRead};

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::import::Aside;
use crate::import::records::each_record;
use crate::model::ToolStatus;

use super::wire::{Object, word};

/// Which records a file has, and how its tool calls ended.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says of one kind of record whether the file has it"
)]
pub(super) struct Census {
    /// The developer's messages stand as events; items for the model repeat them.
    pub(super) user_events: bool,
    /// The agent's messages stand as events.
    pub(super) agent_events: bool,
    /// The agent's reasoning stands as events.
    pub(super) reasoning_events: bool,
    /// Compactions stand as records of their own; the events about them repeat these.
    pub(super) compactions: bool,
    /// Why no developer speaks in this file, and the session that it works for; `None` where one may.
    pub(super) aside: Option<(Aside, Option<String>)>,
    /// How calls ended, by their ids, where events tell.
    pub(super) ends: HashMap<String, ToolStatus>,
    /// Calls that another model refused in place of the developer.
    pub(super) guarded: HashSet<String>,
    head_seen: bool,
}

impl Census {
    /// Reads a file from its beginning to its end. What cannot be read is for the second pass to report.
    pub(super) fn take(input: impl BufRead) -> io::Result<Census> {
        let mut census = Census::default();
        each_record(input, |glance: Glance, _| census.look(glance))?;
        Ok(census)
    }

    fn look(&mut self, glance: Glance) {
        let Some(payload) = glance.payload.0 else {
            return;
        };
        match glance.kind.as_deref() {
            Some("session_meta") if !self.head_seen => {
                self.head_seen = true;
                self.aside = payload.aside();
            }
            Some("compacted") => self.compactions = true,
            Some("event_msg") => self.event(payload),
            _ => (),
        }
    }

    fn event(&mut self, event: Inside) {
        match event.kind.as_deref() {
            Some("user_message") => self.user_events |= event.is_typed(),
            Some("agent_message") => self.agent_events = true,
            Some("agent_reasoning") => self.reasoning_events = true,
            Some("guardian_assessment") if event.status.as_deref() != Some("approved") => {
                self.guarded.extend(event.target_item_id.or(event.id));
            }
            Some("exec_command_end" | "patch_apply_end" | "mcp_tool_call_end") => {
                if let (Some(status), Some(id)) = (event.end(), event.call_id) {
                    self.ends.insert(id, status);
                }
            }
            _ => (),
        }
    }
}

/// As much of a record as the first pass needs.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Glance {
    #[serde(rename = "type", deserialize_with = "word")]
    kind: Option<String>,
    payload: Object<Inside>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Inside {
    #[serde(rename = "type", deserialize_with = "word")]
    kind: Option<String>,
    #[serde(deserialize_with = "word")]
    id: Option<String>,
    source: Value,
    #[serde(deserialize_with = "word")]
    thread_source: Option<String>,
    #[serde(deserialize_with = "word")]
    parent_thread_id: Option<String>,
    #[serde(rename = "kind", deserialize_with = "word")]
    message_kind: Option<String>,
    #[serde(deserialize_with = "word")]
    call_id: Option<String>,
    #[serde(deserialize_with = "word")]
    target_item_id: Option<String>,
    #[serde(deserialize_with = "word")]
    status: Option<String>,
    exit_code: Value,
    success: Value,
    result: Object<Outcome>,
}

/// The result of a call to another server: one of the two.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Outcome {
    #[serde(rename = "Ok")]
    ok: Object<Answered>,
    #[serde(rename = "Err")]
    err: Option<IgnoredAny>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Answered {
    #[serde(rename = "isError")]
    is_error: Value,
}

impl Inside {
    fn aside(&self) -> Option<(Aside, Option<String>)> {
        let spawned = "/subagent/thread_spawn/parent_thread_id";
        let parent = self
            .parent_thread_id
            .as_deref()
            .filter(|id| !id.is_empty())
            .or_else(|| self.source.pointer(spawned)?.as_str());
        let is_sub_agent = parent.is_some()
            || self.source.get("subagent").is_some()
            || self.thread_source.as_deref() == Some("subagent");
        if is_sub_agent {
            return Some((Aside::SubAgent, parent.map(str::to_owned)));
        }
        let is_machine = self.source.get("internal").is_some();
        is_machine.then_some((Aside::Machine, None))
    }

    /// Tells whether a user message was typed: early versions sent instructions as one too.
    fn is_typed(&self) -> bool {
        self.message_kind
            .as_deref()
            .is_none_or(|kind| kind == "plain")
    }

    fn end(&self) -> Option<ToolStatus> {
        if self.status.as_deref() == Some("declined") {
            return Some(ToolStatus::Refused);
        }
        if let Some(code) = self.exit_code.as_i64() {
            return i32::try_from(code).ok().map(ToolStatus::Exit);
        }
        let worked = match (&self.result.0, self.success.as_bool()) {
            (_, Some(success)) => success,
            (Some(outcome), None) => {
                let answered = outcome.ok.0.as_ref();
                outcome.err.is_none()
                    && answered.is_none_or(|answer| answer.is_error != Value::Bool(true))
            }
            (None, None) => return None,
        };
        Some(if worked {
            ToolStatus::Done
        } else {
            ToolStatus::Failed
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn census(text: &str) -> Census {
        Census::take(text.as_bytes()).unwrap()
    }

    #[test]
    fn threads_that_no_developer_speaks_in_are_known_by_their_first_head() {
        let check = |head: &str, expected: Option<(Aside, Option<&str>)>| {
            let text = format!(r#"{{"type":"session_meta","payload":{head}}}"#);
            let expected = expected.map(|(why, parent)| (why, parent.map(str::to_owned)));
            assert_eq!(census(&text).aside, expected, "{head}");
        };
        let sub_agent = |parent| Some((Aside::SubAgent, parent));
        check(r#"{"id":"a","source":"cli"}"#, None);
        check(
            r#"{"id":"a","source":"vscode","parent_thread_id":null}"#,
            None,
        );
        check(
            r#"{"id":"a","source":{"subagent":"review"}}"#,
            sub_agent(None),
        );
        check(
            r#"{"id":"a","source":{"subagent":{"thread_spawn":{"parent_thread_id":"p"}}}}"#,
            sub_agent(Some("p")),
        );
        check(
            r#"{"id":"a","source":"cli","parent_thread_id":"p"}"#,
            sub_agent(Some("p")),
        );
        check(
            r#"{"id":"a","source":"exec","thread_source":"subagent"}"#,
            sub_agent(None),
        );
        check(
            r#"{"id":"a","source":{"internal":"memory"}}"#,
            Some((Aside::Machine, None)),
        );
    }

    #[test]
    fn instructions_that_were_sent_as_a_message_are_not_typed() {
        let check = |kind: &str, expected: bool| {
            let text = format!(
                r#"{{"type":"event_msg","payload":{{"type":"user_message","message":"x"{kind}}}}}"#
            );
            assert_eq!(census(&text).user_events, expected, "{kind}");
        };
        check("", true);
        check(r#","kind":"plain""#, true);
        check(r#","kind":"environment_context""#, false);
    }

    #[test]
    fn events_tell_how_calls_ended() {
        let check = |event: &str, expected: Option<ToolStatus>| {
            let text = format!(r#"{{"type":"event_msg","payload":{{"call_id":"c",{event}}}}}"#);
            assert_eq!(census(&text).ends.get("c").copied(), expected, "{event}");
        };
        check(
            r#""type":"exec_command_end","exit_code":3"#,
            Some(ToolStatus::Exit(3)),
        );
        check(
            r#""type":"exec_command_end","exit_code":-1,"status":"declined""#,
            Some(ToolStatus::Refused),
        );
        check(
            r#""type":"patch_apply_end","success":false"#,
            Some(ToolStatus::Failed),
        );
        check(
            r#""type":"mcp_tool_call_end","result":{"Ok":{"isError":null}}"#,
            Some(ToolStatus::Done),
        );
        check(
            r#""type":"mcp_tool_call_end","result":{"Ok":{"isError":true}}"#,
            Some(ToolStatus::Failed),
        );
        check(
            r#""type":"mcp_tool_call_end","result":{"Err":"no"}"#,
            Some(ToolStatus::Failed),
        );
        check(r#""type":"exec_command_end""#, None);
    }
}
