//! Checkpoints straight from a git repository, which is somebody else's.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Desk, Said, repository};

const BRANCH: &str = "entire/checkpoints/v1";
const SESSION: &str = "eeee5555-0000-4000-8000-000000000005";

/// Runs git in a folder; `None` where there is no git on this machine.
fn git(folder: &Path, words: &[&str]) -> Option<()> {
    let said = Command::new("git")
        .current_dir(folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("HOME", folder)
        .args(["-c", "user.name=n", "-c", "user.email=e@example.org"])
        .args(words)
        .output()
        .ok()?;
    assert!(said.status.success(), "{words:?}: {said:?}");
    Some(())
}

/// Makes a repository with a branch of two checkpoints of one session, which is not checked out.
fn checkpoints(desk: &Desk, name: &str) -> Option<PathBuf> {
    let folder = desk.path(name);
    fs::create_dir_all(&folder).unwrap();
    git(&folder, &["init", "-q"])?;
    git(&folder, &["checkout", "-q", "--orphan", BRANCH])?;
    let transcript = fs::read(repository("tests/fixtures/claude-code/branches.jsonl")).unwrap();
    let half: Vec<u8> = transcript[..transcript.len() / 2].to_vec();
    for (at, (folder, transcript)) in [("ab/0123456789/0", half), ("cd/0123456789/1", transcript)]
        .iter()
        .enumerate()
    {
        let metadata = format!(
            r#"{{"checkpoint_id":"ab0123456789","session_id":"{SESSION}","created_at":"2026-03-0{}T00:00:00Z"}}"#,
            at + 1
        );
        desk.write(format!("{name}/{folder}/metadata.json"), metadata);
        desk.write(format!("{name}/{folder}/full.jsonl"), transcript);
    }
    desk.write(format!("{name}/vite.config.js"), "stray");
    git(&folder, &["add", "-A"])?;
    git(&folder, &["commit", "-q", "-m", "checkpoints"])?;
    git(&folder, &["checkout", "-q", "--orphan", "main"])?;
    git(&folder, &["rm", "-r", "-q", "-f", "."])?;
    git(&folder, &["commit", "-q", "--allow-empty", "-m", "work"])?;
    Some(folder)
}

/// Imports a folder with the programs that this machine has.
fn import(desk: &Desk, words: &str) -> Said {
    let path = std::env::var_os("PATH").unwrap_or_default();
    Said::by(desk.command().env("PATH", path).args(words.split(' ')))
}

#[test]
fn a_branch_that_is_not_checked_out_is_read() {
    let desk = Desk::new();
    let Some(folder) = checkpoints(&desk, "work") else {
        return;
    };
    let url = "https://me:secret@example.org/looms.git";
    git(&folder, &["remote", "add", "origin", url]);
    let said = import(&desk, "import s.db work").done();
    let mut lines = said.lines();
    let found = lines.next().unwrap();
    assert!(found.starts_with("found: Entire 4 files ("), "{found}");
    assert!(found.ends_with(" kB, from a git branch)"), "{found}");
    let imported = lines.next().unwrap();
    assert!(
        imported.starts_with("imported 1 session, 8 turns, 4 of them"),
        "{imported}"
    );
    let connection = rusqlite::Connection::open(desk.path("s.db")).unwrap();
    let row: (String, String, String) = connection
        .query_row("SELECT key, repository, path FROM session", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap();
    assert_eq!(row.0, SESSION);
    assert_eq!(row.1, "https://example.org/looms.git");
    assert_eq!(row.2, format!("work/{BRANCH}:cd/0123456789/1/full.jsonl"));
    let again = import(&desk, "import s.db work").done();
    assert!(again.contains("1 already there"), "{again}");
}

#[test]
fn copies_of_other_machines_branches_and_worktrees_are_read() {
    let desk = Desk::new();
    let Some(folder) = checkpoints(&desk, "first") else {
        return;
    };
    let from = folder.to_str().unwrap();
    git(&desk.path(""), &["clone", "-q", from, "clone"]);
    git(&desk.path("clone"), &["pack-refs", "--all"]);
    git(&folder, &["worktree", "add", "-q", "--detach", "../beside"]);
    git(
        &desk.path(""),
        &["clone", "-q", "--mirror", from, "bare.git"],
    );
    for place in ["clone", "beside", "bare.git"] {
        let said = import(&desk, &format!("import s.db {place} --dry-run")).done();
        assert!(said.contains("would import 1 session"), "{place}: {said}");
    }
}

#[test]
fn a_machine_without_git_says_so() {
    let desk = Desk::new();
    if checkpoints(&desk, "work").is_none() {
        return;
    }
    desk.copy("tests/fixtures/specstory/v1-claude.md", "work/a.md");
    let said = Said::by(
        desk.command()
            .env("PATH", desk.path("home"))
            .args(["import", "s.db", "work"]),
    );
    said.is_refusal(
        1,
        "work cannot be read: its branch entire/checkpoints/v1 is read with the program git, which was not found",
        "check the path and its permissions",
    );
    assert!(said.out.contains("imported 1 session"), "{}", said.out);
}

/// Whatever the repository's own settings would start leaves a mark here.
#[test]
fn a_repository_that_is_set_as_a_trap_starts_nothing() {
    let desk = Desk::new();
    let Some(folder) = checkpoints(&desk, "work") else {
        return;
    };
    let mark = desk.path("sprung");
    let trap = desk.write(
        "trap",
        format!(
            "#!/bin/sh\necho \"$0 $@\" >> {}\nexec cat\n",
            mark.display()
        ),
    );
    make_program(&trap);
    let trap = trap.to_str().unwrap();
    let settings = [
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "core.gitProxy",
        "core.askPass",
        "core.alternateRefsCommand",
        "core.editor",
        "credential.helper",
        "diff.external",
        "diff.trap.textconv",
        "filter.trap.smudge",
        "filter.trap.clean",
        "filter.trap.process",
        "gpg.program",
        "pager.cat-file",
        "pager.for-each-ref",
        "uploadpack.packObjectsHook",
    ];
    for name in settings {
        git(&folder, &["config", name, trap]);
    }
    for name in ["cat-file", "ls-tree", "for-each-ref", "config"] {
        git(
            &folder,
            &["config", &format!("alias.{name}"), &format!("!{trap}")],
        );
    }
    desk.write("work/.git/info/attributes", "* diff=trap filter=trap\n");
    for hook in [
        "post-checkout",
        "reference-transaction",
        "post-index-change",
        "pre-auto-gc",
    ] {
        let hook = desk.write(format!("work/.git/hooks/{hook}"), fs::read(trap).unwrap());
        make_program(&hook);
    }
    make_program(&desk.write("work/git", fs::read(trap).unwrap()));
    let said = import(&desk, "import s.db work").done();
    assert!(said.contains("imported 1 session"), "{said}");
    assert!(!mark.exists(), "{}", fs::read_to_string(&mark).unwrap());
    // A file that is missing would be fetched from where the repository says.
    for (name, value) in [
        ("extensions.partialClone", "evil"),
        ("core.repositoryFormatVersion", "1"),
        ("remote.evil.promisor", "true"),
        ("remote.evil.url", &format!("ext::{trap}")),
        ("protocol.allow", "always"),
        ("protocol.ext.allow", "always"),
    ] {
        git(&folder, &["config", name, value]);
    }
    remove_objects(&folder.join(".git/objects"), 400);
    let said = import(&desk, "import t.db work --dry-run");
    assert!(!mark.exists(), "{}", fs::read_to_string(&mark).unwrap());
    assert!(
        said.out.contains("lacks this file"),
        "{} {}",
        said.out,
        said.err
    );
}

#[cfg(unix)]
fn make_program(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Removes the objects that are longer than this: the transcripts.
fn remove_objects(folder: &Path, length: u64) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            remove_objects(&path, length);
        } else if path.metadata().unwrap().len() > length {
            fs::remove_file(&path).unwrap();
        }
    }
}

#[test]
fn a_folder_that_only_looks_like_a_repository_is_told_of() {
    let desk = Desk::new();
    if git(&desk.path(""), &["--version"]).is_none() {
        return;
    }
    desk.write(format!("fake/.git/refs/heads/{BRANCH}"), "0123\n");
    desk.copy("tests/fixtures/specstory/v1-claude.md", "fake/a.md");
    let said = import(&desk, "import s.db fake");
    assert!(said.out.contains("imported 1 session"), "{}", said.out);
    assert!(
        said.err.contains("git cannot read its branch"),
        "{}",
        said.err
    );
}
