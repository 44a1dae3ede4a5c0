//! The coding scheme as values. Nothing here knows a particular scheme.

/// A coding scheme: axes with their fields and codes, the rules between them, and the verdict's reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codebook {
    /// Short name, for example `misalignment`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Version, as its authors count.
    pub version: String,
    /// Where the scheme comes from.
    pub source: String,
    /// What one episode is, and when there is one.
    pub unit: String,
    /// The axes in the order in which they are asked.
    pub axes: Vec<Axis>,
    /// Optional fields of an episode.
    pub extras: Vec<Extra>,
    /// Groups of reasons for *not an episode*.
    pub reason_groups: Vec<ReasonGroup>,
    /// Reasons for *not an episode*.
    pub reasons: Vec<Reason>,
    /// The text that it was read from.
    pub text: String,
    /// Hash of that text with its line ends normalised: 64 hexadecimal digits.
    pub hash: String,
}

/// One side of an episode, for example its cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    /// Short name, unique in the codebook.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// What the axis asks.
    pub question: String,
    /// The fields, in the order in which they are asked.
    pub fields: Vec<Field>,
}

/// What is decided with codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Short name, unique in the codebook.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// What the field asks.
    pub question: String,
    /// Other names under which labels from elsewhere give this field.
    pub aliases: Vec<String>,
    /// How many codes an episode takes.
    pub select: Select,
    /// Whether an episode is complete without it (where it applies).
    pub optional: bool,
    /// The field and codes on which this field depends; `None` where it always applies.
    pub applies: Option<Applies>,
    /// Whether its codes are offered in the step of the field that it depends on, in place of the codes that
    /// make it apply.
    pub asked_with_parent: bool,
    /// Codes in ascending order; empty for an unordered field. Codes that are not named lie outside the scale.
    pub scale: Vec<String>,
    /// What is asked of each chosen code, for example how strong the evidence is.
    pub attribute: Option<Attribute>,
    /// The codes, in the order in which they are offered.
    pub codes: Vec<Code>,
}

/// How many codes an episode takes in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Select {
    /// Exactly one.
    One,
    /// One or more.
    Many,
    /// One or more, but no more than this.
    AtMost(usize),
}

impl Select {
    /// Gives the largest number of codes.
    pub fn limit(self) -> usize {
        match self {
            Select::One => 1,
            Select::Many => usize::MAX,
            Select::AtMost(most) => most,
        }
    }
}

/// When a field applies: when another field has one of these codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applies {
    /// Id of the other field, which stands before this one.
    pub field: String,
    /// Ids of its codes.
    pub codes: Vec<String>,
}

/// An attribute that each chosen code of a field carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Short name, for example `tier`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Other names under which labels from elsewhere give this attribute.
    pub aliases: Vec<String>,
    /// The values; their order is that of the digits 1, 2, 3.
    pub values: Vec<AttributeValue>,
}

/// One value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeValue {
    /// Short name, unique in the attribute.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// What it means.
    pub definition: String,
}

/// One code of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Short name, unique in the codebook.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// The digit that chooses it.
    pub key: char,
    /// What it means.
    pub definition: String,
    /// When to use it.
    pub use_when: Vec<String>,
    /// When not to.
    pub avoid_when: Vec<String>,
    /// The codes that it is confused with.
    pub confused_with: Vec<Confusion>,
    /// Episodes that carry it.
    pub examples: Vec<String>,
    /// Cases that look like it and are not.
    pub near_misses: Vec<String>,
    /// Whether it stands alone in its field.
    pub exclusive: bool,
    /// The short text that it needs; `None` for most codes.
    pub needs_text: Option<ShortText>,
    /// Whether the field's attribute is asked of it.
    pub takes_attribute: bool,
}

/// A neighbour that a code is confused with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    /// Id of the other code.
    pub code: String,
    /// How to tell them apart.
    pub tell: String,
}

/// A text of a few words that goes with a code or a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShortText {
    /// What to write.
    pub prompt: String,
    /// Fewest words.
    pub min_words: usize,
    /// Most words.
    pub max_words: usize,
}

impl ShortText {
    /// Tells whether a text has the right number of words.
    pub fn fits(&self, text: &str) -> bool {
        (self.min_words..=self.max_words).contains(&text.split_whitespace().count())
    }
}

/// An optional field of an episode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extra {
    /// Short name, unique in the codebook.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// What to put there.
    pub prompt: String,
    /// Other names under which labels from elsewhere give it.
    pub aliases: Vec<String>,
    /// What it takes.
    pub kind: ExtraKind,
}

/// What an optional field takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExtraKind {
    /// Free text.
    Text,
    /// One of these values (id and name).
    One(Vec<(String, String)>),
}

/// A group of reasons for *not an episode*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonGroup {
    /// Short name.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// What the reasons of the group have in common.
    pub definition: String,
}

/// A reason for *not an episode*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Short name, unique in the codebook.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Id of its group; `None` where it belongs to none.
    pub group: Option<String>,
    /// The digit that chooses it.
    pub key: char,
    /// What it means.
    pub definition: String,
    /// A case.
    pub example: String,
    /// The short text that it needs; `None` for most.
    pub needs_text: Option<ShortText>,
}

impl Codebook {
    /// Gives all fields, in the order in which they are asked.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.axes.iter().flat_map(|axis| &axis.fields)
    }

    /// Finds a field by its id.
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields().find(|field| field.id == id)
    }

    /// Finds a code by its id, with its field.
    pub fn code(&self, id: &str) -> Option<(&Field, &Code)> {
        self.fields()
            .find_map(|field| field.code(id).map(|code| (field, code)))
    }

    /// Finds a reason by its id.
    pub fn reason(&self, id: &str) -> Option<&Reason> {
        self.reasons.iter().find(|reason| reason.id == id)
    }

    /// Finds an optional field by its id.
    pub fn extra(&self, id: &str) -> Option<&Extra> {
        self.extras.iter().find(|extra| extra.id == id)
    }

    /// Finds the field that is asked in the same step as `field` and depends on it.
    pub fn asked_with(&self, field: &Field) -> Option<&Field> {
        self.fields().find(|own| {
            own.asked_with_parent
                && own
                    .applies
                    .as_ref()
                    .is_some_and(|applies| applies.field == field.id)
        })
    }
}

impl Field {
    /// Finds a code of this field by its id.
    pub fn code(&self, id: &str) -> Option<&Code> {
        self.codes.iter().find(|code| code.id == id)
    }

    /// Tells whether a code lies on the field's scale.
    pub fn on_scale(&self, code: &str) -> bool {
        self.scale.iter().any(|own| own == code)
    }
}
