//! Quotations of a label file, looked for in the transcript.

use serde::Serialize;
use uuid::Uuid;

use crate::model::{
    CharSpan, OpenSession, Quote, RecordQuote, Role, SessionRow, Standing, Turn, TurnRef,
    byte_range, char_span, find_quotation,
};
use crate::store::{Error, Study};

/// How many turns are decompressed at once.
const AT_ONCE: usize = 64;

/// How many quotations stand how.
#[derive(Debug, Default, Serialize)]
pub(super) struct Counts {
    pub(super) exact: usize,
    pub(super) but_for_blanks: usize,
    pub(super) not_found: usize,
}

/// The texts of a session, read when the first quotation is looked for.
pub(super) struct Texts<'a> {
    study: &'a Study,
    row: &'a SessionRow,
    heads: &'a OpenSession,
    turns: Option<Vec<Turn>>,
}

impl<'a> Texts<'a> {
    pub(super) fn of(study: &'a Study, row: &'a SessionRow, heads: &'a OpenSession) -> Texts<'a> {
        Texts {
            study,
            row,
            heads,
            turns: None,
        }
    }

    /// Finds a quotation: in the turn that it names, then in the turn that is labelled, then in the one answered,
    /// then anywhere in the session.
    pub(super) fn find(
        &mut self,
        quote: &RecordQuote,
        labelled: u32,
    ) -> Result<Option<(Quote, Standing)>, Error> {
        let heads = self.heads;
        let turns = self.read()?;
        let near = [
            quote.turn,
            Some(TurnRef::developer(labelled)),
            answered(labelled),
        ];
        let near: Vec<usize> = near
            .into_iter()
            .flatten()
            .filter_map(|turn| heads.position(turn))
            .collect();
        let found = |at: usize, span: CharSpan, text: &str| Quote {
            id: Uuid::nil(),
            turn: heads.turns[at].address,
            span,
            text: text.to_owned(),
        };
        if let (Some(turn), Some(span)) = (quote.turn, quote.span) {
            // The place decides where the same words stand several times.
            let at = heads.position(turn).filter(|at| *at < turns.len());
            let words =
                at.and_then(|at| Some((at, &turns[at].text[byte_range(&turns[at].text, span)?])));
            let words = words.filter(|(_, own)| !own.is_empty());
            if let Some((at, own)) =
                words.filter(|(_, own)| quote.text.is_empty() || *own == quote.text)
            {
                return Ok(Some((found(at, span, own), Standing::Exact)));
            }
        }
        let everywhere = near.into_iter().chain(0..turns.len());
        for at in everywhere.filter(|at| *at < turns.len()) {
            let text = &turns[at].text;
            if let Some((range, standing)) = find_quotation(text, &quote.text) {
                let own = found(at, char_span(text, range.clone()), &text[range]);
                return Ok(Some((own, standing)));
            }
        }
        Ok(None)
    }

    fn read(&mut self) -> Result<&[Turn], Error> {
        if self.turns.is_none() {
            let mut turns = Vec::new();
            loop {
                let some = self.study.turns(self.row, turns.len(), AT_ONCE)?;
                let last = some.len() < AT_ONCE;
                turns.extend(some);
                if last {
                    break;
                }
            }
            self.turns = Some(turns);
        }
        Ok(self.turns.as_deref().unwrap_or_default())
    }
}

/// Gives the agent's turn that a developer turn answers.
fn answered(developer: u32) -> Option<TurnRef> {
    Some(TurnRef {
        ordinal: developer.checked_sub(1)?,
        role: Role::Agent,
    })
}
