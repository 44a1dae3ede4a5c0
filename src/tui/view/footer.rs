//! The two bottom rows: what the coder should know, and what the next keys do.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{put, text};
use crate::model::{ExtraKind, Step, TurnRef};
use crate::tui::app::{App, Notice, Purpose, Screen};
use crate::tui::keys::{Action, BINDINGS, Mode};

/// Draws the answer to the last key, or why the turn is marked.
pub(super) fn draw_status(app: &App, area: Rect, frame: &mut Frame) {
    let theme = &app.theme;
    let width = usize::from(area.width);
    let (sign, words, style) = match &app.notice {
        Notice::Done(words) => (theme.glyphs.check, words.clone(), theme.done),
        Notice::Refused(words) => (theme.glyphs.cross, words.clone(), theme.warning),
        Notice::Trouble(words) => (theme.glyphs.cross, words.clone(), theme.error),
        Notice::Nothing => (" ", reasons(app), theme.muted),
    };
    let words = text::fit(&words, width.saturating_sub(2), theme);
    put(
        frame,
        area,
        Line::from(vec![
            Span::styled(format!("{sign} "), style),
            Span::styled(words, style),
        ]),
    );
}

/// Gives the reasons why the turn that is being decided on looks like pushback.
fn reasons(app: &App) -> String {
    if let Some(why) = &app.read_only {
        return format!("read only: {why}");
    }
    let Some(at) = app.open.position(TurnRef::developer(app.turn)) else {
        return String::new();
    };
    let Some(mark) = &app.open.turns[at].mark else {
        return String::new();
    };
    let by_hand = app
        .open
        .decisions
        .get(&app.turn)
        .is_some_and(|decision| decision.marked.is_some());
    let why: Vec<&str> = mark.cues.iter().map(|cue| cue.why.as_str()).collect();
    let why = if why.is_empty() {
        "no cue".to_owned()
    } else {
        why.join("; ")
    };
    let hand = if by_hand { "marked by hand; " } else { "" };
    format!("D{} {hand}score {:.2}: {why}", app.turn, mark.score)
}

/// Draws what the next keys do.
pub(super) fn draw(app: &App, area: Rect, frame: &mut Frame) {
    let theme = &app.theme;
    let mode = app.screen.mode();
    let mut keys = digits(app);
    keys.extend(
        actions(app)
            .iter()
            .map(|action| (app.keys.shown(mode, *action), short(mode, *action))),
    );
    let last: Vec<(String, String)> = ends(mode)
        .iter()
        .map(|own| (app.keys.shown(mode, *own), short(mode, *own)))
        .collect();
    let columns = |(key, word): &(String, String)| text::columns(key) + text::columns(word) + 3;
    let kept: usize = last.iter().map(columns).sum();
    let mut room = usize::from(area.width).saturating_sub(kept);
    keys.retain(|key| {
        let fits = columns(key) <= room;
        room = if fits { room - columns(key) } else { 0 };
        fits
    });
    let mut spans = Vec::new();
    for (key, word) in keys.into_iter().chain(last) {
        spans.push(Span::styled(key, theme.key));
        spans.push(Span::styled(format!(" {word}  "), theme.muted));
    }
    put(frame, area, Line::from(spans));
}

fn short(mode: Mode, action: Action) -> String {
    let binding = BINDINGS
        .iter()
        .find(|own| own.action == action && own.modes.contains(&mode));
    binding.map(|own| own.short.to_owned()).unwrap_or_default()
}

