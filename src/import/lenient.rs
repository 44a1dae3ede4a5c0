//! Reads fields of records as leniently as files of many versions need: what does not fit is absent, and no
//! record is lost for one field of another type.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::model::Timestamp;

use super::records::mended;
use super::time;

/// Reads a text; anything else is absent.
pub(super) fn word<'de, D: Deserializer<'de>>(input: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(input)? {
        Value::String(text) => Some(text),
        _ => None,
    })
}

/// Reads a truth value; anything else is false.
pub(super) fn truth<'de, D: Deserializer<'de>>(input: D) -> Result<bool, D::Error> {
    Ok(Value::deserialize(input)?.as_bool().unwrap_or_default())
}

/// Reads a value of which the shape is known, nested in a record; of another shape it is absent.
///
/// The record must stand in a JSON text: the value is read from the text once more.
pub(super) fn nested<'de, T, D>(input: D) -> Result<T, D::Error>
where
    T: DeserializeOwned + Default,
    D: Deserializer<'de>,
{
    let raw = Box::<RawValue>::deserialize(input)?;
    Ok(value(raw.get()).unwrap_or_default())
}

/// Reads the items of a list; those of another shape are left out, and what is no list has none.
pub(super) fn list<'de, T, D>(input: D) -> Result<Vec<T>, D::Error>
where
    T: DeserializeOwned,
    D: Deserializer<'de>,
{
    let raws: Vec<Box<RawValue>> = nested(input)?;
    Ok(raws.iter().filter_map(|raw| value(raw.get())).collect())
}

/// Reads a value from its JSON, mending what the parser refuses to put into a text; `None` where it does not fit.
pub(super) fn value<T: DeserializeOwned>(json: &str) -> Option<T> {
    mended(json.as_bytes()).ok()
}

/// Gives a field that is a text with more than blanks in it.
pub(super) fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    filled(value.get(key)?.as_str()?)
}

/// Gives a text that is more than blanks.
pub(super) fn filled(text: &str) -> Option<&str> {
    (!text.trim().is_empty()).then_some(text)
}

/// Gives the items of a field that is a list; none where it is something else.
pub(super) fn items<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Gives an id that is a text or a number.
pub(super) fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Tells whether a text is a UUID, the name that agents give to a session's file.
pub(super) fn is_uuid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

/// Reads a time: a text, or a number of seconds or milliseconds since 1970. Zero stands where no time is known.
pub(super) fn moment(value: &Value) -> Option<Timestamp> {
    /// Seconds stay below it until the year 5138, and milliseconds are above it since 1973.
    const SECONDS: f64 = 1e11;
    match value {
        Value::String(text) => time::moment(text),
        Value::Number(number) => {
            let number = number
                .as_f64()
                .filter(|number| (0.0..1e16).contains(number))?;
            let milliseconds = if number < SECONDS {
                number * 1000.0
            } else {
                number
            };
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the bound above keeps it far below 2^63"
            )]
            let milliseconds = milliseconds as i64;
            (milliseconds > 0).then_some(Timestamp(milliseconds))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Outer {
        #[serde(deserialize_with = "word")]
        name: Option<String>,
        #[serde(deserialize_with = "truth")]
        is_open: bool,
        #[serde(deserialize_with = "nested")]
        inner: Inner,
        #[serde(deserialize_with = "list")]
        parts: Vec<Inner>,
    }

    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Inner {
        #[serde(deserialize_with = "word")]
        text: Option<String>,
    }

    #[test]
    fn a_field_of_another_type_is_absent_and_loses_nothing_else() {
        let read = |json: &str| value::<Outer>(json).unwrap();
        let odd = read(r#"{"name":7,"is_open":"x","inner":[1],"parts":{"a":1}}"#);
        assert!(odd.name.is_none() && !odd.is_open && odd.inner.text.is_none());
        assert!(odd.parts.is_empty());
        let fine = read(
            r#"{"name":"n","is_open":true,"inner":{"text":"half \ud83d"},"parts":[1,{"text":"p"}]}"#,
        );
        assert_eq!(fine.name.as_deref(), Some("n"));
        assert!(fine.is_open);
        assert_eq!(fine.inner.text.as_deref(), Some("half \u{fffd}"));
        assert_eq!(fine.parts.len(), 1);
    }

    #[test]
    fn moments_are_texts_or_numbers() {
        let check = |value: Value, expected: Option<i64>| {
            assert_eq!(moment(&value).map(|time| time.0), expected, "{value}");
        };
        check(
            serde_json::json!("2025-11-20T12:00:00Z"),
            Some(1_763_640_000_000),
        );
        check(
            serde_json::json!(1_763_640_000_000_i64),
            Some(1_763_640_000_000),
        );
        check(serde_json::json!(1_763_640_000), Some(1_763_640_000_000));
        check(
            serde_json::json!(1_763_640_000_250_i64),
            Some(1_763_640_000_250),
        );
        check(serde_json::json!(1e300), None);
        check(serde_json::json!([]), None);
        check(serde_json::json!(0), None);
        check(serde_json::json!(u64::MAX), None);
        check(Value::Null, None);
    }
}
