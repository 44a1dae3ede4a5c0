//! Breaks a turn into rows.

use std::ops::Range;

use crate::model::{Part, PartKind, Role, Turn};

use super::lines::{BLANK, Line, line_at, lines_in};
use super::markdown::{self, Fence};
use super::table::{self, Table};
use super::{Folds, Language, Layout, Look, Row, paste, wrap};

/// Rows of a tool's input or output that are shown before the rest is left out.
pub(crate) const CUT: usize = 200;

/// Columns of the edge at the left of code and of opened parts.
pub(super) const EDGE: usize = 2;

/// Breaks a turn into rows of `width` columns. Takes time in proportion to what is open.
pub(crate) fn lay_out(turn: &Turn, folds: &Folds, width: u16) -> Layout {
    let mut writer = Writer::new(turn, folds, width);
    match turn.role {
        Role::Developer => writer.developer(),
        Role::Agent => writer.agent(),
    }
    writer.finish()
}

/// Writes the rows of one turn.
pub(super) struct Writer<'t> {
    turn: &'t Turn,
    pub(super) text: &'t str,
    pub(super) folds: &'t Folds,
    width: usize,
    pub(super) layout: Layout,
    /// The turn's events in order of place, and how many of them stand already.
    events: Vec<(usize, u32)>,
    told: usize,
    /// Middles of long pastes, and how many of them are past.
    pastes: Vec<Range<usize>>,
    past: usize,
}

