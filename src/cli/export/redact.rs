//! Takes secrets out of labels on their way out of a study.

use std::collections::HashMap;

use crate::cli::failure::Failure;
use crate::detect::{SecretCounts, Secrets};
use crate::model::{Decision, Quote, Role, SessionRow, Turn, TurnRef, Verdict, byte_range};
use crate::store::Study;

/// How many turns are decompressed at once.
const AT_ONCE: usize = 64;

/// Masks what coders wrote and quoted.
pub(super) struct Redactor<'a> {
    study: &'a Study,
    secrets: Secrets,
    sessions: HashMap<String, SessionRow>,
    /// The session whose turns were read last, and its turns.
    read: Option<(String, HashMap<TurnRef, Turn>)>,
    /// What was masked.
    pub(super) counts: SecretCounts,
}

impl<'a> Redactor<'a> {
    pub(super) fn new(study: &'a Study) -> Result<Redactor<'a>, Failure> {
        let rows = study.sessions(None)?.into_iter();
        Ok(Redactor {
            study,
            secrets: Secrets::standard(),
            sessions: rows.map(|row| (row.key.clone(), row)).collect(),
            read: None,
            counts: SecretCounts::new(),
        })
    }

    /// Masks a decision on a turn of a session.
    pub(super) fn redact(&mut self, session: &str, decision: &mut Decision) -> Result<(), Failure> {
        self.replace(&mut decision.memo);
        if let Some(Verdict::NotEpisode {
            text: Some(text), ..
        }) = &mut decision.verdict
        {
            self.replace(text);
        }
        for episode in &mut decision.episodes {
            let choices = episode.fields.values_mut().flatten();
            let texts = choices.filter_map(|choice| choice.text.as_mut());
            for text in texts.chain(episode.extras.values_mut()) {
                self.replace(text);
            }
            for quote in &mut episode.evidence {
                self.quote(session, quote)?;
            }
        }
        Ok(())
    }

    fn replace(&mut self, text: &mut String) {
        if let Some(masked) = self.secrets.mask(text, &mut self.counts) {
            *text = masked;
        }
    }

    /// Masks a quotation. A piece of a secret does not look like one, so the whole turn is looked at.
    fn quote(&mut self, session: &str, quote: &mut Quote) -> Result<(), Failure> {
        self.read(session)?;
        let turns = self.read.as_ref().map(|(_, turns)| turns);
        if let Some(turn) = turns.and_then(|turns| turns.get(&quote.turn))
            && let Some(text) = masked_piece(&self.secrets, turn, quote, &mut self.counts)
        {
            quote.text = text;
        }
        self.replace(&mut quote.text);
        Ok(())
    }

    fn read(&mut self, session: &str) -> Result<(), Failure> {
        if self.read.as_ref().is_some_and(|(key, _)| key == session) {
            return Ok(());
        }
        let (mut turns, mut developer, mut read) = (HashMap::new(), 0, 0);
        while let Some(row) = self.sessions.get(session) {
            let some = self.study.turns(row, read, AT_ONCE)?;
            read += some.len();
            let last = some.len() < AT_ONCE;
            for turn in some {
                developer += u32::from(turn.role == Role::Developer);
                let (role, ordinal) = (turn.role, developer);
                turns.insert(TurnRef { role, ordinal }, turn);
            }
            if last {
                break;
            }
        }
        self.read = Some((session.to_owned(), turns));
        Ok(())
    }
}

/// Gives the words of a quotation without the secrets of its turn that reach into it; `None` where there is none, or
/// the turn has other words there.
fn masked_piece(
    secrets: &Secrets,
    turn: &Turn,
    quote: &Quote,
    counts: &mut SecretCounts,
) -> Option<String> {
    let piece =
        byte_range(&turn.text, quote.span).filter(|own| turn.text[own.clone()] == quote.text)?;
    let found = secrets.in_turn(turn).into_iter();
    let inside = found.filter(|own| own.range.start < piece.end && own.range.end > piece.start);
    let (mut text, mut at) = (String::new(), piece.start);
    for secret in inside {
        let kind = &secrets.kinds()[secret.kind];
        text.push_str(&turn.text[at..secret.range.start.max(at)]);
        text.push_str(&kind.mask());
        at = secret.range.end.min(piece.end);
        *counts.entry(kind.name.clone()).or_default() += 1;
    }
    text.push_str(&turn.text[at..piece.end]);
    (text != quote.text).then_some(text)
}
