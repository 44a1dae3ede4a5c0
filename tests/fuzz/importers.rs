//! Transcripts, read by every importer: that which their content tells, and each of the others.

use std::io::Write as _;
use std::path::Path;

use pushback::import::{self, Error, FORMATS, Source};

use super::sound::{all, assert_sound};
use super::{Seed, Target, below, fixtures};

pub(super) const TARGET: Target = Target {
    name: "import",
    seeds,
    run,
};

/// Folders of fixtures that are no transcripts.
const OTHERS: [&str; 2] = ["agreement/", "found/"];

/// Gives every fixture, databases made of their statements, checkpoints, and a transcript that is compressed.
pub(super) fn seeds() -> Vec<Seed> {
    let names = below(&fixtures());
    let names = names
        .iter()
        .filter(|name| !OTHERS.iter().any(|own| name.starts_with(own)));
    let mut seeds: Vec<Seed> = names.flat_map(|name| fixture(name)).collect();
    seeds.extend(checkpoint());
    seeds.extend(packed());
    seeds
}

fn read(name: &str) -> Vec<u8> {
    std::fs::read(fixtures().join(name)).unwrap()
}

/// Gives a fixture; of one that is statements, the databases that they make.
fn fixture(name: &str) -> Vec<Seed> {
    let Some(bare) = name.strip_suffix(".sql") else {
        let (name, bytes) = (name.to_owned(), read(name));
        return vec![Seed { name, bytes }];
    };
    let statements = String::from_utf8(read(name)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made.db");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute_batch(&statements).unwrap();
    let bytes =
        |ending: &str| std::fs::read(folder.path().join(format!("made.db{ending}"))).unwrap();
    let seed = |name: String, bytes: Vec<u8>| Seed { name, bytes };
    let whole = seed(format!("{bare}.db"), bytes(""));
    // The same once more, with the last writes in a log beside it.
    connection
        .pragma_update(None, "journal_mode", "WAL")
        .unwrap();
    connection
        .execute_batch("CREATE TABLE last (one); INSERT INTO last VALUES (1);")
        .unwrap();
    let opened = [("", "logged/"), ("-wal", "logged/")]
        .map(|(ending, below)| seed(format!("{below}{bare}.db{ending}"), bytes(ending)));
    [whole].into_iter().chain(opened).collect()
}

/// Gives two checkpoints of one session.
fn checkpoint() -> Vec<Seed> {
    let transcript = read("claude-code/branches.jsonl");
    let half = transcript.len() / 2;
    let metadata = br#"{"checkpoint_id":"0123456789ab","session_id":"2026-08-01-loom","agent":"Claude Code","branch":"main"}"#;
    let seed = |name: &str, bytes: &[u8]| Seed {
        name: format!("entire/{name}"),
        bytes: bytes.to_vec(),
    };
    vec![
        seed("01/23456789ab/0/full.jsonl", &transcript[..half]),
        seed("01/23456789ab/0/metadata.json", metadata),
        seed("cd/23456789ab/0/full.jsonl", &transcript),
        seed("cd/23456789ab/0/metadata.json", metadata),
    ]
}

/// Gives a transcript that is compressed.
fn packed() -> Vec<Seed> {
    let plain = read("codex/flat.jsonl");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&plain).unwrap();
    let seed = |name: &str, bytes| Seed {
        name: format!("packed/{name}"),
        bytes,
    };
    vec![
        seed("a.jsonl.gz", gzip.finish().unwrap()),
        seed("b.jsonl.zst", zstd::encode_all(&plain[..], 1).unwrap()),
    ]
}

/// Reads a file by itself, and all that lies beside it as a call does that names the folder.
fn run(folder: &Path, name: &str) {
    let path = folder.join(name);
    let beside = || std::fs::read_dir(path.parent().unwrap()).unwrap().count();
    let before = beside();
    let source = Source::file(&path);
    let own = import::recognise(&source).ok().map(|format| format.id);
    for format in FORMATS {
        check(&source, format.id);
    }
    if own.is_none() || name.starts_with("entire/") {
        folder_of(folder, name);
    }
    assert_eq!(beside(), before, "something was written beside the file");
}

/// Reads what lies in the folder of a format, where a file may be a part of what another tells.
fn folder_of(folder: &Path, name: &str) {
    let top = match name.strip_prefix("logged/") {
        Some(_) => Path::new(name).parent().unwrap().to_owned(),
        None => name.split('/').next().unwrap().into(),
    };
    let top = folder.join(top);
    let known = below(&top).into_iter().filter_map(|name| {
        let source = Source::file(top.join(name));
        let format = import::recognise(&source).ok()?;
        Some((source, format))
    });
    for (source, format) in import::together(known.collect()) {
        check(&source, format.id);
    }
}

fn check(source: &Source, format: &str) {
    match import::read_source(source, Some(format)) {
        Ok(reading) => all(&reading).for_each(assert_sound),
        // A file that cannot be unpacked cannot be read at all.
        Err(Error::Read { .. }) => (),
        Err(error) => panic!("{format}: {error}"),
    }
}
