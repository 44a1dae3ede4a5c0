//! Takes the body of an agent's message apart into prose, thinking and tool calls.

use super::envelope::{Closings, Envelope};
use super::heading::Writer;
use super::lines::{FenceEnds, fence, is_blank, join, trim_blank};
use super::tools::{Printed, named};

/// A piece of an agent's message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// What the agent wrote to the developer.
    Prose(String),
    /// The agent's reasoning.
    Thinking(String),
    /// A tool call.
    Tool(Printed),
    /// The mark that the developer stopped the tool before it.
    Cancelled,
}

/// Takes a message's body apart.
pub(super) fn blocks<L: AsRef<str>>(body: &[L], writer: Writer) -> Vec<Block> {
    let mut cutter = Cutter {
        body,
        writer,
        blocks: Vec::new(),
        start: 0,
        bubble_end: 0,
        open_tool: false,
    };
    if writer == Writer::CommandLine && cutter.is_one_tool() {
        cutter.flush(body.len());
    } else {
        cutter.cut();
    }
    cutter.blocks
}

struct Cutter<'a, L> {
    body: &'a [L],
    writer: Writer,
    blocks: Vec<Block>,
    /// The first line that no block has yet.
    start: usize,
    /// The line after the bubble.
    bubble_end: usize,
    /// Whether the last block is a tool named on a line of its own, whose details may follow.
    open_tool: bool,
}

impl<L: AsRef<str>> Cutter<'_, L> {
    /// Tells whether the message is one tool call without an envelope, as the first versions wrote it.
    fn is_one_tool(&self) -> bool {
        let first = self.body.iter().find(|line| !is_blank(line));
        first.is_some_and(|line| named(line.as_ref()).is_some())
    }

    fn cut(&mut self) {
        let closings = Closings::of(self.body);
        let details_end = self
            .body
            .iter()
            .rposition(|line| ends_details(line.as_ref()));
        let mut fences = FenceEnds::new();
        self.bubble_end = self.next_border(0);
        let mut at = 0;
        while let Some(line) = self.body.get(at).map(AsRef::as_ref) {
            let envelope = Envelope::opened_by(line);
            let end = envelope
                .as_ref()
                .and_then(|envelope| closings.end(envelope, self.body, at));
            if let (Some(envelope), Some(end)) = (envelope, end) {
                self.flush(at);
                self.envelope(envelope, at, end);
                at = end;
                self.start = end + 1;
            } else if self.writer != Writer::CommandLine {
                if self.is_border(at) {
                    self.flush(at);
                    self.open_tool = false;
                    self.start = at + 1;
                    fences = FenceEnds::new();
                    self.bubble_end = self.next_border(at + 1);
                } else if line.starts_with("<details>") && details_end >= Some(at) {
                    at = self.details(at);
                } else if let Some((length, _)) = fence(line) {
                    // An unclosed fence ends with its bubble and hides nothing.
                    let bubble = &self.body[..self.bubble_end.max(at + 1)];
                    at = fences.find(bubble, at, length).unwrap_or(at);
                }
            }
            at += 1;
        }
        self.flush(self.body.len());
    }

    /// Tells whether the line ends a bubble.
    fn is_border(&self, at: usize) -> bool {
        let blank = |line: Option<&L>| line.is_none_or(is_blank);
        self.writer == Writer::Editor
            && self.body[at].as_ref().trim_end() == "---"
            && blank(at.checked_sub(1).and_then(|before| self.body.get(before)))
            && blank(self.body.get(at + 1))
    }

    fn next_border(&self, from: usize) -> usize {
        let ends = (from..self.body.len()).find(|&at| self.is_border(at));
        ends.unwrap_or(self.body.len())
    }

    /// Makes a block of the lines before `end`, which stand in no envelope.
    fn flush(&mut self, end: usize) {
        let lines = trim_blank(&self.body[self.start..end]);
        self.start = end;
        let Some(first) = lines.first().map(AsRef::as_ref) else {
            return;
        };
        if self.writer == Writer::CommandLine && fence(first).is_some() {
            // The result of some tools stands below their envelope.
            if let Some(Block::Tool(tool)) = self.blocks.last_mut() {
                tool.body.extend(owned(lines));
                return;
            }
        }
        if first == "Cancelled" && lines.len() == 1 {
            self.blocks.push(Block::Cancelled);
            return;
        }
        let tool = tool_without_envelope(lines, self.writer);
        self.open_tool = tool.is_some();
        self.blocks
            .push(tool.map_or_else(|| Block::Prose(join(lines)), Block::Tool));
    }

    fn envelope(&mut self, envelope: Envelope, open: usize, end: usize) {
        let lines = &self.body[open..=end];
        match envelope {
            Envelope::Thinking => self.blocks.push(Block::Thinking(thinking(lines))),
            Envelope::Tool {
                kind,
                name,
                escaped,
            } => {
                let mut tool = Printed {
                    name,
                    kind,
                    ..Printed::default()
                };
                take_details(&mut tool, lines);
                if escaped {
                    tool.unescape();
                }
                // One version wrote each tool twice, the second time with nothing inside.
                let twice = matches!(self.blocks.last(), Some(Block::Tool(before)) if before.name == tool.name);
                if !(twice && !escaped && tool.is_bare()) {
                    self.blocks.push(Block::Tool(tool));
                }
            }
        }
    }

    /// Takes the `<details>` that open at a line and gives their last line.
    fn details(&mut self, open: usize) -> usize {
        let found = self.body[open..]
            .iter()
            .position(|line| ends_details(line.as_ref()));
        let end = found.map_or(open, |found| open + found);
        self.flush(open);
        let lines = &self.body[open..=end];
        let mut details = Printed::default();
        take_details(&mut details, lines);
        details.unescape();
        match self.blocks.last_mut() {
            Some(Block::Tool(tool)) if self.open_tool => {
                tool.summary = details.summary;
                tool.body.append(&mut details.body);
            }
            _ => self.blocks.push(Block::Tool(details)),
        }
        self.start = end + 1;
        self.open_tool = false;
        end
    }
}

