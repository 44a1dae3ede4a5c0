//! Histories of Aider.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use pushback::import::{self, Reading};

fn read(name: &str) -> Reading {
    import::read(&super::fixture(&format!("aider/{name}")), None).unwrap()
}

#[test]
fn a_history_gives_the_sessions_in_which_the_developer_speaks() {
    insta::assert_snapshot!(super::outlines(&read("history.md")), @"
    aider::5c5d1afe7434cb78 | Aider - | cli
    A0
       [printed]: The end of a session that began elsewhere
    D1 prompt: keep the rim é
    A1
       prose: The rim stays.
    aider:2026-01-10T10:00:00:45a002adf0c5c53e | Aider 0.86.1 | cli
    A0
       [printed]: /home/mira/.local/bin/aider bowl.txt⏎Aider v0.86.1⏎Main mode
       [printed]: Added rim.txt to the chat
       ! command /add rim.txt
    D1 prompt: turn the bowl⏎⏎  thinner than before
       ! taken back 
    A1
       prose: I turn it.⏎⏎#### A heading of the answer⏎⏎> and a quotation⏎
       [printed]: Tokens: 9 sent, 9 received. Cost: $0.01 message, $0.01 sessi
       [from Aider]: # Fix any errors below, if possible.⏎⏎bowl.txt:1: too thin
       [printed]: ^C again to exit
       prose: It is not too th
       [printed]: Run shell command? (Y)es/(N)o/(D)on't ask again [Yes]: n⏎^C 
       [printed]: Removed: 0a1b2c3 feat: thinner bowl⏎HEAD is: 4d5e6f7 begin
       ! interrupted 
       ! refused Run shell command
       ! command /undo
    D2 command: /ask why was it thin?
    A2
       [from Aider]:  why was it thin?
       prose: You asked for it.
       ! shell ls
    aider:2026-01-10T12:00:00:41894f416373bad6 | Aider - | cli
    D1 prompt: hi
    A1
       [printed]: Unexpected error: lost the thread
       ! error Unexpected error: lost the thread
    aider:2026-01-10T12:00:00:41894f416373bad6:2 | Aider - | cli
    D1 prompt: hi
    A1
       prose: Hello.
    skipped at -: 1 session without a developer turn
    ");
}

#[test]
fn a_session_is_what_aider_printed_at_its_beginning() {
    let reading = read("history.md");
    let session = &reading.sessions[1];
    assert_eq!(session.models, ["claude-sonnet-4-5"]);
    assert_eq!(session.folder.as_deref(), Some("/home/mira/bowl"));
    assert_eq!(session.started.unwrap().0, 1_768_039_200_000);
    let (_, turn) = session.developer_turns().next().unwrap();
    assert_eq!(turn.text, "turn the bowl\n\n  thinner than before");
    let bytes = std::fs::read(super::fixture("aider/history.md")).unwrap();
    let place = usize::try_from(turn.place.unwrap()).unwrap();
    assert!(bytes[place..].starts_with(b"#### turn the bowl"));
}
