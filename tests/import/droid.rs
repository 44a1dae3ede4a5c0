//! Sessions and streams of Factory Droid.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use pushback::import::{self, Error, Reading, Source};

fn read(name: &str) -> Reading {
    import::read(&super::fixture(&format!("droid/{name}")), None).unwrap()
}

#[test]
fn a_stored_session_gives_turns_with_their_marks() {
    insta::assert_snapshot!(super::outlines(&read("store.jsonl")), @"
    dd000000-0000-4000-8000-000000000001 | Factory Droid - | cli
    A0
       [reminder]: The folder is quilt.
    D1 prompt: sew the seam é
    A1
       thinking: Which seam?
       prose: I look for it.
       Execute grep seam quilt Some(Exit(1)): grep seam quilt⏎Error: Command failed (exit code: 1)⏎nothing
       Edit quilt/seam.txt Some(Refused): -open⏎+closed⏎Error: Tool execution cancelled by user
       ! refused Edit
    D2 steering: not that one, the long seam
    A2
       [compaction summary]: A seam is to be sewn.
       prose: The long one.
       ! compacted 
    D3 prompt: [image]
    ");
}

#[test]
fn a_session_that_another_one_called_goes_aside() {
    insta::assert_snapshot!(super::outlines(&read("sub-agent.jsonl")), @"
    (SubAgent) dd000000-0000-4000-8000-000000000002 | Factory Droid - | cli
    D1 prompt: count the stitches
    A1
       prose: Nine.
    ");
}

#[test]
fn a_stream_goes_aside() {
    insta::assert_snapshot!(super::outlines(&read("stream.jsonl")), @"
    (Machine) ds000000-0000-4000-8000-000000000003 | Factory Droid - | sdk
    D1 prompt: list the patches
    A1
       Execute ls patches Some(Done): ls patches⏎red⏎blue
       prose: Two patches.
       ! error
    ");
}

#[test]
fn the_settings_belong_to_the_session_beside_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.settings.json");
    std::fs::write(&path, r#"{"model":"m"}"#).unwrap();
    let found = || import::recognise(&Source::file(&path));
    assert!(matches!(found(), Err(Error::Unknown { .. })));
    std::fs::write(folder.path().join("a.jsonl"), "").unwrap();
    assert!(matches!(found(), Err(Error::Companion { .. })));
}
