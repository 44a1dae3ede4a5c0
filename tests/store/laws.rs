//! Laws: what holds after any acts, undos, redos and openings.

use std::collections::{BTreeMap, HashMap};

use super::*;
use proptest::prelude::*;
use pushback::model::{
    Certainty, Decision, Entry, apply, check_change, derive, missing, violations,
};

/// Something that a coder may do.
#[derive(Debug, Clone)]
enum Key {
    Act(u32, Vec<Change>),
    Undo,
    Redo,
    Reopen,
}

/// One of a few episodes of a turn, so that acts meet each other's.
fn episode_of(turn: u32, at: u32) -> Uuid {
    Uuid::from_u128(u128::from(turn * 10 + at))
}

fn choices(codes: &'static [&'static str]) -> impl Strategy<Value = Vec<Choice>> {
    let attribute = prop_oneof![
        Just(None),
        Just(Some("direct".to_owned())),
        Just(Some("speculative".to_owned()))
    ];
    let choice = (prop::sample::select(codes), attribute).prop_map(|(code, attribute)| Choice {
        attribute,
        ..Choice::of(code)
    });
    prop::collection::vec(choice, 0..3)
}

fn verdict() -> impl Strategy<Value = Option<Verdict>> {
    let not = |reason: &str, text: Option<String>| {
        Some(Verdict::NotEpisode {
            reason: reason.to_owned(),
            text,
        })
    };
    prop_oneof![
        Just(None),
        Just(Some(Verdict::Episodes)),
        Just(not("truncation", None)),
        "[a-z\"\\\\\u{0}é\n]{1,9}".prop_map(move |text| not("other", Some(text))),
    ]
}

fn fields(episode: Uuid) -> impl Strategy<Value = Change> {
    let set = move |name: &'static str, codes| {
        choices(codes).prop_map(move |choices| field(episode, name, choices))
    };
    prop_oneof![
        set("form", &["S1", "S2", "S3"]),
        set("cause", &["C1", "C2", "C7"]),
        set("severity", &["DS1", "DS2"]),
        set("locus", &["DL1", "DL2"]),
        set("status", &["RS1", "RS2"]),
        set("resolver", &["RV1"]),
    ]
}

fn about(episode: Uuid) -> impl Strategy<Value = Change> {
    let quoting = (0..3_u128, any::<bool>(), 0..4_usize).prop_map(move |(id, there, start)| {
        let id = Uuid::from_u128(episode.as_u128() * 100 + id);
        let words = &"agent did"[start..];
        let quote = there.then(|| Quote {
            id,
            ..quote(2, words)
        });
        Change::Evidence { episode, id, quote }
    });
    let extra = ".{0,12}".prop_map(move |value| Change::Extra {
        episode,
        field: "title".to_owned(),
        value,
    });
    let exists = any::<bool>().prop_map(move |exists| Change::Episode { episode, exists });
    prop_oneof![2 => exists, 4 => fields(episode), 1 => extra, 1 => quoting]
}

fn change(turn: u32) -> impl Strategy<Value = Change> {
    prop_oneof![
        1 => any::<Option<bool>>().prop_map(Change::Marked),
        2 => verdict().prop_map(Change::Verdict),
        1 => any::<bool>().prop_map(Change::Deferred),
        1 => ".{0,12}".prop_map(Change::Memo),
        1 => prop::option::of(prop::sample::select(Certainty::ALL.to_vec())).prop_map(Change::Certainty),
        6 => (0..2_u32).prop_flat_map(move |at| about(episode_of(turn, at))),
    ]
}

fn key() -> impl Strategy<Value = Key> {
    let act = (1..4_u32).prop_flat_map(|turn| {
        let free = prop::collection::vec(change(turn), 1..4);
        let whole = (0..2_u32).prop_map(move |at| complete(episode_of(turn, at)));
        prop_oneof![3 => free, 1 => whole].prop_map(move |changes| Key::Act(turn, changes))
    });
    prop_oneof![8 => act, 4 => Just(Key::Undo), 3 => Just(Key::Redo), 1 => Just(Key::Reopen)]
}

/// What the study must say: the decisions, and what can be taken back and done again.
#[derive(Default)]
struct Expected {
    now: HashMap<u32, Decision>,
    done: Vec<(u32, Decision, Decision)>,
    undone: Vec<(u32, Decision, Decision)>,
}

impl Expected {
    fn of(&self, turn: u32) -> Decision {
        self.now.get(&turn).cloned().unwrap_or_default()
    }

