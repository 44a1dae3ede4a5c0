//! `pushback merge`, called as people call it.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use pushback::model::{Change, Choice, CoderKind, Timestamp, Unit, Verdict};
use pushback::store::Study;
use serde_json::json;
use uuid::Uuid;

use super::{Desk, dump, keys};

/// Makes a study of the demo sessions in which a coder has decided some pushback turns.
fn coded(desk: &Desk, name: &str, coder: &str, decided: usize) {
    let path = desk.study(name);
    let mut study = Study::open_to_write(&path, "a test").unwrap();
    let coder = study
        .coder(coder, CoderKind::Human, Uuid::now_v7())
        .unwrap();
    for unit in candidates(&study).into_iter().take(decided) {
        let verdict = Change::Verdict(Some(Verdict::NotEpisode {
            reason: "truncation".to_owned(),
            text: None,
        }));
        study
            .act(coder.id, &unit, &[verdict], None, Timestamp(0))
            .unwrap();
    }
}

fn candidates(study: &Study) -> Vec<Unit> {
    let mut units = Vec::new();
    for row in study.sessions(None).unwrap() {
        let session = study.open_session(&row, None).unwrap();
        let own = session.candidates().into_iter();
        units.extend(own.map(|turn| session.unit(turn).unwrap()));
    }
    units
}

/// Two coders' studies.
pub(super) fn pair() -> Desk {
    let desk = Desk::new();
    coded(&desk, "a.db", "anna", 3);
    coded(&desk, "b.db", "bea", 5);
    desk
}

/// Names, times and bytes of all files on the desk.
fn look(desk: &Desk) -> Vec<(String, SystemTime, Vec<u8>)> {
    let entries = fs::read_dir(desk.folder.path())
        .unwrap()
        .map(Result::unwrap);
    let files = entries.filter(|entry| entry.path().is_file());
    let mut found: Vec<_> = files
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            let time = entry.metadata().unwrap().modified().unwrap();
            (name, time, fs::read(entry.path()).unwrap())
        })
        .collect();
    found.sort();
    found
}

