//! The values of a record in all the forms in which other programs write them.

use serde_json::{Map, Value};

use super::keys::{TEXT, attribute_names};
use crate::model::{Attribute, CharSpan, Choice, Code, Field, RecordQuote, TurnRef};

/// The most quotations that an episode takes: more of them are no evidence, and would cost time.
const MOST_QUOTES: usize = 100;
/// Names under which an object gives its code.
pub(super) const CODE: [&str; 3] = ["code", "label", "id"];
/// What stands where a code has no attribute.
const NOTHING: [&str; 5] = ["not_applicable", "not applicable", "n/a", "na", "none"];

/// Gives a text, also where it was written as a number; `None` for nothing.
pub(super) fn text(name: &str, value: &Value) -> Result<Option<String>, String> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        Value::Number(number) => Ok(Some(number.to_string())),
        _ => Err(format!("{name} is not a text")),
    }
}

/// Gives a yes or no; `None` for nothing.
pub(super) fn flag(name: &str, value: &Value) -> Result<Option<bool>, String> {
    match value {
        Value::Null => Ok(None),
        Value::Bool(flag) => Ok(Some(*flag)),
        _ => Err(format!("{name} is neither true nor false")),
    }
}

/// Gives a number from 1 to `most`, also where it was written as a text; `None` for nothing.
pub(super) fn ordinal(name: &str, value: &Value, most: u32) -> Result<Option<u32>, String> {
    let Some(text) = text(name, value)? else {
        return Ok(None);
    };
    let digits = text.trim();
    // Tables write whole numbers with a point as soon as one cell of the column is empty.
    let digits = digits.strip_suffix(".0").unwrap_or(digits);
    let number: Option<u32> = digits.parse().ok();
    number
        .filter(|number| (1..=most).contains(number))
        .map(Some)
        .ok_or_else(|| format!("{name} is {text:?}, and must be a number from 1 to {most}"))
}

/// Gives the address of a turn that is quoted: `D12`, `A12`, or 12 for the developer's.
fn address(value: &Value) -> Result<Option<TurnRef>, String> {
    let Some(text) = text("turn", value)? else {
        return Ok(None);
    };
    let number = || text.parse().ok().map(TurnRef::developer);
    TurnRef::parse(&text)
        .or_else(number)
        .map(Some)
        .ok_or_else(|| format!("the evidence names the turn {text:?}, and turns read D12 or A12"))
}

/// Gives the codes that a value chooses in a field; `ignored` is told of keys that mean nothing.
pub(super) fn choices(
    field: &Field,
    value: &Value,
    ignored: &mut impl FnMut(&str),
) -> Result<Vec<Choice>, String> {
    let Value::Object(object) = value else {
        return listed(field, value, ignored);
    };
    let list = ["labels", "codes"]
        .iter()
        .find_map(|name| object.get(*name));
    let Some(list) = list else {
        return Ok(one(field, object, ignored)?.into_iter().collect());
    };
    let mut choices = listed(field, list, ignored)?;
    for (name, value) in object {
        if TEXT.contains(&name.as_str()) {
            set_text(field, &mut choices, text(name, value)?);
        } else if attribute_names(field).any(|own| own == name) {
            set_attribute(field, &mut choices, text(name, value)?);
        } else if !["labels", "codes"].contains(&name.as_str()) {
            ignored(name);
        }
    }
    Ok(choices)
}

fn listed(
    field: &Field,
    value: &Value,
    ignored: &mut impl FnMut(&str),
) -> Result<Vec<Choice>, String> {
    let Value::Array(items) = value else {
        let code = text(&field.id, value)?;
        return Ok(code.map(|code| choice(field, &code)).into_iter().collect());
    };
    let mut choices = Vec::new();
    for item in items {
        choices.extend(match item {
            Value::Object(object) => one(field, object, ignored)?,
            other => text(&field.id, other)?.map(|code| choice(field, &code)),
        });
        // A field takes no code twice, so that more than it has break a rule that is told at the first of them.
        if choices.len() > field.codes.len() {
            break;
        }
    }
    Ok(choices)
}

/// Reads `{"code": "C6", "tier": "direct"}`; `None` where the code is empty.
fn one(
    field: &Field,
    object: &Map<String, Value>,
    ignored: &mut impl FnMut(&str),
) -> Result<Option<Choice>, String> {
    let mut chosen = None;
    for name in CODE {
        if let Some(value) = object.get(name) {
            chosen = text(name, value)?.map(|code| choice(field, &code));
            break;
        }
    }
    let is_empty = object.values().all(Value::is_null);
    let Some(mut chosen) = chosen else {
        let names_code = CODE.iter().any(|name| object.contains_key(*name));
        let wrong = format!("{}: an object names its code as \"code\"", field.id);
        return if names_code || is_empty {
            Ok(None)
        } else {
            Err(wrong)
        };
    };
    for (name, value) in object {
        if TEXT.contains(&name.as_str()) {
            chosen.text = text(name, value)?;
        } else if name == "attribute" || attribute_names(field).any(|own| own == name) {
            chosen.attribute =
                text(name, value)?.and_then(|own| attribute(field, &chosen.code, &own));
        } else if !CODE.contains(&name.as_str()) {
            ignored(name);
        }
    }
    Ok(Some(chosen))
}

