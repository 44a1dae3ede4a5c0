//! Reads JSON documents in which a whole session is one value, over as many lines as it takes.
//!
//! A document is taken apart by its brackets alone, so that one bad record does not lose the others, and a
//! file that was cut keeps what came before the cut. Only the pieces are parsed.

use std::io;
use std::ops::Range;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::records::{Place, mended, reason, repair};
use super::source::Source;
use super::{Reading, Skip};

/// A file that holds one or more JSON values.
pub(super) struct Document {
    bytes: Vec<u8>,
}

/// A value in a document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'a> {
    text: &'a [u8],
    /// Where it begins.
    pub(super) place: Place,
    is_cut: bool,
}

/// The members of an object, in file order; none where a value is no object.
#[derive(Default)]
pub(super) struct Object<'a> {
    members: Vec<(String, Piece<'a>)>,
}

/// A document that is one value.
pub(super) struct Root<'a> {
    /// The value.
    pub(super) piece: Piece<'a>,
    /// Its members, where it is an object.
    pub(super) object: Object<'a>,
    /// What could not be read of the document itself.
    pub(super) skipped: Vec<Skip>,
    /// Whether more follows the value, as in a stream.
    pub(super) has_more: bool,
}

/// Reads a source of documents, most of which hold one: each value by `take`, what is none noted, all in the order of the
/// file.
pub(super) fn each_root(
    source: &Source,
    mut take: impl FnMut(Piece, &mut Reading),
) -> io::Result<Reading> {
    let document = Document::read(source)?;
    let (roots, skipped) = document.roots();
    let mut reading = Reading {
        skipped,
        ..Reading::default()
    };
    for root in roots {
        take(root, &mut reading);
    }
    Ok(reading.in_order())
}

impl Document {
    /// Reads a document.
    pub(super) fn read(source: &Source) -> io::Result<Document> {
        Ok(Document {
            bytes: source.read()?,
        })
    }

    /// Takes a document that is one value, wherever its lines begin.
    pub(super) fn root(&self) -> Root<'_> {
        root(&self.bytes)
    }

    /// Gives the objects and arrays that stand one after another, and what is none; most documents are one.
    pub(super) fn roots(&self) -> (Vec<Piece<'_>>, Vec<Skip>) {
        let text = self.bytes.as_slice();
        let (mut found, mut skipped) = (Vec::new(), Vec::new());
        let mut lines = Lines::default();
        let mut at = mark(text);
        let mut border = Border::Line;
        loop {
            at = blank(text, at);
            if at == text.len() {
                return (found, skipped);
            }
            let place = lines.place(text, at);
            if !matches!(text[at], b'{' | b'[') {
                skipped.push(Skip::at_line(place.line, "not valid JSON"));
                at = next_at_margin(text, at).unwrap_or(text.len());
                continue;
            }
            let mut end = value_end(text, at, border);
            // Once a value was cut, the next one at the margin ends it: else each cut value would be looked for
            // to the end of the file.
            if end.is_none() && matches!(border, Border::Line) {
                border = Border::Margin;
                end = value_end(text, at, border);
            }
            let is_cut = end.is_none();
            let end = end.unwrap_or_else(|| next_at_margin(text, at).unwrap_or(text.len()));
            found.push(Piece {
                text: &text[at..end],
                place,
                is_cut,
            });
            if is_cut {
                let line = lines.place(text, end.saturating_sub(1)).line;
                skipped.push(Skip::at_line(line, "the record is cut off"));
            }
            skipped.extend(found.last().copied().and_then(Piece::broken));
            at = end;
        }
    }
}

