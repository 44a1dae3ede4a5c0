//! Whose words a prompt holds, and what the developer answered to a question of Aider's.

use crate::model::TurnKind;

/// What was sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Prompt<'a> {
    /// Words of the developer's.
    Words(TurnKind),
    /// A command for the shell.
    Shell(&'a str),
    /// A command without words for the model.
    Command,
    /// A prompt that Aider wrote.
    Machine,
    /// Nothing.
    Blank,
}

/// Commands of which the rest is for the model.
const WITH_WORDS: [&str; 5] = ["ask", "code", "architect", "context", "help"];
/// Commands that run something.
const SHELL: [&str; 3] = ["run", "test", "git"];
/// Beginnings of the prompts that Aider writes.
const MACHINE: [&str; 8] = [
    "# Fix any errors below, if possible.",
    "I ran this command:",
    "I ran this command and got",
    "The LLM did not conform",
    "The SEARCH section must exactly match",
    "Please reply with",
    "# 1 SEARCH/REPLACE block failed",
    "# Question:",
];

/// Tells what was sent; `before` is what was sent before it, where nothing was answered yet.
pub(super) fn prompt<'a>(text: &'a str, before: Option<&str>) -> Prompt<'a> {
    let trimmed = text.trim();
    if trimmed.is_empty() || trimmed == "<blank>" || trimmed == "(empty)" {
        return Prompt::Blank;
    }
    if let Some(command) = trimmed.strip_prefix('!') {
        return Prompt::Shell(command.trim());
    }
    if let Some((name, words)) = command(trimmed) {
        return match (name, words) {
            (name, words) if SHELL.contains(&name) => Prompt::Shell(words),
            (name, words) if WITH_WORDS.contains(&name) && !words.is_empty() => {
                Prompt::Words(TurnKind::Command)
            }
            _ => Prompt::Command,
        };
    }
    // A command with words sends them once more, as a prompt.
    let is_echo = before
        .and_then(|before| command(before.trim()))
        .is_some_and(|(_, words)| words == trimmed);
    let is_machine = MACHINE.iter().any(|start| trimmed.starts_with(start));
    if is_echo || is_machine {
        return Prompt::Machine;
    }
    Prompt::Words(TurnKind::Prompt)
}

/// Splits a command into its name and its words; `None` where it is a path or no command.
fn command(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix('/')?;
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let (name, words) = rest.split_at(end);
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    is_name.then_some((name, words.trim()))
}

/// Questions about something that the agent wants to do. Others are about what it may read.
const ACTS: [&str; 7] = [
    "shell command",
    "Create new file",
    "Allow edits",
    "Edit the file",
    "Edit these files",
    "Apply",
    "fix lint errors",
];
const CHOICES: [&str; 3] = ["[Y/n]", "(Y)es/(N)o", "(y/n"];

/// Gives the question of a printed line in which the developer said no to something that the agent wanted to do.
pub(super) fn refused(line: &str) -> Option<&str> {
    let (question, rest) = line.split_once('?')?;
    let choice = CHOICES.iter().find(|choice| rest.contains(**choice))?;
    let (_, answer) = rest.rsplit_once(choice)?;
    let answer = answer.rsplit([' ', ':']).next().unwrap_or_default();
    let is_no = matches!(answer.trim().to_lowercase().as_str(), "n" | "no" | "d");
    let is_act = ACTS.iter().any(|act| question.contains(act));
    (is_no && is_act).then_some(question)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_are_words_commands_or_aiders_own() {
        let check = |text: &str, before: Option<&str>, expected: Prompt| {
            assert_eq!(prompt(text, before), expected, "{text}");
        };
        check("make it blue", None, Prompt::Words(TurnKind::Prompt));
        check("/ask why?", None, Prompt::Words(TurnKind::Command));
        check("why?", Some("/ask why?"), Prompt::Machine);
        check(
            "why?",
            Some("/add why.txt"),
            Prompt::Words(TurnKind::Prompt),
        );
        check("/ask", None, Prompt::Command);
        check("/add a.txt", None, Prompt::Command);
        check("/run make", None, Prompt::Shell("make"));
        check("!ls -l", None, Prompt::Shell("ls -l"));
        check("/home/mira is wrong", None, Prompt::Words(TurnKind::Prompt));
        check(
            "# Fix any errors below, if possible.\n\nx",
            None,
            Prompt::Machine,
        );
        check("<blank>", None, Prompt::Blank);
    }

    #[test]
    fn a_no_to_an_act_is_a_refusal() {
        let check =
            |line: &str, expected: Option<&str>| assert_eq!(refused(line), expected, "{line}");
        check("Run shell command? [Y/n] n", Some("Run shell command"));
        check(
            "Run shell command? (Y)es/(N)o/(D)on't ask again [Yes]: n",
            Some("Run shell command"),
        );
        check(
            "Create new file? (Y)es/(N)o [Yes]: no",
            Some("Create new file"),
        );
        check("Run shell command? [Y/n] y", None);
        check("Add these files to the chat? [Y/n] n", None);
        check("Run shell command? n", None);
    }
}