/// Gives the digits that mean something now, and what passes over a question that may stay open.
fn digits(app: &App) -> Vec<(String, String)> {
    let keys: Vec<char> = match &app.screen {
        Screen::Read if !app.is_candidate() => Vec::new(),
        Screen::Read => app.offers().into_iter().map(|offer| offer.key).collect(),
        Screen::Reason => app
            .codebook
            .reasons
            .iter()
            .map(|reason| reason.key)
            .collect(),
        Screen::Extra(None) => ('1'..='9').take(app.codebook.extras.len()).collect(),
        Screen::Extra(Some(id)) => ('0'..='9').take(values(app, id) + 1).collect(),
        _ => Vec::new(),
    };
    let (Some(first), Some(last)) = (keys.iter().min(), keys.iter().max()) else {
        return Vec::new();
    };
    let range = if first == last {
        first.to_string()
    } else {
        format!("{first}-{last}")
    };
    let passes = matches!(app.screen, Screen::Read) && {
        let ladder = &app.form.ladder;
        ladder.pass(&app.codebook, &app.episode()).is_ok()
    };
    let enter = app.keys.shown(Mode::Read, Action::Enter);
    let pass = passes.then(|| (enter, "pass on".to_owned()));
    [(range, digits_of(app))].into_iter().chain(pass).collect()
}

/// Gives what the digits choose, in a word or two.
fn digits_of(app: &App) -> String {
    let field = |id: &str| app.codebook.field(id);
    let name = match (&app.screen, &app.form.ladder.step) {
        (Screen::Reason, _) => return "why".to_owned(),
        (Screen::Extra(None), _) => return "field".to_owned(),
        (Screen::Extra(Some(_)), _) => return "value".to_owned(),
        (_, Step::Attribute { field: id, .. }) => field(id)
            .and_then(|own| own.attribute.as_ref())
            .map(|own| &own.name),
        (_, step) => step.field().and_then(field).map(|own| &own.name),
    };
    name.map(|name| name.to_lowercase()).unwrap_or_default()
}

/// Counts the values of an optional field.
fn values(app: &App, id: &str) -> usize {
    match app.codebook.extra(id).map(|extra| &extra.kind) {
        Some(ExtraKind::One(values)) => values.len(),
        _ => 0,
    }
}

/// Gives the actions worth showing now, the likeliest first.
fn actions(app: &App) -> Vec<Action> {
    match &app.screen {
        Screen::Read => reading(app),
        Screen::Reason | Screen::Extra(_) => vec![],
        Screen::Write(entry) if entry.purpose == Purpose::Memo => {
            vec![Action::Enter, Action::NewLine]
        }
        Screen::Write(_) => vec![Action::Enter],
        Screen::Quote(_) => {
            vec![
                Action::Enter,
                Action::Down,
                Action::WordRight,
                Action::WordLeft,
                Action::Anchor,
                Action::LineEnd,
            ]
        }
        Screen::Codebook(_) => vec![Action::Down, Action::Up, Action::PageDown, Action::Search],
        Screen::List(_) => vec![Action::Enter, Action::Down, Action::Up, Action::PageDown],
        Screen::Help(_) => vec![Action::Down, Action::PageDown],
    }
}

fn reading(app: &App) -> Vec<Action> {
    let begun = app.form.episode.is_some();
    let decided = app.decision().verdict.is_some();
    let mut actions = Vec::new();
    if !app.is_candidate() {
        actions.extend([Action::NextUndecided, Action::NewEpisode, Action::Mark]);
    } else if app.form.ladder.step == Step::Review && begun || decided {
        actions.extend([
            Action::Enter,
            Action::NewEpisode,
            Action::Undo,
            Action::Quote,
        ]);
    } else if begun {
        let ladder = &app.form.ladder;
        let takes_more = ladder.add(&app.codebook, &app.episode()).is_ok();
        actions.extend(takes_more.then_some(Action::AddCode));
        actions.extend([Action::Undo, Action::Quote, Action::NextCode]);
    } else {
        actions.extend([Action::NotEpisode, Action::NextCode, Action::Defer]);
    }
    actions.extend([
        Action::NextPushback,
        Action::Down,
        Action::Fold,
        Action::Codebook,
        Action::Sessions,
    ]);
    actions
}

fn ends(mode: Mode) -> &'static [Action] {
    match mode {
        Mode::Read => &[Action::Help, Action::Quit],
        _ => &[Action::Leave],
    }
}