impl<'t> Writer<'t> {
    fn new(turn: &'t Turn, folds: &'t Folds, width: u16) -> Writer<'t> {
        let mut events: Vec<(usize, u32)> =
            turn.events.iter().map(|event| event.at).zip(0..).collect();
        events.sort_unstable();
        Writer {
            turn,
            text: &turn.text,
            folds,
            width: usize::from(width).max(EDGE + 2),
            layout: Layout::default(),
            events,
            told: 0,
            pastes: Vec::new(),
            past: 0,
        }
    }

    fn developer(&mut self) {
        if self.text.trim_matches(BLANK).is_empty() {
            self.push(0..self.text.len(), Look::Absent, None, 0);
            return;
        }
        self.pastes = paste::middles(self.text);
        self.prose(0..self.text.len(), None);
    }

    fn agent(&mut self) {
        let mut at = 0;
        for (index, part) in self.turn.parts.iter().enumerate() {
            let start = self.boundary(part.start).max(at);
            let end = self.boundary(part.end).max(start);
            self.prose(at..start, None);
            self.part(index, part, start..end);
            at = end;
        }
        self.prose(at..self.text.len(), None);
    }

    fn part(&mut self, index: usize, part: &'t Part, range: Range<usize>) {
        match &part.kind {
            PartKind::Prose => self.prose(range, Some(index)),
            PartKind::Tool(tool) => self.tool(index, tool, range),
            PartKind::Thinking => self.folded(index, range, Look::Thinking),
            PartKind::Injected(_) => self.folded(index, range, Look::Body(Language::Plain)),
        }
    }

    /// Writes words; blank lines around them are left out.
    fn prose(&mut self, range: Range<usize>, part: Option<usize>) {
        let words = self.text[range.clone()].trim_end_matches(BLANK);
        let end = range.start + words.len();
        let blank = words.len() - words.trim_start_matches(BLANK).len();
        let first = words[..blank].rfind('\n').map_or(0, |at| at + 1);
        let mut at = range.start + first;
        if at >= end {
            return;
        }
        self.tell_events(at);
        self.gap(at);
        let mut fence = None;
        while at < end {
            at = match self.paste_at(at) {
                Some((number, paste)) if !self.folds.is_open(number) => {
                    let paste = at..paste.end.min(end);
                    let lines = lines_in(&self.text[paste.clone()]);
                    self.push(paste.clone(), Look::More { lines }, Some(number), 0);
                    paste.end
                }
                Some((number, _)) => self.prose_line(at..end, Some(number), &mut fence),
                None => self.prose_line(at..end, part, &mut fence),
            };
        }
    }

    /// Gives the paste middle at a byte, with its number.
    fn paste_at(&mut self, at: usize) -> Option<(usize, Range<usize>)> {
        while self
            .pastes
            .get(self.past)
            .is_some_and(|paste| paste.end <= at)
        {
            self.past += 1;
        }
        let paste = self.pastes.get(self.past)?;
        (paste.start <= at).then(|| (self.past, paste.clone()))
    }

    /// Writes one line of words, or a whole table, and gives the place after it.
    fn prose_line(
        &mut self,
        range: Range<usize>,
        part: Option<usize>,
        fence: &mut Option<Fence>,
    ) -> usize {
        let line = line_at(self.text, range.clone());
        let words = &self.text[line.start..line.end];
        let framed = |look| Frame::framed(look, part, words);
        let frame = match *fence {
            Some(open) if open.is_closed_by(words) => {
                *fence = None;
                framed(Look::FenceClose)
            }
            Some(open) => framed(Look::Code(open.language)),
            None => {
                *fence = Fence::opened_by(words);
                if fence.is_some() {
                    framed(Look::FenceOpen)
                } else if let Some(next) = self.table(line, range.end, part) {
                    return next;
                } else {
                    self.block(words, part)
                }
            }
        };
        self.line(line.start..line.end, frame, usize::MAX);
        line.next
    }

    fn block(&self, words: &str, part: Option<usize>) -> Frame {
        let block = markdown::block(words);
        let is_typed = self.turn.role == Role::Developer;
        let look = match block.look {
            // What a developer typed is shown as typed.
            Look::Rule | Look::Heading if is_typed => Look::Text,
            look => look,
        };
        Frame {
            look,
            part,
            edge: 0,
            hang: block.hang,
        }
    }

    /// Writes the table that begins with this line, if one does, and gives the place after it.
    fn table(&mut self, head: Line, end: usize, part: Option<usize>) -> Option<usize> {
        if self.turn.role == Role::Developer {
            return None;
        }
        let text = self.text;
        let words = |line: &Line| &text[line.start..line.end];
        let lines = table::lines(text, head, end)?;
        let measure = Table::measure(lines.iter().map(words), self.width);
        let number = u32::try_from(self.layout.tables.len()).ok()?;
        for (index, line) in lines.iter().enumerate() {
            let look = match index {
                1 => Look::TableRule(number),
                _ => Look::Table(number),
            };
            let range = line.start..line.end;
            if measure.is_some() {
                self.push(range, look, part, 0);
            } else {
                self.line(range, self.block(words(line), part), usize::MAX);
            }
        }
        self.layout.tables.extend(measure);
        lines.last().map(|line| line.next)
    }

    /// Writes one line as at most `most` rows, and gives the place that it reached.
    pub(super) fn line(&mut self, line: Range<usize>, frame: Frame, most: usize) -> usize {
        let room = self.width - frame.edge;
        // However deep a line is indented, half of the room is left for its words.
        let half = (room.saturating_sub(2) / 2).min(usize::from(u8::MAX));
        let hang = frame.hang.min(half);
        let mut reached = line.start;
        let (mut left, mut is_first) = (most, true);
        let text = self.text;
        wrap::wrap(&text[line.clone()], room, room - hang, &mut |range| {
            reached = line.start + range.end;
            let hang = if is_first { 0 } else { hang };
            self.push(
                line.start + range.start..reached,
                frame.look,
                frame.part,
                hang,
            );
            is_first = false;
            left -= 1;
            left > 0
        });
        reached
    }

    pub(super) fn push(
        &mut self,
        range: Range<usize>,
        look: Look,
        part: Option<usize>,
        hang: usize,
    ) {
        self.tell_events(range.start);
        self.layout.rows.push(Row {
            start: range.start,
            end: range.end,
            part,
            look,
            hang: u8::try_from(hang).unwrap_or(u8::MAX),
        });
    }

    /// Writes the events that happened before a place.
    pub(super) fn tell_events(&mut self, place: usize) {
        while let Some(&(at, index)) = self.events.get(self.told)
            && at <= place
        {
            self.told += 1;
            let reached = self.layout.rows.last().map_or(0, |row| row.end);
            let at = self.boundary(at).max(reached);
            if self
                .layout
                .rows
                .last()
                .is_some_and(|row| row.look.is_words())
            {
                self.gap(at);
            }
            self.layout.rows.push(Row {
                start: at,
                end: at,
                part: None,
                look: Look::Event(index),
                hang: 0,
            });
        }
    }

    /// Writes a blank row, unless there is one or nothing to part.
    pub(super) fn gap(&mut self, at: usize) {
        let is_blank =
            |row: &Row| row.look == Look::Gap || row.look.is_words() && row.start == row.end;
        if self.layout.rows.last().is_none_or(is_blank) {
            return;
        }
        self.layout.rows.push(Row {
            start: at,
            end: at,
            part: None,
            look: Look::Gap,
            hang: 0,
        });
    }

    /// Gives the character boundary at or before a place.
    pub(super) fn boundary(&self, place: usize) -> usize {
        let place = place.min(self.text.len());
        (0..=place)
            .rev()
            .find(|&at| self.text.is_char_boundary(at))
            .unwrap_or(0)
    }

    fn finish(mut self) -> Layout {
        self.tell_events(usize::MAX);
        if self.layout.rows.is_empty() {
            self.push(0..self.text.len(), Look::Absent, None, 0);
        }
        self.layout
    }
}

/// How the rows of a line look.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    look: Look,
    part: Option<usize>,
    edge: usize,
    hang: usize,
}

impl Frame {
    /// Gives the frame of a line with an edge, whose later rows hang a little deeper than its first word.
    pub(super) fn framed(look: Look, part: Option<usize>, line: &str) -> Frame {
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        let hang = match look {
            Look::Thinking => wrap::columns(&line[..indent]),
            _ => wrap::columns(&line[..indent]) + 2,
        };
        Frame {
            look,
            part,
            edge: EDGE,
            hang,
        }
    }
}

impl Look {
    /// Tells whether a row of this look holds what somebody said.
    pub(super) fn is_words(self) -> bool {
        matches!(
            self,
            Look::Text
                | Look::Heading
                | Look::Item
                | Look::Quote
                | Look::Rule
                | Look::FenceOpen
                | Look::FenceClose
                | Look::Code(_)
                | Look::Table(_)
                | Look::TableRule(_)
        )
    }
}
