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

/// How much of a text is hashed at once, in bytes.
const HASHED: usize = 1 << 14;

/// Gives the hash by which a turn's text is known: 16 hexadecimal digits.
///
/// Two texts that differ only in blanks and line ends have the same hash, because the writers of
/// transcripts trim and wrap differently.
pub fn text_hash(text: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    // Words are handed over many at a time: one by one, they cost more than their hash.
    let mut words = Vec::with_capacity(text.len().min(HASHED) + 1);
    let mut add = |word: &[u8]| {
        if words.len() + word.len() >= HASHED {
            hasher.update(&words);
            words.clear();
        }
        words.extend_from_slice(word);
        words.push(b' ');
    };
    if text.is_ascii() {
        // The same words, without a look at each character's class.
        let is_blank = |byte: &u8| matches!(byte, b'\t'..=b'\r' | b' ');
        let words = text.as_bytes().split(is_blank);
        words.filter(|word| !word.is_empty()).for_each(add);
    } else {
        text.split_whitespace()
            .for_each(|word| add(word.as_bytes()));
    }
    hasher.update(&words);
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

    #[test]
    fn the_hash_is_that_of_the_words_with_a_blank_behind_each() {
        let long = "weft ".repeat(HASHED) + &"warp".repeat(HASHED) + " ";
        for text in ["", "stop ", "stop that ", "arrête ça ", &long] {
            let whole = blake3::hash(text.as_bytes()).to_hex();
            assert_eq!(text_hash(text), whole[..16]);
        }
    }

    #[test]
    fn every_blank_parts_words_alike() {
        let all = (0..=127).map(char::from);
        for sign in all.filter(|sign| sign.is_whitespace()) {
            assert_eq!(
                text_hash(&format!("stop{sign}that")),
                text_hash("stop that")
            );
            assert_eq!(text_hash(&format!("ça{sign}va")), text_hash("ça va"));
        }
        assert_eq!(text_hash("stop\u{a0}that\u{2003}"), text_hash("stop that"));
    }
}
