//! Where one sits down again: the same turn, question and episode.

use super::{Desk, after};

#[test]
fn the_first_time_begins_at_the_first_undecided_turn() {
    after("").0.says("1/2 Sort").says("── D2 · undecided");
}

#[test]
fn turn_question_and_episode_are_kept() {
    let check = |keys: &str, expected: &[&str]| {
        let (shown, desk) = after(keys);
        let again = desk.press("");
        for words in expected {
            again.says(words);
        }
        // Nothing that could have a place has moved.
        assert_eq!(again.rows()[17..22], shown.rows()[17..22], "{keys}");
    };
    check("n", &["── D4 · undecided"]);
    check("]", &["── D3 · not marked as pushback"]);
    check("}", &["2/2 Print", "── D2"]);
    check("36", &["Evidence tier of C6?"]);
    check("8", &["Name the form, as a noun phrase of 3 to 8 words"]);
    check("3712<Tab><Tab>", &["❯Cause C7"]);
    check("36112i5)<Tab>", &["episode 1 of 2", "❯Form S3"]);
    check("3712", &["Complete."]);
}

#[test]
fn the_question_is_kept_through_any_number_of_restarts() {
    let (_, desk) = after("3712<Tab><Tab>");
    for _ in 0..3 {
        desk.press("").says("❯Cause C7");
    }
}

#[test]
fn a_started_descriptor_is_asked_for_again() {
    let (_, desk) = after("8a forgotten<Ctrl-C>q");
    desk.press("").says("Name the form");
    desk.press("questions instead of work<Enter>");
    assert_eq!(desk.label(1, 2), "S8:questions instead of work");
}

#[test]
fn an_episode_that_was_undone_since_is_not_looked_for() {
    let (_, desk) = after("36112i5");
    desk.press("uu").says("── D2 · episode 1 of 1");
    desk.press("").says("── D2 · episode 1 of 1");
}

#[test]
fn everything_decided_opens_at_the_last_place() {
    let (_, desk) = after("x1x1x1x1q");
    desk.press("").says("2/2 Print").says("not an episode");
}

#[test]
fn quitting_asks_nothing() {
    for key in ["q", "<Ctrl-C>"] {
        assert!(Desk::kitchen().press(&format!("36{key}")).quit, "{key}");
    }
}

#[test]
fn a_code_that_is_being_added_is_added_after_a_restart_too() {
    let desk = Desk::kitchen();
    desk.press("361,");
    desk.press("51");
    assert!(
        desk.label(1, desk.cursor().unwrap().turn)
            .starts_with("S3 C6:direct C5:direct")
    );
}
