//! Marks made anew by another version of the detector.

use super::*;
use pushback::store::{Moved, Remarked, Uncut};

/// Marks no turn as pushback, or each.
fn all(pushback: bool) -> impl Fn(Uncut) -> Vec<Mark> {
    move |session| {
        let developer = session
            .turns
            .iter()
            .filter(|turn| turn.role == Role::Developer);
        let mark = |(turn, _)| Mark {
            turn,
            score: 0.5,
            pushback,
            cues: Vec::new(),
        };
        (1..).zip(developer).map(mark).collect()
    }
}

/// Gives what coders did, as it stands in the tables.
fn labels(path: &Path) -> String {
    let tables = dump(path);
    let own = |table: &&str| {
        let name = table.lines().next().unwrap_or_default();
        !["mark", "session", "meta"].contains(&name)
    };
    let starts: Vec<&str> = tables.split_inclusive('\n').collect();
    let mut blocks: Vec<String> = Vec::new();
    for line in starts {
        if !line.contains('(') {
            blocks.push(String::new());
        }
        if let Some(block) = blocks.last_mut() {
            block.push_str(line);
        }
    }
    let kept: Vec<&str> = blocks.iter().map(String::as_str).filter(own).collect();
    kept.concat()
}

fn counts(desk: &Desk) -> (u32, u32, u32) {
    let rows = desk.study.sessions(Some(desk.ada.id)).unwrap();
    (rows[0].decided, rows[0].deferred, rows[0].candidates)
}

#[test]
fn another_detector_touches_no_decision() {
    let mut desk = Desk::new();
    desk.label(2);
    desk.act(&unit(3), &[Change::Deferred(true)]).unwrap();
    desk.act(&unit(1), &[Change::Marked(Some(true))]).unwrap();
    assert_eq!(counts(&desk), (1, 1, 4));
    let before = labels(&desk.path());
    assert!(before.contains("history") && before.contains("decision"));
    let told = desk.study.remark("test 2", None, all(false)).unwrap();
    let expected = Remarked {
        before: [("test 1".to_owned(), 4)].into(),
        turns: 4,
        marked_before: 3,
        marked: 0,
        gained: Moved::default(),
        lost: Moved {
            turns: 3,
            decided: 1,
        },
    };
    assert_eq!(told, expected);
    assert_eq!(labels(&desk.path()), before);
    // What was decided, put off or marked by hand stays among the turns to be seen, in the list and in the session.
    assert_eq!(counts(&desk), (1, 1, 3));
    let row = desk.study.sessions(None).unwrap().remove(0);
    let open = desk.study.open_session(&row, Some(desk.ada.id)).unwrap();
    assert_eq!(open.candidates(), [1, 2, 3]);
    assert_eq!(row.candidates, 0);
    assert_eq!(findings(&desk.study), [""; 0]);
    let told = desk.study.remark("test 3", None, all(true)).unwrap();
    let gained = Moved {
        turns: 4,
        decided: 1,
    };
    assert_eq!((told.gained, told.marked), (gained, 4));
    assert_eq!(labels(&desk.path()), before);
}

#[test]
fn marking_twice_is_marking_once() {
    let mut desk = Desk::new();
    desk.study
        .remark("test 2", Some("weights"), all(true))
        .unwrap();
    let once = dump(&desk.path());
    let told = desk
        .study
        .remark("test 2", Some("weights"), all(true))
        .unwrap();
    assert_eq!(
        (told.gained, told.lost),
        (Moved::default(), Moved::default())
    );
    assert_eq!(dump(&desk.path()), once);
    let known = desk.study.detector_weights().unwrap();
    assert_eq!(known.as_deref(), Some("weights"));
    assert_eq!(
        desk.study.marked_by().unwrap(),
        [("test 2".to_owned(), 4)].into()
    );
    desk.study.remark("test 2", None, all(true)).unwrap();
    assert_eq!(desk.study.detector_weights().unwrap(), None);
}

#[test]
fn without_words_nothing_is_marked() {
    let desk = Desk::new();
    let path = desk.folder.path().join("labels.db");
    desk.study.write_labels_only(&path).unwrap();
    let before = dump(&path);
    let mut copy = Study::open_to_write(&path, OWNER).unwrap();
    let error = copy.remark("test 2", None, all(false)).unwrap_err();
    assert!(matches!(error, Error::NoTranscripts { sessions: 1, .. }));
    assert_eq!(dump(&path), before);
}

#[test]
fn a_copy_keeps_the_weights() {
    let mut desk = Desk::new();
    desk.study
        .remark("test 2", Some("weights"), all(true))
        .unwrap();
    let path = desk.folder.path().join("share.db");
    let mut share = Study::create(&path, &codebook(), OWNER).unwrap();
    share
        .copy_sessions(&desk.study, &["loom".to_owned()])
        .unwrap();
    assert_eq!(
        share.detector_weights().unwrap().as_deref(),
        Some("weights")
    );
    let path = desk.folder.path().join("labels.db");
    desk.study.write_labels_only(&path).unwrap();
    let copy = Study::open_to_read(&path).unwrap();
    assert_eq!(copy.detector_weights().unwrap().as_deref(), Some("weights"));
}

#[test]
fn a_session_that_was_cut_is_seen_with_what_another_one_holds() {
    let mut desk = Desk::new();
    let mut fork = session("zfork", &["", "", "", "", "and now a hat"]);
    let original = session("loom", &TURNS);
    fork.turns[..8].clone_from_slice(&original.turns);
    add(&mut desk.study, &fork);
    let rows = desk.study.sessions(None).unwrap();
    assert_eq!(rows[1].developer_turns, 1, "it was cut");
    let uncut = desk.study.uncut("zfork").unwrap().unwrap();
    assert_eq!((uncut.left_out, uncut.turns.len()), (4, 10));
    for (one, other) in uncut.turns.iter().zip(&fork.turns) {
        assert_eq!((&one.text, one.role), (&other.text, other.role));
    }
    desk.study.remark("test 2", None, all(true)).unwrap();
    let rows = desk.study.sessions(None).unwrap();
    assert_eq!((rows[0].candidates, rows[1].candidates), (4, 1));
}
