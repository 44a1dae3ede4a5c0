//! Whole studies at once: copies without transcripts, and files that appear whole or not at all.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;
use pushback::store::{Texts, Whole};

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A desk with two labels, and the path of a copy without transcripts.
fn shared() -> (Desk, PathBuf) {
    let mut desk = Desk::new();
    desk.label(2);
    desk.act(&unit(3), &[Change::Memo("ask bea".to_owned())])
        .unwrap();
    let copy = desk.folder.path().join("labels.db");
    desk.study.write_labels_only(&copy).unwrap();
    (desk, copy)
}

#[test]
fn a_labels_only_copy_has_everything_but_the_words() {
    let (desk, path) = shared();
    let copy = Study::open_to_read(&path).unwrap();
    let (own, ada) = (&desk.study, desk.ada.id);
    assert_eq!(copy.coders().unwrap(), own.coders().unwrap());
    assert_eq!(copy.history(ada).unwrap(), own.history(ada).unwrap());
    assert_eq!(copy.codebook(), own.codebook());
    assert_eq!(
        copy.decision(ada, &unit(2)).unwrap(),
        own.decision(ada, &unit(2)).unwrap()
    );
    let (rows, known) = (
        copy.sessions(Some(ada)).unwrap(),
        own.sessions(Some(ada)).unwrap(),
    );
    assert_eq!(
        (rows[0].candidates, rows[0].decided),
        (known[0].candidates, known[0].decided)
    );
    assert_eq!(findings(&copy), Vec::<String>::new());
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let turns = copy.turns(&rows[0], 0, 99).unwrap();
    assert_eq!(turns.len(), 8);
    assert!(turns.iter().all(|turn| turn.text.is_empty()));
}

#[test]
fn no_word_of_a_transcript_is_left_in_a_labels_only_copy() {
    let (_desk, path) = shared();
    let bytes = fs::read(path).unwrap();
    let has = |words: &str| {
        bytes
            .windows(words.len())
            .any(|own| own == words.as_bytes())
    };
    for words in TURNS {
        assert!(!has(words), "{words}");
    }
    assert!(!has("/home/ada/loom") && !has("loom.jsonl"));
    // What the coder quoted and wrote is the coder's.
    assert!(has("agent did") && has("ask bea"));
}

#[test]
fn an_import_brings_the_words_back() {
    let (desk, path) = shared();
    let mut copy = Study::open_to_write(&path, OWNER).unwrap();
    let whole = session("loom", &TURNS);
    assert_eq!(add(&mut copy, &whole), Added::Extended(0));
    assert_eq!(add(&mut copy, &whole), Added::Same);
    assert_eq!(findings(&copy), Vec::<String>::new());
    assert_eq!(copy.recordings().unwrap(), desk.study.recordings().unwrap());
}

#[test]
fn a_labels_only_copy_is_never_written_over_anything() {
    let (desk, path) = shared();
    let before = fs::read(&path).unwrap();
    let check = |into: &Path, expected: &str| {
        let error = desk.study.write_labels_only(into).unwrap_err();
        assert!(error.to_string().ends_with(expected), "{error}");
    };
    check(&path, "labels.db exists already");
    assert_eq!(fs::read(&path).unwrap(), before);
    // A journal that was left behind would be played back into the new file.
    let other = desk.folder.path().join("other.db");
    fs::write(desk.folder.path().join("other.db-journal"), "old").unwrap();
    check(&other, "other.db-journal exists already");
    check(&desk.folder.path().join("none/x.db"), "none");
    assert_eq!(
        names(desk.folder.path()),
        ["labels.db", "other.db-journal", "study.db", "study.db.lock"]
    );
}

#[test]
fn a_whole_copy_holds_the_same_rows() {
    let (desk, _) = shared();
    let path = desk.folder.path().join("again.db");
    let history = desk.study.whole_history().unwrap();
    let coders = desk.study.coders().unwrap();
    let whole = Whole {
        codebooks: vec![desk.study.codebook()],
        coders: &coders,
        sessions: vec![(&desk.study, "loom")],
        history: &history,
        audit: None,
        texts: Texts::Kept,
    };
    Study::write_whole(&path, &whole).unwrap();
    assert_eq!(dump(&path), dump(&desk.path()));
}

#[test]
fn a_text_that_was_changed_by_hand_stops_a_copy() {
    let (desk, _) = shared();
    desk.plain()
        .execute_batch(
            "UPDATE turn SET words = words || '!' WHERE ordinal = 3 AND role = 'developer'",
        )
        .unwrap();
    let into = desk.folder.path().join("new.db");
    let error = desk.study.write_labels_only(&into).unwrap_err();
    let expected = "the text of D3 in session loom is not the one that was stored";
    assert!(error.to_string().ends_with(expected), "{error}");
    assert!(!into.exists());
}

#[test]
fn a_text_that_was_changed_by_hand_stops_a_coders_share() {
    let (desk, _) = shared();
    desk.plain()
        .execute_batch(
            "UPDATE turn SET words = words || '!' WHERE ordinal = 3 AND role = 'developer'",
        )
        .unwrap();
    let into = desk.folder.path().join("bea.db");
    let mut share = Study::create(&into, &codebook(), OWNER).unwrap();
    let copied = share.copy_sessions(&desk.study, &["loom".to_owned()]);
    let error = copied.unwrap_err();
    let expected =
        "study.db is damaged: the text of D3 in session loom is not the one that was stored";
    assert!(error.to_string().ends_with(expected), "{error}");
    assert!(share.sessions(None).unwrap().is_empty());
}
