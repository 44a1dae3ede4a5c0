//! Writes one row: every glyph made printable, nothing beyond the width.

use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::model::{Glyph, glyphs};
use crate::tui::theme::Theme;

use super::{Highlight, HighlightKind, wrap};

/// A row that is being written from the left.
pub(super) struct Brush<'t> {
    theme: &'t Theme,
    spans: Vec<Span<'static>>,
    pending: String,
    style: Style,
    /// Columns that are still free.
    left: usize,
}

impl<'t> Brush<'t> {
    /// Begins a row of `width` columns.
    pub(super) fn new(theme: &'t Theme, width: u16) -> Brush<'t> {
        Brush {
            theme,
            spans: Vec::new(),
            pending: String::new(),
            style: Style::new(),
            left: usize::from(width),
        }
    }

    /// Gives the columns that are still free.
    pub(super) fn left(&self) -> usize {
        self.left
    }

    /// Writes words of the program's own or a short text from a transcript, as far as there is room.
    pub(super) fn put(&mut self, text: &str, style: Style) {
        let begun = self.left;
        for glyph in glyphs(text) {
            let column = begun - self.left;
            if !self.glyph(&glyph, column, style) {
                break;
            }
        }
    }

    /// Writes a text in at most `room` columns; where it is longer, an ellipsis ends it.
    pub(super) fn put_cut(&mut self, text: &str, room: usize, style: Style) {
        let room = room.min(self.left);
        let (mut column, mut kept, mut at) = (0, 0, 0);
        for glyph in glyphs(text) {
            column += wrap::columns_at(&glyph, column);
            at += glyph.source.len();
            if column < room {
                kept = at;
            }
            if column > room {
                self.put(&text[..kept], style);
                if room > 0 {
                    self.put(self.theme.glyphs.ellipsis, style);
                }
                return;
            }
        }
        self.put(text, style);
    }

    /// Leaves columns blank.
    pub(super) fn skip(&mut self, columns: usize) {
        self.put_repeated(" ", columns, Style::new());
    }

    /// Writes a glyph of one column again and again.
    pub(super) fn put_repeated(&mut self, glyph: &str, columns: usize, style: Style) {
        let columns = columns.min(self.left);
        self.append(&glyph.repeat(columns), columns, style);
    }

    /// Writes a piece of a turn's text with what lies over it.
    pub(super) fn source(&mut self, text: &str, range: Range<usize>, ink: &Ink<'_>) {
        let begun = self.left;
        let mut at = range.start;
        let mut run = 0;
        for glyph in glyphs(&text[range]) {
            let end = at + glyph.source.len();
            while ink.runs.get(run).is_some_and(|(own, _)| own.end <= at) {
                run += 1;
            }
            let mut style = ink.base;
            if let Some((_, own)) = ink.runs.get(run).filter(|(own, _)| own.start <= at) {
                style = style.patch(*own);
            }
            if glyph.is_sign() {
                style = style.patch(self.sign_style(&glyph));
            }
            let style = ink.highlighted(style, at..end, self.theme);
            if !self.glyph(&glyph, begun - self.left, style) {
                break;
            }
            at = end;
        }
    }

    /// The pictures of control characters stand back; a mark that turns or hides words is to be noticed.
    fn sign_style(&self, glyph: &Glyph<'_>) -> Style {
        if glyph.columns() == 1 {
            self.theme.muted
        } else {
            self.theme.warning
        }
    }

    /// Writes a glyph, and tells whether there was room.
    fn glyph(&mut self, glyph: &Glyph<'_>, column: usize, style: Style) -> bool {
        let columns = wrap::columns_at(glyph, column);
        match glyph.source {
            "\t" => self.put_repeated(" ", columns, style),
            "\n" => self.put_repeated(" ", 1, style),
            _ if columns <= self.left => self.append(&glyph.shown(), columns, style),
            _ => {
                // The sign of a hidden character is plain text, and a piece of it is better than none.
                let shown = glyph.shown();
                let sign = shown.get(..self.left).filter(|_| glyph.is_sign());
                let sign = sign.unwrap_or_default().to_owned();
                self.append(&sign, sign.len(), style);
                return false;
            }
        }
        true
    }

    fn append(&mut self, text: &str, columns: usize, style: Style) {
        if style != self.style {
            self.flush();
            self.style = style;
        }
        self.pending.push_str(text);
        self.left = self.left.saturating_sub(columns);
    }

    fn flush(&mut self) {
        if !self.pending.is_empty() {
            let text = std::mem::take(&mut self.pending);
            self.spans.push(Span::styled(text, self.style));
        }
    }

    /// Ends the row.
    pub(super) fn finish(mut self) -> Line<'static> {
        self.flush();
        Line::from(self.spans)
    }
}

/// The styles of a row's text.
pub(super) struct Ink<'h> {
    /// Under everything.
    pub(super) base: Style,
    /// Over the base; in bytes of the turn's text, ascending, apart from each other.
    pub(super) runs: Vec<(Range<usize>, Style)>,
    /// Over both, the lowest kind first.
    highlights: Vec<&'h Highlight>,
}

impl<'h> Ink<'h> {
    /// Picks the highlights that touch a row.
    pub(super) fn new(base: Style, highlights: &'h [Highlight], row: &Range<usize>) -> Ink<'h> {
        let mut highlights: Vec<&Highlight> = highlights
            .iter()
            .filter(|own| own.range.start < row.end.max(row.start + 1) && own.range.end > row.start)
            .collect();
        highlights.sort_by_key(|own| own.kind);
        Ink {
            base,
            runs: Vec::new(),
            highlights,
        }
    }

    /// Gives the style of what is shown of some bytes.
    pub(super) fn highlighted(&self, style: Style, bytes: Range<usize>, theme: &Theme) -> Style {
        self.highlights
            .iter()
            .filter(|own| own.range.start < bytes.end && own.range.end > bytes.start)
            .fold(style, |style, own| style.patch(own.kind.style(theme)))
    }
}

impl HighlightKind {
    fn style(self, theme: &Theme) -> Style {
        match self {
            HighlightKind::Secret => theme.secret,
            HighlightKind::Cue => theme.cue,
            HighlightKind::Evidence => theme.evidence,
            HighlightKind::Search => theme.search,
            HighlightKind::Selection => theme.selection,
        }
    }
}
