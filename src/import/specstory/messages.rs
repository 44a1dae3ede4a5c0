//! Cuts a file into messages at its role lines.
//!
//! Code fences don't count, because developers paste unclosed ones; envelopes do, because agents read
//! histories like this one and print their role lines.

use std::ops::Range;

use crate::import::Skip;
use crate::import::time::moment;
use crate::model::{Role, Timestamp};

use super::envelope::{Closings, Envelope};
use super::lines::{Line, is_blank};

/// Everything that stands under one role line.
#[derive(Debug)]
pub(super) struct Message {
    /// Who it says it is from.
    pub(super) role: Role,
    /// Whether it belongs to the conversation of the agent with an agent of its own.
    pub(super) sidechain: bool,
    /// The model as it is written; `None` where the line names none.
    pub(super) model: Option<String>,
    /// The time that the line names.
    pub(super) time: Option<Timestamp>,
    /// The agent's id of the message.
    pub(super) native_id: Option<String>,
    /// The role line.
    pub(super) line: usize,
    /// The lines of the body, without the separator that follows it.
    pub(super) body: Range<usize>,
}

/// What was found in a file.
pub(super) struct Found {
    /// The messages, in order.
    pub(super) messages: Vec<Message>,
    /// What had to be read in another way than it was meant.
    pub(super) skipped: Vec<Skip>,
}

/// Finds the messages of a file.
pub(super) fn messages(lines: &[Line]) -> Found {
    let closings = Closings::of(lines);
    let mut messages: Vec<Message> = Vec::new();
    let mut skipped = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        if let Some(envelope) = Envelope::opened_by(&lines[at].text) {
            if let Some(end) = closings.end(&envelope, lines, at) {
                at = end + 1;
                continue;
            }
            let reason = "what opens here never ends, and is read as text";
            skipped.push(Skip::at_line(at as u64 + 1, reason));
        } else if let Some(message) = role_line(lines, at) {
            if let Some(open) = messages.last_mut() {
                open.body.end = body_end(lines, open.body.start, at);
            }
            messages.push(message);
        }
        at += 1;
    }
    if let Some(open) = messages.last_mut() {
        open.body.end = body_end(lines, open.body.start, lines.len());
    }
    Found { messages, skipped }
}

/// Takes blank lines and one separator off the end of a body.
fn body_end(lines: &[Line], start: usize, end: usize) -> usize {
    let trimmed = |end: usize| {
        let last = lines[start..end].iter().rposition(|line| !is_blank(line));
        last.map_or(start, |last| start + last + 1)
    };
    let last = trimmed(end);
    if last > start && lines[last - 1].text.trim_end() == "---" {
        return trimmed(last - 1);
    }
    last
}

