//! ATIF.

use super::{assert_places, ids, read, reasons, told};

#[test]
fn a_run_with_one_task_stands_aside_with_its_sub_agents() {
    insta::assert_snapshot!(told("atif/run.json"), @r#"
    aside Machine
    9a000000-0000-4000-8000-000000000001 | terminus-2 2.1.0 | sdk
    A0
       [system]: You have a terminal.
    D1 prompt: Make tea.txt
    A1
       thinking: A file is enough.
       prose: I make it.
       bash touch tea.txt Some(Done): touch tea.txt⏎made
       [output]: root# 
       [system]: Handed over.
       ! compacted 
    aside SubAgent
    sub-1 | terminus-2 2.1.0 | sdk
    D1 prompt: Sum up.
    A1
       prose: Tea.
    "#);
}

#[test]
fn a_run_in_which_somebody_answers_is_a_session() {
    insta::assert_snapshot!(told("atif/talk.json"), @r#"
    9a000000-0000-4000-8000-000000000002 | claude-code 2.1.0 | sdk
    A0
       [copied context]: Old words
    D1 prompt: Brew it⏎[image]
    A1
       prose: Brewed black.
    D2 prompt: Green, I said
    "#);
}

#[test]
fn a_step_of_nobody_is_reported() {
    let reading = read("atif/run.json");
    assert_eq!(reasons(&reading), ["80: a step of an unknown source"]);
    let session = &reading.aside[0].1;
    assert_eq!(session.models, ["gpt-5", "gpt-5-mini"]);
    assert_eq!(ids(session), ["2"]);
    assert_places("atif/run.json", session, "\"source\": \"user\"");
}
