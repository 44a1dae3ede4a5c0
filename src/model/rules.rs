//! The rules that hold for every label, whoever writes it.

use uuid::Uuid;

use super::codebook::{Codebook, ExtraKind, Field};
use super::label::{Change, Choice, Decision, Episode, Quote, Verdict};

/// A rule that a change would break, as a sentence for the coder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// The codebook has no such field.
    #[error("the codebook has no field {0}")]
    UnknownField(String),
    /// The field has no such code.
    #[error("{field} has no code {code}")]
    UnknownCode {
        /// Id of the field.
        field: String,
        /// The code.
        code: String,
    },
    /// A code stands twice in a field.
    #[error("{0} is chosen twice")]
    Twice(String),
    /// Too many codes.
    #[error("{field} takes at most {most}")]
    TooMany {
        /// Name of the field.
        field: String,
        /// How many codes it takes.
        most: usize,
    },
    /// A code that stands alone is chosen with another.
    #[error("{0} stands alone: no other code goes with it")]
    StandsAlone(String),
    /// The field does not apply.
    #[error("{field} applies only with {codes}")]
    DoesNotApply {
        /// Name of the field.
        field: String,
        /// The codes with which it applies.
        codes: String,
    },
    /// The attribute has no such value.
    #[error("{attribute} has no value {value}")]
    UnknownValue {
        /// Name of the attribute or optional field.
        attribute: String,
        /// The value.
        value: String,
    },
    /// The code takes no attribute.
    #[error("{0} takes no attribute")]
    NoAttribute(String),
    /// The code or reason takes no text.
    #[error("{0} takes no text")]
    NoText(String),
    /// The text is too short or too long.
    #[error("{owner} needs {min} to {max} words, and this has {words}")]
    TextLength {
        /// Id of the code or reason.
        owner: String,
        /// Fewest words.
        min: usize,
        /// Most words.
        max: usize,
        /// Words given.
        words: usize,
    },
    /// The codebook has no such reason.
    #[error("the codebook has no reason {0}")]
    UnknownReason(String),
    /// There is no such episode.
    #[error("the episode does not exist here")]
    NoEpisode,
    /// The verdict is given before the labels are.
    #[error("{0}")]
    Incomplete(Missing),
    /// A verdict of episodes where there is none, or of none where there are some.
    #[error("{0}")]
    Contradiction(&'static str),
    /// A quotation that quotes nothing.
    #[error("the quotation is empty")]
    EmptyQuote,
}

/// What an episode still lacks, as a sentence for the coder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    /// A field that applies has no code.
    #[error("{0} is still open")]
    Field(String),
    /// A chosen code has no attribute.
    #[error("{code} has no {attribute} yet")]
    Attribute {
        /// The code.
        code: String,
        /// Name of the attribute.
        attribute: String,
    },
    /// A chosen code has no text.
    #[error("{0} has no text yet")]
    Text(String),
    /// No field has a code.
    #[error("the episode has no code yet")]
    Anything,
}

impl Field {
    /// Tells whether this field applies to an episode.
    pub fn applies_to(&self, episode: &Episode) -> bool {
        self.applies.as_ref().is_none_or(|applies| {
            applies
                .codes
                .iter()
                .any(|code| episode.has(&applies.field, code))
        })
    }
}

/// Checks one change against the codebook and the state that it meets.
///
/// # Errors
///
/// The first rule that the change would break. An attribute or a text that is not given yet breaks none:
/// every key is stored, and completeness is asked for by the verdict.
pub fn check_change(
    codebook: &Codebook,
    decision: &Decision,
    change: &Change,
) -> Result<(), Violation> {
    match change {
        Change::Field {
            episode,
            field,
            choices,
        } => {
            let episode = decision.episode(*episode).ok_or(Violation::NoEpisode)?;
            let field = codebook
                .field(field)
                .ok_or_else(|| Violation::UnknownField(field.clone()))?;
            check_field(field, episode, choices)
        }
        Change::Extra {
            episode,
            field,
            value,
        } => {
            decision.episode(*episode).ok_or(Violation::NoEpisode)?;
            check_extra(codebook, field, value)
        }
        Change::Evidence { episode, id, quote } => {
            decision.episode(*episode).ok_or(Violation::NoEpisode)?;
            quote
                .as_ref()
                .map_or(Ok(()), |quote| check_quote(*id, quote))
        }
        Change::Verdict(Some(verdict)) => check_verdict(codebook, decision, verdict),
        Change::Verdict(None)
        | Change::Marked(_)
        | Change::Deferred(_)
        | Change::Memo(_)
        | Change::Certainty(_)
        | Change::Settled { .. }
        | Change::Episode { .. } => Ok(()),
    }
}

/// Gives every rule that a decision as a whole breaks; nothing for a good one.
///
/// A change alone cannot tell: a code that goes takes the ground from a field that depends on it, and an
/// episode that comes or goes makes a verdict untrue.
pub fn violations(codebook: &Codebook, decision: &Decision) -> Vec<Violation> {
    let episodes = decision.episodes.iter();
    let mut found: Vec<Violation> = episodes
        .flat_map(|episode| broken_in(codebook, decision, episode))
        .collect();
    if let Some(verdict) = &decision.verdict {
        found.extend(check_verdict(codebook, decision, verdict).err());
    }
    found
}

