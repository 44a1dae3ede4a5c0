//! Files that appear in a folder together or not at all, readable by their owner only, and over nothing that is there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use crate::cli::failure::Failure;
use crate::store::PrivateFolder;

/// Refuses a folder that has one of some names already.
pub(super) fn nothing_in_the_way(into: &Path, names: &[&str]) -> Result<(), Failure> {
    // A link that leads nowhere is in the way too.
    let is_there = |name: &&&str| into.join(name).symlink_metadata().is_ok();
    names
        .iter()
        .find(is_there)
        .map_or(Ok(()), |name| Err(in_the_way(&into.join(name))))
}

/// Files that are being written in a private folder inside the one that they are for.
pub(super) struct Together {
    into: PathBuf,
    names: Vec<String>,
    /// Whether the folder was made for them, and goes again where they don't come about.
    made: bool,
    private: Option<PrivateFolder>,
}

impl Together {
    /// Begins some files in a folder, which is made where there is none.
    pub(super) fn begin(into: &Path, names: &[&str]) -> Result<Together, Failure> {
        let made = match fs::create_dir(into) {
            Ok(()) => true,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && into.is_dir() => false,
            Err(error) => return Err(cannot("make the folder", into, &error)),
        };
        let mut together = Together {
            into: into.to_owned(),
            names: names.iter().map(|&name| name.to_owned()).collect(),
            made,
            private: None,
        };
        let private = PrivateFolder::new_in(into);
        together.private = Some(private.map_err(|error| cannot("write to", into, &error))?);
        Ok(together)
    }

    /// Gives where a file is to be written until it is placed.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        let private = self
            .private
            .as_ref()
            .map_or(self.into.as_path(), PrivateFolder::path);
        private.join(name)
    }

    /// Writes a whole file.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let path = self.path(name);
        let mut options = OpenOptions::new();
        let written = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
        written.map_err(|error| cannot("write", &path, &error))
    }

    /// Puts all files in their place; where one of them cannot go there, none stays.
    pub(super) fn place(mut self) -> Result<(), Failure> {
        let mut placed: Vec<TempPath> = Vec::new();
        for name in &self.names {
            let place = self.into.join(name);
            let draft = TempPath::try_from_path(self.path(name))?;
            draft
                .persist_noclobber(&place)
                .map_err(|failed| match failed.error.kind() {
                    io::ErrorKind::AlreadyExists => in_the_way(&place),
                    _ => cannot("write", &place, &failed.error),
                })?;
            // Removed when this returns early, and kept at the end.
            placed.push(TempPath::try_from_path(place)?);
        }
        let synchronised = File::open(&self.into).and_then(|folder| folder.sync_all());
        synchronised.map_err(|error| cannot("write to", &self.into, &error))?;
        for path in placed {
            path.keep().map_err(|failed| failed.error)?;
        }
        self.made = false;
        Ok(())
    }
}

impl Drop for Together {
    fn drop(&mut self) {
        drop(self.private.take());
        if self.made {
            // Whatever somebody else put there meanwhile stays, and the folder with it.
            let _ = fs::remove_dir(&self.into);
        }
    }
}

fn in_the_way(path: &Path) -> Failure {
    Failure::failed(
        format!("{} exists already", path.display()),
        "name another folder with --into, or put the old files aside",
    )
}

fn cannot(doing: &str, path: &Path, error: &io::Error) -> Failure {
    Failure::failed(
        format!("cannot {doing} {}: {error}", path.display()),
        "name a folder with --into that you may write to",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string();
        let mut names: Vec<String> = entries.map(|entry| name(entry).unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn all_files_appear_or_none() {
        let desk = tempfile::tempdir().unwrap();
        let into = desk.path().join("shares");
        let begin = || Together::begin(&into, &["a", "b"]);
        let together = begin().unwrap();
        together.write("a", b"1").unwrap();
        together.write("b", b"2").unwrap();
        // Somebody is faster.
        fs::write(into.join("b"), "theirs").unwrap();
        assert!(together.place().is_err());
        assert_eq!(names(&into), ["b"]);
        assert!(nothing_in_the_way(&into, &["a", "b"]).is_err());
        assert!(nothing_in_the_way(&into, &["a"]).is_ok());
        fs::remove_file(into.join("b")).unwrap();
        let together = begin().unwrap();
        together.write("a", b"1").unwrap();
        together.write("b", b"2").unwrap();
        together.place().unwrap();
        assert_eq!(names(&into), ["a", "b"]);
    }

    #[test]
    fn a_folder_that_was_made_for_nothing_goes_again() {
        let desk = tempfile::tempdir().unwrap();
        let into = desk.path().join("shares");
        drop(Together::begin(&into, &["a"]).unwrap());
        assert!(!into.exists());
        fs::create_dir(&into).unwrap();
        drop(Together::begin(&into, &["a"]).unwrap());
        assert_eq!(names(&into), Vec::<String>::new());
    }
}
