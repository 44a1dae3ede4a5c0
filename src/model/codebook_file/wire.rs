//! The tables of the file outside the fields: the head, the axes, the extras and the reasons.

use std::collections::HashSet;

use serde::Deserialize;
use toml::Spanned;

use super::check::{Check, Taken};
use super::field::{WireField, WireText, WireValue};
use crate::model::{Axis, Codebook, Extra, ExtraKind, Reason, ReasonGroup};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireCodebook {
    id: Spanned<String>,
    name: Spanned<String>,
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
    name: Spanned<String>,
    #[serde(default)]
    question: String,
    #[serde(default)]
    field: Vec<WireField>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireExtra {
    id: Spanned<String>,
    name: Spanned<String>,
    #[serde(default)]
    prompt: String,
    #[serde(default)]
    aliases: Vec<Spanned<String>>,
    #[serde(default)]
    values: Vec<WireValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireGroup {
    id: Spanned<String>,
    name: Spanned<String>,
    #[serde(default)]
    definition: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireReason {
    id: Spanned<String>,
    name: Spanned<String>,
    group: Option<Spanned<String>>,
    key: Option<Spanned<String>>,
    definition: Spanned<String>,
    #[serde(default)]
    example: String,
    text: Option<WireText>,
}

impl WireCodebook {
    pub(super) fn build(self, text: &str, check: &mut Check) -> Codebook {
        if self.axis.is_empty() {
            check.mistake(&self.id.span(), "the codebook has no [[axis]]");
        }
        let hash = blake3::hash(text.replace("\r\n", "\n").as_bytes());
        let (reason_groups, reasons) = reasons(self.reason_group, self.reason, check);
        Codebook {
            id: check.id("codebook", &self.id),
            name: check.text(&self.name, "the codebook's name"),
            version: check.text(&self.version, "the version"),
            source: self.source.trim().to_owned(),
            unit: self.unit.trim().to_owned(),
            axes: self.axis.into_iter().map(|own| own.build(check)).collect(),
            extras: self.extra.into_iter().map(|own| own.build(check)).collect(),
            reason_groups,
            reasons,
            text: text.to_owned(),
            hash: hash.to_hex().to_string(),
        }
    }
}

fn reasons(
    groups: Vec<WireGroup>,
    reasons: Vec<WireReason>,
    check: &mut Check,
) -> (Vec<ReasonGroup>, Vec<Reason>) {
    let groups: Vec<ReasonGroup> = groups.into_iter().map(|own| own.build(check)).collect();
    let known: HashSet<&str> = groups.iter().map(|group| group.id.as_str()).collect();
    let mut taken = Taken::new();
    let reasons = reasons
        .into_iter()
        .enumerate()
        .map(|(position, reason)| reason.build(position, &known, &mut taken, check))
        .collect();
    (groups, reasons)
}

impl WireAxis {
    fn build(self, check: &mut Check) -> Axis {
        let id = check.id("axis", &self.id);
        if self.field.is_empty() {
            check.mistake(
                &self.id.span(),
                format!("the axis {id} has no [[axis.field]]"),
            );
        }
        Axis {
            name: check.text(&self.name, &format!("the name of {id}")),
            question: self.question.trim().to_owned(),
            fields: self.field.into_iter().map(|own| own.build(check)).collect(),
            id,
        }
    }
}

impl WireExtra {
    fn build(self, check: &mut Check) -> Extra {
        // An extra shares the fields' namespace: both are columns of an export.
        let id = check.id("field", &self.id);
        for alias in &self.aliases {
            check.id("field", alias);
        }
        if self.values.len() > 9 {
            check.mistake(
                &self.id.span(),
                format!(
                    "{id} has {} values, and the digits end at 9",
                    self.values.len()
                ),
            );
        }
        let values: Vec<(String, String)> = self
            .values
            .into_iter()
            .map(|value| value.build(&id, check))
            .map(|value| (value.id, value.name))
            .collect();
        Extra {
            name: check.text(&self.name, &format!("the name of {id}")),
            prompt: self.prompt.trim().to_owned(),
            aliases: self.aliases.into_iter().map(Spanned::into_inner).collect(),
            kind: if values.is_empty() {
                ExtraKind::Text
            } else {
                ExtraKind::One(values)
            },
            id,
        }
    }
}

impl WireGroup {
    fn build(self, check: &mut Check) -> ReasonGroup {
        let id = check.id("reason group", &self.id);
        ReasonGroup {
            name: check.text(&self.name, &format!("the name of {id}")),
            definition: self.definition.trim().to_owned(),
            id,
        }
    }
}

impl WireReason {
    fn build(
        self,
        position: usize,
        groups: &HashSet<&str>,
        taken: &mut Taken,
        check: &mut Check,
    ) -> Reason {
        let id = check.id("reason", &self.id);
        let key = check.key(self.key.as_ref(), position, &self.id, taken);
        if let Some(group) = &self.group
            && !groups.contains(group.get_ref().as_str())
        {
            check.mistake(
                &group.span(),
                format!(
                    "{id} is in the group {:?}, but no [[reason_group]] has that id",
                    group.get_ref()
                ),
            );
        }
        Reason {
            name: check.text(&self.name, &format!("the name of {id}")),
            group: self.group.map(Spanned::into_inner),
            key,
            definition: check.text(&self.definition, &format!("the definition of {id}")),
            example: self.example.trim().to_owned(),
            needs_text: self.text.map(|text| text.build(&id, check)),
            id,
        }
    }
}
