//! The program on the screen: keys to messages, messages to state, state to frames.
//!
//! Only this file meets the terminal, the clock and the store. [`run`] takes its events as an argument, so that
//! tests drive the very loop that people use.

mod app;
mod keys;
mod layout;
mod terminal;
mod theme;
mod transcript;
mod view;

use std::collections::BTreeMap;
use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

use crossterm::event::{Event, KeyEvent, KeyEventKind};
use ratatui::Terminal;
use ratatui::backend::Backend;

use crate::merge::{Comparison, Item};
use crate::model::{Coder, SessionRow, Timestamp};
use crate::store::{Error, Study};
use app::{Adjudication, App, DecisionRow, Effect, Goal, MOST_FOUND, Msg, Start};

pub use keys::{KeyError, KeyMap};
pub use terminal::{Out, Screen, TerminalError, check_terminal, with_terminal};

/// How the program is to look and to be used.
#[derive(Debug, Clone)]
pub struct Looks {
    /// Name of the theme: `dark`, `light` or `mono`.
    pub theme: String,
    /// Whether only ASCII signs are drawn beside the text.
    pub ascii: bool,
    /// The keys.
    pub keys: KeyMap,
}

/// Names of the themes.
pub const THEMES: [&str; 3] = ["dark", "light", "mono"];

/// What the outside hands to the loop.
#[derive(Debug)]
pub enum Input {
    /// A key, a paste or a new size.
    Event(Event),
    /// The same, with more waiting behind it: no frame is needed yet.
    Hurried(Event),
    /// The terminal has come back from the background: everything must be drawn.
    Resumed,
}

/// What the loop asks of the outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// Go into the background until the program is wanted again.
    Suspend,
}

/// Why the loop ended with an error.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The study cannot be read.
    #[error(transparent)]
    Store(#[from] Error),
    /// The terminal cannot be written to or read from.
    #[error("the terminal is gone")]
    Terminal(#[source] io::Error),
    /// The theme does not exist.
    #[error("there is no theme {0}; there are dark, light and mono")]
    NoTheme(String),
    /// The study has no sessions.
    #[error("the study holds no sessions yet")]
    Empty,
}

/// Runs the program until the coder quits or the events end.
///
/// `read_only` says why nothing can be labelled. `next` gives the next input, and is asked to pause the program
/// by [`Pause`]; it blocks until there is something, and gives `None` when the terminal is gone.
///
/// # Errors
///
/// [`RunError`] where the study or the terminal fails. Everything acknowledged is stored then.
pub fn run<B: Backend<Error: Failing>>(
    study: &mut Study,
    coder: &Coder,
    read_only: Option<String>,
    looks: &Looks,
    terminal: &mut Terminal<B>,
    next: impl FnMut(Option<Pause>) -> Option<io::Result<Input>>,
) -> Result<(), RunError> {
    let desk = Desk::open(study, coder, (read_only, None), looks, terminal)?;
    go(desk, terminal, next)
}

/// What is to be settled, and by whom.
#[derive(Debug, Clone)]
pub struct Settling {
    /// The adjudicator.
    pub by: Coder,
    /// The coders beside each other.
    pub comparison: Comparison,
    /// The units that differ, in the order in which they are shown.
    pub queue: Vec<Item>,
}

/// Runs the program in its second mode: what coders differ on is settled, and the answers become gold's labels.
///
/// `gold` is the coder of gold; the rest is as for [`run`].
///
/// # Errors
///
/// As [`run`].
pub fn adjudicate<B: Backend<Error: Failing>>(
    study: &mut Study,
    gold: &Coder,
    settling: Settling,
    read_only: Option<String>,
    looks: &Looks,
    terminal: &mut Terminal<B>,
    next: impl FnMut(Option<Pause>) -> Option<io::Result<Input>>,
) -> Result<(), RunError> {
    let desk = Desk::open(study, gold, (read_only, Some(settling)), looks, terminal)?;
    go(desk, terminal, next)
}

/// Takes events until the end.
fn go<B: Backend<Error: Failing>>(
    mut desk: Desk,
    terminal: &mut Terminal<B>,
    mut next: impl FnMut(Option<Pause>) -> Option<io::Result<Input>>,
) -> Result<(), RunError> {
    desk.draw(terminal)?;
    let mut pause = None;
    while let Some(input) = next(pause.take()) {
        let input = input.map_err(RunError::Terminal)?;
        let (hurried, resumed) = (
            matches!(input, Input::Hurried(_)),
            matches!(input, Input::Resumed),
        );
        let msg = match input {
            Input::Resumed => None,
            Input::Event(event) | Input::Hurried(event) => desk.message(event),
        };
        match msg.map_or(After::Draw, |msg| desk.take(msg)) {
            After::Draw if resumed => desk.draw_anew(terminal)?,
            // What the next key means may depend on what is loaded.
            After::Draw if hurried => desk.prepare()?,
            After::Draw => desk.draw(terminal)?,
            After::DrawAnew => desk.draw_anew(terminal)?,
            After::Pause(wanted) => pause = Some(wanted),
            After::Quit => break,
        }
    }
    Ok(())
}

/// What a terminal fails with.
pub trait Failing: std::error::Error + Send + Sync + 'static {}

impl<E: std::error::Error + Send + Sync + 'static> Failing for E {}

fn gone(error: impl Failing) -> RunError {
    RunError::Terminal(io::Error::other(error))
}

/// What follows from a message.
enum After {
    Draw,
    DrawAnew,
    Pause(Pause),
    Quit,
}

/// The app with the store and the clock around it.
struct Desk<'a> {
    app: App,
    study: &'a mut Study,
    coder: &'a Coder,
}

