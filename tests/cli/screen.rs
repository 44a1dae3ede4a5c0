//! The program on a real terminal, as far as the command line decides what happens there.

use std::io::{Read, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use super::Desk;

const PATIENCE: Duration = Duration::from_secs(30);

/// Runs the program on a terminal of 80 by 24, types `q` as soon as it has drawn, and gives every byte that it sent and
/// its exit code.
pub(super) fn on_terminal(desk: &Desk, words: &str, environment: &[(&str, &str)]) -> (String, u32) {
    let size = PtySize {
        rows: 24,
        cols: 80,
        pixel_width: 0,
        pixel_height: 0,
    };
    let pty = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new(assert_cmd::cargo::cargo_bin!("pushback"));
    command.env_clear();
    command.cwd(desk.folder.path());
    command.args(words.split(' '));
    for (name, value) in desk.environment() {
        command.env(name, value);
    }
    for (name, value) in environment {
        command.env(name, value);
    }
    let mut child = pty.slave.spawn_command(command).unwrap();
    drop(pty.slave);
    let mut reader = pty.master.try_clone_reader().unwrap();
    let mut writer = pty.master.take_writer().unwrap();
    let sent = Arc::new(Mutex::new(Vec::new()));
    let filled = Arc::clone(&sent);
    let reading = std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = reader.read(&mut buffer) {
            filled.lock().unwrap().extend_from_slice(&buffer[..count]);
        }
    });
    let begun = Instant::now();
    let mut asked = false;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        let has_drawn = sent
            .lock()
            .unwrap()
            .windows(8)
            .any(|bytes| bytes == b"\x1b[?2026l");
        if has_drawn && !asked {
            writer.write_all(b"q").unwrap();
            asked = true;
        }
        if begun.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!(
                "the program did not end: {}",
                String::from_utf8_lossy(&sent.lock().unwrap())
            );
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    drop((writer, pty.master));
    reading.join().unwrap();
    let sent = sent.lock().unwrap();
    (
        String::from_utf8_lossy(&sent).into_owned(),
        status.exit_code(),
    )
}

/// Tells whether a stream sets a colour.
fn has_colour(sent: &str) -> bool {
    let orders = sent.split("\u{1b}[").skip(1);
    let mut styles = orders.filter_map(|order| order.split_once('m').map(|(numbers, _)| numbers));
    styles.any(|numbers| {
        numbers
            .split(';')
            .any(|number| matches!(number.parse(), Ok(30..=38 | 40..=48 | 90..=97 | 100..=107)))
    })
}

#[test]
fn a_study_alone_means_label() {
    let desk = Desk::new();
    desk.study("s.db");
    let (sent, code) = on_terminal(&desk, "s.db --coder anna", &[]);
    assert_eq!(code, 0, "{sent}");
    assert!(
        sent.contains("\u{1b}[?1049h") && sent.contains("\u{1b}[?1049l"),
        "{sent}"
    );
    let status = desk.run("status s.db").done();
    assert!(status.contains("anna (human): 0 of 43"), "{status}");
    let (_, code) = on_terminal(&desk, "label s.db", &[]);
    assert_eq!(code, 0, "the only coder of a study needs no name");
}

#[test]
fn the_demo_opens_what_it_makes() {
    let desk = Desk::new();
    let (sent, code) = on_terminal(&desk, "demo", &[]);
    assert_eq!(code, 0, "{sent}");
    assert!(has_colour(&sent));
}

#[test]
fn no_colour_is_sent_where_none_is_wanted() {
    let desk = Desk::new();
    desk.study("s.db");
    for (words, environment) in [
        ("s.db --coder anna", &[("NO_COLOR", "1")][..]),
        ("s.db --coder anna --theme mono", &[]),
    ] {
        let (sent, code) = on_terminal(&desk, words, environment);
        assert_eq!(code, 0, "{sent}");
        assert!(!has_colour(&sent), "{words}: {sent:?}");
    }
}

#[test]
fn a_dumb_terminal_is_told_so() {
    let desk = Desk::new();
    desk.study("s.db");
    for call in ["label s.db --coder anna", "demo"] {
        let (sent, code) = on_terminal(&desk, call, &[("TERM", "dumb")]);
        assert_eq!(code, 1);
        assert!(
            sent.contains("error: the terminal says that it is dumb (TERM=dumb)"),
            "{sent}"
        );
        assert!(
            sent.contains(
                "hint: set TERM to what the terminal is, for example TERM=xterm-256color"
            ),
            "{sent}"
        );
        assert!(!sent.contains('\u{1b}'), "{sent:?}");
    }
}

#[test]
fn what_is_printed_to_a_terminal_is_only_shown() {
    let desk = Desk::new();
    let text = std::fs::read_to_string(super::repository("codebook/mast.toml")).unwrap();
    desk.write("own.toml", text.replacen("MAST", "MAST\u{9b}31m", 1));
    let (sent, _) = on_terminal(&desk, "codebook show own.toml --toml", &[]);
    assert!(!sent.contains('\u{9b}'), "{sent:?}");
}