fn ends_details(line: &str) -> bool {
    line.trim_end().ends_with("</details>")
}

fn owned<L: AsRef<str>>(lines: &[L]) -> impl Iterator<Item = String> {
    lines.iter().map(|line| line.as_ref().to_owned())
}

/// Reads a tool call that the lines of a bubble tell without an envelope.
fn tool_without_envelope<L: AsRef<str>>(lines: &[L], writer: Writer) -> Option<Printed> {
    let first = lines.first()?.as_ref();
    let mut tool = Printed {
        body: owned(lines).skip(1).collect(),
        ..Printed::default()
    };
    if named(first).is_some() {
        tool.summarise(first);
        return Some(tool);
    }
    if first == "**Agent task list:**" {
        "TodoWrite".clone_into(&mut tool.name);
        return Some(tool);
    }
    if writer == Writer::CommandLine {
        return None;
    }
    if first.starts_with("Read file: ") && lines.len() == 1 {
        tool.summarise(first);
        return Some(tool);
    }
    let name = fenced_tool(lines)?;
    Some(Printed {
        name: name.to_owned(),
        body: owned(lines).collect(),
        ..Printed::default()
    })
}

/// Names the tool whose call is a fence alone: a change, or a script with a fence for what it printed.
fn fenced_tool<L: AsRef<str>>(lines: &[L]) -> Option<&'static str> {
    let (length, language) = fence(lines.first()?.as_ref())?;
    let end = FenceEnds::new().find(lines, 0, length)?;
    let below = trim_blank(&lines[end + 1..]);
    let is_plain =
        |line: Option<&L>| line.is_none_or(|line| matches!(fence(line.as_ref()), Some((_, ""))));
    match language {
        "bash" if is_plain(below.first()) && is_plain(below.last()) => Some("Terminal"),
        "diff" if below.is_empty() => Some("Edit"),
        _ => None,
    }
}

/// Reads what stands between the tags of a tool call into it.
fn take_details<L: AsRef<str>>(tool: &mut Printed, lines: &[L]) {
    const OPEN: &str = "<summary>";
    const CLOSE: &str = "</summary>";
    let mut inside = without_tags(lines);
    if let Some(at) = inside.iter().position(|line| !line.trim().is_empty())
        && let Some(summary) = inside[at].trim_start().strip_prefix(OPEN)
    {
        // A command in the summary may go on over several lines.
        let mut text = summary.to_owned();
        let mut end = at;
        while !text.contains(CLOSE) && end + 1 < inside.len() {
            end += 1;
            text.push('\n');
            text.push_str(&inside[end]);
        }
        let (summary, rest) = text.split_once(CLOSE).unwrap_or((&text, ""));
        tool.summarise(summary);
        rest.clone_into(&mut inside[end]);
        inside.drain(..end);
    }
    tool.body = inside;
}

/// Takes the tags around a tool call off its lines.
fn without_tags<L: AsRef<str>>(lines: &[L]) -> Vec<String> {
    let mut inside: Vec<String> = owned(lines).collect();
    if let Some(first) = inside.first_mut() {
        let rest = match first.strip_prefix("<tool-use ") {
            Some(rest) => rest.split_once("\">").map_or("", |(_, rest)| rest),
            None => first,
        };
        *first = rest.strip_prefix("<details>").unwrap_or(rest).to_owned();
    }
    if let Some(last) = inside.last_mut() {
        let line = last.trim_end();
        let line = line.strip_suffix("</tool-use>").unwrap_or(line);
        *last = line.strip_suffix("</details>").unwrap_or(line).to_owned();
    }
    // The editor writes each of these tags on a line of its own.
    if let Some(first) = inside.iter_mut().find(|line| !line.trim().is_empty())
        && let Some(rest) = first.trim_start().strip_prefix("<details>")
    {
        *first = rest.to_owned();
    }
    if let Some(last) = inside.iter_mut().rfind(|line| !line.trim().is_empty())
        && let Some(rest) = last.trim_end().strip_suffix("</details>")
    {
        *last = rest.to_owned();
    }
    inside
}

/// Gives the reasoning between its tags.
fn thinking<L: AsRef<str>>(lines: &[L]) -> String {
    let text = join(lines);
    let mut text = text.trim();
    for tag in ["<think>", "<details>", "<summary>Thought Process</summary>"] {
        text = text.strip_prefix(tag).unwrap_or(text);
    }
    for tag in ["</think>", "</details>"] {
        text = text.strip_suffix(tag).unwrap_or(text).trim_end();
    }
    text.trim_matches('\n').to_owned()
}
