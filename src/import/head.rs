//! The beginning of a file, enough to tell what it is.

use std::io::{self, Read};
use std::path::PathBuf;

use serde_json::{Map, Value};

use super::source::Source;
use super::tables::{self, Table};
use super::{pieces, swe_chat};

/// How much of a file is looked at.
const LOOK: usize = 256 * 1024;
/// How many records of a JSON stream are looked at.
const RECORDS: usize = 50;
/// How many broken records are passed over: one that is not closed takes those after it for its own, so that each may
/// cost the reading of many.
const BROKEN: usize = 200;
/// How long a first record may be to be looked at whole; of a longer one, such as a document that is one object,
/// the beginning must tell.
const FIRST: u64 = 8 << 20;

/// The beginning of a file.
pub(super) struct Head {
    /// The file's path, for formats whose content leaves a doubt.
    pub(super) path: PathBuf,
    /// The first bytes as text, without a byte order mark, invalid UTF-8 replaced.
    pub(super) text: String,
    /// The first objects of a JSON stream; empty where the file does not begin with one.
    pub(super) records: Vec<Map<String, Value>>,
    /// The first JSON value, an object or an array, as far as it was looked at; null where the file does not
    /// begin with one.
    pub(super) document: Value,
    /// The columns of a Parquet file, or why it cannot be read; `None` where it is none.
    pub(super) table: Option<Result<Vec<String>, String>>,
}

impl Head {
    /// Reads the beginning of a file.
    pub(super) fn read(source: &Source) -> io::Result<Head> {
        let mut bytes = Vec::new();
        source.open()?.take(LOOK as u64).read_to_end(&mut bytes)?;
        let mut head = Head::of(&bytes);
        source.path().clone_into(&mut head.path);
        if bytes.starts_with(tables::MAGIC.as_bytes()) {
            head.table = Some(columns(source)?);
        }
        if head.records.is_empty() && head.text.trim_start().starts_with('{') && bytes.len() == LOOK
        {
            let beginning = || head.document.as_object().cloned();
            head.records = first_record(source)?
                .or_else(beginning)
                .into_iter()
                .collect();
        }
        Ok(head)
    }

    /// Looks at bytes that are already there.
    pub(super) fn of(bytes: &[u8]) -> Head {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        // Most heads are valid, which is seen much faster than it is mended.
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => String::from_utf8_lossy(bytes).into_owned(),
        };
        Head {
            path: PathBuf::new(),
            records: records(&text),
            document: pieces::sketch(&text),
            text,
            table: None,
        }
    }

    /// Gives the columns of a Parquet file.
    pub(super) fn columns(&self) -> Option<Vec<&str>> {
        let columns = self.table.as_ref()?.as_ref().ok()?;
        Some(columns.iter().map(String::as_str).collect())
    }

    /// Gives the lines that are not blank, trimmed.
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        self.text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
    }

    /// Says what a file seems to be that no importer knows.
    pub(super) fn seems(&self) -> String {
        let text = self.text.trim_start();
        if text.is_empty() {
            return "the file is empty".to_owned();
        }
        if self.text.starts_with("SQLite format 3\0") {
            return "an SQLite database that is no transcript store known here".to_owned();
        }
        if let Some(columns) = self.columns() {
            return swe_chat::seems(&columns);
        }
        if let Some(Err(why)) = &self.table {
            return format!("a Parquet file: {why}");
        }
        if let Some(record) = self.records.first() {
            let keys: Vec<&str> = record.keys().take(6).map(String::as_str).collect();
            return match prompt_log(record) {
                Some(log) => format!("{log}: a log of prompts, not a session"),
                None => format!(
                    "JSON objects of an unknown shape (keys {})",
                    keys.join(", ")
                ),
            };
        }
        if let Some(item) = self.document.get(0).and_then(Value::as_object) {
            let keys: Vec<&str> = item.keys().take(6).map(String::as_str).collect();
            return match (list(item), prompt_log(item)) {
                (Some(list), _) => format!("{list}: no session"),
                (_, Some(log)) => format!("{log}: a log of prompts, not a session"),
                (None, None) => format!(
                    "a JSON array of an unknown shape (keys {})",
                    keys.join(", ")
                ),
            };
        }
        if text.starts_with(['{', '[']) {
            return "JSON of an unknown shape".to_owned();
        }
        if self.text.contains('\0') {
            return "a binary file".to_owned();
        }
        "text without the marks of a transcript".to_owned()
    }
}

