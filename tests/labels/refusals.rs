//! What goes in, what is refused, and what is said about it.

use super::*;

#[test]
fn a_bad_record_is_named_with_line_and_rule_and_the_others_go_in() {
    let desk = Desk::with_study();
    let labels = [
        record("wheel", 2, ""),
        r#"{"session":"wheel","turn":3,"form":["S3","S8"]}"#.to_owned(),
        r#"{"session":"wheel","turn":3,"form":"S3"}"#.to_owned(),
        record("wheel", 3, r#","damage_locus":"DL1""#),
        record("wheel", 99, ""),
        record("lathe", 2, ""),
        r#"{"unit":"bowl 7","form":"S3"}"#.to_owned(),
        r#"{"session":"wheel","turn":4,"reason":"other"}"#.to_owned(),
        record("wheel", 2, ""),
        record("wheel", 2, r#","episode":2"#),
        r#"{"session":"wheel","turn":2,"reason":"truncation"}"#.to_owned(),
        record("wheel", 5, r#","hash":"0000000000000000""#),
        "{\"session\":".to_owned(),
    ];
    let said = desk.take(&labels.join("\n"), "ada");
    insta::assert_snapshot!(texts(&said["refused"], "reason").join("\n"), @r#"
    2: S8 stands alone: no other code goes with it
    3: Cause is still open
    4: Locus applies only with DS2 or DS3
    5: session wheel has no developer turn 99
    6: the study has no session lathe
    7: the unit names no turn; in a study it reads SESSION#D12
    8: other has no text yet
    9: episode 1 of this turn stands on line 1 already: number the episodes of a turn
    11: line 1 says of this turn that it has episodes, and this one that it is not an episode (truncation)
    12: D5 has another text here than the one that was labelled
    13: the record is cut off
    "#);
    assert_eq!((&said["taken"], &said["episodes"]), (&2.into(), &2.into()));
    assert_eq!(
        desk.run("check study.db").done(),
        "study.db: nothing is wrong\n"
    );
}

#[test]
fn sessions_are_known_by_their_beginning_where_no_other_has_it() {
    let desk = Desk::with_study();
    let labels = [
        record("kiln-one-4711", 2, ""),
        record("kiln-one-472", 2, ""),
        record("kiln-one-", 2, ""),
        record("whee", 2, ""),
        record("kiln-one-47119", 2, ""),
        record("kiln-one-4711#D3", 3, "")
            .replace("session", "unit")
            .replace(r#""turn":3,"#, ""),
    ];
    let said = desk.take(&labels.join("\n"), "ada");
    insta::assert_snapshot!(texts(&said["refused"], "reason").join("\n"), @r#"
    3: several sessions have a key that begins with kiln-one-
    4: the study has no session whee; the beginning of a key has at least 8 characters
    5: the study has no session kiln-one-47119
    "#);
    let exported = desk.export("study.db", "ada");
    let turns: Vec<&str> = exported.lines().map(|line| &line[11..36]).collect();
    assert_eq!(
        turns,
        [
            r#""kiln-one-4711","turn":2,"#,
            r#""kiln-one-4711","turn":3,"#,
            r#""kiln-one-4722","turn":2,"#
        ]
    );
}

#[test]
fn quotations_are_looked_for_in_the_turn_and_then_in_the_session() {
    let desk = Desk::with_study();
    let quotes = r#","evidence":["no, that is the red one again", {"turn":"A1","text":"What I did about  it"},
        {"turn":"A3","start":20,"end":26}, {"turn":"D2","text":"leave the plate alone"}, "never said", {"turn":"D2"},
        {"turn":"A4","start":3,"end":4,"text":"ünd done"}]"#;
    let said = desk.take(&record("wheel", 2, &quotes.replace('\n', "")), "ada");
    let counts = &said["quotations"];
    assert_eq!(
        *counts,
        serde_json::json!({"exact": 4, "but_for_blanks": 1, "not_found": 2})
    );
    let noted = &said["quotations_noted"];
    assert_eq!(
        texts(noted, "standing"),
        ["1: equal but for blanks", "1: not found", "1: not found"]
    );
    let exported: Value = serde_json::from_str(&desk.export("study.db", "ada")).unwrap();
    let evidence = exported["evidence"].as_array().unwrap().iter();
    let evidence: Vec<String> = evidence.map(ToString::to_string).collect();
    insta::assert_snapshot!(evidence.join("\n"), @r#"
    {"end":30,"start":0,"text":"no,  that is the red one\nagain","turn":"D2"}
    {"end":20,"start":0,"text":"What I did about  it","turn":"A1"}
    {"end":26,"start":20,"text":": step","turn":"A3"}
    {"end":21,"start":0,"text":"leave the plate alone","turn":"D4"}
    {"end":38,"start":30,"text":"ünd done","turn":"A4"}
    "#);
    assert_eq!(
        desk.run("check study.db").done(),
        "study.db: nothing is wrong\n"
    );
}

#[test]
fn the_same_file_changes_nothing_and_another_one_replaces() {
    let desk = Desk::with_study();
    let labels = record("wheel", 2, r#","memo":"look","evidence":"still red""#)
        + "\n"
        + &record("wheel", 2, r#","episode":2"#);
    assert_eq!(desk.take(&labels, "ada")["turns"]["new"], 1);
    let rows = desk.rows("study.db");
    assert_eq!(desk.take(&labels, "ada")["turns"]["same"], 1);
    assert_eq!(desk.rows("study.db"), rows);
    // One episode fewer, another code, no evidence; the memo is not spoken of and stays.
    let said = desk.take(&record("wheel", 2, "").replace("DS1", "DS4"), "ada");
    assert_eq!(said["turns"]["changed"], 1);
    let exported: Value = serde_json::from_str(&desk.export("study.db", "ada")).unwrap();
    assert_eq!(
        (&exported["severity"], &exported["memo"]),
        (&"DS4".into(), &"look".into())
    );
    assert_eq!(exported.get("evidence"), None);
    assert_eq!(
        desk.run("check study.db").done(),
        "study.db: nothing is wrong\n"
    );
}

#[test]
fn a_turn_that_the_detector_passed_over_is_marked_by_hand() {
    let desk = Desk::with_study();
    let no = r#"{"session":"wheel","turn":6,"reason":"truncation"}"#;
    desk.take(
        &format!(
            "{}\n{}\n{no}",
            record("wheel", 1, ""),
            record("wheel", 2, "")
        ),
        "ada",
    );
    let connection = rusqlite::Connection::open(desk.path("study.db")).unwrap();
    let mut statement = connection
        .prepare("SELECT turn, marked FROM decision ORDER BY turn")
        .unwrap();
    let rows = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    let marked: Vec<(u32, Option<bool>)> = rows.map(Result::unwrap).collect();
    assert_eq!(marked, [(1, Some(true)), (2, None), (6, None)]);
}

#[test]
fn a_file_of_several_coders_gives_the_labels_of_one() {
    let desk = Desk::with_study();
    let labels = [
        record("wheel", 2, r#","coder":"ada""#),
        record("wheel", 2, r#","coder":"ben""#).replace("S3", "S1"),
    ];
    let labels = labels.join("\n");
    let said = desk.take(&labels, "ben");
    assert_eq!(
        (&said["taken"], &said["other_coders"]),
        (&1.into(), &1.into())
    );
    assert!(desk.export("study.db", "ben").contains(r#""form":["S1"]"#));
    let refused = desk.run("import-labels study.db labels.jsonl --coder cleo");
    assert_eq!(refused.code, 1);
    assert_eq!(
        refused.err,
        "error: labels.jsonl has labels of several coders, and none of cleo\nhint: --coder takes the labels of one of them: ada, ben\n"
    );
    // Everybody's labels, with the coder on each line, can be read back coder by coder.
    desk.take(&labels, "ada");
    let all = desk.run("export study.db --format jsonl").done();
    assert!(
        all.starts_with(r#"{"coder":"ada","session""#) && all.lines().count() == 2,
        "{all}"
    );
    assert_eq!(desk.take(&all, "ben")["turns"]["same"], 1);
}

#[test]
fn a_coder_is_of_one_kind() {
    let desk = Desk::with_study();
    fs::write(desk.path("l.jsonl"), record("wheel", 2, "")).unwrap();
    let out = desk
        .run("import-labels study.db l.jsonl --coder judge --kind model")
        .done();
    insta::assert_snapshot!(out, @r#"
    1 of 1 record taken for judge (model): 1 episode, 0 not an episode
    turns: 1 new, 0 changed, 0 as they were
    "#);
    let said = desk.run("import-labels study.db l.jsonl --coder judge --kind human");
    assert_eq!(
        (said.code, said.err.as_str()),
        (
            1,
            "error: the study knows judge as model\nhint: leave --kind out, or say --kind model\n"
        )
    );
    desk.run("import-labels study.db l.jsonl --coder judge")
        .done();
    let said = desk.run("import-labels study.db l.jsonl --coder Judge");
    assert_eq!(said.code, 2, "{}", said.err);
}

#[test]
fn where_nothing_goes_in_nobody_is_added_and_the_call_fails() {
    let desk = Desk::with_study();
    let check = |labels: &str, error: &str| {
        fs::write(desk.path("l.jsonl"), labels).unwrap();
        let said = desk.run("import-labels study.db l.jsonl --coder ada");
        assert!(
            said.err.starts_with(&format!("error: {error}\n")),
            "{}",
            said.err
        );
        assert_eq!(said.code, 1);
        assert!(
            desk.run("status study.db")
                .done()
                .contains("nobody has coded yet")
        );
    };
    check("", "l.jsonl holds no labels");
    check("[]", "l.jsonl holds no labels");
    check("no JSON", "no record went in");
    check(&record("lathe", 2, ""), "no record went in");
    let said = desk.run("import-labels study.db absent.jsonl --coder ada");
    assert!(
        said.err.starts_with("error: cannot read absent.jsonl: "),
        "{}",
        said.err
    );
}

#[test]
fn an_export_does_not_write_over_a_file() {
    let desk = Desk::with_study();
    desk.take(&record("wheel", 2, ""), "ada");
    desk.run("export study.db --format jsonl --coder ada --into out.jsonl")
        .done();
    let written = fs::read_to_string(desk.path("out.jsonl")).unwrap();
    assert_eq!(written, desk.export("study.db", "ada"));
    let said = desk.run("export study.db --format jsonl --into out.jsonl");
    assert_eq!(
        said.err,
        "error: out.jsonl exists already\nhint: name a file that is not there yet\n"
    );
    assert_eq!(fs::read_to_string(desk.path("out.jsonl")).unwrap(), written);
    let said = desk.run("export study.db --format jsonl --coder ben");
    assert_eq!(
        said.err,
        "error: the study has no coder ben\nhint: coders are ada\n"
    );
    let said = desk.run("export study.db --format jsonl --into absent/out.jsonl");
    assert_eq!((said.code, exists(&desk.path("absent"))), (1, false));
}
