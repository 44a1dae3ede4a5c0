//! Transcripts that try to write on the terminal: everything in them is shown, nothing obeyed.

use super::random::shows_everything;
use super::{Desk, transcript};

/// Erases the screen, fills the clipboard, names the window, links elsewhere, asks for an answer; in seven and in
/// eight bits, and one that never ends.
const SEQUENCES: &str = "\u{1b}[2J\u{1b}]52;c;aGVsbG8=\u{7}\u{1b}]0;title\u{7}\u{1b}]8;;http://x\u{1b}\\\u{1b}[6n\u{1b}c\u{9b}31m\u{9d}0;x\u{9c}\u{1b}]0;";
/// Turns the direction, hides, and says something in tags.
const INVISIBLE: &str = "a\u{202e}b\u{2066}c\u{200b}d\u{feff}e\u{e0041}\u{e007f}f\u{ad}g\u{2028}h\u{0}i\u{7f}j\u{8}k\rl";

/// A session whose every text is hostile, and behind it one in bytes that are no text.
pub(super) fn desk() -> Desk {
    let long = "never ends ".repeat(200_000);
    let pushback = format!("No, that's wrong. {SEQUENCES} {INVISIBLE}");
    let fence = format!(
        "```rust\n{SEQUENCES}\n{INVISIBLE}\n```\n\n| {SEQUENCES} | b |\n|---|---|\n| c | d |\n"
    );
    let turns = [
        SEQUENCES,
        INVISIBLE,
        &pushback,
        &fence,
        "No, not that either.",
        &long,
        "Stop. That is still wrong.",
    ];
    let first = transcript(1, &turns).into_bytes();
    Desk::of_bytes([first, broken()], "misalignment")
}

/// Bytes that are no UTF-8, two records on one line, and one that breaks off.
fn broken() -> Vec<u8> {
    let good = transcript(
        2,
        &[
            "Clean the jars.",
            "Cleaned.",
            "No, that's wrong. AAAA",
            "Oh.",
        ],
    );
    let mut lines: Vec<String> = good.lines().map(str::to_owned).collect();
    let glued = lines.remove(1) + &lines.remove(1);
    lines.insert(1, glued);
    let mut bytes = lines.join("\n").into_bytes();
    let at = bytes.windows(4).position(|four| four == b"AAAA").unwrap();
    bytes.splice(at..at + 4, [0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80, b'!']);
    bytes.extend_from_slice(b"\n{\"type\":\"user\",\"message\":{\"role\":\"us");
    bytes
}

#[test]
fn everything_hidden_is_shown_as_a_sign_on_every_screen() {
    let desk = desk();
    let pages = " ".repeat(12);
    let keys = [
        pages.as_str(),
        "g",
        "GGkkk",
        "n",
        "'",
        "s",
        "sj<Enter>",
        "x",
        "x1",
        "36112<Enter>",
        "r",
        "b",
        "?",
        "jv",
        "e",
        "fwrong<Enter>",
        "/never<Enter>",
        "f\u{1b}<Enter>",
        "m\u{202e}\u{9b}<Enter>",
        "m",
        "8",
        "<60x16>",
        "<200x50>",
        "<30x4>",
    ];
    for keys in keys {
        desk.watch(&super::script(keys), shows_everything);
        shows_everything(&desk.press(keys));
    }
}

#[test]
fn what_would_be_obeyed_can_be_read() {
    let desk = desk().sized(120, 40);
    let shown = desk.press("/never ends<Enter>.");
    for sign in [
        "␛[2J␛]52;c;aGVsbG8=␇",
        "<009B>31m",
        "a<202E>b<2066>c<200B>d<FEFF>e<E0041>",
    ] {
        let text: String = shown
            .text()
            .lines()
            .map(|row| row.trim_start_matches('▌').trim())
            .collect();
        assert!(text.contains(sign), "{sign}\n{}", shown.text());
    }
}

#[test]
fn a_hostile_quotation_is_stored_as_it_stands() {
    let (desk, mut taken) = (desk(), None);
    desk.press("e");
    for episode in &desk.decisions()[&(1, 2)].episodes {
        taken = episode.evidence.first().cloned();
    }
    assert_eq!(
        taken.unwrap().text,
        format!("No, that's wrong. {SEQUENCES} {INVISIBLE}")
    );
}

#[test]
fn glued_records_and_broken_bytes_are_read_as_far_as_they_go() {
    let shown = desk().sized(120, 40).press("}");
    shown
        .says("2/2 Clean the jars.")
        .says("── D2 · undecided")
        .says("No, that's wrong.")
        .says("Cleaned.");
}
