//! The last row says what the next keys do, and they do it.

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
fn no_key_of_the_footer_is_refused() {
    // Rows, so that the cursor is neither at the first nor at the last of anything.
    for state in [
        "n",
        "3",
        "36",
        "3712",
        "]",
        "x",
        "3o",
        "3o2",
        "v",
        "b",
        "s",
        "?",
        "3712<Enter>N",
    ] {
        let shown = Desk::kitchen().sized(120, 40).press(state);
        for pair in shown.footer().split("  ") {
            let key = pair.split(' ').next().unwrap();
            let pressed = match key {
                key if key.contains('-') && !key.contains("Ctrl") => &key[..1],
                "Space" => " ",
                key => key,
            };
            // There is nothing folded in the kitchen.
            if pressed == "z" {
                continue;
            }
            let name = if pressed.chars().count() > 1 {
                format!("<{pressed}>")
            } else {
                pressed.to_owned()
            };
            let after = Desk::kitchen()
                .sized(120, 40)
                .press(&format!("{state}{name}"));
            assert!(
                !after.status().starts_with('✗'),
                "{state} {key}: {}",
                after.status()
            );
        }
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
