//! What stands under the developer's name: typed words, and what programs put there.

/// A piece of a developer's message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// Words that the developer typed; empty where they were not stored.
    Words(String),
    /// A slash command with the words after it.
    Command {
        /// The command with its slash.
        name: String,
        /// The words; empty for a command alone.
        words: String,
    },
    /// A shell command.
    Shell(String),
    /// The developer stopped the agent; `true` where that happened at a tool.
    Interrupted(bool),
    /// The summary that replaces the conversation so far.
    Summary(String),
    /// The agent's plan, which the developer accepted.
    Plan(String),
    /// Text that nobody typed, with what it is; empty where the tags around it were.
    Injected(&'static str, String),
}

/// Tags whose blocks programs put at the start of a message.
const TAGS: [(&str, &str); 20] = [
    ("local-command-stdout", "command output"),
    ("local-command-stderr", "command output"),
    ("local-command-caveat", "reminder"),
    ("bash-stdout", "shell output"),
    ("bash-stderr", "shell output"),
    ("task-notification", "task notification"),
    ("user-prompt-submit-hook", "hook"),
    ("teammate-message", "teammate"),
    ("environment_context", "context"),
    ("user_instructions", "context"),
    ("user_info", "context"),
    ("project_layout", "context"),
    ("git_status", "context"),
    ("attached_files", "context"),
    ("open_and_recently_viewed_files", "context"),
    CONTEXT[0],
    CONTEXT[1],
    CONTEXT[2],
    CONTEXT[3],
    CONTEXT[4],
];

/// Tags whose blocks also stand between and after the developer's words.
const CONTEXT: [(&str, &str); 5] = [
    ("system-reminder", "reminder"),
    ("system_reminder", "reminder"),
    ("ide_opened_file", "editor context"),
    ("ide_selection", "editor context"),
    ("ide_diagnostics", "editor context"),
];

/// Takes a developer's message apart.
pub(super) fn said(body: &str) -> Vec<Said> {
    let mut pieces = Vec::new();
    let mut rest = body;
    while let Some((piece, after)) = leading(rest.trim_start()) {
        let is_command = matches!(piece, Said::Command { .. });
        pieces.push(piece);
        rest = after;
        if is_command && rest.trim_start().starts_with('⎿') {
            pieces.push(Said::Injected("command output", rest.trim().to_owned()));
            rest = "";
        }
    }
    let words = unwrapped(rest);
    let words = without_context(words, &mut pieces);
    let words = trim_blank_lines(&words);
    if !words.is_empty() || pieces.is_empty() {
        pieces.push(Said::Words(words.to_owned()));
    }
    pieces
}

/// Takes one piece that a program wrote off the start of a message.
fn leading(text: &str) -> Option<(Said, &str)> {
    const INTERRUPTED: &str = "[Request interrupted by user";
    let whole = |piece: Said| Some((piece, ""));
    let owned = || text.trim_end().to_owned();
    if let Some(rest) = text.strip_prefix(INTERRUPTED) {
        let (inside, after) = rest.split_once(']')?;
        return Some((Said::Interrupted(inside.contains("tool use")), after));
    }
    if text.starts_with("This session is being continued from a previous conversation") {
        return whole(Said::Summary(owned()));
    }
    if text.starts_with("Implement the following plan:") {
        return whole(Said::Plan(owned()));
    }
    if text.starts_with("Base directory for this skill") {
        return whole(Said::Injected("skill", owned()));
    }
    if text.starts_with("Stop hook feedback") {
        return whole(Said::Injected("hook", owned()));
    }
    if text.starts_with("Caveat: The messages below") {
        let end = text.find("\n\n").unwrap_or(text.len());
        return Some((
            Said::Injected("reminder", text[..end].to_owned()),
            &text[end..],
        ));
    }
    if let Some((command, after)) = block(text, "bash-input") {
        return Some((Said::Shell(command.trim().to_owned()), after));
    }
    tagged_command(text)
        .or_else(|| injected(text))
        .or_else(|| printed_command(text))
}

fn injected(text: &str) -> Option<(Said, &str)> {
    let (tag, name) = TAGS.iter().find(|(tag, _)| opens(text, tag))?;
    let (inside, after) = block(text, tag)?;
    let own = &text[..text.len() - after.len()];
    let own = if inside.trim().is_empty() { "" } else { own };
    Some((Said::Injected(name, own.to_owned()), after))
}

/// Reads a command as Claude Code stores it: three tags in any order.
fn tagged_command(text: &str) -> Option<(Said, &str)> {
    let (mut name, mut words) = (None, "");
    let mut rest = text;
    loop {
        let next = rest.trim_start();
        if let Some((inside, after)) = block(next, "command-name") {
            (name, rest) = (Some(inside), after);
        } else if let Some((inside, after)) = block(next, "command-message") {
            (name, rest) = (name.or(Some(inside)), after);
        } else if let Some((inside, after)) = block(next, "command-args") {
            (words, rest) = (inside, after);
        } else {
            break;
        }
    }
    let name = format!("/{}", name?.trim().trim_start_matches('/'));
    let words = words.trim().to_owned();
    Some((Said::Command { name, words }, rest))
}

