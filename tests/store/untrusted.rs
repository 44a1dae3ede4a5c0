//! Reading a study from somebody else: what is refused, and that the file stays as it is.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::time::SystemTime;

use super::*;

/// Names, sizes, times and bytes of everything in a folder.
fn look(folder: &Path) -> Vec<(PathBuf, SystemTime, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let mut found: Vec<_> = entries
        .map(|entry| {
            let meta = entry.metadata().unwrap();
            (
                entry.path(),
                meta.modified().unwrap(),
                fs::read(entry.path()).unwrap(),
            )
        })
        .collect();
    found.sort();
    found
}

/// Opens a study as a stranger's, and checks that its folder stays as it is and that no copy stays behind.
fn open(path: &Path) -> Result<Study, Error> {
    let room = tempfile::tempdir().unwrap();
    let before = look(path.parent().unwrap());
    let opened = Study::open_untrusted(path, room.path());
    assert_eq!(look(path.parent().unwrap()), before);
    if opened.is_err() {
        assert_eq!(fs::read_dir(room.path()).unwrap().count(), 0);
    }
    opened
}

/// A closed study with a label.
fn closed() -> (TempDir, PathBuf, Coder) {
    let mut desk = Desk::new();
    desk.label(2);
    let path = desk.path();
    let Desk { folder, ada, .. } = desk;
    (folder, path, ada)
}

fn refused(path: &Path, expected: &str) {
    let error = open(path).unwrap_err();
    assert!(error.to_string().contains(expected), "{expected}: {error}");
}

#[test]
fn everything_is_read_as_in_the_study_itself() {
    let (_folder, path, ada) = closed();
    let stranger = open(&path).unwrap();
    let own = Study::open_to_read(&path).unwrap();
    assert_eq!(stranger.path(), path);
    assert!(!stranger.is_writable());
    assert_eq!(stranger.coders().unwrap(), own.coders().unwrap());
    assert_eq!(
        stranger.history(ada.id).unwrap(),
        own.history(ada.id).unwrap()
    );
    assert_eq!(
        stranger.whole_history().unwrap(),
        own.whole_history().unwrap()
    );
    assert_eq!(stranger.codebooks().unwrap(), own.codebooks().unwrap());
    assert_eq!(stranger.recordings().unwrap(), own.recordings().unwrap());
    let rows = stranger.sessions(Some(ada.id)).unwrap();
    assert_eq!(rows, own.sessions(Some(ada.id)).unwrap());
    let opened = stranger.open_session(&rows[0], Some(ada.id)).unwrap();
    let known = own.open_session(&rows[0], Some(ada.id)).unwrap();
    assert_eq!(
        (opened.turns, opened.decisions),
        (known.turns, known.decisions)
    );
    assert_eq!(
        stranger.turns(&rows[0], 0, 99).unwrap(),
        own.turns(&rows[0], 0, 99).unwrap()
    );
    assert_eq!(
        stranger.decision(ada.id, &unit(2)).unwrap(),
        own.decision(ada.id, &unit(2)).unwrap()
    );
    assert_eq!(
        stranger.search("blue", 9).unwrap(),
        own.search("blue", 9).unwrap()
    );
    assert_eq!(
        stranger.verdicts(ada.id).unwrap(),
        own.verdicts(ada.id).unwrap()
    );
    assert_eq!(stranger.pace(ada.id).unwrap(), own.pace(ada.id).unwrap());
    assert_eq!(
        stranger.decided_units(ada.id).unwrap(),
        own.decided_units(ada.id).unwrap()
    );
}

#[test]
fn a_private_copy_goes_with_the_study() {
    let (_folder, path, _) = closed();
    let room = tempfile::tempdir().unwrap();
    let study = Study::open_untrusted(&path, room.path()).unwrap();
    let copies: Vec<_> = fs::read_dir(room.path())
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mode = copies[0].metadata().unwrap().permissions().mode();
    assert_eq!((copies.len(), mode & 0o777), (1, 0o700));
    drop(study);
    assert_eq!(fs::read_dir(room.path()).unwrap().count(), 0);
}

