//! The real program, called as people call it: what it prints, where, and with which exit code.

mod agreement;
mod audit;
mod configuration;
mod hostile;
mod imports;
mod killed;
mod marking;
mod merging;
mod mistakes;
mod permissions;
mod readme;
mod refitting;
mod repositories;
mod screen;
mod secrets;
mod studies;
mod tables;
mod verbs;

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use pushback::model::{Codebook, CoderKind};
use pushback::store::Study;
use tempfile::TempDir;
use uuid::Uuid;

/// A folder of its own in which the program runs, with a home that is empty.
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
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("home")).unwrap();
        Desk { folder }
    }

    fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: impl AsRef<Path>, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// Puts a file of the repository on the desk.
    fn copy(&self, from: &str, to: &str) {
        self.write(to, fs::read(repository(from)).unwrap());
    }

    /// Makes a study of the demo sessions.
    fn study(&self, name: &str) -> PathBuf {
        let sessions = repository("assets/demo");
        let said = self.call(["import".as_ref(), name.as_ref(), sessions.as_os_str()]);
        assert_eq!(said.code, 0, "{}", said.err);
        self.path(name)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("pushback"));
        command.env_clear().current_dir(self.folder.path());
        command
            .envs(self.environment())
            .timeout(std::time::Duration::from_secs(60));
        command
    }

    fn environment(&self) -> [(&'static str, std::ffi::OsString); 5] {
        let home = self.path("home");
        [
            ("HOME", home.clone().into()),
            ("XDG_CONFIG_HOME", home.join("config").into()),
            ("XDG_DATA_HOME", home.join("data").into()),
            ("TERM", "xterm-256color".into()),
            ("LANG", "C.UTF-8".into()),
        ]
    }

    fn call<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Said {
        Said::by(self.command().args(args))
    }

    /// Calls the program with something on its standard input.
    fn call_with<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>, input: &[u8]) -> Said {
        Said::by(self.command().args(args).write_stdin(input))
    }

    /// Calls the program with words that hold no spaces.
    fn run(&self, words: &str) -> Said {
        self.call(words.split(' '))
    }

    /// Checks that a call fails with this exit code, sentence and hint, and prints nothing else.
    fn refuses(&self, words: &str, code: i32, error: &str, hint: &str) {
        let said = self.run(words);
        said.is_refusal(code, error, hint);
        assert_eq!(said.out, "", "{words}");
    }
}

impl Said {
    fn by(command: &mut Command) -> Said {
        let output = command.output().unwrap();
        Said {
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().unwrap(),
        }
    }

    /// Gives what a call printed that succeeded without a word on standard error.
    fn done(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{}", self.out);
        self.out
    }

    fn json(self) -> serde_json::Value {
        serde_json::from_str(&self.done()).unwrap()
    }

    fn is_refusal(&self, code: i32, error: &str, hint: &str) {
        assert_eq!(self.err, format!("error: {error}\nhint: {hint}\n"));
        assert_eq!(self.code, code, "{}", self.err);
    }
}

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Gives the names in a JSON object, sorted.
fn keys(value: &serde_json::Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys
}

/// Gives a study coders.
fn add_coders(study: &Path, names: &[&str]) {
    let mut study = Study::open_to_write(study, "a test").unwrap();
    for name in names {
        study.coder(name, CoderKind::Human, Uuid::now_v7()).unwrap();
    }
}

fn small_codebook() -> Codebook {
    let text = fs::read_to_string(repository("codebook/mast.toml")).unwrap();
    Codebook::parse(&text, "mast.toml").unwrap()
}

/// Gives every row of every table as text.
fn dump(study: &Path) -> String {
    let connection = rusqlite::Connection::open(study).unwrap();
    let mut tables = connection
        .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        .unwrap();
    let tables: Vec<(String, String)> = tables
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut out = String::new();
    for (name, sql) in tables {
        out.push_str(&sql);
        let mut rows = connection
            .prepare(&format!("SELECT * FROM {name}"))
            .unwrap();
        let columns = rows.column_count();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values: Vec<rusqlite::types::Value> =
                (0..columns).map(|at| row.get(at).unwrap()).collect();
            let _ = write!(out, "\n{values:?}");
        }
    }
    out
}
