//! Larger files, and files that are no part of this repository.

use std::fmt::Write as _;
use std::time::Instant;

use pushback::import::read_labels;

use super::*;

#[test]
#[ignore = "measures: a release build says more"]
fn sixteen_thousand_episodes_are_measured() {
    let desk = Desk::new();
    let codebook = Codebook::parse(MISALIGNMENT, "codebook.toml").unwrap();
    let mut study = Study::create(&desk.path("study.db"), &codebook, "a test").unwrap();
    let sessions: Vec<(Session, Vec<Mark>)> = (0..2_687)
        .map(|at| session(&format!("session-{at:05}")))
        .collect();
    study.import(&sessions, "test 1").unwrap();
    drop(study);
    let mut labels = String::new();
    for (session, _) in &sessions {
        for turn in 1..=6 {
            let quote = format!(
                r#","evidence":"{}""#,
                TURNS[turn as usize - 1].replace('\n', " ")
            );
            let _ = writeln!(labels, "{}", record(&session.key, turn, &quote));
        }
    }
    for call in ["first", "again"] {
        let start = Instant::now();
        let said = desk.take(&labels, "ada");
        println!("{call}: {} in {:?}", said["turns"], start.elapsed());
        assert_eq!(said["taken"], 16_122);
    }
    let start = Instant::now();
    assert_eq!(desk.export("study.db", "ada").lines().count(), 16_122);
    println!("export in {:?}", start.elapsed());
}

#[test]
#[ignore = "needs PUSHBACK_SHARED"]
fn the_shared_label_files_are_read_whole() {
    let Some(shared) = crate::given::shared() else {
        return;
    };
    let codebook = Codebook::parse(MISALIGNMENT, "codebook.toml").unwrap();
    let mut files = 0;
    for entry in fs::read_dir(shared.join("agreement/fixtures")).unwrap() {
        let path = entry.unwrap().path();
        if !path.to_string_lossy().ends_with(".labels.json") {
            continue;
        }
        let file = read_labels(fs::File::open(&path).unwrap(), &codebook).unwrap();
        assert!(
            file.skipped.is_empty() && file.ignored.is_empty(),
            "{}: {:?} {:?}",
            path.display(),
            file.skipped.first(),
            file.ignored
        );
        assert!(!file.records.is_empty());
        files += 1;
    }
    assert!(files > 0);
}
