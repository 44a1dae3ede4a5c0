//! What the output of a tool says about its end: its status, and what the developer did or said there.

use crate::model::ToolStatus;

/// What the developer did at a tool call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    /// Refused it, with these words or none.
    Refused(Option<String>),
    /// Stopped it.
    Stopped,
    /// Answered the agent's question, by choosing or in own words.
    Answered(String),
}

/// How a refusal begins: only at the start of an output, for agents also print transcripts.
const REFUSALS: [&str; 7] = [
    "The user doesn't want to proceed with this tool use.",
    "The user doesn't want to take this action right now.",
    "Permission for this tool use was denied. The tool use was rejected",
    "User rejected tool use",
    "exec command rejected by user",
    "patch rejected by user",
    "[Operation Cancelled]",
];

/// How many lines at either end of an output may hold the exit status.
const STATUS_LINES: usize = 8;

/// Reads what the developer did from a tool's output.
pub(super) fn act(output: &str) -> Option<Act> {
    let output = output.trim();
    if REFUSALS.iter().any(|start| output.starts_with(start)) {
        return Some(Act::Refused(refusal_words(output)));
    }
    let stopped = output == "Cancelled"
        || output.starts_with("[Request interrupted by user")
        || output.starts_with("aborted by user")
        || output.starts_with("Status: **cancelled**");
    if stopped {
        return Some(Act::Stopped);
    }
    let answer = output.strip_prefix("**Answer:**")?.trim();
    (!answer.is_empty()).then(|| Act::Answered(answer.to_owned()))
}

/// Gives the developer's words in a refusal.
fn refusal_words(output: &str) -> Option<String> {
    let (_, words) = output.split_once("user said:")?;
    // The program adds a note of its own below the words.
    let words = words
        .split_once("\n\nNote: The user's next message")
        .map_or(words, |(words, _)| words)
        .trim();
    let is_program = words.starts_with("The user wants to clarify these questions");
    (!words.is_empty() && !is_program).then(|| words.to_owned())
}

/// Reads how a tool call ended; `failed` where the writer marked the output as an error.
pub(super) fn status(shell: bool, failed: bool, output: &str) -> Option<ToolStatus> {
    match act(output) {
        Some(Act::Refused(_)) => return Some(ToolStatus::Refused),
        Some(Act::Stopped) => return None,
        _ => (),
    }
    if shell && let Some(code) = exit_code(output) {
        return Some(ToolStatus::Exit(code));
    }
    let stated = output
        .lines()
        .rev()
        .take(STATUS_LINES)
        .find_map(|line| line.strip_prefix("Status: **")?.strip_suffix("**"));
    let start = output.trim_start();
    match stated {
        Some("loading" | "pending" | "running") => None,
        Some("error" | "failed") => Some(ToolStatus::Failed),
        _ if failed || start.starts_with("<tool_use_error>") || start.starts_with("Error:") => {
            Some(ToolStatus::Failed)
        }
        _ => Some(ToolStatus::Done),
    }
}

/// Finds the exit status that shells report at the start or the end of their output.
fn exit_code(output: &str) -> Option<i32> {
    let code = |line: &str| {
        let line = line.trim();
        let phrases = ["exit code:", "exit code", "process exited with code"];
        let number = phrases.iter().find_map(|phrase| {
            let start = line.get(..phrase.len())?;
            start
                .eq_ignore_ascii_case(phrase)
                .then(|| &line[phrase.len()..])
        })?;
        number.trim().parse().ok()
    };
    let lines = output.lines();
    let first = lines.clone().take(STATUS_LINES).find_map(code);
    first.or_else(|| lines.rev().take(STATUS_LINES).find_map(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFUSED: &str =
        "The user doesn't want to proceed with this tool use. The tool use was rejected";

    #[test]
    fn refusals_give_their_words() {
        let check = |tail: &str, words: Option<&str>| {
            let expected = Act::Refused(words.map(str::to_owned));
            assert_eq!(act(&format!("{REFUSED}{tail}")), Some(expected), "{tail}");
        };
        check(". STOP what you are doing and wait for the user.", None);
        check(
            ". To tell you how to proceed, the user said:\nuse tabs",
            Some("use tabs"),
        );
        check(
            ". the user said:\nThe user wants to clarify these questions.",
            None,
        );
        check(
            ". the user said:\nuse tabs\n\nNote: The user's next message may contain a correction",
            Some("use tabs"),
        );
        let denied = "Permission for this tool use was denied. The tool use was rejected. The user said:\nuse tabs";
        let expected = Act::Refused(Some("use tabs".to_owned()));
        assert_eq!(act(denied), Some(expected));
        assert_eq!(act(&format!("12\t{REFUSED}")), None);
    }

    #[test]
    fn an_answer_counts_where_there_is_one() {
        let check = |answer: &str, words: Option<&str>| {
            let expected = words.map(|words| Act::Answered(words.to_owned()));
            assert_eq!(act(&format!("**Answer:** {answer}")), expected, "{answer}");
        };
        check("Red, Blue", Some("Red, Blue"));
        check("neither, stop asking\n", Some("neither, stop asking"));
        check(" ", None);
    }

    #[test]
    fn the_end_of_a_tool_is_read_from_its_output() {
        let check = |shell: bool, failed: bool, output: &str, expected: Option<ToolStatus>| {
            assert_eq!(status(shell, failed, output), expected, "{output}");
        };
        check(
            true,
            false,
            "Exit code 2\nno such file",
            Some(ToolStatus::Exit(2)),
        );
        check(
            true,
            false,
            "Command: ls\nExit Code: 0\nSignal: 0",
            Some(ToolStatus::Exit(0)),
        );
        check(
            true,
            false,
            "Wall time: 1\nProcess exited with code 1",
            Some(ToolStatus::Exit(1)),
        );
        check(false, false, "Exit code 2", Some(ToolStatus::Done));
        check(false, true, "gone", Some(ToolStatus::Failed));
        check(false, false, "Error: gone", Some(ToolStatus::Failed));
        check(
            false,
            false,
            "Status: **completed**",
            Some(ToolStatus::Done),
        );
        check(false, false, "Status: **loading**", None);
        check(false, false, "Cancelled", None);
        check(false, true, REFUSED, Some(ToolStatus::Refused));
    }
}
