//! The transcript as it is read: which turns are loaded, which row is on top, where the row cursor is.
//!
//! Turns are loaded and laid out only when they come near the screen, so that the length of a session costs
//! nothing. Places are a turn and a row of it: row 0 is the turn's head, then its layout's rows, then a blank.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::detect::Secrets;
use crate::model::Turn;
use crate::tui::transcript::{Folds, Highlight, Layout, Row, lay_out};

/// Columns left of the text: a mark and a blank.
pub(in crate::tui) const GUTTER: u16 = 2;
/// How many turns are loaded at once.
const AT_ONCE: usize = 4;
/// How much text stays loaded; what is far from the cursor goes first.
const KEPT_BYTES: usize = 32 << 20;
/// How many turns stay loaded at least around the cursor.
const KEPT_TURNS: usize = 8;

/// A row of the transcript.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::tui) struct Spot {
    /// Place of the turn among all turns, from 0.
    pub(in crate::tui) turn: usize,
    /// Row of the turn, from 0.
    pub(in crate::tui) row: usize,
}

/// A turn that is loaded.
pub(in crate::tui) struct Body {
    /// The turn.
    pub(in crate::tui) turn: Turn,
    /// What is unfolded.
    pub(in crate::tui) folds: Folds,
    /// Its rows.
    pub(in crate::tui) layout: Layout,
    /// What stands out in it.
    pub(in crate::tui) highlights: Vec<Highlight>,
    /// What looks like a key in it: bytes of the text, and what it looks like.
    pub(in crate::tui) secrets: Vec<(Range<usize>, String)>,
    width: u16,
}

impl Body {
    /// Counts the rows: head, text, blank.
    fn rows(&self) -> usize {
        self.layout.rows.len() + 2
    }

    /// Gives what looks like a key in a row of text, folded text too.
    pub(in crate::tui) fn secrets_in(&self, row: &Row) -> impl Iterator<Item = &str> {
        let bytes = row.start..row.end;
        let own = self.secrets.iter();
        own.filter(move |(range, _)| range.start < bytes.end && range.end > bytes.start)
            .map(|(_, name)| name.as_str())
    }
}

/// The transcript as it is read.
#[derive(Default)]
pub(in crate::tui) struct Reader {
    /// The turns that are loaded, by place.
    pub(in crate::tui) bodies: BTreeMap<usize, Body>,
    /// The first row on the screen.
    pub(in crate::tui) top: Spot,
    /// The row under the cursor.
    pub(in crate::tui) cursor: Spot,
    turns: usize,
    height: usize,
    reveal: Option<(usize, Option<usize>)>,
    /// Rows that the cursor has still to move, down or (negative) up, when the turn that it has reached is loaded.
    owed: isize,
}

impl Reader {
    /// Forgets everything: another session is opened.
    pub(super) fn clear(&mut self) {
        *self = Reader {
            height: self.height,
            ..Reader::default()
        };
    }

    /// Shows a turn, with as much of what comes before it as fits; the cursor goes to its head.
    pub(super) fn reveal(&mut self, turn: usize) {
        (self.reveal, self.owed) = (Some((turn, None)), 0);
    }

    /// Shows the row of a turn that has a byte of its text.
    pub(super) fn reveal_byte(&mut self, turn: usize, byte: usize) {
        (self.reveal, self.owed) = (Some((turn, Some(byte))), 0);
    }

    /// Gives a loaded turn.
    pub(in crate::tui) fn body(&self, turn: usize) -> Option<&Body> {
        self.bodies.get(&turn)
    }

    /// Gives the row of text at a spot; `None` for heads and blanks.
    pub(super) fn row(&self, spot: Spot) -> Option<Row> {
        self.body(spot.turn)?
            .layout
            .rows
            .get(spot.row.checked_sub(1)?)
            .copied()
    }

    /// Gives how many rows a page moves by: two rows of the page before stay in sight.
    pub(super) fn page(&self) -> usize {
        self.height.saturating_sub(2).max(1)
    }

    pub(super) fn down(&mut self, rows: usize) {
        self.owed = isize::try_from(rows).unwrap_or(isize::MAX);
        self.pay();
    }

    pub(super) fn up(&mut self, rows: usize) {
        self.owed = -isize::try_from(rows).unwrap_or(isize::MAX);
        self.pay();
    }

    /// Moves the cursor as far as the turns are loaded; the rest is moved when they are.
    fn pay(&mut self) {
        while self.owed != 0 {
            let Ok(rows) = self.rows(self.cursor.turn) else {
                return;
            };
            self.cursor.row = self.cursor.row.min(rows - 1);
            let next = if self.owed > 0 {
                self.after(self.cursor)
            } else {
                self.before(self.cursor)
            };
            match next {
                Some(next) => self.cursor = next,
                None => self.owed = 0,
            }
            self.owed -= self.owed.signum();
        }
    }