/// Chooses a code by its id, also in other letters, or by its name. What the field does not have is left as it is:
/// the rules name it.
fn choice(field: &Field, given: &str) -> Choice {
    let given = given.trim();
    let known = field
        .codes
        .iter()
        .map(|code| (code.id.as_str(), code.name.as_str()));
    Choice::of(meant(&known, given).unwrap_or(given))
}

/// Finds the id that is meant by an id or a name.
pub(super) fn meant<'a>(
    known: &(impl Iterator<Item = (&'a str, &'a str)> + Clone),
    given: &str,
) -> Option<&'a str> {
    let find = |is: &dyn Fn(&str, &str) -> bool| {
        known
            .clone()
            .find(|(id, name)| is(id, name))
            .map(|(id, _)| id)
    };
    let given = given.trim();
    let lower = given.to_lowercase();
    find(&|id, _| id == given)
        .or_else(|| find(&|id, _| id.to_lowercase() == lower))
        .or_else(|| find(&|_, name| name.to_lowercase() == lower))
}

fn attribute(field: &Field, code: &str, given: &str) -> Option<String> {
    let takes = field.code(code).is_none_or(|own| own.takes_attribute);
    if !takes && NOTHING.contains(&given.trim().to_lowercase().as_str()) {
        return None;
    }
    let values = field
        .attribute
        .iter()
        .flat_map(|own: &Attribute| &own.values);
    let known = values.map(|value| (value.id.as_str(), value.name.as_str()));
    Some(meant(&known, given).unwrap_or(given).to_owned())
}

/// Chooses the code of a key of its own: `true`, or the attribute with which it is chosen.
pub(super) fn column(field: &Field, code: &Code, value: &Value) -> Result<Option<Choice>, String> {
    let given = match value {
        Value::Bool(false) => return Ok(None),
        Value::Bool(true) => return Ok(Some(Choice::of(&code.id))),
        Value::Number(number) if number.as_f64() == Some(0.0) => return Ok(None),
        Value::Number(number) if number.as_f64() == Some(1.0) => {
            return Ok(Some(Choice::of(&code.id)));
        }
        value => text(&code.id, value)?,
    };
    Ok(given.map(|given| Choice {
        attribute: attribute(field, &code.id, &given),
        ..Choice::of(&code.id)
    }))
}

/// Gives the attribute to every chosen code that takes one and has none.
pub(super) fn set_attribute(field: &Field, choices: &mut [Choice], given: Option<String>) {
    let Some(given) = given else { return };
    let takes = |own: &Choice| {
        field
            .code(&own.code)
            .is_some_and(|code| code.takes_attribute)
    };
    for choice in choices {
        if choice.attribute.is_none() && takes(choice) {
            choice.attribute = attribute(field, &choice.code, &given);
        }
    }
}

/// Gives the text to the chosen code that needs one; where none does, to the first, so that the rules name it.
pub(super) fn set_text(field: &Field, choices: &mut [Choice], given: Option<String>) {
    let needs = |own: &Choice| {
        field
            .code(&own.code)
            .is_some_and(|code| code.needs_text.is_some())
    };
    let at = choices.iter().position(needs).unwrap_or(0);
    if let (Some(choice), Some(given)) = (choices.get_mut(at), given) {
        choice.text.get_or_insert(given);
    }
}

/// Gives the quotations of a record: words, objects with their place, or a list of either.
pub(super) fn quotes(
    value: &Value,
    ignored: &mut impl FnMut(&str),
) -> Result<Vec<RecordQuote>, String> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        Value::Null => &[],
        one => std::slice::from_ref(one),
    };
    if items.len() > MOST_QUOTES {
        return Err(format!(
            "an episode takes at most {MOST_QUOTES} quotations, and this has {}",
            items.len()
        ));
    }
    let mut found = Vec::new();
    for item in items {
        found.extend(match item {
            Value::Object(object) => Some(quote(object, ignored)?),
            other => text("evidence", other)?.map(|text| RecordQuote {
                turn: None,
                span: None,
                text,
            }),
        });
    }
    Ok(found)
}

fn quote(
    object: &Map<String, Value>,
    ignored: &mut impl FnMut(&str),
) -> Result<RecordQuote, String> {
    let mut quote = RecordQuote {
        turn: None,
        span: None,
        text: String::new(),
    };
    let (mut start, mut end) = (None, None);
    for (name, value) in object {
        let place = || value.as_u64().and_then(|place| usize::try_from(place).ok());
        match name.as_str() {
            "turn" => quote.turn = address(value)?,
            "start" => start = place(),
            "end" => end = place(),
            "text" | "quote" => quote.text = text(name, value)?.unwrap_or_default(),
            _ => ignored(name),
        }
    }
    if let (Some(start), Some(end)) = (start, end) {
        quote.span = Some(CharSpan { start, end });
    }
    Ok(quote)
}
