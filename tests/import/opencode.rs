//! Sessions of OpenCode.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use std::path::Path;

use pushback::import::{self, Error, Reading, Source};

fn read(name: &str) -> Reading {
    import::read(&super::fixture(&format!("opencode/{name}")), None).unwrap()
}

/// Gives what a file gave, without the folder that the fixtures lie in.
fn outlines(reading: &Reading) -> String {
    let folder = super::fixture("opencode").display().to_string();
    super::outlines(reading).replace(&folder, "")
}

#[test]
fn an_export_gives_turns_with_their_marks() {
    insta::assert_snapshot!(outlines(&read("export.json")), @r#"
    ses_export01 | OpenCode 1.2.20 | cli
    A0
       [synthetic]: Called the Read tool
    D1 prompt: string the warp é
    A1
       thinking: **Counting threads**
       prose: I string it.
       bash wind warp Some(Exit(4)): wind warp⏎wound⏎
       edit warp.txt Some(Refused): -wool⏎+silk⏎The user rejected permission to use this specifi
       ! refused edit
    D2 refusal: wool stays
    A2
       question  Some(Done): questions: [{"options":[{"label":"ninety"}],"question":"How 
    D3 answer: How many threads? -> a hundred
    D4 steering: slower
    A4
       bash sleep 9 Some(Failed): sleep 9⏎Tool execution aborted
       [synthetic]: Summarize what the task gave back.
       [compaction summary]: A warp was strung.
       ! interrupted 
       ! command /review
       ! compacted 
       ! error no thread left
    D5 prompt: [image]
       ! taken back 
    A5
       prose: A fine cloth.
    "#);
}

#[test]
fn a_session_with_a_parent_goes_aside() {
    insta::assert_snapshot!(outlines(&read("sub-agent.json")), @"
    (SubAgent) ses_child01 | OpenCode 1.2.20 | cli
    D1 prompt: You look over the cloth.
    A1
       prose: It has a hole.
    ");
}

#[test]
fn messages_and_parts_of_a_tree_are_joined() {
    insta::assert_snapshot!(outlines(&read("tree/storage/session/proj/ses_tree01.json")), @"
    ses_tree01 | OpenCode 1.0.9 | cli
    D1 prompt: dye it red é
    A1
       bash stir Some(Exit(0)): stir⏎red
       prose: It is red.
    skipped at -: /tree/storage/part/msg_t2/prt_t4.json is no JSON object
    ");
}

#[test]
fn words_that_were_not_kept_are_missed() {
    insta::assert_snapshot!(outlines(&read("early/storage/session/proj/s_early.json")), @"
    s_early | OpenCode 0.1 | cli
    A0
       prose: It dries.
    skipped at -: a developer's message without words (m1)
    ");
}

#[test]
fn messages_and_parts_are_not_read_by_themselves() {
    for name in [
        "tree/storage/message/ses_tree01/msg_t1.json",
        "tree/storage/part/msg_t1/prt_t1.json",
        "tree/storage/part/msg_t2/prt_t2.json",
        "tree/storage/todo/ses_tree01.json",
        "early/storage/part/p2.json",
    ] {
        let path = super::fixture("opencode").join(name);
        let found = import::recognise(&Source::file(&path));
        assert!(matches!(found, Err(Error::Companion { .. })), "{name}");
    }
}

#[test]
fn an_id_leads_to_no_other_folder() {
    let folder = tempfile::tempdir().unwrap();
    let put = |path: &Path, text: &str| {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let session = folder.path().join("storage/session/p/s.json");
    put(
        &session,
        r#"{"id":"../../out","projectID":"p","title":"t","time":{"created":1}}"#,
    );
    put(
        &folder.path().join("out/m.json"),
        r#"{"id":"m","sessionID":"s","role":"user","time":{}}"#,
    );
    let reading = import::read(&session, None).unwrap();
    assert!(reading.sessions.is_empty());
    assert!(reading.skipped[0].reason.contains("holds no messages"));
}

#[test]
fn the_head_of_an_export_tells_where_the_session_ran() {
    let session = read("export.json").sessions.remove(0);
    assert_eq!(session.title.as_deref(), Some("Warp and weft"));
    assert_eq!(session.models, ["gpt-5.3-codex"]);
    assert_eq!(session.folder.as_deref(), Some("/home/mira/loom"));
    let first = &session.turns[1];
    assert_eq!(first.native_id.as_deref(), Some("msg_01"));
    let bytes = std::fs::read(super::fixture("opencode/export.json")).unwrap();
    let place = usize::try_from(first.place.unwrap()).unwrap();
    assert!(bytes[place..].starts_with(br#"{"info": {"id": "msg_01""#));
}

/// Makes a database with the sessions of two fixtures.
fn database(path: &Path, mode: &str) -> rusqlite::Connection {
    let statements = std::fs::read_to_string(super::fixture("opencode/sessions.sql")).unwrap();
    let connection = rusqlite::Connection::open(path).unwrap();
    connection
        .pragma_update(None, "journal_mode", mode)
        .unwrap();
    connection.execute_batch(&statements).unwrap();
    connection
}

#[test]
fn a_database_gives_what_the_exports_of_its_sessions_give() {
    let folder = tempfile::tempdir().unwrap();
    for mode in ["DELETE", "WAL"] {
        let path = folder.path().join(format!("opencode {mode}.db"));
        let connection = database(&path, mode);
        let before = std::fs::read_dir(folder.path()).unwrap().count();
        let reading = import::read(&path, None).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), before);
        drop(connection);
        let expected = outlines(&read("export.json")) + &outlines(&read("sub-agent.json"));
        assert_eq!(outlines(&reading), expected, "{mode}");
    }
}

#[test]
fn a_damaged_database_is_read_as_far_as_it_goes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    drop(database(&path, "DELETE"));
    let whole = std::fs::read(&path).unwrap();
    for end in (0..whole.len()).step_by(97) {
        std::fs::write(&path, &whole[..end]).unwrap();
        let reading = import::read(&path, Some("opencode")).unwrap();
        reading.sessions.iter().for_each(super::harm::assert_sound);
        assert!(!reading.sessions.is_empty() || !reading.skipped.is_empty());
    }
    for at in (0..whole.len()).step_by(61) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0xff;
        std::fs::write(&path, &bytes).unwrap();
        let _ = import::recognise(&Source::file(&path));
        let reading = import::read(&path, Some("opencode")).unwrap();
        reading.sessions.iter().for_each(super::harm::assert_sound);
    }
}
