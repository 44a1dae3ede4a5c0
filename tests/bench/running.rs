//! Runs programs, and says how long they took and how much memory they held.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a run took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    /// From start to end.
    pub(crate) seconds: f64,
    /// The most memory that was held at once; `None` where the system does not say.
    pub(crate) megabytes: Option<f64>,
}

/// Runs a program to its end.
pub(crate) fn measure(mut command: Command) -> Measured {
    let started = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
    let mut megabytes = None;
    let status = loop {
        // Linux keeps the highest mark until the end, so that the last look is the one that counts.
        megabytes = peak(child.id()).or(megabytes);
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    assert!(status.success(), "{command:?}");
    Measured {
        seconds: started.elapsed().as_secs_f64(),
        megabytes,
    }
}

fn peak(process: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes / 1024.0)
}

/// Gives the middle run by time, with the most memory that any of them held.
pub(crate) fn median(mut runs: Vec<Measured>) -> Measured {
    runs.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
    let megabytes = runs.iter().filter_map(|run| run.megabytes);
    Measured {
        seconds: runs[runs.len() / 2].seconds,
        megabytes: megabytes.reduce(f64::max),
    }
}
