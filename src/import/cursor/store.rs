//! The database of Cursor's terminal program: `store.db`, one for each session.
//!
//! A message is a blob of JSON; other blobs, in the wire form of protocol buffers, name the blobs below them. The
//! session is what can be reached from the root that `meta` names, in order.

use std::collections::HashSet;
use std::io;

use serde_json::Value;

use crate::import::builder::Origin;
use crate::import::database::{self, Database, Error, Pairs};
use crate::import::head::Head;
use crate::import::lenient;
use crate::import::source::Source;
use crate::import::{Format, Reading, Skip, no_companion};
use crate::model::Surface;

use super::telling::Telling;

pub(in crate::import) const FORMAT: Format = Format {
    id: "cursor-cli",
    name: "Cursor CLI",
    files: "the databases store.db below ~/.cursor/chats (SQLite)",
    page: PAGE,
    recognise,
    companion: no_companion,
    read,
};

const PAGE: &str = "\
Files: ~/.cursor/chats/FOLDER/SESSION/store.db with the tables blobs and meta. It is opened for reading only.

Developer turns: the text of messages of the user; where it has an element user_query, only what stands in it.

Events: none; the store records neither interruptions nor refusals.

Left out: the system's instructions, what Cursor puts around the words (shown folded), blobs that the newest state of
the session does not reach.

Known by: agentId. Each turn keeps the id of its message or of its blob. A database has no place in a file.";

const BLOBS: Pairs = Pairs {
    table: "blobs",
    key: "id",
    value: "data",
};
const META: Pairs = Pairs {
    table: "meta",
    key: "key",
    value: "value",
};

fn recognise(head: &Head) -> bool {
    head.text.starts_with("SQLite format 3\0")
        && head.text.contains("CREATE TABLE blobs")
        && head.text.contains("CREATE TABLE meta")
}

fn read(source: &Source) -> io::Result<Reading> {
    let mut telling = Telling::new(&source.path().to_string_lossy(), FORMAT.id);
    telling.builder.session.surface = Some(Surface::Cli);
    let mut reading = database::read(source, |database, _| {
        if !database.has(&[BLOBS, META])? {
            return Ok(());
        }
        match meta(database)? {
            Some(meta) => {
                describe(&meta, &mut telling);
                let root = lenient::text(&meta, "latestRootBlobId").unwrap_or_default();
                walk(database, root, &mut telling)
            }
            None => Ok(()),
        }
    })?;
    reading.skipped.append(&mut telling.skipped);
    if telling.builder.is_empty() {
        reading
            .skipped
            .push(Skip::whole("the session holds no messages"));
    } else {
        reading.sessions.push(telling.builder.finish());
    }
    Ok(reading)
}

/// Gives what the store says of the session: JSON, in newer versions as hexadecimal digits.
fn meta(database: &Database) -> Result<Option<Value>, Error> {
    let mut found = None;
    database.each(META, "", |_, value| {
        let plain = || serde_json::from_slice::<Value>(value).ok();
        let encoded = || serde_json::from_slice::<Value>(&unhex(value)?).ok();
        let read = encoded().or_else(plain).filter(Value::is_object);
        if found.is_none() {
            found = read;
        }
        Ok(())
    })?;
    Ok(found)
}

fn unhex(digits: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    digits
        .chunks(2)
        .map(|pair| match pair {
            &[high, low] => u8::try_from(digit(high)? * 16 + digit(low)?).ok(),
            _ => None,
        })
        .collect()
}

fn describe(meta: &Value, telling: &mut Telling) {
    let session = &mut telling.builder.session;
    lenient::text(meta, "agentId")
        .unwrap_or_default()
        .clone_into(&mut session.key);
    session.title = lenient::text(meta, "name").map(str::to_owned);
    session.started = lenient::moment(&meta["createdAt"]);
    session.ended = session.started;
    if let Some(model) = lenient::text(meta, "lastUsedModel").filter(|name| *name != "default") {
        telling.builder.model(model);
    }
}

/// Tells the messages below a blob in order, each blob once.
fn walk(database: &Database, root: &str, telling: &mut Telling) -> Result<(), Error> {
    let mut open = vec![root.to_owned()];
    let mut seen = HashSet::new();
    let mut missing = 0;
    while let Some(id) = open.pop() {
        if id.is_empty() || !seen.insert(id.clone()) {
            continue;
        }
        let Some(blob) = database.value(BLOBS, &id)? else {
            missing += 1;
            continue;
        };
        match serde_json::from_slice::<Value>(&blob) {
            Ok(message) => tell(&message, &id, telling),
            Err(_) => open.extend(children(&blob).into_iter().rev()),
        }
    }
    if missing > 0 {
        let reason = format!("{missing} of the session's blobs are not in the database");
        telling.skipped.push(Skip::whole(reason));
    }
    Ok(())
}

fn tell(message: &Value, id: &str, telling: &mut Telling) {
    let own = lenient::text(message, "id").unwrap_or(id);
    let origin = Origin {
        native_id: Some(own.to_owned()),
        time: None,
        place: None,
    };
    let content = &message["content"];
    match message["role"].as_str() {
        Some("user") => telling.user(content, &origin, None),
        Some("assistant" | "tool") => telling.agent(content, &origin),
        _ => (),
    }
}

/// Gives the ids that a blob names: its first two fields, where they are 32 bytes long.
fn children(blob: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = blob;
    while let Some((field, body, after)) = field(rest) {
        if matches!(field, 1 | 2) && body.len() == 32 {
            found.push(hex(body));
        }
        rest = after;
    }
    found
}

fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16);
    let digits = |&byte: &u8| [digit(byte >> 4), digit(byte & 15)];
    bytes.iter().flat_map(digits).flatten().collect()
}

/// Splits the first field off a message: its number, its bytes (none where it is a number), and what follows.
fn field(message: &[u8]) -> Option<(u64, &[u8], &[u8])> {
    let (tag, rest) = varint(message)?;
    let (length, rest) = match tag & 7 {
        0 => (0, varint(rest)?.1),
        1 => (0, rest.get(8..)?),
        5 => (0, rest.get(4..)?),
        2 => {
            let (length, rest) = varint(rest)?;
            (usize::try_from(length).ok()?, rest)
        }
        _ => return None,
    };
    let body = rest.get(..length)?;
    Some((tag >> 3, body, &rest[length..]))
}

fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (at, &byte) in bytes.iter().enumerate().take(10) {
        value |= u64::from(byte & 0x7f).checked_shl(7 * u32::try_from(at).ok()?)?;
        if byte < 0x80 {
            return Some((value, &bytes[at + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blobs_name_the_blobs_below_them() {
        let one = [&[0x0a, 0x20][..], &[0xab; 32]].concat();
        let two = [&[0x12, 0x20][..], &[1; 32]].concat();
        let other = [&[0x1a, 0x20][..], &[7; 32]].concat();
        let number = [0x20, 0x96, 0x01];
        let all = [&one[..], &number, &other, &two].concat();
        assert_eq!(children(&all), ["ab".repeat(32), "01".repeat(32)]);
        assert_eq!(children(&one[..20]), Vec::<String>::new());
        assert_eq!(children(&[0xff; 40]), Vec::<String>::new());
        assert_eq!(children(&[]), Vec::<String>::new());
    }

    #[test]
    fn hexadecimal_digits_are_bytes() {
        assert_eq!(unhex(b"7b7D").as_deref(), Some(&b"{}"[..]));
        assert_eq!(unhex(b"7"), None);
        assert_eq!(unhex(b"{}"), None);
    }
}