#[test]
fn what_is_no_study_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("b.db");
    refused(&path, "there is no study at");
    let check = |bytes: &[u8], expected: &str| {
        fs::write(&path, bytes).unwrap();
        refused(&path, expected);
    };
    check(b"", "it is not an SQLite file");
    check(&b"a letter ".repeat(90), "it is not an SQLite file");
    let (_own, good, _) = closed();
    let good = fs::read(good).unwrap();
    for length in [100, 4095, 4096, 9000, good.len() / 2, good.len() - 4096] {
        check(&good[..length], "is damaged");
    }
    let mut newer = good.clone();
    newer[60..64].copy_from_slice(&[0, 0, 0, 9]);
    check(&newer, "written by a newer pushback (study version 9");
    fs::remove_file(&path).unwrap();
    let other = Connection::open(&path).unwrap();
    other
        .execute_batch("CREATE TABLE boat (name TEXT) STRICT")
        .unwrap();
    refused(&path, "it is a database of another program");
    // Somebody who claims to be us is found out by the tables.
    other
        .pragma_update(None, "application_id", 0x7062_6B31)
        .unwrap();
    other.pragma_update(None, "user_version", 1).unwrap();
    refused(
        &path,
        "it holds the table boat, which pushback did not make",
    );
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let error = Study::open_untrusted(&path, folder.path()).unwrap_err();
    assert!(error.to_string().contains("it is a folder"), "{error}");
}

#[test]
fn a_schema_that_is_not_ours_is_refused() {
    let check = |sql: &str, expected: &str| {
        let (_folder, path, _) = closed();
        let plain = Connection::open(&path).unwrap();
        plain.execute_batch(sql).unwrap();
        drop(plain);
        refused(&path, expected);
    };
    check("CREATE TABLE note (id INTEGER)", "it holds the table note");
    check(
        "CREATE VIEW sneak AS SELECT * FROM history",
        "it holds the view sneak",
    );
    check(
        "CREATE TRIGGER sneak AFTER INSERT ON coder BEGIN DELETE FROM coder; END",
        "it holds the trigger sneak",
    );
    check(
        "CREATE VIRTUAL TABLE sneak USING fts5(words)",
        "it holds the table sneak",
    );
    check(
        "CREATE INDEX sneak ON history(act)",
        "it holds the index sneak",
    );
    check(
        "ALTER TABLE coder ADD COLUMN lie TEXT AS (name || '!')",
        "it holds the table coder",
    );
    check(
        "DROP TABLE evidence; CREATE VIEW evidence AS SELECT 1 AS id",
        "it holds the view evidence",
    );
    check(
        "DROP TRIGGER history_is_never_changed",
        "its trigger history_is_never_changed is missing",
    );
    check(
        "PRAGMA foreign_keys = OFF; DROP TABLE coder; CREATE VIEW coder AS SELECT 'x' AS id, 'y' AS name, 'human' AS kind",
        "it holds the view coder",
    );
}

#[test]
fn a_codebook_that_was_changed_by_hand_is_refused() {
    let (_folder, path, _) = closed();
    let plain = Connection::open(&path).unwrap();
    plain
        .execute_batch("UPDATE codebook SET text = replace(text, 'S1', 'S9')")
        .unwrap();
    drop(plain);
    refused(&path, "is damaged");
}

#[test]
fn values_that_a_check_forbids_are_refused() {
    let (_folder, path, _) = closed();
    let plain = Connection::open(&path).unwrap();
    plain
        .execute_batch(
            "PRAGMA ignore_check_constraints = ON; UPDATE session SET developer_turns = -4",
        )
        .unwrap();
    drop(plain);
    refused(&path, "is damaged");
}

#[test]
fn an_unfinished_transaction_is_rolled_back_in_the_copy() {
    let (folder, path, ada) = closed();
    let before = Study::open_to_read(&path).unwrap().history(ada.id).unwrap();
    // A writer who was killed in the middle: pages are in the file, and the journal that takes them back beside it.
    let plain = Connection::open(&path).unwrap();
    plain.pragma_update(None, "cache_size", 1).unwrap();
    plain
        .execute_batch(
            "BEGIN IMMEDIATE; UPDATE session SET title = 'lost'; CREATE TABLE big (x TEXT);
            INSERT INTO big SELECT hex(randomblob(3000)) FROM history, history AS other LIMIT 200",
        )
        .unwrap();
    let other = tempfile::tempdir().unwrap();
    let hot = other.path().join("b.db");
    fs::copy(&path, &hot).unwrap();
    fs::copy(
        folder.path().join("study.db-journal"),
        other.path().join("b.db-journal"),
    )
    .unwrap();
    plain.execute_batch("ROLLBACK").unwrap();
    assert_ne!(fs::read(&hot).unwrap(), fs::read(&path).unwrap());
    // A file that may not be written to is copied all the same, and so is its journal.
    fs::set_permissions(&hot, Permissions::from_mode(0o400)).unwrap();
    let study = open(&hot).unwrap();
    assert_eq!(study.history(ada.id).unwrap(), before);
    assert_eq!(study.sessions(None).unwrap()[0].title, TURNS[0]);
}

