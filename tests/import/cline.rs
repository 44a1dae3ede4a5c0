//! Tasks of Cline, Roo Code and Kilo Code.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use pushback::import::{self, Error, Reading, Source};

fn read(name: &str) -> Reading {
    import::read(&super::fixture(&format!("cline/{name}")), None).unwrap()
}

#[test]
fn the_rows_of_a_panel_give_turns_with_their_marks() {
    insta::assert_snapshot!(super::outlines(&read("ui_messages.json")), @"
    text:f9be830b65cc8980 | Cline - | ide
    D1 prompt: carve the handle é
    A1
       thinking: Oak or ash?
       prose: I begin with oak.
       editedExistingFile handle.txt Some(Refused): -ash⏎+oak⏎
       ! refused editedExistingFile
    D2 refusal: not oak
    A2
       prose: Which wood?⏎- ash⏎- elm
    D3 answer: ash, as it was
    A3
       command plane ash None: plane ash⏎shavings
    D4 steering: thinner
    A4
       readFile handle.txt None: path: handle.txt
       ! interrupted 
    D5 prompt: [image]
    D6 steering: -long⏎+short
    A6
       prose: The handle is carved.
       ! error no such line
    ");
}

#[test]
fn the_first_text_is_the_task_where_no_row_is() {
    insta::assert_snapshot!(super::outlines(&read("roo.json")), @"
    text:38da1759c96aab89 | Cline - | ide
    D1 prompt: oil the hinge
    A1
       prose: I look for the oil.
    D2 prompt: the thin oil
    A2
       use_mcp_server shelf None: arguments: {}⏎serverName: shelf⏎toolName: find⏎type: use_mcp
       ! compacted
    ");
}

#[test]
fn words_in_what_the_model_got_are_found_by_their_tags() {
    let bytes = std::fs::read(super::fixture("cline/api_conversation_history.json")).unwrap();
    let source = Source::spooled("api_conversation_history.json", &bytes[..]).unwrap();
    let reading = import::read_source(&source, None).unwrap();
    insta::assert_snapshot!(super::outlines(&reading), @"
    text:9149fef017bb958d | Cline - | ide
    D1 prompt: mend the sieve é
    A1
       [environment]: <environment_details>⏎# Tabs⏎sieve.txt⏎<feedback>not typed</
       prose: I weave a new mesh.
       write_to_file mesh.txt Some(Refused): wire⏎[write_to_file for 'mesh.txt'] Result:⏎The user denied 
       ! refused write_to_file
    D2 refusal: horsehair, no wire
    A2
       ask_followup_question How fine? None: question: How fine?
    D3 answer: very fine
    A3
       prose: Very fine.
       [from the editor]: [TASK RESUMPTION] This task was interrupted.
       ! interrupted 
    D4 prompt: go on
    ");
}

#[test]
fn a_task_is_known_by_its_folder_and_read_once() {
    let folder = tempfile::tempdir().unwrap();
    let task = folder.path().join("kilocode.kilo-code/tasks/1770000000000");
    std::fs::create_dir_all(&task).unwrap();
    let copy = |name: &str| {
        std::fs::copy(super::fixture(&format!("cline/{name}")), task.join(name)).unwrap();
    };
    copy("ui_messages.json");
    copy("api_conversation_history.json");
    std::fs::write(
        task.join("task_metadata.json"),
        r#"{"files_in_context":[]}"#,
    )
    .unwrap();
    let reading = import::read(&task.join("ui_messages.json"), None).unwrap();
    let session = &reading.sessions[0];
    assert_eq!(
        (session.key.as_str(), session.agent.as_str()),
        ("1770000000000", "Kilo Code")
    );
    assert_eq!(session.models, ["claude-sonnet-4.5"]);
    for name in ["api_conversation_history.json", "task_metadata.json"] {
        let found = import::recognise(&Source::file(task.join(name)));
        assert!(matches!(found, Err(Error::Companion { .. })), "{name}");
    }
    let turn = session.turns.last().unwrap();
    assert_eq!(turn.native_id.as_deref(), Some("1770000016000"));
}
