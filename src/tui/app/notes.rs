//! What a coder says about a turn besides its codes: marks, memo, certainty, deferral, optional fields.

use uuid::Uuid;

use super::{App, Effect, Form, Look, Notice, Pending, Purpose, Screen, TextEntry};
use crate::model::{Certainty, Change, Episode, ExtraKind, Ladder, Verdict};
use crate::tui::keys::Action;

impl App {
    /// Marks the developer turn under the cursor as pushback, or unmarks it.
    pub(super) fn mark(&mut self) -> Option<Effect> {
        let here = self.reader_turn().unwrap_or(self.turn);
        if here == 0 {
            return self.refuse("this session has no developer turn");
        }
        if let Some(why) = self.read_only.clone() {
            return self.refuse(format!("read only: {why}"));
        }
        let decision = self.open.decisions.get(&here);
        let decision = decision.cloned().unwrap_or_default();
        if !decision.episodes.is_empty() || decision.verdict.is_some() {
            return self
                .refuse("this turn is decided on: take the verdict and the episodes back first");
        }
        let proposed = self.open.is_proposed(here);
        let wanted = !self.open.is_candidate(here);
        // Back to what is proposed is no mark of one's own. What is put off stays, whatever is proposed.
        let proposed = proposed || decision.deferred;
        let marked = (wanted != proposed).then_some(wanted);
        let what = if wanted {
            "marked as pushback"
        } else {
            "unmarked"
        };
        self.turn = here;
        // Should the store refuse, the form is already that of the turn.
        self.form = self.form_for(&decision, None);
        self.write(
            vec![Change::Marked(marked)],
            None,
            Notice::Done(format!("D{here} {what}")),
        )
    }

    pub(super) fn defer(&mut self) -> Option<Effect> {
        let decision = self.decision();
        if decision.verdict.is_some() {
            return self.refuse("this turn is decided already");
        }
        if !self.is_candidate() {
            return self
                .refuse("this turn is not marked as pushback, so there is nothing to put off");
        }
        let put_off = !decision.deferred;
        let what = if put_off {
            "put off: it comes again at the end"
        } else {
            "taken up again"
        };
        let notice = Notice::Done(format!("D{} {what}", self.turn));
        let pending = Pending {
            notice,
            go_on: put_off,
            ..Pending::default()
        };
        self.write_and(vec![Change::Deferred(put_off)], pending)
    }

    pub(super) fn certainty(&mut self) -> Option<Effect> {
        if self.turn == 0 {
            return self.refuse("this session has no developer turn");
        }
        let next = match self.decision().certainty {
            None => Some(Certainty::High),
            Some(Certainty::High) => Some(Certainty::Medium),
            Some(Certainty::Medium) => Some(Certainty::Low),
            Some(Certainty::Low) => None,
        };
        let what = next.map_or("not said", Certainty::name);
        self.write(
            vec![Change::Certainty(next)],
            None,
            Notice::Done(format!("certainty {what}")),
        )
    }

    pub(super) fn memo(&mut self) -> Option<Effect> {
        if self.turn == 0 {
            return self.refuse("this session has no developer turn");
        }
        self.begin_writing(Purpose::Memo, "Memo on this turn", &self.decision().memo)
    }

    pub(super) fn write_memo(&mut self, text: &str) -> Option<Effect> {
        let what = if text.trim().is_empty() {
            "memo removed"
        } else {
            "memo stored"
        };
        self.write(
            vec![Change::Memo(text.trim().to_owned())],
            None,
            Notice::Done(what.to_owned()),
        )
    }

    /// Opens a text entry, where anything may be written at all.
    pub(super) fn begin_writing(
        &mut self,
        purpose: Purpose,
        prompt: &str,
        text: &str,
    ) -> Option<Effect> {
        if let Some(why) = self.read_only.clone().filter(|_| purpose.is_stored()) {
            return self.refuse(format!("read only: {why}"));
        }
        self.screen = Screen::Write(TextEntry::new(purpose, prompt, text));
        None
    }

    /// Offers the optional fields of the episode in the form.
    pub(super) fn extra(&mut self) -> Option<Effect> {
        if self.codebook.extras.is_empty() {
            return self.refuse("the codebook has no optional fields");
        }
        if self
            .form
            .episode
            .and_then(|id| self.decision().episode(id).cloned())
            .is_none()
        {
            return self.refuse("choose a first code: the optional fields belong to an episode");
        }
        self.screen = Screen::Extra(None);
        None
    }

