//! How one codebook differs from another one that replaces it.

use std::collections::BTreeMap;

use crate::model::{Code, Codebook, Field};

/// One difference between a codebook and the one that is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What differs.
    pub kind: Kind,
    /// The difference in words.
    pub what: String,
    /// What only the other codebook has, by its id.
    pub gone: Option<String>,
    /// What only the codebook that is taken has, by its id.
    pub new: Option<String>,
}

/// What differs between two codebooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The codebook as a whole: its short name.
    Codebook,
    /// A code.
    Code,
    /// A value of an attribute.
    Value,
    /// A reason for *not an episode*.
    Reason,
    /// An optional field.
    Extra,
    /// A rule: how many codes a field takes, when it applies, what a code asks for.
    Rule,
    /// What something is called.
    Name,
    /// A definition, or what stands beside it.
    Wording,
}

impl Kind {
    /// Gives the name used in output.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Codebook => "codebook",
            Kind::Code => "code",
            Kind::Value => "value",
            Kind::Reason => "reason",
            Kind::Extra => "optional field",
            Kind::Rule => "rule",
            Kind::Name => "name",
            Kind::Wording => "wording",
        }
    }
}

impl Difference {
    /// Tells whether a label may have no meaning in the other codebook: ids that only one of them has.
    pub fn is_of_codes(&self) -> bool {
        self.gone.is_some() || self.new.is_some()
    }
}

/// Lists how `old` differs from `new`, which is taken.
pub(super) fn differences(old: &Codebook, new: &Codebook) -> Vec<Difference> {
    if old.hash == new.hash {
        return Vec::new();
    }
    let mut found = Vec::new();
    if old.id != new.id {
        found.push(plain(
            Kind::Codebook,
            format!("{} and {} are two codebooks", old.id, new.id),
        ));
    }
    let mut fields: Vec<&str> = old.fields().map(|field| field.id.as_str()).collect();
    for field in new.fields() {
        if old.field(&field.id).is_none() {
            fields.push(&field.id);
        }
    }
    for id in fields {
        let (one, other) = (old.field(id), new.field(id));
        found.extend(of_ids(Kind::Code, id, &codes(one), &codes(other)));
        found.extend(of_ids(Kind::Value, id, &values(one), &values(other)));
        if let (Some(one), Some(other)) = (one, other) {
            found.extend(of_rules(one, other));
        }
    }
    found.extend(of_ids(
        Kind::Reason,
        "not an episode",
        &reasons(old),
        &reasons(new),
    ));
    found.extend(of_ids(
        Kind::Extra,
        "optional fields",
        &extras(old),
        &extras(new),
    ));
    found.extend(of_wording(old, new));
    found
}

fn plain(kind: Kind, what: String) -> Difference {
    Difference {
        kind,
        what,
        gone: None,
        new: None,
    }
}

/// An id and what it is called.
type Named<'a> = (&'a str, &'a str);

fn codes(field: Option<&Field>) -> Vec<Named<'_>> {
    let codes = field.into_iter().flat_map(|field| &field.codes);
    codes
        .map(|code| (code.id.as_str(), code.name.as_str()))
        .collect()
}

fn values(field: Option<&Field>) -> Vec<Named<'_>> {
    let attribute = field.and_then(|field| field.attribute.as_ref());
    let values = attribute
        .into_iter()
        .flat_map(|attribute| &attribute.values);
    values
        .map(|value| (value.id.as_str(), value.name.as_str()))
        .collect()
}

fn reasons(codebook: &Codebook) -> Vec<Named<'_>> {
    let reasons = codebook.reasons.iter();
    reasons
        .map(|reason| (reason.id.as_str(), reason.name.as_str()))
        .collect()
}

fn extras(codebook: &Codebook) -> Vec<Named<'_>> {
    let extras = codebook.extras.iter();
    extras
        .map(|extra| (extra.id.as_str(), extra.name.as_str()))
        .collect()
}

