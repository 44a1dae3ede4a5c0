//! What coders differ on, and who says what, in place of the form's question.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{put, row_of, set_cursor, text};
use crate::merge::{Dispute, Side, What};
use crate::model::Difference;
use crate::tui::app::{Adjudication, App, Screen};
use crate::tui::keys::Action;

/// Gives the title of the form while settling.
pub(super) fn heading(app: &App, work: &Adjudication) -> String {
    if work.queue.is_empty() {
        return "the coders differ on nothing".to_owned();
    }
    if work.away {
        return format!(
            "D{} is none of the {} differences",
            app.turn,
            work.queue.len()
        );
    }
    let state = if work.done.get(work.at) == Some(&true) {
        "settled"
    } else {
        "open"
    };
    format!(
        "D{} · difference {} of {} · {state}",
        app.turn,
        work.at + 1,
        work.queue.len()
    )
}

/// Draws the dispute and its sides, or the reasons to choose from; tells whether there was anything to draw.
pub(super) fn draw(
    app: &App,
    work: &Adjudication,
    wide: bool,
    area: Rect,
    frame: &mut Frame,
) -> bool {
    if matches!(app.screen, Screen::Difference) {
        draw_reasons(app, area, frame);
        return true;
    }
    let gold = app.decision();
    let (Some(item), Some(dispute)) = (work.item(), work.dispute(&gold)) else {
        return false;
    };
    if !matches!(app.screen, Screen::Read) {
        return false;
    }
    let theme = &app.theme;
    let width = usize::from(area.width);
    put(
        frame,
        row_of(area, 0),
        Line::styled(
            text::fit(&question(app, dispute), width, theme),
            theme.heading,
        ),
    );
    set_cursor(frame, row_of(area, 1), 0);
    let mut row = 1;
    let takes = [Action::TakeA, Action::TakeB, Action::TakeC].map(|action| app.key(action));
    // No key takes a fourth side.
    let keys = takes.into_iter().chain(std::iter::repeat(String::new()));
    for (take, (_, side)) in keys.zip(work.sides(item, dispute)) {
        let names = work.names.then(|| names(work, side));
        let memos = memos(work, side);
        let words = [Some(side.answer.clone()), names, memos]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>();
        let words = words.join(&format!("  {} ", theme.glyphs.dot));
        let rows = if wide {
            text::wrap(&words, width.saturating_sub(3))
        } else {
            vec![text::fit(&words, width - 3, theme)]
        };
        for (at, words) in rows.into_iter().enumerate() {
            let key = if at == 0 { take.as_str() } else { "" };
            let spans = vec![
                Span::styled(format!(" {} ", text::pad(key, 1)), theme.key),
                Span::styled(words, theme.text),
            ];
            put(frame, row_of(area, row), Line::from(spans));
            row += 1;
        }
    }
    if let Some(words) = more(app, dispute) {
        put(
            frame,
            row_of(area, row),
            Line::styled(text::fit(&words, width, theme), theme.muted),
        );
    }
    true
}

fn question(app: &App, dispute: &Dispute) -> String {
    match &dispute.what {
        What::Verdict => "Is there an episode here?".to_owned(),
        What::Episode(_) => "Is this an episode of its own?".to_owned(),
        What::Field(group, field) => {
            let name = app
                .codebook
                .field(field)
                .map_or(field.as_str(), |field| field.name.as_str());
            format!("{name} of episode {}: who is right?", group + 1)
        }
    }
}

/// Says what else may be answered.
fn more(app: &App, dispute: &Dispute) -> Option<String> {
    let What::Field(_, field) = &dispute.what else {
        return app.ways(&[(
            Action::NotEpisode,
            "no episode, for a reason that you choose",
        )]);
    };
    let field = app.codebook.field(field)?;
    let takes_all = field.select.limit() > 1;
    let all = app.ways(&[(Action::TakeAll, "both together")]);
    let codes: Vec<String> = app
        .offers()
        .iter()
        .map(|offer| format!("{} {}", offer.key, offer.id))
        .collect();
    let another = format!("or another: {}", codes.join(" "));
    let pieces = [all.filter(|_| takes_all), Some(another)];
    Some(pieces.into_iter().flatten().collect::<Vec<_>>().join("; "))
}

fn names(work: &Adjudication, side: &Side) -> String {
    let names = side
        .coders
        .iter()
        .map(|coder| work.comparison.coders[*coder].name.clone());
    names.collect::<Vec<_>>().join(", ")
}

/// Gives what the coders of a side noted on the unit.
fn memos(work: &Adjudication, side: &Side) -> Option<String> {
    let unit = work.comparison.units.get(work.item()?.at)?;
    let memo = |coder: &usize| {
        unit.decisions[*coder]
            .as_ref()
            .map(|own| own.memo.clone())
            .filter(|own| !own.is_empty())
    };
    let memos: Vec<String> = side.coders.iter().filter_map(memo).collect();
    (!memos.is_empty()).then(|| format!("memo: {}", memos.join("; ")))
}

/// Draws the question why coders differ, with the answer that waits for it.
fn draw_reasons(app: &App, area: Rect, frame: &mut Frame) {
    let theme = &app.theme;
    let none = app.keys.shown(app.mode(), Action::Enter);
    let none = (!none.is_empty()).then(|| format!("{none}: no reason."));
    let taking = app.taking().map(|taking| format!("Taking {taking}"));
    let question = Some("Why do they differ?".to_owned());
    let words: Vec<String> = [question, none, taking].into_iter().flatten().collect();
    let room = usize::from(area.height).saturating_sub(Difference::ALL.len());
    let heading = text::wrap_within(&words.join(" "), usize::from(area.width), room, theme);
    let first = heading.len();
    for (row, words) in heading.into_iter().enumerate() {
        put(frame, row_of(area, row), Line::styled(words, theme.heading));
    }
    set_cursor(frame, row_of(area, first), 0);
    for (row, (key, reason)) in (first..).zip(('1'..).zip(Difference::ALL)) {
        let spans = vec![
            Span::styled(format!(" {key} "), theme.key),
            Span::styled(reason.name(), theme.text),
        ];
        put(frame, row_of(area, row), Line::from(spans));
    }
}
