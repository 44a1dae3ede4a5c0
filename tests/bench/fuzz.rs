//! Hunts for inputs on which something that reads files panics, hangs, takes too much memory or breaks a promise:
//! `cargo bench --profile fuzz --bench fuzz -- --minutes 60`. It runs on the stable compiler and needs no other tool.
//!
//! | option | meaning |
//! |---|---|
//! | `--minutes N` | how long; 1 where it is not given |
//! | `--target NAME` | what to hunt in: a row of `tests/fuzz/mod.rs`; `import` where it is not given |
//! | `--seed N` | other inputs; the same seed gives the same ones; 1 where it is not given |
//! | `--from N` | the number of the first input |
//! | `--only N` | reads one input again, and saves it |
//!
//! Inputs are read in a child process, which ends on the first finding: a panic, more than [`SECONDS`] for one input,
//! more than [`MEMORY`] bytes of address space, a stack that is full. The parent saves the input below
//! `target/fuzz-found`, prints where, and goes on behind it. What was mended belongs into `tests/fixtures/found`, in a
//! folder of its own: tests read it from there ever after.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a hunt ends where its ground gives way, and prints what it found"
)]

#[path = "../fuzz/mod.rs"]
mod fuzz;
#[expect(dead_code, reason = "the tests need more of it")]
#[path = "../given.rs"]
mod given;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use fuzz::{Ground, TARGETS, Target};

/// How long an input may take. The machine may have other work.
const SECONDS: u64 = 20;
/// How much memory an input may take.
const MEMORY: u64 = 1 << 30;
/// How many inputs are saved of one finding.
const SAVED: usize = 3;
/// From how many milliseconds on it is told how long an input took.
const SLOW: u64 = 400;

/// What the command line asks for.
struct Asked {
    target: &'static Target,
    minutes: f64,
    seed: u64,
    from: u64,
    only: Option<u64>,
    /// The folder of a child.
    child: Option<PathBuf>,
}

fn main() {
    // `cargo test --all-targets` starts benchmarks as well, without this.
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("skipped: run it with `cargo bench --profile fuzz --bench fuzz -- --minutes 60`");
        return;
    }
    let mut asked = asked();
    match asked.child.take() {
        Some(folder) => child(&folder, asked),
        None => hunt(&asked),
    }
}

fn asked() -> Asked {
    let option = |name: &str| {
        let mut arguments = std::env::args().skip_while(|argument| argument != name);
        arguments.nth(1)
    };
    let number = |name: &str| option(name).map(|number| number.parse::<u64>().unwrap());
    let name = option("--target").unwrap_or_else(|| "import".to_owned());
    let only = number("--only");
    Asked {
        target: TARGETS.iter().find(|target| target.name == name).unwrap(),
        minutes: option("--minutes").map_or(1.0, |number| number.parse().unwrap()),
        seed: number("--seed").unwrap_or(1),
        from: only.or(number("--from")).unwrap_or(0),
        only,
        child: option("--child").map(PathBuf::from),
    }
}

/// What was found so far: how often, by what was said of it.
type Findings = BTreeMap<String, usize>;

fn hunt(asked: &Asked) {
    let folder = tempfile::tempdir().unwrap();
    let started = Instant::now();
    let end = Duration::from_secs_f64(asked.minutes * 60.0);
    let mut findings = Findings::new();
    let mut next = asked.from;
    while started.elapsed() < end {
        let left = end.saturating_sub(started.elapsed()).as_secs_f64() / 60.0;
        let status = run_child(folder.path(), asked, next, left);
        let (number, name) = told(folder.path());
        next = number + 1;
        if status.success() && asked.only.is_none() {
            break;
        }
        let finding = finding(folder.path(), status);
        let times = findings.entry(finding.clone()).or_default();
        *times += 1;
        if *times <= SAVED {
            let saved = save(folder.path(), asked, number);
            println!(
                "input {number}, {name}: {finding}\n  saved as {}",
                saved.display()
            );
        }
        if asked.only.is_some() {
            return;
        }
    }
    report(next - asked.from, started.elapsed(), &findings);
}

fn report(inputs: u64, took: Duration, findings: &Findings) {
    let seconds = took.as_secs_f64();
    println!(
        "{inputs} inputs in {:.1} minutes, {:.0} a second, {} findings",
        seconds / 60.0,
        inputs as f64 / seconds,
        findings.len()
    );
    for (finding, times) in findings {
        println!("  {times} times: {finding}");
    }
}

