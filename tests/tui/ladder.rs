//! The ladder: what each key chooses, stores and refuses.

use super::{Desk, Shown, after};

/// Gives the row of the form that shows the codes on a small terminal.
fn codes(shown: &Shown) -> String {
    let rows = shown.rows();
    let title = rows.iter().position(|row| row.starts_with("── D"));
    rows[title.unwrap() + 1].clone()
}

#[test]
fn every_digit_answers_one_question_and_asks_the_next() {
    let desk = Desk::kitchen();
    // Each line goes on from where the line before left the study.
    let check = |keys: &str, expected: &str| assert_eq!(codes(&desk.press(keys)), expected);
    check("", "❯Form ?  Cause ·  Severity ·  Status ·");
    check("3", "Form S3  ❯Cause ?  Severity ·  Status ·");
    check("6", "Form S3  ❯Cause C6  Severity ·  Status ·");
    check("1", "Form S3  Cause C6 direct  ❯Severity ?  Status ·");
    check(
        "2",
        "Form S3  Cause C6 direct  Severity DS2  ❯Locus ?  Status ·",
    );
    check(
        "1",
        "Form S3  Cause C6 direct  Severity DS2  Locus DL1  ❯Status ?",
    );
    check(
        "2",
        "Form S3  Cause C6 direct  Severity DS2  Locus DL1  Status RS1  Resolver RV2",
    );
    assert_eq!(desk.label(1, 2), "S3 C6:direct DS2 DL1 RS1 RV2");
}

#[test]
fn the_most_common_episode_takes_six_keys() {
    let (shown, desk) = after("36112<Enter>");
    shown.says("✓ D2 committed").says("── D4 · undecided");
    assert_eq!(desk.label(1, 2), "S3 C6:direct DS1 RS1 RV2; committed");
    assert_eq!(desk.counts(1), (1, 0, 3));
}

#[test]
fn an_episode_of_unknown_cause_takes_five_keys() {
    let (shown, desk) = after("3712<Enter>");
    shown.says("✓ D2 committed");
    assert_eq!(desk.label(1, 2), "S3 C7 DS1 RS1 RV2; committed");
}

#[test]
fn every_key_is_stored_before_the_screen_shows_it() {
    let desk = Desk::kitchen();
    let check = |keys: &str, rows: usize, label: &str| {
        desk.press(keys);
        assert_eq!((desk.rows(), desk.label(1, 2).as_str()), (rows, label));
    };
    check("", 0, "");
    // The episode is made by its first code, in the same act.
    check("3", 2, "S3");
    check("6", 3, "S3 C6");
    check("1", 4, "S3 C6:direct");
    check("1", 5, "S3 C6:direct DS1");
    // One digit stands for the status and for who resolved it.
    check("2", 7, "S3 C6:direct DS1 RS1 RV2");
    check("<Enter>", 8, "S3 C6:direct DS1 RS1 RV2; committed");
}

#[test]
fn the_locus_is_asked_for_only_after_damage() {
    let check = |severity: &str, question: &str| {
        let (shown, _) = after(&format!("37{severity}"));
        shown.says(question);
    };
    check("0", "❯Status ?");
    check("1", "❯Status ?");
    check("2", "❯Locus ?");
    check("3", "❯Locus ?");
    check("4", "❯Status ?");
}

#[test]
fn an_unknown_resolution_asks_nobody_who_resolved_it() {
    let (shown, desk) = after("3710");
    shown.says("Complete. Enter commits this turn and goes on.");
    assert_eq!(desk.label(1, 2), "S3 C7 DS1 RS2");
}

#[test]
fn a_comma_adds_a_second_cause_and_a_third_is_refused() {
    let (shown, desk) = after("361,22<BackTab>,");
    shown.says("✗ Cause takes at most 2");
    assert_eq!(desk.label(1, 2), "S3 C6:direct C2:contextual");
}

#[test]
fn a_comma_adds_a_second_form_at_once() {
    let (_, desk) = after("7,5712<Enter>");
    assert_eq!(desk.label(1, 2), "S7 S5 C7 DS1 RS1 RV2; committed");
}

#[test]
fn the_digit_of_a_chosen_code_takes_it_away_while_adding() {
    let (_, desk) = after("7,5,7");
    assert_eq!(desk.label(1, 2), "S5");
}

#[test]
fn a_comma_at_the_review_goes_back_to_the_last_field_that_takes_more() {
    let (shown, desk) = after("36112,");
    shown.says("Another one?").says("❯Cause");
    desk.press("<Tab><Tab><BackTab><BackTab>,23")
        .says("Complete.");
    assert_eq!(desk.label(1, 2), "S3 C6:direct C2:speculative DS1 RS1 RV2");
}

#[test]
fn another_digit_at_a_question_changes_its_answer() {
    let (_, desk) = after("3<BackTab>5");
    assert_eq!(desk.label(1, 2), "S5");
}

#[test]
fn a_form_without_a_name_asks_for_three_to_eight_words() {
    let desk = Desk::kitchen();
    desk.press("8")
        .says("Name the form, as a noun phrase of 3 to 8 words");
    let check = |words: &str, refused: &str| {
        // What was written stays, so that it can be mended.
        desk.press(&format!("{words}<Enter>"))
            .says(refused)
            .says(words);
        assert_eq!(desk.label(1, 2), "S8");
    };
    check("two words", "✗ S8 needs 3 to 8 words, and this has 2");
    check(
        "a b c d e f g h i",
        "✗ S8 needs 3 to 8 words, and this has 9",
    );
    desk.press("repeated questions  instead of work<Enter>")
        .says("❯Cause ?");
    assert_eq!(desk.label(1, 2), "S8:repeated questions instead of work");
}

