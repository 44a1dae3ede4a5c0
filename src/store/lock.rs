//! One writer at a time, and who it is.
//!
//! `SQLite`'s own locks last as long as a transaction. A coder sits over a study for hours, so the writer holds
//! an advisory lock on a small file beside the study. The operating system lets go of it when the program
//! ends, however it ends; the text in it only tells others who holds it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::Error;
use super::filesystem::beside;

/// The longest text in a lock file, in bytes. A longer file is somebody's own.
const LONGEST: usize = 300;
/// How often the lock is looked for anew where the file is removed just when it is taken.
const ATTEMPTS: usize = 20;
/// How often a lock is tried before it counts as held: a reader that asks who writes holds it for a moment.
const TRIES: usize = 3;
/// How long to wait between two tries.
const PAUSE: Duration = Duration::from_millis(5);

/// Who has a study open for writing, as it is told to others: user, host, process and time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Holder(pub(super) String);

/// The right to write to a study, held as long as this lives.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock of a study, or says who has it. `owner` is what others will be told.
    pub(super) fn take(study: &Path, owner: &str) -> Result<Result<Lock, Holder>, Error> {
        let path = path_for(study);
        attempt(&path, owner).map_err(|source| Error::File {
            doing: "lock",
            path,
            source,
        })
    }

    /// Says who has the lock of a study, and takes nothing; `None` where nobody has it, or nobody can tell.
    pub(super) fn holder(study: &Path) -> Option<Holder> {
        let mut file = OpenOptions::new()
            .read(true)
            .custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed())
            .open(path_for(study))
            .ok()?;
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => Some(holder(&mut file)),
            _ => None,
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while it is still held, so that nobody else's lock is removed. If that fails, an unlocked
        // file stays behind, which means nothing.
        let _ = std::fs::remove_file(&self.path);
        let _ = self.file.unlock();
    }
}

fn attempt(path: &Path, owner: &str) -> io::Result<Result<Lock, Holder>> {
    for attempt in 1..=ATTEMPTS {
        let mut file = open(path)?;
        match file.try_lock() {
            Ok(()) => (),
            Err(TryLockError::WouldBlock) if attempt < TRIES => {
                std::thread::sleep(PAUSE);
                continue;
            }
            Err(TryLockError::WouldBlock) => return Ok(Err(holder(&mut file))),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        // Between opening and locking, the last holder may have removed the file: a lock on it means nothing.
        if stands(&file, path) {
            sign(&mut file, owner)?;
            let path = path.to_owned();
            return Ok(Ok(Lock { file, path }));
        }
    }
    Ok(Err(Holder("another pushback".to_owned())))
}

fn open(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed())
        .open(path)?;
    let known = file.metadata()?;
    if !known.is_file() || known.len() > LONGEST as u64 {
        let what = "there is another file of that name, and it is no lock";
        return Err(io::Error::other(what));
    }
    Ok(file)
}

fn stands(file: &File, path: &Path) -> bool {
    let place = |known: io::Result<std::fs::Metadata>| {
        let known = known.ok()?;
        Some((known.dev(), known.ino()))
    };
    let own = place(file.metadata());
    own.is_some() && own == place(std::fs::metadata(path))
}

fn sign(file: &mut File, owner: &str) -> io::Result<()> {
    let ends = owner.char_indices().map(|(at, c)| at + c.len_utf8());
    let end = ends.take_while(|end| *end < LONGEST).last().unwrap_or(0);
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", &owner[..end])
}

fn holder(file: &mut File) -> Holder {
    let mut text = Vec::new();
    // What stands there is only for the message; a holder who has not written yet is still one.
    let _ = file.take(LONGEST as u64).read_to_end(&mut text);
    let text = String::from_utf8_lossy(&text);
    let line = text.lines().next().unwrap_or_default();
    Holder(if line.is_empty() {
        "another pushback".to_owned()
    } else {
        line.to_owned()
    })
}

/// Gives the lock file: beside the study itself, so that a link to it leads to the same lock.
fn path_for(study: &Path) -> PathBuf {
    let study = study.canonicalize().unwrap_or_else(|_| study.to_owned());
    beside(&study, ".lock")
}
