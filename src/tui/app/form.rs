//! Labelling: digits, the ladder, verdicts, episodes.

use uuid::Uuid;

use super::{App, Effect, Form, Look, Notice, Pending, Purpose, Screen, TextEntry};
use crate::model::{
    Answer, Change, Episode, Field, Ladder, Offer, Refusal, Step, Verdict, apply, missing,
};
use crate::tui::keys::Action;

impl App {
    /// Gives the episode in the form; one without codes where none is made yet.
    pub(in crate::tui) fn episode(&self) -> Episode {
        let decision = self.decision();
        let agreed = self.adjudication.as_ref().map(|work| &work.agreed);
        let known = self.form.episode.and_then(|id| {
            let adopted = || agreed?.episode(id);
            decision.episode(id).or_else(adopted).cloned()
        });
        known.unwrap_or_else(|| Episode::new(self.form.episode.unwrap_or(Uuid::nil())))
    }

    /// Gives the field that is asked; `None` where nothing is.
    pub(in crate::tui) fn asked_field(&self) -> Option<&Field> {
        let id = self.form.ladder.step.field()?;
        self.codebook.field(id)
    }

    /// Gives what the form offers at the question where the coder stands.
    pub(in crate::tui) fn offers(&self) -> Vec<Offer> {
        self.form.ladder.offers(&self.codebook, &self.episode())
    }

    /// Tells whether the turn is one to decide on.
    pub(in crate::tui) fn is_candidate(&self) -> bool {
        self.open.is_candidate(self.turn)
    }

    pub(super) fn digit(&mut self, digit: char) -> Option<Effect> {
        if let Some(why) = &self.read_only {
            return self.refuse(format!("read only: {why}"));
        }
        match &self.screen {
            Screen::Reason(_) => self.give_reason(digit),
            Screen::Difference => self.give_difference(digit),
            Screen::Read if self.adjudication.is_some() => self.settle_by_digit(digit),
            Screen::Extra(field) => self.choose_extra(field.clone(), digit),
            _ => self.code(digit),
        }
    }

    pub(super) fn code(&mut self, digit: char) -> Option<Effect> {
        if let Err(why) = self.may_code() {
            return self.refuse(why);
        }
        let episode = self.episode();
        match self.form.ladder.press(&self.codebook, &episode, digit) {
            Ok(answer) => self.take_answer(answer),
            Err(refusal @ Refusal::Words(_)) => {
                let ways = self.text_step_ways();
                self.refuse(self.with_ways(&refusal.to_string(), &ways))
            }
            Err(refusal @ Refusal::Complete) => {
                let ways = [
                    (Action::Enter, "commits"),
                    (Action::NextStep, "goes back into it"),
                ];
                self.refuse(self.with_ways(&refusal.to_string(), &ways))
            }
            Err(refusal) => self.refuse(refusal),
        }
    }

    /// Takes the words that a chosen code needs.
    pub(super) fn write_code_text(&mut self, text: &str) -> Option<Effect> {
        match self
            .form
            .ladder
            .write(&self.codebook, &self.episode(), text)
        {
            Ok(answer) => self.take_answer(answer),
            Err(refusal) => self.refuse(refusal),
        }
    }

    /// Stores what a key stands for: the episode is made by its first code, and a verdict that no longer holds
    /// is taken back in the same act.
    fn take_answer(&mut self, answer: Answer) -> Option<Effect> {
        let decision = self.decision();
        let id = self.form.episode.unwrap_or_else(self.ids);
        let mut changes = Vec::new();
        if decision.episode(id).is_none() {
            changes.push(Change::Episode {
                episode: id,
                exists: true,
            });
        }
        changes.extend(
            answer
                .changes
                .into_iter()
                .map(|change| owned_by(change, id)),
        );
        if self.adjudication.is_some() {
            let changes = self.settled_by_hand(changes);
            return self.write_settled(changes);
        }
        let after = apply(&decision, &changes);
        let mut notice = answer.notice.map_or(Notice::Nothing, Notice::Done);
        let incomplete = after
            .episodes
            .iter()
            .any(|episode| !missing(&self.codebook, episode).is_empty());
        if decision.verdict == Some(Verdict::Episodes) && incomplete {
            changes.insert(0, Change::Verdict(None));
            notice = Notice::Done(
                "the turn is open again until the form is complete and committed".to_owned(),
            );
        }
        let form = Form {
            episode: Some(id),
            ladder: answer.ladder,
            look: Look::default(),
        };
        let pending = Pending {
            form: Some(form),
            notice,
            asks_words: true,
            ..Pending::default()
        };
        self.write_and(changes, pending)
    }

    fn may_code(&self) -> Result<(), String> {
        if self.turn == 0 {
            return Err("this session has no developer turn".to_owned());
        }
        if let Some(why) = self.unasked() {
            return Err(why);
        }
        if !self.is_candidate() {
            let ways = [(Action::NewEpisode, "begins an episode here")];
            return Err(self.with_ways("this turn is not marked as pushback", &ways));
        }
        if matches!(self.decision().verdict, Some(Verdict::NotEpisode { .. })) {
            let begin = self.ways(&[(Action::NewEpisode, "begins an episode here after all")]);
            let parts = [Some("decided: not an episode".to_owned()), begin];
            return Err(parts.into_iter().flatten().collect::<Vec<_>>().join("; "));
        }
        Ok(())
    }