/// Reads a role line: a whole line with a blank one before and after.
fn role_line(lines: &[Line], at: usize) -> Option<Message> {
    let inner = lines[at]
        .text
        .trim_end()
        .strip_prefix("_**")?
        .strip_suffix("**_")?;
    if at > 0 && !is_blank(&lines[at - 1]) {
        return None;
    }
    let native_id = lines.get(at + 1).and_then(|line| {
        line.text
            .trim_end()
            .strip_prefix("<!-- message-id: ")?
            .strip_suffix(" -->")
    });
    let start = at + 1 + usize::from(native_id.is_some());
    if lines.get(start).is_some_and(|line| !is_blank(line)) {
        return None;
    }
    let (role, rest) = role(inner)?;
    let (rest, dashed) = match rest.strip_prefix(" - sidechain") {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let (rest, marked) = match rest.strip_suffix(" (sidechain)") {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let attributes = match rest {
        "" => "",
        _ => rest.strip_prefix(" (")?.strip_suffix(')')?,
    };
    let (rest, time) = split_time(attributes);
    Some(Message {
        role,
        sidechain: dashed || marked,
        model: model(rest),
        time,
        native_id: native_id.map(str::to_owned),
        line: at,
        body: start..start,
    })
}

fn role(inner: &str) -> Option<(Role, &str)> {
    if inner.is_empty() {
        return Some((Role::Agent, inner));
    }
    let roles = [
        ("User", Role::Developer),
        ("Agent", Role::Agent),
        ("Assistant", Role::Agent),
    ];
    roles
        .into_iter()
        .find_map(|(name, role)| Some((role, inner.strip_prefix(name)?)))
}

/// Cuts the time off the end of a text; both forms count, one word and two.
pub(super) fn split_time(text: &str) -> (&str, Option<Timestamp>) {
    let text = text.trim();
    let mut blanks = text.rmatch_indices(' ').map(|(at, _)| at);
    let (last, before) = (blanks.next(), blanks.next());
    let starts = [before.map(|at| at + 1), Some(0), last.map(|at| at + 1)];
    for start in starts.into_iter().flatten() {
        if let Some(time) = moment(&text[start..]) {
            return (text[..start].trim_end(), Some(time));
        }
    }
    (text, None)
}

/// Gives the model of attributes like `model gpt-5, mode Agent`.
fn model(attributes: &str) -> Option<String> {
    let attributes = match attributes.rfind("mode ") {
        Some(0) => "",
        Some(at) if attributes[..at].ends_with(", ") => &attributes[..at - 2],
        _ => attributes,
    };
    let name = attributes
        .strip_prefix("model ")
        .unwrap_or(attributes)
        .trim();
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::specstory::lines::lines;

    fn check(line: &str, expected: Option<(Role, bool, Option<&str>, bool)>) {
        let text = format!("\n{line}\n\n");
        let found = messages(&lines(text.as_bytes())).messages;
        let found = found.first().map(|message| {
            (
                message.role,
                message.sidechain,
                message.model.as_deref(),
                message.time.is_some(),
            )
        });
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn role_lines_are_read_in_every_shape() {
        let developer = |time| Some((Role::Developer, false, None, time));
        let agent = |model, time| Some((Role::Agent, false, model, time));
        check("_**User**_", developer(false));
        check("_**User (2025-09-18 18:15Z)**_", developer(true));
        check("_**User (2025-09-18 07:22+0200)**_", developer(true));
        check("_**User (2025-12-05T00:27:59.056Z)**_", developer(true));
        check(
            "_**User (sidechain)**_",
            Some((Role::Developer, true, None, false)),
        );
        check("_****_", agent(None, false));
        check("_**Assistant**_", agent(None, false));
        check(
            "_**Assistant (copilot/gpt-5)**_",
            agent(Some("copilot/gpt-5"), false),
        );
        check(
            "_**Agent (model default, mode Agent)**_",
            agent(Some("default"), false),
        );
        check("_**Agent (mode Custom)**_", agent(None, false));
        check("_**Agent (2025-07-22 20:47:17Z)**_", agent(None, true));
        check(
            "_**Agent (opus 2026-06-18 15:53:12Z)**_",
            agent(Some("opus"), true),
        );
        check(
            "_**Agent (Gem 3 (Medium) 2026-05-26 21:31:20Z)**_",
            agent(Some("Gem 3 (Medium)"), true),
        );
        check(
            "_**Agent (opus) (sidechain)**_",
            Some((Role::Agent, true, Some("opus"), false)),
        );
        check(
            "_**Agent - sidechain (2026-01-16 22:29:04Z)**_",
            Some((Role::Agent, true, None, true)),
        );
    }

    #[test]
    fn other_lines_are_no_role_lines() {
        check("_**User**_ said", None);
        check(" _**User**_", None);
        check("_**Users**_", None);
        check("_**Usefulness**_", None);
        check("text\n_**User**_", None);
        check("_**User**_\ntext", None);
    }

    #[test]
    fn one_separator_belongs_to_the_writer_and_a_second_one_to_the_text() {
        let text = "_**User**_\n\none\n\n---\n\n---\n\n_**Agent**_\n\ntwo\n";
        let lines = lines(text.as_bytes());
        let bodies: Vec<Range<usize>> = messages(&lines)
            .messages
            .into_iter()
            .map(|message| message.body)
            .collect();
        assert_eq!(bodies, [1..5, 9..11]);
    }
}
