//! What agreement comes out as. These values are what JSON shows; every number that does not exist has its reason.

use serde::Serialize;

use super::Matching;

/// The version of the form that [`Agreement`] takes as JSON; it changes where a key changes its meaning or goes away.
pub const FORM: u32 = 2;

/// Agreement in a study.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agreement {
    /// Version of this form.
    pub form: u32,
    /// The codebook.
    pub codebook: CodebookName,
    /// How intervals were found.
    pub resampling: Resampled,
    /// People with each other; `None` with fewer than two.
    pub people: Option<Group>,
    /// Each model beside the people and gold.
    pub models: Vec<Model>,
    /// What a paper may say of it.
    pub methods: String,
}

/// A codebook, as it is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodebookName {
    /// Short name.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Version.
    pub version: String,
    /// Hash of its text.
    pub hash: String,
}

/// How intervals were found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Resampled {
    /// The generator of random numbers.
    pub generator: &'static str,
    /// Where it starts.
    pub seed: u64,
    /// How many resamples.
    pub resamples: u32,
    /// How often an interval is to hold the true value.
    pub level: f64,
}

/// Some coders with each other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// Who, and how much each did.
    pub coders: Vec<CoderCoverage>,
    /// Units that anybody decided.
    pub units: u64,
    /// Units that two or more decided.
    pub double_coded: u64,
    /// Units that only one decided; they are left out of every coefficient.
    pub single_coded: u64,
    /// What each two coders share.
    pub pairs: Vec<PairCoverage>,
    /// What became of the episodes.
    pub matching: Matching,
    /// Which turns belong to an episode; `None` where the labels come from a file that names its units itself, so that
    /// nobody had to find them.
    pub finding: Option<Finding>,
    /// Each thing that was decided: verdict, reason, then the fields.
    pub questions: Vec<Topic>,
}

/// How much a coder did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CoderCoverage {
    /// Name.
    pub coder: String,
    /// Sessions with a decided unit.
    pub sessions: u64,
    /// Units that the coder decided.
    pub decided: u64,
    /// The coder's episodes.
    pub episodes: u64,
    /// Units that the coder decided and somebody else too.
    pub double_coded: u64,
}

/// What two coders share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PairCoverage {
    /// The first coder.
    pub first: String,
    /// The second coder.
    pub second: String,
    /// Units that both decided.
    pub both: u64,
    /// Sessions that both opened.
    pub sessions_both: u64,
    /// Sessions that only the first opened.
    pub sessions_first_only: u64,
    /// Sessions that only the second opened.
    pub sessions_second_only: u64,
    /// Turns that one marked by hand and the other passed over.
    pub passed_over: u64,
}

/// Which turns belong to an episode: before anything about codes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// The figures; with more than two coders means over pairs.
    pub figures: Vec<Figure>,
    /// The same for each two coders.
    pub pairs: Vec<FindingPair>,
    /// What to beware of.
    pub flags: Vec<Note>,
    /// Sessions whose length is not known: their turns are not in the turn-level figures.
    pub sessions_without_length: u64,
}

/// What two coders found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FindingPair {
    /// The first coder.
    pub first: String,
    /// The second coder.
    pub second: String,
    /// Episodes of the first.
    pub first_episodes: u64,
    /// Episodes of the second.
    pub second_episodes: u64,
    /// Sessions that both opened and in which neither found an episode; F1 does not see them.
    pub both_silent: u64,
    /// The figures.
    pub figures: Vec<Figure>,
}

