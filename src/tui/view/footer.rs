//! The two bottom rows: what the coder should know, and what the next keys do.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{codebook, put, question, text};
use crate::merge::What;
use crate::model::{How, Step, TurnRef};
use crate::tui::app::{App, Notice, Purpose, Screen, TAKES};
use crate::tui::keys::{Action, BINDINGS, Mode};

/// Draws the answer to the last key, or why the turn is marked.
pub(super) fn draw_status(app: &App, area: Rect, frame: &mut Frame) {
    let theme = &app.theme;
    let width = usize::from(area.width);
    let (sign, words, style) = match &app.notice {
        Notice::Done(words) => (theme.glyphs.check, words.clone(), theme.done),
        Notice::Refused(words) => (theme.glyphs.cross, words.clone(), theme.warning),
        Notice::Trouble(words) => (theme.glyphs.cross, words.clone(), theme.error),
        Notice::Nothing => match secrets(app) {
            Some(words) => (theme.glyphs.secret, words, theme.warning),
            None => (" ", standing(app), theme.muted),
        },
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

/// Says what the row under the cursor looks like, where it is a key.
fn secrets(app: &App) -> Option<String> {
    let names: Vec<&str> = app.secrets_at(app.reader.cursor).collect();
    (!names.is_empty()).then(|| format!("looks like: {}", names.join(", ")))
}

/// Says how the coder steps, where it is not the usual way, and why the turn is marked.
fn standing(app: &App) -> String {
    match app.walk.name() {
        Some(name) => format!("[{name}] {}", reasons(app)),
        None => reasons(app),
    }
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
    let by_hand = match app.decision().marked {
        Some(true) => "marked by hand; ",
        Some(false) => "unmarked by hand; ",
        None => "",
    };
    if app.hides_score(app.turn) {
        return format!(
            "D{} {by_hand}score and reasons show once it is decided",
            app.turn
        );
    }
    let audited = if app.open.audited.contains(&app.turn) {
        "of the audit sample; "
    } else {
        ""
    };
    let why: Vec<&str> = mark.cues.iter().map(|cue| cue.why.as_str()).collect();
    let why = if why.is_empty() {
        "no cue".to_owned()
    } else {
        why.join("; ")
    };
    format!(
        "D{} {audited}{by_hand}score {:.2}: {why}",
        app.turn, mark.score
    )
}

/// Draws what the next keys do.
pub(super) fn draw(app: &App, area: Rect, frame: &mut Frame) {
    let theme = &app.theme;
    let mode = app.mode();
    let mut keys: Vec<(String, String)> = sides(app).into_iter().chain(digits(app)).collect();
    keys.extend(
        actions(app)
            .iter()
            .map(|action| (app.keys.shown(mode, *action), word(app, *action))),
    );
    // An action that has lost its key is not shown.
    keys.retain(|(key, _)| !key.is_empty());
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

/// Gives what a key does now, in a word or two.
fn word(app: &App, action: Action) -> String {
    let mode = app.mode();
    match (mode, action) {
        (Mode::Read, Action::Enter) => (),
        (Mode::Reason, Action::NextCode) => return "look at reasons".to_owned(),
        (Mode::Settle, Action::NextUndecided) if asks_words(app) => (),
        _ => return short(mode, action),
    }
    match &app.form.ladder.step {
        _ if question::goes_on(app) => "next undecided".to_owned(),
        Step::Text { .. } => "write words".to_owned(),
        Step::Field(_) => "pass on".to_owned(),
        _ => short(mode, action),
    }
}

/// Gives the digits that mean something now, and what they are for.
fn digits(app: &App) -> Option<(String, String)> {
    let gold = app.decision();
    let dispute = app
        .adjudication
        .as_ref()
        .and_then(|work| work.dispute(&app.codebook, &gold));
    let takes_codes = dispute.is_none_or(|dispute| matches!(dispute.what, What::Field(..)));
    if matches!(app.screen, Screen::Read) && !takes_codes {
        return None;
    }
    let mut keys: Vec<char> = question::offers(app)
        .into_iter()
        .map(|offer| offer.key)
        .collect();
    if matches!(app.screen, Screen::Extra(Some(_))) {
        // 0 clears the field.
        keys.push('0');
    }
    let (first, last) = (keys.iter().min()?, keys.iter().max()?);
    let range = if first == last {
        first.to_string()
    } else {
        format!("{first}-{last}")
    };
    let field = app.asked_field();
    let what = match (&app.screen, &app.form.ladder.step) {
        (Screen::Reason(_) | Screen::Difference, _) => Some("why".to_owned()),
        (Screen::Extra(None), _) => Some("field".to_owned()),
        (Screen::Extra(Some(_)), _) => Some("value".to_owned()),
        (_, Step::Attribute { .. }) => field
            .and_then(|own| own.attribute.as_ref())
            .map(|own| own.name.to_lowercase()),
        _ => field.map(|own| own.name.to_lowercase()),
    };
    Some((range, what.unwrap_or_default()))
}

/// Gives the actions worth showing now, the likeliest first.
fn actions(app: &App) -> Vec<Action> {
    match &app.screen {
        Screen::Read if app.adjudication.is_some() => settling(app),
        Screen::Read => reading(app),
        Screen::Reason(_) => vec![Action::NextCode],
        Screen::Extra(_) => vec![],
        Screen::Write(entry) if entry.purpose == Purpose::Memo => {
            vec![Action::Enter, Action::NewLine]
        }
        Screen::Write(_) | Screen::Difference => vec![Action::Enter],
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
        Screen::Codebook { .. } => {
            let (rows, room) = codebook::extent(app);
            let page = (rows > room).then_some(Action::PageDown);
            let moves = [Action::Down, Action::Up].into_iter().chain(page);
            moves.chain([Action::Search]).collect()
        }
        Screen::List(_) => vec![Action::Enter, Action::Down, Action::Up, Action::PageDown],
        Screen::Help { .. } => vec![Action::Down, Action::PageDown],
    }
}

/// Gives the keys that take a side, in one: each side stands beside its own.
fn sides(app: &App) -> Option<(String, String)> {
    let (work, Screen::Read) = (app.adjudication.as_ref()?, &app.screen) else {
        return None;
    };
    let gold = app.decision();
    let count = work.dispute(&app.codebook, &gold)?.sides.len();
    let keys = TAKES.iter().take(count);
    let keys: Vec<String> = keys.map(|take| app.keys.shown(app.mode(), *take)).collect();
    Some((keys.join("/"), "is right".to_owned()))
}

fn settling(app: &App) -> Vec<Action> {
    let gold = app.decision();
    let Some(work) = &app.adjudication else {
        return Vec::new();
    };
    let dispute = work.dispute(&app.codebook, &gold);
    let mut actions = Vec::new();
    if let Some(What::Field(_, field)) = dispute.map(|own| &own.what) {
        let field = app.codebook.field(field);
        let many = field.is_some_and(|own| own.select.limit() > 1);
        actions.extend(many.then_some(Action::TakeAll));
    }
    actions.extend(dispute.is_none().then_some(Action::NextUndecided));
    let answered = gold.settled.values().any(|own| own.how != How::Agreed);
    let may_reopen = dispute.is_none() && work.item().is_some() && answered;
    actions.extend(may_reopen.then_some(Action::Reopen));
    actions.extend(work.item().map(|_| Action::NotEpisode));
    actions.extend(dispute.map(|_| Action::Names));
    let has_acted = work.done.contains(&true) || answered || !gold.memo.is_empty();
    actions.extend(has_acted.then_some(Action::Undo));
    actions.extend(dispute.map(|_| Action::NextUndecided));
    let is_last = work.at + 1 >= work.queue.len();
    actions.extend((!is_last).then_some(Action::NextPushback));
    actions.extend([Action::Fold, Action::Codebook]);
    actions
}

fn reading(app: &App) -> Vec<Action> {
    let begun = app.form.episode.is_some();
    let decided = app.decision().verdict.is_some();
    let at_review = app.form.ladder.step == Step::Review;
    let mut actions = Vec::new();
    if !app.is_candidate() {
        actions.extend([Action::NextUndecided, Action::NewEpisode, Action::Mark]);
    } else if at_review && !decided && app.lacks().is_some() {
        actions.push(Action::NextStep);
        actions.extend(if begun {
            [Action::Undo, Action::Quote]
        } else {
            [Action::NotEpisode, Action::Defer]
        });
    } else if at_review || decided {
        actions.extend([
            Action::Enter,
            Action::NewEpisode,
            Action::Undo,
            Action::Quote,
        ]);
    } else if asks_words(app) {
        actions.extend([
            Action::Enter,
            Action::PreviousStep,
            Action::Undo,
            Action::Quote,
        ]);
    } else if begun {
        if may_stay_empty(app) {
            actions.push(Action::Enter);
        }
        let ladder = &app.form.ladder;
        let takes_more = ladder.add(&app.codebook, &app.episode()).is_ok();
        actions.extend(takes_more.then_some(Action::AddCode));
        actions.extend([Action::Undo, Action::Quote, Action::NextCode]);
    } else {
        if may_stay_empty(app) {
            actions.push(Action::Enter);
        }
        actions.extend([Action::NotEpisode, Action::NextCode, Action::Defer]);
    }
    actions.extend([
        Action::NextPushback,
        Action::Down,
        Action::Fold,
        Action::Codebook,
        Action::Sessions,
        Action::ByScore,
        Action::AllTurns,
    ]);
    actions
}

/// Tells whether the words of a code are asked for.
fn asks_words(app: &App) -> bool {
    matches!(app.form.ladder.step, Step::Text { .. })
}

/// Tells whether the question may be passed over.
fn may_stay_empty(app: &App) -> bool {
    let Step::Field(id) = &app.form.ladder.step else {
        return false;
    };
    let unanswered = app.episode().choices(id).is_empty();
    unanswered && app.codebook.field(id).is_some_and(|field| field.optional)
}

fn ends(mode: Mode) -> &'static [Action] {
    match mode {
        Mode::Read | Mode::Settle => &[Action::Help, Action::Quit],
        _ => &[Action::Leave],
    }
}