fn run_child(folder: &Path, asked: &Asked, from: u64, minutes: f64) -> ExitStatus {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg("--bench").arg("--child").arg(folder);
    command.args(["--target", asked.target.name]);
    command.args(["--minutes", &minutes.to_string()]);
    command.args(["--seed", &asked.seed.to_string()]);
    command.args(["--from", &from.to_string()]);
    if asked.only.is_some() {
        command.args(["--only", &from.to_string()]);
    }
    command.env("RUST_BACKTRACE", "1");
    command.stderr(File::create(folder.join("said")).unwrap());
    command.status().unwrap()
}

/// Gives the number and the name of the last input of a child.
fn told(folder: &Path) -> (u64, String) {
    let told = fs::read_to_string(folder.join("at")).unwrap();
    let (number, name) = told.split_once(' ').unwrap();
    (number.parse().unwrap(), name.to_owned())
}

/// Says in a line why a child ended: of what and where it panicked, how much memory it wanted, else the last that it
/// said.
fn finding(folder: &Path, status: ExitStatus) -> String {
    let said = fs::read(folder.join("said")).unwrap();
    let said = String::from_utf8_lossy(&said);
    let lines: Vec<&str> = said.lines().filter(|line| !line.is_empty()).collect();
    let first = |what: &str| lines.iter().position(|line| line.contains(what));
    let why = if let Some(at) = first("panicked at") {
        let place = lines[at].split("panicked at").nth(1).unwrap_or_default();
        let of = lines.get(at + 1).unwrap_or(&"");
        // The first place of ours, since a slice is cut in the standard library.
        let own = first("at ./src/").map_or("", |at| lines[at].trim());
        format!("{place} {of} {own}")
    } else if first("memory allocation").is_some() {
        "it took too much memory".to_owned()
    } else {
        (*lines.last().unwrap_or(&"nothing was said")).to_owned()
    };
    let why: String = why.trim().chars().take(300).collect();
    format!("{status}: {why}")
}

/// Saves the last input of a child, with what the child said.
fn save(folder: &Path, asked: &Asked, number: u64) -> PathBuf {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/fuzz-found");
    let kept = found.join(format!("{}-{}-{number}", asked.target.name, asked.seed));
    let input =
        Ground::new(&folder.join("ground"), asked.target).input(asked.target, asked.seed, number);
    let saved = kept.join(&input.name);
    fs::create_dir_all(saved.parent().unwrap()).unwrap();
    fs::write(&saved, &input.bytes).unwrap();
    fs::copy(folder.join("said"), kept.join("said")).unwrap();
    saved
}

/// Reads inputs until the time is over or one of them is a finding.
fn child(folder: &Path, asked: Asked) {
    limit_memory();
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        usual(panic);
        std::process::abort();
    }));
    let clock = Arc::new(Clock {
        started: Instant::now(),
        begun: AtomicU64::new(0),
    });
    // A thread, since the program reads in threads, whose stacks are smaller than that of the main one.
    let worker = {
        let (folder, clock) = (folder.to_owned(), clock.clone());
        std::thread::spawn(move || read_all(&folder, &asked, &clock))
    };
    while !worker.is_finished() {
        std::thread::sleep(Duration::from_millis(50));
        assert!(clock.took() < SECONDS * 1000, "an input took too long");
    }
    worker.join().unwrap();
}

/// Knows when the input was begun that is being read.
struct Clock {
    started: Instant,
    /// Milliseconds since the start.
    begun: AtomicU64,
}

impl Clock {
    fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap()
    }

    fn begin(&self) {
        self.begun.store(self.now(), Ordering::Relaxed);
    }

    /// Gives for how many milliseconds the input has been read.
    fn took(&self) -> u64 {
        self.now()
            .saturating_sub(self.begun.load(Ordering::Relaxed))
    }
}

fn read_all(folder: &Path, asked: &Asked, clock: &Clock) {
    let ground = Ground::new(&folder.join("ground"), asked.target);
    let end = Duration::from_secs_f64(asked.minutes * 60.0);
    let mut slowest = SLOW;
    for number in asked.from.. {
        if asked.only.is_none() && clock.started.elapsed() > end {
            return;
        }
        clock.begin();
        let input = ground.input(asked.target, asked.seed, number);
        fs::write(folder.join("at"), format!("{number} {}", input.name)).unwrap();
        ground.run(asked.target, &input);
        let took = clock.took();
        // The first one waits for what is built once.
        if took > slowest && number > asked.from {
            slowest = took;
            let bytes = input.bytes.len();
            println!("input {number}, {}: {took} ms, {bytes} bytes", input.name);
        }
        if asked.only.is_some() {
            return;
        }
    }
}

#[cfg(target_os = "linux")]
fn limit_memory() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let limit = Rlimit {
        current: Some(MEMORY),
        maximum: Some(MEMORY),
    };
    setrlimit(Resource::As, limit).unwrap();
}

#[cfg(not(target_os = "linux"))]
fn limit_memory() {}
