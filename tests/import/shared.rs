//! Real files and samples of agents' formats that lie in the folder of shared data.

use pushback::import::{self, Aside};

/// What a file gives: its format, the developer turns of each session, and what stands aside. The turns were
/// counted in the files.
type Given = (
    &'static str,
    &'static str,
    &'static [usize],
    &'static [(Aside, usize)],
);

const MACHINE: &[(Aside, usize)] = &[(Aside::Machine, 1)];

const FILES: &[Given] = &[
    (
        "openhands/All-Hands-AI__OpenHands/basic.json",
        "openhands",
        &[1],
        &[],
    ),
    (
        "openhands/All-Hands-AI__OpenHands/basic_gui_mode.json",
        "openhands",
        &[1],
        &[],
    ),
    (
        "openhands/All-Hands-AI__OpenHands/basic_interactions.json",
        "openhands",
        &[3],
        &[],
    ),
    (
        "openhands/All-Hands-AI__OpenHands/wrong_initial_state.json",
        "openhands",
        &[1],
        &[],
    ),
    (
        "swe-agent/SWE-agent__SWE-agent/function_calling_simple.traj",
        "swe-agent",
        &[],
        MACHINE,
    ),
    (
        "swe-agent/SWE-agent__SWE-agent/humanevalfix-python-0.traj",
        "swe-agent",
        &[],
        MACHINE,
    ),
    (
        "swe-agent/SWE-agent__SWE-agent/marshmallow-code__marshmallow-1867.traj",
        "swe-agent",
        &[],
        MACHINE,
    ),
    (
        "swe-agent/SWE-agent__SWE-agent/swe-agent__test-repo-i1.traj",
        "swe-agent",
        &[],
        MACHINE,
    ),
    (
        "atif/meridianlabs-ai__inspect_scout/openhands_hello-world.trajectory.json",
        "atif",
        &[],
        MACHINE,
    ),
    (
        "atif/meridianlabs-ai__inspect_scout/terminus_2_hello-world-context-summarization-linear-history.trajectory.json",
        "atif",
        &[],
        MACHINE,
    ),
    ("made-by-hand/continue--session.json", "continue", &[2], &[]),
    ("made-by-hand/goose--export.json", "goose", &[1], &[]),
    ("made-by-hand/goose--legacy.jsonl", "goose", &[2], &[]),
    (
        "made-by-hand/nd-session_parsed.json",
        "session-parsed",
        &[2],
        &[],
    ),
    (
        "made-by-hand/openai-chat.jsonl",
        "openai-chat",
        &[2, 1],
        &[],
    ),
    ("made-by-hand/sharegpt.json", "sharegpt", &[2], &[]),
    (
        "other-agents/yigitkonur__cli-continues/kiro--test-session-1.json",
        "kiro",
        &[2],
        &[],
    ),
    (
        "other-agents/yigitkonur__cli-continues/kiro--test-session-edge.json",
        "kiro",
        &[1],
        &[],
    ),
    (
        "other-agents/jazzyalex__agent-sessions/grok--chat_history.jsonl",
        "grok",
        &[2],
        &[],
    ),
    (
        "other-agents/jazzyalex__agent-sessions/kimi--assistant_tools.jsonl",
        "kimi",
        &[8],
        &[],
    ),
    (
        "other-agents/jazzyalex__agent-sessions/kimi--small.jsonl",
        "kimi",
        &[3],
        &[],
    ),
    (
        "other-agents/jazzyalex__agent-sessions/antigravity--cli_small.jsonl",
        "antigravity",
        &[1],
        &[],
    ),
    (
        "other-agents/jazzyalex__agent-sessions/antigravity--cli_schema_drift.jsonl",
        "antigravity",
        &[1],
        &[],
    ),
    (
        "other-agents/jazzyalex__agent-sessions/hermes--small.json",
        "hermes",
        &[1],
        &[],
    ),
    (
        "other-agents/jazzyalex__agent-sessions/hermes--large.json",
        "hermes",
        &[1],
        &[],
    ),
];

/// Parts of sessions that stand in another file.
const COMPANIONS: [&str; 2] = [
    "other-agents/jazzyalex__agent-sessions/grok--summary.json",
    "other-agents/jazzyalex__agent-sessions/kimi--state.json",
];

#[test]
#[ignore = "needs PUSHBACK_SHARED"]
fn real_files_give_the_turns_that_were_counted_in_them() {
    let Some(shared) = crate::given::shared() else {
        return;
    };
    let corpus = shared.join("corpus");
    for (name, format, sessions, aside) in FILES {
        let source = import::Source::file(corpus.join(name));
        assert_eq!(import::recognise(&source).unwrap().id, *format, "{name}");
        let reading = import::read_source(&source, None).unwrap();
        let turns = |session: &pushback::model::Session| session.developer_turns().count();
        let found: Vec<usize> = reading.sessions.iter().map(turns).collect();
        assert_eq!(found, *sessions, "{name}");
        let found: Vec<_> = reading
            .aside
            .iter()
            .map(|(why, session)| (*why, turns(session)))
            .collect();
        assert_eq!(found, *aside, "{name}");
        println!(
            "{name}: {sessions:?} {aside:?}, skipped {:?}",
            reading.skipped
        );
        if std::env::var_os("PUSHBACK_OUTLINE").is_some() {
            let aside = reading.aside.iter().map(|(_, session)| session);
            for session in reading.sessions.iter().chain(aside) {
                println!("{}", super::outline(session));
            }
        }
    }
    for name in COMPANIONS {
        let found = import::recognise(&import::Source::file(corpus.join(name)));
        assert!(
            matches!(found, Err(import::Error::Companion { .. })),
            "{name}"
        );
    }
}

#[test]
#[ignore = "needs PUSHBACK_SHARED"]
fn no_other_file_is_taken_for_one_of_these() {
    let Some(shared) = crate::given::shared() else {
        return;
    };
    let corpus = shared.join("corpus");
    let mut open = vec![corpus.clone()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(&corpus).unwrap().display().to_string();
            let Ok(format) = import::recognise(&import::Source::file(&path)) else {
                continue;
            };
            let is_ours = FILES.iter().any(|(_, id, ..)| *id == format.id);
            let known = FILES.iter().any(|(file, ..)| *file == name);
            assert!(!is_ours || known, "{name} is taken for {}", format.id);
        }
    }
}
