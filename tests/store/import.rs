//! Sessions into the study: again, grown, different, and in any order.

use super::*;
use pushback::model::{Cursor, Step};

/// Gives a study without sessions.
fn empty() -> (TempDir, Study) {
    let folder = tempfile::tempdir().unwrap();
    let study = Study::create(&folder.path().join("study.db"), &codebook(), OWNER).unwrap();
    (folder, study)
}

fn words(study: &Study) -> Vec<(String, Vec<String>)> {
    let rows = study.sessions(None).unwrap();
    let of = |row: &pushback::model::SessionRow| {
        let turns = study.turns(row, 0, 100).unwrap();
        (
            row.key.clone(),
            turns.into_iter().map(|turn| turn.text).collect(),
        )
    };
    rows.iter().map(of).collect()
}

#[test]
fn what_comes_out_is_what_went_in() {
    let (_folder, mut study) = empty();
    let given = session("loom", &TURNS);
    assert_eq!(would_add(&study, &given), Added::New);
    assert_eq!(add(&mut study, &given), Added::New);
    let row = &study.sessions(None).unwrap()[0];
    assert_eq!(study.turns(row, 0, 100).unwrap(), given.turns);
    assert_eq!(study.turns(row, 3, 2).unwrap(), given.turns[3..5]);
    assert_eq!((row.developer_turns, row.candidates), (4, 3));
    assert_eq!(
        (row.title.as_str(), row.agent.as_str()),
        (TURNS[0], "Shuttle")
    );
    assert_eq!(row.repository.as_deref(), Some("/home/ada/loom"));
}

#[test]
fn the_same_session_again_changes_nothing() {
    let mut desk = Desk::new();
    desk.label(2);
    let before = dump(&desk.path());
    assert_eq!(add(&mut desk.study, &session("loom", &TURNS)), Added::Same);
    assert_eq!(
        add(&mut desk.study, &session("loom", &TURNS[..2])),
        Added::Same
    );
    assert_eq!(add(&mut desk.study, &session("loom", &[])), Added::Same);
    assert_eq!(dump(&desk.path()), before);
}

#[test]
fn a_session_that_has_grown_is_extended_and_keeps_its_labels() {
    let (folder, mut study) = empty();
    add(&mut study, &session("loom", &TURNS[..2]));
    let ada = study
        .coder("ada", CoderKind::Human, Uuid::now_v7())
        .unwrap();
    let mut desk = Desk { folder, study, ada };
    let episode = desk.label(2);
    let cursor = Cursor {
        session: "loom".to_owned(),
        turn: 2,
        episode: Some(episode),
        step: Step::Field("cause".to_owned()),
        adding: true,
    };
    desk.study.keep_cursor(desk.ada.id, &cursor).unwrap();
    let decision = desk.study.decision(desk.ada.id, &unit(2)).unwrap();
    let grown = session("loom", &TURNS);
    assert_eq!(would_add(&desk.study, &grown), Added::Extended(2));
    assert_eq!(add(&mut desk.study, &grown), Added::Extended(2));
    let row = &desk.study.sessions(Some(desk.ada.id)).unwrap()[0];
    assert_eq!(
        (row.developer_turns, row.candidates, row.decided),
        (4, 3, 1)
    );
    assert_eq!(
        desk.study.decision(desk.ada.id, &unit(2)).unwrap(),
        decision
    );
    assert_eq!(desk.study.cursor(desk.ada.id).unwrap(), Some(cursor));
    assert_eq!(findings(&desk.study), [""; 0]);
}

#[test]
fn an_answer_that_has_grown_is_taken_over() {
    let (_folder, mut study) = empty();
    let short = session("loom", &TURNS);
    let mut long = short.clone();
    long.turns[7] = turn(
        Role::Agent,
        "what the agent did about D4, and then some more",
    );
    add(&mut study, &short);
    assert_eq!(add(&mut study, &long), Added::Extended(0));
    assert_eq!(add(&mut study, &short), Added::Same);
    assert!(words(&study)[0].1[7].ends_with("some more"));
}

#[test]
fn a_session_in_which_a_quotation_would_not_stand_is_kept() {
    let mut desk = Desk::new();
    desk.label(2);
    let before = dump(&desk.path());
    let mut other = session("loom", &["a", "b", "c", "d", "and one more"]);
    for (at, text) in TURNS.iter().enumerate() {
        other.turns[2 * at].text = (*text).to_owned();
    }
    let reworded = "a quite different recording of the answer, and a longer one";
    other.turns[3] = turn(Role::Agent, reworded);
    assert_eq!(add(&mut desk.study, &other), Added::Differs(2));
    other.turns.truncate(8);
    assert_eq!(add(&mut desk.study, &other), Added::Same);
    assert_eq!(dump(&desk.path()), before);
}

