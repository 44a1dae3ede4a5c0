//! What stands on the screen: a terminal in memory that can be looked at while the program runs.

use std::cell::RefCell;
use std::convert::Infallible;
use std::ops::Range;
use std::rc::Rc;

use ratatui::backend::{Backend, ClearType, TestBackend, WindowSize};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Size};
use ratatui::style::Modifier;
use unicode_width::UnicodeWidthStr;

/// A screen at one moment.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) cells: Buffer,
    pub(super) cursor: Position,
    /// Whether the program asked to be put into the background.
    pub(super) suspended: bool,
    /// Whether it ended by itself before the keys did.
    pub(super) quit: bool,
}

impl Shown {
    /// Gives the rows, without the blanks at their ends.
    pub(super) fn rows(&self) -> Vec<String> {
        (0..self.cells.area.height)
            .map(|row| self.row(row))
            .collect()
    }

    fn row(&self, y: u16) -> String {
        let mut words = String::new();
        let mut x = 0;
        while x < self.cells.area.width {
            let symbol = self.cells[(x, y)].symbol();
            words.push_str(symbol);
            x += u16::try_from(symbol.width().max(1)).unwrap();
        }
        words.trim_end().to_owned()
    }

    /// Gives the whole screen as text.
    pub(super) fn text(&self) -> String {
        self.rows().join("\n")
    }

    /// Gives some rows and columns, to be compared with a snapshot.
    pub(super) fn crop(&self, rows: Range<usize>, columns: Range<usize>) -> String {
        let cut = |row: &String| {
            let words: String = row
                .chars()
                .skip(columns.start)
                .take(columns.len())
                .collect();
            words.trim_end().to_owned()
        };
        self.rows()[rows]
            .iter()
            .map(cut)
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// Gives the top row: session and progress.
    pub(super) fn header(&self) -> String {
        self.row(0)
    }

    /// Gives the row above the last: the answer to the last key.
    pub(super) fn status(&self) -> String {
        self.row(self.cells.area.height.saturating_sub(2))
    }

    /// Gives the last row: what the next keys do.
    pub(super) fn footer(&self) -> String {
        self.row(self.cells.area.height.saturating_sub(1))
    }

    /// Checks that some words stand there, in one row.
    #[track_caller]
    pub(super) fn says(&self, words: &str) -> &Shown {
        assert!(
            self.text().contains(words),
            "{words:?} is not on the screen:\n{}",
            self.text()
        );
        self
    }

    /// Checks that some words stand nowhere.
    #[track_caller]
    pub(super) fn lacks(&self, words: &str) -> &Shown {
        assert!(
            !self.text().contains(words),
            "{words:?} is on the screen:\n{}",
            self.text()
        );
        self
    }

    /// Gives the row in which the terminal's cursor stands.
    pub(super) fn cursor_row(&self) -> String {
        self.row(self.cursor.y)
    }

    /// Gives the row that says some words.
    pub(super) fn line(&self, words: &str) -> String {
        let found = self.rows().into_iter().find(|row| row.contains(words));
        found.unwrap_or_else(|| panic!("{words:?} is not on the screen:\n{}", self.text()))
    }

    /// Gives the place of the first of some words, which must stand in one row.
    pub(super) fn place(&self, words: &str) -> Position {
        for (y, row) in (0..).zip(self.rows()) {
            if let Some(at) = row.find(words) {
                return Position::new(u16::try_from(row[..at].width()).unwrap(), y);
            }
        }
        panic!("{words:?} is not on the screen:\n{}", self.text())
    }

    /// Gives the attributes in which some words are drawn; they must be the same over all of them.
    pub(super) fn look(&self, words: &str) -> Modifier {
        let Position { x, y } = self.place(words);
        let width = u16::try_from(words.width()).unwrap();
        let look = self.cells[(x, y)].modifier;
        let others = (x..x + width).map(|x| self.cells[(x, y)].modifier);
        assert!(
            others.into_iter().all(|other| other == look),
            "{words:?} changes its look"
        );
        look
    }
}

/// A terminal in memory; its clones show the same.
#[derive(Clone)]
pub(super) struct Glass(Rc<RefCell<TestBackend>>);

impl Glass {
    pub(super) fn new((width, height): (u16, u16)) -> Glass {
        Glass(Rc::new(RefCell::new(TestBackend::new(width, height))))
    }

    pub(super) fn resize(&self, width: u16, height: u16) {
        self.0.borrow_mut().resize(width, height);
    }

    pub(super) fn shown(&self) -> Shown {
        let Ok(cursor) = self.0.borrow_mut().get_cursor_position();
        Shown {
            cells: self.0.borrow().buffer().clone(),
            cursor,
            suspended: false,
            quit: false,
        }
    }
}

impl Backend for Glass {
    type Error = Infallible;

    fn draw<'a, I>(&mut self, content: I) -> Result<(), Infallible>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        self.0.borrow_mut().draw(content)
    }

    fn hide_cursor(&mut self) -> Result<(), Infallible> {
        self.0.borrow_mut().hide_cursor()
    }

    fn show_cursor(&mut self) -> Result<(), Infallible> {
        self.0.borrow_mut().show_cursor()
    }

    fn get_cursor_position(&mut self) -> Result<Position, Infallible> {
        panic!("a real terminal would be asked where its cursor is, and may never answer")
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Infallible> {
        self.0.borrow_mut().set_cursor_position(position)
    }

    fn clear(&mut self) -> Result<(), Infallible> {
        self.0.borrow_mut().clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> Result<(), Infallible> {
        self.0.borrow_mut().clear_region(clear_type)
    }

    fn size(&self) -> Result<Size, Infallible> {
        self.0.borrow().size()
    }

    fn window_size(&mut self) -> Result<WindowSize, Infallible> {
        self.0.borrow_mut().window_size()
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        self.0.borrow_mut().flush()
    }
}
