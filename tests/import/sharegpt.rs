//! ShareGPT.

use super::{assert_places, read, reasons, told};

#[test]
fn an_array_holds_conversations() {
    insta::assert_snapshot!(told("sharegpt/array.json"), @r#"
    text:8fef778de98ef057 | Unknown - | -
    A0
       [system prompt]: Be kind.
    D1 prompt: plant a rose
    A1
       dig 3 Some(Done): depth: 3⏎dug
       prose: Planted a tulip.
    D2 prompt: a rose, I said
    "#);
}

#[test]
fn each_line_is_a_conversation() {
    insta::assert_snapshot!(told("sharegpt/lines.jsonl"), @r#"
    text:0ca27da2bebdf27b | Unknown - | -
    D1 prompt: water it
    A1
       prose: Watered.
    text:392468507fc38909 | Unknown - | -
    D1 prompt: again
    A1
       prose: Again.
    "#);
}

#[test]
fn what_is_no_turn_is_reported_with_its_line() {
    let reading = read("sharegpt/array.json");
    assert_eq!(
        reasons(&reading),
        [
            "26: a message of an unknown role (weather)",
            "32: no developer speaks in the session",
        ]
    );
    assert_places(
        "sharegpt/array.json",
        &reading.sessions[0],
        "\"from\": \"human\"",
    );
}
