//! What `check` finds in a study that something else has written to.

use std::os::unix::fs::PermissionsExt;

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

/// Gives what is found where the sqlite3 library was told to look away.
fn forced(sql: &str) -> Vec<String> {
    let desk = Desk::new();
    let path = desk.path();
    drop(desk.study);
    let plain = Connection::open(&path).unwrap();
    plain
        .execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
        .unwrap();
    plain.execute_batch(sql).unwrap();
    plain.close().unwrap();
    let found = findings(&Study::open_to_read(&path).unwrap());
    // The same of a file that may not be written to.
    let own = std::fs::Permissions::from_mode(0o400);
    std::fs::set_permissions(&path, own).unwrap();
    assert_eq!(findings(&Study::open_to_read(&path).unwrap()), found);
    let place = format!("{}: ", path.display());
    let line = |line: String| line.strip_prefix(&place).unwrap_or(&line).to_owned();
    found.into_iter().map(line).collect()
}

#[test]
fn a_row_that_its_table_would_not_take_is_named() {
    let check = |sql: &str, expected: &str| assert_eq!(forced(sql), [expected], "{sql}");
    check(
        "UPDATE session SET developer_turns = -4",
        "row 1 of session is not as it must be: CHECK constraint failed: developer_turns >= 0",
    );
    check(
        "UPDATE turn SET kind = 'shout' WHERE id = 3",
        "row 3 of turn is not as it must be: CHECK constraint failed: \
         kind IN ('prompt', 'command', 'steering', 'refusal', 'answer')",
    );
    check(
        "INSERT INTO mark VALUES (77, 0.5, 1, '[]', 'x')",
        "a row of mark refers to something that is not there: row 77 names no row of turn",
    );
    // What SQLite itself refuses to write: a table of another make is filled, and then called by its name.
    let other = |old: &str, new: &str, change: &str| {
        format!(
            "PRAGMA writable_schema = ON;
             UPDATE sqlite_schema SET sql = replace(sql, '{old}', '{new}') WHERE name = 'turn';
             PRAGMA writable_schema = RESET; {change};
             PRAGMA writable_schema = ON;
             UPDATE sqlite_schema SET sql = replace(sql, '{new}', '{old}') WHERE name = 'turn';
             PRAGMA writable_schema = RESET"
        )
    };
    check(
        &other(
            "hash      TEXT NOT NULL",
            "hash      TEXT",
            "UPDATE turn SET hash = NULL WHERE id = 2",
        ),
        "row 2 of turn is not as it must be: NOT NULL constraint failed: turn.hash",
    );
    check(
        &other(
            "bytes     INTEGER NOT NULL",
            "bytes     ANY NOT NULL",
            "UPDATE turn SET bytes = 'many' WHERE id = 5",
        ),
        "row 5 of turn is not as it must be: cannot store TEXT value in INTEGER column turn.bytes",
    );
}

#[test]
fn what_makes_the_labels_unreadable_is_named() {
    let desk = Desk::new();
    let plain = desk.plain();
    plain
        .execute_batch("PRAGMA ignore_check_constraints = ON; UPDATE coder SET kind = 'robot'")
        .unwrap();
    let error = desk.study.check().unwrap_err().to_string();
    let reason = format!("row {} of coder is not as it must be: CHECK", desk.ada.id);
    assert!(error.contains(&reason), "{error}");
}
