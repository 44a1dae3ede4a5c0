//! Goose.

use super::{assert_places, ids, read, reasons, told};

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
