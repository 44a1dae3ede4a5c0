//! Reading a study: sessions without their texts, words that are looked for, the coder's pace.

use std::collections::BTreeMap;

use super::*;
use pushback::model::{Cue, CueKind, Event, EventKind};
use pushback::store::SessionRun;

#[test]
fn a_session_opens_without_reading_its_texts() {
    let mut desk = Desk::new();
    desk.label(2);
    desk.plain()
        .execute_batch("UPDATE turn SET body = x'00', words = NULL")
        .unwrap();
    let row = desk.study.sessions(None).unwrap().remove(0);
    let open = desk.study.open_session(&row, Some(desk.ada.id)).unwrap();
    assert_eq!((open.turns.len(), open.candidates()), (8, vec![2, 3, 4]));
    assert!(open.is_decided(2) && !open.is_decided(3));
    assert_eq!(open.unit(2), Some(unit(2)));
    let error = desk.study.turns(&row, 0, 1).unwrap_err();
    assert!(error.to_string().contains("damaged"), "{error}");
}

#[test]
fn a_turn_is_found_by_its_address() {
    let desk = Desk::new();
    let row = desk.study.sessions(None).unwrap().remove(0);
    let open = desk.study.open_session(&row, None).unwrap();
    for (at, head) in open.turns.iter().enumerate() {
        assert_eq!(open.position(head.address), Some(at));
    }
    assert_eq!(open.position(TurnRef::developer(5)), None);
    assert_eq!(open.unit(0), None);
}

#[test]
fn cues_and_events_come_back() {
    let mut desk = Desk::new();
    let mut given = session("knit", &["knit a hat", "NO"]);
    let event = Event {
        kind: EventKind::Interrupted,
        detail: "by hand".to_owned(),
        at: 2,
    };
    given.turns[1].events = vec![event.clone()];
    given.turns[2].events = vec![Event { at: 0, ..event }];
    let mut marked = marks(&given);
    marked[1].cues = vec![Cue {
        kind: CueKind::Shape,
        why: "\"NO\" (shouting)".to_owned(),
        span: Some(char_span("NO", 0..2)),
    }];
    desk.study
        .import(&[(given.clone(), marked.clone())], "test 1")
        .unwrap();
    let row = desk.study.sessions(None).unwrap().remove(1);
    assert_eq!(desk.study.turns(&row, 0, 9).unwrap(), given.turns);
    let open = desk.study.open_session(&row, None).unwrap();
    let found: Vec<Mark> = open
        .turns
        .into_iter()
        .filter_map(|head| head.mark)
        .collect();
    assert_eq!(found, marked);
}

#[test]
fn words_are_found_over_all_sessions() {
    let mut desk = Desk::new();
    add(
        &mut desk.study,
        &session("knit", &["knit a BLUE hat\nand a red one", "不对，重来"]),
    );
    let check = |words: &str, limit: usize, expected: &[(&str, u32)]| {
        let hits = desk.study.search(words, limit).unwrap();
        let found: Vec<_> = hits
            .iter()
            .map(|hit| (hit.session.as_str(), hit.turn))
            .collect();
        assert_eq!(found, expected, "{words}");
    };
    check("blue", 9, &[("loom", 2), ("knit", 1)]);
    check("blue", 1, &[("loom", 2)]);
    check("blue", 0, &[]);
    check("重来", 9, &[("knit", 2)]);
    check("purple", 9, &[]);
    check("", 9, &[]);
    // The agent's words are not the developer's.
    check("what the agent did", 9, &[]);
    let line = &desk.study.search("red", 9).unwrap()[0].line;
    assert_eq!(line, "and a red one");
}

#[test]
fn words_are_found_in_all_turns_of_a_session() {
    let mut desk = Desk::new();
    let texts: Vec<String> = (1..=40)
        .map(|at| format!("row {at}, and row {at} again"))
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    add(&mut desk.study, &session("knit", &texts));
    let row = desk.study.sessions(None).unwrap().remove(1);
    let find = |words: &str, limit| desk.study.find_in_session(&row, words, limit).unwrap();
    assert_eq!(find("ROW", 1000).len(), 80);
    assert_eq!(find("row", 7).len(), 7);
    assert_eq!(find("row", 0).len(), 0);
    assert_eq!(find("", 9).len(), 0);
    let last = &find("agent did about d40", 9)[0];
    assert_eq!((last.position, last.range.clone()), (79, 9..28));
}

#[test]
fn the_pace_leaves_breaks_out() {
    let mut desk = Desk::new();
    let coder = desk.ada.id;
    let none = Verdict::NotEpisode {
        reason: "truncation".to_owned(),
        text: None,
    };
    let mut decide = |turn: u32, seconds: i64| {
        let time = Timestamp(NOON.0 + 1000 * seconds);
        let change = [Change::Verdict(Some(none.clone()))];
        desk.study
            .act(coder, &unit(turn), &change, None, time)
            .unwrap();
        desk.study.pace(coder).unwrap()
    };
    assert_eq!(decide(1, 0), None);
    assert_eq!(decide(2, 30), None);
    assert_eq!(decide(3, 30 + 3600), Some(10.0));
    assert_eq!(decide(4, 60 + 3600), Some(15.0));
}

#[test]
fn decided_units_come_with_their_words() {
    let mut desk = Desk::new();
    desk.label(2);
    desk.act(&unit(3), &[Change::Deferred(true)]).unwrap();
    desk.act(&unit(4), &[Change::Memo("later".to_owned())])
        .unwrap();
    let units = desk.study.decided_units(desk.ada.id).unwrap();
    let expected = [2, 3].map(|turn| (unit(turn), TURNS[turn as usize - 1].to_owned()));
    assert_eq!(units, expected);
}

#[test]
fn runs_of_sessions_give_together_what_there_is_and_nothing_twice() {
    let mut desk = Desk::new();
    for key in ["", "knit", "weave"] {
        add(&mut desk.study, &session(key, &TURNS));
        let unit = Unit {
            session: key.to_owned(),
            ..unit(3)
        };
        let verdict = Change::Verdict(Some(not_episode("truncation", None)));
        desk.act(&unit, &[verdict]).unwrap();
    }
    desk.label(2);
    let all = desk.study.decisions(desk.ada.id).unwrap();
    assert_eq!(all.len(), 4);
    let copy = Study::open_untrusted(&desk.path(), desk.folder.path()).unwrap();
    for study in [&desk.study, &copy] {
        let bounds = [None, Some("knit"), Some("loom"), None];
        let runs = bounds.windows(2).map(|pair| SessionRun {
            from: pair[0].unwrap_or_default().to_owned(),
            before: pair[1].map(str::to_owned),
        });
        let parts: Vec<_> = runs
            .map(|run| study.decisions_in(desk.ada.id, &run).unwrap())
            .collect();
        assert_eq!(
            parts.iter().map(BTreeMap::len).collect::<Vec<_>>(),
            [1, 1, 2]
        );
        let together: BTreeMap<_, _> = parts.into_iter().flatten().collect();
        assert_eq!(together, all);
    }
}
