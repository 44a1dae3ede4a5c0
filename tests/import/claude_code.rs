//! Claude Code: who typed what.

use std::fmt::Write as _;
use std::path::Path;

use proptest::prelude::*;
use pushback::import::{self, Aside, Reading};
use pushback::model::{EventKind, PartKind, Role, Session, Surface, Turn, TurnKind};

use super::{fixture, outline};
use crate::given::files;

fn read(name: &str) -> Reading {
    import::read(&fixture("claude-code").join(name), None).expect("the fixture is read")
}

/// Reads a fixture of one session, and writes its outline.
fn session(name: &str) -> String {
    let reading = read(name);
    assert_eq!(reading.sessions.len(), 1, "{:?}", reading.skipped);
    outline(&reading.sessions[0])
}

#[test]
fn only_what_the_developer_typed_is_a_developer_turn() {
    insta::assert_snapshot!(session("typed.jsonl"), @r#"
    aaaa1111-0000-4000-8000-000000000001 | Claude Code 2.1.30 | cli
    A0
       [command output]: <local-command-stdout>Model set to sonnet</local-command-std
       ! command /model sonnet
    D1 prompt: Why does the coin slot refuse two-euro coins?
    A1
       thinking: The weight table may be wrong.
       prose: Let me look at the weight table.
       Read /srv/kiosk/src/coin.rs Some(Done): file_path: /srv/kiosk/src/coin.rs⏎limit: 40⏎1 const TWO_EURO
    D2 steering: look at the tolerance too
    A2
       prose: The weight is 8.5 grams, not 7.5.
       Edit /srv/kiosk/src/coin.rs Some(Done):  a⏎-const TWO_EURO: f32 = 7.5;⏎+const TWO_EURO: f32 = 8.5;⏎u
       [reminder]: <system-reminder>The file coin.rs was read.</system-reminder
    D3 command: /review only the coin module, not the whole kiosk again
    A3
       [instructions]: Review the given files and report problems.
       prose: One problem: the tolerance is unused.
       [shell output]: <bash-stdout>2 passed</bash-stdout><bash-stderr></bash-stder
       [task notification]: <task-notification>⏎<task-id>b7</task-id>⏎<status>completed<
       [continuation]: The limit is over. Continue.
       [hook]: Stop hook feedback:⏎format first
       prose: Formatted.
       ! shell cargo test coin
       ! shell true
    D4 prompt: <slot width="2"/> is what the drawing says, you used 3⏎[imag
    A4
       prose: Changed to 2.
       [summary]: This session is being continued from a previous conversation
       prose: Going on with the slot.
       [plan]: Implement the following plan:⏎⏎# Slot⏎⏎1. Do not touch the c
       prose: Following the plan.
       [error]: API Error: 529 overloaded⏎request req_1
       ! compacted auto
       ! plan accepted 
       ! error API Error: 529 overloaded
       ! command /exit
    "#);
}

#[test]
fn words_of_the_queue_are_turns_where_they_stand_nowhere_else() {
    insta::assert_snapshot!(session("queue.jsonl"), @r#"
    bbbb2222-0000-4000-8000-000000000002 | Claude Code 2.0.55 | -
    D1 prompt: Draw the floor plan of the pavilion
    A1
       Bash plan draw Some(Done): plan draw⏎drawn
    D2 steering: stop
    A2
       prose: Stopping here.
       prose: Which door?
       Bash plan door Some(Exit(3)): plan door⏎Exit code 3⏎no such door
    D3 steering: use the second door, the wide one
    A3
       prose: Done.
       prose: Finished the door.
    D4 prompt: and the roof⏎in slate please
    A4
       prose: Slate it is.
    D5 steering: no, wait
       ! delivery unknown
    "#);
}

#[test]
fn queued_commands_are_the_words_of_newer_versions() {
    insta::assert_snapshot!(session("queued-command.jsonl"), @r#"
    cccc3333-0000-4000-8000-000000000003 | Claude Code 2.1.210 | ide
    D1 prompt: Translate the menu into Finnish
    A1
       prose: Starting.
       Write menu.fi Some(Done): Keitto⏎ok
    D2 steering: not the prices
    A2
       [edited file]: 1 Keitto 4,50
       prose: Prices stay.
       Grep EUR Some(Done): path: menu.fi⏎pattern: EUR⏎4,50 EUR
    D3 steering: soup first⏎[image]
    A3
       [queued message]: worker 2 is done
    D4 steering: use capital letters
    A4
       prose: Done.
       ! interrupted
    "#);
}

#[test]
fn refusals_interruptions_and_answers_are_the_developers() {
    insta::assert_snapshot!(session("refusals.jsonl"), @r#"
    dddd4444-0000-4000-8000-000000000004 | Claude Code 2.1.30 | -
    D1 prompt: Move the tram stop to the corner
       ! interrupted 
    D2 prompt: Move the tram stop to the other corner
    A2
       prose: I will edit the map.
       Edit map.svg Some(Refused): -x⏎+y⏎The user doesn't want to proceed with this tool use. T
       Bash render map Some(Refused): render map⏎The user doesn't want to take this action right n
       ! refused Edit
    D3 refusal: the stop has two platforms⏎move both
    A3
       prose: Both, then.
       Bash rm old.svg Some(Refused): rm old.svg⏎The user doesn't want to proceed with this tool u
       ! refused Bash
    D4 prompt: keep the old map
    A4
       prose: Kept.
       Bash sleep 100 Some(Exit(137)): sleep 100⏎Exit code 137⏎[Request interrupted by user for too
       ! interrupted 
    D5 prompt: why do you wait
    A5
       AskUserQuestion Which colour shall the stop sign have? Some(Done): Which colour shall the stop sign have?⏎- Blue: As before⏎- R
    D6 answer: Blue, no legend, I said so
    A6
       AskUserQuestion Really? Some(Refused): Really?⏎The user doesn't want to proceed with this tool use.
       ! refused AskUserQuestion
    D7 prompt: ask less
    A7
       ExitPlanMode # Plan Some(Refused): # Plan⏎1. Move both platforms⏎The user doesn't want to proce
       ! refused ExitPlanMode
    D8 refusal: one platform at a time
    A8
       ExitPlanMode # Plan Some(Done): # Plan⏎1. Move one platform⏎User has approved your plan. You
       prose: Moving.
       Grep rejected Some(Done): path: log⏎pattern: rejected⏎The user doesn't want to proceed
       prose: The log holds a refusal.
       Bash rm x Some(Failed): rm x⏎Denied by a rule.
       Bash rm y Some(Failed): rm y⏎<tool_use_error>Sibling tool call errored</tool_use_err
       ExitPlanMode # Plan Some(Done): # Plan⏎2. Move the other⏎The user doesn't want to proceed wi
       [plan]: Implement the following plan:⏎⏎# Plan⏎2. Move the other
       prose: Moved.
       ! plan accepted 
       ! plan accepted
    "#);
}

#[test]
fn a_rewound_branch_stays_and_is_marked() {
    insta::assert_snapshot!(session("branches.jsonl"), @r#"
    eeee5555-0000-4000-8000-000000000005 | Claude Code 2.1.30 | -
    D1 prompt: Sort the seed catalogue by name
    A1
       prose: Sorted by name.
    D2 prompt: now by colour
       ! taken back 
    A2
       prose: Sorted by colour.
    D3 prompt: only the tulips
       ! taken back 
    A3
       prose: Tulips sorted.
    D4 prompt: now by height
    A4
       prose: Sorted by height.
       prose: Half an answer, whole.
       ! error Connection reset
       ! command /mcp
    "#);
}

#[test]
fn a_sub_agent_inside_the_file_is_one_piece_of_the_agents_turn() {
    insta::assert_snapshot!(session("sidechain.jsonl"), @r#"
    ffff6666-0000-4000-8000-000000000006 | Claude Code 1.0.90 | -
    D1 prompt: Count the lamps on every floor
    A1
       Task Count floor 1 Some(Done): description: Count floor 1⏎prompt: Count the lamps on floor 
       [sub-agent]: Count the lamps on floor 1⏎Counting.⏎Grep lamp⏎Twelve lamps.
       prose: There are twelve.
    "#);
}

#[test]
fn records_of_surprising_shapes_are_read() {
    insta::assert_snapshot!(session("odd-shapes.jsonl"), @r#"
    9999aaaa-0000-4000-8000-000000000007 | Claude Code - | -
    D1 prompt: A message that is a plain string
    A1
       prose: A content that is a plain string
    D2 prompt: bare text in the list⏎and a block
    A2
       Bash ls Some(Done): ls⏎
       [novelty]: new kind of block
       [tool result]: nobody called
    D3 prompt: half a smile � here
    "#);
    let skipped = read("odd-shapes.jsonl").skipped;
    let reasons: Vec<String> = skipped
        .iter()
        .map(|skip| format!("{:?} {}", skip.line, skip.reason))
        .collect();
    insta::assert_snapshot!(reasons.join("\n"), @r#"
    Some(7) the record is not a JSON object
    Some(8) the record is cut off
    "#);
}

#[test]
fn files_that_are_not_one_object_a_line_are_read() {
    let texts = |name: &str| {
        let reading = read(name);
        assert!(reading.skipped.is_empty(), "{:?}", reading.skipped);
        let turns = |session: &Session| {
            let turns = session.developer_turns();
            turns.map(|(_, turn)| turn.text.clone()).collect::<Vec<_>>()
        };
        reading.sessions.iter().map(turns).collect::<Vec<_>>()
    };
    assert_eq!(texts("indented.jsonl"), [["Fold the letter in three"]]);
    assert_eq!(texts("web.json"), [["Paint the fence", "not green"]]);
    let two = [vec!["Water the ferns"], vec!["Water the moss", "less"]];
    assert_eq!(texts("two-sessions.jsonl"), two);
}

#[test]
fn a_turn_begins_where_its_record_begins() {
    for name in ["web.json", "typed.jsonl", "indented.jsonl"] {
        let bytes = std::fs::read(fixture("claude-code").join(name)).unwrap();
        for turn in &read(name).sessions[0].turns {
            let place = usize::try_from(turn.place.unwrap()).unwrap();
            let id = turn.native_id.as_deref().unwrap();
            let record = String::from_utf8_lossy(&bytes[place..]);
            assert!(record.trim_start().starts_with('{'), "{name} {place}");
            let end = record.find(id).unwrap();
            assert!(!record[..end].contains("\"timestamp\""), "{name} {id}");
        }
    }
}

#[test]
fn what_a_session_is_stands_in_its_records() {
    let typed = &read("typed.jsonl").sessions[0];
    assert_eq!(typed.title.as_deref(), Some("Two-euro coins"));
    assert_eq!(typed.folder.as_deref(), Some("/srv/kiosk"));
    assert_eq!(typed.branch.as_deref(), Some("main"));
    assert_eq!(typed.models, ["claude-sonnet-4-5"]);
    assert!(typed.started < typed.ended && typed.started.is_some());
    assert_eq!(typed.parent, None);
    let resumed = &read("branches.jsonl").sessions[0];
    assert_eq!(resumed.title.as_deref(), Some("Seed catalogue"));
    let parent = resumed.parent.as_deref();
    assert_eq!(parent, Some("eeee0000-0000-4000-8000-000000000000"));
    assert_eq!(read("web.json").sessions[0].surface, Some(Surface::App));
}

/// Gives the outlines of the sessions in which no developer speaks, with the reasons and the parents.
fn aside(reading: &Reading) -> String {
    let mut out = String::new();
    for (why, session) in &reading.aside {
        let parent = session.parent.as_deref().unwrap_or("-");
        let _ = write!(out, "{why:?} of {parent}: {}", outline(session));
    }
    out
}

#[test]
fn a_sub_agents_own_file_gives_its_session_aside() {
    let reading = read("agent-a17.jsonl");
    assert!(reading.sessions.is_empty() && reading.skipped.is_empty());
    insta::assert_snapshot!(aside(&reading), @r"
    SubAgent of ffff6666-0000-4000-8000-000000000006: a17 | Claude Code 2.1.30 | -
    D1 prompt: Count the lamps on floor 1
    A1
       prose: Twelve.
    ");
}

#[test]
fn sub_agents_inside_a_file_are_sessions_too() {
    insta::assert_snapshot!(aside(&read("sidechain.jsonl")), @r"
    SubAgent of ffff6666-0000-4000-8000-000000000006: ffff-005 | Claude Code 1.0.90 | -
    D1 prompt: Count the lamps on floor 1
    A1
       prose: Counting.
       Grep lamp Some(Done): pattern: lamp⏎12
       prose: Twelve lamps.
    ");
}

/// Writes records into a file of a folder and reads it.
fn read_records(folder: &Path, name: &str, records: &[&str]) -> Reading {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, records.join("\n")).unwrap();
    import::read(&path, None).unwrap()
}

#[test]
fn what_lies_beside_a_sub_agents_file_says_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let record = r#"{"type":"user","uuid":"u","sessionId":"agent-b2","isSidechain":true,"timestamp":"2026-03-02T09:00:00Z","message":{"role":"user","content":"Count"}}"#;
    let meta = r#"{"agentType":"counter","description":"Count the lamps"}"#;
    let meta_path = "s-1/subagents/workflows/wf_1/agent-b2.meta.json";
    std::fs::create_dir_all(folder.path().join(meta_path).parent().unwrap()).unwrap();
    std::fs::write(folder.path().join(meta_path), meta).unwrap();
    let own = "s-1/subagents/workflows/wf_1/agent-b2.jsonl";
    let reading = read_records(folder.path(), own, &[record]);
    let session = &reading.aside[0].1;
    assert_eq!(
        (session.key.as_str(), session.parent.as_deref()),
        ("b2", Some("s-1"))
    );
    assert_eq!(session.title.as_deref(), Some("Count the lamps"));
    let meta = import::recognise(&import::Source::file(folder.path().join(meta_path)));
    assert!(matches!(meta, Err(import::Error::Companion { .. })));
    let warm = record.replace("Count", "Warmup");
    let reading = read_records(folder.path(), "agent-c3.jsonl", &[&warm]);
    assert!(reading.aside.is_empty());
    assert_eq!(reading.skipped[0].reason, "a sub-agent that only warmed up");
}

#[test]
fn a_session_is_a_programs_where_every_prompt_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let prompt = |uuid: &str, more: &str| {
        format!(
            r#"{{"type":"user","uuid":"{uuid}","sessionId":"s-1","timestamp":"2026-03-02T09:00:00Z","message":{{"role":"user","content":"go {uuid}"}}{more}}}"#
        )
    };
    let check = |more: [&str; 2], is_machine: bool| {
        let records = [prompt("a", more[0]), prompt("b", more[1])];
        let records: Vec<&str> = records.iter().map(String::as_str).collect();
        let reading = read_records(folder.path(), "s-1.jsonl", &records);
        let aside: Vec<Aside> = reading.aside.iter().map(|(why, _)| *why).collect();
        let expected = if is_machine {
            vec![Aside::Machine]
        } else {
            vec![]
        };
        assert_eq!(aside, expected, "{more:?}");
        assert_eq!(reading.sessions.len(), usize::from(!is_machine));
    };
    let sdk = r#","promptSource":"sdk""#;
    check([sdk, sdk], true);
    check([sdk, ""], false);
    check(["", ""], false);
    check([sdk, r#","promptSource":"typed""#], false);
    check(
        [sdk, r#","promptSource":"sdk","origin":{"kind":"human"}"#],
        false,
    );
}

#[test]
fn files_of_other_programs_are_not_taken_for_claude_code() {
    let folder = tempfile::tempdir().unwrap();
    let check = |text: &str, expected: bool| {
        let path = folder.path().join("file.jsonl");
        std::fs::write(&path, text).unwrap();
        let format = import::recognise(&import::Source::file(&path)).map(|format| format.id);
        assert_eq!(matches!(format, Ok("claude-code")), expected, "{text}");
    };
    check(
        r#"{"type":"user","message":{"role":"user","content":"x"},"timestamp":"t"}"#,
        true,
    );
    check(
        r#"{"type":"queue-operation","operation":"enqueue","sessionId":"s"}"#,
        true,
    );
    check(r#"{"type":"summary","summary":"x","leafUuid":"l"}"#, true);
    check(
        r#"{"uuid":"u","sessionId":"s","type":"user","message":{"role":"user","parts":[{"text":"x"}]}}"#,
        false,
    );
    check(
        r#"{"role":"user","message":{"content":[{"type":"text","text":"x"}]}}"#,
        false,
    );
    check(r#"{"type":"user","content":"x","sessionId":"s"}"#, false);
    check(
        r#"{"type":"message","sessionId":"s","text":"x","sanitization_notice":"n"}"#,
        false,
    );
    check(r#"{"type":"session","id":"s"}"#, false);
    check(
        r#"{"display":"x","pastedContents":{},"project":"p","sessionId":"s"}"#,
        false,
    );
    check(r#"{"type":"session_meta","payload":{}}"#, false);
    check(
        r#"{"sessionId":"s","messageId":0,"type":"user","message":"x"}"#,
        false,
    );
    check(r#"{"loglines":[]}"#, true);
}

/// Reads bytes as a file of this format and checks what holds for every session.
fn read_bytes(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("session.jsonl");
    std::fs::write(&path, bytes).expect("the file is written");
    let _ = import::recognise(&import::Source::file(&path));
    let reading = match import::read(&path, Some("claude-code")) {
        // Bytes that begin as if they were compressed.
        Err(import::Error::Read { .. }) => return,
        reading => reading.expect("any bytes are read"),
    };
    reading.sessions.iter().for_each(check_bounds);
    reading
        .aside
        .iter()
        .for_each(|(_, session)| check_bounds(session));
}

fn check_bounds(session: &Session) {
    for turn in &session.turns {
        let mut end = 0;
        for part in &turn.parts {
            assert!(end <= part.start && part.start <= part.end);
            assert!(turn.text.get(part.start..part.end).is_some());
            if let PartKind::Tool(tool) = &part.kind {
                assert!(turn.text.get(part.start..tool.output).is_some());
                assert!(turn.text.get(tool.output..part.end).is_some());
                assert!(!tool.target.contains('\n'));
            }
            end = part.end;
        }
        for event in &turn.events {
            assert!(turn.text.get(event.at..).is_some());
        }
        assert!(turn.role == Role::Agent || turn.parts.is_empty());
    }
}

/// Gives the records of all fixtures, one a line.
fn records() -> Vec<String> {
    let names = [
        "typed.jsonl",
        "queue.jsonl",
        "queued-command.jsonl",
        "refusals.jsonl",
        "branches.jsonl",
        "sidechain.jsonl",
        "odd-shapes.jsonl",
        "web.json",
    ];
    let folder = fixture("claude-code");
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a fixture");
    names
        .iter()
        .flat_map(|name| text(name).lines().map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn arbitrary_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read_bytes(&bytes);
    }

    #[test]
    fn records_in_any_order_cut_anywhere_are_survived(
        picks in prop::collection::vec((any::<prop::sample::Index>(), 0..12_u8, any::<u16>()), 0..60),
    ) {
        let records = records();
        let mut bytes = Vec::new();
        for (index, fate, at) in picks {
            let record = index.get(&records).as_bytes();
            match fate {
                // Cut, with or without the end of the line; glued; a byte replaced.
                0 => bytes.extend_from_slice(&record[..usize::from(at) % (record.len() + 1)]),
                1 => {
                    bytes.extend_from_slice(&record[..usize::from(at) % (record.len() + 1)]);
                    bytes.push(b'\n');
                }
                2 => bytes.extend_from_slice(record),
                3 => {
                    let mut record = record.to_vec();
                    if let Some(byte) = record.get_mut(usize::from(at)) {
                        *byte = at.to_le_bytes()[0];
                    }
                    bytes.extend_from_slice(&record);
                    bytes.push(b'\n');
                }
                _ => {
                    bytes.extend_from_slice(record);
                    bytes.push(b'\n');
                }
            }
        }
        read_bytes(&bytes);
    }
}

#[test]
fn big_files_take_time_in_proportion_to_their_size() {
    let mut text = String::new();
    let line = |kind: &str, number: usize, message: &str| {
        format!(
            r#"{{"type":"{kind}","uuid":"u{number}","parentUuid":"u{}","sessionId":"s","timestamp":"2026-03-02T09:00:00Z","message":{message}}}"#,
            number / 3
        )
    };
    for number in 1..20_000 {
        let queue =
            r#"{"type":"queue-operation","operation":"enqueue","sessionId":"s","content":"go on"}"#;
        let user = line("user", number, r#"{"content":"go on"}"#);
        let agent = line("assistant", number + 50_000, r#"{"content":"yes"}"#);
        let _ = write!(text, "{queue}\n{user}\n{agent}\n");
    }
    let long = "x ".repeat(1 << 21);
    text.push_str(&line("user", 99, &format!(r#"{{"content":"{long}"}}"#)));
    let start = std::time::Instant::now();
    read_bytes(text.as_bytes());
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
#[ignore = "needs the shared transcripts"]
fn every_shared_session_is_read() {
    let Some(shared) = crate::given::shared() else {
        return;
    };
    let hand = files(&shared.join("corpus/made-by-hand"));
    let hand = hand
        .into_iter()
        .filter(|path| path.to_string_lossy().contains("claude-code--"));
    for path in files(&shared.join("corpus/claude-code"))
        .into_iter()
        .chain(hand)
    {
        let name = path.strip_prefix(&shared).unwrap().display().to_string();
        match import::read(&path, None) {
            Ok(reading) => {
                reading.sessions.iter().for_each(check_bounds);
                let turns = |session: &Session| session.developer_turns().count();
                let turns: usize = reading.sessions.iter().map(turns).sum();
                let (sessions, skipped) = (reading.sessions.len(), reading.skipped);
                println!("{name}: {sessions} sessions, {turns} developer turns, {skipped:?}");
                if std::env::var_os("OUTLINE").is_some() {
                    for session in &reading.sessions {
                        println!("{}", outline(session));
                    }
                }
            }
            Err(error) => println!("{name}: {error}"),
        }
    }
}

#[test]
#[ignore = "needs the shared transcripts"]
fn shared_files_of_other_agents_are_left_alone() {
    let Some(shared) = crate::given::shared() else {
        return;
    };
    let mut taken = Vec::new();
    for path in files(&shared.join("corpus")) {
        let name = path.strip_prefix(shared.join("corpus")).unwrap();
        let name = name.display().to_string();
        let is_known = name.contains("claude") || name.starts_with("entire/");
        let is_taken = import::recognise(&import::Source::file(&path))
            .is_ok_and(|format| format.id == "claude-code");
        if is_taken && !is_known {
            taken.push(name);
        }
    }
    assert_eq!(taken, Vec::<String>::new());
}

#[test]
#[ignore = "needs the shared transcripts"]
fn shared_checkpoints_hold_the_prompts_that_were_counted() {
    let Some(shared) = crate::given::shared() else {
        return;
    };
    let table = std::fs::read_to_string(shared.join("corpus/EXPECTED-entire.tsv")).unwrap();
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        if cells[4] != "claude-code-jsonl" {
            continue;
        }
        let path = shared.join("corpus").join(cells[0]);
        let reading = import::read(&path, Some("claude-code")).unwrap();
        let turns = || reading.sessions.iter().flat_map(|session| &session.turns);
        let count = |kind| {
            let of_kind = |turn: &&Turn| turn.role == Role::Developer && turn.kind == kind;
            turns().filter(of_kind).count()
        };
        let events = turns().flat_map(|turn| &turn.events);
        let plans = events.filter(|event| event.kind == EventKind::PlanAccepted);
        let key = reading.sessions.first().map(|session| &session.key);
        println!(
            "{}: {} prompts, {} commands, {} steering, {} refusals, {} answers, {} plans; counted {} prompts (from line {}); id {} {key:?}",
            cells[0],
            count(TurnKind::Prompt),
            count(TurnKind::Command),
            count(TurnKind::Steering),
            count(TurnKind::Refusal),
            count(TurnKind::Answer),
            plans.count(),
            cells[10],
            cells[9],
            cells[5],
        );
    }
}
