//! How a turn becomes rows on the screen.
//!
//! [`lay_out`] breaks a turn into rows once for each width and state of its folds; [`paint`] colours one row,
//! and is asked for visible rows only. Both are pure: they know no state of the program and no terminal.
//! Rows refer to the turn's text by bytes, so that what is seen is what can be quoted.

mod brush;
mod code;
mod folds;
mod heads;
mod inline;
mod language;
#[cfg(test)]
mod laws;
mod lines;
mod markdown;
mod paint;
mod parts;
mod paste;
mod rows;
mod table;
#[cfg(test)]
mod tests;
mod wrap;

use std::ops::Range;

pub(crate) use folds::Folds;
pub(crate) use language::Language;
pub(crate) use paint::paint;
pub(crate) use rows::lay_out;
use table::Table;

/// A turn as rows, for one width and one state of its folds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    /// The rows from top to bottom; their bytes ascend.
    pub(crate) rows: Vec<Row>,
    tables: Vec<Table>,
}

/// One row of a turn on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row {
    /// First byte of the turn's text that the row shows or stands for.
    pub(crate) start: usize,
    /// One past the last; `start` where the row has no text of the turn's.
    pub(crate) end: usize,
    /// The foldable or ordinary part that the row belongs to: an index of the turn's parts, and in a
    /// developer turn the number of a long paste. `None` outside all of them.
    pub(crate) part: Option<usize>,
    /// What the row is.
    pub(crate) look: Look,
    /// Columns left blank before the text, so that a wrapped line hangs under its beginning.
    pub(crate) hang: u8,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// Words.
    Text,
    /// A heading.
    Heading,
    /// An entry of a list.
    Item,
    /// A quotation.
    Quote,
    /// A horizontal rule.
    Rule,
    /// A line that opens a code block.
    FenceOpen,
    /// A line that closes a code block.
    FenceClose,
    /// A line of a code block.
    Code(Language),
    /// A row of a table, by the table's number in the layout.
    Table(u32),
    /// The line under the head of a table.
    TableRule(u32),
    /// A line of the agent's reasoning.
    Thinking,
    /// A line of a tool's input or output, or of injected text.
    Body(Language),
    /// The line that stands for a foldable part, with the number of lines that it has (of output, for a tool).
    Head {
        /// Whether the part's own lines follow.
        open: bool,
        /// Lines in the part.
        lines: u32,
    },
    /// Between the input and the output of an open tool.
    Divider,
    /// Lines left out: the rest of a long output, or the middle of a long paste.
    More {
        /// How many.
        lines: u32,
    },
    /// Something that happened, by its index in the turn's events.
    Event(u32),
    /// In place of words that were not recorded.
    Absent,
    /// A blank row between pieces that differ.
    Gap,
}

impl Row {
    /// Tells whether the row stands for text that is not shown.
    pub(crate) fn is_folded(&self) -> bool {
        matches!(
            self.look,
            Look::Head { open: false, .. } | Look::More { .. }
        )
    }
}

impl Layout {
    /// Gives the row that shows a byte of the turn's text, or that stands for the folded part with the byte.
    pub(crate) fn row_at(&self, byte: usize) -> usize {
        self.rows
            .partition_point(|row| row.start <= byte)
            .saturating_sub(1)
    }

    /// Gives the part that a row belongs to.
    pub(crate) fn part_at(&self, row: usize) -> Option<usize> {
        self.rows.get(row)?.part
    }
}

/// A stretch of a turn's text that stands out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Highlight {
    /// Bytes of the turn's text.
    pub(crate) range: Range<usize>,
    /// Why it stands out.
    pub(crate) kind: HighlightKind,
}

/// Why a stretch of text stands out. Where several meet, the later kind lies on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum HighlightKind {
    /// It looks like a key or a password.
    Secret,
    /// It makes the turn look like pushback.
    Cue,
    /// It is quoted as evidence.
    Evidence,
    /// It was searched for.
    Search,
    /// It is being selected.
    Selection,
}
