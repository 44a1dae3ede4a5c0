//! What a tool result says besides the tool's output: a refusal with its reason, answers, an accepted plan.
//!
//! Agents that work on such tools print these phrases, so they count only at the start of a result, and a
//! refusal only where the result is marked as one.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::ToolStatus;

use super::wire::{Sidecar, ToolResult};

/// What the developer did at a tool call.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::import) enum Verdict {
    /// Refused it, perhaps with words.
    Refused(Option<String>),
    /// Accepted the plan.
    PlanAccepted,
    /// Answered the agent's questions, by choosing or in own words; the turn's text.
    Answered(String),
    /// Stopped it while it ran.
    Interrupted,
    /// Nothing.
    Let,
}

const REFUSALS: &[&str] = &[
    "The user doesn't want to proceed with this tool use",
    "The user doesn't want to take this action right now",
    "The agent proposed a plan that was rejected by the user",
    "Permission for this tool use was denied. The tool use was rejected",
];
const REASONS: &[&str] = &["the user said:\n", "The user said:\n"];
/// What newer versions add after the developer's words.
const NOTE: &str = "\n\nNote: The user's next message may contain";
/// What the program writes in place of words when questions are not answered.
const CLARIFY: &str = "The user wants to clarify these questions";
const DECLINED: &str = "User declined to answer questions";
const APPROVED: &str = "User has approved your plan";
const ANSWERED: &[&str] = &[
    "User has answered your questions:",
    "Your questions have been answered:",
];
const ANSWERS_END: &str = ". You can now continue";
const INTERRUPTED: &str = "[Request interrupted by user";

/// Tells what the developer did at a call, from its result, what stands beside it, and the kind of denial.
pub(super) fn verdict(
    result: &ToolResult,
    sidecar: &Sidecar,
    denial: Option<&str>,
    tool: Option<&str>,
) -> Verdict {
    let text = result.text.trim_start();
    match denial {
        Some("user-rejected") => return Verdict::Refused(reason(text)),
        Some("interrupted" | "cancelled") => return Verdict::Interrupted,
        // A rule or a classifier denied it: nobody refused.
        Some(_) => return Verdict::Let,
        None => (),
    }
    let beside = sidecar.text.as_deref().unwrap_or_default();
    let is_marked = result.failed || beside.starts_with("User rejected tool use");
    if is_marked && is_refusal(result) {
        return Verdict::Refused(reason(text));
    }
    if text.starts_with(DECLINED) && tool == Some("AskUserQuestion") {
        return Verdict::Refused(None);
    }
    if was_cut(result, text, sidecar) {
        return Verdict::Interrupted;
    }
    if !result.failed && text.starts_with(APPROVED) {
        return Verdict::PlanAccepted;
    }
    if !result.failed && ANSWERED.iter().any(|start| text.starts_with(start)) {
        let said = answers(sidecar).or_else(|| answers_in(text));
        return said.map_or(Verdict::Let, Verdict::Answered);
    }
    Verdict::Let
}

/// Tells what the developer did at a call, and how it ended, from the text of its result alone: whether it was marked as
/// an error is told by its beginning.
pub(in crate::import) fn told(text: &str, tool: Option<&str>) -> (Verdict, ToolStatus) {
    let mut result = ToolResult {
        id: String::new(),
        text: text.to_owned(),
        failed: false,
    };
    let start = text.trim_start();
    result.failed =
        is_refusal(&result) || exit_code(start).is_some() || start.starts_with(INTERRUPTED);
    let verdict = verdict(&result, &Sidecar::default(), None, tool);
    let status = match verdict {
        Verdict::Refused(_) => ToolStatus::Refused,
        _ => status(&result, &Sidecar::default()),
    };
    (verdict, status)
}

/// Tells whether a result begins as refusals do.
pub(super) fn is_refusal(result: &ToolResult) -> bool {
    let text = result.text.trim_start();
    REFUSALS.iter().any(|start| text.starts_with(start))
}

/// Tells how a call ended.
pub(super) fn status(result: &ToolResult, sidecar: &Sidecar) -> ToolStatus {
    let text = result.text.trim_start();
    if let Some(code) = sidecar.exit_code {
        return ToolStatus::Exit(code);
    }
    if result.failed
        && let Some(code) = exit_code(text)
    {
        return ToolStatus::Exit(code);
    }
    if result.failed || text.starts_with("<tool_use_error>") {
        ToolStatus::Failed
    } else {
        ToolStatus::Done
    }
}

fn exit_code(text: &str) -> Option<i32> {
    let line = text.lines().next()?.trim_end();
    line.strip_prefix("Exit code ")?.parse().ok()
}

/// Tells whether the developer stopped the tool; one that ran out of time was stopped by nobody.
fn was_cut(result: &ToolResult, text: &str, sidecar: &Sidecar) -> bool {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    let marked = first.starts_with(INTERRUPTED)
        || exit_code(first).is_some() && lines.next().unwrap_or_default().starts_with(INTERRUPTED);
    let timed_out = text
        .lines()
        .take(3)
        .any(|line| line.contains("timed out after"));
    result.failed && marked || sidecar.interrupted == Some(true) && !timed_out
}

/// Gives the words that the developer typed with a refusal.
fn reason(text: &str) -> Option<String> {
    let start = REASONS
        .iter()
        .filter_map(|start| Some(text.find(start)? + start.len()))
        .min()?;
    let words = &text[start..];
    let words = words.rfind(NOTE).map_or(words, |end| &words[..end]).trim();
    (!words.is_empty() && !words.starts_with(CLARIFY)).then(|| words.to_owned())
}

