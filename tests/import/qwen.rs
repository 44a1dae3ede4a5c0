//! Qwen Code.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use pushback::import::{self, Aside, Reading};

use super::{harm, outline, skips};

fn read(name: &str) -> Reading {
    import::read(&super::fixture(&format!("qwen-code/{name}")), None).unwrap()
}

#[test]
fn the_chain_of_records_tells_what_was_taken_back() {
    let reading = read("mill.jsonl");
    insta::assert_snapshot!(outline(&reading.sessions[0]), @"
    cccc1111-0000-4000-8000-000000000001 | Qwen Code 0.22.0 | cli
    A0
       [hook]: <qwen:user-prompt-submit-context>⏎it is late⏎</qwen:user-pro
    D1 prompt: grind the rye
    A1
       thinking: stones first
       prose: I set the stones.
       run_shell_command mill --fine Some(Refused): mill --fine⏎[Operation Cancelled] Reason: User denied execut
       ! refused run_shell_command
    D2 steering: coarse, please
    A2
       read_file stones.txt Some(Done): path: stones.txt⏎two stones
    D3 prompt: sift it now
       ! taken back 
    A3
       prose: Sifting.
    D4 prompt: three times
       ! taken back 
    D5 prompt: weigh it instead
    A5
       [notification]: a task ended
       ! command /stats
    D6 command: /compress only the rye
    A6
       prose: It weighs 3 kg.
       ! compacted 
    D7 prompt: [image]
    ");
    insta::assert_snapshot!(skips(&reading), @"
    21: a message of the developer's without words
    23: the record is cut off
    ");
    let session = &reading.sessions[0];
    assert_eq!(session.title.as_deref(), Some("Rye"));
    assert_eq!(session.folder.as_deref(), Some("/home/mira/mill"));
    assert_eq!(session.branch.as_deref(), Some("stones"));
    assert_eq!(session.models, ["qwen3-max"]);
    let (_, first) = session.developer_turns().next().unwrap();
    assert_eq!(
        (first.native_id.as_deref(), first.place),
        (Some("u1"), Some(0))
    );
}

#[test]
fn the_session_of_a_sub_agent_is_put_aside() {
    let reading = read("sidechain.jsonl");
    assert!(reading.sessions.is_empty() && reading.skipped.is_empty());
    assert_eq!(reading.aside[0].0, Aside::SubAgent);
}

const SHARED: &[harm::Expected] = &[
    (
        "other-agents/jazzyalex__agent-sessions/qwen--019f0000-0000-7000-8000-000000000001.jsonl",
        "qwen-code",
        1,
        0,
        1,
        None,
    ),
    (
        "other-agents/jazzyalex__agent-sessions/qwen--019f0000-0000-7000-8000-000000000004.jsonl",
        "qwen-code",
        1,
        0,
        2,
        None,
    ),
];

#[test]
#[ignore = "needs PUSHBACK_SHARED"]
fn shared_sessions_hold_the_turns_that_were_counted() {
    harm::counted(SHARED);
    harm::takes_only("qwen-code", &["/qwen--"]);
}
