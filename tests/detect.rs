//! The detector on written turns, and on judged ones where they are at hand.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod fitting;
mod secrets;

use std::sync::LazyLock;

use proptest::prelude::*;
use pushback::detect::Detector;
use pushback::model::{CueKind, Event, EventKind, Mark, Role, Session, Turn, TurnKind, byte_range};

use crate::given::turn;

static DETECTOR: LazyLock<Detector> = LazyLock::new(Detector::standard);

const LEXICON: &str = include_str!("../assets/cues.toml");

fn event(kind: EventKind) -> Event {
    Event {
        kind,
        detail: String::new(),
        at: 0,
    }
}

/// Builds a session of a developer turn, an agent turn and a developer turn.
fn small_session(before: &str, agent: &str, text: &str) -> Session {
    let mut turns = vec![turn(Role::Developer, before), turn(Role::Agent, agent)];
    turns.push(turn(Role::Developer, text));
    session(turns)
}

fn session(turns: Vec<Turn>) -> Session {
    Session::of("k", turns)
}

/// Gives the mark on the last developer turn.
fn last_mark(session: &Session) -> Mark {
    DETECTOR.marks(session).pop().unwrap()
}

fn kinds(mark: &Mark) -> Vec<CueKind> {
    mark.cues.iter().map(|cue| cue.kind).collect()
}

