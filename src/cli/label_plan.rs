//! What the records of a label file change in a study: each session looked up, its turns compared with what the coder
//! has there.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::failure::Failure;
use super::label_outcome::{Noted, Outcome};
use super::quotations::Texts;
use crate::model::{
    Change, Coder, Decision, Gathered, HeldTo, LabelRecord, OpenSession, Quote, SessionRow,
    Standing, Unit, Verdict, changes_towards, gather,
};
use crate::store::Study;

/// How much of a session's key names it.
const SHORTEST: usize = 8;

/// The records about one turn.
pub(super) type ByTurn<'a> = BTreeMap<u32, Vec<&'a LabelRecord>>;

/// Sorts the records by session, as its place among the rows, and turn.
pub(super) fn by_session<'a>(
    rows: &[SessionRow],
    records: &[&'a LabelRecord],
    outcome: &mut Outcome,
) -> BTreeMap<usize, ByTurn<'a>> {
    let mut keys: Vec<(&str, usize)> = rows.iter().map(|row| row.key.as_str()).zip(0..).collect();
    keys.sort_unstable();
    let mut sessions: BTreeMap<usize, ByTurn> = BTreeMap::new();
    for record in records {
        let Some((session, turn)) = record.unit.turn() else {
            outcome.refuse(
                record.line,
                "the unit names no turn; in a study it reads SESSION#D12",
            );
            continue;
        };
        match session_of(&keys, session) {
            Ok(row) => sessions
                .entry(row)
                .or_default()
                .entry(turn)
                .or_default()
                .push(record),
            Err(why) => outcome.refuse(record.line, why),
        }
    }
    sessions
}

/// Finds a session by its key, or by a beginning of it that no other has.
fn session_of(keys: &[(&str, usize)], wanted: &str) -> Result<usize, String> {
    let first = keys.partition_point(|(key, _)| *key < wanted);
    let mut found = keys[first..]
        .iter()
        .take_while(|(key, _)| key.starts_with(wanted));
    match (found.next(), found.next()) {
        (Some((key, row)), _) if *key == wanted => Ok(*row),
        (Some((_, row)), None) if wanted.chars().count() >= SHORTEST => Ok(*row),
        (Some(_), Some(_)) => Err(format!(
            "several sessions have a key that begins with {wanted}"
        )),
        (Some(_), None) => Err(format!(
            "the study has no session {wanted}; the beginning of a key has at least {SHORTEST} characters"
        )),
        (None, _) => Err(format!("the study has no session {wanted}")),
    }
}

/// What is to be written about one turn.
pub(super) struct Planned {
    pub(super) unit: Unit,
    pub(super) changes: Vec<Change>,
    pub(super) lines: Vec<u64>,
    pub(super) is_new: bool,
}

/// Gives what the records about one session change.
pub(super) fn plan(
    study: &Study,
    coder: &Coder,
    row: &SessionRow,
    turns: &ByTurn,
    outcome: &mut Outcome,
) -> Result<Vec<Planned>, Failure> {
    let session = study.open_session(row, Some(coder.id))?;
    let mut texts = Texts::of(study, row, &session);
    let mut planned = Vec::new();
    for (turn, records) in turns {
        let Some(unit) = session.unit(*turn) else {
            let why = format!("session {} has no developer turn {turn}", row.key);
            for own in records {
                outcome.refuse(own.line, why.clone());
            }
            continue;
        };
        let records = of_this_text(&unit, records, outcome);
        let mut quotes = Vec::new();
        for record in &records {
            quotes.push(find_quotes(&mut texts, record, *turn, outcome)?);
        }
        let gathered = gather(study.codebook(), &records, &quotes, HeldTo::AllRules);
        planned.extend(plan_turn(
            study, &session, unit, &records, gathered, outcome,
        ));
    }
    Ok(planned)
}

/// Gives the records that were made about the words that the turn has here.
fn of_this_text<'a>(
    unit: &Unit,
    records: &[&'a LabelRecord],
    outcome: &mut Outcome,
) -> Vec<&'a LabelRecord> {
    let is_same = |own: &LabelRecord| own.hash.as_ref().is_none_or(|hash| *hash == unit.hash);
    let (same, other): (Vec<&LabelRecord>, Vec<&LabelRecord>) =
        records.iter().partition(|own| is_same(own));
    for record in other {
        let why = format!(
            "D{} has another text here than the one that was labelled",
            unit.turn
        );
        outcome.refuse(record.line, why);
    }
    same
}

fn find_quotes(
    texts: &mut Texts,
    record: &LabelRecord,
    turn: u32,
    outcome: &mut Outcome,
) -> Result<Vec<Quote>, Failure> {
    let mut found = Vec::new();
    for quote in record.episode.iter().flat_map(|own| &own.evidence) {
        let place = texts.find(quote, turn)?;
        let standing = match place.as_ref().map(|(_, standing)| standing) {
            Some(Standing::Exact) => {
                outcome.quotations.exact += 1;
                None
            }
            Some(Standing::ButForBlanks) => {
                outcome.quotations.but_for_blanks += 1;
                Some("equal but for blanks")
            }
            None => {
                outcome.quotations.not_found += 1;
                Some("not found")
            }
        };
        outcome
            .quotations_noted
            .extend(standing.map(|standing| Noted {
                line: record.line,
                standing,
                text: quote.text.clone(),
            }));
        found.extend(place.map(|(quote, _)| quote));
    }
    Ok(found)
}

/// Gives what leads from the coder's decision on a turn to the one that the records say; `None` where it is the same.
fn plan_turn(
    study: &Study,
    session: &OpenSession,
    unit: Unit,
    records: &[&LabelRecord],
    gathered: Gathered,
    outcome: &mut Outcome,
) -> Option<Planned> {
    let refused: BTreeSet<u64> = gathered.refused.iter().map(|(line, _)| *line).collect();
    for (line, why) in gathered.refused {
        outcome.refuse(line, why);
    }
    if gathered.taken == 0 {
        return None;
    }
    let none = Decision::default();
    let before = session.decisions.get(&unit.turn).unwrap_or(&none);
    let after = completed(session, &unit, before, gathered.decision);
    outcome.taken += gathered.taken;
    outcome.episodes += after.episodes.len();
    outcome.not_episodes += usize::from(matches!(after.verdict, Some(Verdict::NotEpisode { .. })));
    let changes = changes_towards(study.codebook(), before, &after, Uuid::now_v7);
    if changes.is_empty() {
        outcome.turns.same += 1;
        return None;
    }
    let lines = records.iter().map(|own| own.line);
    Some(Planned {
        unit,
        changes,
        lines: lines.filter(|line| !refused.contains(line)).collect(),
        is_new: *before == none,
    })
}

/// Adds to what the records say what they are silent about: the coder's own notes stay, and a turn with episodes is
/// marked by hand where the detector did not mark it, as it is when a coder begins one there.
fn completed(session: &OpenSession, unit: &Unit, before: &Decision, said: Decision) -> Decision {
    let mut after = said;
    if after.memo.is_empty() {
        after.memo.clone_from(&before.memo);
    }
    after.certainty = after.certainty.or(before.certainty);
    after.marked = after.marked.or(before.marked);
    let is_silent = after.marked.is_none() && !after.episodes.is_empty();
    if is_silent && !session.is_candidate(unit.turn) {
        after.marked = Some(true);
    }
    after
}
