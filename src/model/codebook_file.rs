//! Codebooks as text: TOML to [`Codebook`], with errors that name the line.

use std::collections::HashMap;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::codebook::{
    Applies, Attribute, AttributeValue, Axis, Code, Codebook, Confusion, Extra, ExtraKind, Field,
    Reason, ReasonGroup, Select, ShortText,
};

/// What is wrong with a codebook, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {what}")]
pub struct CodebookError {
    /// Name of the file, as it was given.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

impl Codebook {
    /// Reads a codebook from its text; `file` is its name for errors.
    ///
    /// # Errors
    ///
    /// Every mistake that was found, in the order of the lines: at least one.
    pub fn parse(text: &str, file: &str) -> Result<Codebook, Vec<CodebookError>> {
        let at = |offset: usize| text[..offset.min(text.len())].matches('\n').count() + 1;
        let error = |offset, what| CodebookError {
            file: file.to_owned(),
            line: at(offset),
            what,
        };
        let wire: WireCodebook = toml::from_str(text).map_err(|bad| {
            let offset = bad.span().map_or(0, |span| span.start);
            vec![error(offset, bad.message().replace('\n', ", "))]
        })?;
        let mut check = Check::default();
        let codebook = wire.build(text, &mut check);
        check.references(&codebook);
        if check.mistakes.is_empty() {
            return Ok(codebook);
        }
        check.mistakes.sort_by_key(|(offset, _)| *offset);
        Err(check
            .mistakes
            .into_iter()
            .map(|(offset, what)| error(offset, what))
            .collect())
    }
}

/// Collects the mistakes while the wire structs become a codebook.
#[derive(Default)]
struct Check {
    mistakes: Vec<(usize, String)>,
    ids: HashMap<String, Range<usize>>,
    /// Where each code refers to another, each field to its scale and to the field it depends on.
    code_references: Vec<(Spanned<String>, String)>,
}

impl Check {
    fn mistake(&mut self, span: &Range<usize>, what: impl Into<String>) {
        self.mistakes.push((span.start, what.into()));
    }

    /// Takes an id that must not stand twice in its namespace.
    fn id(&mut self, namespace: &str, id: &Spanned<String>) -> String {
        let name = id.get_ref();
        if name.is_empty()
            || !name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
        {
            self.mistake(
                &id.span(),
                format!("the id {name:?} may hold letters, digits, - and _ only"),
            );
        }
        if self
            .ids
            .insert(format!("{namespace}:{name}"), id.span())
            .is_some()
        {
            self.mistake(
                &id.span(),
                format!("the {namespace} {name} stands here a second time"),
            );
        }
        name.clone()
    }

    /// Gives the key of the choice at `position`, its own or the digit of its place.
    fn key(
        &mut self,
        own: Option<&Spanned<String>>,
        position: usize,
        id: &Spanned<String>,
        used: &mut Vec<char>,
    ) -> char {
        let key = match own {
            Some(text) => {
                let mut characters = text.get_ref().chars();
                match (characters.next(), characters.next()) {
                    (Some(key @ '0'..='9'), None) => key,
                    _ => {
                        self.mistake(
                            &text.span(),
                            format!("the key {:?} is not one digit", text.get_ref()),
                        );
                        return '0';
                    }
                }
            }
            None => char::from_digit(position as u32 + 1, 10).unwrap_or('0'),
        };
        if own.is_none() && position >= 9 {
            self.mistake(
                &id.span(),
                format!(
                    "{} is choice number {}, and the digits end at 9: give it a key, or use fewer",
                    id.get_ref(),
                    position + 1
                ),
            );
        } else if used.contains(&key) {
            self.mistake(
                &id.span(),
                format!(
                    "{} has the key {key}, which is taken in the same step",
                    id.get_ref()
                ),
            );
        }
        used.push(key);
        key
    }

