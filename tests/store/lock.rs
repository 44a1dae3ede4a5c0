//! One writer at a time.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

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
    refused(reader.import(&[], "test 1").map(drop));
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

/// Starts a test of this file in a process of its own, and waits until it holds a study.
fn hold(path: &Path, test: &str) -> Child {
    let test = format!("store::lock::{test}");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &test, "--ignored", "--nocapture"])
        .env(HELD, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let held = lines.map(Result::unwrap).any(|line| line.contains("held"));
    assert!(held);
    child
}

#[test]
fn a_killed_writer_does_not_block_and_loses_nothing() {
    let desk = Desk::new();
    let Desk { folder, study, ada } = desk;
    drop(study);
    let path = folder.path().join("study.db");
    let mut child = hold(&path, "hold_a_study_until_killed");
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

#[test]
fn where_the_writer_lets_nobody_read_a_copy_is_read_and_the_writer_is_named() {
    let desk = Desk::new();
    let Desk { folder, study, ada } = desk;
    drop(study);
    let path = folder.path().join("study.db");
    let mut child = hold(&path, "hold_a_study_and_its_file_until_killed");
    let files = || fs::read_dir(folder.path()).unwrap().count();
    let before = (fs::read(&path).unwrap(), files());
    let began = Instant::now();
    let second = Study::open(&path, OWNER).unwrap();
    assert!(began.elapsed() < Duration::from_secs(4));
    let named = Some(Blocked::InUse("the child".to_owned()));
    assert_eq!(second.blocked, named);
    for study in [second.study, Study::open_to_read(&path).unwrap()] {
        assert!(study.decision(ada.id, &unit(2)).unwrap().deferred);
        assert!(!study.is_writable());
        assert_eq!(study.path(), path);
    }
    let refused = Study::open_to_write(&path, OWNER).unwrap_err();
    assert!(refused.to_string().ends_with("is in use: the child"));
    assert!((fs::read(&path).unwrap(), files()) == before);
    child.kill().unwrap();
    child.wait().unwrap();
    let study = Study::open_to_write(&path, OWNER).unwrap();
    assert_eq!(findings(&study), [""; 0]);
}

#[test]
fn where_there_is_no_place_for_a_copy_the_writer_is_named() {
    let desk = Desk::new();
    let Desk { folder, study, .. } = desk;
    drop(study);
    let path = folder.path().join("study.db");
    let mut child = hold(&path, "hold_a_study_and_its_file_until_killed");
    let mode = |mode| fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode)).unwrap();
    mode(0o500);
    let may_write_anywhere = fs::File::create_new(folder.path().join("probe")).is_ok();
    let read = Study::open_to_read(&path);
    mode(0o700);
    child.kill().unwrap();
    child.wait().unwrap();
    match read {
        Ok(_) => assert!(may_write_anywhere),
        Err(error) => assert!(
            error.to_string().ends_with("is in use: the child"),
            "{error}"
        ),
    }
}

#[test]
#[ignore = "the other side of the two tests above"]
fn hold_a_study_and_its_file_until_killed() {
    let Some(path) = std::env::var_os(HELD).map(PathBuf::from) else {
        println!("skipped: {HELD} is not set");
        return;
    };
    let mut study = Study::open_to_write(&path, "the child").unwrap();
    let ada = study.known_coder("ada").unwrap().unwrap();
    study
        .act(ada.id, &unit(2), &[Change::Deferred(true)], None, NOON)
        .unwrap();
    // What a writer does on a network filesystem: SQLite's own lock is kept after the first transaction.
    let plain = Connection::open(&path).unwrap();
    plain
        .pragma_update(None, "locking_mode", "EXCLUSIVE")
        .unwrap();
    plain
        .execute_batch("UPDATE session SET title = 'kept'")
        .unwrap();
    println!("held");
    loop {
        std::thread::park();
    }
}