#[test]
fn every_entry_finds_its_example_and_leaves_its_near_miss() {
    let detector = &*DETECTOR;
    let mut wrong = Vec::new();
    for (at, entry) in detector.entries().iter().enumerate() {
        let holds = |text: &str| detector.phrases(text).iter().any(|(own, _)| *own == at);
        if !holds(&entry.example) {
            wrong.push(format!("{}: not found in {:?}", entry.id, entry.example));
        }
        if holds(&entry.near_miss) {
            wrong.push(format!("{}: found in {:?}", entry.id, entry.near_miss));
        }
    }
    for (at, group) in detector.words().iter().enumerate() {
        let holds = |text: &str| detector.groups_in(text, group.of).contains(&at);
        if !holds(&group.example) {
            wrong.push(format!("{}: not found in {:?}", group.id, group.example));
        }
        if holds(&group.near_miss) {
            wrong.push(format!("{}: found in {:?}", group.id, group.near_miss));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pushback_is_told_from_ordinary_turns() {
    let check = |text: &str, expected: bool| {
        let mark = last_mark(&small_session(
            "Sort the list.",
            "The list is sorted.",
            text,
        ));
        assert_eq!(mark.pushback, expected, "{:.2} {text}", mark.score);
    };
    check("No, that's wrong. Sort by price.", true);
    check("it still doesnt sort", true);
    check("WHY DID YOU delete my comments??", true);
    check("that’s not what I asked for", true);
    check("revert this please", true);
    check("stop", true);
    check("das geht immer noch nicht", true);
    check("non, ça ne marche pas", true);
    check("no funciona todavía", true);
    check("não era isso que eu pedi", true);
    check("это не то, верни как было", true);
    check("nie, to nadal nie działa", true);
    check("不对，还是报错", true);
    check("違います、元に戻して", true);
    check("아직도 안 돼요", true);
    check("hâlâ çalışmıyor, yanlış olmuş", true);
    check("thanks, works", false);
    check("yes", false);
    check("Looks good, now add a filter by price.", false);
    check("continue", false);
    check("no problem, go with the second", false);
    check("How can I run only one test?", false);
    check("danke, weiter", false);
    check("好的，继续", false);
    check(
        "Show it when the output contains `no, wrong, still broken`.",
        false,
    );
    check("> that's wrong\nthanks", false);
}

#[test]
fn what_happened_before_a_turn_is_a_reason() {
    let check = |change: fn(&mut Session), expected: CueKind| {
        let mut session = small_session("Sort the list.", "Sorting.", "Use the id for that.");
        let plain = last_mark(&session).score;
        change(&mut session);
        let mark = last_mark(&session);
        assert_eq!(kinds(&mark), [expected]);
        assert!(mark.score > plain && mark.pushback, "{expected:?}");
    };
    let interrupted =
        |session: &mut Session| session.turns[1].events.push(event(EventKind::Interrupted));
    check(interrupted, CueKind::Interrupted);
    let refused = |session: &mut Session| session.turns[1].events.push(event(EventKind::Refused));
    check(refused, CueKind::Refused);
    check(
        |session| session.turns[2].kind = TurnKind::Refusal,
        CueKind::Refused,
    );
    let taken_back =
        |session: &mut Session| session.turns[0].events.push(event(EventKind::TakenBack));
    check(taken_back, CueKind::TakenBack);
    let last = |session: &mut Session| session.turns[2].events.push(event(EventKind::TakenBack));
    check(last, CueKind::TakenBack);
    let unanswered = |session: &mut Session| {
        session.turns.remove(1);
        session.turns[0].events.push(event(EventKind::Interrupted));
    };
    check(unanswered, CueKind::Interrupted);
}

#[test]
fn an_error_weighs_more_after_a_claim_of_success() {
    let pasted = "TypeError: total is not a function\n    at sum (cart.js:3:9)";
    let after = |agent| last_mark(&small_session("Sum the prices.", agent, pasted));
    let (claimed, quiet) = (after("Done, it should work now."), after("Which prices?"));
    assert_eq!(kinds(&claimed), [CueKind::PastedError]);
    assert!(claimed.pushback && claimed.score > quiet.score);
}

#[test]
fn a_request_said_again_is_marked() {
    let ask = "Put the total below the list of prices, in bold letters.";
    let again = "put the total below the list of prices, in BOLD letters";
    let mark = last_mark(&small_session(ask, "Here is the list.", again));
    assert!(mark.pushback && kinds(&mark).contains(&CueKind::Repeated));
}

#[test]
fn the_first_turn_is_marked_only_where_the_start_is_missing() {
    let text = "the search does not work, fix it";
    let first = last_mark(&session(vec![turn(Role::Developer, text)]));
    let later = vec![turn(Role::Agent, "Done."), turn(Role::Developer, text)];
    assert!(!first.pushback);
    assert!(last_mark(&session(later)).pushback);
}

#[test]
fn every_developer_turn_is_marked_in_order() {
    let mut session = small_session("a", "b", "no!");
    session.turns.push(turn(Role::Developer, ""));
    let marks = DETECTOR.marks(&session);
    let ordinals: Vec<u32> = marks.iter().map(|mark| mark.turn).collect();
    assert_eq!(ordinals, [1, 2, 3]);
}

#[test]
fn reasons_quote_the_words_and_stand_in_their_order() {
    let text = "Non, ça ne\tmarche TOUJOURS pas: `error`.";
    let mark = last_mark(&small_session("a", "b", text));
    let reasons: Vec<&str> = mark.cues.iter().map(|cue| cue.why.as_str()).collect();
    assert_eq!(
        reasons,
        ["\"Non\" (correct)", "\"marche TOUJOURS pas\" (failure)"]
    );
    let span = mark.cues[1].span.unwrap();
    assert_eq!(
        &text[byte_range(text, span).unwrap()],
        "marche TOUJOURS pas"
    );
}

#[test]
fn a_lexicon_is_known_by_its_version_and_its_text() {
    let detector = &*DETECTOR;
    let (version, hash) = detector.version().split_once('-').unwrap();
    assert_eq!((version, hash.len()), ("2", 8));
    let changed = LEXICON.replacen("weight = 2.6", "weight = 2.5", 1);
    let unfitted = Detector::unfitted();
    let changed = Detector::parse(&changed, "cues.toml").ok().unwrap();
    assert_ne!(changed.version(), unfitted.version());
    assert_ne!(unfitted.version(), detector.version());
    let windows = Detector::parse(&LEXICON.replace('\n', "\r\n"), "cues.toml");
    assert_eq!(windows.ok().unwrap().version(), unfitted.version());
}

#[test]
fn a_mistake_in_a_lexicon_is_named_with_its_line() {
    let (head, _) = LEXICON.split_once("[[words]]").unwrap();
    let line = head.lines().count() + 1;
    let entry = |id: &str, kind: &str, weight: &str, phrases: &str| {
        format!(
            "[[cue]]\nid = \"{id}\"\nlanguage = \"en\"\nkind = \"{kind}\"\nweight = {weight}\n\
             phrases = {phrases}\nexample = \"\"\nnear_miss = \"\"\n"
        )
    };
    let check = |cues: &str, line: usize, what: &str| {
        let error = Detector::parse(&format!("{head}{cues}"), "my.toml")
            .err()
            .unwrap();
        assert_eq!(
            (error.file.as_str(), error.line),
            ("my.toml", line),
            "{error}"
        );
        assert!(error.what.contains(what), "{error}");
    };
    check(&entry("a", "anger", "1.0", "[\"x\"]"), line + 3, "anger");
    check(&entry("a", "stop", "-1.0", "[\"x\"]"), line + 4, "weight");
    check(&entry("a", "stop", "1.0", "[]"), line + 5, "no phrases");
    check(
        &entry("a", "stop", "1.0", "[\"x ... \"]"),
        line + 5,
        "without a word",
    );
    check(
        &entry("a", "stop", "1.0", "[\"don't\", \"DONT\"]"),
        line + 5,
        "second time",
    );
    let twice = entry("a", "stop", "1.0", "[\"x\"]") + &entry("a", "stop", "1.0", "[\"y\"]");
    check(&twice, line + 9, "second time");
    check("nonsense", line, "");
}

/// Words, marks and scripts that meet in real turns, in any order.
fn turn_like() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "no",
        "still",
        "not",
        " ",
        "\n",
        "\r\n",
        "'",
        "’",
        "`",
        "```",
        "\"",
        "“",
        "«",
        ">",
        "@a",
        "#",
        "don’t",
        "ça",
        "e\u{301}",
        "\u{fb01}",
        "不对",
        "НЕТ",
        "ё",
        "아니",
        "ガ",
        "ｶﾞ",
        "İ",
        "ß",
        "error",
        "TypeError: x",
        "\u{200d}",
        "\u{1f600}",
        "...",
        "!!",
        "  at x (y:1:2)",
        "http://x",
        "\u{0}",
        "{}",
        "\u{3000}",
        "-",
        "_",
    ]);
    prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
}

