//! Which words of a user message the developer typed: the program adds instructions, context and marks.

use serde_json::Value;

/// Ways in which text begins that the program put into a user message, and what the text is.
const INJECTED: &[(&str, &str)] = &[
    ("# AGENTS.md instructions", "AGENTS.md"),
    ("<user_instructions>", "instructions"),
    ("<INSTRUCTIONS>", "instructions"),
    ("<skill>", "skill"),
    ("<subagent_notification>", "sub-agent"),
    ("<permissions instructions>", "permissions"),
    ("<collaboration_mode>", "collaboration mode"),
    ("<model_switch>", "model switch"),
    ("<personality_spec>", "personality"),
    ("<apps_instructions>", "apps"),
    ("<plugins_instructions>", "plugins"),
    ("<skills_instructions>", "skills"),
    ("<app-context>", "app context"),
    ("<system-reminder", "reminder"),
    ("<user_action>", "review"),
    ("<hook_prompt", "hook"),
];

/// What a text block of a user message is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// Words of the developer.
    Typed(String),
    /// A picture.
    Image,
    /// The mark that the developer stopped the agent.
    Aborted,
    /// A shell command that the developer ran, with its output.
    Shell {
        /// The command.
        command: String,
        /// The whole block.
        text: String,
    },
    /// Where the agent works.
    Environment(String),
    /// Other text that nobody typed: what it is, and the text.
    Injected(&'static str, String),
}

/// Gives the blocks of a message's content, which is a text or a list of blocks.
pub(super) fn blocks(content: Value) -> Vec<Block> {
    match content {
        Value::String(text) => vec![block(text)],
        Value::Array(items) => items.into_iter().filter_map(one).collect(),
        _ => Vec::new(),
    }
}

fn one(mut item: Value) -> Option<Block> {
    if item["type"] == "input_image" {
        return Some(Block::Image);
    }
    match item.get_mut("text").map(Value::take) {
        // Pictures stand between two blocks of their own that only mark them.
        Some(Value::String(text)) if is_image_mark(&text) => None,
        Some(Value::String(text)) => Some(block(text)),
        _ => None,
    }
}

fn is_image_mark(text: &str) -> bool {
    let text = text.trim();
    text == "</image>"
        || text
            .strip_prefix("<image")
            .and_then(|rest| rest.strip_suffix('>'))
            .is_some_and(|inside| !inside.contains(['<', '>']))
}

fn block(text: String) -> Block {
    let start = text.trim_start();
    if start.starts_with("<turn_aborted>") {
        return Block::Aborted;
    }
    if start.starts_with("<user_shell_command>") {
        let command = between(start, "<command>", "</command>").unwrap_or_default();
        return Block::Shell {
            command: command.to_owned(),
            text,
        };
    }
    if start.starts_with("<environment_context>") {
        return Block::Environment(text);
    }
    let injected = INJECTED
        .iter()
        .find(|(beginning, _)| start.starts_with(beginning));
    match injected {
        Some((_, name)) => Block::Injected(name, text),
        None => Block::Typed(request(text)),
    }
}

/// Gives the text between two marks, trimmed.
pub(super) fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(from)?;
    rest.split_once(to).map(|(inside, _)| inside.trim())
}

/// Gives the developer's request without the context that an editor put before it.
pub(super) fn request(text: String) -> String {
    const MARK: &str = "## My request for Codex:";
    if !text.trim_start().starts_with("# ") {
        return text;
    }
    let words = text.match_indices(MARK).find_map(|(at, mark)| {
        let rest = &text[at + mark.len()..];
        let is_line =
            text[..at].ends_with('\n') && rest.trim_start_matches([' ', '\r']).starts_with('\n');
        is_line.then(|| rest.trim().to_owned())
    });
    words.unwrap_or(text)
}

/// Gives the text of a message that the agent wrote.
pub(super) fn said(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let texts: Vec<&str> = items
                .iter()
                .filter_map(|item| item["text"].as_str())
                .collect();
            texts.join("\n")
        }
        _ => String::new(),
    }
}

/// Gives the readable part of a reasoning item: its summary, else the reasoning itself.
pub(super) fn reasoning(summary: &Value, content: &Value) -> String {
    let text = said(summary);
    if text.trim().is_empty() {
        said(content)
    } else {
        text
    }
}

/// Gives the developer's answers in the result of a question that the agent asked with a tool.
pub(super) fn answers(result: &str) -> Option<String> {
    let result: Value = serde_json::from_str(result).ok()?;
    let answers: Vec<&str> = result["answers"]
        .as_object()?
        .values()
        .filter_map(|answer| answer["answers"].as_array())
        .flatten()
        .filter_map(Value::as_str)
        .map(|words| words.strip_prefix("user_note: ").unwrap_or(words))
        .filter(|words| !words.trim().is_empty())
        .collect();
    (!answers.is_empty()).then(|| answers.join("\n"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn context_of_an_editor_is_not_the_developers() {
        let check = |text: &str, expected: &str| assert_eq!(request(text.to_owned()), expected);
        check("plain words", "plain words");
        check("# A heading\nand words", "# A heading\nand words");
        check(
            "# Context from my IDE setup:\n\n## Active file: a.rs\n\n## My request for Codex:\nno, the other one\n",
            "no, the other one",
        );
        check(
            "# Context from my IDE setup:\r\n\r\n## My request for Codex: \r\nrename it",
            "rename it",
        );
        check(
            "# Context from my IDE setup:\n\n## My request for Codex:\n",
            "",
        );
        check(
            "# Notes\nthe line `## My request for Codex:` is a mark\n",
            "# Notes\nthe line `## My request for Codex:` is a mark\n",
        );
    }

    #[test]
    fn injected_blocks_are_told_from_typed_ones() {
        let check = |text: &str, typed: bool| {
            let found = blocks(json!([{"type": "input_text", "text": text}]));
            assert_eq!(matches!(found[0], Block::Typed(_)), typed, "{text}");
        };
        for (beginning, _) in INJECTED {
            check(&format!("\n{beginning} x"), false);
        }
        check(
            "<environment_context>\n<cwd>/w</cwd></environment_context>",
            false,
        );
        check("<turn_aborted>x</turn_aborted>", false);
        check("<div>why is this red?</div>", true);
        check("> quoted", true);
        check("see <skill> in the docs", true);
    }

    #[test]
    fn a_shell_command_is_taken_out_of_its_block() {
        let text = "<user_shell_command>\n<command>\nmake lint\n</command>\n<result>ok</result>\n</user_shell_command>";
        assert_eq!(
            blocks(json!(text)),
            [Block::Shell {
                command: "make lint".into(),
                text: text.into()
            }]
        );
    }

    #[test]
    fn pictures_and_their_marks_are_one_picture() {
        let found = blocks(json!([
            {"type": "input_text", "text": "<image name=[Image #1]>"},
            {"type": "input_image", "image_url": "data:"},
            {"type": "input_text", "text": "</image>"},
        ]));
        assert_eq!(found, [Block::Image]);
    }

    #[test]
    fn answers_to_a_question_are_the_developers_words() {
        let check = |result: &str, expected: Option<&str>| {
            assert_eq!(answers(result).as_deref(), expected, "{result}");
        };
        check(
            r#"{"answers":{"a":{"answers":["Both","user_note: but not now"]},"b":{"answers":["No"]}}}"#,
            Some("Both\nbut not now\nNo"),
        );
        check(r#"{"answers":{}}"#, None);
        check("cancelled", None);
    }
}
