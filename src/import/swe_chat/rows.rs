//! Rows of the table of conversations.

use serde::{Deserialize, Serialize};

use crate::import::tables;
use crate::model::Timestamp;

/// The columns that are read. Labels that a model gave (`prompt_pushback`, `prompt_intent`) are not among them: nobody is
/// to see them before the coder has decided.
pub(super) const COLUMNS: [&str; 18] = [
    "session_id",
    "turn_id",
    "turn_number",
    "role",
    "turn_type",
    "is_conversational",
    "content",
    "timestamp",
    "model",
    "agent",
    "repo_id",
    "tool_name",
    "tool_call_id",
    "file_path",
    "command",
    "pattern",
    "tool_input_json",
    "queue_op_subtype",
];

/// The place of the session's id among them, and of what may be long.
pub(super) const SESSION: usize = 0;
const LONG: [usize; 4] = [6, 13, 14, 16];

/// What a row tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    /// What the developer said.
    Prompt,
    /// What stands in the developer's place and nobody typed.
    Injected,
    /// A summary of the conversation before, with which it goes on.
    Continuation,
    /// What the agent said.
    Response,
    Thinking,
    Call,
    Result,
    Summary,
    /// What the program noted.
    System,
    /// A message that waits until the agent can take it.
    Enqueued,
    /// One that waited and was taken.
    Delivered,
    /// One that waited and was pulled back.
    Discarded,
    /// Nothing that belongs to the conversation.
    Aside,
}

impl Kind {
    /// Reads the type of a row; of an unknown one the role tells.
    fn of(kind: &str, role: &str, queue: &str, is_conversational: Option<bool>) -> Kind {
        match kind {
            "user_prompt" => Kind::Prompt,
            "system_injected" => Kind::Injected,
            "continuation_context" => Kind::Continuation,
            "assistant_response" => Kind::Response,
            "assistant_thinking" => Kind::Thinking,
            "tool_use" => Kind::Call,
            "tool_result" => Kind::Result,
            "summary" => Kind::Summary,
            "system_event" => Kind::System,
            "file_snapshot" | "progress" => Kind::Aside,
            "queue_operation" => match queue {
                "user_prompt_enqueued" => Kind::Enqueued,
                "user_prompt_delivered" => Kind::Delivered,
                "user_prompt_discarded" => Kind::Discarded,
                "task_notification" => Kind::Injected,
                _ => Kind::Aside,
            },
            _ => match (role, is_conversational) {
                ("user", Some(true)) => Kind::Prompt,
                ("user", None) if kind.is_empty() => Kind::Prompt,
                ("user", _) => Kind::Injected,
                ("assistant", Some(false)) => Kind::System,
                ("assistant", _) => Kind::Response,
                ("tool_use", _) => Kind::Call,
                ("tool_result", _) => Kind::Result,
                _ => Kind::System,
            },
        }
    }
}

/// A row of a session, without what all its rows have in common.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Row {
    /// Its place in the file, counted from 0.
    pub(super) place: u64,
    pub(super) turn: Option<i64>,
    /// Its own id, where that is not made of the session's and the number.
    pub(super) id: Option<String>,
    pub(super) kind: Kind,
    pub(super) content: String,
    /// When it was written, in milliseconds.
    time: Option<i64>,
    /// The tool's name, and the id of the call.
    pub(super) tool: Option<String>,
    pub(super) call: Option<String>,
    /// A path, a command, a pattern.
    pub(super) target: Option<String>,
    pub(super) input: Option<String>,
}

/// What a row tells of its session.
#[derive(Debug, Default)]
pub(super) struct Common {
    pub(super) agent: Option<String>,
    pub(super) repository: Option<String>,
    pub(super) model: Option<String>,
}

impl Row {
    /// Reads a row of the session of this id.
    pub(super) fn of(row: &tables::Row<'_>, session: &str) -> (Row, Common) {
        let text = |column: usize| row.text(column);
        let word = |column: usize| text(column).unwrap_or_default();
        let turn = row.whole(2);
        let own = |id: &String| turn.is_none_or(|turn| *id != format!("{session}#{turn}"));
        let kind = Kind::of(
            word(4).trim(),
            word(3).trim(),
            word(17).trim(),
            row.truth(5),
        );
        let told = Row {
            place: row.number(),
            turn,
            id: text(1).filter(own),
            kind,
            content: word(6),
            time: row.moment(7).map(|time| time.0),
            tool: text(11),
            call: text(12),
            target: text(14).or_else(|| text(13)).or_else(|| text(15)),
            input: text(16),
        };
        let is_agents = matches!(kind, Kind::Response | Kind::Thinking | Kind::Call);
        let common = Common {
            agent: text(9),
            repository: text(10),
            model: text(8).filter(|_| is_agents),
        };
        (told, common)
    }

    /// Tells how many bytes the long texts of a row have, before they are copied.
    pub(super) fn length_of(row: &tables::Row<'_>) -> usize {
        LONG.iter().map(|&column| row.length(column)).sum()
    }

    pub(super) fn time(&self) -> Option<Timestamp> {
        self.time.map(Timestamp)
    }

    /// Gives how much memory it takes.
    pub(super) fn size(&self) -> usize {
        let some = [&self.id, &self.tool, &self.call, &self.target, &self.input];
        let some = some.into_iter().flatten().map(String::len).sum::<usize>();
        size_of::<Row>() + self.content.len() + some
    }

    /// Tells whether it repeats the row before it.
    pub(super) fn repeats(&self, before: &Row) -> bool {
        self.turn.is_some()
            && (self.turn, self.kind, &self.content, &self.call)
                == (before.turn, before.kind, &before.content, &before.call)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_of_a_row_tells_and_of_an_unknown_one_the_role() {
        let check = |kind: &str, role: &str, is_conversational, expected: Kind| {
            let told = Kind::of(kind, role, "", is_conversational);
            assert_eq!(told, expected, "{kind} {role}");
        };
        check("user_prompt", "user", None, Kind::Prompt);
        check("system_injected", "user", Some(true), Kind::Injected);
        check("queue_operation", "metadata", None, Kind::Aside);
        check("newer", "user", Some(true), Kind::Prompt);
        check("newer", "user", None, Kind::Injected);
        check("", "user", None, Kind::Prompt);
        check("newer", "assistant", None, Kind::Response);
        check("newer", "tool_result", None, Kind::Result);
        check("newer", "metadata", Some(true), Kind::System);
    }
}
