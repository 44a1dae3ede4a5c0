//! The text of older transcripts: `user:` and `assistant:` alone on a line, marks in brackets for what is not prose.

use serde_json::Value;

use crate::import::builder::Origin;
use crate::import::calls::Shown;
use crate::import::lenient;

use super::telling::Telling;

/// What a run of lines is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    User,
    Prose,
    Thinking,
    Call(String),
    Result,
}

/// Tells whether a text is a transcript of this form.
pub(super) fn is_transcript(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_end);
    let first = lines.find(|line| !line.trim().is_empty());
    matches!(first, Some("user:" | "assistant:"))
        && lines.any(|line| matches!(line, "assistant:" | "user:" | "<user_query>"))
}

/// Tells the turns of a transcript.
pub(super) fn tell(bytes: &[u8], telling: &mut Telling) {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let (mut kind, mut run, mut start) = (None, String::new(), Start::default());
    let mut here = Start::default();
    for whole in text.split_inclusive('\n') {
        let line = whole.trim_end_matches(['\n', '\r']);
        let begins = beginning(line, kind.as_ref());
        if let Some((next, rest)) = begins {
            flush(kind.replace(next), &run, start, telling);
            rest.clone_into(&mut run);
            start = here;
        } else {
            run.push('\n');
            run.push_str(line);
        }
        here = Start {
            line: here.line + 1,
            offset: here.offset + whole.len() as u64,
        };
    }
    flush(kind, &run, start, telling);
}

/// Where a run begins.
#[derive(Debug, Clone, Copy)]
struct Start {
    line: u64,
    offset: u64,
}

impl Default for Start {
    fn default() -> Start {
        Start { line: 1, offset: 0 }
    }
}

/// Gives what a line begins, and what it says of it itself.
fn beginning<'a>(line: &'a str, open: Option<&Kind>) -> Option<(Kind, &'a str)> {
    match line.trim_end() {
        "user:" => return Some((Kind::User, "")),
        "assistant:" => return Some((Kind::Prose, "")),
        _ => (),
    }
    // Before the first mark, and in the developer's words, marks of the agent's have no meaning.
    let open = open.filter(|kind| **kind != Kind::User)?;
    if let Some(rest) = line.strip_prefix("[Thinking]") {
        return Some((Kind::Thinking, rest.trim_start()));
    }
    if let Some(name) = line.strip_prefix("[Tool call]") {
        return Some((Kind::Call(name.trim().to_owned()), ""));
    }
    if line.starts_with("[Tool result]") {
        return Some((Kind::Result, ""));
    }
    // The body of a mark is indented; what stands at the margin after it is prose again.
    let is_body = line.trim().is_empty() || line.starts_with([' ', '\t']);
    (*open != Kind::Prose && !is_body).then_some((Kind::Prose, line))
}

fn flush(kind: Option<Kind>, run: &str, start: Start, telling: &mut Telling) {
    let origin = Origin {
        native_id: None,
        time: None,
        place: Some(start.offset),
    };
    let text = run.trim_matches(['\n', '\r']).trim_end();
    match kind {
        None => (),
        Some(Kind::User) => {
            telling.user(&Value::from(text), &origin, Some(start.line));
        }
        Some(Kind::Prose) => telling.prose(text, origin),
        Some(Kind::Thinking) => {
            if let Some(words) = lenient::filled(text) {
                telling.builder.thinking(unindented(words), origin);
            }
        }
        Some(Kind::Call(name)) => {
            let input = unindented(text);
            let first = input.lines().next().unwrap_or_default();
            let target = first.split_once(": ").map_or(first, |(_, value)| value);
            let shown = Shown {
                target: target.to_owned(),
                input,
            };
            let name = if name.is_empty() { "tool" } else { &name };
            telling.nameless_call(name, shown, origin);
        }
        Some(Kind::Result) => telling.nameless_result(&unindented(text), None, origin),
    }
}

/// Takes away the two blanks by which a body is indented.
fn unindented(text: &str) -> String {
    let line = |line: &str| line.strip_prefix("  ").unwrap_or(line).to_owned();
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}
