//! Labels in and out of real study files, through the real program.

mod measured;
mod refusals;
mod round_trip;

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use pushback::model::{Codebook, Mark, Role, Session, Source, Turn, text_hash};
use pushback::store::Study;
use serde_json::Value;
use tempfile::TempDir;

use crate::given::turn;

const MISALIGNMENT: &str = include_str!("../../codebook/misalignment.toml");
const MAST: &str = include_str!("../../codebook/mast.toml");

/// What the developer says; the same in every session.
const TURNS: [&str; 6] = [
    "glaze the bowl in blue",
    "no,  that is the red one\nagain",
    "still red",
    "leave the plate alone",
    "why is the plate gone",
    "ok, fire it",
];
/// The sessions; two of them begin alike.
const KEYS: [&str; 3] = ["kiln-one-4711", "kiln-one-4722", "wheel"];

/// A folder of its own.
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
    fn new() -> Desk {
        Desk {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Gives a desk with a study of the usual codebook.
    fn with_study() -> Desk {
        let desk = Desk::new();
        desk.study("study.db", MISALIGNMENT);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Makes a study of three small sessions.
    fn study(&self, name: &str, codebook: &str) -> Study {
        let codebook = Codebook::parse(codebook, "codebook.toml").unwrap();
        let mut study = Study::create(&self.path(name), &codebook, "a test").unwrap();
        let sessions: Vec<(Session, Vec<Mark>)> = KEYS.iter().map(|key| session(key)).collect();
        study.import(&sessions, "test 1").unwrap();
        study
    }

    /// Calls the program with words that hold no spaces.
    fn run(&self, words: &str) -> Said {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("pushback"));
        command.env_clear().current_dir(self.folder.path());
        let output = command.args(words.split(' ')).output().unwrap();
        Said {
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().unwrap(),
        }
    }

    /// Imports some labels for a coder, and gives what the program says as JSON.
    fn take(&self, labels: &str, coder: &str) -> Value {
        fs::write(self.path("labels.jsonl"), labels).unwrap();
        let said = self.run(&format!(
            "import-labels study.db labels.jsonl --coder {coder} --json"
        ));
        serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{}", said.err))
    }

    fn export(&self, study: &str, coder: &str) -> String {
        self.run(&format!("export {study} --format jsonl --coder {coder}"))
            .done()
    }

    /// Counts the rows of the history.
    fn rows(&self, study: &str) -> i64 {
        let connection = rusqlite::Connection::open(self.path(study)).unwrap();
        connection
            .query_row("SELECT count(*) FROM history", [], |row| row.get(0))
            .unwrap()
    }
}

impl Said {
    fn done(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{}", self.out);
        self.out
    }
}

/// Gives a session, with all turns but the first and the last marked as pushback.
fn session(key: &str) -> (Session, Vec<Mark>) {
    let turns = (1..).zip(TURNS).flat_map(|(ordinal, text)| {
        let answer = format!("What I did about  it: step {ordinal}, ünd done.");
        // An id of its own: sessions of the same words without ids are copies.
        let asked = Turn {
            native_id: Some(format!("record-{ordinal}-of-{key}")),
            ..turn(Role::Developer, text)
        };
        [asked, turn(Role::Agent, &answer)]
    });
    let session = Session {
        key: key.to_owned(),
        source: Source {
            path: format!("{key}.jsonl"),
            format: "invented".to_owned(),
        },
        agent: "Potter".to_owned(),
        agent_version: None,
        models: Vec::new(),
        surface: None,
        repository: None,
        folder: None,
        branch: None,
        started: None,
        ended: None,
        title: None,
        parent: None,
        turns: turns.collect(),
    };
    let mark = |turn| Mark {
        turn,
        score: 0.5,
        pushback: (2..6).contains(&turn),
        cues: Vec::new(),
    };
    (session, (1..=6).map(mark).collect())
}

/// Gives a complete record about a turn, with some more keys.
fn record(session: &str, turn: u32, more: &str) -> String {
    format!(
        r#"{{"session":"{session}","turn":{turn},"symptom":"S3","cause":"C7","damage_severity":"DS1","resolution_status":"RS2"{more}}}"#
    )
}

fn texts(value: &Value, name: &str) -> Vec<String> {
    let items = value.as_array().unwrap().iter();
    items
        .map(|item| format!("{}: {}", item["line"], item[name].as_str().unwrap()))
        .collect()
}

fn exists(path: &Path) -> bool {
    fs::metadata(path).is_ok()
}
