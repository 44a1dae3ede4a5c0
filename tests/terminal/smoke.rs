//! From the start to the end of a sitting.

use super::{Demo, Pty};

#[test]
fn an_episode_is_labelled_and_the_terminal_is_left_as_it_was() {
    // The first start makes the study itself.
    let demo = Demo {
        folder: tempfile::tempdir().unwrap(),
    };
    let mut pty = demo.open();
    pty.wait("What diverged?");
    pty.look(|screen| assert!(screen.alternate_screen() && screen.bracketed_paste()));
    pty.press("36112\r").wait("D2 committed");
    pty.press("q");
    let left = pty.end();
    assert!(left.status.success(), "{:?}", left.status);
    left.is_sane();
    left.asked_nothing();
    // What was printed before the program took the screen is there again.
    assert!(
        left.screen.contents().contains("made "),
        "{}",
        left.screen.contents()
    );
    let decision = demo.first_decision();
    assert!(decision.verdict.is_some(), "{decision:?}");
}

#[test]
fn everything_that_can_be_opened_asks_the_terminal_nothing() {
    let demo = Demo::new();
    let mut pty = demo.open();
    pty.wait("What diverged?");
    pty.press("b").wait("Use when");
    pty.press("q").wait("What diverged?");
    pty.press("?").wait("Reading and labelling");
    pty.press("q").wait("What diverged?");
    // Ctrl-L draws everything anew, which is where a query would be.
    pty.press("\u{c}3").wait("Why did it diverge?");
    pty.press("mwords\r").wait("memo stored");
    pty.press("q");
    let left = pty.end();
    left.is_sane();
    left.asked_nothing();
}

#[test]
fn a_pasted_text_labels_nothing() {
    let demo = Demo::new();
    let mut pty = demo.open();
    pty.wait("What diverged?");
    pty.press("\u{1b}[200~36112\rq\u{1b}[201~")
        .wait("pasted text is ignored here");
    pty.press("q");
    assert!(pty.end().status.success());
    assert!(demo.first_decision().episodes.is_empty());
}

#[test]
fn without_colour_bold_and_reverse_are_still_there() {
    let demo = Demo::new();
    let mut pty = demo.open_with(&[("NO_COLOR", "1")]);
    pty.wait("What diverged?");
    pty.press("v").wait("begin here");
    let (bold, reverse) = pty.look(|screen| {
        let cells = || (0..24).flat_map(|y| (0..80).filter_map(move |x| screen.cell(y, x)));
        let coloured = |cell: &&vt100::Cell| {
            (cell.fgcolor(), cell.bgcolor()) != (vt100::Color::Default, vt100::Color::Default)
        };
        assert_eq!(cells().find(coloured), None);
        (
            cells().filter(|cell| cell.bold()).count(),
            cells().filter(|cell| cell.inverse()).count(),
        )
    });
    // The selected row, and keys and names.
    assert!(
        reverse > 40 && bold > 20,
        "{bold} bold and {reverse} reversed cells"
    );
    pty.press("\u{3}").wait("What diverged?");
    pty.press("q");
    pty.end().is_sane();
}

#[test]
fn a_cursor_key_writes_little() {
    let demo = Demo::new();
    let mut pty = demo.open();
    pty.wait("S1 Wrong Project Diagnosis");
    let bytes = |pty: &mut Pty, keys: &str, words: &str| {
        let before = pty.written();
        pty.press(keys).wait(words);
        pty.written() - before
    };
    let look = bytes(&mut pty, "\u{1b}[B", "S1: The agent is wrong");
    let next = bytes(&mut pty, "\u{1b}[B", "S2: ");
    let row = bytes(&mut pty, "j", "❯ I said no float");
    println!("look at a code: {look} bytes, at the next: {next}, one row down: {row}");
    pty.press("q");
    pty.end().is_sane();
}
