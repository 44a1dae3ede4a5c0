//! Finds all phrases of a lexicon in one pass over a folded text.
//!
//! A phrase begins at the edge of a word, so each word of the text is looked up among the first words of the phrases, and
//! only those phrases are compared with what stands there. A character of a script without blanks is a word of its own.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

use super::fold::{Folded, MASK};
use super::lexicon::Position;

/// How many bytes may lie between two pieces of a phrase.
const GAP: usize = 40;

/// Within how many bytes from the start a phrase counts as an opening.
const OPENING: usize = 60;

/// The phrases, ready to be looked for.
#[derive(Debug)]
pub(super) struct Phrases {
    /// By the hash of their first word.
    patterns: HashMap<u64, Vec<Pattern>, BuildHasherDefault<Hashed>>,
}

/// Takes hashes of words as they are.
#[derive(Debug, Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = hash(bytes);
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[derive(Debug)]
struct Pattern {
    /// The first piece.
    first: String,
    /// How many bytes of the first piece stand before its first word.
    lead: usize,
    /// The two bytes of the first piece after its first word, which tell most phrases apart; `None` where it ends before.
    next: Option<[u8; 2]>,
    entry: usize,
    weight: f64,
    place: Option<Position>,
    /// The pieces after the first.
    rest: Vec<String>,
}

/// A phrase to be looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    /// The entry that holds the phrase.
    pub(super) entry: usize,
    /// The phrase as it is written in the lexicon.
    pub(super) phrase: &'a str,
    /// Its weight.
    pub(super) weight: f64,
    /// Where it counts.
    pub(super) place: Option<Position>,
}

/// A phrase that was found.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    /// The entry that holds the phrase.
    pub(super) entry: usize,
    /// Its weight.
    pub(super) weight: f64,
    /// Whether other words may stand inside.
    has_gap: bool,
    /// Where, in bytes of the folded text.
    pub(super) range: Range<usize>,
}

#[cfg(test)]
impl Found {
    pub(super) fn at(entry: usize, weight: f64, range: Range<usize>) -> Found {
        Found {
            entry,
            weight,
            has_gap: false,
            range,
        }
    }
}

/// Gives the pieces of a phrase as it is written in the lexicon.
pub(super) fn pieces(phrase: &str) -> impl Iterator<Item = &str> {
    phrase.split("...").map(str::trim)
}

impl Phrases {
    /// Sorts phrases by their first words. One without a word is never found; the lexicon holds none.
    pub(super) fn new<'a>(rows: impl Iterator<Item = Row<'a>>) -> Phrases {
        let mut patterns: HashMap<u64, Vec<Pattern>, _> = HashMap::default();
        for row in rows {
            let mut pieces = pieces(row.phrase).map(|piece| Folded::of(piece).text);
            let first = pieces.next().unwrap_or_default();
            let Some(word) = words(&first).first().copied() else {
                continue;
            };
            patterns.entry(word.hash).or_default().push(Pattern {
                lead: word.start,
                next: after(&first, word.end),
                first,
                entry: row.entry,
                weight: row.weight,
                place: row.place,
                rest: pieces.collect(),
            });
        }
        Phrases { patterns }
    }

    /// Gives the phrases in a text, in its order and without overlap.
    pub(super) fn find(&self, folded: &Folded) -> Vec<Found> {
        self.find_among(folded, &words(&folded.text))
    }

    /// Gives the phrases in a text of which the words are known, as [`Phrases::find`].
    pub(super) fn find_among(&self, folded: &Folded, words: &[Word]) -> Vec<Found> {
        let mut found: Vec<Found> = self.hits(&folded.text, words).collect();
        found.sort_by_key(|found| (found.range.start, usize::MAX - found.range.end));
        Self::select(found)
    }

    /// Gives the entries of which a phrase stands in a text with these words, each once.
    pub(super) fn entries(&self, folded: &Folded, words: &[Word]) -> Vec<usize> {
        let hits = self.hits(&folded.text, words);
        let mut entries: Vec<usize> = hits.map(|found| found.entry).collect();
        entries.sort_unstable();
        entries.dedup();
        entries
    }

    fn hits<'a>(&'a self, text: &'a str, words: &'a [Word]) -> impl Iterator<Item = Found> + 'a {
        let begin = text.find(is_word).unwrap_or(0);
        let known = words
            .iter()
            .filter_map(|word| Some((word, self.patterns.get(&word.hash)?)));
        known.flat_map(move |(word, patterns)| {
            let next = after(text, word.end);
            let here = patterns.iter();
            here.filter(move |pattern| pattern.next.is_none() || pattern.next == next)
                .filter_map(move |pattern| pattern.found(text, begin, word.start))
        })
    }

    /// Drops the phrases inside a longer one, and of two that share a word otherwise the lighter one.
    fn select(sorted: Vec<Found>) -> Vec<Found> {
        let mut selected: Vec<Found> = Vec::new();
        let mut end = 0;
        for found in sorted {
            if found.range.end <= end {
                continue;
            }
            // The words in a gap are no part of the phrase around them.
            if !found.has_gap {
                end = found.range.end;
            }
            match selected.last_mut() {
                Some(last) if last.range.end > found.range.start => {
                    if found.weight.abs() > last.weight.abs() {
                        *last = found;
                    }
                }
                _ => selected.push(found),
            }
        }
        selected
    }
}

