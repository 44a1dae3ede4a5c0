//! Whose words a text holds.

const OPEN: &str = "<system-reminder>";
const CLOSE: &str = "</system-reminder>";

/// Beginnings of the results of calls that the developer refused or cancelled.
const REFUSALS: [&str; 6] = [
    "tool execution cancelled by user",
    "tool call cancelled by user",
    "tool execution rejected by user",
    "tool call rejected by user",
    "user rejected",
    "the user rejected",
];

/// Takes the reminders out of a text: gives the words, trimmed where something was taken out, and the reminders.
pub(super) fn without_reminders(text: &str) -> (String, Vec<&str>) {
    let (mut words, mut reminders, mut rest) = (String::new(), Vec::new(), text);
    while let Some((before, after)) = rest.split_once(OPEN) {
        // A reminder that does not end was typed, or cut: nobody can tell, and no word is to be lost.
        let Some((inside, later)) = after.split_once(CLOSE) else {
            break;
        };
        words.push_str(before);
        reminders.push(inside.trim());
        rest = later;
    }
    words.push_str(rest);
    if reminders.is_empty() {
        (words, reminders)
    } else {
        (words.trim().to_owned(), reminders)
    }
}

/// Tells whether a result says that the developer refused the call.
pub(super) fn is_refusal(result: &str) -> bool {
    let result = result.trim_start().to_ascii_lowercase();
    let result = result.trim_start_matches("error: ");
    REFUSALS.iter().any(|start| result.starts_with(start))
}

/// Gives the exit status that a failed command's result begins with.
pub(super) fn exit_code(result: &str) -> Option<i32> {
    let line = result.lines().next()?;
    let (_, rest) = line.split_once("(exit code: ")?;
    rest.split_once(')')?.0.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reminders_are_nobodys_words() {
        let check = |text: &str, words: &str, reminders: &[&str]| {
            let found = without_reminders(text);
            assert_eq!((found.0.as_str(), found.1.as_slice()), (words, reminders));
        };
        check(" as typed ", " as typed ", &[]);
        check(
            "<system-reminder>\nbe brief\n</system-reminder>\n\nsew it",
            "sew it",
            &["be brief"],
        );
        check(
            "sew <system-reminder>a</system-reminder>it<system-reminder>b</system-reminder>",
            "sew it",
            &["a", "b"],
        );
        check("<system-reminder>cut", "<system-reminder>cut", &[]);
    }

    #[test]
    fn results_tell_how_a_call_ended() {
        assert!(is_refusal("Error: Tool execution cancelled by user"));
        assert!(!is_refusal("log: tool execution cancelled by user"));
        assert_eq!(
            exit_code("Error: Command failed (exit code: 3)\nx"),
            Some(3)
        );
        assert_eq!(exit_code("fine"), None);
    }
}
