//! What a coder decides about a pushback turn.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{CharSpan, TurnRef, byte_range};

/// Someone who decides: a person, or a model whose labels are compared with people's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coder {
    /// Identity across files.
    pub id: Uuid,
    /// Name on screens and in reports.
    pub name: String,
    /// Person or model.
    pub kind: CoderKind,
}

/// Person or model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoderKind {
    /// A person.
    Human,
    /// A language model or another program.
    Model,
    /// Nobody by themselves: the settled labels of a study, one coder of this kind at most.
    Gold,
}

impl CoderKind {
    /// Gives the name used in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            CoderKind::Human => "human",
            CoderKind::Model => "model",
            CoderKind::Gold => "gold",
        }
    }

    /// Finds a kind by its name.
    pub fn from_name(name: &str) -> Option<CoderKind> {
        [CoderKind::Human, CoderKind::Model, CoderKind::Gold]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// What a decision is about: one developer turn.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unit {
    /// Key of the session.
    pub session: String,
    /// Ordinal among the session's developer turns, from 1.
    pub turn: u32,
    /// Hash of the turn's text, see [`text_hash`](super::text_hash): a label never moves to other words.
    pub hash: String,
}

/// Everything that one coder has decided about one unit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision {
    /// Marked as pushback by hand (`true`), unmarked by hand (`false`), or left to the detector (`None`).
    pub marked: Option<bool>,
    /// The verdict; `None` while the unit is undecided.
    pub verdict: Option<Verdict>,
    /// Put off for later.
    pub deferred: bool,
    /// The coder's note; empty where there is none.
    pub memo: String,
    /// How sure the coder is; `None` where nothing was said.
    pub certainty: Option<Certainty>,
    /// The episodes, in the order in which they were made.
    pub episodes: Vec<Episode>,
    /// How each value was settled, for gold only.
    pub settled: BTreeMap<Settled, Settlement>,
}

impl Decision {
    /// Finds an episode by its id.
    pub fn episode(&self, id: Uuid) -> Option<&Episode> {
        self.episodes.iter().find(|episode| episode.id == id)
    }

    /// Tells whether the coder has decided on the unit, put it off, or begun an episode on it.
    pub fn is_begun(&self) -> bool {
        self.verdict.is_some() || self.deferred || !self.episodes.is_empty()
    }
}

/// A coder's decision on a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// One or more episodes, all complete.
    Episodes,
    /// Not an episode, for a reason of the codebook.
    NotEpisode {
        /// Id of the reason.
        reason: String,
        /// The short text that some reasons need.
        text: Option<String>,
    },
}

/// How sure a coder is of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// A guess.
    Low,
    /// More likely than not.
    Medium,
    /// No doubt.
    High,
}

impl Certainty {
    /// All values, in ascending order.
    pub const ALL: [Certainty; 3] = [Certainty::Low, Certainty::Medium, Certainty::High];

    /// Gives the name used in files and on screens.
    pub fn name(self) -> &'static str {
        match self {
            Certainty::Low => "low",
            Certainty::Medium => "medium",
            Certainty::High => "high",
        }
    }

    /// Finds a value by its name.
    pub fn from_name(name: &str) -> Option<Certainty> {
        Certainty::ALL
            .into_iter()
            .find(|certainty| certainty.name() == name)
    }
}

/// One misalignment, anchored at the pushback turn that reveals it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Episode {
    /// Identity across files.
    pub id: Uuid,
    /// The chosen codes of each field, in the order in which they were chosen. Fields without codes are absent.
    pub fields: BTreeMap<String, Vec<Choice>>,
    /// The optional fields that were filled in.
    pub extras: BTreeMap<String, String>,
    /// Quotations that show the episode, in the order in which they were taken.
    pub evidence: Vec<Quote>,
}

impl Episode {
    /// Makes an episode of which nothing is decided yet.
    pub fn new(id: Uuid) -> Episode {
        Episode {
            id,
            fields: BTreeMap::new(),
            extras: BTreeMap::new(),
            evidence: Vec::new(),
        }
    }

    /// Gives the chosen codes of a field; empty where there are none.
    pub fn choices(&self, field: &str) -> &[Choice] {
        self.fields.get(field).map_or(&[], Vec::as_slice)
    }

    /// Tells whether a field has a code.
    pub fn has(&self, field: &str, code: &str) -> bool {
        self.choices(field).iter().any(|choice| choice.code == code)
    }
}

