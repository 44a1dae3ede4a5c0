//! Calls that are slightly wrong: each gets a sentence that says what is wrong, where, and what to do.

use std::process::{Command, Stdio};

use pushback::import::{FORMATS, Format};

use super::{Desk, repository};

const STUDY_FIRST: &str =
    "`pushback import STUDY PATH...`: first the study file, then the transcripts";

/// Gives what the formats are called, as a list.
fn listed(called: fn(&Format) -> &str) -> String {
    let words: Vec<&str> = FORMATS.iter().map(called).collect();
    words.join(", ")
}

#[test]
fn a_misspelt_verb_is_not_taken_for_a_study() {
    let desk = Desk::new();
    let check = |words: &str, verb: &str| {
        let word = words.split(' ').next().unwrap();
        let error = format!("{word} is no verb, and there is no study of that name");
        desk.refuses(
            words,
            2,
            &error,
            &format!("did you mean `pushback {verb}`?"),
        );
    };
    check("impot s.db in", "import");
    check("lable", "label");
    check("stats s.db", "status");
    check("code-book show", "codebook");
    let hint = "verbs are demo, import, formats, label, status, merge, detect, assign, import-labels, export, codebook, check, agreement, adjudicate, keys, completions, man";
    desk.refuses(
        "summary",
        2,
        "summary is no verb, and there is no study of that name",
        hint,
    );
}

#[test]
fn a_study_that_is_not_there_is_named() {
    let desk = Desk::new();
    let hint = "make one with `pushback import STUDY PATH...`, or look at `pushback demo`";
    for verb in ["label s.db", "s.db", "status s.db", "check s.db"] {
        desk.refuses(verb, 1, "there is no study at s.db", hint);
    }
}

#[test]
fn paths_without_transcripts_are_named() {
    let desk = Desk::new();
    desk.write("notes/list.txt", "eggs");
    std::fs::create_dir(desk.path("empty")).unwrap();
    let gone = "nowhere cannot be read: No such file or directory (os error 2)";
    let endings = "name a file by itself to have it tried whatever its ending; `pushback formats` lists what is read";
    for verb in ["import s.db", "detect"] {
        let refuses = |path: &str, error: &str, hint: &str| {
            desk.refuses(&format!("{verb} {path}"), 1, error, hint);
        };
        refuses("nowhere", gone, "check the path and its permissions");
        refuses("empty", "there is no transcript in empty", endings);
        refuses(
            "notes",
            "there is no transcript in notes (1 file is of another ending or kind)",
            endings,
        );
    }
    assert!(
        !desk.path("s.db").exists(),
        "nothing came in, so no study was made"
    );
}

#[test]
fn texts_in_a_folder_are_tried_by_their_content() {
    let desk = Desk::new();
    desk.write("notes/list.txt", "eggs");
    desk.write("notes/chat.txt", "user:\nknead it\n\nassistant:\nI do.\n");
    let said = desk.run("import s.db notes").done();
    assert!(said.contains("1 session"), "{said}");
    assert!(!said.contains("list.txt"), "{said}");
}

