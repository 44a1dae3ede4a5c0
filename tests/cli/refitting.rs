//! `pushback detect --fit STUDY`, called as people call it: weights fitted to what people decided in a study.

use std::path::Path;

use pushback::detect::{Detector, Weights};
use pushback::model::{Change, CoderKind, Session, Timestamp, Verdict};
use pushback::store::Study;
use rusqlite::Connection;
use uuid::Uuid;

use super::{Desk, dump};
use crate::store::{codebook, complete, not_episode, session};

/// Sessions of so many repositories, in which the developer speaks five times. On three turns of each the
/// detector is wrong: it takes joy for pushback, and does not see a complaint in quiet words.
fn sessions(repositories: usize) -> Vec<Session> {
    let told = |at: usize| {
        let shelf = format!("shelf {at} of the kiln");
        let texts = [
            format!("plan {shelf}"),
            format!("no, that is still wrong: {shelf}"),
            format!("hm, {shelf} looks crooked from here"),
            format!("no way, that is wrong in the best sense, hooray for {shelf}"),
            format!("still not bored, hooray, no no no, {shelf} is lovely"),
        ];
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut own = session(&format!("session-{at:03}"), &texts);
        own.repository = Some(format!("studio-{}", at % repositories));
        own
    };
    (0..60).map(told).collect()
}

/// Makes a study of them, in which anna decided on all but the first turns of so many sessions.
fn decided(path: &Path, repositories: usize, sessions_decided: usize) {
    let detector = Detector::standard();
    let mut study = Study::create(path, &codebook(), "a test").unwrap();
    let batch: Vec<_> = sessions(repositories)
        .into_iter()
        .map(|own| {
            let marks = detector.marks(&own);
            (own, marks)
        })
        .collect();
    study.import(&batch, detector.version()).unwrap();
    let anna = study
        .coder("anna", CoderKind::Human, Uuid::now_v7())
        .unwrap();
    let rows = study.sessions(None).unwrap();
    for row in rows.iter().take(sessions_decided) {
        let open = study.open_session(row, None).unwrap();
        for turn in 2..=5 {
            let mut changes = Vec::new();
            if turn <= 3 {
                changes.extend(complete(Uuid::now_v7()));
                changes.push(Change::Verdict(Some(Verdict::Episodes)));
            } else {
                changes.push(Change::Verdict(Some(not_episode("truncation", None))));
            }
            let unit = open.unit(turn).unwrap();
            study
                .act(anna.id, &unit, &changes, None, Timestamp(0))
                .unwrap();
        }
    }
}

/// Gives the rows of what coders did.
fn labels(path: &Path) -> Vec<String> {
    let connection = Connection::open(path).unwrap();
    let rows = |table: &str| {
        let mut statement = connection
            .prepare(&format!("SELECT * FROM {table}"))
            .unwrap();
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| {
            let values = (0..columns).map(|at| format!("{:?}", row.get_ref(at).unwrap()));
            Ok(values.collect::<Vec<_>>().join("|"))
        });
        rows.unwrap().map(Result::unwrap).collect::<Vec<_>>()
    };
    ["history", "decision", "episode", "label", "coder"]
        .iter()
        .flat_map(|table| rows(table))
        .collect()
}

#[test]
fn with_too_few_decisions_it_says_so() {
    let desk = Desk::new();
    decided(&desk.path("s.db"), 12, 5);
    let before = dump(&desk.path("s.db"));
    let said = desk.run("detect --fit s.db").done();
    assert!(
        said.contains(
            "20 developer turns decided by anna, of which 10 are episodes and 10 are not"
        ),
        "{said}"
    );
    assert!(said.contains("It is too early to say"), "{said}");
    let said = desk.run("detect --fit s.db --apply");
    assert_eq!(said.code, 1);
    assert!(said.err.contains("there are 20, 10 and 10"), "{}", said.err);
    assert!(dump(&desk.path("s.db")) == before);
    desk.write("judged.jsonl", "{}");
    let said = desk.run("detect --fit judged.jsonl --apply");
    assert_eq!(said.code, 2);
    assert!(said.err.contains("is no study"), "{}", said.err);
}

#[test]
fn with_enough_it_says_whether_it_helps_and_applies_it_when_told_to() {
    let desk = Desk::new();
    let study = desk.path("s.db");
    decided(&study, 12, 60);
    let (before, own) = (dump(&study), labels(&study));
    let said = desk.run("detect --fit s.db --into own.toml").done();
    assert!(
        said.contains("240 developer turns decided by anna"),
        "{said}"
    );
    assert!(said.contains("Only turns that were marked"), "{said}");
    assert!(
        said.contains("Refitting would help: the average precision rises by"),
        "{said}"
    );
    assert!(said.contains("resamples of 12 repositories"), "{said}");
    assert!(dump(&study) == before);
    let text = std::fs::read_to_string(desk.path("own.toml")).unwrap();
    let fitted = Weights::parse(&text, "own.toml").unwrap();
    let standard = Weights::standard();
    assert_eq!(
        (fitted.threshold.to_bits(), &fitted.recall),
        (standard.threshold.to_bits(), &standard.recall)
    );
    let said = desk.run("detect --fit s.db --apply").done();
    assert!(said.contains("no longer marked"), "{said}");
    assert_eq!(labels(&study), own);
    let opened = Study::open_to_read(&study).unwrap();
    assert_eq!(opened.detector_weights().unwrap(), Some(text));
    drop(opened);
    let status = desk.run("status s.db").done();
    assert!(status.contains("anna (human): 240 of "), "{status}");
    desk.run("check s.db").done();
    // The second call compares with the weights inside again, and finds the same.
    let again = desk.run("detect --fit s.db").done();
    assert!(again.contains("own weights are not compared"), "{again}");
    let once = dump(&study);
    desk.run("detect --fit s.db --apply").done();
    assert!(dump(&study) == once);
}

#[test]
fn coders_who_differ_are_left_out_and_one_repository_is_grouped_by_session() {
    let desk = Desk::new();
    let path = desk.path("s.db");
    decided(&path, 1, 60);
    let mut study = Study::open_to_write(&path, "a test").unwrap();
    let row = study.sessions(None).unwrap().remove(0);
    let open = study.open_session(&row, None).unwrap();
    let verdict = Change::Verdict(Some(not_episode("truncation", None)));
    let act = |study: &mut Study, name: &str, kind, turn, change: &Change| {
        let coder = study.coder(name, kind, Uuid::now_v7()).unwrap();
        let unit = open.unit(turn).unwrap();
        let change = [change.clone()];
        study
            .act(coder.id, &unit, &change, None, Timestamp(0))
            .unwrap();
    };
    act(&mut study, "bea", CoderKind::Human, 2, &verdict);
    act(&mut study, "bea", CoderKind::Human, 3, &verdict);
    act(&mut study, "gold", CoderKind::Gold, 3, &verdict);
    act(&mut study, "judge", CoderKind::Model, 4, &verdict);
    act(
        &mut study,
        "bea",
        CoderKind::Human,
        1,
        &Change::Deferred(true),
    );
    drop(study);
    let said = desk.run("detect --fit s.db").done();
    assert!(
        said.contains("239 developer turns decided by anna, bea, of which 118 are"),
        "{said}"
    );
    assert!(
        said.contains("left out: 1 turn put off\nleft out: 1 turn on which coders differ\n"),
        "{said}"
    );
    assert!(said.contains("resamples of 60 sessions"), "{said}");
}
