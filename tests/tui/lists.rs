//! Lists and searches: sessions, one's own decisions, words, the codebook.

use super::{Desk, after};

#[test]
fn the_review_lists_decisions_in_the_order_of_the_transcripts() {
    let (_, desk) = after("}x4{n3712<Enter>NNd");
    let shown = desk.press("r");
    let rows: Vec<String> = shown.rows();
    let at = |words: &str| rows.iter().position(|row| row.contains(words));
    let (put_off, committed, none) = (
        at("put off"),
        at("S3 C7 DS1 RS1 RV2"),
        at("no episode: Words"),
    );
    assert!(
        put_off.is_some() && put_off < committed && committed < none,
        "{}",
        shown.text()
    );
}

#[test]
fn the_review_opens_a_decision_to_be_changed() {
    let (_, desk) = after("3712<Enter>}x4");
    desk.press("rg<Enter>")
        .says("1/2 Sort")
        .says("── D2 · episode 1 of 1 · committed");
    // A change that leaves the form incomplete opens the turn again.
    desk.press("<Tab><Tab><Tab>3");
    assert_eq!(desk.label(1, 2), "S3 C7 DS3 RS1 RV2");
    desk.press("2<Enter><Enter>");
    assert_eq!(desk.label(1, 2), "S3 C7 DS3 DL2 RS1 RV2; committed");
}

#[test]
fn there_is_nothing_to_review_at_first() {
    after("r").0.says("✗ nothing is decided yet");
}

#[test]
fn the_list_of_sessions_shows_progress_and_opens_one() {
    let (_, desk) = after("x1");
    desk.press("s")
        .says("1/3")
        .says("0/1")
        .says("Print the labels");
    desk.press("sj<Enter>").says("2/2 Print").says("── D2");
    desk.press("sg<Enter>")
        .says("1/2 Sort")
        .says("── D4 · undecided");
}

#[test]
fn lists_are_moved_through_and_left() {
    let check = |keys: &str, expected: &str| {
        let row = after(&format!("s{keys}")).0.line("❯ ");
        assert!(row.contains(expected), "{keys}: {row}");
    };
    check("", "Sort");
    check("<Down>", "Print");
    check("jk", "Sort");
    check("jjjj", "Print");
    check("G", "Print");
    check("Gg", "Sort");
    check("<PageDown>", "Print");
    check(" <Backspace>", "Sort");
    check("q", "D2 developer");
    check("<Esc>", "D2 developer");
}

#[test]
fn words_are_found_in_the_session_and_stand_out() {
    let (shown, desk) = after("/photos<Enter>");
    // The first place from the cursor on.
    shown.says("✓ 3 of 5: photos");
    let shown = desk.press("/PHOTOS<Enter>>");
    shown.says("✓ 4 of 5: PHOTOS");
    let found = desk.press("/spring first<Enter>");
    assert_ne!(found.look("spring first"), found.look(". The photos moved"));
}

#[test]
fn found_places_are_visited_around_the_end() {
    let check = |keys: &str, expected: &str| {
        after(&format!("/soups<Enter>{keys}")).0.says(expected);
    };
    check("", "1 of 2: soups");
    check(">", "2 of 2: soups");
    check(">>", "1 of 2: soups");
    check("<lt>", "2 of 2: soups");
}

#[test]
fn a_search_that_finds_nothing_says_so() {
    after("/zebra<Enter>")
        .0
        .says("✗ not found in this session: zebra");
    after("fzebra<Enter>")
        .0
        .says("✗ not found in any developer turn");
    after(">")
        .0
        .says("✗ nothing was searched for: / searches in this session");
    after("/soups<Enter>/<Ctrl-U><Enter>").0.lacks("✗");
}

#[test]
fn a_search_keeps_the_turn_in_the_form() {
    let (shown, desk) = after("3/soups<Enter>");
    shown.says("── D2").says("❯ That's not what I asked for.");
    desk.press("/soups<Enter>.").says("❯ D2 developer");
}

#[test]
fn all_developer_turns_are_searched_and_a_hit_is_opened() {
    let (shown, desk) = after("fi asked for<Enter>");
    shown
        .says("That's not what I asked for.")
        .says("I asked for 14.");
    desk.press("fi asked for<Enter>j<Enter>")
        .says("2/2 Print")
        .says("── D2");
    desk.press("fspring cards<Enter><Enter>")
        .says("── D3 · not marked");
}

#[test]
fn a_hit_is_found_by_words_in_any_script() {
    after("f不对<Enter><Enter>").0.says("── D5");
    after("fCRÈME<Enter><Enter>").0.says("── D5");
}

#[test]
fn the_codebook_is_read_full_screen_at_the_question() {
    let (shown, desk) = after("b");
    shown.says("❯ S1 Wrong Project Diagnosis").says("Use when");
    desk.press("3b").says("❯ C1 Underspecified");
    desk.press("<Down><Down>b").says("❯ C2 Scope Overreach");
    desk.press("bG").says("Not an episode.");
    desk.press("bq").says("❯Cause ?");
}

#[test]
fn the_codebook_is_left_by_enter_and_leaves_nothing_behind() {
    let desk = Desk::kitchen().sized(120, 30);
    let before = desk.press("");
    for way_out in ["<Enter>", "q", "<Esc>"] {
        let shown = desk.press(&format!("b {way_out}"));
        assert_eq!(shown.text(), before.text(), "{way_out}");
    }
    // Past its end an entry is not scrolled: one key back is seen at once.
    let small = Desk::kitchen();
    let (end, back) = (small.press("b       "), small.press("b       <PageUp>"));
    assert_ne!(end.text(), back.text());
}

