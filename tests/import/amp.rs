//! Threads of Amp.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use pushback::import::{self, Reading};

fn read(name: &str) -> Reading {
    import::read(&super::fixture(&format!("amp/{name}")), None).unwrap()
}

#[test]
fn a_thread_gives_turns_with_their_marks() {
    insta::assert_snapshot!(super::outlines(&read("thread.json")), @"
    T-aa000000-0000-7000-8000-000000000001 | Amp 0.0.1770000000 | cli
    D1 prompt: sharpen the chisels é
    A1
       thinking: Which stone?
       prose: I take the coarse stone.
       Bash grind --coarse Some(Exit(3)): grind --coarse⏎sparks
       edit_file /w/edge.txt Some(Refused): -dull⏎+keen⏎
       Bash hone Some(Failed): hone⏎
       ! refused edit_file
       ! interrupted Bash
    D2 refusal: the edge is fine
    D3 steering: stop, the fine stone
    A3
       prose: The fine st
       ! interrupted 
    D4 prompt: [image]
    A4
       tool Looking at the picture None: Looking at the picture
    ");
}

#[test]
fn the_environment_tells_where_and_with_what_the_thread_ran() {
    let session = read("thread.json").sessions.remove(0);
    assert_eq!(session.title.as_deref(), Some("Sharper chisels"));
    assert_eq!(
        session.models,
        ["claude-opus-4-5", "claude-sonnet-4-5-20250929"]
    );
    assert_eq!(session.folder.as_deref(), Some("/home/mira/bench"));
    assert_eq!(session.branch.as_deref(), Some("edge"));
    assert_eq!(session.started.unwrap().0, 1_770_109_200_000);
    let first = &session.turns[0];
    assert_eq!(first.native_id.as_deref(), Some("0"));
    let bytes = std::fs::read(super::fixture("amp/thread.json")).unwrap();
    let place = usize::try_from(first.place.unwrap()).unwrap();
    assert!(bytes[place..].starts_with(b"{\n      \"role\": \"user\""));
}
