//! The demo sessions are what the demo promises.
//!
//! `assets/demo/key.toml` says which developer turns push back, with which episodes, and which only look so.
//! Here the key is held against the sessions, as the importers read them, and against the scheme's own rules.

#![expect(
    clippy::unwrap_used,
    reason = "the helpers of a test may fail as the test may"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pushback::import;
use pushback::model::{EventKind, PartKind, Session, Turn};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    session: Vec<Plan>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Plan {
    file: String,
    format: String,
    native_id: String,
    developer_turns: usize,
    pushback: Vec<Pushback>,
    lookalike: Vec<Lookalike>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pushback {
    turn: u32,
    says: String,
    kind: Option<String>,
    episode: Vec<Episode>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Episode {
    form: Vec<String>,
    cause: Vec<Cause>,
    severity: String,
    locus: Option<String>,
    status: String,
    resolver: Option<String>,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cause {
    code: String,
    tier: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lookalike {
    turn: u32,
    says: String,
    kind: Option<String>,
    reason: String,
    why: String,
}

impl Plan {
    /// Gives every planned turn: ordinal, words, and how it came about.
    fn turns(&self) -> impl Iterator<Item = (u32, &str, Option<&str>)> {
        let pushback = self
            .pushback
            .iter()
            .map(|turn| (turn.turn, turn.says.as_str(), turn.kind.as_deref()));
        let lookalike = self
            .lookalike
            .iter()
            .map(|turn| (turn.turn, turn.says.as_str(), turn.kind.as_deref()));
        pushback.chain(lookalike)
    }

    fn session(&self) -> Session {
        let reading = import::read(&folder().join(&self.file), None).unwrap();
        assert!(reading.skipped.is_empty(), "{:?}", reading.skipped);
        assert_eq!(reading.sessions.len(), 1, "{}", self.file);
        reading.sessions.into_iter().next().unwrap()
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo")
}

fn key() -> Key {
    toml::from_str(&fs::read_to_string(folder().join("key.toml")).unwrap()).unwrap()
}

fn episodes(key: &Key) -> impl Iterator<Item = &Episode> {
    key.session
        .iter()
        .flat_map(|plan| &plan.pushback)
        .flat_map(|turn| &turn.episode)
}

fn turn(session: &Session, ordinal: u32) -> &Turn {
    let found = session
        .developer_turns()
        .find(|(other, _)| *other == ordinal);
    found.unwrap_or_else(|| panic!("no D{ordinal}")).1
}

#[test]
fn every_demo_file_has_a_plan() {
    let planned: BTreeSet<String> = key().session.into_iter().map(|plan| plan.file).collect();
    let there: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "key.toml")
        .collect();
    assert_eq!(planned, there);
}

#[test]
fn every_code_is_shown_at_least_once() {
    let key = key();
    let check = |field: &str, shown: Vec<&str>, expected: &str| {
        let shown: BTreeSet<&str> = shown.into_iter().collect();
        assert_eq!(shown, expected.split(' ').collect(), "{field}");
    };
    let all = || episodes(&key);
    let forms = all().flat_map(|episode| &episode.form);
    let causes = all().flat_map(|episode| &episode.cause);
    check(
        "form",
        forms.map(String::as_str).collect(),
        "S1 S2 S3 S4 S5 S6 S7",
    );
    check(
        "cause",
        causes.map(|cause| cause.code.as_str()).collect(),
        "C1 C2 C3 C4 C5 C6 C7",
    );
    check(
        "severity",
        all().map(|episode| episode.severity.as_str()).collect(),
        "DS0 DS1 DS2 DS3 DS4",
    );
    check(
        "locus",
        all()
            .filter_map(|episode| episode.locus.as_deref())
            .collect(),
        "DL1 DL2 DL3 DL4",
    );
    check(
        "status",
        all().map(|episode| episode.status.as_str()).collect(),
        "RS1 RS2",
    );
    check(
        "resolver",
        all()
            .filter_map(|episode| episode.resolver.as_deref())
            .collect(),
        "RV1 RV2 RV3",
    );
}

#[test]
fn the_plan_keeps_the_rules_of_the_scheme() {
    for episode in episodes(&key()) {
        let why = &episode.why;
        assert!(!why.is_empty());
        assert!(!episode.form.is_empty(), "{why}");
        assert!(matches!(episode.cause.len(), 1 | 2), "{why}");
        for cause in &episode.cause {
            let tier = cause.tier.as_deref();
            assert_eq!(cause.code == "C7", tier.is_none(), "{why}");
            let known = ["direct", "contextual", "speculative"];
            assert!(tier.is_none_or(|tier| known.contains(&tier)), "{why}");
        }
        let damaged = ["DS2", "DS3"].contains(&episode.severity.as_str());
        assert_eq!(damaged, episode.locus.is_some(), "{why}");
        assert_eq!(episode.status == "RS1", episode.resolver.is_some(), "{why}");
    }
}

#[test]
fn a_turn_is_planned_once() {
    for plan in key().session {
        let ordinals: Vec<u32> = plan.turns().map(|(ordinal, ..)| ordinal).collect();
        let distinct: BTreeSet<u32> = ordinals.iter().copied().collect();
        assert_eq!(ordinals.len(), distinct.len(), "{}", plan.file);
        assert!(plan.pushback.is_sorted_by_key(|turn| turn.turn));
        assert!(plan.lookalike.is_sorted_by_key(|turn| turn.turn));
        assert!(plan.turns().count() < plan.developer_turns);
        for lookalike in &plan.lookalike {
            assert!(!lookalike.reason.is_empty() && !lookalike.why.is_empty());
        }
    }
}

#[test]
fn the_first_episode_that_a_newcomer_meets_is_a_plain_one() {
    let mut sessions = key().session;
    sessions.sort_by(|one, other| one.file.cmp(&other.file));
    let [episode] = &sessions[0].pushback[0].episode[..] else {
        panic!("one episode");
    };
    assert_eq!(episode.form, ["S3"]);
    assert_eq!(episode.cause.len(), 1);
    assert_eq!(episode.cause[0].tier.as_deref(), Some("direct"));
}

#[test]
fn one_turn_holds_two_episodes() {
    let key = key();
    let turns = key.session.iter().flat_map(|plan| &plan.pushback);
    assert_eq!(turns.filter(|turn| turn.episode.len() == 2).count(), 1);
}

#[test]
fn the_sessions_hold_the_planned_turns() {
    for plan in key().session {
        let session = plan.session();
        assert_eq!(session.source.format, plan.format);
        assert!(session.key.contains(&plan.native_id), "{}", session.key);
        assert_eq!(session.developer_turns().count(), plan.developer_turns);
        for (ordinal, says, kind) in plan.turns() {
            let turn = turn(&session, ordinal);
            assert!(turn.text.contains(says), "D{ordinal}: {}", turn.text);
            assert_eq!(turn.kind.name(), kind.unwrap_or("prompt"), "D{ordinal}");
        }
    }
}

#[test]
fn the_sessions_show_what_a_transcript_can_hold() {
    let sessions: Vec<Session> = key().session.iter().map(Plan::session).collect();
    let turns = || sessions.iter().flat_map(|session| &session.turns);
    for kind in [
        EventKind::Interrupted,
        EventKind::Refused,
        EventKind::Compacted,
        EventKind::Command,
    ] {
        assert!(turns().any(|turn| turn.has(kind)), "{}", kind.name());
    }
    let parts = || turns().flat_map(|turn| &turn.parts);
    assert!(parts().any(|part| part.kind == PartKind::Thinking));
    assert!(parts().any(|part| matches!(part.kind, PartKind::Tool(_))));
    assert!(parts().any(|part| matches!(part.kind, PartKind::Injected(_))));
    let mut developer = sessions.iter().flat_map(Session::developer_turns);
    assert!(developer.all(|(_, turn)| turn.time.is_some()));
    let surfaces: BTreeSet<_> = sessions.iter().map(|session| session.surface).collect();
    assert_eq!(surfaces.len(), 2, "an editor and a terminal");
}