#[test]
fn two_studies_become_one_and_stay_as_they_are() {
    let desk = pair();
    let before = look(&desk);
    let said = desk.run("merge a.db b.db --into m.db").done();
    insta::assert_snapshot!(said, @r"
    a.db: Developer-agent misalignment 1.0, 3 sessions, anna (3 rows)
    b.db: Developer-agent misalignment 1.0, 3 sessions, bea (5 rows)
    sessions: 3 in all, 3 in every file with the same words
    codebook: Developer-agent misalignment 1.0, the same in every file
    coder: anna (human), 3 rows from a.db
    coder: bea (human), 5 rows from b.db
    history: 8 rows, 0 in more than one file
    wrote m.db: 3 sessions, 2 coders, 8 rows of history

    Agreement of anna and bea
    5 turns decided by anybody, 3 by two or more. Intervals are resampled by
    session.

    The figures named in advance
    ────────────────────────────

    One for each question
      question                n  figure                 value  interval
      Finding                 0  F1, half of the turns      —
      Is it an episode?       3  AC1                    1.000         —
      Why is it no episode?   3  alpha                      —
      Form                    0  alpha (MASI)               —
      Cause                   0  alpha (MASI)               —
      Evidence tier of Cause  0  alpha (ordinal)            —
      Severity                0  alpha (ordinal)            —
      Locus                   0  AC1                        —
      Status                  0  alpha                      —
      Resolver                0  AC1                        —
      — Finding, Form, Cause, Evidence tier of Cause, Severity, Locus, Status,
        Resolver: there is nothing that two coders labelled
      — Is it an episode? (interval): all labels are from one session
      — Why is it no episode?: only one category was used, so that agreement cannot
        be told from chance
    ! Finding, Is it an episode?, Why is it no episode?: fewer than 10 sessions,
      over which intervals are too narrow
    ! Is it an episode?, Why is it no episode?: n below 20, where every figure is
      unsteady

    all of it: pushback agreement m.db --explain
    ");
    let after: Vec<_> = look(&desk)
        .into_iter()
        .filter(|(name, ..)| name != "m.db")
        .collect();
    assert_eq!(after, before);
    desk.run("check m.db").done();
    let status = desk.run("status m.db").done();
    assert!(status.contains("anna (human): 3 of 43"), "{status}");
    assert!(status.contains("bea (human): 5 of 43"), "{status}");
    desk.run("merge b.db m.db a.db --into n.db").done();
    assert_eq!(dump(&desk.path("n.db")), dump(&desk.path("m.db")));
}

#[test]
fn files_of_one_coder_have_nothing_to_agree_on() {
    let desk = Desk::new();
    coded(&desk, "a.db", "anna", 3);
    fs::copy(desk.path("a.db"), desk.path("b.db")).unwrap();
    let said = desk.run("merge a.db b.db --into m.db --json").json();
    assert_eq!(said["written"], true);
    assert_eq!(said["agreement"], serde_json::Value::Null);
    let said = desk.run("merge a.db b.db --into n.db").done();
    let last = said.lines().last().unwrap();
    assert!(last.starts_with("wrote n.db"), "{said}");
}

#[test]
fn a_dry_run_says_the_same_and_writes_nothing() {
    let desk = pair();
    let before = look(&desk);
    let said = desk.run("merge a.db b.db --dry-run").done();
    let last = "dry run, nothing written; the merged study would hold 3 sessions, 2 coders, 8 rows of history\n";
    assert!(said.ends_with(last), "{said}");
    let said = desk.run("merge a.db b.db --into m.db --dry-run").done();
    assert!(
        said.contains("nothing written; m.db would hold 3 sessions"),
        "{said}"
    );
    assert_eq!(look(&desk), before);
}

#[test]
fn the_findings_are_json_for_programs() {
    let desk = pair();
    let said = desk.run("merge a.db b.db --into m.db --json").json();
    assert_eq!(
        keys(&said),
        [
            "agreement",
            "check",
            "codebook",
            "coders",
            "dry_run",
            "inputs",
            "into",
            "labels_on_other_words",
            "refused",
            "rows",
            "sessions",
            "written"
        ]
    );
    assert_eq!(said["written"], true);
    assert_eq!(
        said["agreement"],
        desk.run("agreement m.db --format json").json()
    );
    assert_eq!(
        said["rows"],
        json!({ "total": 8, "shared": 0, "recoded": 0 })
    );
    assert_eq!(
        keys(&said["sessions"]),
        [
            "longer",
            "marks_differ",
            "only",
            "partly",
            "same",
            "text_differs",
            "total",
            "without_text"
        ]
    );
    assert_eq!(
        keys(&said["codebook"]),
        ["differences", "hash", "name", "version"]
    );
    assert_eq!(
        keys(&said["coders"][0]),
        ["files", "id", "kind", "name", "rows"]
    );
    assert_eq!(
        keys(&said["inputs"][0]),
        [
            "codebook",
            "codebook_hash",
            "codebook_version",
            "coders",
            "file",
            "rows",
            "sessions",
            "sessions_with_text"
        ]
    );
}

#[test]
fn what_stands_in_the_way_is_named_with_what_to_type() {
    let desk = Desk::new();
    coded(&desk, "a.db", "anna", 1);
    coded(&desk, "b.db", "anna", 2);
    let before = look(&desk);
    let said = desk.run("merge a.db b.db --into m.db");
    said.is_refusal(
        1,
        "m.db is not written: a.db:anna and b.db:anna are two coders of one name",
        "one person: --as b.db:anna=a.db:anna; two people: --as b.db:anna=anna2",
    );
    assert!(
        said.out.contains("in the way: a.db:anna and b.db:anna"),
        "{}",
        said.out
    );
    let said = desk.run("merge a.db b.db --dry-run --json");
    assert_eq!(said.code, 1);
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(
        (
            json["written"].as_bool(),
            json["refused"].as_array().map(Vec::len)
        ),
        (Some(false), Some(1))
    );
    assert_eq!(look(&desk), before);
    desk.run("merge a.db b.db --into m.db --as b.db:anna=a.db:anna")
        .done();
    assert!(
        desk.run("status m.db")
            .done()
            .contains("anna (human): 2 of 43")
    );
}

#[test]
fn a_wrong_call_is_told_apart_from_a_merge_that_fails() {
    let desk = pair();
    let check =
        |call: &str, code: i32, error: &str, hint: &str| desk.refuses(call, code, error, hint);
    check(
        "merge a.db ./a.db --into m.db",
        2,
        "./a.db is named twice",
        "name each study once",
    );
    check(
        "merge a.db b.db --into m.db --as cyd=anna",
        2,
        "no file has a coder cyd",
        "the coders are a.db:anna, b.db:bea",
    );
    check(
        "merge a.db b.db --into m.db --recode S1=S2",
        2,
        "--recode S1: no codebook here differs from another by S1",
        "`--dry-run` lists how the codebooks differ",
    );
    for call in ["merge a.db --into m.db", "merge a.db b.db", "merge"] {
        assert_eq!(desk.run(call).code, 2, "{call}");
    }
    let said = desk.run("merge a.db c.db --into m.db");
    assert_eq!(said.code, 1);
    assert!(
        said.err.starts_with("error: there is no study at c.db\n"),
        "{}",
        said.err
    );
    let said = desk.run("merge a.db b.db --into none/m.db");
    assert_eq!(said.code, 1);
    assert!(
        said.err
            .starts_with("error: cannot make a private copy in none: "),
        "{}",
        said.err
    );
    assert!(!desk.path("m.db").exists());
}

#[test]
fn nothing_is_written_over() {
    let desk = pair();
    desk.write("m.db", "my notes");
    let said = desk.run("merge a.db b.db --into m.db");
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    assert!(
        said.err.starts_with("error: m.db exists already\n"),
        "{}",
        said.err
    );
    assert_eq!(fs::read(desk.path("m.db")).unwrap(), b"my notes");
    let said = desk.run("merge a.db b.db --into a.db");
    assert!(
        said.err.starts_with("error: a.db exists already\n"),
        "{}",
        said.err
    );
    desk.write("n.db-journal", "old");
    let said = desk.run("merge a.db b.db --into n.db");
    assert!(
        said.err.starts_with("error: n.db-journal exists already\n"),
        "{}",
        said.err
    );
}

#[test]
fn broken_inputs_get_a_sentence_and_leave_nothing_behind() {
    let desk = pair();
    let good = fs::read(desk.path("a.db")).unwrap();
    let check = |bytes: &[u8], expected: &str| {
        desk.write("x.db", bytes);
        let before = look(&desk);
        let said = desk.run("merge x.db b.db --into m.db");
        assert_eq!(said.code, 1, "{}", said.err);
        assert!(said.err.contains(expected), "{expected}: {}", said.err);
        assert!(said.err.contains("\nhint: "), "{}", said.err);
        assert_eq!(look(&desk), before);
        let folders = fs::read_dir(desk.folder.path())
            .unwrap()
            .map(Result::unwrap);
        let names: Vec<_> = folders.map(|entry| entry.file_name()).collect();
        assert!(
            names
                .iter()
                .all(|name| !name.to_string_lossy().starts_with('.')),
            "{names:?}"
        );
    };
    check(
        b"a letter",
        "x.db is no pushback study: it is not an SQLite file",
    );
    check(&good[..good.len() / 2], "x.db is damaged");
    let mut newer = good.clone();
    newer[60..64].copy_from_slice(&[0, 0, 0, 99]);
    check(&newer, "x.db was written by a newer pushback");
}

#[test]
fn a_study_that_somebody_has_open_is_merged() {
    let desk = pair();
    let held = Study::open(&desk.path("b.db"), "bea").unwrap();
    desk.run("merge a.db b.db --into m.db").done();
    drop(held);
}

/// Gives the last coder of a study a long history.
pub(super) fn write_memos(study: &Path) {
    let mut study = Study::open_to_write(study, "a test").unwrap();
    let coder = study.coders().unwrap().remove(0);
    let unit = candidates(&study).remove(9);
    for number in 0..100 {
        let memo = Change::Memo(format!("{number} {}", "word ".repeat(2000)));
        study
            .act(coder.id, &unit, &[memo], None, Timestamp(0))
            .unwrap();
    }
}

#[test]
fn a_merged_study_that_finds_no_space_leaves_nothing_behind() {
    let desk = pair();
    write_memos(&desk.path("a.db"));
    write_memos(&desk.path("b.db"));
    let before = look(&desk);
    // The copies of the inputs may be that large, and what holds the memos of both may not.
    let size = fs::metadata(desk.path("a.db")).unwrap().len();
    let script = format!(
        "trap '' XFSZ; ulimit -f {}; exec '{}' merge a.db b.db --into m.db",
        (size + size / 4) / 512,
        assert_cmd::cargo::cargo_bin!("pushback").display()
    );
    let mut command = Command::new("sh");
    command
        .args(["-c", &script])
        .current_dir(desk.folder.path());
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.starts_with("error: cannot write the study in m.db: "),
        "{said}"
    );
    assert_eq!(look(&desk), before);
    let all = fs::read_dir(desk.folder.path()).unwrap().count();
    assert_eq!(all, 3, "the two studies and the home");
}

