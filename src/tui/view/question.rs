//! What is asked, and what each digit would choose.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{put, row_of, set_cursor, text};
use crate::model::{Difference, ExtraKind, Offer, Step, Verdict};
use crate::tui::app::{App, Screen};
use crate::tui::keys::Action;

/// Draws the question and what the digits would choose.
pub(super) fn draw(app: &App, wide: bool, area: Rect, frame: &mut Frame) {
    let rows = question_rows(app, wide, area);
    let count = rows.len();
    for (row, words) in rows.into_iter().enumerate() {
        put(
            frame,
            row_of(area, row),
            Line::styled(words, app.theme.heading),
        );
    }
    let below = Rect {
        y: area.y + u16::try_from(count).unwrap_or(0).min(area.height),
        height: area
            .height
            .saturating_sub(u16::try_from(count).unwrap_or(0)),
        ..area
    };
    set_cursor(frame, row_of(below, 0), 0);
    draw_offers(app, &offers(app), below, frame);
}

/// Draws what the digits would choose, in as many columns as it takes.
fn draw_offers(app: &App, offers: &[Offer], area: Rect, frame: &mut Frame) {
    let columns = offers
        .len()
        .div_ceil(usize::from(area.height).max(1))
        .max(1);
    let per_column = offers.len().div_ceil(columns).max(1);
    let width = area.width / u16::try_from(columns).unwrap_or(1);
    for (at, offer) in offers.iter().enumerate() {
        let column = u16::try_from(at / per_column).unwrap_or(0);
        let cell = Rect {
            x: area.x + column * width,
            width,
            ..row_of(area, at % per_column)
        };
        put(
            frame,
            cell,
            offer_line(app, at, offer, usize::from(width).saturating_sub(1)),
        );
        if looked_at(app) == Some(at) {
            set_cursor(frame, cell, 0);
        }
    }
}

/// Tells whether no offer is cut below a question of so many rows.
fn offers_fit(app: &App, offers: &[Offer], area: Rect, rows: usize) -> bool {
    let height = usize::from(area.height).saturating_sub(rows);
    if offers.is_empty() || height == 0 {
        return offers.is_empty();
    }
    let width = usize::from(area.width) / offers.len().div_ceil(height);
    let whole = |(at, offer)| offer_line(app, at, offer, usize::MAX).width() < width;
    offers.iter().enumerate().all(whole)
}

/// Gives the rows of the question. Where there is no pane for the codebook, the definition of the code that is
/// looked at stands in its place.
fn question_rows(app: &App, wide: bool, area: Rect) -> Vec<String> {
    let width = usize::from(area.width);
    if wide {
        return text::wrap(&question(app), width);
    }
    let definition = looked_at(app).and_then(|at| definition(app, at));
    let Some(definition) = definition else {
        let offers = offers(app);
        let fits = |rows: &usize| offers_fit(app, &offers, area, *rows);
        let most = (1..=usize::from(area.height)).rev().find(fits);
        return text::wrap_within(&question(app), width, most.unwrap_or(1), &app.theme);
    };
    let room = usize::from(area.height).saturating_sub(4);
    text::wrap_within(&definition, width, room, &app.theme)
}

/// Gives the offer that is looked at, where one can be.
fn looked_at(app: &App) -> Option<usize> {
    let can_be = matches!(app.screen, Screen::Read | Screen::Reason(_));
    app.looked_at().at.filter(|_| can_be)
}

/// Gives the definition of an offer.
pub(super) fn definition(app: &App, at: usize) -> Option<String> {
    if matches!(app.screen, Screen::Reason(_)) {
        let reason = app.codebook.reasons.get(at)?;
        return Some(format!("{}: {}", reason.name, reason.definition));
    }
    let offer = app.offers().into_iter().nth(at)?;
    if let Step::Attribute { field, .. } = &app.form.ladder.step {
        let attribute = app.codebook.field(field)?.attribute.as_ref()?;
        return attribute
            .values
            .iter()
            .find(|value| value.id == offer.id)
            .map(|value| value.definition.clone());
    }
    app.codebook
        .code(&offer.id)
        .map(|(_, code)| format!("{}: {}", code.id, code.definition))
}

fn offer_line(app: &App, at: usize, offer: &Offer, width: usize) -> Line<'static> {
    let theme = &app.theme;
    let looked_at = looked_at(app) == Some(at);
    let sign = if looked_at { theme.glyphs.cursor } else { " " };
    let check = if offer.chosen {
        format!("{} ", theme.glyphs.check)
    } else {
        String::new()
    };
    let style = if offer.chosen {
        theme.chosen
    } else if looked_at {
        theme.focus
    } else {
        theme.text
    };
    // An attribute's value is known by its name alone.
    let words = if offer.id.eq_ignore_ascii_case(&offer.name)
        || offer.id.contains('_')
        || offer.id == "other"
    {
        offer.name.clone()
    } else {
        format!("{} {}", offer.id, offer.name)
    };
    let room = width.saturating_sub(4 + text::columns(&check));
    Line::from(vec![
        Span::styled(sign, theme.focus),
        Span::styled(offer.key.to_string(), theme.key),
        Span::raw(" "),
        Span::styled(check, theme.done),
        Span::styled(text::fit(&words, room, theme), style),
    ])
}

