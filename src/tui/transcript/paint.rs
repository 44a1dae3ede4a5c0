//! Colours one row. Asked for visible rows only, so it looks at little more than the row.

use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::Line;

use crate::model::{Role, Turn};
use crate::tui::theme::Theme;

use super::brush::{Brush, Ink};
use super::table::{self, Column};
use super::{Highlight, Layout, Look, Row, code, heads, inline, markdown, rows, wrap};

/// How far around a row its line is looked at, in bytes. Further on a line has no colours of its own.
const REACH: usize = 4096;

/// Gives a row as it is drawn, in at most `width` columns.
pub(crate) fn paint(
    turn: &Turn,
    row: &Row,
    layout: &Layout,
    highlights: &[Highlight],
    theme: &Theme,
    width: u16,
) -> Line<'static> {
    let mut brush = Brush::new(theme, width);
    let base = base_style(row.look, theme);
    let ink = Ink::new(base, highlights, &(row.start..row.end));
    Painter {
        turn,
        row,
        layout,
        theme,
    }
    .paint(&mut brush, ink);
    brush.finish()
}

fn base_style(look: Look, theme: &Theme) -> Style {
    match look {
        Look::Heading => theme.heading,
        Look::Quote => theme.quote,
        Look::Thinking => theme.thinking,
        Look::FenceOpen | Look::FenceClose | Look::More { .. } | Look::Absent => theme.muted,
        _ => theme.text,
    }
}

struct Painter<'p> {
    turn: &'p Turn,
    row: &'p Row,
    layout: &'p Layout,
    theme: &'p Theme,
}

