//! Verdicts and marks: what becomes of a turn, and which one comes next.

use super::{Desk, after};

#[test]
fn a_turn_that_is_no_episode_takes_two_keys() {
    let (shown, desk) = after("x4");
    assert_eq!(shown.status(), "✓ D2: not an episode, words say otherwise");
    shown.says("── D4 · undecided");
    assert_eq!(
        desk.label(1, 2),
        "not an episode: evidence_contradicts_description"
    );
    desk.press("N").says("not an episode: Words say otherwise");
}

#[test]
fn the_reasons_are_offered_and_can_be_left() {
    let (shown, desk) = after("x");
    shown
        .says("Not an episode. Why?")
        .says("4 Words say otherwise");
    assert_eq!(desk.press("x0").status(), "✗ there is no reason 0");
    desk.press("xq").says("What diverged?");
    desk.press("x<Esc>3").says("❯Cause ?");
}

#[test]
fn another_reason_is_written_in_words() {
    let (shown, desk) = after("x9a b c d e f g h i<Enter>");
    shown.says("✗ other needs 1 to 8 words, and this has 9");
    assert_eq!(desk.counts(1).0, 0);
    desk.press("x9ambiguous<Enter>").says("── D4");
    assert_eq!(desk.label(1, 2), "not an episode: other (ambiguous)");
}

#[test]
fn a_turn_with_episodes_is_not_decided_to_be_none() {
    let (shown, desk) = after("3x");
    shown.says("✗ there are episodes on this turn: X removes the one in the form");
    desk.press("Xx1");
    assert_eq!(
        desk.label(1, 2),
        "not an episode: unrequested_action_without_pushback"
    );
}

#[test]
fn a_turn_that_is_none_takes_an_episode_only_when_asked_to() {
    let (shown, desk) = after("x1N3");
    shown.says("✗ decided: not an episode; i begins an episode here after all");
    desk.press("i3712<Enter>");
    assert_eq!(desk.label(1, 2), "S3 C7 DS1 RS1 RV2; committed");
}

#[test]
fn commit_goes_on_through_the_session_and_then_to_the_next_one() {
    let desk = Desk::kitchen();
    let check = |keys: &str, session: &str, turn: &str| {
        desk.press(keys).says(session).says(turn);
    };
    check("", "1/2 Sort", "── D2 · undecided");
    check("x1", "1/2 Sort", "── D4 · undecided");
    check("x1", "1/2 Sort", "── D5 · undecided");
    check("x1", "2/2 Print", "── D2 · undecided");
    let shown = desk.press("x1");
    assert_eq!(shown.status(), "✓ every pushback turn is decided");
    assert!(
        shown.header().ends_with("4/4 decided 100 %"),
        "{}",
        shown.header()
    );
}

#[test]
fn commit_passes_over_what_is_decided_already() {
    let (shown, _) = after("nx1<lt>Nx1");
    shown.says("── D5 · undecided");
}

#[test]
fn what_is_put_off_comes_last() {
    let (shown, desk) = after("d");
    shown.says("D2 put off").says("── D4 · undecided");
    assert_eq!(
        (desk.counts(1), desk.label(1, 2).as_str()),
        ((0, 1, 3), "put off")
    );
    desk.press("x1").says("── D5 · undecided");
    // The other session has its turn before anything that was put off.
    desk.press("x1").says("2/2 Print").says("── D2 · undecided");
    desk.press("x1").says("1/2 Sort").says("── D2 · put off");
    desk.press("x1").says("✓ every pushback turn is decided");
    assert_eq!((desk.counts(1), desk.counts(2)), ((3, 0, 3), (1, 0, 1)));
}

#[test]
fn what_is_left_is_not_called_decided() {
    let (shown, desk) = after("x1x1x1d");
    assert_eq!(
        shown.status(),
        "✓ only this turn is left, and it is put off"
    );
    shown.says("2/2 Print").says("── D2 · put off");
    assert_eq!(
        desk.press("a").status(),
        "✓ only this turn is left, and it is put off"
    );
    assert_eq!(desk.press("da").status(), "✓ only this turn is left");
    desk.press("x1").says("✓ every pushback turn is decided");
}