    fn references(&mut self, codebook: &Codebook) {
        for (reference, from) in std::mem::take(&mut self.code_references) {
            if codebook.code(reference.get_ref()).is_none() {
                self.mistake(
                    &reference.span(),
                    format!(
                        "{from} is confused with {}, which is no code",
                        reference.get_ref()
                    ),
                );
            }
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireCodebook {
    id: Spanned<String>,
    name: String,
    version: Spanned<String>,
    #[serde(default)]
    source: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    axis: Vec<WireAxis>,
    #[serde(default)]
    extra: Vec<WireExtra>,
    #[serde(default)]
    reason_group: Vec<WireGroup>,
    #[serde(default)]
    reason: Vec<WireReason>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireAxis {
    id: Spanned<String>,
    name: String,
    #[serde(default)]
    question: String,
    #[serde(default)]
    field: Vec<WireField>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireField {
    id: Spanned<String>,
    name: String,
    #[serde(default)]
    question: String,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    select: Option<Spanned<String>>,
    #[serde(default)]
    at_most: Option<Spanned<usize>>,
    #[serde(default)]
    optional: bool,
    applies_when: Option<WireApplies>,
    #[serde(default)]
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
    name: String,
    values: Vec<WireValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireValue {
    id: Spanned<String>,
    name: String,
    #[serde(default)]
    definition: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireCode {
    id: Spanned<String>,
    name: String,
    key: Option<Spanned<String>>,
    definition: String,
    #[serde(default)]
    use_when: Vec<String>,
    #[serde(default)]
    avoid_when: Vec<String>,
    #[serde(default)]
    confused_with: Vec<WireConfusion>,
    #[serde(default)]
    examples: Vec<String>,
    #[serde(default)]
    near_misses: Vec<String>,
    #[serde(default)]
    exclusive: bool,
    text: Option<WireText>,
    attribute: Option<Spanned<bool>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireConfusion {
    code: Spanned<String>,
    tell: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireText {
    prompt: String,
    min_words: Spanned<usize>,
    max_words: Spanned<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireExtra {
    id: Spanned<String>,
    name: String,
    #[serde(default)]
    prompt: String,
    #[serde(default)]
    values: Vec<WireValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireGroup {
    id: Spanned<String>,
    name: String,
    #[serde(default)]
    definition: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireReason {
    id: Spanned<String>,
    name: String,
    group: Option<Spanned<String>>,
    key: Option<Spanned<String>>,
    definition: String,
    #[serde(default)]
    example: String,
    text: Option<WireText>,
}

impl WireCodebook {
    fn build(self, text: &str, check: &mut Check) -> Codebook {
        if self.version.get_ref().trim().is_empty() {
            check.mistake(&self.version.span(), "the version is empty");
        }
        if self.axis.is_empty() {
            check.mistake(&self.id.span(), "the codebook has no [[axis]]");
        }
        let id = check.id("codebook", &self.id);
        let mut before: Vec<Field> = Vec::new();
        let axes = self
            .axis
            .into_iter()
            .map(|axis| axis.build(check, &mut before))
            .collect();
        let extras = self
            .extra
            .into_iter()
            .map(|extra| extra.build(check))
            .collect();
        let groups: Vec<ReasonGroup> = self
            .reason_group
            .into_iter()
            .map(|group| group.build(check))
            .collect();
        let mut used = Vec::new();
        let reasons = self
            .reason
            .into_iter()
            .enumerate()
            .map(|(at, reason)| reason.build(at, &groups, &mut used, check))
            .collect();
        let hash = blake3::hash(text.replace("\r\n", "\n").as_bytes())
            .to_hex()
            .to_string();
        Codebook {
            id,
            name: self.name,
            version: self.version.into_inner(),
            source: self.source,
            unit: self.unit,
            axes,
            extras,
            reason_groups: groups,
            reasons,
            text: text.to_owned(),
            hash,
        }
    }
}

impl WireAxis {
    fn build(self, check: &mut Check, before: &mut Vec<Field>) -> Axis {
        let id = check.id("axis", &self.id);
        if self.field.is_empty() {
            check.mistake(
                &self.id.span(),
                format!("the axis {id} has no [[axis.field]]"),
            );
        }
        let mut fields = Vec::new();
        for field in self.field {
            let field = field.build(check, before);
            before.push(field.clone());
            fields.push(field);
        }
        Axis {
            id,
            name: self.name,
            question: self.question,
            fields,
        }
    }
}

impl WireField {
    fn build(self, check: &mut Check, before: &[Field]) -> Field {
        let id = check.id("field", &self.id);
        let select = self.select(check);
        if self.code.is_empty() {
            check.mistake(
                &self.id.span(),
                format!("the field {id} has no [[axis.field.code]]"),
            );
        }
        let asked_with_parent = self
            .asked_with_parent
            .as_ref()
            .is_some_and(|asked| *asked.get_ref());
        let applies = self
            .applies_when
            .map(|applies| applies.build(&id, check, before));
        let mut used = Vec::new();
        if let (true, Some(applies)) = (asked_with_parent, &applies) {
            // The parent's other codes are offered in the same step.
            let parent = before.iter().find(|field| field.id == applies.field);
            let others = parent.into_iter().flat_map(|field| &field.codes);
            used.extend(
                others
                    .filter(|code| !applies.codes.contains(&code.id))
                    .map(|code| code.key),
            );
        }
        if let (Some(asked), None) = (&self.asked_with_parent, &applies) {
            check.mistake(
                &asked.span(),
                format!("{id} is asked with its parent but has no applies_when"),
            );
        }
        let attribute = self.attribute.map(|attribute| attribute.build(check));
        let codes: Vec<Code> = self
            .code
            .into_iter()
            .enumerate()
            .map(|(at, code)| code.build(at, attribute.is_some(), &mut used, check))
            .collect();
        for step in &self.scale {
            if !codes.iter().any(|code| &code.id == step.get_ref()) {
                check.mistake(
                    &step.span(),
                    format!(
                        "the scale of {id} names {}, which is no code of it",
                        step.get_ref()
                    ),
                );
            }
        }
        Field {
            id,
            name: self.name,
            question: self.question,
            aliases: self.aliases,
            select,
            optional: self.optional,
            applies,
            asked_with_parent,
            scale: self.scale.into_iter().map(Spanned::into_inner).collect(),
            attribute,
            codes,
        }
    }

    fn select(&self, check: &mut Check) -> Select {
        let word = self
            .select
            .as_ref()
            .map_or("one", |select| select.get_ref().as_str());
        match (word, &self.at_most) {
            ("one", None) => Select::One,
            ("many", None) => Select::Many,
            ("many", Some(most)) if *most.get_ref() >= 2 => Select::AtMost(*most.get_ref()),
            (_, Some(most)) => {
                check.mistake(
                    &most.span(),
                    "at_most goes with select = \"many\" and is 2 or more",
                );
                Select::Many
            }
            (other, None) => {
                let span = self.select.as_ref().map_or(self.id.span(), Spanned::span);
                check.mistake(
                    &span,
                    format!("select is \"one\" or \"many\", not {other:?}"),
                );
                Select::One
            }
        }
    }
}

impl WireApplies {
    fn build(self, own: &str, check: &mut Check, before: &[Field]) -> Applies {
        let field = self.field.get_ref();
        match before.iter().find(|known| &known.id == field) {
            None => check.mistake(
                &self.field.span(),
                format!("{own} depends on {field}, which is no field that stands before it"),
            ),
            Some(parent) => {
                for code in &self.codes {
                    if parent.code(code.get_ref()).is_none() {
                        check.mistake(
                            &code.span(),
                            format!("{field} has no code {}", code.get_ref()),
                        );
                    }
                }
            }
        }
        if self.codes.is_empty() {
            check.mistake(
                &self.field.span(),
                format!("{own} depends on no code of {field}"),
            );
        }
        Applies {
            field: field.clone(),
            codes: self.codes.into_iter().map(Spanned::into_inner).collect(),
        }
    }
}

impl WireAttribute {
    fn build(self, check: &mut Check) -> Attribute {
        let id = check.id("attribute", &self.id);
        if self.values.is_empty() || self.values.len() > 9 {
            check.mistake(
                &self.id.span(),
                format!("the attribute {id} needs one to nine values"),
            );
        }
        let values = self
            .values
            .into_iter()
            .map(|value| value.build(&id, check))
            .collect();
        Attribute {
            id,
            name: self.name,
            values,
        }
    }
}

impl WireValue {
    fn build(self, owner: &str, check: &mut Check) -> AttributeValue {
        let id = check.id(&format!("value of {owner}"), &self.id);
        AttributeValue {
            id,
            name: self.name,
            definition: self.definition,
        }
    }
}

impl WireCode {
    fn build(
        self,
        position: usize,
        has_attribute: bool,
        used: &mut Vec<char>,
        check: &mut Check,
    ) -> Code {
        let id = check.id("code", &self.id);
        let key = check.key(self.key.as_ref(), position, &self.id, used);
        if let (Some(attribute), false) = (&self.attribute, has_attribute) {
            check.mistake(
                &attribute.span(),
                format!("{id} speaks of an attribute, and its field has none"),
            );
        }
        let confused_with = self
            .confused_with
            .into_iter()
            .map(|confusion| {
                check
                    .code_references
                    .push((confusion.code.clone(), id.clone()));
                Confusion {
                    code: confusion.code.into_inner(),
                    tell: confusion.tell,
                }
            })
            .collect();
        Code {
            name: self.name,
            key,
            definition: self.definition,
            use_when: self.use_when,
            avoid_when: self.avoid_when,
            confused_with,
            examples: self.examples,
            near_misses: self.near_misses,
            exclusive: self.exclusive,
            needs_text: self.text.map(|text| text.build(check)),
            takes_attribute: has_attribute && self.attribute.is_none_or(|takes| *takes.get_ref()),
            id,
        }
    }
}

impl WireText {
    fn build(self, check: &mut Check) -> ShortText {
        let (min_words, max_words) = (*self.min_words.get_ref(), *self.max_words.get_ref());
        if min_words == 0 || max_words < min_words {
            check.mistake(
                &self.min_words.span(),
                "a text needs at least one word, and max_words no less than min_words",
            );
        }
        ShortText {
            prompt: self.prompt,
            min_words,
            max_words,
        }
    }
}

impl WireExtra {
    fn build(self, check: &mut Check) -> Extra {
        let id = check.id("field", &self.id);
        if self.values.len() > 9 {
            check.mistake(
                &self.id.span(),
                format!("{id} has more values than there are digits"),
            );
        }
        let kind = match self.values.is_empty() {
            true => ExtraKind::Text,
            false => ExtraKind::One(
                self.values
                    .into_iter()
                    .map(|value| value.build(&id, check))
                    .map(|value| (value.id, value.name))
                    .collect(),
            ),
        };
        Extra {
            id,
            name: self.name,
            prompt: self.prompt,
            kind,
        }
    }
}

impl WireGroup {
    fn build(self, check: &mut Check) -> ReasonGroup {
        ReasonGroup {
            id: check.id("reason group", &self.id),
            name: self.name,
            definition: self.definition,
        }
    }
}

impl WireReason {
    fn build(
        self,
        position: usize,
        groups: &[ReasonGroup],
        used: &mut Vec<char>,
        check: &mut Check,
    ) -> Reason {
        let id = check.id("reason", &self.id);
        let key = check.key(self.key.as_ref(), position, &self.id, used);
        if let Some(group) = &self.group
            && !groups.iter().any(|known| &known.id == group.get_ref())
        {
            check.mistake(
                &group.span(),
                format!(
                    "the reason {id} is in the group {}, which does not exist",
                    group.get_ref()
                ),
            );
        }
        Reason {
            name: self.name,
            group: self.group.map(Spanned::into_inner),
            key,
            definition: self.definition,
            example: self.example,
            needs_text: self.text.map(|text| text.build(check)),
            id,
        }
    }
}
