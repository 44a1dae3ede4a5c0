//! Study files that are not what the call hopes for, and the names under which people label.

use std::fmt::Write as _;

use pushback::store::Study;
use rusqlite::Connection;

use super::{Desk, add_coders, dump, small_codebook};

const READING: [&str; 4] = [
    "label s.db --coder a",
    "s.db --coder a",
    "status s.db",
    "check s.db",
];

#[test]
fn a_file_that_is_no_study_is_named_for_what_it_is() {
    let desk = Desk::new();
    let hint = "name the file that `pushback import` made";
    desk.write("s.db", "a letter");
    for call in READING {
        desk.refuses(
            call,
            1,
            "s.db is no pushback study: it is not an SQLite file",
            hint,
        );
    }
    std::fs::remove_file(desk.path("s.db")).unwrap();
    let other = Connection::open(desk.path("s.db")).unwrap();
    other
        .execute_batch("CREATE TABLE boat (name TEXT)")
        .unwrap();
    for call in READING {
        desk.refuses(
            call,
            1,
            "s.db is no pushback study: it is a database of another program",
            hint,
        );
    }
    std::fs::create_dir(desk.path("folder")).unwrap();
    desk.refuses(
        "status folder",
        1,
        "folder is no pushback study: it is a folder",
        hint,
    );
}

#[test]
fn a_study_of_a_newer_version_is_left_alone() {
    let desk = Desk::new();
    let study = desk.study("s.db");
    desk.copy("tests/fixtures/specstory/v1-claude.md", "a.md");
    let connection = Connection::open(&study).unwrap();
    connection.pragma_update(None, "user_version", 999).unwrap();
    drop(connection);
    let before = std::fs::read(&study).unwrap();
    for call in READING.into_iter().chain(["import s.db a.md"]) {
        let said = desk.run(call);
        assert_eq!(said.code, 1);
        let error =
            "error: s.db was written by a newer pushback (study version 999, this program knows ";
        assert!(said.err.starts_with(error), "{call}: {}", said.err);
        assert!(
            said.err
                .ends_with("hint: update pushback on this machine; nothing was changed\n")
        );
    }
    assert_eq!(std::fs::read(&study).unwrap(), before);
}

#[test]
fn a_study_that_is_open_elsewhere_can_be_read_and_not_written() {
    let desk = Desk::new();
    let study = desk.study("s.db");
    desk.copy("tests/fixtures/specstory/v1-claude.md", "a.md");
    let holder = "anna on node7, process 12, since 2026-11-20 14:02 UTC";
    let held = Study::open(&study, holder).unwrap();
    let error = format!("s.db is in use: {holder}");
    desk.refuses(
        "import s.db a.md",
        1,
        &error,
        "close the other pushback first",
    );
    assert!(desk.run("status s.db").done().contains("3 sessions"));
    desk.run("check s.db").done();
    desk.run("import s.db a.md --dry-run").done();
    drop(held);
    desk.run("import s.db a.md").done();
}

#[test]
fn a_demo_that_is_open_is_not_put_aside() {
    let desk = Desk::new();
    desk.run("demo try --no-open").done();
    let held = Study::open(&desk.path("try/demo.db"), "anna").unwrap();
    let error = "try/demo.db is in use: anna";
    desk.refuses(
        "demo try --no-open --fresh",
        1,
        error,
        "close the other pushback first",
    );
    drop(held);
    assert!(!desk.path("try/demo.1.db").exists());
}

#[test]
fn labelling_needs_a_name() {
    let desk = Desk::new();
    let study = desk.study("s.db");
    let once = "add --coder NAME; once is enough where nobody else codes in the study";
    desk.refuses(
        "label s.db",
        2,
        "who labels? Labels are stored under a name",
        once,
    );
    let said = desk.call(["label", "s.db", "--coder", " "]);
    said.is_refusal(2, "the coder's name is empty", "add --coder NAME");
    add_coders(&study, &["anna", "Ben"]);
    let error = "who labels? The study has the coders Ben, anna";
    desk.refuses("s.db", 2, error, "add --coder NAME");
}

#[test]
fn a_name_that_differs_only_in_capitals_is_a_slip() {
    let desk = Desk::new();
    let study = desk.study("s.db");
    add_coders(&study, &["Ben"]);
    let error = "the study has a coder Ben, and ben would be another one";
    desk.refuses("s.db --coder ben", 2, error, "add --coder \"Ben\"");
}

