//! The changes that lead from one decision to another: what an import writes where a coder would press keys.

use uuid::Uuid;

use super::codebook::Codebook;
use super::label::{Change, Decision, Episode, Quote};

/// Gives the changes that make a decision another one, in an order in which each passes the rules; none where it
/// says the same already.
///
/// Episodes are the same by their place, and quotations by turn, place and words: the ids in `after` do not count.
/// `new_id` gives the ids of what is made new, in ascending order.
pub fn changes_towards(
    codebook: &Codebook,
    before: &Decision,
    after: &Decision,
    mut new_id: impl FnMut() -> Uuid,
) -> Vec<Change> {
    let mut changes = Vec::new();
    let superfluous = before.episodes.iter().skip(after.episodes.len());
    changes.extend(superfluous.map(|own| Change::Episode {
        episode: own.id,
        exists: false,
    }));
    for (place, wanted) in after.episodes.iter().enumerate() {
        if let Some(own) = before.episodes.get(place) {
            of_episode(codebook, own, wanted, &mut new_id, &mut changes);
        } else {
            let own = Episode::new(new_id());
            changes.push(Change::Episode {
                episode: own.id,
                exists: true,
            });
            of_episode(codebook, &own, wanted, &mut new_id, &mut changes);
        }
    }
    of_unit(before, after, &mut changes);
    changes
}

fn of_unit(before: &Decision, after: &Decision, changes: &mut Vec<Change>) {
    if before.marked != after.marked {
        changes.push(Change::Marked(after.marked));
    }
    if before.deferred != after.deferred {
        changes.push(Change::Deferred(after.deferred));
    }
    if before.memo != after.memo {
        changes.push(Change::Memo(after.memo.clone()));
    }
    if before.certainty != after.certainty {
        changes.push(Change::Certainty(after.certainty));
    }
    // Last: a verdict is given on what stands there then.
    if before.verdict != after.verdict {
        changes.push(Change::Verdict(after.verdict.clone()));
    }
}

fn of_episode(
    codebook: &Codebook,
    own: &Episode,
    wanted: &Episode,
    new_id: &mut impl FnMut() -> Uuid,
    changes: &mut Vec<Change>,
) {
    let set = |field: &str| Change::Field {
        episode: own.id,
        field: field.to_owned(),
        choices: wanted.choices(field).to_vec(),
    };
    // What goes first may no longer apply after what comes; what comes applies only after the field before it.
    let gone = own
        .fields
        .keys()
        .filter(|field| !wanted.fields.contains_key(*field));
    changes.extend(gone.map(|field| set(field)));
    let other = codebook.fields().filter(|field| {
        let choices = wanted.choices(&field.id);
        !choices.is_empty() && choices != own.choices(&field.id)
    });
    changes.extend(other.map(|field| set(&field.id)));
    let extra = |field: &String, value: &str| Change::Extra {
        episode: own.id,
        field: field.clone(),
        value: value.to_owned(),
    };
    let gone = own
        .extras
        .keys()
        .filter(|field| !wanted.extras.contains_key(*field));
    changes.extend(gone.map(|field| extra(field, "")));
    let other = wanted
        .extras
        .iter()
        .filter(|(field, value)| own.extras.get(*field) != Some(value));
    changes.extend(other.map(|(field, value)| extra(field, value)));
    of_evidence(own, wanted, new_id, changes);
}

/// Keeps the quotations that both begin with; the order of the others is that in which they are taken anew.
fn of_evidence(
    own: &Episode,
    wanted: &Episode,
    new_id: &mut impl FnMut() -> Uuid,
    changes: &mut Vec<Change>,
) {
    let is_same = |one: &Quote, other: &Quote| {
        (one.turn, one.span, &one.text) == (other.turn, other.span, &other.text)
    };
    let pairs = own.evidence.iter().zip(&wanted.evidence);
    let kept = pairs.take_while(|(one, other)| is_same(one, other)).count();
    for quote in &own.evidence[kept..] {
        changes.push(Change::Evidence {
            episode: own.id,
            id: quote.id,
            quote: None,
        });
    }
    for quote in &wanted.evidence[kept..] {
        let id = new_id();
        changes.push(Change::Evidence {
            episode: own.id,
            id,
            quote: Some(Quote {
                id,
                ..quote.clone()
            }),
        });
    }
}
