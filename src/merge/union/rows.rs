//! The rows of all histories: their union, and what must hold before labels are derived from it.
//!
//! A file from somebody else may say anything. What would break the tables of the merged study is refused here,
//! with a sentence; what only breaks a rule of the codebook is stored, and `check` lists it.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use uuid::Uuid;

use super::people::People;
use super::sessions::Turns;
use super::{OtherWords, Refusal};
use crate::model::{Change, Choice, Codebook, Decision, Entry, How, Verdict, derive};

/// The union of some histories.
pub(super) struct Rows {
    /// All rows, by id.
    pub(super) entries: Vec<Entry>,
    /// How many of them stand in more than one history.
    pub(super) shared: usize,
}

type Books = BTreeMap<String, Codebook>;

/// What to do about a file with rows that this program has not written.
const CHANGED: &str = "the file was changed by another program or is damaged: ask for it again";

/// Unites some histories; `names` are the names of their files.
pub(super) fn unite(
    histories: Vec<Vec<Entry>>,
    people: &People,
    books: &Books,
    names: &[String],
    refusals: &mut Vec<Refusal>,
) -> Rows {
    let mut all: Vec<(usize, Entry)> = Vec::new();
    for (input, history) in histories.into_iter().enumerate() {
        let mut wrong: Option<(usize, String)> = None;
        for mut entry in history {
            if let Some(what) = misfit(&entry, people, books) {
                let count = wrong.as_ref().map_or(0, |(count, _)| *count);
                let first = wrong.map_or(what, |(_, first)| first);
                wrong = Some((count + 1, first));
            }
            rename(&mut entry, people);
            all.push((input, entry));
        }
        refusals.extend(wrong.map(|(count, what)| Refusal {
            what: format!(
                "{} has rows that are not right ({count}): {what}",
                names[input]
            ),
            hint: CHANGED.to_owned(),
        }));
    }
    all.sort_by_key(|(input, entry)| (entry.id, *input));
    fold(all, people, names, refusals)
}

/// Keeps each row once, and refuses rows of one id that say two things.
fn fold(
    all: Vec<(usize, Entry)>,
    people: &People,
    names: &[String],
    refusals: &mut Vec<Refusal>,
) -> Rows {
    let mut entries: Vec<Entry> = Vec::with_capacity(all.len());
    let (mut owner, mut is_shared, mut shared) = (0, false, 0);
    let mut contradiction: Option<Refusal> = None;
    for (input, entry) in all {
        let Some(last) = entries.last().filter(|last| last.id == entry.id) else {
            (owner, is_shared) = (input, false);
            entries.push(entry);
            continue;
        };
        if *last != entry && contradiction.is_none() {
            contradiction = Some(contradicts((owner, last), (input, &entry), people, names));
        }
        shared += usize::from(!is_shared);
        is_shared = true;
    }
    refusals.extend(contradiction);
    Rows { entries, shared }
}

fn contradicts(
    (one, row): (usize, &Entry),
    (other, same): (usize, &Entry),
    people: &People,
    names: &[String],
) -> Refusal {
    let files = format!("{} and {}", names[one], names[other]);
    let place = format!("D{} of session {}", row.unit.turn, row.unit.session);
    let written = |input, coder| people.written(input, coder);
    if row.coder != same.coder
        && let (Some(first), Some(second)) = (written(one, row.coder), written(other, same.coder))
    {
        return Refusal {
            what: format!("{first} and {second} have the same row of history, about {place}"),
            hint: format!("if they are one person: --as {second}={first}"),
        };
    }
    Refusal {
        what: format!(
            "{files} disagree about the row {} of history, about {place}",
            row.id
        ),
        hint: "one of the files was changed by another program, or two merges recoded differently"
            .to_owned(),
    }
}

/// Gives a row's coders the ids that they have in the union.
fn rename(entry: &mut Entry, people: &People) {
    let united = |id: Uuid| people.id(id).unwrap_or(id);
    entry.coder = united(entry.coder);
    if let Change::Settled {
        settlement: Some(settlement),
        ..
    } = &mut entry.change
    {
        settlement.by = united(settlement.by);
        if let How::Took(coder) = &mut settlement.how {
            *coder = united(*coder);
        }
    }
}

/// Says what in a row refers to nothing. A cleared slot may: a recoding clears what the codebook that is taken has no
/// place for, and a merge of what it wrote must go on.
fn misfit(entry: &Entry, people: &People, books: &Books) -> Option<String> {
    let named = [Some(entry.coder)]
        .into_iter()
        .chain(settlers(&entry.change));
    if named.flatten().any(|coder| people.id(coder).is_none()) {
        return Some("a row names a coder who is not there".to_owned());
    }
    let Some(book) = books.get(&entry.codebook) else {
        return Some("a row names a codebook that is not there".to_owned());
    };
    match &entry.change {
        change if *change == change.cleared() => None,
        Change::Field { field, choices, .. } => misfit_of_field(book, field, choices),
        Change::Extra { field, .. } => misfit_of_extra(book, field),
        Change::Verdict(verdict) => misfit_of_verdict(book, verdict.as_ref()),
        Change::Evidence {
            quote: Some(quote), ..
        } if quote.span.start >= quote.span.end || i64::try_from(quote.span.end).is_err() => {
            Some("a quotation has no place".to_owned())
        }
        _ => None,
    }
}

