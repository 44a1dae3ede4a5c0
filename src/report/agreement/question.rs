//! What the labels answer: each question with its answers, and the figure that is named in advance for it.
//!
//! The shape of the codebook decides, never the labels. The verdict, and whether a field applies, are yes or no: AC1,
//! since most answers may be alike. A field that takes several codes: alpha with MASI. A field with a scale: ordinal
//! alpha on the scale, and beside it all codes without order. A field that does not always apply: AC1 of its codes
//! where it applies for both, its scale beside it. Any other field: alpha. An attribute: ordinal alpha.

use super::labels::{Answers, Conditional, FieldLabels, Labels};
use super::values::{Category, Convention, Scheme, Unit};
use crate::agreement::{Ratings, SetRatings};
use crate::model::{Codebook, Field};

/// The answers to a question.
#[derive(Clone, Copy)]
pub(super) enum Data<'a> {
    Plain(&'a Ratings),
    Sets(&'a SetRatings),
}

/// A question that the labels answer.
#[derive(Clone)]
pub(super) struct Question<'a> {
    pub(super) id: String,
    pub(super) field: Option<String>,
    pub(super) name: String,
    pub(super) unit: Unit,
    pub(super) scheme: Scheme,
    pub(super) convention: Option<Convention>,
    /// Whether it is the one to report of its field.
    pub(super) headline: bool,
    pub(super) primary: &'static str,
    pub(super) categories: Vec<Category>,
    pub(super) data: Data<'a>,
    /// The answers before those outside the scale were left out.
    pub(super) before: Option<&'a Ratings>,
    /// Whether each code is looked at by itself.
    pub(super) by_code: bool,
    /// Whether it is shown who chose what.
    pub(super) confusion: bool,
}

/// Gives all questions in the order in which they are reported.
pub(super) fn questions<'a>(codebook: &Codebook, labels: &'a Labels) -> Vec<Question<'a>> {
    let mut all = vec![verdict(&labels.verdicts)];
    if !codebook.reasons.is_empty() {
        all.push(reasons(codebook, &labels.reasons));
    }
    for own in &labels.fields {
        if let Some(field) = codebook.field(&own.field) {
            of_field(codebook, field, own, &mut all);
        }
    }
    all
}

fn verdict(ratings: &Ratings) -> Question<'_> {
    let names = [("episode", "An episode"), ("not_episode", "Not an episode")];
    Question {
        unit: Unit::Turn,
        headline: true,
        ..plain(
            "verdict",
            "Is it an episode?",
            Scheme::Binary,
            "ac1",
            ratings,
            names.map(named).into(),
        )
    }
}

fn reasons<'a>(codebook: &Codebook, ratings: &'a Ratings) -> Question<'a> {
    let categories = codebook
        .reasons
        .iter()
        .map(|own| named((&own.id, &own.name)));
    Question {
        unit: Unit::Turn,
        headline: true,
        by_code: true,
        ..plain(
            "reason",
            "Why is it no episode?",
            Scheme::Nominal,
            "alpha",
            ratings,
            categories.collect(),
        )
    }
}

/// Gives the questions about a field: the one to report first, its other readings, and its attribute.
fn of_field<'a>(
    codebook: &Codebook,
    field: &Field,
    labels: &'a FieldLabels,
    all: &mut Vec<Question<'a>>,
) {
    let mut own = of_codes(field, labels);
    if let Some(conditional) = &labels.conditional {
        own.extend(conventions(codebook, field, conditional));
    }
    if let Some(first) = own.first_mut() {
        first.headline = true;
    }
    own.extend(of_attribute(field, labels));
    for question in &mut own {
        question.field = Some(field.id.clone());
    }
    all.append(&mut own);
}

/// Gives all codes of a field, and its scale where it has one; the scale stands first where the field always applies.
fn of_codes<'a>(field: &Field, labels: &'a FieldLabels) -> Vec<Question<'a>> {
    let is_conditional = labels.conditional.is_some();
    let (id, name) = (field.id.clone(), field.name.clone());
    let mut codes = Question {
        by_code: true,
        convention: is_conditional.then_some(Convention::Both),
        ..answers(field, id, name, &labels.codes, false)
    };
    if is_conditional && codes.scheme != Scheme::Set {
        codes.primary = "ac1";
    }
    let Some(scale) = &labels.scale else {
        return vec![codes];
    };
    let scale = on_scale(field, scale, &labels.codes);
    if is_conditional {
        return vec![codes, scale];
    }
    codes.id = format!("{}.all_codes", field.id);
    codes.name = format!("{}, all codes without order", field.name);
    vec![scale, codes]
}

