//! Parts that nobody said to the other side: a row that stands for each, and where it is open its lines.

use std::ops::Range;

use crate::model::Tool;

use super::lines::{BLANK, line_at, lines_in};
use super::rows::{CUT, Frame, Writer};
use super::{Language, Look, Row};

impl Writer<'_> {
    pub(super) fn tool(&mut self, index: usize, tool: &Tool, range: Range<usize>) {
        let output = self.boundary(tool.output).clamp(range.start, range.end);
        let (input, output) = (range.start..output, output..range.end);
        let lines = lines_in(&self.text[output.clone()]);
        if !self.head(index, range, lines) {
            return;
        }
        let text = |range: &Range<usize>| &self.text[range.clone()];
        let by_path = Language::of_path(&tool.target);
        let language = |range: &Range<usize>, other| match Language::of_body(text(range)) {
            Language::Plain => other,
            known => known,
        };
        let input_language = match text(&input).trim_start().as_bytes().first() {
            Some(b'{' | b'[') => language(&input, Language::Script),
            _ => language(&input, by_path),
        };
        let output_language = language(&output, by_path);
        let has_both = lines > 0 && lines_in(text(&input)) > 0;
        self.body(index, input, Look::Body(input_language));
        if has_both {
            self.push(output.start..output.start, Look::Divider, Some(index), 0);
        }
        self.body(index, output, Look::Body(output_language));
    }

    pub(super) fn folded(&mut self, index: usize, range: Range<usize>, look: Look) {
        let lines = lines_in(&self.text[range.clone()]);
        if self.head(index, range.clone(), lines) {
            self.body(index, range, look);
        }
    }

    /// Writes the row that stands for a part, and tells whether the part is open.
    fn head(&mut self, index: usize, range: Range<usize>, lines: u32) -> bool {
        // Folded parts stand close together, and apart from words.
        let follows_words = |row: &Row| row.look.is_words();
        self.tell_events(range.start);
        if self.layout.rows.last().is_some_and(follows_words) {
            self.gap(range.start);
        }
        let open = self.folds.is_open(index);
        let end = if open { range.start } else { range.end };
        self.push(range.start..end, Look::Head { open, lines }, Some(index), 0);
        open
    }

    /// Writes the lines of an open part, up to the cut.
    fn body(&mut self, part: usize, range: Range<usize>, look: Look) {
        let words = self.text[range.clone()].trim_end_matches(BLANK);
        let end = range.start + words.len();
        let whole = self.folds.is_whole(part);
        let mut left = if whole { usize::MAX } else { CUT };
        let mut at = range.start;
        while at < end {
            let line = line_at(self.text, at..end);
            let mut shown = at;
            if left > 0 {
                let before = self.layout.rows.len();
                let frame = Frame::framed(look, Some(part), &self.text[line.start..line.end]);
                shown = self.line(line.start..line.end, frame, left);
                left -= self.layout.rows.len() - before;
            }
            if left == 0 && shown < line.end {
                self.more(part, shown..end);
                return;
            }
            at = line.next;
        }
    }

    fn more(&mut self, part: usize, range: Range<usize>) {
        let lines = lines_in(&self.text[range.clone()]).max(1);
        self.push(range, Look::More { lines }, Some(part), 0);
    }
}
