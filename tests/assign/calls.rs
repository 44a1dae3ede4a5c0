//! The verb as it is called: what it prints, and what it refuses.

use super::*;

#[test]
fn what_was_drawn_is_told() {
    let desk = Desk::of((0..60).map(|number| number % 5));
    let out = desk.assign("--coders anna,ben --overlap 0.25 --stratify surface --seed 1 --into d");
    insta::assert_snapshot!(out.done(), @r"
    drew 12 of 48 sessions for anna and ben, with 25 pushback turns
    seed 1; generator PCG64 seeded by BLAKE3
    left out: 12 sessions without a pushback turn (--all deals them too)

      coder  study      sessions  own  pushback turns
      anna   d/anna.db        30   18              75
      ben    d/ben.db         30   18              70

      surface  sessions  overlap  anna  ben
      cli            16        4     6    6
      ide            16        4     6    6
      unknown        16        4     6    6

    Half the width of the 95 % interval for two coders, by the overlap and by what they reach:
      overlap  sessions  turns  turns each  kappa .6  kappa .8  kappa .6*  kappa .8*  AC1 .8*
          5 %        2!      5          62      ±.77      ±.58     over 1       ±.98     ±.50
         10 %        5!     12          66      ±.49      ±.36       ±.82       ±.62     ±.32
         20 %       10!     25          72      ±.34      ±.26       ±.58       ±.44     ±.22
       > 25 %       12!     30          75      ±.31      ±.24       ±.53       ±.40     ±.21
         30 %       14!     35          78      ±.29      ±.22       ±.49       ±.37     ±.19
    > asked for; ! under 20 sessions, where the true interval is wider; * for a code on one turn in ten,
    the others on half (where AC1 is as kappa).
    Half width = 1.96 * sqrt(V * d / n): n is the expected number of double-coded pushback turns, and V
    the large-sample variance of one yes or no on a code by two coders who use it equally often (kappa,
    and alpha with it: Bloch & Kraemer 1989; AC1: Gwet 2008).
    d = 1 + (b - 1) * 0.1 = 1.20 is the design effect of coding whole sessions: b = 3.0 pushback turns
    are in the session of a typical one, and their agreement is assumed to correlate by 0.1.

    Send each coder the coder's own file only. d/assignment.json names the sessions of the overlap: keep
    it, and read it when all is coded.
    ");
}

#[test]
fn the_table_in_the_readme_is_the_programs() {
    let desk = Desk::of([8; 200]);
    let out = desk
        .assign("--coders anna,ben --overlap 0.2 --into d --dry-run")
        .done();
    let (_, table) = out.split_once("what they reach:\n").unwrap();
    let (table, _) = table.split_once("> asked for").unwrap();
    let readme = include_str!("../../README.md");
    assert!(readme.contains(&format!("```text\n{table}```")), "{table}");
}

#[test]
fn a_dry_run_says_the_same_and_writes_nothing() {
    let desk = Desk::of([1, 2, 3, 4]);
    let call = "--coders anna,ben --seed 4 --into d --json";
    let dry = desk.assign(&format!("{call} --dry-run")).done();
    assert!(!desk.path("d").exists());
    assert_eq!(desk.assign(call).done(), dry);
    let text = desk.assign("--coders anna,ben --into e --dry-run").done();
    assert!(text.contains("nothing was written; --seed "), "{text}");
}

#[test]
fn json_says_everything_but_the_sessions_of_the_overlap() {
    let desk = Desk::of([1, 2, 0, 4]);
    let out = desk
        .assign("--coders anna,ben --overlap 50% --into d --json")
        .done();
    assert!(!out.contains("rug-"), "{out}");
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    let keys: BTreeSet<&str> = json
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let expected = [
        "codebook_hash",
        "coders",
        "generator",
        "labels_not_copied",
        "left_out",
        "outlook",
        "overlap",
        "seed",
        "sessions",
        "strata",
        "stratified_by",
        "study",
    ];
    assert_eq!(keys, expected.into());
    assert_eq!(
        (&json["sessions"], &json["left_out"]),
        (&3.into(), &1.into())
    );
    assert_eq!(json["overlap"]["sessions"], 2);
    assert_eq!(json["outlook"]["overlaps"].as_array().unwrap().len(), 5);
}

#[test]
fn a_seed_that_is_not_given_is_drawn_and_can_be_given_again() {
    let desk = Desk::of([1; 30]);
    desk.assign("--coders anna,ben --into one").done();
    let seed = &desk.record("one")["seed"];
    desk.assign(&format!("--coders anna,ben --into two --seed {seed}"))
        .done();
    assert_eq!(desk.keys("one/ben.db"), desk.keys("two/ben.db"));
}

#[test]
fn sessions_without_pushback_are_dealt_only_when_asked_for() {
    let desk = Desk::of([0, 1, 0, 2, 0, 3]);
    let sessions = |words: &str| {
        desk.assign(words).done();
        let folder = words.rsplit(' ').next().unwrap();
        let files = ["anna.db", "ben.db"].map(|name| format!("{folder}/{name}"));
        let keys: BTreeSet<String> = files.iter().flat_map(|name| desk.keys(name)).collect();
        keys.len()
    };
    assert_eq!(sessions("--coders anna,ben --into some"), 3);
    assert_eq!(sessions("--coders anna,ben --all --into all"), 6);
    let strata = desk.record("all")["strata"].clone();
    assert_eq!(strata[0]["values"], serde_json::json!(["no pushback"]));
    assert_eq!(strata[1]["sessions"], 3);
}

#[test]
fn every_field_makes_strata() {
    let desk = Desk::of([1; 12]);
    for (field, first, strata) in [
        ("surface", "cli", 3),
        ("agent", "Bobbin", 2),
        ("version", "3", 1),
        ("model", "loom-0", 2),
        ("format", "invented", 1),
        ("repository", "rugs", 1),
        ("folder", "unknown", 1),
        ("branch", "unknown", 1),
        ("month", "2026-01", 1),
        ("year", "2026", 1),
        ("surface,agent,surface", "cli", 6),
    ] {
        let call = format!("--coders a,b --stratify {field} --into d --dry-run --json");
        let json: serde_json::Value = serde_json::from_str(&desk.assign(&call).done()).unwrap();
        assert_eq!(json["strata"][0]["values"][0], first, "{field}");
        assert_eq!(json["strata"].as_array().unwrap().len(), strata, "{field}");
    }
}

#[test]
fn what_is_there_is_never_overwritten() {
    let desk = Desk::of([1; 4]);
    for name in ["ben.db", "assignment.json"] {
        fs::create_dir(desk.path("d")).unwrap();
        fs::write(desk.path("d").join(name), "mine").unwrap();
        let said = desk.assign("--coders anna,ben --into d");
        said.refused(1, &format!("d/{name} exists already"));
        assert_eq!(desk.names("d"), [name.to_owned()].into());
        fs::remove_dir_all(desk.path("d")).unwrap();
    }
    desk.assign("--coders anna,ben --into .").done();
    let said = desk.assign("--coders cleo,s --into .");
    said.refused(1, "./s.db exists already");
}

#[test]
fn a_wrong_call_gets_a_sentence() {
    let desk = Desk::of([1; 4]);
    add_coder(&desk, "Gold", CoderKind::Gold);
    let check = |words: &str, code: i32, error: &str| {
        desk.assign(words).refused(code, error);
        assert!(!desk.path("d").exists());
    };
    check(
        "--coders anna --into d",
        2,
        "an overlap needs two coders or more",
    );
    check(
        "--coders anna,Anna --into d",
        2,
        "anna and Anna are one name",
    );
    check("--coders anna, --into d", 2, "the name of a coder is empty");
    check(
        "--coders anna,a/b --into d",
        2,
        "a/b cannot be the name of a file",
    );
    check(
        "--coders anna,gold --into d",
        2,
        "the study has a coder Gold, and gold would be another one",
    );
    check(
        "--coders anna,Gold --into d",
        2,
        "Gold stands for the settled labels and codes nothing",
    );
    check(
        "--coders anna,ben --overlap 2 --into d",
        2,
        "invalid value '2'",
    );
    check(
        "--coders anna,ben --stratify mood --into d",
        2,
        "invalid value 'mood'",
    );
    check(
        "--coders anna,ben --into x/d",
        1,
        "cannot make the folder x/d",
    );
    check(
        "--coders anna,ben --into s.db",
        1,
        "cannot make the folder s.db",
    );
    let empty = Desk::of([]);
    empty
        .assign("--coders anna,ben --into d")
        .refused(1, "s.db holds no sessions yet");
    let quiet = Desk::of([0, 0]);
    quiet
        .assign("--coders anna,ben --into d")
        .refused(1, "no session in s.db has a pushback turn");
}
