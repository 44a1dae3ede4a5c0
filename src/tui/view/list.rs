//! Lists: sessions, one's own decisions, search results.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{put, row_of, set_cursor, text, title};
use crate::model::SessionRow;
use crate::tui::app::{App, List, ListKind};

/// Draws a list with its chosen row in sight. Only visible rows are made.
pub(super) fn draw(app: &App, list: &List, area: Rect, frame: &mut Frame) {
    let count = list.len(app.sessions.len());
    let heading = match &list.kind {
        ListKind::Sessions => format!("sessions: {count}"),
        ListKind::Decisions(_) if app.adjudication.is_some() => {
            format!("differences with an answer: {count}")
        }
        ListKind::Decisions(_) => format!("decisions of {}: {count}", app.coder),
        ListKind::Hits(_) => format!("developer turns found: {count}"),
        ListKind::Codebook { .. } => String::new(),
    };
    title(app, area, &heading, frame);
    let rows = usize::from(area.height).saturating_sub(1);
    let first = list
        .at
        .saturating_sub(rows / 2)
        .min(count.saturating_sub(rows));
    for (row, at) in (first..count).take(rows).enumerate() {
        let line = line(app, list, at, usize::from(area.width));
        put(frame, row_of(area, row + 1), line);
        if at == list.at {
            set_cursor(frame, row_of(area, row + 1), 0);
        }
    }
}

fn line(app: &App, list: &List, at: usize, width: usize) -> Line<'static> {
    let theme = &app.theme;
    let chosen = at == list.at;
    let sign = if chosen { theme.glyphs.cursor } else { " " };
    let style = if chosen { theme.focus } else { theme.text };
    let (left, middle, right) = match &list.kind {
        ListKind::Sessions => app
            .sessions
            .get(at)
            .map(|row| session(app, at, row))
            .unwrap_or_default(),
        ListKind::Decisions(rows) => rows.get(at).map_or_else(Default::default, |row| {
            (
                place(app, &row.session, row.turn),
                row.codes.clone(),
                row.words.clone(),
            )
        }),
        ListKind::Hits(hits) => hits.get(at).map_or_else(Default::default, |hit| {
            (
                place(app, &hit.session, hit.turn),
                String::new(),
                hit.line.clone(),
            )
        }),
        ListKind::Codebook { .. } => Default::default(),
    };
    let (left_width, middle_width) = match &list.kind {
        ListKind::Sessions => (app.sessions.len().to_string().len() + 1, 22),
        ListKind::Hits(_) => (12, 0),
        _ => (12, width / 3),
    };
    let room = width.saturating_sub(2 + left_width + middle_width);
    Line::from(vec![
        Span::styled(format!("{sign} "), theme.focus),
        Span::styled(
            text::pad(&text::fit(&left, left_width - 1, theme), left_width),
            theme.muted,
        ),
        Span::styled(
            text::pad(
                &text::fit(&middle, middle_width.saturating_sub(1), theme),
                middle_width,
            ),
            theme.chosen,
        ),
        Span::styled(text::fit(&right, room, theme), style),
    ])
}

/// Number and progress of a session: a bar, counts, and what it is called.
fn session(app: &App, at: usize, row: &SessionRow) -> (String, String, String) {
    let glyphs = &app.theme.glyphs;
    let filled = if row.candidates == 0 {
        0
    } else {
        (row.decided * 8).div_ceil(row.candidates).min(8) as usize
    };
    let bar = format!(
        "{}{}",
        glyphs.filled.repeat(filled),
        glyphs.empty.repeat(8 - filled)
    );
    let check = if row.candidates > 0 && row.decided >= row.candidates {
        glyphs.check
    } else {
        " "
    };
    let counts = format!("{bar} {}/{} {check}", row.decided, row.candidates);
    let name = if row.title.trim().is_empty() {
        row.key.clone()
    } else {
        row.title.clone()
    };
    let name = format!(
        "{name} {} {}, {} turns",
        glyphs.dot, row.agent, row.developer_turns
    );
    ((at + 1).to_string(), counts, name)
}

fn place(app: &App, session: &str, turn: u32) -> String {
    let at = app.sessions.iter().position(|row| row.key == session);
    at.map_or_else(|| format!("D{turn}"), |at| format!("{} D{turn}", at + 1))
}
