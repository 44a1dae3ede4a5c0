//! Blind: while a study has an audit sample, no screen tells which undecided turn comes from it.

use pushback::store::Audit;
use pushback::store::Study;

use super::{Desk, OWNER, script};

/// Draws a sample in a desk's study.
fn audited(desk: Desk, turns: u64) -> (Desk, Audit) {
    let mut study = Study::open_to_write(&desk.path, OWNER).unwrap();
    let audit = study.draw_audit(turns, None).unwrap();
    drop(study);
    (desk, audit)
}

#[test]
fn the_sample_is_mixed_into_the_queue() {
    let (desk, audit) = audited(Desk::kitchen(), 99);
    // D1, D3 and D6 of the first session and D1 of the second are not marked.
    assert_eq!((audit.len(), audit.population), (4, 4));
    let shown = desk.press("");
    assert_eq!(
        shown.status(),
        "✓ audit: unmarked turns are mixed in; scores show once a turn is decided"
    );
    assert!(
        shown.header().ends_with("0/8 decided 0 %"),
        "{}",
        shown.header()
    );
    desk.press("gg");
    let mut seen = Vec::new();
    for _ in 0..8 {
        seen.push(desk.press("x1").header());
    }
    assert!(seen[7].ends_with("8/8 decided 100 %"), "{seen:?}");
    assert_eq!(desk.counts(1), (6, 0, 6));
    assert_eq!(desk.counts(2), (2, 0, 2));
}

#[test]
fn no_screen_tells_the_score_or_a_reason_of_an_undecided_turn() {
    for desk in [Desk::demo().sized(80, 24), Desk::demo().sized(200, 50)] {
        let (desk, _) = audited(desk, 12);
        let walk = "nnnnNN]][[jjjkkzZ'd".repeat(3)
            + "ppmbj<Esc>s<Esc>?<Esc>rcv<Esc>}nn{Nuu"
            + &"n".repeat(60);
        desk.watch(&script(&walk), |shown| {
            let text = shown.text();
            assert!(
                !text.contains("score 0.") && !text.contains("score 1."),
                "{text}"
            );
            assert!(!text.contains("no cue"), "{text}");
        });
    }
}

#[test]
fn a_turn_of_the_sample_looks_like_a_marked_one() {
    let (desk, _) = audited(Desk::kitchen(), 99);
    for (turn, keys) in [(1, "N"), (2, "n"), (3, "n"), (4, "n")] {
        let shown = desk.press(&format!("{keys}j"));
        shown.says(&format!("── D{turn} · undecided"));
        shown.says("developer");
        assert_eq!(
            shown.status().trim(),
            format!("D{turn} score and reasons show once it is decided")
        );
    }
    // A mark taken away and given back says the same of both.
    for turn in ["", "n"] {
        let shown = desk.press(&format!("{turn}pj"));
        assert!(
            shown
                .status()
                .contains("unmarked by hand; score and reasons"),
            "{}",
            shown.status()
        );
        desk.press("p");
    }
}

#[test]
fn reasons_are_not_highlighted_before_the_verdict() {
    let plain = Desk::kitchen().press("j");
    let (desk, _) = audited(Desk::kitchen(), 1);
    let hidden = desk.press("nNj");
    let words = "I said";
    assert_ne!(plain.look(words), plain.look("photos where they are."));
    assert_eq!(hidden.look(words), hidden.look("photos where they are."));
    let decided = desk.press("x1Nj");
    assert_eq!(decided.look(words), plain.look(words));
}

#[test]
fn a_decided_turn_shows_its_score_and_where_it_came_from() {
    let (desk, _) = audited(Desk::kitchen(), 99);
    let shown = desk.press("Nx1Nj");
    let status = shown.status();
    assert!(
        status.contains("D1 of the audit sample; score 0."),
        "{status}"
    );
    let hidden = desk.press("uj").status();
    assert!(
        hidden.contains("D1 score and reasons show once it is decided"),
        "{hidden}"
    );
    let marked = desk.press("nx1Nj").status();
    assert!(marked.contains("D2 score 0."), "{marked}");
}
