//! The tables of SWE-chat.

#![cfg(feature = "parquet")]

use std::path::Path;

use proptest::prelude::*;
use pushback::import::{self, Error, Reading, Source};
use pushback::model::Session;

use super::harm::{all, import_at};
use super::{fixture, outlines, read, reasons, told};

const CONVERSATIONS: &str = "swe-chat/conversations.parquet";

/// Files with the same rows in other physical types.
const SHAPES: [&str; 4] = [
    "swe-chat/shapes/pandas.parquet",
    "swe-chat/shapes/strings.parquet",
    "swe-chat/shapes/delta.parquet",
    "swe-chat/shapes/old.parquet",
];

fn session<'a>(reading: &'a Reading, start: &str) -> &'a Session {
    let mut sessions = all(reading);
    sessions.find(|own| own.key.starts_with(start)).unwrap()
}

fn said(name: &str) -> String {
    import::recognise(&Source::file(fixture(name)))
        .map(|format| format.id)
        .unwrap_err()
        .to_string()
        .split(": ")
        .skip(1)
        .collect::<Vec<_>>()
        .join(": ")
}

#[test]
fn rows_become_the_turns_of_their_sessions() {
    insta::assert_snapshot!(told(CONVERSATIONS), @r"
    bbbbbbbb-1111-4222-8333-444444444444 | Gemini CLI - | cli
    D1 prompt: splice the rope 🪢
    A1
       tie bowline Some(Done): knot: bowline⏎tied
       prose: It is a bowline.
       [system]: turn ended
    D2 prompt: that is a knot, not a splice
    A2
       [system]: tide
    aaaaaaaa-1111-4222-8333-444444444444 | Claude Code - | cli
    D1 prompt: paint the harbour wall white
    A1
       thinking: Which wall is meant?
       Bash ls harbour Some(Done): ls harbour⏎pier⏎wall
       prose: The wall is grey now.
    D2 prompt: no, white, as I said
    A2
       Edit /harbour/pier Some(Refused): -grey⏎+white⏎The user doesn't want to proceed with this tool
       ! refused Edit
    D3 refusal: ask before you touch the pier
    A3
       prose: The wall only, then.
    D4 steering: and leave the rope alone
    A4
       prose: Done.
    D5 command: /review the wall
       ! compacted 
    A5
       [summary]: This session is being continued from a previous conversation
       [reminder]: <system-reminder>The tide is high.</system-reminder>
    D6 steering: one more coat
       ! delivery unknown 
    dddddddd-1111-4222-8333-444444444444 | Codex - | cli
    A0
       prose: Nobody asked.
    aside SubAgent
    cccccccc-1111-4222-8333-444444444444 | OpenCode - | cli
    D1 prompt: look at the clouds
    A1
       prose: There are three.
    ");
}

#[test]
fn what_is_known_of_a_session_comes_from_the_table_beside_it() {
    let reading = read(CONVERSATIONS);
    let wall = session(&reading, "aaaaaaaa");
    assert_eq!(wall.repository.as_deref(), Some("harbour/boats"));
    assert_eq!(wall.branch.as_deref(), Some("main"));
    assert_eq!(wall.models, ["claude-loom-4"]);
    let rope = session(&reading, "bbbbbbbb");
    // Its rows have no times.
    assert_eq!(rope.started.unwrap().0, 1_772_351_940_000);
    assert_eq!(wall.started, rope.started);
    assert_eq!(wall.ended.unwrap().0, 1_772_352_180_000);
    assert_eq!(
        reasons(&reading),
        [
            "rows without a session_id: 1",
            "sessions of sessions.parquet without rows in the conversations: 1",
        ]
    );
}

#[test]
fn a_turn_keeps_its_id_and_the_number_of_its_row() {
    let reading = read("swe-chat/shapes/strings.parquet");
    let wall = session(&reading, "aaaaaaaa");
    let (_, second) = wall.developer_turns().nth(1).unwrap();
    let id = "2026-03-01-aaaaaaaa-1111-4222-8333-444444444444#5";
    assert_eq!(second.native_id.as_deref(), Some(id));
    assert_eq!(
        (second.text.as_str(), second.place),
        ("no, white, as I said", Some(6))
    );
}

#[test]
fn one_reader_reads_all_physical_types_alike() {
    let whole = |name: &str| {
        let mut reading = read(name);
        reading.skipped.clear();
        outlines(&reading)
    };
    let times = |name: &str| {
        let reading = read(name);
        let times = all(&reading).map(|own| own.turns.iter().map(|turn| turn.time).collect());
        times.collect::<Vec<Vec<_>>>()
    };
    for name in SHAPES {
        assert_eq!(whole(name), whole(CONVERSATIONS), "{name}");
        assert_eq!(times(name), times(CONVERSATIONS), "{name}");
        let alone = read(name);
        let wall = session(&alone, "aaaaaaaa");
        assert_eq!(wall.repository.as_deref(), Some("harbour/boats"), "{name}");
        assert_eq!(reasons(&alone), ["rows without a session_id: 1"], "{name}");
    }
}

#[test]
fn a_table_of_something_else_is_refused_with_what_it_seems_to_be() {
    let check = |name: &str, expected: &str| assert_eq!(said(name), expected);
    check(
        "swe-chat/refused/harvest.parquet",
        "a Parquet table that is not SWE-chat's conversations: it has no session_id, turn_type, content \
         (columns field, tons)",
    );
    check(
        "swe-chat/refused/commits.parquet",
        "SWE-chat's table of commits, as it seems, which holds no turns",
    );
    let table = fixture("swe-chat/sessions.parquet");
    let error = import::recognise(&Source::file(&table)).map(|format| format.id);
    assert!(matches!(
        error,
        Err(Error::Companion {
            format: "SWE-chat",
            ..
        })
    ));
    let alone = tempfile::tempdir().unwrap();
    let copy = alone.path().join("sessions.parquet");
    std::fs::copy(&table, &copy).unwrap();
    let error = import::recognise(&Source::file(&copy)).map(|format| format.id);
    let error = error.unwrap_err().to_string();
    assert!(
        error.ends_with("put conversations.parquet beside it"),
        "{error}"
    );
}

#[test]
fn what_is_not_read_of_a_table_is_said() {
    let check = |name: &str, expected: &str| {
        let reading = read(name);
        assert_eq!(all(&reading).count(), 0);
        let reasons = reasons(&reading);
        assert!(reasons[0].contains(expected), "{reasons:?}");
    };
    check(
        "swe-chat/refused/gzip.parquet",
        "is compressed with GZIP: write the file again with snappy or zstd",
    );
    check("swe-chat/refused/prefixes.parquet", "DELTA_BYTE_ARRAY");
}

#[test]
fn a_table_that_is_compressed_as_a_whole_is_read() {
    let bytes = std::fs::read(fixture(CONVERSATIONS)).unwrap();
    let packed = zstd::encode_all(&bytes[..], 1).unwrap();
    let source = Source::spooled("conversations.parquet.zst", &packed[..]).unwrap();
    let reading = import::read_source(&source, None).unwrap();
    assert_eq!(all(&reading).count(), 4);
    let piped = Source::spooled("standard input", &bytes[..]).unwrap();
    assert_eq!(all(&import::read_source(&piped, None).unwrap()).count(), 4);
}

/// Reads bytes as a table; they give sessions, or a reason why not.
fn read_bytes(folder: &Path, bytes: &[u8]) -> Reading {
    let reading = import_at(&folder.join("conversations.parquet"), "swe-chat", bytes);
    assert!(all(&reading).next().is_some() || !reading.skipped.is_empty());
    reading
}

#[test]
fn a_table_that_is_cut_anywhere_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = std::fs::read(fixture("swe-chat/refused/nested.parquet")).unwrap();
    for end in 0..bytes.len() {
        let reading = read_bytes(folder.path(), &bytes[..end]);
        assert_eq!(all(&reading).count(), 0, "{end}");
    }
    let bytes = std::fs::read(fixture(CONVERSATIONS)).unwrap();
    let reading = read_bytes(folder.path(), &bytes[..bytes.len() - 1]);
    assert_eq!(
        reasons(&reading)[0],
        "the table cannot be read on: it is cut off: a Parquet file is read from its end"
    );
}

#[test]
fn what_was_read_before_the_damage_stays() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = std::fs::read(fixture("swe-chat/shapes/old.parquet")).unwrap();
    let whole = all(&read_bytes(folder.path(), &bytes)).count();
    assert_eq!(whole, 4);
    // The values of a column in the first group of rows; the second one is whole.
    let start = bytes.len() / 4;
    bytes[start..start + 40].fill(0xff);
    let reading = read_bytes(folder.path(), &bytes);
    let reasons = reasons(&reading);
    println!("{} sessions, {reasons:?}", all(&reading).count());
    assert!(
        reasons
            .iter()
            .any(|reason| reason.contains("cannot be read on"))
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn bytes_that_were_changed_do_no_harm(
        shape in 0..5_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        // Most of what can be promised stands at the end.
        late in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let name = SHAPES.get(shape).copied().unwrap_or(CONVERSATIONS);
        let mut bytes = std::fs::read(fixture(name)).unwrap();
        let from = if late { bytes.len() - bytes.len() / 4 } else { 0 };
        for (at, byte) in &changes {
            let at = from + at.index(bytes.len() - from);
            bytes[at] = *byte;
        }
        read_bytes(folder.path(), &bytes);
    }
}
