//! Every message, and what it changes.

use super::{App, Effect, Goal, Msg, Notice, Pending, Screen};
use crate::model::{OpenSession, Saved};
use crate::tui::keys::Action;
use crate::tui::layout::too_small;

impl App {
    /// Changes the state by a message, and says what is to be done outside.
    pub(in crate::tui) fn update(&mut self, msg: Msg) -> Option<Effect> {
        if too_small(self.size) && blind(&msg) {
            return None;
        }
        match msg {
            Msg::Do(action) => {
                self.notice = Notice::Nothing;
                self.act(action)
            }
            Msg::Digit(digit) => {
                self.notice = Notice::Nothing;
                self.digit(digit)
            }
            Msg::Typed(letter) => self.typed(letter),
            Msg::Pasted(text) => self.pasted(&text),
            Msg::Resized(width, height) => {
                self.size = (width, height);
                None
            }
            Msg::Opened { at, session, goal } => self.opened(at, session, goal),
            Msg::Saved(Ok(Some(saved))) => self.saved(saved),
            Msg::Saved(Ok(None)) => self.refuse("there is nothing to take back or to do again"),
            Msg::Saved(Err(why)) => {
                self.pending = None;
                self.notice = Notice::Trouble(why);
                None
            }
            Msg::Found(places) => self.found(places),
            Msg::Hits(hits) => self.show_hits(hits),
            Msg::Decisions(rows) => self.show_decisions(rows),
            Msg::Stops(stops) => self.take_stops(stops),
            Msg::Pace(pace) => {
                self.pace = pace;
                None
            }
            Msg::Failed(why) => {
                self.notice = Notice::Trouble(why);
                None
            }
        }
    }

    fn act(&mut self, action: Action) -> Option<Effect> {
        match action {
            Action::Redraw => return Some(Effect::Redraw),
            Action::Suspend => return Some(Effect::Suspend),
            _ => (),
        }
        match self.screen {
            Screen::Read if self.adjudication.is_some() => self.act_settling(action),
            Screen::Read => self.act_reading(action),
            Screen::Difference => self.act_difference(action),
            Screen::Reason(_) | Screen::Extra(_) => self.act_choosing(action),
            Screen::Write(_) => self.act_writing(action),
            Screen::Quote(_) => self.act_quoting(action),
            Screen::Codebook { .. } | Screen::List(_) | Screen::Help { .. } => {
                self.act_listing(action)
            }
        }
    }

    pub(super) fn act_reading(&mut self, action: Action) -> Option<Effect> {
        if let (true, Some(why)) = (labels(action), &self.read_only) {
            return self.refuse(format!("read only: {why}"));
        }
        match action {
            Action::Enter => self.enter(),
            Action::AddCode => self.add_code(),
            Action::NotEpisode => self.not_episode(),
            Action::NewEpisode => self.new_episode(),
            Action::RemoveEpisode => self.remove_episode(),
            Action::NextEpisode => self.next_episode(),
            Action::NextStep => self.walk(true),
            Action::PreviousStep => self.walk(false),
            Action::NextCode => self.look(true),
            Action::PreviousCode => self.look(false),
            Action::Mark => self.mark(),
            Action::Memo => self.memo(),
            Action::Defer => self.defer(),
            Action::Certainty => self.certainty(),
            Action::Extra => self.extra(),
            Action::Evidence => self.take_turn(),
            Action::DropEvidence => self.drop_evidence(),
            Action::Quote => self.begin_quote(),
            Action::Undo => Some(Effect::Undo),
            Action::Redo => Some(Effect::Redo),
            Action::Quit => Some(Effect::Quit),
            _ => self.act_moving(action),
        }
    }

    fn act_moving(&mut self, action: Action) -> Option<Effect> {
        match action {
            Action::NextPushback if self.adjudication.is_some() => self.step_queue(true),
            Action::PreviousPushback if self.adjudication.is_some() => self.step_queue(false),
            Action::NextPushback if self.walk.is_other() => self.step_walk(true),
            Action::PreviousPushback if self.walk.is_other() => self.step_walk(false),
            Action::NextPushback => self.step_pushback(true),
            Action::PreviousPushback => self.step_pushback(false),
            Action::NextUndecided => self.next_undecided(),
            Action::ByScore => self.step_by_score(),
            Action::AllTurns => self.step_through_all(),
            Action::NextTurn => self.step_turn(true),
            Action::PreviousTurn => self.step_turn(false),
            Action::NextSession => self.step_session(true),
            Action::PreviousSession => self.step_session(false),
            Action::Here => {
                self.reveal();
                None
            }
            Action::PaneDown => self.scroll_pane(true),
            Action::PaneUp => self.scroll_pane(false),
            Action::Pinned => {
                self.pinned_open = !self.pinned_open;
                None
            }
            Action::Search => self.begin_search(),
            Action::SearchAll => self.begin_search_all(),
            Action::NextFound => self.step_found(true),
            Action::PreviousFound => self.step_found(false),
            Action::Codebook => self.show_codebook(),
            Action::Sessions => self.show_sessions(),
            Action::Review => Some(Effect::Review),
            Action::Help => self.show_help(),
            _ => {
                self.scroll(action);
                None
            }
        }
    }