#[test]
fn a_review_of_an_open_form_says_what_is_open_and_tab_goes_to_it() {
    let check = |keys: &str, open: &str, question: &str| {
        let (shown, desk) = after(keys);
        shown
            .says(&format!("{open}: Tab goes to it."))
            .lacks("Complete.");
        let why = format!("✗ {open}: Tab goes to it");
        assert_eq!(desk.press("<Enter>").status(), why, "{keys}");
        desk.press("<Tab>").says(question);
    };
    check("<BackTab>", "Form is still open", "❯Form ?");
    check("3<BackTab><BackTab>", "Cause is still open", "❯Cause ?");
    check(
        "36<BackTab><BackTab><BackTab>",
        "C6 has no Evidence tier yet",
        "Evidence tier of C6?",
    );
    let (shown, desk) = after("36112i5)");
    shown.says("Cause is still open in episode 2: ) leads to it.");
    desk.press("<Enter>")
        .says("✗ Cause is still open in episode 2: ) leads to it");
    desk.press(")").says("❯Cause ?");
}

#[test]
fn words_are_asked_for_only_by_the_key_that_needs_them() {
    let (_, desk) = after("8questions instead of work<Enter>");
    // Undo after undo goes back to the beginning, without a word in between.
    desk.press("uUu")
        .says("S8 needs words: Enter writes them, BackTab chooses another.")
        .says("D2: form S8");
    assert_eq!(desk.label(1, 2), "S8");
    desk.press("<Esc>Uuu").says("What diverged?");
    assert_eq!(desk.label(1, 2), "");
    let check = |keys: &str, expected: &str| {
        let (_, desk) = after("8<Esc>");
        desk.press(keys).says(expected);
        assert_eq!(desk.label(1, 2), "S8", "{keys}");
    };
    // The program asks again where one sits down again; then it is left.
    check("<Esc>nN", "S8 needs words: Enter writes them");
    check("<Esc>sg<Enter>", "S8 needs words: Enter writes them");
    check(
        "<Esc>3",
        "✗ S8 needs words: Enter writes them, BackTab chooses another",
    );
    check("<Esc><Enter>", "Name the form, as a noun phrase");
    check("<Esc><BackTab>", "❯Form S8");
    let (_, desk) = after("8<Esc><BackTab>3");
    assert_eq!(desk.label(1, 2), "S3");
}

#[test]
fn a_memo_beside_missing_words_does_not_ask_for_them() {
    let (_, desk) = after("8<Esc>");
    desk.press("<Esc>ma note<Enter>").says("S8 needs words:");
    assert_eq!(desk.label(1, 2), "S8; memo \"a note\"");
}

#[test]
fn what_is_refused_is_said_and_nothing_is_stored() {
    let check = |before: &str, key: &str, sentence: &str| {
        let (_, desk) = after(before);
        let (rows, cursor) = (desk.rows(), desk.cursor());
        let shown = desk.press(key);
        assert_eq!(shown.status(), format!("✗ {sentence}"), "{before} {key}");
        assert_eq!(
            (desk.rows(), desk.cursor()),
            (rows, cursor),
            "{before} {key}"
        );
    };
    check("", "9", "Form has no 9; it takes 1 2 3 4 5 6 7 8");
    check("", "0", "Form has no 0; it takes 1 2 3 4 5 6 7 8");
    check("3", "8", "Cause has no 8; it takes 1 2 3 4 5 6 7");
    check("36", "4", "Evidence tier has no 4; it takes 1 2 3");
    check("361", "5", "Severity has no 5; it takes 0 1 2 3 4");
    check("3612", "0", "Locus has no 0; it takes 1 2 3 4");
    check("3611", "4", "Status has no 4; it takes 0 1 2 3");
    check("37", ",", "C7 stands alone: no other code goes with it");
    check("36", ",", "C6 has no Evidence tier yet");
    check("", ",", "choose a first code before adding another");
    check(
        "371",
        ",",
        "Severity takes one code: press its digit to change it",
    );
    check(
        "3712",
        "3",
        "the form is complete: Enter commits, Tab goes back into it",
    );
    check("", "<Enter>", "Form is still open");
    check("3", "<Enter>", "Cause is still open");
    check("36", "<Enter>", "C6 has no Evidence tier yet");
    check("3612", "<Enter>", "Locus is still open");
    check("371", "<Enter>", "Status is still open");
}

#[test]
fn a_code_that_stands_alone_is_refused_beside_another() {
    let (shown, desk) = after("36,");
    shown.says("no Evidence tier yet");
    desk.press("1<BackTab>,7").says("✗ C7 stands alone");
    assert_eq!(desk.label(1, 2), "S3 C6:direct");
}

#[test]
fn another_severity_clears_the_locus_and_says_so() {
    let (_, desk) = after("37212");
    assert_eq!(desk.label(1, 2), "S3 C7 DS2 DL1 RS1 RV2");
    let shown = desk.press("<BackTab><BackTab><BackTab>1");
    assert_eq!(
        shown.status(),
        "✓ Locus cleared: it applies only with DS2 or DS3"
    );
    assert_eq!(desk.label(1, 2), "S3 C7 DS1 RS1 RV2");
}

#[test]
fn tab_walks_over_the_questions_and_back() {
    let (_, desk) = after("3712");
    let check = |keys: &str, expected: &str| {
        desk.press(keys).says(expected);
    };
    check("<Tab>", "❯Form S3");
    check("<Right>", "❯Cause C7");
    check("<Left>", "❯Form S3");
    check("<BackTab>", "Complete.");
    check("<BackTab>", "❯Status RS1");
}

#[test]
fn nothing_is_chosen_beforehand() {
    let (shown, desk) = after("");
    shown.lacks("✓");
    assert_eq!((desk.rows(), desk.label(1, 2).as_str()), (0, ""));
}
