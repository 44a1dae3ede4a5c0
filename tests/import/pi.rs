//! Sessions of Pi and of OpenClaw.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use pushback::import::{self, Reading};

fn read(name: &str) -> Reading {
    import::read(&super::fixture(&format!("pi/{name}")), None).unwrap()
}

#[test]
fn a_session_without_ids_gives_turns_with_their_marks() {
    insta::assert_snapshot!(super::outlines(&read("linear.jsonl")), @"
    aa000000-0000-4000-8000-000000000001 | Pi - | cli
    D1 prompt: /patern
       ! interrupted 
    D2 prompt: weave the border é
    A2
       thinking: A border has two edges.
       prose: I look at the border.
       bash ls border Some(Exit(2)): ls border⏎ls: border: no such file⏎⏎⏎Command exited with cod
       edit border.txt Some(Done): -one⏎-two⏎+three⏎Edited border.txt
    D3 steering: no, not that border
    A3
       prose: The other one, th
       ! error terminated
    D4 prompt: [image]
    ");
}

#[test]
fn a_branch_that_was_left_is_taken_back() {
    insta::assert_snapshot!(super::outlines(&read("tree.jsonl")), @"
    aa000000-0000-7000-8000-000000000002 | Pi - | cli
    D1 prompt: glaze it green
       ! taken back 
    A1
       prose: Green it is.
    D2 prompt: I meant blue
       ! taken back 
    A2
       [branch summary]: A green glaze was tried.
    D3 prompt: glaze it blue
    A3
       [shell command]: cat glaze.txt⏎cobalt
       prose: Blue now.
       [compaction summary]: The glaze is blue.
       [reminder]: Keep the kiln closed.
       ! shell cat glaze.txt
       ! compacted 
    D4 prompt: fire it
    ");
}

#[test]
fn openclaw_keeps_its_sessions_in_the_same_form() {
    insta::assert_snapshot!(super::outlines(&read("openclaw.jsonl")), @"
    bb000000-0000-4000-8000-000000000003 | OpenClaw - | -
    D1 prompt: sort the letters
    A1
       exec ls letters Some(Done): ls letters⏎a⏎b
       prose: Two letters.
    ");
}

#[test]
fn the_head_and_the_entries_tell_what_the_session_is() {
    let session = read("tree.jsonl").sessions.remove(0);
    assert_eq!(session.title.as_deref(), Some("Blue glaze"));
    assert_eq!(session.models, ["gpt-5.4", "gpt-5.5"]);
    assert_eq!(session.folder.as_deref(), Some("/home/mira/kiln"));
    assert!(session.parent.unwrap().ends_with("earlier.jsonl"));
    let (_, second) = session
        .turns
        .iter()
        .filter(|turn| turn.role == pushback::model::Role::Developer)
        .enumerate()
        .nth(1)
        .unwrap();
    assert_eq!(second.native_id.as_deref(), Some("e4"));
    let bytes = std::fs::read(super::fixture("pi/tree.jsonl")).unwrap();
    let place = usize::try_from(second.place.unwrap()).unwrap();
    assert!(bytes[place..].starts_with(br#"{"type":"message","id":"e4""#));
}
