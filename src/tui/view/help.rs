//! The help: every key, from the table of keys.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{put, row_of, text, title};
use crate::model::Codebook;
use crate::tui::app::App;
use crate::tui::keys::Mode;

/// Draws the help from a row on.
pub(super) fn draw(app: &App, first: usize, area: Rect, frame: &mut Frame) {
    let theme = &app.theme;
    title(app, area, "Keys", frame);
    let rows = rows(app);
    let room = usize::from(area.height).saturating_sub(1);
    let first = first.min(rows.len().saturating_sub(room));
    for (row, help) in rows.into_iter().skip(first).take(room).enumerate() {
        let line = match help {
            Row::Title(words) => Line::styled(format!("  {words}"), theme.heading),
            Row::Key(key, words) => Line::from(vec![
                Span::styled(format!("  {key:<KEYS$}"), theme.key),
                Span::styled(words, theme.text),
            ]),
        };
        put(frame, row_of(area, row + 1), line);
    }
}

/// Columns for the names of the keys.
const KEYS: usize = 17;

/// One row of the help.
pub(crate) enum Row {
    /// What the keys below are for; empty between two groups.
    Title(String),
    /// Names of keys, and what they do. A sentence that goes on from the row before has no names.
    Key(String, String),
}

/// Gives the rows of the help for the width of the terminal.
pub(crate) fn rows(app: &App) -> Vec<Row> {
    let width = usize::from(app.size.0).saturating_sub(KEYS + 3);
    let mut rows = Vec::new();
    let mut modes = Mode::ALL;
    // Those of settling come first where they are the ones that count.
    modes.sort_by_key(|mode| !matches!(mode, Mode::Settle | Mode::Difference));
    let modes = if app.adjudication.is_some() {
        modes
    } else {
        Mode::ALL
    };
    for mode in modes.into_iter().filter(|mode| is_in_use(*mode, app)) {
        if !rows.is_empty() {
            rows.push(Row::Title(String::new()));
        }
        rows.push(Row::Title(mode.title().to_owned()));
        if matches!(mode, Mode::Read | Mode::Settle) {
            let digits = digits(&app.codebook).into_iter();
            rows.extend(digits.flat_map(|(names, words)| wrapped(names, &words, width)));
        }
        let bindings = app.keys.rows(mode);
        rows.extend(bindings.flat_map(|(names, own)| wrapped(names, own.help, width)));
    }
    rows
}

/// Breaks what keys do into as many rows as it takes.
fn wrapped(names: String, words: &str, width: usize) -> impl Iterator<Item = Row> + use<> {
    let names = std::iter::once(names).chain(std::iter::repeat(String::new()));
    let words = text::wrap(words, width);
    names
        .zip(words)
        .map(|(names, words)| Row::Key(names, words))
}

/// Tells whether a mode can be reached: labelling and settling have their own.
fn is_in_use(mode: Mode, app: &App) -> bool {
    match mode {
        Mode::Read | Mode::Extra => app.adjudication.is_none(),
        Mode::Settle | Mode::Difference => app.adjudication.is_some(),
        _ => true,
    }
}

/// Says what the digits do with this codebook.
fn digits(codebook: &Codebook) -> Vec<(String, String)> {
    let fields = codebook.fields().filter(|field| !field.asked_with_parent);
    fields
        .map(|field| {
            let child = codebook.asked_with(field);
            let offered = field
                .codes
                .iter()
                .chain(child.iter().flat_map(|child| &child.codes));
            let mut keys: Vec<char> = offered.map(|code| code.key).collect();
            keys.sort_unstable();
            keys.dedup();
            let range = match (keys.first(), keys.last()) {
                (Some(first), Some(last)) => format!("{first}-{last}"),
                _ => String::new(),
            };
            let attribute = field
                .attribute
                .as_ref()
                .map(|own| format!(", then {}", own.name.to_lowercase()));
            let with = child.map(|child| format!(" and {}", child.name.to_lowercase()));
            let what = [Some(field.name.clone()), with, attribute];
            (range, what.into_iter().flatten().collect())
        })
        .collect()
}
