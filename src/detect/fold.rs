//! One spelling for a text, with the way back to the characters that were written.
//!
//! Case, accents, apostrophes inside words, full-width forms and runs of blanks differ between writers who mean
//! the same words: `DON’T`, `don't` and `dont` all become `dont`, and `ça` becomes `ca`. Line ends are kept,
//! because they end sentences.

use std::ops::Range;

use unicode_normalization::char::decompose_compatible;

use crate::model::CharSpan;

/// Stands in the folded text for a piece that is not the developer's prose.
pub(super) const MASK: char = '`';

/// A folded text.
#[derive(Debug, Default)]
pub(super) struct Folded {
    /// The folded text.
    pub(super) text: String,
    /// Places from which folded and written characters run side by side, in ascending order.
    anchors: Vec<Anchor>,
    /// Where the written text is read next.
    written: Place,
}

/// A place in the written text.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Place {
    byte: usize,
    character: usize,
}

#[derive(Debug, Clone, Copy)]
struct Anchor {
    folded: usize,
    written: Place,
    /// Whether the characters that follow are each folded to one.
    runs: bool,
}

impl Folded {
    /// Folds a text as a whole, nothing masked.
    pub(super) fn of(text: &str) -> Folded {
        let mut folded = Folded::default();
        folded.text.reserve(text.len());
        folded.prose(text);
        folded
    }

    /// Appends the fold of the next piece of the written text.
    pub(super) fn prose(&mut self, piece: &str) {
        let bytes = piece.as_bytes();
        let mut at = 0;
        self.anchor(true);
        while at < bytes.len() {
            let end = even_end(bytes, at);
            if end > at {
                self.even(&piece[at..end]);
                at = end;
            } else if bytes[at].is_ascii() {
                self.ascii(bytes, at);
                at += 1;
            } else {
                at += self.character(&piece[at..]);
            }
        }
    }

    /// Passes over the next piece of the written text, leaving one mask behind.
    pub(super) fn mask(&mut self, piece: &str) {
        if piece.is_empty() {
            return;
        }
        self.anchor(false);
        if !self.text.ends_with(MASK) {
            self.text.push(MASK);
        }
        self.skip(piece);
    }

    /// Gives how many characters of the written text were taken.
    pub(super) fn read(&self) -> usize {
        self.written.character
    }

    /// Passes over the next piece of the written text without a trace.
    fn skip(&mut self, piece: &str) {
        self.written.byte += piece.len();
        self.written.character += piece.chars().count();
        self.anchor(true);
    }

    /// Appends text of which each character is folded to one.
    fn even(&mut self, piece: &str) {
        let start = self.text.len();
        self.text.push_str(piece);
        self.text[start..].make_ascii_lowercase();
        self.written.byte += piece.len();
        self.written.character += piece.len();
    }

    /// Appends the ASCII character at `at`.
    fn ascii(&mut self, bytes: &[u8], at: usize) {
        let one = |folded: &mut Folded, byte: u8| {
            folded.text.push(char::from(byte));
            folded.written.byte += 1;
            folded.written.character += 1;
        };
        match bytes[at] {
            b'\n' => self.line_end(),
            b' ' | b'\t' | b'\r' | 0x0b | 0x0c => self.blank(1),
            b'\'' if is_inside_word(bytes, at, at + 1) => self.skip("'"),
            // The written backtick must not be taken for a mask.
            b'`' => one(self, b'\''),
            byte => one(self, byte),
        }
    }

    fn line_end(&mut self) {
        if self.text.ends_with(' ') {
            self.text.pop();
            self.drop_anchors();
        }
        if self.text.ends_with('\n') {
            self.skip("\n");
            return;
        }
        self.anchor(true);
        self.text.push('\n');
        self.written.byte += 1;
        self.written.character += 1;
    }

    /// Appends a blank of `length` bytes, or passes over it where there is one already.
    fn blank(&mut self, length: usize) {
        let follows = self.text.ends_with([' ', '\n']) || self.text.is_empty();
        if !follows {
            self.text.push(' ');
        }
        self.written.byte += length;
        self.written.character += 1;
        if follows || length > 1 {
            self.anchor(true);
        }
    }

    /// Appends the first character of `rest`, which is not ASCII; gives its length.
    fn character(&mut self, rest: &str) -> usize {
        let Some(c) = rest.chars().next() else {
            return 0;
        };
        let length = c.len_utf8();
        if c.is_whitespace() {
            self.blank(length);
            return length;
        }
        let inside = |folded: &Folded| {
            folded.text.ends_with(char::is_alphanumeric)
                && rest[length..].starts_with(char::is_alphanumeric)
        };
        self.anchor(false);
        match c {
            '’' | '‘' | 'ʼ' | '´' | '′' | '＇' if inside(self) => (),
            '’' | '‘' | 'ʼ' | '´' | '′' | '＇' => self.text.push('\''),
            '“' | '”' | '„' | '«' | '»' => self.text.push('"'),
            '。' => self.text.push('.'),
            '、' => self.text.push(','),
            _ if is_plain(c) => self.text.push(c),
            _ => decompose_compatible(c, |part| self.part(part)),
        }
        self.written.byte += length;
        self.written.character += 1;
        self.anchor(true);
        length
    }

