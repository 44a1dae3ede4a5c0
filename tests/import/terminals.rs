//! Grok CLI, Antigravity CLI, Kimi CLI and Hermes.

use pushback::import;

use super::{assert_places, ids, read, reasons, told};

#[test]
fn grok_is_read_with_what_stands_beside_it() {
    insta::assert_snapshot!(told("grok/chat_history.jsonl"), @r#"
    019f0000-0000-7000-8000-0000000000aa | Grok CLI - | cli
    A0
       [system prompt]: You are Grok.
       [environment_context]: <user_info>⏎OS: linux⏎</user_info>
    D1 prompt: tune the piano
    A1
       thinking: Start with A.
       prose: I start.
       run_terminal_cmd tune a4 Some(Done): tune a4⏎442 Hz
       web_search concert pitch None: query: concert pitch⏎type: search
       ! interrupted 
    D2 prompt: 440, not 442
    "#);
}

#[test]
fn antigravity_gives_what_was_requested() {
    insta::assert_snapshot!(told("antigravity/steps.jsonl"), @r#"
    text:e64ed374ab098e8f | Antigravity CLI - | cli
    A0
       [settings]: <USER_SETTINGS_CHANGE>⏎The model changed.⏎</USER_SETTINGS_CH
    D1 prompt: list the kites
    A1
       thinking: Look in the shed.
       list_dir /shed Some(Done): DirectoryPath: /shed⏎red.kite
       run_command ls Some(Failed): CommandLine: ls⏎no such command
       grep_search  Some(Done): nothing planned this
       [checkpoint]: # Summary
       prose: One kite.
       view_file /shed/red.kite None: AbsolutePath: /shed/red.kite
       ! compacted 
    D2 prompt: two, count again
    "#);
}

#[test]
fn kimi_gives_prompts_steering_and_refusals() {
    insta::assert_snapshot!(told("kimi/session_ferry/agents/main/wire.jsonl"), @r#"
    session_ferry | Kimi CLI - | cli
    D1 prompt: load the ferry
    A1
       [injection]: <system-reminder>Todo</system-reminder>
       thinking: Heavy first.
       prose: I load the lorries.
       Bash load lorry Some(Refused): load lorry⏎not approved
       ! refused Bash
    D2 steering: cars first
       ! interrupted 
    D3 prompt: cars first, then lorries
    A3
       Bash load car Some(Done): load car⏎loaded
       [summary]: Cars are loaded.
       ! compacted 
    D4 prompt: and the bicycles
    "#);
    insta::assert_snapshot!(told("kimi/session_ferry/agents/agent-1/wire.jsonl"), @r#"
    aside SubAgent
    session_ferry/agent-1 | Kimi CLI - | cli
    D1 prompt: count cars
    A1
       prose: nine
    "#);
}

#[test]
fn hermes_gives_its_messages() {
    insta::assert_snapshot!(told("hermes/session.json"), @r#"
    20260429_ferry | Hermes - | app
    D1 prompt: When does the ferry leave?
    A1
       thinking: A table.
       prose: I look.
       shell ferry --next Some(Done): ferry --next⏎17:40
       prose: 17:40.
    D2 prompt: from the other pier
    "#);
}

#[test]
fn heads_tell_of_the_sessions() {
    let session = &read("grok/chat_history.jsonl").sessions[0];
    assert_eq!(session.title.as_deref(), Some("Tuning the piano"));
    assert_eq!(session.folder.as_deref(), Some("/piano"));
    assert_eq!(session.branch.as_deref(), Some("felt"));
    assert_eq!(session.models, ["grok-4.5"]);
    assert_places("grok/chat_history.jsonl", session, "\"type\":\"user\"");
    let name = "kimi/session_ferry/agents/main/wire.jsonl";
    let session = &read(name).sessions[0];
    assert_eq!(session.folder.as_deref(), Some("/pier"));
    assert_eq!(session.models, ["kimi-k2"]);
    assert_places(name, session, "\"type\":");
    let session = &read("antigravity/steps.jsonl").sessions[0];
    assert_eq!(ids(session), ["0", "8"]);
    assert_places("antigravity/steps.jsonl", session, "USER_EXPLICIT");
    let session = &read("hermes/session.json").sessions[0];
    assert_eq!(session.folder.as_deref(), Some("/ferry"));
    assert_places("hermes/session.json", session, "\"role\": \"user\"");
}

#[test]
fn what_is_no_turn_is_reported_with_its_line() {
    assert_eq!(
        reasons(&read("grok/chat_history.jsonl")),
        ["9: a developer's message without words"]
    );
    assert_eq!(
        reasons(&read("antigravity/steps.jsonl")),
        [
            "10: a developer's message without words",
            "11: a step of an unknown source",
        ]
    );
}

#[test]
fn what_only_tells_of_a_session_is_no_session() {
    for name in ["grok/summary.json", "kimi/session_ferry/state.json"] {
        let found = import::recognise(&import::Source::file(super::fixture(name)));
        assert!(matches!(found, Err(import::Error::Companion { .. })));
    }
}