impl Painter<'_> {
    fn paint(&self, brush: &mut Brush<'_>, ink: Ink<'_>) {
        let glyphs = &self.theme.glyphs;
        match self.row.look {
            Look::Text | Look::Heading | Look::Item | Look::Quote => self.words(brush, ink),
            Look::Rule => {
                let style =
                    ink.highlighted(self.theme.muted, self.row.start..self.row.end, self.theme);
                brush.put_repeated(glyphs.horizontal, brush.left(), style);
            }
            Look::FenceOpen => self.framed(brush, glyphs.top_left, ink),
            Look::FenceClose => self.framed(brush, glyphs.bottom_left, ink),
            Look::Code(_) | Look::Body(_) | Look::Thinking => self.framed(brush, glyphs.edge, ink),
            Look::Table(number) => self.table(brush, number, ink),
            Look::TableRule(number) => self.table_rule(brush, number),
            Look::Head { open, lines } => self.head(brush, (open, lines), &ink),
            Look::Divider => {
                brush.put(glyphs.tee_right, self.theme.muted);
                brush.put(glyphs.horizontal, self.theme.muted);
                brush.put(" output", self.theme.muted);
            }
            Look::More { lines } => self.more(brush, lines, &ink),
            Look::Event(index) => {
                if let Some(event) = self.turn.events.get(index as usize) {
                    heads::event(brush, event, self.turn.role, self.theme);
                }
            }
            Look::Absent => brush.put("(no words recorded)", self.theme.muted),
            Look::Gap => (),
        }
    }

    fn words(&self, brush: &mut Brush<'_>, mut ink: Ink<'_>) {
        let line = self.line();
        ink.runs = match self.turn.role {
            Role::Developer => inline::code_only(&self.turn.text[line.clone()], self.theme),
            Role::Agent => self.markdown(&self.turn.text[line.clone()]),
        };
        shift(&mut ink.runs, line.start);
        brush.skip(usize::from(self.row.hang));
        self.source(brush, &ink);
    }

    /// Gives the styles of a line of the agent's: its mark, and the emphasis in the rest.
    fn markdown(&self, line: &str) -> Vec<(Range<usize>, Style)> {
        let mark = match self.row.look {
            Look::Text => 0,
            _ => markdown::block(line).mark,
        };
        let style = match self.row.look {
            Look::Item => self.theme.tool,
            _ => self.theme.muted,
        };
        let mut runs = inline::emphasis(&line[mark..], self.theme);
        shift(&mut runs, mark);
        if mark > 0 {
            runs.insert(0, (0..mark, style));
        }
        runs
    }

    fn framed(&self, brush: &mut Brush<'_>, edge: &str, mut ink: Ink<'_>) {
        let edge = match self.row.hang {
            0 => edge,
            _ => self.theme.glyphs.edge,
        };
        brush.put(edge, self.theme.border);
        brush.skip(rows::EDGE - 1 + usize::from(self.row.hang));
        if let Look::Code(language) | Look::Body(language) = self.row.look {
            let line = self.line();
            ink.runs = code::colours(&self.turn.text[line.clone()], language, self.theme);
            shift(&mut ink.runs, line.start);
        }
        self.source(brush, &ink);
    }

    fn source(&self, brush: &mut Brush<'_>, ink: &Ink<'_>) {
        let Row { start, end, .. } = *self.row;
        if start < end {
            brush.source(&self.turn.text, start..end, ink);
        } else {
            // A selection that runs over a blank line leaves no hole.
            let style = ink.highlighted(Style::new(), start..start + 1, self.theme);
            if style != Style::new() {
                brush.put(" ", style);
            }
        }
    }

    fn head(&self, brush: &mut Brush<'_>, state: (bool, u32), ink: &Ink<'_>) {
        let part = self.row.part.and_then(|part| self.turn.parts.get(part));
        if let Some(part) = part {
            heads::head(brush, self.turn, part, state, (ink, self.theme));
        }
    }

    fn more(&self, brush: &mut Brush<'_>, lines: u32, ink: &Ink<'_>) {
        if self.turn.role == Role::Agent {
            brush.put(self.theme.glyphs.edge, self.theme.border);
            brush.skip(rows::EDGE - 1);
        }
        let style = ink.highlighted(ink.base, self.row.start..self.row.end, self.theme);
        heads::more(brush, lines, style, self.theme);
    }

    fn columns(&self, number: u32) -> &[Column] {
        self.layout
            .tables
            .get(number as usize)
            .map_or(&[], |table| &table.columns)
    }

    fn table(&self, brush: &mut Brush<'_>, number: u32, mut ink: Ink<'_>) {
        let line = self.row.start..self.row.end;
        let words = &self.turn.text[line.clone()];
        ink.runs = inline::emphasis(words, self.theme);
        shift(&mut ink.runs, line.start);
        if self.is_table_head() {
            ink.base = self.theme.strong;
        }
        let cells = table::cells(words);
        let bar = self.theme.glyphs.vertical;
        for (at, column) in self.columns(number).iter().enumerate() {
            let cell = cells.get(at).cloned().unwrap_or_default();
            let pad = column
                .width
                .saturating_sub(wrap::columns(&words[cell.clone()]));
            brush.put(bar, self.theme.border);
            brush.skip(1 + if column.is_right { pad } else { 0 });
            let own = line.start + cell.start..line.start + cell.end;
            brush.source(&self.turn.text, own, &ink);
            brush.skip(1 + if column.is_right { 0 } else { pad });
        }
        brush.put(bar, self.theme.border);
    }

    /// Tells whether the row after this one is the rule of a table.
    fn is_table_head(&self) -> bool {
        let after = self
            .layout
            .rows
            .partition_point(|row| row.start < self.row.end);
        matches!(self.layout.rows.get(after), Some(row) if matches!(row.look, Look::TableRule(_)))
    }

    fn table_rule(&self, brush: &mut Brush<'_>, number: u32) {
        let glyphs = &self.theme.glyphs;
        for (at, column) in self.columns(number).iter().enumerate() {
            let corner = if at == 0 {
                glyphs.tee_right
            } else {
                glyphs.crossing
            };
            brush.put(corner, self.theme.border);
            brush.put_repeated(glyphs.horizontal, column.width + 2, self.theme.border);
        }
        brush.put(glyphs.tee_left, self.theme.border);
    }

    /// Gives the line of the text that the row is a piece of. Where its beginning is out of reach, the line is
    /// taken to begin with the row.
    fn line(&self) -> Range<usize> {
        let text = &self.turn.text;
        let Row { start, end, .. } = *self.row;
        let from = (start.saturating_sub(REACH)..=start)
            .find(|&at| text.is_char_boundary(at))
            .unwrap_or(start);
        let begin = match text[from..start].rfind('\n') {
            Some(found) => from + found + 1,
            None if from == 0 => 0,
            None => start,
        };
        let to = (end..=text.len().min(end + REACH))
            .rev()
            .find(|&at| text.is_char_boundary(at))
            .unwrap_or(end);
        let stop = text[end..to].find('\n').map_or(to, |found| end + found);
        begin..stop
    }
}

fn shift(runs: &mut [(Range<usize>, Style)], by: usize) {
    for (range, _) in runs {
        *range = range.start + by..range.end + by;
    }
}
