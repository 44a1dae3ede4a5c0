//! Labels as a file from elsewhere gives them: one record for an episode, or for a verdict without one.
//!
//! A record names its turn and quotes by words; which study it meets is not known here.

use super::{Certainty, CharSpan, Choice, CoderKind, TurnRef};
use std::collections::BTreeMap;

/// What one record of a label file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelRecord {
    /// Line of the file on which it begins, from 1.
    pub line: u64,
    /// Who decided; `None` where the file does not say.
    pub coder: Option<String>,
    /// What the coder is; `None` where the file does not say.
    pub coder_kind: Option<CoderKind>,
    /// What it is about.
    pub unit: RecordUnit,
    /// Hash of the turn's text, see [`text_hash`](super::text_hash); `None` where the file does not say.
    pub hash: Option<String>,
    /// What was decided.
    pub verdict: RecordVerdict,
    /// Whether the unit is put off beside its verdict.
    pub deferred: bool,
    /// The mark by hand; `None` where the file does not say.
    pub marked: Option<bool>,
    /// The episode; `None` where the record has none.
    pub episode: Option<RecordEpisode>,
    /// The coder's note; empty where there is none.
    pub memo: String,
    /// How sure the coder is; `None` where the file does not say.
    pub certainty: Option<Certainty>,
}

/// What a record is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RecordUnit {
    /// A developer turn.
    Turn {
        /// Key of the session, or its beginning.
        session: String,
        /// Ordinal among the session's developer turns, from 1.
        turn: u32,
    },
    /// Something that the file has a name for; enough to compare coders, not enough to find a turn.
    Named(String),
}

impl RecordUnit {
    /// Gives session and developer turn; a name has them where it reads `SESSION#D12`.
    pub fn turn(&self) -> Option<(&str, u32)> {
        match self {
            RecordUnit::Turn { session, turn } => Some((session, *turn)),
            RecordUnit::Named(name) => {
                let (session, turn) = name.rsplit_once('#')?;
                let turn = TurnRef::parse(turn)?;
                let is_turn = turn == TurnRef::developer(turn.ordinal) && turn.ordinal > 0;
                (is_turn && !session.is_empty()).then_some((session, turn.ordinal))
            }
        }
    }
}

/// What a record decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordVerdict {
    /// There are episodes, and this is one of them.
    Episodes,
    /// Not an episode.
    NotEpisode {
        /// Id of the reason.
        reason: String,
        /// The short text that some reasons need.
        text: Option<String>,
    },
    /// Put off for later, perhaps with an episode that is begun.
    Deferred,
    /// Nothing yet: a draft, a memo or a mark.
    Undecided,
}

/// The episode of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordEpisode {
    /// Its number on the turn, from 1.
    pub number: u32,
    /// The chosen codes of each field. Fields without codes are absent.
    pub fields: BTreeMap<String, Vec<Choice>>,
    /// The optional fields that were filled in.
    pub extras: BTreeMap<String, String>,
    /// The quotations.
    pub evidence: Vec<RecordQuote>,
}

/// A quotation as a record gives it, not yet looked for in the transcript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordQuote {
    /// The turn that is quoted; `None` where the record does not say.
    pub turn: Option<TurnRef>,
    /// The place in that turn's text; `None` where the record does not say.
    pub span: Option<CharSpan>,
    /// The words; empty where the record gives only their place.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_say_which_turn_it_is() {
        let check = |name: &str, expected: Option<(&str, u32)>| {
            assert_eq!(
                RecordUnit::Named(name.to_owned()).turn(),
                expected,
                "{name}"
            );
        };
        check("loom#D12", Some(("loom", 12)));
        check("loom#2#D1", Some(("loom#2", 1)));
        check("loom#A12", None);
        check("loom#D0", None);
        check("#D1", None);
        check("s000000/e0000", None);
    }
}
