//! Conversations of OpenAI's chat interface.

use super::{assert_places, read, reasons, told};

#[test]
fn each_line_is_a_conversation() {
    insta::assert_snapshot!(told("openai-chat/chats.jsonl"), @r#"
    text:033566754f30cbc4 | Unknown - | -
    A0
       [system prompt]: You write code.
    D1 prompt: draw a lighthouse
    A1
       write_file a.svg Some(Done): path: a.svg⏎ok
       thinking: Red and white.
       prose: Drawn.
    D2 prompt: I asked for stripes⏎[image]
    A2
       prose: No stripes.
    text:87bf6949f05f8e89 | Unknown - | -
    D1 prompt: hello
    A1
       prose: hi
    text:4593b72562721424 | Unknown - | -
    D1 prompt: hello
    A1
       prose: good day
    "#);
}

#[test]
fn a_bare_array_of_messages_is_one() {
    insta::assert_snapshot!(told("openai-chat/bare.json"), @r#"
    text:eee1d1e37344c19f | Unknown - | -
    D1 prompt: trim the sail
    A1
       thinking: Wind?
       prose: I look.
       look sail Some(Failed): path: sail⏎slack
    D2 prompt: the other sail
    "#);
}

#[test]
fn what_is_no_turn_is_reported_with_its_line() {
    let reading = read("openai-chat/chats.jsonl");
    assert_eq!(
        reasons(&reading),
        [
            "1: a developer's message without words",
            "1: a message of an unknown role (narrator)",
            "4: no developer speaks in the session",
            "5: the record is cut off",
            "5: the session holds no messages",
        ]
    );
    for session in &reading.sessions {
        assert_places("openai-chat/chats.jsonl", session, "\"role\":\"user\"");
    }
}

#[test]
fn two_answers_to_the_same_words_are_two_sessions() {
    let reading = read("openai-chat/chats.jsonl");
    assert_ne!(reading.sessions[1].key, reading.sessions[2].key);
}
