//! The codebook: the entry of the code under the cursor beside the form, and the whole of it full screen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{EDGE, edge, full, put, row_of, set_cursor, text, title};
use crate::model::{Attribute, Code, Codebook, Field, Reason, Step};
use crate::tui::app::{App, List, ListKind, Screen};
use crate::tui::layout::Panes;

/// Draws the pane: the entry that is looked at, or the choices of the question.
pub(super) fn draw_pane(app: &App, area: Rect, frame: &mut Frame) {
    let area = edge(app, area, frame);
    title(
        app,
        area,
        &format!("{} {}", app.codebook.name, app.codebook.version),
        frame,
    );
    let below = Rect {
        y: area.y + 1,
        height: area.height.saturating_sub(1),
        ..area
    };
    pane(app, usize::from(area.width)).draw(app.looked_at().scroll, below, frame);
}

/// Gives what stands in the pane.
fn pane(app: &App, width: usize) -> Page<'_> {
    let mut page = Page::new(app, width);
    match &app.screen {
        Screen::Reason(look) => match look.at.and_then(|at| app.codebook.reasons.get(at)) {
            Some(reason) => page.reason(&app.codebook, reason),
            None => page.reasons(&app.codebook),
        },
        _ => page.question(),
    }
    page
}

/// Counts the rows of what is read in the codebook, full screen or in the pane, and the rows that are shown of it; none
/// are where there is no pane.
pub(crate) fn extent(app: &App) -> (usize, usize) {
    let inner = |area: Rect| usize::from(area.width.saturating_sub(EDGE));
    if let Screen::Codebook { list, .. } = &app.screen {
        let (_, area) = full_panes(full(Rect::new(0, 0, app.size.0, app.size.1)));
        let page = entry(app, list, inner(area));
        return (page.rows.len(), usize::from(area.height));
    }
    let area = Panes::of(app).codebook;
    let page = pane(app, inner(area));
    (page.rows.len(), usize::from(area.height.saturating_sub(1)))
}

/// Gives the index of the codebook and, beside it, the place of the entry that is read.
fn full_panes(area: Rect) -> (Rect, Rect) {
    let left = (area.width / 3).clamp(30, 44);
    let index = Rect {
        width: left,
        ..area
    };
    let rest = Rect {
        x: left,
        width: area.width.saturating_sub(left),
        ..area
    };
    (index, rest)
}

/// Gives the entry that is read, full screen.
fn entry<'a>(app: &'a App, list: &List, width: usize) -> Page<'a> {
    let mut page = Page::new(app, width);
    if let ListKind::Codebook { entries, .. } = &list.kind
        && let Some(id) = entries.get(list.at)
    {
        page.entry(&app.codebook, id);
    }
    page
}

/// Draws the codebook full screen: its entries on the left, the chosen one on the right.
pub(super) fn draw_full(app: &App, (list, scroll): (&List, usize), area: Rect, frame: &mut Frame) {
    let ListKind::Codebook { filter, entries } = &list.kind else {
        return;
    };
    let (index, rest) = full_panes(area);
    let heading = if filter.is_empty() {
        app.codebook.name.clone()
    } else {
        format!("{} of: {filter}", entries.len())
    };
    title(app, index, &heading, frame);
    let rows = usize::from(area.height).saturating_sub(1);
    let first = list
        .at
        .saturating_sub(rows / 2)
        .min(entries.len().saturating_sub(rows));
    for (row, (at, id)) in entries
        .iter()
        .enumerate()
        .skip(first)
        .take(rows)
        .enumerate()
    {
        let line = index_line(app, id, at == list.at, usize::from(index.width) - 1);
        put(frame, row_of(index, row + 1), line);
        if at == list.at {
            set_cursor(frame, row_of(index, row + 1), 0);
        }
    }
    let rest = edge(app, rest, frame);
    entry(app, list, usize::from(rest.width)).draw(scroll, rest, frame);
}

fn index_line(app: &App, id: &str, chosen: bool, width: usize) -> Line<'static> {
    let theme = &app.theme;
    let sign = if chosen { theme.glyphs.cursor } else { " " };
    let style = if chosen { theme.focus } else { theme.text };
    let words = match (app.codebook.code(id), app.codebook.reason(id)) {
        (Some((_, code)), _) => format!("{} {}", code.id, code.name),
        (None, Some(reason)) => format!("x{} {}", reason.key, reason.name),
        (None, None) => id.to_owned(),
    };
    let words = text::fit(&words, width.saturating_sub(2), theme);
    Line::from(vec![
        Span::styled(format!("{sign} "), theme.focus),
        Span::styled(words, style),
    ])
}

/// Rows of the codebook in the making.
struct Page<'a> {
    app: &'a App,
    width: usize,
    rows: Vec<Line<'static>>,
}

