//! Each importer on its own fixtures.

mod aider;
mod amp;
mod atif;
mod claude_code;
mod cline;
mod codex;
mod continue_dev;
mod copilot;
mod counted;
mod cursor;
mod droid;
mod entire;
mod found;
mod gemini;
mod goose;
mod harm;
mod hostile;
mod openai;
mod opencode;
mod openhands;
mod pair;
mod pi;
mod qwen;
mod session_parsed;
mod shared;
mod sharegpt;
mod specstory;
mod swe_agent;
mod swe_chat;
mod terminals;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use pushback::import::{self, Reading};
use pushback::model::{PartKind, Role, Session};

/// Gives the path of a fixture.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

/// Reads a fixture as the format that it is recognised as.
fn read(name: &str) -> Reading {
    import::read(&fixture(name), None).expect("the fixture is read")
}

/// Reads a fixture, and writes the outline of each session, those that stand aside last.
fn told(name: &str) -> String {
    let reading = read(name);
    let mut out: String = reading.sessions.iter().map(outline).collect();
    for (why, session) in &reading.aside {
        let _ = write!(out, "aside {why:?}\n{}", outline(session));
    }
    out
}

/// Gives what was left out, each with its line where it has one.
fn reasons(reading: &Reading) -> Vec<String> {
    let skipped = skipped(reading);
    skipped
        .map(|skip| skip.strip_prefix("-: ").unwrap_or(&skip).to_owned())
        .collect()
}

/// Writes each thing that was left out: its line or a dash, and why.
fn skipped(reading: &Reading) -> impl Iterator<Item = String> {
    reading.skipped.iter().map(|skip| {
        let line = skip.line.map_or("-".to_owned(), |line| line.to_string());
        format!("{line}: {}", skip.reason)
    })
}

/// Gives the agent's own ids of the developer turns.
fn ids(session: &Session) -> Vec<&str> {
    let turns = session.developer_turns();
    turns
        .filter_map(|(_, turn)| turn.native_id.as_deref())
        .collect()
}

/// Checks that the record at the place of each developer turn is one object with this mark in it.
fn assert_places(name: &str, session: &Session, mark: &str) {
    let bytes = std::fs::read(fixture(name)).expect("the fixture is there");
    for (ordinal, turn) in session.developer_turns() {
        let place = turn.place.and_then(|place| usize::try_from(place).ok());
        let rest = &bytes[place.expect("the turn has a place")..];
        let mut values =
            serde_json::Deserializer::from_slice(rest).into_iter::<serde_json::Value>();
        let is_object = matches!(values.next(), Some(Ok(serde_json::Value::Object(_))));
        let record = String::from_utf8_lossy(&rest[..values.byte_offset()]);
        assert!(is_object && record.contains(mark), "D{ordinal} of {name}");
    }
}

/// Writes a session as a short outline: its head, then a line for each turn, part and event.
fn outline(session: &Session) -> String {
    let mut out = String::new();
    let surface = session.surface.map_or("-", pushback::model::Surface::name);
    let _ = writeln!(
        out,
        "{} | {} {} | {surface}",
        session.key,
        session.agent,
        session.agent_version.as_deref().unwrap_or("-")
    );
    let text = |text: &str| text.chars().take(60).collect::<String>().replace('\n', "⏎");
    let mut developer = 0;
    for turn in &session.turns {
        developer += u32::from(turn.role == Role::Developer);
        match turn.role {
            Role::Developer => {
                let _ = writeln!(
                    out,
                    "D{developer} {}: {}",
                    turn.kind.name(),
                    text(&turn.text)
                );
            }
            Role::Agent => {
                let _ = writeln!(out, "A{developer}");
            }
        }
        for part in &turn.parts {
            let words = text(&turn.text[part.start..part.end]);
            let name = match &part.kind {
                PartKind::Prose => "prose".to_owned(),
                PartKind::Thinking => "thinking".to_owned(),
                PartKind::Injected(name) => format!("[{name}]"),
                PartKind::Tool(tool) => {
                    format!("{} {} {:?}", tool.name, text(&tool.target), tool.status)
                }
            };
            let _ = writeln!(out, "   {name}: {words}");
        }
        for event in &turn.events {
            let _ = writeln!(out, "   ! {} {}", event.kind.name(), text(&event.detail));
        }
    }
    out
}

/// Writes what was left out, a line each.
fn skips(reading: &Reading) -> String {
    skipped(reading).map(|line| line + "\n").collect()
}

/// Writes everything that a file gave: its sessions, those aside, and what was skipped.
fn outlines(reading: &Reading) -> String {
    let mut out: String = reading.sessions.iter().map(outline).collect();
    for (aside, session) in &reading.aside {
        let _ = write!(out, "({aside:?}) {}", outline(session));
    }
    for skip in skipped(reading) {
        let _ = writeln!(out, "skipped at {skip}");
    }
    out
}
