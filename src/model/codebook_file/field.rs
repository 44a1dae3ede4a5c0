//! The tables of a field: its rules, its attribute and its codes.

use std::collections::HashMap;
use std::mem;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::check::{Check, Known, Taken};
use crate::model::{Applies, Attribute, AttributeValue, Code, Confusion, Field, Select, ShortText};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireField {
    id: Spanned<String>,
    name: Spanned<String>,
    #[serde(default)]
    question: String,
    #[serde(default)]
    aliases: Vec<Spanned<String>>,
    select: Option<Spanned<String>>,
    at_most: Option<Spanned<usize>>,
    #[serde(default)]
    optional: bool,
    applies_when: Option<WireApplies>,
    asked_with_parent: Option<Spanned<bool>>,
    #[serde(default)]
    scale: Vec<Spanned<String>>,
    attribute: Option<WireAttribute>,
    #[serde(default)]
    code: Vec<WireCode>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireApplies {
    field: Spanned<String>,
    codes: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireAttribute {
    id: Spanned<String>,
    name: Spanned<String>,
    #[serde(default)]
    aliases: Vec<Spanned<String>>,
    #[serde(default)]
    values: Vec<WireValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireValue {
    id: Spanned<String>,
    name: Spanned<String>,
    #[serde(default)]
    definition: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireCode {
    id: Spanned<String>,
    name: Spanned<String>,
    key: Option<Spanned<String>>,
    definition: Spanned<String>,
    #[serde(default)]
    use_when: Vec<Spanned<String>>,
    #[serde(default)]
    avoid_when: Vec<Spanned<String>>,
    #[serde(default)]
    confused_with: Vec<WireConfusion>,
    #[serde(default)]
    examples: Vec<Spanned<String>>,
    #[serde(default)]
    near_misses: Vec<Spanned<String>>,
    #[serde(default)]
    exclusive: bool,
    text: Option<WireText>,
    attribute: Option<Spanned<bool>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireConfusion {
    code: Spanned<String>,
    tell: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireText {
    prompt: Spanned<String>,
    min_words: Spanned<usize>,
    max_words: Spanned<usize>,
}

impl WireField {
    pub(super) fn build(mut self, check: &mut Check) -> Field {
        let id = check.id("field", &self.id);
        for alias in &self.aliases {
            check.id("field", alias);
        }
        if self.code.is_empty() {
            check.mistake(
                &self.id.span(),
                format!("the field {id} has no [[axis.field.code]]"),
            );
        }
        let select = self.select(check);
        let applies = self.applies_when.take().map(|own| own.build(&id, check));
        let mut taken = Taken::new();
        let asked_with_parent = self.asked_with_parent(select, applies.as_ref(), &mut taken, check);
        let attribute = self.attribute.take().map(|own| own.build(check));
        let codes: Vec<Code> = mem::take(&mut self.code)
            .into_iter()
            .enumerate()
            .map(|(position, code)| code.build(position, attribute.is_some(), &mut taken, check))
            .collect();
        let known = Known {
            select,
            codes: codes
                .iter()
                .map(|code| (code.id.clone(), code.key))
                .collect(),
            asked_with: None,
        };
        let scale = scale(self.scale, &id, &known.codes, check);
        check.fields.insert(id.clone(), known);
        Field {
            name: check.text(&self.name, &format!("the name of {id}")),
            question: self.question.trim().to_owned(),
            aliases: self.aliases.into_iter().map(Spanned::into_inner).collect(),
            select,
            optional: self.optional,
            applies,
            asked_with_parent,
            scale,
            attribute,
            codes,
            id,
        }
    }

    fn select(&self, check: &mut Check) -> Select {
        let word = self.select.as_ref().map(|own| own.get_ref().as_str());
        match (word, &self.at_most) {
            (None | Some("one"), None) => Select::One,
            (Some("many"), None) => Select::Many,
            (Some("many"), Some(most)) if *most.get_ref() >= 2 => Select::AtMost(*most.get_ref()),
            (None | Some("one" | "many"), Some(most)) => {
                check.mistake(
                    &most.span(),
                    "at_most is 2 or more and needs select = \"many\"; for a single code leave both out",
                );
                Select::Many
            }
            (Some(other), _) => {
                let span = self.select.as_ref().map_or(self.id.span(), Spanned::span);
                check.mistake(
                    &span,
                    format!("select is \"one\" or \"many\", not {other:?}"),
                );
                Select::One
            }
        }
    }

    /// Checks that one key can answer both this field and the one that it depends on, and takes the keys that
    /// the other field keeps in that step.
    fn asked_with_parent(
        &self,
        select: Select,
        applies: Option<&Applies>,
        taken: &mut Taken,
        check: &mut Check,
    ) -> bool {
        let id = self.id.get_ref();
        let Some(span) = self.asked_with_parent.as_ref().filter(|own| *own.get_ref()) else {
            return false;
        };
        let Some(applies) = applies else {
            let what = format!(
                "{id} has asked_with_parent = true but no applies_when that names the parent"
            );
            check.mistake(&span.span(), what);
            return true;
        };
        // An unknown parent has been reported where it is named.
        let Some(parent) = check.fields.get_mut(&applies.field) else {
            return true;
        };
        let keys = parent
            .codes
            .iter()
            .filter(|(code, _)| !applies.codes.contains(code));
        taken.extend(keys.map(|(code, key)| (*key, code.clone())));
        let one_each = select == Select::One && parent.select == Select::One;
        let what = if applies.codes.len() > 1 || !one_each {
            format!(
                "{id} is asked with its parent {0}, so one key answers both: both must take one code, and \
                 applies_when must name one code of {0}",
                applies.field
            )
        } else if let Some(other) = parent.asked_with.replace(id.clone()) {
            format!(
                "{id} and {other} are both asked together with {}",
                applies.field
            )
        } else {
            return true;
        };
        check.mistake(&span.span(), what);
        true
    }
}

/// Takes the codes of a scale in their order.
fn scale(
    steps: Vec<Spanned<String>>,
    field: &str,
    codes: &HashMap<String, char>,
    check: &mut Check,
) -> Vec<String> {
    for step in &steps {
        if !codes.contains_key(step.get_ref()) {
            check.mistake(
                &step.span(),
                format!(
                    "the scale names {:?}, which is no code of {field}",
                    step.get_ref()
                ),
            );
        }
        check.only_once(&format!("step of {field}'s scale"), step);
    }
    if let [only] = steps.as_slice() {
        check.mistake(
            &only.span(),
            format!("the scale of {field} has one step, and an order needs two"),
        );
    }
    steps.into_iter().map(Spanned::into_inner).collect()
}

impl WireApplies {
    fn build(self, own: &str, check: &mut Check) -> Applies {
        let field = self.field.get_ref();
        let unknown: Option<Vec<Range<usize>>> = check.fields.get(field).map(|parent| {
            let known = |code: &&Spanned<String>| !parent.codes.contains_key(code.get_ref());
            self.codes.iter().filter(known).map(Spanned::span).collect()
        });
        match unknown {
            None => check.mistake(
                &self.field.span(),
                format!("{own} depends on {field:?}, but no field of that id stands before it"),
            ),
            Some(spans) => {
                for span in spans {
                    check.mistake(
                        &span,
                        format!("{own} depends on a code that {field} does not have"),
                    );
                }
            }
        }
        for code in &self.codes {
            check.only_once(&format!("code in applies_when of {own}"), code);
        }
        if self.codes.is_empty() {
            check.mistake(
                &self.field.span(),
                format!(
                    "applies_when of {own} names no code of {field}, so {own} would never be asked"
                ),
            );
        }
        Applies {
            codes: self.codes.into_iter().map(Spanned::into_inner).collect(),
            field: self.field.into_inner(),
        }
    }
}

impl WireAttribute {
    fn build(self, check: &mut Check) -> Attribute {
        let id = check.id("attribute", &self.id);
        for alias in &self.aliases {
            check.id("attribute", alias);
        }
        if self.values.is_empty() || self.values.len() > 9 {
            check.mistake(
                &self.id.span(),
                format!("the attribute {id} needs one to nine values, one for each digit"),
            );
        }
        Attribute {
            name: check.text(&self.name, &format!("the name of {id}")),
            aliases: self.aliases.into_iter().map(Spanned::into_inner).collect(),
            values: self
                .values
                .into_iter()
                .map(|value| value.build(&id, check))
                .collect(),
            id,
        }
    }
}

impl WireValue {
    pub(super) fn build(self, owner: &str, check: &mut Check) -> AttributeValue {
        let id = check.id(&format!("value of {owner}"), &self.id);
        AttributeValue {
            name: check.text(&self.name, &format!("the name of {id}")),
            definition: self.definition.trim().to_owned(),
            id,
        }
    }
}

impl WireCode {
    fn build(
        self,
        position: usize,
        has_attribute: bool,
        taken: &mut Taken,
        check: &mut Check,
    ) -> Code {
        let id = check.id("code", &self.id);
        let key = check.key(self.key.as_ref(), position, &self.id, taken);
        if let (Some(attribute), false) = (&self.attribute, has_attribute) {
            check.mistake(
                &attribute.span(),
                format!("{id} says whether it takes an attribute, but its field has none"),
            );
        }
        let confused_with = self.confused_with.into_iter();
        Code {
            name: check.text(&self.name, &format!("the name of {id}")),
            key,
            definition: check.text(&self.definition, &format!("the definition of {id}")),
            use_when: check.texts(&self.use_when, &format!("a use_when of {id}")),
            avoid_when: check.texts(&self.avoid_when, &format!("an avoid_when of {id}")),
            confused_with: confused_with.map(|own| own.build(&id, check)).collect(),
            examples: check.texts(&self.examples, &format!("an example of {id}")),
            near_misses: check.texts(&self.near_misses, &format!("a near miss of {id}")),
            exclusive: self.exclusive,
            needs_text: self.text.map(|text| text.build(&id, check)),
            takes_attribute: has_attribute && self.attribute.is_none_or(|takes| *takes.get_ref()),
            id,
        }
    }
}

impl WireConfusion {
    fn build(self, from: &str, check: &mut Check) -> Confusion {
        check.confusion(&self.code, from);
        check.only_once(&format!("neighbour of {from}"), &self.code);
        Confusion {
            tell: check.text(&self.tell, &format!("how to tell {from} apart")),
            code: self.code.into_inner(),
        }
    }
}

impl WireText {
    pub(super) fn build(self, owner: &str, check: &mut Check) -> ShortText {
        let (min_words, max_words) = (*self.min_words.get_ref(), *self.max_words.get_ref());
        if min_words == 0 {
            check.mistake(
                &self.min_words.span(),
                format!("the text of {owner} needs at least one word: min_words is 1 or more"),
            );
        } else if max_words < min_words {
            check.mistake(
                &self.max_words.span(),
                format!("max_words ({max_words}) is less than min_words ({min_words})"),
            );
        }
        ShortText {
            prompt: check.text(&self.prompt, &format!("the prompt of {owner}")),
            min_words,
            max_words,
        }
    }
}