/// Gives the question that the next digit answers.
pub(super) fn question(app: &App) -> String {
    match &app.screen {
        Screen::Reason(_) => "Not an episode. Why?".to_owned(),
        Screen::Extra(None) => "Which optional field?".to_owned(),
        Screen::Extra(Some(id)) => {
            let extra = app.codebook.extra(id);
            let prompt = extra.map(|own| {
                if own.prompt.is_empty() {
                    own.name.clone()
                } else {
                    own.prompt.clone()
                }
            });
            format!("{} 0 clears it.", prompt.unwrap_or_default())
        }
        _ => reading_question(app),
    }
}

fn reading_question(app: &App) -> String {
    if let Some(why) = app.unasked() {
        return format!("{}.", text::capitalised(&why));
    }
    if app.turn > 0 && !app.is_candidate() {
        let ways = [
            (Action::NewEpisode, "begins an episode here"),
            (Action::Mark, "marks it"),
            (Action::NextUndecided, "goes to the next undecided one"),
        ];
        return with_ways(app, "Not marked as pushback.", &ways);
    }
    if goes_on(app) {
        let ways = [(Action::Enter, "goes on to the next undecided turn")];
        return with_ways(app, "Decided.", &ways);
    }
    match &app.form.ladder.step {
        Step::Review => review(app),
        Step::Attribute { field, code } => {
            let field = app.codebook.field(field);
            let attribute = field
                .and_then(|own| own.attribute.as_ref())
                .map_or("", |own| own.name.as_str());
            format!("{attribute} of {code}?")
        }
        Step::Text { code, .. } => {
            with_ways(app, &format!("{code} needs words:"), &app.text_step_ways())
        }
        Step::Field(field) => {
            let words = app.codebook.field(field).map(|own| {
                if own.question.is_empty() {
                    format!("{}?", own.name)
                } else {
                    own.question.clone()
                }
            });
            let words = words.unwrap_or_default();
            if app.form.ladder.adding {
                format!("Another one? {words}")
            } else {
                words
            }
        }
    }
}

/// Says whether the turn can be committed, and what to do if not.
fn review(app: &App) -> String {
    if let Some(lacks) = app.lacks() {
        return format!("{}.", text::capitalised(&lacks));
    }
    let ways = [(Action::Enter, "commits this turn and goes on")];
    with_ways(app, "Complete.", &ways)
}

/// Tells whether the turn is decided and nothing is asked, so that there is nothing but to go on.
pub(super) fn goes_on(app: &App) -> bool {
    match app.decision().verdict {
        Some(Verdict::NotEpisode { .. }) => true,
        Some(Verdict::Episodes) => app.form.ladder.step == Step::Review,
        None => false,
    }
}

/// Gives a sentence, and another one about the keys that lead on from there.
fn with_ways(app: &App, what: &str, ways: &[(Action, &str)]) -> String {
    match app.ways(ways) {
        Some(ways) => format!("{what} {ways}."),
        None => what.to_owned(),
    }
}

/// Gives what the digits would choose.
pub(super) fn offers(app: &App) -> Vec<Offer> {
    let offer = |key: char, id: &str, name: &str, chosen: bool| Offer {
        key,
        id: id.to_owned(),
        name: name.to_owned(),
        chosen,
    };
    let digit = |at: usize| {
        u32::try_from(at + 1)
            .ok()
            .and_then(|at| char::from_digit(at, 10))
            .unwrap_or(' ')
    };
    match &app.screen {
        Screen::Reason(_) => {
            let reasons = app.codebook.reasons.iter();
            // The ids are long; the names say it.
            reasons
                .map(|reason| offer(reason.key, &reason.name, &reason.name, false))
                .collect()
        }
        Screen::Extra(None) => {
            let set = |id: &str| app.episode().extras.contains_key(id);
            let extras = app.codebook.extras.iter().enumerate();
            extras
                .map(|(at, own)| offer(digit(at), &own.name, &own.name, set(&own.id)))
                .collect()
        }
        Screen::Extra(Some(id)) => match app.codebook.extra(id).map(|extra| &extra.kind) {
            Some(ExtraKind::One(values)) => {
                let now = app.episode().extras.get(id).cloned();
                let own = values.iter().enumerate();
                own.map(|(at, (id, name))| offer(digit(at), name, name, now.as_ref() == Some(id)))
                    .collect()
            }
            _ => Vec::new(),
        },
        Screen::Difference => {
            let reasons = Difference::ALL.into_iter().enumerate();
            reasons
                .map(|(at, own)| offer(digit(at), own.name(), own.name(), false))
                .collect()
        }
        screen if !matches!(screen, Screen::Read) => Vec::new(),
        _ if !app.is_candidate() => Vec::new(),
        _ if matches!(app.decision().verdict, Some(Verdict::NotEpisode { .. })) => Vec::new(),
        _ => app.offers(),
    }
}
