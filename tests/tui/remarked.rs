//! A study whose turns were marked anew by another detector.

use pushback::model::Mark;
use pushback::store::Study;

use super::{Desk, OWNER};

/// Takes every mark of the detector away.
fn unmark_all(desk: &Desk) {
    let mut study = Study::open_to_write(&desk.path, OWNER).unwrap();
    let none = |turn| Mark {
        turn,
        score: 0.0,
        pushback: false,
        cues: Vec::new(),
    };
    study
        .remark("another", None, |session| {
            let turns = u32::try_from(session.turns.len()).unwrap();
            (1..=turns).map(none).collect()
        })
        .unwrap();
}

#[test]
fn what_was_decided_stays_though_it_is_marked_no_more() {
    let desk = Desk::kitchen();
    desk.press("x4d");
    let decided = desk.label(1, 2);
    assert_eq!(desk.counts(1).0, 1);
    unmark_all(&desk);
    assert_eq!(desk.counts(1), (1, 1, 2));
    assert_eq!(desk.label(1, 2), decided);
    desk.press("N").says("1/2 decided").says("── D4 · put off");
    desk.press("N").says("not an episode: Words say otherwise");
    // What is put off can still be taken out by hand, and what is decided cannot.
    desk.press("np").says("D4 unmarked");
    assert_eq!(desk.counts(1), (1, 0, 1));
    desk.press("Np")
        .says("take the verdict and the episodes back first");
}
