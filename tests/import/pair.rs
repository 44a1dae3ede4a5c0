//! One session in two forms: Claude Code's own records, and SpecStory's Markdown of them.

use pushback::import;
use pushback::model::{EventKind, Session, TurnKind};

use super::fixture;

fn read(name: &str) -> Session {
    let reading = import::read(&fixture("pair").join(name), None).unwrap();
    assert!(reading.skipped.is_empty(), "{:?}", reading.skipped);
    let [session] = <[Session; 1]>::try_from(reading.sessions).unwrap();
    session
}

fn words(session: &Session) -> Vec<(TurnKind, &str)> {
    let turns = session.developer_turns();
    turns
        .map(|(_, turn)| (turn.kind, turn.text.as_str()))
        .collect()
}

/// Gives the signs of the developer's acts with the developer turn that they come after.
fn signs(session: &Session) -> Vec<(u32, EventKind)> {
    let acts = [
        EventKind::Interrupted,
        EventKind::Refused,
        EventKind::Command,
    ];
    let turns = session.addressed();
    turns
        .flat_map(|(place, turn)| {
            turn.events
                .iter()
                .map(move |event| (place.ordinal, event.kind))
        })
        .filter(|(_, kind)| acts.contains(kind))
        .collect()
}

#[test]
fn both_forms_of_a_session_hold_the_same_developer_turns() {
    let (own, told) = (read("session.jsonl"), read("history.md"));
    assert_eq!(words(&own), words(&told));
    assert_eq!(signs(&own), signs(&told));
    assert_eq!(own.key, told.key);
    assert_eq!(own.agent, told.agent);
    let texts: Vec<&str> = words(&own).into_iter().map(|(_, text)| text).collect();
    insta::assert_snapshot!(texts.join("\n~\n"), @r"
    Draft the weaving plan for the blue scarf.

    - two metres
    - no fringe
    ~
    /pattern herringbone, not twill
    ~
    I said herringbone.
    Why twill again?
    ~
    keep the old plan as a copy
    and number the rows
    ~
    not in this folder, in archive/
    ~
    none, as I said at the start
    ~
    No
    ~
    good. `<b>` stays as it is
    ");
}