    fn press(&mut self, mut desk: Desk, key: Key, time: Timestamp) -> Desk {
        let coder = desk.ada.id;
        match key {
            Key::Reopen => return desk.reopen(),
            Key::Act(turn, changes) => {
                let written = desk.study.act(coder, &unit(turn), &changes, None, time);
                match written {
                    Ok(saved) => {
                        self.done
                            .push((turn, self.of(turn), saved.decision.clone()));
                        self.undone.clear();
                        self.now.insert(turn, saved.decision);
                    }
                    Err(error) => assert!(matches!(error, Error::Rule(_)), "{error:?}"),
                }
            }
            Key::Undo => {
                let saved = desk.study.undo(coder, time).unwrap();
                let step = self.done.pop();
                assert_eq!(
                    saved.map(|s| (s.unit, s.decision)),
                    step.clone().map(|s| (unit(s.0), s.1))
                );
                if let Some(step) = step {
                    self.now.insert(step.0, step.1.clone());
                    self.undone.push(step);
                }
            }
            Key::Redo => {
                let saved = desk.study.redo(coder, time).unwrap();
                let step = self.undone.pop();
                assert_eq!(
                    saved.map(|s| (s.unit, s.decision)),
                    step.clone().map(|s| (unit(s.0), s.2))
                );
                if let Some(step) = step {
                    self.now.insert(step.0, step.2.clone());
                    self.done.push(step);
                }
            }
        }
        desk
    }
}

fn shuffled(mut rows: Vec<Entry>, seed: &[usize]) -> Vec<Entry> {
    for (at, pick) in seed.iter().enumerate() {
        let count = rows.len();
        if count > 0 {
            rows.swap(at % count, pick % count);
        }
    }
    rows
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn undo_and_redo_are_a_walk_over_what_was(
        keys in prop::collection::vec((key(), -100_000..100_000_i64), 1..40),
        seed in prop::collection::vec(any::<usize>(), 60),
    ) {
        let mut desk = Desk::new();
        let mut expected = Expected::default();
        for (key, jitter) in keys {
            desk = expected.press(desk, key, Timestamp(NOON.0 + jitter));
            for turn in 1..4 {
                let decision = desk.study.decision(desk.ada.id, &unit(turn)).unwrap();
                prop_assert_eq!(decision, expected.of(turn));
            }
        }
        // All at once they are the same, in the tables and, for a private copy, in the history alone.
        let all = (1..4).map(|turn| (unit(turn), expected.of(turn)));
        let all: BTreeMap<_, _> = all.filter(|(_, own)| *own != Decision::default()).collect();
        let copy = Study::open_untrusted(&desk.path(), desk.folder.path()).unwrap();
        prop_assert_eq!(&copy.decisions(desk.ada.id).unwrap(), &all);
        prop_assert_eq!(&desk.study.decisions(desk.ada.id).unwrap(), &all);
        // The tables follow from the history, and no rule is broken; what is quoted stands in another turn.
        let found = findings(&desk.study);
        let found: Vec<_> = found.iter().filter(|line| !line.contains("a quotation")).collect();
        prop_assert_eq!(found, Vec::<&String>::new());
        let history = desk.study.history(desk.ada.id).unwrap();
        prop_assert!(history.is_sorted_by(|a, b| (a.time, a.id) < (b.time, b.id)));
        for turn in 1..4 {
            let rows: Vec<Entry> = history.iter().filter(|row| row.unit.turn == turn).cloned().collect();
            prop_assert_eq!(derive(&shuffled(rows.clone(), &seed)), expected.of(turn));
            // The union of two histories: in either order, and with what both of them have.
            let (one, other) = rows.split_at(rows.len() / 2);
            let both = [other, &rows, one].concat();
            prop_assert_eq!(derive(&both), expected.of(turn));
        }
    }

    #[test]
    fn every_change_comes_back_as_it_was_written(
        changes in prop::collection::vec(change(2), 1..12),
    ) {
        let mut desk = Desk::new();
        let open = [episode_of(2, 0), episode_of(2, 1)];
        desk.act(&unit(2), &open.map(|episode| Change::Episode { episode, exists: true })).unwrap();
        let mut written = Vec::new();
        for change in changes {
            if desk.act(&unit(2), std::slice::from_ref(&change)).is_ok() {
                written.push(change);
            }
        }
        let desk = desk.reopen();
        let history = desk.study.history(desk.ada.id).unwrap();
        let read: Vec<Change> = history.into_iter().skip(2).map(|row| row.change).collect();
        prop_assert_eq!(read, written);
    }

    #[test]
    fn changes_that_pass_leave_a_decision_without_violations_or_are_refused_as_a_whole(
        changes in prop::collection::vec(change(2), 1..30),
    ) {
        let codebook = codebook();
        let mut decision = Decision::default();
        for change in changes {
            if check_change(&codebook, &decision, &change).is_err() {
                continue;
            }
            let after = apply(&decision, &[change]);
            if violations(&codebook, &after).is_empty() {
                decision = after;
            }
        }
        let complete = decision.episodes.iter().all(|own| missing(&codebook, own).is_empty());
        match &decision.verdict {
            None => (),
            Some(Verdict::Episodes) => prop_assert!(complete && !decision.episodes.is_empty()),
            Some(Verdict::NotEpisode { .. }) => prop_assert!(decision.episodes.is_empty()),
        }
    }
}
