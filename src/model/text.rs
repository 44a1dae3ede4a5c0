//! Places in a text, and what makes two texts the same.

/// A range of a text in Unicode scalar values, `start..end`.
///
/// Everything that leaves the program or is stored counts in these, as Python, SQLite and REFI-QDA do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CharSpan {
    /// First character.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
}

/// Gives the bytes of `text` that a span covers; `None` where the text is shorter than the span.
pub fn byte_range(text: &str, span: CharSpan) -> Option<std::ops::Range<usize>> {
    let mut ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    let start = ends.by_ref().nth(span.start)?;
    let end = match span.end.checked_sub(span.start)? {
        0 => start,
        length => ends.nth(length - 1)?,
    };
    Some(start..end)
}

/// Gives the span of the bytes `range` of `text`, which lie on character boundaries.
pub fn char_span(text: &str, range: std::ops::Range<usize>) -> CharSpan {
    let count = |to: usize| text.char_indices().take_while(|(at, _)| *at < to).count();
    CharSpan {
        start: count(range.start),
        end: count(range.end),
    }
}

/// Gives the hash by which a turn's text is known: 16 hexadecimal digits.
///
/// Two texts that differ only in blanks and line ends have the same hash, because the writers of
/// transcripts trim and wrap differently.
pub fn text_hash(text: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    for word in text.split_whitespace() {
        hasher.update(word.as_bytes());
        hasher.update(b" ");
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

/// Finds some words in a text from a byte on, upper and lower case being the same; gives their bytes.
pub fn find_words(text: &str, words: &str, from: usize) -> Option<std::ops::Range<usize>> {
    let wanted: Vec<char> = words.chars().flat_map(char::to_lowercase).collect();
    let first = *wanted.first()?;
    let rest = text.get(from..)?;
    let starts = rest
        .char_indices()
        .filter(|(_, c)| c.to_lowercase().next() == Some(first));
    for (at, _) in starts {
        let mut left = wanted.iter().copied();
        let mut end = at;
        for c in rest[at..].chars() {
            if left.len() == 0 || !c.to_lowercase().all(|lower| left.next() == Some(lower)) {
                break;
            }
            end += c.len_utf8();
            if left.len() == 0 {
                return Some(from + at..from + end);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_count_characters_and_ranges_count_bytes() {
        let text = "no, ça ne marche pas";
        let at = text.find("ça").unwrap();
        let span = char_span(text, at..at + "ça".len());
        assert_eq!(span, CharSpan { start: 4, end: 6 });
        assert_eq!(&text[byte_range(text, span).unwrap()], "ça");
    }

    #[test]
    fn a_span_past_the_end_has_no_bytes() {
        assert_eq!(byte_range("ab", CharSpan { start: 1, end: 3 }), None);
        assert_eq!(byte_range("ab", CharSpan { start: 2, end: 2 }), Some(2..2));
        assert_eq!(byte_range("ab", CharSpan { start: 3, end: 2 }), None);
    }

    #[test]
    fn words_are_found_whatever_their_case() {
        let check = |text: &str, words: &str, expected: Option<&str>| {
            assert_eq!(
                find_words(text, words, 0).map(|range| &text[range]),
                expected,
                "{words}"
            );
        };
        check("It STILL fails", "still", Some("STILL"));
        check("das war FALSCH, Ähnlich", "ähn", Some("Ähn"));
        check("aab", "ab", Some("ab"));
        check("abc", "abcd", None);
        check("abc", "", None);
        check("不对，重来", "重来", Some("重来"));
    }

    #[test]
    fn blanks_do_not_change_the_hash() {
        assert_eq!(text_hash("stop  that\r\n"), text_hash(" stop that"));
        assert_ne!(text_hash("stop that"), text_hash("stopthat"));
    }
}
