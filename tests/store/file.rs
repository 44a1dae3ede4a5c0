//! Making a study, opening it, and refusing what is none.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::*;
use pushback::store::Blocked;

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_new_study_is_private_and_is_one_file() {
    let desk = Desk::new();
    let mode = fs::metadata(desk.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(names(desk.folder.path()), ["study.db", "study.db.lock"]);
    drop(desk.study);
    assert_eq!(names(desk.folder.path()), ["study.db"]);
}

#[test]
fn a_study_says_what_it_is_and_keeps_no_write_ahead_log() {
    let mut desk = Desk::new();
    desk.label(2);
    let connection = desk.plain();
    let number = |sql: &str| -> i64 { connection.query_row(sql, [], |row| row.get(0)).unwrap() };
    let text = |sql: &str| -> String { connection.query_row(sql, [], |row| row.get(0)).unwrap() };
    assert_eq!(number("PRAGMA application_id"), 0x7062_6B31);
    assert_eq!(number("PRAGMA user_version"), 2);
    assert_eq!(text("PRAGMA journal_mode"), "delete");
    assert!(
        !names(desk.folder.path())
            .iter()
            .any(|name| name.contains("-wal"))
    );
}

#[test]
fn a_file_that_is_there_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("study.db");
    fs::write(&path, "notes").unwrap();
    let error = Study::create(&path, &codebook(), OWNER).unwrap_err();
    assert!(matches!(error, Error::Exists { .. }), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "notes");
}

#[test]
fn a_study_that_cannot_be_made_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("study.db");
    // Somebody's own file stands where the lock would.
    let own = folder.path().join("study.db.lock");
    fs::write(&own, "x".repeat(1000)).unwrap();
    let error = Study::create(&path, &codebook(), OWNER).unwrap_err();
    assert!(
        matches!(error, Error::File { doing: "lock", .. }),
        "{error}"
    );
    assert_eq!(names(folder.path()), ["study.db.lock"]);
    assert_eq!(fs::metadata(&own).unwrap().len(), 1000);
    fs::remove_file(own).unwrap();
    Study::create(&path, &codebook(), OWNER).unwrap();
}

#[test]
fn what_was_written_is_there_after_reopening() {
    let mut desk = Desk::new();
    desk.label(2);
    let (decision, rows) = (
        desk.study.decision(desk.ada.id, &unit(2)).unwrap(),
        desk.study.sessions(Some(desk.ada.id)).unwrap(),
    );
    assert_eq!((rows[0].decided, rows[0].candidates), (1, 3));
    let desk = desk.reopen();
    assert_eq!(
        desk.study.decision(desk.ada.id, &unit(2)).unwrap(),
        decision
    );
    assert_eq!(desk.study.sessions(Some(desk.ada.id)).unwrap(), rows);
    assert_eq!(desk.study.codebook(), &codebook());
    assert_eq!(desk.study.known_coder("ada").unwrap(), Some(desk.ada));
}

#[test]
fn opening_and_closing_writes_nothing() {
    let mut desk = Desk::new();
    desk.label(3);
    let before = fs::read(desk.path()).unwrap();
    let desk = desk.reopen();
    drop(desk.study);
    Study::open_to_read(&desk.folder.path().join("study.db")).unwrap();
    assert_eq!(
        fs::read(desk.folder.path().join("study.db")).unwrap(),
        before
    );
}

#[test]
fn what_is_no_study_is_named_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::new();
    let good = fs::read(desk.path()).unwrap();
    let check = |bytes: &[u8], expected: &str| {
        let path = folder.path().join("other.db");
        fs::write(&path, bytes).unwrap();
        for error in [
            Study::open(&path, OWNER).unwrap_err(),
            Study::open_to_read(&path).unwrap_err(),
        ] {
            assert!(error.to_string().contains(expected), "{expected}: {error}");
            assert!(error.hint().is_some());
        }
        assert_eq!(fs::read(&path).unwrap(), bytes);
        assert_eq!(names(folder.path()), ["other.db"]);
        fs::remove_file(path).unwrap();
    };
    let with = |at: usize, bytes: [u8; 4]| {
        let mut copy = good.clone();
        copy[at..at + 4].copy_from_slice(&bytes);
        copy
    };
    check(b"", "is no pushback study: it is not an SQLite file");
    check(
        b"a short note",
        "is no pushback study: it is not an SQLite file",
    );
    check(
        &b"a long note ".repeat(50),
        "is no pushback study: it is not an SQLite file",
    );
    check(
        &with(68, [0, 0, 0, 0]),
        "is no pushback study: it is a database of another program",
    );
    check(
        &with(60, [0, 0, 0, 9]),
        "newer pushback (study version 9, this program knows 2)",
    );
    check(&with(60, [0, 0, 0, 0]), "is damaged: it has no version");
    check(&good[..5000], "is damaged");
    check(&good[..100], "is damaged");
}

#[test]
fn what_is_no_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = Study::open(folder.path(), OWNER).unwrap_err();
    assert!(error.to_string().contains("it is a folder"), "{error}");
    let error = Study::open(&folder.path().join("none.db"), OWNER).unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error}");
    let error = Study::open(Path::new("/dev/null"), OWNER).unwrap_err();
    assert!(error.to_string().contains("no ordinary file"), "{error}");
}

