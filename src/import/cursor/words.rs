//! Which words of a message the developer typed: Cursor puts the state of the editor around them.

/// The element in which newer versions put what was typed.
const QUERY: (&str, &str) = ("<user_query>", "</user_query>");

/// Elements that only Cursor writes; an attribute or the end of the tag follows.
const INJECTED: [&str; 28] = [
    "additional_data",
    "agent_skills",
    "agent_transcripts",
    "always_applied_workspace_rule",
    "attached_files",
    "available_skills",
    "communication",
    "cursor_commands",
    "cursor_rules",
    "environment",
    "environment_context",
    "environment_details",
    "external_links",
    "git_status",
    "image_files",
    "linter_errors",
    "manually_attached_skills",
    "mcp_file_system",
    "mcp_instructions",
    "open_and_recently_viewed_files",
    "project_layout",
    "rules",
    "system-reminder",
    "system_notification",
    "system_reminder",
    "task_notification",
    "timestamp",
    "user_info",
];

/// A message that was sent in the developer's name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Words {
    /// What the developer typed; empty where it is nothing.
    pub(super) typed: String,
    /// What Cursor added; empty where it is nothing.
    pub(super) injected: String,
}

/// Takes a message apart.
pub(super) fn words(text: &str) -> Words {
    let (typed, injected) = if text.contains(QUERY.0) {
        queries(text)
    } else {
        leading(text)
    };
    Words {
        typed: typed.trim().to_owned(),
        injected: injected.trim().to_owned(),
    }
}

/// Gives what stands inside the elements for typed words, and what stands around them.
fn queries(text: &str) -> (String, String) {
    let (mut typed, mut injected) = (Vec::new(), Vec::new());
    let mut rest = text;
    while let Some((before, from)) = rest.split_once(QUERY.0) {
        let (inside, after) = from.split_once(QUERY.1).unwrap_or((from, ""));
        injected.push(before.trim());
        typed.push(inside.trim());
        rest = after;
    }
    injected.push(rest.trim());
    typed.retain(|piece| !piece.is_empty());
    injected.retain(|piece| !piece.is_empty());
    (typed.join("\n"), injected.join("\n"))
}

/// Gives what stands after the elements with which a message begins, and those elements.
fn leading(text: &str) -> (String, String) {
    let mut rest = text.trim_start();
    while let Some(name) = injected_element(rest) {
        let end = format!("</{name}>");
        match rest.find(&end) {
            Some(at) => rest = rest[at + end.len()..].trim_start(),
            None => rest = "",
        }
    }
    let injected = &text[..text.len() - rest.len()];
    (rest.to_owned(), injected.to_owned())
}

fn injected_element(text: &str) -> Option<&'static str> {
    let name = text.strip_prefix('<')?;
    let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))?;
    let closes = name[end..].starts_with(['>', ' ', '\n', '\r']);
    INJECTED
        .into_iter()
        .find(|known| closes && *known == &name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_words_are_told_from_the_editors() {
        let check = |text: &str, typed: &str, injected: &str| {
            let found = words(text);
            assert_eq!(
                (found.typed.as_str(), found.injected.as_str()),
                (typed, injected)
            );
        };
        check("knead it", "knead it", "");
        check("<user_query>\nknead it\n</user_query>", "knead it", "");
        check(
            "<timestamp>noon</timestamp>\n<user_query>\na\n</user_query>\n<user_query>b</user_query>",
            "a\nb",
            "<timestamp>noon</timestamp>",
        );
        check("<user_query>cut", "cut", "");
        check(
            "<user_info>\nLinux\n</user_info>\nknead",
            "knead",
            "<user_info>\nLinux\n</user_info>",
        );
        check("<rules>never closed", "", "<rules>never closed");
        check("<div>why red?</div>", "<div>why red?</div>", "");
        check(
            "<user_infos>x</user_infos>",
            "<user_infos>x</user_infos>",
            "",
        );
        check("", "", "");
    }
}