/// One thing that was decided.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Topic {
    /// Short name: `verdict`, `reason`, or a field's id with what is asked of it.
    pub id: String,
    /// Id of the field; `None` for verdict and reason.
    pub field: Option<String>,
    /// Name for people.
    pub name: String,
    /// What one unit is: `turn`, `episode` or `code`.
    pub unit: Unit,
    /// How the answers are compared: `binary`, `nominal`, `ordinal` or `set`.
    pub scheme: Scheme,
    /// For a field that does not always apply, which episodes count.
    pub convention: Option<Convention>,
    /// Whether this is the question to report of its field: its primary figure is the one that was named in advance.
    pub headline: bool,
    /// Id of the figure that stands first.
    pub primary: &'static str,
    /// The categories, in the order of the codebook.
    pub categories: Vec<Category>,
    /// Units that two coders or more labelled.
    pub n: u64,
    /// Units that one coder labelled; they are left out.
    pub one_only: u64,
    /// Sessions with a counted unit.
    pub sessions: u64,
    /// Units left out because a code lies outside the scale.
    pub outside_scale: u64,
    /// For sets, each coder's mean number of codes.
    pub mean_codes: Vec<Option<f64>>,
    /// The figures, the primary first.
    pub figures: Vec<Figure>,
    /// Each code by itself.
    pub codes: Vec<CodeRow>,
    /// Who chose what, for each two coders; none for sets.
    pub confusion: Vec<Matrix>,
    /// With more than two coders, the primary figure of each two.
    pub pairs: Vec<PairFigure>,
    /// And its range.
    pub spread: Option<Spread>,
    /// With more than two coders, the standard error of the primary figure if the coders too had been others; `None`
    /// for sets.
    pub total_error: Option<f64>,
    /// With more than two coders, the primary figure without each of them.
    pub without: Vec<Without>,
    /// What to beware of.
    pub flags: Vec<Note>,
}

/// What one unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A developer turn.
    Turn,
    /// An episode that two coders or more found.
    Episode,
    /// A code that two coders or more gave to an episode.
    Code,
}

/// How answers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// Yes or no.
    Binary,
    /// Codes without an order.
    Nominal,
    /// Codes on a scale.
    Ordinal,
    /// Sets of codes.
    Set,
}

/// Which episodes count for a field that does not always apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Convention {
    /// Whether the field applies at all.
    Gate,
    /// Those to which it applies for both.
    Both,
    /// Those to which it applies for one at least; *does not apply* is a value.
    Either,
    /// All; *does not apply* is a value.
    All,
}

/// A category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Category {
    /// Id in the codebook.
    pub id: String,
    /// Name for people.
    pub name: String,
}

/// A number with its uncertainty.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// Short name.
    pub figure: &'static str,
    /// Name for people.
    pub name: &'static str,
    /// Whether it was named in advance as the one to report; one figure of each field, and of its attribute.
    pub primary: bool,
    /// What it rests on: units, or for F1 the episodes of both coders.
    pub n: u64,
    /// The value; `None` where there is none.
    pub value: Option<f64>,
    /// Why there is no value.
    pub undefined: Option<&'static str>,
    /// The lower end of the interval.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
    /// How the interval was found: `wilson`, `clopper_pearson`, `student`, `bootstrap_percentile` or `bootstrap_bca`.
    pub interval: Option<&'static str>,
    /// What was resampled: `sessions` or `units`.
    pub basis: Option<&'static str>,
    /// Why there is no interval.
    pub no_interval: Option<&'static str>,
    /// The standard error, over sessions where there are any.
    pub standard_error: Option<f64>,
    /// In how many resamples it had no value.
    pub undefined_resamples: u32,
    /// What a mean is over; `None` for what is none.
    pub mean_over: Option<MeanOver>,
}

/// The parts of a mean: over codes, or over pairs of coders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MeanOver {
    /// How many of the parts have a value.
    pub defined: usize,
    /// How many were asked for.
    pub of: usize,
}

/// One code, given or not.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CodeRow {
    /// The code.
    pub code: Category,
    /// Units in which any coder gave it.
    pub units: u64,
    /// The two by two table of each two coders.
    pub tables: Vec<PairTable>,
    /// Kappa, AC1, agreement on presence and absence, prevalence and bias index.
    pub figures: Vec<Figure>,
    /// Whether too few units have it for its figures to be believed.
    pub rare: bool,
}

