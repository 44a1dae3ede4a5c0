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

use std::fs::File;
use std::io::{self, BufReader, Read as _};
use std::path::Path;

use super::builder::SessionBuilder;
use super::head::Head;
use super::{Format, Reading, Skip};

use heading::{Heading, is_first_line, session_comment};
use lines::lines;
use messages::messages;
use session::Telling;

/// How many lines from the top the session comment is looked for.
const HEADING_LINES: usize = 15;

pub(super) const FORMAT: Format = Format {
    id: "specstory",
    name: "SpecStory",
    recognise,
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

fn read(path: &Path, mut file: BufReader<File>) -> io::Result<Reading> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(transcript(path, &bytes))
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
            sessions: Vec::new(),
            skipped: vec![Skip::whole("Markdown without SpecStory's first line")],
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
    }
}
