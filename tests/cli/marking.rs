//! `pushback detect --mark`, called as people call it: the turns of a study marked anew.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use pushback::detect::Weights;
use pushback::model::{Change, CoderKind, Timestamp, Verdict};
use pushback::store::Study;
use rusqlite::Connection;
use uuid::Uuid;

use super::{Desk, dump, repository};

/// Makes a study look as if an older version had marked it, and every turn.
fn age(study: &Path) {
    let connection = Connection::open(study).unwrap();
    connection
        .execute_batch(
            "UPDATE mark SET detector = '1-0123abcd', pushback = 1, score = 0.9;
             UPDATE session SET pushback_turns = developer_turns;",
        )
        .unwrap();
}

/// Decides on the first developer turn of the first session.
fn decide(study: &Path) {
    let mut study = Study::open_to_write(study, "a test").unwrap();
    let coder = study
        .coder("anna", CoderKind::Human, Uuid::now_v7())
        .unwrap();
    let row = study.sessions(None).unwrap().remove(0);
    let unit = study.open_session(&row, None).unwrap().unit(1).unwrap();
    let verdict = Change::Verdict(Some(Verdict::NotEpisode {
        reason: "truncation".to_owned(),
        text: None,
    }));
    study
        .act(coder.id, &unit, &[verdict], None, Timestamp(0))
        .unwrap();
}

#[test]
fn the_same_detector_marks_what_the_import_marked() {
    let desk = Desk::new();
    desk.study("s.db");
    let fixtures = repository("tests/fixtures");
    let import = ["import".as_ref(), "s.db".as_ref(), fixtures.as_os_str()];
    assert_eq!(desk.call(import).code, 0);
    let before = dump(&desk.path("s.db"));
    let said = desk.run("detect --mark s.db").done();
    assert!(
        said.contains("0 turns newly marked\n0 turns no longer marked\n"),
        "{said}"
    );
    assert!(said.contains("(as before)"), "{said}");
    assert!(dump(&desk.path("s.db")) == before);
    assert!(!desk.run("status s.db").done().contains("detect --mark"));
}

#[test]
fn a_new_version_marks_anew_and_says_what_changed() {
    let desk = Desk::new();
    let study = desk.study("s.db");
    let imported = dump(&study);
    age(&study);
    decide(&study);
    let status = desk.run("status s.db").done();
    let remedy = "`pushback detect --mark s.db` marks them anew and keeps every decision";
    assert!(
        status.contains("marked 64 turns by detector 1-0123abcd"),
        "{status}"
    );
    assert!(status.contains(remedy), "{status}");
    let aged = dump(&study);
    let dry = desk.run("detect --mark s.db --dry-run").done();
    assert!(dry.ends_with("Nothing was written.\n"), "{dry}");
    assert!(dump(&study) == aged);
    let said = desk.run("detect --mark s.db").done();
    assert!(dry.starts_with(&said), "{said}");
    assert!(said.contains("before: 64 turns by 1-0123abcd"), "{said}");
    assert!(
        said.contains("43 turns marked as pushback, 64 before"),
        "{said}"
    );
    assert!(
        said.contains("21 turns no longer marked, 1 of them decided"),
        "{said}"
    );
    assert!(said.contains("What is decided stays decided"), "{said}");
    let marks = |dump: &str| dump.split("CREATE TABLE mark").nth(1).unwrap()[..2000].to_owned();
    assert_eq!(marks(&dump(&study)), marks(&imported));
    let status = desk.run("status s.db").done();
    assert!(!status.contains(remedy), "{status}");
    assert!(
        status.contains("anna (human): 1 of 44 pushback turns decided"),
        "{status}"
    );
    desk.run("check s.db").done();
    let once = dump(&study);
    let told = desk.run("detect --mark s.db --json").json();
    assert_eq!(
        (&told["newly_marked"], &told["marked"]),
        (&0.into(), &43.into())
    );
    assert!(dump(&study) == once);
}

