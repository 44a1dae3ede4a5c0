//! Cursor: the agent's transcripts, exported chats, and the databases of the editor and of the terminal program.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use pushback::import::{self, Aside, Reading};
use rusqlite::Connection;

use super::harm;

fn read(name: &str) -> Reading {
    import::read(&super::fixture(name), None).unwrap()
}

fn outline(reading: &Reading) -> String {
    harm::all(reading).map(super::outline).collect()
}

const FOLDER: &str = "cursor-agent/11111111-2222-4333-8444-555555555555";

fn transcript() -> Reading {
    read(&format!(
        "{FOLDER}/11111111-2222-4333-8444-555555555555.jsonl"
    ))
}

#[test]
fn a_transcript_gives_turns_without_what_the_editor_added() {
    insta::assert_snapshot!(outline(&transcript()), @"
    11111111-2222-4333-8444-555555555555 | Cursor - | -
    A0
       [context]: <user_info>⏎OS Version: linux 6.8⏎Shell: zsh⏎</user_info>
       [context]: <timestamp>Monday, 9:14</timestamp>
    D1 prompt: weigh the flour before the water, é
    A1
       thinking: The order matters.
       prose: I look at the scale first.
       Read src/scale.rs Some(Done): path: src/scale.rs⏎fn weigh() {}
       Shell cargo test scale Some(Failed): cargo test scale⏎2 failed
       prose: Two tests fail.
       StrReplace src/scale.rs None: -weigh()⏎+weigh_flour()
       [progress_note]: edit pending
       ! interrupted 
    D2 prompt: I said weigh, not rename
    A2
       prose: The name stays.
    D3 prompt: [image]
    A3
       [context]: <system_reminder>⏎three files changed⏎</system_reminder>
    ");
    insta::assert_snapshot!(super::skips(&transcript()), @"
    13: the record is cut off
    ");
    let places: Vec<Option<u64>> = transcript().sessions[0]
        .developer_turns()
        .map(|(_, turn)| turn.place)
        .collect();
    let text = std::fs::read_to_string(super::fixture(&format!(
        "{FOLDER}/11111111-2222-4333-8444-555555555555.jsonl"
    )))
    .unwrap();
    for place in places {
        let from = &text[usize::try_from(place.unwrap()).unwrap()..];
        assert!(from.starts_with(r#"{"role":"user""#));
    }
}

#[test]
fn what_lies_below_subagents_is_put_aside() {
    let reading = read(&format!(
        "{FOLDER}/subagents/66666666-7777-4888-9999-aaaaaaaaaaaa.jsonl"
    ));
    assert!(reading.sessions.is_empty() && reading.skipped.is_empty());
    let (aside, session) = &reading.aside[0];
    assert_eq!(*aside, Aside::SubAgent);
    assert_eq!(
        session.parent.as_deref(),
        Some("11111111-2222-4333-8444-555555555555")
    );
}

#[test]
fn the_text_of_old_transcripts_is_read() {
    let reading = read("cursor-agent/bread.txt");
    insta::assert_snapshot!(outline(&reading), @"
    text:1edc7b7ced3dc6f6 | Cursor - | -
    D1 prompt: shape the loaf
    A1
       thinking: a loaf⏎has a seam⏎⏎below
       Shell make loaf None: command: make loaf⏎cwd: /kitchen⏎done⏎in 3 s
       prose: The loaf is shaped.⏎⏎It rests.
    D2 prompt: that is a roll⏎[Thinking] is not what I asked for
    A2
       prose: I see.
    ");
    assert!(reading.skipped.is_empty());
}

#[test]
fn an_export_is_split_where_messages_begin() {
    let reading = read("cursor-export/cursor_bread.md");
    insta::assert_snapshot!(outline(&reading), @"
    text:c85d0af9ef2b5206 | Cursor 2.4.1 | ide
    D1 prompt: how hot for rye?⏎⏎it burned last time
    A1
       prose: Let me look.⏎⏎⏎⏎Two ways:⏎⏎---⏎⏎1. **User** settings⏎2. a pr
    D2 prompt: ```12:14:src/oven.rs⏎let hot = 250;⏎```⏎⏎not what I asked
    A2
       prose: Lower it:⏎⏎```rust⏎let hot = 230;
    D3 prompt: you stopped in the middle
    A3
       prose: ```sh⏎make bread⏎```
    ");
    insta::assert_snapshot!(super::skips(&reading), @"
    63: a message of the developer's without words
    ");
    let session = &reading.sessions[0];
    assert_eq!(session.title.as_deref(), Some("Oven temperature"));
    let windows = read("cursor-export/windows.md");
    assert_eq!(windows.sessions[0].turns[0].text, "sift it\ntwice");
    assert_eq!(windows.sessions[0].agent_version.as_deref(), Some("1.0.0"));
}

/// Makes a database out of a fixture's statements.
fn database(folder: &Path, name: &str) -> PathBuf {
    let statements = std::fs::read_to_string(super::fixture(name)).unwrap();
    let path = folder.join(name.replace('/', "-").replace(".sql", ".db"));
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch(&statements).unwrap();
    drop(connection);
    path
}

#[test]
fn the_editors_database_holds_its_conversations() {
    let folder = tempfile::tempdir().unwrap();
    let path = database(folder.path(), "cursor-ide/state.sql");
    let reading = import::read(&path, None).unwrap();
    insta::assert_snapshot!(outline(&reading), @r#"
    aaaaaaaa-0000-4000-8000-000000000001 | Cursor - | ide
    D1 prompt: proof the dough for an hour
    A1
       thinking: an hour is long
       prose: I set the timer.
       run_terminal_cmd timer 30 Some(Refused): timer 30⏎
       read_file timer.rs Some(Done): path: timer.rs⏎relativeWorkspacePath: timer.rs⏎{"contents":"
       ! refused run_terminal_cmd
    D2 prompt: an hour, not thirty minutes
    D3 prompt: [image]
    A3
       edit_file not json Some(Failed): not json⏎
       ! interrupted edit_file
    aaaaaaaa-0000-4000-8000-000000000002 | Cursor - | ide
    D1 prompt: slice it
    A1
       prose: Slicing
       ! interrupted 
    aaaaaaaa-0000-4000-8000-000000000003 | Cursor - | ide
    D1 prompt: Find the knife
    "#);
    insta::assert_snapshot!(super::skips(&reading), @"
    -: 1 of the messages of conversation aaaaaaaa-0000-4000-8000-000000000001 are not in the database
    -: 1 of the developer's messages in conversation aaaaaaaa-0000-4000-8000-000000000001 have no words
    -: the conversation composerData:aaaaaaaa-0000-4000-8000-000000000005 is no valid JSON
    ");
    assert_eq!(reading.aside.len(), 1);
    let session = &reading.sessions[0];
    assert_eq!(session.title.as_deref(), Some("Proof the dough"));
    assert_eq!(session.folder.as_deref(), Some("/home/mira/bakery"));
    assert_eq!(session.models, ["sonnet-4.6"]);
    assert_eq!(session.started.unwrap().0, 1_773_215_000_000);
    assert_eq!(session.turns[0].native_id.as_deref(), Some("b1"));
}

#[test]
fn the_terminal_programs_store_is_walked_from_its_root() {
    let folder = tempfile::tempdir().unwrap();
    let path = database(folder.path(), "cursor-cli/store.sql");
    let reading = import::read(&path, None).unwrap();
    insta::assert_snapshot!(outline(&reading), @"
    bbbbbbbb-0000-4000-8000-000000000001 | Cursor - | cli
    A0
       [context]: <user_info>⏎OS: linux⏎</user_info>
    D1 prompt: glaze the buns
    A1
       thinking: buns first
       prose: I glaze.
       Shell glaze buns Some(Done): glaze buns⏎glazed
       Read buns.txt Some(Done): path: buns.txt⏎six buns
    D2 prompt: without sugar!
    ");
    insta::assert_snapshot!(super::skips(&reading), @"
    -: 1 of the session's blobs are not in the database
    ");
    let session = &reading.sessions[0];
    assert_eq!(session.title.as_deref(), Some("Glazing"));
    assert_eq!(session.models, ["gpt-5.5"]);
}

#[test]
#[cfg(unix)]
fn a_database_in_a_folder_that_cannot_be_written_is_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = database(folder.path(), "cursor-ide/state.sql");
    let connection = Connection::open(&path).unwrap();
    connection
        .pragma_update(None, "journal_mode", "WAL")
        .unwrap();
    drop(connection);
    let mode = |bits| {
        let permissions = std::fs::Permissions::from_mode(bits);
        std::fs::set_permissions(folder.path(), permissions).unwrap();
    };
    mode(0o555);
    let reading = import::read(&path, None);
    mode(0o755);
    assert_eq!(reading.unwrap().sessions.len(), 2);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn damaged_databases_are_survived() {
    let folder = tempfile::tempdir().unwrap();
    for (format, name) in [
        ("cursor-ide", "cursor-ide/state.sql"),
        ("cursor-cli", "cursor-cli/store.sql"),
    ] {
        let bytes = std::fs::read(database(folder.path(), name)).unwrap();
        for end in (0..bytes.len()).step_by(509) {
            harm::import_bytes(format, &bytes[..end]);
        }
        let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40);
        proptest!(ProptestConfig::with_cases(200), |(changes in changes)| {
            let mut bytes = bytes.clone();
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            harm::import_bytes(format, &bytes);
        });
        proptest!(ProptestConfig::with_cases(50), |(tail in prop::collection::vec(any::<u8>(), 0..900))| {
            harm::import_bytes(format, &[&bytes[..100], &tail].concat());
        });
    }
}

#[test]
fn values_of_any_shape_are_survived() {
    let folder = tempfile::tempdir().unwrap();
    let path = database(folder.path(), "cursor-ide/state.sql");
    let odd = [
        "1",
        "[]",
        "{}",
        "\"x\"",
        "{\"type\":1,\"text\":[1]}",
        "{\"type\":2,\"toolFormerData\":7}",
        "{\"type\":2,\"toolFormerData\":{\"status\":[]},\"modelInfo\":1}",
        "\u{0}",
        "{\"composerId\":3,\"conversation\":{\"a\":1},\"fullConversationHeadersOnly\":[1,{\"bubbleId\":2}]}",
    ];
    for value in odd {
        for prefix in ["composerData:", "bubbleId:"] {
            let copy = folder.path().join("copy.db");
            std::fs::copy(&path, &copy).unwrap();
            let connection = Connection::open(&copy).unwrap();
            connection
                .execute(
                    "UPDATE cursorDiskKV SET value = ?1 WHERE key LIKE ?2 || '%'",
                    [value, prefix],
                )
                .unwrap();
            drop(connection);
            harm::import_bytes("cursor-ide", &std::fs::read(&copy).unwrap());
        }
    }
}

const SHARED: &[harm::Expected] = &[
    (
        "cursor-agent-jsonl/jazzyalex__agent-sessions/large.jsonl",
        "cursor-agent",
        1,
        0,
        3,
        None,
    ),
    (
        "cursor-agent-jsonl/jazzyalex__agent-sessions/schema_drift.jsonl",
        "cursor-agent",
        1,
        0,
        1,
        None,
    ),
    (
        "cursor-agent-jsonl/jazzyalex__agent-sessions/small.jsonl",
        "cursor-agent",
        1,
        0,
        2,
        None,
    ),
    (
        "cursor-agent-jsonl/jazzyalex__agent-sessions/subagent/parent.jsonl",
        "cursor-agent",
        1,
        0,
        1,
        None,
    ),
    (
        "cursor-agent-jsonl/jazzyalex__agent-sessions/subagent/subagents/child.jsonl",
        "cursor-agent",
        0,
        1,
        1,
        None,
    ),
    (
        "cursor-agent-jsonl/jazzyalex__agent-sessions/subagent-session.jsonl",
        "cursor-agent",
        1,
        0,
        1,
        None,
    ),
    (
        "cursor-agent-jsonl/jazzyalex__agent-sessions/test-session.jsonl",
        "cursor-agent",
        1,
        0,
        2,
        None,
    ),
    (
        "cursor-agent-jsonl/jazzyalex__agent-sessions/test-store.db",
        "cursor-cli",
        0,
        0,
        0,
        Some("1 of the session's blobs"),
    ),
    (
        "made-by-hand/cursor-agent-transcript.txt",
        "cursor-agent",
        1,
        0,
        2,
        None,
    ),
    (
        "made-by-hand/cursor-state.vscdb",
        "cursor-ide",
        1,
        0,
        2,
        None,
    ),
    (
        "cursor-export-md/AsafShai__Logz.io-Task/cursor_chat_export.md",
        "cursor-export",
        1,
        0,
        7,
        None,
    ),
];

#[test]
#[ignore = "needs PUSHBACK_SHARED"]
fn shared_files_of_cursor_hold_the_turns_that_were_counted() {
    harm::counted(SHARED);
    for format in ["cursor-agent", "cursor-export", "cursor-ide", "cursor-cli"] {
        harm::takes_only(format, &["cursor"]);
    }
}
