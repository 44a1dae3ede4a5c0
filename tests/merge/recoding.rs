//! Studies that were coded with other versions of a codebook.

use super::*;
use pushback::model::{Choice, Decision};

/// The codebook with some words replaced.
fn version(number: &str, replacements: &[(&str, &str)]) -> Codebook {
    let mut text = codebook()
        .text
        .replace("version = \"1.0\"", &format!("version = \"{number}\""));
    for (old, new) in replacements {
        assert!(text.contains(old), "{old}");
        text = text.replace(old, new);
    }
    Codebook::parse(&text, "test.toml").unwrap()
}

/// The second version: DL4 is DL9, and everything else as before.
pub(super) fn second() -> Codebook {
    version("1.1", &[("DL4", "DL9")])
}

fn with_locus(coder: &mut Coder, turn: u32, locus: &str) -> Uuid {
    let episode = coder.label(&unit("loom", &TURNS, turn));
    let set = |field: &str, code: &str| Change::Field {
        episode,
        field: field.to_owned(),
        choices: vec![Choice::of(code)],
    };
    let changes = [
        Change::Verdict(None),
        set("severity", "DS2"),
        set("locus", locus),
        Change::Verdict(Some(Verdict::Episodes)),
    ];
    coder.act(&unit("loom", &TURNS, turn), &changes);
    episode
}

/// Two studies: anna's with the first version, bea's with another one.
fn desk(other: &Codebook) -> Desk {
    let desk = Desk::new();
    let sessions = [session("loom", &TURNS)];
    let mut anna = desk.coder("a.db", ("anna", 1), &sessions);
    with_locus(&mut anna, 2, "DL4");
    anna.act(&unit("loom", &TURNS, 2), &[Change::Memo("last".to_owned())]);
    anna.label(&unit("loom", &TURNS, 3));
    let mut bea = desk.coder_with(other, "b.db", ("bea", 2), &sessions);
    bea.label(&unit("loom", &TURNS, 2));
    desk
}

fn locus(decision: &Decision) -> Vec<String> {
    let choices = decision.episodes[0].choices("locus");
    choices.iter().map(|own| own.code.clone()).collect()
}

#[test]
fn other_words_and_rules_are_listed_and_the_newest_codebook_is_taken() {
    let replacements = [
        ("The code that is being worked on.", "The code of the task."),
        ("Self-Initiated Overreach", "Overreach"),
        ("at_most = 2", "at_most = 3"),
    ];
    let desk = desk(&version("1.0.1", &replacements));
    let (found, _) = desk.merge(&["a.db", "b.db"], "m.db");
    let differences = found.codebooks[0].differences.iter();
    let listed: Vec<&str> = differences.map(|own| own.what.as_str()).collect();
    let expected = [
        "form: S4 was called \"Self-Initiated Overreach\" and is called \"Overreach\"",
        "cause: how many codes it takes",
        "other words for DL1",
    ];
    assert_eq!(listed, expected);
    assert_eq!((found.codebooks[0].input, found.codebooks.len()), (0, 1));
    let merged = desk.read("m.db");
    assert_eq!(merged.codebook().version, "1.0.1");
    assert_eq!(merged.codebooks().unwrap().len(), 2);
    assert_eq!(findings(&merged), Vec::<String>::new());
    let (_, other) = desk.merge(&["b.db", "a.db"], "n.db");
    assert_eq!(other, dump(&desk.path("m.db")));
}

#[test]
fn other_codes_are_refused_with_the_difference_and_what_to_type() {
    let desk = desk(&second());
    let refused = desk.refused(&["b.db", "a.db"], &Options::default());
    let what = "a.db is coded with Developer-agent misalignment 1.0, which has other codes than \
        Developer-agent misalignment 1.1: locus: DL4 (External state) is now DL9";
    let hint = "say what each is in 1.1: --recode DL4=DL9";
    assert_eq!(refused, [(what.to_owned(), hint.to_owned())]);
}

#[test]
fn a_code_that_is_new_is_named_with_the_word_that_keeps_it() {
    let text = "[[axis.field.code]]\nid = \"RV3\"";
    let more = format!(
        "[[axis.field.code]]\nid = \"RV4\"\nkey = \"4\"\nname = \"Somebody else\"\ndefinition = \"A third person.\"\n\n{text}"
    );
    let desk = desk(&version("1.1", &[(text, &more)]));
    let refused = desk.refused(&["a.db", "b.db"], &Options::default());
    assert!(
        refused[0]
            .0
            .ends_with("resolver: RV4 (Somebody else) is new"),
        "{refused:?}"
    );
    assert_eq!(refused[0].1, "say what each is in 1.1: --recode RV4=RV4");
    let options = recode(&["RV4=RV4"]);
    let plan = desk
        .merge_with(&["a.db", "b.db"], "m.db", &options)
        .unwrap();
    assert_eq!(plan.refusals, []);
    assert_eq!(findings(&desk.read("m.db")), Vec::<String>::new());
}

