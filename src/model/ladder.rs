//! The ladder: which field is asked next, what each digit would choose there, and what follows from it.
//!
//! Positions and keys come from the codebook, so that every scheme is labelled the same way. The ladder is a
//! plain value; it changes nothing itself but says which changes a key stands for.

use super::codebook::{Code, Codebook, Field};
use super::label::{Change, Choice, Episode};
use super::rules::{Missing, Violation, missing};

/// Where the coder stands in the form of one episode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ladder {
    /// What is asked.
    pub step: Step,
    /// Whether the next digit adds to the codes of the field instead of replacing them.
    pub adding: bool,
}

/// One question of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The codes of a field.
    Field(String),
    /// The attribute of a chosen code.
    Attribute {
        /// Id of the field.
        field: String,
        /// Id of the code.
        code: String,
    },
    /// The short text of a chosen code.
    Text {
        /// Id of the field.
        field: String,
        /// Id of the code.
        code: String,
    },
    /// Everything is answered; the coder looks it over and commits.
    Review,
}

impl Step {
    /// Gives the id of the field that the step is about; `None` for the review.
    pub fn field(&self) -> Option<&str> {
        match self {
            Step::Field(field) | Step::Attribute { field, .. } | Step::Text { field, .. } => {
                Some(field)
            }
            Step::Review => None,
        }
    }
}

/// One choice that a step offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The digit.
    pub key: char,
    /// Id of the code or of the attribute's value.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// What follows from a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What changes, all in one act; may be nothing.
    pub changes: Vec<Change>,
    /// Where the coder stands afterwards.
    pub ladder: Ladder,
    /// What the coder should know besides, for example that a locus was cleared.
    pub notice: Option<String>,
}

