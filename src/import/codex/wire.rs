//! The records of a rollout as they stand in the file. A field of an unexpected type is read as absent.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::import::time;
use crate::model::Timestamp;

/// A record, or the payload of one: older files hold bare what newer ones wrap.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Record {
    #[serde(deserialize_with = "word")]
    timestamp: Option<String>,
    #[serde(deserialize_with = "word")]
    created_at: Option<String>,
    #[serde(rename = "type", deserialize_with = "word")]
    pub(super) kind: Option<String>,
    pub(super) payload: Object<Box<Record>>,

    // What is known of the session.
    #[serde(deserialize_with = "word")]
    pub(super) id: Option<String>,
    #[serde(deserialize_with = "word")]
    session_id: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) forked_from_id: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) cwd: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) originator: Option<String>,
    pub(super) source: Value,
    #[serde(deserialize_with = "word")]
    pub(super) cli_version: Option<String>,
    pub(super) git: Object<Git>,
    #[serde(deserialize_with = "word")]
    pub(super) model: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) thread_name: Option<String>,

    // Messages and reasoning.
    #[serde(deserialize_with = "word")]
    pub(super) role: Option<String>,
    pub(super) content: Value,
    pub(super) message: Value,
    #[serde(rename = "kind", deserialize_with = "word")]
    pub(super) message_kind: Option<String>,
    pub(super) images: Value,
    pub(super) local_images: Value,
    #[serde(deserialize_with = "word")]
    pub(super) text: Option<String>,
    pub(super) summary: Value,
    pub(super) item: Value,

    // Tool calls and their results.
    #[serde(deserialize_with = "word")]
    pub(super) name: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) namespace: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) call_id: Option<String>,
    pub(super) function: Value,
    pub(super) arguments: Value,
    #[serde(deserialize_with = "word")]
    pub(super) input: Option<String>,
    pub(super) action: Value,
    #[serde(deserialize_with = "word")]
    pub(super) revised_prompt: Option<String>,
    pub(super) output: Value,
    pub(super) result: Value,
    pub(super) tools: Value,

    // Marks.
    #[serde(deserialize_with = "word")]
    pub(super) reason: Option<String>,
    pub(super) num_turns: Value,
    pub(super) error: Value,
}

/// The state of the repository when the session began.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Git {
    #[serde(deserialize_with = "word")]
    pub(super) branch: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) repository_url: Option<String>,
}

impl Record {
    /// Gives the moment at which the record was written.
    pub(super) fn time(&self) -> Option<Timestamp> {
        let text = self.timestamp.as_deref().or(self.created_at.as_deref())?;
        time::moment(text)
    }

    /// Gives the session's id where the record is the head of one.
    pub(super) fn session(&self) -> Option<&str> {
        self.id
            .as_deref()
            .or(self.session_id.as_deref())
            .filter(|id| !id.is_empty())
    }

    /// Tells whether the record is the first line of an old file.
    pub(super) fn is_header(&self) -> bool {
        self.kind.is_none() && self.role.is_none() && self.id.is_some() && self.timestamp.is_some()
    }
}

/// Reads a text; anything else is absent.
pub(super) fn word<'de, D: Deserializer<'de>>(input: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(input)? {
        Value::String(text) => Some(text),
        _ => None,
    })
}

/// A nested object; anything else is absent.
pub(super) struct Object<T>(pub(super) Option<T>);

impl<T> Default for Object<T> {
    fn default() -> Object<T> {
        Object(None)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Object<T>, D::Error> {
        input.deserialize_any(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|value| Object(Some(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Object<T>, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Object(None))
    }

    fn visit_str<E>(self, _: &str) -> Result<Object<T>, E> {
        Ok(Object(None))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Object<T>, E> {
        Ok(Object(None))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Object<T>, E> {
        Ok(Object(None))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Object<T>, E> {
        Ok(Object(None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Object<T>, E> {
        Ok(Object(None))
    }

    fn visit_unit<E>(self) -> Result<Object<T>, E> {
        Ok(Object(None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_of_an_unexpected_type_is_absent() {
        let check = |text: &str| {
            let record: Record = serde_json::from_str(text).unwrap();
            assert_eq!(record.kind.as_deref(), Some("event_msg"), "{text}");
            assert!(record.payload.0.is_none(), "{text}");
        };
        check(r#"{"type":"event_msg","payload":"x","id":7,"role":[]}"#);
        check(r#"{"type":"event_msg","payload":[{"a":1},2]}"#);
        check(r#"{"type":"event_msg","payload":null,"timestamp":12}"#);
        check(r#"{"type":"event_msg","payload":-1.5}"#);
    }
}
