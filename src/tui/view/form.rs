//! The form: what it is about, what is decided, and below it what is asked.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{clear, edge, entry, put, question, row_of, settle, text, title};
use crate::model::{Certainty, Choice, Episode, Field, Verdict};
use crate::tui::app::{App, Screen};
use crate::tui::layout::Panes;

/// Draws the form.
pub(super) fn draw(app: &App, panes: &Panes, frame: &mut Frame) {
    let area = if panes.is_wide() {
        edge(app, panes.form, frame)
    } else {
        panes.form
    };
    clear(frame, area);
    title(app, area, &heading(app), frame);
    let mut row = 1;
    if panes.is_wide() {
        for line in field_rows(app, usize::from(area.width)) {
            put(frame, row_of(area, row), line);
            row += 1;
        }
        row += 1;
    } else {
        put(
            frame,
            row_of(area, row),
            chips(app, usize::from(area.width)),
        );
        row += 1;
    }
    let used = u16::try_from(row).unwrap_or(u16::MAX).min(area.height);
    let below = Rect {
        y: area.y + used,
        height: area.height - used,
        ..area
    };
    if let Screen::Write(entry) = &app.screen {
        return entry::draw(app, entry, below, frame);
    }
    let wide = panes.is_wide();
    let work = app.adjudication.as_ref();
    if !work.is_some_and(|work| settle::draw(app, work, below, frame)) {
        question::draw(app, wide, below, frame);
    }
}

/// Gives what the form is about.
fn heading(app: &App) -> String {
    if let Some(work) = &app.adjudication {
        return settle::heading(app, work);
    }
    let decision = app.decision();
    let count = decision.episodes.len();
    let at = decision
        .episodes
        .iter()
        .position(|episode| Some(episode.id) == app.form.episode);
    let state = match &decision.verdict {
        _ if app.turn == 0 => "no developer turn".to_owned(),
        _ if !app.is_candidate() => "not marked as pushback".to_owned(),
        Some(Verdict::NotEpisode { reason, .. }) => {
            let name = app
                .codebook
                .reason(reason)
                .map_or(reason.as_str(), |reason| reason.name.as_str());
            format!("not an episode: {name}")
        }
        Some(Verdict::Episodes) => "committed".to_owned(),
        None if decision.deferred => "put off".to_owned(),
        None => "undecided".to_owned(),
    };
    let episode = match at {
        Some(at) => Some(format!("episode {} of {count}", at + 1)),
        None if count > 0 => Some(format!("{count} episodes")),
        None => None,
    };
    let pieces = [Some(format!("D{}", app.turn)), episode, Some(state)];
    let pieces: Vec<String> = pieces.into_iter().flatten().collect();
    pieces.join(&format!(" {} ", app.theme.glyphs.dot))
}

/// Gives the fields of the episode, one or two rows each.
fn field_rows(app: &App, width: usize) -> Vec<Line<'static>> {
    let theme = &app.theme;
    let episode = app.episode();
    let names = app
        .codebook
        .fields()
        .map(|field| text::columns(&field.name))
        .max()
        .unwrap_or(0)
        .min(18);
    let mut rows = Vec::new();
    for field in app.codebook.fields() {
        let here = app.form.ladder.step.field() == Some(field.id.as_str());
        let sign = if here { theme.glyphs.cursor } else { " " };
        let name = text::pad(&text::fit(&field.name, names, theme), names);
        let room = width.saturating_sub(names + 4);
        let values = values(field, &episode);
        let (values, style) = match (values.is_empty(), field.applies_to(&episode)) {
            (false, _) => (values, theme.chosen),
            (true, false) => (vec!["does not apply".to_owned()], theme.muted),
            (true, true) if here => (vec!["?".to_owned()], theme.focus),
            (true, true) => (vec![theme.glyphs.dot.to_owned()], theme.muted),
        };
        for (at, value) in values.iter().enumerate() {
            let (sign, name) = if at == 0 {
                (sign, name.clone())
            } else {
                (" ", " ".repeat(names))
            };
            rows.push(Line::from(vec![
                Span::styled(format!("{sign} "), theme.focus),
                Span::styled(name, if here { theme.focus } else { theme.text }),
                Span::raw("  "),
                Span::styled(text::fit(value, room, theme), style),
            ]));
        }
    }
    let mut notes = notes(app, &episode, width.saturating_sub(2));
    notes.spans.insert(0, Span::raw("  "));
    rows.push(notes);
    rows
}

