//! `pushback agreement` on small studies whose figures can be counted by hand.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pushback::model::{
    Change, Choice, Codebook, CoderKind, Timestamp, TurnRef, Unit, Verdict, text_hash,
};
use pushback::store::Study;
use uuid::Uuid;

use super::{Desk, keys, small_codebook};

const NOW: Timestamp = Timestamp(1_700_000_000_000);

/// What a coder says of a turn: codes by field, or nothing for *not an episode*.
type Says = &'static [(&'static str, &'static [&'static str])];

/// An episode that is complete in the codebook of the four axes.
const SLIP: Says = &[
    ("form", &["S5"]),
    ("cause", &["C3:direct"]),
    ("severity", &["DS1"]),
    ("status", &["RS2"]),
];

/// One that differs in form and severity.
const HARM: Says = &[
    ("form", &["S5", "S3"]),
    ("cause", &["C3:contextual"]),
    ("severity", &["DS2"]),
    ("locus", &["DL1"]),
    ("status", &["RS2"]),
];

const Y: Option<Says> = Some(SLIP);
const N: Option<Says> = None;

/// Gives a study a coder who decides its first developer turns.
fn decide(path: &Path, name: &str, kind: CoderKind, says: &[Option<Says>]) {
    let mut study = Study::open_to_write(path, "a test").unwrap();
    let coder = study.coder(name, kind, Uuid::now_v7()).unwrap();
    let codebook = study.codebook().clone();
    for (unit, says) in units(&study).into_iter().zip(says) {
        let changes = says.map_or_else(|| no_episode(&codebook), episode);
        study.act(coder.id, &unit, &changes, None, NOW).unwrap();
    }
}

/// Gives the developer turns of all sessions, in the order of the sessions' keys.
fn units(study: &Study) -> Vec<Unit> {
    let mut rows = study.sessions(None).unwrap();
    rows.sort_by(|one, other| one.key.cmp(&other.key));
    let mut units = Vec::new();
    for row in rows {
        let turns = study.turns(&row, 0, 10_000).unwrap();
        let turns = turns
            .iter()
            .filter(|turn| turn.role == TurnRef::developer(1).role);
        let all: Vec<Unit> = (1..)
            .zip(turns)
            .map(|(turn, words)| Unit {
                session: row.key.clone(),
                turn,
                hash: text_hash(&words.text),
            })
            .collect();
        // Four of each session, so that there are sessions to resample.
        units.extend(all.into_iter().take(4));
    }
    units
}

fn no_episode(codebook: &Codebook) -> Vec<Change> {
    let plain = codebook
        .reasons
        .iter()
        .find(|reason| reason.needs_text.is_none());
    let reason = plain.unwrap().id.clone();
    vec![Change::Verdict(Some(Verdict::NotEpisode {
        reason,
        text: None,
    }))]
}

fn episode(says: Says) -> Vec<Change> {
    let episode = Uuid::now_v7();
    let mut changes = vec![Change::Episode {
        episode,
        exists: true,
    }];
    for (field, codes) in says {
        let choice = |code: &&str| {
            let (code, attribute) = code.split_once(':').unwrap_or((code, ""));
            Choice {
                attribute: (!attribute.is_empty()).then(|| attribute.to_owned()),
                ..Choice::of(code)
            }
        };
        changes.push(Change::Field {
            episode,
            field: (*field).to_owned(),
            choices: codes.iter().map(choice).collect(),
        });
    }
    changes.push(Change::Verdict(Some(Verdict::Episodes)));
    changes
}

const ANNA: [Option<Says>; 12] = [Y, Y, N, Y, Y, N, N, Y, Y, N, Y, N];
const BEN: [Option<Says>; 12] = [Y, Y, N, N, Y, N, Y, Y, Some(HARM), N, Y, Y];

