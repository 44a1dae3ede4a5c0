//! How fast `pushback import` reads sessions in the real shapes of Claude Code and Codex, beside `serde_json` reading the
//! same bytes into typed records in this process, and `claude-code-log` where it is installed:
//! `cargo bench --bench import`.
//!
//! | variable | meaning |
//! |---|---|
//! | `PUSHBACK_BENCH_PART` | divides every corpus: 1 where it is not set, 100 for a quick look |
//! | `PUSHBACK_BENCH_RUNS` | how often each measurement of ours is taken; 3 |
//! | `PUSHBACK_CLAUDE_CODE_LOG` | the program `claude-code-log` |

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement fails by panicking, and prints what it found"
)]

mod running;
mod sessions;

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use serde::Deserialize;
use serde_json::Value;

use running::{Measured, median};
use sessions::Corpus;

fn main() {
    // `cargo test --all-targets` starts benchmarks as well, without this.
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("skipped: run it with `cargo bench --bench import`");
        return;
    }
    let part = number("PUSHBACK_BENCH_PART", 1);
    let runs = number("PUSHBACK_BENCH_RUNS", 3);
    println!(
        "{:<34} {:>8} {:>8} {:>8} {:>11} {:>7}",
        "", "MB", "seconds", "MB/s", "sessions/s", "MB RAM"
    );
    for corpus in sessions::corpora(part) {
        let folder = tempfile::tempdir().unwrap();
        let bytes = corpus.write(folder.path());
        let imported = median((0..runs).map(|_| import(folder.path())).collect());
        line(
            &format!("pushback import, {}", corpus.name),
            bytes,
            &corpus,
            &imported,
        );
        let parsed = median((0..runs).map(|_| parse(folder.path())).collect());
        line("  serde_json, typed records", bytes, &corpus, &parsed);
        println!(
            "  import reaches {:.2} of that rate",
            parsed.seconds / imported.seconds
        );
        if let Some((part, read)) = claude_code_log(folder.path()) {
            let ours = bytes as f64 / imported.seconds;
            let theirs = part as f64 / read.seconds;
            let (megabytes, ratio) = (part as f64 / 1e6, ours / theirs);
            println!(
                "  claude-code-log, on {megabytes:.1} MB of it: {:.1} MB/s; import is {ratio:.0} times as fast",
                theirs / 1e6
            );
        }
    }
}

fn number(variable: &str, otherwise: usize) -> usize {
    let given = std::env::var(variable).ok();
    given.map_or(otherwise, |number| number.parse().unwrap())
}

fn line(name: &str, bytes: u64, corpus: &Corpus, measured: &Measured) {
    let megabytes = bytes as f64 / 1e6;
    println!(
        "{name:<34} {megabytes:>8.1} {:>8.2} {:>8.1} {:>11.0} {:>7}",
        measured.seconds,
        megabytes / measured.seconds,
        corpus.files as f64 / measured.seconds,
        measured
            .megabytes
            .map_or("-".to_owned(), |megabytes| format!("{megabytes:.0}")),
    );
}

/// Imports a folder into a new study.
fn import(sessions: &Path) -> Measured {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_pushback"));
    command.arg("import").arg(folder.path().join("study.db"));
    command.arg(sessions);
    running::measure(command)
}

/// A record as any reader of these files has to take it apart.
#[derive(Deserialize)]
#[expect(dead_code, reason = "what is read is not looked at")]
struct Record {
    #[serde(rename = "type")]
    kind: Option<String>,
    uuid: Option<String>,
    timestamp: Option<String>,
    message: Option<Value>,
    payload: Option<Value>,
}

/// Reads every record of a folder and nothing more.
fn parse(sessions: &Path) -> Measured {
    let start = Instant::now();
    let mut read = 0;
    for path in files(sessions) {
        let file = BufReader::with_capacity(1 << 20, File::open(path).unwrap());
        let records = serde_json::Deserializer::from_reader(file).into_iter::<Record>();
        read += records.flatten().count();
    }
    assert!(read > 0);
    Measured {
        seconds: start.elapsed().as_secs_f64(),
        megabytes: None,
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// How much of a corpus the Python program is given: all of one takes it an hour.
const PART: u64 = 5_000_000;

/// Lets the Python program that people read these files with turn some of them into pages; gives how many bytes it read.
fn claude_code_log(sessions: &Path) -> Option<(u64, Measured)> {
    let program = std::env::var_os("PUSHBACK_CLAUDE_CODE_LOG")?;
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = 0;
    for path in files(sessions) {
        if bytes > 0 && bytes + path.metadata().unwrap().len() > PART {
            break;
        }
        bytes += fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    let mut command = Command::new(program);
    command.arg(folder.path());
    command.arg("-o").arg(folder.path().join("log.html"));
    Some((bytes, running::measure(command)))
}