    /// Goes to the head of a turn.
    pub(super) fn go(&mut self, turn: usize) {
        (self.cursor, self.top) = (Spot { turn, row: 0 }, Spot { turn, row: 0 });
    }

    /// Goes to the last row of the last turn.
    pub(super) fn go_to_end(&mut self) {
        // How many rows it has is known only when it is loaded: settling stops there.
        self.cursor = Spot {
            turn: self.turns.saturating_sub(1),
            row: usize::MAX,
        };
    }

    /// Unfolds or folds what is under the cursor; tells whether anything changed.
    pub(super) fn toggle_fold(&mut self) -> bool {
        let Spot { turn, row } = self.cursor;
        let Some(body) = self.bodies.get_mut(&turn) else {
            return false;
        };
        let Some(row) = row.checked_sub(1) else {
            return false;
        };
        let part = body.layout.part_at(row);
        if !body.folds.toggle_at(&body.layout, row) {
            return false;
        }
        body.layout = lay_out(&body.turn, &body.folds, body.width);
        // The cursor stays on the part, at its first row.
        if let Some(first) = part.and_then(|part| {
            body.layout
                .rows
                .iter()
                .position(|row| row.part == Some(part))
        }) && first < row
        {
            self.cursor.row = first + 1;
        }
        true
    }

    /// Unfolds everything in the turn under the cursor, or folds it.
    pub(super) fn toggle_all(&mut self) {
        let Some(body) = self.bodies.get_mut(&self.cursor.turn) else {
            return;
        };
        if body.folds == Folds::default() {
            body.folds.open_all();
        } else {
            body.folds.close_all();
        }
        body.layout = lay_out(&body.turn, &body.folds, body.width);
    }

    /// Takes turns that were loaded.
    pub(super) fn loaded(&mut self, first: usize, turns: Vec<Turn>, secrets: &Secrets) {
        for (turn, position) in turns.into_iter().zip(first..) {
            let (folds, layout) = (Folds::default(), Layout::default());
            let secrets = keys_in(&turn, secrets);
            self.bodies.insert(
                position,
                Body {
                    turn,
                    folds,
                    layout,
                    highlights: Vec::new(),
                    secrets,
                    width: 0,
                },
            );
        }
    }

    /// Brings everything in order for a frame of this size, or says which turns must be loaded first.
    pub(super) fn prepare(
        &mut self,
        width: u16,
        height: u16,
        turns: usize,
    ) -> Option<Range<usize>> {
        (self.turns, self.height) = (turns, usize::from(height).max(1));
        if turns == 0 {
            return None;
        }
        // A width of 0 stands for what is not laid out yet.
        self.lay_out_near(width.saturating_sub(GUTTER).max(1));
        self.settle().err().map(|missing| self.batch(missing))
    }

    /// Gives the spots from the top row on, as many as fit.
    pub(in crate::tui) fn visible(&self) -> Vec<Spot> {
        let below = std::iter::successors(Some(self.top), |spot| self.after(*spot));
        below
            .take(self.height)
            .filter(|spot| spot.turn < self.turns)
            .collect()
    }

    /// Lays out what has another width. Places are kept by text, not by row, so that a resize keeps the reader's
    /// place.
    fn lay_out_near(&mut self, width: u16) {
        let mut kept = [self.top, self.cursor].map(|spot| (spot, None));
        for (spot, byte) in &mut kept {
            *byte = self.row(*spot).map(|row| row.start);
        }
        let mut moved = false;
        for body in self.bodies.values_mut().filter(|body| body.width != width) {
            moved |= body.width != 0;
            body.layout = lay_out(&body.turn, &body.folds, width);
            body.width = width;
        }
        if moved {
            let place =
                |(spot, byte): (Spot, Option<usize>)| match (byte, self.bodies.get(&spot.turn)) {
                    (Some(byte), Some(body)) => Spot {
                        row: body.layout.row_at(byte) + 1,
                        ..spot
                    },
                    _ => spot,
                };
            [self.top, self.cursor] = kept.map(place);
        }
    }

