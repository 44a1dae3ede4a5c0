//! A JSON document with one long list in it, read item by item: what is cut or broken loses only itself.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::Skip;
use super::records::{Place, repair};

/// One JSON object with one long list in it, or the list by itself.
#[derive(Default)]
pub(super) struct Document<'a> {
    /// The object's other fields.
    pub(super) fields: Map<String, Value>,
    /// The items of the list, unread.
    items: Vec<&'a RawValue>,
    /// What could not be read of the document itself.
    broken: Option<Skip>,
    /// Whether more follows the document, as in a stream.
    pub(super) has_more: bool,
    start: usize,
}

impl<'a> Document<'a> {
    /// Takes a document apart at the first of the named lists that it has.
    pub(super) fn read(text: &'a str, lists: &[&str]) -> Document<'a> {
        let mut document = Document {
            start: text.as_ptr().addr(),
            ..Document::default()
        };
        let mut input = serde_json::Deserializer::from_str(text.trim_start_matches('\u{feff}'));
        let root = Root {
            document: &mut document,
            lists,
        };
        let ended = root.deserialize(&mut input);
        document.has_more = ended.is_ok() && input.end().is_err();
        if let Err(error) = ended {
            let what = if error.is_eof() {
                "the file is cut off".to_owned()
            } else {
                format!("not valid JSON: {error}")
            };
            document.broken = Some(Skip::at_line(error.line() as u64, what));
        }
        document
    }

    /// Gives every item of the list with its place, and then what could not be read of the document.
    pub(super) fn items(self, text: &str) -> (Vec<(&'a RawValue, Place)>, Option<Skip>) {
        let (mut line, mut counted) = (1, 0);
        let place = |raw: &'a RawValue| {
            let offset = raw.get().as_ptr().addr() - self.start;
            let between = &text.as_bytes()[counted..offset];
            line += between.split(|&byte| byte == b'\n').count() as u64 - 1;
            counted = offset;
            let place = Place {
                line,
                offset: offset as u64,
            };
            (raw, place)
        };
        (self.items.into_iter().map(place).collect(), self.broken)
    }
}

/// Reads a value, mending what the parser refuses to put into a text.
pub(super) fn value(text: &str) -> serde_json::Result<Value> {
    serde_json::from_str(text).or_else(|_| serde_json::from_slice(&repair(text.as_bytes())))
}

/// The document as a whole: an object, or a list.
struct Root<'d, 'a, 'l> {
    document: &'d mut Document<'a>,
    lists: &'l [&'l str],
}

impl<'a> DeserializeSeed<'a> for Root<'_, 'a, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Root<'_, 'a, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if self.lists.contains(&key.as_str()) {
                map.next_value_seed(Items(&mut self.document.items))?;
            } else {
                // A field that is no good must not end the reading.
                let raw: &RawValue = map.next_value()?;
                self.document
                    .fields
                    .insert(key, value(raw.get()).unwrap_or_default());
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(self, items: A) -> Result<(), A::Error> {
        Items(&mut self.document.items).visit_seq(items)
    }
}

/// The items of a list, as far as they are whole; nothing where it is no list.
struct Items<'d, 'a>(&'d mut Vec<&'a RawValue>);

impl<'a> DeserializeSeed<'a> for Items<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Items<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element()? {
            self.0.push(item);
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// Gives the first objects of a list, as far as the text goes.
pub(super) fn first_objects(text: &str, most: usize) -> Vec<Map<String, Value>> {
    struct First {
        found: Vec<Map<String, Value>>,
        most: usize,
    }
    impl<'a> DeserializeSeed<'a> for &mut First {
        type Value = ();

        fn deserialize<D: Deserializer<'a>>(self, input: D) -> Result<(), D::Error> {
            input.deserialize_seq(self)
        }
    }
    impl<'a> Visitor<'a> for &mut First {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'a>>(self, mut items: A) -> Result<(), A::Error> {
            while self.found.len() < self.most
                && let Some(item) = items.next_element::<Value>()?
            {
                if let Value::Object(object) = item {
                    self.found.push(object);
                }
            }
            Ok(())
        }
    }
    let mut first = First {
        found: Vec::new(),
        most,
    };
    // The text is only the beginning of a file, so the list need not end in it.
    let _ = (&mut first).deserialize(&mut serde_json::Deserializer::from_str(text));
    first.found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<String>, Vec<u64>, usize) {
        let (items, broken) = Document::read(text, &["messages"]).items(text);
        let lines = items.iter().map(|(_, place)| place.line).collect();
        let texts = items
            .iter()
            .map(|(raw, place)| {
                let at = usize::try_from(place.offset).unwrap();
                assert!(text[at..].starts_with(raw.get()));
                raw.get().to_owned()
            })
            .collect();
        (texts, lines, usize::from(broken.is_some()))
    }

    #[test]
    fn items_have_their_places_and_a_cut_loses_only_the_rest() {
        let text =
            "\u{feff}{\"a\": 1,\n\"messages\": [\n{\"x\": 1},\n\n\"two\"], \"b\": \"\\ud83d\"}";
        let (items, lines, skipped) = read(text);
        assert_eq!(items, ["{\"x\": 1}", "\"two\""]);
        assert_eq!((lines, skipped), (vec![3, 5], 0));
        let fields = Document::read(text, &["messages"]).fields;
        assert_eq!(fields["b"], "\u{fffd}");
        assert_eq!(read(&text[..text.len() - 20]).2, 1);
        assert_eq!(read(&text[..40]).0.len(), 1);
        assert_eq!(read("[1, {").0, ["1"]);
        assert_eq!(read("{\"messages\": {\"a\": [1]}, \"b\": 2}").0.len(), 0);
        assert_eq!(read("").2, 1);
    }

    #[test]
    fn what_is_too_deep_is_left_out_alone() {
        let deep = format!("{}{}", "[".repeat(9_000), "]".repeat(9_000));
        let text = format!("{{\"deep\": {deep}, \"messages\": [{{}}, {deep}]}}");
        let (items, _, skipped) = read(&text);
        assert_eq!((items.len(), skipped), (2, 0));
        assert!(value(&items[1]).is_err());
    }

    #[test]
    fn a_stream_is_no_document() {
        assert!(Document::read("{}\n{}", &[]).has_more);
        assert!(!Document::read("{}\n", &[]).has_more);
    }

    #[test]
    fn the_beginning_of_a_list_is_enough() {
        assert_eq!(first_objects("[{\"a\":1},2,{\"b\"", 9).len(), 1);
        assert_eq!(first_objects("[{},{},{}]", 2).len(), 2);
        assert_eq!(first_objects("{}", 2).len(), 0);
    }
}
