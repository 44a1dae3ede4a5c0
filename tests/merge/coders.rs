//! Who is who, and what `--as` says about it.

use super::*;

fn labelled(desk: &Desk, name: &str, coder: (&str, u128), turn: u32) {
    let mut coder = desk.coder(name, coder, &[session("loom", &TURNS)]);
    coder.label(&unit("loom", &TURNS, turn));
}

fn coders(desk: &Desk, name: &str) -> Vec<(String, u128, usize)> {
    let study = desk.read(name);
    let rows = |id| study.history(id).unwrap().len();
    let coders = study.coders().unwrap().into_iter();
    coders
        .map(|own| (own.name, own.id.as_u128(), rows(own.id)))
        .collect()
}

fn named(name: &str, id: u128, rows: usize) -> (String, u128, usize) {
    (name.to_owned(), id, rows)
}

#[test]
fn one_coder_in_both_files_has_the_union_of_both_histories() {
    let desk = Desk::new();
    labelled(&desk, "a.db", ("anna", 1), 2);
    std::fs::copy(desk.path("a.db"), desk.path("b.db")).unwrap();
    for (name, turn) in [("a.db", 3), ("b.db", 4)] {
        let study = Study::open_to_write(&desk.path(name), OWNER).unwrap();
        let id = Uuid::from_u128(1);
        Coder { study, id }.label(&unit("loom", &TURNS, turn));
    }
    let (found, _) = desk.merge(&["a.db", "b.db"], "m.db");
    assert_eq!((found.rows, found.shared), (18, 6));
    assert_eq!(found.coders[0].inputs, [0, 1]);
    let merged = desk.read("m.db");
    assert_eq!(coders(&desk, "m.db"), [named("anna", 1, 18)]);
    assert_eq!(
        merged.sessions(Some(Uuid::from_u128(1))).unwrap()[0].decided,
        3
    );
    assert_eq!(findings(&merged), Vec::<String>::new());
}

#[test]
fn two_coders_of_one_name_are_one_person_or_two() {
    let desk = Desk::new();
    labelled(&desk, "a.db", ("anna", 7), 2);
    labelled(&desk, "b.db", ("anna", 3), 3);
    let files = ["a.db", "b.db"];
    let what = "a.db:anna and b.db:anna are two coders of one name";
    let hint = "one person: --as b.db:anna=a.db:anna; two people: --as b.db:anna=anna2";
    let refused = desk.refused(&files, &Options::default());
    assert_eq!(refused, [(what.to_owned(), hint.to_owned())]);

    desk.merge_with(&files, "one.db", &same(&["b.db:anna=a.db:anna"]))
        .unwrap();
    assert_eq!(coders(&desk, "one.db"), [named("anna", 3, 12)]);
    desk.merge_with(&files, "two.db", &same(&["b.db:anna=anna2"]))
        .unwrap();
    assert_eq!(
        coders(&desk, "two.db"),
        [named("anna", 7, 6), named("anna2", 3, 6)]
    );
    // Whoever of the two is named first, and whichever file comes first.
    desk.merge_with(
        &["b.db", "a.db"],
        "again.db",
        &same(&["a.db:anna=b.db:anna"]),
    )
    .unwrap();
    assert_eq!(dump(&desk.path("again.db")), dump(&desk.path("one.db")));
    for name in ["one.db", "two.db"] {
        assert_eq!(findings(&desk.read(name)), Vec::<String>::new());
    }
}

#[test]
fn merging_again_needs_the_same_word_and_changes_nothing() {
    let desk = Desk::new();
    labelled(&desk, "a.db", ("anna", 7), 2);
    labelled(&desk, "b.db", ("bea", 3), 3);
    desk.merge_with(&["a.db", "b.db"], "m.db", &same(&["b.db:bea=a.db:anna"]))
        .unwrap();
    let refused = desk.refused(&["m.db", "b.db"], &Options::default());
    let whats: Vec<&str> = refused.iter().map(|own| own.0.as_str()).collect();
    assert_eq!(
        whats,
        ["m.db:anna and b.db:bea are one coder under two names"]
    );
    let refused = desk.refused(&["m.db", "a.db"], &Options::default());
    assert_eq!(
        refused[0].0,
        "m.db:anna and a.db:anna are two coders of one name"
    );
    let again = same(&["a.db:anna=m.db:anna", "b.db:bea=anna"]);
    desk.merge_with(&["m.db", "a.db", "b.db"], "n.db", &again)
        .unwrap();
    assert_eq!(dump(&desk.path("n.db")), dump(&desk.path("m.db")));
}