    /// Finds the top row for the cursor, and checks that the whole screen is loaded; else names a missing turn.
    fn settle(&mut self) -> Result<(), usize> {
        if let Some((turn, byte)) = self.reveal {
            self.settle_reveal(turn, byte)?;
            self.reveal = None;
        }
        self.cursor.turn = self.cursor.turn.min(self.turns - 1);
        self.pay();
        let rows = self.rows(self.cursor.turn)?;
        self.cursor.row = self.cursor.row.min(rows - 1);
        let margin = (self.height / 4).min(6);
        let highest = self.up_from(self.cursor, margin)?;
        let lowest = self.up_from(self.cursor, self.height.saturating_sub(1 + margin))?;
        self.top.turn = self.top.turn.min(self.turns - 1);
        self.top = self.top.clamp(lowest, highest);
        self.top.row = self.top.row.min(self.rows(self.top.turn)? - 1);
        let mut left = self.height;
        for turn in self.top.turn..self.turns {
            let skipped = if turn == self.top.turn {
                self.top.row
            } else {
                0
            };
            left = left.saturating_sub(self.rows(turn)? - skipped);
            if left == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Puts a turn on the screen: whole where it fits, with what the agent said before it above.
    fn settle_reveal(&mut self, turn: usize, byte: Option<usize>) -> Result<(), usize> {
        let turn = turn.min(self.turns - 1);
        let rows = self.rows(turn)?;
        let row = match (byte, self.bodies.get_mut(&turn)) {
            (Some(byte), Some(body)) => {
                let row = body.layout.row_at(byte);
                let hidden = body
                    .layout
                    .rows
                    .get(row)
                    .filter(|row| row.is_folded())
                    .and_then(|row| row.part);
                if let Some(part) = hidden {
                    body.folds.open_whole(part);
                    body.layout = lay_out(&body.turn, &body.folds, body.width);
                }
                body.layout.row_at(byte) + 1
            }
            _ => 0,
        };
        self.cursor = Spot { turn, row };
        let above = if byte.is_some() {
            self.height / 2
        } else {
            self.height.saturating_sub(rows).max(self.height / 3)
        };
        self.top = self.up_from(self.cursor, above)?;
        Ok(())
    }

    fn rows(&self, turn: usize) -> Result<usize, usize> {
        self.bodies
            .get(&turn)
            .filter(|body| body.width > 0)
            .map(Body::rows)
            .ok_or(turn)
    }

    fn up_from(&self, spot: Spot, rows: usize) -> Result<Spot, usize> {
        let (mut spot, mut left) = (spot, rows);
        while left > spot.row {
            let Some(turn) = spot.turn.checked_sub(1) else {
                return Ok(Spot { turn: 0, row: 0 });
            };
            left -= spot.row;
            spot = Spot {
                turn,
                row: self.rows(turn)?,
            };
        }
        spot.row -= left;
        Ok(spot)
    }

    fn after(&self, spot: Spot) -> Option<Spot> {
        match self.body(spot.turn) {
            Some(body) if spot.row + 1 < body.rows() => Some(Spot {
                row: spot.row + 1,
                ..spot
            }),
            _ if spot.turn + 1 < self.turns => Some(Spot {
                turn: spot.turn + 1,
                row: 0,
            }),
            _ => None,
        }
    }

    fn before(&self, spot: Spot) -> Option<Spot> {
        if let Some(row) = spot.row.checked_sub(1) {
            return Some(Spot { row, ..spot });
        }
        let turn = spot.turn.checked_sub(1)?;
        // The last row; how many there are shows when the turn is loaded.
        let row = self.rows(turn).map_or(usize::MAX, |rows| rows - 1);
        Some(Spot { turn, row })
    }

    /// Gives a few turns around a missing one, and makes room for them.
    fn batch(&mut self, missing: usize) -> Range<usize> {
        let bytes: usize = self.bodies.values().map(|body| body.turn.text.len()).sum();
        if bytes > KEPT_BYTES {
            let near = self.cursor.turn.saturating_sub(KEPT_TURNS)..=self.cursor.turn + KEPT_TURNS;
            let top = self.top.turn;
            self.bodies
                .retain(|turn, _| near.contains(turn) || (top..top + KEPT_TURNS).contains(turn));
        }
        let start = if missing < self.cursor.turn {
            missing.saturating_sub(AT_ONCE - 1)
        } else {
            missing
        };
        let start = (start..=missing)
            .find(|turn| !self.bodies.contains_key(turn))
            .unwrap_or(missing);
        let end = (start + AT_ONCE).min(self.turns);
        let end = (start + 1..end)
            .find(|turn| self.bodies.contains_key(turn))
            .unwrap_or(end);
        start..end
    }
}

/// Gives what opens something; an address in a transcript is too usual to stand out.
fn keys_in(turn: &Turn, secrets: &Secrets) -> Vec<(Range<usize>, String)> {
    let kind = |at: usize| &secrets.kinds()[at];
    let found = secrets.in_turn(turn).into_iter();
    let keys = found.filter(|own| !kind(own.kind).weak);
    keys.map(|own| (own.range, kind(own.kind).name.clone()))
        .collect()
}
