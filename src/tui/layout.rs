//! Where the panes stand, from the size of the terminal alone.

use ratatui::layout::Rect;

use super::app::{App, Screen};

/// The smallest terminal on which everything can be reached.
pub(super) const SMALLEST: (u16, u16) = (60, 16);

/// Tells whether a terminal shows too little to work on: it shows only how large it has to be.
pub(super) fn too_small((width, height): (u16, u16)) -> bool {
    width < SMALLEST.0 || height < SMALLEST.1
}

/// From this width on the form stands beside the transcript.
const WIDE: u16 = 100;
/// From this width on the codebook has a column of its own.
const BROAD: u16 = 170;

/// The panes of the reading screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Panes {
    /// Session and progress, one row.
    pub(super) header: Rect,
    /// The instruction that the turn pushes back against.
    pub(super) pinned: Rect,
    /// The transcript.
    pub(super) transcript: Rect,
    /// The form.
    pub(super) form: Rect,
    /// The codebook; empty where there is no room beside the form.
    pub(super) codebook: Rect,
    /// What the coder should know, one row.
    pub(super) status: Rect,
    /// The keys, one row.
    pub(super) footer: Rect,
}

impl Panes {
    /// Gives the panes for the terminal's size and what is shown.
    pub(super) fn of(app: &App) -> Panes {
        let (width, height) = app.size;
        let row = |y: u16| Rect::new(0, y.min(height.saturating_sub(1)), width, 1);
        let body = Rect::new(0, 1, width, height.saturating_sub(3));
        let bars = Panes {
            header: row(0),
            status: row(height.saturating_sub(2)),
            footer: row(height.saturating_sub(1)),
            ..Panes::default()
        };
        if width >= BROAD {
            broad(bars, body, app)
        } else if width >= WIDE {
            wide(bars, body, app)
        } else {
            narrow(bars, body, app)
        }
    }

    /// Tells whether the form stands beside the transcript.
    pub(super) fn is_wide(&self) -> bool {
        self.form.x > 0
    }
}

/// Blank columns between the transcript and the pane beside it.
const MARGIN: u16 = 1;

/// Transcript, form and codebook side by side.
fn broad(bars: Panes, body: Rect, app: &App) -> Panes {
    let codebook = (body.width / 3).min(76);
    let form = 50;
    let left = body.width - codebook - form;
    Panes {
        form: Rect {
            x: left,
            width: form,
            ..body
        },
        codebook: Rect {
            x: left + form,
            width: codebook,
            ..body
        },
        ..left_of(left, bars, body, app)
    }
}

/// The transcript on the left, form and codebook on the right, one above the other.
fn wide(bars: Panes, body: Rect, app: &App) -> Panes {
    let side = (body.width * 2 / 5).clamp(44, 56);
    let left = body.width - side;
    let form = form_rows(app).min(body.height * 3 / 5);
    Panes {
        form: Rect {
            x: left,
            width: side,
            height: form,
            ..body
        },
        codebook: Rect {
            x: left,
            y: body.y + form,
            width: side,
            height: body.height - form,
        },
        ..left_of(left, bars, body, app)
    }
}

/// The transcript on the left of a column.
fn left_of(column: u16, bars: Panes, body: Rect, app: &App) -> Panes {
    let width = column - MARGIN;
    reading(bars, Rect { width, ..body }, app)
}

/// The transcript above the form.
fn narrow(bars: Panes, body: Rect, app: &App) -> Panes {
    let form = if body.height >= 20 { 8 } else { 7 }.min(body.height / 2);
    let reading_height = body.height - form;
    Panes {
        form: Rect {
            y: body.y + reading_height,
            height: form,
            ..body
        },
        ..reading(
            bars,
            Rect {
                height: reading_height,
                ..body
            },
            app,
        )
    }
}

/// The pinned instruction above the transcript.
fn reading(bars: Panes, area: Rect, app: &App) -> Panes {
    let pinned = if app.pinned_open {
        (area.height / 2).max(1)
    } else {
        1 + u16::from(area.height > 24)
    };
    let pinned = pinned.min(area.height.saturating_sub(3));
    Panes {
        pinned: Rect {
            height: pinned,
            ..area
        },
        transcript: Rect {
            y: area.y + pinned,
            height: area.height - pinned,
            ..area
        },
        ..bars
    }
}

/// How many rows the form wants beside the transcript: its fields, and the longest question, so that nothing
/// jumps while the coder walks through it.
fn form_rows(app: &App) -> u16 {
    let codes = app
        .codebook
        .fields()
        .map(|field| field.codes.len())
        .max()
        .unwrap_or(0);
    let reasons = if matches!(app.screen, Screen::Reason(_)) {
        app.codebook.reasons.len()
    } else {
        0
    };
    let fields = app.codebook.fields().count();
    u16::try_from(fields + codes.max(reasons) + 9).unwrap_or(u16::MAX)
}
