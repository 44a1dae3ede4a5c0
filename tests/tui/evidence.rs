//! Evidence: quotations and whole turns, with the exact text and place in the study.

use pushback::model::byte_range;

use super::{Desk, after};

/// The developer's fifth turn, which is full of characters of more than one byte.
const WORDS: &str = super::KITCHEN[0][8];

#[test]
fn a_whole_turn_is_taken_and_let_go_by_the_same_key() {
    let (shown, desk) = after("3e");
    shown.says("✓ quoted from D2").says("1 quotation");
    let words = "No, that's wrong. I said keep the photos where they are.";
    assert_eq!(desk.label(1, 2), format!("S3 D2[0..56]{words:?}"));
    desk.press("e")
        .says("✓ quotation removed")
        .lacks("1 quotation");
    assert_eq!(desk.label(1, 2), "S3");
}

#[test]
fn evidence_makes_the_episode_where_there_is_none() {
    let (_, desk) = after("e");
    assert!(desk.label(1, 2).starts_with("D2[0..56]"));
    // One act: one undo takes both back.
    desk.press("u");
    assert_eq!(desk.label(1, 2), "");
}

#[test]
fn the_turn_under_the_cursor_is_taken_for_the_turn_in_the_form() {
    let (shown, desk) = after("3kkke");
    shown.says("✓ quoted from A1");
    let words = "Sorted, spring first. The photos moved along with their cards.";
    assert_eq!(desk.label(1, 2), format!("S3 A1[0..62]{words:?}"));
}

#[test]
fn a_selection_begins_with_the_row_under_the_cursor() {
    let (shown, desk) = after("nnjv");
    shown.says("Nein, falsch! Die Crème brûlée");
    desk.press("3jv<Enter>").says("✓ quoted from D5");
    assert_eq!(
        desk.label(1, 5),
        r#"S3 D5[0..59]"Nein, falsch! Die Crème brûlée 🍮 ist kein Frühlingsgericht.""#
    );
}

#[test]
fn a_selection_from_the_head_of_a_turn_begins_with_its_first_row() {
    let (shown, desk) = after("nnv");
    shown.says("❯ Nein, falsch!");
    desk.press("v<Enter>").says("✓ quoted from D5");
    assert!(desk.label(1, 5).starts_with("D5[0..59]"));
}

#[test]
fn a_selection_moves_by_characters_words_lines_and_rows() {
    let check = |keys: &str, expected: &str| {
        let (shown, desk) = after(&format!("nnjv{keys}<Enter>"));
        shown.says("✓ quoted from D5");
        let decision = desk.decisions().remove(&(1, 5)).unwrap();
        let quote = &decision.episodes[0].evidence[0];
        let range = byte_range(WORDS, quote.span).unwrap();
        assert_eq!(
            (quote.text.as_str(), &WORDS[range]),
            (expected, expected),
            "{keys}"
        );
    };
    let line = "Nein, falsch! Die Crème brûlée 🍮 ist kein Frühlingsgericht.";
    check("h", &line[..line.len() - 1]);
    check("<Left><Left><Right>", &line[..line.len() - 1]);
    check("0www", "Nein, falsch! Die");
    check("0wwwwvww", "brûlée 🍮 ist");
    check("0wwwwwvb", "brûlée");
    check("bbbhhvl", "🍮");
    check(
        "j",
        &format!("{line}\n\nNo, undo that: 不对, wieder raus damit.")[..line.len()],
    );
    check("jj", WORDS);
    check("jjbbbbb", WORDS[..WORDS.find("不").unwrap()].trim_end());
    check("G", WORDS);
    check("Gv0", "No, undo that: 不对, wieder raus damit.");
    check("Gvbbb", "wieder raus damit.");
    check("k$", line);
}

#[test]
fn a_selection_that_is_left_stores_nothing() {
    for key in ["q", "<Esc>", "<Ctrl-C>"] {
        let (shown, desk) = after(&format!("jvww{key}"));
        shown.says("1-8 form");
        assert_eq!((shown.quit, desk.rows()), (false, 0), "{key}");
    }
}

#[test]
fn an_empty_selection_is_refused() {
    let (shown, desk) = after("jv0<Enter>");
    shown.says("✗ there are no words in the selection");
    assert_eq!(desk.rows(), 0);
    after("kv")
        .0
        .says("✗ put the cursor on a line of text first");
}

#[test]
fn the_last_quotation_goes_first() {
    let (shown, desk) = after("3jv0ww<Enter>v<Enter>");
    shown.says("2 quotations");
    desk.press("E")
        .says("1 quotation")
        .says("quotation removed");
    desk.press("E").lacks("1 quotation");
    desk.press("E").says("✗ the episode has no evidence");
    desk.press("uu");
    assert!(
        desk.label(1, 2).contains("D2[0..10]"),
        "{}",
        desk.label(1, 2)
    );
}

#[test]
fn a_turn_that_is_decided_to_be_none_takes_no_evidence() {
    let (shown, _) = after("x1Ne");
    shown.says("✗ evidence belongs to an episode, and this turn is decided to be none");
}

#[test]
fn quoted_words_stand_out_after_a_restart() {
    let words = "Now list the spring cards in one file.";
    let (shown, desk) = after("]i");
    let before = shown.look(words);
    desk.press("e");
    assert_ne!(desk.press("").look(words), before);
}

#[test]
fn evidence_of_a_folded_part_is_asked_to_be_unfolded_first() {
    let shown = Desk::demo().press(&format!("g{}v", "j".repeat(10)));
    shown.says("✗ z unfolds this; what is folded cannot be quoted");
}
