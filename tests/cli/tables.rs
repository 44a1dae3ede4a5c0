//! What an import does with the tables of SWE-chat.

use super::Desk;

/// Copies the tables of the fixtures, one of them or both.
fn desk(names: &[&str]) -> Desk {
    let desk = Desk::new();
    for name in names {
        let from = format!("tests/fixtures/swe-chat/{name}.parquet");
        desk.copy(&from, &format!("in/{name}.parquet"));
    }
    desk
}

#[cfg(feature = "parquet")]
mod with_parquet {
    use std::ffi::OsStr;
    use std::fs;

    use crate::cli::repository;

    use super::desk;

    #[test]
    fn a_folder_with_both_tables_gives_their_sessions() {
        let desk = desk(&["conversations", "sessions"]);
        insta::assert_snapshot!(desk.run("import s.db in").done(), @r"
        found: SWE-chat 1 file (16.0 kB), 1 file that belong to them
        imported 2 sessions, 15 turns, 8 of them the developers', 3 marked as pushback from 1 file
        sessions: 2 new
        sessions left out: 1 of sub-agents (--sub-agents takes them), 1 without a developer turn
        left out or noted, 2:
          in/conversations.parquet: rows without a session_id: 1
          in/conversations.parquet: sessions of sessions.parquet without rows in the conversations: 1
        ");
        let said = desk.run("import s.db in/conversations.parquet").done();
        assert!(said.contains("sessions: 2 already there"), "{said}");
    }

    #[test]
    fn conversations_do_alone_and_sessions_say_what_is_missing() {
        let alone = desk(&["conversations"]);
        let said = alone.run("import s.db in --dry-run").done();
        assert!(said.contains("would import 2 sessions"), "{said}");
        let said = desk(&["sessions"]).run("import s.db in/sessions.parquet");
        assert_eq!(said.code, 1);
        let what = "SWE-chat's table of sessions, which holds no turns: put conversations.parquet beside it";
        assert!(said.out.contains(what), "{}", said.out);
    }

    #[test]
    fn sessions_are_chosen_as_those_of_any_format() {
        let desk = desk(&["conversations", "sessions"]);
        let check = |more: &str, expected: &str| {
            let call = format!("import s.db in --dry-run --json {more}");
            let said = desk.run(call.trim()).json();
            let counts = (&said["sessions"], &said["left_out"]);
            assert_eq!(format!("{}", counts.0), expected, "{more}: {}", counts.1);
        };
        check("", "2");
        check("--agent gemini", "1");
        check("--repo harbour/boats", "1");
        check("--min-turns 3", "1");
        check("--since 2026-03-01", "2");
        check("--sub-agents", "3");
        check("--agent swe-chat", "2");
    }

    #[test]
    fn a_table_comes_over_a_pipe_too() {
        let desk = desk(&[]);
        let table = repository("tests/fixtures/swe-chat/conversations.parquet");
        let call = ["import", "s.db", "-"].map(OsStr::new);
        let said = desk.call_with(call, &fs::read(table).unwrap()).done();
        assert!(said.starts_with("imported 2 sessions"), "{said}");
    }

    #[test]
    fn turns_of_a_table_are_marked_without_a_study() {
        let desk = desk(&["conversations"]);
        let said = desk.run("detect in");
        assert!(said.out.contains("no, white, as I said"), "{}", said.out);
        assert!(
            said.err.contains("rows without a session_id"),
            "{}",
            said.err
        );
    }

    #[test]
    fn a_damaged_table_gets_a_sentence_and_nothing_else() {
        let desk = desk(&[]);
        let table = repository("tests/fixtures/swe-chat/conversations.parquet");
        let bytes = fs::read(table).unwrap();
        desk.write("in/cut.parquet", &bytes[..bytes.len() / 2]);
        let said = desk.run("import s.db in/cut.parquet");
        assert_eq!(said.code, 1);
        let what =
            "in/cut.parquet: a Parquet file: it is cut off: a Parquet file is read from its end";
        assert!(said.out.contains(what), "{}", said.out);
        assert!(!said.err.contains("panicked"), "{}", said.err);
    }
}

#[cfg(not(feature = "parquet"))]
#[test]
fn a_build_without_parquet_says_so() {
    let desk = desk(&["conversations"]);
    let said = desk.run("import s.db in/conversations.parquet");
    let what = "a Parquet file: this build of pushback reads no Parquet files: build it with the feature parquet";
    assert!(said.out.contains(what), "{}", said.out);
}