/// Why a key is refused, as a sentence for the coder. It names no keys: which there are, the front knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The step offers nothing under this digit.
    #[error("{step} has no {key}; it takes {keys}")]
    NoSuchKey {
        /// What is asked.
        step: String,
        /// The key.
        key: char,
        /// The digits that it takes.
        keys: String,
    },
    /// A rule of the codebook.
    #[error(transparent)]
    Rule(#[from] Violation),
    /// Something is still open.
    #[error(transparent)]
    Open(#[from] Missing),
    /// No field of the form takes another code.
    #[error("{0} takes one code: press its digit to change it")]
    TakesOne(String),
    /// There is nothing to add to yet.
    #[error("choose a first code before adding another")]
    NothingYet,
    /// The form is complete and digits mean nothing.
    #[error("the form is complete")]
    Complete,
    /// The step asks for words.
    #[error("{0} needs words")]
    Words(String),
}

impl Ladder {
    /// Stands at the first question that is still open, or at the review.
    pub fn start(codebook: &Codebook, episode: &Episode) -> Ladder {
        let open = codebook
            .fields()
            .find_map(|field| open_step(field, episode));
        Ladder {
            step: open.unwrap_or(Step::Review),
            adding: false,
        }
    }

    /// Gives the questions of the form that apply to an episode, for a cursor that walks over them.
    pub fn stops(codebook: &Codebook, episode: &Episode) -> Vec<Step> {
        let fields = codebook
            .fields()
            .filter(|field| !field.asked_with_parent && field.applies_to(episode));
        fields
            .map(|field| Step::Field(field.id.clone()))
            .chain([Step::Review])
            .collect()
    }

    /// Gives what the step offers, in the order of the codebook.
    pub fn offers(&self, codebook: &Codebook, episode: &Episode) -> Vec<Offer> {
        match &self.step {
            Step::Field(field) => codebook
                .field(field)
                .map(|field| field_offers(codebook, field, episode))
                .unwrap_or_default(),
            Step::Attribute { field, code } => attribute_offers(codebook, field, code, episode),
            Step::Text { .. } | Step::Review => Vec::new(),
        }
    }

    /// Answers the step with a digit.
    ///
    /// # Errors
    ///
    /// [`Refusal`] where the digit means nothing here or would break a rule; nothing changes then.
    pub fn press(
        &self,
        codebook: &Codebook,
        episode: &Episode,
        key: char,
    ) -> Result<Answer, Refusal> {
        match &self.step {
            Step::Review => Err(Refusal::Complete),
            Step::Text { code, .. } => Err(Refusal::Words(code.clone())),
            Step::Attribute { field, code } => {
                let offer = self.offer(codebook, episode, key)?;
                let choices = with(episode.choices(field), code, |choice| {
                    choice.attribute = Some(offer.id.clone());
                });
                Ok(answer(codebook, episode, field, choices))
            }
            Step::Field(id) => {
                let offer = self.offer(codebook, episode, key)?;
                let field = codebook
                    .field(id)
                    .ok_or_else(|| Violation::UnknownField(id.clone()))?;
                self.choose(codebook, episode, field, &offer.id)
            }
        }
    }

    /// Answers a step that asks for words.
    ///
    /// # Errors
    ///
    /// [`Refusal`] where the text has too few or too many words.
    pub fn write(
        &self,
        codebook: &Codebook,
        episode: &Episode,
        text: &str,
    ) -> Result<Answer, Refusal> {
        let Step::Text { field, code } = &self.step else {
            return Err(Refusal::Complete);
        };
        let needs = codebook
            .field(field)
            .and_then(|field| field.code(code))
            .and_then(|code| code.needs_text.as_ref());
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some(needs) = needs.filter(|needs| !needs.fits(&text)) {
            let words = text.split_whitespace().count();
            let (min, max) = (needs.min_words, needs.max_words);
            return Err(Violation::TextLength {
                owner: code.clone(),
                min,
                max,
                words,
            }
            .into());
        }
        let choices = with(episode.choices(field), code, |choice| {
            choice.text = Some(text.clone());
        });
        Ok(answer(codebook, episode, field, choices))
    }

    /// Steps back to the last answered field that takes another code.
    ///
    /// # Errors
    ///
    /// [`Refusal`] where no field does, with the reason.
    pub fn add(&self, codebook: &Codebook, episode: &Episode) -> Result<Ladder, Refusal> {
        let own = match &self.step {
            Step::Field(id) if episode.choices(id).is_empty() => {
                answered_before(codebook, episode, id)
            }
            Step::Review => codebook
                .fields()
                .filter(|field| takes_more(field, episode))
                .last(),
            step => step.field().and_then(|id| codebook.field(id)),
        };
        let field = own.ok_or(Refusal::NothingYet)?;
        let chosen = episode.choices(&field.id);
        if let Some(lacks) = missing_of(codebook, episode, field) {
            return Err(lacks.into());
        }
        if field.select.limit() == 1 {
            return Err(Refusal::TakesOne(field.name.clone()));
        }
        if chosen.len() >= field.select.limit() {
            return Err(Violation::TooMany {
                field: field.name.clone(),
                most: field.select.limit(),
            }
            .into());
        }
        if let Some(alone) = chosen
            .iter()
            .find(|choice| is_exclusive(field, &choice.code))
        {
            return Err(Violation::StandsAlone(alone.code.clone()).into());
        }
        Ok(Ladder {
            step: Step::Field(field.id.clone()),
            adding: true,
        })
    }

    /// Passes an optional field over, or commits at the review.
    ///
    /// # Errors
    ///
    /// [`Refusal::Open`] where the step cannot be passed over.
    pub fn pass(&self, codebook: &Codebook, episode: &Episode) -> Result<Ladder, Refusal> {
        let Some(field) = self.step.field().and_then(|id| codebook.field(id)) else {
            return Ok(Ladder {
                step: Step::Review,
                adding: false,
            });
        };
        if let Some(lacks) = missing_of(codebook, episode, field) {
            return Err(lacks.into());
        }
        let step = next_step(codebook, episode, &field.id);
        let place = |id: &str| codebook.fields().position(|own| own.id == id);
        let goes_back = step.field().and_then(place) <= place(&field.id);
        if episode.fields.is_empty() && goes_back {
            return Err(Missing::Anything.into());
        }
        Ok(Ladder {
            step,
            adding: false,
        })
    }

    /// Moves to the question before or after this one, without answering; after the review comes what is still open,
    /// or else the first question.
    pub fn walk(&self, codebook: &Codebook, episode: &Episode, forward: bool) -> Ladder {
        let open = Ladder::start(codebook, episode);
        if forward && self.step == Step::Review && open.step != Step::Review {
            return open;
        }
        let stops = Ladder::stops(codebook, episode);
        let own = self
            .step
            .field()
            .map_or(Step::Review, |field| Step::Field(field.to_owned()));
        let at = stops.iter().position(|stop| *stop == own).unwrap_or(0);
        let inside = matches!(self.step, Step::Attribute { .. } | Step::Text { .. });
        let to = match (forward, inside) {
            (true, _) => (at + 1) % stops.len(),
            (false, true) => at,
            (false, false) => (at + stops.len() - 1) % stops.len(),
        };
        Ladder {
            step: stops[to].clone(),
            adding: false,
        }
    }

    fn offer(&self, codebook: &Codebook, episode: &Episode, key: char) -> Result<Offer, Refusal> {
        let offers = self.offers(codebook, episode);
        let keys = offers
            .iter()
            .map(|offer| offer.key.to_string())
            .collect::<Vec<_>>()
            .join(" ");
        let step = match &self.step {
            Step::Attribute { field, .. } => codebook
                .field(field)
                .and_then(|field| field.attribute.as_ref())
                .map(|attribute| attribute.name.clone()),
            step => step
                .field()
                .and_then(|id| codebook.field(id))
                .map(|field| field.name.clone()),
        };
        let step = step.unwrap_or_default();
        offers
            .into_iter()
            .find(|offer| offer.key == key)
            .ok_or(Refusal::NoSuchKey { step, key, keys })
    }

    fn choose(
        &self,
        codebook: &Codebook,
        episode: &Episode,
        field: &Field,
        code: &str,
    ) -> Result<Answer, Refusal> {
        if let Some(answer) = choose_with_parent(codebook, episode, field, code) {
            return Ok(answer);
        }
        let choices = if self.adding {
            toggled(field, episode.choices(&field.id), code)?
        } else {
            vec![chosen_alone(episode.choices(&field.id), code)]
        };
        Ok(answer(codebook, episode, &field.id, choices))
    }
}

/// Answers with a code of the field that is asked in the same step: it stands for itself and for the code that
/// makes it apply. `None` where the code is the field's own.
fn choose_with_parent(
    codebook: &Codebook,
    episode: &Episode,
    field: &Field,
    code: &str,
) -> Option<Answer> {
    let child = codebook.asked_with(field)?;
    child.code(code)?;
    let parent = Change::Field {
        episode: episode.id,
        field: field.id.clone(),
        choices: vec![Choice::of(child.applies.as_ref()?.codes.first()?)],
    };
    let before = after(episode, std::slice::from_ref(&parent));
    let mut answer = answer(codebook, &before, &child.id, vec![Choice::of(code)]);
    answer.changes.insert(0, parent);
    Some(answer)
}

/// Gives the code as the only one of its field; its attribute is asked anew, its words are kept.
fn chosen_alone(chosen: &[Choice], code: &str) -> Choice {
    match chosen {
        [own] if own.code == code => Choice {
            attribute: None,
            ..own.clone()
        },
        _ => Choice::of(code),
    }
}

/// Gives the codes of a field with one more, or with that one gone where it was there.
fn toggled(field: &Field, chosen: &[Choice], code: &str) -> Result<Vec<Choice>, Violation> {
    if chosen.iter().any(|choice| choice.code == code) {
        let rest = chosen.iter().filter(|choice| choice.code != code);
        return Ok(rest.cloned().collect());
    }
    if is_exclusive(field, code) && !chosen.is_empty() {
        return Err(Violation::StandsAlone(code.to_owned()));
    }
    if let Some(other) = chosen
        .iter()
        .find(|choice| is_exclusive(field, &choice.code))
    {
        return Err(Violation::StandsAlone(other.code.clone()));
    }
    if chosen.len() >= field.select.limit() {
        return Err(Violation::TooMany {
            field: field.name.clone(),
            most: field.select.limit(),
        });
    }
    Ok(chosen.iter().cloned().chain([Choice::of(code)]).collect())
}

/// Sets a field, clears what no longer applies, and goes on to what is open.
fn answer(codebook: &Codebook, episode: &Episode, field: &str, choices: Vec<Choice>) -> Answer {
    let set = Change::Field {
        episode: episode.id,
        field: field.to_owned(),
        choices,
    };
    let mut changes = vec![set];
    let mut now = after(episode, &changes);
    let mut cleared = Vec::new();
    for other in codebook.fields() {
        if let (false, false, Some(applies)) = (
            now.choices(&other.id).is_empty(),
            other.applies_to(&now),
            &other.applies,
        ) {
            cleared.push(format!(
                "{} cleared: it applies only with {}",
                other.name,
                applies.codes.join(" or ")
            ));
            let clear = Change::Field {
                episode: episode.id,
                field: other.id.clone(),
                choices: Vec::new(),
            };
            now = after(&now, std::slice::from_ref(&clear));
            changes.push(clear);
        }
    }
    let step = codebook
        .field(field)
        .and_then(|own| open_detail(own, &now))
        .unwrap_or_else(|| next_step(codebook, &now, field));
    let notice = (!cleared.is_empty()).then(|| cleared.join("; "));
    Answer {
        changes,
        ladder: Ladder {
            step,
            adding: false,
        },
        notice,
    }
}

fn answered_before<'a>(codebook: &'a Codebook, episode: &Episode, id: &str) -> Option<&'a Field> {
    codebook
        .fields()
        .take_while(|field| field.id != id)
        .filter(|field| !episode.choices(&field.id).is_empty())
        .last()
}