#[test]
fn the_codebook_pane_is_scrolled_where_it_shows_more() {
    let desk = Desk::kitchen().sized(120, 30);
    let check = |keys: &str, expected: &str| {
        desk.press(keys).says(expected);
    };
    desk.press("").lacks("8 S8 Other / Emerging  The");
    let top = desk.press("");
    let down = desk.press("J");
    assert_ne!(top.crop(18..28, 72..120), down.crop(18..28, 72..120));
    assert_eq!(top.crop(0..18, 0..120), down.crop(0..18, 0..120));
    assert_eq!(desk.press("JK").text(), top.text());
    // The end is the end.
    assert_eq!(
        desk.press("JJJJJJJJJJJJJJJJ").text(),
        desk.press("JJJJJJJJJJJJJJJJJ").text()
    );
    assert_ne!(
        desk.press("JJJJJJJJJJJJJJJJ").text(),
        desk.press("JJJJJJJJJJJJJJJJK").text()
    );
    // What is looked at next begins with its first row.
    assert_eq!(desk.press("J<Down>").text(), desk.press("<Down>").text());
    check("xJ", "Not an episode. Why?");
    assert_ne!(desk.press("xJ").text(), desk.press("x").text());
    Desk::kitchen()
        .press("J")
        .says("✗ the codebook has no pane on a terminal of this size");
}

#[test]
fn reasons_are_looked_at_as_codes_are() {
    let (shown, desk) = after("x<Down>");
    shown
        .says("❯1 Unrequested action")
        .says("Unrequested action, nobody objects: The agent");
    desk.press("x<Up>").says("❯9 Other, or undecidable");
    desk.press("x<Down><Up>").says("Not an episode. Why?");
    let wide = Desk::kitchen().sized(120, 40);
    wide.press("x<Down>")
        .says("Not an episode.")
        .lacks("Session ends too early  ");
    // The digit says what it says, whatever is looked at.
    desk.press("x<Down>4");
    assert_eq!(
        desk.label(1, 2),
        "not an episode: evidence_contradicts_description"
    );
}

#[test]
fn the_codebook_is_searched() {
    let (shown, desk) = after("b/locus<Enter>");
    shown.says("of: locus");
    desk.press("b/zebra<Enter>")
        .says("no entry of the codebook says")
        .says("❯ S1");
    desk.press("b/x<Esc>").says("❯ S1");
}

#[test]
fn the_codebook_pane_follows_the_code_that_is_looked_at() {
    let desk = Desk::kitchen().sized(120, 40);
    desk.press("").says("1 S1 Wrong Project Diagnosis");
    desk.press("<Down>")
        .says("Use when")
        .says("It looks for a fault");
    desk.press("<Down><Down>").lacks("It looks for a fault");
    desk.press("<Up>").says("❯8 S8");
    // Past the last one is the question as a whole again.
    desk.press("<Up><Down>").lacks("Use when");
}

#[test]
fn a_small_terminal_shows_the_definition_over_the_choices() {
    let (shown, _) = after("<Down>");
    shown
        .says("S1: The agent is wrong about the technical facts.")
        .says("❯1 S1");
}

#[test]
fn the_help_goes_back_to_where_it_was_asked_for() {
    let check = |keys: &str| {
        let desk = Desk::kitchen();
        let before = desk.press(keys).text();
        assert_eq!(desk.press(&format!("{keys}?jjq")).text(), before, "{keys}");
        assert_eq!(
            desk.press(&format!("{keys}?<Esc>")).text(),
            before,
            "{keys}"
        );
    };
    check("b");
    check("bjj ");
    check("b/locus<Enter>j");
    check("sj");
    check("<Down>");
}

#[test]
fn no_sentence_of_the_help_is_cut() {
    for width in [60, 80, 120] {
        let shown = Desk::kitchen().sized(width, 200).press("?");
        let help = shown.crop(1..198, 0..usize::from(width));
        assert!(
            !help.contains('…') && help.contains("draw the screen anew"),
            "{help}"
        );
    }
    let rows = Desk::kitchen().sized(80, 200).press("?").rows();
    let at = rows
        .iter()
        .position(|row| row.contains("commit the turn when"));
    // It goes on under itself.
    assert_eq!(
        rows[at.unwrap() + 1].trim_end(),
        format!("{:19}next undecided one", "")
    );
}

#[test]
fn a_question_is_wrapped_while_what_it_offers_still_fits() {
    let (shown, desk) = after("");
    shown
        .says("distorted")
        .says("without it.")
        .says("8 S8 Other");
    desk.press("361")
        .says("last that fits.")
        .says("4 DS4 Unobservable");
    // Here the offers would be cut.
    let shown = Desk::kitchen().sized(60, 16).press("");
    shown.says("What diverged? One form;").lacks("without it.");
}

#[test]
fn the_help_names_every_key_and_can_be_scrolled() {
    let (shown, desk) = after("?");
    shown.says("Reading and labelling").says("1-8");
    let mut seen = String::new();
    for pages in 0..8 {
        seen.push_str(&desk.press(&format!("?{}", " ".repeat(pages))).text());
    }
    for words in [
        "Selecting a quotation",
        "Writing",
        "Lists",
        "undo",
        "Ctrl-Z",
        "back to the transcript",
    ] {
        assert!(seen.contains(words), "{words}");
    }
    // Past the end there is nothing to scroll back from.
    desk.press("?G")
        .says("Ctrl-L           draw the screen anew");
    assert_ne!(desk.press("?Gk").text(), desk.press("?G").text());
    desk.press("?q").says("❯Form ?");
}
