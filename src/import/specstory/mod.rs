//! The Markdown of `SpecStory`: histories that its editor extension and its command line program write.
//!
//! Two programs have written it in many versions since 2025, and a session may have been written again by a
//! later one. The rules here hold for all of them: `lines` cuts the file into messages at its role lines,
//! `heading` reads what stands above them, `developer` tells typed words from what programs put in the
//! developer's name, `blocks` takes an agent's message apart and `tools` a tool call, and `session` puts it all
//! in order.

mod blocks;
mod developer;
mod envelope;
mod heading;
mod lines;
mod messages;
mod outcome;
mod output;
mod session;
mod target;
mod tools;

use std::io;
use std::path::Path;

use super::builder::SessionBuilder;
use super::head::Head;
use super::source::Source;
use super::{Format, Reading, Skip, no_companion};

use heading::{Heading, is_first_line, session_comment};
use lines::lines;
use messages::messages;
use session::Telling;

/// How many lines from the top the session comment is looked for.
const HEADING_LINES: usize = 15;

const PAGE: &str = "\
Files: .specstory/history/TIME-TITLE.md, as the editor extension (Cursor, VS Code) and the command line program
have written them since 2025, in every version of the form.

Developer turns: what stands under a User line, without what agents and programs put there (commands' templates,
notices, summaries of compaction); words with which a tool was refused, and answers to questions, where the
agent's message shows them.

Events: interruptions and refusals that the text shows, tools that were cancelled.

Left out: sub-agents (sidechain), messages that repeat the one before, and Markdown below the folder that is no
history.

Known by: the id in the session's comment, else by its developer turns. Times to the minute or the second; each turn
keeps its place in the file. Nothing in the file names the repository: --repo does.";

pub(super) const FORMAT: Format = Format {
    id: "specstory",
    name: "SpecStory",
    files: "Markdown histories below .specstory/history, of Cursor, Claude Code, Codex, Copilot and others",
    page: PAGE,
    recognise,
    companion: no_companion,
    read,
};

fn recognise(head: &Head) -> bool {
    if head.lines().next().is_some_and(is_first_line) {
        return true;
    }
    let has_comment = head
        .text
        .lines()
        .take(HEADING_LINES)
        .any(|line| session_comment(line.trim_end()).is_some());
    has_comment && !messages(&lines(head.text.as_bytes())).messages.is_empty()
}

fn read(source: &Source) -> io::Result<Reading> {
    Ok(transcript(source.path(), &source.read()?))
}

/// Reads the one session of a file.
fn transcript(path: &Path, bytes: &[u8]) -> Reading {
    let lines = lines(bytes);
    let found = messages(&lines);
    let above = found
        .messages
        .first()
        .map_or(lines.len(), |first| first.line);
    let Some(heading) = Heading::read(path, &lines[..above], !found.messages.is_empty()) else {
        return Reading {
            skipped: vec![Skip::whole("Markdown without SpecStory's first line")],
            ..Reading::default()
        };
    };
    let mut builder = SessionBuilder::new(&path.to_string_lossy(), FORMAT.id);
    heading.describe(&mut builder.session);
    let mut skipped = found.skipped;
    let mut telling = Telling::new(builder, heading.writer);
    for message in &found.messages {
        telling.tell(message, &lines);
    }
    let session = telling.finish();
    if session.turns.is_empty() {
        skipped.push(Skip::whole("no message in it: an empty session or a stub"));
    }
    Reading {
        sessions: vec![session],
        skipped,
        ..Reading::default()
    }
}
