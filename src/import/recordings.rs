//! Several recordings of one session, put together so that no turn is lost that only one of them holds.
//!
//! A later recording is most often the earlier one with more at its end. It can also be what was new since the
//! earlier one, or the same session written anew without some of its turns. Turns are the same by the agent's own
//! ids, and by their words where a recording has no ids.

use std::collections::{HashMap, HashSet};

use crate::model::{EventKind, Part, PartKind, Role, Session, Turn, text_hash};

/// What secrets and long ids are replaced by: it stands for many values.
const REDACTED: &str = "REDACTED";

/// Gives the one session that two recordings tell of; `later` was made after `earlier`.
pub(super) fn join(mut earlier: Session, mut later: Session) -> Session {
    let turns = Pair::of(
        exchanges(std::mem::take(&mut earlier.turns)),
        exchanges(std::mem::take(&mut later.turns)),
    )
    .join();
    let (mut models, later_models) = (earlier.models, later.models);
    let is_new = |model: &String| !models.contains(model);
    let new: Vec<String> = later_models.into_iter().filter(is_new).collect();
    models.extend(new);
    Session {
        agent_version: earlier.agent_version.or(later.agent_version),
        models,
        surface: earlier.surface.or(later.surface),
        repository: earlier.repository.or(later.repository),
        folder: earlier.folder.or(later.folder),
        branch: earlier.branch.or(later.branch),
        started: earlier.started.into_iter().chain(later.started).min(),
        ended: earlier.ended.max(later.ended),
        title: later.title.or(earlier.title),
        parent: earlier.parent.or(later.parent),
        turns,
        ..later
    }
}

/// Tells whether an id stands for one thing only.
pub(super) fn is_own(id: &str) -> bool {
    !id.is_empty() && !id.contains(REDACTED)
}

/// What the developer said and what the agent did then. The first one of a recording may lack the developer, the
/// last one the agent.
struct Exchange {
    developer: Option<Turn>,
    agent: Option<Turn>,
}

fn exchanges(turns: Vec<Turn>) -> Vec<Exchange> {
    let mut all: Vec<Exchange> = Vec::new();
    for turn in turns {
        match (turn.role, all.last_mut()) {
            (Role::Agent, Some(last)) => last.add(turn),
            (Role::Agent, None) => all.push(Exchange {
                developer: None,
                agent: Some(turn),
            }),
            (Role::Developer, _) => all.push(Exchange {
                developer: Some(turn),
                agent: None,
            }),
        }
    }
    all
}

impl Exchange {
    /// Adds what the agent did after what is known of it.
    fn add(&mut self, turn: Turn) {
        self.agent = Some(match self.agent.take() {
            Some(known) => one_turn(known, turn),
            None => turn,
        });
    }

    /// Takes from another recording of the same exchange what it holds more of.
    fn take_over(&mut self, other: Exchange) {
        let length = |turn: &Option<Turn>| turn.as_ref().map_or(0, |turn| turn.text.len());
        if length(&other.agent) > length(&self.agent) {
            self.agent = other.agent;
        }
    }

    /// Tells whether nobody knows if the agent ever read it.
    fn is_waiting(&self) -> bool {
        let developer = self.developer.as_ref();
        developer.is_some_and(|turn| turn.has(EventKind::DeliveryUnknown))
    }

    /// Forgets the places, which are those of another file.
    fn elsewhere(mut self) -> Exchange {
        for turn in self.developer.iter_mut().chain(&mut self.agent) {
            turn.place = None;
        }
        self
    }
}

/// Gives two turns of the agent's that nobody came between as one.
fn one_turn(mut first: Turn, mut second: Turn) -> Turn {
    if !first.text.is_empty() {
        first.text.push('\n');
    }
    let by = first.text.len();
    first.text.push_str(&second.text);
    for part in &mut second.parts {
        shift(part, by);
    }
    for event in &mut second.events {
        event.at += by;
    }
    first.parts.append(&mut second.parts);
    first.events.append(&mut second.events);
    first
}

fn shift(part: &mut Part, by: usize) {
    part.start += by;
    part.end += by;
    if let PartKind::Tool(tool) = &mut part.kind {
        tool.output += by;
    }
}

/// Two recordings, and which exchanges of the later one are exchanges of the earlier one too.
struct Pair {
    earlier: Vec<Option<Exchange>>,
    later: Vec<Exchange>,
    /// For each later exchange its place in the earlier recording.
    same: Vec<Option<usize>>,
}