    /// Appends a part of a decomposed character.
    fn part(&mut self, part: char) {
        match part {
            '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => (),
            'ł' | 'Ł' => self.text.push('l'),
            'ø' | 'Ø' => self.text.push('o'),
            'ı' => self.text.push('i'),
            'ß' => self.text.push_str("ss"),
            '`' => self.text.push('\''),
            part if part.is_whitespace() => self.text.push(' '),
            part => self.text.extend(
                part.to_lowercase()
                    .filter(|c| !matches!(c, '\u{300}'..='\u{36f}')),
            ),
        }
    }

    /// Notes where folded and written text stand now.
    fn anchor(&mut self, runs: bool) {
        let anchor = Anchor {
            folded: self.text.len(),
            written: self.written,
            runs,
        };
        match self.anchors.last_mut() {
            Some(last) if last.folded == anchor.folded => *last = anchor,
            _ => self.anchors.push(anchor),
        }
    }

    /// Forgets anchors past the end of the folded text.
    fn drop_anchors(&mut self) {
        while self
            .anchors
            .last()
            .is_some_and(|anchor| anchor.folded > self.text.len())
        {
            self.anchors.pop();
        }
    }

    /// Gives the written characters behind a range of folded bytes.
    pub(super) fn span(&self, range: Range<usize>) -> CharSpan {
        let (start, end) = self.ends(range);
        CharSpan {
            start: start.character,
            end: end.character + 1,
        }
    }

    /// Gives the bytes of the written text behind a range of folded bytes.
    pub(super) fn bytes(&self, range: Range<usize>, written: &str) -> Range<usize> {
        let (start, end) = self.ends(range);
        let last = written[end.byte..].chars().next();
        start.byte..end.byte + last.map_or(0, char::len_utf8)
    }

    /// Gives where the first and the last character of a range of folded bytes were written.
    fn ends(&self, range: Range<usize>) -> (Place, Place) {
        let last = self.text[range.clone()]
            .char_indices()
            .next_back()
            .map_or(range.start, |(at, _)| range.start + at);
        (self.place(range.start), self.place(last))
    }

    fn place(&self, folded: usize) -> Place {
        let after = self
            .anchors
            .partition_point(|anchor| anchor.folded <= folded);
        let Some(anchor) = after.checked_sub(1).map(|at| self.anchors[at]) else {
            return Place::default();
        };
        if !anchor.runs {
            return anchor.written;
        }
        // Past an anchor that runs, all characters are ASCII until the next anchor.
        let passed = folded - anchor.folded;
        Place {
            byte: anchor.written.byte + passed,
            character: anchor.written.character + passed,
        }
    }
}

/// Gives where the text that begins at `at` and is folded byte by byte ends.
fn even_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at;
    while end < bytes.len() {
        let is_single_blank = bytes[end] == b' '
            && end > at
            && bytes
                .get(end + 1)
                .is_some_and(|next| EVEN[usize::from(*next)]);
        if !is_single_blank && !EVEN[usize::from(bytes[end])] {
            break;
        }
        end += 1;
    }
    end
}

/// The bytes that are folded one to one wherever they stand: printable ASCII but for blanks and quotes.
const EVEN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = b'!';
    while byte <= b'~' {
        table[byte as usize] = byte != b'\'' && byte != b'`';
        byte += 1;
    }
    table
};

fn is_inside_word(bytes: &[u8], at: usize, next: usize) -> bool {
    // Bytes above 127 belong to letters nearly always.
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic() || !byte.is_ascii();
    at > 0 && is_letter(&bytes[at - 1]) && bytes.get(next).is_some_and(is_letter)
}

/// Tells whether a character is folded to itself, for the common ones.
fn is_plain(c: char) -> bool {
    // Kana and Hangul stay composed, so that a phrase never ends in the middle of a syllable.
    matches!(c, 'а'..='и' | 'к'..='я' | '\u{3040}'..='\u{309f}' | '\u{30a0}'..='\u{30ff}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

#[cfg(test)]
mod tests {
    use crate::model::byte_range;

    use super::*;

    #[test]
    fn spellings_become_one() {
        let check = |text: &str, expected: &str| assert_eq!(Folded::of(text).text, expected);
        check("DON’T", "dont");
        check("don't 'quote'", "dont 'quote'");
        check("ça  ne\tmarche", "ca ne marche");
        check("ＮＯ！", "no!");
        check("НЕТ, ещё", "нет, еще");
        check("nie działa", "nie dziala");
        check("不对。再来", "不对.再来");
        check("e\u{301}tat", "etat");
        check("a \n\n  b", "a\nb");
        check("ガ이", "ガ이");
        check("Straße", "strasse");
    }

    #[test]
    fn the_way_back_leads_to_the_written_words() {
        let check = |text: &str, folded: &str, expected: &str| {
            let fold = Folded::of(text);
            let at = fold.text.find(folded).unwrap();
            let range = at..at + folded.len();
            let span = fold.span(range.clone());
            assert_eq!(&text[byte_range(text, span).unwrap()], expected, "{text}");
            assert_eq!(&text[fold.bytes(range, text)], expected, "{text}");
        };
        check("Oh, it DOESN’T  work", "doesnt work", "DOESN’T  work");
        check("no, ça marche pas", "ca marche", "ça marche");
        check("\u{fb01}n de l'é, NON", "non", "NON");
        check("并 不对。", "不对", "不对");
        check(&format!("{} Stop", "ab ".repeat(400)), "stop", "Stop");
        check("a  \n\n  Stop", "stop", "Stop");
    }
}
