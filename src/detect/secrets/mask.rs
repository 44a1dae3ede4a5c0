//! Puts names in place of secrets, and keeps every place in a turn right.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Secrets;
use crate::model::{Part, PartKind, Role, Session, Turn, text_hash};

/// How many secrets were masked, by name of the kind.
pub type Counts = BTreeMap<String, usize>;

/// A text without its secrets.
struct Masked {
    text: String,
    /// What was replaced and how long the mask is, for each time that the text was gone through.
    rounds: Vec<Vec<(Range<usize>, usize)>>,
}

impl Masked {
    /// Gives where a place of the old text is now; inside a secret, the beginning of its mask.
    fn place(&self, old: usize) -> usize {
        self.rounds.iter().fold(old, |at, round| moved(at, round))
    }
}

fn moved(at: usize, round: &[(Range<usize>, usize)]) -> usize {
    let (mut removed, mut added) = (0, 0);
    for (range, mask) in round {
        if at < range.end {
            return at.min(range.start) - removed + added;
        }
        removed += range.len();
        added += mask;
    }
    at - removed + added
}

/// Gives the places in a turn's text over which no secret reaches, from its beginning to its end: where its parts, and
/// the outputs of its tools, begin and end.
pub(super) fn borders(turn: &Turn) -> Vec<usize> {
    let mut ends = vec![0, turn.text.len()];
    for part in &turn.parts {
        ends.extend([part.start, part.end]);
        if let PartKind::Tool(tool) = &part.kind {
            ends.push(tool.output);
        }
    }
    // Whatever an importer may have got wrong, no text is cut inside a character.
    ends.retain(|at| turn.text.is_char_boundary(*at));
    ends.sort_unstable();
    ends.dedup();
    ends
}

impl Secrets {
    /// Puts `[NAME]` in place of every secret of a text, and counts them; `None` where there is none.
    ///
    /// The text that is given holds no secret any more: masking it again changes nothing.
    pub fn mask(&self, text: &str, counts: &mut Counts) -> Option<String> {
        Some(self.masked(text, counts)?.text)
    }

    /// Masks the texts of a session: its turns with everything in them, and what the file says about it. A session that
    /// is known by a hash of its words, or of its first prompt, is known by the words that are left.
    pub fn redact(&self, session: &mut Session, counts: &mut Counts) {
        let key = words_of_key(session);
        let first = hash_of_first(session);
        for turn in &mut session.turns {
            self.redact_turn(turn, counts);
        }
        let texts = [
            &mut session.title,
            &mut session.repository,
            &mut session.folder,
            &mut session.branch,
        ];
        for text in texts.into_iter().flatten() {
            self.replace(text, counts);
        }
        if let Some(words) = key {
            session.key = text_key(session, words);
        } else if let (Some(old), Some(new)) = (first, hash_of_first(session)) {
            // Whoever has the key could try out what the first prompt said.
            session.key = session.key.replace(&old, &new);
        }
    }

    fn redact_turn(&self, turn: &mut Turn, counts: &mut Counts) {
        self.redact_text(turn, counts);
        for event in &mut turn.events {
            self.replace(&mut event.detail, counts);
        }
        for part in &mut turn.parts {
            match &mut part.kind {
                PartKind::Tool(tool) => self.replace(&mut tool.target, counts),
                PartKind::Injected(name) => self.replace(name, counts),
                PartKind::Prose | PartKind::Thinking => (),
            }
        }
    }

    fn replace(&self, text: &mut String, counts: &mut Counts) {
        if let Some(masked) = self.mask(text, counts) {
            *text = masked;
        }
    }

    /// Masks the text of a turn piece by piece, and moves what points into it.
    fn redact_text(&self, turn: &mut Turn, counts: &mut Counts) {
        let ends = borders(turn);
        let (mut text, mut pieces) = (String::new(), Vec::new());
        for ends in ends.windows(2) {
            let (old, new) = (ends[0], text.len());
            let piece = &turn.text[ends[0]..ends[1]];
            let masked = self.masked(piece, counts);
            text.push_str(masked.as_ref().map_or(piece, |own| &own.text));
            pieces.push((old, new, masked));
        }
        if pieces.iter().all(|(_, _, masked)| masked.is_none()) {
            return;
        }
        let place = |old: usize| {
            let piece = pieces.partition_point(|(start, _, _)| *start <= old);
            let Some((start, new, masked)) = piece.checked_sub(1).map(|at| &pieces[at]) else {
                return old;
            };
            let inside = old - start;
            new + masked.as_ref().map_or(inside, |own| own.place(inside))
        };
        for part in &mut turn.parts {
            move_part(part, place);
        }
        for event in &mut turn.events {
            event.at = place(event.at);
        }
        turn.text = text;
    }

    /// Masks a text until nothing is found in it: a mask may lay bare what stood beside the secret.
    fn masked(&self, text: &str, counts: &mut Counts) -> Option<Masked> {
        let mut masked: Option<Masked> = None;
        loop {
            let own = masked.as_ref().map_or(text, |own| &own.text);
            let found = self.find(own);
            if found.is_empty() {
                return masked;
            }
            let (mut out, mut round, mut at) = (String::with_capacity(own.len()), Vec::new(), 0);
            for secret in found {
                let kind = &self.kinds()[secret.kind];
                let mask = kind.mask();
                out.push_str(&own[at..secret.range.start]);
                out.push_str(&mask);
                at = secret.range.end;
                round.push((secret.range, mask.len()));
                *counts.entry(kind.name.clone()).or_default() += 1;
            }
            out.push_str(&own[at..]);
            let mut rounds = masked.map(|own| own.rounds).unwrap_or_default();
            rounds.push(round);
            masked = Some(Masked { text: out, rounds });
        }
    }
}

fn move_part(part: &mut Part, place: impl Fn(usize) -> usize) {
    part.start = place(part.start);
    part.end = place(part.end);
    if let PartKind::Tool(tool) = &mut part.kind {
        tool.output = place(tool.output);
    }
}

/// Whose words a session's key is a hash of.
#[derive(Clone, Copy, PartialEq)]
enum Words {
    Developer,
    Everybody,
}

fn hash_of_first(session: &Session) -> Option<String> {
    let (_, first) = session.developer_turns().next()?;
    Some(text_hash(&first.text))
}

/// Tells of whose words the key is a hash; `None` where the session has an id of its own.
fn words_of_key(session: &Session) -> Option<Words> {
    session.key.starts_with("text:").then_some(())?;
    let by_all = text_key(session, Words::Everybody) == session.key;
    let by_developer = text_key(session, Words::Developer) == session.key;
    Some(if by_all && !by_developer {
        Words::Everybody
    } else {
        Words::Developer
    })
}

/// Gives the key of a session without an id, as the importers make it.
fn text_key(session: &Session, words: Words) -> String {
    let counts = |turn: &&Turn| words == Words::Everybody || turn.role == Role::Developer;
    let turns = session.turns.iter().filter(counts);
    let texts: Vec<&str> = turns.map(|turn| turn.text.as_str()).collect();
    format!("text:{}", text_hash(&texts.join("\n")))
}