fn of_attribute<'a>(field: &Field, labels: &'a FieldLabels) -> Option<Question<'a>> {
    let (attribute, ratings) = (field.attribute.as_ref()?, labels.attribute.as_ref()?);
    let values = attribute.values.iter();
    let values = values.map(|own| named((&own.id, &own.name)));
    let name = format!(
        "{} of {}, where both gave the same code",
        attribute.name, field.name
    );
    Some(Question {
        unit: Unit::Code,
        headline: true,
        confusion: true,
        ..plain(
            &format!("{}.{}", field.id, attribute.id),
            &name,
            Scheme::Ordinal,
            "alpha_ordinal",
            ratings,
            values.collect(),
        )
    })
}

fn on_scale<'a>(field: &Field, scale: &'a Ratings, codes: &'a Answers) -> Question<'a> {
    let of = |id: &String| field.code(id).map(|code| named((&code.id, &code.name)));
    let categories = field.scale.iter().filter_map(of).collect();
    Question {
        before: match codes {
            Answers::One(codes) => Some(codes),
            Answers::Many(_) => None,
        },
        ..plain(
            &format!("{}.scale", field.id),
            &format!("{}, on its scale", field.name),
            Scheme::Ordinal,
            "alpha_ordinal",
            scale,
            categories,
        )
    }
}

/// Gives whether the field applies at all, and its codes with *does not apply* as a value.
fn conventions<'a>(
    codebook: &Codebook,
    field: &Field,
    conditional: &'a Conditional,
) -> [Question<'a>; 3] {
    let other = field
        .applies
        .as_ref()
        .and_then(|applies| codebook.field(&applies.field));
    let other = other.map_or("another field", |other| other.name.as_str());
    let names = [("applies", "applies"), ("does_not_apply", "does not apply")];
    let gate = plain(
        &format!("{}.applies", field.id),
        &format!("Does {} apply? (by {other})", field.name),
        Scheme::Binary,
        "ac1",
        &conditional.gate,
        names.map(named).into(),
    );
    let with_none = |id: &str, name: &str, own: &'a Answers, convention| Question {
        convention: Some(convention),
        ..answers(
            field,
            format!("{}.{id}", field.id),
            format!("{}, {name}", field.name),
            own,
            true,
        )
    };
    [
        Question {
            convention: Some(Convention::Gate),
            ..gate
        },
        with_none(
            "either",
            "where it applies for one at least",
            &conditional.either,
            Convention::Either,
        ),
        with_none(
            "everywhere",
            "over all episodes",
            &conditional.everywhere,
            Convention::All,
        ),
    ]
}

fn answers<'a>(
    field: &Field,
    id: String,
    name: String,
    answers: &'a Answers,
    with_none: bool,
) -> Question<'a> {
    let codes = field.codes.iter().map(|own| named((&own.id, &own.name)));
    let none = with_none.then(|| named(("does_not_apply", "does not apply")));
    let categories: Vec<Category> = codes.chain(none).collect();
    match answers {
        Answers::One(ratings) => {
            let scheme = if categories.len() == 2 {
                Scheme::Binary
            } else {
                Scheme::Nominal
            };
            let primary = if with_none { "ac1" } else { "alpha" };
            plain(&id, &name, scheme, primary, ratings, categories)
        }
        Answers::Many(sets) => Question {
            id,
            name,
            field: None,
            unit: Unit::Episode,
            scheme: Scheme::Set,
            convention: None,
            headline: false,
            primary: "alpha_masi",
            categories,
            data: Data::Sets(sets),
            before: None,
            by_code: false,
            confusion: false,
        },
    }
}

fn plain<'a>(
    id: &str,
    name: &str,
    scheme: Scheme,
    primary: &'static str,
    ratings: &'a Ratings,
    categories: Vec<Category>,
) -> Question<'a> {
    Question {
        id: id.to_owned(),
        field: None,
        name: name.to_owned(),
        unit: Unit::Episode,
        scheme,
        convention: None,
        headline: false,
        primary,
        categories,
        data: Data::Plain(ratings),
        before: None,
        by_code: false,
        confusion: scheme != Scheme::Ordinal,
    }
}

fn named((id, name): (&(impl AsRef<str> + ?Sized), &(impl AsRef<str> + ?Sized))) -> Category {
    Category {
        id: id.as_ref().to_owned(),
        name: name.as_ref().to_owned(),
    }
}