    fn scroll(&mut self, action: Action) {
        let page = self.reader.page();
        match action {
            Action::Down => self.reader.down(1),
            Action::Up => self.reader.up(1),
            Action::PageDown => self.reader.down(page),
            Action::PageUp => self.reader.up(page),
            Action::Top => self.reader.go(0),
            Action::Bottom => self.reader.go_to_end(),
            Action::Fold if !self.reader.toggle_fold() => {
                self.notice = Notice::Refused("there is nothing to unfold here".to_owned());
            }
            Action::FoldAll => self.reader.toggle_all(),
            _ => (),
        }
    }

    fn opened(&mut self, at: usize, mut session: OpenSession, goal: Goal) -> Option<Effect> {
        self.mark_queue(&mut session);
        self.at = at;
        self.open = session;
        self.recount();
        self.refresh_walk();
        self.reader.clear();
        self.pinned = None;
        self.found = super::Search::default();
        self.screen = Screen::Read;
        self.pinned_open = false;
        if let Goal::Cursor(cursor) = goal {
            return self.resume(&cursor);
        }
        let candidates = self.open.candidates();
        let turn = match goal {
            Goal::Undecided => self.open.next_open(0).or(candidates.first().copied()),
            Goal::First => candidates.first().copied(),
            Goal::Last => candidates
                .last()
                .copied()
                .or_else(|| self.open.developer_turns().next_back()),
            Goal::Turn(turn) => Some(turn),
            Goal::Cursor(_) => None,
        };
        let turn = turn
            .or_else(|| self.open.developer_turns().next())
            .unwrap_or(0);
        self.stand_at(turn)
    }

    /// Takes what the store has written, and goes where the act was to lead.
    fn saved(&mut self, saved: Saved) -> Option<Effect> {
        let pending = self.pending.take();
        // Only undo and redo have nothing pending.
        if pending.is_none() && self.keep_adopted(&saved) {
            let undone = saved.decision.verdict.is_none();
            return undone.then_some(Effect::Redo);
        }
        let what = self.taken_back(&saved.changes);
        let what = what.unwrap_or_else(|| super::notes::describe(&saved.changes));
        let taken_back = format!("D{}: {what}", saved.unit.turn);
        if saved.unit.session != self.open.key {
            // An undo of something in another session: go there and look at it.
            let at = self
                .sessions
                .iter()
                .position(|row| row.key == saved.unit.session)?;
            self.done(taken_back);
            return Some(Effect::Open {
                at,
                goal: Goal::Turn(saved.unit.turn),
            });
        }
        self.open.decisions.insert(saved.unit.turn, saved.decision);
        self.recount();
        self.refresh_walk();
        self.refresh_highlights();
        if let Some(pending) = pending {
            self.after_save(pending)
        } else {
            // Undo and redo: stand at the turn, with the form as it is now.
            self.done(taken_back);
            self.stand_at(saved.unit.turn)
        }
    }

    fn after_save(&mut self, pending: Pending) -> Option<Effect> {
        let Pending {
            form,
            notice,
            go_on,
            asks_words,
        } = pending;
        if let Some(form) = form {
            self.form = form;
        }
        self.screen = Screen::Read;
        self.after_settling();
        let effect = if go_on { self.next_undecided() } else { None };
        if matches!(self.notice, Notice::Nothing) {
            self.notice = notice;
        }
        if asks_words {
            self.open_text_step();
        }
        effect
    }
}

/// Tells whether a message is a key that asks for sight of the screen. Nobody labels a turn that is not shown.
fn blind(msg: &Msg) -> bool {
    match msg {
        Msg::Do(action) => !matches!(
            action,
            Action::Redraw | Action::Suspend | Action::Quit | Action::Leave
        ),
        Msg::Digit(_) | Msg::Typed(_) | Msg::Pasted(_) => true,
        _ => false,
    }
}

/// Tells whether an action stores something about a turn wherever it is possible at all. `Enter` is none of them:
/// on a decided turn it only goes on.
fn labels(action: Action) -> bool {
    matches!(
        action,
        Action::AddCode
            | Action::NotEpisode
            | Action::NewEpisode
            | Action::RemoveEpisode
            | Action::Mark
            | Action::Memo
            | Action::Defer
            | Action::Certainty
            | Action::Extra
            | Action::Evidence
            | Action::DropEvidence
            | Action::Quote
            | Action::Undo
            | Action::Redo
    )
}
