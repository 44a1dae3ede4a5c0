//! OpenCode: exported sessions, the tree of files in which it kept them, and the database in which it does.
//!
//! A session has messages, and a message has parts. [`tree`] joins them where each is a file, [`store`] where each is a
//! row; [`session`] puts them in order, wherever they came from.

mod session;
mod store;
mod tree;
mod wire;

use std::ffi::OsStr;
use std::io::{self, BufRead as _};

use serde_json::{Map, Value};

use session::Telling;
use wire::{Exported, Info};

use super::database::MAGIC;
use super::head::Head;
use super::pieces::{Document, Root};
use super::source::Source;
use super::{Format, Reading, Skip};

pub(super) const FORMAT: Format = Format {
    id: "opencode",
    name: "OpenCode",
    files: "opencode export (JSON), and opencode.db or storage/session below ~/.local/share/opencode",
    page: PAGE,
    recognise,
    companion,
    read,
};

const PAGE: &str = "\
Files: what opencode export prints; below ~/.local/share/opencode the database opencode.db, or in older versions
storage/session/PROJECT/SESSION.json with the files of its messages and parts, which are read with it.

Developer turns: the texts of the user's messages that OpenCode did not add; words with which a tool call was refused;
answers to questions. What was sent while the agent worked is steering.

Events: answers that were stopped, refusals, errors, compaction, commands that run a task of their own (/review), and
turns that the developer reverted.

Left out: synthetic texts and summaries (shown folded), the templates of commands, patches and snapshots. Sessions with
a parent are sub-agents' and go aside.

Known by: the session's id. Each turn keeps its message's id, and in an export its place. opencode run without a person
refuses calls in the same words as a person does.";

fn recognise(head: &Head) -> bool {
    if head.text.starts_with(MAGIC) {
        return is_store(&head.text) || store::is_in_log(&head.path);
    }
    match head.records.as_slice() {
        [only] => is_export(only) || is_session(only),
        [] => is_cut_export(head),
        _ => false,
    }
}

/// Tells whether the beginning of a database, where its tables are described, describes those of OpenCode.
fn is_store(text: &str) -> bool {
    let describes = |table: &&str| {
        let quoted = ['`', '"'].map(|quote| format!("CREATE TABLE {quote}{table}{quote}"));
        let bare = [" (", "("].map(|open| format!("CREATE TABLE {table}{open}"));
        quoted.iter().chain(&bare).any(|said| text.contains(said))
    };
    ["session", "message", "part"].iter().all(describes)
        && text.contains("session_id")
        && text.contains("message_id")
}

fn is_text(record: &Map<String, Value>, key: &str) -> bool {
    record.get(key).is_some_and(Value::is_string)
}

fn is_export(record: &Map<String, Value>) -> bool {
    let info = record.get("info").and_then(Value::as_object);
    record.get("messages").is_some_and(Value::is_array)
        && info.is_some_and(|info| {
            let id = info.get("id").and_then(Value::as_str);
            id.is_some_and(|id| id.starts_with("ses_"))
                || id.is_some() && is_text(info, "projectID")
        })
}

/// Tells whether a record is a session of the storage tree.
fn is_session(record: &Map<String, Value>) -> bool {
    let time = record.get("time").and_then(Value::as_object);
    let foreign = ["messages", "role", "messageID", "sessionID", "type"];
    is_text(record, "id")
        && (is_text(record, "projectID") || is_text(record, "directory"))
        && is_text(record, "title")
        && time.is_some_and(|time| time.contains_key("created"))
        && !foreign.iter().any(|key| record.contains_key(*key))
}

fn is_cut_export(head: &Head) -> bool {
    let start: String = head.text.chars().take(400).collect();
    let has = |key: &str| start.contains(key);
    start.trim_start().starts_with('{') && has("\"info\"") && has("\"ses_")
}

