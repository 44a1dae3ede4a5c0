//! The one way by which foreign text reaches a terminal: everything in it is shown, nothing is obeyed.
//!
//! Control characters, bidirectional and invisible marks can rewrite a screen or hide words from the reader.
//! They appear here as signs that can be read: `␛` for the escape character, `<202E>` for a mark.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Longest cluster that is shown as one, in bytes; a family of four with skin tones has 41.
const LONGEST_CLUSTER: usize = 64;

/// Most columns of one cluster; Indic ones are the broad ones.
const WIDEST_CLUSTER: usize = 4;

/// Gives a text as it may be sent to a terminal. Borrows where nothing in it is hidden.
///
/// Line feeds and tabs stay. The other control characters of ASCII become their pictures (`␛`, `␍`, `␡`),
/// C1 controls and every invisible or bidirectional mark becomes its number (`<202E>`). Nothing is dropped.
pub fn printable(text: &str) -> Cow<'_, str> {
    let mut at = 0;
    let first = glyphs(text).find(|glyph| {
        at += glyph.source.len();
        glyph.is_sign()
    });
    let Some(first) = first else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    out.push_str(&text[..at - first.source.len()]);
    out.push_str(&first.shown());
    for glyph in glyphs(&text[at..]) {
        out.push_str(&glyph.shown());
    }
    Cow::Owned(out)
}

/// Tells whether a text holds characters that only [`printable`] makes visible. Line ends of Windows do
/// not count.
pub fn has_hidden(text: &str) -> bool {
    if text.bytes().all(is_plain) {
        return false;
    }
    let mut rest = glyphs(text);
    while let Some(glyph) = rest.next() {
        if glyph.is_sign() && !(glyph.source == "\r" && rest.rest.starts_with('\n')) {
            return true;
        }
    }
    false
}

/// What takes one place on the screen: a character as people see it, or the sign of a hidden one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyph<'a> {
    /// The text that it stands for.
    pub source: &'a str,
    hidden: Option<char>,
}

impl<'a> Glyph<'a> {
    /// Tells whether a hidden character stands here.
    pub fn is_sign(&self) -> bool {
        self.hidden.is_some()
    }

    /// Gives the columns that it takes; none for a line feed, and one for a tab, which the caller expands.
    pub fn columns(&self) -> usize {
        match (self.hidden, self.source.as_bytes()) {
            (None, b"\n") => 0,
            (None, [_]) => 1,
            // The width of one character is found much faster than that of a text.
            (None, source) if source.len() <= 3 => self.character_columns(),
            (None, _) => self.source.width(),
            (Some(hidden), _) => match u32::from(hidden) {
                0..0x20 | 0x7F => 1,
                0x20..0x1_0000 => "<0000>".len(),
                0x1_0000..0x10_0000 => "<00000>".len(),
                _ => "<000000>".len(),
            },
        }
    }

    fn character_columns(&self) -> usize {
        let mut chars = self.source.chars();
        match (chars.next(), chars.next()) {
            (Some(only), None) => only.width().unwrap_or_default(),
            _ => self.source.width(),
        }
    }

    /// Gives what the terminal may be sent.
    pub fn shown(&self) -> Cow<'a, str> {
        let Some(hidden) = self.hidden else {
            return Cow::Borrowed(self.source);
        };
        let code = u32::from(hidden);
        let picture = match code {
            0..0x20 => char::from_u32(0x2400 + code),
            0x7F => Some('\u{2421}'),
            _ => None,
        };
        Cow::Owned(picture.map_or_else(|| format!("<{code:04X}>"), String::from))
    }
}

/// Takes a text apart into what is shown of it, in order and without gaps.
pub fn glyphs(text: &str) -> Glyphs<'_> {
    Glyphs { rest: text }
}

/// The glyphs of a text. See [`glyphs`].
#[derive(Debug, Clone)]
pub struct Glyphs<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Glyphs<'a> {
    type Item = Glyph<'a>;

    fn next(&mut self) -> Option<Glyph<'a>> {
        let first = self.rest.chars().next()?;
        let follower = self.rest.as_bytes().get(1).copied().unwrap_or_default();
        let (length, hidden) = if first.is_ascii() && is_plain(first as u8) && follower < 0x80 {
            (1, None)
        } else if is_hidden(first) {
            (first.len_utf8(), Some(first))
        } else if stands_alone(first) && self.follower_stands_alone(first) {
            (first.len_utf8(), None)
        } else if first.width() == Some(0) {
            // A mark that has no base to sit on would change the character to its left.
            (first.len_utf8(), Some(first))
        } else {
            (self.cluster_length(), None)
        };
        let (source, rest) = self.rest.split_at(length);
        self.rest = rest;
        Some(Glyph { source, hidden })
    }
}

