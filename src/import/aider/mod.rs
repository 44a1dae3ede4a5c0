//! Aider: the history that it appends to, many sessions in one file.
//!
//! [`lines`] tells what each line is, [`prompt`] whose words a prompt holds, and [`session`] puts a session in order.

mod lines;
mod prompt;
mod session;

use std::collections::HashMap;
use std::io;

use lines::{Line, STARTED, lines};
use session::Telling;

use super::head::Head;
use super::source::Source;
use super::{Format, Reading, Skip, no_companion};

pub(super) const FORMAT: Format = Format {
    id: "aider",
    name: "Aider",
    files: ".aider.chat.history.md (Markdown, many sessions in a file)",
    page: PAGE,
    recognise,
    companion: no_companion,
    read,
};

const PAGE: &str = "\
Files: .aider.chat.history.md in the folder in which Aider runs; --chat-history-file names another.

Developer turns: what was sent (lines that begin with ####), and commands with words for the model (/ask, /code,
/architect, /context, /help). Prompts that Aider wrote itself are folded: results of linters and tests, replies to
answers that it could not use, questions with documents, and the words of a command said again.

Events: answers that were cut with ^C; edits and commands that were refused; /undo that removed a commit takes the
request before it back; other commands, and commands for the shell.

Left out: what Aider printed (shown folded), and sessions without a developer turn, which are counted.

Known by: the time at which the session began and its first turn, since there are no ids; times are local and taken
as UTC. Each turn keeps its place in the file. A ^C counts while an answer is under way, up to the account of tokens.";

fn recognise(head: &Head) -> bool {
    head.text.lines().any(|line| line.starts_with(STARTED))
}

fn read(source: &Source) -> io::Result<Reading> {
    let bytes = source.read()?;
    let path = source.path().to_string_lossy();
    let mut telling = Telling::new(&path, None);
    let mut reading = Reading::default();
    let mut silent = 0_usize;
    let mut keys = HashMap::new();
    for line in lines(&bytes) {
        if let Line::Started(time) = line.kind {
            let before = std::mem::replace(&mut telling, Telling::new(&path, Some(time)));
            take(before, &mut keys, &mut reading, &mut silent);
        } else {
            telling.line(line);
        }
    }
    take(telling, &mut keys, &mut reading, &mut silent);
    if silent > 0 {
        let reason = match silent {
            1 => "1 session without a developer turn".to_owned(),
            count => format!("{count} sessions without a developer turn"),
        };
        reading.skipped.push(Skip::whole(reason));
    }
    if reading.sessions.is_empty() && reading.skipped.is_empty() {
        reading.skipped.push(Skip::whole("the history is empty"));
    }
    Ok(reading)
}

fn take(
    telling: Telling,
    keys: &mut HashMap<String, usize>,
    reading: &mut Reading,
    silent: &mut usize,
) {
    let has_content = telling.has_content();
    let Some(mut session) = telling.finish() else {
        *silent += usize::from(has_content);
        return;
    };
    // Programs that drive Aider begin sessions in the same second, with the same words.
    let count = keys.entry(session.key.clone()).or_insert(0);
    *count += 1;
    if *count > 1 {
        session.key = format!("{}:{count}", session.key);
    }
    reading.sessions.push(session);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_is_recognised_by_the_line_that_begins_a_session() {
        let check = |text: &str, expected: bool| {
            assert_eq!(recognise(&Head::of(text.as_bytes())), expected, "{text}");
        };
        check("\n# aider chat started at 2024-08-05 19:33:02\n", true);
        check(
            "#### go  \n\n# aider chat started at 2024-08-05 19:33:02\n",
            true,
        );
        check("as in `# aider chat started at`\n", false);
        check("#### go  \n", false);
    }
}
