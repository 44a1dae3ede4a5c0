//! Reads a branch of a git repository that is not checked out, with the program `git`.
//!
//! The repository is somebody else's: nothing in it may make git run a program, ask for a password or call another
//! machine. So git is only asked for references, lists of files and their bytes, which starts no hook and no filter;
//! what its configuration could still start is overruled, missing objects are not fetched, and a repository of another
//! owner is refused by git itself. It is killed where it falls silent, or where it says more than a list can be long.

mod process;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tempfile::SpooledTempFile;

use process::Batch;

/// The branch on which checkpoints are kept, here or as the copy of another machine's.
const BRANCH: &str = "entire/checkpoints/v1";
/// How long a list of packed references may be to be looked at.
const PACKED: u64 = 64 << 20;

/// Why a branch cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The program is not there.
    #[error("its branch {BRANCH} is read with the program git, which was not found")]
    Missing,
    /// The program said why.
    #[error("git cannot read its branch {BRANCH}: {0}")]
    Refused(String),
    /// The program could not be run, or did not answer.
    #[error("git cannot read its branch {BRANCH}")]
    Run(#[from] io::Error),
}

/// The files of a branch at its tip.
#[derive(Debug)]
pub(super) struct Tree {
    folder: PathBuf,
    /// The same folder as it was named, for the paths of the files.
    named: PathBuf,
    /// What the branch is called, for the paths of its files.
    branch: String,
    /// The address of the repository that this one was copied from.
    repository: Option<String>,
    blobs: BTreeMap<String, Blob>,
    /// The program that gives the bytes, while it runs.
    batch: Mutex<Option<Batch>>,
}

#[derive(Debug)]
struct Blob {
    id: String,
    size: u64,
}

