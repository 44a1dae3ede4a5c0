//! What is said about a turn besides its codes: memo, certainty, optional fields.

use super::{Desk, after};

#[test]
fn a_memo_is_written_changed_and_removed() {
    let (shown, desk) = after("mask Ida<Enter>");
    shown.says("✓ memo stored").says("memo");
    assert_eq!(desk.label(1, 2), r#"memo "ask Ida""#);
    desk.press("m about the photos<Enter>");
    assert_eq!(desk.label(1, 2), r#"memo "ask Ida about the photos""#);
    desk.press("m<Ctrl-U><Enter>").says("✓ memo removed");
    assert_eq!(desk.label(1, 2), "");
}

#[test]
fn a_memo_may_have_lines_and_any_script() {
    let (_, desk) = after("mcrème 不对<Ctrl-J>second 🍮<Enter>");
    assert_eq!(desk.label(1, 2), "memo \"crème 不对\\nsecond 🍮\"");
}

#[test]
fn a_memo_is_edited_like_a_line_anywhere() {
    let check = |keys: &str, expected: &str| {
        let (_, desk) = after(&format!("m{keys}<Enter>"));
        assert_eq!(desk.label(1, 2), format!("memo {expected:?}"), "{keys}");
    };
    check("one twö<Backspace><Backspace>o", "one to");
    check("one two<Ctrl-W>three", "one three");
    check("two<Home>one <End>!", "one two!");
    check("two<Ctrl-A><Delete>T<Ctrl-E>!", "Two!");
    check("on<Left><Left>z<Right><Ctrl-D>", "zo");
}

#[test]
fn a_memo_that_is_left_is_not_stored() {
    for key in ["<Esc>", "<Ctrl-C>"] {
        let (shown, desk) = after(&format!("mwords{key}"));
        assert_eq!((shown.quit, desk.rows()), (false, 0), "{key}");
    }
}

#[test]
fn keys_that_label_are_words_while_a_text_is_written() {
    let (shown, desk) = after("mq36112x1u?<Enter>");
    assert!(!shown.quit);
    assert_eq!(desk.label(1, 2), r#"memo "q36112x1u?""#);
}

#[test]
fn certainty_goes_round() {
    let desk = Desk::kitchen();
    for expected in ["certainty high", "certainty medium", "certainty low", ""] {
        desk.press("c");
        assert_eq!(desk.label(1, 2), expected);
    }
}

#[test]
fn optional_fields_take_words_or_a_value() {
    let (shown, desk) = after("3o");
    shown
        .says("Which optional field?")
        .says("1 Title")
        .says("2 Alignment goal");
    desk.press("o1photos moved<Enter>").says("✓ Title stored");
    desk.press("o2").says("2 Intention");
    desk.press("o22").says("✓ Alignment goal stored");
    desk.press("o2").says("2 ✓ Intention").says("3 Both");
    assert_eq!(desk.label(1, 2), "S3 goal=intention title=photos moved");
    desk.press("o20");
    assert_eq!(desk.label(1, 2), "S3 title=photos moved");
}

#[test]
fn optional_fields_refuse_what_they_do_not_have() {
    after("o").0.says("✗ choose a first code");
    let check = |keys: &str, sentence: &str| {
        let (shown, desk) = after(&format!("3{keys}"));
        assert_eq!(shown.status(), format!("✗ {sentence}"));
        assert_eq!(desk.label(1, 2), "S3");
    };
    check("o9", "there is no optional field 9");
    check("o0", "there is no optional field 0");
    check("o29", "there is no value 9; 0 clears the field");
}

#[test]
fn optional_fields_are_left_step_by_step() {
    after("3o2q").0.says("Which optional field?");
    after("3o2qq").0.says("❯Cause ?");
}
