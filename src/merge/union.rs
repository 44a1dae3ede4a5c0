//! The union of several studies: findings for people, what stands in the way, and what the merged study holds.
//!
//! Everything in the union is chosen by its content and never by its place among the inputs, so that the order of
//! the files does not matter, merging twice changes nothing, and merging in stages gives what merging at once gives.
//!
//! - The history is the union of all rows by their ids; no row is ever changed but for the coder that `--as` names.
//! - A coder is an id. `--as` gives a coder another name, or says that two ids are one person, who then has the
//!   smaller id.
//! - Of each session the fullest recording is taken, see [`Recording::fuller`].
//! - The codebook of the highest version is in force. Where its codes are others than those of a row's codebook,
//!   `--recode` writes the row anew beside the old one, see [`recode`].

mod codebooks;
mod difference;
mod people;
mod recode;
mod rows;
mod sessions;

use uuid::Uuid;

use crate::model::{Codebook, Coder, CoderKind, Entry, Recording};

pub use difference::{Difference, Kind as DifferenceKind};
pub use sessions::{Elsewhere, Longer, Partly, SessionFindings, TextDiffers};

/// What one study holds.
#[derive(Debug, Clone)]
pub struct Input {
    /// What to call it: unique among the inputs.
    pub name: String,
    /// The codebook in force.
    pub codebook: Codebook,
    /// All codebooks in it, the one in force among them.
    pub codebooks: Vec<Codebook>,
    /// Its coders.
    pub coders: Vec<Coder>,
    /// What it holds of each session.
    pub recordings: Vec<Recording>,
    /// The histories of all its coders.
    pub history: Vec<Entry>,
}

/// What the caller says about coders and codes that do not fit together.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// `OLD=NEW`: coders under other names, or two that are one person; each side may be `FILE:NAME`, see [`plan`].
    pub same: Vec<String>,
    /// `OLD=NEW`: codes of one codebook that are others in the one that is taken; `OLD=` leaves one out. The values
    /// of optional fields are named with their field, `goal.both`.
    pub recode: Vec<String>,
}

/// What a merge will do, or why it will not.
#[derive(Debug)]
pub struct Plan {
    /// What was found, for people.
    pub findings: Findings,
    /// What stands in the way; empty where the union can be written.
    pub refusals: Vec<Refusal>,
    /// What the merged study holds; without meaning where something stands in the way.
    pub union: Union,
}

/// What a merged study holds.
#[derive(Debug)]
pub struct Union {
    /// All codebooks; the last one is in force.
    pub codebooks: Vec<Codebook>,
    /// All coders, by id.
    pub coders: Vec<Coder>,
    /// The sessions in their order: the input that each is taken from, and its key.
    pub sessions: Vec<(usize, String)>,
    /// All rows, by id.
    pub history: Vec<Entry>,
}

/// What was found, for people. Inputs are named by their places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// What each input holds.
    pub inputs: Vec<InputFacts>,
    /// The sessions.
    pub sessions: SessionFindings,
    /// The inputs whose codebook is another one than the one that is taken.
    pub codebooks: Vec<CodebookDifferences>,
    /// The coders of the union.
    pub coders: Vec<CoderFacts>,
    /// How many rows of history the union has, without those that a recoding adds.
    pub rows: usize,
    /// How many of them stand in more than one input.
    pub shared: usize,
    /// How many rows a recoding adds.
    pub recoded: usize,
    /// Labels of turns whose words are others in the recording that is taken, or that are not in it.
    pub other_words: Vec<OtherWords>,
}

/// What one input holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFacts {
    /// What it is called.
    pub name: String,
    /// Name, version and hash of its codebook.
    pub codebook: (String, String, String),
    /// How many sessions it has.
    pub sessions: usize,
    /// How many of them have texts.
    pub with_text: usize,
    /// Its coders by name, with the number of their rows.
    pub coders: Vec<(String, usize)>,
    /// How many rows of history it has.
    pub rows: usize,
}