#[test]
fn recoding_adds_rows_and_changes_none() {
    let desk = desk(&second());
    let options = recode(&["DL4=DL9"]);
    let plan = desk
        .merge_with(&["a.db", "b.db"], "m.db", &options)
        .unwrap();
    assert_eq!(plan.refusals, []);
    let (own, merged) = (desk.read("a.db"), desk.read("m.db"));
    let before = own.whole_history().unwrap();
    let after = merged.whole_history().unwrap();
    for row in &before {
        assert!(after.contains(row), "{row:?}");
    }
    assert_eq!(
        (plan.findings.recoded, after.len()),
        (before.len(), before.len() * 2 + 6)
    );
    let anna = Uuid::from_u128(1);
    let decision = merged.decision(anna, &unit("loom", &TURNS, 2)).unwrap();
    assert_eq!(
        (locus(&decision), decision.memo.as_str()),
        (vec!["DL9".to_owned()], "last")
    );
    assert_eq!(findings(&merged), Vec::<String>::new());
    assert_eq!(merged.codebook().version, "1.1");
}

/// A version without the optional field for a title, and without the field for the locus.
fn smaller() -> Codebook {
    let text = codebook().text.replace("1.0", "3.0");
    let between = |text: &str, from: &str, to: &str| {
        let (start, end) = (text.find(from).unwrap(), text.find(to).unwrap());
        format!("{}{}", &text[..start], &text[end..])
    };
    let text = between(
        &text,
        "[[axis.field]]\nid = \"locus\"",
        "[[axis]]\nid = \"resolution\"",
    );
    let text = between(
        &text,
        "[[extra]]\nid = \"title\"",
        "[[extra]]\nid = \"goal\"",
    );
    Codebook::parse(&text, "test.toml").unwrap()
}

/// Gives the episode of D3 in a study a title, and another one that is taken away again.
fn add_title(desk: &Desk, name: &str, id: u128) {
    let mut coder = Coder {
        study: Study::open_to_write(&desk.path(name), OWNER).unwrap(),
        id: Uuid::from_u128(id),
    };
    let unit = unit("loom", &TURNS, 3);
    let decided = coder.study.decision(coder.id, &unit).unwrap();
    let episode = decided.episodes[0].id;
    for value in ["a knot", "", "a tangle"] {
        let title = Change::Extra {
            episode,
            field: "title".to_owned(),
            value: value.to_owned(),
        };
        coder.act(&unit, &[title]);
    }
}

#[test]
fn recoding_keeps_the_laws_of_merging() {
    check_laws(&second(), &["DL4=DL9"]);
}

#[test]
fn leaving_out_keeps_the_laws_of_merging() {
    check_laws(&smaller(), &["title=", "DL1=", "DL2=", "DL3=", "DL4="]);
}

/// Merges anna's study, of the first version, with two of another one, at once and in stages, and again.
fn check_laws(other: &Codebook, values: &[&str]) {
    let desk = desk(other);
    add_title(&desk, "a.db", 1);
    desk.coder_with(other, "c.db", ("cyd", 3), &[session("loom", &TURNS)]);
    let options = recode(values);
    let merge = |names: &[&str], into: &str, options: &Options| {
        let plan = desk.merge_with(names, into, options).unwrap();
        assert_eq!(plan.refusals, [], "{names:?}");
        dump(&desk.path(into))
    };
    let all = merge(&["a.db", "b.db", "c.db"], "abc.db", &options);
    assert_eq!(merge(&["c.db", "a.db", "b.db"], "cab.db", &options), all);
    merge(&["a.db", "b.db"], "ab.db", &options);
    assert_eq!(
        merge(&["ab.db", "c.db"], "ab-c.db", &Options::default()),
        all
    );
    assert_eq!(merge(&["abc.db", "a.db"], "again.db", &options), all);
    assert_eq!(
        merge(&["abc.db", "b.db"], "more.db", &Options::default()),
        all
    );
}

#[test]
fn what_was_recoded_can_be_undone_and_done_again() {
    let desk = desk(&second());
    desk.merge_with(&["a.db", "b.db"], "m.db", &recode(&["DL4=DL9"]))
        .unwrap();
    let mut study = Study::open_to_write(&desk.path("m.db"), OWNER).unwrap();
    let (anna, turn) = (Uuid::from_u128(1), unit("loom", &TURNS, 2));
    let before = study.decision(anna, &turn).unwrap();
    for _ in 0..4 {
        study.undo(anna, Timestamp(0)).unwrap();
    }
    assert_eq!(study.decision(anna, &turn).unwrap(), Decision::default());
    while study.redo(anna, Timestamp(0)).unwrap().is_some() {}
    assert_eq!(study.decision(anna, &turn).unwrap(), before);
    assert_eq!(findings(&study), Vec::<String>::new());
}

