//! The JSON objects of a label file, with the line of each.
//!
//! What stands between objects does not matter: line ends, commas, the brackets of an array. So JSON lines, one
//! array, several of them and pretty-printed objects are all read alike.

use serde_json::{Map, Value};

use crate::import::Skip;
use crate::import::records::repair;

/// Gives every object to `take`, in file order, with its line; returns what could not be read.
pub(super) fn each_object(
    bytes: &[u8],
    mut take: impl FnMut(u64, Map<String, Value>),
) -> Vec<Skip> {
    let mut reader = Reader {
        bytes,
        at: if bytes.starts_with(b"\xef\xbb\xbf") {
            3
        } else {
            0
        },
        counted: 0,
        line: 1,
        skipped: Vec::new(),
    };
    while reader.is_at_something() {
        let line = reader.line();
        match reader.value() {
            Some(Value::Object(object)) => take(line, object),
            Some(_) => reader.skip(line, "a record is an object in braces"),
            None => reader.recover(line, &mut take),
        }
    }
    reader.skipped
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// How far the lines were counted.
    counted: usize,
    line: u64,
    skipped: Vec<Skip>,
}

impl Reader<'_> {
    /// Goes to the next byte that may begin a record.
    fn is_at_something(&mut self) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let next = rest
            .iter()
            .position(|byte| !byte.is_ascii_whitespace() && !b",[]".contains(byte));
        self.at = next.map_or(self.bytes.len(), |next| self.at + next);
        next.is_some()
    }

    fn line(&mut self) -> u64 {
        let passed = &self.bytes[self.counted..self.at];
        self.line += passed.split(|byte| *byte == b'\n').skip(1).count() as u64;
        self.counted = self.at;
        self.line
    }

    /// Reads a value and goes past it; stays where there is none.
    fn value(&mut self) -> Option<Value> {
        let mut values = serde_json::Deserializer::from_slice(&self.bytes[self.at..]).into_iter();
        let value = values.next()?.ok()?;
        self.at += values.byte_offset();
        Some(value)
    }

    /// Goes on at the next line that begins a record, and takes what can be mended of what lies before it.
    fn recover(&mut self, line: u64, take: &mut impl FnMut(u64, Map<String, Value>)) {
        let end = self.next_start();
        let piece = repair(&self.bytes[self.at..end]);
        self.at = end;
        let mut values = serde_json::Deserializer::from_slice(&piece).into_iter();
        loop {
            match values.next() {
                Some(Ok(Value::Object(object))) => take(line, object),
                Some(Ok(_)) => self.skip(line, "a record is an object in braces"),
                Some(Err(error)) => {
                    let rest = piece[values.byte_offset()..].trim_ascii();
                    if rest.iter().any(|byte| !b",[]".contains(byte)) {
                        self.skip(line, &reason(&error));
                    }
                    return;
                }
                None => return,
            }
        }
    }

    /// Gives where the next line begins that opens an object, and is not indented deeper than this one.
    fn next_start(&self) -> usize {
        let begin = self.bytes[..self.at]
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |end| end + 1);
        let own = indent(&self.bytes[begin..]);
        let mut from = self.at;
        while let Some(length) = self.bytes[from..].iter().position(|byte| *byte == b'\n') {
            from += length + 1;
            let next = &self.bytes[from..];
            let depth = indent(next);
            if depth <= own && matches!(next.get(depth), Some(b'{' | b'[')) {
                return from;
            }
        }
        self.bytes.len()
    }

    fn skip(&mut self, line: u64, why: &str) {
        self.skipped.push(Skip::at_line(line, why));
    }
}

fn indent(line: &[u8]) -> usize {
    line.iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count()
}

fn reason(error: &serde_json::Error) -> String {
    if error.is_eof() {
        return "the record is cut off".to_owned();
    }
    // The parser's line counts from the record, not from the file.
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    format!("not valid JSON: {said}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &[u8], records: &[(u64, i64)], skipped: &[u64]) {
        let mut found = Vec::new();
        let lost = each_object(text, |line, object| {
            found.push((line, object["a"].as_i64().unwrap_or(-1)));
        });
        let lost: Vec<u64> = lost.iter().filter_map(|skip| skip.line).collect();
        let text = String::from_utf8_lossy(text);
        assert_eq!(
            (found.as_slice(), lost.as_slice()),
            (records, skipped),
            "{text}"
        );
    }

    #[test]
    fn objects_are_found_however_a_file_is_laid_out() {
        check(b"{\"a\":1}\n{\"a\":2}", &[(1, 1), (2, 2)], &[]);
        check(
            b"\xef\xbb\xbf{\"a\":1}\r\n\r\n{\"a\":2}\r\n",
            &[(1, 1), (3, 2)],
            &[],
        );
        check(b"{\"a\":1}{\"a\":2}\n", &[(1, 1), (1, 2)], &[]);
        check(b"[{\"a\":1},{\"a\":2}]", &[(1, 1), (1, 2)], &[]);
        check(b"[\n  {\n    \"a\": 1,\n    \"b\": [\n      {}\n    ]\n  },\n  {\n    \"a\": 2\n  }\n]\n", &[(2, 1), (8, 2)], &[]);
        check(
            b"[\n{\n\"a\": 1,\n\"b\": [\n{\n}\n]\n}\n]\n",
            &[(2, 1)],
            &[],
        );
        check(b"[{\"a\":1}][{\"a\":2}]\n", &[(1, 1), (1, 2)], &[]);
        check(b"", &[], &[]);
        check(b"[]\n", &[], &[]);
    }

    #[test]
    fn what_is_broken_is_named_and_the_rest_is_read() {
        check(
            b"{\"a\":1}\n{\"a\": \"cut of\n{\"a\":2}\n",
            &[(1, 1), (3, 2)],
            &[2],
        );
        check(b"{\"a\":1}\n{\"a\":2}{\"a\":\n", &[(1, 1), (2, 2)], &[2]);
        check(b"{\"a\":1}\n{\"a\":\n{\"a\":3}\n", &[(1, 1), (3, 3)], &[2]);
        check(
            b"[\n {\"a\":1},\n {\"a\":2,}\n {\"a\":3}\n",
            &[(2, 1), (4, 3)],
            &[3],
        );
        check(
            b"{\"a\":1}\ngarbage\nmore\n{\"a\":2}",
            &[(1, 1), (4, 2)],
            &[2],
        );
        check(b"7\n\"x\" {\"a\":1}\n", &[(2, 1)], &[1, 2]);
        check(b"{\"a\":1", &[], &[1]);
        check(
            b"{\"a\":1,\"b\":\"x\xff\"}\n{\"a\":2,\"b\":\"\\ud83d\"}\n",
            &[(1, 1), (2, 2)],
            &[],
        );
    }

    #[test]
    fn a_broken_file_takes_no_longer_than_its_length() {
        let many = "{\"a\":[{\"a\":0},\n".repeat(2_000);
        let mut count = 0;
        let lost = each_object(many.as_bytes(), |_, _| count += 1);
        assert_eq!((count, lost.len()), (0, 2_000));
        let garbage = "\"\\".repeat(500_000) + "\n{}\n";
        assert_eq!(each_object(garbage.as_bytes(), |_, _| ()).len(), 1);
    }
}