#[test]
fn one_coder_under_two_names_gets_one() {
    let desk = Desk::new();
    labelled(&desk, "a.db", ("anna", 1), 2);
    labelled(&desk, "b.db", ("Anna B.", 1), 3);
    let refused = desk.refused(&["a.db", "b.db"], &Options::default());
    let what = "a.db:anna and 'b.db:Anna B.' are one coder under two names";
    let hint = "choose one: --as 'b.db:Anna B.'=anna";
    assert_eq!(refused, [(what.to_owned(), hint.to_owned())]);
    desk.merge_with(&["a.db", "b.db"], "m.db", &same(&["Anna B.=anna"]))
        .unwrap();
    assert_eq!(coders(&desk, "m.db"), [named("anna", 1, 12)]);
}

#[test]
fn rows_of_one_id_by_two_coders_are_refused() {
    let desk = Desk::new();
    labelled(&desk, "a.db", ("anna", 1), 2);
    std::fs::copy(desk.path("a.db"), desk.path("b.db")).unwrap();
    let plain = rusqlite::Connection::open(desk.path("b.db")).unwrap();
    let other = Uuid::from_u128(5).to_string();
    plain
        .execute_batch(&format!(
            "PRAGMA foreign_keys = OFF; DROP TRIGGER history_is_never_changed;
             UPDATE coder SET id = '{other}', name = 'bea'; UPDATE history SET coder = '{other}';
             CREATE TRIGGER history_is_never_changed BEFORE UPDATE ON history
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;"
        ))
        .unwrap();
    drop(plain);
    let refused = desk.refused(&["a.db", "b.db"], &Options::default());
    let what = "a.db:anna and b.db:bea have the same row of history, about D2 of session loom";
    assert_eq!(
        refused[0],
        (
            what.to_owned(),
            "if they are one person: --as b.db:bea=a.db:anna".to_owned()
        )
    );
    desk.merge_with(&["a.db", "b.db"], "m.db", &same(&["b.db:bea=a.db:anna"]))
        .unwrap();
    assert_eq!(coders(&desk, "m.db"), [named("anna", 1, 6)]);
}

#[test]
fn two_golds_and_two_kinds_are_refused() {
    let desk = Desk::new();
    let kinds = [
        ("a.db", "g", CoderKind::Gold),
        ("b.db", "gold", CoderKind::Gold),
        ("c.db", "m", CoderKind::Model),
    ];
    for (number, (name, coder, kind)) in (1..).zip(kinds) {
        let mut study = Study::create(&desk.path(name), &codebook(), OWNER).unwrap();
        study.coder(coder, kind, Uuid::from_u128(number)).unwrap();
    }
    let refused = desk.refused(&["a.db", "b.db"], &Options::default());
    let what = "a.db:g and b.db:gold are both gold, and a study has one gold at most";
    assert_eq!(
        refused,
        [(
            what.to_owned(),
            "if they are to be one: --as b.db:gold=a.db:g".to_owned()
        )]
    );
    let refused = desk.refused(&["a.db", "c.db"], &same(&["c.db:m=a.db:g"]));
    assert_eq!(
        refused[0].0,
        "a.db:g is gold and c.db:m is model, under one id"
    );
}

#[test]
fn a_word_about_nobody_is_a_wrong_call() {
    let desk = Desk::new();
    labelled(&desk, "a.db", ("anna", 1), 2);
    labelled(&desk, "b.db", ("bea", 2), 3);
    let check = |text: &str, expected: &str| {
        let wrong = desk
            .merge_with(&["a.db", "b.db"], "m.db", &same(&[text]))
            .unwrap_err();
        assert_eq!(wrong.what, expected);
        assert_eq!(wrong.hint, "the coders are a.db:anna, b.db:bea");
    };
    check("cyd=anna", "no file has a coder cyd");
    check("b.db:anna=bea", "no file has a coder b.db:anna");
    check("anna", "--as takes OLD=NEW, and anna is no such thing");
    check("anna= ", "--as anna=  gives no name");
    check("", "--as takes OLD=NEW, and  is no such thing");
    check("=", "no file has a coder ");
}

#[test]
fn names_may_hold_the_signs_of_an_option() {
    let desk = Desk::new();
    labelled(&desk, "a.db", ("a=b:c", 1), 2);
    labelled(&desk, "b.db", ("bea", 2), 3);
    desk.merge_with(&["a.db", "b.db"], "m.db", &same(&["a.db:a=b:c=x=y"]))
        .unwrap();
    assert_eq!(
        coders(&desk, "m.db"),
        [named("bea", 2, 6), named("x=y", 1, 6)]
    );
}
