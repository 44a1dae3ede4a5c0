//! State to frame. Nothing here changes anything.

mod codebook;
mod entry;
mod footer;
mod form;
mod header;
mod help;
mod list;
mod question;
mod settle;
mod text;
mod transcript;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget};

use super::app::{App, Screen};
use super::layout::{Panes, SMALLEST, too_small};

pub(super) use codebook::extent as codebook_extent;
pub(super) use help::rows as help_rows;

/// Draws the whole screen.
pub(super) fn draw(app: &App, frame: &mut Frame) {
    let area = frame.area();
    if too_small((area.width, area.height)) {
        let (width, height) = SMALLEST;
        let words = format!(
            "pushback needs {width} columns and {height} rows; this is {} by {}",
            area.width, area.height
        );
        for (row, line) in text::wrap(&words, usize::from(area.width))
            .into_iter()
            .enumerate()
        {
            put(frame, row_of(area, row), Line::from(line));
        }
        return;
    }
    let panes = Panes::of(app);
    header::draw(app, panes.header, frame);
    match &app.screen {
        Screen::Help { first, .. } => help::draw(app, *first, full(area), frame),
        Screen::List(list) => list::draw(app, list, full(area), frame),
        Screen::Codebook { list, scroll } => {
            codebook::draw_full(app, (list, *scroll), full(area), frame);
        }
        _ => draw_reading(app, &panes, frame),
    }
    footer::draw_status(app, panes.status, frame);
    footer::draw(app, panes.footer, frame);
}

fn draw_reading(app: &App, panes: &Panes, frame: &mut Frame) {
    transcript::draw_pinned(app, panes.pinned, frame);
    transcript::draw(app, panes.transcript, frame);
    form::draw(app, panes, frame);
    if panes.codebook.height > 2 {
        codebook::draw_pane(app, panes.codebook, frame);
    }
}

/// The area between header and the two bottom rows.
fn full(area: Rect) -> Rect {
    Rect {
        y: 1,
        height: area.height.saturating_sub(3),
        ..area
    }
}

/// Gives one row of an area; an empty one past its end.
fn row_of(area: Rect, row: usize) -> Rect {
    let row = u16::try_from(row).unwrap_or(u16::MAX);
    if row >= area.height {
        Rect::default()
    } else {
        Rect {
            y: area.y + row,
            height: 1,
            ..area
        }
    }
}

/// Writes a line into one row.
fn put(frame: &mut Frame, area: Rect, line: Line) {
    if area.height > 0 && area.width > 0 {
        line.render(area, frame.buffer_mut());
    }
}

/// Clears an area: what stood there before must not shine through.
fn clear(frame: &mut Frame, area: Rect) {
    Clear.render(area, frame.buffer_mut());
}

/// Puts the terminal's cursor where the eyes should be, for screen readers and for typing.
fn set_cursor(frame: &mut Frame, area: Rect, column: usize) {
    let column = u16::try_from(column)
        .unwrap_or(u16::MAX)
        .min(area.width.saturating_sub(1));
    if area.height > 0 {
        frame.set_cursor_position(Position::new(area.x + column, area.y));
    }
}

/// Draws the title of a pane as a rule with words in it.
fn title(app: &App, area: Rect, words: &str, frame: &mut Frame) {
    let theme = &app.theme;
    let words = text::fit(words, usize::from(area.width).saturating_sub(6), theme);
    let left = usize::from(area.width).saturating_sub(text::columns(&words) + 4);
    let rule = theme.glyphs.horizontal;
    let line = Line::from(vec![
        Span::styled(rule.repeat(2), theme.border),
        Span::styled(format!(" {words} "), theme.title),
        Span::styled(rule.repeat(left), theme.border),
    ]);
    put(frame, row_of(area, 0), line);
}

/// Columns that the edge of a pane takes, with the blank behind it.
const EDGE: u16 = 2;

/// Draws the left edge of a pane that stands beside another, and gives the area right of it.
fn edge(app: &App, area: Rect, frame: &mut Frame) -> Rect {
    for row in 0..usize::from(area.height) {
        let edge = Rect {
            width: 1,
            ..row_of(area, row)
        };
        put(
            frame,
            edge,
            Line::styled(app.theme.glyphs.vertical, app.theme.border),
        );
    }
    Rect {
        x: area.x + EDGE,
        width: area.width.saturating_sub(EDGE),
        ..area
    }
}