/// Two people who agree on nine verdicts of twelve, in three sessions; of six common episodes five have one form.
fn two(desk: &Desk) -> PathBuf {
    let path = desk.study("m.db");
    decide(&path, "anna", CoderKind::Human, &ANNA);
    decide(&path, "ben", CoderKind::Human, &BEN);
    path
}

fn figure<'a>(topic: &'a serde_json::Value, name: &str) -> &'a serde_json::Value {
    let figures = topic["figures"].as_array().unwrap();
    figures
        .iter()
        .find(|figure| figure["figure"] == name)
        .unwrap()
}

fn question<'a>(group: &'a serde_json::Value, id: &str) -> &'a serde_json::Value {
    let questions = group["questions"].as_array().unwrap();
    questions
        .iter()
        .find(|question| question["id"] == id)
        .unwrap()
}

fn near(value: &serde_json::Value, expected: f64) {
    let found = value.as_f64().unwrap();
    assert!((found - expected).abs() < 1e-9, "{found} {expected}");
}

#[test]
fn the_figures_of_a_small_study_are_those_that_are_counted_by_hand() {
    let desk = Desk::new();
    two(&desk);
    let said = desk.run("agreement m.db --format json").json();
    let people = &said["people"];
    assert_eq!(
        (&people["double_coded"], &people["single_coded"]),
        (&12.into(), &0.into())
    );
    let verdict = question(people, "verdict");
    near(&figure(verdict, "percent")["value"], 0.75);
    // 6 yes by both, 1 by anna alone, 2 by ben alone, 3 no: chance (7*8 + 5*4) / 144.
    near(
        &figure(verdict, "kappa")["value"],
        (0.75 - 76.0 / 144.0) / (1.0 - 76.0 / 144.0),
    );
    near(&figure(verdict, "positive_agreement")["value"], 12.0 / 15.0);
    near(&figure(verdict, "bias_index")["value"], -1.0 / 12.0);
    near(&figure(&people["finding"], "f1_half")["value"], 12.0 / 15.0);
    assert_eq!(people["matching"]["matched"], 6);
    let form = question(people, "form");
    near(&figure(form, "exact_match")["value"], 5.0 / 6.0);
    near(
        &figure(form, "mean_masi")["value"],
        (5.0 + 0.5 * 2.0 / 3.0) / 6.0,
    );
    near(
        &figure(question(people, "severity.all_codes"), "percent")["value"],
        5.0 / 6.0,
    );
    assert_eq!(question(people, "cause.tier")["n"], 6);
    assert_eq!(question(people, "locus")["n"], 0);
    assert_eq!(question(people, "locus.either")["n"], 1);
}

#[test]
fn what_does_not_exist_has_a_reason_and_is_never_a_number() {
    let desk = Desk::new();
    two(&desk);
    let said = desk.run("agreement m.db --format json").json();
    let status = question(&said["people"], "status");
    let kappa = figure(status, "kappa");
    assert!(kappa["value"].is_null(), "{kappa}");
    assert!(
        kappa["undefined"]
            .as_str()
            .unwrap()
            .contains("only one category")
    );
    assert_eq!(figure(status, "percent")["value"], 1.0);
    let text = desk.run("agreement m.db").done();
    assert!(
        text.contains("\u{2014} ") && !text.contains("NaN"),
        "{text}"
    );
}

#[test]
fn two_files_give_what_one_with_both_gives() {
    let desk = Desk::new();
    two(&desk);
    let (anna, ben) = (desk.study("a.db"), desk.study("b.db"));
    decide(&anna, "anna", CoderKind::Human, &ANNA);
    decide(&ben, "ben", CoderKind::Human, &BEN);
    let one = desk.run("agreement m.db").done();
    assert_eq!(desk.run("agreement a.db b.db").done(), one);
    assert_eq!(desk.run("agreement b.db a.db").done(), one);
}