/// A chosen code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Id of the code.
    pub code: String,
    /// Value of the field's attribute; `None` where the code takes none, or while it is not given yet.
    pub attribute: Option<String>,
    /// The short text; `None` where the code needs none, or while it is not given yet.
    pub text: Option<String>,
}

impl Choice {
    /// Chooses a code, with attribute and text still open.
    pub fn of(code: &str) -> Choice {
        Choice {
            code: code.to_owned(),
            attribute: None,
            text: None,
        }
    }
}

/// A quotation from the transcript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// Identity across files.
    pub id: Uuid,
    /// The turn that is quoted.
    pub turn: TurnRef,
    /// The place in that turn's text.
    pub span: CharSpan,
    /// The words, exactly as they stand there.
    pub text: String,
}

impl Quote {
    /// Tells whether the words stand in a turn's text, exactly and at their place.
    pub fn stands_in(&self, text: &str) -> bool {
        byte_range(text, self.span).is_some_and(|range| text[range] == self.text)
    }
}

/// What was settled: the verdict, or one field of an episode of gold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Settled {
    /// The episode of gold; `None` for the verdict.
    pub episode: Option<Uuid>,
    /// Id of the field; `verdict` for the verdict.
    pub field: String,
}

/// How a difference between coders was settled. The coders' own values stay as they are in their histories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// Whose value was taken.
    pub how: How,
    /// Why the coders differed; `None` where nothing was said, or they agreed.
    pub reason: Option<Difference>,
    /// Who settled it.
    pub by: Uuid,
}

/// Whose value was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The coders agreed.
    Agreed,
    /// This coder's.
    Took(Uuid),
    /// The codes of all coders together.
    Union,
    /// Another one, chosen by the adjudicator.
    Edited,
}

/// Why coders differed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Difference {
    /// One of them pressed a wrong key or overlooked something.
    Slip,
    /// The codebook does not say it clearly.
    Codebook,
    /// Both readings can be defended.
    Judgement,
    /// The transcript does not show enough.
    Evidence,
}

impl Difference {
    /// All reasons, in the order in which they are offered.
    pub const ALL: [Difference; 4] = [
        Difference::Slip,
        Difference::Codebook,
        Difference::Judgement,
        Difference::Evidence,
    ];

    /// Gives the name used in files and on screens.
    pub fn name(self) -> &'static str {
        match self {
            Difference::Slip => "slip",
            Difference::Codebook => "codebook unclear",
            Difference::Judgement => "judgement",
            Difference::Evidence => "missing evidence",
        }
    }

    /// Finds a reason by its name.
    pub fn from_name(name: &str) -> Option<Difference> {
        Difference::ALL
            .into_iter()
            .find(|reason| reason.name() == name)
    }
}

/// One change of one thing: what a row of the history says.
///
/// A change sets its [`Slot`](super::Slot) to a value as a whole; the last change of a slot wins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Marks the turn as pushback, unmarks it, or leaves it to the detector.
    Marked(Option<bool>),
    /// Gives a verdict or takes it back.
    Verdict(Option<Verdict>),
    /// Puts the unit off, or ends that.
    Deferred(bool),
    /// Writes the memo; empty removes it.
    Memo(String),
    /// Says how sure the coder is.
    Certainty(Option<Certainty>),
    /// Makes an episode, or removes it.
    Episode {
        /// The episode.
        episode: Uuid,
        /// Whether it is there.
        exists: bool,
    },
    /// Sets the codes of a field; none clears it.
    Field {
        /// The episode.
        episode: Uuid,
        /// Id of the field.
        field: String,
        /// All its codes.
        choices: Vec<Choice>,
    },
    /// Fills in an optional field; empty clears it.
    Extra {
        /// The episode.
        episode: Uuid,
        /// Id of the optional field.
        field: String,
        /// Text, or id of the value.
        value: String,
    },
    /// Adds a quotation, or removes it.
    Evidence {
        /// The episode.
        episode: Uuid,
        /// Identity of the quotation.
        id: Uuid,
        /// The quotation; `None` removes it.
        quote: Option<Quote>,
    },
    /// Says how a value of gold was settled, or takes that back.
    Settled {
        /// What was settled.
        what: Settled,
        /// How; `None` takes it back.
        settlement: Option<Settlement>,
    },
}
