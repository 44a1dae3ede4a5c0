//! Laws: what holds for any files that fit together.

use std::collections::BTreeMap;

use super::*;
use proptest::prelude::*;
use pushback::model::{Decision, Entry, derive};

const KEYS: [&str; 3] = ["loom", "wool", "felt"];

/// The turns of a session as different people may have recorded it.
fn texts(recording: u8) -> Vec<&'static str> {
    match recording {
        0 => TURNS.to_vec(),
        1 => TURNS[..3].to_vec(),
        2 => [&TURNS[..], &["one more thing"]].concat(),
        _ => vec![TURNS[0], TURNS[1], "words of another day", TURNS[3]],
    }
}

/// One act of a coder.
#[derive(Debug, Clone)]
enum Key {
    Label(usize, u32),
    Memo(usize, u32, String),
    Dismiss(usize, u32),
    Undo,
}

/// One person's study.
#[derive(Debug, Clone)]
struct Work {
    coder: u128,
    recordings: [Option<u8>; 3],
    keys: Vec<(Key, i64)>,
    labels_only: bool,
}

fn key() -> impl Strategy<Value = Key> {
    let place = || (0..3_usize, 1..4_u32);
    prop_oneof![
        4 => place().prop_map(|(session, turn)| Key::Label(session, turn)),
        2 => (place(), "[a-z]{0,6}").prop_map(|((session, turn), memo)| Key::Memo(session, turn, memo)),
        2 => place().prop_map(|(session, turn)| Key::Dismiss(session, turn)),
        1 => Just(Key::Undo),
    ]
}

fn work() -> impl Strategy<Value = Work> {
    let recording = prop_oneof![1 => Just(None), 4 => Just(Some(0)), 3 => (1..4_u8).prop_map(Some)];
    (
        1..4_u128,
        [recording.clone(), recording.clone(), recording],
        prop::collection::vec((key(), -50_000..50_000_i64), 0..12),
        prop::bool::weighted(0.2),
    )
        .prop_map(|(coder, recordings, keys, labels_only)| Work {
            coder,
            recordings,
            keys,
            labels_only,
        })
}

/// Carries out the work in a study of its own.
fn carry_out(desk: &Desk, name: &str, work: &Work) {
    let made = if work.labels_only { "full.db" } else { name };
    let sessions: Vec<Session> = KEYS
        .iter()
        .zip(work.recordings)
        .filter_map(|(key, recording)| Some(session(key, &texts(recording?))))
        .collect();
    let names = ["anna", "bea", "cyd"];
    let called = names[usize::try_from(work.coder).unwrap() - 1];
    let mut coder = desk.coder(made, (called, work.coder), &sessions);
    for (key, jitter) in &work.keys {
        press(&mut coder, work, key, Timestamp(NOON.0 + jitter));
    }
    if work.labels_only {
        coder.study.write_labels_only(&desk.path(name)).unwrap();
        std::fs::remove_file(desk.path(made)).unwrap();
    }
}

fn press(coder: &mut Coder, work: &Work, key: &Key, now: Timestamp) {
    let (session, turn) = match key {
        Key::Undo => {
            coder.study.undo(coder.id, now).unwrap();
            return;
        }
        Key::Label(session, turn) | Key::Memo(session, turn, _) | Key::Dismiss(session, turn) => {
            (*session, *turn)
        }
    };
    let Some(recording) = work.recordings[session] else {
        return;
    };
    let unit = unit(KEYS[session], &texts(recording), turn);
    let changes = match key {
        Key::Memo(_, _, memo) => vec![Change::Memo(memo.clone())],
        Key::Dismiss(..) => vec![Change::Verdict(Some(Verdict::NotEpisode {
            reason: "truncation".to_owned(),
            text: None,
        }))],
        _ => {
            let mut changes = complete(Uuid::now_v7());
            changes.insert(0, Change::Verdict(None));
            changes.push(Change::Verdict(Some(Verdict::Episodes)));
            changes
        }
    };
    // What a rule refuses is not written.
    let _ = coder.study.act(coder.id, &unit, &changes, None, now);
}

/// Checks that the tables say what the histories say, and that no row is lost.
fn check_rows(desk: &Desk, names: &[&str], merged: &Study) {
    let rows = merged.whole_history().unwrap();
    let known: BTreeMap<Uuid, &Entry> = rows.iter().map(|row| (row.id, row)).collect();
    let mut expected = 0;
    for name in names {
        let own = desk.read(name).whole_history().unwrap();
        expected += own.len();
        for row in &own {
            assert_eq!(known.get(&row.id), Some(&row));
        }
    }
    // No row stands in two of the files that people made.
    assert_eq!(rows.len(), expected);
    for coder in merged.coders().unwrap() {
        for row in merged.sessions(Some(coder.id)).unwrap() {
            let opened = merged.open_session(&row, Some(coder.id)).unwrap();
            for turn in opened.developer_turns() {
                let of_unit = |entry: &&Entry| {
                    (entry.coder, &entry.unit.session, entry.unit.turn)
                        == (coder.id, &row.key, turn)
                };
                let own: Vec<Entry> = rows.iter().filter(of_unit).cloned().collect();
                let shown = opened.decisions.get(&turn).cloned().unwrap_or_default();
                assert_eq!(shown, derive(&own));
                assert_eq!(
                    shown == Decision::default(),
                    !opened.decisions.contains_key(&turn)
                );
            }
        }
    }
}

/// Gives what a check finds that no merge can bring about.
fn broken(study: &Study, is_simple: bool) -> Vec<String> {
    let may_be = |line: &String| {
        // One coder who decided a turn in two files has both episodes, or an episode and none; a text that differs
        // is named.
        [
            "verdict",
            "episode",
            "not the one that was labelled",
            "no such turn",
        ]
        .iter()
        .any(|known| line.contains(known))
    };
    let found = findings(study).into_iter();
    found.filter(|line| is_simple || !may_be(line)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn merging_knows_no_order_no_stages_and_no_repetition(works in [work(), work(), work()]) {
        let desk = Desk::new();
        let names = ["a.db", "b.db", "c.db"];
        for (name, work) in names.iter().zip(&works) {
            carry_out(&desk, name, work);
        }
        let before = names.map(|name| std::fs::read(desk.path(name)).unwrap());
        let (_, all) = desk.merge(&names, "abc.db");
        let check = |names: &[&str], into: &str| {
            let (_, other) = desk.merge(names, into);
            assert!(other == all, "{names:?} is another one than all at once");
        };
        check(&["c.db", "a.db", "b.db"], "cab.db");
        desk.merge(&["a.db", "b.db"], "ab.db");
        check(&["ab.db", "c.db"], "ab-c.db");
        desk.merge(&["c.db", "b.db"], "bc.db");
        check(&["a.db", "bc.db"], "a-bc.db");
        check(&["ab.db", "bc.db"], "ab-bc.db");
        check(&["abc.db", "a.db"], "again.db");
        check(&["b.db", "abc.db", "ab.db"], "more.db");
        let merged = desk.read("abc.db");
        check_rows(&desk, &names, &merged);
        let coders: std::collections::BTreeSet<u128> = works.iter().map(|work| work.coder).collect();
        let same_text = (0..3).all(|at| {
            let recordings: std::collections::BTreeSet<u8> = works.iter().filter_map(|work| work.recordings[at]).collect();
            recordings.len() < 2
        });
        prop_assert_eq!(broken(&merged, coders.len() == 3 && same_text), Vec::<String>::new());
        // Whatever was merged, the files that it came from are as they were.
        prop_assert_eq!(names.map(|name| std::fs::read(desk.path(name)).unwrap()), before);
    }
}
