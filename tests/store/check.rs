//! What `check` finds in a study that something else has written to.

use super::*;

fn after(sql: &str) -> Vec<String> {
    let mut desk = Desk::new();
    desk.label(2);
    assert_eq!(findings(&desk.study), [""; 0]);
    let connection = desk.plain();
    connection
        .execute_batch("DROP TRIGGER history_is_never_changed")
        .unwrap();
    connection.execute_batch(sql).unwrap();
    findings(&desk.study)
}

#[test]
fn a_change_by_hand_is_found() {
    let drift = "the tables say something else than the history";
    let check = |sql: &str, expected: &str| {
        let found = after(sql);
        assert!(
            found.iter().any(|line| line.contains(expected)),
            "{sql}: {found:?}"
        );
        assert!(
            found
                .iter()
                .any(|line| line.starts_with("ada, session loom, developer turn 2: ")),
            "{found:?}"
        );
    };
    check("UPDATE label SET code = 'S1' WHERE field = 'form'", drift);
    check("UPDATE label SET attribute = NULL", drift);
    check("UPDATE decision SET memo = 'mine'", drift);
    check("UPDATE decision SET verdict = NULL", drift);
    check("UPDATE decision SET turn_hash = '0'", drift);
    check("UPDATE evidence SET text = 'others did'", drift);
    check(
        "DELETE FROM extra; DELETE FROM label; DELETE FROM evidence; DELETE FROM episode; DELETE FROM decision",
        drift,
    );
    check(
        "UPDATE history SET value = '[{\"code\":\"S9\"}]' WHERE name = 'form'",
        "form has no code S9",
    );
    check(
        "UPDATE history SET value = '[]' WHERE name = 'status'",
        "Status is still open",
    );
    check(
        "UPDATE turn SET hash = '0' WHERE ordinal = 2",
        "the turn's text is not the one that was labelled",
    );
    check(
        "UPDATE turn SET ordinal = 9 WHERE ordinal = 2",
        "the study has no such turn",
    );
}

#[test]
fn a_label_that_the_history_never_made_is_found() {
    let found = after("UPDATE decision SET turn = 3; UPDATE episode SET turn = 3");
    let expected =
        "ada, session loom, developer turn 3: the tables have a label that the history has not";
    assert!(found.iter().any(|line| line == expected), "{found:?}");
}

#[test]
fn a_quotation_that_does_not_stand_in_the_transcript_is_found() {
    let mut desk = Desk::new();
    let episode = Uuid::now_v7();
    let quote = pushback::model::Quote {
        text: "agent hid".to_owned(),
        ..quote(2, "agent did")
    };
    let evidence = Change::Evidence {
        episode,
        id: quote.id,
        quote: Some(quote),
    };
    let exists = Change::Episode {
        episode,
        exists: true,
    };
    desk.act(&unit(2), &[exists, evidence]).unwrap();
    let expected = "ada, session loom, developer turn 2: a quotation does not stand in A2";
    assert_eq!(findings(&desk.study), [expected]);
}

#[test]
fn a_row_that_refers_to_nothing_is_found() {
    let found = after("DELETE FROM coder");
    assert!(
        found
            .iter()
            .any(|line| line.contains("a row of history refers to something that is not there"))
    );
}

#[test]
fn a_study_without_transcripts_has_its_labels_checked() {
    let found = after("DELETE FROM mark; DELETE FROM turn; DELETE FROM session");
    assert_eq!(found, [""; 0]);
}