/// Gives the chosen codes of a field with attribute and words: those that were written, or else the code's name.
fn values(field: &Field, episode: &Episode) -> Vec<String> {
    let value = |choice: &Choice| {
        let attributes = field.attribute.iter().flat_map(|own| &own.values);
        let attribute = attributes
            .filter(|value| Some(&value.id) == choice.attribute.as_ref())
            .map(|value| format!("({}) ", value.name.to_lowercase()))
            .next()
            .unwrap_or_default();
        let name = field.code(&choice.code).map_or("", |code| &code.name);
        let words = choice.text.as_deref().unwrap_or(name);
        format!("{} {attribute}{words}", choice.code)
    };
    episode.choices(&field.id).iter().map(value).collect()
}

/// A field in one row with the others: name, codes, whether it is asked, whether it is answered.
struct Chip {
    name: String,
    value: String,
    here: bool,
    answered: bool,
}

/// Gives the codes of all fields in one row, for a small terminal; long names give way.
fn chips(app: &App, width: usize) -> Line<'static> {
    let theme = &app.theme;
    let episode = app.episode();
    let notes = notes(app, &episode, width / 2);
    let room = width.saturating_sub(notes.width());
    let fields = app
        .codebook
        .fields()
        .filter(|field| field.applies_to(&episode));
    let chips: Vec<Chip> = fields
        .filter_map(|field| chip(app, field, &episode))
        .collect();
    let taken = |longest: usize| -> usize {
        chips
            .iter()
            .map(|own| {
                let name = text::columns(&own.name).min(longest) + usize::from(own.here);
                name + text::columns(&own.value) + 3
            })
            .sum()
    };
    let longest = [40, 12, 8, 4]
        .into_iter()
        .find(|longest| taken(*longest) <= room)
        .unwrap_or(2);
    let mut spans = Vec::new();
    for own in chips {
        let sign = if own.here { theme.glyphs.cursor } else { "" };
        let name = text::fit(&own.name, longest, theme);
        spans.push(Span::styled(
            format!("{sign}{name} "),
            if own.here { theme.focus } else { theme.muted },
        ));
        let style = if own.answered {
            theme.chosen
        } else {
            theme.muted
        };
        spans.push(Span::styled(format!("{}  ", own.value), style));
    }
    spans.extend(notes.spans);
    Line::from(spans)
}

fn chip(app: &App, field: &Field, episode: &Episode) -> Option<Chip> {
    let here = app.form.ladder.step.field() == Some(field.id.as_str());
    let choices = episode.choices(&field.id);
    if choices.is_empty() && field.asked_with_parent {
        return None;
    }
    let code = |choice: &Choice| match &choice.attribute {
        Some(attribute) => format!("{} {attribute}", choice.code),
        None => choice.code.clone(),
    };
    let value = match (choices, here) {
        ([], true) => "?".to_owned(),
        ([], false) => app.theme.glyphs.dot.to_owned(),
        (choices, _) => choices.iter().map(code).collect::<Vec<_>>().join("+"),
    };
    Some(Chip {
        name: field.name.clone(),
        value,
        here,
        answered: !choices.is_empty(),
    })
}

/// Gives evidence, certainty, memo and optional fields, as far as there are any.
fn notes(app: &App, episode: &Episode, width: usize) -> Line<'static> {
    let theme = &app.theme;
    let decision = app.decision();
    let mut words = Vec::new();
    match episode.evidence.len() {
        0 => (),
        1 => words.push("1 quotation".to_owned()),
        count => words.push(format!("{count} quotations")),
    }
    words.extend(
        decision
            .certainty
            .map(|certainty| format!("certainty {}", Certainty::name(certainty))),
    );
    if !decision.memo.is_empty() {
        words.push("memo".to_owned());
    }
    words.extend(episode.extras.keys().cloned());
    let words = words.join(&format!(" {} ", theme.glyphs.dot));
    Line::styled(text::fit(&words, width, theme), theme.done)
}
