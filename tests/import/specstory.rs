//! The Markdown of `SpecStory`.

use std::fs;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use pushback::import;
use pushback::model::{EventKind, PartKind, Role, Session, TurnKind};

use super::{fixture, outline};

fn read(name: &str) -> Session {
    session(&fixture("specstory").join(name))
}

#[test]
fn the_first_editor_writes_a_role_line_for_each_bubble() {
    let outline = outline(&read("v0.md"));
    insta::assert_snapshot!(outline, @r#"
    text:e636898440e5d9a2 | Unknown - | ide
    D1 prompt: Sort the cards by name.
    A1
       prose: I'll look at the folder first.
       Listed current directory  Some(Done): Listed current directory • **2** results⏎| Name |⏎|-------|⏎
       Terminal npm test Some(Done): ```bash⏎npm test⏎```⏎2 passed
    D2 prompt: No, by cooking time. I said so in the notes.
    "#);
}

#[test]
fn bubbles_of_the_editor_are_prose_tools_and_marks() {
    let outline = outline(&read("2025-04-26_20-30-sort-the-recipe-cards.md"));
    insta::assert_snapshot!(outline, @r#"
    text:c012912f5e1019f5 | Unknown - | ide
    D1 prompt: Sort the cards by time.⏎⏎---⏎⏎Shortest first.
    A1
       thinking: **Reading the notes**⏎⏎The order matters.
       prose: Now the card file.
       Read file src/cards.ts None: Read file: src/cards.ts
       search_replace src/cards.ts None: Edit file: src/cards.ts⏎**Chunk 1**⏎Lines added: 1, lines re
       pantry - check_stock item: flour Some(Done): MCP tool call⏎*Called tool*: pantry - check_stock: Says what
       Terminal npm run build Some(Done): ```bash⏎npm run build⏎```⏎done
       Terminal rm -rf dist None: ```bash⏎rm -rf dist⏎```
       ! interrupted Terminal
    D2 prompt: ```⏎this fence never ends⏎stop deleting things
    A2
       prose: Sorry.
    "#);
}

#[test]
fn copilot_has_no_tools_and_often_no_words() {
    let outline = outline(&read("v1-vscode.md"));
    insta::assert_snapshot!(outline, @r#"
    11111111-2222-4333-8444-555555555555 | Copilot - | ide
    D1 prompt: name the boats
    D2 prompt: still nothing?
    A2
       prose: There are none yet.
    "#);
}

#[test]
fn claude_code_without_envelopes() {
    let outline = outline(&read("v1-claude.md"));
    insta::assert_snapshot!(outline, @r#"
    22222222-2222-4333-8444-555555555555 | Claude Code - | cli
    D1 prompt: Add a price to each boat.
    A1
       thinking: Boats live in one file.
       TodoWrite - [ ] 🔥 Add the price None: - [ ] 🔥 Add the price
       Task Find the boats None: Find the boats
       [sub-agent]: Search for every boat.
       [sub-agent]: Tool use: **Read** `./boats.ts`⏎⏎Result:⏎⏎```⏎1→boat⏎```
       Bash rm boats.ts Some(Refused): Remove the old file⏎`rm boats.ts`⏎The user doesn't want to p
       ! refused Bash
    D2 prompt: why would you delete it
    A2
       prose: API Error: overloaded
       ! error API Error: overloaded
    "#);
}

#[test]
fn codex_and_gemini_of_the_second_version() {
    let outline = outline(&read("v2.0-codex.md"));
    insta::assert_snapshot!(outline, @r#"
    019aec28-0000-7000-8000-000000000001 | Codex CLI - | cli
    D1 prompt: make the clock smaller
    A1
       shell_command  None: 
       run_shell_command make clock Some(Exit(2)): ```bash⏎make clock⏎```⏎Command: make clock⏎Exit Code: 2⏎Sign
       TodoWrite - [ ] shrink it Some(Done): - [ ] shrink it⏎Todos are kept.
       [command output]: ⎿  (no content)
       ! command /status
    "#);
}

#[test]
fn the_editor_with_envelopes() {
    let outline = outline(&read("v2.1-cursor.md"));
    insta::assert_snapshot!(outline, @r#"
    33333333-2222-4333-8444-555555555555 | Cursor - | ide
    D1 prompt: the lamp must switch off on a second press
    A1
       prose: I look for the switch.
       codebase_search where is the switch? Some(Done): Searched codebase "where is the switch?" • **1** results⏎| F
       search_replace lamp.js None: Edit file: lamp.js⏎**Chunk 1**⏎Lines added: 1, lines removed
       run_terminal_cmd  None: 
       ! interrupted run_terminal_cmd
    D2 prompt:
    "#);
}

#[test]
fn tools_that_are_written_twice_count_once() {
    let outline = outline(&read("v2.1-cursoride.md"));
    insta::assert_snapshot!(outline, @r#"
    44444444-2222-4333-8444-555555555555 | Cursor - | ide
    D1 prompt: read the tide table
    A1
       read_file tides.csv None: Read file: tides.csv
       prose: High tide is at noon.⏎⏎---⏎⏎Low tide is at six.
    "#);
}

#[test]
fn claude_code_of_the_second_version() {
    let outline = outline(&read("v2.1-claude.md"));
    insta::assert_snapshot!(outline, @r#"
    55555555-2222-4333-8444-555555555555 | Claude Code - | cli
    A0
       ! command /clear
    D1 command: /review only the harbour, please
    A1
       Bash cat history.md Some(Done): Print the history⏎⏎`cat history.md`⏎</tool-use>⏎⏎_**User**_⏎
       [sub-agent]: Count the boats.
       AskUserQuestion Which harbour? Some(Done): **Which harbour?**⏎⏎Options:⏎- **North** - the old one⏎- **S
    D2 answer: both, I told you before
    A2
       Edit  Some(Refused): The user doesn't want to proceed with this tool use. The too
       ! refused Edit
    D3 refusal: leave the lighthouse alone
    A3
       prose: Understood.
       [task notification]: <task-notification>⏎<tool-use-id>toolu_1</tool-use-id>⏎</tas
       [compaction summary]: This session is being continued from a previous conversation
       [plan]: Implement the following plan:⏎⏎# Paint the boats
       [editor context]: <ide_opened_file>The developer opened boats.ts.</ide_opened_
       ! interrupted 
       ! compacted 
       ! plan accepted 
    D4 prompt: blue, not green
    A4
       prose: Blue it is.⏎⏎---⏎⏎And `---` is part of this.
    "#);
}

#[test]
fn a_file_without_its_first_line() {
    let outline = outline(&read("headless.md"));
    insta::assert_snapshot!(outline, @r#"
    66666666-2222-4333-8444-555555555555 | Cursor CLI - | cli
    D1 prompt: fix the gate
    A1
       prose: Fixed.
    "#);
}

#[test]
fn titles_models_and_times_are_read() {
    let check = |name: &str, title: Option<&str>, models: &[&str], started: &str| {
        let session = read(name);
        assert_eq!(session.title.as_deref(), title, "{name}");
        assert_eq!(session.models, models, "{name}");
        let started: jiff::Timestamp = started.parse().unwrap();
        let millis = started.as_millisecond();
        assert_eq!(session.started.map(|time| time.0), Some(millis), "{name}");
    };
    let cards = Some("Sort the recipe cards");
    check("v0.md", cards, &[], "2025-02-13T09:21:37Z");
    let named = "2025-04-26_20-30-sort-the-recipe-cards.md";
    check(named, cards, &[], "2025-04-26T20:30:00Z");
    let copilot = ["copilot/claude-sonnet-4.5"];
    check(
        "v1-vscode.md",
        Some("Name the boats \"again\""),
        &copilot,
        "2025-10-17T13:24:00Z",
    );
    check(
        "v1-claude.md",
        None,
        &["claude-opus-4-20250514"],
        "2025-07-20T12:35:21Z",
    );
    check("v2.1-cursoride.md", None, &[], "2025-06-30T12:46:48Z");
    check(
        "headless.md",
        None,
        &["Gem 3 (Medium)"],
        "2025-07-10T09:00:00Z",
    );
}

#[test]
fn a_stub_is_a_session_without_turns_and_says_why() {
    let reading = import::read(&fixture("specstory/stub.md"), None).unwrap();
    assert!(reading.sessions[0].turns.is_empty());
    assert!(reading.skipped[0].reason.contains("stub"));
}

#[test]
fn other_markdown_is_refused_with_the_reason() {
    let path = fixture("specstory/no-transcript.md");
    let error = import::read(&path, None).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("without the marks of a transcript")
    );
    let forced = import::read(&path, Some("specstory")).unwrap();
    assert!(forced.sessions.is_empty());
    assert_eq!(forced.skipped.len(), 1);
}

#[test]
fn places_are_the_bytes_of_the_role_lines() {
    let bytes = fs::read(fixture("specstory/headless.md")).unwrap();
    let session = read("headless.md");
    let places: Vec<u64> = session.turns.iter().filter_map(|turn| turn.place).collect();
    assert_eq!(places.len(), 2);
    for place in places {
        let place = usize::try_from(place).unwrap();
        assert!(bytes[place..].starts_with(b"_**"));
    }
}

/// Lines that open something and never close it, many times over: a reader that looked for the end of each would
/// not come back.
#[test]
fn hostile_files_are_read_in_time_that_grows_with_their_length() {
    let head = "<!-- Generated by SpecStory -->\n\n_**Assistant**_\n\n";
    let openings = [
        "```a\n",
        "<think>\n",
        "<details>\n",
        "<tool-use data-tool-type=\"a\" data-tool-name=\"b\">\n",
        "Tool use: **a**\n\n---\n\n",
        "```a\n\n---\n\n",
    ];
    for opening in openings {
        let text = format!("{head}{}", opening.repeat(40_000));
        let closed = format!("{text}```\n</details>\n");
        survives(text.as_bytes());
        survives(closed.as_bytes());
    }
}

/// Reads bytes as a file; what counts is that nothing panics and that the parts fit.
fn survives(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.md");
    fs::write(&path, bytes).expect("a file");
    match import::read(&path, Some("specstory")) {
        // Bytes that begin as if they were compressed.
        Err(import::Error::Read { .. }) => (),
        reading => {
            let reading = reading.expect("a readable file");
            reading.sessions.iter().for_each(check_parts);
        }
    }
}

/// Pieces of which hostile files are made.
const PIECES: [&str; 24] = [
    "<!-- Generated by SpecStory, Markdown v2.1.0 -->\n\n",
    "<!-- cursor Session x (2025-08-19 21:48Z) -->\n\n",
    "<!-- Claude Code Session x (2025-08-19 21:48Z) -->\n\n",
    "\n\n_**User**_\n\n",
    "\n\n_**Agent (m 2025-08-19 21:48:00Z)**_\n\n",
    "\n\n_**Agent - sidechain**_\n\n",
    "<tool-use data-tool-type=\"shell\" data-tool-name=\"Bash\"><details>\n",
    "<tool-use data-tool-type=\"write\" data-tool-name=\"Write\">\n",
    "<details><summary>Tool use: **Bash** • x</summary>",
    "</details></tool-use>\n",
    "</details>\n</tool-use>\n",
    "<think><details>",
    "</details></think>\n",
    "\n---\n",
    "```text\n",
    "```\n",
    "````bash\n",
    "**Answer:** x\n",
    "The user doesn't want to proceed with this tool use. the user said:\n",
    "Tool use: **Bash** `x`\n",
    "<command-name>/x</command-name><command-args>é",
    "<system-reminder>",
    "</system-reminder>\n",
    "é &lt; \r\u{0}",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn arbitrary_bytes_are_read_without_a_panic(bytes in vec(any::<u8>(), 0..400)) {
        survives(&bytes);
        let head: &[u8] = b"<!-- Generated by SpecStory -->\n\n_**User**_\n\n";
        survives(&[head, &bytes].concat());
    }

    #[test]
    fn pieces_in_any_order_are_read_without_a_panic(
        pieces in vec(prop::sample::select(&PIECES[..]), 0..40)
    ) {
        survives(format!("{}{}", PIECES[0], pieces.concat()).as_bytes());
        survives(format!("{}{}{}", PIECES[0], PIECES[1], pieces.concat()).as_bytes());
    }

    #[test]
    fn broken_fixtures_are_read_without_a_panic(
        name in prop::sample::select(&["v2.1-claude.md", "v2.1-cursor.md", "v1-claude.md"][..]),
        cuts in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        end in any::<prop::sample::Index>(),
    ) {
        let mut bytes = fs::read(fixture("specstory").join(name)).expect("a fixture");
        for (at, byte) in cuts {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(end.index(bytes.len()) + 1);
        survives(&bytes);
    }
}

/// Compares every file of the shared data with what was counted in it by other means.
#[test]
#[ignore = "needs the shared transcripts"]
fn developer_turns_agree_with_an_independent_count() {
    let Some(shared) = crate::given::shared() else {
        return;
    };
    let corpus = shared.join("corpus");
    let table = fs::read_to_string(corpus.join("EXPECTED-specstory.tsv")).unwrap();
    let (mut equal, mut different) = (0, Vec::new());
    for row in table.lines().skip(1) {
        let row: Vec<&str> = row.split('\t').collect();
        let session = session(&corpus.join(row[0]));
        if !row[4].is_empty() {
            assert_eq!(session.key, row[4], "{}", row[0]);
        }
        let unknown = session
            .models
            .iter()
            .find(|model| !row[12].contains(*model));
        assert_eq!(unknown, None, "{}", row[0]);
        let number = |column: usize| row[column].parse::<usize>().unwrap();
        let expected = number(7) + number(8);
        let typed = count(&session, |kind| {
            matches!(kind, TurnKind::Prompt | TurnKind::Command)
        });
        if typed == expected {
            equal += 1;
        } else {
            different.push(format!(
                "{}: {typed} for {expected} ({})",
                row[0],
                why(&session)
            ));
        }
    }
    println!("{equal} equal\n{}", different.join("\n"));
}

fn count(session: &Session, is: impl Fn(TurnKind) -> bool) -> usize {
    session
        .developer_turns()
        .filter(|(_, turn)| is(turn.kind))
        .count()
}

/// Says what could explain another number of turns.
fn why(session: &Session) -> String {
    let kinds = [
        EventKind::Command,
        EventKind::Shell,
        EventKind::PlanAccepted,
        EventKind::Compacted,
        EventKind::Interrupted,
    ];
    let numbers = kinds.map(|kind| {
        let events = session.turns.iter().flat_map(|turn| &turn.events);
        let number = events.filter(|event| event.kind == kind).count();
        format!("{} {number}", kind.name())
    });
    numbers.join(", ")
}

fn session(path: &Path) -> Session {
    let mut reading = import::read(path, None).expect("a transcript");
    assert_eq!(reading.sessions.len(), 1, "{}", path.display());
    let session = reading.sessions.remove(0);
    check_parts(&session);
    session
}

/// Every part lies in its turn's text, on character boundaries, after the one before it.
fn check_parts(session: &Session) {
    for turn in &session.turns {
        let mut end = 0;
        for part in &turn.parts {
            assert!(end <= part.start && part.start <= part.end);
            assert!(turn.text.get(part.start..part.end).is_some());
            if let PartKind::Tool(tool) = &part.kind {
                assert!((part.start..=part.end).contains(&tool.output));
                assert!(turn.text.is_char_boundary(tool.output));
            }
            end = part.end;
        }
        assert!(turn.role == Role::Agent || turn.parts.is_empty());
        assert!(
            turn.events
                .iter()
                .all(|event| turn.text.is_char_boundary(event.at))
        );
    }
}
