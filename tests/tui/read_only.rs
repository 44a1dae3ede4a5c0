//! A study that somebody else has open: everything can be read, nothing labelled, and the reason is said.

use super::{Desk, after};

fn read_only(desk: Desk) -> Desk {
    let why = Some("in use by ida on node3".to_owned());
    Desk {
        read_only: why,
        ..desk
    }
}

#[test]
fn every_key_that_would_label_is_refused_with_the_reason() {
    let (_, desk) = after("3712<Enter>36112i3e");
    let desk = read_only(desk);
    let rows = desk.rows();
    let keys = [
        "5", "x1", "i", "X", "p", "m", "d", "c", "e", "E", "jv", "u", "U", "o1", "o21", "Nc", "Nx",
        "]3", "]i",
    ];
    for key in keys {
        let shown = desk.press(key);
        assert_eq!(
            shown.status(),
            "✗ read only: in use by ida on node3",
            "{key}"
        );
        assert_eq!(desk.rows(), rows, "{key}");
    }
}

#[test]
fn the_reason_is_shown_from_the_start() {
    let desk = read_only(Desk::kitchen());
    desk.press("").says("  read only: in use by ida on node3");
}

#[test]
fn everything_can_be_read() {
    let desk = read_only(after("3712<Enter>").1);
    desk.press("N").says("S3 C7 DS1 RS1 RV2");
    desk.press("n").says("── D5");
    desk.press("/soups<Enter>").says("of 2: soups");
    desk.press("fasked<Enter><Enter>").says("── D4");
    desk.press("r<Enter>")
        .says("── D2 · episode 1 of 1 · committed");
    desk.press("s<Down><Enter>").says("2/2 Print");
    desk.press("b").says("❯ S1");
    assert!(desk.press("q").quit);
}

#[test]
fn reading_does_not_move_the_writer_s_place() {
    let (_, desk) = after("3q");
    let cursor = desk.cursor();
    let desk = read_only(desk);
    desk.press("nn}<Tab>");
    assert_eq!(desk.cursor(), cursor);
}
