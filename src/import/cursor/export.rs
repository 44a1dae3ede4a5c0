//! The Markdown that Cursor writes with "Export Chat".
//!
//! Messages stand between rules, and answers hold rules and fences of their own: a message begins only where a
//! rule, blank lines and the name of a side stand at the margin and outside of a fence.

use std::io;

use crate::import::builder::{Origin, SessionBuilder};
use crate::import::head::Head;
use crate::import::source::Source;
use crate::import::{Format, Reading, Skip, no_companion};
use crate::model::{Role, Surface, TurnKind};

pub(in crate::import) const FORMAT: Format = Format {
    id: "cursor-export",
    name: "Cursor exported chat",
    files: "Markdown that Cursor's Export Chat writes (cursor_TITLE.md)",
    page: PAGE,
    recognise,
    companion: no_companion,
    read,
};

const PAGE: &str = "\
Files: Markdown of Cursor's menu Export Chat, which says in its second line when it was exported, and from which
version.

Developer turns: what stands under **User**, as it is.

Events: none; the export records neither interruptions nor refusals.

Left out: nothing. Tool calls are not exported: an agent's turn may be empty or a row of short sentences.

Known by: its developer turns, since the file names no session. It names neither times, model nor folder either (the
day of the export is written as the system writes dates, and not read). Each turn keeps its place in the file.";

/// How many lines from the top the line is looked for that says where the file comes from.
const HEADING_LINES: usize = 6;

fn recognise(head: &Head) -> bool {
    head.records.is_empty()
        && head
            .lines()
            .take(HEADING_LINES)
            .any(|line| version(line).is_some())
}

/// Gives the version in the line that says when and from what the file was exported.
fn version(line: &str) -> Option<&str> {
    let line = line.trim().strip_prefix("_Exported on ")?;
    let (_, rest) = line.rsplit_once(" from Cursor (")?;
    rest.strip_suffix(")_")
}

fn read(source: &Source) -> io::Result<Reading> {
    let bytes = source.read()?;
    let text = String::from_utf8_lossy(&bytes);
    let lines = lines(text.trim_start_matches('\u{feff}'));
    let mut builder = SessionBuilder::new(&source.path().to_string_lossy(), FORMAT.id);
    let session = &mut builder.session;
    "Cursor".clone_into(&mut session.agent);
    session.surface = Some(Surface::Ide);
    for line in lines.iter().take(2 * HEADING_LINES) {
        if let Some(version) = version(line.text) {
            session.agent_version = Some(version.to_owned());
            break;
        }
        let title = line.text.strip_prefix("# ").map(str::trim);
        session.title = session.title.take().or(title.map(str::to_owned));
    }
    Ok(messages(&lines, builder))
}

fn messages(lines: &[Line], mut builder: SessionBuilder) -> Reading {
    let begins = beginnings(lines);
    let ends = begins.iter().skip(1).map(|begin| begin.rule);
    let ends = ends.chain([lines.len()]);
    let mut skipped = Vec::new();
    for (begin, end) in begins.iter().zip(ends) {
        let body: Vec<&str> = lines[begin.first..end.max(begin.first)]
            .iter()
            .map(|line| line.text)
            .collect();
        let text = body.join("\n");
        let text = text.trim_matches('\n');
        let origin = Origin {
            native_id: None,
            time: None,
            place: Some(lines[begin.name].offset),
        };
        match begin.role {
            Role::Agent => builder.prose(text, origin),
            Role::Developer if text.trim().is_empty() => skipped.push(Skip::at_line(
                begin.name as u64 + 1,
                "a message of the developer's without words",
            )),
            Role::Developer => builder.developer(TurnKind::Prompt, text, origin),
        }
    }
    let mut reading = Reading::default();
    if builder.is_empty() {
        skipped.push(Skip::whole("the export holds no messages"));
    } else {
        reading.sessions.push(builder.finish());
    }
    reading.skipped = skipped;
    reading
}

/// A line without its end.
struct Line<'a> {
    text: &'a str,
    offset: u64,
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut offset = 0;
    text.split_inclusive('\n')
        .map(|whole| {
            let line = Line {
                text: whole.trim_end_matches(['\n', '\r']),
                offset,
            };
            offset += whole.len() as u64;
            line
        })
        .collect()
}