#[test]
fn a_call_without_a_terminal_leaves_no_trace_in_the_study() {
    let desk = Desk::new();
    let study = desk.study("s.db");
    let before = dump(&study);
    let error = "this needs a terminal: the input is not one";
    for call in ["label s.db --coder anna", "s.db --coder anna"] {
        desk.refuses(call, 1, error, "run `pushback label s.db` in a terminal");
    }
    assert_eq!(dump(&study), before);
    let said = desk.run("demo try");
    said.is_refusal(1, error, "run `pushback label try/demo.db` in a terminal");
    assert!(said.out.starts_with("made try/demo.db"));
}

#[test]
fn the_coder_comes_from_the_environment_too() {
    let desk = Desk::new();
    let study = desk.study("s.db");
    add_coders(&study, &["Ben"]);
    let said = super::Said::by(desk.command().arg("s.db").env("PUSHBACK_CODER", "BEN"));
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains("and BEN would be another one"),
        "{}",
        said.err
    );
}

#[test]
fn a_study_without_sessions_is_checked_and_counted() {
    let desk = Desk::new();
    drop(Study::create(&desk.path("s.db"), &small_codebook(), "a test").unwrap());
    assert!(
        desk.run("status s.db")
            .done()
            .contains("0 sessions, 0 developer turns")
    );
    desk.run("check s.db").done();
}

#[test]
fn a_study_without_texts_can_be_written_and_counted() {
    let desk = Desk::new();
    desk.study("s.db");
    desk.run("export s.db --format labels-only --into l.db")
        .done();
    let full = desk.run("status s.db").done().replace("s.db", "l.db");
    assert_eq!(desk.run("status l.db").done(), full);
    desk.run("check l.db").done();
    desk.refuses(
        "export s.db --format labels-only",
        2,
        "a study is a file",
        "add --into FILE",
    );
}

#[test]
fn what_coders_differ_over_is_listed() {
    let desk = Desk::new();
    desk.run("demo d --no-open").done();
    desk.run("merge d/anna.db d/ben.db --into m.db").done();
    let list = desk.run("adjudicate m.db --list").done();
    let mut counts = list.lines().skip(1).map(|line| {
        line.trim_start()
            .split(' ')
            .next()
            .unwrap()
            .parse::<u32>()
            .unwrap()
    });
    let first = counts.next().unwrap();
    assert!(first >= 2 && counts.all(|count| count <= first), "{list}");
    assert!(
        list.contains("not an episode: Project not visible"),
        "{list}"
    );
    desk.refuses(
        "adjudicate d/anna.db --list",
        1,
        "d/anna.db has the labels of fewer than two people",
        "`pushback merge A.db B.db --into M.db` puts two coders' files together",
    );
}

#[test]
fn a_file_of_labels_is_compared_without_a_study() {
    let desk = Desk::new();
    let mut lines = String::new();
    // Eight units in two sessions; the coders give the same form to six of them.
    for at in 0..8 {
        let other = if at < 6 { "S1" } else { "S3" };
        for (coder, form) in [("ada", "S1"), ("bo", other)] {
            let unit = format!("loom{}/{at}", at / 4);
            writeln!(
                lines,
                r#"{{"unit":"{unit}","coder":"{coder}","symptom":["{form}"],"cause":["C7"],"severity":"DS1","status":"RS2"}}"#
            )
            .unwrap();
        }
    }
    std::fs::write(desk.path("l.jsonl"), lines).unwrap();
    let said = desk.run("agreement l.jsonl --resamples 100").done();
    assert!(
        said.contains("8 units decided by anybody, 8 by two or more"),
        "{said}"
    );
    assert!(said.contains("n = 8 units in 2 sessions"), "{said}");
    let exact = said
        .lines()
        .find(|line| line.contains("exact match"))
        .unwrap();
    assert!(exact.contains("75.0 %"), "{exact}");
    desk.study("s.db");
    desk.refuses(
        "agreement s.db l.jsonl",
        2,
        "l.jsonl is no study, and a file of labels stands alone",
        "put the labels of all coders into one file, or name studies only",
    );
}
