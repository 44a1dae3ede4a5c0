//! Signs of pushback around a turn's words: what happened before it, and the shape of its text.

use serde::Deserialize;

use crate::model::{CharSpan, Cue, CueKind, EventKind, PartKind, Role, Turn, TurnKind};

use super::prose::Prose;

/// How many bytes at the end of the agent's turn are read for a claim of success.
const TAIL: usize = 1500;

/// From how many words of own prose a turn counts as long, and as very long.
const LONG: (usize, usize) = (60, 150);

/// The weights of the signs, on the same scale as those of the phrases.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignWeights {
    /// Where every turn begins.
    pub(super) base: f64,
    first_turn: f64,
    interrupted: f64,
    refused: f64,
    refusal_words: f64,
    taken_back: f64,
    repeated: f64,
    error_after_claim: f64,
    pasted_error: f64,
    pasted_lines: f64,
    shouting: f64,
    marks: f64,
    steering: f64,
    answer: f64,
    long: f64,
    very_long: f64,
}

/// A sign that speaks for or against pushback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// Nothing that could be pushed back against came before.
    FirstTurn,
    Interrupted,
    Refused,
    RefusalWords,
    /// Taken back itself, as the last word of the session.
    TakenBack,
    /// Follows a request that was taken back.
    AfterTakenBack,
    /// Says again what was said so many developer turns before.
    Repeated(usize),
    ErrorAfterClaim(CharSpan),
    PastedError(CharSpan),
    PastedLines,
    Shouting,
    Marks,
    Steering,
    Answer,
    Long,
    VeryLong,
}

impl Sign {
    /// Gives the sign's weight.
    pub(super) fn weight(self, weights: &SignWeights) -> f64 {
        match self {
            Sign::FirstTurn => weights.first_turn,
            Sign::Interrupted => weights.interrupted,
            Sign::Refused => weights.refused,
            Sign::RefusalWords => weights.refusal_words,
            Sign::TakenBack | Sign::AfterTakenBack => weights.taken_back,
            Sign::Repeated(_) => weights.repeated,
            Sign::ErrorAfterClaim(_) => weights.error_after_claim,
            Sign::PastedError(_) => weights.pasted_error,
            Sign::PastedLines => weights.pasted_lines,
            Sign::Shouting => weights.shouting,
            Sign::Marks => weights.marks,
            Sign::Steering => weights.steering,
            Sign::Answer => weights.answer,
            Sign::Long => weights.long,
            Sign::VeryLong => weights.very_long,
        }
    }

    /// Gives the sign as a reason for a coder; `None` for those that only shift the score.
    pub(super) fn cue(self) -> Option<Cue> {
        let cue = |kind, why: &str, span| {
            let why = why.to_owned();
            Some(Cue { kind, why, span })
        };
        match self {
            Sign::Interrupted => cue(CueKind::Interrupted, "after an interruption", None),
            Sign::Refused => cue(CueKind::Refused, "after a refused tool call", None),
            Sign::RefusalWords => cue(CueKind::Refused, "words given with a refusal", None),
            Sign::TakenBack => cue(CueKind::TakenBack, "taken back", None),
            Sign::AfterTakenBack => cue(
                CueKind::TakenBack,
                "after a request that was taken back",
                None,
            ),
            Sign::Repeated(1) => cue(CueKind::Repeated, "repeats the request before", None),
            Sign::Repeated(turns) => {
                let why = format!("repeats the request {turns} developer turns before");
                cue(CueKind::Repeated, &why, None)
            }
            Sign::ErrorAfterClaim(span) => {
                let why = "an error after the agent claimed success";
                cue(CueKind::PastedError, why, Some(span))
            }
            Sign::PastedError(span) => cue(CueKind::PastedError, "a pasted error", Some(span)),
            Sign::Shouting => cue(CueKind::Shape, "capital letters", None),
            Sign::Marks => cue(CueKind::Shape, "repeated marks", None),
            Sign::FirstTurn
            | Sign::PastedLines
            | Sign::Steering
            | Sign::Answer
            | Sign::Long
            | Sign::VeryLong => None,
        }
    }
}

