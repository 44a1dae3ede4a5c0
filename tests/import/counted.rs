//! The importers on the shared transcripts: what each file gives, as it was counted in the files by other means.

use pushback::import::{self, Error, Source};
use pushback::model::Session;

use super::harm::assert_sound;
use crate::given::files;

/// A file below the folder of shared transcripts; the format that it is read as; how many sessions it gives, how many
/// aside, and how many turns of developers the sessions have.
type Counted = (&'static str, &'static str, usize, usize, usize);

const COUNTED: &[Counted] = &[
    (
        "aider/Aider-AI__aider/chat-history.md",
        "aider",
        551,
        0,
        883,
    ),
    (
        "cline/CoreGems__Cline-Xray/task_sample--ui_messages.json",
        "cline",
        1,
        0,
        7,
    ),
    (
        "cline/CoreGems__Cline-Xray/ui_messages.json",
        "cline",
        1,
        0,
        3,
    ),
    (
        "cline/yigitkonur__cli-continues/cline--test-task-1--ui_messages.json",
        "cline",
        1,
        0,
        2,
    ),
    (
        "made-by-hand/cline--api_conversation_history.json",
        "cline",
        1,
        0,
        3,
    ),
    (
        "roo/yigitkonur__cli-continues/kilo-code--test-task-1--ui_messages.json",
        "cline",
        1,
        0,
        2,
    ),
    (
        "roo/yigitkonur__cli-continues/roo-code--test-task-1--ui_messages.json",
        "cline",
        1,
        0,
        2,
    ),
    (
        "amp/yigitkonur__cli-continues/test-thread-1.json",
        "amp",
        1,
        0,
        3,
    ),
    (
        "amp/yigitkonur__cli-continues/test-thread-edge.json",
        "amp",
        1,
        0,
        2,
    ),
    (
        "droid/jazzyalex__agent-sessions/session_store_large.jsonl",
        "droid",
        1,
        0,
        2,
    ),
    (
        "droid/jazzyalex__agent-sessions/session_store_schema_drift.jsonl",
        "droid",
        1,
        0,
        1,
    ),
    (
        "droid/jazzyalex__agent-sessions/session_store_small.jsonl",
        "droid",
        1,
        0,
        1,
    ),
    (
        "droid/jazzyalex__agent-sessions/stream_json_large.jsonl",
        "droid",
        0,
        1,
        0,
    ),
    (
        "droid/jazzyalex__agent-sessions/stream_json_schema_drift.jsonl",
        "droid",
        0,
        1,
        0,
    ),
    (
        "droid/jazzyalex__agent-sessions/stream_json_small.jsonl",
        "droid",
        0,
        1,
        0,
    ),
    (
        "entire/dayhaysoos__nimbus/23/b83d9c8d3b/0/full.jsonl",
        "opencode",
        0,
        1,
        0,
    ),
    (
        "entire/dayhaysoos__nimbus/23/b83d9c8d3b/1/full.jsonl",
        "opencode",
        0,
        1,
        0,
    ),
    (
        "entire/dayhaysoos__nimbus/23/b83d9c8d3b/2/full.jsonl",
        "opencode",
        0,
        1,
        0,
    ),
    (
        "entire/dayhaysoos__nimbus/a6/f07388c421/8/full.jsonl",
        "opencode",
        0,
        1,
        0,
    ),
    (
        "entire/dayhaysoos__nimbus/ad/0e3643ad82/1/full.jsonl",
        "opencode",
        0,
        1,
        0,
    ),
    (
        "opencode/dayhaysoos__nimbus/ses_30bde60cfffeUl5MlvvKDIuSi1.json",
        "opencode",
        0,
        1,
        0,
    ),
    (
        "opencode/dayhaysoos__nimbus/ses_30bfbb6f4ffeJ2960akRy1tOR3.json",
        "opencode",
        1,
        0,
        4,
    ),
    (
        "opencode/dayhaysoos__nimbus/ses_31a4b9127ffeWeR4XnP70FhbEV.json",
        "opencode",
        1,
        0,
        22,
    ),
    (
        "opencode/dayhaysoos__nimbus/ses_3357475cfffeopEj3XQHD5LXqo.json",
        "opencode",
        0,
        1,
        0,
    ),
    (
        "opencode/dayhaysoos__nimbus/ses_3370e2addffeQNbUpuag4a3bmP.json",
        "opencode",
        1,
        0,
        5,
    ),
    (
        "opencode/jazzyalex__agent-sessions/storage_legacy/session/proj_test/ses_s_stage0_drift.json",
        "opencode",
        1,
        0,
        0,
    ),
    (
        "opencode/jazzyalex__agent-sessions/storage_v2/session/proj_test/ses_s_stage0_large.json",
        "opencode",
        1,
        0,
        2,
    ),
    (
        "opencode/jazzyalex__agent-sessions/storage_v2/session/proj_test/ses_s_stage0_small.json",
        "opencode",
        1,
        0,
        1,
    ),
    (
        "other-agents/jazzyalex__agent-sessions/openclaw--large.jsonl",
        "pi",
        1,
        0,
        1,
    ),
    (
        "other-agents/jazzyalex__agent-sessions/openclaw--small.jsonl",
        "pi",
        1,
        0,
        1,
    ),
    ("pi/badlogic__pi-mono/large-session.jsonl", "pi", 1, 0, 88),
    ("pi/jazzyalex__agent-sessions/small.jsonl", "pi", 1, 0, 2),
];