/// Compares two lists by their ids; what has another id and the same name is one thing renamed.
fn of_ids(kind: Kind, place: &str, old: &[Named], new: &[Named]) -> Vec<Difference> {
    let by_id = |list: &[Named]| -> BTreeMap<String, String> {
        let own = list.iter();
        own.map(|(id, name)| ((*id).to_owned(), (*name).to_owned()))
            .collect()
    };
    let (known, now) = (by_id(old), by_id(new));
    let mut fresh: Vec<&Named> = new
        .iter()
        .filter(|(id, _)| !known.contains_key(*id))
        .collect();
    let mut found = Vec::new();
    for (id, name) in old {
        match now.get(*id) {
            Some(own) if own == name => (),
            Some(own) => {
                let what = format!("{place}: {id} was called {name:?} and is called {own:?}");
                found.push(plain(Kind::Name, what));
            }
            None => {
                let at = fresh.iter().position(|(_, own)| own == name);
                let renamed = at.map(|at| fresh.remove(at).0);
                let what = match renamed {
                    Some(other) => format!("{place}: {id} ({name}) is now {other}"),
                    None => format!("{place}: {id} ({name}) is gone"),
                };
                found.push(Difference {
                    kind,
                    what,
                    gone: Some((*id).to_owned()),
                    new: renamed.map(str::to_owned),
                });
            }
        }
    }
    found.extend(fresh.into_iter().map(|(id, name)| Difference {
        kind,
        what: format!("{place}: {id} ({name}) is new"),
        gone: None,
        new: Some((*id).to_owned()),
    }));
    found
}

fn of_rules(old: &Field, new: &Field) -> Vec<Difference> {
    let mut changed = Vec::new();
    let mut note = |is_changed: bool, what: &str| {
        if is_changed {
            changed.push(plain(Kind::Rule, format!("{}: {what}", old.id)));
        }
    };
    note(old.select != new.select, "how many codes it takes");
    note(old.optional != new.optional, "whether it may stay open");
    note(old.applies != new.applies, "when it applies");
    note(old.scale != new.scale, "the order of its scale");
    for code in &old.codes {
        if let Some(other) = new.code(&code.id) {
            let id = &code.id;
            note(
                code.exclusive != other.exclusive,
                &format!("whether {id} stands alone"),
            );
            note(
                text_rule(code) != text_rule(other),
                &format!("the text that {id} needs"),
            );
            note(
                code.takes_attribute != other.takes_attribute,
                &format!("what is asked of {id}"),
            );
        }
    }
    changed
}

fn text_rule(code: &Code) -> Option<(usize, usize)> {
    let text = code.needs_text.as_ref();
    text.map(|text| (text.min_words, text.max_words))
}

/// Names what is said in other words: it changes no label, but perhaps what a coder meant by one.
fn of_wording(old: &Codebook, new: &Codebook) -> Option<Difference> {
    let words = |code: &Code| {
        let lists = [
            &code.use_when,
            &code.avoid_when,
            &code.examples,
            &code.near_misses,
        ];
        (
            code.definition.clone(),
            lists.map(Clone::clone),
            code.confused_with.clone(),
        )
    };
    let codes = old.fields().flat_map(|field| &field.codes);
    let mut ids: Vec<&str> = codes
        .filter(|code| {
            let other = new.code(&code.id);
            other.is_some_and(|(_, other)| words(code) != words(other))
        })
        .map(|code| code.id.as_str())
        .collect();
    let reasons = old.reasons.iter().filter(|reason| {
        let other = new.reason(&reason.id);
        other.is_some_and(|other| {
            (&reason.definition, &reason.example) != (&other.definition, &other.example)
        })
    });
    ids.extend(reasons.map(|reason| reason.id.as_str()));
    if ids.is_empty() {
        return None;
    }
    Some(plain(
        Kind::Wording,
        format!("other words for {}", ids.join(", ")),
    ))
}
