//! Reads a file that is one JSON value, a list or an object with a list in it, item by item and as far as it goes:
//! of a file that was cut, the items before the cut are there.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::Skip;
use super::records::Place;

/// A file's text, without a byte order mark, invalid UTF-8 replaced.
pub(super) struct Body {
    text: String,
    /// Bytes before the text.
    mark: u64,
    /// Whether something was replaced, so that places in the text are none in the file.
    is_mended: bool,
}

/// An item of a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item<'a> {
    /// Its JSON.
    pub(super) json: &'a str,
    /// Where it begins.
    pub(super) place: Option<Place>,
}

/// What was found in a value.
#[derive(Debug, Default)]
pub(super) struct Whole<'a> {
    /// The fields of the object, other than the list, with their JSON.
    fields: Vec<(String, &'a str)>,
    /// The items of the list.
    pub(super) items: Vec<Item<'a>>,
    /// Why it does not go further.
    pub(super) skipped: Option<Skip>,
}

impl Whole<'_> {
    /// Gives the JSON of a field of the object.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        let (_, json) = fields.find(|(key, _)| key == name)?;
        Some(json)
    }
}

impl Body {
    /// Takes a file's bytes.
    pub(super) fn of(bytes: Vec<u8>) -> Body {
        let mark = if bytes.starts_with(b"\xef\xbb\xbf") {
            3
        } else {
            0
        };
        match String::from_utf8(bytes) {
            Ok(mut text) => {
                text.drain(..mark);
                let (mark, is_mended) = (mark as u64, false);
                Body {
                    text,
                    mark,
                    is_mended,
                }
            }
            Err(error) => {
                let text = String::from_utf8_lossy(&error.as_bytes()[mark..]);
                let (mark, is_mended) = (mark as u64, true);
                Body {
                    text: Cow::into_owned(text),
                    mark,
                    is_mended,
                }
            }
        }
    }

    /// Gives the text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Reads a list.
    pub(super) fn list(&self) -> Whole<'_> {
        let mut walk = Walk::new(self);
        let mut whole = Whole::default();
        whole.skipped = walk.list(&mut whole.items).err();
        whole
    }

    /// Reads an object, with the list that stands in it under this key.
    pub(super) fn object(&self, key: &str) -> Whole<'_> {
        let mut walk = Walk::new(self);
        let mut whole = Whole::default();
        whole.skipped = walk.object(key, &mut whole).err();
        whole
    }
}

/// A place in a text up to which it was read.
struct Walk<'a> {
    body: &'a Body,
    at: usize,
    line: u64,
    counted: usize,
}

impl<'a> Walk<'a> {
    fn new(body: &'a Body) -> Walk<'a> {
        Walk {
            body,
            at: 0,
            line: 1,
            counted: 0,
        }
    }

    fn object(&mut self, list: &str, whole: &mut Whole<'a>) -> Result<(), Skip> {
        self.expect(b'{')?;
        loop {
            match self.peek() {
                Some(b'}') => return Ok(()),
                Some(b',') => self.at += 1,
                Some(b'"') => {
                    let key: String = serde_json::from_str(self.value()?.0).unwrap_or_default();
                    self.expect(b':')?;
                    if key == list && self.peek() == Some(b'[') {
                        self.list(&mut whole.items)?;
                    } else {
                        let (json, _) = self.value()?;
                        whole.fields.push((key, json));
                    }
                }
                _ => return Err(self.broken()),
            }
        }
    }

    fn list(&mut self, items: &mut Vec<Item<'a>>) -> Result<(), Skip> {
        self.expect(b'[')?;
        loop {
            match self.peek() {
                Some(b']') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b',') => self.at += 1,
                _ => {
                    let (json, place) = self.value()?;
                    let place = (!self.body.is_mended).then_some(place);
                    items.push(Item { json, place });
                }
            }
        }
    }

    fn rest(&self) -> &'a str {
        &self.body.text[self.at..]
    }

    /// Gives the next byte that is not blank.
    fn peek(&mut self) -> Option<u8> {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_ascii_start().len();
        self.body.text.as_bytes().get(self.at).copied()
    }

    fn expect(&mut self, byte: u8) -> Result<(), Skip> {
        if self.peek() == Some(byte) {
            self.at += 1;
            return Ok(());
        }
        Err(self.broken())
    }

    /// Reads the value that begins here.
    fn value(&mut self) -> Result<(&'a str, Place), Skip> {
        self.peek();
        let mut values = serde_json::Deserializer::from_str(self.rest()).into_iter::<&RawValue>();
        let Some(Ok(value)) = values.next() else {
            return Err(self.broken());
        };
        let place = self.place();
        self.at += values.byte_offset();
        Ok((value.get(), place))
    }

    fn place(&mut self) -> Place {
        let between = &self.body.text.as_bytes()[self.counted..self.at];
        self.line += between.split(|&byte| byte == b'\n').count() as u64 - 1;
        self.counted = self.at;
        Place {
            line: self.line,
            offset: self.body.mark + self.at as u64,
        }
    }

    fn broken(&mut self) -> Skip {
        let line = self.place().line;
        let mut values =
            serde_json::Deserializer::from_str(self.rest()).into_iter::<serde::de::IgnoredAny>();
        let is_cut = match values.next() {
            None => true,
            Some(Err(error)) => error.is_eof(),
            Some(Ok(_)) => false,
        };
        let reason = if is_cut {
            "the file is cut off here"
        } else {
            "not valid JSON from here on"
        };
        Skip::at_line(line, reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(bytes: &[u8]) -> (Vec<(String, u64, u64)>, Option<String>) {
        let body = Body::of(bytes.to_vec());
        let whole = body.object("list");
        let items = whole.items.iter().map(|item| {
            let place = item.place.unwrap_or(Place { line: 0, offset: 0 });
            (item.json.to_owned(), place.line, place.offset)
        });
        (items.collect(), whole.skipped.map(|skip| skip.reason))
    }

    #[test]
    fn items_stand_at_their_places() {
        let (found, skipped) =
            items(b"\xef\xbb\xbf{\"a\": 1,\n \"list\": [\n  {\"b\": 2},\n  7\n ], \"c\": []}");
        let expected = [("{\"b\": 2}".to_owned(), 3, 25), ("7".to_owned(), 4, 37)];
        assert_eq!(found, expected);
        assert_eq!(skipped, None);
    }

    #[test]
    fn a_file_that_was_cut_is_read_as_far_as_it_goes() {
        let check = |text: &str, count: usize, reason: &str| {
            let (found, skipped) = items(text.as_bytes());
            assert_eq!(found.len(), count, "{text}");
            assert!(skipped.is_some_and(|said| said.contains(reason)), "{text}");
        };
        check("", 0, "cut off");
        check("{\"list\":[{\"a\":1},{\"a\":", 1, "cut off");
        check("{\"list\":[{\"a\":1}", 1, "cut off");
        check("{\"list\":[{\"a\":1}, x]}", 1, "not valid");
        check("{\"list\" 1}", 0, "not valid");
        check("[1]", 0, "not valid");
    }

    #[test]
    fn fields_beside_the_list_and_mended_texts_are_read() {
        let body = Body::of(b"{\"info\":{\"id\":\"\xff\"},\"list\":[1]}".to_vec());
        let whole = body.object("list");
        assert_eq!(whole.field("info"), Some("{\"id\":\"\u{fffd}\"}"));
        assert!(whole.items[0].place.is_none());
        let body = Body::of(b"[1, 2]".to_vec());
        assert_eq!(body.list().items.len(), 2);
    }
}
