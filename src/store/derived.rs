//! The current labels as tables, rebuilt for one unit whenever its history grows.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row, Transaction};
use uuid::Uuid;

use super::{history, wire};
use crate::model::{
    Certainty, CharSpan, Choice, Decision, Difference, Entry, Episode, Quote, Settled, Settlement,
    TurnRef, Unit, Verdict, derive,
};

/// Rebuilds what the file says about one unit of one coder, and gives it.
pub(super) fn refresh(
    transaction: &Transaction,
    coder: Uuid,
    unit: &Unit,
) -> rusqlite::Result<Decision> {
    let entries = history::of_unit(transaction, coder, unit)?;
    let decision = derive(&entries);
    transaction
        .prepare_cached("DELETE FROM decision WHERE coder = ?1 AND session = ?2 AND turn = ?3")?
        .execute((coder.to_string(), &unit.session, unit.turn))?;
    let newest = entries.iter().max_by_key(|entry| (entry.time, entry.id));
    if let Some(newest) = newest.filter(|_| decision != Decision::default()) {
        insert(transaction, newest, &decision)?;
    }
    Ok(decision)
}

/// Writes a decision; `newest` is the row of the history that made it what it is.
fn insert(transaction: &Transaction, newest: &Entry, decision: &Decision) -> rusqlite::Result<()> {
    let (verdict, reason, text) = match &decision.verdict {
        None => (None, None, None),
        Some(Verdict::Episodes) => (Some(wire::EPISODES), None, None),
        Some(Verdict::NotEpisode { reason, text }) => {
            (Some(wire::NOT_EPISODE), Some(reason), text.as_ref())
        }
    };
    let (owner, unit) = (newest.coder.to_string(), &newest.unit);
    transaction
        .prepare_cached(
            "INSERT INTO decision (coder, session, turn, turn_hash, codebook, marked, verdict, reason, reason_text,
             deferred, memo, certainty, changed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?
        .execute((
            &owner,
            &unit.session,
            unit.turn,
            &unit.hash,
            &newest.codebook,
            decision.marked,
            verdict,
            reason,
            text,
            decision.deferred,
            &decision.memo,
            decision.certainty.map(Certainty::name),
            newest.time.0,
        ))?;
    for (position, episode) in (1..).zip(&decision.episodes) {
        transaction
            .prepare_cached("INSERT INTO episode (id, coder, session, turn, position) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute((episode.id.to_string(), &owner, &unit.session, unit.turn, position))?;
        insert_labels(transaction, episode, &newest.codebook)?;
        insert_evidence(transaction, episode)?;
    }
    for (what, settlement) in &decision.settled {
        insert_settlement(transaction, newest, what, settlement)?;
    }
    Ok(())
}

fn insert_settlement(
    transaction: &Transaction,
    newest: &Entry,
    what: &Settled,
    settlement: &Settlement,
) -> rusqlite::Result<()> {
    let (how, took) = wire::how_columns(settlement.how);
    transaction
        .prepare_cached(
            "INSERT INTO settlement (coder, session, turn, episode, field, how, took, reason, by)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute((
            newest.coder.to_string(),
            &newest.unit.session,
            newest.unit.turn,
            // A primary key takes no NULL: the verdict belongs to no episode.
            what.episode
                .map(|episode| episode.to_string())
                .unwrap_or_default(),
            &what.field,
            how,
            took.map(|coder| coder.to_string()),
            settlement.reason.map(Difference::name),
            settlement.by.to_string(),
        ))?;
    Ok(())
}

fn settlements(
    connection: &Connection,
    coder: &str,
    unit: &Unit,
) -> rusqlite::Result<BTreeMap<Settled, Settlement>> {
    let mut statement = connection.prepare_cached(
        "SELECT episode, field, how, took, reason, by FROM settlement
         WHERE coder = ?1 AND session = ?2 AND turn = ?3",
    )?;
    statement
        .query_map((coder, &unit.session, unit.turn), settlement)?
        .collect()
}

/// Reads episode, field, how, whose, why and by whom.
pub(super) fn settlement(row: &Row) -> rusqlite::Result<(Settled, Settlement)> {
    let episode: String = row.get(0)?;
    let how: String = row.get(2)?;
    let reason: Option<String> = row.get(4)?;
    let settlement = Settlement {
        how: wire::how(&how, wire::uuid_or_none(row, 3)?)
            .ok_or_else(|| wire::unreadable(2, "way to settle"))?,
        reason: reason.as_deref().and_then(Difference::from_name),
        by: wire::uuid(row, 5)?,
    };
    let episode = if episode.is_empty() {
        None
    } else {
        Some(wire::uuid(row, 0)?)
    };
    let settled = Settled {
        episode,
        field: row.get(1)?,
    };
    Ok((settled, settlement))
}

fn insert_labels(
    transaction: &Transaction,
    episode: &Episode,
    codebook: &str,
) -> rusqlite::Result<()> {
    let id = episode.id.to_string();
    for (field, choices) in &episode.fields {
        for (position, choice) in (1..).zip(choices) {
            transaction
                .prepare_cached(
                    "INSERT INTO label (episode, codebook, field, code, position, attribute, text)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute((
                    &id,
                    codebook,
                    field,
                    &choice.code,
                    position,
                    &choice.attribute,
                    &choice.text,
                ))?;
        }
    }
    for (field, value) in &episode.extras {
        transaction
            .prepare_cached(
                "INSERT INTO extra (episode, codebook, field, value) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute([&id, codebook, field, value])?;
    }
    Ok(())
}

fn insert_evidence(transaction: &Transaction, episode: &Episode) -> rusqlite::Result<()> {
    for quote in &episode.evidence {
        transaction
            .prepare_cached(
                "INSERT INTO evidence (id, episode, turn, start_char, end_char, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute((
                quote.id.to_string(),
                episode.id.to_string(),
                quote.turn.to_string(),
                quote.span.start,
                quote.span.end,
                &quote.text,
            ))?;
    }
    Ok(())
}

