//! Gemini CLI: recordings as JSON and as JSON lines, and checkpoints.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use pushback::import::{self, Aside, Reading, Source};
use pushback::model::EventKind;

use super::{harm, outline, skips};

fn read(name: &str) -> Reading {
    import::read(&super::fixture(&format!("gemini-cli/{name}")), None).unwrap()
}

const RECORDING: &str = "session-2026-03-11T08-00-aaaa1111.json";

#[test]
fn a_recording_gives_turns_with_their_marks() {
    let reading = read(RECORDING);
    insta::assert_snapshot!(outline(&reading.sessions[0]), @r#"
    aaaa1111-0000-4000-8000-000000000001 | Gemini CLI - | cli
    D1 prompt: dye @wool.txt blue
    A1
       [referenced files]: --- Content from referenced files ---⏎merino⏎--- End of cont
       thinking: Dyes⏎Indigo needs a vat.
       prose: I read the recipe.
       run_shell_command make vat Some(Exit(2)): make vat⏎Command: make vat⏎Output: no vat⏎Exit Code: 2⏎Signa
       write_file vat.txt Some(Refused): red⏎[Operation Cancelled] Reason: User did not allow tool ca
       ! refused write_file
       ! interrupted 
    D2 prompt: blue means blue
    A2
       [continue]: System: Please continue.
       prose: Which vat?
       ask_user  Some(Done): questions: []⏎{"answers":{"0":"the small one"}}
       ! error [API Error: quota]
    D3 answer: the small one
    A3
       run_shell_command sleep 60 Some(Failed): sleep 60⏎[Operation Cancelled] Reason: User cancelled tool e
       ! interrupted run_shell_command
    D4 prompt: [image]
    "#);
    insta::assert_snapshot!(skips(&reading), @"
    60: a message of the developer's without words
    ");
    let session = &reading.sessions[0];
    assert_eq!(session.title.as_deref(), Some("Dye the yarn"));
    assert_eq!(session.models, ["gemini-3-pro"]);
    assert_eq!(session.started.unwrap().0, 1_773_216_000_000);
    let text = std::fs::read_to_string(super::fixture(&format!("gemini-cli/{RECORDING}"))).unwrap();
    for (_, turn) in session.developer_turns().filter(|(number, _)| *number != 3) {
        let at = usize::try_from(turn.place.unwrap()).unwrap();
        let id = turn.native_id.as_deref().unwrap();
        let from = text[at..].split_whitespace().collect::<String>();
        assert!(from.starts_with(&format!("{{\"id\":\"{id}\"")), "{id}");
    }
}

#[test]
fn a_message_that_is_written_again_and_a_rewind_are_followed() {
    let reading = read("rewound.jsonl");
    insta::assert_snapshot!(outline(&reading.sessions[0]), @"
    aaaa1111-0000-4000-8000-000000000002 | Gemini CLI - | cli
    D1 prompt: spin the flax
    A1
       prose: Found it.
       glob *.flax Some(Done): pattern: *.flax⏎one.flax
    D2 prompt: now weave it
       ! taken back 
    A2
       prose: Weaving.
    D3 prompt: comb it first
    A3
       [compaction summary]: <state_snapshot>flax was combed</state_snapshot>
       ! compacted
    ");
    insta::assert_snapshot!(skips(&reading), @"
    11: the record is cut off
    ");
    let session = &reading.sessions[0];
    assert_eq!(session.title.as_deref(), Some("Flax"));
    let taken = session.developer_turns();
    let taken: Vec<bool> = taken
        .map(|(_, turn)| turn.has(EventKind::TakenBack))
        .collect();
    assert_eq!(taken, [false, true, false]);
}

#[test]
fn a_checkpoint_is_known_by_its_turns() {
    let reading = read("checkpoint-loom.json");
    insta::assert_snapshot!(outline(&reading.sessions[0]), @"
    text:f02a4775b7b5b508 | Gemini CLI - | cli
    A0
       [context]: This is the Gemini CLI. We are setting up the context for ou
       prose: Understood.
    D1 prompt: list the looms
    A1
       thinking: I look.
       list_directory looms None: path: looms⏎one⏎two
       prose: Two looms.
    D2 prompt: and the broken one?
    ");
    assert!(reading.skipped.is_empty());
}

#[test]
fn what_no_developer_said_is_no_session() {
    let reading = read("subagent.jsonl");
    assert!(reading.sessions.is_empty());
    assert_eq!(reading.aside[0].0, Aside::SubAgent);
    let reading = read("silent.json");
    assert!(reading.sessions.is_empty());
    insta::assert_snapshot!(skips(&reading), @"
    -: the session holds no messages
    ");
    let logs = Source::file(super::fixture("gemini-cli/logs.json"));
    let error = import::recognise(&logs).err().unwrap().to_string();
    assert!(error.contains("a log of prompts"), "{error}");
}

#[test]
fn many_rewinds_take_time_in_proportion() {
    let mut text = String::new();
    for number in 0..30_000 {
        let message = format!(r#"{{"id":"m{number}","type":"user","content":"x"}}"#);
        let rewind = format!(r#"{{"$rewindTo":"m{number}"}}"#);
        text.extend([message.as_str(), "\n", rewind.as_str(), "\n"]);
    }
    let start = std::time::Instant::now();
    harm::import_bytes("gemini-cli", text.as_bytes());
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

const SILENT: Option<&str> = Some("holds no messages");

const SHARED: &[harm::Expected] = &[
    (
        "gemini-cli/entireio__cli/session-2026-01-10T02-08-faff42ab.json",
        "gemini-cli",
        1,
        0,
        2,
        None,
    ),
    (
        "gemini-cli/entireio__cli/session-2026-01-10T20-00-fa4593e0.json",
        "gemini-cli",
        1,
        0,
        1,
        None,
    ),
    (
        "gemini-cli/entireio__cli/session-2026-01-15T20-51-f7633853.json",
        "gemini-cli",
        1,
        0,
        1,
        None,
    ),
    (
        "gemini-cli/entireio__cli/session-2026-02-03T04-09-29eb990e.json",
        "gemini-cli",
        0,
        0,
        0,
        SILENT,
    ),
    (
        "gemini-cli/jazzyalex__agent-sessions/jsonl_v040.jsonl",
        "gemini-cli",
        1,
        0,
        1,
        None,
    ),
    (
        "gemini-cli/jazzyalex__agent-sessions/large.json",
        "gemini-cli",
        1,
        0,
        2,
        None,
    ),
    (
        "gemini-cli/jazzyalex__agent-sessions/schema_drift.json",
        "gemini-cli",
        1,
        0,
        1,
        None,
    ),
    (
        "gemini-cli/jazzyalex__agent-sessions/small.json",
        "gemini-cli",
        1,
        0,
        1,
        None,
    ),
    (
        "entire/entireio__cli/12/cbfeaa512b/0/full.jsonl",
        "gemini-cli",
        1,
        0,
        2,
        None,
    ),
    (
        "entire/entireio__cli/51/3fab7adf0b/0/full.jsonl",
        "gemini-cli",
        1,
        0,
        1,
        None,
    ),
    (
        "entire/entireio__cli/9c/53780d06b7/0/full.jsonl",
        "gemini-cli",
        1,
        0,
        1,
        None,
    ),
    (
        "entire/entireio__cli/ab/2b9748b105/0/full.jsonl",
        "gemini-cli",
        1,
        0,
        1,
        None,
    ),
    (
        "entire/entireio__cli/c9/45f262e88d/0/full.jsonl",
        "gemini-cli",
        1,
        0,
        1,
        None,
    ),
    (
        "entire/entireio__cli/ec/38b74f08e3/2/full.jsonl",
        "gemini-cli",
        0,
        0,
        0,
        SILENT,
    ),
];

#[test]
#[ignore = "needs PUSHBACK_SHARED"]
fn shared_recordings_hold_the_turns_that_were_counted() {
    harm::counted(SHARED);
    harm::takes_only("gemini-cli", &["gemini-cli/", "entire/entireio__cli"]);
}
