//! Undo and redo: across turns, sessions and restarts.

use super::{Desk, after};

#[test]
fn every_act_is_taken_back_and_done_again_one_by_one() {
    let labels = [
        "",
        "S3",
        "S3 C6",
        "S3 C6:direct",
        "S3 C6:direct DS1",
        "S3 C6:direct DS1 RS1 RV2",
    ];
    let (_, desk) = after("36112");
    for expected in labels.iter().rev().skip(1) {
        // Every key is a start of the program.
        desk.press("u");
        assert_eq!(desk.label(1, 2), *expected);
    }
    desk.press("u")
        .says("✗ there is nothing to take back or to do again");
    for expected in &labels[1..] {
        desk.press("U");
        assert_eq!(desk.label(1, 2), *expected);
    }
    desk.press("U")
        .says("✗ there is nothing to take back or to do again");
}

#[test]
fn undo_goes_to_the_turn_and_the_question_that_it_is_about() {
    let (shown, desk) = after("3712<Enter>u");
    shown
        .says("D2: undecided again")
        .says("── D2 · episode 1 of 1 · undecided");
    desk.press("u").says("── D2").says("❯Status ?");
    assert_eq!(desk.label(1, 2), "S3 C7 DS1");
}

#[test]
fn undo_reaches_into_another_session() {
    let (shown, desk) = after("x1x1x1x1");
    shown.says("2/2 Print");
    desk.press("u").says("2/2 Print").says("── D2 · undecided");
    desk.press("u").says("1/2 Sort").says("── D5 · undecided");
    assert_eq!((desk.counts(1), desk.counts(2)), ((2, 0, 3), (0, 0, 1)));
    desk.press("UU").says("2/2 Print").says("not an episode");
    assert_eq!((desk.counts(1), desk.counts(2)), ((3, 0, 3), (1, 0, 1)));
}

#[test]
fn undo_in_another_session_says_what_it_did() {
    let (_, desk) = after("x1x1x1x1");
    desk.press("}");
    let shown = desk.press("{u");
    assert_eq!(shown.status(), "✓ D2: undecided again");
}

#[test]
fn a_new_act_ends_what_can_be_done_again() {
    let (_, desk) = after("3uU");
    assert_eq!(desk.label(1, 2), "S3");
    let shown = desk.press("u5U");
    shown.says("✗ there is nothing to take back or to do again");
    assert_eq!(desk.label(1, 2), "S5");
}

#[test]
fn the_history_only_grows() {
    let desk = Desk::kitchen();
    let mut rows = 0;
    for keys in ["37", "u", "U", "u", "x1", "u"] {
        desk.press(keys);
        assert!(desk.rows() > rows, "{keys}");
        rows = desk.rows();
    }
}

#[test]
fn undo_takes_back_marks_memos_certainty_and_deferral() {
    let check = |keys: &str, turn: u32, label: &str| {
        let (_, desk) = after(keys);
        assert_eq!(desk.label(1, turn), label);
        desk.press("u");
        assert_eq!(desk.label(1, turn), "");
        desk.press("U");
        assert_eq!(desk.label(1, turn), label);
    };
    check("p", 2, "unmarked");
    check("]p", 3, "marked");
    check("mwords<Enter>", 2, "memo \"words\"");
    check("c", 2, "certainty high");
    check("d", 2, "put off");
    check("x2", 2, "not an episode: intention_claim_without_pushback");
}
