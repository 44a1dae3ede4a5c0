//! Files whose rows cannot be what this program wrote, and what is in the way of the new one.

use super::*;

/// Two labelled studies, the second one changed by hand, and what a merge of them says.
fn after(sql: &str) -> Vec<String> {
    let desk = Desk::new();
    for (name, coder) in [("a.db", ("anna", 1)), ("b.db", ("bea", 2))] {
        let mut coder = desk.coder(name, coder, &[session("loom", &TURNS)]);
        coder.label(&unit("loom", &TURNS, 2));
        coder.label(&unit("loom", &TURNS, 3));
    }
    let plain = rusqlite::Connection::open(desk.path("b.db")).unwrap();
    let trigger = "CREATE TRIGGER history_is_never_changed BEFORE UPDATE ON history
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;";
    plain
        .execute_batch(&format!(
            "PRAGMA foreign_keys = OFF; DROP TRIGGER history_is_never_changed; {sql}; {trigger}"
        ))
        .unwrap();
    drop(plain);
    let refused = desk.refused(&["a.db", "b.db"], &Options::default());
    refused.into_iter().map(|own| own.0).collect()
}

#[test]
fn rows_that_refer_to_nothing_are_refused() {
    let check = |sql: &str, expected: &str| {
        let found = after(sql);
        let expected = format!("b.db has rows that are not right {expected}");
        assert_eq!(found.first(), Some(&expected), "{found:?}");
    };
    let coder = Uuid::from_u128(9);
    check(
        &format!("UPDATE history SET coder = '{coder}'"),
        "(12): a row names a coder who is not there",
    );
    check(
        "UPDATE history SET codebook = 'x'",
        "(12): a row names a codebook that is not there",
    );
    let form = |value: &str| {
        format!("UPDATE history SET value = '{value}' WHERE slot = 'field' AND name = 'form'")
    };
    check(&form(r#"[{"code":"S99"}]"#), "(2): form has no code S99");
    check(
        &form(r#"[{"code":"S1"},{"code":"S1"}]"#),
        "(2): S1 is chosen twice",
    );
    check(
        &form(r#"[{"code":"S1","attribute":"direct"}]"#),
        "(2): form has no value direct",
    );
    check(
        "UPDATE history SET name = 'colour' WHERE name = 'form'",
        "(2): the codebook has no field colour",
    );
    check(
        r#"UPDATE history SET value = '{"verdict":"not an episode","reason":"bored"}' WHERE slot = 'verdict'"#,
        "(2): the codebook has no reason bored",
    );
    let settled = format!(
        r#"UPDATE history SET slot = 'settled', name = 'verdict',
           value = '{{"how":"agreed","by":"{coder}"}}' WHERE slot = 'verdict'"#
    );
    check(&settled, "(2): a row names a coder who is not there");
}

#[test]
fn an_episode_on_two_turns_is_refused() {
    let found = after(
        "UPDATE history SET episode = (SELECT min(episode) FROM history) WHERE episode IS NOT NULL",
    );
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("the labels of bea on D3 of session loom do not fit: the id "),
        "{found:?}"
    );
}

#[test]
fn rows_of_one_id_that_say_two_things_are_refused() {
    let desk = Desk::new();
    let mut anna = desk.coder("a.db", ("anna", 1), &[]);
    anna.act(&unit("loom", &TURNS, 2), &[Change::Memo("one".to_owned())]);
    drop(anna);
    std::fs::copy(desk.path("a.db"), desk.path("b.db")).unwrap();
    let plain = rusqlite::Connection::open(desk.path("b.db")).unwrap();
    plain
        .execute_batch(
            "DROP TRIGGER history_is_never_changed; UPDATE history SET value = '\"two\"';
CREATE TRIGGER history_is_never_changed BEFORE UPDATE ON history
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;",
        )
        .unwrap();
    drop(plain);
    let refused = desk.refused(&["a.db", "b.db"], &Options::default());
    assert!(
        refused[0]
            .0
            .starts_with("a.db and b.db disagree about the row "),
        "{refused:?}"
    );
}

#[test]
fn a_quotation_of_words_that_are_not_there_is_stored_and_named() {
    let desk = Desk::new();
    let mut anna = desk.coder("a.db", ("anna", 1), &[session("loom", &TURNS)]);
    let episode = anna.label(&unit("loom", &TURNS, 2));
    let mut quote = crate::store::quote(2, "agent did");
    quote.turn = TurnRef::developer(1);
    let id = quote.id;
    let quote = Some(quote);
    anna.act(
        &unit("loom", &TURNS, 2),
        &[Change::Evidence { episode, id, quote }],
    );
    drop(anna);
    desk.coder("b.db", ("bea", 2), &[session("loom", &TURNS)]);
    desk.merge(&["a.db", "b.db"], "m.db");
    let expected = "anna, session loom, developer turn 2: a quotation does not stand in D1";
    assert_eq!(findings(&desk.read("m.db")), [expected]);
}
