//! Continue and Kiro.

use super::{assert_places, ids, read, reasons, told};

#[test]
fn a_session_gives_its_messages_and_refused_calls() {
    insta::assert_snapshot!(told("continue/session.json"), @r#"
    c0000000-0000-4000-8000-000000000001 | Continue - | ide
    D1 prompt: paint the fence⏎[image]
    A1
       thinking: Which colour?
       prose: White.
       edit_file fence.ts Some(Refused): filepath: fence.ts⏎
       run brush Some(Failed): brush⏎no brush
       ! refused edit_file
    D2 prompt: not white, leave the posts
    A2
       [summary]: The fence is painted.
       prose: Brown.
       ! compacted 
    "#);
}

#[test]
fn a_session_of_the_other_is_told_apart() {
    insta::assert_snapshot!(told("kiro/session.json"), @r#"
    k-17 | Kiro - | ide
    D1 prompt: add a gate
    A1
       prose: Added.
    D2 prompt: the other side
    "#);
}

#[test]
fn the_head_tells_of_the_session() {
    let reading = read("continue/session.json");
    assert_eq!(
        reasons(&reading),
        ["96: a developer's message without words"]
    );
    let session = &reading.sessions[0];
    assert_eq!(session.title.as_deref(), Some("Paint the fence"));
    assert_eq!(session.folder.as_deref(), Some("/garden"));
    assert_places("continue/session.json", session, "\"role\": \"user\"");
    let session = &read("kiro/session.json").sessions[0];
    assert_eq!(session.folder.as_deref(), Some("/garden"));
    assert_eq!(session.models, ["claude-sonnet-4"]);
    assert_eq!(ids(session), ["m1", "m3"]);
}