impl Pattern {
    /// Gives the phrase where its first word stands at `word` and all of it follows, at its place.
    fn found(&self, text: &str, begin: usize, word: usize) -> Option<Found> {
        let start = word.checked_sub(self.lead)?;
        let follows = text.as_bytes()[start..].starts_with(self.first.as_bytes());
        let first = follows.then(|| start..start + self.first.len())?;
        let range = self.extend(text, first)?;
        let counts = self
            .place
            .is_none_or(|place| is_at(place, text, begin, &range));
        counts.then_some(Found {
            entry: self.entry,
            weight: self.weight,
            has_gap: !self.rest.is_empty(),
            range,
        })
    }

    /// Gives the range of the whole phrase whose first piece stands at `first`; `None` where a word goes on
    /// at its edge, or a further piece does not follow.
    fn extend(&self, text: &str, first: Range<usize>) -> Option<Range<usize>> {
        if !is_apart(text, &first) {
            return None;
        }
        let mut end = first.end;
        for piece in &self.rest {
            end = next_piece(text, end, piece)?;
        }
        Some(first.start..end)
    }
}

/// A word of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    start: usize,
    end: usize,
    hash: u64,
}

/// Gives the words of a folded text, each character of a script without blanks as one.
pub(super) fn words(text: &str) -> Vec<Word> {
    let bytes = text.as_bytes();
    let mut words = Vec::with_capacity(bytes.len() / 5);
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let (length, kind) = character(text, at);
        at += length;
        if matches!(kind, Char::Other) {
            continue;
        }
        if matches!(kind, Char::Spaced) {
            at = word_end(text, at);
        }
        words.push(Word {
            start,
            end: at,
            hash: hash(&bytes[start..at]),
        });
    }
    words
}

/// Hashes the bytes of a word, eight at a time. Words are looked up by their hash alone and then compared.
fn hash(bytes: &[u8]) -> u64 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = bytes.len() as u64;
    for part in bytes.chunks(8) {
        let mut eight = [0; 8];
        eight[..part.len()].copy_from_slice(part);
        hash = (hash.rotate_left(5) ^ u64::from_le_bytes(eight)).wrapping_mul(ODD);
    }
    // The table takes the lowest bits and the highest.
    hash ^ (hash >> 32)
}

/// Gives the two bytes that stand from `at` on.
fn after(text: &str, at: usize) -> Option<[u8; 2]> {
    text.as_bytes().get(at..)?.first_chunk().copied()
}

/// Gives where a word ends of which the characters before `at` are known.
fn word_end(text: &str, mut at: usize) -> usize {
    let bytes = text.as_bytes();
    loop {
        while at < bytes.len() && bytes[at].is_ascii_alphanumeric() {
            at += 1;
        }
        if at >= bytes.len() || bytes[at].is_ascii() {
            return at;
        }
        let (length, kind) = character(text, at);
        if !matches!(kind, Char::Spaced) {
            return at;
        }
        at += length;
    }
}

/// What a character is to a word.
enum Char {
    /// A part of one.
    Spaced,
    /// One of its own.
    Unspaced,
    /// None.
    Other,
}

/// Gives the length of the character at `at`, and what it is to a word.
fn character(text: &str, at: usize) -> (usize, Char) {
    let byte = text.as_bytes()[at];
    if byte.is_ascii() {
        let kind = if byte.is_ascii_alphanumeric() {
            Char::Spaced
        } else {
            Char::Other
        };
        return (1, kind);
    }
    let c = text[at..]
        .chars()
        .next()
        .unwrap_or(char::REPLACEMENT_CHARACTER);
    let kind = match (is_spaced(c), is_word(c)) {
        (true, _) => Char::Spaced,
        (false, true) => Char::Unspaced,
        (false, false) => Char::Other,
    };
    (c.len_utf8(), kind)
}

/// Gives where `piece` ends, when it follows within a few words in the same sentence.
fn next_piece(text: &str, from: usize, piece: &str) -> Option<usize> {
    let far = (from + GAP + piece.len()).min(text.len());
    let boundary = (from..=far).rev().find(|at| text.is_char_boundary(*at))?;
    let near = &text[from..boundary];
    let near = &near[..sentence_end(near)];
    near.match_indices(piece)
        .map(|(at, _)| from + at..from + at + piece.len())
        .find(|range| is_apart(text, range))
        .map(|range| range.end)
}