    /// Commits a complete form, or passes over a question that may stay open.
    pub(super) fn enter(&mut self) -> Option<Effect> {
        let decision = self.decision();
        if decision.verdict.is_some() && self.form.ladder.step == Step::Review {
            return self.next_undecided();
        }
        if let Err(why) = self.may_code() {
            let passes = self.walk.takes_all() && !self.is_candidate();
            return if decision.verdict.is_some() || passes {
                self.next_undecided()
            } else {
                self.refuse(why)
            };
        }
        if matches!(self.form.ladder.step, Step::Text { .. }) {
            self.open_text_step();
            return None;
        }
        if self.form.ladder.step != Step::Review {
            return match self.form.ladder.pass(&self.codebook, &self.episode()) {
                Ok(ladder) => self.move_form(Form {
                    ladder,
                    look: Look::default(),
                    ..self.form.clone()
                }),
                Err(refusal) => self.refuse(refusal),
            };
        }
        if let Some(lacks) = self.lacks() {
            return self.refuse(lacks);
        }
        let changes = vec![Change::Verdict(Some(Verdict::Episodes))];
        self.commit(changes, format!("D{} committed", self.turn))
    }

    /// Says what keeps the turn from being committed: something in the form, or else another episode.
    pub(in crate::tui) fn lacks(&self) -> Option<String> {
        if let Some(lacks) = missing(&self.codebook, &self.episode()).first() {
            let ways = [(Action::NextStep, "goes to it")];
            return Some(self.with_ways(&lacks.to_string(), &ways));
        }
        let open = |(at, own): (usize, &Episode)| {
            let lacks = missing(&self.codebook, own).into_iter().next()?;
            Some(format!("{lacks} in episode {}", at + 1))
        };
        let what = self.decision().episodes.iter().enumerate().find_map(open)?;
        Some(self.with_ways(&what, &[(Action::NextEpisode, "leads to it")]))
    }

    /// Stores a verdict and goes on to the next undecided turn.
    fn commit(&mut self, mut changes: Vec<Change>, what: String) -> Option<Effect> {
        if self.decision().deferred {
            changes.push(Change::Deferred(false));
        }
        let notice = Notice::Done(what);
        self.write_and(
            changes,
            Pending {
                notice,
                go_on: true,
                ..Pending::default()
            },
        )
    }

    pub(super) fn add_code(&mut self) -> Option<Effect> {
        if let Err(why) = self.may_code() {
            return self.refuse(why);
        }
        match self.form.ladder.add(&self.codebook, &self.episode()) {
            Ok(ladder) => self.move_form(Form {
                ladder,
                look: Look::default(),
                ..self.form.clone()
            }),
            Err(refusal) => self.refuse(refusal),
        }
    }

    pub(super) fn walk(&mut self, forward: bool) -> Option<Effect> {
        let ladder = self
            .form
            .ladder
            .walk(&self.codebook, &self.episode(), forward);
        self.move_form(Form {
            ladder,
            look: Look::default(),
            ..self.form.clone()
        })
    }

    /// Moves inside the form, and keeps where the coder stands.
    fn move_form(&mut self, form: Form) -> Option<Effect> {
        self.form = form;
        self.keep()
    }

    pub(super) fn not_episode(&mut self) -> Option<Effect> {
        if self.turn == 0 {
            return self.refuse("this session has no developer turn");
        }
        if !self.is_candidate() {
            return self
                .refuse("this turn is not marked as pushback, so there is nothing to decide");
        }
        if !self.decision().episodes.is_empty() {
            let ways = [(Action::RemoveEpisode, "removes the one in the form")];
            return self.refuse(self.with_ways("there are episodes on this turn", &ways));
        }
        if self.codebook.reasons.is_empty() {
            return self.refuse("the codebook has no reasons for this verdict");
        }
        self.screen = Screen::Reason(Look::default());
        None
    }

    fn give_reason(&mut self, digit: char) -> Option<Effect> {
        let Some(reason) = self
            .codebook
            .reasons
            .iter()
            .find(|reason| reason.key == digit)
        else {
            return self.refuse(format!("there is no reason {digit}"));
        };
        if let Some(needs) = &reason.needs_text {
            let entry = TextEntry::new(Purpose::Reason(reason.id.clone()), &needs.prompt, "");
            self.screen = Screen::Write(entry);
            return None;
        }
        let (id, name) = (reason.id.clone(), reason.name.clone());
        self.reason_given(id, None, &name)
    }

    /// Takes the words that a reason needs.
    pub(super) fn write_reason_text(&mut self, id: &str, text: &str) -> Option<Effect> {
        let reason = self.codebook.reason(id).cloned()?;
        self.reason_given(reason.id, Some(text.to_owned()), &reason.name)
    }

