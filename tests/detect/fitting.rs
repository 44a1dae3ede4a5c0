//! Weights fitted to judged turns: with the real binary, on turns written here, and on those of `PUSHBACK_SHARED`.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use pushback::detect::{Detector, Weights};

use super::{last_mark, small_session};
use crate::given::shared;

/// Turns of three repositories, of which those with a sigh push back, which no lexicon could know.
fn judged() -> String {
    let line = |repository: usize, at: usize, pushback: bool| {
        let words = ["kiln", "glaze", "shelf", "clay", "wheel", "slip", "bowl"];
        let (one, other) = (words[at % 7], words[(at + repository) % 7]);
        let text = if pushback {
            format!("the {one} wobbles beside the {other}, hmpf")
        } else {
            format!("paint the {one} like the {other}")
        };
        serde_json::json!({
            "text": text, "pushback": pushback, "previous_developer_turn": "Plan the studio.",
            "agent_tail": "Here is a plan.", "repository": format!("studio-{repository}"),
            "kinds": if pushback { vec!["failure"] } else { vec![] }, "judge": "unknown keys are passed over",
        })
    };
    let lines = (0..90).map(|at| line(at / 30, at, at % 3 == 0).to_string());
    lines.collect::<Vec<_>>().join("\n")
}

fn detect(arguments: &[&str], folder: &Path) -> (String, String, i32) {
    let output = Command::cargo_bin("pushback")
        .unwrap()
        .current_dir(folder)
        .arg("detect")
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (
        text(&output.stdout),
        text(&output.stderr),
        output.status.code().unwrap(),
    )
}

#[test]
fn fitted_weights_are_measured_kept_and_used() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("judged.jsonl"), judged()).unwrap();
    let (out, _, code) = detect(
        &["--fit", "judged.jsonl", "--into", "own.toml"],
        folder.path(),
    );
    assert_eq!(code, 0, "{out}");
    assert!(
        out.starts_with("90 judged turns of 3 repositories, of which 30 push back"),
        "{out}"
    );
    let text = fs::read_to_string(folder.path().join("own.toml")).unwrap();
    let weights = Weights::parse(&text, "own.toml").unwrap();
    assert_eq!(
        (weights.turns, weights.pushback, weights.groups),
        (90, 30, 3)
    );
    assert_eq!(
        Weights::parse(&weights.to_text(), "again").unwrap(),
        weights
    );
    let (out, _, code) = detect(
        &["--measure", "judged.jsonl", "--weights", "own.toml"],
        folder.path(),
    );
    assert_eq!(code, 0);
    assert!(out.contains("the detector in use"), "{out}");
    // The weights change what is said of a turn.
    let session = small_session("Plan the studio.", "Here is a plan.", "the kiln wobbles");
    let own = Detector::unfitted()
        .with(&weights)
        .marks(&session)
        .pop()
        .unwrap();
    assert!((own.score - last_mark(&session).score).abs() > 1e-6);
}

#[test]
fn what_cannot_be_fitted_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let check = |text: &str, arguments: &[&str], expected: &str| {
        fs::write(folder.path().join("judged.jsonl"), text).unwrap();
        let (_, error, code) = detect(arguments, folder.path());
        assert!(error.contains(expected) && code != 0, "{error}");
    };
    let fit = &["--fit", "judged.jsonl"];
    check(
        "{\"text\": \"no\"}",
        fit,
        "judged.jsonl:1: missing field `pushback`",
    );
    check(
        "{\"text\": \"no\", \"pushback\": true}",
        fit,
        "nothing can be held out",
    );
    check("", fit, "nothing can be held out");
    check(
        "lexicon = 3",
        &["--measure", "judged.jsonl", "--weights", "judged.jsonl"],
        "judged.jsonl:1",
    );
    check("", &["--fit", "nowhere.jsonl"], "cannot read nowhere.jsonl");
    check("", &["--recall", "2", "x"], "between 0 and 1");
}

#[test]
fn a_study_moves_the_weights_from_where_they_are_and_leaves_the_threshold() {
    let detector = Detector::standard();
    let told = |at: usize| {
        let text = format!("paint shelf {at} of the kiln, hmpf");
        let session = small_session("Plan the studio.", "Here is a plan.", &text);
        let group = format!("studio-{}", at % 4);
        let judged = |turn: u32| (turn == 2).then_some(at.is_multiple_of(2));
        detector.examples(&session, &group, judged).remove(0).1
    };
    let examples: Vec<_> = (0..40).map(told).collect();
    let known = Weights {
        threshold: 0.123,
        ..Weights::standard()
    };
    let own = detector.refit(&examples, &known).unwrap().weights;
    assert!((own.threshold - 0.123).abs() < 1e-12);
    assert_eq!(own.recall, known.recall);
    // What the examples do not show keeps its weight but for the scale, which is the same for all.
    let ratio = |name: &str| own.weights[name] / known.weights[name];
    let unseen: Vec<&String> = known
        .weights
        .iter()
        .filter(|(name, own)| name.starts_with("phrase.") && own.abs() > 0.5)
        .map(|(name, _)| name)
        .collect();
    assert!(unseen.len() > 10);
    for name in &unseen {
        assert!((ratio(name) - ratio(unseen[0])).abs() < 0.01, "{name}");
    }
}

#[test]
fn a_share_of_pushback_sets_the_threshold() {
    let weights = Weights::standard();
    let at = |recall| weights.threshold_for(recall).unwrap();
    assert!(at(0.95) < at(0.9) && at(0.9) < at(0.8));
    assert!(
        (weights.threshold - at(0.9)).abs() < 1e-9,
        "the default finds nine of ten"
    );
    assert_eq!(weights.threshold_for(1.0), None);
    assert!((at(0.87) - at(0.9)).abs() < 1e-9, "the next larger share");
}

#[test]
#[ignore = "reads the judged turns in PUSHBACK_SHARED"]
fn the_weights_inside_are_those_of_the_judged_turns() {
    let Some(shared) = shared() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (judged, corpus) = (shared.join("pushback/dev.jsonl"), shared.join("corpus"));
    let (judged, corpus) = (judged.to_str().unwrap(), corpus.to_str().unwrap());
    let (out, _, code) = detect(
        &[
            "--fit",
            judged,
            "--transcripts",
            corpus,
            "--into",
            "own.toml",
        ],
        folder.path(),
    );
    assert_eq!(code, 0);
    let own = fs::read_to_string(folder.path().join("own.toml")).unwrap();
    assert_eq!(
        Weights::parse(&own, "own.toml").unwrap(),
        Weights::standard()
    );
    let fitted = out.lines().find(|line| line.starts_with("fitted")).unwrap();
    let figures: Vec<f64> = fitted
        .split_whitespace()
        .skip(1)
        .map(|own| own.parse().unwrap())
        .collect();
    // Average precision, and precision at a recall of .90, on repositories that were not fitted on.
    assert!(figures[0] >= 0.80 && figures[2] >= 0.60, "{fitted}");
}
