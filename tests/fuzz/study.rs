//! Transcripts, all the way into a study: read as what they are, masked, marked and stored, as an import does it.

use std::path::Path;
use std::sync::LazyLock;

use pushback::detect::{Detector, SecretCounts, Secrets};
use pushback::import::{self, Reading, Source};
use pushback::model::{Codebook, Mark, Session};
use pushback::store::{Added, Study};

use super::sound::assert_sound;
use super::{Target, importers};

pub(super) const TARGET: Target = Target {
    name: "study",
    seeds: importers::seeds,
    run,
};

static DETECTOR: LazyLock<Detector> = LazyLock::new(Detector::standard);
static SECRETS: LazyLock<Secrets> = LazyLock::new(Secrets::standard);
static CODEBOOK: LazyLock<Codebook> = LazyLock::new(|| {
    let text = include_str!("../../codebook/misalignment.toml");
    Codebook::parse(text, "misalignment.toml").unwrap()
});

fn run(folder: &Path, name: &str) {
    let path = folder.join(name);
    let Ok(reading) = import::read_source(&Source::file(&path), None) else {
        return;
    };
    let plain = sessions(reading);
    let masked: Vec<Session> = plain.iter().cloned().map(masked).collect();
    let room = tempfile::tempdir().unwrap();
    let mut study = Study::rehearse_new(&path, &CODEBOOK, room.path()).unwrap();
    for batch in [&plain, &masked, &plain] {
        let batch: Vec<(Session, Vec<Mark>)> = batch.iter().cloned().map(marked).collect();
        let imported = study.import(&batch, DETECTOR.version()).unwrap();
        assert_eq!(imported.added.len(), batch.len());
    }
    for row in study.sessions(None).unwrap() {
        let turns = study.turns(&row, 0, usize::MAX >> 1).unwrap();
        let developer = turns
            .iter()
            .filter(|turn| turn.role == pushback::model::Role::Developer);
        assert_eq!(developer.count(), row.developer_turns as usize);
    }
    again(&mut study, &plain);
}

/// Imports once more: nothing is new.
fn again(study: &mut Study, sessions: &[Session]) {
    for session in sessions {
        let imported = study.import(&[marked(session.clone())], DETECTOR.version());
        let added = &imported.unwrap().added[0];
        let is_new = matches!(added, Added::New | Added::Beside(_) | Added::Ahead(_));
        assert!(!is_new, "imported again: {added:?}");
    }
}

/// Gives the sessions that have something to label.
fn sessions(reading: Reading) -> Vec<Session> {
    let aside = reading.aside.into_iter().map(|(_, session)| session);
    let all = reading.sessions.into_iter().chain(aside);
    all.filter(|session| session.developer_turns().next().is_some())
        .collect()
}

fn masked(mut session: Session) -> Session {
    SECRETS.redact(&mut session, &mut SecretCounts::new());
    assert_sound(&session);
    session
}

fn marked(session: Session) -> (Session, Vec<Mark>) {
    let marks = DETECTOR.marks(&session);
    assert_eq!(marks.len(), session.developer_turns().count());
    for ((_, turn), mark) in session.developer_turns().zip(&marks) {
        let length = turn.text.chars().count();
        let spans = mark.cues.iter().filter_map(|cue| cue.span);
        for span in spans {
            assert!(span.start <= span.end && span.end <= length);
        }
    }
    (session, marks)
}