#[test]
fn a_session_that_differs_is_kept_where_it_has_labels() {
    let mut desk = Desk::new();
    desk.label(2);
    let before = dump(&desk.path());
    let other = session(
        "loom",
        &[TURNS[0], TURNS[1], "something else", "more", "and more"],
    );
    assert_eq!(would_add(&desk.study, &other), Added::Differs(3));
    assert_eq!(add(&mut desk.study, &other), Added::Differs(3));
    assert_eq!(dump(&desk.path()), before);
}

#[test]
fn without_labels_the_fuller_recording_wins_whatever_the_order() {
    let recordings = [
        session("loom", &TURNS),
        session("loom", &TURNS[..3]),
        session("loom", &[TURNS[0], "other words", "still", "again"]),
        session(
            "loom",
            &[TURNS[0], "other words", "still", "again", "and again"],
        ),
        session(
            "loom",
            &[TURNS[0], "words no. 1", "still", "again", "and again"],
        ),
    ];
    let orders = [
        [0, 1, 2, 3, 4],
        [4, 3, 2, 1, 0],
        [2, 0, 4, 1, 3],
        [3, 4, 0, 2, 1],
        [1, 3, 2, 4, 0],
    ];
    let results = orders.map(|order| {
        let (_folder, mut study) = empty();
        for at in order {
            add(&mut study, &recordings[at]);
        }
        words(&study)
    });
    for result in &results {
        assert_eq!(result.len(), 1);
        assert_eq!(result, &results[0]);
    }
}

/// The key of a session beside another one of the same id.
fn beside(session: &Session) -> String {
    let first = text_hash(&session.turns[0].text);
    format!("{}~{}", session.key, &first[..8])
}

#[test]
fn another_session_under_the_same_key_stands_beside() {
    let one = session("loom", &TURNS);
    let other = session("loom", &["knit a hat", "too small"]);
    let hash = |session: &Session| text_hash(&session.turns[0].text);
    let mut ends = Vec::new();
    for pair in [[&one, &other], [&other, &one]] {
        let (folder, mut study) = empty();
        assert_eq!(add(&mut study, pair[0]), Added::New);
        // The smaller hash has the plain key, whichever comes first.
        let (key, expected) = if hash(pair[0]) < hash(pair[1]) {
            let key = beside(pair[1]);
            (key.clone(), Added::Beside(key))
        } else {
            let key = beside(pair[0]);
            (key.clone(), Added::Ahead(key))
        };
        assert_eq!(would_add(&study, pair[1]), expected);
        assert_eq!(add(&mut study, pair[1]), expected);
        let before = dump(&folder.path().join("study.db"));
        for again in [pair[1], pair[0], pair[1]] {
            assert_eq!(would_add(&study, again), Added::Same);
            assert_eq!(add(&mut study, again), Added::Same);
        }
        assert_eq!(dump(&folder.path().join("study.db")), before);
        let mut found = words(&study);
        found.sort();
        let texts: Vec<_> = found.iter().map(|(_, texts)| texts.clone()).collect();
        for session in pair {
            let wanted: Vec<_> = session.turns.iter().map(|turn| turn.text.clone()).collect();
            assert!(texts.contains(&wanted));
        }
        let keys: Vec<&str> = found.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["loom", key.as_str()]);
        ends.push(found);
    }
    assert_eq!(ends[0], ends[1]);
}

#[test]
fn sessions_of_one_id_have_the_same_keys_whatever_the_order() {
    let sessions = [
        session("loom", &TURNS),
        session("loom", &["knit a hat", "too small"]),
        session("loom", &["spin a yarn", "too thick"]),
        // Grown.
        session("loom", &["knit a hat", "too small", "too large"]),
    ];
    let orders = [
        [0, 1, 2, 3],
        [3, 2, 1, 0],
        [1, 2, 0, 3],
        [2, 0, 3, 1],
        [2, 3, 0, 1],
        [0, 2, 1, 3],
    ];
    let ends = orders.map(|order| {
        let (_folder, mut study) = empty();
        for at in order {
            add(&mut study, &sessions[at]);
        }
        let mut found = words(&study);
        found.sort();
        found
    });
    assert_eq!(ends[0].len(), 3);
    for end in &ends {
        assert_eq!(end, &ends[0]);
    }
}