fn check_marks(text: &str) -> Result<(), TestCaseError> {
    let session = small_session(text, text, text);
    for mark in DETECTOR.marks(&session) {
        prop_assert!((0.0..=1.0).contains(&mark.score));
        for cue in &mark.cues {
            let Some(span) = cue.span else { continue };
            let bytes = byte_range(text, span);
            prop_assert!(
                bytes.is_some_and(|bytes| !bytes.is_empty()),
                "{cue:?} {text:?}"
            );
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_text_panics_and_every_cue_lies_in_it(text in "\\PC{0,200}|[\\s\\S]{0,200}") {
        check_marks(&text)?;
    }

    #[test]
    fn no_mixture_panics_and_every_cue_lies_in_it(text in turn_like()) {
        check_marks(&text)?;
    }

    #[test]
    fn a_cue_is_found_wherever_prose_puts_it(before in "[a-z ]{0,300}", after in "[a-z ]{0,30}") {
        let text = format!("é{before}. Ça NE MARCHE PAS. {after}");
        let mark = last_mark(&small_session("a", "b", &text));
        let found = mark.cues.iter().filter_map(|cue| cue.span).any(|span| {
            &text[byte_range(&text, span).unwrap()] == "MARCHE PAS"
        });
        prop_assert!(found, "{text:?} {:?}", mark.cues);
    }
}
