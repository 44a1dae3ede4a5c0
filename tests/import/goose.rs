//! Goose.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use std::path::{Path, PathBuf};

use pushback::import;
use rusqlite::Connection;

use super::{assert_places, harm, ids, outline, outlines, read, reasons, told};

#[test]
fn refusals_and_stops_stand_in_results() {
    insta::assert_snapshot!(told("goose/export.json"), @r#"
    20260801_2@1785578400000 | Goose - | -
    D1 prompt: Sort the seeds by weight
    A1
       thinking: Weigh first.
       prose: I weigh them.
       developer__shell weigh *.seed Some(Done): weigh *.seed⏎3 g⏎5 g
       developer__text_editor /seeds/order.txt Some(Refused): command: write⏎file_text:⏎5⏎3⏎path: /seeds/order.txt⏎The use
       ! refused developer__text_editor
    D2 prompt: no, lightest first
    A2
       [hidden]: remember the weights
       [summary]: Seeds were weighed.
       [notification]: compacted
       developer__shell sleep 99 Some(Failed): sleep 99⏎Interrupted by the user to make a correction
       ! compacted 
       ! interrupted developer__shell
    D3 prompt: [image]
    "#);
}

#[test]
fn session_files_of_old_versions_are_read() {
    insta::assert_snapshot!(told("goose/legacy.jsonl"), @r#"
    text:f36df8fbf23c29c6 | Goose - | -
    D1 prompt: Sort the seeds by weight
    A1
       thinking: Weigh first.
       prose: I weigh them.
       developer__shell weigh *.seed Some(Done): weigh *.seed⏎3 g⏎5 g
       developer__text_editor /seeds/order.txt None: command: write⏎file_text:⏎5⏎3⏎path: /seeds/order.txt
    "#);
}

#[test]
fn the_session_of_a_sub_agent_stands_aside() {
    insta::assert_snapshot!(told("goose/sub-agent.json"), @r#"
    aside SubAgent
    20260801_3@1785578400000 | Goose - | -
    D1 prompt: count seeds
    A1
       prose: two
    "#);
}

#[test]
fn the_head_tells_of_the_session() {
    let reading = read("goose/export.json");
    assert_eq!(
        reasons(&reading),
        ["243: a developer's message without words"]
    );
    let session = &reading.sessions[0];
    assert_eq!(session.title.as_deref(), Some("Sorting seeds"));
    assert_eq!(session.folder.as_deref(), Some("/seeds"));
    assert_eq!(session.models, ["claude-opus-5"]);
    assert_eq!(ids(session), ["m1", "m6", "m11"]);
    assert_places("goose/export.json", session, "\"role\": \"user\"");
    let session = &read("goose/legacy.jsonl").sessions[0];
    assert_eq!(session.title.as_deref(), Some("Sorting"));
    assert_places("goose/legacy.jsonl", session, "\"role\":\"user\"");
}

/// Makes the database of the fixture's statements, and leaves it open.
fn open_database(path: &Path, mode: &str) -> Connection {
    let statements = std::fs::read_to_string(super::fixture("goose/sessions.sql")).unwrap();
    let connection = Connection::open(path).unwrap();
    connection
        .pragma_update(None, "journal_mode", mode)
        .unwrap();
    connection.execute_batch(&statements).unwrap();
    connection
}

/// Makes the database of the fixture's statements and some more.
fn database(folder: &Path, more: &str) -> PathBuf {
    let path = folder.join("sessions.db");
    open_database(&path, "DELETE").execute_batch(more).unwrap();
    path
}

#[test]
fn a_database_gives_what_the_exports_of_its_sessions_give() {
    let folder = tempfile::tempdir().unwrap();
    for mode in ["DELETE", "WAL"] {
        let path = folder.path().join(format!("sessions {mode}.db"));
        let connection = open_database(&path, mode);
        let before = std::fs::read_dir(folder.path()).unwrap().count();
        let reading = import::read(&path, None).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), before);
        drop(connection);
        let session = &reading.sessions[0];
        let export = &read("goose/export.json").sessions[0];
        assert_eq!(outline(session), outline(export), "{mode}");
        assert_eq!(session.key, export.key);
        assert_eq!(session.title, export.title);
        assert_eq!(session.folder, export.folder);
        assert_eq!(session.models, export.models);
        assert_eq!(
            (session.started, session.ended),
            (export.started, export.ended)
        );
        assert_eq!(ids(session), ids(export));
        let (_, aside) = &reading.aside[0];
        assert_eq!(
            outline(aside),
            outline(&read("goose/sub-agent.json").aside[0].1)
        );
    }
}

#[test]
fn sessions_of_a_database_that_no_developer_gave_stand_aside() {
    let folder = tempfile::tempdir().unwrap();
    let reading = import::read(&database(folder.path(), ""), None).unwrap();
    assert_eq!(reading.sessions.len(), 1);
    let told = outlines(&reading);
    let aside = told.find("(SubAgent)").unwrap();
    insta::assert_snapshot!(&told[aside..], @"
    (SubAgent) 20260801_3@1785578400000 | Goose - | -
    D1 prompt: count seeds
    A1
       prose: two
    (Machine) 20260801_4@1785578400000 | Goose - | -
    D1 prompt: water the seeds
    A1
       prose: watered
    (Machine) 20260801_5@1785578400000 | Goose - | -
    D1 prompt: water the beds
    A1
       prose: watered
    skipped at -: session 20260801_2: a developer's message without words
    skipped at -: session 20260801_7: the content of a message is no valid JSON
    skipped at -: session 20260801_7: a message of an unknown role
    skipped at -: session 20260801_7: no developer speaks in the session
    ");
}

#[test]
fn databases_of_older_versions_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = database(
        folder.path(),
        "UPDATE sessions SET description = name;
         DROP INDEX idx_sessions_type;
         DROP INDEX idx_messages_message_id;
         DELETE FROM messages WHERE session_id <> '20260801_2';
         ALTER TABLE sessions DROP COLUMN name;
         ALTER TABLE sessions DROP COLUMN session_type;
         ALTER TABLE sessions DROP COLUMN schedule_id;
         ALTER TABLE sessions DROP COLUMN model_config_json;
         ALTER TABLE messages DROP COLUMN message_id;
         ALTER TABLE messages DROP COLUMN metadata_json;",
    );
    let session = import::read(&path, None).unwrap().sessions.remove(0);
    assert_eq!(session.title.as_deref(), Some("Sorting seeds"));
    // Without marks of its own, a message that was hidden later cannot be told from others.
    assert_eq!(session.developer_turns().count(), 4);
    assert!(ids(&session).is_empty());
}

#[test]
fn a_database_whose_tables_are_described_behind_its_rows_is_recognised() {
    let folder = tempfile::tempdir().unwrap();
    let columns = (0..90)
        .map(|number| format!("ALTER TABLE sessions ADD COLUMN one_of_many_more_{number} TEXT;"));
    let columns = columns.collect::<Vec<_>>().concat();
    let long =
        "UPDATE sessions SET recipe_json = printf('%.*c', 900000, 'x') WHERE id = '20260801_6';";
    // Nothing of the description that stood at the beginning may be left there.
    let more = format!("PRAGMA secure_delete = ON; {long} {columns}");
    let path = database(folder.path(), &more);
    let bytes = std::fs::read(&path).unwrap();
    let start = String::from_utf8_lossy(&bytes[..256 * 1024]);
    assert!(!start.contains("content_json"));
    let reading = import::read(&path, None).unwrap();
    assert_eq!(reading.sessions.len(), 1);
    let other = folder.path().join("other.db");
    let connection = Connection::open(&other).unwrap();
    connection
        .execute_batch("CREATE TABLE sessions (id TEXT); CREATE TABLE messages (content TEXT);")
        .unwrap();
    assert!(import::read(&other, None).is_err());
}

#[test]
fn an_empty_database_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = database(folder.path(), "DELETE FROM messages");
    let reading = import::read(&path, None).unwrap();
    assert_eq!(reasons(&reading), ["the database holds no sessions"]);
}

#[test]
fn a_damaged_database_is_read_as_far_as_it_goes() {
    let folder = tempfile::tempdir().unwrap();
    let whole = std::fs::read(database(folder.path(), "")).unwrap();
    for end in (0..whole.len()).step_by(509) {
        let reading = harm::import_bytes("goose", &whole[..end]);
        let is_silent = harm::all(&reading).next().is_none() && reading.skipped.is_empty();
        assert!(!is_silent || end == 0, "cut at {end}");
    }
    for at in (0..whole.len()).step_by(211) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0xff;
        harm::import_bytes("goose", &bytes);
    }
}