#[test]
fn the_next_one_after_a_turn_that_is_put_off_is_another() {
    let (_, desk) = after("dddd");
    for (session, turn) in [(1, 4), (1, 5), (2, 2), (1, 2), (1, 4)] {
        let shown = desk.press("a");
        shown.says(&format!("── D{turn} · put off"));
        assert!(shown.header().starts_with(&format!("{session}/2")));
    }
    // A free one comes before those that are put off.
    after("nddd").0.says("1/2 Sort").says("── D2 · undecided");
}

#[test]
fn a_turn_that_was_put_off_is_taken_up_again_by_the_same_key() {
    let (_, desk) = after("d");
    assert_eq!(desk.press("Nd").status(), "✓ D2 taken up again");
    assert_eq!((desk.counts(1), desk.label(1, 2).as_str()), ((0, 0, 3), ""));
}

#[test]
fn a_decided_turn_is_not_put_off() {
    let (shown, desk) = after("x1Nd");
    shown.says("✗ this turn is decided already");
    assert_eq!(desk.counts(1), (1, 0, 3));
}

#[test]
fn a_mark_by_hand_changes_the_counts() {
    let (shown, desk) = after("]p");
    shown.says("D3 marked as pushback").says("0/5 decided");
    assert_eq!(
        (desk.counts(1), desk.label(1, 3).as_str()),
        ((0, 0, 4), "marked")
    );
    desk.press("p").says("D3 unmarked").says("0/4 decided");
    desk.press("Np").says("D2 unmarked").says("0/3 decided");
    assert_eq!(
        (desk.counts(1), desk.label(1, 2).as_str()),
        ((0, 0, 2), "unmarked")
    );
    // Back to what the detector says is no mark of one's own.
    desk.press("p").says("D2 marked as pushback");
    assert_eq!((desk.counts(1), desk.label(1, 2).as_str()), ((0, 0, 3), ""));
}

#[test]
fn a_mark_that_is_refused_moves_nothing() {
    let (_, desk) = after("n3N");
    // The cursor goes down to D4, the form stays at D2.
    let before = desk.press("jjjjjjjjjjjjj");
    before.says("── D2 ·");
    let shown = desk.press("jjjjjjjjjjjjjp");
    shown.says("✗ this turn is decided on");
    shown.says("── D2 ·");
}

#[test]
fn the_last_row_but_one_says_which_mark_is_by_hand() {
    let check = |keys: &str, words: &str| {
        let (shown, _) = after(keys);
        assert!(
            shown.status().trim_start().starts_with(words),
            "{keys}: {}",
            shown.status()
        );
    };
    check("]pj", "D3 marked by hand; score");
    check("pj", "D2 unmarked by hand; score");
    check("ppj", "D2 score");
}

#[test]
fn a_turn_with_labels_is_not_unmarked() {
    let (shown, desk) = after("3p");
    shown.says("✗ this turn is decided on");
    assert_eq!(desk.label(1, 2), "S3");
}

#[test]
fn an_unmarked_turn_refuses_what_belongs_to_pushback_turns() {
    let check = |key: &str, sentence: &str| {
        let (shown, desk) = after(&format!("]{key}"));
        shown.says("── D3").says(&format!("✗ {sentence}"));
        assert_eq!(desk.rows(), 0, "{key}");
    };
    check(
        "3",
        "this turn is not marked as pushback: i begins an episode here",
    );
    check(",", "this turn is not marked as pushback");
    check(
        "x",
        "this turn is not marked as pushback, so there is nothing to decide",
    );
    check(
        "d",
        "this turn is not marked as pushback, so there is nothing to put off",
    );
    check(
        "e",
        "evidence belongs to an episode, and this turn is not marked",
    );
    check("<Enter>", "this turn is not marked as pushback");
}
