//! The tags around tools and thinking, inside which nothing else has a meaning.

/// What an envelope holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Envelope {
    /// The agent's reasoning.
    Thinking,
    /// A tool call.
    Tool {
        /// Kind of tool, for example `shell`.
        kind: String,
        /// The tool's name.
        name: String,
        /// Whether the editor extension wrote it, which escapes HTML inside.
        escaped: bool,
    },
}

const CLOSE_TOOL: &str = "</tool-use>";
const CLOSE_DETAILS_AND_TOOL: &str = "</details></tool-use>";
const CLOSE_THINKING: &str = "</think>";

impl Envelope {
    /// Reads the envelope that a line opens. A tool's tag needs both of its attributes, for text that agents
    /// and developers write has similar tags without them.
    pub(super) fn opened_by(line: &str) -> Option<Envelope> {
        if line.starts_with("<think>") {
            return Some(Envelope::Thinking);
        }
        let (kind, rest) = line
            .strip_prefix("<tool-use data-tool-type=\"")?
            .split_once("\" data-tool-name=\"")?;
        let (name, rest) = rest.split_once("\">")?;
        (!kind.contains('"')).then(|| Envelope::Tool {
            kind: kind.to_owned(),
            name: name.to_owned(),
            escaped: !rest.starts_with("<details>"),
        })
    }

    /// Tells whether the envelope ends on the line that opens it.
    fn ends_at_once(&self, line: &str) -> bool {
        match self {
            Envelope::Thinking => line.contains(CLOSE_THINKING),
            Envelope::Tool { .. } => line.trim_end().ends_with(CLOSE_TOOL),
        }
    }
}

/// Where the closing tags of some lines are, so that an envelope that never ends costs nothing.
pub(super) struct Closings {
    thinking: Option<usize>,
    tool: Option<usize>,
    details_and_tool: Option<usize>,
}

impl Closings {
    /// Looks for the last closing tag of each kind.
    pub(super) fn of(lines: &[impl AsRef<str>]) -> Closings {
        let last = |is: fn(&str) -> bool| lines.iter().rposition(|line| is(line.as_ref()));
        Closings {
            thinking: last(closes_thinking),
            tool: last(closes_tool),
            details_and_tool: last(closes_details_and_tool),
        }
    }

    /// Gives the last line of the envelope that is opened at `open`; `None` where it never ends.
    ///
    /// The closing tag is a line of its own: in a diff or a numbered listing it is output. Nesting is not
    /// counted, because what a tool printed need not be balanced.
    pub(super) fn end(
        &self,
        envelope: &Envelope,
        lines: &[impl AsRef<str>],
        open: usize,
    ) -> Option<usize> {
        if envelope.ends_at_once(lines[open].as_ref()) {
            return Some(open);
        }
        let thinking = (self.thinking, closes_thinking as fn(&str) -> bool);
        let tool = (self.tool, closes_tool as fn(&str) -> bool);
        let details = (
            self.details_and_tool,
            closes_details_and_tool as fn(&str) -> bool,
        );
        // Each writer has its own closing tag. An agent that prints the other writer's file must not end its
        // tool early.
        let order = match envelope {
            Envelope::Thinking => [thinking, thinking],
            Envelope::Tool { escaped: true, .. } => [tool, details],
            Envelope::Tool { escaped: false, .. } => [details, tool],
        };
        let (_, closes) = order
            .into_iter()
            .find(|(last, _)| last.is_some_and(|last| last > open))?;
        let found = lines[open + 1..]
            .iter()
            .position(|line| closes(line.as_ref()))?;
        Some(open + 1 + found)
    }
}

fn closes_thinking(line: &str) -> bool {
    line.contains(CLOSE_THINKING)
}

fn closes_tool(line: &str) -> bool {
    line.trim_end() == CLOSE_TOOL
}

fn closes_details_and_tool(line: &str) -> bool {
    line.trim_end() == CLOSE_DETAILS_AND_TOOL
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_real_tags_open_an_envelope() {
        let check = |line: &str, opens: bool| {
            assert_eq!(Envelope::opened_by(line).is_some(), opens, "{line}");
        };
        check("<think><details>", true);
        check(
            "<tool-use data-tool-type=\"shell\" data-tool-name=\"Bash\"><details>",
            true,
        );
        check("<tool-use-id>toolu_1</tool-use-id>", false);
        check("<tool-use data-tool-type=\"shell\">", false);
        check(
            " <tool-use data-tool-type=\"shell\" data-tool-name=\"Bash\">",
            false,
        );
    }

    #[test]
    fn an_envelope_ends_at_its_own_closing_tag() {
        let text = [
            "<tool-use data-tool-type=\"shell\" data-tool-name=\"Bash\"><details>",
            "+</details></tool-use>",
            "</tool-use>",
            "</details></tool-use>  ",
            "<think>",
        ];
        let closings = Closings::of(&text);
        let end = |open: usize| {
            let envelope = Envelope::opened_by(text[open]).unwrap();
            closings.end(&envelope, &text, open)
        };
        assert_eq!(end(0), Some(3));
        assert_eq!(end(4), None);
    }
}
