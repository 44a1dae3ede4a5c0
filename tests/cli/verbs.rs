//! Every verb where all goes well.

use predicates::prelude::*;
use pushback::import::FORMATS;

use super::{Desk, add_coders, keys, repository};

#[test]
fn help_names_every_verb_and_goes_to_standard_output() {
    let help = Desk::new().run("--help").done();
    for verb in [
        "demo",
        "import",
        "formats",
        "label",
        "status",
        "merge",
        "detect",
        "assign",
        "import-labels",
        "export",
        "codebook",
        "check",
        "agreement",
        "keys",
        "completions",
        "man",
    ] {
        assert!(help.contains(&format!("\n  {verb} ")), "{verb}");
    }
}

#[test]
fn every_verb_has_help_that_fits_a_terminal() {
    let desk = Desk::new();
    for verb in [
        "demo",
        "import",
        "formats",
        "label",
        "status",
        "merge",
        "detect",
        "assign",
        "import-labels",
        "export",
        "codebook",
        "codebook show",
        "codebook check",
        "check",
        "agreement",
        "keys",
        "completions",
        "man",
    ] {
        let help = desk.run(&format!("{verb} --help")).done();
        assert!(help.contains("Usage: pushback"), "{verb}");
        let widest = help.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(100), "{verb}: {widest:?}");
    }
}

