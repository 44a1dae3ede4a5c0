//! Why a developer turn looks like pushback.

use super::CharSpan;

/// The detector's mark on one developer turn.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Ordinal of the turn among the session's developer turns, from 1.
    pub turn: u32,
    /// How much the turn looks like pushback, in `[0, 1]`.
    pub score: f64,
    /// Whether the turn is to be decided on: the score reached the threshold.
    pub pushback: bool,
    /// The reasons, those in the text first and in its order.
    pub cues: Vec<Cue>,
}

/// One reason why a developer turn looks like pushback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cue {
    /// What sort of reason.
    pub kind: CueKind,
    /// The reason in words, for the coder: `"still not" (failure)`, `after an interruption`.
    pub why: String,
    /// Where in the turn's text; `None` for a reason that lies in the situation.
    pub span: Option<CharSpan>,
}

/// What sort of reason a cue is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CueKind {
    /// A phrase of the lexicon.
    Phrase,
    /// The developer interrupted the agent just before.
    Interrupted,
    /// The developer refused a tool call just before, or the words came with the refusal.
    Refused,
    /// The turn, or the request before it, was taken back.
    TakenBack,
    /// The request repeats an earlier one.
    Repeated,
    /// An error was pasted after the agent claimed success.
    PastedError,
    /// What the agent or the developer said just before.
    Situation,
    /// The shape of the text: shouting, repeated marks.
    Shape,
}

impl CueKind {
    /// All kinds.
    pub const ALL: [CueKind; 8] = [
        CueKind::Phrase,
        CueKind::Interrupted,
        CueKind::Refused,
        CueKind::TakenBack,
        CueKind::Repeated,
        CueKind::PastedError,
        CueKind::Situation,
        CueKind::Shape,
    ];

    /// Gives the name used in files and output.
    pub fn name(self) -> &'static str {
        match self {
            CueKind::Phrase => "phrase",
            CueKind::Interrupted => "interrupted",
            CueKind::Refused => "refused",
            CueKind::TakenBack => "taken back",
            CueKind::Repeated => "repeated",
            CueKind::PastedError => "pasted error",
            CueKind::Situation => "situation",
            CueKind::Shape => "shape",
        }
    }

    /// Finds a kind by its name.
    pub fn from_name(name: &str) -> Option<CueKind> {
        CueKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}