#[test]
fn a_write_ahead_log_is_read_with_its_file_and_without() {
    let (folder, path, ada) = closed();
    let plain = Connection::open(&path).unwrap();
    let mode: String = plain
        .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
        .unwrap();
    assert_eq!(mode, "wal");
    plain
        .execute_batch("UPDATE session SET title = 'logged'")
        .unwrap();
    assert!(folder.path().join("study.db-wal").exists());
    let study = open(&path).unwrap();
    assert_eq!(study.sessions(None).unwrap()[0].title, "logged");
    plain.close().unwrap();
    assert!(!folder.path().join("study.db-wal").exists());
    let study = open(&path).unwrap();
    assert_eq!(study.sessions(None).unwrap()[0].title, "logged");
    assert_eq!(study.history(ada.id).unwrap().len(), 7);
}

#[test]
fn a_study_that_somebody_has_open_for_writing_is_read() {
    let mut desk = Desk::new();
    desk.label(2);
    let study = open(&desk.path()).unwrap();
    assert_eq!(study.history(desk.ada.id).unwrap().len(), 7);
    // The other one goes on while this one is open.
    desk.label(3);
    assert_eq!(study.history(desk.ada.id).unwrap().len(), 7);
}

#[test]
fn a_sidecar_that_is_no_file_is_refused() {
    let (folder, path, _) = closed();
    fs::create_dir(folder.path().join("study.db-journal")).unwrap();
    let error = Study::open_untrusted(&path, folder.path()).unwrap_err();
    assert!(
        error.to_string().contains("it is no ordinary file"),
        "{error}"
    );
}

#[test]
fn a_file_that_keeps_changing_is_refused_or_read_whole() {
    let (_folder, path, ada) = closed();
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let plain = Connection::open(&path).unwrap();
            let mut number = 0;
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                number += 1;
                plain
                    .execute("UPDATE session SET title = ?1", [number.to_string()])
                    .unwrap();
            }
        });
        for _ in 0..5 {
            let room = tempfile::tempdir().unwrap();
            match Study::open_untrusted(&path, room.path()) {
                Ok(study) => assert_eq!(study.history(ada.id).unwrap().len(), 7),
                Err(error) => assert!(
                    error
                        .to_string()
                        .contains("keeps changing while it is read"),
                    "{error}"
                ),
            }
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

#[test]
fn the_copy_cannot_be_written_to() {
    let (_folder, path, ada) = closed();
    let mut study = open(&path).unwrap();
    let written = study.act(
        ada.id,
        &unit(3),
        &[Change::Memo("x".to_owned())],
        None,
        NOON,
    );
    assert!(matches!(written, Err(Error::ReadOnly { .. })));
    assert!(
        study
            .coder("bea", CoderKind::Human, Uuid::now_v7())
            .is_err()
    );
}

#[test]
fn flipped_bytes_never_panic_and_are_refused_or_read() {
    let (_folder, path, _) = closed();
    let good = fs::read(&path).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("b.db");
    let mut refused = 0;
    let step = good.len() / 150;
    for at in (20..good.len()).step_by(step) {
        let mut bytes = good.clone();
        bytes[at] ^= 0x55;
        fs::write(&broken, bytes).unwrap();
        match Study::open_untrusted(&broken, folder.path()) {
            Err(error) => {
                assert!(!error.to_string().is_empty());
                refused += 1;
            }
            Ok(study) => {
                // What is read may be refused later, and only with an error.
                let _ = study.whole_history();
                let _ = study.recordings();
                let _ = study.coders();
                let _ = study.codebooks();
            }
        }
    }
    assert!(refused > 0);
}