impl Glyphs<'_> {
    fn follower_stands_alone(&self, first: char) -> bool {
        self.rest[first.len_utf8()..]
            .chars()
            .next()
            .is_none_or(stands_alone)
    }

    /// Gives the length of the cluster at the front, without what is hidden in it.
    fn cluster_length(&self) -> usize {
        let cluster = self.rest.graphemes(true).next().unwrap_or(self.rest);
        let too_wide = cluster.len() > LONGEST_CLUSTER || cluster.width() > WIDEST_CLUSTER;
        let mut before = None;
        let mut chars = cluster.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let after = chars.peek().map(|(_, after)| *after);
            if let Some(before) = before
                && (is_hidden(c)
                    || is_misplaced(before, c, after)
                    || at > LONGEST_CLUSTER
                    || too_wide && c.width() != Some(0))
            {
                return at;
            }
            before = Some(c);
        }
        cluster.len()
    }
}

/// Tells whether a joiner or a variation selector has nothing visible to do between its neighbours.
fn is_misplaced(before: char, c: char, after: Option<char>) -> bool {
    match c {
        '\u{200D}' => {
            !after.is_some_and(is_pictographic) || before.is_alphabetic() || before == '\u{200D}'
        }
        '\u{FE0E}' | '\u{FE0F}' => {
            before.is_alphabetic() || matches!(before, ' ' | '\u{200D}' | '\u{FE0E}' | '\u{FE0F}')
        }
        _ => false,
    }
}

fn is_pictographic(c: char) -> bool {
    matches!(u32::from(c), 0x2190..=0x2BFF | 0x1_F000..=0x1_FAFF)
}

fn is_plain(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | 0x20..=0x7E)
}

/// Tells whether a character is visible and never joins with another one of these; the common ones only.
fn stands_alone(c: char) -> bool {
    match u32::from(c) {
        // A line feed and a tab are controls to Unicode, which never join.
        9 | 10 | 0x20..=0x7E => true,
        code => matches!(
            code,
            0xA0..=0xA8
                | 0xAA..=0xAC
                | 0xAF..=0x2FF
                | 0x370..=0x377
                | 0x37A..=0x37F
                | 0x391..=0x3A1
                | 0x3A3..=0x482
                | 0x48A..=0x52F
                | 0x2010..=0x2027
                | 0x2030..=0x203B
                | 0x2500..=0x25A9
                | 0x3001..=0x3029
                | 0x3041..=0x3096
                | 0x30A1..=0x30FE
                | 0x3400..=0x4DBF
                | 0x4E00..=0x9FFF
                | 0xAC00..=0xD7A3
                | 0xFF01..=0xFF60
        ),
    }
}

