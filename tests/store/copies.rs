//! Resumed, forked and exported again: each turn once, in the session where it was typed first.

use super::*;
use proptest::prelude::*;
use pushback::model::PartKind;
use pushback::store::{Imported, Joined, What};

/// What the developer typed in the session that the others continue.
const FIRST: [&str; 5] = [
    "weave a scarf in two colours",
    "no, the blue goes first",
    "still the wrong order of the threads",
    "good, now the fringe",
    "the fringe is too short",
];

/// Gives a study without sessions.
fn empty() -> (TempDir, Study) {
    let folder = tempfile::tempdir().unwrap();
    let study = Study::create(&folder.path().join("study.db"), &codebook(), OWNER).unwrap();
    (folder, study)
}

/// Gives a session of an agent that gives ids: each developer turn has its time, in minutes, and an id of both.
fn told(key: &str, turns: &[(&str, i64)]) -> Session {
    let texts: Vec<&str> = turns.iter().map(|(text, _)| *text).collect();
    let mut session = session(key, &texts);
    for (turn, (text, minute)) in session.turns.iter_mut().step_by(2).zip(turns) {
        turn.time = Some(Timestamp(NOON.0 + minute * 60_000));
        turn.native_id = Some(format!("record-{minute}-{}", text_hash(text)));
    }
    session
}

/// Gives a session of an agent without ids and times.
fn silent(key: &str, texts: &[&str]) -> Session {
    let mut session = session(key, texts);
    for turn in &mut session.turns {
        turn.native_id = None;
    }
    session
}

/// Gives a session of an agent without ids, whose turns have these times in minutes.
fn timed(key: &str, turns: &[(&str, i64)]) -> Session {
    let mut session = told(key, turns);
    for turn in &mut session.turns {
        turn.native_id = None;
    }
    session
}

