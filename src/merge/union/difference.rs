//! How one codebook differs from another one that replaces it.

use std::collections::BTreeMap;

use crate::model::{Code, Codebook, ExtraKind, Field, ShortText};

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
    /// A value of an optional field.
    ExtraValue,
    /// A rule: how many codes a field takes, when it applies, what a code asks for, in which order things stand.
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
            Kind::ExtraValue => "optional value",
            Kind::Rule => "rule",
            Kind::Name => "name",
            Kind::Wording => "wording",
        }
    }
}

impl Difference {
    /// Names the ids with their field: two optional fields may have a value `high`, and a title may be that word.
    fn within(self, field: &str) -> Difference {
        let full = |id: String| format!("{field}.{id}");
        Difference {
            gone: self.gone.map(full),
            new: self.new.map(full),
            ..self
        }
    }

    /// Tells whether a label may have no meaning in the other codebook: ids that only one of them has.
    pub fn is_of_codes(&self) -> bool {
        self.gone.is_some() || self.new.is_some()
    }
}

/// Lists how `old` differs from `new`, which is taken; nothing only where they are one and the same.
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
    found.extend(of_fields(old, new));
    found.extend(of_reasons(old, new));
    found.extend(of_extras(old, new));
    found.extend(of_wording(old, new));
    if found.is_empty() {
        // A remark, a question, an alias, a digit: two texts all the same, and never called one.
        let what = "something else than codes, rules, names and definitions";
        found.push(plain(Kind::Wording, what.to_owned()));
    }
    found
}

fn of_fields(old: &Codebook, new: &Codebook) -> Vec<Difference> {
    let only_new = new.fields().filter(|field| old.field(&field.id).is_none());
    let mut found = Vec::new();
    for field in old.fields().chain(only_new) {
        let id = &field.id;
        let (one, other) = (old.field(id), new.field(id));
        found.extend(of_ids(Kind::Code, id, &codes(one), &codes(other)));
        found.extend(of_ids(Kind::Value, id, &values(one), &values(other)));
        if let (Some(one), Some(other)) = (one, other) {
            found.extend(of_rules(one, other));
        }
    }
    found
}

fn of_reasons(old: &Codebook, new: &Codebook) -> Vec<Difference> {
    let place = "not an episode";
    let mut found = of_ids(Kind::Reason, place, &reasons(old), &reasons(new));
    for reason in &old.reasons {
        let (id, own) = (&reason.id, text_rule(reason.needs_text.as_ref()));
        let other = new.reason(id);
        if other.is_some_and(|other| text_rule(other.needs_text.as_ref()) != own) {
            found.push(plain(
                Kind::Rule,
                format!("{place}: the text that {id} needs"),
            ));
        }
    }
    found
}

fn of_extras(old: &Codebook, new: &Codebook) -> Vec<Difference> {
    let place = "optional fields";
    let mut found = of_ids(Kind::Extra, place, &extras(old), &extras(new));
    for extra in &old.extras {
        let id = &extra.id;
        let Some(other) = new.extra(id) else {
            continue;
        };
        match (&extra.kind, &other.kind) {
            (ExtraKind::One(one), ExtraKind::One(other)) => {
                let (one, other) = (extra_values(one), extra_values(other));
                let own = of_ids(Kind::ExtraValue, id, &one, &other).into_iter();
                found.extend(own.map(|own| own.within(id)));
            }
            (one, other) if one != other => {
                let what = format!("{id}: whether it takes any text or a value of a list");
                found.push(plain(Kind::Rule, what));
            }
            _ => (),
        }
    }
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

fn extra_values(values: &[(String, String)]) -> Vec<Named<'_>> {
    let values = values.iter();
    values
        .map(|(id, name)| (id.as_str(), name.as_str()))
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
    if !is_in_one_order(old, new) {
        let what = format!("{place}: the order of the {}s", kind.name());
        found.push(plain(Kind::Rule, what));
    }
    found
}

