//! The real program on a real terminal: what only shows there.
//!
//! Nothing here sleeps: every step waits until the screen says something, or until the program has ended.

mod ends;
mod killed;
mod pty;
mod smoke;

use std::path::PathBuf;

use pushback::model::Decision;
use pushback::store::Study;
use tempfile::TempDir;

use pty::Pty;

/// A folder with the demo study.
struct Demo {
    folder: TempDir,
}

impl Demo {
    /// Makes the study without a terminal.
    fn new() -> Demo {
        let folder = tempfile::tempdir().unwrap();
        let demo = Demo { folder };
        let mut made = assert_cmd::Command::new(env!("CARGO_BIN_EXE_pushback"));
        made.env("HOME", demo.folder.path())
            .args(["demo", "--no-open"])
            .arg(demo.folder.path())
            .assert()
            .success();
        demo
    }

    fn study(&self) -> PathBuf {
        self.folder.path().join("demo.db")
    }

    fn args(&self) -> Vec<String> {
        vec![
            "demo".to_owned(),
            self.folder.path().to_string_lossy().into_owned(),
        ]
    }

    /// Opens the study on a terminal of 80 columns and 24 rows.
    fn open(&self) -> Pty {
        self.open_with(&[])
    }

    fn open_with(&self, variables: &[(&str, &str)]) -> Pty {
        Pty::start(
            env!("CARGO_BIN_EXE_pushback"),
            &self.args(),
            self.folder.path(),
            variables,
        )
    }

    /// Gives the decision on the first pushback turn.
    fn first_decision(&self) -> Decision {
        let study = Study::open_to_read(&self.study()).unwrap();
        assert_eq!(study.check().unwrap(), []);
        let coder = study.coders().unwrap().remove(0);
        let row = study.sessions(Some(coder.id)).unwrap().remove(0);
        let mut open = study.open_session(&row, Some(coder.id)).unwrap();
        open.decisions.remove(&2).unwrap_or_default()
    }
}