/// Where a message begins, by the numbers of lines from 0.
struct Begin {
    role: Role,
    rule: usize,
    name: usize,
    first: usize,
}

fn beginnings(lines: &[Line]) -> Vec<Begin> {
    let fences = Fences::of(lines);
    let mut found: Vec<Begin> = Vec::new();
    let mut open = None;
    let mut above = None;
    for (at, line) in lines.iter().enumerate() {
        if let Some(fence) = Fence::of(line.text) {
            open = fence.after(open);
        }
        let side = match line.text.trim_end() {
            "**User**" => Role::Developer,
            "**Cursor**" => Role::Agent,
            "---" => {
                above = Some(at);
                continue;
            }
            "" => continue,
            _ => {
                above = None;
                continue;
            }
        };
        let Some(rule) = above.take() else { continue };
        // An answer that was cut leaves its fence open, and must not swallow all that follows.
        if open.is_some_and(|open| fences.closes(open, at)) {
            continue;
        }
        open = None;
        found.push(Begin {
            role: side,
            rule,
            name: at,
            first: at + 1,
        });
    }
    found
}

/// A line that opens or closes a block of code.
#[derive(Debug, Clone, Copy)]
struct Fence {
    mark: u8,
    length: usize,
    is_bare: bool,
}

impl Fence {
    fn of(line: &str) -> Option<Fence> {
        let text = line.trim_start_matches(' ');
        let mark = *text.as_bytes().first()?;
        if !matches!(mark, b'`' | b'~') {
            return None;
        }
        let length = text.bytes().take_while(|&byte| byte == mark).count();
        let rest = &text[length..];
        let is_fence =
            line.len() - text.len() < 4 && length >= 3 && !(mark == b'`' && rest.contains('`'));
        is_fence.then(|| Fence {
            mark,
            length,
            is_bare: rest.trim().is_empty(),
        })
    }

    /// Gives the fence that is open after this line.
    fn after(self, open: Option<Fence>) -> Option<Fence> {
        match open {
            None => Some(self),
            Some(open) if self.can_close(open) => None,
            open => open,
        }
    }

    fn can_close(self, open: Fence) -> bool {
        self.is_bare && self.mark == open.mark && self.length >= open.length
    }
}

/// For each line, the next fence after it.
struct Fences(Vec<Option<Fence>>);

impl Fences {
    fn of(lines: &[Line]) -> Fences {
        let mut next = vec![None; lines.len()];
        let mut last = None;
        for (at, line) in lines.iter().enumerate().rev() {
            next[at] = last;
            last = Fence::of(line.text).or(last);
        }
        Fences(next)
    }

    /// Tells whether the open fence is closed by the first that follows.
    fn closes(&self, open: Fence, after: usize) -> bool {
        self.0[after].is_some_and(|next| next.can_close(open))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_the_export_is_known_in_every_locale() {
        let check = |line: &str, expected: Option<&str>| assert_eq!(version(line), expected);
        check(
            "_Exported on 3/4/2026 at 10:00:00 EST from Cursor (2.0.1)_",
            Some("2.0.1"),
        );
        check(
            "_Exported on 2026. 3. 4. at 10시 GMT+9 from Cursor (1.0.0)_",
            Some("1.0.0"),
        );
        check("_Exported on 3/4/2026 from another program (2.0.1)_", None);
        check("Exported on 3/4/2026 from Cursor (2.0.1)", None);
    }

    #[test]
    fn a_message_begins_outside_of_fences() {
        let check = |text: &str, names: &[usize]| {
            let found: Vec<usize> = beginnings(&lines(text))
                .iter()
                .map(|begin| begin.name)
                .collect();
            assert_eq!(found, names, "{text}");
        };
        check("---\n\n**User**\n\nx\n\n---\n\n\n**Cursor**\n", &[2, 9]);
        check("**User**\n", &[]);
        check("---\nx\n**User**\n", &[]);
        check("---\n**User**\n```\n---\n\n**Cursor**\n```\n", &[1]);
        check(
            "---\n**User**\n```text\n\n---\n\n**Cursor**\nx\n```rust\ny\n```\n",
            &[1, 6],
        );
        check("---\n**User**\n````\n```\n---\n**User**\n````\n", &[1]);
    }
}
