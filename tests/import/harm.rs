//! What holds for every session, and what shared files are expected to hold.

use std::path::Path;

use pushback::import::{self, Error, Reading};

use crate::given::files;

pub(super) use crate::fuzz::sound::{all, assert_sound};

/// The first bytes of what gzip packed.
const PACKED: &[u8] = b"\x1f\x8b";

/// Imports bytes as a format, and checks what comes out.
pub(super) fn import_bytes(format: &str, bytes: &[u8]) -> Reading {
    let folder = tempfile::tempdir().unwrap();
    let reading = import_at(&folder.path().join("session.jsonl"), format, bytes);
    let only = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(only, 1, "something was written beside the file");
    reading
}

/// Writes bytes to a file, imports them as a format, and checks what comes out.
pub(super) fn import_at(path: &Path, format: &str, bytes: &[u8]) -> Reading {
    std::fs::write(path, bytes).unwrap();
    let _ = import::recognise(&import::Source::file(path));
    let reading = match import::read(path, Some(format)) {
        Ok(reading) => reading,
        // What begins as a packed file and is none cannot be read at all.
        Err(Error::Read { .. }) if bytes.starts_with(PACKED) => Reading::default(),
        Err(error) => panic!("{format}: {error}"),
    };
    all(&reading).for_each(assert_sound);
    reading
}

/// What a shared file is expected to hold: its path, its format, the sessions, those in which no developer speaks,
/// the developer turns of all, and a part of the reason where something is left out.
pub(super) type Expected = (
    &'static str,
    &'static str,
    usize,
    usize,
    usize,
    Option<&'static str>,
);

/// Checks shared files against what a person counted in them.
pub(super) fn counted(expected: &[Expected]) {
    let Some(shared) = crate::given::shared() else {
        return;
    };
    for &(name, format, sessions, aside, turns, reason) in expected {
        let path = shared.join("corpus").join(name);
        let source = import::Source::file(&path);
        // What a checkpoint keeps is read with the checkpoint.
        let kept = name.starts_with("entire/");
        let found = import::recognise(&source).map(|own| own.id);
        assert!(kept || found.is_ok_and(|id| id == format), "{name}");
        let reading = import::read(&path, Some(format)).unwrap();
        all(&reading).for_each(assert_sound);
        let found: usize = all(&reading)
            .map(|session| session.developer_turns().count())
            .sum();
        println!("{name}: {found} developer turns, {:?}", reading.skipped);
        if std::env::var_os("PUSHBACK_OUTLINE").is_some() {
            all(&reading).for_each(|session| println!("{}", super::outline(session)));
        }
        let counts = (reading.sessions.len(), reading.aside.len(), found);
        assert_eq!(counts, (sessions, aside, turns), "{name}");
        let reasons: Vec<&str> = reading
            .skipped
            .iter()
            .map(|skip| skip.reason.as_str())
            .collect();
        match reason {
            None => assert!(reasons.is_empty(), "{name}: {reasons:?}"),
            Some(part) => assert!(
                reasons.iter().any(|reason| reason.contains(part)),
                "{name}: {reasons:?}"
            ),
        }
    }
}

/// Checks that a format takes no shared file but those whose path, below the corpus, has one of these parts.
pub(super) fn takes_only(format: &str, parts: &[&str]) {
    let Some(shared) = crate::given::shared() else {
        return;
    };
    let corpus = shared.join("corpus");
    for path in files(&corpus) {
        let name = path.strip_prefix(&corpus).unwrap().display().to_string();
        let found = import::recognise(&import::Source::file(&path));
        if found.is_ok_and(|found| found.id == format) {
            assert!(parts.iter().any(|part| name.contains(part)), "{name}");
        }
    }
}