#[test]
fn other_codebooks_and_too_few_coders_are_refused() {
    let desk = Desk::new();
    let path = desk.study("one.db");
    decide(&path, "anna", CoderKind::Human, &[None]);
    desk.refuses(
        "agreement one.db",
        1,
        "there are labels of fewer than two coders to compare",
        "name the study of each coder, or merge them: `pushback merge A.db B.db --into M.db`",
    );
    Study::create(&desk.path("mast.db"), &small_codebook(), "a test").unwrap();
    let said = desk.run("agreement one.db mast.db");
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(
        said.err.contains("is not that of the first study"),
        "{}",
        said.err
    );
    assert!(said.err.contains("pushback merge"), "{}", said.err);
    let said = desk.run("agreement one.db --coders anna,zoe");
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains("no labels of a coder called zoe"),
        "{}",
        said.err
    );
    let said = desk.run("agreement one.db --into t");
    assert_eq!(said.code, 2, "{}", said.err);
}

#[test]
fn an_option_that_would_do_nothing_is_refused() {
    let desk = Desk::new();
    two(&desk);
    desk.refuses(
        "agreement m.db --codebook mast",
        2,
        "--codebook is for a file of labels: a study has its codebook in it",
        "leave it out",
    );
    for format in ["json", "csv"] {
        desk.refuses(
            &format!("agreement m.db --benchmark --format {format}"),
            2,
            "--benchmark is for tables that people read",
            "leave it out, or print with --format text, md or latex",
        );
    }
    desk.run("agreement m.db --benchmark --format csv --into tables --resamples 100")
        .done();
    let table = fs::read_to_string(desk.path("tables/verdict.csv")).unwrap();
    assert!(
        table.contains("almost perfect") || table.contains("moderate") || table.contains("fair"),
        "{table}"
    );
}

#[test]
fn one_is_called_one_and_nothing_is_said_of_none() {
    let desk = Desk::new();
    let record =
        |coder: &str| format!("{{\"unit\":\"a/1\",\"coder\":\"{coder}\",\"form\":[\"S5\"]}}\n");
    desk.write("labels.jsonl", ["anna", "ben"].map(record).concat());
    let text = desk
        .run("agreement labels.jsonl --resamples 100 --explain")
        .done();
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    assert!(
        text.contains("1 unit decided by anybody, 1 by two or more. "),
        "{text}"
    );
    assert!(text.contains("n = 1 unit in 1 session"), "{text}");
    for wrong in [
        " 1 sessions",
        " 1 units",
        " 1 episodes",
        "The 0 ",
        " 0 are ",
        " 0 found ",
        "only (0)",
    ] {
        assert!(!text.contains(wrong), "{wrong}: {text}");
    }
}

#[test]
fn a_model_stands_beside_people_and_gold_and_moves_no_figure_of_theirs() {
    let desk = Desk::new();
    let path = two(&desk);
    let before = desk.run("agreement m.db --format json").json();
    decide(&path, "robot", CoderKind::Model, &[Y, N, N, Y, Y, N, N, Y]);
    decide(&path, "gold", CoderKind::Gold, &ANNA);
    let said = desk.run("agreement m.db --format json").json();
    assert_eq!(said["people"], before["people"]);
    let model = &said["models"][0];
    assert_eq!(model["coder"], "robot");
    assert_eq!(model["with_people"].as_array().unwrap().len(), 2);
    assert_eq!(model["people_on_same_units"]["double_coded"], 8);
    let verdict = &model["against_gold"][0];
    near(&verdict["accuracy"]["value"], 7.0 / 8.0);
    let episode = &verdict["codes"][0];
    assert_eq!(
        (&episode["support"], &episode["false_negatives"]),
        (&5.into(), &1.into())
    );
    near(&episode["figures"][1]["value"], 0.8);
    let text = desk.run("agreement m.db").done();
    assert!(
        text.contains("Model robot beside people") && text.contains("anna and ben"),
        "{text}"
    );
}