/// Reads a command as older versions print it: `/name`, alone or with its output below.
fn printed_command(text: &str) -> Option<(Said, &str)> {
    let (line, below) = text.split_once('\n').unwrap_or((text, ""));
    let (name, words) = line.split_once(' ').unwrap_or((line, ""));
    let word = name.strip_prefix('/')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':');
    if !word.starts_with(|c: char| c.is_ascii_alphabetic()) || !word.chars().all(plain) {
        return None;
    }
    let has_output = below.trim_start().starts_with('⎿');
    let is_alone = words.trim().is_empty() && below.trim().is_empty();
    if !has_output && !is_alone {
        return None;
    }
    let command = Said::Command {
        name: name.to_owned(),
        words: words.trim().to_owned(),
    };
    Some((command, below))
}

/// Unwraps the tag in which Cursor's program sent the developer's words.
fn unwrapped(text: &str) -> &str {
    match block(text.trim_start(), "user_query") {
        Some((inside, after)) if after.trim().is_empty() => inside,
        _ => text,
    }
}

/// Takes the blocks of context off that begin a line. Elsewhere in a line the developer may well speak of them.
fn without_context(text: &str, pieces: &mut Vec<Said>) -> String {
    let mut words = String::with_capacity(text.len());
    let mut closed = CONTEXT.map(|(tag, _)| text.contains(&format!("</{tag}>")));
    let mut rest = text;
    while !rest.is_empty() {
        let found = (0..CONTEXT.len()).find(|&kind| closed[kind] && opens(rest, CONTEXT[kind].0));
        if let Some(kind) = found {
            let (tag, name) = CONTEXT[kind];
            if let Some((_, after)) = block(rest, tag) {
                let own = rest[..rest.len() - after.len()].to_owned();
                pieces.push(Said::Injected(name, own));
                rest = after;
                continue;
            }
            closed[kind] = false;
        }
        let end = rest.find('\n').map_or(rest.len(), |at| at + 1);
        words.push_str(&rest[..end]);
        rest = &rest[end..];
    }
    words
}

fn opens(text: &str, tag: &str) -> bool {
    text.strip_prefix('<')
        .and_then(|text| text.strip_prefix(tag))
        .is_some_and(|text| text.starts_with(['>', ' ']))
}

/// Gives what stands inside the tag that opens the text, and what stands after it.
fn block<'a>(text: &'a str, tag: &str) -> Option<(&'a str, &'a str)> {
    if !opens(text, tag) {
        return None;
    }
    text[text.find('>')? + 1..].split_once(&format!("</{tag}>"))
}

fn trim_blank_lines(text: &str) -> &str {
    let (start, end) = (text.len() - text.trim_start().len(), text.trim_end().len());
    if start >= end {
        return "";
    }
    let first = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let last = text[end..].find('\n').map_or(text.len(), |at| end + at);
    &text[first..last]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Said {
        Said::Words(text.to_owned())
    }

    fn command(name: &str, words: &str) -> Said {
        Said::Command {
            name: name.to_owned(),
            words: words.to_owned(),
        }
    }

    fn injected(name: &'static str, text: &str) -> Said {
        Said::Injected(name, text.to_owned())
    }

    #[test]
    fn typed_words_are_told_from_what_programs_wrote() {
        let check = |body: &str, expected: &[Said]| assert_eq!(said(body), expected, "{body}");
        check("no, the other one", &[words("no, the other one")]);
        check(
            "\n  - indented\n    more\n",
            &[words("  - indented\n    more")],
        );
        check("", &[words("")]);
        check("[Image #5]", &[words("[Image #5]")]);
        check("<b>bold</b> please", &[words("<b>bold</b> please")]);
        check("/tmp/x is missing", &[words("/tmp/x is missing")]);
        check("/tmp is missing", &[words("/tmp is missing")]);
        check("[Request interrupted by user]", &[Said::Interrupted(false)]);
        check(
            "[Request interrupted by user for tool use]\n\nnot that",
            &[Said::Interrupted(true), words("not that")],
        );
        check(
            "<bash-input> ls </bash-input>",
            &[Said::Shell("ls".to_owned())],
        );
        check(
            "<bash-stdout>a</bash-stdout><bash-stderr></bash-stderr>",
            &[
                injected("shell output", "<bash-stdout>a</bash-stdout>"),
                injected("shell output", ""),
            ],
        );
        check("<user_query>\nfix it\n</user_query>", &[words("fix it")]);
        check(
            "Caveat: The messages below were generated\n\nand mine",
            &[
                injected("reminder", "Caveat: The messages below were generated"),
                words("and mine"),
            ],
        );
    }

    #[test]
    fn commands_are_found_with_their_words() {
        let check = |body: &str, expected: Said| assert_eq!(said(body)[0], expected, "{body}");
        check(
            "<command-message>review</command-message>\n<command-name>/review</command-name>\n<command-args>only the tests</command-args>",
            command("/review", "only the tests"),
        );
        check(
            "<command-name>/clear</command-name>\n <command-message>clear</command-message>\n<command-args></command-args>",
            command("/clear", ""),
        );
        check("/plugin\n ⎿  (no content)", command("/plugin", ""));
        check("/compact", command("/compact", ""));
        assert_eq!(said("/plugin\n ⎿  (no content)").len(), 2);
    }

    #[test]
    fn context_goes_and_the_words_around_it_stay() {
        let text = "<ide_opened_file>a.rs</ide_opened_file>\nrename it\n<system-reminder>\nbe kind\n</system-reminder>";
        assert_eq!(
            said(text),
            [
                injected("editor context", "<ide_opened_file>a.rs</ide_opened_file>"),
                injected("reminder", "<system-reminder>\nbe kind\n</system-reminder>"),
                words("rename it"),
            ]
        );
        let typed = "why is there a <system-reminder> in it?";
        assert_eq!(said(typed), [words(typed)]);
    }
}
