//! SWE-agent.

use super::{read, told};

#[test]
fn a_run_is_one_task_and_what_the_agent_did() {
    insta::assert_snapshot!(told("swe-agent/loom-7.traj"), @r#"
    aside Machine
    text:92fcda0bee40b5c6 | SWE-agent - | sdk
    A0
       [system prompt]: SETTING: a loom.
       [demonstration]: Here is a demonstration of weaving.
    D1 prompt: ISSUE: the warp is slack
    A1
       prose: Look first.⏎
       ls ls -a Some(Done): ls -a⏎⏎warp.py⏎(Open file: n/a)
       prose: Done.⏎
       submit submit Some(Done): submit⏎⏎diff --git a/warp.py b/warp.py⏎
    "#);
    insta::assert_snapshot!(told("swe-agent/calls.traj"), @r#"
    aside Machine
    text:309f2f8c652dfb41 | SWE-agent - | sdk
    A0
       [system prompt]: SETTING: a loom.
    D1 prompt: ISSUE: the weft is short
    A1
       prose: I open it.
       open weft.py Some(Done): path: weft.py⏎[File: weft.py]
       prose: It is long now.
    "#);
}

#[test]
fn a_run_without_a_history_is_read_from_its_steps() {
    insta::assert_snapshot!(told("swe-agent/steps.traj"), @r#"
    aside Machine
    text:a4acfaf6bb92b62b | SWE-agent - | sdk
    A0
       [system prompt]: A loom.
    D1 prompt: ISSUE: the reed is bent
    A1
       prose: Try.
       make make Some(Done): make⏎ok
       prose: Straight.
    "#);
}

#[test]
fn the_small_agent_of_the_family_is_read_too() {
    insta::assert_snapshot!(told("swe-agent/mini.traj.json"), @r#"
    aside Machine
    text:2ad81942b3f3e959 | SWE-agent - | sdk
    A0
       [system prompt]: You may use bash.
    D1 prompt: Mend the shuttle.
    A1
       prose: THOUGHT: look.⏎```bash⏎ls⏎```
       [tool result]: <returncode>0</returncode>⏎<output>shuttle.c</output>
       [end]: Submitted
    "#);
}

#[test]
fn a_run_is_called_as_its_file_is() {
    let title = |name: &str| read(name).aside.remove(0).1.title;
    assert_eq!(title("swe-agent/loom-7.traj").as_deref(), Some("loom-7"));
    assert_eq!(title("swe-agent/mini.traj.json").as_deref(), Some("mini"));
}
