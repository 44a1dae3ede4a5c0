//! Codex rollouts.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use std::io::Write as _;

use proptest::prelude::*;
use pushback::import::{self, Reading};
use pushback::model::{Role, Session};

use crate::given::files;

fn read(name: &str) -> Reading {
    import::read(&super::fixture(&format!("codex/{name}")), None).unwrap()
}

fn outline(name: &str) -> String {
    let reading = read(name);
    assert_eq!(reading.sessions.len(), 1, "{:?}", reading.skipped);
    super::outline(&reading.sessions[0])
}

#[test]
fn a_wrapped_rollout_gives_turns_with_their_marks() {
    insta::assert_snapshot!(outline("wrapped.jsonl"), @r#"
    01900000-0000-7000-8000-00000000000a | Codex 0.142.0 | ide
    A0
       [AGENTS.md]: # AGENTS.md instructions for /home/mira/kiln⏎⏎<INSTRUCTIONS>
       [environment]: <environment_context>⏎  <cwd>/home/mira/kiln</cwd>⏎</environ
    D1 prompt: make the ramp slower, é
    A1
       thinking: **Looking at the ramp**
       prose: I look at the ramp first.
       exec_command cargo test ramp Some(Exit(101)): cargo test ramp⏎1 failed⏎
       apply_patch src/ramp.rs Some(Done): *** Begin Patch⏎*** Update File: src/ramp.rs⏎@@⏎-let step = 
    D2 steering: and leave the tests alone
    A2
       prose: The tests stay.
    D3 prompt: publish it
       ! taken back 
    A3
       exec_command git push Some(Refused): git push⏎exec command rejected by user
       [shell command]: <user_shell_command>⏎<command>⏎git log -1⏎</command>⏎<result
       ! refused exec_command
       ! interrupted 
       ! shell git log -1
    D4 prompt: [image]
    A4
       local_shell sleep 60 Some(Failed): sleep 60⏎aborted by user after 4.1s
       ! compacted 
       ! interrupted local_shell
    D5 steering: no. the picture shows a different kiln
    A5
       web_search kiln models None: kiln models
       request_user_input  Some(Done): questions: [{"id":"q","question":"Which kiln?"}]⏎{"answers":
    D6 answer: the small one
    A6
       ! error stream disconnected
       ! command /undo
    "#);
}

#[test]
fn the_head_tells_where_and_with_what_the_session_ran() {
    let session = read("wrapped.jsonl").sessions.remove(0);
    assert_eq!(session.title.as_deref(), Some("Slower ramp"));
    assert_eq!(session.models, ["gpt-5.4", "gpt-5.5"]);
    assert_eq!(session.folder.as_deref(), Some("/home/mira/kiln"));
    assert_eq!(session.branch.as_deref(), Some("glaze"));
    assert_eq!(
        session.repository.as_deref(),
        Some("git@example.org:mira/kiln.git")
    );
    assert_eq!(session.started.unwrap().0, 1_770_109_200_000);
    assert!(session.ended > session.started);
    assert_eq!(session.parent, None);
}

#[test]
fn bare_items_of_old_versions_are_read() {
    insta::assert_snapshot!(outline("bare.jsonl"), @r#"
    cc000000-0000-4000-8000-000000000001 | Codex - | -
    A0
       [instructions]: <user_instructions>⏎Be brief.⏎</user_instructions>
       [environment]: <environment_context>⏎  <cwd>/home/mira/loom</cwd>⏎</environ
    D1 prompt: count the threads
    A1
       thinking: **Counting**⏎**Again**
       prose: I count.
       shell wc -l threads.txt Some(Exit(1)): wc -l threads.txt⏎wc: threads.txt: no such file⏎
       shell threads.txt Some(Refused): *** Begin Patch⏎*** Add File: threads.txt⏎+one⏎*** End Patch
       ! refused shell
    D2 prompt: I said count, not write
    "#);
    let session = read("bare.jsonl").sessions.remove(0);
    assert_eq!(session.folder.as_deref(), Some("/home/mira/loom"));
    assert!(session.started.is_some());
}

#[test]
fn the_flat_form_is_read() {
    insta::assert_snapshot!(outline("flat.jsonl"), @r#"
    text:df9d3e30357f820a | Codex - | -
    D1 prompt: which day is it?
    A1
       date UTC Some(Done): zone: UTC⏎Wednesday
       prose: Wednesday.
       ! error lost the connection
    "#);
}

#[test]
fn a_copy_names_its_parent_and_keeps_the_turns() {
    insta::assert_snapshot!(outline("copy.jsonl"), @r#"
    copy | Codex 0.98.0 | app
    D1 prompt: paint it
    A1
       thinking: **Choosing a colour**
       prose: Green.
    D2 prompt: red!
    "#);
    assert_eq!(
        read("copy.jsonl").sessions[0].parent.as_deref(),
        Some("first")
    );
}

#[test]
fn items_are_taken_where_no_event_repeats_them() {
    insta::assert_snapshot!(outline("items-only.jsonl"), @r#"
    run | Codex 0.120.0 | sdk
    A0
       [environment]: <environment_context>⏎<cwd>/w</cwd>⏎</environment_context>
    D1 prompt: what is this?
    A1
       prose: A lathe.
    "#);
    let reasons: Vec<String> = read("items-only.jsonl")
        .skipped
        .into_iter()
        .map(|skip| skip.reason)
        .collect();
    assert_eq!(reasons, ["the record is cut off"]);
}

#[test]
fn the_thread_of_a_sub_agent_is_a_session_aside() {
    let reading = read("sub-agent.jsonl");
    assert!(reading.sessions.is_empty() && reading.skipped.is_empty());
    let [(import::Aside::SubAgent, session)] = &reading.aside[..] else {
        panic!("one session of a sub-agent");
    };
    assert_eq!(
        (session.key.as_str(), session.parent.as_deref()),
        ("child", Some("root"))
    );
    let words: Vec<&str> = session
        .developer_turns()
        .map(|(_, turn)| turn.text.as_str())
        .collect();
    assert_eq!(words, ["look at the shelf"]);
}

#[test]
fn logs_and_streams_without_a_session_are_unknown() {
    let check = |name: &str| {
        let found = import::recognise(&import::Source::file(super::fixture(&format!(
            "codex/{name}"
        ))));
        assert!(found.is_err(), "{name}");
    };
    check("exec-stream.jsonl");
    check("prompt-log.jsonl");
}

/// Checks what every reader of a session relies on.
fn assert_sound(session: &Session) {
    for turn in &session.turns {
        let mut end = 0;
        for part in &turn.parts {
            assert_eq!(turn.role, Role::Agent);
            assert!(end <= part.start && part.start <= part.end);
            assert!(turn.text.get(part.start..part.end).is_some());
            end = part.end;
            if let pushback::model::PartKind::Tool(tool) = &part.kind {
                assert!((part.start..=part.end).contains(&tool.output));
                assert!(turn.text.is_char_boundary(tool.output));
            }
        }
        for event in &turn.events {
            assert!(turn.text.is_char_boundary(event.at));
        }
    }
}

fn import_bytes(bytes: &[u8]) -> Reading {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    match import::read(file.path(), Some("codex")) {
        // Bytes that begin as if they were compressed.
        Err(import::Error::Read { .. }) => Reading::default(),
        reading => reading.unwrap(),
    }
}

/// Records of every kind that the fixtures hold, to be put together anew.
fn records() -> Vec<String> {
    ["wrapped", "bare", "flat", "copy", "items-only"]
        .iter()
        .flat_map(|name| {
            let path = super::fixture(&format!("codex/{name}.jsonl"));
            let text = std::fs::read_to_string(path).unwrap();
            text.lines().map(str::to_owned).collect::<Vec<_>>()
        })
        .collect()
}

proptest! {
    #[test]
    fn arbitrary_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        import_bytes(&bytes).sessions.iter().for_each(assert_sound);
    }

    #[test]
    fn records_in_any_order_and_cut_anywhere_give_sound_sessions(
        picks in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..4u8), 0..60),
    ) {
        let records = records();
        let mut text = String::new();
        for (pick, cut, how) in picks {
            let record = pick.get(&records);
            let mut at = if how == 0 { cut.index(record.len() + 1) } else { record.len() };
            while !record.is_char_boundary(at) {
                at -= 1;
            }
            text.push_str(&record[..at]);
            text.push_str(if how == 1 { "" } else { "\n" });
        }
        import_bytes(text.as_bytes()).sessions.iter().for_each(assert_sound);
    }

    #[test]
    fn fields_of_any_type_do_no_harm(
        picks in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..7usize), 0..40),
    ) {
        let records = records();
        let mut text = String::new();
        for (pick, place, with) in picks {
            let Ok(mut record) = serde_json::from_str::<serde_json::Value>(pick.get::<String>(&records)) else { continue };
            let odd = [
                serde_json::json!(null), serde_json::json!(-7.5), serde_json::json!("é\u{1f600}\n"),
                serde_json::json!([[], {"text": 1}]), serde_json::json!({"type": "input_text"}),
                serde_json::json!(true), serde_json::json!(u64::MAX),
            ];
            let inside = record.get("payload").is_some_and(serde_json::Value::is_object);
            let fields = if inside { &mut record["payload"] } else { &mut record };
            if let Some(fields) = fields.as_object_mut().filter(|fields| !fields.is_empty()) {
                let key = fields.keys().nth(place.index(fields.len())).unwrap().clone();
                fields.insert(key, odd[with].clone());
            }
            text.push_str(&record.to_string());
            text.push('\n');
        }
        let reading = import_bytes(text.as_bytes());
        reading.sessions.iter().for_each(assert_sound);
        prop_assert!(reading.skipped.iter().all(|skip| !skip.reason.contains("unknown shape")), "{:?}", reading.skipped);
    }
}

#[test]
#[ignore = "needs PUSHBACK_SHARED"]
fn real_rollouts_are_read_and_other_agents_files_are_left() {
    let Some(shared) = crate::given::shared() else {
        return;
    };
    let corpus = shared.join("corpus");
    for path in files(&corpus) {
        let name = path.strip_prefix(&corpus).unwrap().display().to_string();
        let Ok(format) = import::recognise(&import::Source::file(&path)) else {
            if name.starts_with("codex/") {
                println!("{name}: unknown");
            }
            continue;
        };
        if format.id != "codex" {
            assert!(!name.starts_with("codex/"), "{name} is {}", format.id);
            continue;
        }
        let is_codex = ["codex/", "entire/", "made-by-hand/codex--"]
            .iter()
            .any(|folder| name.starts_with(folder));
        assert!(is_codex, "{name} belongs to another agent");
        let reading = import::read(&path, None).unwrap();
        reading.sessions.iter().for_each(assert_sound);
        let turns: usize = reading
            .sessions
            .iter()
            .map(|session| session.developer_turns().count())
            .sum();
        println!(
            "{name}: {} sessions, {turns} developer turns, skipped {:?}",
            reading.sessions.len(),
            reading.skipped
        );
        if std::env::var_os("PUSHBACK_OUTLINE").is_some() {
            reading
                .sessions
                .iter()
                .for_each(|session| println!("{}", super::outline(session)));
        }
    }
}
