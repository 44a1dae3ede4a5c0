//! Lists to choose from: sessions, one's own decisions, search results, the codebook's entries; and searching.

use super::{App, Effect, Goal, Purpose, Screen, Search, TextEntry};
use crate::model::{Found, Hit, find_words};
use crate::tui::keys::Action;
use crate::tui::view::{codebook_extent, help_rows};

/// How many places a search shows at most.
pub(in crate::tui) const MOST_FOUND: usize = 5_000;

/// A list of which one row is chosen.
#[derive(Debug, Clone)]
pub(in crate::tui) struct List {
    /// What it lists.
    pub(in crate::tui) kind: ListKind,
    /// The row under the cursor.
    pub(in crate::tui) at: usize,
}

/// What a list shows.
#[derive(Debug, Clone)]
pub(in crate::tui) enum ListKind {
    /// The sessions of the study.
    Sessions,
    /// The coder's decisions.
    Decisions(Vec<DecisionRow>),
    /// Where words were found in the developer turns of the study.
    Hits(Vec<Hit>),
    /// Entries of the codebook, by their ids; `filter` is what was searched for.
    Codebook {
        filter: String,
        entries: Vec<String>,
    },
}

/// One line of the coder's decisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct DecisionRow {
    /// Key of the session.
    pub(in crate::tui) session: String,
    /// Ordinal of the developer turn.
    pub(in crate::tui) turn: u32,
    /// What was decided, in codes.
    pub(in crate::tui) codes: String,
    /// What it is about: the first words of the turn.
    pub(in crate::tui) words: String,
}

impl List {
    /// Counts its rows; `sessions` is how many sessions there are.
    pub(in crate::tui) fn len(&self, sessions: usize) -> usize {
        match &self.kind {
            ListKind::Sessions => sessions,
            ListKind::Decisions(rows) => rows.len(),
            ListKind::Hits(hits) => hits.len(),
            ListKind::Codebook { entries, .. } => entries.len(),
        }
    }
}

impl App {
    pub(super) fn show_sessions(&mut self) -> Option<Effect> {
        self.screen = Screen::List(List {
            kind: ListKind::Sessions,
            at: self.at,
        });
        None
    }

    pub(super) fn show_decisions(&mut self, mut rows: Vec<DecisionRow>) -> Option<Effect> {
        let mut none = "nothing is decided yet";
        if let Some(work) = &self.adjudication {
            // What all agree on was adopted, not settled.
            rows.retain(|row| work.place_of(&row.session, row.turn).is_some());
            none = "nothing is settled yet";
        }
        if rows.is_empty() {
            return self.refuse(none);
        }
        let own = |row: &DecisionRow| row.session == self.open.key && row.turn == self.turn;
        let at = rows.iter().position(own).unwrap_or(rows.len() - 1);
        self.screen = Screen::List(List {
            kind: ListKind::Decisions(rows),
            at,
        });
        None
    }

    pub(super) fn show_hits(&mut self, hits: Vec<Hit>) -> Option<Effect> {
        if hits.is_empty() {
            self.screen = Screen::Read;
            return self.refuse("not found in any developer turn");
        }
        self.screen = Screen::List(List {
            kind: ListKind::Hits(hits),
            at: 0,
        });
        None
    }

    /// Opens the codebook at the entry that the pane shows.
    pub(super) fn show_codebook(&mut self) -> Option<Effect> {
        let entries = self.codebook_entries("");
        let look = self
            .form
            .look
            .at
            .and_then(|at| self.offers().get(at).map(|offer| offer.id.clone()));
        let first = self
            .asked_field()
            .and_then(|field| field.codes.first())
            .map(|code| code.id.clone());
        let at = look
            .or(first)
            .and_then(|id| entries.iter().position(|own| *own == id))
            .unwrap_or(0);
        self.read_codebook(String::new(), entries, at)
    }

    pub(super) fn filter_codebook(&mut self, words: &str) -> Option<Effect> {
        let entries = self.codebook_entries(words.trim());
        self.show_codebook();
        if entries.is_empty() {
            return self.refuse(format!("no entry of the codebook says {words:?}"));
        }
        self.read_codebook(words.trim().to_owned(), entries, 0)
    }

    fn read_codebook(&mut self, filter: String, entries: Vec<String>, at: usize) -> Option<Effect> {
        let kind = ListKind::Codebook { filter, entries };
        let list = List { kind, at };
        self.screen = Screen::Codebook { list, scroll: 0 };
        None
    }

    /// Gives the ids of the codes and reasons that say some words anywhere; all of them for none.
    fn codebook_entries(&self, words: &str) -> Vec<String> {
        let says = |texts: &[&str], lists: &[&[String]]| {
            let mut all = texts.iter().copied().chain(
                lists
                    .iter()
                    .flat_map(|list| list.iter().map(String::as_str)),
            );
            words.is_empty() || all.any(|text| find_words(text, words, 0).is_some())
        };
        let codes = self
            .codebook
            .fields()
            .flat_map(|field| field.codes.iter().map(move |code| (field, code)))
            .filter(|(field, code)| {
                let lists: [&[String]; 4] = [
                    &code.use_when,
                    &code.avoid_when,
                    &code.examples,
                    &code.near_misses,
                ];
                says(
                    &[&code.id, &code.name, &code.definition, &field.name],
                    &lists,
                )
            });
        let reasons = self
            .codebook
            .reasons
            .iter()
            .filter(|own| says(&[&own.id, &own.name, &own.definition, &own.example], &[]));
        codes
            .map(|(_, code)| code.id.clone())
            .chain(reasons.map(|reason| reason.id.clone()))
            .collect()
    }

