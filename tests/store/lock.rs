//! One writer at a time.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use super::*;
use pushback::store::Blocked;

const HELD: &str = "PUSHBACK_HELD_STUDY";

#[test]
fn the_second_opener_reads_and_is_told_who_writes() {
    let mut desk = Desk::new();
    desk.label(2);
    let second = Study::open(&desk.path(), "bo on loom").unwrap();
    assert_eq!(second.blocked, Some(Blocked::InUse(OWNER.to_owned())));
    assert!(!second.study.is_writable());
    assert_eq!(
        second
            .study
            .decision(desk.ada.id, &unit(2))
            .unwrap()
            .episodes
            .len(),
        1
    );
    let error = Study::open_to_write(&desk.path(), "bo on loom").unwrap_err();
    assert!(error.to_string().contains(OWNER), "{error}");
}

#[test]
fn a_reader_refuses_to_write() {
    let desk = Desk::new();
    let mut reader = Study::open_to_read(&desk.path()).unwrap();
    let (coder, unit) = (desk.ada.id, unit(2));
    let refused = |result: Result<(), Error>| {
        assert!(matches!(result, Err(Error::ReadOnly { .. })), "{result:?}");
    };
    refused(
        reader
            .act(coder, &unit, &[Change::Deferred(true)], None, NOON)
            .map(drop),
    );
    refused(reader.add_sessions(&[], "test 1").map(drop));
    refused(
        reader
            .coder("bo", CoderKind::Human, Uuid::now_v7())
            .map(drop),
    );
}

#[test]
fn when_the_first_closes_the_second_may_write() {
    let desk = Desk::new();
    let Desk { folder, study, ada } = desk;
    let path = folder.path().join("study.db");
    assert!(Study::open(&path, "bo").unwrap().blocked.is_some());
    drop(study);
    let mut second = Study::open_to_write(&path, "bo").unwrap();
    second
        .act(ada.id, &unit(2), &[Change::Deferred(true)], None, NOON)
        .unwrap();
}

#[test]
fn a_reader_sees_what_the_writer_has_written_since() {
    let mut desk = Desk::new();
    let reader = Study::open_to_read(&desk.path()).unwrap();
    desk.label(2);
    assert_eq!(
        reader
            .decision(desk.ada.id, &unit(2))
            .unwrap()
            .episodes
            .len(),
        1
    );
}

#[test]
fn a_lock_that_nobody_holds_does_not_block() {
    let desk = Desk::new();
    let Desk { folder, study, .. } = desk;
    drop(study);
    let lock = folder.path().join("study.db.lock");
    fs::write(&lock, "somebody on a machine that lost its power\n").unwrap();
    let study = Study::open_to_write(&folder.path().join("study.db"), OWNER).unwrap();
    assert_eq!(fs::read_to_string(&lock).unwrap(), format!("{OWNER}\n"));
    drop(study);
    assert!(!lock.exists());
}

#[test]
fn a_link_leads_to_the_same_lock() {
    let desk = Desk::new();
    let link = desk.folder.path().join("link.db");
    std::os::unix::fs::symlink(desk.path(), &link).unwrap();
    let second = Study::open(&link, "bo").unwrap();
    assert_eq!(second.blocked, Some(Blocked::InUse(OWNER.to_owned())));
}

#[test]
fn a_link_in_place_of_the_lock_is_not_followed() {
    let desk = Desk::new();
    let Desk { folder, study, .. } = desk;
    drop(study);
    let precious = folder.path().join("precious");
    fs::write(&precious, "notes").unwrap();
    std::os::unix::fs::symlink(&precious, folder.path().join("study.db.lock")).unwrap();
    assert!(Study::open(&folder.path().join("study.db"), OWNER).is_err());
    assert_eq!(fs::read_to_string(precious).unwrap(), "notes");
}

#[test]
fn a_killed_writer_does_not_block_and_loses_nothing() {
    let desk = Desk::new();
    let Desk { folder, study, ada } = desk;
    drop(study);
    let path = folder.path().join("study.db");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "store::lock::hold_a_study_until_killed",
            "--ignored",
            "--nocapture",
        ])
        .env(HELD, &path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let held = lines.map(Result::unwrap).any(|line| line.contains("held"));
    assert!(held);
    let blocked = Study::open(&path, OWNER).unwrap().blocked;
    assert_eq!(blocked, Some(Blocked::InUse("the child".to_owned())));
    child.kill().unwrap();
    child.wait().unwrap();
    let study = Study::open_to_write(&path, OWNER).unwrap();
    assert!(study.decision(ada.id, &unit(2)).unwrap().deferred);
    assert_eq!(findings(&study), [""; 0]);
}

#[test]
#[ignore = "the other side of the test above"]
fn hold_a_study_until_killed() {
    let Some(path) = std::env::var_os(HELD).map(PathBuf::from) else {
        println!("skipped: {HELD} is not set");
        return;
    };
    let mut study = Study::open_to_write(&path, "the child").unwrap();
    let ada = study.known_coder("ada").unwrap().unwrap();
    study
        .act(ada.id, &unit(2), &[Change::Deferred(true)], None, NOON)
        .unwrap();
    println!("held");
    loop {
        std::thread::park();
    }
}