fn companion(head: &Head) -> bool {
    let [record] = head.records.as_slice() else {
        return is_beside(head);
    };
    let is_message = is_text(record, "sessionID")
        && is_text(record, "role")
        && is_text(record, "id")
        && record.contains_key("time");
    let is_part = is_text(record, "messageID") && is_text(record, "type") && is_text(record, "id");
    let above = head.path.parent().and_then(|folder| folder.parent());
    let lies_below =
        |name: &str| above.and_then(|folder| folder.file_name()) == Some(OsStr::new(name));
    let is_bare_part = lies_below("part") && is_text(record, "id") && is_text(record, "type");
    is_message || is_part || is_bare_part || is_beside(head)
}

/// Tells whether a file lies in one of the folders of the tree in which no part of a conversation is.
fn is_beside(head: &Head) -> bool {
    let folder = head.path.parent();
    let root = folder.and_then(|folder| folder.parent());
    let name = folder.and_then(|folder| folder.file_name());
    root.and_then(|root| root.file_name()) == Some(OsStr::new("storage"))
        && ["project", "session_diff", "todo"]
            .iter()
            .any(|own| name == Some(OsStr::new(own)))
}

fn read(source: &Source) -> io::Result<Reading> {
    if source.open()?.fill_buf()?.starts_with(MAGIC.as_bytes()) {
        return Ok(store::read(source));
    }
    let document = Document::read(source)?;
    let root = document.root();
    let mut reading = Reading::default();
    let session = || root.object.get("time").and_then(|_| root.piece.read().ok());
    if let Some(info) = root.object.read("info") {
        export(source, &root, info, &mut reading);
    } else if let Some(info) = session() {
        tree::read(source.path(), info, &mut reading);
    } else {
        let reason = "neither a session nor an export";
        reading.skipped.push(Skip::whole(reason));
    }
    reading.skipped.extend(root.skipped);
    Ok(reading)
}

fn export(source: &Source, root: &Root, info: Info, reading: &mut Reading) {
    let mut telling = Telling::new(&source.path().to_string_lossy(), info);
    for item in root.items(&["messages"]) {
        if let Ok(Exported { info, parts }) = item.read() {
            telling.message(&info, &parts, Some(item.place.offset));
        } else {
            let reason = "the message is not a JSON object";
            reading.skipped.push(Skip::at_line(item.place.line, reason));
        }
    }
    telling.finish(reading);
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn head(path: &str, text: &str) -> Head {
        let mut head = Head::of(text.as_bytes());
        head.path = PathBuf::from(path);
        head
    }

    #[test]
    fn exports_and_sessions_are_recognised_and_nothing_else() {
        let check = |text: &str, expected: bool| {
            assert_eq!(recognise(&head("a.json", text)), expected, "{text}");
        };
        check(r#"{"info":{"id":"ses_1"},"messages":[]}"#, true);
        check(r#"{"info":{"id":"ses_1"},"messages":[{"info":"#, true);
        check(
            r#"{"id":"s","projectID":"p","title":"t","time":{"created":1}}"#,
            true,
        );
        check(r#"{"info":{"id":"x"},"messages":[]}"#, false);
        check(r#"{"id":"T-1","created":1,"messages":[]}"#, false);
        check(
            r#"{"id":"m","sessionID":"s","role":"user","time":{"created":1}}"#,
            false,
        );
        check(r#"{"id":"s","title":"t"}"#, false);
    }

    #[test]
    fn messages_and_parts_are_read_with_their_session() {
        let check = |path: &str, text: &str, expected: bool| {
            assert_eq!(companion(&head(path, text)), expected, "{path}");
        };
        check(
            "m.json",
            r#"{"id":"m","sessionID":"s","role":"user","time":{}}"#,
            true,
        );
        check(
            "p.json",
            r#"{"id":"p","messageID":"m","type":"text"}"#,
            true,
        );
        check(
            "storage/part/m/p.json",
            r#"{"id":"p","type":"text","text":"x"}"#,
            true,
        );
        check("other/p.json", r#"{"id":"p","type":"text"}"#, false);
        check("storage/todo/s.json", "[]", true);
        check("todo/s.json", "[]", false);
        check(
            "s.json",
            r#"{"id":"s","projectID":"p","title":"t","time":{"created":1}}"#,
            false,
        );
    }
}
