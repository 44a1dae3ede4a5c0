//! OpenHands.

use super::{assert_places, ids, read, reasons, told};

#[test]
fn refusals_steering_and_stops_are_the_developers() {
    insta::assert_snapshot!(told("openhands/gui.json"), @r#"
    text:459768930043e83d | OpenHands 0.38.0 | -
    A0
       [system prompt]: You are OpenHands agent.
    D1 prompt: Count the bees in the hive log
    A1
       [context]: Added workspace context
       prose: I count the lines.
       execute_bash wc -l hive.log Some(Exit(1)): wc -l hive.log⏎wc: hive.log: no such file
    D2 steering: the log is in /var, not here⏎[image]
    A2
       edit /var/hive.log Some(Refused): command: create⏎file_text:⏎bee⏎bee⏎path: /var/hive.log⏎The a
       ! refused edit
    D3 prompt: I said count, do not write it
    A3
       delegate BrowsingAgent Some(Done): agent: BrowsingAgent⏎inputs: {"task":"look up bees"}⏎Bees ha
       [delegated task]: TASK: look up bees
       prose: Bees have six legs.
       [summary]: Bees were counted.
       prose: There are two.
       ! compacted 
       ! interrupted 
       ! shell ls /var
       ! error the model is gone
    D4 prompt: Fine
    A4
       brand_new x None: thing: x
    "#);
}

#[test]
fn runs_of_a_benchmark_stand_aside() {
    insta::assert_snapshot!(told("openhands/benchmark.jsonl"), @r#"
    aside Machine
    text:29cc6114de6afd08 | OpenHands - | -
    D1 prompt: <uploaded_files>⏎/hive⏎</uploaded_files>⏎Mend the frame
    A1
       prose: I mend.
       [continuation]: Please continue working on the task on whatever approach you
       prose: Mended.
    "#);
    insta::assert_snapshot!(told("openhands/task.json"), @r#"
    aside Machine
    text:e348d0e7a89b166d | OpenHands - | -
    D1 prompt: <uploaded_files>⏎/hive⏎</uploaded_files>⏎<issue_description>
    A1
       prose: Straight again.
    "#);
}

#[test]
fn what_says_nothing_is_reported_and_turns_keep_their_events() {
    let reading = read("openhands/gui.json");
    assert_eq!(
        reasons(&reading),
        ["340: a developer's message without words"]
    );
    let session = &reading.sessions[0];
    assert_eq!(session.models, ["claude-sonnet-4"]);
    assert_eq!(session.started.unwrap().0, 1_746_345_660_250);
    assert_eq!(ids(session), ["3", "9", "13", "26"]);
    assert_places("openhands/gui.json", session, "\"source\": \"user\"");
}