#[test]
fn a_file_of_no_known_format_is_left_out_with_the_reason() {
    let desk = Desk::new();
    desk.write("a.json", "{\"colour\": 1}");
    let hint = "`pushback formats` lists the transcripts that are read";
    let said = desk.run("import s.db a.json");
    said.is_refusal(1, "no session was found", hint);
    insta::assert_snapshot!(said.out, @r"
    left out or noted, 1:
      a.json: JSON objects of an unknown shape (keys colour)
    ");
    assert!(!desk.path("s.db").exists());
    let said = desk.run("detect a.json");
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    let left_out = "left out: a.json: JSON objects of an unknown shape (keys colour)\n";
    assert_eq!(
        said.err,
        format!("{left_out}error: no session was found\nhint: {hint}\n")
    );
}

#[test]
fn study_and_transcripts_in_the_wrong_order_are_noticed() {
    let desk = Desk::new();
    desk.copy("tests/fixtures/specstory/v1-claude.md", "in/a.md");
    let folder = "in is a folder, and the study comes first";
    desk.refuses("import in s.db", 2, folder, STUDY_FIRST);
    let file = "in/a.md is no pushback study: it is not an SQLite file";
    desk.refuses("import in/a.md in", 1, file, STUDY_FIRST);
    let hint = "make the folder first";
    desk.refuses(
        "import no/s.db in",
        1,
        "there is no folder no for the study",
        hint,
    );
}

#[test]
fn arguments_that_do_not_exist_are_wrong_calls() {
    let desk = Desk::new();
    let check = |words: &str, parts: &[&str]| {
        let said = desk.run(words);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{words}");
        for part in parts {
            assert!(said.err.contains(part), "{words}: {}", said.err);
        }
    };
    check("import s.db", &["<PATH>..."]);
    let formats = listed(|format| format.id);
    check("import s.db a --format wax", &["'wax'", &formats]);
    check("detect a --format wax", &["'wax'", &formats]);
    check(
        "import s.db a --surface web",
        &["'web'", "ide, cli, app, sdk"],
    );
    check("import s.db a --shard 3/2", &["'3/2'", "write it as 2/8"]);
    check("import s.db a --shard 0/2", &["write it as 2/8"]);
    check("label s.db --theme pink", &["'pink'", "dark, light, mono"]);
    check("completions tcsh", &["'tcsh'", "bash"]);
    check("codebook", &["Usage: pushback codebook <COMMAND>"]);
    check("status", &["<STUDY>"]);
}

#[test]
fn a_mistake_in_a_codebook_is_named_with_its_line() {
    let desk = Desk::new();
    let text = std::fs::read_to_string(repository("codebook/misalignment.toml")).unwrap();
    let wrong = text.replacen("select = \"many\"", "select = \"some\"", 1);
    let line = wrong
        .lines()
        .position(|line| line.contains("\"some\""))
        .unwrap()
        + 1;
    desk.write("own.toml", &wrong);
    desk.copy("tests/fixtures/specstory/v1-claude.md", "a.md");
    let place = format!("own.toml:{line}: ");
    let checked = desk.run("codebook check own.toml");
    assert_eq!((checked.code, checked.err.as_str()), (1, ""));
    assert!(checked.out.starts_with(&place), "{}", checked.out);
    let imported = desk.run("import s.db a.md --codebook own.toml");
    assert_eq!((imported.code, imported.out.as_str()), (1, ""));
    assert!(
        imported.err.starts_with(&format!("error: {place}")),
        "{}",
        imported.err
    );
    assert!(
        imported
            .err
            .contains("\nhint: `pushback codebook check` looks it over"),
        "{}",
        imported.err
    );
    assert!(!desk.path("s.db").exists());
}

#[test]
fn a_codebook_that_does_not_exist_is_named() {
    let hint = "name a TOML file, or a built-in codebook: misalignment, mast";
    let error = "cannot read the codebook mist: No such file or directory (os error 2)";
    Desk::new().refuses("codebook show mist", 1, error, hint);
}

#[test]
fn a_reader_who_has_seen_enough_gets_no_error() {
    for words in [&["codebook", "show"][..], &["keys"], &["man"], &["--help"]] {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin!("pushback"))
            .args(words)
            .env("PUSHBACK_CONFIG", "")
            .env("HOME", "/nowhere")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{words:?}");
        assert_eq!(output.status.code(), Some(0), "{words:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error() {
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = Command::new(assert_cmd::cargo::cargo_bin!("pushback"))
        .args(["codebook", "show"])
        .stdout(full)
        .output()
        .unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        err,
        "error: cannot print: No space left on device (os error 28)\n"
    );
    assert_eq!(output.status.code(), Some(1));
}