/// Tells whether what two lists have in common stands in the same order: the digits follow it.
fn is_in_one_order(old: &[Named], new: &[Named]) -> bool {
    let common = |list: &[Named], other: &[Named]| -> Vec<String> {
        let known = |id: &str| other.iter().any(|(own, _)| *own == id);
        let ids = list.iter().map(|(id, _)| *id);
        ids.filter(|id| known(id)).map(str::to_owned).collect()
    };
    common(old, new) == common(new, old)
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
    note(
        old.asked_with_parent != new.asked_with_parent,
        "whether it is asked together with the field that it depends on",
    );
    note(old.scale != new.scale, "the order of its scale");
    for code in &old.codes {
        if let Some(other) = new.code(&code.id) {
            let id = &code.id;
            note(
                code.exclusive != other.exclusive,
                &format!("whether {id} stands alone"),
            );
            note(
                text_rule(code.needs_text.as_ref()) != text_rule(other.needs_text.as_ref()),
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

fn text_rule(text: Option<&ShortText>) -> Option<(usize, usize)> {
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

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = include_str!("../../../codebook/misalignment.toml");

    fn changed(old: &str, new: &str) -> Vec<String> {
        assert!(TEXT.contains(old), "{old}");
        let book = |text: &str| Codebook::parse(text, "test.toml").unwrap();
        let found = differences(&book(TEXT), &book(&TEXT.replacen(old, new, 1)));
        let line = |own: &Difference| format!("{}, {}", own.kind.name(), own.what);
        found.iter().map(line).collect()
    }

    #[test]
    fn each_change_is_named() {
        let check = |old: &str, new: &str, expected: &[&str]| {
            assert_eq!(changed(old, new), expected, "{old} -> {new}");
        };
        check(
            "  { id = \"both\", name = \"Both\", definition = \"One came with the other.\" },\n",
            "",
            &["optional value, goal: both (Both) is gone"],
        );
        check(
            "id = \"instruction\", name",
            "id = \"order\", name",
            &["optional value, goal: instruction (Instruction) is now order"],
        );
        check(
            "name = \"Intention\"",
            "name = \"Intent\"",
            &["name, goal: intention was called \"Intention\" and is called \"Intent\""],
        );
        check(
            "prompt = \"What happened, in a few words\"",
            "values = [{ id = \"a\", name = \"A\", definition = \"It.\" }]",
            &["rule, title: whether it takes any text or a value of a list"],
        );
        check(
            "asked_with_parent = true\n",
            "",
            &["rule, resolver: whether it is asked together with the field that it depends on"],
        );
        check(
            "cannot be decided\", min_words = 1, max_words = 8",
            "cannot be decided\", min_words = 1, max_words = 7",
            &["rule, not an episode: the text that other needs"],
        );
        check(
            "id = \"truncation\"\nname",
            "id = \"cut\"\nkey = \"8\"\nname",
            &["reason, not an episode: truncation (Text cut off) is now cut"],
        );
        check("# How coding agents", "# Where coding agents", &[OTHER]);
        check("question = \"Who put it right?\"", "", &[OTHER]);
        check("aliases = [\"alignment_goal\"]", "", &[OTHER]);
    }

    const OTHER: &str = "wording, something else than codes, rules, names and definitions";

    #[test]
    fn another_order_is_named() {
        let confidence = "id = \"confidence\"";
        let at = TEXT.find(confidence).unwrap();
        let low = TEXT[at..].find("  { id = \"low\"").unwrap() + at;
        let high = TEXT[at..].find("  { id = \"high\"").unwrap() + at;
        let end = TEXT[low..].find('\n').unwrap() + low + 1;
        let (values, last) = (&TEXT[high..low], &TEXT[low..end]);
        let found = changed(&format!("{values}{last}"), &format!("{last}{values}"));
        assert_eq!(
            found,
            ["rule, confidence: the order of the optional values"]
        );
    }

    /// Leaves each line of a codebook out, one at a time, and says each of its texts otherwise.
    #[test]
    fn two_codebooks_are_never_called_one() {
        let book = Codebook::parse(TEXT, "test.toml").unwrap();
        let lines: Vec<&str> = TEXT.lines().collect();
        let mut tried = 0;
        for at in 0..lines.len() {
            let reworded = lines[at].replacen(" = \"", " = \"x", 1);
            let changes = [None, Some(reworded.as_str())];
            for line in changes.into_iter().filter(|own| *own != Some(lines[at])) {
                let before = lines[..at].iter().copied();
                let all: Vec<&str> = before
                    .chain(line)
                    .chain(lines[at + 1..].iter().copied())
                    .collect();
                let Ok(other) = Codebook::parse(&all.join("\n"), "test.toml") else {
                    continue;
                };
                let is_same = other.hash == book.hash;
                assert_eq!(
                    differences(&book, &other).is_empty(),
                    is_same,
                    "{:?}",
                    lines[at]
                );
                assert_eq!(
                    differences(&other, &book).is_empty(),
                    is_same,
                    "{:?}",
                    lines[at]
                );
                tried += usize::from(!is_same);
            }
        }
        assert!(tried > 300, "{tried}");
    }
}
