//! The codebook pane beside the form: which entry it shows, and from which row on.

use super::{App, Effect, Look, Screen};
use crate::tui::view::codebook_extent;

impl Look {
    /// Goes to the offer after or before; past either end stands the question as a whole.
    fn step(&mut self, forward: bool, count: usize) {
        let at = match (self.at, forward) {
            (None, true) => Some(0),
            (None, false) => count.checked_sub(1),
            (Some(at), true) => Some(at + 1),
            (Some(at), false) => at.checked_sub(1),
        };
        *self = Look {
            at: at.filter(|at| *at < count),
            scroll: 0,
        };
    }
}

impl App {
    /// Looks at the next or previous choice of the question in the codebook pane.
    pub(super) fn look(&mut self, forward: bool) -> Option<Effect> {
        let count = match &self.screen {
            Screen::Reason(_) => self.codebook.reasons.len(),
            _ => self.offers().len(),
        };
        self.pane().step(forward, count);
        None
    }

    /// Scrolls the codebook pane by half of what it shows.
    pub(super) fn scroll_pane(&mut self, forward: bool) -> Option<Effect> {
        let (rows, room) = codebook_extent(self);
        if room == 0 {
            return self.refuse("the codebook has no pane on a terminal of this size");
        }
        if rows <= room {
            return self.refuse("the codebook pane shows everything already");
        }
        let step = (room / 2).max(1);
        let look = self.pane();
        look.scroll = if forward {
            (look.scroll + step).min(rows - room)
        } else {
            look.scroll.saturating_sub(step)
        };
        None
    }

    fn pane(&mut self) -> &mut Look {
        match &mut self.screen {
            Screen::Reason(look) => look,
            _ => &mut self.form.look,
        }
    }
}
