//! The storage tree: a file for each session, message and part, joined by their ids.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::import::lenient::value;
use crate::import::{Reading, Skip};

use super::session::Telling;
use super::wire::{Info, Message, Part};

/// Where the messages of a session lie, and the parts of a message.
struct Folders {
    messages: PathBuf,
    parts: PathBuf,
}

impl Folders {
    /// Finds the folders from the path of a session's file: `session/PROJECT/ID.json`, or the older
    /// `session/info/ID.json`.
    fn of(path: &Path, session: &str) -> Option<Folders> {
        let folder = path.parent()?;
        if folder.file_name() == Some(OsStr::new("info")) {
            let root = folder.parent()?;
            return Some(Folders {
                messages: root.join("message").join(session),
                parts: root.join("part").join(session),
            });
        }
        let root = folder.parent()?.parent()?;
        Some(Folders {
            messages: root.join("message").join(session),
            parts: root.join("part"),
        })
    }
}

/// Tells whether an id is the name of a file, and leads nowhere else.
fn is_name(id: &str) -> bool {
    !id.is_empty() && !id.contains(['/', '\\', '\0']) && id != "." && id != ".."
}

/// Reads the session of a file, with the messages and parts that lie beside it.
pub(super) fn read(path: &Path, info: Info, reading: &mut Reading) {
    let id = info.id.clone().unwrap_or_default();
    let folders = Folders::of(path, &id).filter(|_| is_name(&id));
    let mut telling = Telling::new(&path.to_string_lossy(), info);
    if let Some(folders) = folders {
        // An early form keeps all parts in one folder.
        let mut loose: HashMap<String, Vec<Part>> = HashMap::new();
        for part in all::<Part>(&folders.parts, reading) {
            if let Some(message) = part.message.clone() {
                loose.entry(message).or_default().push(part);
            }
        }
        for message in all::<Message>(&folders.messages, reading) {
            let id = message.id.clone().unwrap_or_default();
            let mut parts = Vec::new();
            if is_name(&id) {
                parts = all(&folders.parts.join(&id), reading);
            }
            parts.extend(loose.remove(&id).unwrap_or_default());
            telling.message(&message, &parts, None);
        }
    }
    telling.finish(reading);
}

/// Reads all files of a folder, in the order of their names, which is that of their ids.
fn all<T: DeserializeOwned>(folder: &Path, reading: &mut Reading) -> Vec<T> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_file() && path.extension() == Some(OsStr::new("json")))
        .collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        match one(&path) {
            Ok(Some(item)) => found.push(item),
            Ok(None) => {
                let reason = format!("{} is no JSON object", path.display());
                reading.skipped.push(Skip::whole(reason));
            }
            Err(error) => {
                let reason = format!("{}: {error}", path.display());
                reading.skipped.push(Skip::whole(reason));
            }
        }
    }
    found
}

fn one<T: DeserializeOwned>(path: &Path) -> io::Result<Option<T>> {
    let bytes = fs::read(path)?;
    Ok(value(&String::from_utf8_lossy(&bytes)))
}
