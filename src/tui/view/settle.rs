//! What coders differ on, and who says what, in place of the form's question.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::question::definition;
use super::{put, row_of, set_cursor, text};
use crate::merge::{Dispute, Item, Side, What};
use crate::model::{Decision, Difference, How, Settled, Settlement, Verdict};
use crate::tui::app::{Adjudication, App, Screen, TAKES};
use crate::tui::keys::Action;
use crate::tui::layout::Panes;

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
pub(super) fn draw(app: &App, work: &Adjudication, area: Rect, frame: &mut Frame) -> bool {
    if matches!(app.screen, Screen::Difference) {
        draw_reasons(app, area, frame);
        return true;
    }
    let gold = app.decision();
    let (Some(item), Screen::Read) = (work.item(), &app.screen) else {
        return false;
    };
    let Some(dispute) = work.dispute(&app.codebook, &gold) else {
        let settled = gold.verdict.is_some();
        if settled {
            draw_settled(app, work, &gold, area, frame);
        }
        return settled;
    };
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
    let more = text::wrap(&more(app, dispute), width.saturating_sub(3));
    let room = usize::from(area.height).saturating_sub(1 + more.len());
    let mut row = 1;
    for line in side_rows(app, work, (item, dispute), (width, room)) {
        put(frame, row_of(area, row), line);
        row += 1;
    }
    for words in more {
        put(
            frame,
            row_of(area, row),
            Line::styled(format!("   {words}"), theme.muted),
        );
        row += 1;
    }
    true
}

/// Gives the rows of the sides: in full where there is room for all, else one row each.
fn side_rows(
    app: &App,
    work: &Adjudication,
    (item, dispute): (&Item, &Dispute),
    (width, room): (usize, usize),
) -> Vec<Line<'static>> {
    let theme = &app.theme;
    let keys: Vec<String> = TAKES
        .iter()
        .map(|take| app.keys.shown(app.mode(), *take))
        .collect();
    let first = keys.iter().map(|key| text::columns(key)).max().unwrap_or(1);
    let words = |side: &Side| {
        let names = work.names.then(|| names(work, side));
        let words = [Some(side.answer.clone()), names, memos(work, side)];
        let words: Vec<String> = words.into_iter().flatten().collect();
        words.join(&format!("  {} ", theme.glyphs.dot))
    };
    let sides = work.sides(item, dispute);
    let width = width.saturating_sub(first + 2);
    let mut rows: Vec<Vec<String>> = sides
        .iter()
        .map(|(_, side)| text::wrap(&words(side), width))
        .collect();
    if rows.iter().map(Vec::len).sum::<usize>() > room {
        rows = sides
            .iter()
            .map(|(_, side)| vec![text::fit(&words(side), width, theme)])
            .collect();
    }
    let mut lines = Vec::new();
    for (at, rows) in rows.into_iter().enumerate() {
        let mut key = keys.get(at).cloned().unwrap_or_default();
        for words in rows {
            let spans = vec![
                Span::styled(format!(" {} ", text::pad(&key, first)), theme.key),
                Span::styled(words, theme.text),
            ];
            lines.push(Line::from(spans));
            key.clear();
        }
    }
    lines
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

/// Says what else may be answered; of a code that is looked at, its definition where no pane shows it.
fn more(app: &App, dispute: &Dispute) -> String {
    let none = [(
        Action::NotEpisode,
        "no episode, for a reason that you choose",
    )];
    let none = app.ways(&none).unwrap_or_default();
    let What::Field(_, field) = &dispute.what else {
        return none;
    };
    let narrow = Panes::of(app).codebook.height == 0;
    let looked_at = app.form.look.at.filter(|_| narrow);
    if let Some(definition) = looked_at.and_then(|at| definition(app, at)) {
        return definition;
    }
    let many = app
        .codebook
        .field(field)
        .is_some_and(|own| own.select.limit() > 1);
    let all = app.ways(&[(Action::TakeAll, "all together")]);
    let offers = app.offers();
    let codes: Vec<String> = offers
        .iter()
        .map(|own| format!("{} {}", own.key, own.id))
        .collect();
    let another = format!("or another: {}", codes.join("  "));
    let pieces = [all.filter(|_| many), Some(another)];
    let pieces: Vec<String> = pieces.into_iter().flatten().collect();
    pieces.join("; ")
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

/// Draws what gold says of a settled turn, and how each of it came about on which the coders differed.
fn draw_settled(app: &App, work: &Adjudication, gold: &Decision, area: Rect, frame: &mut Frame) {
    let theme = &app.theme;
    let key = |action| app.keys.shown(app.mode(), action);
    let heading = format!(
        "Settled. {} goes to the next open one, {} opens it again.",
        key(Action::NextUndecided),
        key(Action::Reopen)
    );
    let none = matches!(gold.verdict, Some(Verdict::NotEpisode { .. }));
    let verdict = none.then(|| app.decision_in_codes(gold));
    let differed = gold
        .settled
        .iter()
        .filter(|(_, own)| own.how != How::Agreed);
    let how = differed.map(|(what, own)| settlement(app, work, what, own));
    let width = usize::from(area.width);
    let heading = text::wrap(&heading, width);
    let words = verdict.into_iter().chain(how);
    let words = words.map(|words| {
        let words = text::fit(&words, width.saturating_sub(1), theme);
        (format!(" {words}"), theme.text)
    });
    let rows = heading.into_iter().map(|words| (words, theme.heading));
    set_cursor(frame, row_of(area, 0), 0);
    for (row, (words, style)) in rows.chain(words).enumerate() {
        put(frame, row_of(area, row), Line::styled(words, style));
    }
}

/// Says how one thing was settled; whose answer it was only where names are shown.
fn settlement(app: &App, work: &Adjudication, what: &Settled, own: &Settlement) -> String {
    let field = app.codebook.field(&what.field);
    let name = match (field, what.episode) {
        (Some(field), _) => field.name.as_str(),
        (None, Some(_)) => "Whether it is an episode",
        (None, None) => "Verdict",
    };
    let coder = |id| work.comparison.coders.iter().find(|coder| coder.id == id);
    let how = match own.how {
        How::Agreed => "agreed".to_owned(),
        How::Union => "all together".to_owned(),
        How::Edited => "another answer".to_owned(),
        How::Took(id) => match coder(id).filter(|_| work.names) {
            Some(coder) => format!("as {} has it", coder.name),
            None => "one side's answer".to_owned(),
        },
    };
    let reason = own.reason.map(|own| format!(", {}", own.name()));
    format!("{name}: {how}{}", reason.unwrap_or_default())
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
