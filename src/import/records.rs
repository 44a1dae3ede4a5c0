//! Reads a stream of JSON objects as agents really write them.
//!
//! One object a line is the rule, and real files break it: two objects glued on a line, blank lines,
//! pretty-printed objects, a byte order mark, a record that was cut, lone surrogates, invalid UTF-8. What can be
//! read is read, and what cannot is reported with its line.

use std::io::{self, BufRead};

use serde::de::DeserializeOwned;

use super::Skip;

/// Where a record begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Line, from 1.
    pub(super) line: u64,
    /// Byte offset in the file.
    pub(super) offset: u64,
}

/// Reads every record of a stream as a `T`, in file order; gives what could not be read.
pub(super) fn each_record<T: DeserializeOwned>(
    input: impl BufRead,
    take: impl FnMut(T, Place),
) -> io::Result<Vec<Skip>> {
    each_record_read(input, |json| serde_json::from_slice(json), take)
}

/// Reads every record of a stream with `read`, otherwise as [`each_record`].
pub(super) fn each_record_read<T>(
    mut input: impl BufRead,
    read: impl Fn(&[u8]) -> serde_json::Result<T>,
    take: impl FnMut(T, Place),
) -> io::Result<Vec<Skip>> {
    let mut records = Records {
        read,
        take,
        skipped: Vec::new(),
    };
    let mut record = Vec::new();
    let mut place = Place { line: 1, offset: 0 };
    let mut line = Vec::new();
    let mut here = Place { line: 1, offset: 0 };
    let mut open = Open::default();
    loop {
        line.clear();
        let length = input.read_until(b'\n', &mut line)?;
        // A new object at the margin ends whatever was open: nested lines of a pretty-printed one are indented.
        if !record.is_empty() && (length == 0 || line.first() == Some(&b'{')) {
            records.finish(&record, place);
            record.clear();
        }
        if length == 0 {
            return Ok(records.skipped);
        }
        let content = trim(if here.line == 1 {
            line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line)
        } else {
            &line
        });
        if record.is_empty() && !content.is_empty() {
            place = here;
            if !records.is_whole(content, place) {
                record.extend_from_slice(content);
                open = Open::default();
                open.read(content);
            }
        } else if !content.is_empty() {
            record.push(b'\n');
            record.extend_from_slice(content);
            open.read(content);
            // Parsing anew at each line that ends with a brace would take the square of a long object's time.
            if open.is_closed() {
                if records.is_whole(&record, place) {
                    record.clear();
                } else {
                    // What is closed and no JSON does not become JSON by what follows.
                    open.is_broken = true;
                }
            }
        }
        here = Place {
            line: here.line + 1,
            offset: here.offset + length as u64,
        };
    }
}

/// How far the brackets of a text that is read line by line are closed.
#[derive(Default)]
struct Open {
    depth: u64,
    in_string: bool,
    is_escaped: bool,
    is_broken: bool,
}

impl Open {
    fn read(&mut self, text: &[u8]) {
        for byte in text {
            match byte {
                _ if std::mem::take(&mut self.is_escaped) => (),
                b'\\' if self.in_string => self.is_escaped = true,
                b'"' => self.in_string = !self.in_string,
                b'{' | b'[' if !self.in_string => self.depth += 1,
                b'}' | b']' if !self.in_string => self.depth = self.depth.saturating_sub(1),
                _ => (),
            }
        }
    }

    fn is_closed(&self) -> bool {
        self.depth == 0 && !self.in_string && !self.is_broken
    }
}

/// What is done with each record, and what could not be read.
struct Records<R, F> {
    read: R,
    take: F,
    skipped: Vec<Skip>,
}

impl<T, R, F> Records<R, F>
where
    R: Fn(&[u8]) -> serde_json::Result<T>,
    F: FnMut(T, Place),
{
    /// Takes the objects of a text that ends with its last object; `false` where the text is not complete.
    fn is_whole(&mut self, text: &[u8], place: Place) -> bool {
        if let Ok(value) = (self.read)(text) {
            (self.take)(value, place);
            return true;
        }
        let ends = ends(text);
        let last = ends.last();
        if last.is_none_or(|&end| !trim(&text[end..]).is_empty()) {
            return false;
        }
        self.each(text, place, &ends);
        true
    }

    /// Takes what can be read of a text that is not complete JSON, and reports the rest.
    fn finish(&mut self, text: &[u8], place: Place) {
        let ends = ends(text);
        self.each(text, place, &ends);
        let rest = trim(&text[ends.last().copied().unwrap_or(0)..]);
        if rest.is_empty() {
            return;
        }
        let value = (self.read)(&repair(rest));
        self.put(value, place);
    }

    /// Takes the objects that end here, mending what the parser refuses to put into a text.
    fn each(&mut self, text: &[u8], place: Place, ends: &[usize]) {
        let mut start = 0;
        for &end in ends {
            let own = &text[start..end];
            let value = (self.read)(own).or_else(|_| (self.read)(&repair(own)));
            let offset = place.offset + start as u64;
            self.put(value, Place { offset, ..place });
            start = end;
        }
    }

    fn put(&mut self, value: serde_json::Result<T>, place: Place) {
        match value {
            Ok(value) => (self.take)(value, place),
            Err(error) => {
                let skip = Skip::at_line(place.line, reason(&error));
                self.skipped.push(skip);
            }
        }
    }
}

/// Gives where the values of a text end, as far as they are JSON.
fn ends(text: &[u8]) -> Vec<usize> {
    let mut values =
        serde_json::Deserializer::from_slice(text).into_iter::<serde::de::IgnoredAny>();
    let mut ends = Vec::new();
    while let Some(Ok(_)) = values.next() {
        ends.push(values.byte_offset());
    }
    ends
}

