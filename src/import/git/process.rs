//! Runs git so that nothing in the repository can make it run something else.

use std::env;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tempfile::SpooledTempFile;

use super::Error;

/// How long git may say nothing, in seconds.
const PATIENCE: i64 = 30;
/// How long a list may be: a repository can be made to list more than any disk holds.
const LIST: u64 = 256 << 20;
/// How much of a file is kept in memory; longer ones go to a file without a name.
const MEMORY: usize = 8 << 20;
/// How long the line before a file's bytes may be.
const LINE: u64 = 256;

/// Variables that keep git from everything but reading.
const VARIABLES: [(&str, &str); 7] = [
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    // A repository can say that its objects are elsewhere, and how to fetch them.
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_ALLOW_PROTOCOL", ""),
    ("LC_ALL", "C"),
];
/// Settings of which the repository's own would start a program.
const SETTINGS: [&str; 3] = [
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "protocol.allow=never",
];

/// Gives what git says to some arguments.
pub(super) fn text(folder: &Path, arguments: &[&str]) -> Result<String, Error> {
    let bytes = bytes(folder, arguments)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Gives what git says to some arguments, as bytes.
pub(super) fn bytes(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, Error> {
    // Kept in a file: a pipe that nobody empties would hold git up.
    let mut complaints = tempfile::tempfile()?;
    let mut command = command(folder)?;
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(complaints.try_clone()?);
    let mut running = Running::start(&mut command)?;
    let mut said = Vec::new();
    let output = running.output()?;
    output.take(LIST + 1).read_to_end(&mut said)?;
    if said.len() as u64 > LIST {
        return Err(Error::Refused("its list of files has no end".to_owned()));
    }
    if running.child.wait()?.success() {
        return Ok(said);
    }
    Err(Error::Refused(first_line(&mut complaints)))
}

fn first_line(complaints: &mut File) -> String {
    let mut text = Vec::new();
    let read = complaints
        .seek(SeekFrom::Start(0))
        .and_then(|_| complaints.take(4096).read_to_end(&mut text));
    let text = String::from_utf8_lossy(&text);
    let line = text.lines().find(|line| !line.trim().is_empty());
    match (read, line) {
        (Ok(_), Some(line)) => line
            .trim()
            .chars()
            .filter(|sign| !sign.is_control())
            .collect(),
        _ => "it does not say why".to_owned(),
    }
}

/// Begins a call of git in a folder.
fn command(folder: &Path) -> Result<Command, Error> {
    let mut command = Command::new(program().ok_or(Error::Missing)?);
    for (name, _) in env::vars_os().filter(|(name, _)| is_gits(name)) {
        command.env_remove(name);
    }
    command.envs(VARIABLES);
    // A folder that only looks like a repository does not stand for the one around it.
    command.env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap_or(folder));
    command.arg("--no-pager").arg("-C").arg(folder);
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    Ok(command)
}

fn is_gits(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b"GIT_")
}

/// Finds git by the whole paths of the search path: a program in the folder where somebody stands may be anybody's.
fn program() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join("git"))
        .find(|program| program.is_file())
}

/// A program that is ended when nobody listens any more.
#[derive(Debug)]
struct Running {
    child: Child,
}

impl Running {
    fn start(command: &mut Command) -> io::Result<Running> {
        Ok(Running {
            child: command.spawn()?,
        })
    }

    fn output(&mut self) -> io::Result<Patient> {
        let output = self.child.stdout.take();
        output
            .map(Patient)
            .ok_or_else(|| io::Error::other("no pipe"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended by itself is only waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a program says, as long as it says something.
#[derive(Debug)]
struct Patient(ChildStdout);

impl Read for Patient {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let patience = Timespec {
            tv_sec: PATIENCE,
            tv_nsec: 0,
        };
        loop {
            let mut waits = [PollFd::from_borrowed_fd(self.0.as_fd(), PollFlags::IN)];
            match poll(&mut waits, Some(&patience)) {
                Ok(0) => {
                    return Err(io::Error::new(
                        io::ErrorKind::TimedOut,
                        "git does not answer",
                    ));
                }
                Ok(_) => return self.0.read(buffer),
                Err(rustix::io::Errno::INTR) => (),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// A git that gives the bytes of one file after another.
#[derive(Debug)]
pub(super) struct Batch {
    input: ChildStdin,
    output: BufReader<Patient>,
    // Ended after its pipes are closed.
    _running: Running,
}

impl Batch {
    pub(super) fn start(folder: &Path) -> io::Result<Batch> {
        let mut command = command(folder).map_err(io::Error::other)?;
        command
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut running = Running::start(&mut command)?;
        let input = running.child.stdin.take();
        Ok(Batch {
            input: input.ok_or_else(|| io::Error::other("no pipe"))?,
            output: BufReader::new(running.output()?),
            _running: running,
        })
    }

    /// Gives the bytes of a file. After an error the answers are no longer in step.
    pub(super) fn blob(&mut self, id: &str) -> io::Result<SpooledTempFile> {
        self.input.write_all(format!("{id}\n").as_bytes())?;
        self.input.flush()?;
        let mut line = Vec::new();
        self.output
            .by_ref()
            .take(LINE)
            .read_until(b'\n', &mut line)?;
        let size = size(&line, id).ok_or_else(|| {
            io::Error::new(io::ErrorKind::NotFound, "the repository lacks this file")
        })?;
        let mut bytes = tempfile::spooled_tempfile(MEMORY);
        let copied = io::copy(&mut self.output.by_ref().take(size), &mut bytes)?;
        let mut end = [0];
        self.output.read_exact(&mut end)?;
        if copied != size || end != [b'\n'] {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.seek(SeekFrom::Start(0))?;
        Ok(bytes)
    }
}

/// Reads the size off the line before a file's bytes, `ID blob SIZE`.
fn size(line: &[u8], id: &str) -> Option<u64> {
    let line = std::str::from_utf8(line).ok()?.strip_suffix('\n')?;
    let size = line.strip_prefix(id)?.strip_prefix(" blob ")?;
    size.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_file_has_a_size() {
        let check = |line: &str, expected| assert_eq!(size(line.as_bytes(), "ab"), expected);
        check("ab blob 12\n", Some(12));
        check("ab missing\n", None);
        check("ab tree 12\n", None);
        check("cd blob 12\n", None);
        check("ab blob 12", None);
    }
}
