//! Signs of pushback around a turn's words: what happened before it, and the shape of its text.

use crate::model::{CharSpan, Cue, CueKind, EventKind, PartKind, Role, Turn, TurnKind};

use super::prose::Prose;
use super::repeat::Echo;

/// How many bytes at the end of the agent's turn are read for what it claimed or asked.
const TAIL: usize = 1500;

/// From how many words of own prose a turn counts as long, and as very long.
const LONG: (usize, usize) = (60, 150);

/// Up to how many words a turn counts as few.
const FEW: usize = 3;

/// What share of a request that was stopped is to be said again for a coder to be told.
const SAME: f64 = 0.4;

/// How much the turn before is to weigh for a coder to be told.
const PUSHED: f64 = 0.6;

/// How many bytes at the end of the agent's turn may hold its question.
const ASKED: usize = 160;

/// Declares the signs, each with its name in the lexicon and in the weights.
macro_rules! signs {
    ($($(#[$doc:meta])* $sign:ident = $name:literal),* $(,)?) => {
        /// A sign that speaks for or against pushback.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Sign { $($(#[$doc])* $sign),* }

        impl Sign {
            /// All signs, in the order of their features.
            pub(super) const ALL: &[Sign] = &[$(Sign::$sign),*];

            /// Gives the name in the lexicon and in the weights.
            pub(super) fn name(self) -> &'static str {
                match self { $(Sign::$sign => $name),* }
            }
        }
    };
}

signs! {
    /// Where every turn begins.
    Base = "base",
    /// Nothing that could be pushed back against came before.
    FirstTurn = "first_turn",
    Interrupted = "interrupted",
    Refused = "refused",
    RefusalWords = "refusal_words",
    /// Taken back itself, as the last word of the session.
    TakenBack = "taken_back",
    /// Follows a request that was taken back.
    AfterTakenBack = "after_taken_back",
    /// Says again what was said a few developer turns before.
    Repeated = "repeated",
    /// How much of the request before is said again, after an interruption or after it was taken back.
    Restated = "restated",
    ErrorAfterClaim = "error_after_claim",
    PastedError = "pasted_error",
    PastedLines = "pasted_lines",
    /// Next to nothing but pasted lines.
    OnlyPasted = "only_pasted",
    Shouting = "shouting",
    Marks = "marks",
    Question = "question",
    LowerCase = "lower_case",
    NamesFile = "names_file",
    Link = "link",
    Steering = "steering",
    Answer = "answer",
    Few = "few_words",
    Long = "long",
    VeryLong = "very_long",
    /// How far into the session, growing ever more slowly.
    Later = "later",
    /// The agent wrote nothing to the developer before.
    AgentSilent = "agent_silent",
    AgentAsked = "agent_asked",
    /// How much the phrases of the developer turn before weighed.
    PushedBefore = "pushed_before",
    /// The heaviest phrase of the first sentence.
    PhraseFirst = "phrase_in_first_sentence",
    /// The phrases of a long turn.
    PhrasesInLong = "phrases_in_long_turn",
    /// The phrases of a turn that ends in a question.
    PhrasesInQuestion = "phrases_in_question",
    NoPhrase = "no_phrase",
    /// No phrase, though the agent claimed success.
    NoPhraseAfterClaim = "no_phrase_after_claim",
}

/// A sign as it was seen at a turn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Seen {
    pub(super) sign: Sign,
    /// How strongly; 1 for signs that are there or not.
    pub(super) value: f64,
    /// Where in the turn's text.
    pub(super) span: Option<CharSpan>,
    /// How many developer turns before the same was said; 0 where that means nothing.
    turns: usize,
}

impl Seen {
    pub(super) fn new(sign: Sign, value: f64) -> Seen {
        Seen {
            sign,
            value,
            span: None,
            turns: 0,
        }
    }

    /// Gives the sign as a reason for a coder; `None` for those that only shift the score.
    pub(super) fn cue(self) -> Option<Cue> {
        let (kind, why) = match self.sign {
            Sign::Interrupted => (CueKind::Interrupted, "after an interruption"),
            Sign::Refused => (CueKind::Refused, "after a refused tool call"),
            Sign::RefusalWords => (CueKind::Refused, "words given with a refusal"),
            Sign::TakenBack => (CueKind::TakenBack, "taken back"),
            Sign::AfterTakenBack => (CueKind::TakenBack, "after a request that was taken back"),
            Sign::Repeated if self.turns > 1 => {
                let why = format!("repeats the request {} developer turns before", self.turns);
                return Some(self.reason(CueKind::Repeated, why));
            }
            Sign::Repeated => (CueKind::Repeated, "repeats the request before"),
            Sign::Restated if self.value >= SAME => {
                (CueKind::Repeated, "says the request that was stopped again")
            }
            Sign::PushedBefore if self.value >= PUSHED => {
                (CueKind::Situation, "after a turn that pushes back as well")
            }
            Sign::ErrorAfterClaim => (
                CueKind::PastedError,
                "an error after the agent claimed success",
            ),
            Sign::PastedError => (CueKind::PastedError, "a pasted error"),
            Sign::Shouting => (CueKind::Shape, "capital letters"),
            Sign::Marks => (CueKind::Shape, "repeated marks"),
            _ => return None,
        };
        Some(self.reason(kind, why.to_owned()))
    }

    /// Tells whether the sign says of the situation what matters only where more speaks for pushback.
    pub(super) fn is_background(self) -> bool {
        self.sign == Sign::PushedBefore
    }