impl<'a> Desk<'a> {
    fn open<B: Backend<Error: Failing>>(
        study: &'a mut Study,
        coder: &'a Coder,
        (read_only, settling): (Option<String>, Option<Settling>),
        looks: &Looks,
        terminal: &Terminal<B>,
    ) -> Result<Desk<'a>, RunError> {
        let theme = theme::Theme::named(&looks.theme)
            .ok_or_else(|| RunError::NoTheme(looks.theme.clone()))?;
        let size = terminal.size().map_err(gone)?;
        let mut sessions = study.sessions(Some(coder.id))?;
        if sessions.is_empty() {
            return Err(RunError::Empty);
        }
        let adjudication = match settling {
            Some(settling) => Some(adjudication(study, coder, settling, &mut sessions)?),
            None => None,
        };
        let blind = adjudication.is_none() && study.audit()?.is_some();
        let app = App::new(Start {
            codebook: study.codebook().clone(),
            coder: coder.name.clone(),
            read_only,
            keys: looks.keys.clone(),
            theme: if looks.ascii { theme.ascii() } else { theme },
            size: (size.width, size.height),
            sessions,
            blind,
            adjudication,
        });
        let mut desk = Desk { app, study, coder };
        let (at, goal) = desk.beginning()?;
        let opened = desk.perform(Effect::Open { at, goal })?;
        if let Some(opened) = opened {
            desk.take(opened);
        }
        let pace = desk.study.pace(coder.id)?;
        desk.app.update(Msg::Pace(pace));
        Ok(desk)
    }

    /// Gives where to begin: where the coder stood, or else at the first undecided turn.
    fn beginning(&self) -> Result<(usize, Goal), Error> {
        let rows = &self.app.sessions;
        if let Some(item) = self.app.adjudication.as_ref().and_then(Adjudication::item) {
            let at = rows.iter().position(|row| row.key == item.unit.session);
            return Ok((at.unwrap_or(0), Goal::Turn(item.unit.turn)));
        }
        if let Some(cursor) = self.study.cursor(self.coder.id)?
            && let Some(at) = rows.iter().position(|row| row.key == cursor.session)
        {
            return Ok((at, Goal::Cursor(cursor)));
        }
        let open = rows.iter().position(|row| row.decided < row.candidates);
        Ok((open.unwrap_or(0), Goal::Undecided))
    }

    fn message(&self, event: Event) -> Option<Msg> {
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => self.key(key),
            Event::Paste(text) => Some(Msg::Pasted(text)),
            Event::Resize(width, height) => Some(Msg::Resized(width, height)),
            _ => None,
        }
    }

    fn key(&self, event: KeyEvent) -> Option<Msg> {
        let key = keys::Key::of(event)?;
        let mode = self.app.mode();
        if let Some(action) = self.app.keys.action(mode, key) {
            return Some(Msg::Do(action));
        }
        let typed = key.typed()?;
        match mode {
            keys::Mode::Write => Some(Msg::Typed(typed)),
            keys::Mode::Read
            | keys::Mode::Reason
            | keys::Mode::Extra
            | keys::Mode::Settle
            | keys::Mode::Difference
                if typed.is_ascii_digit() =>
            {
                Some(Msg::Digit(typed))
            }
            _ => None,
        }
    }

    fn take(&mut self, msg: Msg) -> After {
        let effect = self.app.update(msg);
        self.perform_all(effect)
    }

    /// Does what the app asks for, until it asks for nothing more.
    fn perform_all(&mut self, effect: Option<Effect>) -> After {
        let mut wanted = effect;
        while let Some(effect) = wanted.take() {
            match effect {
                Effect::Quit => return After::Quit,
                Effect::Redraw => return After::DrawAnew,
                Effect::Suspend => return After::Pause(Pause::Suspend),
                _ => (),
            }
            // What cannot be done is said on the screen; labelling goes on.
            let answer = self
                .perform(effect)
                .unwrap_or_else(|error| Some(Msg::Failed(tell(&error))));
            wanted = answer.and_then(|answer| self.app.update(answer));
        }
        After::Draw
    }

    fn perform(&mut self, effect: Effect) -> Result<Option<Msg>, Error> {
        let row = self.app.sessions.get(self.app.at);
        Ok(match effect {
            Effect::Write {
                unit,
                changes,
                cursor,
            } => {
                let outcome = self
                    .study
                    .act(self.coder.id, &unit, &changes, Some(&cursor), now());
                let pace = self.study.pace(self.coder.id).unwrap_or(None);
                self.app.update(Msg::Pace(pace));
                Some(Msg::Saved(outcome.map(Some).map_err(|error| tell(&error))))
            }
            Effect::Keep(cursor) => {
                self.study.keep_cursor(self.coder.id, &cursor)?;
                None
            }
            Effect::Open { at, goal } => match self.app.sessions.get(at) {
                Some(row) => Some(Msg::Opened {
                    at,
                    session: self.study.open_session(row, Some(self.coder.id))?,
                    goal,
                }),
                None => None,
            },
            Effect::Undo => Some(Msg::Saved(
                self.study
                    .undo(self.coder.id, now())
                    .map_err(|error| tell(&error)),
            )),
            Effect::Redo => Some(Msg::Saved(
                self.study
                    .redo(self.coder.id, now())
                    .map_err(|error| tell(&error)),
            )),
            Effect::Find(words) => match row {
                Some(row) => Some(Msg::Found(
                    self.study.find_in_session(row, &words, MOST_FOUND)?,
                )),
                None => None,
            },
            Effect::SearchAll(words) => Some(Msg::Hits(self.study.search(&words, MOST_FOUND)?)),
            Effect::List => Some(Msg::Stops(self.study.stops(self.coder.id)?)),
            Effect::Review => Some(Msg::Decisions(self.decisions()?)),
            Effect::Redraw | Effect::Suspend | Effect::Quit => None,
        })
    }

    fn decisions(&self) -> Result<Vec<DecisionRow>, Error> {
        let units = self.study.decided_units(self.coder.id)?;
        let places: BTreeMap<&str, usize> = self
            .app
            .sessions
            .iter()
            .enumerate()
            .map(|(at, row)| (row.key.as_str(), at))
            .collect();
        let mut rows = Vec::with_capacity(units.len());
        for (unit, words) in units {
            let decision = self.study.decision(self.coder.id, &unit)?;
            let codes = self.app.decision_in_codes(&decision);
            rows.push(DecisionRow {
                session: unit.session,
                turn: unit.turn,
                codes,
                words,
            });
        }
        rows.sort_by_key(|row| (places.get(row.session.as_str()).copied(), row.turn));
        Ok(rows)
    }

    /// Loads what a frame needs.
    fn prepare(&mut self) -> Result<(), RunError> {
        while let Some(range) = self.app.prepare() {
            let Some(row) = self.app.sessions.get(self.app.at) else {
                break;
            };
            match self.study.turns(row, range.start, range.len()) {
                Ok(turns) if turns.len() == range.len() => self.app.loaded(range.start, turns),
                Ok(_) => {
                    let what = "turns are missing".to_owned();
                    return Err(Error::Damaged {
                        path: self.study.path().to_owned(),
                        what,
                    }
                    .into());
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Loads what the frame needs, and draws it.
    fn draw<B: Backend<Error: Failing>>(
        &mut self,
        terminal: &mut Terminal<B>,
    ) -> Result<(), RunError> {
        self.prepare()?;
        terminal
            .draw(|frame| view::draw(&self.app, frame))
            .map_err(gone)?;
        Ok(())
    }

    /// Draws every cell, for a screen that something else has written on.
    fn draw_anew<B: Backend<Error: Failing>>(
        &mut self,
        terminal: &mut Terminal<B>,
    ) -> Result<(), RunError> {
        // Not `clear`, which asks the terminal where its cursor is and waits for the answer.
        let size = terminal.size().map_err(gone)?;
        terminal
            .resize(ratatui::layout::Rect::from((
                ratatui::layout::Position::ORIGIN,
                size,
            )))
            .map_err(gone)?;
        self.draw(terminal)
    }
}

/// Prepares the adjudicator's queue, and counts the sessions' differences instead of their marks.
fn adjudication(
    study: &Study,
    gold: &Coder,
    settling: Settling,
    sessions: &mut [SessionRow],
) -> Result<Adjudication, Error> {
    let work = Adjudication::new(
        settling.by,
        settling.comparison,
        settling.queue,
        study.codebook(),
        &study.decisions(gold.id)?,
    );
    for row in sessions {
        let items = work.queue.iter().zip(&work.done);
        let own = items.filter(|(item, _)| item.unit.session == row.key);
        let done: Vec<bool> = own.map(|(_, done)| *done).collect();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        row.candidates = count(done.len());
        row.decided = count(done.iter().filter(|done| **done).count());
        row.deferred = 0;
    }
    Ok(work)
}

/// Gives an error in one line, with what to do about it.
fn tell(error: &Error) -> String {
    match error.hint() {
        Some(hint) => format!("{error}: {hint}"),
        None => match std::error::Error::source(error) {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        },
    }
}

fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Gives the actions that the configuration file can give other keys: name, keys, what they do.
pub fn actions(keys: &KeyMap) -> Vec<(&'static str, String, &'static str)> {
    keys.actions()
}