fn sentence_end(text: &str) -> usize {
    text.find(['.', '!', '?', '\n', ';', MASK])
        .unwrap_or(text.len())
}

/// Tells whether no word goes on at either edge of a range.
fn is_apart(text: &str, range: &Range<usize>) -> bool {
    let (before, inside, after) = (
        &text[..range.start],
        &text[range.clone()],
        &text[range.end..],
    );
    let starts_free = !inside.starts_with(is_spaced)
        || !goes_on(before.chars().rev(), ['-', '_', '/', '\\', '.', '#', '$']);
    let ends_free = !inside.ends_with(is_spaced)
        || !goes_on(after.chars(), ['-', '_', '/', '\\', '.', '=', '(']);
    starts_free && ends_free
}

/// Tells whether a word goes on with these characters, directly or after a joint: `no-op`, `error.log`.
fn goes_on(mut onward: impl Iterator<Item = char>, joints: [char; 7]) -> bool {
    match onward.next() {
        Some('_') => true,
        Some(c) if is_spaced(c) => true,
        Some(c) if joints.contains(&c) => onward.next().is_some_and(|c| is_spaced(c) || c == ')'),
        _ => false,
    }
}

/// Tells whether a character belongs to the words of a script that puts blanks between them.
fn is_spaced(c: char) -> bool {
    is_word(c)
        && !matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
            | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'
            | '\u{1100}'..='\u{11ff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric()
}

/// Tells whether a range stands at a place; the prose begins at `begin`.
fn is_at(place: Position, text: &str, begin: usize, range: &Range<usize>) -> bool {
    match place {
        // A phrase may begin with a mark that is no letter, so that it lies before the first word.
        Position::Start => range.start <= begin,
        Position::Opening => range.start <= begin + OPENING,
        Position::Sentence => {
            let before =
                text[..range.start].trim_end_matches([' ', '-', '*', '"', '\'', '(', MASK]);
            before.is_empty() || before.ends_with(['.', '!', '?', '\n', ':', ';'])
        }
        Position::Whole => range.start <= begin && !text[range.end..].contains(is_word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(phrases: &[(&str, Option<Position>)], text: &str) -> Vec<String> {
        let rows = phrases.iter().map(|(phrase, place)| Row {
            entry: 0,
            phrase,
            weight: phrase.len() as f64,
            place: *place,
        });
        let folded = Folded::of(text);
        Phrases::new(rows)
            .find(&folded)
            .into_iter()
            .map(|found| folded.text[found.range].to_owned())
            .collect()
    }

    #[test]
    fn a_phrase_ends_where_its_word_ends() {
        let check = |phrase, text, count| {
            assert_eq!(
                found(&[(phrase, None)], text).len(),
                count,
                "{phrase} {text}"
            );
        };
        check("no", "no, know: no_op no-op a/no no.", 2);
        check("не", "нет не", 1);
        check("不对", "这不对啊", 1);
        check("error", "报error了 error.log", 1);
        check("wrong", "\u{1f600}wrong\u{1f600}", 1);
    }

    #[test]
    fn pieces_stand_in_one_sentence() {
        let check = |text, count| {
            assert_eq!(
                found(&[("still ... error", None)], text).len(),
                count,
                "{text}"
            );
        };
        check("I still get the same error", 1);
        check("still. No error", 0);
        check("still errors", 0);
        check(
            "still one two three four five six seven eight nine ten eleven error",
            0,
        );
    }

    #[test]
    fn the_longer_phrase_wins_and_then_the_heavier() {
        let phrases = [("no", None), ("no problem", None), ("problem", None)];
        assert_eq!(found(&phrases, "no problem, no"), ["no problem", "no"]);
        assert_eq!(found(&phrases, "no problems"), ["no"]);
        let phrases = [("are not", None), ("not working", None)];
        assert_eq!(found(&phrases, "they are not working"), ["not working"]);
        let phrases = [("a ... b", None), ("heavy phrase", None)];
        assert_eq!(found(&phrases, "a heavy phrase b"), ["heavy phrase"]);
    }

    #[test]
    fn a_place_is_a_condition() {
        let check = |place, text, count| {
            assert_eq!(found(&[("wait", Some(place))], text).len(), count, "{text}");
        };
        check(Position::Start, "... wait, what", 1);
        check(Position::Start, "please wait", 0);
        check(Position::Sentence, "fine. wait here", 1);
        check(Position::Sentence, "do not wait", 0);
        check(Position::Whole, "wait!", 1);
        check(Position::Whole, "wait for it", 0);
        check(Position::Opening, "please wait", 1);
    }
}