/// Gives the first open question of a field that applies.
fn open_step(field: &Field, episode: &Episode) -> Option<Step> {
    if !field.applies_to(episode) || field.asked_with_parent {
        return None;
    }
    if episode.choices(&field.id).is_empty() {
        return (!field.optional || episode.fields.is_empty())
            .then(|| Step::Field(field.id.clone()));
    }
    open_detail(field, episode)
}

/// Gives the attribute or text of a chosen code that is still open.
fn open_detail(field: &Field, episode: &Episode) -> Option<Step> {
    episode.choices(&field.id).iter().find_map(|choice| {
        let code = field.code(&choice.code)?;
        let (field, id) = (field.id.clone(), code.id.clone());
        if code.needs_text.is_some() && choice.text.is_none() {
            return Some(Step::Text { field, code: id });
        }
        (code.takes_attribute && choice.attribute.is_none())
            .then_some(Step::Attribute { field, code: id })
    })
}

/// Gives the next question after a field that has no answer; optional fields are passed one by one.
fn next_step(codebook: &Codebook, episode: &Episode, field: &str) -> Step {
    let asked = |field: &&Field| field.applies_to(episode) && !field.asked_with_parent;
    let later = codebook
        .fields()
        .skip_while(|own| own.id != field)
        .skip(1)
        .filter(asked);
    let unanswered = |own: &Field| {
        let open = episode
            .choices(&own.id)
            .is_empty()
            .then(|| Step::Field(own.id.clone()));
        open.or_else(|| open_detail(own, episode))
    };
    later
        .into_iter()
        .find_map(unanswered)
        .or_else(|| codebook.fields().find_map(|own| open_step(own, episode)))
        .unwrap_or(Step::Review)
}