fn broken_in(codebook: &Codebook, decision: &Decision, episode: &Episode) -> Vec<Violation> {
    let id = episode.id;
    let fields = episode.fields.iter().map(|(field, choices)| Change::Field {
        episode: id,
        field: field.clone(),
        choices: choices.clone(),
    });
    let extras = episode.extras.iter().map(|(field, value)| Change::Extra {
        episode: id,
        field: field.clone(),
        value: value.clone(),
    });
    let evidence = episode.evidence.iter().map(|quote| Change::Evidence {
        episode: id,
        id: quote.id,
        quote: Some(quote.clone()),
    });
    fields
        .chain(extras)
        .chain(evidence)
        .filter_map(|change| check_change(codebook, decision, &change).err())
        .collect()
}

/// Gives what an episode still lacks, in the order in which it is asked; empty where it is complete.
pub fn missing(codebook: &Codebook, episode: &Episode) -> Vec<Missing> {
    if episode.fields.is_empty() && codebook.fields().all(|field| field.optional) {
        return vec![Missing::Anything];
    }
    codebook
        .fields()
        .filter(|field| field.applies_to(episode))
        .flat_map(|field| missing_in(field, episode))
        .collect()
}

fn missing_in(field: &Field, episode: &Episode) -> Vec<Missing> {
    let choices = episode.choices(&field.id);
    if choices.is_empty() {
        return if field.optional {
            Vec::new()
        } else {
            vec![Missing::Field(field.name.clone())]
        };
    }
    let mut found = Vec::new();
    for choice in choices {
        let Some(code) = field.code(&choice.code) else {
            continue;
        };
        if let (true, None, Some(attribute)) =
            (code.takes_attribute, &choice.attribute, &field.attribute)
        {
            found.push(Missing::Attribute {
                code: code.id.clone(),
                attribute: attribute.name.clone(),
            });
        }
        if code.needs_text.is_some() && choice.text.is_none() {
            found.push(Missing::Text(code.id.clone()));
        }
    }
    found
}

fn check_field(field: &Field, episode: &Episode, choices: &[Choice]) -> Result<(), Violation> {
    if choices.is_empty() {
        return Ok(());
    }
    if let (false, Some(applies)) = (field.applies_to(episode), &field.applies) {
        return Err(Violation::DoesNotApply {
            field: field.name.clone(),
            codes: applies.codes.join(" or "),
        });
    }
    for (at, choice) in choices.iter().enumerate() {
        check_choice(field, choice)?;
        if choices[..at]
            .iter()
            .any(|earlier| earlier.code == choice.code)
        {
            return Err(Violation::Twice(choice.code.clone()));
        }
    }
    let alone = choices
        .iter()
        .find(|choice| field.code(&choice.code).is_some_and(|code| code.exclusive));
    match alone {
        Some(alone) if choices.len() > 1 => Err(Violation::StandsAlone(alone.code.clone())),
        _ if choices.len() > field.select.limit() => Err(Violation::TooMany {
            field: field.name.clone(),
            most: field.select.limit(),
        }),
        _ => Ok(()),
    }
}

fn check_choice(field: &Field, choice: &Choice) -> Result<(), Violation> {
    let unknown = || Violation::UnknownCode {
        field: field.id.clone(),
        code: choice.code.clone(),
    };
    let code = field.code(&choice.code).ok_or_else(unknown)?;
    match (&choice.attribute, &field.attribute) {
        (Some(_), _) if !code.takes_attribute => {
            return Err(Violation::NoAttribute(code.id.clone()));
        }
        (Some(value), Some(attribute))
            if !attribute.values.iter().any(|known| known.id == *value) =>
        {
            return Err(Violation::UnknownValue {
                attribute: attribute.name.clone(),
                value: value.clone(),
            });
        }
        _ => (),
    }
    check_text(&code.id, code.needs_text.as_ref(), choice.text.as_deref())
}

fn check_text(
    owner: &str,
    needs: Option<&super::ShortText>,
    text: Option<&str>,
) -> Result<(), Violation> {
    match (needs, text) {
        (None, Some(_)) => Err(Violation::NoText(owner.to_owned())),
        (Some(needs), Some(text)) if !needs.fits(text) => Err(Violation::TextLength {
            owner: owner.to_owned(),
            min: needs.min_words,
            max: needs.max_words,
            words: text.split_whitespace().count(),
        }),
        _ => Ok(()),
    }
}

fn check_extra(codebook: &Codebook, field: &str, value: &str) -> Result<(), Violation> {
    let extra = codebook
        .extra(field)
        .ok_or_else(|| Violation::UnknownField(field.to_owned()))?;
    match &extra.kind {
        ExtraKind::One(values)
            if !value.is_empty() && !values.iter().any(|(id, _)| id == value) =>
        {
            Err(Violation::UnknownValue {
                attribute: extra.name.clone(),
                value: value.to_owned(),
            })
        }
        _ => Ok(()),
    }
}