    fn reason(self, kind: CueKind, why: String) -> Cue {
        let span = self.span;
        Cue { kind, why, span }
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
        end_of(text, TAIL)
    }

    fn was_taken_back(&self) -> bool {
        self.developer
            .is_some_and(|turn| turn.has(EventKind::TakenBack))
    }
}

/// Gives the last bytes of a text, or a few fewer.
fn end_of(text: &str, bytes: usize) -> &str {
    let far = text.len().saturating_sub(bytes);
    let boundary = (far..=text.len()).find(|at| text.is_char_boundary(*at));
    boundary.and_then(|at| text.get(at..)).unwrap_or_default()
}

/// Gives the signs in what happened before a turn, and in how it came about.
pub(super) fn of_situation(turn: &Turn, before: &Before, ordinal: u32, echo: &Echo) -> Vec<Seen> {
    let tail = before.agent_tail().trim_end();
    let stopped = before.interrupted || before.was_taken_back();
    let rows = [
        (true, Sign::Base),
        (
            before.developer.is_none() && before.agent.is_none(),
            Sign::FirstTurn,
        ),
        (before.interrupted, Sign::Interrupted),
        (before.refused, Sign::Refused),
        (turn.kind == TurnKind::Refusal, Sign::RefusalWords),
        // What was wrong shows in the request that comes instead; without one, the turn itself must carry it.
        (
            turn.has(EventKind::TakenBack) && before.is_last,
            Sign::TakenBack,
        ),
        (before.was_taken_back(), Sign::AfterTakenBack),
        (turn.kind == TurnKind::Steering, Sign::Steering),
        (turn.kind == TurnKind::Answer, Sign::Answer),
        (tail.is_empty(), Sign::AgentSilent),
        (end_of(tail, ASKED).contains(['?', '？']), Sign::AgentAsked),
    ];
    let mut seen = present(&rows);
    seen.push(Seen::new(Sign::Later, f64::from(ordinal).ln() / 3.0));
    if stopped && echo.likeness > 0.0 {
        seen.push(Seen::new(Sign::Restated, echo.likeness));
    }
    if let Some(turns) = echo.repeats {
        let repeated = Seen::new(Sign::Repeated, 1.0);
        seen.push(Seen { turns, ..repeated });
    }
    seen
}

/// Gives the signs in the shape of a turn's text; `claimed` tells whether the agent claimed success before.
pub(super) fn of_shape(turn: &Turn, prose: &Prose, claimed: bool) -> Vec<Seen> {
    let text = prose.folded.text.trim();
    let words = words(text);
    let rows = [
        (prose.error.is_none() && prose.pasted > 1, Sign::PastedLines),
        (prose.pasted > 0 && words <= 2 * FEW, Sign::OnlyPasted),
        (is_question(text), Sign::Question),
        (
            turn.text.trim_start().starts_with(char::is_lowercase),
            Sign::LowerCase,
        ),
        (turn.text.contains('@'), Sign::NamesFile),
        (turn.text.contains("http"), Sign::Link),
        (words <= FEW, Sign::Few),
        ((LONG.0..LONG.1).contains(&words), Sign::Long),
        (words >= LONG.1, Sign::VeryLong),
        // Long texts hold capitals and marks for other reasons.
        (words < LONG.0 && prose.shouted, Sign::Shouting),
        (words < LONG.0 && has_repeated_marks(text), Sign::Marks),
    ];
    let mut seen = present(&rows);
    if let Some(span) = prose.error {
        let sign = if claimed {
            Sign::ErrorAfterClaim
        } else {
            Sign::PastedError
        };
        seen.push(Seen {
            span: Some(span),
            ..Seen::new(sign, 1.0)
        });
    }
    seen
}

/// What the phrases of a turn weigh before any fit.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Weight {
    /// Those that speak for pushback together.
    pub(super) sum: f64,
    /// The heaviest of the first sentence.
    pub(super) first: f64,
}

/// Gives the signs in how the phrases stand in a turn; `earlier` is the weight of the developer turn before.
pub(super) fn of_phrases(prose: &Prose, own: Weight, earlier: f64, claimed: bool) -> Vec<Seen> {
    let text = prose.folded.text.trim();
    let mut seen = present(&[
        (own.sum == 0.0, Sign::NoPhrase),
        (own.sum == 0.0 && claimed, Sign::NoPhraseAfterClaim),
    ]);
    let mut put = |holds: bool, sign, value: f64| {
        if holds && value != 0.0 {
            seen.push(Seen::new(sign, value));
        }
    };
    put(true, Sign::PushedBefore, (earlier / 4.0).min(1.0));
    put(true, Sign::PhraseFirst, own.first);
    put(words(text) >= LONG.0, Sign::PhrasesInLong, own.sum);
    put(is_question(text), Sign::PhrasesInQuestion, own.sum);
    seen
}

fn present(rows: &[(bool, Sign)]) -> Vec<Seen> {
    let there = rows.iter().filter(|(holds, _)| *holds);
    there.map(|(_, sign)| Seen::new(*sign, 1.0)).collect()
}

/// Counts the words of a folded text, in which blanks are single.
fn words(text: &str) -> usize {
    let blanks = text.bytes().filter(|byte| matches!(byte, b' ' | b'\n'));
    blanks.count() + usize::from(!text.is_empty())
}

fn is_question(text: &str) -> bool {
    text.ends_with('?')
}

fn has_repeated_marks(prose: &str) -> bool {
    let are_marks = |pair: &[u8]| pair.iter().all(|byte| matches!(byte, b'!' | b'?'));
    prose.as_bytes().windows(2).any(are_marks)
}
