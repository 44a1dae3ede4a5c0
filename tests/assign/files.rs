//! What stands in a coder's study, and what does not.

use std::os::unix::fs::PermissionsExt;

use super::*;
use pushback::model::{Change, Unit, Verdict, text_hash};

/// Says that the second turn of a session is no episode, with a memo.
fn label(study: &mut Study, coder: &Coder, number: usize) {
    let unit = Unit {
        session: format!("rug-{number}"),
        turn: 2,
        hash: text_hash(&format!("row 1 of rug {number}")),
    };
    let verdict = Verdict::NotEpisode {
        reason: "truncation".to_owned(),
        text: None,
    };
    let changes = [
        Change::Memo("unravelled at the hem".to_owned()),
        Change::Verdict(Some(verdict)),
    ];
    let noon = Timestamp(1_770_000_000_000);
    study.act(coder.id, &unit, &changes, None, noon).unwrap();
}

fn contains(path: &Path, words: &str) -> bool {
    let bytes = fs::read(path).unwrap();
    bytes
        .windows(words.len())
        .any(|part| part == words.as_bytes())
}

#[test]
fn sessions_come_with_their_turns_and_marks() {
    let desk = Desk::of([2, 0, 3, 1]);
    desk.assign("--coders anna,ben --overlap 1 --into d").done();
    let (source, share) = (desk.read("s.db"), desk.read("d/anna.db"));
    let rows = share.sessions(None).unwrap();
    assert_eq!(rows.len(), 3);
    for row in rows {
        let mut first = source.sessions(None).unwrap();
        first.retain(|own| own.key == row.key);
        let turns = |study: &Study, row| study.turns(row, 0, 100).unwrap();
        assert_eq!(turns(&share, &row), turns(&source, &first[0]));
        let open = |study: &Study, row| study.open_session(row, None).unwrap();
        assert_eq!(open(&share, &row).turns, open(&source, &first[0]).turns);
        let same = pushback::model::SessionRow {
            id: row.id,
            ..first[0].clone()
        };
        assert_eq!(row, same);
    }
    assert_eq!(share.codebook(), source.codebook());
    assert_eq!(share.check().unwrap(), []);
}

#[test]
fn nothing_of_other_coders_is_in_a_share() {
    let desk = Desk::of([1; 8]);
    let cleo = add_coder(&desk, "cleopatra", CoderKind::Human);
    let mut study = Study::open_to_write(&desk.path("s.db"), OWNER).unwrap();
    label(&mut study, &cleo, 3);
    drop(study);
    let before = fs::read(desk.path("s.db")).unwrap();
    let out = desk.assign("--coders annabelle,benedict --into d").done();
    assert!(
        out.contains("labels of cleopatra in s.db are not copied"),
        "{out}"
    );
    assert_eq!(fs::read(desk.path("s.db")).unwrap(), before);
    let share = desk.path("d/annabelle.db");
    for (words, expected) in [
        ("annabelle", true),
        ("benedict", false),
        ("cleopatra", false),
        ("unravelled", false),
        ("overlap", false),
    ] {
        assert_eq!(contains(&share, words), expected, "{words}");
    }
    let coders = desk.read("d/annabelle.db").coders().unwrap();
    assert_eq!(coders.len(), 1);
}

#[test]
fn a_coder_whom_the_study_knows_keeps_the_identity() {
    let desk = Desk::of([1; 4]);
    let anna = add_coder(&desk, "anna", CoderKind::Human);
    desk.assign("--coders anna,ben --into d").done();
    assert_eq!(desk.read("d/anna.db").coders().unwrap(), [anna]);
}

#[test]
fn a_share_can_be_labelled() {
    let desk = Desk::of([1; 4]);
    desk.assign("--coders anna,ben --overlap 1 --into d").done();
    let mut study = Study::open_to_write(&desk.path("d/ben.db"), OWNER).unwrap();
    let ben = study.known_coder("ben").unwrap().unwrap();
    label(&mut study, &ben, 2);
    assert_eq!(study.verdicts(ben.id).unwrap(), (0, 1));
    assert_eq!(study.check().unwrap(), []);
}

#[test]
fn only_the_owner_may_read_the_files_and_nothing_else_is_there() {
    let desk = Desk::of([1; 4]);
    desk.assign("--coders anna,ben --into d").done();
    let names = ["anna.db", "assignment.json", "ben.db"];
    assert_eq!(desk.names("d"), names.map(str::to_owned).into());
    for name in names {
        let known = desk.path("d").join(name).metadata().unwrap();
        assert_eq!(known.permissions().mode() & 0o777, 0o600, "{name}");
    }
}

#[test]
fn a_study_that_somebody_has_open_can_be_shared_out() {
    let desk = Desk::of([1; 4]);
    let _open = Study::open_to_write(&desk.path("s.db"), OWNER).unwrap();
    desk.assign("--coders anna,ben --into d").done();
}

#[test]
fn copying_a_session_that_is_not_there_copies_nothing() {
    let desk = Desk::of([1; 4]);
    let source = desk.read("s.db");
    let mut share = Study::create(&desk.path("own.db"), source.codebook(), OWNER).unwrap();
    let keys = ["rug-1", "carpet"].map(str::to_owned);
    assert!(share.copy_sessions(&source, &keys).is_err());
    assert!(share.sessions(None).unwrap().is_empty());
    share.copy_sessions(&source, &keys[..1]).unwrap();
    assert!(share.copy_sessions(&source, &keys[..1]).is_err());
    assert_eq!(share.sessions(None).unwrap().len(), 1);
}