    fn reason_given(&mut self, reason: String, text: Option<String>, name: &str) -> Option<Effect> {
        if self.adjudication.is_some() {
            return self.ask_difference(crate::merge::Take::NotEpisode(reason, text));
        }
        let verdict = Verdict::NotEpisode { reason, text };
        let change = Change::Verdict(Some(verdict));
        if let Err(broken) = crate::model::check_change(&self.codebook, &self.decision(), &change) {
            return self.refuse(broken);
        }
        self.commit(
            vec![change],
            format!("D{}: not an episode, {}", self.turn, name.to_lowercase()),
        )
    }

    /// Begins an episode: on the developer turn under the cursor, marked by hand where it was not a candidate.
    pub(super) fn new_episode(&mut self) -> Option<Effect> {
        let here = self.reader_turn().unwrap_or(self.turn);
        if here == 0 {
            return self.refuse("this session has no developer turn");
        }
        self.turn = here;
        let decision = self.decision();
        // Should the store refuse, the form is already that of the turn.
        self.form = self.form_for(&decision, None);
        let mut changes = Vec::new();
        if !self.is_candidate() {
            changes.push(Change::Marked(Some(true)));
        }
        if decision.verdict.is_some() {
            changes.push(Change::Verdict(None));
        }
        let id = (self.ids)();
        changes.push(Change::Episode {
            episode: id,
            exists: true,
        });
        let ladder = Ladder::start(&self.codebook, &Episode::new(id));
        let form = Form {
            episode: Some(id),
            ladder,
            look: Look::default(),
        };
        let count = decision.episodes.len() + 1;
        self.write(
            changes,
            Some(form),
            Notice::Done(format!("D{here}: episode {count} begun")),
        )
    }

    pub(super) fn remove_episode(&mut self) -> Option<Effect> {
        let decision = self.decision();
        let Some(id) = self
            .form
            .episode
            .filter(|id| decision.episode(*id).is_some())
        else {
            return self.refuse("there is no episode in the form");
        };
        let mut changes = Vec::new();
        if decision.verdict.is_some() {
            changes.push(Change::Verdict(None));
        }
        changes.push(Change::Episode {
            episode: id,
            exists: false,
        });
        let form = self.form_for(&apply(&decision, &changes), None);
        self.write(
            changes,
            Some(form),
            Notice::Done("episode removed; undo brings it back".to_owned()),
        )
    }

    pub(super) fn next_episode(&mut self) -> Option<Effect> {
        let decision = self.decision();
        if decision.episodes.len() < 2 {
            return self.refuse("there is no other episode on this turn");
        }
        let at = decision
            .episodes
            .iter()
            .position(|episode| Some(episode.id) == self.form.episode);
        let next = at.map_or(0, |at| (at + 1) % decision.episodes.len());
        let form = self.form_for(&decision, Some(decision.episodes[next].id));
        self.move_form(form)
    }

    /// Gives the form for a decision: the episode asked for, else the first that is not complete, else the last.
    pub(super) fn form_for(
        &self,
        decision: &crate::model::Decision,
        episode: Option<Uuid>,
    ) -> Form {
        let open = || {
            decision
                .episodes
                .iter()
                .find(|own| !missing(&self.codebook, own).is_empty())
        };
        let shown = episode
            .and_then(|id| decision.episode(id))
            .or_else(open)
            .or(decision.episodes.last());
        let ladder = match shown {
            Some(episode) => Ladder::start(&self.codebook, episode),
            None => Ladder::start(&self.codebook, &Episode::new(Uuid::nil())),
        };
        Form {
            episode: shown.map(|episode| episode.id),
            ladder,
            look: Look::default(),
        }
    }

    /// Gives the keys that lead on where the words of a code are asked for, but not written just now.
    pub(in crate::tui) fn text_step_ways(&self) -> [(Action, &'static str); 2] {
        let write = match self.adjudication {
            Some(_) => Action::NextUndecided,
            None => Action::Enter,
        };
        [
            (write, "writes them"),
            (Action::PreviousStep, "chooses another"),
        ]
    }

    /// Asks for the words of a code where the form stands at them.
    pub(super) fn open_text_step(&mut self) {
        let Step::Text { field, code } = &self.form.ladder.step else {
            return;
        };
        if !matches!(self.screen, Screen::Read) || self.read_only.is_some() {
            return;
        }
        let needs = self
            .codebook
            .field(field)
            .and_then(|own| own.code(code))
            .and_then(|code| code.needs_text.as_ref());
        if let Some(needs) = needs {
            let written = self
                .episode()
                .choices(field)
                .iter()
                .find(|own| own.code == *code)
                .and_then(|c| c.text.clone());
            let entry = TextEntry::new(Purpose::Code, &needs.prompt, &written.unwrap_or_default());
            self.screen = Screen::Write(entry);
        }
    }
}

/// Makes a change of the form's blank episode one of the episode that is made with it.
fn owned_by(change: Change, id: Uuid) -> Change {
    match change {
        Change::Field { field, choices, .. } => Change::Field {
            episode: id,
            field,
            choices,
        },
        other => other,
    }
}
