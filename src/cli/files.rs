//! Which files a call is about.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::failure::Failure;
use crate::import::{self, Source};

/// Endings of files that may be transcripts; others in a folder are passed over.
const ENDINGS: [&str; 8] = [
    "md", "jsonl", "json", "traj", "vscdb", "parquet", "gz", "zst",
];
/// Endings that transcripts share with much else: a file in a folder is one only if its content says so.
const SHARED_ENDINGS: [&str; 2] = ["db", "txt"];
/// Folders that hold no transcripts and many files.
const PASSED_OVER: [&str; 3] = [".git", "node_modules", "target"];

/// The files below some paths.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// Files that may be transcripts, those of one folder in the order of their names.
    pub(super) found: Vec<Found>,
    /// How many files have another ending or are no files that could be read to an end, such as pipes.
    pub(super) others: usize,
    /// What could not be looked at, and why.
    pub(super) unreadable: Vec<(PathBuf, String)>,
}

/// A file that may be a transcript.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    /// Whether the call names it; else it lies in a folder that the call names.
    pub(super) named: bool,
    /// The way to its bytes where they are in no file.
    kept: Option<Source>,
}

/// What stands for standard input.
const STANDARD_INPUT: &str = "-";

impl Found {
    /// Opens the way to its bytes.
    ///
    /// # Errors
    ///
    /// [`Failure`] where standard input or a pipe cannot be read.
    fn source(&self) -> Result<Source, Failure> {
        if let Some(kept) = &self.kept {
            return Ok(kept.clone());
        }
        let (name, spooled) = if self.path.as_os_str() == STANDARD_INPUT {
            let name = Path::new("standard input");
            (name, Source::spooled(name, io::stdin().lock()))
        } else if is_special(&self.path) {
            // What a shell puts in the place of a command, `<(...)`, gives its bytes once only.
            let pipe = File::open(&self.path);
            let spooled = pipe.and_then(|pipe| Source::spooled(&self.path, pipe));
            (self.path.as_path(), spooled)
        } else {
            return Ok(Source::file(&self.path));
        };
        spooled.map_err(|error| {
            let what = format!("cannot read {}: {error}", name.display());
            Failure::failed(what, "try a file")
        })
    }
}

/// Opens the way to the bytes of each file.
pub(super) fn sources(found: &[Found]) -> Result<Vec<Source>, Failure> {
    found.iter().map(Found::source).collect()
}

impl Files {
    /// Says what is wrong where there is no file to read.
    pub(super) fn nothing(&self, paths: &[PathBuf]) -> Failure {
        if let Some((path, why)) = self.unreadable.first() {
            return unreadable(path, why);
        }
        let names: Vec<String> = paths
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        let others = match self.others {
            0 => String::new(),
            1 => " (1 file is of another ending or kind)".to_owned(),
            others => format!(" ({others} files are of other endings or kinds)"),
        };
        let what = format!("there is no transcript in {}{others}", names.join(", "));
        Failure::failed(
            what,
            "name a file by itself to have it tried whatever its ending; `pushback formats` lists what is read",
        )
    }

    /// Gives an error where one of the paths that were named cannot be looked at. The others are not held up by it, but
    /// the call has not done all that it was asked for.
    pub(super) fn all_named(&self, paths: &[PathBuf]) -> Result<(), Failure> {
        let mut unread = self.unreadable.iter();
        match unread.find(|(path, _)| paths.contains(path)) {
            Some((path, why)) => Err(unreadable(path, why)),
            None => Ok(()),
        }
    }
}

fn unreadable(path: &Path, why: &str) -> Failure {
    Failure::failed(
        format!("{} cannot be read: {why}", path.display()),
        "check the path and its permissions",
    )
}

/// Gives the files that some paths name, folders with everything below them.
pub(super) fn below(paths: &[PathBuf]) -> Files {
    let mut files = Files::default();
    for path in paths {
        let named = Found {
            path: path.clone(),
            named: true,
            kept: None,
        };
        if path.as_os_str() == STANDARD_INPUT {
            files.found.push(named);
            continue;
        }
        match fs::metadata(path) {
            Ok(meta) if meta.is_dir() => walk(path, &mut files),
            Ok(_) => files.found.push(named),
            Err(error) => files.unreadable.push((path.clone(), error.to_string())),
        }
    }
    files
}

/// Walks a folder without recursion: a tree may be deeper than the stack.
fn walk(folder: &Path, files: &mut Files) {
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        find_kept(&path, files);
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
            } else if is_special(&path) {
                files.others += 1;
            } else if has_ending(&path, &ENDINGS)
                || has_ending(&path, &SHARED_ENDINGS)
                    && import::recognise(&Source::file(&path)).is_ok()
            {
                files.found.push(Found {
                    path,
                    named: false,
                    kept: None,
                });
            } else {
                files.others += 1;
            }
        }
        open.extend(folders.into_iter().rev());
    }
}

/// Tells whether something is neither a file nor a folder: a pipe without a writer would be waited for without end.
fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| !meta.is_file() && !meta.is_dir())
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    path.extension()
        .is_some_and(|ending| endings.iter().any(|own| ending == *own))
}

/// Finds what a repository keeps on a branch that is not checked out.
fn find_kept(folder: &Path, files: &mut Files) {
    match import::kept_in(folder) {
        Ok(sources) => files.found.extend(sources.into_iter().map(|source| Found {
            path: source.path().to_owned(),
            named: false,
            kept: Some(source),
        })),
        Err(error) => {
            let error = anyhow::Error::from(error);
            let why: Vec<String> = error.chain().map(ToString::to_string).collect();
            files.unreadable.push((folder.to_owned(), why.join(": ")));
        }
    }
}
