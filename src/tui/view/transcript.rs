//! The transcript pane, and the instruction pinned above it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{put, row_of, text};
use crate::model::{Role, TurnHead, TurnKind, TurnRef, Verdict};
use crate::tui::app::{App, Body, Screen, Spot};
use crate::tui::transcript::{Highlight, HighlightKind, paint};

/// Draws the visible rows of the transcript.
pub(super) fn draw(app: &App, area: Rect, frame: &mut Frame) {
    if app.open.turns.is_empty() {
        let words = "this session has no turns";
        put(
            frame,
            row_of(area, 1),
            Line::styled(format!("  {words}"), app.theme.muted),
        );
        return;
    }
    for (row, spot) in app.reader.visible().into_iter().enumerate() {
        let line = line(app, spot, area.width);
        put(frame, row_of(area, row), line);
    }
}

/// Draws the developer turn before the current one: what it pushes back against.
pub(super) fn draw_pinned(app: &App, area: Rect, frame: &mut Frame) {
    let theme = &app.theme;
    let address = TurnRef::developer(app.turn.saturating_sub(1));
    let body = app.open.position(address).and_then(|at| app.pinned(at));
    let label = format!("{address} asked ");
    let width = usize::from(area.width).saturating_sub(text::columns(&label) + 1);
    let words = match body {
        Some(words) if !words.trim().is_empty() => words.trim(),
        Some(_) => "(not recorded)",
        None if app.turn <= 1 => "",
        None => theme.glyphs.ellipsis,
    };
    if app.turn <= 1 {
        put(
            frame,
            row_of(area, 0),
            Line::styled(
                "first developer turn: nothing was asked before",
                theme.muted,
            ),
        );
        return;
    }
    let rows = text::wrap(words, width.saturating_sub(1));
    let room = usize::from(area.height);
    let cut = rows.len() > room;
    for (row, words) in rows.into_iter().take(room).enumerate() {
        let first = if row == 0 {
            label.clone()
        } else {
            " ".repeat(text::columns(&label))
        };
        let more = if cut && row + 1 == room {
            theme.glyphs.ellipsis
        } else {
            ""
        };
        let spans = vec![
            Span::styled(first, theme.developer),
            Span::styled(words, theme.text),
            Span::styled(more, theme.muted),
        ];
        put(frame, row_of(area, row), Line::from(spans));
    }
}

fn line(app: &App, spot: Spot, width: u16) -> Line<'static> {
    let theme = &app.theme;
    let (Some(head), Some(body)) = (app.open.turns.get(spot.turn), app.reader.body(spot.turn))
    else {
        return Line::default();
    };
    let mut spans = gutter(app, spot, head);
    let rest = width.saturating_sub(2);
    match spot.row.checked_sub(1) {
        None => spans.extend(head_spans(app, head, body, usize::from(rest))),
        Some(row) => match body.layout.rows.get(row) {
            None => (),
            Some(row) => {
                let mut highlights = body.highlights.clone();
                if let Screen::Quote(selection) = &app.screen
                    && selection.position == spot.turn
                {
                    highlights.push(Highlight {
                        range: selection.range(),
                        kind: HighlightKind::Selection,
                    });
                }
                spans.extend(paint(&body.turn, row, &body.layout, &highlights, theme, rest).spans);
            }
        },
    }
    Line::from(spans)
}

/// The two columns left of the text: the row cursor, or the bar of the turn that is being decided on; and the sign of
/// a row with what looks like a key, which would be told by its style alone otherwise.
fn gutter(app: &App, spot: Spot, head: &TurnHead) -> Vec<Span<'static>> {
    let theme = &app.theme;
    let current = head.address == TurnRef::developer(app.turn);
    let developer = head.address.role == Role::Developer;
    let marked = developer && app.open.is_candidate(head.address.ordinal);
    let (sign, style): (&str, Style) = if spot == app.reader.cursor {
        (theme.glyphs.cursor, theme.cursor)
    } else if spot.row == 0 && marked {
        (theme.glyphs.pushback, theme.pushback)
    } else if current {
        (theme.glyphs.gutter, theme.focus)
    } else if marked {
        (theme.glyphs.gutter, theme.pushback)
    } else {
        (" ", theme.text)
    };
    let has_secret = app.secrets_at(spot).next().is_some();
    let key = if has_secret { theme.glyphs.secret } else { " " };
    vec![Span::styled(sign, style), Span::styled(key, theme.warning)]
}

fn head_spans(app: &App, head: &TurnHead, body: &Body, width: usize) -> Vec<Span<'static>> {
    let theme = &app.theme;
    let developer = head.address.role == Role::Developer;
    let (who, style) = if developer {
        ("developer", theme.developer)
    } else {
        ("agent", theme.agent)
    };
    let mut spans = vec![Span::styled(format!("{} {who}", head.address), style)];
    let mut add = |words: String, style: Style| {
        spans.push(Span::styled(format!("  {words}"), style));
    };
    if let Some(how) = how(head.kind).filter(|_| developer) {
        add(how.to_owned(), theme.muted);
    }
    if let Some(time) = head.time {
        add(clock(time.0), theme.muted);
    }
    if developer {
        let turn = head.address.ordinal;
        if app.open.is_candidate(turn) {
            add("pushback".to_owned(), theme.pushback);
            let (state, style) = state(app, turn);
            add(state, style);
        }
    } else if body.turn.text.is_empty() && body.turn.events.is_empty() {
        add("reply not recorded".to_owned(), theme.muted);
    }
    let used: usize = spans.iter().map(|span| text::columns(&span.content)).sum();
    if used + 4 < width {
        let rule = theme.glyphs.horizontal.repeat(width - used - 2);
        spans.push(Span::styled(format!(" {rule}"), theme.border));
    }
    spans
}

fn how(kind: TurnKind) -> Option<&'static str> {
    match kind {
        TurnKind::Prompt => None,
        TurnKind::Command => Some("by a command"),
        TurnKind::Steering => Some("while the agent worked"),
        TurnKind::Refusal => Some("with a refusal"),
        TurnKind::Answer => Some("as an answer"),
    }
}

/// Gives the state of a pushback turn in words.
fn state(app: &App, turn: u32) -> (String, Style) {
    let theme = &app.theme;
    let check = theme.glyphs.check;
    let Some(decision) = app.open.decisions.get(&turn) else {
        return ("undecided".to_owned(), theme.warning);
    };
    match &decision.verdict {
        Some(Verdict::NotEpisode { .. }) => (format!("{check} not an episode"), theme.done),
        Some(Verdict::Episodes) => {
            let codes: Vec<String> = decision
                .episodes
                .iter()
                .map(|episode| app.codes(episode))
                .collect();
            (format!("{check} {}", codes.join(" | ")), theme.done)
        }
        None if decision.deferred => ("put off".to_owned(), theme.warning),
        None if !decision.episodes.is_empty() => ("begun".to_owned(), theme.warning),
        None => ("undecided".to_owned(), theme.warning),
    }
}

fn clock(milliseconds: i64) -> String {
    let minutes = milliseconds.div_euclid(60_000);
    format!(
        "{:02}:{:02}",
        minutes.div_euclid(60).rem_euclid(24),
        minutes.rem_euclid(60)
    )
}
