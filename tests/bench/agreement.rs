//! How long `pushback agreement` takes on a large study, and the peers on the same labels, in one run:
//! `cargo bench --bench agreement`.
//!
//! | variable | meaning |
//! |---|---|
//! | `PUSHBACK_BENCH_UNITS` | how many units both coders label; 100,000 where it is not set |
//! | `PUSHBACK_BENCH_RUNS` | how often each measurement of ours is taken; 5 |
//! | `PUSHBACK_PYTHON` | a Python with scikit-learn, irrCAC, krippendorff and nltk |
//! | `PUSHBACK_SHARED` | the folder of shared test data, whose `agreement/reference.py` asks all peers for all figures |

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement fails by panicking, and prints what it found"
)]

mod labelled;
mod running;

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use running::{Measured, median};

/// What our intervals rest on: each figure of ours is computed so many times and once more.
const RESAMPLES: u32 = 2000;

/// One line of the table.
struct Line {
    name: String,
    measured: Measured,
    note: &'static str,
}

fn main() {
    // `cargo test --all-targets` starts benchmarks as well, without this.
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("skipped: run it with `cargo bench --bench agreement`");
        return;
    }
    let units = number("PUSHBACK_BENCH_UNITS", 100_000);
    let runs = number("PUSHBACK_BENCH_RUNS", 5);
    let folder = tempfile::tempdir().unwrap();
    let labels = folder.path().join("labels.json");
    let study = folder.path().join("study.db");
    let coders = labelled::coders(units);
    let file = BufWriter::new(File::create(&labels).unwrap());
    serde_json::to_writer(file, &labelled::records(&coders)).unwrap();
    labelled::write_study(&study, &coders);

    let mut lines = vec![
        ours("pushback agreement, a study", &study, runs),
        ours("pushback agreement, a file of labels", &labels, runs),
    ];
    lines.extend(peers(&labels));
    lines.extend(all_of_them(&labels, folder.path()));
    print(units, &lines);
}

fn number(variable: &str, otherwise: usize) -> usize {
    let given = std::env::var(variable).ok();
    given.map_or(otherwise, |number| number.parse().unwrap())
}

fn ours(name: &str, labels: &Path, runs: usize) -> Line {
    let run = |_| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pushback"));
        command.arg("agreement").arg(labels);
        command.args(["--format", "json", "--resamples", &RESAMPLES.to_string()]);
        running::measure(command)
    };
    Line {
        name: name.to_owned(),
        measured: median((0..runs).map(run).collect()),
        note: "all figures and intervals",
    }
}

fn python() -> Option<PathBuf> {
    let python = std::env::var_os("PUSHBACK_PYTHON").map(PathBuf::from);
    if python.is_none() {
        println!("skipped: the peers, since PUSHBACK_PYTHON is not set");
    }
    python
}

/// Asks each peer for one figure, once, and says what as many resamples of it would take.
fn peers(labels: &Path) -> Vec<Line> {
    let Some(python) = python() else {
        return Vec::new();
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bench/peers.py");
    let mut lines = Vec::new();
    for peer in ["sklearn", "irrCAC", "krippendorff", "nltk"] {
        let mut command = Command::new(&python);
        command.arg(script).arg(peer).arg(labels);
        let Some((what, once)) = answer(command) else {
            println!("skipped: {peer} is not there");
            continue;
        };
        let line = |name: String, seconds: f64, note| Line {
            name,
            measured: Measured {
                seconds,
                megabytes: None,
            },
            note,
        };
        lines.push(line(what.clone(), once, "one figure, no interval"));
        let resampled = once * f64::from(RESAMPLES);
        lines.push(line(what, resampled, "one interval, extrapolated"));
    }
    lines
}

/// Runs a program that prints what it computed and, after a tab, the seconds; `None` where it cannot.
fn answer(mut command: Command) -> Option<(String, f64)> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let (what, seconds) = text.trim().split_once('\t')?;
    Some((what.to_owned(), seconds.parse().ok()?))
}

/// Runs the reference, which asks every peer for every figure that it knows.
fn all_of_them(labels: &Path, folder: &Path) -> Option<Line> {
    let Some(shared) = std::env::var_os("PUSHBACK_SHARED").map(PathBuf::from) else {
        println!("skipped: the reference, since PUSHBACK_SHARED is not set");
        return None;
    };
    let mut command = Command::new(python()?);
    command.arg(shared.join("agreement/reference.py"));
    command.arg("compute").arg(labels);
    command.args(["--boot", &RESAMPLES.to_string(), "--cluster-sep", "/"]);
    command.arg("-o").arg(folder.join("reference.json"));
    Some(Line {
        name: "reference.py, all peers together".to_owned(),
        measured: running::measure(command),
        note: "their figures, intervals of kappa",
    })
}

fn print(units: usize, lines: &[Line]) {
    let ours = lines[0].measured.seconds;
    println!("\n{units} units, two coders, {RESAMPLES} resamples\n");
    println!("{:<40} {:>10} {:>8} {:>9}", "", "seconds", "MB", "ratio");
    for line in lines {
        let megabytes = line.measured.megabytes;
        println!(
            "{:<40} {:>10.2} {:>8} {:>9.1}  {}",
            line.name,
            line.measured.seconds,
            megabytes.map_or("-".to_owned(), |megabytes| format!("{megabytes:.0}")),
            line.measured.seconds / ours,
            line.note
        );
    }
}