#[test]
fn codes_reasons_and_values_are_put_together_or_left_out() {
    let other = version(
        "2.0",
        &[
            ("id = \"title\"", "id = \"headline\""),
            ("id = \"truncation\"", "id = \"cut\""),
            ("name = \"Text cut off\"", "name = \"Cut\""),
        ],
    );
    let desk = desk(&other);
    let mut anna = Coder {
        study: Study::open_to_write(&desk.path("a.db"), OWNER).unwrap(),
        id: Uuid::from_u128(1),
    };
    let not = Verdict::NotEpisode {
        reason: "truncation".to_owned(),
        text: None,
    };
    anna.act(&unit("loom", &TURNS, 4), &[Change::Verdict(Some(not))]);
    let decided = anna
        .study
        .decision(anna.id, &unit("loom", &TURNS, 3))
        .unwrap();
    let episode = decided.episodes[0].id;
    let title = Change::Extra {
        episode,
        field: "title".to_owned(),
        value: "a knot".to_owned(),
    };
    anna.act(&unit("loom", &TURNS, 3), &[title]);
    drop(anna);
    let refused = desk.refused(&["a.db", "b.db"], &Options::default());
    let hint = "say what each is in 2.0: --recode truncation=REASON --recode cut=cut \
        --recode title= --recode headline=headline";
    assert_eq!(refused[0].1, hint);
    let options = recode(&["truncation=cut", "title=", "headline=headline"]);
    let plan = desk
        .merge_with(&["a.db", "b.db"], "m.db", &options)
        .unwrap();
    assert_eq!(plan.refusals, []);
    let merged = desk.read("m.db");
    let decision = |turn| {
        merged
            .decision(Uuid::from_u128(1), &unit("loom", &TURNS, turn))
            .unwrap()
    };
    assert!(
        matches!(decision(4).verdict, Some(Verdict::NotEpisode { reason, .. }) if reason == "cut")
    );
    assert!(decision(3).episodes[0].extras.is_empty());
    assert_eq!(findings(&merged), Vec::<String>::new());
}

#[test]
fn a_value_of_an_optional_field_is_refused_until_it_is_recoded() {
    let desk = desk(&version(
        "1.1",
        &[("id = \"instruction\"", "id = \"order\"")],
    ));
    add_title(&desk, "a.db", 1);
    let mut anna = Coder {
        study: Study::open_to_write(&desk.path("a.db"), OWNER).unwrap(),
        id: Uuid::from_u128(1),
    };
    let unit = unit("loom", &TURNS, 3);
    let episode = anna.study.decision(anna.id, &unit).unwrap().episodes[0].id;
    let set = |field: &str| Change::Extra {
        episode,
        field: field.to_owned(),
        value: "instruction".to_owned(),
    };
    anna.act(&unit, &[set("goal"), set("title")]);
    drop(anna);
    let refused = desk.refused(&["a.db", "b.db"], &Options::default());
    assert!(
        refused[0]
            .0
            .ends_with("goal: instruction (Instruction) is now order"),
        "{refused:?}"
    );
    let hint = "say what each is in 1.1: --recode goal.instruction=goal.order";
    assert_eq!(refused[0].1, hint);
    let options = recode(&["goal.instruction=goal.order"]);
    let plan = desk
        .merge_with(&["a.db", "b.db"], "m.db", &options)
        .unwrap();
    assert_eq!(plan.refusals, []);
    let merged = desk.read("m.db");
    let decision = merged.decision(Uuid::from_u128(1), &unit).unwrap();
    let extras = &decision.episodes[0].extras;
    // A title that is the same word by chance stays.
    assert_eq!(
        (&*extras["goal"], &*extras["title"]),
        ("order", "instruction")
    );
    assert_eq!(findings(&merged), Vec::<String>::new());
    let wrong = desk.merge_with(
        &["a.db", "b.db"],
        "n.db",
        &recode(&["goal.instruction=order"]),
    );
    assert!(
        wrong
            .unwrap_err()
            .what
            .contains("has no order in the place of")
    );
}

#[test]
fn a_recoding_that_makes_no_sense_is_a_wrong_call() {
    let desk = desk(&second());
    let check = |values: &[&str], expected: &str| {
        let wrong = desk
            .merge_with(&["a.db", "b.db"], "m.db", &recode(values))
            .unwrap_err();
        assert_eq!(wrong.what, expected);
    };
    let book = "Developer-agent misalignment 1.1";
    check(&["DL4"], "--recode takes OLD=NEW, and DL4 is no such thing");
    check(
        &["S3=S4"],
        "--recode S3: no codebook here differs from another by S3",
    );
    check(
        &["DL4=S4"],
        &format!("--recode DL4=S4: {book} has no S4 in the place of DL4"),
    );
    check(
        &["DL4=DL4"],
        &format!("--recode DL4=DL4: {book} has no DL4 in the place of DL4"),
    );
    check(
        &["DL4=DL9", "DL9=DL3"],
        "--recode gives DL9 as a new code and as an old one: say in one step what the old ones are",
    );
}

#[test]
fn two_codebooks_are_not_merged() {
    let text = include_str!("../../codebook/mast.toml");
    let other = Codebook::parse(text, "mast.toml").unwrap();
    let desk = Desk::new();
    desk.coder("a.db", ("anna", 1), &[]);
    desk.coder_with(&other, "b.db", ("bea", 2), &[]);
    let refused = desk.refused(&["a.db", "b.db"], &Options::default());
    assert_eq!(refused.len(), 1);
    assert_eq!(
        refused[0].1,
        "labels of two different codebooks belong in two studies"
    );
}
