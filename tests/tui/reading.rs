//! Reading: moving, folding, the pinned instruction, resizing, pasting.

use super::{Desk, Shown, after};

/// Gives the row under the row cursor.
fn here(shown: &Shown) -> String {
    let rows = shown.rows();
    rows.into_iter()
        .find(|row| row.starts_with("❯ "))
        .unwrap_or_default()
}

#[test]
fn pushback_turns_are_stepped_through_over_the_sessions() {
    let check = |keys: &str, session: &str, turn: &str| {
        after(keys).0.says(session).says(turn);
    };
    check("n", "1/2", "── D4");
    check("nn", "1/2", "── D5");
    check("nnn", "2/2", "── D2");
    check("nnnN", "1/2", "── D5");
    check("nnnn", "2/2", "✗ this is the last pushback turn");
    check("N", "1/2", "✗ this is the first pushback turn");
}

#[test]
fn developer_turns_are_stepped_through_in_a_session() {
    let check = |keys: &str, expected: &str| {
        after(keys).0.says(expected);
    };
    check("]", "── D3 · not marked as pushback");
    check("[", "── D1 · not marked as pushback");
    check("[[", "✗ this is the first developer turn of the session");
    check("]]]]]", "✗ this is the last developer turn of the session");
}

#[test]
fn sessions_are_stepped_through() {
    after("}").0.says("2/2 Print");
    after("}{").0.says("1/2 Sort");
    after("}}").0.says("✗ this is the last session");
    after("{").0.says("✗ this is the first session");
}

#[test]
fn the_next_undecided_turn_is_one_key_away() {
    after("]a").0.says("── D4 · undecided");
    after("x1x1[[[[a").0.says("── D5 · undecided");
    after("x1x1x1x1a")
        .0
        .says("✓ every pushback turn is decided");
}

#[test]
fn rows_pages_and_ends_are_scrolled_to() {
    let (shown, desk) = after("j");
    assert!(here(&shown).contains("No, that's wrong."));
    assert!(here(&desk.press("jk")).contains("D2 developer"));
    assert!(here(&desk.press("g")).contains("D1 developer"));
    assert!(desk.press("G").text().contains("Good. Commit it."));
    let page = desk.press("g ");
    assert!(!here(&page).contains("D1 developer"));
    assert!(here(&desk.press("g <Backspace>")).contains("D1 developer"));
    assert!(here(&desk.press("G.")).contains("D2 developer"));
}

#[test]
fn the_end_is_the_last_row_of_a_long_last_turn() {
    let rows: Vec<String> = (1..=200).map(|row| format!("row {row}")).collect();
    let long = rows.join("\n\n");
    let desk = Desk::of(&[&["Count the rows.", &long]], "misalignment").sized(80, 24);
    desk.press("G").says("row 200");
    desk.press("Gg").says("Count the rows.");
}

#[test]
fn moving_stores_no_label() {
    let (_, desk) = after("jk <Backspace>gGnN][}{a.zZ'<Down><Up><Tab>s<Esc>b<Esc>?q/soups<Enter>>");
    assert_eq!(desk.rows(), 0);
}

#[test]
fn the_instruction_is_pinned_and_shown_in_full() {
    let long = "Keep the photos. ".repeat(20) + "And the frames.";
    let reply = "Done.\n\n".repeat(30);
    let desk = Desk::of(&[&[&long, &reply, "No, that's wrong."]], "misalignment").sized(80, 24);
    desk.press("")
        .says("D1 asked Keep the photos.")
        .lacks("frames.");
    desk.press("'").says("And the frames.");
    desk.press("''").lacks("And the frames.");
    // The next turn begins with the short form.
    after("'n").0.says("D3 asked Now list the spring cards");
    after("[")
        .0
        .says("first developer turn: nothing was asked before");
}

#[test]
fn what_is_folded_opens_and_closes() {
    let desk = Desk::demo();
    let place = "gjjjjjjjjjj";
    assert!(
        here(&desk.press(place)).contains("▸ thinking"),
        "{}",
        desk.press(place).text()
    );
    let open = desk.press(&format!("{place}z"));
    assert!(here(&open).contains("▾ thinking"), "{}", open.text());
    assert_eq!(
        desk.press(&format!("{place}zz")).text(),
        desk.press(place).text()
    );
    desk.press(&format!("{place}Z")).lacks("▸ thinking");
    desk.press(".z").says("✗ there is nothing to unfold here");
}

