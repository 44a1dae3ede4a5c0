//! The form: what is decided, what is asked, and what each digit would choose.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{clear, edge, put, row_of, set_cursor, settle, text, title};
use crate::model::{
    Certainty, Choice, Difference, Episode, ExtraKind, Field, Offer, Step, Verdict,
};
use crate::tui::app::{App, Screen, TextEntry};
use crate::tui::keys::Action;
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
    let question = Rect {
        y: area.y + used,
        height: area.height - used,
        ..area
    };
    if let Screen::Write(entry) = &app.screen {
        return draw_entry(app, entry, question, frame);
    }
    let wide = panes.is_wide();
    let work = app.adjudication.as_ref();
    if !work.is_some_and(|work| settle::draw(app, work, question, frame)) {
        draw_question(app, wide, question, frame);
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

/// Draws the question and what the digits would choose.
fn draw_question(app: &App, wide: bool, area: Rect, frame: &mut Frame) {
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

/// Draws a text that is being written, with the terminal's cursor in it.
fn draw_entry(app: &App, entry: &TextEntry, area: Rect, frame: &mut Frame) {
    let theme = &app.theme;
    let width = usize::from(area.width).saturating_sub(2).max(4);
    put(
        frame,
        row_of(area, 0),
        Line::styled(text::fit(&entry.prompt, width, theme), theme.heading),
    );
    let (rows, at) = entry_rows(entry, width);
    let room = usize::from(area.height).saturating_sub(1).max(1);
    let first = at.0.saturating_sub(room - 1);
    for (row, words) in rows.iter().skip(first).take(room).enumerate() {
        let sign = if first + row == 0 {
            theme.glyphs.cursor
        } else {
            " "
        };
        let spans = vec![
            Span::styled(format!("{sign} "), theme.focus),
            Span::styled(words.clone(), Style::default()),
        ];
        put(frame, row_of(area, 1 + row), Line::from(spans));
    }
    set_cursor(frame, row_of(area, 1 + at.0 - first), 2 + at.1);
}

/// Gives the rows of a text that is being written, and row and column of its cursor.
fn entry_rows(entry: &TextEntry, width: usize) -> (Vec<String>, (usize, usize)) {
    let mut rows = vec![String::new()];
    let mut at = (0, 0);
    for (place, letter) in entry.text.char_indices().chain([(entry.text.len(), ' ')]) {
        let shown = crate::model::printable(letter.encode_utf8(&mut [0; 4])).into_owned();
        let last = rows.len() - 1;
        let mut column = text::columns(&rows[last]);
        if column + text::columns(&shown) > width {
            rows.push(String::new());
            column = 0;
        }
        if place == entry.cursor {
            at = (rows.len() - 1, column);
        }
        let last = rows.len() - 1;
        if letter == '\n' {
            rows.push(String::new());
        } else if place < entry.text.len() {
            rows[last].push_str(&shown);
        }
    }
    (rows, at)
}