#[test]
fn damage_inside_is_an_error_and_no_panic() {
    let mut desk = Desk::new();
    desk.label(2);
    let (folder, good) = (tempfile::tempdir().unwrap(), fs::read(desk.path()).unwrap());
    let path = folder.path().join("broken.db");
    let coder = desk.ada.id;
    for at in (100..good.len()).step_by(487) {
        let mut bytes = good.clone();
        for byte in bytes.iter_mut().skip(at).take(40) {
            *byte = byte.wrapping_mul(31).wrapping_add(7);
        }
        fs::write(&path, bytes).unwrap();
        let Ok(study) = Study::open_to_read(&path) else {
            continue;
        };
        let rows = study.sessions(Some(coder)).unwrap_or_default();
        for row in &rows {
            let _ = study.open_session(row, Some(coder));
            let _ = study.turns(row, 0, 100);
            let _ = study.find_in_session(row, "agent", 9);
        }
        let _ = (study.check(), study.search("blue", 9), study.pace(coder));
        let _ = (
            study.history(coder),
            study.decided_units(coder),
            study.cursor(coder),
        );
    }
}

#[test]
fn tables_of_another_shape_mean_damage() {
    let check = |sql: &str, expected: &str| {
        let mut desk = Desk::new();
        desk.label(2);
        desk.plain().execute_batch(sql).unwrap();
        let path = desk.path();
        drop(desk.study);
        let opened = Study::open(&path, OWNER).and_then(|opened| {
            opened.study.check()?;
            opened.study.sessions(Some(desk.ada.id))
        });
        let error = opened.unwrap_err();
        assert!(matches!(error, Error::Damaged { .. }), "{sql}: {error:?}");
        assert!(error.to_string().contains(expected), "{error}");
    };
    check("DROP TABLE meta", "no such table: meta");
    check("DROP TABLE decision", "no such table");
    check("DELETE FROM meta", "it has no codebook");
    check("UPDATE codebook SET text = 'id = 1'", "damaged");
    check("UPDATE codebook SET text = text || ' '", "changed by hand");
    check("UPDATE coder SET id = 'ada'", "not a UUID");
}

#[test]
fn a_file_or_a_folder_that_cannot_be_written_is_read() {
    for folder_too in [false, true] {
        let mut desk = Desk::new();
        desk.label(2);
        let Desk { folder, study, ada } = desk;
        drop(study);
        let path = folder.path().join("study.db");
        let mode = |path: &Path, mode: u32| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        if folder_too {
            mode(folder.path(), 0o500);
        } else {
            mode(&path, 0o400);
        }
        if fs::OpenOptions::new().write(true).open(&path).is_ok() && !folder_too
            || fs::write(folder.path().join("probe"), "").is_ok() && folder_too
        {
            mode(folder.path(), 0o700);
            println!("skipped: this user may write everywhere");
            return;
        }
        let opened = Study::open(&path, OWNER).unwrap();
        assert_eq!(opened.blocked, Some(Blocked::NotWritable));
        let mut study = opened.study;
        assert_eq!(study.decision(ada.id, &unit(2)).unwrap().episodes.len(), 1);
        let error = study.act(ada.id, &unit(3), &[Change::Deferred(true)], None, NOON);
        assert!(matches!(error, Err(Error::ReadOnly { .. })));
        mode(folder.path(), 0o700);
    }
}

#[test]
fn what_a_killed_writer_left_is_taken_back() {
    let mut desk = Desk::new();
    desk.label(2);
    let before = dump(&desk.path());
    // The half of a transaction: a small cache makes SQLite write pages before the commit.
    let mut connection = desk.plain();
    connection.execute_batch("PRAGMA cache_size = 1").unwrap();
    let transaction = connection.transaction().unwrap();
    let long = "wool ".repeat(4000);
    for name in 0..40 {
        let values = (format!("half {name}"), &long);
        transaction
            .execute("INSERT INTO meta VALUES (?1, ?2)", values)
            .unwrap();
    }
    let copy = tempfile::tempdir().unwrap();
    for name in ["study.db", "study.db-journal"] {
        fs::copy(desk.folder.path().join(name), copy.path().join(name)).unwrap();
    }
    drop(transaction);
    let path = copy.path().join("study.db");
    let study = Study::open_to_read(&path).unwrap();
    assert_eq!(findings(&study), [""; 0]);
    assert_eq!(dump(&path), before);
    assert_eq!(names(copy.path()), ["study.db"]);
}

#[test]
fn a_codebook_is_replaced_only_while_there_are_no_labels() {
    let mast = Codebook::parse(include_str!("../../codebook/mast.toml"), "mast.toml").unwrap();
    let mut desk = Desk::new();
    desk.study.use_codebook(&mast).unwrap();
    let mut desk = desk.reopen();
    assert_eq!(desk.study.codebook(), &mast);
    desk.study.use_codebook(&codebook()).unwrap();
    desk.label(2);
    let error = desk.study.use_codebook(&mast).unwrap_err();
    assert!(matches!(error, Error::OtherCodebook { .. }), "{error}");
    assert_eq!(desk.reopen().study.codebook(), &codebook());
}