/// Reads a decision back from the tables, with the hash of the turn that it is about; `None` where they have
/// none.
pub(super) fn stored(
    connection: &Connection,
    coder: Uuid,
    unit: &Unit,
) -> rusqlite::Result<Option<(String, Decision)>> {
    let owner = coder.to_string();
    let found = connection
        .prepare_cached(
            "SELECT turn_hash, marked, verdict, reason, reason_text, deferred, memo, certainty FROM decision
             WHERE coder = ?1 AND session = ?2 AND turn = ?3",
        )?
        .query_row((&owner, &unit.session, unit.turn), |row| Ok((row.get(0)?, head(row)?)))
        .optional()?;
    let Some((hash, mut decision)) = found else {
        return Ok(None);
    };
    decision.episodes = connection
        .prepare_cached(
            "SELECT id FROM episode WHERE coder = ?1 AND session = ?2 AND turn = ?3 ORDER BY position",
        )?
        .query_map((&owner, &unit.session, unit.turn), |row| wire::uuid(row, 0))?
        .map(|id| episode(connection, id?))
        .collect::<rusqlite::Result<_>>()?;
    decision.settled = settlements(connection, &owner, unit)?;
    Ok(Some((hash, decision)))
}

/// Reads what a decision says of the unit itself, after the hash of its text.
pub(super) fn head(row: &Row) -> rusqlite::Result<Decision> {
    let verdict: Option<String> = row.get(2)?;
    let verdict = match (verdict.as_deref(), row.get(3)?) {
        (Some(wire::EPISODES), _) => Some(Verdict::Episodes),
        (Some(wire::NOT_EPISODE), Some(reason)) => Some(Verdict::NotEpisode {
            reason,
            text: row.get(4)?,
        }),
        _ => None,
    };
    let certainty: Option<String> = row.get(7)?;
    Ok(Decision {
        marked: row.get(1)?,
        verdict,
        deferred: row.get(5)?,
        memo: row.get(6)?,
        certainty: certainty.as_deref().and_then(Certainty::from_name),
        episodes: Vec::new(),
        settled: BTreeMap::new(),
    })
}

fn episode(connection: &Connection, id: Uuid) -> rusqlite::Result<Episode> {
    let owner = id.to_string();
    let mut fields: BTreeMap<String, Vec<Choice>> = BTreeMap::new();
    let mut statement = connection.prepare_cached(
        "SELECT field, code, attribute, text FROM label WHERE episode = ?1 ORDER BY field, position",
    )?;
    let mut rows = statement.query([&owner])?;
    while let Some(row) = rows.next()? {
        let choice = Choice {
            code: row.get(1)?,
            attribute: row.get(2)?,
            text: row.get(3)?,
        };
        fields.entry(row.get(0)?).or_default().push(choice);
    }
    let extras = connection
        .prepare_cached("SELECT field, value FROM extra WHERE episode = ?1")?
        .query_map([&owner], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let evidence = connection
        .prepare_cached(
            "SELECT id, turn, start_char, end_char, text FROM evidence WHERE episode = ?1 ORDER BY id",
        )?
        .query_map([&owner], quote)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Episode {
        id,
        fields,
        extras,
        evidence,
    })
}

/// Reads a quotation: id, turn, start, end and words.
pub(super) fn quote(row: &Row) -> rusqlite::Result<Quote> {
    let turn: String = row.get(1)?;
    Ok(Quote {
        id: wire::uuid(row, 0)?,
        turn: TurnRef::parse(&turn).ok_or_else(|| wire::unreadable(1, "turn"))?,
        span: CharSpan {
            start: row.get(2)?,
            end: row.get(3)?,
        },
        text: row.get(4)?,
    })
}
