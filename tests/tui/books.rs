//! Another scheme is labelled in the same way: nothing of the first one is built in.

use super::{Desk, KITCHEN};

fn mast() -> Desk {
    Desk::of(&KITCHEN, "mast").sized(80, 24)
}

#[test]
fn three_optional_fields_are_walked_through_and_passed_over() {
    let desk = mast();
    desk.press("").says("1 FM-1.1 Disobey task specification");
    desk.press("1").says("1 FM-2.1 Conversation reset");
    desk.press("<Enter>").says("1 FM-3.1 Premature termination");
    desk.press("<Enter>").says("Complete.");
    desk.press("<Enter>").says("✓ D2 committed");
    let book = super::codebook("mast");
    let decision = desk.decisions().remove(&(1, 2)).unwrap();
    assert_eq!(super::outline(&book, &decision), "FM-1.1; committed");
}

#[test]
fn the_first_field_may_stay_empty_too() {
    let desk = mast();
    desk.press("<Enter>3,22<Enter>").says("✓ D2 committed");
    assert_eq!(desk.label(1, 2), "FM-2.3 FM-2.2 FM-3.2; committed");
}

#[test]
fn an_episode_without_any_code_is_not_committed() {
    let desk = mast();
    let sentence = "✗ the episode has no code yet";
    desk.press("<Enter><Enter><Enter>").says(sentence);
    desk.press("i<Enter><Enter><Enter>").says(sentence);
    // A code that is taken away again leaves nothing to commit either.
    desk.press("3,3<Enter><Enter><Enter>").says(sentence);
    assert_eq!(desk.counts(1).0, 0);
}

#[test]
fn its_reasons_and_optional_fields_are_its_own() {
    let desk = mast();
    desk.press("x").says("1 Intended by design");
    desk.press("1o").says("2 Outcome");
    desk.press("o23").says("✓ Outcome stored");
    assert_eq!(desk.label(1, 2), "FM-1.1 outcome=failed");
    desk.press("nx9odd<Enter>");
    assert_eq!(desk.label(1, 4), "not an episode: other (odd)");
}

#[test]
fn wrong_digits_name_the_digits_that_there_are() {
    let shown = mast().press("9");
    assert_eq!(
        shown.status(),
        "✗ System design issues has no 9; it takes 1 2 3 4 5"
    );
}