/// Takes a text that is one value, wherever its lines begin.
pub(super) fn root(text: &[u8]) -> Root<'_> {
    let mut lines = Lines::default();
    let start = blank(text, mark(text));
    let whole = match text.get(start) {
        Some(b'{' | b'[') => value_end(text, start, Border::End),
        _ => Some(start),
    };
    let end = whole.unwrap_or(text.len());
    let piece = Piece {
        text: &text[start..end],
        place: lines.place(text, start),
        is_cut: whole.is_none(),
    };
    let mut root = Root {
        piece,
        object: piece.object(),
        skipped: Vec::new(),
        has_more: end > start && blank(text, end) < text.len(),
    };
    let reason = match (start == text.len(), end == start) {
        (true, _) => Some("the file is empty"),
        (_, true) => Some("not valid JSON"),
        _ if piece.is_cut => Some("the file is cut off"),
        _ if root.has_more => Some("what follows the first value is not read"),
        _ => None,
    };
    let line = lines.place(text, end).line;
    root.skipped
        .extend(reason.map(|reason| Skip::at_line(line, reason)));
    root.skipped.extend(piece.broken());
    root
}

impl<'a> Root<'a> {
    /// Gives the items of the value where it is a list, or else of the lists that stand in it under these keys.
    pub(super) fn items(&self, lists: &[&str]) -> Vec<Piece<'a>> {
        if self.piece.is_array() {
            return self.piece.items();
        }
        let members = self.object.members.iter();
        members
            .filter(|(key, _)| lists.contains(&key.as_str()))
            .flat_map(|(_, list)| list.items())
            .collect()
    }
}

impl<'a> Piece<'a> {
    /// Gives the values of an array, without one that was cut; none where the value is no array.
    pub(super) fn items(self) -> Vec<Piece<'a>> {
        if self.text.first() != Some(&b'[') {
            return Vec::new();
        }
        let (children, _) = self.children();
        children
            .into_iter()
            .map(|(_, piece)| piece)
            .filter(|piece| !piece.is_cut)
            .collect()
    }

    /// Gives the members of an object. Of one that was cut, an object or array still holds what it holds.
    pub(super) fn object(self) -> Object<'a> {
        if self.text.first() != Some(&b'{') {
            return Object::default();
        }
        let (children, _) = self.children();
        let members = children
            .into_iter()
            .filter(|(_, piece)| !piece.is_cut || matches!(piece.text.first(), Some(b'{' | b'[')))
            .filter_map(|(key, piece)| Some((serde_json::from_slice(&repair(key)).ok()?, piece)));
        Object {
            members: members.collect(),
        }
    }

    /// Parses the value.
    pub(super) fn read<T: DeserializeOwned>(self) -> Result<T, Skip> {
        value(self.text, self.place)
    }

    /// Gives the JSON of the value.
    pub(super) fn text(self) -> &'a [u8] {
        self.text
    }

    /// Tells whether the value is an array.
    pub(super) fn is_array(self) -> bool {
        self.text.first() == Some(&b'[')
    }

    /// Says from where on an object that was not cut is none.
    fn broken(self) -> Option<Skip> {
        if self.is_cut || self.text.first() != Some(&b'{') {
            return None;
        }
        let (_, end) = self.children();
        if commas(self.text, end) + 1 >= self.text.len() {
            return None;
        }
        let mut lines = Lines {
            counted: 0,
            line: self.place.line - 1,
        };
        let line = lines.place(self.text, end).line;
        Some(Skip::at_line(line, "not valid JSON from here on"))
    }

    /// Gives what stands between the brackets, with its key where there is one, and where it ends.
    fn children(self) -> (Vec<(&'a [u8], Piece<'a>)>, usize) {
        let text = self.text;
        let has_keys = text.first() == Some(&b'{');
        let mut found = Vec::new();
        let mut lines = Lines {
            counted: 0,
            line: self.place.line - 1,
        };
        let mut at = 1;
        while let Some((key, start)) = next_child(text, at, has_keys) {
            let whole = value_end(text, start, Border::End);
            let end = whole.unwrap_or(text.len());
            let place = Place {
                line: lines.place(text, start).line,
                offset: self.place.offset + start as u64,
            };
            let piece = Piece {
                text: &text[start..end],
                place,
                is_cut: whole.is_none(),
            };
            found.push((&text[key], piece));
            at = end;
        }
        (found, at)
    }
}

