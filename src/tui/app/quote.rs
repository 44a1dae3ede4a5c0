//! Selecting a quotation with the keyboard.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::{App, Effect, Screen, Spot};
use crate::tui::keys::Action;
use crate::tui::transcript::{Layout, Row};

/// A selection in the text of one turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct Selection {
    /// Place of the turn among all turns, from 0.
    pub(in crate::tui) position: usize,
    /// Where it began, in bytes of the turn's text.
    anchor: usize,
    /// Where the cursor is.
    head: usize,
}

impl Selection {
    /// Gives the bytes that are selected.
    pub(in crate::tui) fn range(&self) -> Range<usize> {
        self.anchor.min(self.head)..self.anchor.max(self.head)
    }
}

impl App {
    /// Begins a selection with the row under the cursor; on the head of a turn, with the turn's first words.
    pub(super) fn begin_quote(&mut self) -> Option<Effect> {
        let spot = self.first_words(self.reader.cursor);
        let Some(row) = self.reader.row(spot).filter(|row| row.end > row.start) else {
            return self.refuse("put the cursor on a line of text first");
        };
        if row.is_folded() {
            let fold = self.key(Action::Fold);
            return self.refuse(format!(
                "{fold} unfolds this; what is folded cannot be quoted"
            ));
        }
        self.reader.cursor = spot;
        self.screen = Screen::Quote(Selection {
            position: spot.turn,
            anchor: row.start,
            head: row.end,
        });
        None
    }

    fn first_words(&self, spot: Spot) -> Spot {
        let body = self.reader.body(spot.turn).filter(|_| spot.row == 0);
        let quotable = |row: &Row| row.end > row.start && !row.is_folded();
        let first = body.and_then(|body| body.layout.rows.iter().position(quotable));
        Spot {
            row: first.map_or(spot.row, |first| first + 1),
            ..spot
        }
    }

    pub(super) fn act_quoting(&mut self, action: Action) -> Option<Effect> {
        let Screen::Quote(selection) = &self.screen else {
            return None;
        };
        let mut selection = selection.clone();
        match action {
            Action::Leave => {
                self.screen = Screen::Read;
                return None;
            }
            Action::Enter => return self.quote_range(selection.position, selection.range()),
            Action::Anchor => selection.anchor = selection.head,
            _ => {
                let head = self.moved(&selection, action)?;
                selection.head = head;
                self.follow(&selection);
            }
        }
        self.screen = Screen::Quote(selection);
        None
    }

    fn moved(&self, selection: &Selection, action: Action) -> Option<usize> {
        let body = self.reader.body(selection.position)?;
        let (text, head) = (body.turn.text.as_str(), selection.head);
        let line = text[..head].rfind('\n').map_or(0, |end| end + 1);
        let line_end = text[head..].find('\n').map_or(text.len(), |end| head + end);
        Some(match action {
            Action::Left => text[..head]
                .grapheme_indices(true)
                .next_back()
                .map_or(0, |(at, _)| at),
            Action::Right => text[head..]
                .graphemes(true)
                .next()
                .map_or(head, |glyph| head + glyph.len()),
            Action::WordRight => {
                let rest = &text[head..];
                rest.unicode_word_indices()
                    .map(|(at, word)| head + at + word.len())
                    .next()
                    .unwrap_or(text.len())
            }
            Action::WordLeft => text[..head]
                .unicode_word_indices()
                .next_back()
                .map_or(0, |(at, _)| at),
            Action::LineStart => line,
            Action::LineEnd => line_end,
            Action::Top => 0,
            Action::Bottom => text.len(),
            Action::Down | Action::Up | Action::PageDown | Action::PageUp => {
                self.moved_by_rows(selection, action)?
            }
            _ => return None,
        })
    }

    /// Moves by rows of the screen: to the end of a row when going on, to its beginning when going back.
    fn moved_by_rows(&self, selection: &Selection, action: Action) -> Option<usize> {
        let body = self.reader.body(selection.position)?;
        let rows = &body.layout.rows;
        let step = if matches!(action, Action::PageDown | Action::PageUp) {
            self.reader.page()
        } else {
            1
        };
        let at = row_of_head(&body.layout, selection);
        let target = |row: &Row| {
            if selection.anchor <= row.start {
                row.end
            } else {
                row.start
            }
        };
        // Rows without any text of the turn's are no steps.
        let found = if matches!(action, Action::Down | Action::PageDown) {
            let next = (at + step).min(rows.len().checked_sub(1)?);
            let mut targets = rows[next..].iter().map(target);
            targets.find(|to| *to > selection.head)
        } else {
            let next = at.saturating_sub(step);
            let mut targets = rows.get(..=next)?.iter().rev().map(target);
            targets.find(|to| *to < selection.head)
        };
        found.or(Some(selection.head))
    }

    /// Keeps the end of the selection on the screen.
    fn follow(&mut self, selection: &Selection) {
        let Some(body) = self.reader.body(selection.position) else {
            return;
        };
        let row = row_of_head(&body.layout, selection) + 1;
        self.reader.cursor = Spot {
            turn: selection.position,
            row,
        };
    }
}

/// Gives the row in which the moving end of a selection stands. Where a line wraps, the end of one row is also the
/// beginning of the next.
fn row_of_head(layout: &Layout, selection: &Selection) -> usize {
    let row = layout.row_at(selection.head);
    let before = row
        .checked_sub(1)
        .filter(|before| layout.rows[*before].end == selection.head);
    before
        .filter(|_| selection.head > selection.anchor)
        .unwrap_or(row)
}
