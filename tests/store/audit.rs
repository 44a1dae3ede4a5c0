//! The audit sample: what is drawn, when, and what it counts.

use pushback::model::{Change, CoderKind, Mark};
use pushback::store::{Audit, NoDraw, Study, Turns};
use uuid::Uuid;

use super::{Desk, NOON, OWNER, codebook, not_episode, session};

/// Forty sessions of six developer turns, of which each second one is marked.
fn sessions() -> Vec<(pushback::model::Session, Vec<Mark>)> {
    let texts: Vec<String> = (1..=12).map(|turn| format!("turn {turn}")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mark = |turn: u32| Mark {
        turn,
        score: f64::from(turn % 2),
        pushback: turn.is_multiple_of(2),
        cues: Vec::new(),
    };
    (1..=40)
        .map(|number| {
            let session = session(&format!("s{number:02}"), &texts);
            let turns = u32::try_from(session.developer_turns().count()).unwrap();
            (session, (1..=turns).map(mark).collect())
        })
        .collect()
}

/// A study of these sessions in a folder of its own.
fn study(sessions: &[(pushback::model::Session, Vec<Mark>)]) -> (tempfile::TempDir, Study) {
    let folder = tempfile::tempdir().unwrap();
    let mut study = Study::create(&folder.path().join("study.db"), &codebook(), OWNER).unwrap();
    study.import(sessions, "a test").unwrap();
    (folder, study)
}

fn all(turns: &Turns) -> Vec<(String, u32)> {
    let own = |(key, turns): (&String, &std::collections::BTreeSet<u32>)| {
        let key = key.clone();
        turns
            .iter()
            .map(move |turn| (key.clone(), *turn))
            .collect::<Vec<_>>()
    };
    turns.iter().flat_map(own).collect()
}

#[test]
fn two_machines_draw_the_same_turns_and_a_larger_sample_holds_the_smaller_one() {
    let mut own = sessions();
    let (_one, mut one) = study(&own);
    own.reverse();
    let (_other, mut other) = study(&own);
    let small = one.draw_audit(10, Some(7)).unwrap();
    assert_eq!((small.len(), small.seed), (10, 7));
    let turns: u64 = one
        .sessions(None)
        .unwrap()
        .iter()
        .map(|row| u64::from(row.developer_turns - row.candidates))
        .sum();
    assert_eq!(small.population, turns);
    assert_eq!(other.draw_audit(10, Some(7)).unwrap(), small);
    assert_eq!(one.draw_audit(10, None).unwrap(), small);
    assert_eq!(one.draw_audit(3, None).unwrap(), small);
    let large = one.draw_audit(25, None).unwrap();
    assert_eq!(large.len(), 25);
    assert!(
        all(&small.turns)
            .iter()
            .all(|turn| all(&large.turns).contains(turn))
    );
    assert_eq!(one.audit().unwrap(), Some(large.clone()));
    assert_ne!(other.draw_audit(25, None).unwrap().turns, small.turns);
    let (_third, mut third) = study(&own);
    assert_ne!(third.draw_audit(25, Some(8)).unwrap().turns, large.turns);
}

#[test]
fn every_unmarked_turn_is_as_likely_to_be_drawn() {
    let own = sessions();
    let mut counts = std::collections::BTreeMap::new();
    let mut population = 0;
    for seed in 0..40 {
        let (_folder, mut study) = study(&own[..4]);
        let drawn = study.draw_audit(4, Some(seed)).unwrap();
        population = drawn.population;
        for turn in all(&drawn.turns) {
            assert!(!turn.1.is_multiple_of(2), "{turn:?} is marked");
            *counts.entry(turn).or_insert(0_u32) += 1;
        }
    }
    // 160 draws among them: nobody is left out, and nobody drawn all the time.
    assert_eq!(counts.len() as u64, population);
    assert!(
        counts.values().all(|count| *count < 40 * 3 / 4),
        "{counts:?}"
    );
    assert!(
        counts.keys().any(|(_, turn)| *turn == 1),
        "first turns belong to it"
    );
}

#[test]
fn what_a_person_has_decided_or_marked_is_not_drawn() {
    let (_folder, mut study) = study(&sessions()[..1]);
    let ada = study
        .coder("ada", CoderKind::Human, Uuid::now_v7())
        .unwrap();
    let row = study.sessions(None).unwrap().remove(0);
    let unit = study.open_session(&row, None).unwrap().unit(3).unwrap();
    let mark = Change::Marked(Some(true));
    study.act(ada.id, &unit, &[mark], None, NOON).unwrap();
    let drawn = study.draw_audit(99, None).unwrap();
    let unmarked = row.developer_turns - row.candidates;
    assert_eq!(drawn.population, u64::from(unmarked) - 1);
    assert_eq!(all(&drawn.before), [(row.key.clone(), 3)]);
    assert!(!all(&drawn.turns).contains(&(row.key, 3)));
}

#[test]
fn what_a_model_says_takes_no_turn_away() {
    let (_folder, mut study) = study(&sessions()[..1]);
    let judge = study
        .coder("judge", CoderKind::Model, Uuid::now_v7())
        .unwrap();
    let row = study.sessions(None).unwrap().remove(0);
    let unit = study.open_session(&row, None).unwrap().unit(1).unwrap();
    study
        .act(judge.id, &unit, &[Change::Marked(Some(true))], None, NOON)
        .unwrap();
    let drawn = study.draw_audit(99, None).unwrap();
    assert!(drawn.before.is_empty());
    assert!(all(&drawn.turns).contains(&(row.key, 1)));
}

#[test]
fn a_study_that_has_grown_asks_for_a_sample_that_speaks_for_all() {
    let own = sessions();
    let (_folder, mut study) = study(&own[..4]);
    let before = study.draw_audit(6, None).unwrap();
    assert!(!study.has_grown(&before).unwrap());
    study.import(&own[4..], "a test").unwrap();
    assert!(study.has_grown(&before).unwrap());
    // The same number changes nothing.
    assert_eq!(study.draw_audit(6, None).unwrap(), before);
    let Err(NoDraw::Grown { needed }) = study.draw_audit(7, None) else {
        panic!("a sample of the first sessions alone was taken for one of all");
    };
    let drawn = study.draw_audit(needed, None).unwrap();
    assert_eq!(drawn.len(), needed);
    assert!(
        all(&before.turns)
            .iter()
            .all(|turn| all(&drawn.turns).contains(turn))
    );
    assert!(!study.has_grown(&drawn).unwrap());
}

#[test]
fn another_seed_and_a_study_with_nothing_to_draw_are_refused() {
    let (_folder, mut study) = study(&sessions()[..1]);
    study.draw_audit(1, Some(3)).unwrap();
    let error = study.draw_audit(2, Some(4)).unwrap_err().to_string();
    assert_eq!(
        error,
        "the study's audit sample was drawn with seed 3, not 4"
    );
    let folder = tempfile::tempdir().unwrap();
    let mut empty = Study::create(&folder.path().join("s.db"), &codebook(), OWNER).unwrap();
    assert!(matches!(empty.draw_audit(1, None), Err(NoDraw::Nothing)));
}

#[test]
fn a_turn_that_is_marked_later_stays_in_the_sample() {
    let (folder, mut study) = study(&sessions()[..2]);
    let drawn = study.draw_audit(3, None).unwrap();
    drop(study);
    let path = folder.path().join("study.db");
    let plain = rusqlite::Connection::open(&path).unwrap();
    plain.execute_batch("UPDATE mark SET pushback = 1").unwrap();
    drop(plain);
    let mut study = Study::open_to_write(&path, OWNER).unwrap();
    assert!(study.has_grown(&drawn).unwrap());
    assert_eq!(study.draw_audit(3, None).unwrap(), drawn);
    assert!(matches!(
        study.draw_audit(4, None),
        Err(NoDraw::Nothing | NoDraw::Remarked)
    ));
}

#[test]
fn the_sample_counts_as_turns_to_decide_and_is_told_apart() {
    let mut desk = Desk::new();
    let rows = |desk: &Desk| desk.study.sessions(Some(desk.ada.id)).unwrap().remove(0);
    let before = rows(&desk);
    let audit = desk.study.draw_audit(1, None).unwrap();
    assert_eq!(rows(&desk).candidates, before.candidates + 1);
    let turn = *audit.turns["loom"].first().unwrap();
    let open = desk
        .study
        .open_session(&rows(&desk), Some(desk.ada.id))
        .unwrap();
    assert!(open.is_candidate(turn) && open.audited.contains(&turn));
    desk.label(turn);
    let reason = desk.study.codebook().reasons[0].id.clone();
    let marked = *desk.study.proposed().unwrap()["loom"].first().unwrap();
    let verdict = Change::Verdict(Some(not_episode(&reason, None)));
    desk.act(&super::unit(marked), &[verdict]).unwrap();
    let tally = desk.study.audit_tally(desk.ada.id, Some(&audit)).unwrap();
    assert_eq!((tally.found, tally.by_hand), (0, 0));
    assert_eq!(tally.open, u64::from(before.candidates) - 1);
    assert_eq!(
        rows(&desk).decided,
        1 + u32::try_from(tally.decided).unwrap()
    );
    assert_eq!(super::findings(&desk.study), [""; 0]);
}

#[test]
fn a_copy_without_transcripts_has_the_sample_too() {
    let (folder, mut study) = study(&sessions()[..2]);
    let drawn: Audit = study.draw_audit(3, None).unwrap();
    let path = folder.path().join("labels.db");
    study.write_labels_only(&path).unwrap();
    let copy = Study::open_to_read(&path).unwrap();
    assert_eq!(copy.audit().unwrap(), Some(drawn.clone()));
    assert!(!copy.has_grown(&drawn).unwrap());
}

#[test]
fn a_damaged_sample_is_an_error_and_no_panic() {
    let desk = Desk::new();
    desk.plain()
        .execute(
            "INSERT INTO meta (name, value) VALUES ('audit', 'rubbish')",
            [],
        )
        .unwrap();
    let error = desk.study.sessions(Some(desk.ada.id)).unwrap_err();
    assert!(
        format!("{error:?}").contains("sample of turns to audit"),
        "{error:?}"
    );
}