impl Pair {
    fn of(earlier: Vec<Exchange>, later: Vec<Exchange>) -> Pair {
        let mut same = by_ids(&earlier, &later);
        by_words(&earlier, &later, &mut same);
        in_order(&mut same);
        by_place(&earlier, &later, &mut same);
        let mut pair = Pair {
            earlier: earlier.into_iter().map(Some).collect(),
            later,
            same,
        };
        pair.forget_waiting();
        pair
    }

    /// A message that waited when the earlier recording was made stands in the later one as it was sent.
    fn forget_waiting(&mut self) {
        if self.same.iter().all(Option::is_none) {
            return;
        }
        let known: HashSet<usize> = self.same.iter().flatten().copied().collect();
        for (at, exchange) in self.earlier.iter_mut().enumerate() {
            if !known.contains(&at) && exchange.as_ref().is_some_and(Exchange::is_waiting) {
                *exchange = None;
            }
        }
    }

    fn join(mut self) -> Vec<Turn> {
        let nexts = next_anchors(&self.same, self.earlier.len());
        let mut joined: Vec<Exchange> = Vec::new();
        let mut done = 0;
        for (at, mut exchange) in self.later.into_iter().enumerate() {
            // What only the earlier recording holds was said before what came in its place.
            let only = self.earlier.get_mut(done..nexts[at]).unwrap_or_default();
            let only = only.iter_mut().filter_map(Option::take);
            only.for_each(|exchange| push(&mut joined, exchange.elsewhere()));
            done = done.max(nexts[at]);
            if let Some(place) = self.same[at] {
                if let Some(known) = self.earlier[place].take() {
                    exchange.take_over(known.elsewhere());
                }
                done = place + 1;
            }
            push(&mut joined, exchange);
        }
        let rest = self.earlier.into_iter().flatten();
        rest.for_each(|exchange| push(&mut joined, exchange.elsewhere()));
        let turns = joined.into_iter();
        turns
            .flat_map(|exchange| [exchange.developer, exchange.agent])
            .flatten()
            .collect()
    }
}

fn push(joined: &mut Vec<Exchange>, mut exchange: Exchange) {
    match joined.last_mut() {
        Some(last) if exchange.developer.is_none() => {
            if let Some(turn) = exchange.agent.take() {
                last.add(turn);
            }
        }
        _ => joined.push(exchange),
    }
}

/// Gives for each later exchange the place of the next one that both recordings hold.
fn next_anchors(same: &[Option<usize>], end: usize) -> Vec<usize> {
    let mut next = end;
    let mut nexts: Vec<usize> = same
        .iter()
        .rev()
        .map(|place| {
            next = place.unwrap_or(next);
            next
        })
        .collect();
    nexts.reverse();
    nexts
}

fn ids(exchanges: &[Exchange]) -> HashMap<&str, Option<usize>> {
    let mut places = HashMap::new();
    for (at, exchange) in exchanges.iter().enumerate() {
        let turn = exchange.developer.as_ref();
        if let Some(id) = turn
            .and_then(|turn| turn.native_id.as_deref())
            .filter(|id| is_own(id))
        {
            // One record can hold several turns, which its id does not tell apart.
            places
                .entry(id)
                .and_modify(|place| *place = None)
                .or_insert(Some(at));
        }
    }
    places
}

fn by_ids(earlier: &[Exchange], later: &[Exchange]) -> Vec<Option<usize>> {
    let known = ids(earlier);
    let mut same = vec![None; later.len()];
    for (id, place) in ids(later) {
        if let (Some(place), Some(Some(known))) = (place, known.get(id)) {
            same[place] = Some(*known);
        }
    }
    same
}

/// Finds those of the same words where one of the two has no id of its own, each in its turn.
fn by_words(earlier: &[Exchange], later: &[Exchange], same: &mut [Option<usize>]) {
    let taken: HashSet<usize> = same.iter().flatten().copied().collect();
    let (old, new) = (ids(earlier), ids(later));
    let mut waiting: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, exchange) in earlier.iter().enumerate().rev() {
        if let Some(turn) = exchange.developer.as_ref().filter(|_| !taken.contains(&at)) {
            let places = waiting.entry(text_hash(turn.text.trim())).or_default();
            places.push(at);
        }
    }
    for (exchange, place) in later.iter().zip(same) {
        let Some(turn) = exchange.developer.as_ref().filter(|_| place.is_none()) else {
            continue;
        };
        let Some(places) = waiting.get_mut(&text_hash(turn.text.trim())) else {
            continue;
        };
        let fits = |&at: &usize| {
            let known = earlier[at].developer.as_ref();
            !(known.is_some_and(|known| has_id(known, &old)) && has_id(turn, &new))
        };
        if places.last().is_some_and(fits) {
            *place = places.pop();
        }
    }
}