/// Gives the turns of [`FIRST`], one a minute, and then some others.
fn first_and(more: &[(&'static str, i64)]) -> Vec<(&'static str, i64)> {
    let first = FIRST.iter().copied().zip(0..);
    first.chain(more.iter().copied()).collect()
}

fn import(study: &mut Study, session: &Session) -> Imported {
    let marked = (session.clone(), marks(session));
    study.import(&[marked], "test 1").unwrap()
}

/// Gives the developers' words of each session, by key.
fn words(study: &Study) -> Vec<(String, Vec<String>)> {
    let mut found: Vec<_> = study
        .sessions(None)
        .unwrap()
        .iter()
        .map(|row| {
            let turns = study.turns(row, 0, 1000).unwrap().into_iter();
            let own = turns.filter(|turn| turn.role == Role::Developer);
            (row.key.clone(), own.map(|turn| turn.text).collect())
        })
        .collect();
    found.sort();
    found
}

/// Imports sessions in an order, and gives what is there.
fn after(sessions: &[&Session]) -> Vec<(String, Vec<String>)> {
    let (_folder, mut study) = empty();
    for session in sessions {
        import(&mut study, session);
    }
    assert_eq!(findings(&study), [""; 0]);
    words(&study)
}

fn expected(sessions: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
    let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let all = sessions.iter();
    all.map(|(key, texts)| ((*key).to_owned(), own(texts)))
        .collect()
}

/// Checks what is there after an import in either order.
fn check(one: &Session, other: &Session, result: &[(&str, &[&str])]) {
    assert_eq!(after(&[one, other]), expected(result));
    assert_eq!(after(&[other, one]), expected(result));
}

#[test]
fn a_fork_keeps_what_came_after_it() {
    let original = told("loom", &first_and(&[("now the other end", 9)]));
    let mut fork = told(
        "fork",
        &first_and(&[("and now a hat", 20), ("too small", 21)]),
    );
    fork.parent = Some("loom".to_owned());
    let mut whole = FIRST.to_vec();
    whole.push("now the other end");
    let result: [(&str, &[&str]); 2] =
        [("fork", &["and now a hat", "too small"]), ("loom", &whole)];
    check(&original, &fork, &result);
}

#[test]
fn what_was_left_out_is_noted_before_the_last_answer_and_marks_stay_with_their_turns() {
    let original = told("loom", &first_and(&[]));
    let fork = told(
        "zfork",
        &first_and(&[("and now a hat", 20), ("too small", 21)]),
    );
    for pair in [[&original, &fork], [&fork, &original]] {
        let (_folder, mut study) = empty();
        for session in pair {
            import(&mut study, session);
        }
        let rows = study.sessions(None).unwrap();
        let row = rows.iter().find(|row| row.key == "zfork").unwrap();
        assert_eq!((row.developer_turns, row.candidates), (2, 2));
        assert_eq!(row.title, "and now a hat");
        let turns = study.turns(row, 0, 100).unwrap();
        assert_eq!(
            turns[0].text,
            "The developer's first 5 turns stand in loom.\nwhat the agent did about D5"
        );
        let parts = &turns[0].parts;
        assert_eq!(parts[0].kind, PartKind::Injected("copied".to_owned()));
        assert_eq!(
            &turns[0].text[parts[1].start..parts[1].end],
            "what the agent did about D5"
        );
        assert_eq!(turns[1..], fork.turns[10..]);
    }
}

#[test]
fn both_orders_leave_the_same_rows() {
    let original = told("loom", &first_and(&[]));
    let fork = told(
        "zfork",
        &first_and(&[("and now a hat", 20), ("too small", 21)]),
    );
    let rows = [[&original, &fork], [&fork, &original]].map(|pair| {
        let (_folder, mut study) = empty();
        for session in pair {
            import(&mut study, session);
        }
        study.recordings().unwrap()
    });
    assert_eq!(rows[0], rows[1]);
}

#[test]
fn a_session_that_only_repeats_is_not_added_and_is_named() {
    let original = told("loom", &first_and(&[("now the other end", 9)]));
    let mut copy = told("copy", &first_and(&[]));
    copy.parent = Some("loom".to_owned());
    let (folder, mut study) = empty();
    import(&mut study, &original);
    let before = dump(&folder.path().join("study.db"));
    let named = Added::Copy("loom".to_owned());
    assert_eq!(would_add(&study, &copy), named);
    for _ in 0..2 {
        let imported = import(&mut study, &copy);
        assert_eq!(
            (imported.added[0].clone(), imported.joined.len()),
            (named.clone(), 0)
        );
    }
    assert_eq!(dump(&folder.path().join("study.db")), before);
    let (_folder, mut study) = empty();
    import(&mut study, &copy);
    let imported = import(&mut study, &original);
    let removed = Joined {
        session: "copy".to_owned(),
        path: "copy.jsonl".to_owned(),
        original: "loom".to_owned(),
        turns: 5,
        what: What::Removed,
    };
    assert_eq!(imported.joined, [removed]);
    assert_eq!(words(&study).len(), 1);
}

#[test]
fn importing_again_changes_nothing_and_a_fork_that_has_grown_is_extended() {
    let original = told("loom", &first_and(&[]));
    let fork = told("zfork", &first_and(&[("and now a hat", 20)]));
    let grown = told(
        "zfork",
        &first_and(&[("and now a hat", 20), ("too small", 21)]),
    );
    let (folder, mut study) = empty();
    for session in [&fork, &original] {
        import(&mut study, session);
    }
    let before = dump(&folder.path().join("study.db"));
    for session in [&original, &fork, &original] {
        let imported = import(&mut study, session);
        assert_eq!(
            (imported.added[0].clone(), imported.joined.len()),
            (Added::Same, 0)
        );
    }
    assert_eq!(dump(&folder.path().join("study.db")), before);
    assert_eq!(would_add(&study, &grown), Added::Extended(1));
    let imported = import(&mut study, &grown);
    assert_eq!(
        (imported.added[0].clone(), imported.joined.len()),
        (Added::Extended(1), 0)
    );
    assert_eq!(import(&mut study, &fork).added, [Added::Same]);
    assert_eq!(words(&study)[1].1, ["and now a hat", "too small"]);
}

#[test]
fn a_copy_with_labels_stays_as_it_is_and_is_named() {
    let original = told("loom", &first_and(&[]));
    let fork = told("zfork", &first_and(&[("and now a hat", 20)]));
    let (_folder, mut study) = empty();
    import(&mut study, &fork);
    let ada = study
        .coder("ada", CoderKind::Human, Uuid::now_v7())
        .unwrap();
    let unit = Unit {
        session: "zfork".to_owned(),
        turn: 2,
        hash: text_hash(FIRST[1]),
    };
    let put_off = [Change::Deferred(true)];
    study.act(ada.id, &unit, &put_off, None, NOON).unwrap();
    let imported = import(&mut study, &original);
    assert_eq!(imported.added, [Added::New]);
    let [kept] = &imported.joined[..] else {
        panic!("{imported:?}")
    };
    assert_eq!((kept.what, kept.turns), (What::Kept, 5));
    assert_eq!(import(&mut study, &fork).added, [Added::Same]);
    let grown = told(
        "zfork",
        &first_and(&[("and now a hat", 20), ("too small", 21)]),
    );
    assert_eq!(import(&mut study, &grown).added, [Added::Extended(1)]);
    assert_eq!(words(&study)[1].1.len(), 7);
    assert_eq!(findings(&study), [""; 0]);
}

#[test]
fn a_fork_that_was_cut_keeps_its_labels_as_it_grows() {
    let original = told("loom", &first_and(&[]));
    let fork = told("zfork", &first_and(&[("and now a hat", 20)]));
    let (_folder, mut study) = empty();
    import(&mut study, &original);
    import(&mut study, &fork);
    let ada = study
        .coder("ada", CoderKind::Human, Uuid::now_v7())
        .unwrap();
    let unit = Unit {
        session: "zfork".to_owned(),
        turn: 1,
        hash: text_hash("and now a hat"),
    };
    let put_off = [Change::Deferred(true)];
    study.act(ada.id, &unit, &put_off, None, NOON).unwrap();
    let grown = told(
        "zfork",
        &first_and(&[("and now a hat", 20), ("too small", 21)]),
    );
    assert_eq!(import(&mut study, &grown).added, [Added::Extended(1)]);
    assert_eq!(words(&study)[1].1, ["and now a hat", "too small"]);
    assert_eq!(findings(&study), [""; 0]);
}

#[test]
fn what_others_were_cut_for_is_not_replaced_by_another_recording() {
    let mut longer = FIRST.to_vec();
    longer.push("and now a hat");
    let (_folder, mut study) = empty();
    import(&mut study, &silent("a", &FIRST));
    import(&mut study, &silent("b", &longer));
    let other = silent("a", &[FIRST[0], "no", "nope", "stop", "wait", "hm", "well"]);
    assert_eq!(import(&mut study, &other).added, [Added::Differs(2)]);
    let result: [(&str, &[&str]); 2] = [("a", &FIRST), ("b", &["and now a hat"])];
    assert_eq!(words(&study), expected(&result));
}

#[test]
fn a_share_without_the_original_keeps_the_cut() {
    let original = told("loom", &first_and(&[]));
    let fork = told("zfork", &first_and(&[("and now a hat", 20)]));
    let grown = told(
        "zfork",
        &first_and(&[("and now a hat", 20), ("too small", 21)]),
    );
    let (_folder, mut study) = empty();
    import(&mut study, &original);
    import(&mut study, &fork);
    let (_share_folder, mut share) = empty();
    share.copy_sessions(&study, &["zfork".to_owned()]).unwrap();
    assert_eq!(import(&mut share, &fork).added, [Added::Same]);
    assert_eq!(import(&mut share, &grown).added, [Added::Extended(1)]);
    assert_eq!(
        words(&share),
        expected(&[("zfork", &["and now a hat", "too small"])])
    );
}

#[test]
fn without_ids_three_equal_turns_at_the_beginning_are_a_copy() {
    let result: [(&str, &[&str]); 2] = [("a", &FIRST), ("b", &["and now a hat"])];
    let mut longer = FIRST.to_vec();
    longer.push("and now a hat");
    check(&silent("a", &FIRST), &silent("b", &longer), &result);
    // A file without an id, written again when it was longer, is the same session once.
    let result: [(&str, &[&str]); 1] = [("text:1", &longer)];
    check(
        &silent("text:0", &FIRST),
        &silent("text:1", &longer),
        &result,
    );
    // A copy that was stamped anew when it was made, a second between the turns.
    let mut stamped = timed("0copy", &first_and(&[("and now a hat", 90)]));
    for (turn, second) in stamped.turns.iter_mut().step_by(2).take(5).zip(0..) {
        turn.time = Some(Timestamp(NOON.0 + 80 * 60_000 + second * 1000));
    }
    let original = timed(
        "loom",
        &[
            (FIRST[0], 0),
            (FIRST[1], 7),
            (FIRST[2], 9),
            (FIRST[3], 12),
            (FIRST[4], 40),
        ],
    );
    let result: [(&str, &[&str]); 2] = [("0copy", &["and now a hat"]), ("loom", &FIRST)];
    check(&original, &stamped, &result);
}

#[test]
fn one_session_from_two_programs_is_one() {
    let native = told("loom", &first_and(&[]));
    let mut export = timed("export", &first_and(&[]));
    // Minutes only, in another zone.
    for turn in export.turns.iter_mut().step_by(2) {
        turn.time = turn.time.map(|time| Timestamp(time.0 + 7_200_000));
    }
    "markdown".clone_into(&mut export.source.format);
    check(&native, &export, &[("loom", &FIRST)]);
}

/// Checks that nothing is left out of two sessions.
fn apart(one: &Session, other: &Session) {
    for pair in [[one, other], [other, one]] {
        let (_folder, mut study) = empty();
        for session in pair {
            let imported = import(&mut study, session);
            assert_eq!(
                (imported.added[0].clone(), imported.joined.len()),
                (Added::New, 0)
            );
        }
        let turns: usize = words(&study).iter().map(|(_, own)| own.len()).sum();
        let given = [one, other].map(|own| own.developer_turns().count());
        assert_eq!(turns, given.iter().sum::<usize>());
    }
}

#[test]
fn sessions_that_begin_alike_are_no_copies() {
    let template =
        "You are a careful weaver. Read PATTERN.md, plan the threads, then weave row by row.";
    let begun = |key: &str, rest: &[&str]| silent(key, &[&[template], rest].concat());
    // One template, and then a word of two.
    apart(
        &begun("a", &["continue", "yes", "too small"]),
        &begun("b", &["continue", "yes", "no"]),
    );
    apart(&begun("a", &["knit a hat"]), &begun("b", &["spin a yarn"]));
    apart(&begun("a", &[]), &begun("b", &[]));
    apart(
        &silent("a", &["continue", "continue", "yes", "go on"]),
        &silent("b", &["continue", "continue", "yes", "go on"]),
    );
    // One script, run on two days at another pace.
    let paced = |key, day: i64, pace: i64| {
        let turns: Vec<_> = FIRST
            .iter()
            .copied()
            .zip((0..).map(|at| day * 1440 + at * pace))
            .collect();
        timed(key, &turns)
    };
    apart(&paced("a", 0, 5), &paced("b", 1, 9));
    // Another agent got the same words.
    let mut other = silent("b", &FIRST);
    "Spindle".clone_into(&mut other.agent);
    apart(&silent("a", &FIRST), &other);
    // One program gave the turns ids of their own.
    let shifted: Vec<_> = first_and(&[])
        .iter()
        .map(|(text, at)| (*text, at + 100))
        .collect();
    apart(&told("a", &first_and(&[])), &told("b", &shifted));
    // Counters are no ids.
    let counted = |key: &str| {
        let mut session = silent(key, &["weave a scarf in two colours", "no"]);
        for (turn, at) in session.turns.iter_mut().zip(1..) {
            turn.native_id = Some(format!("{at}"));
        }
        session
    };
    apart(&counted("a"), &counted("b"));
}

#[test]
fn a_turn_in_the_middle_that_is_said_again_stays() {
    let mut later = silent("b", &["knit a hat"]);
    later.turns.extend(silent("b", &FIRST).turns);
    apart(&silent("a", &FIRST), &later);
}

/// Sessions that were forked from each other: each continues one before it after some turns, with its ids or, where
/// the agent gives none, stamped anew.
fn family(has_ids: bool, forks: &[(usize, usize, usize)], names: &[usize]) -> Vec<Session> {
    let mut all: Vec<Vec<(String, i64)>> = Vec::new();
    for (number, (from, kept, more)) in (0_i64..).zip(forks) {
        let mut turns = match all.len() {
            0 => Vec::new(),
            others => {
                let parent = &all[from % others];
                parent[..(*kept).clamp(3, parent.len())].to_vec()
            }
        };
        let fresh = *more + if all.is_empty() { 3 } else { 0 };
        for at in 0..i64::try_from(fresh).unwrap() {
            let minute = 1000 * number + at * (7 + number);
            turns.push((
                format!("turn {at} of the developer in session {number}"),
                minute,
            ));
        }
        all.push(turns);
    }
    let build = |(number, turns): (usize, &Vec<(String, i64)>)| {
        let own: Vec<(&str, i64)> = turns
            .iter()
            .map(|(text, at)| (text.as_str(), *at))
            .collect();
        let key = format!("session {}", names[number]);
        if has_ids {
            told(&key, &own)
        } else {
            timed(&key, &own)
        }
    };
    all.iter().enumerate().map(build).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn each_turn_stands_once_whatever_the_order(
        has_ids in any::<bool>(),
        forks in prop::collection::vec((0..5_usize, 0..9_usize, 0..4_usize), 1..6),
        names in Just((0..6).collect::<Vec<usize>>()).prop_shuffle(),
        order in Just((0..12).collect::<Vec<usize>>()).prop_shuffle(),
        kept in 1..6_usize,
    ) {
        let sessions = family(has_ids, &forks, &names);
        let mut expected: Vec<&str> = sessions
            .iter()
            .flat_map(|session| session.developer_turns().map(|(_, turn)| turn.text.as_str()))
            .collect();
        expected.sort_unstable();
        expected.dedup();
        let in_order: Vec<&Session> = sessions.iter().collect();
        // Among them are older recordings of the same sessions, with fewer turns. Without ids, one or two turns of a
        // copy that is not there do not tell.
        let kept = if has_ids { kept } else { kept.max(3) };
        let older = sessions.iter().map(|session| {
            let mut older = session.clone();
            older.turns.truncate(2 * kept);
            older
        });
        let all: Vec<Session> = sessions.iter().cloned().chain(older).collect();
        let shuffled: Vec<&Session> = order.iter().filter_map(|at| all.get(*at)).collect();
        let found = after(&in_order);
        let mut texts: Vec<&str> = found.iter().flat_map(|(_, own)| own.iter().map(String::as_str)).collect();
        texts.sort_unstable();
        prop_assert_eq!(texts, expected);
        prop_assert_eq!(after(&shuffled), found);
    }
}

#[test]
fn an_older_study_is_brought_up_and_finds_its_copies() {
    let original = told("loom", &first_and(&[]));
    let fork = told("zfork", &first_and(&[("and now a hat", 20)]));
    let (folder, mut study) = empty();
    import(&mut study, &fork);
    let path = folder.path().join("study.db");
    drop(study);
    let plain = Connection::open(&path).unwrap();
    plain
        .execute_batch(
            "DROP TABLE copied; DROP INDEX session_opening; DROP INDEX turn_native_id;
             ALTER TABLE session DROP COLUMN forked; ALTER TABLE session DROP COLUMN opened;
             ALTER TABLE session DROP COLUMN opening; PRAGMA user_version = 1;",
        )
        .unwrap();
    drop(plain);
    // For reading, a copy is brought up, and the file stays as it is.
    let bytes = std::fs::read(&path).unwrap();
    let reader = Study::open_to_read(&path).unwrap();
    assert_eq!(would_add(&reader, &original), Added::New);
    assert_eq!(reader.recordings().unwrap().len(), 1);
    drop(reader);
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
    let mut study = Study::open_to_write(&path, OWNER).unwrap();
    import(&mut study, &original);
    assert_eq!(
        words(&study)[1],
        ("zfork".to_owned(), vec!["and now a hat".to_owned()])
    );
    assert_eq!(findings(&study), [""; 0]);
}

/// Gives the transcripts below a folder, in the order of their names.
fn transcripts(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            transcripts(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
#[ignore = "reads the shared corpus"]
fn the_corpus_gives_the_same_sessions_in_both_orders() {
    let Some(shared) = crate::given::shared() else {
        return;
    };
    let mut paths = Vec::new();
    for agent in ["claude-code", "codex", "specstory"] {
        transcripts(&shared.join("corpus").join(agent), &mut paths);
    }
    let readings = paths
        .iter()
        .filter_map(|path| pushback::import::read(path, None).ok());
    let sessions: Vec<Session> = readings
        .flat_map(|reading| reading.sessions)
        .filter(|session| session.developer_turns().count() > 0)
        .collect();
    let ends = [false, true].map(|backwards| {
        println!("\nbackwards: {backwards}");
        let mut order: Vec<&Session> = sessions.iter().collect();
        if backwards {
            order.reverse();
        }
        let (_folder, mut study) = empty();
        for session in &order {
            let imported = import(&mut study, session);
            let name = session.source.path.rsplit('/').next().unwrap();
            if let Added::Copy(original) = &imported.added[0] {
                println!("copy: {} {name} of {original}", session.key);
            }
            for joined in imported.joined {
                println!("{joined:?}");
            }
        }
        for session in order {
            let imported = import(&mut study, session);
            let again = &imported.added[0];
            assert!(
                matches!(again, Added::Same | Added::Differs(_) | Added::Copy(_)),
                "{again:?}"
            );
            assert_eq!(imported.joined, []);
        }
        words(&study)
    });
    println!("{} sessions read, {} stored", sessions.len(), ends[0].len());
    let missing = |one: &[(String, Vec<String>)], other: &[(String, Vec<String>)]| {
        let own = one.iter().filter(|session| !other.contains(session));
        own.map(|(key, turns)| (key.clone(), turns.len()))
            .collect::<Vec<_>>()
    };
    assert_eq!(missing(&ends[0], &ends[1]), []);
    assert_eq!(missing(&ends[1], &ends[0]), []);
}
