//! Files and folders that the person who calls may not read or write.
//!
//! Permissions do not bind root, so root runs the program as nobody here, where `setpriv` is at hand.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use super::{Desk, Said};

fn allow(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Calls the program as somebody whom permissions bind; `None` where that cannot be done.
fn call_bound(desk: &Desk, words: &str) -> Option<Said> {
    let program = assert_cmd::cargo::cargo_bin!("pushback");
    let mut command = if rustix::process::geteuid().is_root() {
        // The folder of the build need not be open to nobody.
        let own = desk.path("pushback");
        if !own.exists() {
            fs::copy(program, &own).unwrap();
            allow(&own, 0o755);
        }
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .arg(own);
        command
    } else {
        Command::new(program)
    };
    command
        .env_clear()
        .envs(desk.environment())
        .current_dir(desk.folder.path());
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    let Ok(output) = command.args(words.split(' ')).output() else {
        println!("skipped: run by root, and there is no setpriv");
        return None;
    };
    Some(Said {
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().unwrap(),
    })
}

fn open_desk() -> Desk {
    let desk = Desk::new();
    allow(desk.folder.path(), 0o777);
    desk
}

#[test]
fn a_folder_that_may_not_be_read_is_named() {
    let desk = open_desk();
    desk.copy("tests/fixtures/specstory/v1-claude.md", "closed/a.md");
    allow(&desk.path("closed"), 0o000);
    for call in ["import s.db closed", "detect closed"] {
        let Some(said) = call_bound(&desk, call) else {
            break;
        };
        let error = "closed cannot be read: Permission denied (os error 13)";
        said.is_refusal(1, error, "check the path and its permissions");
    }
    allow(&desk.path("closed"), 0o755);
}

#[test]
fn a_file_that_may_not_be_read_does_not_stop_the_others() {
    let desk = open_desk();
    desk.copy("tests/fixtures/specstory/v1-claude.md", "in/a.md");
    desk.copy("tests/fixtures/specstory/v2.1-claude.md", "in/b.md");
    allow(&desk.path("in/a.md"), 0o000);
    let Some(said) = call_bound(&desk, "import s.db in") else {
        return;
    };
    let out = said.done();
    assert!(
        out.contains("  in/a.md: cannot be read: Permission denied (os error 13)\n"),
        "{out}"
    );
    assert!(out.contains("sessions: 1 new"), "{out}");
}

#[test]
fn a_study_that_may_not_be_written_can_be_read() {
    let desk = open_desk();
    desk.copy("tests/fixtures/specstory/v1-claude.md", "a.md");
    let study = desk.study("s.db");
    allow(&study, 0o444);
    let Some(said) = call_bound(&desk, "import s.db a.md") else {
        return;
    };
    said.is_refusal(
        1,
        "s.db can be read but not written",
        "check who may write to the file and its folder",
    );
    assert!(
        call_bound(&desk, "status s.db")
            .unwrap()
            .done()
            .contains("3 sessions")
    );
    allow(&study, 0o000);
    let closed = call_bound(&desk, "status s.db").unwrap();
    assert_eq!(closed.code, 1);
    assert!(
        closed
            .err
            .starts_with("error: cannot read s.db: Permission denied"),
        "{}",
        closed.err
    );
}

#[test]
fn a_folder_that_may_not_be_written_gets_no_study() {
    let desk = open_desk();
    desk.copy("tests/fixtures/specstory/v1-claude.md", "a.md");
    fs::create_dir(desk.path("closed")).unwrap();
    allow(&desk.path("closed"), 0o555);
    let Some(said) = call_bound(&desk, "import closed/s.db a.md") else {
        return;
    };
    said.is_refusal(
        1,
        "cannot make closed/s.db: Permission denied (os error 13)",
        "check that you may write to the folder",
    );
}