fn has_id(turn: &Turn, ids: &HashMap<&str, Option<usize>>) -> bool {
    let id = turn.native_id.as_deref();
    id.is_some_and(|id| ids.get(id).is_some_and(Option::is_some))
}

/// Keeps of what was found the same only what stands in the same order in both.
fn in_order(same: &mut [Option<usize>]) {
    let mut last = None;
    for place in same {
        if place.is_some() && *place > last {
            last = *place;
        } else {
            *place = None;
        }
    }
}

/// Finds what stands before the first developer turn in both, where both begin at the same place.
fn by_place(earlier: &[Exchange], later: &[Exchange], same: &mut [Option<usize>]) {
    let (Some(old), Some(new)) = (earlier.first(), later.first()) else {
        return;
    };
    if old.developer.is_some() || new.developer.is_some() {
        return;
    }
    let id = |exchange: &Exchange| {
        exchange
            .agent
            .as_ref()
            .and_then(|turn| turn.native_id.clone())
    };
    let is_same_record = id(old).is_some_and(|own| is_own(&own)) && id(old) == id(new);
    if is_same_record || same.get(1) == Some(&Some(1)) {
        same[0] = Some(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::builder::{Origin, SessionBuilder};
    use crate::model::TurnKind;

    /// Writes a session as words: those of the developer with `>` and perhaps an id, `>7:go on`.
    fn session(words: &[&str]) -> Session {
        let mut builder = SessionBuilder::new("a", "test");
        for word in words {
            let Some(typed) = word.strip_prefix('>') else {
                builder.prose(*word, Origin::default());
                continue;
            };
            let (id, text) = typed.split_once(':').unwrap_or(("", typed));
            let origin = Origin {
                native_id: (!id.is_empty()).then(|| id.to_owned()),
                ..Origin::default()
            };
            builder.developer(TurnKind::Prompt, text.trim_end_matches('?'), origin);
            if text.ends_with('?') {
                builder.event(EventKind::DeliveryUnknown, "", Origin::default());
            }
        }
        builder.finish()
    }

    fn check(earlier: &[&str], later: &[&str], expected: &[&str]) {
        let joined = join(session(earlier), session(later));
        let texts: Vec<&str> = joined.turns.iter().map(|turn| turn.text.as_str()).collect();
        assert_eq!(texts, expected);
    }

    #[test]
    fn a_longer_recording_stands_for_the_shorter_one() {
        check(
            &[">1:a", "x"],
            &[">1:a", "x", "y", ">2:b"],
            &["a", "x\ny", "b"],
        );
        check(&[">1:a", "x", ">2:b"], &[">1:a"], &["a", "x", "b"]);
        check(&[">a", "x"], &[">a", "x", ">a"], &["a", "x", "a"]);
    }

    #[test]
    fn slices_follow_one_another() {
        check(
            &[">1:a", "x"],
            &["y", ">2:a", "z"],
            &["a", "x\ny", "a", "z"],
        );
        check(
            &[">1:a", "x", ">2:b"],
            &[">2:b", "y", ">3:c"],
            &["a", "x", "b", "y", "c"],
        );
    }

    #[test]
    fn what_a_later_recording_leaves_out_stays() {
        check(
            &["h", ">1:a", ">2:b", ">3:c", "x"],
            &["h", ">1:a", ">4:d"],
            &["h", "a", "b", "c", "x", "d"],
        );
        check(
            &[">1:a", ">2:b", ">3:c"],
            &[">1:a", ">3:c", ">4:d"],
            &["a", "b", "c", "d"],
        );
    }

    #[test]
    fn a_message_that_waited_is_not_there_twice() {
        check(&[">1:a", ">b?"], &[">1:a", ">2:b", "x"], &["a", "b", "x"]);
        check(
            &[">1:a", ">b?"],
            &[">1:a", ">2:b\nc", "x"],
            &["a", "b\nc", "x"],
        );
    }

    #[test]
    fn ids_that_stand_for_many_things_tell_nothing() {
        check(
            &[">REDACTED:a", "x"],
            &[">REDACTED:a", "x", ">REDACTED:b"],
            &["a", "x", "b"],
        );
    }
}
