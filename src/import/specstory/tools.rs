//! One tool call, as the writers print it: its name, what it was used on, input and output.

use std::borrow::Cow;

use crate::model::ToolStatus;

use super::lines::{join, trim_blank};
use super::outcome::{self, Act};
use super::output::Split;
use super::target::{target, uncoded};

/// A tool call as it stands in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Printed {
    /// Name from the tag or the line above; empty where only the summary tells.
    pub(super) name: String,
    /// Kind from the tag, for example `shell`.
    pub(super) kind: String,
    /// What stands in the summary, after the name.
    pub(super) summary: String,
    /// The lines below.
    pub(super) body: Vec<String>,
}

/// A tool call that has been read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) name: String,
    pub(super) target: String,
    pub(super) input: String,
    pub(super) output: Option<String>,
    pub(super) status: Option<ToolStatus>,
    pub(super) act: Option<Act>,
}

/// Phrases with which the editor extension begins a summary.
pub(super) const PHRASES: [&str; 13] = [
    "Listed current directory",
    "Listed directory",
    "Searched codebase",
    "Searched web",
    "Grep search for",
    "Grep for",
    "Read lints for",
    "Read file",
    "Edit file",
    "Run command",
    "Todo List",
    "MCP tool call",
    "Memory Created",
];

impl Printed {
    /// Takes the `<summary>` line: `Tool use: **name**` and more, or words of the editor's own.
    pub(super) fn summarise(&mut self, summary: &str) {
        let summary = summary.trim();
        match named(summary) {
            Some((name, rest)) => {
                if self.name.is_empty() {
                    name.clone_into(&mut self.name);
                }
                rest.trim()
                    .trim_start_matches('•')
                    .trim()
                    .clone_into(&mut self.summary);
            }
            None => summary.clone_into(&mut self.summary),
        }
    }

    /// Decodes the characters that the editor extension escapes: once, for what a tool printed may hold
    /// escapes of its own.
    pub(super) fn unescape(&mut self) {
        for text in self.body.iter_mut().chain([&mut self.summary]) {
            if let Cow::Owned(decoded) = unescaped(text) {
                *text = decoded;
            }
        }
    }

    /// Tells whether there is nothing but a name.
    pub(super) fn is_bare(&self) -> bool {
        self.summary.is_empty() && trim_blank(&self.body).is_empty()
    }

    /// Reads the call.
    pub(super) fn read(&self) -> Call {
        let body = trim_blank(&self.body);
        let split = Split::of(body, self.prints_input());
        let mut input = Vec::new();
        if !self.summary.is_empty() {
            input.push(uncoded(&self.summary));
        }
        let above = join(trim_blank(&body[..split.input]));
        if !above.is_empty() {
            input.push(&above);
        }
        let input = input.join("\n");
        let output = split.output.as_deref();
        let status = output.and_then(|text| outcome::status(self.is_shell(), split.failed, text));
        let act = output.and_then(outcome::act);
        Call {
            name: self.full_name(body),
            target: target(
                &self.summary,
                &body[..split.input],
                output.unwrap_or_default(),
            ),
            input,
            status,
            act,
            output: split.output,
        }
    }

    fn full_name(&self, body: &[String]) -> String {
        if !self.name.is_empty() {
            return self.name.clone();
        }
        let mut called = body.iter();
        if let Some(called) = called.find_map(|line| line.strip_prefix("*Called tool*: ")) {
            let end = called.find(": ").unwrap_or(called.len());
            return called[..end].to_owned();
        }
        let phrase = PHRASES
            .iter()
            .find(|phrase| self.summary.starts_with(**phrase));
        phrase.map_or_else(|| self.summary.clone(), |phrase| (*phrase).to_owned())
    }

    fn is_shell(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        let words = ["shell", "bash", "exec", "terminal"];
        words
            .iter()
            .any(|word| self.kind == *word || name.contains(word))
    }

