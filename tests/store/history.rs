//! Acts, what is refused, and undo.

use super::*;
use pushback::model::{Certainty, CharSpan, Cursor, Step, Violation};
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
fn every_broken_rule_is_refused_and_leaves_the_file_as_it_was() {
    let mut desk = Desk::new();
    let episode = desk.label(2);
    let coder = desk.ada.id;
    desk.act(
        &unit(3),
        &[Change::Verdict(Some(not_episode("truncation", None)))],
    )
    .unwrap();
    let before = dump(&desk.path());
    let mut check = |turn: u32, changes: &[Change], expected: &str| {
        let error = desk
            .study
            .act(coder, &unit(turn), changes, None, NOON)
            .unwrap_err();
        assert!(matches!(error, Error::Rule(_)), "{error:?}");
        assert_eq!(error.to_string(), expected);
        assert_eq!(dump(&desk.path()), before);
    };
    let of = |name: &str, codes: &[&str]| {
        field(
            episode,
            name,
            codes.iter().map(|code| Choice::of(code)).collect(),
        )
    };
    let choice = |attribute: Option<&str>, text: Option<&str>, code: &str| Choice {
        code: code.to_owned(),
        attribute: attribute.map(str::to_owned),
        text: text.map(str::to_owned),
    };
    let one = |name: &str, choice: Choice| field(episode, name, vec![choice]);
    check(2, &[of("mood", &["S1"])], "the codebook has no field mood");
    check(2, &[of("form", &["C1"])], "form has no code C1");
    check(2, &[of("form", &["S1", "S1"])], "S1 is chosen twice");
    check(
        2,
        &[of("cause", &["C1", "C2", "C3"])],
        "Cause takes at most 2",
    );
    check(
        2,
        &[of("severity", &["DS1", "DS2"])],
        "Severity takes at most 1",
    );
    check(
        2,
        &[of("form", &["S1", "S8"])],
        "S8 stands alone: no other code goes with it",
    );
    check(
        2,
        &[of("locus", &["DL1"])],
        "Locus applies only with DS2 or DS3",
    );
    check(
        2,
        &[one("cause", choice(Some("firm"), None, "C1"))],
        "Evidence tier has no value firm",
    );
    check(
        2,
        &[one("cause", choice(Some("direct"), None, "C7"))],
        "C7 takes no attribute",
    );
    check(
        2,
        &[one("form", choice(None, Some("a b c"), "S1"))],
        "S1 takes no text",
    );
    check(
        2,
        &[one("form", choice(None, Some("too short"), "S8"))],
        "S8 needs 3 to 8 words, and this has 2",
    );
    check(2, &[of("cause", &["C1"])], "C1 has no Evidence tier yet");
    check(2, &[of("status", &[])], "Status is still open");
    check(4, &[of("form", &["S1"])], "the episode does not exist here");
    let extra = |field: &str, value: &str| Change::Extra {
        episode,
        field: field.to_owned(),
        value: value.to_owned(),
    };
    check(
        2,
        &[extra("mood", "high")],
        "the codebook has no field mood",
    );
    check(
        2,
        &[extra("confidence", "firm")],
        "Confidence has no value firm",
    );
    let quoting = |id: Uuid, start: usize, text: &str| {
        let span = CharSpan { start, end: 4 };
        let quote = pushback::model::Quote {
            span,
            text: text.to_owned(),
            ..quote(2, "what")
        };
        let quote = Some(pushback::model::Quote {
            id: Uuid::nil(),
            ..quote
        });
        Change::Evidence { episode, id, quote }
    };
    check(2, &[quoting(Uuid::nil(), 4, "")], "the quotation is empty");
    check(
        2,
        &[quoting(Uuid::nil(), 0, "wha")],
        "the quotation is empty",
    );
    check(
        2,
        &[quoting(Uuid::max(), 0, "what")],
        "the quotation has another identity than its change",
    );
    let exists = |episode: Uuid, exists: bool| Change::Episode { episode, exists };
    check(2, &[exists(episode, false)], "there is no episode yet");
    check(
        3,
        &[exists(Uuid::now_v7(), true)],
        "there are episodes on this turn: remove them first",
    );
    let verdict = |verdict: Verdict| Change::Verdict(Some(verdict));
    check(4, &[verdict(Verdict::Episodes)], "there is no episode yet");
    check(
        2,
        &[verdict(not_episode("truncation", None))],
        "there are episodes on this turn: remove them first",
    );
    check(
        4,
        &[verdict(not_episode("boredom", None))],
        "the codebook has no reason boredom",
    );
    check(
        4,
        &[verdict(not_episode("truncation", Some("cut")))],
        "truncation takes no text",
    );
    check(
        4,
        &[verdict(not_episode("other", None))],
        "other has no text yet",
    );
    check(
        4,
        &[verdict(not_episode("other", Some("")))],
        "other needs 1 to 8 words, and this has 0",
    );
    // What comes before the bad change is not stored either.
    check(
        2,
        &[Change::Deferred(true), of("form", &["C1"])],
        "form has no code C1",
    );
}

fn not_episode(reason: &str, text: Option<&str>) -> Verdict {
    Verdict::NotEpisode {
        reason: reason.to_owned(),
        text: text.map(str::to_owned),
    }
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
