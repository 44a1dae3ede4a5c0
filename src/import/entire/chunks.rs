//! The pieces of a transcript that was too long for one file.

use std::collections::BTreeMap;
use std::io;

use serde_json::value::RawValue;

use crate::import::head::Head;
use crate::import::source::Source;

/// The list that is spread over the pieces of a transcript that is one object.
const LIST: &str = "messages";

/// Gives the pieces of a transcript as one; `None` where there is none.
pub(super) fn one(pieces: &[Source]) -> io::Result<Option<Source>> {
    let Some(first) = pieces.first() else {
        return Ok(None);
    };
    if pieces.len() == 1 {
        return Ok(Some(first.clone()));
    }
    let head = Head::read(first)?;
    let is_object = |record: &serde_json::Map<_, serde_json::Value>| {
        record.get(LIST).is_some_and(serde_json::Value::is_array)
    };
    if head.records.first().is_some_and(is_object)
        && let Some(whole) = one_object(pieces)?
    {
        let whole = Source::spooled(first.path(), &whole[..])?;
        return Ok(Some(whole));
    }
    Ok(Some(Source::parts(first.path(), pieces.to_vec())))
}

/// Gives the object whose messages stand in several; `None` where a piece is something else.
fn one_object(pieces: &[Source]) -> io::Result<Option<Vec<u8>>> {
    let mut whole: BTreeMap<String, Box<RawValue>> = BTreeMap::new();
    let mut list: Vec<Box<RawValue>> = Vec::new();
    for piece in pieces {
        let bytes = piece.read()?;
        let Ok(mut object) = serde_json::from_slice::<BTreeMap<String, Box<RawValue>>>(&bytes)
        else {
            return Ok(None);
        };
        let own = object.remove(LIST);
        let Some(Ok(own)) = own.map(|own| serde_json::from_str::<Vec<Box<RawValue>>>(own.get()))
        else {
            return Ok(None);
        };
        list.extend(own);
        for (key, value) in object {
            whole.entry(key).or_insert(value);
        }
    }
    whole.insert(LIST.to_owned(), serde_json::value::to_raw_value(&list)?);
    Ok(Some(serde_json::to_vec(&whole)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pieces: &[&str], expected: &str) {
        let spooled = |text: &&str| Source::spooled("full.jsonl", text.as_bytes()).unwrap();
        let pieces: Vec<Source> = pieces.iter().map(spooled).collect();
        let whole = one(&pieces).unwrap().unwrap().read().unwrap();
        assert_eq!(String::from_utf8(whole).unwrap(), expected);
    }

    #[test]
    fn lines_follow_one_another_and_lists_are_one() {
        check(&["{\"a\":1}", "{\"a\":2}"], "{\"a\":1}\n{\"a\":2}");
        check(
            &[
                r#"{"id":"s","messages":[{"a":1}]}"#,
                r#"{"id":"s","messages":[{"a":2}]}"#,
            ],
            r#"{"id":"s","messages":[{"a":1},{"a":2}]}"#,
        );
        check(&[r#"{"messages":[1]}"#, "cut"], "{\"messages\":[1]}\ncut");
        assert!(one(&[]).unwrap().is_none());
    }
}
