//! The last row says what the next keys do, and they do it.

use super::settling::differing;
use super::{Desk, KITCHEN, after};

#[test]
fn the_footer_says_what_the_keys_do_in_every_state() {
    let check = |keys: &str, expected: &str| {
        assert_eq!(after(keys).0.footer(), expected, "{keys}");
    };
    check(
        "",
        "1-8 form  x no episode  Down look at codes  d defer  n next  ? keys  q quit",
    );
    check(
        "3",
        "1-7 cause  , add a code  u undo  v quote  Down look at codes  ? keys  q quit",
    );
    check(
        "36",
        "1-3 evidence tier  u undo  v quote  Down look at codes  n next  ? keys  q quit",
    );
    check(
        "3712",
        "Enter commit  i new episode  u undo  v quote  n next  j down  ? keys  q quit",
    );
    check(
        "]",
        "a next undecided  i new episode  p mark  n next  j down  ? keys  q quit",
    );
    check(
        "<BackTab>",
        "Tab next question  x no episode  d defer  n next  j down  ? keys  q quit",
    );
    check(
        "3<BackTab><BackTab>",
        "Tab next question  u undo  v quote  n next  j down  z unfold  ? keys  q quit",
    );
    check(
        "x1N",
        "Enter next undecided  i new episode  u undo  v quote  n next  ? keys  q quit",
    );
    check("x", "1-9 why  Down look at reasons  q back");
    check("3o", "1-3 field  q back");
    check("3o2", "0-3 value  q back");
    check("m", "Enter take  Ctrl-J new line  Esc cancel");
    check("8", "Enter take  Esc cancel");
    check(
        "8<Esc>",
        "Enter write words  BackTab question before  u undo  v quote  ? keys  q quit",
    );
    check("/", "Enter take  Esc cancel");
    check(
        "v",
        "Enter take  j down  w word  b word back  v begin here  $ line end  q back",
    );
    check("b", "j down  k up  Space page  / search  q back");
    check("s", "Enter take  j down  k up  Space page  q back");
    check("?", "j down  Space page  q back");
}

#[test]
fn an_optional_question_says_that_it_can_be_passed_over() {
    let shown = Desk::of(&KITCHEN, "mast").sized(80, 24).press("1");
    let expected = "1-6 inter-agent misalignment  Enter pass on  ";
    assert!(shown.footer().starts_with(expected), "{}", shown.footer());
}

#[test]
fn the_footer_says_what_the_keys_do_while_settling() {
    let check = |keys: &str, expected: &str| {
        assert_eq!(differing().press(keys).footer(), expected, "{keys}");
    };
    // Whether there is an episode, whether it is one of its own, who is right about a field.
    check(
        "",
        "a/b is right  x no episode  h names  Enter next open  n next  ? keys  q quit",
    );
    check(
        "nn",
        "a/b is right  1-7 cause  + both  x no episode  h names  ? keys  q quit",
    );
    check("a", "1-4 why  Enter no reason  q back");
    check("x", "1-9 why  Down look at reasons  q back");
    check("x1", "1-4 why  Enter no reason  q back");
    check(
        "nna1nn",
        "Enter next open  o open again  x no episode  u undo  z unfold  ? keys  q quit",
    );
    check(
        "]]]",
        "Enter next open  n next  z unfold  B codebook  ? keys  q quit",
    );
    check("m", "Enter take  Ctrl-J new line  Esc cancel");
}

/// Gives the keys that the last row names, as they are written in these tests: of a range of digits the first.
fn keys(footer: &str) -> Vec<String> {
    let key = |pair: &str| {
        let key = pair.split(' ').next().unwrap();
        match key {
            "Space" => " ".to_owned(),
            key if key.contains('-') && !key.contains("Ctrl") => key[..1].to_owned(),
            key if key.chars().count() > 1 => format!("<{key}>"),
            key => key.to_owned(),
        }
    };
    // There is nothing folded in the kitchen.
    footer
        .split("  ")
        .flat_map(|pair| match pair.split_once(" is right") {
            // The keys of the sides stand in one.
            Some((sides, _)) => sides.split('/').map(str::to_owned).collect(),
            None => vec![key(pair)],
        })
        .filter(|key| key != "z")
        .collect()
}

/// Checks that each key of the last row does something, and is not refused.
fn each_key_works(state: &str, fresh: impl Fn() -> Desk) {
    let before = fresh().press(state);
    for key in keys(&before.footer()) {
        let after = fresh().press(&format!("{state}{key}"));
        assert!(
            !after.status().starts_with('✗'),
            "{state} {key}: {}",
            after.status()
        );
        let stays = (&after.cells, after.cursor) == (&before.cells, before.cursor);
        assert!(after.quit || !stays, "{state}: {key} does nothing");
    }
}

#[test]
fn every_key_of_the_footer_works() {
    // Rows, so that the cursor is neither at the first nor at the last of anything.
    for state in [
        "n",
        "3",
        "36",
        "3712",
        "]",
        "x",
        "x<Down>",
        "3o",
        "3o2",
        "nnvbb",
        "bj",
        "?",
        "3712<Enter>N",
        "x1N",
        "<BackTab>",
        "3<BackTab><BackTab>",
        "8<Esc>",
        "mwords",
        "/photos",
    ] {
        each_key_works(state, || Desk::kitchen().sized(120, 40));
    }
    each_key_works("sj", Desk::demo);
}

#[test]
fn every_key_of_the_footer_works_while_settling() {
    for state in [
        "", "nn", "a", "x", "x1", "na1N", "nna1nn", "a1u]", "?", "Bj",
    ] {
        each_key_works(state, || differing().sized(120, 40));
    }
}

#[test]
fn the_footer_keeps_help_and_the_way_out_on_the_smallest_terminal() {
    let shown = Desk::kitchen().sized(60, 16).press("36");
    assert!(
        shown.footer().ends_with("? keys  q quit"),
        "{}",
        shown.footer()
    );
}
