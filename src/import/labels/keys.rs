//! What the keys of a record mean: the words of the form itself, and those of the codebook.

use std::collections::HashMap;

use crate::model::{Code, Codebook, Extra, Field};

/// What a key is for.
#[derive(Clone, Copy)]
pub(super) enum Key<'a> {
    /// Takes the codes of a field.
    Field(&'a Field),
    /// Takes an optional field.
    Extra(&'a Extra),
    /// Takes the attribute of all codes that are chosen in a field.
    Attribute(&'a Field),
    /// Takes the short text of the chosen code of a field.
    Text(&'a Field),
    /// Says whether a code is chosen, or with which attribute.
    Code(&'a Field, &'a Code),
}

/// The words of the form, which no field of a codebook can take over.
pub(super) const OWN: [&str; 15] = [
    "coder",
    "coder_kind",
    "session",
    "turn",
    "unit",
    "hash",
    "episode",
    "verdict",
    "reason",
    "reason_text",
    "deferred",
    "marked",
    "memo",
    "certainty",
    "evidence",
];

/// The keys that a codebook brings along.
pub(super) struct Keys<'a> {
    pub(super) codebook: &'a Codebook,
    known: HashMap<String, Key<'a>>,
}

impl<'a> Keys<'a> {
    pub(super) fn of(codebook: &'a Codebook) -> Keys<'a> {
        let mut keys = Keys {
            codebook,
            known: HashMap::new(),
        };
        // What is added first keeps its name.
        for field in codebook.fields() {
            keys.add(field_key(&field.id), Key::Field(field));
            for name in names(field) {
                keys.add(name.clone(), Key::Field(field));
            }
        }
        for extra in &codebook.extras {
            keys.add(field_key(&extra.id), Key::Extra(extra));
            for name in [&extra.id].into_iter().chain(&extra.aliases) {
                keys.add(name.clone(), Key::Extra(extra));
            }
        }
        for field in codebook.fields() {
            keys.add_parts(field);
        }
        for field in codebook.fields() {
            for code in &field.codes {
                keys.add(code.id.clone(), Key::Code(field, code));
            }
        }
        keys
    }

    fn add_parts(&mut self, field: &'a Field) {
        for word in TEXT {
            for name in names(field) {
                self.add(format!("{name}_{word}"), Key::Text(field));
            }
        }
        let has_text = |own: &Field| own.codes.iter().any(|code| code.needs_text.is_some());
        let only = self.codebook.fields().filter(|own| has_text(own)).count() == 1;
        if only && has_text(field) {
            // Not `text` alone, which elsewhere is the text of the turn.
            for word in &TEXT[1..] {
                self.add((*word).to_owned(), Key::Text(field));
            }
        }
        for attribute in attribute_names(field) {
            self.add(attribute.to_owned(), Key::Attribute(field));
            for name in names(field) {
                self.add(format!("{name}_{attribute}"), Key::Attribute(field));
            }
        }
    }

    fn add(&mut self, name: String, key: Key<'a>) {
        if !OWN.contains(&name.as_str()) {
            self.known.entry(name).or_insert(key);
        }
    }

    pub(super) fn find(&self, name: &str) -> Option<Key<'a>> {
        self.known.get(name).copied()
    }
}

/// Names under which a short text is given.
pub(super) const TEXT: [&str; 3] = ["text", "other_descriptor", "descriptor"];

/// Gives the names under which a field's attribute is given.
pub(super) fn attribute_names(field: &Field) -> impl Iterator<Item = &str> {
    let attributes = field.attribute.iter();
    attributes.flat_map(|own| {
        [&own.id]
            .into_iter()
            .chain(&own.aliases)
            .map(String::as_str)
    })
}

fn names(field: &Field) -> impl Iterator<Item = &String> {
    [&field.id].into_iter().chain(&field.aliases)
}

/// Gives the key under which a field or optional field is written: its id, or, where the form has that word for
/// itself, a name that no id can have.
pub(super) fn field_key(id: &str) -> String {
    if OWN.contains(&id) {
        format!("field:{id}")
    } else {
        id.to_owned()
    }
}