#[test]
fn a_study_keeps_the_threshold_that_its_coder_chose() {
    let desk = Desk::new();
    let study = desk.study("s.db");
    let said = desk.run("detect --mark s.db --recall 0.99").done();
    assert!(!said.contains("\n0 turns newly marked"), "{said}");
    let kept = Study::open_to_read(&study).unwrap().detector_weights();
    let kept = Weights::parse(&kept.unwrap().unwrap(), "kept").unwrap();
    let wanted = Weights::standard().threshold_for(0.99).unwrap();
    assert!((kept.threshold - wanted).abs() < 1e-12);
    // A later import goes on with it, and the study has marks of one version.
    desk.copy("tests/fixtures/specstory/v1-claude.md", "a.md");
    desk.run("import s.db a.md").done();
    let known = Study::open_to_read(&study).unwrap().marked_by().unwrap();
    assert_eq!(known.len(), 1, "{known:?}");
    assert!(!desk.run("status s.db").done().contains("detect --mark"));
    desk.run("detect --mark s.db --weights standard").done();
    let kept = Study::open_to_read(&study).unwrap().detector_weights();
    assert_eq!(kept.unwrap(), None);
}

#[test]
fn an_import_into_a_study_of_an_older_version_says_what_is_mixed() {
    let desk = Desk::new();
    age(&desk.study("s.db"));
    desk.copy("tests/fixtures/specstory/v1-claude.md", "a.md");
    let said = desk.run("import s.db a.md");
    assert_eq!(said.code, 0);
    assert!(said.err.contains("marks of two versions"), "{}", said.err);
    assert!(
        said.err.contains("`pushback detect --mark s.db`"),
        "{}",
        said.err
    );
}

#[test]
fn what_cannot_be_marked_is_told() {
    let desk = Desk::new();
    desk.study("s.db");
    desk.run("export s.db --format labels-only --into l.db")
        .done();
    let hint = "import the same transcripts into it first: that brings the words back";
    desk.refuses(
        "detect --mark l.db",
        1,
        "l.db has no transcripts of 3 sessions",
        hint,
    );
    let study = Connection::open(desk.path("s.db")).unwrap();
    study
        .execute_batch("INSERT INTO meta VALUES ('detector_weights', 'lexicon = 3')")
        .unwrap();
    let said = desk.run("detect --mark s.db");
    assert!(said.err.contains("the weights in s.db:1"), "{}", said.err);
    assert!(said.err.contains("--weights standard"), "{}", said.err);
    desk.run("detect --mark s.db --weights standard").done();
    desk.run("status s.db").done();
}

/// Puts a few hundred conversations into a study.
fn large(desk: &Desk) {
    let mut lines = String::new();
    for session in 0..300 {
        let said = |role: &str, text: String| serde_json::json!({"role": role, "content": text});
        let turns: Vec<_> = (0..6)
            .flat_map(|turn| {
                let asked = format!("no, that is still wrong: shelf {session} of kiln {turn}");
                [said("user", asked), said("assistant", "Done.".to_owned())]
            })
            .collect();
        let _ = writeln!(lines, "{}", serde_json::json!({ "messages": turns }));
    }
    desk.write("many.jsonl", lines);
    desk.run("import s.db many.jsonl").done();
}

#[test]
fn killed_in_the_middle_it_leaves_the_old_marks_or_the_new_ones() {
    let desk = Desk::new();
    large(&desk);
    let study = desk.path("s.db");
    age(&study);
    let old = dump(&study);
    std::fs::copy(&study, desk.path("old.db")).unwrap();
    let began = Instant::now();
    desk.run("detect --mark s.db").done();
    let (took, new) = (began.elapsed(), dump(&study));
    assert!(old != new);
    let mut stayed = 0;
    for round in 0..8 {
        std::fs::copy(desk.path("old.db"), &study).unwrap();
        kill_after(&desk, took * round / 8);
        let now = dump(&study);
        stayed += u32::from(now == old);
        assert!(now == old || now == new, "round {round}");
    }
    assert!(stayed > 0, "no call was killed before its end");
    desk.run("detect --mark s.db").done();
    assert!(dump(&study) == new);
}

fn kill_after(desk: &Desk, time: Duration) {
    let mut call = Command::new(assert_cmd::cargo::cargo_bin!("pushback"))
        .args(["detect", "--mark", "s.db"])
        .current_dir(desk.folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    sleep(time);
    call.kill().unwrap();
    call.wait().unwrap();
}
