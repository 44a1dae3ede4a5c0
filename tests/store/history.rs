//! Acts, what is refused, and undo.

use super::*;
use pushback::model::{Certainty, Cursor, Step, Violation};
use std::collections::BTreeSet;

#[test]
fn an_act_is_stored_whole_with_where_the_coder_stands() {
    let mut desk = Desk::new();
    let (episode, coder) = (Uuid::now_v7(), desk.ada.id);
    let cursor = Cursor {
        session: "loom".to_owned(),
        turn: 2,
        episode: Some(episode),
        step: Step::Attribute {
            field: "cause".to_owned(),
            code: "C1".to_owned(),
        },
        adding: false,
    };
    let changes = complete(episode);
    let saved = desk
        .study
        .act(coder, &unit(2), &changes, Some(&cursor), NOON)
        .unwrap();
    assert_eq!(saved.changes, changes);
    let desk = desk.reopen();
    assert_eq!(
        desk.study.decision(coder, &unit(2)).unwrap(),
        saved.decision
    );
    assert_eq!(desk.study.cursor(coder).unwrap(), Some(cursor));
    let history = desk.study.history(coder).unwrap();
    assert_eq!(
        history.iter().map(|row| &row.change).collect::<Vec<_>>(),
        changes.iter().collect::<Vec<_>>()
    );
    assert_eq!(
        history
            .iter()
            .map(|row| row.act)
            .collect::<BTreeSet<_>>()
            .len(),
        1
    );
    assert!(
        history
            .iter()
            .all(|row| row.time == NOON && row.unit == unit(2))
    );
}

#[test]
fn a_field_that_no_longer_applies_goes_in_the_same_act() {
    let mut desk = Desk::new();
    let episode = Uuid::now_v7();
    let severity = |code: &str| field(episode, "severity", vec![Choice::of(code)]);
    let mut changes = complete(episode);
    changes.extend([
        severity("DS2"),
        field(episode, "locus", vec![Choice::of("DL1")]),
    ]);
    desk.act(&unit(2), &changes).unwrap();
    let refused = desk.act(&unit(2), &[severity("DS1")]).unwrap_err();
    assert!(matches!(
        refused,
        Error::Rule(Violation::DoesNotApply { .. })
    ));
    desk.act(
        &unit(2),
        &[severity("DS1"), field(episode, "locus", Vec::new())],
    )
    .unwrap();
}

#[test]
fn what_was_broken_by_hand_can_be_mended() {
    let mut desk = Desk::new();
    let episode = desk.label(2);
    let row = "UPDATE history SET value = '[{\"code\":\"S9\"}]' WHERE name = 'form'";
    desk.plain()
        .execute_batch(&format!("DROP TRIGGER history_is_never_changed; {row}"))
        .unwrap();
    assert_eq!(findings(&desk.study).len(), 2);
    desk.act(&unit(2), &[field(episode, "form", vec![Choice::of("S1")])])
        .unwrap();
    assert_eq!(findings(&desk.study), [""; 0]);
}

#[test]
fn a_turn_of_its_own_marks_counts_as_a_candidate() {
    let mut desk = Desk::new();
    let progress = |desk: &Desk| {
        let row = desk.study.sessions(Some(desk.ada.id)).unwrap().remove(0);
        (row.candidates, row.decided, row.deferred)
    };
    assert_eq!(progress(&desk), (3, 0, 0));
    desk.act(&unit(1), &[Change::Marked(Some(true))]).unwrap();
    desk.act(&unit(2), &[Change::Marked(Some(false))]).unwrap();
    desk.act(
        &unit(3),
        &[Change::Marked(Some(true)), Change::Deferred(true)],
    )
    .unwrap();
    desk.label(4);
    assert_eq!(progress(&desk), (3, 1, 1));
    desk.act(
        &unit(3),
        &[Change::Verdict(Some(not_episode("truncation", None)))],
    )
    .unwrap();
    assert_eq!(progress(&desk), (3, 2, 0));
    assert_eq!(desk.study.verdicts(desk.ada.id).unwrap(), (1, 1));
}

#[test]
fn undo_and_redo_walk_over_units_and_survive_reopening() {
    let mut desk = Desk::new();
    let coder = desk.ada.id;
    desk.label(2);
    let certain = [
        Change::Certainty(Some(Certainty::High)),
        Change::Memo("twice".to_owned()),
    ];
    desk.act(&unit(3), &certain).unwrap();
    let labelled = desk.study.decision(coder, &unit(2)).unwrap();
    assert_eq!(desk.study.undo(coder, NOON).unwrap().unwrap().unit, unit(3));
    let mut desk = desk.reopen();
    let saved = desk.study.undo(coder, NOON).unwrap().unwrap();
    assert_eq!(
        (saved.unit, saved.decision),
        (unit(2), pushback::model::Decision::default())
    );
    assert_eq!(desk.study.undo(coder, NOON).unwrap(), None);
    let mut desk = desk.reopen();
    assert_eq!(
        desk.study.redo(coder, NOON).unwrap().unwrap().decision,
        labelled
    );
    desk.act(&unit(4), &[Change::Deferred(true)]).unwrap();
    assert_eq!(desk.study.redo(coder, NOON).unwrap(), None);
    assert_eq!(findings(&desk.study), [""; 0]);
}