/// How two coders used one code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PairTable {
    /// The first coder.
    pub first: String,
    /// The second coder.
    pub second: String,
    /// Units to which both gave it.
    pub both: u64,
    /// Units to which only the first gave it.
    pub first_only: u64,
    /// Units to which only the second gave it.
    pub second_only: u64,
    /// Units to which neither gave it.
    pub neither: u64,
}

/// Who chose what: rows are the first coder's categories, columns the second's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Matrix {
    /// The first coder.
    pub first: String,
    /// The second coder.
    pub second: String,
    /// Counts.
    pub counts: Vec<Vec<u64>>,
}

/// A figure of two coders among more.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairFigure {
    /// The first coder.
    pub first: String,
    /// The second coder.
    pub second: String,
    /// Units that both labelled.
    pub n: u64,
    /// The primary figure.
    pub value: Option<f64>,
    /// Why there is none.
    pub undefined: Option<&'static str>,
    /// Cohen's kappa; `None` for sets, or where it is undefined.
    pub kappa: Option<f64>,
}

/// The range over pairs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// The smallest.
    pub min: f64,
    /// The one in the middle.
    pub median: f64,
    /// The largest.
    pub max: f64,
    /// Of how many pairs the figure exists.
    pub defined: usize,
    /// Of how many it was asked.
    pub of: usize,
    /// The mean of Cohen's kappa over pairs (Light's kappa); `None` for sets and scales.
    pub light: Option<f64>,
    /// Over how many pairs that mean is.
    pub light_defined: usize,
}

/// The primary figure without one coder.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Without {
    /// Who is left out.
    pub coder: String,
    /// The figure of the others.
    pub value: Option<f64>,
    /// Why there is none.
    pub undefined: Option<&'static str>,
}

/// What to beware of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Short name: `few_units`, `few_sessions`, `constant_coder`, `rare_code`, `dropped_resamples`.
    pub flag: &'static str,
    /// In a sentence.
    pub text: String,
}

/// A model beside people and gold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Model {
    /// Its name.
    pub coder: String,
    /// The model beside the people on the units that all of them labelled; empty with fewer than two people.
    pub differences: Vec<Difference>,
    /// The model with each person.
    pub with_people: Vec<Group>,
    /// The people with each other, on the units that the model decided; `None` with fewer than two people.
    pub people_on_same_units: Option<Group>,
    /// The model against the settled labels; `None` without them.
    pub against_gold: Option<Vec<Score>>,
}

/// How far a model agrees with people, less how far they agree with each other, for one thing that was decided.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// Short name of the question.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Whether this is the question to report of its field.
    pub headline: bool,
    /// Id of the figure that is compared: the question's primary.
    pub figure: &'static str,
    /// Name of that figure for people.
    pub figure_name: &'static str,
    /// The mean over the model and each person.
    pub with_people: Option<f64>,
    /// The mean over each two people.
    pub among_people: Option<f64>,
    /// The first less the second; its interval is of the same resamples.
    pub difference: Figure,
}

/// A model against gold, for one thing that was decided.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Score {
    /// Short name of the question.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Whether this is the question to report of its field.
    pub headline: bool,
    /// Accuracy; for sets the share of units with the same set.
    pub accuracy: Figure,
    /// Averages and other figures of the whole.
    pub figures: Vec<Figure>,
    /// Each code; empty for a scale, whose codes stand with all codes of the field.
    pub codes: Vec<ScoreRow>,
    /// Gold's codes (rows) by the model's (columns); none for sets, and for a scale as above.
    pub confusion: Option<Matrix>,
}

/// One code against gold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScoreRow {
    /// The code.
    pub code: Category,
    /// Units that have it in gold.
    pub support: u64,
    /// Units that have it in both.
    pub true_positives: u64,
    /// Units that have it in the model's labels only.
    pub false_positives: u64,
    /// Units that have it in gold only.
    pub false_negatives: u64,
    /// Precision, recall and F1.
    pub figures: Vec<Figure>,
}
