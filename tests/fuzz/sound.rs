//! What every reader of a session relies on.

use pushback::import::Reading;
use pushback::model::{PartKind, Role, Session};

/// Checks what every reader of a session relies on.
pub(crate) fn assert_sound(session: &Session) {
    assert!(!session.key.is_empty());
    for turn in &session.turns {
        let mut end = 0;
        for part in &turn.parts {
            assert_eq!(turn.role, Role::Agent);
            assert!(end <= part.start && part.start <= part.end);
            assert!(turn.text.get(part.start..part.end).is_some());
            end = part.end;
            if let PartKind::Tool(tool) = &part.kind {
                assert!((part.start..=part.end).contains(&tool.output));
                assert!(turn.text.is_char_boundary(tool.output));
                assert!(!tool.target.contains('\n'));
            }
        }
        for event in &turn.events {
            assert!(turn.text.is_char_boundary(event.at));
        }
    }
    for pair in session.turns.windows(2) {
        assert!(pair[0].role == Role::Developer || pair[1].role == Role::Developer);
    }
}

/// Gives all sessions of a reading.
pub(crate) fn all(reading: &Reading) -> impl Iterator<Item = &Session> {
    let aside = reading.aside.iter().map(|(_, session)| session);
    reading.sessions.iter().chain(aside)
}
