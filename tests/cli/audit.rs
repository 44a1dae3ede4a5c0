//! The audit sample on the command line: how it is asked for, and what `status` says of it.

use std::fmt::Write as _;

use pushback::store::Study;

use super::screen::on_terminal;
use super::{Desk, keys};

#[test]
fn before_a_draw_status_says_how_to_get_one() {
    let desk = Desk::new();
    desk.study("s.db");
    let said = desk.run("status s.db").done();
    let words = "no audit sample is drawn, so what the detector misses is not known: \
                 `pushback label s.db --coder NAME --audit 100` mixes random unmarked turns into the queue, blind\n";
    assert!(said.ends_with(words), "{said}");
    assert!(desk.run("status s.db --json").json()["audit"].is_null());
}

#[test]
fn label_draws_the_sample_and_says_on_the_screen_that_it_is_there() {
    let desk = Desk::new();
    let path = desk.study("s.db");
    let (sent, code) = on_terminal(&desk, "label s.db --coder anna --audit 5 --seed 3", &[]);
    assert_eq!(code, 0, "{sent}");
    assert!(sent.contains("unmarked turns are mixed in"), "{sent}");
    assert!(!sent.contains("score 0"), "{sent}");
    let drawn = Study::open_to_read(&path).unwrap().audit().unwrap();
    assert_eq!(
        drawn.as_ref().map(|own| (own.len(), own.seed)),
        Some((5, 3))
    );
    on_terminal(&desk, "label s.db --coder anna --audit 5", &[]);
    assert_eq!(Study::open_to_read(&path).unwrap().audit().unwrap(), drawn);
    let said = desk.run("status s.db").done();
    assert!(said.contains("audit: 5 of "), "{said}");
    assert!(said.contains("(seed 3)"), "{said}");
    assert!(
        said.contains("anna: no turn of the audit sample is decided yet"),
        "{said}"
    );
    let json = desk.run("status s.db --json").json();
    assert_eq!(
        keys(&json["audit"]),
        ["changed", "drawn", "population", "seed"]
    );
    assert_eq!(
        keys(&json["coders"][0]["audit"]),
        ["decided", "missed", "recall", "with_episodes"]
    );
    let help = desk.run("status --help").done();
    for key in keys(&json).into_iter().chain(keys(&json["coders"][0])) {
        assert!(help.contains(key), "{key}");
    }
    desk.run("check s.db").done();
    let (sent, code) = on_terminal(&desk, "label s.db --coder anna --audit 6 --seed 4", &[]);
    assert_eq!(code, 1);
    assert!(sent.contains("leave --seed out, or say --seed 3"), "{sent}");
}

#[test]
fn decided_turns_of_the_sample_become_an_estimate() {
    let desk = Desk::new();
    let path = desk.study("s.db");
    let mut study = Study::open_to_write(&path, "a test").unwrap();
    let drawn = study.draw_audit(1000, None).unwrap();
    drop(study);
    // Everything is drawn: what is found is what there is, and marked turns are decided to be none.
    let mut lines = String::new();
    let study = Study::open_to_read(&path).unwrap();
    for (session, turns) in drawn.turns.iter().chain(&study.proposed().unwrap()) {
        for turn in turns {
            let _ = writeln!(
                lines,
                "{{\"session\": {session:?}, \"turn\": {turn}, \"verdict\": \"not an episode\", \
                 \"reason\": \"other\", \"reason_text\": \"a test\"}}"
            );
        }
    }
    drop(study);
    desk.write("labels.jsonl", lines);
    desk.run("import-labels s.db labels.jsonl --coder anna")
        .done();
    let own = desk.run("status s.db --json").json();
    let anna = &own["coders"][0]["audit"];
    assert_eq!(anna["decided"], drawn.len());
    assert_eq!(anna["missed"]["high"], 0.0);
    assert!(anna["recall"].is_null(), "{anna}");
    let first = drawn.turns.iter().next().unwrap();
    desk.write("more.jsonl", format!(
        "{{\"session\": {:?}, \"turn\": {}, \"form\": [\"S3\"], \"cause\": [{{\"code\": \"C6\", \"tier\": \"direct\"}}], \
         \"severity\": \"DS0\", \"status\": \"RS2\"}}\n",
        first.0,
        first.1.first().unwrap()
    ));
    desk.run("import-labels s.db more.jsonl --coder anna")
        .done();
    let said = desk.run("status s.db").done();
    let count = drawn.len();
    let words = format!(
        "anna: 1 of {count} audited turns decided held an episode, so an estimated 1 turns with an episode were missed \
         (95 % interval 1 to 1); the detector found 0 of all turns with an episode, 0 % (0 to 0 %)"
    );
    assert!(said.contains(&words), "{said}");
    desk.run("check s.db").done();
}

#[test]
fn a_merge_leaves_the_samples_behind_and_says_so() {
    let desk = Desk::new();
    for name in ["a.db", "b.db"] {
        let path = desk.study(name);
        super::add_coders(&path, &[name.trim_end_matches(".db")]);
    }
    let mut study = Study::open_to_write(&desk.path("a.db"), "a test").unwrap();
    study.draw_audit(5, None).unwrap();
    drop(study);
    let said = desk.run("merge a.db b.db --into m.db").done();
    assert!(
        said.contains("audit samples stay in the studies that they were drawn in"),
        "{said}"
    );
    assert_eq!(
        Study::open_to_read(&desk.path("m.db"))
            .unwrap()
            .audit()
            .unwrap(),
        None
    );
    desk.run("check m.db").done();
}