/// Parses a value, mending what the parser refuses to put into a text.
pub(super) fn mended<T: DeserializeOwned>(text: &[u8]) -> serde_json::Result<T> {
    serde_json::from_slice(text).or_else(|_| serde_json::from_slice(&repair(text)))
}

/// Says why a record could not be read.
pub(super) fn reason(error: &serde_json::Error) -> String {
    match error.classify() {
        serde_json::error::Category::Eof => "the record is cut off".to_owned(),
        serde_json::error::Category::Data => format!("the record has an unknown shape: {error}"),
        _ => format!("not valid JSON: {error}"),
    }
}

fn trim(bytes: &[u8]) -> &[u8] {
    bytes.trim_ascii()
}

/// Replaces invalid UTF-8, lone surrogate escapes and raw control characters by U+FFFD.
///
/// Agents have cut texts in the middle of an emoji, which left half of a surrogate pair behind.
pub(super) fn repair(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let mut out = Vec::with_capacity(text.len());
    let bytes = text.as_bytes();
    let (mut at, mut inside) = (0, false);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => inside = !inside,
            b'\\' if inside => {
                let (kept, length) = escape(&bytes[at..]);
                out.extend_from_slice(kept);
                at += length;
                continue;
            }
            control if inside && control < 0x20 => {
                out.extend_from_slice(b"\\ufffd");
                at += 1;
                continue;
            }
            _ => (),
        }
        out.push(bytes[at]);
        at += 1;
    }
    out
}

/// Gives what to write for the escape at the start of `rest`, and how many bytes it takes.
fn escape(rest: &[u8]) -> (&[u8], usize) {
    let unit = |at: usize| {
        let digits = rest
            .get(at..at + 6)
            .filter(|escape| escape.starts_with(b"\\u"))?;
        u32::from_str_radix(std::str::from_utf8(&digits[2..]).ok()?, 16).ok()
    };
    match unit(0) {
        Some(0xD800..=0xDBFF) if matches!(unit(6), Some(0xDC00..=0xDFFF)) => (&rest[..12], 12),
        Some(0xD800..=0xDFFF) => (b"\\ufffd", 6),
        _ => {
            let length = rest.len().min(2);
            (&rest[..length], length)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn read(text: &[u8]) -> (Vec<(Value, Place)>, Vec<Skip>) {
        let mut records = Vec::new();
        let skipped =
            each_record(text, |value: Value, place| records.push((value, place))).unwrap();
        (records, skipped)
    }

    fn check(text: &[u8], records: usize, skipped: usize) {
        let (found, lost) = read(text);
        assert_eq!(
            (found.len(), lost.len()),
            (records, skipped),
            "{found:?} {lost:?}"
        );
    }

    #[test]
    fn real_files_are_not_one_object_a_line() {
        check(b"{\"a\":1}\n{\"a\":2}", 2, 0);
        check(b"\xef\xbb\xbf{\"a\":1}\r\n\r\n{\"a\":2}\r\n", 2, 0);
        check(b"{\"a\":1}{\"a\":2}\n{\"a\":3}\n", 3, 0);
        check(
            b"{\n  \"a\": {\n    \"b\": 1\n  }\n}\n{\n  \"a\": 2\n}\n",
            2,
            0,
        );
        check(b"{\"a\":1}\n{\"a\": \"cut of\n{\"a\":2}\n", 2, 1);
        check(b"{\"a\":1}\n{\"a\":2}{\"a\":\n", 2, 1);
        check(b"garbage\n{\"a\":1}\n", 1, 1);
        check(b"", 0, 0);
    }

    #[test]
    fn a_long_indented_object_takes_no_longer_than_its_length() {
        let many = "  {\n  },\n".repeat(200_000);
        let text = format!("{{\n\"a\": [\n{many}  {{\n  }}\n]\n}}\n");
        check(text.as_bytes(), 1, 0);
        let many = "  }\n".repeat(200_000);
        check(format!("{{\"cut\": \"\n{many}").as_bytes(), 0, 1);
        let long = "a".repeat(1 << 20);
        check(format!("{{\"{long}\": x\n{many}").as_bytes(), 0, 1);
    }

    #[test]
    fn a_record_over_many_lines_is_read_in_time() {
        let lines = "  \"b\": 1\n  }\n  ,{\n".repeat(20_000);
        check(format!("{{\"a\": [{{\n{lines}}}]}}\n").as_bytes(), 1, 0);
    }

    #[test]
    fn places_are_lines_and_bytes() {
        let (records, _) = read(b"{\"a\":1}\n\n{\"a\":2}{\"a\":3}\n");
        let places: Vec<Place> = records.into_iter().map(|(_, place)| place).collect();
        let place = |line, offset| Place { line, offset };
        assert_eq!(places, [place(1, 0), place(3, 9), place(3, 16)]);
    }

    #[test]
    fn half_an_emoji_does_not_lose_the_record() {
        let (records, skipped) = read(br#"{"a":"x\ud83d y","b":"\ud83d\ude00","c":"\\ud83d"}"#);
        assert!(skipped.is_empty());
        assert_eq!(records[0].0["a"], "x\u{fffd} y");
        assert_eq!(records[0].0["b"], "\u{1f600}");
        assert_eq!(records[0].0["c"], "\\ud83d");
    }

    #[test]
    fn invalid_utf8_is_replaced() {
        let (records, skipped) = read(b"{\"a\":\"x\xff\"}\n");
        assert!(skipped.is_empty());
        assert_eq!(records[0].0["a"], "x\u{fffd}");
    }
}
