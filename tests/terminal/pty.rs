//! A pseudo-terminal with a program on one end and a screen on the other.

use std::fmt::Debug;
use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

/// How long a step may take before the test gives up; never how long it takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the program writes after each frame: the end of a synchronized update.
const END_OF_FRAME: &[u8] = b"\x1b[?2026l";

/// What has come out of the terminal so far.
struct Output {
    bytes: Vec<u8>,
    screen: vt100::Parser,
    ended: bool,
}

/// A program on a terminal.
pub(super) struct Pty {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    output: Arc<(Mutex<Output>, Condvar)>,
    reader: JoinHandle<()>,
    modes: String,
}

/// What a program left behind.
pub(super) struct Left {
    pub(super) status: ExitStatus,
    /// Everything that it wrote.
    pub(super) bytes: Vec<u8>,
    pub(super) screen: vt100::Screen,
    /// Whether line discipline, echo and signals are as they were before.
    pub(super) modes_are_back: bool,
}

impl Pty {
    pub(super) fn start(
        program: &str,
        args: &[String],
        home: &Path,
        variables: &[(&str, &str)],
    ) -> Pty {
        let (rows, cols) = (24, 80);
        let size = PtySize {
            rows,
            cols,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let modes = modes(pair.master.as_ref());
        let mut command = CommandBuilder::new(program);
        command.args(args);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.env("HOME", home);
        for (name, value) in variables {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        // Only the program may hold the other end, or its end would not be noticed.
        drop(pair.slave);
        let sides = [rows, cols].map(|side| NonZero::new(side).unwrap());
        let screen = vt100::Parser::new(sides[0], sides[1], 0);
        let output = Output {
            bytes: Vec::new(),
            screen,
            ended: false,
        };
        let output = Arc::new((Mutex::new(output), Condvar::new()));
        let reader = read(pair.master.try_clone_reader().unwrap(), Arc::clone(&output));
        let keys = pair.master.take_writer().unwrap();
        Pty {
            child,
            master: pair.master,
            keys,
            output,
            reader,
            modes,
        }
    }

    /// Waits until the screen says some words.
    #[track_caller]
    pub(super) fn wait(&self, words: &str) -> &Pty {
        self.wait_until(words, |screen| screen.contents().contains(words))
    }

    #[track_caller]
    pub(super) fn wait_until(&self, what: &str, check: impl Fn(&vt100::Screen) -> bool) -> &Pty {
        self.wait_for(what, |output| check(output.screen.screen()))
    }

    #[track_caller]
    fn wait_for(&self, what: &str, check: impl Fn(&Output) -> bool) -> &Pty {
        let (lock, changed) = &*self.output;
        let deadline = Instant::now() + PATIENCE;
        let mut output = lock.lock().unwrap();
        while !check(&output) {
            let left = deadline.saturating_duration_since(Instant::now());
            let shown = output.screen.screen().contents();
            assert!(!output.ended, "the program ended before {what:?}:\n{shown}");
            assert!(left > Duration::ZERO, "{what:?} has not come:\n{shown}");
            output = changed.wait_timeout(output, left).unwrap().0;
        }
        self
    }

    /// Waits until the last thing that was written is the end of a frame, and gives the screen then.
    #[track_caller]
    pub(super) fn frame<T>(&self, look: impl Fn(&vt100::Screen) -> T) -> T {
        self.wait_for("the end of a frame", |output| {
            output.bytes.ends_with(END_OF_FRAME)
        });
        self.look(look)
    }

    pub(super) fn press(&mut self, keys: &str) -> &Pty {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
        self
    }

    pub(super) fn signal(&self, signal: Signal) {
        let id = self
            .child
            .process_id()
            .and_then(|id| i32::try_from(id).ok());
        kill_process(id.and_then(Pid::from_raw).unwrap(), signal).unwrap();
    }

    pub(super) fn look<T>(&self, look: impl FnOnce(&vt100::Screen) -> T) -> T {
        look(self.output.0.lock().unwrap().screen.screen())
    }

    /// Counts the bytes that have come so far.
    pub(super) fn written(&self) -> usize {
        self.output.0.lock().unwrap().bytes.len()
    }

    /// Waits for the program's end, and for the last byte that it wrote.
    pub(super) fn end(mut self) -> Left {
        let status = self.child.wait().unwrap();
        let modes_are_back = modes(self.master.as_ref()) == self.modes;
        // What it wrote last may still be on its way after its end.
        self.reader.join().unwrap();
        let output = self.output.0.lock().unwrap();
        let screen = output.screen.screen().clone();
        Left {
            status,
            bytes: output.bytes.clone(),
            screen,
            modes_are_back,
        }
    }
}

impl Left {
    /// Checks that the terminal is as a shell would want it.
    #[track_caller]
    pub(super) fn is_sane(&self) {
        assert!(
            !self.screen.alternate_screen(),
            "still on the alternate screen"
        );
        assert!(!self.screen.hide_cursor(), "the cursor is hidden");
        assert!(!self.screen.bracketed_paste(), "bracketed paste is on");
        assert!(!self.screen.application_keypad() && !self.screen.application_cursor());
        assert!(
            self.modes_are_back,
            "the line discipline is not what it was"
        );
        let (begun, ended) = (b"\x1b[?2026h", END_OF_FRAME);
        assert!(
            self.last(begun) < self.last(ended),
            "a synchronized update is open"
        );
    }

    /// Checks that the terminal was asked nothing: answers come late, and into somebody else's input.
    #[track_caller]
    pub(super) fn asked_nothing(&self) {
        let questions: [&[u8]; 9] = [
            b"\x1b[6n",
            b"\x1b[5n",
            b"\x1b[c",
            b"\x1b[0c",
            b"\x1b[>",
            b"\x1b[?u",
            b"\x1b]10;?",
            b"\x1b]11;?",
            b"\x1bP",
        ];
        for question in questions {
            assert_eq!(self.last(question), None, "{}", question.escape_ascii());
        }
    }

    fn last(&self, sequence: &[u8]) -> Option<usize> {
        self.bytes
            .windows(sequence.len())
            .rposition(|window| window == sequence)
    }
}

/// Gives the modes of the line discipline, to be compared.
fn modes(master: &dyn MasterPty) -> String {
    describe(&master.get_termios())
}

fn describe(modes: &impl Debug) -> String {
    format!("{modes:?}")
}

fn read(mut from: Box<dyn Read + Send>, output: Arc<(Mutex<Output>, Condvar)>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        loop {
            // A terminal whose program has ended gives an error, not an end.
            let count = from.read(&mut buffer).unwrap_or(0);
            let mut output_now = output.0.lock().unwrap();
            output_now.bytes.extend_from_slice(&buffer[..count]);
            output_now.screen.process(&buffer[..count]);
            output_now.ended = count == 0;
            output.1.notify_all();
            if count == 0 {
                return;
            }
        }
    })
}