#[test]
fn three_coders_have_pairs_and_figures_without_each() {
    let desk = Desk::new();
    let path = two(&desk);
    decide(
        &path,
        "cleo",
        CoderKind::Human,
        &[Y, Y, N, Y, N, N, N, Y, Y, N, Y, N],
    );
    let said = desk.run("agreement m.db --format json").json();
    let verdict = question(&said["people"], "verdict");
    assert_eq!(verdict["pairs"].as_array().unwrap().len(), 3);
    assert_eq!(verdict["without"].as_array().unwrap().len(), 3);
    assert!(verdict["spread"]["light"].is_number());
    let chosen = desk
        .run("agreement m.db --coders cleo,anna --format json")
        .json();
    assert_eq!(chosen["people"]["coders"][0]["coder"], "cleo");
    near(
        &figure(question(&chosen["people"], "verdict"), "percent")["value"],
        11.0 / 12.0,
    );
}

#[test]
fn a_codebook_of_another_shape_has_its_own_questions() {
    let desk = Desk::new();
    let sessions = super::repository("assets/demo");
    let made = desk.call([
        "import".as_ref(),
        "m.db".as_ref(),
        sessions.as_os_str(),
        "--codebook".as_ref(),
        "mast".as_ref(),
    ]);
    assert_eq!(made.code, 0, "{}", made.err);
    let codebook = small_codebook();
    let path = desk.path("m.db");
    for name in ["anna", "ben"] {
        decide(&path, name, CoderKind::Human, &[None, None]);
    }
    let said = desk.run("agreement m.db --format json").json();
    let questions = said["people"]["questions"].as_array().unwrap();
    let fields: BTreeSet<&str> = questions
        .iter()
        .filter_map(|own| own["field"].as_str())
        .collect();
    assert_eq!(
        fields,
        codebook.fields().map(|field| field.id.as_str()).collect()
    );
    desk.run("agreement m.db --explain --benchmark").done();
}

#[test]
fn the_same_seed_gives_the_same_text_and_another_one_other_intervals() {
    let desk = Desk::new();
    two(&desk);
    let text = desk.run("agreement m.db --seed 7").done();
    assert_eq!(desk.run("agreement m.db --seed 7").done(), text);
    assert_ne!(desk.run("agreement m.db --seed 8").done(), text);
    let words: Vec<_> = text.split_whitespace().collect();
    let named = "generator PCG64 seeded by BLAKE3, seed 7.";
    assert!(words.join(" ").contains(named), "{text}");
}

#[test]
fn tables_come_as_csv_markdown_and_latex() {
    let desk = Desk::new();
    two(&desk);
    let long = desk.run("agreement m.db --format csv").done();
    let head = "compared,model,coders,question,convention,code,figure,n,value,low,high,";
    assert!(long.starts_with(head), "{long}");
    assert!(
        long.contains("\npeople,,anna / ben,verdict,,,percent,12,0.75,"),
        "{long}"
    );
    let made = desk.run("agreement m.db --format csv --into t").done();
    assert!(
        made.starts_with("wrote ") && desk.path("t/verdict.csv").exists(),
        "{made}"
    );
    assert_eq!(
        fs::read_to_string(desk.path("t/figures.csv")).unwrap(),
        long
    );
    let counts = fs::read_to_string(desk.path("t/counts.csv")).unwrap();
    assert!(
        counts.contains("\npeople,,anna,ben,verdict,,not_episode,episode,2\r\n"),
        "{counts}"
    );
    let again = desk.run("agreement m.db --format csv --into t");
    assert_eq!(again.code, 1, "{}", again.err);
    let latex = desk.run("agreement m.db --format latex").done();
    assert!(
        latex.contains("\\toprule") && latex.contains("75.0 \\%"),
        "{latex}"
    );
    let markdown = desk.run("agreement m.db --format md").done();
    assert!(markdown.contains("| agree | 75.0 % |"), "{markdown}");
}

