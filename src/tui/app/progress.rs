//! How far the coder has come.

use super::App;

/// How far the coder has come.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::tui) struct Progress {
    /// Place of the turn among the session's pushback turns, from 1; `None` where it is none of them.
    pub(in crate::tui) turn: Option<usize>,
    /// Pushback turns in the session.
    pub(in crate::tui) turns: usize,
    /// Place of the session, from 1.
    pub(in crate::tui) session: usize,
    /// Sessions in the study.
    pub(in crate::tui) sessions: usize,
    /// Decided turns in the study.
    pub(in crate::tui) decided: u64,
    /// Pushback turns in the study.
    pub(in crate::tui) candidates: u64,
    /// Seconds left at the coder's own pace; `None` while that is not known.
    pub(in crate::tui) left: Option<f64>,
}

impl App {
    /// Gives how far the coder has come.
    pub(in crate::tui) fn progress(&self) -> Progress {
        let own = self.open.candidates();
        let sum = |count: fn(&crate::model::SessionRow) -> u32| {
            self.sessions
                .iter()
                .map(|row| u64::from(count(row)))
                .sum::<u64>()
        };
        let (decided, candidates) = (sum(|row| row.decided), sum(|row| row.candidates));
        Progress {
            turn: own
                .iter()
                .position(|turn| *turn == self.turn)
                .map(|at| at + 1),
            turns: own.len(),
            session: self.at + 1,
            sessions: self.sessions.len(),
            decided,
            candidates,
            left: self
                .pace
                .map(|pace| pace * candidates.saturating_sub(decided) as f64),
        }
    }
}

/// Writes a span of time as people say it: `40 s`, `12 min`, `3 h 20 min`.
pub(in crate::tui) fn duration(seconds: f64) -> String {
    let minutes = (seconds / 60.0).round();
    if seconds < 60.0 {
        format!("{seconds:.0} s")
    } else if minutes < 60.0 {
        format!("{minutes:.0} min")
    } else if minutes < 600.0 {
        format!(
            "{:.0} h {:.0} min",
            (minutes / 60.0).floor(),
            minutes % 60.0
        )
    } else {
        format!("{:.0} h", minutes / 60.0)
    }
}