#[test]
fn names_of_files_and_coders_cannot_forge_lines() {
    let desk = Desk::new();
    coded(&desk, "a.db", "anna\n\u{1b}[2Jwrote m.db", 1);
    coded(&desk, "b.db", "bea", 1);
    let said = desk.run("merge a.db b.db --dry-run").done();
    assert!(!said.contains('\u{1b}'), "{said}");
    assert!(
        said.lines().all(|line| !line.starts_with("wrote")),
        "{said}"
    );
}

#[test]
fn two_files_of_one_name_are_told_apart_by_their_folders() {
    let desk = pair();
    fs::create_dir_all(desk.path("one")).unwrap();
    fs::create_dir_all(desk.path("two")).unwrap();
    fs::rename(desk.path("a.db"), desk.path("one/s.db")).unwrap();
    fs::rename(desk.path("b.db"), desk.path("two/s.db")).unwrap();
    let said = desk.run("merge one/s.db two/s.db --dry-run --as two/s.db:bea=anna");
    assert_eq!(said.code, 1);
    assert!(
        said.err
            .contains("one/s.db:anna and two/s.db:bea are two coders of one name"),
        "{}",
        said.err
    );
}

/// Merges the studies of a folder that `PUSHBACK_SHARED` names, made from its corpus.
#[test]
#[ignore = "reads the files that PUSHBACK_SHARED names"]
fn studies_of_real_transcripts_are_merged() {
    let Some(shared) = crate::given::shared() else {
        return;
    };
    let desk = Desk::new();
    let corpus = shared.join("corpus");
    for name in ["a.db", "b.db"] {
        let said = desk.call(["import".as_ref(), name.as_ref(), corpus.as_os_str()]);
        assert!(desk.path(name).exists(), "{}", said.err);
    }
    for (name, coder) in [("a.db", "anna"), ("b.db", "bea")] {
        let mut study = Study::open_to_write(&desk.path(name), "a test").unwrap();
        let coder = study
            .coder(coder, CoderKind::Human, Uuid::now_v7())
            .unwrap();
        for unit in candidates(&study).into_iter().take(300) {
            let episode = Uuid::now_v7();
            let form = Change::Field {
                episode,
                field: "form".to_owned(),
                choices: vec![Choice::of("S3")],
            };
            let made = Change::Episode {
                episode,
                exists: true,
            };
            study
                .act(coder.id, &unit, &[made, form], None, Timestamp(0))
                .unwrap();
        }
    }
    let before = std::time::Instant::now();
    let said = desk.run("merge a.db b.db --into m.db").done();
    println!("{said}{:?}", before.elapsed());
    desk.run("check m.db").done();
}