/// Three people, a model and gold.
fn everybody(desk: &Desk) -> PathBuf {
    let path = two(desk);
    let cleo = [Y, Y, N, Y, N, N, N, Y, Y, N, Y, N];
    decide(&path, "cleo", CoderKind::Human, &cleo);
    let robot = [Y, N, N, Y, Some(HARM), N, N, Y, Some(HARM)];
    decide(&path, "robot", CoderKind::Model, &robot);
    decide(&path, "gold", CoderKind::Gold, &ANNA);
    path
}

#[test]
fn each_line_of_the_tidy_table_has_a_name_of_its_own() {
    let desk = Desk::new();
    everybody(&desk);
    let long = desk
        .run("agreement m.db --resamples 100 --format csv")
        .done();
    let mut seen = BTreeSet::new();
    for line in long.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let (name, n) = (cells[..7].join(","), cells[7]);
        assert!(n.parse::<u64>().is_ok(), "{line}");
        assert!(seen.insert(name), "{line}");
    }
    for compared in [
        "people,",
        "model,robot",
        "model_less_people,robot",
        "model_against_gold,robot",
    ] {
        assert!(
            seen.iter().any(|name| name.starts_with(compared)),
            "{compared}"
        );
    }
}

/// Gives the rows of each Markdown table, and the sentences in the list below it.
fn tables(markdown: &str) -> Vec<(usize, Vec<&str>)> {
    let mut tables: Vec<(usize, Vec<&str>)> = Vec::new();
    let mut is_row = false;
    for line in markdown.lines() {
        if line.starts_with("|---") {
            tables.push((0, Vec::new()));
            is_row = true;
        } else if line.starts_with('|') && is_row {
            tables.last_mut().unwrap().0 += 1;
        } else if let (Some(sentence), Some(table)) = (line.strip_prefix("- "), tables.last_mut()) {
            table.1.push(sentence);
        }
        is_row &= line.starts_with('|');
    }
    tables
}

#[test]
fn every_line_is_explained_on_demand() {
    let desk = Desk::new();
    everybody(&desk);
    let found = desk
        .run("agreement m.db --resamples 100 --format md --explain")
        .done();
    let tables = tables(&found);
    assert!(tables.len() > 40, "{}", tables.len());
    for (rows, sentences) in tables {
        let explained = sentences.iter().filter(|own| own.contains(": "));
        let explained = explained.filter(|own| own.ends_with('.')).count();
        assert!(explained >= rows, "{rows} rows: {sentences:?}");
    }
    desk.refuses(
        "agreement m.db --format latex --explain",
        2,
        "--explain is for people who read text",
        "leave it out, or print with --format text or md",
    );
}

#[test]
fn rows_of_latex_have_as_many_cells_as_columns() {
    let desk = Desk::new();
    everybody(&desk);
    let latex = desk
        .run("agreement m.db --resamples 100 --format latex")
        .done();
    let mut columns = 0;
    let mut rows = 0;
    for line in latex.lines() {
        if let Some(align) = line.strip_prefix("\\begin{tabular}{") {
            columns = align.trim_end_matches('}').len();
        } else if let Some(row) = line.strip_suffix(" \\\\") {
            let cells = row.replace("\\&", "").matches('&').count() + 1;
            assert_eq!(cells, columns, "{row}");
            rows += 1;
        }
    }
    assert!(rows > 100, "{rows}");
    assert!(latex.contains(
        "{\\footnotesize Agreement of anna, ben and cleo. Intervals: 95 \\%; 100 resamples"
    ));
}