impl<'a> Object<'a> {
    /// Gives a member.
    pub(super) fn get(&self, key: &str) -> Option<Piece<'a>> {
        let found = self.members.iter().find(|(name, _)| name == key);
        found.map(|(_, piece)| *piece)
    }

    /// Reads a member; `None` where it is absent or cannot be read.
    pub(super) fn read<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        self.get(key)?.read().ok()
    }

    /// Gives the values of all members but these; null where one cannot be read.
    pub(super) fn values(&self, but: &[&str]) -> Map<String, Value> {
        let members = self.members.iter();
        members
            .filter(|(key, _)| !but.contains(&key.as_str()))
            .map(|(key, piece)| (key.clone(), piece.read().unwrap_or_default()))
            .collect()
    }

    /// Gives a member's value; null where it is absent or cannot be read.
    pub(super) fn value(&self, key: &str) -> Value {
        self.read(key).unwrap_or_default()
    }

    /// Gives a text that is not blank.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        match self.value(key) {
            Value::String(text) if !text.trim().is_empty() => Some(text),
            _ => None,
        }
    }
}

/// Parses a value that begins at a place, mending what the parser refuses to put into a text.
pub(super) fn value<T: DeserializeOwned>(json: &[u8], place: Place) -> Result<T, Skip> {
    mended(json).map_err(|error| Skip::at_line(place.line, reason(&error)))
}

/// Gives the first value of a text, as far as it goes: what is open at the end is closed, and what cannot be read
/// is left out.
pub(super) fn sketch(text: &str) -> Value {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text.starts_with(['{', '[']) {
        return Value::Null;
    }
    let (mut open, mut known) = (Vec::new(), 0);
    let mut string = Strings::default();
    for (at, &byte) in text.as_bytes().iter().enumerate() {
        if string.holds(byte) {
            continue;
        }
        match byte {
            b'{' => open.push('}'),
            b'[' => open.push(']'),
            b'}' | b']' => _ = open.pop(),
            _ => (),
        }
        // Up to a bracket or a comma a text is whole but for the brackets that are open.
        match byte {
            b',' => known = at,
            b'{' | b'[' | b'}' | b']' => known = at + 1,
            _ => (),
        }
        if open.is_empty() {
            break;
        }
    }
    let mut whole = text[..known].to_owned();
    whole.extend(open.iter().rev());
    mended(whole.as_bytes()).unwrap_or_else(|_| readable(&root(whole.as_bytes())))
}

/// Gives what can be read of a value that cannot be read as a whole.
fn readable(root: &Root) -> Value {
    let items = root.items(&[]).into_iter();
    let items: Vec<Value> = items.filter_map(|item| item.read().ok()).collect();
    let fields = root.object.values(&[]);
    match (items.is_empty(), fields.is_empty()) {
        (false, _) => Value::Array(items),
        (_, false) => Value::Object(fields),
        _ => Value::Null,
    }
}

/// Where a value ends that is not closed.
#[derive(Clone, Copy)]
enum Border {
    /// At the end of the text.
    End,
    /// As `End`, or where a line ends inside a string, which no writer of JSON does: there a record was cut, and
    /// the quotation marks of the next one would be taken for the other side.
    Line,
    /// Where the next object begins at the margin.
    Margin,
}

/// Follows strings, in which brackets mean nothing.
#[derive(Default)]
struct Strings {
    inside: bool,
    escaped: bool,
}

impl Strings {
    /// Takes the next byte; tells whether it is part of a string.
    fn holds(&mut self, byte: u8) -> bool {
        if !self.inside {
            self.inside = byte == b'"';
            return self.inside;
        }
        match byte {
            _ if std::mem::take(&mut self.escaped) => (),
            b'\\' => self.escaped = true,
            b'"' => self.inside = false,
            _ => (),
        }
        true
    }
}

/// Counts lines from piece to piece, so that no line is counted twice.
#[derive(Default)]
struct Lines {
    counted: usize,
    line: u64,
}