#[test]
fn one_coders_undo_leaves_the_other_coder_alone() {
    let mut desk = Desk::new();
    let bo = desk
        .study
        .coder("bo", CoderKind::Model, Uuid::now_v7())
        .unwrap();
    desk.label(2);
    desk.study
        .act(bo.id, &unit(2), &[Change::Deferred(true)], None, NOON)
        .unwrap();
    desk.study.undo(desk.ada.id, NOON).unwrap().unwrap();
    assert!(desk.study.decision(bo.id, &unit(2)).unwrap().deferred);
    assert_eq!(desk.study.undo(desk.ada.id, NOON).unwrap(), None);
}

#[test]
fn the_last_key_wins_when_the_clock_goes_backwards() {
    let mut desk = Desk::new();
    let coder = desk.ada.id;
    for (memo, time) in [
        ("first", NOON.0),
        ("second", NOON.0 - 86_400_000),
        ("third", i64::MIN),
    ] {
        let change = [Change::Memo(memo.to_owned())];
        desk.study
            .act(coder, &unit(2), &change, None, Timestamp(time))
            .unwrap();
    }
    assert_eq!(desk.study.decision(coder, &unit(2)).unwrap().memo, "third");
    let times: Vec<i64> = desk
        .study
        .history(coder)
        .unwrap()
        .iter()
        .map(|row| row.time.0)
        .collect();
    assert_eq!(times, [NOON.0, NOON.0 + 1, NOON.0 + 2]);
    assert_eq!(
        desk.study
            .undo(coder, Timestamp(0))
            .unwrap()
            .unwrap()
            .decision
            .memo,
        "second"
    );
}

#[test]
fn a_clock_at_the_end_of_time_is_no_panic() {
    let mut desk = Desk::new();
    let coder = desk.ada.id;
    for memo in ["first", "second"] {
        let change = [Change::Memo(memo.to_owned())];
        desk.study
            .act(coder, &unit(2), &change, None, Timestamp(i64::MAX))
            .unwrap();
    }
    assert_eq!(desk.study.decision(coder, &unit(2)).unwrap().memo, "second");
    assert_eq!(desk.study.pace(coder).unwrap(), None);
}

#[test]
fn rows_of_the_history_stay_as_they_are() {
    let mut desk = Desk::new();
    desk.label(2);
    let before = dump(&desk.path());
    let connection = desk.plain();
    let refused = |sql: &str| {
        let error = connection.execute_batch(sql).unwrap_err();
        assert!(
            error.to_string().contains("history is append-only"),
            "{error}"
        );
    };
    refused("UPDATE history SET value = 'null'");
    refused("DELETE FROM history");
    let replaced = "INSERT OR REPLACE INTO history SELECT id, act, kind, reverts, coder, time + 1, session, turn,
                    turn_hash, slot, episode, name, value, codebook FROM history";
    connection.execute_batch(replaced).unwrap();
    assert_eq!(dump(&desk.path()), before);
}

#[test]
fn the_tables_refuse_a_code_that_the_codebook_has_not() {
    let mut desk = Desk::new();
    desk.label(2);
    let connection = desk.plain();
    connection
        .execute_batch("PRAGMA foreign_keys = ON")
        .unwrap();
    let refused = |sql: &str| {
        let error = connection.execute_batch(sql).unwrap_err();
        assert!(error.to_string().contains("FOREIGN KEY"), "{sql}: {error}");
    };
    refused("UPDATE label SET code = 'S9' WHERE field = 'form'");
    refused("UPDATE label SET attribute = 'firm' WHERE field = 'cause'");
    refused("UPDATE decision SET verdict = 'not an episode', reason = 'boredom'");
    refused("INSERT INTO place VALUES ('nobody', 'loom', 1, NULL, '{}')");
}

#[test]
fn an_unknown_coder_cannot_write() {
    let mut desk = Desk::new();
    let before = dump(&desk.path());
    let nobody = Uuid::now_v7();
    desk.study
        .act(nobody, &unit(2), &[Change::Deferred(true)], None, NOON)
        .unwrap_err();
    assert_eq!(dump(&desk.path()), before);
}