/// What stands before a developer turn, back to the developer turn before it.
#[derive(Debug, Default)]
pub(super) struct Before<'a> {
    agent: Option<&'a Turn>,
    developer: Option<&'a Turn>,
    interrupted: bool,
    refused: bool,
    /// Whether no developer turn follows.
    pub(super) is_last: bool,
}

impl<'a> Before<'a> {
    /// Begins anew after a developer turn.
    pub(super) fn after(turn: &'a Turn) -> Before<'a> {
        Before {
            developer: Some(turn),
            interrupted: turn.has(EventKind::Interrupted),
            refused: turn.has(EventKind::Refused),
            ..Before::default()
        }
    }

    /// Takes an agent turn.
    pub(super) fn agent(&mut self, turn: &'a Turn) {
        self.interrupted |= turn.has(EventKind::Interrupted);
        self.refused |= turn.has(EventKind::Refused);
        self.agent = Some(turn);
    }

    /// Gives the end of what the agent last wrote to the developer.
    pub(super) fn agent_tail(&self) -> &'a str {
        let Some(turn) = self.agent.filter(|turn| turn.role == Role::Agent) else {
            return "";
        };
        let prose = |kind: &PartKind| matches!(kind, PartKind::Prose);
        let last = turn.parts.iter().rev().find(|part| prose(&part.kind));
        let text = match last {
            Some(part) => turn.text.get(part.start..part.end).unwrap_or_default(),
            None if turn.parts.is_empty() => &turn.text,
            None => "",
        };
        let far = text.len().saturating_sub(TAIL);
        let boundary = (far..=text.len()).find(|at| text.is_char_boundary(*at));
        boundary.and_then(|at| text.get(at..)).unwrap_or_default()
    }
}

/// Gives the signs of a turn; `repeated` tells how many developer turns before it was said already, `claimed`
/// whether the agent claimed success before.
pub(super) fn of(
    turn: &Turn,
    prose: &Prose,
    before: &Before,
    repeated: Option<usize>,
    claimed: bool,
) -> Vec<Sign> {
    let mut signs = of_situation(turn, before);
    signs.extend(repeated.map(Sign::Repeated));
    match prose.error {
        Some(span) if claimed => signs.push(Sign::ErrorAfterClaim(span)),
        Some(span) => signs.push(Sign::PastedError(span)),
        None if prose.pasted > 1 => signs.push(Sign::PastedLines),
        None => (),
    }
    signs.extend(of_shape(prose));
    signs
}

fn of_situation(turn: &Turn, before: &Before) -> Vec<Sign> {
    let was_taken_back = |turn: &Turn| turn.has(EventKind::TakenBack);
    let taken_back = was_taken_back(turn);
    let rows = [
        (
            before.developer.is_none() && before.agent.is_none(),
            Sign::FirstTurn,
        ),
        (before.interrupted, Sign::Interrupted),
        (before.refused, Sign::Refused),
        (turn.kind == TurnKind::Refusal, Sign::RefusalWords),
        // What was wrong shows in the request that comes instead; without one, the turn itself must carry it.
        (taken_back && before.is_last, Sign::TakenBack),
        (
            before.developer.is_some_and(was_taken_back),
            Sign::AfterTakenBack,
        ),
        (turn.kind == TurnKind::Steering, Sign::Steering),
        (turn.kind == TurnKind::Answer, Sign::Answer),
    ];
    rows.into_iter()
        .filter_map(|(holds, sign)| holds.then_some(sign))
        .collect()
}

fn of_shape(prose: &Prose) -> Vec<Sign> {
    let text = &prose.folded.text;
    // Blanks are single in folded text.
    let words = text
        .bytes()
        .filter(|byte| matches!(byte, b' ' | b'\n'))
        .count()
        + 1;
    let mut signs = Vec::new();
    if words >= LONG.1 {
        signs.push(Sign::VeryLong);
    } else if words >= LONG.0 {
        signs.push(Sign::Long);
    } else {
        // Long texts hold capitals and marks for other reasons.
        signs.extend(prose.shouted.then_some(Sign::Shouting));
        signs.extend(has_repeated_marks(text).then_some(Sign::Marks));
    }
    signs
}

fn has_repeated_marks(prose: &str) -> bool {
    let are_marks = |pair: &[u8]| pair.iter().all(|byte| matches!(byte, b'!' | b'?'));
    prose.as_bytes().windows(2).any(are_marks)
}
