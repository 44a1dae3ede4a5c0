//! Entire's checkpoints: whose transcript it is, and one session from many recordings.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use pushback::import::{self, Reading, Source};
use pushback::model::Session;

use super::{fixture, outline};
use crate::given::files;

/// A folder of checkpoints.
struct Store(tempfile::TempDir);

impl Store {
    fn new() -> Store {
        Store(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Writes a checkpoint of a session with what else its metadata says.
    fn checkpoint(&self, name: &str, session: &str, more: &str, transcript: &[u8]) -> PathBuf {
        self.write(&format!("{name}/full.jsonl"), transcript);
        self.write(&format!("{name}/prompt.txt"), "a prompt");
        let metadata = format!(
            "{{\n  \"checkpoint_id\": \"0123456789ab\",\n  \"session_id\": \"{session}\"{more}\n}}\n"
        );
        self.write(&format!("{name}/metadata.json"), metadata)
    }

    /// Reads everything that is there, as an import does.
    fn read(&self) -> Vec<Reading> {
        read_all(&files(self.0.path()))
    }
}

fn read_all(paths: &[PathBuf]) -> Vec<Reading> {
    let known = paths.iter().filter_map(|path| {
        let source = Source::file(path);
        let format = import::recognise(&source).ok()?;
        Some((source, format))
    });
    import::together(known.collect())
        .iter()
        .map(|(source, format)| import::read_source(source, Some(format.id)).unwrap())
        .collect()
}

fn words(session: &Session) -> Vec<&str> {
    let turns = session.developer_turns();
    turns.map(|(_, turn)| turn.text.as_str()).collect()
}

fn lines(name: &str, range: std::ops::Range<usize>) -> Vec<u8> {
    let text = fs::read_to_string(fixture(name)).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let lines = &lines[range.start..range.end.min(lines.len())];
    lines.join("\n").into_bytes()
}

const BRANCHES: &str = "claude-code/branches.jsonl";

#[test]
fn the_transcript_tells_whose_it_is() {
    let store = Store::new();
    let rollout = fs::read(fixture("codex/wrapped.jsonl")).unwrap();
    let more = ",\n  \"agent\": \"Claude Code\",\n  \"branch\": \"looms\"";
    store.checkpoint("ab/cdef012345/0", "s", more, &rollout);
    store.write(
        "ab/cdef012345/metadata.json",
        r#"{"checkpoint_id":"abcdef012345","sessions":[{"metadata":"/ab/cdef012345/0/metadata.json"}]}"#,
    );
    let readings = store.read();
    assert_eq!(readings.len(), 1);
    let session = &readings[0].sessions[0];
    let native = import::read(&fixture("codex/wrapped.jsonl"), None).unwrap();
    assert_eq!(session.turns, native.sessions[0].turns);
    assert_eq!(session.agent, "Codex");
    assert_eq!(session.source.format, "entire");
    assert!(session.source.path.ends_with("full.jsonl"));
    assert!(session.branch.is_some());
}

#[test]
fn the_metadata_says_what_the_transcript_does_not() {
    let store = Store::new();
    let transcript = br#"{"type":"user","uuid":"u","message":{"role":"user","content":"weave"}}"#;
    let more = ",\n  \"agent\": \"Agent\",\n  \"branch\": \"looms\",\n  \"model\": \"m-1\"";
    store.checkpoint("ab/cdef012345/0", "2026-01-22-s-1", more, transcript);
    let session = &store.read()[0].sessions[0];
    assert_eq!(session.key, "s-1");
    assert_eq!(session.branch.as_deref(), Some("looms"));
    assert_eq!(session.models, ["m-1"]);
    assert_eq!(session.agent, "Claude Code");
}

#[test]
fn all_checkpoints_of_a_session_are_one_recording() {
    let store = Store::new();
    let whole = fs::read(fixture(BRANCHES)).unwrap();
    let native = import::read(&fixture(BRANCHES), None).unwrap();
    let count = lines(BRANCHES, 0..usize::MAX)
        .split(|byte| *byte == b'\n')
        .count();
    let at = |day: u32| format!(",\n  \"created_at\": \"2026-03-0{day}T09:00:00+01:00\"");
    // The fullest one, its beginning, and two slices, in no order.
    store.checkpoint("aa/0000000000/0", "2026-03-04-x", &at(4), &whole);
    store.checkpoint(
        "bb/0000000000/1",
        "2026-03-01-x",
        &at(1),
        &lines(BRANCHES, 0..3),
    );
    store.checkpoint(
        "cc/0000000000/0",
        "x",
        &at(2),
        &lines(BRANCHES, 0..count / 2),
    );
    store.checkpoint(
        "dd/0000000000/0",
        "x",
        &at(3),
        &lines(BRANCHES, count / 2..count),
    );
    let readings = store.read();
    assert_eq!(readings.len(), 1);
    let [session] = &readings[0].sessions[..] else {
        panic!("one session: {:?}", readings[0].skipped);
    };
    assert_eq!(words(session), words(&native.sessions[0]));
    assert_eq!(session.key, "x");
    fs::remove_dir_all(store.0.path().join("aa")).unwrap();
    let session = &store.read()[0].sessions[0];
    assert_eq!(words(session), words(&native.sessions[0]));
    assert_eq!(outline(session).matches("D1").count(), 1);
}

#[test]
fn pieces_of_a_long_transcript_are_one() {
    let store = Store::new();
    let count = 4;
    store.checkpoint("ab/cdef012345/0", "x", "", &lines(BRANCHES, 0..count));
    store.write(
        "ab/cdef012345/0/full.jsonl.001",
        lines(BRANCHES, count..usize::MAX),
    );
    let native = import::read(&fixture(BRANCHES), None).unwrap();
    let session = &store.read()[0].sessions[0];
    assert_eq!(session.turns, native.sessions[0].turns);
}

#[test]
fn what_cannot_be_read_is_named_and_takes_nothing_with_it() {
    let store = Store::new();
    let whole = fs::read(fixture(BRANCHES)).unwrap();
    let empty = store.checkpoint("aa/0000000000/0", "x", "", b"");
    fs::remove_file(empty.with_file_name("full.jsonl")).unwrap();
    store.checkpoint("bb/0000000000/0", "x", "", &whole);
    store.checkpoint("cc/0000000000/0", "x", "", b"{\"colour\":1}");
    let slice = ",\n  \"checkpoint_transcript_start\": 900";
    store.checkpoint("dd/0000000000/0", "x", slice, &whole);
    let readings = store.read();
    assert_eq!((readings.len(), readings[0].sessions.len()), (1, 1));
    let reasons: Vec<&str> = readings[0]
        .skipped
        .iter()
        .map(|skip| skip.reason.as_str())
        .collect();
    insta::assert_snapshot!(reasons.join("\n"), @r"
    checkpoint aa/0000000000/0: there is no transcript beside it
    checkpoint cc/0000000000/0: the transcript is JSON objects of an unknown shape (keys colour)
    checkpoint dd/0000000000/0: it holds only what was new from line 901 of the transcript on
    ");
}

#[test]
fn a_transcript_without_metadata_is_read_as_it_is() {
    let store = Store::new();
    let whole = fs::read(fixture(BRANCHES)).unwrap();
    let path = store.write("x/full.jsonl", &whole);
    assert_eq!(
        import::recognise(&Source::file(&path)).unwrap().id,
        "claude-code"
    );
    store.write(
        "x/metadata.json",
        r#"{"checkpoint_id":"a","session_id":"b"}"#,
    );
    let refused = import::recognise(&Source::file(&path));
    assert!(matches!(
        refused,
        Err(import::Error::Companion {
            format: "Entire",
            ..
        })
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrary_bytes_are_survived(
        metadata in prop::collection::vec(any::<u8>(), 0..200),
        pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..3),
    ) {
        let store = Store::new();
        let path = store.write("ab/cdef012345/0/metadata.json", &metadata);
        for (number, piece) in pieces.iter().enumerate() {
            let name = if number == 0 { String::new() } else { format!(".{number:03}") };
            store.write(&format!("ab/cdef012345/0/full.jsonl{name}"), piece);
        }
        let _ = import::read(&path, Some("entire"));
        let _ = import::recognise(&Source::file(path.with_file_name("full.jsonl")));
    }

    #[test]
    fn checkpoints_cut_anywhere_keep_every_turn_once(cuts in prop::collection::vec(0..2000_usize, 1..5)) {
        let whole = fs::read(fixture(BRANCHES)).unwrap();
        let store = Store::new();
        for (day, cut) in cuts.iter().enumerate() {
            let more = format!(",\n  \"created_at\": \"2026-03-0{}T09:00:00Z\"", day + 1);
            let cut = &whole[..*cut.min(&whole.len())];
            store.checkpoint(&format!("ab/{day:010}/0"), "x", &more, cut);
        }
        store.checkpoint("ab/ffffffffff/0", "x", ",\n  \"created_at\": \"2026-03-09T09:00:00Z\"", &whole);
        let native = import::read(&fixture(BRANCHES), None).unwrap();
        let readings = store.read();
        prop_assert_eq!(words(&readings[0].sessions[0]), words(&native.sessions[0]));
    }
}

/// Gives the id under which a session of the expected table is known.
fn plain(id: &str) -> &str {
    let is_dated = id.len() > 11 && id.as_bytes()[10] == b'-' && id.starts_with("20");
    if is_dated { &id[11..] } else { id }
}

#[test]
#[ignore = "needs the shared transcripts"]
fn shared_checkpoints_give_each_session_once_with_all_its_turns() {
    let Some(shared) = crate::given::shared() else {
        return;
    };
    let table = fs::read_to_string(shared.join("corpus/EXPECTED-entire.tsv")).unwrap();
    let whole = read_all(&files(&shared.join("corpus/entire")));
    let all: Vec<&Session> = whole.iter().flat_map(|reading| &reading.sessions).collect();
    let mut keys: Vec<&str> = all.iter().map(|session| session.key.as_str()).collect();
    keys.sort_unstable();
    let count = keys.len();
    keys.dedup();
    assert_eq!(keys.len(), count, "a session came twice");
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let path = shared.join("corpus").join(cells[0]);
        let Ok(one) = import::read(&path.with_file_name("metadata.json"), None) else {
            println!("{}: {} is not here", cells[0], cells[4]);
            continue;
        };
        let mut told = String::new();
        for session in &one.sessions {
            assert_eq!(session.key, plain(cells[5]), "{}", cells[0]);
            let joined = all.iter().find(|joined| joined.key == session.key).unwrap();
            let mut joined_words = words(joined).into_iter();
            for words in words(session) {
                assert!(
                    joined_words.any(|joined| joined == words),
                    "{}: {words}",
                    cells[0]
                );
            }
            let (own, all) = (words(session).len(), words(joined).len());
            told = format!("{own} developer turns, {all} in all checkpoints");
        }
        println!("{} ({}): {told} {:?}", cells[0], cells[4], one.skipped);
    }
}
