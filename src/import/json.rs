//! Fields of JSON values, for formats in which many are optional: one of an unexpected type is absent.

use serde_json::Value;

use crate::model::Timestamp;

use super::time;

/// Gives a field that is a text with more than blanks in it.
pub(super) fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    filled(value.get(key)?.as_str()?)
}

/// Gives a text that is more than blanks.
pub(super) fn filled(text: &str) -> Option<&str> {
    (!text.trim().is_empty()).then_some(text)
}

/// Gives the items of a field that is a list; none where it is something else.
pub(super) fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Gives a moment that is written as text or in milliseconds.
pub(super) fn moment(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => time::moment(text),
        // Zero stands where no moment is known.
        Value::Number(number) => number.as_i64().filter(|&millis| millis > 0).map(Timestamp),
        _ => None,
    }
}

/// Tells whether a text is a UUID, the name that agents give to a session's file.
pub(super) fn is_uuid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}
