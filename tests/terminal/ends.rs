//! The ways in which a sitting ends or pauses from outside.

use rustix::process::Signal;

use super::{Demo, Pty};

#[test]
fn a_signal_leaves_the_terminal_sane_and_every_key_stored() {
    let signals = [
        (Signal::HUP, 129),
        (Signal::INT, 130),
        (Signal::QUIT, 131),
        (Signal::TERM, 143),
    ];
    for (signal, code) in signals {
        let demo = Demo::new();
        let mut pty = demo.open();
        pty.wait("What diverged?");
        pty.press("36").wait("Evidence tier of C6?");
        pty.signal(signal);
        let left = pty.end();
        assert_eq!(left.status.exit_code(), code, "{signal:?}");
        left.is_sane();
        left.asked_nothing();
        assert_eq!(
            demo.first_decision().episodes[0].fields.len(),
            2,
            "{signal:?}"
        );
    }
}

#[test]
fn the_background_gives_the_terminal_back_for_a_while() {
    let demo = Demo::new();
    // A program is only stopped where somebody is there to continue it: a shell with job control.
    let program = env!("CARGO_BIN_EXE_pushback");
    let folder = demo.folder.path().display();
    let script = format!(
        "set -m; '{program}' demo '{folder}'; echo now in the shell; read line; fg; echo all done"
    );
    let args = ["-c".to_owned(), script];
    let mut pty = Pty::start(
        "/bin/sh",
        &args,
        demo.folder.path(),
        &[("PATH", "/bin:/usr/bin")],
    );
    pty.wait("What diverged?");
    pty.press("36").wait("Evidence tier of C6?");
    pty.press("\u{1a}").wait("now in the shell");
    pty.look(|screen| {
        assert!(!screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste());
    });
    pty.press("\r").wait("Evidence tier of C6?");
    pty.press("1").wait("How much harm?");
    pty.press("q").wait("all done");
    let left = pty.end();
    assert!(left.status.success());
    left.is_sane();
    left.asked_nothing();
}