#[test]
fn a_call_without_arguments_prints_the_help() {
    let said = Desk::new().call::<&str>([]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(said.err.contains("Usage: pushback"));
}

#[test]
fn the_demo_is_made_and_found_again() {
    let desk = Desk::new();
    let made = desk.run("demo try --no-open").done();
    insta::assert_snapshot!(made, @r"
    made try/demo.db: 3 sessions, 129 turns, 64 of them the developers', 43 marked as pushback
    beside it, coded by two who differ: anna.db, ben.db
    ");
    let found = desk.run("demo try --no-open").done();
    insta::assert_snapshot!(found, @"demo study: try/demo.db");
    desk.run("demo try --no-open --fresh").done();
    assert!(desk.path("try/demo.1.db").exists() && desk.path("try/demo.db").exists());
}

#[test]
fn the_demo_lies_among_the_programs_data() {
    let desk = Desk::new();
    let made = desk.run("demo --no-open").done();
    assert!(made.contains("home/data/pushback/demo/demo.db"), "{made}");
}

#[test]
fn a_study_says_what_it_holds() {
    let desk = Desk::new();
    let study = desk.study("s.db");
    insta::assert_snapshot!(desk.run("status s.db").done(), @r"
    s.db: Developer-agent misalignment 1.0
    3 sessions, 64 developer turns, 43 marked as pushback
    nobody has coded yet
    no audit sample is drawn, so what the detector misses is not known: `pushback label s.db --coder NAME --audit 100` mixes random unmarked turns into the queue, blind
    ");
    add_coders(&study, &["anna"]);
    let status = desk.run("status s.db").done();
    assert!(status.contains(
        "anna (human): 0 of 43 pushback turns decided (0 %), 0 put off, 0 episodes, 0 not an episode\n"
    ));
    let json = desk.run("status s.db --json").json();
    assert_eq!(
        keys(&json),
        [
            "audit",
            "codebook",
            "codebook_hash",
            "codebook_version",
            "coders",
            "detector",
            "developer_turns",
            "marked_by",
            "pushback_turns",
            "sessions",
            "study"
        ]
    );
    assert_eq!(
        keys(&json["coders"][0]),
        [
            "audit",
            "decided",
            "deferred",
            "episodes",
            "found",
            "found_by_hand",
            "kind",
            "name",
            "not_episodes",
            "pushback_turns",
            "seconds_per_turn"
        ]
    );
}

#[test]
fn a_sound_study_passes_the_check() {
    let desk = Desk::new();
    desk.study("s.db");
    insta::assert_snapshot!(desk.run("check s.db").done(), @"s.db: nothing is wrong");
}

#[test]
fn detect_prints_the_marked_turns_with_their_reasons() {
    let desk = Desk::new();
    desk.copy("tests/fixtures/specstory/v1-claude.md", "one.md");
    let said = desk.run("detect one.md");
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let shape = predicate::str::is_match(r"^(one\.md:D\d+: \d\.\d\d .* \[.*\]\n)*$").unwrap();
    assert!(shape.eval(&said.out), "{}", said.out);
}

#[test]
fn detect_tells_what_it_leaves_out() {
    let desk = Desk::new();
    desk.copy("tests/fixtures/specstory/v1-claude.md", "in/a.md");
    desk.copy("tests/fixtures/goose/sub-agent.json", "in/b.json");
    desk.copy("tests/fixtures/goose/export.json", "in/c.json");
    desk.write("in/d.json", "{\"colour\": 1}");
    let part = "tests/fixtures/opencode/tree/storage/message/ses_tree01/msg_t1.json";
    desk.copy(part, "part.json");
    let said = desk.run("detect in part.json");
    assert_eq!(said.code, 0);
    insta::assert_snapshot!(said.err, @r"
    left out: part.json: a part of a session of OpenCode that is read with another file
    left out: in/c.json:243: a developer's message without words
    left out: 1 file of no known format
    left out: 1 session of sub-agents
    ");
    let text = std::fs::read(repository("tests/fixtures/specstory/v1-claude.md")).unwrap();
    let call = ["detect", "-", "--json"].map(std::ffi::OsStr::new);
    let line = desk.call_with(call, &text).done();
    assert!(line.contains("\"file\":\"standard input\""), "{line}");
}

#[test]
fn detect_prints_one_line_of_json_for_each_developer_turn() {
    let desk = Desk::new();
    let demo = repository("assets/demo");
    let out = desk
        .call(["detect".as_ref(), demo.as_os_str(), "--json".as_ref()])
        .done();
    let lines: Vec<serde_json::Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 64);
    let marked = lines.iter().filter(|line| line["pushback"] == true);
    assert_eq!(marked.count(), 43);
    for line in &lines {
        let expected = [
            "cues", "file", "format", "pushback", "score", "session", "text", "turn",
        ];
        assert_eq!(keys(line), expected);
        let text: Vec<char> = line["text"].as_str().unwrap().chars().collect();
        for cue in line["cues"].as_array().unwrap() {
            assert_eq!(keys(cue), ["end", "kind", "start", "why"]);
            if let (Some(start), Some(end)) = (cue["start"].as_u64(), cue["end"].as_u64()) {
                assert!(
                    start < end && usize::try_from(end).unwrap() <= text.len(),
                    "{line}"
                );
            }
        }
    }
    assert!(
        out.starts_with("{\"file\":"),
        "the order of the keys is stable"
    );
}

#[test]
fn codebooks_are_shown_and_checked() {
    let desk = Desk::new();
    let shown = desk.run("codebook show mast").done();
    assert!(shown.starts_with("MAST"), "{shown}");
    let text = desk.run("codebook show --toml").done();
    let own = std::fs::read_to_string(repository("codebook/misalignment.toml")).unwrap();
    assert_eq!(text, own);
    desk.write("own.toml", text);
    insta::assert_snapshot!(
        desk.run("codebook check own.toml").done(),
        @"Developer-agent misalignment 1.0: 4 axes, 6 fields, 29 codes; no mistakes"
    );
    desk.study("s.db");
    assert_eq!(
        desk.run("codebook show s.db").done(),
        desk.run("codebook show").done()
    );
}

#[test]
fn keys_and_completions_are_printed() {
    let desk = Desk::new();
    assert!(
        desk.run("keys")
            .done()
            .lines()
            .any(|line| line.starts_with("u "))
    );
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        assert!(
            desk.run(&format!("completions {shell}"))
                .done()
                .contains("codebook"),
            "{shell}"
        );
    }
}

#[test]
fn the_manual_page_describes_every_verb_once() {
    let page = Desk::new().run("man").done();
    for verb in [
        "DEMO",
        "IMPORT",
        "LABEL",
        "STATUS",
        "DETECT",
        "CODEBOOK SHOW",
        "CODEBOOK CHECK",
        "KEYS",
        "MAN",
    ] {
        assert_eq!(
            page.matches(&format!(".SH \"PUSHBACK {verb}\"\n")).count(),
            1,
            "{verb}"
        );
    }
    assert!(page.contains("\\-\\-dry\\-run"));
    assert_eq!(page.matches(".TH ").count(), 1);
}

#[test]
fn every_format_has_a_page() {
    let desk = Desk::new();
    let list = desk.run("formats").done();
    assert_eq!(list.lines().count(), FORMATS.len());
    for format in FORMATS {
        let page = desk.run(&format!("formats {}", format.id)).done();
        assert!(page.starts_with(format.name), "{page}");
        for part in ["Files: ", "Developer turns", "Left out: ", "Known by: "] {
            assert!(page.contains(part), "{}: {part}", format.id);
        }
        let widest = page.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(120), "{}: {widest:?}", format.id);
    }
}

#[test]
fn the_readme_lists_the_formats() {
    let table = Desk::new().run("formats --markdown").done();
    let readme = include_str!("../../README.md");
    assert!(readme.contains(table.trim_end()), "{table}");
}