/// Gives two sessions of one id; the first one has the plain key where nobody has labelled the other one.
fn rivals() -> [Session; 2] {
    let mut pair = [
        session("loom", &TURNS),
        session("loom", &["knit a hat", "too small"]),
    ];
    pair.sort_by_key(|session| text_hash(&session.turns[0].text));
    pair
}

#[test]
fn a_session_with_labels_keeps_its_key_and_a_coder_without_stays_in_the_session() {
    let [smaller, larger] = rivals();
    for is_labelled in [true, false] {
        let (_folder, mut study) = empty();
        add(&mut study, &larger);
        let ada = study
            .coder("ada", CoderKind::Human, Uuid::now_v7())
            .unwrap();
        let unit = Unit {
            session: "loom".to_owned(),
            turn: 2,
            hash: text_hash(&larger.turns[2].text),
        };
        let cursor = Cursor {
            session: "loom".to_owned(),
            turn: 2,
            episode: None,
            step: Step::Field("form".to_owned()),
            adding: false,
        };
        study.keep_cursor(ada.id, &cursor).unwrap();
        let expected = if is_labelled {
            let put_off = [Change::Deferred(true)];
            study.act(ada.id, &unit, &put_off, None, NOON).unwrap();
            Added::Beside(beside(&smaller))
        } else {
            Added::Ahead(beside(&larger))
        };
        assert_eq!(would_add(&study, &smaller), expected);
        assert_eq!(add(&mut study, &smaller), expected);
        let standing = study.cursor(ada.id).unwrap().unwrap().session;
        let found = words(&study);
        let own = found.iter().find(|(key, _)| *key == standing).unwrap();
        assert_eq!(own.1[0], larger.turns[0].text);
        assert_eq!(standing == "loom", is_labelled);
        assert_eq!(findings(&study), [""; 0]);
    }
}

#[test]
fn a_session_that_stands_beside_grows_and_is_replaced_like_any_other() {
    let mut desk = Desk::new();
    let beside = |texts: &[&str]| session("loom", texts);
    let key = format!("loom~{}", &text_hash("knit a hat")[..8]);
    let check = |desk: &mut Desk, texts: &[&str], expected: Added, turns: usize| {
        assert_eq!(would_add(&desk.study, &beside(texts)), expected);
        assert_eq!(add(&mut desk.study, &beside(texts)), expected);
        let known = words(&desk.study);
        let own = known.iter().find(|(own, _)| *own == key).unwrap();
        assert_eq!(own.1.len(), 2 * turns);
    };
    check(
        &mut desk,
        &["knit a hat", "no"],
        Added::Beside(key.clone()),
        2,
    );
    check(
        &mut desk,
        &["knit a hat", "no", "stop"],
        Added::Extended(1),
        3,
    );
    check(
        &mut desk,
        &["knit a hat", "nope", "a", "b"],
        Added::Replaced(2),
        4,
    );
    check(
        &mut desk,
        &["knit a hat", "no", "stop"],
        Added::Differs(2),
        4,
    );
}

#[test]
fn blanks_and_line_ends_make_no_other_session() {
    let mut desk = Desk::new();
    let mut other = session("loom", &TURNS);
    other.turns[0].text = format!("  {}\r\n", TURNS[0].replace(' ', "  "));
    desk.study
        .import(&[(other.clone(), marks(&other))], "test 1")
        .unwrap();
    assert_eq!(words(&desk.study).len(), 1);
}

#[test]
fn one_bad_session_leaves_the_whole_batch_out() {
    let mut desk = Desk::new();
    let before = dump(&desk.path());
    let good = session("knit", &["knit a hat"]);
    let mut bad = session("spin", &["spin a yarn"]);
    bad.turns
        .push(turn(Role::Agent, "a second answer without a question"));
    let batch = [(good, Vec::new()), (bad, Vec::new())];
    desk.study.import(&batch, "test 1").unwrap_err();
    assert_eq!(dump(&desk.path()), before);
}

#[test]
fn marks_that_have_no_turn_are_left_out() {
    let (_folder, mut study) = empty();
    let given = session("loom", &TURNS[..2]);
    let mut marked = marks(&given);
    marked.push(Mark {
        turn: 9,
        ..marked[1].clone()
    });
    marked.reverse();
    study.import(&[(given, marked)], "test 1").unwrap();
    assert_eq!(study.sessions(None).unwrap()[0].candidates, 1);
}
