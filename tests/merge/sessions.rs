//! Which sessions the files share, and whose recording is taken.

use super::*;

#[test]
fn sessions_are_told_apart_by_the_files_that_have_them() {
    let desk = Desk::new();
    let all = ["loom", "wool", "felt"].map(|key| session(key, &TURNS));
    desk.coder("a.db", ("anna", 1), &all[..2]);
    desk.coder("b.db", ("bea", 2), &all);
    desk.coder("c.db", ("cyd", 3), &all[..1]);
    let (found, _) = desk.merge(&["a.db", "b.db", "c.db"], "m.db");
    let found = found.sessions;
    assert_eq!((found.total, found.same), (3, 1));
    assert_eq!(
        (found.only[0].input, found.only[0].sessions[0].as_str()),
        (1, "felt")
    );
    assert_eq!(
        (
            found.partly[0].session.as_str(),
            &found.partly[0].inputs[..]
        ),
        ("wool", &[0, 1][..])
    );
    assert_eq!(findings(&desk.read("m.db")), Vec::<String>::new());
}

#[test]
fn the_longer_recording_is_taken_whatever_the_order() {
    let desk = Desk::new();
    desk.coder("a.db", ("anna", 1), &[session("loom", &TURNS[..2])]);
    let mut bea = desk.coder("b.db", ("bea", 2), &[session("loom", &TURNS)]);
    bea.label(&unit("loom", &TURNS, 4));
    drop(bea);
    let (found, one) = desk.merge(&["a.db", "b.db"], "m.db");
    let longer = &found.sessions.longer[0];
    assert_eq!(
        (
            longer.taken,
            longer.developer_turns,
            longer.other,
            longer.others
        ),
        (1, 4, 0, 2)
    );
    assert_eq!((found.sessions.same, found.other_words.len()), (0, 0));
    let (_, other) = desk.merge(&["b.db", "a.db"], "n.db");
    assert_eq!(one, other);
    assert_eq!(
        desk.read("m.db").recordings().unwrap(),
        desk.read("b.db").recordings().unwrap()
    );
}

#[test]
fn a_text_that_differs_is_named_from_its_first_turn_on() {
    let desk = Desk::new();
    let other = [TURNS[0], TURNS[1], "something else", TURNS[3], "and more"];
    let mut anna = desk.coder("a.db", ("anna", 1), &[session("loom", &TURNS)]);
    desk.coder("b.db", ("bea", 2), &[session("loom", &other)]);
    anna.label(&unit("loom", &TURNS, 2));
    anna.label(&unit("loom", &TURNS, 3));
    anna.label(&unit("loom", &TURNS, 4));
    drop(anna);
    let (found, _) = desk.merge(&["a.db", "b.db"], "m.db");
    let differs = &found.sessions.differs[0];
    assert_eq!((differs.from, differs.taken, differs.other), (3, 1, 0));
    // The turns that are the same still match; the label of the other one is named.
    let words = &found.other_words;
    assert_eq!(
        (words.len(), words[0].coder.as_str(), words[0].turn),
        (1, "anna", 3)
    );
    let expected =
        "anna, session loom, developer turn 3: the turn's text is not the one that was labelled";
    assert_eq!(findings(&desk.read("m.db")), [expected]);
}

#[test]
fn a_copy_without_transcripts_takes_the_text_from_the_other_file() {
    let desk = Desk::new();
    let sessions = [session("loom", &TURNS)];
    let mut anna = desk.coder("a.db", ("anna", 1), &sessions);
    anna.label(&unit("loom", &TURNS, 2));
    anna.study
        .write_labels_only(&desk.path("labels.db"))
        .unwrap();
    drop(anna);
    let mut bea = desk.coder("b.db", ("bea", 2), &sessions);
    bea.label(&unit("loom", &TURNS, 2));
    drop(bea);
    let (found, sparse) = desk.merge(&["labels.db", "b.db"], "m.db");
    assert_eq!(
        (found.inputs[0].with_text, found.inputs[1].with_text),
        (0, 1)
    );
    assert_eq!(found.sessions.same, 1);
    let (_, whole) = desk.merge(&["a.db", "b.db"], "n.db");
    assert_eq!(sparse, whole);
}

#[test]
fn studies_without_any_session_are_merged_by_their_keys() {
    let desk = Desk::new();
    let mut anna = desk.coder("a.db", ("anna", 1), &[]);
    anna.label(&unit("loom", &TURNS, 2));
    drop(anna);
    let mut bea = desk.coder("b.db", ("bea", 2), &[session("wool", &TURNS)]);
    bea.label(&unit("wool", &TURNS, 2));
    drop(bea);
    let (found, _) = desk.merge(&["a.db", "b.db"], "m.db");
    assert_eq!(found.sessions.without_text, ["loom"]);
    assert_eq!((found.sessions.total, found.sessions.same), (1, 1));
    assert_eq!(desk.read("m.db").whole_history().unwrap().len(), 12);
}

#[test]
fn other_marks_of_the_detector_are_named() {
    let desk = Desk::new();
    let recorded = session("loom", &TURNS);
    desk.coder("a.db", ("anna", 1), std::slice::from_ref(&recorded));
    let mut bea = desk.coder("b.db", ("bea", 2), &[]);
    bea.study
        .import(&[(recorded, Vec::new())], "none 1")
        .unwrap();
    drop(bea);
    let (found, one) = desk.merge(&["a.db", "b.db"], "m.db");
    assert_eq!(found.sessions.marks_differ, ["loom"]);
    assert_eq!(found.sessions.same, 1);
    assert_eq!(one, desk.merge(&["b.db", "a.db"], "n.db").1);
}

/// The limit of keys: who labels a session before another one of the same id arrives keeps the plain key for it.
#[test]
fn labels_of_sessions_whose_keys_are_exchanged_are_named() {
    let texts = [&TURNS[..], &["knit a hat", "too small"]];
    let mut sessions = texts.map(|texts| session("loom", texts));
    sessions.sort_by_key(|own| text_hash(&own.turns[0].text));
    let [smaller, larger] = sessions;
    let desk = Desk::new();
    let mut anna = desk.coder("a.db", ("anna", 1), std::slice::from_ref(&larger));
    let labelled = Unit {
        session: "loom".to_owned(),
        turn: 2,
        hash: text_hash(&larger.turns[2].text),
    };
    anna.label(&labelled);
    add(&mut anna.study, &smaller);
    drop(anna);
    desk.coder("b.db", ("bea", 2), &[larger, smaller]);
    let (found, one) = desk.merge(&["a.db", "b.db"], "m.db");
    let differs: Vec<usize> = found.sessions.differs.iter().map(|own| own.from).collect();
    assert!(differs.contains(&1), "{differs:?}");
    let (_, other) = desk.merge(&["b.db", "a.db"], "n.db");
    assert_eq!(one, other);
}
