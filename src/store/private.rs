//! Private folders for what is not finished yet: drafts of files, and copies of studies that others sent.
//!
//! Such a folder goes when its owner lets go of it. A killed program lets go of nothing, so each folder holds a file
//! that its owner keeps locked; the operating system takes that lock back, however the program ends. Whoever makes
//! the next folder in the same place removes those that nobody holds any more.

use std::fs::{self, DirEntry, File, OpenOptions, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use tempfile::TempDir;

const PREFIX: &str = ".pushback-";
const LOCK: &str = "pushback.lock";
/// How often a folder is made anew where another program takes it away before it is locked.
const ATTEMPTS: usize = 20;

/// A folder for its owner alone, which goes when this is dropped.
#[derive(Debug)]
pub struct PrivateFolder {
    folder: TempDir,
    /// Dropped after the folder, so that nobody else removes it meanwhile; `None` where there are no locks.
    _lock: Held,
}

impl PrivateFolder {
    /// Makes a private folder in `place`, and removes those that killed programs of this user left there.
    ///
    /// # Errors
    ///
    /// What the system says where `place` cannot be written to.
    pub fn new_in(place: &Path) -> io::Result<PrivateFolder> {
        remove_stale(place);
        for _ in 0..ATTEMPTS {
            let folder = tempfile::Builder::new()
                .prefix(PREFIX)
                .permissions(Permissions::from_mode(0o700))
                .tempdir_in(place)?;
            if let Some(lock) = hold(folder.path())? {
                return Ok(PrivateFolder {
                    folder,
                    _lock: lock,
                });
            }
        }
        Err(io::Error::other("another program keeps removing it"))
    }

    /// Gives the path of the folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// What a folder is held by: nothing on a filesystem without locks, where nobody removes it either.
type Held = Option<File>;

/// Locks a folder that was just made; `None` where somebody has taken it for a stale one in between.
fn hold(folder: &Path) -> io::Result<Option<Held>> {
    let path = folder.join(LOCK);
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path);
    let file = match made {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        made => made?,
    };
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(_)) => Ok(Some(None)),
        // Whoever had the lock before this may have removed the folder with it.
        Ok(()) => Ok(path.exists().then_some(Some(file))),
    }
}

/// Removes the private folders that nobody holds. What cannot be looked at or removed stays.
fn remove_stale(place: &Path) {
    let Ok(entries) = fs::read_dir(place) else {
        return;
    };
    for entry in entries.flatten().filter(is_ours) {
        let folder = entry.path();
        let lock = OpenOptions::new()
            .write(true)
            .custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed())
            .open(folder.join(LOCK));
        let _ = match lock {
            Ok(lock) if lock.try_lock().is_ok() => fs::remove_dir_all(&folder),
            // Killed before it was locked, and empty then: a folder with something in it is somebody's own.
            Err(error) if error.kind() == io::ErrorKind::NotFound => fs::remove_dir(&folder),
            _ => Ok(()),
        };
    }
}

/// Tells whether an entry looks like a private folder of this user.
fn is_ours(entry: &DirEntry) -> bool {
    let name = entry.file_name();
    let is_named = name.as_encoded_bytes().starts_with(PREFIX.as_bytes());
    // Of the entry itself: a link is never followed.
    let known = || entry.metadata().ok();
    let user = rustix::process::geteuid().as_raw();
    is_named && known().is_some_and(|known| known.is_dir() && known.uid() == user)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(place: &Path) -> Vec<String> {
        let entries = fs::read_dir(place).unwrap();
        let name = |entry: io::Result<DirEntry>| entry.unwrap().file_name().into_string().unwrap();
        let mut names: Vec<String> = entries.map(name).collect();
        names.sort();
        names
    }

    /// Leaves a folder behind as a killed program does.
    fn leave(place: &Path) -> String {
        let PrivateFolder {
            folder,
            _lock: lock,
        } = PrivateFolder::new_in(place).unwrap();
        fs::write(folder.path().join("draft"), "half").unwrap();
        drop(lock);
        let name = folder.keep().file_name().unwrap().to_owned();
        name.into_string().unwrap()
    }

    #[test]
    fn a_folder_is_its_owners_alone_and_goes_with_it() {
        let place = tempfile::tempdir().unwrap();
        let own = PrivateFolder::new_in(place.path()).unwrap();
        let mode = own.path().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        drop(own);
        assert_eq!(names(place.path()), [""; 0]);
    }

    #[test]
    fn what_a_killed_program_left_goes_and_what_is_in_use_stays() {
        let place = tempfile::tempdir().unwrap();
        let living = PrivateFolder::new_in(place.path()).unwrap();
        let left = leave(place.path());
        fs::create_dir(place.path().join(".pushback-unlocked")).unwrap();
        assert!(place.path().join(&left).exists());
        let next = PrivateFolder::new_in(place.path()).unwrap();
        assert_eq!(names(place.path()).len(), 2);
        assert!(living.path().exists() && next.path().exists());
    }

    #[test]
    fn nothing_of_somebody_elses_is_touched() {
        let place = tempfile::tempdir().unwrap();
        let path = |name: &str| place.path().join(name);
        fs::write(path(".pushback-notes"), "mine").unwrap();
        fs::create_dir(path(".pushback-folder")).unwrap();
        fs::write(path(".pushback-folder").join("notes"), "mine").unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        fs::write(elsewhere.path().join(LOCK), "").unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), path(".pushback-link")).unwrap();
        drop(PrivateFolder::new_in(place.path()).unwrap());
        let expected = [".pushback-folder", ".pushback-link", ".pushback-notes"];
        assert_eq!(names(place.path()), expected);
        assert_eq!(names(elsewhere.path()), [LOCK]);
    }

    #[test]
    fn many_at_once_do_not_take_each_others_folders_away() {
        let place = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        let own = PrivateFolder::new_in(place.path()).unwrap();
                        fs::write(own.path().join("draft"), "half").unwrap();
                        assert!(own.path().join(LOCK).exists());
                    }
                });
            }
        });
        assert_eq!(names(place.path()), [""; 0]);
    }
}