/// Folders of which every file is counted, a companion of a counted one, or named with a reason.
const FOLDERS: &[&str] = &["aider", "amp", "cline", "droid", "opencode", "pi", "roo"];

/// Files that are no transcripts, with what is said about them.
const REFUSED: &[(&str, &str)] = &[(
    "opencode/jazzyalex__agent-sessions/storage_v2/migration",
    "text without the marks of a transcript",
)];

#[test]
#[ignore = "needs the shared transcripts"]
fn shared_files_give_the_turns_that_were_counted() {
    let Some(shared) = crate::given::shared() else {
        return;
    };
    let corpus = shared.join("corpus");
    for (name, format, sessions, aside, turns) in COUNTED {
        let path = corpus.join(name);
        // What a checkpoint keeps is read with the checkpoint.
        let kept = name.starts_with("entire/");
        let found = import::recognise(&Source::file(&path)).map(|own| own.id);
        assert!(kept || found.is_ok_and(|id| id == *format), "{name}");
        let reading = import::read(&path, Some(format)).unwrap();
        reading.sessions.iter().for_each(assert_sound);
        let own = |session: &Session| session.developer_turns().count();
        let counted: usize = reading.sessions.iter().map(own).sum();
        println!(
            "{name}: {counted} developer turns, skipped {:?}",
            reading.skipped
        );
        if std::env::var_os("OUTLINE").is_some() {
            println!("{}", super::outlines(&reading));
        }
        assert_eq!(
            (reading.sessions.len(), reading.aside.len(), counted),
            (*sessions, *aside, *turns),
            "{name}"
        );
    }
}

#[test]
#[ignore = "needs the shared transcripts"]
fn shared_files_that_are_not_counted_are_refused_with_a_reason() {
    let Some(shared) = crate::given::shared() else {
        return;
    };
    let corpus = shared.join("corpus");
    for folder in FOLDERS {
        for path in files(&corpus.join(folder)) {
            let name = path.strip_prefix(&corpus).unwrap().display().to_string();
            if COUNTED.iter().any(|(counted, ..)| *counted == name) {
                continue;
            }
            match import::recognise(&Source::file(&path)) {
                Ok(format) => panic!("{name} is read as {}", format.id),
                Err(Error::Companion { format, .. }) => println!("{name}: a part of {format}"),
                Err(error) => {
                    println!("{error}");
                    let known = REFUSED.iter().find(|(refused, _)| *refused == name);
                    let (_, reason) = known.unwrap_or_else(|| panic!("{error}"));
                    assert!(error.to_string().contains(reason), "{error}");
                }
            }
        }
    }
}

#[test]
#[ignore = "needs the shared transcripts"]
fn shared_files_of_other_agents_are_left_to_them() {
    let Some(shared) = crate::given::shared() else {
        return;
    };
    let corpus = shared.join("corpus");
    let own: Vec<&str> = COUNTED.iter().map(|(_, format, ..)| *format).collect();
    let mut taken = Vec::new();
    for path in files(&corpus) {
        let name = path.strip_prefix(&corpus).unwrap().display().to_string();
        let is_counted = COUNTED.iter().any(|(counted, ..)| *counted == name);
        match import::recognise(&Source::file(&path)) {
            Ok(format) if own.contains(&format.id) && !is_counted => {
                taken.push(format!("{name} is {}", format.id));
            }
            _ => (),
        }
    }
    assert_eq!(taken, Vec::<String>::new());
}
