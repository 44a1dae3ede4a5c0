//! What leaves the program without its secrets.

use pushback::store::Study;

use super::{Desk, dump, keys};

/// A token that nobody ever had.
fn token() -> String {
    ["ghp", "_Invented0123456789abcdefGHIJKLmnopqr"].concat()
}

/// Puts a session on the desk in which secrets stand in the words, a tool's input and its output.
fn desk() -> Desk {
    let desk = Desk::new();
    let token = token();
    let record = |number: u32, kind: &str, content: serde_json::Value| {
        serde_json::json!({
            "parentUuid": (number > 1).then(|| format!("r{}", number - 1)), "uuid": format!("r{number}"),
            "isSidechain": false, "userType": "external", "cwd": "/srv/loom", "version": "2.1.30", "type": kind,
            "sessionId": "dddd0001-0000-4000-8000-000000000001", "timestamp": format!("2026-03-01T09:0{number}:05.000Z"),
            "message": {"id": format!("m{number}"), "type": "message", "role": kind, "content": content},
        })
        .to_string()
    };
    let lines = [
        record(
            1,
            "user",
            serde_json::json!("Push the loom, ann@mill.invalid waits."),
        ),
        record(
            2,
            "assistant",
            serde_json::json!([{"type": "tool_use", "id": "t1", "name": "Bash", "input": {"command": format!("GH_TOKEN={token} git push")}}]),
        ),
        record(
            3,
            "user",
            serde_json::json!([{"type": "tool_result", "tool_use_id": "t1", "content": format!("remote: {token} refused")}]),
        ),
        record(
            4,
            "assistant",
            serde_json::json!([{"type": "text", "text": "It was refused."}]),
        ),
        record(
            5,
            "user",
            serde_json::json!("No, that's wrong. I said password=in7ented, not a token."),
        ),
    ];
    desk.write("in/a.jsonl", lines.join("\n"));
    desk
}

/// Gives the words of all turns in a study of one session.
fn texts(desk: &Desk, study: &str) -> String {
    let study = Study::open_to_read(&desk.path(study)).unwrap();
    let row = study.sessions(None).unwrap().remove(0);
    let turns = study.turns(&row, 0, 100).unwrap();
    let turns: Vec<String> = turns.iter().map(|turn| format!("{turn:?}")).collect();
    turns.join("\n")
}

#[test]
fn a_redacted_import_stores_no_secret_and_says_what_it_masked() {
    let desk = desk();
    let said = desk.run("import s.db in --redact").done();
    assert!(
        said.contains("\nmasked: e-mail 1, github token 3, password 1"),
        "{said}"
    );
    let rows = dump(&desk.path("s.db"));
    assert!(
        !rows.contains("in7ented") && !rows.contains(&token()),
        "{rows}"
    );
    // The texts of turns are compressed there.
    let texts = texts(&desk, "s.db");
    assert!(texts.contains("remote: [github token] refused"), "{texts}");
    assert!(
        !texts.contains("in7ented") && !texts.contains(&token()),
        "{texts}"
    );
    let json = desk.run("import t.db in --redact --json").json();
    assert_eq!(
        keys(&json["redacted"]),
        ["e-mail", "github token", "password"]
    );
    let marked = desk.run("import s.db in --redact --dry-run").done();
    assert!(marked.contains("sessions: 1 already there"), "{marked}");
    assert_eq!(desk.run("check s.db").code, 0);
}

#[test]
fn importing_again_with_redact_changes_nothing() {
    let desk = desk();
    desk.run("import s.db in --redact").done();
    let before = dump(&desk.path("s.db"));
    desk.run("import s.db in --redact").done();
    assert_eq!(dump(&desk.path("s.db")), before);
}

#[test]
fn with_and_without_redact_are_two_recordings_of_one_session() {
    let desk = desk();
    desk.run("import s.db in").done();
    let said = desk.run("import s.db in --redact").done();
    assert!(said.contains("another session has the same id"), "{said}");
}

#[test]
fn an_export_is_masked_and_the_masks_are_counted_on_standard_error() {
    let desk = desk();
    desk.run("import s.db in").done();
    // The second quotation holds the end of a token only.
    let labels = serde_json::json!({
        "session": "dddd0001", "turn": 2, "verdict": "undecided", "memo": "her password=in7ented again",
        "form": "S3", "evidence": ["I said password=in7ented, not", "GHIJKLmnopqr refused"],
    });
    desk.write("l.jsonl", labels.to_string());
    desk.run("import-labels s.db l.jsonl --coder anna").done();
    let plain = desk.run("export s.db --format jsonl").done();
    assert!(plain.contains("GHIJKLmnopqr refused"), "{plain}");
    let said = desk.run("export s.db --format jsonl --redact");
    assert_eq!(
        (said.code, said.err.as_str()),
        (0, "masked: github token 1, password 2\n")
    );
    let line: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(line["memo"], "her password=[password] again");
    assert_eq!(
        line["evidence"][0]["text"],
        "I said password=[password], not"
    );
    assert_eq!(line["evidence"][1]["text"], "[github token] refused");
    desk.run("export s.db --format jsonl --redact --into out.jsonl");
    assert_eq!(
        std::fs::read_to_string(desk.path("out.jsonl")).unwrap(),
        said.out
    );
    desk.refuses(
        "export s.db --format labels-only --redact --into l.db",
        2,
        "a labels-only study keeps every act as it was, and nothing in it is masked",
        "export --format jsonl --redact, or import the transcripts with --redact before labelling",
    );
}
