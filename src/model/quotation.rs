//! Looking for quoted words in a text: exactly, and with blanks and line ends written otherwise.

use std::borrow::Cow;
use std::ops::Range;

/// How a quotation stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Character by character.
    Exact,
    /// Equal but for blanks and line ends.
    ButForBlanks,
}

/// Gives the bytes of `text` at which `words` stand first, exactly or else but for blanks; `None` where they do not,
/// or hold nothing but blanks.
///
/// Takes time in proportion to the two lengths.
pub fn find_quotation(text: &str, words: &str) -> Option<(Range<usize>, Standing)> {
    let plain = words.trim();
    if plain.is_empty() {
        return None;
    }
    if let Some(start) = text.find(words) {
        return Some((start..start + words.len(), Standing::Exact));
    }
    if let Some(start) = text.find(plain) {
        return Some((start..start + plain.len(), Standing::ButForBlanks));
    }
    if !plain.contains(char::is_whitespace) {
        return None;
    }
    let (single, wanted) = (single_blanks(text), single_blanks(plain));
    let start = single.find(wanted.as_ref())?;
    let range = widen(text, start..start + wanted.len());
    Some((range, Standing::ButForBlanks))
}

/// Writes every run of blanks and line ends as one space.
fn single_blanks(text: &str) -> Cow<'_, str> {
    let mut was_blank = false;
    let is_single = text.chars().all(|c| {
        let is_good = !c.is_whitespace() || (c == ' ' && !was_blank);
        was_blank = c.is_whitespace();
        is_good
    });
    if is_single {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    was_blank = false;
    for c in text.chars() {
        if !c.is_whitespace() {
            out.push(c);
        } else if !was_blank {
            out.push(' ');
        }
        was_blank = c.is_whitespace();
    }
    Cow::Owned(out)
}

/// Gives the bytes of a text for a range of it with single blanks. The range begins and ends with a sign.
fn widen(text: &str, single: Range<usize>) -> Range<usize> {
    let (mut at, mut was_blank) = (0, false);
    let (mut start, mut end) = (text.len(), text.len());
    for (place, c) in text.char_indices() {
        if c.is_whitespace() {
            at += usize::from(!was_blank);
        } else {
            if at == single.start {
                start = place;
            }
            at += c.len_utf8();
            if at == single.end {
                end = place + c.len_utf8();
                break;
            }
        }
        was_blank = c.is_whitespace();
    }
    start.min(end)..end
}

#[cfg(test)]
mod tests {
    use super::Standing::{ButForBlanks, Exact};
    use super::*;

    #[test]
    fn words_stand_exactly_or_but_for_blanks_or_not_at_all() {
        let check = |text: &str, words: &str, expected: Option<(&str, Standing)>| {
            let found = find_quotation(text, words);
            let found = found.map(|(range, standing)| (&text[range], standing));
            assert_eq!(found, expected, "{words:?} in {text:?}");
        };
        check("no, the blue first", "the blue", Some(("the blue", Exact)));
        check(
            "no,\n  the  blue",
            "no, the blue",
            Some(("no,\n  the  blue", ButForBlanks)),
        );
        check("  a \t b c", "a b", Some(("a \t b", ButForBlanks)));
        check("a b", "  a\n\nb ", Some(("a b", ButForBlanks)));
        check("a b", " a b", Some(("a b", ButForBlanks)));
        check(
            "\u{a0}ça\u{2003}va",
            "ça va",
            Some(("ça\u{2003}va", ButForBlanks)),
        );
        check("stopthat", "stop that", None);
        check("stop that", "stopthat", None);
        check("anything", " \n", None);
        check("", "a", None);
    }
}
