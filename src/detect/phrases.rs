//! Finds all phrases of a lexicon in one pass over a folded text.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, MatchKind};

use super::fold::{Folded, MASK};
use super::lexicon::Position;

/// How many bytes may lie between two pieces of a phrase.
const GAP: usize = 40;

/// Within how many bytes from the start a phrase counts as an opening.
const OPENING: usize = 60;

/// The phrases, ready to be looked for.
#[derive(Debug)]
pub(super) struct Phrases {
    automaton: AhoCorasick,
    /// In the order of the automaton's patterns.
    patterns: Vec<Pattern>,
}

#[derive(Debug)]
struct Pattern {
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
    /// Makes an automaton of phrases.
    pub(super) fn new<'a>(rows: impl Iterator<Item = Row<'a>>) -> Result<Phrases, BuildError> {
        let (mut firsts, mut patterns) = (Vec::new(), Vec::new());
        for row in rows {
            let mut rest = pieces(row.phrase).map(|piece| Folded::of(piece).text);
            firsts.extend(rest.next());
            patterns.push(Pattern {
                entry: row.entry,
                weight: row.weight,
                place: row.place,
                rest: rest.collect(),
            });
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA))
            .build(firsts)?;
        Ok(Phrases {
            automaton,
            patterns,
        })
    }

    /// Gives the phrases in a text, in its order and without overlap.
    pub(super) fn find(&self, folded: &Folded) -> Vec<Found> {
        let mut found: Vec<Found> = self.hits(&folded.text).collect();
        found.sort_by_key(|found| (found.range.start, usize::MAX - found.range.end));
        Self::select(found)
    }

    /// Gives the entries of which a phrase stands in a text, each once.
    pub(super) fn entries(&self, folded: &Folded) -> Vec<usize> {
        let mut entries: Vec<usize> = self.hits(&folded.text).map(|found| found.entry).collect();
        entries.sort_unstable();
        entries.dedup();
        entries
    }

    fn hits<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Found> + 'a {
        let begin = text.find(is_word).unwrap_or(0);
        let hits = self.automaton.find_overlapping_iter(text);
        hits.filter_map(move |hit| {
            if is_inside_word(text.as_bytes(), &hit.range()) {
                return None;
            }
            let pattern = &self.patterns[hit.pattern().as_usize()];
            let range = pattern.extend(text, hit.range())?;
            let counts = pattern
                .place
                .is_none_or(|place| is_at(place, text, begin, &range));
            counts.then_some(Found {
                entry: pattern.entry,
                weight: pattern.weight,
                has_gap: !pattern.rest.is_empty(),
                range,
            })
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

/// Tells whether an ASCII word goes on at an edge of a range, which is so for most hits.
fn is_inside_word(text: &[u8], range: &Range<usize>) -> bool {
    let both = |left: usize, right: usize| {
        let is_letter = |at: usize| text.get(at).is_some_and(u8::is_ascii_alphanumeric);
        is_letter(left) && is_letter(right)
    };
    (range.start > 0 && both(range.start - 1, range.start)) || both(range.end - 1, range.end)
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
            .unwrap()
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
