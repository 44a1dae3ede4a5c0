//! The real terminal: raw mode and alternate screen, and the way back out of them, whatever happens.

use std::cell::RefCell;
use std::io::{self, IsTerminal, Write};
use std::rc::Rc;
use std::sync::{Once, mpsc};
use std::time::Duration;

use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::style::force_color_output;
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
};
use crossterm::{cursor, execute, queue, terminal};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use rustix::event::{PollFd, PollFlags, Timespec};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};

use super::{Input, Pause};

/// Why there is no terminal to draw on.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    /// Input or output is a file or a pipe.
    #[error("this needs a terminal: {0} is not one")]
    NotATerminal(&'static str),
    /// The terminal cannot move its cursor.
    #[error("the terminal says that it is dumb (TERM={0})")]
    Dumb(String),
    /// The system refused.
    #[error("cannot prepare the terminal")]
    Prepare(#[source] io::Error),
}

/// What is drawn on.
pub type Screen = Terminal<CrosstermBackend<Out>>;

/// Prepares the terminal, runs something on it, and leaves it as it was, also after an error or a panic.
///
/// `plain` says that no colours are wanted (`NO_COLOR`): the attributes still are, and crossterm would drop them.
///
/// # Errors
///
/// [`TerminalError`] where there is no terminal to draw on.
pub fn with_terminal<T>(
    plain: bool,
    work: impl FnOnce(&mut Screen, &mut dyn FnMut(Option<Pause>) -> Option<io::Result<Input>>) -> T,
) -> Result<T, TerminalError> {
    check_terminal()?;
    if plain {
        force_color_output(true);
    }
    guard().map_err(TerminalError::Prepare)?;
    restore_on_panic();
    let _restore = Restore;
    enter().map_err(TerminalError::Prepare)?;
    let frame = Rc::new(RefCell::new(Vec::with_capacity(16 * 1024)));
    let out = Out {
        frame: Rc::clone(&frame),
    };
    let mut screen = Terminal::new(CrosstermBackend::new(out)).map_err(TerminalError::Prepare)?;
    let mut next = |pause| {
        let sent = send(&mut frame.borrow_mut());
        Some(sent.and_then(|()| next(pause)))
    };
    Ok(work(&mut screen, &mut next))
}

/// Tells whether there is a terminal to draw on, without touching it.
///
/// # Errors
///
/// [`TerminalError`] that says what is missing.
pub fn check_terminal() -> Result<(), TerminalError> {
    if !io::stdin().is_terminal() {
        return Err(TerminalError::NotATerminal("the input"));
    }
    if !io::stdout().is_terminal() {
        return Err(TerminalError::NotATerminal("the output"));
    }
    let kind = std::env::var("TERM").unwrap_or_default();
    if kind == "dumb" || kind.is_empty() {
        return Err(TerminalError::Dumb(kind));
    }
    Ok(())
}

/// Gives the next input. Pauses first where that is asked for.
fn next(pause: Option<Pause>) -> io::Result<Input> {
    if pause == Some(Pause::Suspend) {
        return suspend().map(|()| Input::Resumed);
    }
    let event = crossterm::event::read();
    // Held keys must not queue up frames: a frame is drawn when nothing else is waiting.
    let more = crossterm::event::poll(Duration::ZERO).unwrap_or(false);
    event.map(if more { Input::Hurried } else { Input::Event })
}

fn enter() -> io::Result<()> {
    terminal::enable_raw_mode()?;
    execute!(
        io::stdout(),
        EnterAlternateScreen,
        EnableBracketedPaste,
        cursor::Hide
    )
}

fn leave() {
    // Nothing can be done about a terminal that is gone. The modes first: they wait for nobody to read.
    let _ = terminal::disable_raw_mode();
    let _ = execute!(
        io::stdout(),
        EndSynchronizedUpdate,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        cursor::Show
    );
}

struct Restore;

impl Drop for Restore {
    fn drop(&mut self) {
        leave();
    }
}

fn restore_on_panic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            leave();
            before(panic);
        }));
    });
}

/// Stops the program until it is wanted again, with the terminal as it was.
fn suspend() -> io::Result<()> {
    leave();
    rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TSTP)?;
    enter()
}

/// Ends the program when the terminal hangs up or somebody asks for it.
///
/// Every label is already in the file then. On threads of their own: a read from a terminal that is gone may
/// never return.
fn guard() -> io::Result<()> {
    let mut signals = signal_hook::iterator::Signals::new([SIGHUP, SIGTERM, SIGINT, SIGQUIT])?;
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            // A terminal that takes no bytes any more must not hold up the end.
            let (done, left) = mpsc::channel();
            std::thread::spawn(move || {
                leave();
                let _ = done.send(());
            });
            let _ = left.recv_timeout(Duration::from_millis(500));
            std::process::exit(128 + signal);
        }
    });
    std::thread::spawn(|| {
        let stdin = io::stdin();
        loop {
            let mut watched = [PollFd::new(&stdin, PollFlags::empty())];
            let _ = rustix::event::poll(
                &mut watched,
                Some(&Timespec {
                    tv_sec: 2,
                    tv_nsec: 0,
                }),
            );
            if watched[0]
                .revents()
                .intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL)
            {
                std::process::exit(128 + SIGHUP);
            }
        }
    });
    Ok(())
}

/// Standard output that hands each frame over whole, so that a slow line never shows half of one.
///
/// Those who draw flush several times within a frame: after the cells, after showing the cursor, after moving it.
/// Nothing goes out before all of that is done and the next input is waited for.
pub struct Out {
    frame: Rc<RefCell<Vec<u8>>>,
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut frame = self.frame.borrow_mut();
        if frame.is_empty() {
            queue!(frame, BeginSynchronizedUpdate)?;
        }
        frame.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Sends the frame that was drawn, if any.
fn send(frame: &mut Vec<u8>) -> io::Result<()> {
    if frame.is_empty() {
        return Ok(());
    }
    queue!(frame, EndSynchronizedUpdate)?;
    let mut stdout = io::stdout().lock();
    stdout.write_all(frame)?;
    frame.clear();
    stdout.flush()
}
