//! Stepping by score, and through turns that nothing marked.

use pushback::store::Study;

use super::{Desk, OWNER, coder};

/// Gives session and turn of a screen: what `n` has led to.
fn place(shown: &super::Shown) -> (String, String) {
    let session = shown.header().split('/').next().unwrap().to_owned();
    let row = shown.rows().into_iter().find(|row| row.contains("── D"));
    let row = row.unwrap_or_default();
    let turn = row.split("── ").nth(1).unwrap().split(' ').next().unwrap();
    (session, turn.to_owned())
}

/// Gives the marked turns, or all, by score; of equal ones the earlier first.
fn ranked(desk: &Desk, all: bool) -> Vec<(String, String)> {
    let study = desk.study();
    let rows = study.sessions(None).unwrap();
    let mut stops = study.stops(coder(&study).id).unwrap();
    stops.retain(|stop| all || stop.candidate);
    stops.sort_by(|one, other| other.score.total_cmp(&one.score));
    let at = |id: i64| rows.iter().position(|row| row.id == id).unwrap() + 1;
    let place =
        |stop: &pushback::model::Stop| (at(stop.session).to_string(), format!("D{}", stop.turn));
    stops.iter().map(place).collect()
}

#[test]
fn pushback_turns_come_by_score_when_that_is_asked_for() {
    for (all, keys) in [(false, "S"), (true, "SA")] {
        let desk = Desk::demo().sized(80, 24);
        let expected = ranked(&desk, all);
        // From the highest one on; `N` refuses to go before it.
        let back = "N".repeat(expected.len());
        let mut seen = Vec::new();
        for steps in 0..8 {
            let keys = format!("{keys}{back}{}j", "n".repeat(steps));
            seen.push(place(&desk.press(&keys)));
        }
        assert_eq!(seen, expected[..8]);
    }
}

#[test]
fn the_way_of_stepping_is_said_and_taken_back() {
    let desk = Desk::kitchen();
    let shown = desk.press("S");
    assert_eq!(
        shown.status(),
        "✓ n steps through pushback turns, the highest score first"
    );
    assert!(desk.press("Sj").status().contains("[by score] D2 score 0."));
    assert!(
        desk.press("SAj")
            .status()
            .contains("[all turns by score] D2 score 0.")
    );
    assert!(
        desk.press("Aj")
            .status()
            .contains("[all turns] D2 score 0.")
    );
    assert!(!desk.press("AAj").status().contains('['));
    let shown = desk.press("SS");
    assert_eq!(
        shown.status(),
        "✓ n steps through pushback turns in the order of the sessions"
    );
    // It lasts as long as the program runs.
    assert!(!desk.press("j").status().contains('['));
}

#[test]
fn unmarked_turns_are_stepped_through_at_the_same_speed() {
    let desk = Desk::kitchen();
    let mut seen = vec![place(&desk.press("AN"))];
    // Each start begins where the last one ended.
    seen.extend((0..7).map(|_| place(&desk.press("An"))));
    let said: Vec<String> = seen
        .iter()
        .map(|(session, turn)| format!("{session} {turn}"))
        .collect();
    let expected = [
        "1 D1", "1 D2", "1 D3", "1 D4", "1 D5", "1 D6", "2 D1", "2 D2",
    ];
    assert_eq!(said, expected);
    let end = desk.press("Annn").status();
    assert_eq!(end, "✗ this is the last developer turn of the study");
    let begin = desk.press("ANNNNNNNNN").status();
    assert_eq!(begin, "✗ this is the first developer turn of the study");
}

#[test]
fn enter_goes_on_in_the_same_walk() {
    let desk = Desk::kitchen();
    // D1 is not marked: Enter passes over it, and a verdict leads to the turn after it.
    desk.press("AN<Enter>").says("── D2 · undecided");
    desk.press("Ax1").says("── D3 ");
    let shown = desk.press("Ap");
    shown.says("D3 marked as pushback");
    desk.press("Ax1").says("── D4 · undecided");
    // By score what was decided is passed over.
    let desk = Desk::kitchen();
    let expected = ranked(&desk, false);
    desk.press("SNNNN");
    let shown = desk.press("Sx1");
    assert_eq!(place(&shown), expected[1]);
    let shown = desk.press("Sx1x1x1");
    assert_eq!(shown.status(), "✓ every pushback turn is decided");
}

#[test]
fn a_turn_marked_by_hand_joins_the_walk_by_score() {
    let desk = Desk::kitchen();
    let before = ranked(&desk, false).len();
    desk.press("S]p");
    let expected = ranked(&desk, false);
    assert_eq!(expected.len(), before + 1);
    // Marked within the walk, it is met in it.
    let desk = Desk::kitchen();
    let at = expected
        .iter()
        .position(|own| *own == ("1".to_owned(), "D3".to_owned()))
        .unwrap();
    let shown = desk.press(&format!("S]p{}{}", "N".repeat(9), "n".repeat(at)));
    assert_eq!(place(&shown), expected[at]);
}

#[test]
fn an_audit_allows_no_order_by_score() {
    let desk = Desk::kitchen();
    let mut study = Study::open_to_write(&desk.path, OWNER).unwrap();
    study.draw_audit(2, None).unwrap();
    drop(study);
    let shown = desk.press("S");
    assert_eq!(
        shown.status(),
        "✗ not during an audit: the order of the scores would tell its turns apart"
    );
    let shown = desk.press("Aj").status();
    assert!(shown.contains("[all turns] D"), "{shown}");
    assert!(!shown.contains("score 0."), "{shown}");
}

#[test]
fn reasons_stand_in_words_and_are_cut_at_the_edge() {
    for (width, height) in [(80, 24), (200, 50)] {
        let desk = Desk::demo().sized(width, height);
        let rows: Vec<String> = (0..12).map(|_| desk.press("nj").status()).collect();
        for row in rows {
            assert!(
                row.trim_start().starts_with('D') && row.contains(" score "),
                "{row}"
            );
            assert!(
                row.contains('"') || row.contains("after") || row.contains("repeat"),
                "{row}"
            );
            assert!(row.chars().count() <= usize::from(width));
        }
    }
}
