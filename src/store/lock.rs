//! One writer at a time, and who it is.
//!
//! `SQLite`'s own locks last as long as a transaction. A coder sits over a study for hours, so the writer holds
//! an advisory lock on a small file beside the study. The operating system lets go of it when the program
//! ends, however it ends; the text in it only tells others who holds it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::error::Error;

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
        let failed = |source| Error::File {
            doing: "lock",
            path: path.clone(),
            source,
        };
        let mut options = OpenOptions::new();
        options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600);
        let mut file = options.open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => (),
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // What stands there is only for the message; a holder who has not written yet is still one.
                let _ = Read::by_ref(&mut file)
                    .take(300)
                    .read_to_string(&mut holder);
                let holder = holder.lines().next().unwrap_or_default().to_owned();
                return Ok(Err(Holder(if holder.is_empty() {
                    "another pushback".to_owned()
                } else {
                    holder
                })));
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{owner}"))
            .map_err(failed)?;
        Ok(Ok(Lock { file, path }))
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

fn path_for(study: &Path) -> PathBuf {
    let mut name = study.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}