/// Gives the answers that stand beside the result, in the order of the questions.
///
/// The questions stand in the call: this is the developer's text.
fn answers(sidecar: &Sidecar) -> Option<String> {
    let answers = sidecar.answers.as_ref()?;
    let questions = sidecar.questions.as_deref().unwrap_or_default();
    let asked = questions
        .iter()
        .filter_map(|asked| asked.question.as_deref());
    let mut open: BTreeMap<&str, &Value> = answers
        .iter()
        .map(|(key, value)| (key.as_str(), value))
        .collect();
    let mut ordered: Vec<(&str, &Value)> = asked
        .filter_map(|question| open.remove_entry(question))
        .collect();
    ordered.extend(open);
    let answers = ordered.into_iter();
    one_line(answers.map(|(question, answer)| with_notes(answer, notes(sidecar, question))))
}

fn with_notes(answer: &Value, notes: Option<&str>) -> String {
    let answer = words(answer);
    match notes {
        // Free words are recorded twice, as the answer and as notes to it.
        Some(notes) if !answer.ends_with(notes) => format!("{answer} ({notes})"),
        _ => answer,
    }
}

fn words(answer: &Value) -> String {
    match answer {
        Value::String(text) => text.trim().to_owned(),
        Value::Array(several) => several.iter().map(words).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// Joins the answers to several questions as other programs do that write them down.
fn one_line(answers: impl Iterator<Item = String>) -> Option<String> {
    let answers: Vec<String> = answers.filter(|answer| !answer.is_empty()).collect();
    (!answers.is_empty()).then(|| answers.join(", "))
}

fn notes<'a>(sidecar: &'a Sidecar, question: &str) -> Option<&'a str> {
    let notes = sidecar.annotations.as_ref()?.get(question)?.get("notes")?;
    Some(notes.as_str()?.trim()).filter(|notes| !notes.is_empty())
}

/// Reads the answers out of the result's text: `"question"="answer", …`.
fn answers_in(text: &str) -> Option<String> {
    let body = ANSWERED
        .iter()
        .find_map(|start| text.strip_prefix(start))?
        .trim();
    let mut rest = body.rfind(ANSWERS_END).map_or(body, |end| &body[..end]);
    let mut answers = Vec::new();
    while let Some((_, after)) = rest.split_once("\"=\"") {
        // The next pair begins after this one's end, and an answer can hold quotation marks of its own.
        let end = match after.find("\"=\"") {
            Some(next) => after[..next].rfind(", \"").unwrap_or(next),
            None => after.len(),
        };
        answers.push(after[..end].trim_end_matches([',', ' ', '"']));
        rest = &after[end..];
    }
    one_line(answers.into_iter().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFUSED: &str = "The user doesn't want to proceed with this tool use. The tool use was rejected (eg. if it was a file edit, the new_string was NOT written to the file).";

    fn result(text: &str, failed: bool) -> ToolResult {
        ToolResult {
            id: "1".into(),
            text: text.into(),
            failed,
        }
    }

    fn of(text: &str, failed: bool) -> Verdict {
        verdict(&result(text, failed), &Sidecar::default(), None, None)
    }

    #[test]
    fn a_refusal_gives_the_words_that_were_typed() {
        let check = |tail: &str, expected: Option<&str>| {
            let expected = Verdict::Refused(expected.map(str::to_owned));
            assert_eq!(of(&format!("{REFUSED}{tail}"), true), expected, "{tail}");
        };
        check(" STOP what you are doing and wait.", None);
        check(
            " To tell you how to proceed, the user said:\nnot there",
            Some("not there"),
        );
        check(
            " To tell you how to proceed, the user said:\nnot\n\nthere\n\nNote: The user's next message may contain a correction.",
            Some("not\n\nthere"),
        );
        check(
            " To tell you how to proceed, the user said:\nThe user wants to clarify these questions.",
            None,
        );
    }

    #[test]
    fn phrases_count_only_where_they_are_marked() {
        assert_eq!(of(REFUSED, false), Verdict::Let);
        assert_eq!(of(&format!("grep: {REFUSED}"), true), Verdict::Let);
        assert_eq!(of("User has approved your plan.", true), Verdict::Let);
        assert_eq!(of("log: [Request interrupted by user]", true), Verdict::Let);
    }

    #[test]
    fn the_kind_of_a_denial_tells_who_denied() {
        let check = |kind: &str, expected: Verdict| {
            let result = result("no", true);
            assert_eq!(
                verdict(&result, &Sidecar::default(), Some(kind), None),
                expected
            );
        };
        check("user-rejected", Verdict::Refused(None));
        check("interrupted", Verdict::Interrupted);
        check("rule", Verdict::Let);
    }

    #[test]
    fn answers_are_read_from_the_text_where_nothing_stands_beside_it() {
        let text = "User has answered your questions: \"Which \"db\"?\"=\"the old one\", \"Where?\"=\"in src\". You can now continue with the user's answers in mind.";
        let expected = "the old one, in src";
        assert_eq!(of(text, false), Verdict::Answered(expected.into()));
    }

    #[test]
    fn the_end_of_a_call_is_shown_by_its_result() {
        let check = |text: &str, failed, expected| {
            assert_eq!(
                status(&result(text, failed), &Sidecar::default()),
                expected,
                "{text}"
            );
        };
        check("Exit code 2\nno rule", true, ToolStatus::Exit(2));
        check("Exit code 2\nno rule", false, ToolStatus::Done);
        check("gone", true, ToolStatus::Failed);
        check(
            "<tool_use_error>gone</tool_use_error>",
            false,
            ToolStatus::Failed,
        );
        check("fine", false, ToolStatus::Done);
    }
}
