//! Episodes: several on one turn, new ones, removed ones, changed ones.

use super::{Desk, after};

#[test]
fn a_turn_holds_several_episodes() {
    let (shown, desk) = after("36112i");
    shown.says("episode 2 of 2");
    desk.press("<Enter>").says("✗ Form is still open");
    desk.press("57210").says("Complete.");
    desk.press(")").says("episode 1 of 2").says("Form S3");
    desk.press(")").says("episode 2 of 2").says("Form S5");
    desk.press("<Enter>").says("D2 committed");
    assert_eq!(
        desk.label(1, 2),
        "S3 C6:direct DS1 RS1 RV2; S5 C7 DS2 DL1 RS2; committed"
    );
    assert_eq!(desk.counts(1), (1, 0, 3));
}

#[test]
fn an_incomplete_episode_holds_the_whole_turn_back() {
    let (shown, desk) = after("36112i)<Enter>");
    shown.says("✗ Form is still open");
    assert_eq!(desk.counts(1).0, 0);
}

#[test]
fn there_must_be_another_episode_to_go_to() {
    let (shown, desk) = after("3)");
    shown.says("✗ there is no other episode on this turn");
    desk.press("XX").says("✗ there is no episode in the form");
}

#[test]
fn an_episode_is_removed_and_brought_back_with_all_its_codes() {
    let (shown, desk) = after("36112i3X");
    shown.says("episode removed; undo brings it back");
    assert_eq!(desk.label(1, 2), "S3 C6:direct DS1 RS1 RV2");
    desk.press("u")
        .says("D2: episode back")
        .says("episode 2 of 2");
    assert_eq!(desk.label(1, 2), "S3 C6:direct DS1 RS1 RV2; S3");
}

#[test]
fn removing_an_episode_of_a_committed_turn_opens_it_again() {
    let (_, desk) = after("3712<Enter>NX");
    assert_eq!((desk.label(1, 2).as_str(), desk.counts(1)), ("", (0, 0, 3)));
}

#[test]
fn a_new_episode_on_an_unmarked_turn_marks_it() {
    let (shown, desk) = after("]");
    shown.says("Not marked as pushback.");
    desk.press("i").says("D3: episode 1 begun");
    assert_eq!(
        (desk.label(1, 3).as_str(), desk.counts(1)),
        ("marked; no code", (0, 0, 4))
    );
    // One act: one undo takes episode and mark back.
    desk.press("u");
    assert_eq!((desk.label(1, 3).as_str(), desk.counts(1)), ("", (0, 0, 3)));
}

#[test]
fn a_new_episode_begins_on_the_turn_under_the_cursor() {
    // The row above the head of D2 is the agent's; six rows up is the developer's first turn.
    let (shown, desk) = after("kkkkkki");
    shown.says("D1: episode 1 begun").says("── D1");
    assert_eq!(
        (desk.label(1, 1).as_str(), desk.label(1, 2).as_str()),
        ("marked; no code", "")
    );
}

#[test]
fn a_committed_episode_can_be_changed_and_stays_committed() {
    let (_, desk) = after("3712<Enter>");
    desk.press("N<Tab>5");
    assert_eq!(desk.label(1, 2), "S5 C7 DS1 RS1 RV2; committed");
}

#[test]
fn a_committed_episode_that_becomes_incomplete_is_open_again() {
    let (_, desk) = after("3712<Enter>");
    let shown = desk.press("N<Tab><Tab><Tab>2");
    shown.says("✓ the turn is open again until the form is complete and committed");
    assert_eq!(
        (desk.label(1, 2).as_str(), desk.counts(1)),
        ("S3 C7 DS2 RS1 RV2", (0, 0, 3))
    );
    desk.press("1<Enter>");
    desk.press("<Enter>");
    assert_eq!(desk.label(1, 2), "S3 C7 DS2 DL1 RS1 RV2; committed");
}

#[test]
fn a_new_episode_on_a_committed_turn_opens_it_again() {
    let (shown, desk) = after("3712<Enter>Ni");
    shown.says("episode 2 of 2").says("undecided");
    assert_eq!(desk.label(1, 2), "S3 C7 DS1 RS1 RV2; no code");
    desk.press("X<Enter>");
    assert_eq!(desk.label(1, 2), "S3 C7 DS1 RS1 RV2; committed");
}

#[test]
fn the_turn_shows_its_codes_over_its_text() {
    let desk = Desk::kitchen();
    let check = |keys: &str, expected: &str| {
        let head = desk.press(keys).line("D2 developer");
        assert!(head.contains(expected), "{head}");
    };
    check("", "pushback  undecided");
    check("3712", "pushback  begun");
    check("<Enter>N", "pushback  ✓ S3 C7 DS1 RS1 RV2");
}