    /// Tells whether the first plain fence holds what the tool was given to write.
    fn prints_input(&self) -> bool {
        matches!(
            self.name.as_str(),
            "Write" | "write" | "write_file" | "create_file"
        )
    }
}

/// Reads `Tool use: **name**` and gives what stands after it.
pub(super) fn named(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix("Tool use: **")?.split_once("**")
}

fn unescaped(text: &str) -> Cow<'_, str> {
    const ENTITIES: [(&str, char); 6] = [
        ("&#96;", '`'),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&amp;", '&'),
        ("&quot;", '"'),
        ("&#39;", '\''),
    ];
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity));
        let (length, plain) = entity.map_or((1, '&'), |(entity, plain)| (entity.len(), *plain));
        decoded.push(plain);
        rest = &rest[length..];
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(name: &str, summary: &str, body: &str) -> Call {
        let mut printed = Printed {
            name: name.to_owned(),
            body: body.lines().map(str::to_owned).collect(),
            ..Printed::default()
        };
        printed.summarise(summary);
        printed.read()
    }

    fn check(call: &Call, target: &str, input: &str, output: Option<&str>) {
        assert_eq!(
            (
                call.target.as_str(),
                call.input.as_str(),
                call.output.as_deref()
            ),
            (target, input, output)
        );
    }

    #[test]
    fn what_the_command_line_program_prints_is_read() {
        let bash = call(
            "Bash",
            "Tool use: **Bash**",
            "List files\n\n`ls -l`\n\n```text\na\n```\nb\n```",
        );
        check(&bash, "ls -l", "List files\n\n`ls -l`", Some("a\n```\nb"));
        let read = call(
            "Read",
            "Tool use: **Read**",
            " `./a.rs`\n\n```text\n1\tx\n```",
        );
        check(&read, "./a.rs", " `./a.rs`", Some("1\tx"));
        let write = call("Write", "", "```\nhello\n```\n\n```\nwritten\n```");
        check(&write, "", "```\nhello\n```", Some("written"));
        let exec = call("exec", "Tool use: **exec** `npm test`", "```\nok\n```");
        check(&exec, "npm test", "npm test", Some("ok"));
        let edit = call(
            "edit",
            "",
            "Path: `a.gradle`\n\n```diff\n+x\n```\n\nResult: done\nall",
        );
        check(
            &edit,
            "a.gradle",
            "Path: `a.gradle`\n\n```diff\n+x\n```",
            Some("done\nall"),
        );
        let grep = call("Grep", "", " path `src` pattern `x`\n\n```text\nsrc/a\n```");
        check(
            &grep,
            "path src pattern x",
            " path `src` pattern `x`",
            Some("src/a"),
        );
    }

    #[test]
    fn what_the_editor_prints_is_read() {
        let search = call(
            "",
            "Searched codebase \"where is it\" • **2** results",
            "| File |\n|---|\n| a |",
        );
        assert_eq!(search.name, "Searched codebase");
        check(
            &search,
            "where is it",
            "Searched codebase \"where is it\" • **2** results",
            Some("| File |\n|---|\n| a |"),
        );
        let other = call(
            "lints",
            "Tool use: **lints**",
            "Parameters:\n\n```json\n{\"paths\": [\"a.py\"]}\n```\nStatus: **completed**",
        );
        assert_eq!(
            (other.target.as_str(), other.status),
            ("a.py", Some(ToolStatus::Done))
        );
        let called =
            "*Called tool*: box - open: Opens.\n\n*Parameters*:\n  * path: x\n\n*Result*:\nopen";
        let mcp = call("", "MCP tool call", called);
        assert_eq!(
            (mcp.name.as_str(), mcp.output.as_deref()),
            ("box - open", Some("open"))
        );
        assert_eq!(mcp.target, "x");
    }

    #[test]
    fn escapes_are_decoded_once() {
        assert_eq!(
            unescaped("&lt;a&gt; &amp;#96; &#96;x&#96; & y"),
            "<a> &#96; `x` & y"
        );
    }
}