impl Tree {
    /// Gives the path by which a file is called.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.named.join(format!("{}:{name}", self.branch))
    }

    /// Gives the names of all files.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.blobs.keys().map(String::as_str)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.blobs.contains_key(name)
    }

    pub(super) fn size(&self, name: &str) -> u64 {
        self.blobs.get(name).map_or(0, |blob| blob.size)
    }

    pub(super) fn repository(&self) -> Option<&str> {
        self.repository.as_deref()
    }

    /// Gives the bytes of a file.
    pub(super) fn read(&self, name: &str) -> io::Result<SpooledTempFile> {
        let blob = self.blobs.get(name).ok_or(io::ErrorKind::NotFound)?;
        let mut running = self.batch.lock().unwrap_or_else(PoisonError::into_inner);
        // A program that failed in the middle of an answer is of no more use.
        let mut batch = match running.take() {
            Some(batch) => batch,
            None => Batch::start(&self.folder)?,
        };
        let bytes = batch.blob(&blob.id)?;
        *running = Some(batch);
        Ok(bytes)
    }

    /// Ends the program until it is needed again.
    pub(super) fn rest(&self) {
        *self.batch.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Reads the lists of files of every branch of checkpoints that a folder's repository has; none where the folder is
/// no repository, or has no such branch.
pub(super) fn trees(named: &Path) -> Result<Vec<Arc<Tree>>, Error> {
    if !repository_of(named).is_some_and(|own| may_have_branch(&own)) {
        return Ok(Vec::new());
    }
    let folder = fs::canonicalize(named)?;
    let repository = process::text(&folder, &["config", "--get", "remote.origin.url"])
        .ok()
        .and_then(|url| without_password(url.trim()));
    let mut trees = Vec::new();
    for (id, branch) in branches(&folder)? {
        let list = process::bytes(&folder, &["ls-tree", "-r", "-z", "-l", "--full-tree", &id])?;
        trees.push(Arc::new(Tree {
            folder: folder.clone(),
            named: named.to_owned(),
            branch,
            repository: repository.clone(),
            blobs: list.split(|byte| *byte == 0).filter_map(blob).collect(),
            batch: Mutex::new(None),
        }));
    }
    Ok(trees)
}

/// Gives where a folder keeps its repository: below `.git`, elsewhere where that is a file, or in itself.
fn repository_of(folder: &Path) -> Option<PathBuf> {
    let inside = folder.join(".git");
    if inside.is_dir() {
        return Some(inside);
    }
    if inside.is_file() {
        let linked = folder.join(one_line(&inside)?.strip_prefix("gitdir:")?.trim());
        let common = one_line(&linked.join("commondir"));
        return Some(common.map_or(linked.clone(), |common| linked.join(common.trim())));
    }
    let is_bare = folder.join("HEAD").is_file() && folder.join("objects").is_dir();
    (is_bare && folder.join("refs").is_dir()).then(|| folder.to_owned())
}

fn one_line(path: &Path) -> Option<String> {
    let text = small_file(path, 4096)?;
    Some(text.lines().next()?.to_owned())
}

/// Reads a file, and not a pipe that would never end.
fn small_file(path: &Path, most: u64) -> Option<String> {
    let meta = fs::metadata(path).ok()?;
    let bytes = (meta.is_file() && meta.len() <= most).then(|| fs::read(path).ok())??;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Tells without git whether there may be a branch of checkpoints, so that git is not run for every repository.
fn may_have_branch(repository: &Path) -> bool {
    let refs = repository.join("refs");
    let remotes = fs::read_dir(refs.join("remotes"));
    let mut remotes = remotes.into_iter().flatten().flatten();
    refs.join("heads").join(BRANCH).is_file()
        || remotes.any(|remote| remote.path().join(BRANCH).is_file())
        || small_file(&repository.join("packed-refs"), PACKED)
            .is_some_and(|packed| packed.lines().any(|line| line.ends_with(BRANCH)))
        || repository.join("reftable").is_dir()
}

/// Gives the commits at the tips of the branches, each once, with the name of its branch; one's own first.
fn branches(folder: &Path) -> Result<Vec<(String, String)>, Error> {
    let own = format!("refs/heads/{BRANCH}");
    let remote = format!("refs/remotes/*/{BRANCH}");
    let form = "--format=%(objectname) %(refname:short)";
    let list = process::text(folder, &["for-each-ref", form, "--", &own, &remote])?;
    let mut found: Vec<(String, String)> = Vec::new();
    for line in list.lines() {
        if let Some((id, branch)) = line.split_once(' ')
            && is_id(id)
            && found.iter().all(|(known, _)| known != id)
        {
            found.push((id.to_owned(), branch.to_owned()));
        }
    }
    Ok(found)
}

fn is_id(text: &str) -> bool {
    let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex && matches!(text.len(), 40 | 64)
}

/// Reads an entry of the list: `100644 blob ID SIZE`, a tab, and the name.
fn blob(entry: &[u8]) -> Option<(String, Blob)> {
    let (head, name) = std::str::from_utf8(entry).ok()?.split_once('\t')?;
    let mut words = head.split_ascii_whitespace();
    let is_file = words.next()?.starts_with("100") && words.next()? == "blob";
    let id = words.next().filter(|id| is_file && is_id(id))?.to_owned();
    let size = words.next()?.parse().unwrap_or(0);
    Some((name.to_owned(), Blob { id, size }))
}

/// Gives an address without the name and the password that it may hold.
fn without_password(url: &str) -> Option<String> {
    let plain = match url.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            let host = host.rsplit('@').next().unwrap_or(host);
            format!("{scheme}://{host}/{path}")
        }
        None => url.to_owned(),
    };
    (!url.is_empty()).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_the_list_are_files() {
        let id = "0123456789abcdef0123456789abcdef01234567";
        let check = |entry: &str, expected: Option<(&str, u64)>| {
            let found = blob(entry.as_bytes());
            let found = found
                .as_ref()
                .map(|(name, blob)| (name.as_str(), blob.size));
            assert_eq!(found, expected, "{entry}");
        };
        check(
            &format!("100644 blob {id}     12\ta b/c"),
            Some(("a b/c", 12)),
        );
        check(&format!("100644 blob {id}    BAD\ta"), Some(("a", 0)));
        check(&format!("120000 blob {id}     12\tlink"), None);
        check(&format!("160000 commit {id}      -\tother"), None);
        check("100644 blob --upload-pack=x 1\ta", None);
        check("", None);
    }

    #[test]
    fn an_address_keeps_its_password_to_itself() {
        let check = |url: &str, expected: Option<&str>| {
            assert_eq!(without_password(url).as_deref(), expected);
        };
        check(
            "https://me:secret@example.org/a/b.git",
            Some("https://example.org/a/b.git"),
        );
        check("https://example.org/a@b", Some("https://example.org/a@b"));
        check("git@example.org:a/b", Some("git@example.org:a/b"));
        check("", None);
    }
}
