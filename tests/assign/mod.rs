//! Sessions shared out among coders: real studies of invented sessions, through the real program.

mod calls;
mod files;
mod laws;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use pushback::model::{
    Codebook, Coder, CoderKind, Mark, Role, Session, Source, Surface, Timestamp, Turn, TurnKind,
};
use pushback::store::Study;
use tempfile::TempDir;
use uuid::Uuid;

const OWNER: &str = "ada on loom, process 7, since 2026-03-01 12:00";

/// A folder with a study of many small sessions.
struct Desk {
    folder: TempDir,
}

/// What a call printed, and its exit code.
struct Said {
    out: String,
    err: String,
    code: i32,
}

impl Desk {
    /// Makes a study of sessions in which so many turns push back.
    fn of(pushback: impl IntoIterator<Item = usize>) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let text = include_str!("../../codebook/misalignment.toml");
        let codebook = Codebook::parse(text, "misalignment.toml").unwrap();
        let mut study = Study::create(&folder.path().join("s.db"), &codebook, OWNER).unwrap();
        let sessions: Vec<_> = pushback.into_iter().enumerate().map(marked).collect();
        study.import(&sessions, "test 1").unwrap();
        Desk { folder }
    }

    fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs `pushback assign s.db` with words that hold no spaces.
    fn assign(&self, words: &str) -> Said {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("pushback"));
        command
            .env_clear()
            .current_dir(self.folder.path())
            .args(["assign", "s.db"])
            .args(words.split(' '));
        let output = command.output().unwrap();
        Said {
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().unwrap(),
        }
    }

    fn read(&self, name: &str) -> Study {
        Study::open_to_read(&self.path(name)).unwrap()
    }

    /// Gives the keys of a study's sessions in their order.
    fn keys(&self, name: &str) -> Vec<String> {
        let rows = self.read(name).sessions(None).unwrap();
        rows.into_iter().map(|row| row.key).collect()
    }

    fn names(&self, folder: &str) -> BTreeSet<String> {
        let entries = fs::read_dir(self.path(folder)).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    fn record(&self, folder: &str) -> serde_json::Value {
        let text = fs::read_to_string(self.path(folder).join("assignment.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

impl Said {
    /// Gives what a call printed that succeeded without a word on standard error.
    fn done(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{}", self.out);
        self.out
    }

    fn refused(&self, code: i32, error: &str) {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        let first = format!("error: {error}");
        assert!(self.err.starts_with(&first), "{}", self.err);
        assert_eq!(self.out, "");
    }
}

/// Gives a session with its marks; surface, model and month follow from its number.
fn marked((number, pushback): (usize, usize)) -> (Session, Vec<Mark>) {
    let surface = [Some(Surface::Ide), Some(Surface::Cli), None][number % 3];
    let month = 30 * 24 * 3_600_000;
    let texts = (0..=pushback).flat_map(|turn| {
        [
            (Role::Developer, format!("row {turn} of rug {number}")),
            (Role::Agent, format!("knotted row {turn}")),
        ]
    });
    let session = Session {
        key: format!("rug-{number}"),
        source: Source {
            path: format!("rug-{number}.jsonl"),
            format: "invented".to_owned(),
        },
        agent: ["Shuttle", "Bobbin"][number % 2].to_owned(),
        agent_version: Some("3".to_owned()),
        models: vec![format!("loom-{}", number % 2), "spare".to_owned()],
        surface,
        repository: Some("rugs".to_owned()),
        folder: None,
        branch: None,
        started: Some(Timestamp(
            1_767_268_800_000 + i64::try_from(number % 2).unwrap() * month,
        )),
        ended: None,
        title: None,
        parent: None,
        turns: texts.map(turn).collect(),
    };
    let marks = session
        .developer_turns()
        .map(|(turn, _)| Mark {
            turn,
            score: if turn > 1 { 0.9 } else { 0.1 },
            pushback: turn > 1,
            cues: Vec::new(),
        })
        .collect();
    (session, marks)
}

fn turn((role, text): (Role, String)) -> Turn {
    Turn {
        role,
        text,
        kind: TurnKind::Prompt,
        parts: Vec::new(),
        events: Vec::new(),
        time: None,
        native_id: None,
        place: None,
    }
}

/// Adds a coder to the study.
fn add_coder(desk: &Desk, name: &str, kind: CoderKind) -> Coder {
    let mut study = Study::open_to_write(&desk.path("s.db"), OWNER).unwrap();
    study.coder(name, kind, Uuid::now_v7()).unwrap()
}