/// Gives what one field of an episode lacks.
fn missing_of(codebook: &Codebook, episode: &Episode, field: &Field) -> Option<Missing> {
    if field.optional && episode.choices(&field.id).is_empty() {
        return None;
    }
    missing(codebook, episode)
        .into_iter()
        .find(|lacks| match lacks {
            Missing::Field(name) => *name == field.name,
            Missing::Attribute { code, .. } | Missing::Text(code) => field.code(code).is_some(),
            Missing::Anything => false,
        })
}

fn takes_more(field: &Field, episode: &Episode) -> bool {
    let chosen = episode.choices(&field.id);
    !chosen.is_empty()
        && chosen.len() < field.select.limit()
        && !chosen.iter().any(|c| is_exclusive(field, &c.code))
}

fn is_exclusive(field: &Field, code: &str) -> bool {
    field.code(code).is_some_and(|code| code.exclusive)
}

fn with(choices: &[Choice], code: &str, change: impl Fn(&mut Choice)) -> Vec<Choice> {
    let mut choices = choices.to_vec();
    choices
        .iter_mut()
        .filter(|choice| choice.code == code)
        .for_each(change);
    choices
}

fn after(episode: &Episode, changes: &[Change]) -> Episode {
    let mut episode = episode.clone();
    for change in changes {
        if let Change::Field { field, choices, .. } = change {
            if choices.is_empty() {
                episode.fields.remove(field);
            } else {
                episode.fields.insert(field.clone(), choices.clone());
            }
        }
    }
    episode
}

fn field_offers(codebook: &Codebook, field: &Field, episode: &Episode) -> Vec<Offer> {
    let offer = |owner: &Field, code: &Code| Offer {
        key: code.key,
        id: code.id.clone(),
        name: code.name.clone(),
        chosen: episode.has(&owner.id, &code.id),
    };
    let Some(child) = codebook.asked_with(field) else {
        return field.codes.iter().map(|code| offer(field, code)).collect();
    };
    let makes_apply = |code: &Code| {
        child
            .applies
            .as_ref()
            .is_some_and(|applies| applies.codes.contains(&code.id))
    };
    let own = field
        .codes
        .iter()
        .filter(|code| !makes_apply(code))
        .map(|code| offer(field, code));
    let mut offers: Vec<Offer> = own
        .chain(child.codes.iter().map(|code| offer(child, code)))
        .collect();
    offers.sort_by_key(|offer| offer.key);
    offers
}

fn attribute_offers(codebook: &Codebook, field: &str, code: &str, episode: &Episode) -> Vec<Offer> {
    let Some(attribute) = codebook
        .field(field)
        .and_then(|field| field.attribute.as_ref())
    else {
        return Vec::new();
    };
    let chosen = episode
        .choices(field)
        .iter()
        .find(|choice| choice.code == code);
    (1..)
        .zip(&attribute.values)
        .map(|(position, value)| Offer {
            key: char::from_digit(position, 10).unwrap_or('0'),
            id: value.id.clone(),
            name: value.name.clone(),
            chosen: chosen
                .is_some_and(|choice| choice.attribute.as_deref() == Some(value.id.as_str())),
        })
        .collect()
}

#[cfg(test)]
mod tests;
