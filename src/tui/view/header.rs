//! The top row: which session, how far.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{put, text};
use crate::model::{SessionRow, Surface};
use crate::tui::app::{Adjudication, App, Progress, duration};

/// Draws the top row.
pub(super) fn draw(app: &App, area: Rect, frame: &mut Frame) {
    let theme = &app.theme;
    let progress = app.progress();
    let dot = format!(" {} ", theme.glyphs.dot);
    let wide = area.width >= 110;
    let right = match &app.adjudication {
        Some(work) => vec![settled(work)],
        None => labelled(app, &progress, wide),
    };
    let right = right.join(&dot);
    let session = format!("{}/{} ", progress.session, progress.sessions);
    let room =
        usize::from(area.width).saturating_sub(text::columns(&right) + text::columns(&session) + 2);
    let title = app
        .sessions
        .get(app.at)
        .map_or_else(|| "no session".to_owned(), |row| name(row, wide, &dot));
    let title = text::fit(&title, room, theme);
    let line = Line::from(vec![
        Span::styled(session, theme.muted),
        Span::styled(text::pad(&title, room + 2), theme.title),
        Span::styled(right, theme.muted),
    ]);
    put(frame, area, line);
}

/// Says how far the coder has come.
fn labelled(app: &App, progress: &Progress, wide: bool) -> Vec<String> {
    let turn = match progress.turn {
        Some(turn) => format!("pushback turn {turn} of {}", progress.turns),
        None => format!("{} pushback turns", progress.turns),
    };
    let share = match progress.candidates {
        0 => String::new(),
        all => format!(" {:.0} %", progress.decided as f64 * 100.0 / all as f64),
    };
    let decided = format!(
        "{}/{} decided{share}",
        progress.decided, progress.candidates
    );
    let left = progress
        .left
        .filter(|left| *left > 0.0)
        .map(|left| format!("{} left", duration(left)));
    let coder = wide.then(|| app.coder.clone());
    [Some(turn), Some(decided), left, coder]
        .into_iter()
        .flatten()
        .collect()
}

/// Says how far the adjudicator has come.
fn settled(work: &Adjudication) -> String {
    let done = work.done.iter().filter(|done| **done).count();
    format!("{done} of {} differences settled", work.queue.len())
}

/// Gives what a session is called, with its agent where there is room.
pub(super) fn name(row: &SessionRow, wide: bool, dot: &str) -> String {
    let title = if row.title.trim().is_empty() {
        row.key.as_str()
    } else {
        row.title.trim()
    };
    if !wide {
        return title.to_owned();
    }
    let surface = row
        .surface
        .map(|surface| format!(" {}", Surface::name(surface)))
        .unwrap_or_default();
    format!("{title}{dot}{}{surface}", row.agent)
}
