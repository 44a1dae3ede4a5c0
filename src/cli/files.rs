//! Which files a call is about.

use std::fs;
use std::path::{Path, PathBuf};

/// Endings of files that may be transcripts; others in a folder are passed over.
const ENDINGS: [&str; 3] = ["md", "jsonl", "json"];
/// Folders that hold no transcripts and many files.
const PASSED_OVER: [&str; 3] = [".git", "node_modules", "target"];

/// The files below some paths.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// Files that may be transcripts, those of one folder in the order of their names.
    pub(super) found: Vec<PathBuf>,
    /// Files that were named by themselves, not found in a folder.
    pub(super) named: usize,
    /// How many files have another ending.
    pub(super) others: usize,
    /// What could not be looked at, and why.
    pub(super) unreadable: Vec<(PathBuf, String)>,
}

/// Gives the files that some paths name, folders with everything below them.
pub(super) fn below(paths: &[PathBuf]) -> Files {
    let mut files = Files::default();
    for path in paths {
        match fs::metadata(path) {
            Ok(meta) if meta.is_dir() => walk(path, &mut files),
            Ok(_) => {
                files.named += 1;
                files.found.push(path.clone());
            }
            Err(error) => files.unreadable.push((path.clone(), error.to_string())),
        }
    }
    files
}

/// Walks a folder without recursion: a tree may be deeper than the stack.
fn walk(folder: &Path, files: &mut Files) {
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        let entries =
            fs::read_dir(&path).and_then(std::iter::Iterator::collect::<Result<Vec<_>, _>>);
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(error) => {
                files.unreadable.push((path, error.to_string()));
                continue;
            }
        };
        entries.sort_by_key(fs::DirEntry::file_name);
        let mut folders = Vec::new();
        for entry in entries {
            let path = entry.path();
            // A link to a folder may lead back; a link to a file is followed.
            let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            if path.is_dir() {
                let name = entry.file_name();
                if !is_link && !PASSED_OVER.iter().any(|own| name == *own) {
                    folders.push(path);
                }
            } else if path
                .extension()
                .is_some_and(|ending| ENDINGS.iter().any(|own| ending == *own))
            {
                files.found.push(path);
            } else {
                files.others += 1;
            }
        }
        open.extend(folders.into_iter().rev());
    }
}
