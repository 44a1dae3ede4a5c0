//! Laws: what holds for any files that fit together.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::recoding::second;
use super::*;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseResult, TestRunner};
use pushback::model::{Choice, Decision, Entry, How, Settled, Settlement, derive};

use crate::store::field;

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
    /// An episode, with a title where there is a word.
    Label(usize, u32, String),
    /// An episode with the code that has another name in the second version of the codebook.
    Locate(usize, u32),
    Memo(usize, u32, String),
    Dismiss(usize, u32),
    /// A verdict that is settled by taking somebody's; of the gold coder alone.
    Settle(usize, u32, u128),
    Undo,
}

impl Key {
    fn name(&self) -> &'static str {
        match self {
            Key::Label(_, _, title) if title.is_empty() => "label",
            Key::Label(..) => "title",
            Key::Locate(..) => "locate",
            Key::Memo(..) => "memo",
            Key::Dismiss(..) => "dismiss",
            Key::Settle(..) => "settle",
            Key::Undo => "undo",
        }
    }
}

/// How many acts of each kind were tried, and how many of them were written.
type Acts = BTreeMap<&'static str, (usize, usize)>;

/// The coders by their ids, from 1 on; the last one is gold.
const NAMES: [&str; 3] = ["anna", "bea", "gold"];

/// One person's study.
#[derive(Debug, Clone)]
struct Work {
    coder: u128,
    recordings: [Option<u8>; 3],
    keys: Vec<(Key, i64)>,
    labels_only: bool,
    is_second: bool,
}

fn key() -> impl Strategy<Value = Key> {
    let place = || (0..3_usize, 1..4_u32);
    prop_oneof![
        4 => (place(), "[a-z]{0,2}").prop_map(|((session, turn), title)| Key::Label(session, turn, title)),
        2 => place().prop_map(|(session, turn)| Key::Locate(session, turn)),
        3 => (place(), 1..3_u128).prop_map(|((session, turn), from)| Key::Settle(session, turn, from)),
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
        prop::bool::weighted(0.3),
    )
        .prop_map(|(coder, recordings, keys, labels_only, is_second)| Work {
            coder,
            recordings,
            keys,
            labels_only,
            is_second,
        })
}

/// Carries out the work in a study of its own, and counts the acts.
fn carry_out(desk: &Desk, name: &str, work: &Work, acts: &mut Acts) {
    let made = if work.labels_only { "full.db" } else { name };
    let sessions: Vec<Session> = KEYS
        .iter()
        .zip(work.recordings)
        .filter_map(|(key, recording)| Some(session(key, &texts(recording?))))
        .collect();
    let book = if work.is_second { second() } else { codebook() };
    let mut study = Study::create(&desk.path(made), &book, OWNER).unwrap();
    for session in &sessions {
        add(&mut study, session);
    }
    let id = Uuid::from_u128(work.coder);
    let mut known = vec![work.coder];
    if work.coder == 3 {
        // Gold settles between the others.
        known.extend([1, 2]);
    }
    for known in known {
        let name = NAMES[usize::try_from(known).unwrap() - 1];
        let kind = if known == 3 {
            CoderKind::Gold
        } else {
            CoderKind::Human
        };
        study.coder(name, kind, Uuid::from_u128(known)).unwrap();
    }
    let mut coder = Coder { study, id };
    for (key, jitter) in &work.keys {
        let Some(is_written) = press(&mut coder, work, key, Timestamp(NOON.0 + jitter)) else {
            continue;
        };
        let count = acts.entry(key.name()).or_default();
        *count = (count.0 + 1, count.1 + usize::from(is_written));
    }
    if work.labels_only {
        coder.study.write_labels_only(&desk.path(name)).unwrap();
        std::fs::remove_file(desk.path(made)).unwrap();
    }
}

/// Presses a key, and tells whether anything was written; `None` where there is nothing that it could be about.
fn press(coder: &mut Coder, work: &Work, key: &Key, now: Timestamp) -> Option<bool> {
    let (session, turn) = match key {
        Key::Undo => return Some(coder.study.undo(coder.id, now).unwrap().is_some()),
        Key::Settle(..) if work.coder != 3 => return None,
        Key::Label(session, turn, _)
        | Key::Locate(session, turn)
        | Key::Memo(session, turn, _)
        | Key::Settle(session, turn, _)
        | Key::Dismiss(session, turn) => (*session, *turn),
    };
    let unit = unit(KEYS[session], &texts(work.recordings[session]?), turn);
    let changes = changes(key, work);
    // What a rule refuses is not written.
    Some(
        coder
            .study
            .act(coder.id, &unit, &changes, None, now)
            .is_ok(),
    )
}

/// Gives what a key says about its turn.
fn changes(key: &Key, work: &Work) -> Vec<Change> {
    let episode = Uuid::now_v7();
    let mut changes = complete(episode);
    changes.insert(0, Change::Verdict(None));
    match key {
        Key::Label(_, _, title) => changes.push(Change::Extra {
            episode,
            field: "title".to_owned(),
            value: title.clone(),
        }),
        Key::Locate(..) => {
            let locus = if work.is_second { "DL9" } else { "DL4" };
            changes.push(field(episode, "severity", vec![Choice::of("DS2")]));
            changes.push(field(episode, "locus", vec![Choice::of(locus)]));
        }
        Key::Memo(_, _, memo) => return vec![Change::Memo(memo.clone())],
        Key::Dismiss(..) => {
            return vec![Change::Verdict(Some(Verdict::NotEpisode {
                reason: "truncation".to_owned(),
                text: None,
            }))];
        }
        Key::Settle(_, _, from) => return vec![settled(*from)],
        Key::Undo => return Vec::new(),
    }
    changes.push(Change::Verdict(Some(Verdict::Episodes)));
    changes
}

