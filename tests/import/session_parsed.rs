//! The form of the paper's own pipeline.

use super::{assert_places, read, told};

#[test]
fn neighbours_of_one_role_are_one_turn() {
    insta::assert_snapshot!(told("session-parsed/session_001.json"), @r#"
    text:951b95d19f74146a | Unknown - | ide
    D1 prompt: oil the hinge⏎⏎the upper one
    A1
       prose: Oiled.⏎⏎Both.
    D2 prompt: only the upper one!
    A2
    "#);
}

#[test]
fn the_names_of_the_other_side_are_read_too() {
    insta::assert_snapshot!(told("session-parsed/session_002.json"), @r#"
    5e000000-0000-4000-8000-000000000002 | Claude Code - | cli
    D1 prompt: wind the clock
    A1
       prose: Wound.
    "#);
}

#[test]
fn the_head_tells_of_the_session() {
    let session = &read("session-parsed/session_001.json").sessions[0];
    assert_eq!(
        session.title.as_deref(),
        Some("2025-07-01_10-00-oil-the-hinge")
    );
    assert_eq!(session.started.unwrap().0, 1_751_364_000_000);
    assert_places("session-parsed/session_001.json", session, "\"content\":");
    let session = &read("session-parsed/session_002.json").sessions[0];
    assert!(session.started.is_some());
}