fn check_quote(id: Uuid, quote: &Quote) -> Result<(), Violation> {
    if quote.id != id {
        return Err(Violation::Contradiction(
            "the quotation has another identity than its change",
        ));
    }
    let length = quote.span.end.saturating_sub(quote.span.start);
    if length == 0 || quote.text.chars().count() != length {
        Err(Violation::EmptyQuote)
    } else {
        Ok(())
    }
}

fn check_verdict(
    codebook: &Codebook,
    decision: &Decision,
    verdict: &Verdict,
) -> Result<(), Violation> {
    match verdict {
        Verdict::Episodes if decision.episodes.is_empty() => {
            Err(Violation::Contradiction("there is no episode yet"))
        }
        Verdict::Episodes => {
            let lacks = decision
                .episodes
                .iter()
                .find_map(|episode| missing(codebook, episode).into_iter().next());
            lacks.map_or(Ok(()), |lacks| Err(Violation::Incomplete(lacks)))
        }
        Verdict::NotEpisode { .. } if !decision.episodes.is_empty() => Err(
            Violation::Contradiction("there are episodes on this turn: remove them first"),
        ),
        Verdict::NotEpisode { reason, text } => {
            let reason = codebook
                .reason(reason)
                .ok_or_else(|| Violation::UnknownReason(reason.clone()))?;
            check_text(&reason.id, reason.needs_text.as_ref(), text.as_deref())?;
            match (&reason.needs_text, text) {
                (Some(_), None) => Err(Violation::Incomplete(Missing::Text(reason.id.clone()))),
                _ => Ok(()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codebook(text: &str) -> Codebook {
        Codebook::parse(text, "codebook").unwrap()
    }

    fn misalignment() -> Codebook {
        codebook(include_str!("../../codebook/misalignment.toml"))
    }

    fn with(fields: &[(&str, &[&str])]) -> Episode {
        let mut episode = Episode::new(Uuid::nil());
        for (field, codes) in fields {
            let choices = codes.iter().map(|code| Choice::of(code)).collect();
            episode.fields.insert((*field).to_owned(), choices);
        }
        episode
    }

    fn decided(episode: Episode, verdict: Option<Verdict>) -> Decision {
        Decision {
            verdict,
            episodes: vec![episode],
            ..Decision::default()
        }
    }

    fn sentences<T: ToString>(found: &[T]) -> Vec<String> {
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_missing_comes_in_the_order_of_the_questions() {
        let check = |fields: &[(&str, &[&str])], expected: &[&str]| {
            assert_eq!(
                sentences(&missing(&misalignment(), &with(fields))),
                expected
            );
        };
        let open = [
            "Form is still open",
            "Cause is still open",
            "Severity is still open",
            "Status is still open",
        ];
        check(&[], &open);
        check(
            &[("form", &["S8"])],
            &[&["S8 has no text yet"], &open[1..]].concat(),
        );
        check(
            &[
                ("form", &["S1"]),
                ("cause", &["C1", "C7"]),
                ("severity", &["DS2"]),
                ("status", &["RS1"]),
            ],
            &[
                "C1 has no Evidence tier yet",
                "Locus is still open",
                "Resolver is still open",
            ],
        );
        check(
            &[
                ("form", &["S1"]),
                ("cause", &["C7"]),
                ("severity", &["DS1"]),
                ("status", &["RS2"]),
            ],
            &[],
        );
    }

    #[test]
    fn where_every_field_is_optional_one_code_is_needed() {
        let mast = codebook(include_str!("../../codebook/mast.toml"));
        assert_eq!(missing(&mast, &with(&[])), [Missing::Anything]);
        assert_eq!(missing(&mast, &with(&[("system_design", &["FM-1.1"])])), []);
    }

    #[test]
    fn a_decision_is_looked_at_as_a_whole() {
        let check = |decision: &Decision, expected: &[&str]| {
            assert_eq!(sentences(&violations(&misalignment(), decision)), expected);
        };
        let none = Verdict::NotEpisode {
            reason: "truncation".to_owned(),
            text: None,
        };
        let alone = |verdict: &Verdict| Decision {
            verdict: Some(verdict.clone()),
            ..Decision::default()
        };
        check(&Decision::default(), &[]);
        check(&alone(&none), &[]);
        check(&alone(&Verdict::Episodes), &["there is no episode yet"]);
        check(&decided(with(&[]), None), &[]);
        check(
            &decided(with(&[]), Some(Verdict::Episodes)),
            &["Form is still open"],
        );
        check(
            &decided(with(&[]), Some(none)),
            &["there are episodes on this turn: remove them first"],
        );
        check(
            &decided(
                with(&[
                    ("severity", &["DS1"]),
                    ("locus", &["DL1"]),
                    ("form", &["S9"]),
                ]),
                None,
            ),
            &["form has no code S9", "Locus applies only with DS2 or DS3"],
        );
    }
}