fn settled(from: u128) -> Change {
    Change::Settled {
        what: Settled {
            episode: None,
            field: "verdict".to_owned(),
        },
        settlement: Some(Settlement {
            how: How::Took(Uuid::from_u128(from)),
            reason: None,
            by: Uuid::from_u128(1),
        }),
    }
}

/// Gives the words that a merge of some studies needs: the first coder is called otherwise everywhere, and where
/// the codebooks have other codes, these are recoded.
fn words(desk: &Desk, names: &[&str]) -> Options {
    let studies: Vec<Study> = names.iter().map(|name| desk.read(name)).collect();
    let has_anna = studies
        .iter()
        .any(|own| own.known_coder("anna").unwrap().is_some());
    let versions: BTreeSet<&str> = studies.iter().map(|own| &*own.codebook().hash).collect();
    let given = |is_needed: bool, words: &str| {
        let words = is_needed.then(|| words.to_owned());
        words.into_iter().collect()
    };
    Options {
        same: given(has_anna, "anna=ann"),
        recode: given(versions.len() > 1, "DL4=DL9"),
    }
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
    // No row stands in two of the files that people made; a recoding adds rows, and takes none away.
    let versions: BTreeSet<&str> = rows.iter().map(|row| &*row.codebook).collect();
    assert!(rows.len() == expected || versions.len() > 1);
    assert!(rows.len() >= expected);
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

/// Merges studies with the words that they need, and gives what the new one holds.
fn merged(desk: &Desk, names: &[&str], into: &str) -> String {
    let plan = desk.merge_with(names, into, &words(desk, names)).unwrap();
    assert_eq!(plan.refusals, [], "{names:?}");
    dump(&desk.path(into))
}

/// Checks that the order in which two coders of two files are said to be one person does not matter.
fn check_one_person(desk: &Desk, works: &[Work; 3]) {
    if works[0].coder == works[1].coder || works.iter().any(|own| own.coder == 3) {
        return;
    }
    let name = |at: usize| NAMES[usize::try_from(works[at].coder).unwrap() - 1];
    let one = same(&[&format!("b.db:{}=a.db:{}", name(1), name(0))]);
    let unite = |names: &[&str], into: &str| {
        let recode = words(desk, names).recode;
        let options = Options {
            recode,
            ..one.clone()
        };
        let plan = desk.merge_with(names, into, &options).unwrap();
        // Two files in which one person has one name twice, or one id two names, want more words than these.
        plan.refusals.is_empty().then(|| dump(&desk.path(into)))
    };
    let first = unite(&["a.db", "b.db", "c.db"], "one.db");
    assert!(unite(&["c.db", "b.db", "a.db"], "same.db") == first);
}

fn check_laws(works: &[Work; 3], acts: &mut Acts) -> TestCaseResult {
    let desk = Desk::new();
    let names = ["a.db", "b.db", "c.db"];
    for (name, work) in names.iter().zip(works) {
        carry_out(&desk, name, work, acts);
    }
    let before = names.map(|name| std::fs::read(desk.path(name)).unwrap());
    let all = merged(&desk, &names, "abc.db");
    let check = |names: &[&str], into: &str| {
        let other = merged(&desk, names, into);
        assert!(other == all, "{names:?} is another one than all at once");
    };
    check(&["c.db", "a.db", "b.db"], "cab.db");
    merged(&desk, &["a.db", "b.db"], "ab.db");
    check(&["ab.db", "c.db"], "ab-c.db");
    merged(&desk, &["c.db", "b.db"], "bc.db");
    check(&["a.db", "bc.db"], "a-bc.db");
    check(&["ab.db", "bc.db"], "ab-bc.db");
    check(&["abc.db", "a.db"], "again.db");
    check(&["b.db", "abc.db", "ab.db"], "more.db");
    let whole = desk.read("abc.db");
    check_rows(&desk, &names, &whole);
    let coders: BTreeSet<u128> = works.iter().map(|work| work.coder).collect();
    let same_text = (0..3).all(|at| {
        let own = works.iter().filter_map(|work| work.recordings[at]);
        own.collect::<BTreeSet<u8>>().len() < 2
    });
    let is_simple = coders.len() == 3 && same_text;
    prop_assert_eq!(broken(&whole, is_simple), Vec::<String>::new());
    check_one_person(&desk, works);
    // Whatever was merged, the files that it came from are as they were.
    let after = names.map(|name| std::fs::read(desk.path(name)).unwrap());
    prop_assert!(after == before);
    Ok(())
}

#[test]
fn merging_knows_no_order_no_stages_and_no_repetition() {
    let config = ProptestConfig {
        cases: 8,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let acts = RefCell::new(Acts::new());
    let works = [work(), work(), work()];
    let checked =
        TestRunner::new(config).run(&works, |works| check_laws(&works, &mut acts.borrow_mut()));
    checked.unwrap();
    let acts = acts.into_inner();
    // Laws of nothing hold always.
    let (tried, written) = acts
        .values()
        .fold((0, 0), |sum, own| (sum.0 + own.0, sum.1 + own.1));
    assert!(tried > 40 && written * 2 > tried, "{acts:?}");
    for (name, (tried, written)) in &acts {
        assert!(*tried < 6 || *written > 0, "{name} is always refused");
    }
}
