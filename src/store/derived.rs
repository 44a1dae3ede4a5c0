//! The current labels as tables, rebuilt for one unit whenever its history grows.

use rusqlite::Transaction;
use uuid::Uuid;

use super::{history, wire};
use crate::model::{Decision, Episode, Unit, Verdict, derive};

/// Rebuilds what the file says about one unit of one coder, and gives it.
pub(super) fn refresh(
    transaction: &Transaction,
    coder: Uuid,
    unit: &Unit,
) -> rusqlite::Result<Decision> {
    let entries = history::of_unit(transaction, coder, unit)?;
    let decision = derive(&entries);
    let owner = coder.to_string();
    transaction
        .prepare_cached("DELETE FROM decision WHERE coder = ?1 AND session = ?2 AND turn = ?3")?
        .execute((&owner, &unit.session, unit.turn))?;
    let newest = entries.iter().max_by_key(|entry| (entry.time, entry.id));
    let Some(newest) = newest.filter(|_| decision != Decision::default()) else {
        return Ok(decision);
    };
    let (verdict, reason, text) = match &decision.verdict {
        None => (None, None, None),
        Some(Verdict::Episodes) => (Some(wire::EPISODES), None, None),
        Some(Verdict::NotEpisode { reason, text }) => {
            (Some(wire::NOT_EPISODE), Some(reason), text.as_ref())
        }
    };
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
            decision.certainty.map(crate::model::Certainty::name),
            newest.time.0,
        ))?;
    for (position, episode) in (1..).zip(&decision.episodes) {
        transaction
            .prepare_cached("INSERT INTO episode (id, coder, session, turn, position) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute((episode.id.to_string(), &owner, &unit.session, unit.turn, position))?;
        insert_labels(transaction, episode, &newest.codebook)?;
    }
    Ok(decision)
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
    for quote in &episode.evidence {
        transaction
            .prepare_cached(
                "INSERT INTO evidence (id, episode, turn, start_char, end_char, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute((
                quote.id.to_string(),
                &id,
                quote.turn.to_string(),
                quote.span.start,
                quote.span.end,
                &quote.text,
            ))?;
    }
    Ok(())
}