fn settlers(change: &Change) -> [Option<Uuid>; 2] {
    match change {
        Change::Settled {
            settlement: Some(own),
            ..
        } => match own.how {
            How::Took(coder) => [Some(own.by), Some(coder)],
            _ => [Some(own.by), None],
        },
        _ => [None, None],
    }
}

fn misfit_of_field(book: &Codebook, field: &str, choices: &[Choice]) -> Option<String> {
    let Some(own) = book.field(field) else {
        return Some(format!("the codebook has no field {field}"));
    };
    for (at, choice) in choices.iter().enumerate() {
        let code = &choice.code;
        if own.code(code).is_none() {
            return Some(format!("{field} has no code {code}"));
        }
        if choices[..at].iter().any(|earlier| earlier.code == *code) {
            return Some(format!("{code} is chosen twice"));
        }
        if let Some(value) = &choice.attribute {
            let mut values = own.attribute.iter().flat_map(|own| &own.values);
            if !values.any(|known| known.id == *value) {
                return Some(format!("{field} has no value {value}"));
            }
        }
    }
    None
}

fn misfit_of_extra(book: &Codebook, field: &str) -> Option<String> {
    let is_unknown = book.extra(field).is_none();
    is_unknown.then(|| format!("the codebook has no optional field {field}"))
}

fn misfit_of_verdict(book: &Codebook, verdict: Option<&Verdict>) -> Option<String> {
    match verdict {
        Some(Verdict::NotEpisode { reason, .. }) if book.reason(reason).is_none() => {
            Some(format!("the codebook has no reason {reason}"))
        }
        _ => None,
    }
}

/// Refuses labels that, derived from the united rows, could not stand in the tables.
pub(super) fn check_units(
    entries: &[Entry],
    books: &Books,
    people: &People,
    refusals: &mut Vec<Refusal>,
) {
    let mut order: Vec<&Entry> = entries.iter().collect();
    order.sort_by_key(|own| (own.coder, &own.unit.session, own.unit.turn));
    let same = |a: &&Entry, b: &&Entry| {
        (a.coder, &a.unit.session, a.unit.turn) == (b.coder, &b.unit.session, b.unit.turn)
    };
    let mut seen = HashSet::new();
    for rows in order.chunk_by(same) {
        let owned: Vec<Entry> = rows.iter().map(|row| (*row).clone()).collect();
        let Some(newest) = owned.iter().max_by_key(|row| (row.time, row.id)) else {
            continue;
        };
        let decision = derive(&owned);
        let book = books.get(&newest.codebook);
        let wrong = book.and_then(|book| misfit_of_decision(book, &decision));
        let wrong = wrong.or_else(|| taken_twice(&decision, &mut seen));
        if let Some(what) = wrong {
            let (coder, unit) = (people.name(newest.coder), &newest.unit);
            refusals.push(Refusal {
                what: format!(
                    "the labels of {coder} on D{} of session {} do not fit: {what}",
                    unit.turn, unit.session
                ),
                hint: CHANGED.to_owned(),
            });
            return;
        }
    }
}

fn misfit_of_decision(book: &Codebook, decision: &Decision) -> Option<String> {
    let of_episodes = decision.episodes.iter().find_map(|episode| {
        let mut fields = episode.fields.iter();
        let mut extras = episode.extras.keys();
        fields
            .find_map(|(field, choices)| misfit_of_field(book, field, choices))
            .or_else(|| extras.find_map(|field| misfit_of_extra(book, field)))
    });
    of_episodes.or_else(|| misfit_of_verdict(book, decision.verdict.as_ref()))
}

/// Says where an id stands on two turns: episodes and quotations are known by their ids alone.
fn taken_twice(decision: &Decision, seen: &mut HashSet<Uuid>) -> Option<String> {
    let quotes = decision.episodes.iter().flat_map(|own| &own.evidence);
    let mut ids = decision
        .episodes
        .iter()
        .map(|own| own.id)
        .chain(quotes.map(|quote| quote.id));
    let twice = ids.find(|id| !seen.insert(*id));
    twice.map(|id| format!("the id {id} is taken twice"))
}

/// Gives the labels whose turns have other words in the recordings that are taken, or are not in them.
pub(super) fn other_words(entries: &[Entry], turns: &Turns, people: &People) -> Vec<OtherWords> {
    let mut found = BTreeSet::new();
    for entry in entries {
        let unit = &entry.unit;
        let known = turns.get(&unit.session).filter(|own| !own.is_empty());
        let Some(hashes) = known else {
            continue;
        };
        let at = usize::try_from(unit.turn).unwrap_or(0).checked_sub(1);
        let stands = at.and_then(|at| hashes.get(at)) == Some(&unit.hash);
        if !stands {
            found.insert((entry.coder, &unit.session, unit.turn));
        }
    }
    let mut named: Vec<OtherWords> = found
        .into_iter()
        .map(|(coder, session, turn)| OtherWords {
            coder: people.name(coder).to_owned(),
            session: session.clone(),
            turn,
        })
        .collect();
    named.sort();
    named
}

/// Gives the sessions that have labels and that nobody holds.
pub(super) fn unknown_sessions(entries: &[Entry], turns: &Turns) -> Vec<String> {
    let all: BTreeSet<&str> = entries
        .iter()
        .map(|own| own.unit.session.as_str())
        .collect();
    let unknown = all.into_iter().filter(|key| !turns.contains_key(*key));
    unknown.map(str::to_owned).collect()
}