impl<'a> Page<'a> {
    fn new(app: &'a App, width: usize) -> Page<'a> {
        Page {
            app,
            width,
            rows: Vec::new(),
        }
    }

    fn draw(self, scroll: usize, area: Rect, frame: &mut Frame) {
        let room = usize::from(area.height);
        let first = scroll.min(self.rows.len().saturating_sub(room));
        let more = self.rows.len() > first + room;
        for (row, line) in self.rows.into_iter().skip(first).take(room).enumerate() {
            put(frame, row_of(area, row), line);
        }
        if more && room > 0 {
            let sign = Rect {
                x: area.x + area.width.saturating_sub(1),
                width: 1,
                ..row_of(area, room - 1)
            };
            put(
                frame,
                sign,
                Line::styled(self.app.theme.glyphs.open, self.app.theme.muted),
            );
        }
    }

    /// The entry of the code that is looked at, or all choices of the question in short.
    fn question(&mut self) {
        let app = self.app;
        let looked_at = app
            .form
            .look
            .at
            .and_then(|at| app.offers().get(at).map(|offer| offer.id.clone()));
        match (&app.form.ladder.step, looked_at) {
            (Step::Attribute { field, .. }, _) => {
                let attribute = app
                    .codebook
                    .field(field)
                    .and_then(|own| own.attribute.as_ref());
                if let Some(own) = attribute {
                    self.attribute(own);
                }
            }
            (_, Some(id)) => self.entry(&app.codebook, &id),
            (Step::Field(_), None) => self.overview(),
            (Step::Text { code, .. }, None) => self.entry(&app.codebook, code),
            (Step::Review, None) => self.paragraph(&app.codebook.unit, app.theme.text),
        }
    }

    fn overview(&mut self) {
        for offer in self.app.offers() {
            if let Some((_, code)) = self.app.codebook.code(&offer.id) {
                self.head(&format!("{} {}", code.id, code.name), Some(offer.key));
                self.paragraph(&code.definition, self.app.theme.text);
            }
        }
    }

    fn attribute(&mut self, attribute: &Attribute) {
        for (key, value) in (1..).zip(&attribute.values) {
            self.head(&value.name, char::from_digit(key, 10));
            self.paragraph(&value.definition, self.app.theme.text);
        }
    }

    fn reasons(&mut self, codebook: &Codebook) {
        let mut group = None;
        for reason in &codebook.reasons {
            if reason.group != group {
                group.clone_from(&reason.group);
                if let Some(own) = codebook
                    .reason_groups
                    .iter()
                    .find(|own| Some(&own.id) == group.as_ref())
                {
                    self.paragraph(
                        &format!("{}: {}", own.name, own.definition),
                        self.app.theme.muted,
                    );
                }
            }
            self.head(&reason.name, Some(reason.key));
            self.paragraph(&reason.definition, self.app.theme.text);
        }
    }

    fn entry(&mut self, codebook: &Codebook, id: &str) {
        match (codebook.code(id), codebook.reason(id)) {
            (Some((field, code)), _) => self.code(field, code),
            (None, Some(reason)) => self.reason(codebook, reason),
            (None, None) => (),
        }
    }

    fn code(&mut self, field: &Field, code: &Code) {
        let theme = &self.app.theme;
        self.head(&format!("{} {}", code.id, code.name), Some(code.key));
        self.paragraph(&code.definition, theme.text);
        if code.exclusive {
            self.paragraph("Stands alone.", theme.muted);
        }
        if let (true, Some(attribute)) = (code.takes_attribute, &field.attribute) {
            self.paragraph(
                &format!("Needs: {}.", attribute.name.to_lowercase()),
                theme.muted,
            );
        }
        self.list("Use when", &code.use_when);
        self.list("Avoid when", &code.avoid_when);
        let confusions: Vec<String> = code
            .confused_with
            .iter()
            .map(|other| format!("{}: {}", other.code, other.tell))
            .collect();
        self.list("Confused with", &confusions);
        self.list("Examples", &code.examples);
        self.list("Near misses", &code.near_misses);
    }

    fn reason(&mut self, codebook: &Codebook, reason: &Reason) {
        let theme = &self.app.theme;
        self.head(&reason.name, Some(reason.key));
        self.paragraph("Not an episode.", theme.muted);
        self.paragraph(&reason.definition, theme.text);
        let examples: Vec<String> = Some(reason.example.clone())
            .filter(|own| !own.is_empty())
            .into_iter()
            .collect();
        self.list("Example", &examples);
        if let Some(own) = codebook
            .reason_groups
            .iter()
            .find(|own| Some(&own.id) == reason.group.as_ref())
        {
            self.list(&own.name, std::slice::from_ref(&own.definition));
        }
    }

    fn head(&mut self, words: &str, key: Option<char>) {
        if !self.rows.is_empty() {
            self.rows.push(Line::default());
        }
        let theme = &self.app.theme;
        let key = key.map(|key| Span::styled(format!("{key} "), theme.key));
        let words = text::fit(words, self.width.saturating_sub(2), theme);
        let spans: Vec<Span> = key
            .into_iter()
            .chain([Span::styled(words, theme.heading)])
            .collect();
        self.rows.push(Line::from(spans));
    }

    fn paragraph(&mut self, words: &str, style: Style) {
        let rows = text::wrap(words, self.width).into_iter();
        self.rows.extend(rows.map(|row| Line::styled(row, style)));
    }

    fn list(&mut self, name: &str, items: &[String]) {
        if items.is_empty() {
            return;
        }
        let theme = &self.app.theme;
        self.rows.push(Line::default());
        self.rows.push(Line::styled(name.to_owned(), theme.strong));
        for item in items {
            for (row, words) in text::wrap(item, self.width.saturating_sub(2))
                .into_iter()
                .enumerate()
            {
                let sign = if row == 0 { theme.glyphs.bullet } else { " " };
                let spans = vec![
                    Span::styled(format!("{sign} "), theme.muted),
                    Span::styled(words, theme.text),
                ];
                self.rows.push(Line::from(spans));
            }
        }
    }
}
