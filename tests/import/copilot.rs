//! GitHub Copilot: the chat of VS Code, and the terminal program.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use pushback::import::{self, Reading};
use pushback::model::EventKind;

use super::{harm, outline, skips};

fn read(name: &str) -> Reading {
    import::read(&super::fixture(name), None).unwrap()
}

#[test]
fn an_exported_chat_gives_turns_with_their_marks() {
    let reading = read("copilot-vscode/export.json");
    insta::assert_snapshot!(outline(&reading.sessions[0]), @"
    text:44e716e76596c688 | GitHub Copilot - | ide
    D1 prompt: plane the oak
    A1
       thinking: Grain first.
       prose: I look at `oak.ts` and plane.
       copilot_readFile Read /shop/oak.ts Some(Done): Read /shop/oak.ts⏎
       run_in_terminal rm oak.ts Some(Refused): rm oak.ts⏎
       prose: Smoothing.
       edit /shop/oak.ts None: smooth()⏎
       prose: Smooth.
       ! refused run_in_terminal
    D2 prompt: I said plane, not remove
    A2
       prose: Planing
       run_in_terminal plane --slow oak Some(Refused): plane --slow oak⏎stuck
       ! interrupted 
    D3 answer: continue with the edge
    A3
       run_in_terminal plane edge Some(Exit(0)): plane edge⏎smooth
       copilot_getErrors oak.ts Some(Refused): filePath: oak.ts⏎no errors
       ! refused copilot_getErrors (refused or failed)
       ! error The service is busy
    D4 prompt: varnish it
       ! taken back 
    A4
       prose: Done.
    ");
    insta::assert_snapshot!(skips(&reading), @"
    -: 1 of the requests are not what VS Code writes (keys completion, prompt): made or changed by hand?
    49: a request without words
    ");
    let session = &reading.sessions[0];
    assert_eq!(session.models, ["claude-sonnet-4.6"]);
    let (_, first) = session.developer_turns().next().unwrap();
    assert_eq!(first.time.unwrap().0, 1_773_216_000_000);
    assert_eq!(first.native_id.as_deref(), Some("request_1"));
    let text = std::fs::read_to_string(super::fixture("copilot-vscode/export.json")).unwrap();
    for (_, turn) in session.developer_turns() {
        let at = usize::try_from(turn.place.unwrap()).unwrap();
        let id = turn.native_id.as_deref().unwrap();
        let from = text[at..].split_whitespace().collect::<String>();
        assert!(
            from.starts_with(&format!("{{\"requestId\":\"{id}\"")),
            "{id}"
        );
    }
}

#[test]
fn a_log_of_changes_is_replayed_with_what_was_cut_off() {
    let reading = read("copilot-vscode/changes.jsonl");
    insta::assert_snapshot!(outline(&reading.sessions[0]), @"
    dddd1111-0000-4000-8000-000000000001 | GitHub Copilot - | ide
    D1 prompt: cut a dovetail
    A1
       prose: Cutting pins.
    D2 prompt: glue it
       ! taken back 
    A2
       prose: Glued.
    D3 prompt: dry-fit it before any glue
       ! interrupted
    ");
    insta::assert_snapshot!(skips(&reading), @"
    8: a change of something that is not there
    10: the record is cut off
    ");
    let session = &reading.sessions[0];
    assert_eq!(session.title.as_deref(), Some("Dovetail"));
    let taken = session.developer_turns();
    let taken: Vec<bool> = taken
        .map(|(_, turn)| turn.has(EventKind::TakenBack))
        .collect();
    assert_eq!(taken, [false, true, false]);
}

#[test]
fn what_a_hand_made_is_refused_with_the_reason() {
    let reading = read("copilot-vscode/by-hand.json");
    assert!(reading.sessions.is_empty());
    insta::assert_snapshot!(skips(&reading), @"
    -: 1 of the requests are not what VS Code writes (keys completion, prompt, timestamp): made or changed by hand?
    ");
}

#[test]
fn the_terminal_programs_events_give_turns_with_their_marks() {
    let reading = read("copilot-cli/events.jsonl");
    insta::assert_snapshot!(outline(&reading.sessions[0]), @"
    eeee1111-0000-4000-8000-000000000001 | Copilot CLI 1.0.70 | cli
    A0
       [system.message]: You forge.
    D1 prompt: forge a hook
    A1
       thinking: heat first
       prose: I heat the iron.
       bash heat iron Some(Refused): heat iron⏎The user rejected this tool call. User feedback: u
       edit hook.rs Some(Done): -a⏎+b⏎edited
       ! refused bash
    D2 refusal: use the small fire
    D3 steering: and quench it in oil
    A3
       bash quench water Some(Refused): quench water⏎The user rejected this tool call. User feedback
       bash rm oil Some(Failed): rm oil⏎Denied by a rule
       task Find oil None: prompt: Find oil
       ! refused bash
    D4 refusal: oil, not water
       ! interrupted 
    A4
       [skill-oil]: Use this skill
    D5 prompt: stop heating it
    A5
       ask_user Which oil? Some(Done): question: Which oil?⏎User responded: linseed
    D6 answer: linseed
    A6
       [compaction summary]: A hook was forged.
       ! compacted 
       ! error no more fuel
    D7 prompt: polish it
       ! taken back 
    D8 prompt: [attachment]
    ");
    insta::assert_snapshot!(skips(&reading), @"
    33: a message of the developer's without words
    36: the record is cut off
    ");
    let session = &reading.sessions[0];
    assert_eq!(session.models, ["gpt-5.5"]);
    assert_eq!(session.folder.as_deref(), Some("/home/mira/forge"));
    assert_eq!(session.branch.as_deref(), Some("anvil"));
    assert_eq!(session.repository.as_deref(), Some("mira/forge"));
    let (_, first) = session.developer_turns().next().unwrap();
    assert_eq!(first.native_id.as_deref(), Some("e4"));
}

const SHARED: &[harm::Expected] = &[
    (
        "copilot-vscode/bunty1981__AI-copilot-vibe-app/copilot-chat.json",
        "copilot-vscode",
        1,
        0,
        9,
        None,
    ),
    (
        "copilot-vscode/ABDxD9__Orbital-Clash/copilot-chat.json",
        "copilot-vscode",
        0,
        0,
        0,
        Some("made or changed by hand"),
    ),
    (
        "made-by-hand/vscode-chatSessions-delta.jsonl",
        "copilot-vscode",
        1,
        0,
        2,
        None,
    ),
    (
        "copilot-cli/jazzyalex__agent-sessions/large.jsonl",
        "copilot-cli",
        1,
        0,
        3,
        None,
    ),
    (
        "copilot-cli/jazzyalex__agent-sessions/schema_drift.jsonl",
        "copilot-cli",
        1,
        0,
        0,
        None,
    ),
    (
        "copilot-cli/jazzyalex__agent-sessions/small.jsonl",
        "copilot-cli",
        1,
        0,
        2,
        None,
    ),
    (
        "copilot-cli/jazzyalex__agent-sessions/subdir_v1/aaaabbbb-1111-2222-3333-ccccddddeeee/events.jsonl",
        "copilot-cli",
        1,
        0,
        1,
        None,
    ),
];

#[test]
#[ignore = "needs PUSHBACK_SHARED"]
fn shared_chats_hold_the_turns_that_were_counted() {
    harm::counted(SHARED);
    harm::takes_only("copilot-vscode", &["vscode"]);
    harm::takes_only("copilot-cli", &["copilot-cli"]);
}