    /// Chooses an optional field by its place, or one of its values.
    pub(super) fn choose_extra(&mut self, field: Option<String>, digit: char) -> Option<Effect> {
        let place = digit
            .to_digit(10)
            .and_then(|digit| (digit as usize).checked_sub(1));
        let Some(field) = field else {
            let Some(extra) = place.and_then(|at| self.codebook.extras.get(at)).cloned() else {
                return self.refuse(format!("there is no optional field {digit}"));
            };
            return match extra.kind {
                ExtraKind::One(_) => {
                    self.screen = Screen::Extra(Some(extra.id));
                    None
                }
                ExtraKind::Text => {
                    let text = self
                        .episode()
                        .extras
                        .get(&extra.id)
                        .cloned()
                        .unwrap_or_default();
                    let prompt = if extra.prompt.is_empty() {
                        &extra.name
                    } else {
                        &extra.prompt
                    };
                    self.begin_writing(Purpose::Extra(extra.id.clone()), prompt, &text)
                }
            };
        };
        let values = match self.codebook.extra(&field).map(|extra| extra.kind.clone()) {
            Some(ExtraKind::One(values)) => values,
            _ => Vec::new(),
        };
        match (digit, place.and_then(|at| values.get(at))) {
            ('0', _) => self.write_extra(&field, ""),
            (_, Some((id, _))) => self.write_extra(&field, id),
            _ => self.refuse(format!("there is no value {digit}; 0 clears the field")),
        }
    }

    pub(super) fn write_extra(&mut self, field: &str, value: &str) -> Option<Effect> {
        let episode = self.form.episode?;
        let name = self
            .codebook
            .extra(field)
            .map(|extra| extra.name.clone())
            .unwrap_or_default();
        let change = Change::Extra {
            episode,
            field: field.to_owned(),
            value: value.trim().to_owned(),
        };
        self.write(vec![change], None, Notice::Done(format!("{name} stored")))
    }

    /// Gives the episode in the form, and the change that makes it where there is none yet.
    pub(super) fn episode_to_hold(&self) -> (Uuid, Option<Change>, Form) {
        let decision = self.decision();
        if let Some(id) = self
            .form
            .episode
            .filter(|id| decision.episode(*id).is_some())
        {
            (id, None, self.form.clone())
        } else {
            let id = (self.ids)();
            let ladder = Ladder::start(&self.codebook, &Episode::new(id));
            let form = Form {
                episode: Some(id),
                ladder,
                look: Look::default(),
            };
            (
                id,
                Some(Change::Episode {
                    episode: id,
                    exists: true,
                }),
                form,
            )
        }
    }

    pub(super) fn act_choosing(&mut self, action: Action) -> Option<Effect> {
        match action {
            Action::Leave => {
                self.screen = match self.screen {
                    Screen::Extra(Some(_)) => Screen::Extra(None),
                    _ => Screen::Read,
                };
                None
            }
            Action::Enter => {
                self.screen = Screen::Read;
                None
            }
            Action::NextCode => self.look(true),
            Action::PreviousCode => self.look(false),
            Action::PaneDown => self.scroll_pane(true),
            Action::PaneUp => self.scroll_pane(false),
            _ => None,
        }
    }
}

/// Says in a few words what an act changed.
pub(super) fn describe(changes: &[Change]) -> String {
    let word = |change: &Change| match change {
        Change::Marked(Some(true)) => "marked as pushback".to_owned(),
        Change::Marked(Some(false)) => "unmarked".to_owned(),
        Change::Marked(None) => "mark left to the detector".to_owned(),
        Change::Verdict(None) => "undecided again".to_owned(),
        Change::Verdict(Some(Verdict::Episodes)) => "committed".to_owned(),
        Change::Verdict(Some(Verdict::NotEpisode { .. })) => "not an episode".to_owned(),
        Change::Deferred(true) => "put off".to_owned(),
        Change::Deferred(false) => "not put off".to_owned(),
        Change::Memo(_) => "memo".to_owned(),
        Change::Certainty(_) => "certainty".to_owned(),
        Change::Settled {
            what,
            settlement: None,
        } => format!("{} open again", what.field),
        Change::Settled { what, .. } => format!("{} settled", what.field),
        Change::Episode { exists: true, .. } => "episode back".to_owned(),
        Change::Episode { exists: false, .. } => "episode removed".to_owned(),
        Change::Field { field, choices, .. } if choices.is_empty() => format!("{field} empty"),
        Change::Field { field, choices, .. } => {
            let codes: Vec<&str> = choices.iter().map(|choice| choice.code.as_str()).collect();
            format!("{field} {}", codes.join(" "))
        }
        Change::Extra { field, .. } => field.clone(),
        Change::Evidence { quote: Some(_), .. } => "evidence back".to_owned(),
        Change::Evidence { quote: None, .. } => "evidence removed".to_owned(),
    };
    changes.iter().map(word).collect::<Vec<_>>().join(", ")
}