fn prompt_log(record: &Map<String, Value>) -> Option<&'static str> {
    let has = |keys: &[&str]| keys.iter().all(|&key| record.contains_key(key));
    if has(&["display", "pastedContents", "project"]) {
        Some("Claude Code's history.jsonl")
    } else if has(&["session_id", "ts", "text"]) {
        Some("Codex's history.jsonl")
    } else if has(&["sessionId", "messageId", "type", "message"]) {
        Some("Gemini CLI's logs.json")
    } else {
        None
    }
}

fn list(item: &Map<String, Value>) -> Option<&'static str> {
    let has = |keys: &[&str]| keys.iter().all(|&key| item.contains_key(key));
    if has(&["sessionId", "title", "dateCreated"]) {
        Some("Continue's list of sessions")
    } else {
        None
    }
}

fn records(text: &str) -> Vec<Map<String, Value>> {
    if !text.trim_start().starts_with('{') {
        return Vec::new();
    }
    let mut found: Vec<Map<String, Value>> = Vec::new();
    let mut rest = text;
    // A broken record must not hide what the others say: go on at the next object at the margin.
    for _ in 0..BROKEN {
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        let mut end = 0;
        while let Some(Ok(value)) = values.next() {
            end = values.byte_offset();
            if let Value::Object(object) = value {
                found.push(object);
            }
            if found.len() == RECORDS {
                return found;
            }
        }
        let Some(next) = rest
            .get(end + 1..)
            .and_then(|later| later.find("\n{").map(|at| end + 2 + at))
        else {
            break;
        };
        rest = &rest[next..];
    }
    found
}

/// Reads which columns a Parquet file has, or why it has none.
fn columns(source: &Source) -> io::Result<Result<Vec<String>, String>> {
    Ok(match Table::open(source) {
        Ok(table) => Ok(table.columns().into_iter().map(str::to_owned).collect()),
        Err(tables::Error::File(error)) => return Err(error),
        Err(error) => Err(error.to_string()),
    })
}

/// Reads the first object of a file whose first line is longer than what is looked at.
fn first_record(source: &Source) -> io::Result<Option<Map<String, Value>>> {
    let first = serde_json::Deserializer::from_reader(source.open()?.take(FIRST))
        .into_iter::<Value>()
        .next();
    Ok(match first {
        Some(Ok(Value::Object(object))) => Some(object),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_record_does_not_hide_the_others() {
        let head = Head::of(b"{\"a\":1}\n{\"b\": cut\n{\"c\":3}\n");
        assert_eq!(head.records.len(), 2);
    }

    #[test]
    fn so_many_broken_records_and_no_more_are_passed_over() {
        let check = |broken: usize, expected: usize| {
            let text = "{\"a\": cut\n".repeat(broken) + "{\"b\":1}\n";
            assert_eq!(Head::of(text.as_bytes()).records.len(), expected);
        };
        check(BROKEN - 1, 1);
        check(BROKEN, 0);
    }

    #[test]
    fn a_first_record_that_is_very_long_is_known_by_its_beginning() {
        let check = |length: usize, keys: &[&str]| {
            let text = format!("{{\"a\":1,\"b\":\"{}\",\"c\":2}}", "x".repeat(length));
            let source = Source::spooled("long", text.as_bytes()).unwrap();
            let head = Head::read(&source).unwrap();
            let found: Vec<&str> = head.records[0].keys().map(String::as_str).collect();
            assert_eq!(found, keys);
        };
        check(LOOK, &["a", "b", "c"]);
        check(9 << 20, &["a"]);
    }

    #[test]
    fn what_is_unknown_gets_a_name() {
        let check = |bytes: &[u8], part: &str| {
            let seems = Head::of(bytes).seems();
            assert!(seems.contains(part), "{seems}");
        };
        check(b"  \n", "empty");
        check(b"SQLite format 3\0...", "SQLite");
        check(
            br#"{"display":"x","pastedContents":{},"project":"p"}"#,
            "prompts",
        );
        check(
            br#"[{"sessionId":"s","messageId":0,"type":"user","message":"x"}]"#,
            "logs.json",
        );
        check(br#"{"foo":1}"#, "unknown shape (keys foo)");
        check(br#"[{"foo":1}]"#, "array of an unknown shape (keys foo)");
        check(
            br#"[{"sessionId":"a","title":"t","dateCreated":"1"}]"#,
            "list of sessions",
        );
        check(b"hello", "text without");
    }
}
