//! How many megabytes of developer text the detector marks in a second, and how long it takes to make:
//! `cargo bench --bench detect`.
//!
//! | variable | meaning |
//! |---|---|
//! | `PUSHBACK_BENCH_RUNS` | how often each measurement is taken; 5 |

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement fails by panicking, and prints what it found"
)]

use std::time::Instant;

use pushback::detect::Detector;
use pushback::model::{Role, Session, Turn};

/// How much text is marked, in bytes.
const TEXT: usize = 16_000_000;
/// How many turns a session has.
const TURNS: usize = 40;

/// What developers type, in the lengths in which they do: half of the turns are a line.
const TYPED: [&str; 6] = [
    "Bake the rye loaf and log the crumb.",
    "No, that is wrong: I said rye, not spelt.",
    "go on",
    "The oven still burns the crust. Why did you change the timer? I asked you to leave `oven.rs` alone, and to say \
     first what you want to do. Please undo that, and show me what the log says before you touch anything else.",
    "Thanks. Now the list of flours, by the day on which they came, with the weight in grams and no empty lines.",
    "Das ist falsch, das Mehl fehlt noch. 不对，重来。 Ça ne marche toujours pas, l’original était mieux.",
];

fn main() {
    // `cargo test --all-targets` starts benchmarks as well, without this.
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("skipped: run it with `cargo bench --bench detect`");
        return;
    }
    let runs = std::env::var("PUSHBACK_BENCH_RUNS").map_or(5, |runs| runs.parse().unwrap());
    let made = least(runs, || drop(Detector::standard()));
    println!("{:<34} {:>8.1} ms", "making the detector", made * 1e3);
    let detector = Detector::standard();
    let log = "oven 00017: crumb even, crust \"golden\" at 213 degrees\n".repeat(60);
    let pasted = format!("Why does it say this?\n\n```\n{log}```\n");
    let prose = TYPED[3].repeat(20);
    for (name, long) in [
        ("lines alone", ""),
        ("with pasted logs", &pasted),
        ("with long prose", &prose),
    ] {
        let sessions = sessions(long);
        let seconds = least(runs, || {
            let marks: usize = sessions.iter().map(|own| detector.marks(own).len()).sum();
            assert_eq!(marks, sessions.len() * TURNS);
        });
        println!("{name:<34} {:>8.1} MB/s", TEXT as f64 / 1e6 / seconds);
    }
}

/// Gives the seconds of the fastest run.
fn least(runs: usize, mut work: impl FnMut()) -> f64 {
    let times = (0..runs).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64()
    });
    times.reduce(f64::min).unwrap()
}

/// Gives sessions that hold [`TEXT`] together, every tenth turn of which is a long one, where there is one.
fn sessions(long: &str) -> Vec<Session> {
    let (mut sessions, mut bytes) = (Vec::new(), 0);
    while bytes < TEXT {
        let turns: Vec<Turn> = (0..TURNS)
            .map(|at| turn(at + sessions.len(), long))
            .collect();
        bytes += turns.iter().map(|turn| turn.text.len()).sum::<usize>();
        sessions.push(Session::of("bench", turns));
    }
    sessions
}

fn turn(at: usize, long: &str) -> Turn {
    let text = match at % 10 {
        9 if !long.is_empty() => long,
        _ => TYPED[at % TYPED.len()],
    };
    Turn::said(Role::Developer, text)
}
