//! What an import brings in, and what it leaves alone.

use std::fmt::Write as _;
use std::fs;

use rusqlite::Connection;

use super::{Desk, dump, keys, repository};

/// Gives one column of the sessions in a study.
fn column(desk: &Desk, study: &str, name: &str) -> Vec<Option<String>> {
    let connection = Connection::open(desk.path(study)).unwrap();
    let mut rows = connection
        .prepare(&format!("SELECT {name} FROM session ORDER BY position"))
        .unwrap();
    rows.query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

#[test]
fn sessions_come_in_and_what_is_left_out_is_named() {
    let desk = Desk::new();
    desk.copy("tests/fixtures/specstory/v1-claude.md", "in/a.md");
    desk.write("in/b.json", "{\"colour\": 1}");
    desk.write("in/c.txt", "a shopping list");
    insta::assert_snapshot!(desk.run("import s.db in").done(), @r"
    found: SpecStory 1 file (1.1 kB), 1 file of no known format
    imported 1 session, 4 turns, 2 of them the developers', 1 marked as pushback from 1 file
    sessions: 1 new
    not looked at: 1 file of another ending or kind
    ");
    // What the call names is told of by name.
    let said = desk.run("import t.db in/a.md in/b.json").done();
    let last = said.lines().last().unwrap();
    assert_eq!(
        last,
        "  in/b.json: JSON objects of an unknown shape (keys colour)"
    );
}

#[test]
fn standard_input_and_compressed_files_are_read() {
    let desk = Desk::new();
    let text = fs::read(repository("tests/fixtures/specstory/v1-claude.md")).unwrap();
    let call = ["import", "s.db", "-"].map(std::ffi::OsStr::new);
    let said = desk.call_with(call, &text).done();
    assert!(said.starts_with("imported 1 session"), "{said}");
    desk.write("in/a.md.zst", zstd::encode_all(&text[..], 3).unwrap());
    let said = desk.run("import t.db in").done();
    assert!(said.starts_with("found: SpecStory 1 file"), "{said}");
    assert_eq!(column(&desk, "t.db", "key"), column(&desk, "s.db", "key"));
}

#[test]
fn sessions_are_chosen_by_agent_repository_time_and_length() {
    let desk = Desk::new();
    let demo = repository("assets/demo");
    let imported = |study: &str, more: &str| {
        let args = [
            "import".as_ref(),
            study.as_ref(),
            demo.as_os_str(),
            "--json".as_ref(),
        ];
        let more = more.split_whitespace().map(std::ffi::OsStr::new);
        let said = desk.call(args.into_iter().chain(more));
        let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        (json["sessions"].as_u64().unwrap(), json["left_out"].clone())
    };
    let (all, _) = imported("all.db", "");
    assert_eq!(all, 3);
    let agents = column(&desk, "all.db", "agent");
    let of_codex = agents
        .iter()
        .filter(|own| own.as_deref() == Some("Codex"))
        .count() as u64;
    let (codex, left_out) = imported("codex.db", "--agent codex");
    assert_eq!(
        (codex, &left_out["other_agents"]),
        (of_codex, &(3 - of_codex).into())
    );
    let (late, left_out) = imported("late.db", "--since 2100-01-01");
    assert_eq!((late, &left_out["too_old"]), (0, &3.into()));
    let (long, left_out) = imported("long.db", "--min-turns 1000");
    assert_eq!((long, &left_out["too_short"]), (0, &3.into()));
    let said = desk.call([
        "import".as_ref(),
        "none.db".as_ref(),
        demo.as_os_str(),
        "--min-turns".as_ref(),
        "1000".as_ref(),
    ]);
    assert!(
        said.out
            .contains("sessions left out: 3 with fewer developer turns than --min-turns"),
        "{}",
        said.out
    );
}

#[test]
fn the_outcome_has_stable_names_in_json() {
    let desk = Desk::new();
    desk.copy("tests/fixtures/specstory/v1-claude.md", "in/a.md");
    desk.write("in/b.json", "{\"colour\": 1}");
    let json = desk.run("import s.db in --json").json();
    assert_eq!(
        keys(&json),
        [
            "copies",
            "developer_turns",
            "extended",
            "files",
            "found",
            "joined",
            "kept",
            "left_out",
            "new",
            "passed_over",
            "pushback_turns",
            "redacted",
            "replaced",
            "same",
            "sessions",
            "skipped",
            "turns"
        ]
    );
    assert_eq!(keys(&json["passed_over"][0]), ["file", "line", "reason"]);
    assert_eq!(
        (&json["files"], &json["found"]["unknown"]),
        (&1.into(), &1.into())
    );
}

#[test]
fn importing_again_changes_nothing() {
    let desk = Desk::new();
    let study = desk.study("s.db");
    let before = dump(&study);
    desk.study("s.db");
    assert_eq!(dump(&study), before);
}

#[test]
fn a_dry_run_writes_nothing() {
    let desk = Desk::new();
    let demo = repository("assets/demo");
    let call = [
        "import".as_ref(),
        "s.db".as_ref(),
        demo.as_os_str(),
        "--dry-run".as_ref(),
    ];
    let said = desk.call(call).done();
    assert!(said.contains("\nwould import 3 sessions"), "{said}");
    assert!(!desk.path("s.db").exists());
    desk.copy("tests/fixtures/specstory/v1-claude.md", "in/a.md");
    let study = desk.study("s.db");
    let before = fs::read(&study).unwrap();
    let said = desk.run("import s.db in --dry-run").done();
    assert!(said.contains("sessions: 1 new"), "{said}");
    assert_eq!(fs::read(&study).unwrap(), before);
    assert!(!desk.path("s.db.lock").exists());
}

#[test]
fn shards_share_the_files_out() {
    let desk = Desk::new();
    let demo = repository("assets/demo");
    let mut sessions = 0;
    for shard in ["1/2", "2/2"] {
        let args = [
            "import".as_ref(),
            "s.db".as_ref(),
            demo.as_os_str(),
            "--json".as_ref(),
        ];
        let shard = ["--shard".as_ref(), shard.as_ref()];
        sessions += desk.call(args.into_iter().chain(shard)).json()["new"]
            .as_u64()
            .unwrap();
    }
    assert_eq!(sessions, 3);
}

#[test]
fn surface_and_repository_are_filled_in_where_a_file_has_none() {
    let desk = Desk::new();
    desk.copy("tests/fixtures/specstory/v1-claude.md", "a.md");
    desk.run("import plain.db a.md").done();
    desk.run("import told.db a.md --surface sdk --repo harbour/boats")
        .done();
    let known = column(&desk, "plain.db", "surface").remove(0);
    let expected = known.unwrap_or_else(|| "sdk".to_owned());
    assert_eq!(column(&desk, "told.db", "surface"), [Some(expected)]);
    assert_eq!(column(&desk, "plain.db", "repository"), [None]);
    assert_eq!(
        column(&desk, "told.db", "repository"),
        [Some("harbour/boats".to_owned())]
    );
}

#[test]
fn a_study_keeps_the_codebook_that_it_is_given() {
    let desk = Desk::new();
    desk.copy("tests/fixtures/specstory/v1-claude.md", "a.md");
    desk.run("import s.db a.md --codebook mast").done();
    assert_eq!(
        desk.run("codebook show s.db").done(),
        desk.run("codebook show mast").done()
    );
    desk.run("import s.db a.md").done();
    let status = desk.run("status s.db --json").json();
    assert!(
        status["codebook"].as_str().unwrap().starts_with("MAST"),
        "{status}"
    );
}

#[test]
fn a_path_that_is_not_there_holds_nobody_up_and_is_no_success() {
    let desk = Desk::new();
    desk.copy("tests/fixtures/specstory/v1-claude.md", "a.md");
    let said = desk.run("import s.db a.md nowhere");
    said.is_refusal(
        1,
        "nowhere cannot be read: No such file or directory (os error 2)",
        "check the path and its permissions",
    );
    assert!(said.out.contains("sessions: 1 new"), "{}", said.out);
}

/// Writes a Claude Code session: the first three turns are those of the session `loom`, the others its own.
fn write_session(desk: &Desk, name: &str, key: &str, own: &[&str]) {
    let first = [
        "weave a scarf in two colours",
        "no, the blue goes first",
        "that is still wrong",
    ];
    let all = first.iter().map(|text| ("loom", text));
    let all = all.chain(own.iter().map(|text| (key, text)));
    let mut out = String::new();
    let mut parent = serde_json::Value::Null;
    for (at, (typed_in, text)) in all.enumerate() {
        for (role, text) in [("user", *text), ("assistant", "done")] {
            let uuid = format!("{role}-record-{typed_in}-{at}");
            let record = serde_json::json!({
                "type": role, "uuid": uuid, "parentUuid": parent, "sessionId": key, "version": "2.1.0",
                "timestamp": format!("2026-03-01T12:{at:02}:00.000Z"),
                "message": {"role": role, "content": [{"type": "text", "text": text}]},
            });
            let _ = writeln!(out, "{record}");
            parent = uuid.into();
        }
    }
    desk.write(format!("in/{name}.jsonl"), out);
}

/// The session, a fork of it, and a copy with nothing of its own; the names are the order in which they are read.
fn write_family(desk: &Desk, names: [&str; 3]) {
    write_session(desk, names[0], "loom", &["good, now the fringe"]);
    write_session(desk, names[1], "sfork", &["and now a hat", "too small"]);
    write_session(desk, names[2], "tcopy", &[]);
}

#[test]
fn copies_are_left_out_and_named_and_a_dry_run_says_the_same() {
    let desk = Desk::new();
    write_family(&desk, ["a", "b", "c"]);
    let dry = desk.run("import s.db in --dry-run").done();
    let said = desk.run("import s.db in").done();
    assert_eq!(dry.replace("would import", "imported"), said);
    insta::assert_snapshot!(said, @r"
    found: Claude Code 3 files (5.7 kB)
    imported 3 sessions, 24 turns, 12 of them the developers', 8 marked as pushback from 3 files
    sessions: 2 new
    copies: 1 session whose turns stand in others, 1 cut to what came after
    left out or noted, 2:
      in/c.jsonl: a copy: all its turns stand in loom
      in/b.jsonl: the developer's first 3 turns stand in loom; what came after is kept
    ");
    let before = dump(&desk.path("s.db"));
    let again = desk.run("import s.db in --json").json();
    let counts = ["new", "same", "copies", "joined"].map(|name| again[name].as_u64().unwrap());
    assert_eq!(counts, [0, 2, 1, 0]);
    assert_eq!(dump(&desk.path("s.db")), before);
}

#[test]
fn copies_are_found_whichever_file_comes_first() {
    let names = [
        ["a", "b", "c"],
        ["b", "c", "a"],
        ["c", "a", "b"],
        ["c", "b", "a"],
    ];
    for names in names {
        let desk = Desk::new();
        write_family(&desk, names);
        let json = desk.run("import s.db in --json").json();
        let counts = ["sessions", "new", "copies", "joined"];
        let counts = counts.map(|name| json[name].as_u64().unwrap());
        assert_eq!(counts, [3, 2, 1, 1], "{names:?}");
        let mut rows = column(&desk, "s.db", "key || ' ' || developer_turns");
        rows.sort();
        assert_eq!(
            rows,
            [Some("loom 4".to_owned()), Some("sfork 2".to_owned())]
        );
    }
}

#[test]
#[cfg(unix)]
fn a_pipe_in_a_folder_is_passed_over_and_one_that_is_named_is_read() {
    let desk = Desk::new();
    desk.copy("tests/fixtures/specstory/v1-claude.md", "in/a.md");
    for name in ["in/never.md", "in/never.db", "named.md"] {
        let made = std::process::Command::new("mkfifo")
            .arg(desk.path(name))
            .status();
        assert!(made.unwrap().success());
    }
    let said = desk.run("import s.db in").done();
    assert!(
        said.contains("not looked at: 2 files of another ending or kind"),
        "{said}"
    );
    desk.run("detect in").done();
    let text = fs::read(repository("tests/fixtures/specstory/v1-claude.md")).unwrap();
    let pipe = desk.path("named.md");
    let writer = std::thread::spawn(move || fs::write(pipe, text).unwrap());
    let said = desk.run("import t.db named.md").done();
    writer.join().unwrap();
    assert!(said.starts_with("imported 1 session"), "{said}");
    assert_eq!(column(&desk, "t.db", "key"), column(&desk, "s.db", "key"));
}

#[test]
fn a_call_that_leaves_everything_out_says_so() {
    let desk = Desk::new();
    desk.copy("tests/fixtures/goose/sub-agent.json", "a.json");
    let hint = "ask for others: --agent, --repo, --since and --min-turns choose among the sessions; --sub-agents and \
                --machine-driven take those that no developer gave the prompts of";
    let said = desk.run("import s.db a.json");
    said.is_refusal(1, "every session was left out", hint);
    assert_eq!(
        said.out,
        "sessions left out: 1 of sub-agents (--sub-agents takes them)\n"
    );
    assert!(!desk.path("s.db").exists());
    desk.run("import s.db a.json --sub-agents").done();
}
