//! The program is killed without a warning: whatever the screen had shown is there again.

use rustix::process::Signal;

use super::{Demo, Pty};

/// The keys of an episode, and what the row of codes says after each.
const KEYS: [(&str, &str); 6] = [
    ("3", "Form S3  ❯Cause ?  Severity ·  Status ·"),
    ("6", "Form S3  ❯Cause C6  Severity ·  Status ·"),
    ("1", "Form S3  Cause C6 direct  ❯Severity ?  Status ·"),
    (
        "2",
        "Form S3  Cause C6 direct  Severity DS2  ❯Locus ?  Status ·",
    ),
    (
        "1",
        "Form S3  Cause C6 direct  Severity DS2  Locus DL1  ❯Status ?",
    ),
    (
        "2",
        "Form S3  Cause C6 direct  Severity DS2  Locus DL1  Status RS1  Resolver RV2",
    ),
];
const BEFORE: &str = "❯Form ?  Cause ·  Severity ·  Status ·";

/// Finds how many keys a screen shows.
fn keys_shown(screen: &vt100::Screen) -> Option<usize> {
    let contents = screen.contents();
    let shows = |row: &str| contents.lines().any(|line| line.trim_end() == row);
    let after = KEYS
        .iter()
        .rposition(|(_, row)| shows(row))
        .map(|at| at + 1);
    after.or_else(|| shows(BEFORE).then_some(0))
}

fn press_and_wait(pty: &mut Pty, count: usize) {
    for (at, (key, _)) in KEYS[..count].iter().enumerate() {
        pty.press(key)
            .wait_until(key, |screen| keys_shown(screen) == Some(at + 1));
    }
}

#[test]
fn every_key_that_was_shown_is_there_after_a_kill() {
    for count in 0..=KEYS.len() {
        let demo = Demo::new();
        let mut pty = demo.open();
        pty.wait("What diverged?");
        press_and_wait(&mut pty, count);
        let place = pty.frame(vt100::Screen::cursor_position);
        pty.signal(Signal::KILL);
        pty.end();
        let mut again = demo.open();
        again.wait_until("the form", |screen| keys_shown(screen) == Some(count));
        assert_eq!(
            again.frame(vt100::Screen::cursor_position),
            place,
            "after {count} keys"
        );
        again.press("q");
        again.end().is_sane();
    }
}

#[test]
fn a_kill_in_the_middle_of_keys_loses_none_that_was_shown() {
    for count in 0..KEYS.len() {
        let demo = Demo::new();
        let mut pty = demo.open();
        pty.wait("What diverged?");
        press_and_wait(&mut pty, count);
        // The rest is typed blindly, and the kill comes somewhere in it.
        let rest: String = KEYS[count..].iter().map(|(key, _)| *key).collect();
        pty.press(&rest);
        pty.signal(Signal::KILL);
        let left = pty.end();
        let shown = keys_shown(&left.screen).unwrap_or(count).max(count);
        let mut again = demo.open();
        again.wait_until("the form", |screen| keys_shown(screen).is_some());
        let stored = again.look(keys_shown).unwrap();
        assert!(
            stored >= shown,
            "{stored} keys are stored of {shown} that were shown"
        );
        again.press("q");
        again.end().is_sane();
        demo.first_decision();
    }
}