#[test]
fn one_figure_of_each_question_is_named_in_advance() {
    let desk = Desk::new();
    everybody(&desk);
    let said = desk
        .run("agreement m.db --resamples 100 --format json")
        .json();
    let questions = said["people"]["questions"].as_array().unwrap();
    let named = |own: &serde_json::Value| {
        let figures = own["figures"].as_array().unwrap();
        figures
            .iter()
            .filter(|figure| figure["primary"] == true)
            .count()
    };
    let headlines: Vec<&str> = questions
        .iter()
        .filter(|own| named(own) > 0)
        .map(|own| own["id"].as_str().unwrap())
        .collect();
    assert_eq!(
        headlines,
        [
            "verdict",
            "reason",
            "form",
            "cause",
            "cause.tier",
            "severity.scale",
            "locus",
            "status",
            "resolver"
        ]
    );
    assert!(questions.iter().all(|own| named(own) <= 1));
    assert!(
        questions
            .iter()
            .all(|own| own["headline"] == (named(own) == 1))
    );
}

#[test]
fn a_model_stands_beside_people_on_what_all_of_them_labelled() {
    let desk = Desk::new();
    everybody(&desk);
    let said = desk
        .run("agreement m.db --resamples 100 --format json")
        .json();
    let model = &said["models"][0];
    let verdict = &model["differences"][0];
    assert_eq!(
        (&verdict["id"], &verdict["difference"]["n"]),
        (&"verdict".into(), &9.into())
    );
    let (with, among) = (&verdict["with_people"], &verdict["among_people"]);
    let difference = with.as_f64().unwrap() - among.as_f64().unwrap();
    near(&verdict["difference"]["value"], difference);
    let scores = model["against_gold"].as_array().unwrap();
    let of = |id: &str| scores.iter().find(|own| own["id"] == id).unwrap();
    let figures = |own: &serde_json::Value| -> Vec<String> {
        let figures = own["figures"].as_array().unwrap();
        figures
            .iter()
            .map(|own| own["figure"].as_str().unwrap().to_owned())
            .collect()
    };
    let expected = [
        "kappa",
        "ac1",
        "macro_f1",
        "micro_f1",
        "balanced_accuracy",
        "matthews",
    ];
    assert_eq!(figures(of("verdict")), expected);
    assert_eq!(
        figures(of("severity.scale")),
        ["kappa_quadratic", "ladder_shift"]
    );
    assert_eq!(figures(of("form"))[0], "alpha_masi");
    let precision = &of("verdict")["codes"][0]["figures"][0];
    assert_eq!(precision["figure"], "precision");
    assert!(precision["low"].is_number() && precision["high"].is_number());
}

#[test]
fn exported_labels_find_the_same_episodes_as_their_study() {
    let desk = Desk::new();
    two(&desk);
    let labels = desk.run("export m.db --format jsonl").done();
    desk.write("labels.jsonl", labels);
    let study = desk
        .run("agreement m.db --resamples 100 --format json")
        .json();
    let file = desk
        .run("agreement labels.jsonl --resamples 100 --format json")
        .json();
    let (study, file) = (&study["people"], &file["people"]);
    for at in 0..4 {
        assert_eq!(
            study["finding"]["figures"][at],
            file["finding"]["figures"][at]
        );
    }
    // The file does not say how long a session is.
    assert_eq!(file["finding"]["sessions_without_length"], 3);
    assert_eq!(study["questions"], file["questions"]);
}

#[test]
fn labels_that_name_their_units_have_no_figures_of_finding() {
    let desk = Desk::new();
    let record = |unit: &str, coder: &str| {
        format!(
            "{{\"unit\":\"{unit}\",\"coder\":\"{coder}\",\"form\":[\"S5\"],\"severity\":\"DS1\"}}\n"
        )
    };
    let records = ["a/1", "a/2", "b/1"].map(|unit| record(unit, "anna") + &record(unit, "ben"));
    desk.write("labels.jsonl", records.concat());
    let said = desk
        .run("agreement labels.jsonl --resamples 100 --format json")
        .json();
    assert!(said["people"]["finding"].is_null());
    assert_eq!(said["people"]["double_coded"], 3);
    let text = desk.run("agreement labels.jsonl").done();
    assert!(!text.contains("Finding") && !text.contains("F1"), "{text}");
}

