//! A merge that is killed at any moment: nothing of it stays in the way, and everything else is as it was.

use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use pushback::store::Study;

use super::merging::{pair, write_memos};
use super::{Desk, dump};

#[test]
fn a_killed_merge_leaves_nothing_that_stays() {
    kill_merges(8);
}

#[test]
#[ignore = "takes minutes: the same at many more moments"]
fn a_merge_killed_at_many_moments_leaves_nothing_that_stays() {
    kill_merges(300);
}

/// Gives the names of what is hidden on a desk.
fn drafts(desk: &Desk) -> Vec<String> {
    let entries = fs::read_dir(desk.folder.path()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with('.')).collect()
}

/// Kills merges at so many moments, from the first trace of one to its end.
fn kill_merges(rounds: u32) {
    let desk = pair();
    write_memos(&desk.path("a.db"));
    write_memos(&desk.path("b.db"));
    desk.write("there.db", "precious");
    let names = ["a.db", "b.db", "there.db"];
    let read = || names.map(|name| fs::read(desk.path(name)).unwrap());
    let before = read();
    let began = Instant::now();
    desk.run("merge a.db b.db --into whole.db").done();
    let whole = (dump(&desk.path("whole.db")), began.elapsed());
    let mut left = 0;
    for round in 0..rounds {
        kill_one(&desk, whole.1 * round / rounds);
        assert!(read() == before, "round {round}");
        left += drafts(&desk).len();
        if desk.path("m.db").exists() {
            assert!(dump(&desk.path("m.db")) == whole.0, "round {round}");
            fs::remove_file(desk.path("m.db")).unwrap();
        }
    }
    assert!(left > 0, "no merge was killed while it wrote");
    // What lies there already is refused, whatever was killed before.
    assert_eq!(desk.run("merge a.db b.db --into there.db").code, 1);
    desk.run("merge a.db b.db --into m.db").done();
    assert!(dump(&desk.path("m.db")) == whole.0);
    assert_eq!(drafts(&desk), [""; 0]);
    let study = Study::open_to_read(&desk.path("m.db")).unwrap();
    assert_eq!(study.check().unwrap(), []);
    assert!(read() == before);
}

/// Starts a merge, and kills it some time after it has begun to write.
fn kill_one(desk: &Desk, after: Duration) {
    let known = drafts(desk);
    let mut merge = Command::new(assert_cmd::cargo::cargo_bin!("pushback"))
        .args(["merge", "a.db", "b.db", "--into", "m.db"])
        .current_dir(desk.folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while drafts(desk) == known && merge.try_wait().unwrap().is_none() {
        sleep(Duration::from_millis(1));
    }
    sleep(after);
    merge.kill().unwrap();
    merge.wait().unwrap();
}
