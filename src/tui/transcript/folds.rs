//! Which parts of a turn are open.

use std::collections::BTreeSet;

use super::{Layout, Look};

/// The state of a turn's folds. Everything that nobody said to the other side begins folded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Folds {
    all: bool,
    except: BTreeSet<usize>,
    whole: BTreeSet<usize>,
}

impl Folds {
    /// Tells whether a part shows its lines.
    pub(crate) fn is_open(&self, part: usize) -> bool {
        self.all != self.except.contains(&part)
    }

    /// Tells whether a part shows all of its lines, however many.
    pub(crate) fn is_whole(&self, part: usize) -> bool {
        self.whole.contains(&part)
    }

    /// Opens a part, or closes it.
    pub(crate) fn toggle(&mut self, part: usize) {
        if !self.except.remove(&part) {
            self.except.insert(part);
        }
        self.whole.remove(&part);
    }

    /// Opens a part; does nothing where it is open.
    pub(crate) fn open(&mut self, part: usize) {
        if !self.is_open(part) {
            self.toggle(part);
        }
    }

    /// Opens a part with all of its lines.
    pub(crate) fn open_whole(&mut self, part: usize) {
        self.open(part);
        self.whole.insert(part);
    }

    /// Does what a reader expects of the fold key on a row: the row of left-out lines shows them, any other row
    /// opens or closes its part. Tells whether anything changed.
    pub(crate) fn toggle_at(&mut self, layout: &Layout, row: usize) -> bool {
        let Some(row) = layout.rows.get(row) else {
            return false;
        };
        match (row.part, row.look) {
            (Some(part), Look::More { .. }) if self.is_open(part) => self.open_whole(part),
            (Some(part), look) if look.is_foldable() || self.is_open(part) => self.toggle(part),
            _ => return false,
        }
        true
    }

    /// Opens every part; long output is still cut.
    pub(crate) fn open_all(&mut self) {
        self.all = true;
        self.except.clear();
    }

    /// Closes every part.
    pub(crate) fn close_all(&mut self) {
        *self = Folds::default();
    }
}

impl Look {
    /// Tells whether a row of this look belongs to something that folds, whatever its state.
    fn is_foldable(self) -> bool {
        matches!(
            self,
            Look::Head { .. } | Look::More { .. } | Look::Body(_) | Look::Thinking | Look::Divider
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_opens_and_closes() {
        let mut folds = Folds::default();
        assert!(!folds.is_open(3));
        folds.toggle(3);
        assert!(folds.is_open(3) && !folds.is_open(2));
        folds.open_whole(3);
        assert!(folds.is_whole(3));
        folds.toggle(3);
        assert!(!folds.is_open(3) && !folds.is_whole(3));
    }

    #[test]
    fn with_all_open_one_can_be_closed() {
        let mut folds = Folds::default();
        folds.open_all();
        folds.toggle(1);
        assert!(folds.is_open(0) && !folds.is_open(1));
        folds.close_all();
        assert_eq!(folds, Folds::default());
    }
}