/// Tells whether a character is never shown as itself, wherever it stands.
fn is_hidden(c: char) -> bool {
    match u32::from(c) {
        9 | 10 | 0x20..=0x7E => false,
        code => matches!(
            code,
            // Control characters.
            0..=0x1F | 0x7F..=0x9F
            // The soft hyphen, the grapheme joiner, the Arabic letter mark, the fillers of Hangul and Khmer.
            | 0xAD | 0x34F | 0x61C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x3164 | 0xFFA0
            // Mongolian selectors; zero-width and directional marks but for the joiner, which emoji need.
            | 0x180B..=0x180F | 0x200B | 0x200C | 0x200E | 0x200F
            // Separators of lines and paragraphs, embeddings, overrides, isolates, invisible operators.
            | 0x2028..=0x202E | 0x2060..=0x206F
            // Variation selectors but for the two that choose between text and emoji.
            | 0xFE00..=0xFE0D
            // The byte order mark, unassigned ignorables, interlinear annotations.
            | 0xFEFF | 0xFFF0..=0xFFFB
            // Format controls of hieroglyphs, shorthand and music.
            | 0x1_3430..=0x1_3440 | 0x1_BCA0..=0x1_BCA3 | 0x1_D173..=0x1_D17A
            // Tags and the supplementary variation selectors.
            | 0xE_0000..=0xE_0FFF
        ),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_hidden_is_shown_and_the_rest_stays() {
        let check = |text: &str, expected: &str| {
            assert_eq!(printable(text), expected, "{text:?}");
            assert_eq!(has_hidden(text), text != expected, "{text:?}");
        };
        check("plain\ttext\n", "plain\ttext\n");
        check("\u{1b}[2J", "␛[2J");
        check("\u{1b}]52;c;eA==\u{7}", "␛]52;c;eA==␇");
        check("a\u{0}b\u{7f}", "a␀b␡");
        check("10%\r20%", "10%␍20%");
        check("\u{85}\u{9b}2J", "<0085><009B>2J");
        check("abc\u{202e}fed\u{202c}", "abc<202E>fed<202C>");
        check(
            "\u{2066}x\u{2069}\u{200e}\u{200f}\u{61c}",
            "<2066>x<2069><200E><200F><061C>",
        );
        check(
            "in\u{200b}vis\u{200c}ible\u{200d}",
            "in<200B>vis<200C>ible<200D>",
        );
        check("\u{feff}begin", "<FEFF>begin");
        check("x\u{e0041}\u{e007f}", "x<E0041><E007F>");
        check("soft\u{ad}hyphen\u{2028}", "soft<00AD>hyphen<2028>");
        check("a\u{fe0f}\u{fe01}", "a<FE0F><FE01>");
        check("👍\u{e0100}\u{e0101}", "👍<E0100><E0101>");
        check("\u{301}no base", "<0301>no base");
    }

    #[test]
    fn writing_and_emoji_stay_as_they_are() {
        let check = |text: &str| assert_eq!(printable(text), text, "{text:?}");
        check("ça ne marche pas: e\u{301}");
        check("已经说过了，不要改这个文件");
        check("क्षत्रिय กำลัง 한국어 עברית العربية");
        check("👩\u{200d}💻 👨\u{200d}👩\u{200d}👧\u{200d}👦 ❤\u{fe0f} 1\u{fe0f}\u{20e3} 🇫🇷");
        check("🏳\u{fe0f}\u{200d}🌈 👩🏽\u{200d}🔬 🧑\u{200d}⚕\u{fe0f}");
        check("│ box ─ drawing → arrow ✓");
    }

    #[test]
    fn windows_line_ends_are_not_hidden_characters() {
        assert!(!has_hidden("one\r\ntwo\r\n"));
        assert!(has_hidden("one\rtwo"));
        assert_eq!(printable("one\r\n"), "one␍\n");
    }

    #[test]
    fn a_tower_of_marks_is_taken_apart() {
        let tower = format!("a{}", "\u{301}".repeat(100));
        let shown = printable(&tower);
        assert!(shown.contains("<0301>"));
        assert!(glyphs(&tower).all(|glyph| glyph.source.len() <= LONGEST_CLUSTER + 4));
    }

    #[test]
    fn columns_are_those_of_what_is_shown() {
        let check = |text: &str, expected: usize| {
            let columns: usize = glyphs(text).map(|glyph| glyph.columns()).sum();
            assert_eq!(columns, expected, "{text:?}");
        };
        check("ab\u{202e}\u{1b}", 9);
        check("中文", 4);
        check("e\u{301}", 1);
        check("👩\u{200d}💻", 2);
        check("\u{e0041}", 7);
    }

    /// Characters in which the hidden ones are frequent.
    fn hostile() -> impl Strategy<Value = String> {
        let c = prop_oneof![
            any::<char>(),
            proptest::char::range('\u{0}', '\u{a0}'),
            proptest::char::range('\u{2000}', '\u{2070}'),
            proptest::char::range('\u{fe00}', '\u{fe0f}'),
            proptest::char::range('\u{e0000}', '\u{e01ff}'),
            proptest::char::range('\u{300}', '\u{36f}'),
            proptest::char::range('\u{1100}', '\u{11ff}'),
            proptest::char::range('\u{1f3f0}', '\u{1f6ff}'),
        ];
        proptest::collection::vec(c, 0..40).prop_map(|chars| chars.into_iter().collect())
    }

    proptest! {
        #[test]
        fn nothing_hidden_is_left(text in hostile()) {
            let shown = printable(&text);
            prop_assert!(!shown.chars().any(is_hidden), "{shown:?}");
            prop_assert!(!shown.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')));
            prop_assert!(!has_hidden(&shown), "{shown:?}");
        }

        #[test]
        fn nothing_is_dropped(text in hostile()) {
            let joined: String = glyphs(&text).map(|glyph| glyph.source).collect();
            prop_assert_eq!(joined, text);
        }

        #[test]
        fn glyphs_are_as_broad_as_they_say(text in hostile()) {
            for glyph in glyphs(&text).filter(|glyph| glyph.source != "\n" && glyph.source != "\t") {
                prop_assert_eq!(glyph.columns(), glyph.shown().width(), "{:?}", glyph);
            }
        }

        #[test]
        fn ordinary_clusters_are_not_broken(text in "[a-zé中\u{301}अकष्ि👍🏽 ]{0,20}") {
            let whole: Vec<&str> = text.graphemes(true).collect();
            let own: Vec<&str> = glyphs(&text).map(|glyph| glyph.source).collect();
            let has_loose_mark = glyphs(&text).any(|glyph| glyph.is_sign());
            let is_odd = whole.iter().any(|cluster| cluster.width() > WIDEST_CLUSTER);
            prop_assert!(has_loose_mark || is_odd || whole == own);
        }
    }
}