/// How an input's codebook differs from the one that is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodebookDifferences {
    /// The input.
    pub input: usize,
    /// The differences.
    pub differences: Vec<Difference>,
}

/// A coder of the union.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoderFacts {
    /// Name in the merged study.
    pub name: String,
    /// Identity.
    pub id: Uuid,
    /// Person, model or gold.
    pub kind: CoderKind,
    /// The inputs that know the coder.
    pub inputs: Vec<usize>,
    /// How many rows of the union are the coder's.
    pub rows: usize,
}

/// A label whose turn has other words in the recording that is taken, or is not in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OtherWords {
    /// Name of the coder.
    pub coder: String,
    /// Key of the session.
    pub session: String,
    /// Ordinal of the developer turn.
    pub turn: u32,
}

/// Something that stands in the way of a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What it is.
    pub what: String,
    /// What to do about it: where an option settles it, exactly what to type.
    pub hint: String,
}

/// An option that cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct WrongCall {
    /// What is wrong with it.
    pub what: String,
    /// What to write instead.
    pub hint: String,
}

/// Plans the union of some studies.
///
/// [`Options::same`] takes three forms. `anna=bea` calls the coder anna of every file bea, and `B.db:anna=bea` the
/// one of B.db alone. `B.db:anna=A.db:bea` says that the two are one person, called bea.
///
/// # Errors
///
/// [`WrongCall`] where an option names a file, a coder or a code that there is not.
pub fn plan(mut inputs: Vec<Input>, options: &Options) -> Result<Plan, WrongCall> {
    let mut refusals = Vec::new();
    let people = people::unite(&inputs, &options.same, &mut refusals)?;
    let books = codebooks::unite(&mut inputs, &options.recode, &mut refusals)?;
    let mut findings = Findings {
        inputs: inputs.iter().map(facts).collect(),
        ..Findings::default()
    };
    let recordings: Vec<&[Recording]> = inputs.iter().map(|own| &own.recordings[..]).collect();
    let (sessions, turns) = sessions::unite(&recordings, &mut findings.sessions);
    let names: Vec<String> = inputs.iter().map(|own| own.name.clone()).collect();
    let histories = inputs
        .iter_mut()
        .map(|own| std::mem::take(&mut own.history));
    let histories = histories.collect();
    let mut union = rows::unite(histories, &people, &books.all, &names, &mut refusals);
    findings.rows = union.entries.len();
    findings.shared = union.shared;
    findings.recoded = books.recode(&mut union.entries);
    rows::check_units(&union.entries, &books.all, &people, &mut refusals);
    findings.other_words = rows::other_words(&union.entries, &turns, &people);
    findings.sessions.without_text = rows::unknown_sessions(&union.entries, &turns);
    findings.coders = people.facts(&union.entries);
    findings.codebooks = books.differences;
    Ok(Plan {
        findings,
        refusals,
        union: Union {
            codebooks: books.all.into_values().collect(),
            coders: people.coders,
            sessions,
            history: union.entries,
        }
        .with_codebook(&books.taken),
    })
}

impl Union {
    /// Puts the codebook in force last.
    fn with_codebook(mut self, hash: &str) -> Union {
        self.codebooks.sort_by_key(|codebook| codebook.hash == hash);
        self
    }
}

fn facts(input: &Input) -> InputFacts {
    let rows = |coder: &Coder| {
        let own = input.history.iter().filter(|row| row.coder == coder.id);
        own.count()
    };
    let coders = input.coders.iter();
    InputFacts {
        name: input.name.clone(),
        codebook: (
            input.codebook.name.clone(),
            input.codebook.version.clone(),
            input.codebook.hash.clone(),
        ),
        sessions: input.recordings.len(),
        with_text: input.recordings.iter().filter(|own| own.has_text).count(),
        coders: coders
            .map(|coder| (coder.name.clone(), rows(coder)))
            .collect(),
        rows: input.history.len(),
    }
}
