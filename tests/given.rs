//! What several subjects' tests are given: turns, and the folder of shared data.

use std::path::{Path, PathBuf};

use pushback::model::{Role, Turn};

/// Gives a turn with this text, which is prose where the agent says it.
pub(crate) fn turn(role: Role, text: &str) -> Turn {
    Turn::said(role, text)
}

/// Gives the folder of shared test data, or says that the check is skipped.
pub(crate) fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("PUSHBACK_SHARED").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: PUSHBACK_SHARED is not set");
    }
    folder
}

/// Gives every file below a folder, sorted; a folder that is not there is a mistake.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut open, mut found) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