    /// Shows the help; what is on the screen comes back after it.
    pub(super) fn show_help(&mut self) -> Option<Effect> {
        let back = Box::new(std::mem::replace(&mut self.screen, Screen::Read));
        self.screen = Screen::Help { first: 0, back };
        None
    }

    pub(super) fn act_listing(&mut self, action: Action) -> Option<Effect> {
        match action {
            Action::Leave => {
                self.screen = match std::mem::replace(&mut self.screen, Screen::Read) {
                    Screen::Help { back, .. } => *back,
                    _ => Screen::Read,
                };
                return None;
            }
            Action::Help => return self.show_help(),
            Action::Search => {
                self.screen = Screen::Write(TextEntry::new(
                    Purpose::Codebook,
                    "Search in the codebook",
                    "",
                ));
                return None;
            }
            Action::Enter => return self.open_chosen(),
            _ => (),
        }
        let page = usize::from(self.size.1).saturating_sub(4).max(1);
        let sessions = self.sessions.len();
        let help = help_rows(self).len();
        let (rows, room) = codebook_extent(self);
        match &mut self.screen {
            Screen::Help { first, .. } => {
                *first = moved(*first, help.saturating_sub(page) + 1, page, action);
            }
            Screen::Codebook { scroll, .. }
                if matches!(action, Action::PageDown | Action::PageUp) =>
            {
                *scroll = moved(*scroll, rows.saturating_sub(room) + 1, page / 2, action);
            }
            Screen::Codebook { list, scroll } => {
                *scroll = 0;
                list.at = moved(list.at, list.len(sessions), page, action);
            }
            Screen::List(list) => list.at = moved(list.at, list.len(sessions), page, action),
            _ => (),
        }
        None
    }

    fn open_chosen(&mut self) -> Option<Effect> {
        let Screen::List(list) = &self.screen else {
            self.screen = Screen::Read;
            return None;
        };
        let (session, goal) = match &list.kind {
            ListKind::Sessions => {
                return Some(Effect::Open {
                    at: list.at,
                    goal: Goal::Undecided,
                });
            }
            ListKind::Decisions(rows) => rows
                .get(list.at)
                .map(|row| (row.session.clone(), Goal::Turn(row.turn)))?,
            ListKind::Hits(hits) => hits
                .get(list.at)
                .map(|hit| (hit.session.clone(), Goal::Turn(hit.turn)))?,
            ListKind::Codebook { .. } => return None,
        };
        match self.sessions.iter().position(|row| row.key == session) {
            Some(at) => Some(Effect::Open { at, goal }),
            None => self.refuse("this study does not hold that session"),
        }
    }

    pub(super) fn begin_search(&mut self) -> Option<Effect> {
        let words = self.found.words.clone();
        self.begin_writing(Purpose::Search, "Search in this session", &words)
    }

    pub(super) fn begin_search_all(&mut self) -> Option<Effect> {
        self.begin_writing(Purpose::SearchAll, "Find in all developer turns", "")
    }

    pub(super) fn search(&mut self, words: &str) -> Option<Effect> {
        self.screen = Screen::Read;
        self.found = Search {
            words: words.trim().to_owned(),
            ..Search::default()
        };
        self.refresh_highlights();
        (!words.trim().is_empty()).then(|| Effect::Find(words.trim().to_owned()))
    }

    pub(super) fn search_all(&mut self, words: &str) -> Option<Effect> {
        self.screen = Screen::Read;
        (!words.trim().is_empty()).then(|| Effect::SearchAll(words.trim().to_owned()))
    }

    /// Takes the places of a search, and goes to the first one from the cursor on.
    pub(super) fn found(&mut self, places: Vec<Found>) -> Option<Effect> {
        self.found.places = places;
        self.refresh_highlights();
        if self.found.places.is_empty() {
            return self.refuse(format!("not found in this session: {}", self.found.words));
        }
        let here = self.reader.cursor.turn;
        let next = self
            .found
            .places
            .iter()
            .position(|place| place.position >= here)
            .unwrap_or(0);
        self.go_to_found(next)
    }

    pub(super) fn step_found(&mut self, forward: bool) -> Option<Effect> {
        let count = self.found.places.len();
        if count == 0 {
            let ways = [(Action::Search, "searches in this session")];
            return self.refuse(self.with_ways("nothing was searched for", &ways));
        }
        let at = self.found.at.unwrap_or(0);
        self.go_to_found(if forward {
            (at + 1) % count
        } else {
            (at + count - 1) % count
        })
    }

    fn go_to_found(&mut self, at: usize) -> Option<Effect> {
        self.found.at = Some(at);
        let count = self.found.places.len();
        let place = self.found.places.get(at)?;
        self.reader.reveal_byte(place.position, place.range.start);
        let most = if count == MOST_FOUND { " or more" } else { "" };
        self.done(format!("{} of {count}{most}: {}", at + 1, self.found.words));
        None
    }
}

fn moved(at: usize, length: usize, page: usize, action: Action) -> usize {
    let to = match action {
        Action::Down => at.saturating_add(1),
        Action::Up => at.saturating_sub(1),
        Action::PageDown => at.saturating_add(page),
        Action::PageUp => at.saturating_sub(page),
        Action::Top => 0,
        Action::Bottom => length.saturating_sub(1),
        _ => at,
    };
    to.min(length.saturating_sub(1))
}