#[test]
fn words_found_in_a_folded_part_are_unfolded() {
    let shown = Desk::demo().press("/swallowed by<Enter>");
    let row = here(&shown);
    assert!(row.contains("swallowed by"), "{}", shown.text());
}

#[test]
fn resizing_keeps_the_place() {
    let desk = Desk::demo();
    let check = |keys: &str, words: &str| {
        let shown = desk.press(keys);
        assert!(here(&shown).contains(words), "{keys}\n{}", shown.text());
    };
    check("j", "I said no float");
    check("j<80x24>", "I said no float");
    check("j<200x50>", "I said no float");
    check("j<60x16><200x50><120x40>", "I said no float");
    check("j<20x5><120x40>", "I said no float");
    check("3<80x24>", "D2 developer");
}

#[test]
fn resizing_keeps_the_question_and_the_text_that_is_being_written() {
    let (shown, _) = after("36<120x40>");
    shown.says("Evidence tier of C6?");
    after("mhalf a memo<120x40>").0.says("half a memo");
    let (_, desk) = after("mhalf a memo<20x5><120x40> more<Enter>");
    assert_eq!(desk.label(1, 2), "memo \"half a memo more\"");
}

#[test]
fn a_terminal_that_is_too_small_says_so() {
    let shown = Desk::kitchen().sized(40, 10).press("");
    shown
        .says("pushback needs 60 columns and 16")
        .says("this is 40 by 10");
    Desk::kitchen().sized(60, 16).press("").says("❯Form ?");
    // Down to a single cell it draws what it can.
    for (width, height) in [(1, 1), (1, 40), (2, 18), (3, 3), (200, 1)] {
        Desk::kitchen()
            .sized(width, height)
            .press("<120x40>3")
            .says("C1");
    }
}

#[test]
fn a_terminal_that_shows_nothing_takes_no_label() {
    for keys in ["3", "x1", "d", "p", "mblind<Enter>", "<paste:3>", "ju"] {
        let (shown, desk) = after(&format!("<20x5>{keys}<120x40>"));
        shown.says("S1 Wrong Project Diagnosis");
        assert_eq!(desk.rows(), 0, "{keys}");
    }
    assert!(after("<20x5>q").0.quit);
    after("s<20x5>q<120x40>").0.says("❯ Form");
}

#[test]
fn pasted_text_labels_nothing() {
    let (shown, desk) = after("<paste:36112x1q>");
    shown.says("✗ pasted text is ignored here");
    assert_eq!((shown.quit, desk.rows()), (false, 0));
    for mode in ["x", "jv", "s", "?", "b", "3o"] {
        let desk = Desk::kitchen();
        desk.press(&format!("{mode}<paste:1\nq36>"));
        assert!(desk.rows() <= 2, "{mode}");
    }
}

#[test]
fn pasted_text_is_cleaned_where_a_text_is_written() {
    let check = |pasted: &str, expected: &str| {
        let (_, desk) = after(&format!("m<paste:{pasted}><Enter>"));
        assert_eq!(desk.label(1, 2), format!("memo {expected:?}"));
    };
    check("two\r\nlines", "two\nlines");
    check("a\ttab", "a tab");
    check("red \u{1b}[31m bell\u{7}", "red [31m bell");
    let (_, desk) = after("8<paste:questions\ninstead\tof work><Enter>");
    assert_eq!(desk.label(1, 2), "S8:questions instead of work");
}

#[test]
fn hidden_characters_in_a_pasted_memo_are_shown() {
    let (shown, _) = after("m<paste:a\u{202e}b>");
    shown.says("a<202E>b");
}

#[test]
fn held_keys_are_all_taken_though_not_all_are_drawn() {
    let (shown, desk) = after("<hurry:3611>2");
    shown.says("Complete.");
    assert_eq!(desk.label(1, 2), "S3 C6:direct DS1 RS1 RV2");
}

#[test]
fn the_screen_is_drawn_anew_after_the_background() {
    let (shown, desk) = after("36<Ctrl-Z>");
    assert!(shown.suspended);
    shown.says("Evidence tier of C6?");
    assert!(desk.press("jv<Ctrl-Z>").suspended);
    desk.press("<Ctrl-L>").says("Evidence tier of C6?");
}