#[test]
fn a_record_that_contradicts_an_earlier_one_is_left_out_of_the_comparison() {
    let desk = Desk::new();
    let record = |coder: &str, unit: &str, says: &str| {
        format!("{{\"unit\":\"{unit}\",\"coder\":\"{coder}\",{says}}}\n")
    };
    let (slip, none) = (r#""form":["S5"]"#, r#""reason":"truncation""#);
    let once =
        ["anna", "ben"].map(|coder| record(coder, "a/1", slip) + &record(coder, "a/2", none));
    desk.write("once.jsonl", once.concat());
    // The same episode again, another verdict after each, and a field that does not apply.
    let again = [
        record("anna", "a/1", slip),
        record("anna", "a/1", none),
        record("ben", "a/2", slip),
        record("ben", "a/3", r#""severity":"DS1","locus":"DL1""#),
        record(
            "ben",
            "a/1",
            r#""episode":2,"form":["S5"],"coder_kind":"robot""#,
        ),
    ];
    desk.write("again.jsonl", once.concat() + &again.concat());
    let measured = |file: &str| {
        let said = desk.run(&format!("agreement {file} --resamples 100 --format json"));
        assert_eq!(said.code, 0, "{}", said.err);
        (
            serde_json::from_str::<serde_json::Value>(&said.out).unwrap(),
            said.err,
        )
    };
    let (once, silent) = measured("once.jsonl");
    let (again, told) = measured("again.jsonl");
    assert_eq!(silent, "");
    assert_eq!(once["people"], again["people"]);
    insta::assert_snapshot!(told, @r#"
    left out: again.jsonl:5: episode 1 of this turn stands on line 1 already: number the episodes of a turn
    left out: again.jsonl:6: line 1 says of this turn that it has episodes, and this one that it is not an episode (truncation)
    left out: again.jsonl:7: line 4 says of this turn that it is not an episode (truncation), and this one that it has episodes
    left out: again.jsonl:8: Locus applies only with DS2 or DS3
    left out: again.jsonl:9: coder_kind is "robot", and must be human, model or gold
    "#);
}

#[test]
fn a_file_of_labels_may_say_who_is_a_model() {
    let desk = Desk::new();
    everybody(&desk);
    let labels = desk.run("export m.db --format jsonl").done();
    desk.write("labels.jsonl", &labels);
    let agreement = "--resamples 100 --format json";
    let study = desk.run(&format!("agreement m.db {agreement}")).json();
    let file = desk
        .run(&format!("agreement labels.jsonl {agreement}"))
        .json();
    assert_eq!(study["people"]["questions"], file["people"]["questions"]);
    assert_eq!(
        study["models"][0]["against_gold"],
        file["models"][0]["against_gold"]
    );
    let robot = |kind: &str| format!("{{\"coder\":\"robot\",\"coder_kind\":\"{kind}\",");
    let line = labels
        .lines()
        .find(|line| line.starts_with(&robot("model")))
        .unwrap();
    desk.write(
        "two.jsonl",
        labels.clone() + &line.replace(&robot("model"), &robot("human")),
    );
    let said = desk.run("agreement two.jsonl --resamples 100");
    let why = "says that robot is model, and this one human";
    assert!(
        said.err.starts_with("left out: two.jsonl:") && said.err.contains(why),
        "{}",
        said.err
    );
}

#[test]
fn json_has_the_keys_that_the_readme_names() {
    let desk = Desk::new();
    two(&desk);
    let said = desk.run("agreement m.db --format json").json();
    let top = [
        "codebook",
        "form",
        "methods",
        "models",
        "people",
        "resampling",
    ];
    assert_eq!(keys(&said), top);
    let readme = include_str!("../../README.md");
    for name in keys(&said["people"]).into_iter().chain(top) {
        assert!(readme.contains(&format!("`{name}`")), "{name}");
    }
}