impl Lines {
    fn place(&mut self, text: &[u8], at: usize) -> Place {
        let between = text.get(self.counted..at).unwrap_or_default();
        self.line += between.split(|&byte| byte == b'\n').count() as u64 - 1;
        self.counted = at.max(self.counted);
        Place {
            line: self.line + 1,
            offset: at as u64,
        }
    }
}

/// Gives the length of a byte order mark.
fn mark(text: &[u8]) -> usize {
    if text.starts_with(b"\xef\xbb\xbf") {
        3
    } else {
        0
    }
}

fn blank(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default().iter();
    at + rest.take_while(|byte| byte.is_ascii_whitespace()).count()
}

fn commas(text: &[u8], at: usize) -> usize {
    let mut at = blank(text, at);
    while text.get(at) == Some(&b',') {
        at = blank(text, at + 1);
    }
    at
}

fn next_at_margin(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at + 1..)?;
    let found = rest
        .windows(2)
        .position(|pair| matches!(pair, b"\n{" | b"\n["))?;
    Some(at + 1 + found + 1)
}

/// Gives one past the last byte of the value at `start`; `None` where it is not closed.
fn value_end(text: &[u8], start: usize, border: Border) -> Option<usize> {
    let (mut depth, mut string) = (0_u64, Strings::default());
    let is_scalar = !matches!(text.get(start)?, b'{' | b'[' | b'"');
    for at in start..text.len() {
        let byte = text[at];
        let is_margin = at > start && text[at - 1] == b'\n' && matches!(byte, b'{' | b'[');
        if is_margin && matches!(border, Border::Margin) {
            return None;
        }
        if string.holds(byte) {
            if byte == b'\n' && matches!(border, Border::Line) {
                return None;
            }
            if !string.inside && depth == 0 {
                return Some(at + 1);
            }
            continue;
        }
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' | b',' if is_scalar => return Some(at),
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => (),
        }
    }
    None
}

