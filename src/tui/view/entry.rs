//! A text that is being written.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{put, row_of, set_cursor, text};
use crate::model::printable;
use crate::tui::app::{App, TextEntry};

/// Draws a text that is being written, with the terminal's cursor in it.
pub(super) fn draw(app: &App, entry: &TextEntry, area: Rect, frame: &mut Frame) {
    let theme = &app.theme;
    let width = usize::from(area.width).saturating_sub(2).max(4);
    put(
        frame,
        row_of(area, 0),
        Line::styled(text::fit(&entry.prompt, width, theme), theme.heading),
    );
    let (rows, at) = entry_rows(entry, width);
    let room = usize::from(area.height).saturating_sub(1).max(1);
    let first = at.0.saturating_sub(room - 1);
    for (row, words) in rows.iter().skip(first).take(room).enumerate() {
        let sign = if first + row == 0 {
            theme.glyphs.cursor
        } else {
            " "
        };
        let spans = vec![
            Span::styled(format!("{sign} "), theme.focus),
            Span::styled(words.clone(), Style::default()),
        ];
        put(frame, row_of(area, 1 + row), Line::from(spans));
    }
    set_cursor(frame, row_of(area, 1 + at.0 - first), 2 + at.1);
}

/// Gives the rows of a text that is being written, and row and column of its cursor.
fn entry_rows(entry: &TextEntry, width: usize) -> (Vec<String>, (usize, usize)) {
    let mut rows = vec![String::new()];
    let mut at = (0, 0);
    for (place, letter) in entry.text.char_indices().chain([(entry.text.len(), ' ')]) {
        let shown = printable(letter.encode_utf8(&mut [0; 4])).into_owned();
        let last = rows.len() - 1;
        let mut column = text::columns(&rows[last]);
        if column + text::columns(&shown) > width {
            rows.push(String::new());
            column = 0;
        }
        if place == entry.cursor {
            at = (rows.len() - 1, column);
        }
        let last = rows.len() - 1;
        if letter == '\n' {
            rows.push(String::new());
        } else if place < entry.text.len() {
            rows[last].push_str(&shown);
        }
    }
    (rows, at)
}
