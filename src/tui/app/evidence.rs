//! Evidence: quotations and whole turns, and what stands out in the text because of them.

use std::ops::Range;

use super::{App, Effect, Notice, Screen};
use crate::model::{Change, CharSpan, Quote, Role, TurnRef, byte_range, char_span};
use crate::tui::transcript::{Highlight, HighlightKind};

/// A turn longer than this is quoted in part: its whole text would weigh the history down.
const LONGEST: usize = 20_000;

impl App {
    /// Takes the turn under the cursor as evidence, or lets go of it.
    pub(super) fn take_turn(&mut self) -> Option<Effect> {
        let position = self.reader.cursor.turn;
        let (Some(head), Some(body)) = (self.open.turns.get(position), self.reader.body(position))
        else {
            return None;
        };
        let (address, text) = (head.address, body.turn.text.clone());
        if text.trim().is_empty() {
            return self.refuse("this turn has no text to quote");
        }
        if text.len() > LONGEST {
            let quote = self.key(super::Action::Quote);
            return self.refuse(format!(
                "this turn is too long to be quoted whole: {quote} selects a quotation"
            ));
        }
        let span = CharSpan {
            start: 0,
            end: text.chars().count(),
        };
        let known = self
            .episode()
            .evidence
            .into_iter()
            .find(|quote| quote.turn == address && quote.span == span);
        match known {
            Some(quote) => self.drop_quote(&quote),
            None => self.add_quote(address, span, text),
        }
    }

    /// Removes the quotation that was taken last.
    pub(super) fn drop_evidence(&mut self) -> Option<Effect> {
        match self.episode().evidence.last() {
            Some(quote) => self.drop_quote(&quote.clone()),
            None => self.refuse("the episode has no evidence"),
        }
    }

    /// Takes a stretch of a turn's text as evidence.
    pub(super) fn quote_range(&mut self, position: usize, range: Range<usize>) -> Option<Effect> {
        let (Some(head), Some(body)) = (self.open.turns.get(position), self.reader.body(position))
        else {
            return None;
        };
        let text = &body.turn.text;
        let words = text.get(range.clone())?;
        let start = range.start + (words.len() - words.trim_start().len());
        let words = words.trim();
        if words.is_empty() {
            return self.refuse("there are no words in the selection");
        }
        let span = char_span(text, start..start + words.len());
        let (address, words) = (head.address, words.to_owned());
        self.add_quote(address, span, words)
    }

    fn add_quote(&mut self, turn: TurnRef, span: CharSpan, text: String) -> Option<Effect> {
        self.screen = Screen::Read;
        if let Err(why) = self.may_hold_evidence() {
            return self.refuse(why);
        }
        let (episode, made, form) = self.episode_to_hold();
        let id = (self.ids)();
        let quote = Quote {
            id,
            turn,
            span,
            text,
        };
        let mut changes: Vec<Change> = made.into_iter().collect();
        changes.push(Change::Evidence {
            episode,
            id,
            quote: Some(quote),
        });
        self.write(
            changes,
            Some(form),
            Notice::Done(format!("quoted from {turn}")),
        )
    }

    fn drop_quote(&mut self, quote: &Quote) -> Option<Effect> {
        let episode = self.form.episode?;
        let change = Change::Evidence {
            episode,
            id: quote.id,
            quote: None,
        };
        self.write(
            vec![change],
            None,
            Notice::Done("quotation removed".to_owned()),
        )
    }

    fn may_hold_evidence(&self) -> Result<(), &'static str> {
        if !self.is_candidate() {
            return Err("evidence belongs to an episode, and this turn is not marked as pushback");
        }
        let decision = self.decision();
        if decision.verdict.is_some() && decision.episodes.is_empty() {
            return Err("evidence belongs to an episode, and this turn is decided to be none");
        }
        Ok(())
    }

    /// Finds again what stands out in the turns that are loaded.
    pub(super) fn refresh_highlights(&mut self) {
        let quotes: Vec<Quote> = self
            .decision()
            .episodes
            .into_iter()
            .flat_map(|episode| episode.evidence)
            .collect();
        let blind = self.blind;
        for (&position, body) in &mut self.reader.bodies {
            let Some(head) = self.open.turns.get(position) else {
                continue;
            };
            let text = &body.turn.text;
            let cues = head
                .mark
                .iter()
                .filter(|_| head.address.role == Role::Developer)
                .filter(|mark| !blind || self.open.is_decided(mark.turn))
                .flat_map(|mark| &mark.cues);
            let cues = cues
                .filter_map(|cue| cue.span)
                .map(|span| (span, HighlightKind::Cue));
            let own = quotes.iter().filter(|quote| quote.turn == head.address);
            let evidence = own.map(|quote| (quote.span, HighlightKind::Evidence));
            let spans = cues
                .chain(evidence)
                .filter_map(|(span, kind)| Some((byte_range(text, span)?, kind)));
            let found = self
                .found
                .places
                .iter()
                .filter(|place| place.position == position);
            let found = found.map(|place| (place.range.clone(), HighlightKind::Search));
            let secrets = body.secrets.iter();
            let secrets = secrets.map(|(range, _)| (range.clone(), HighlightKind::Secret));
            body.highlights = spans
                .chain(found)
                .chain(secrets)
                .map(|(range, kind)| Highlight { range, kind })
                .collect();
        }
    }
}