/// Gives the key and the start of the next value between brackets; `None` where there is none.
fn next_child(text: &[u8], at: usize, has_keys: bool) -> Option<(Range<usize>, usize)> {
    let mut at = commas(text, at);
    if !has_keys {
        return (!matches!(text.get(at)?, b']' | b'}')).then_some((at..at, at));
    }
    if text.get(at) != Some(&b'"') {
        return None;
    }
    let key = at..value_end(text, at, Border::End)?;
    at = blank(text, key.end);
    if text.get(at) != Some(&b':') {
        return None;
    }
    at = blank(text, at + 1);
    (!matches!(text.get(at)?, b']' | b'}' | b',')).then_some((key, at))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document(text: &str) -> Document {
        Document {
            bytes: text.as_bytes().to_vec(),
        }
    }

    #[test]
    fn a_document_is_taken_apart_with_its_places() {
        let text = "\u{feff}{\n \"a\": \"x]\\\"}\",\n \"list\": [\n  {\"b\": 1},\n  2, \"c\"]\n}\n";
        let document = document(text);
        let (roots, skipped) = document.roots();
        assert!(skipped.is_empty());
        let object = roots[0].object();
        assert_eq!(object.text("a").as_deref(), Some("x]\"}"));
        let items = object.get("list").unwrap().items();
        let lines: Vec<u64> = items.iter().map(|item| item.place.line).collect();
        assert_eq!(lines, [4, 5, 5]);
        assert_eq!(items[0].place.offset, text.find("{\"b\"").unwrap() as u64);
        let values: Vec<Value> = items.iter().map(|item| item.read().unwrap()).collect();
        assert_eq!(values, [json!({"b": 1}), json!(2), json!("c")]);
    }

    #[test]
    fn what_stands_before_a_cut_is_kept() {
        let text = "{\"id\": \"s\", \"list\": [{\"n\": 1}, {\"n\": 2}, {\"n\": \"cu";
        for end in 1..text.len() {
            let document = document(&text[..end]);
            let (roots, skipped) = document.roots();
            assert_eq!((roots.len(), skipped.len()), (1, 1), "{end}");
            let items = roots[0].object().get("list").map(Piece::items);
            let expected = text[..end].matches('}').count();
            assert_eq!(items.unwrap_or_default().len(), expected, "{end}");
        }
    }

    #[test]
    fn values_follow_each_other_and_a_cut_one_ends_at_the_margin() {
        let check = |text: &str, roots: usize, skipped: usize| {
            let document = document(text);
            let (found, lost) = document.roots();
            assert_eq!((found.len(), lost.len()), (roots, skipped), "{text}");
        };
        check("{\"a\":1}{\"a\":2}\n\n[3]\n", 3, 0);
        check("{\"a\":\n{\"a\":2}\n", 2, 1);
        check("words\n{\"a\":2}\n", 1, 1);
        check("{\"a\":\"cut\n{\"a\":\"x\"}\n{\"a\":\"y\"}\n", 3, 1);
        check("{\"a\":\"two\nlines\"}\n{\"a\":2}", 2, 0);
        check("", 0, 0);
        check(&"{\n".repeat(20_000), 20_000, 20_000);
        check(&"[".repeat(200_000), 1, 1);
    }

    #[test]
    fn a_root_is_read_as_far_as_it_goes() {
        let check = |text: &str, count: usize, reason: &str| {
            let root = root(text.as_bytes());
            assert_eq!(root.items(&["list"]).len(), count, "{text}");
            let reasons = root.skipped.iter().map(|skip| skip.reason.as_str());
            assert_eq!(reasons.collect::<String>(), reason, "{text}");
        };
        check("", 0, "the file is empty");
        check("{\"list\":[{\"a\":1},{\"a\":", 1, "the file is cut off");
        check("{\"list\":[{\"a\":1}", 1, "the file is cut off");
        check(
            "{\"list\":[\n{\"a\":1},\n{\"a\":\"x\n",
            1,
            "the file is cut off",
        );
        check("{\"list\":[{\"a\":1}, x]}", 2, "");
        check("{\"list\" 1}", 0, "not valid JSON from here on");
        check("{\"list\":[1], \"list\":[2] , }", 2, "");
        check("{\"list\": {\"a\": [1]}, \"b\": 2}", 0, "");
        check("[1, {", 1, "the file is cut off");
        check("[1] []", 1, "what follows the first value is not read");
        check("words", 0, "not valid JSON");
    }

    #[test]
    fn what_is_too_deep_is_left_out_alone() {
        let deep = format!("{}{}", "[".repeat(9_000), "]".repeat(9_000));
        let text = format!("{{\"deep\": {deep}, \"messages\": [{{}}, {deep}]}}");
        let root = root(text.as_bytes());
        let items = root.items(&["messages"]);
        assert_eq!((items.len(), root.skipped.len()), (2, 0));
        assert!(items[1].read::<Value>().is_err());
        assert_eq!(sketch(&text), json!({"deep": null, "messages": null}));
    }

    #[test]
    fn fields_beside_a_list_are_read_from_bytes_that_are_no_text() {
        let root = root(b"{\"info\":{\"id\":\"\xff\"},\"list\":[1]}");
        assert_eq!(root.object.value("info"), json!({"id": "\u{fffd}"}));
        let info = json!({"info": {"id": "\u{fffd}"}});
        assert_eq!(Value::Object(root.object.values(&["list"])), info);
        assert_eq!(root.items(&["list"])[0].place.offset, 27);
    }

    #[test]
    fn a_sketch_closes_what_is_open() {
        let check = |text: &str, expected: Value| assert_eq!(sketch(text), expected, "{text}");
        check("{\"a\": [1, {\"b\": \"x", json!({"a": [1, {}]}));
        check("[{\"a\": 1}, {\"a\": 2", json!([{"a": 1}, {}]));
        check("{\"a\": 1} {\"b\"", json!({"a": 1}));
        check("{\"a\": \"\\ud800\"}", json!({"a": "\u{fffd}"}));
        check("words", Value::Null);
        check("[{\"a\": 1}, {\"b\": x}, {\"c\"", json!([{"a": 1}, {}]));
        check(&"[".repeat(300), Value::Null);
    }
}
