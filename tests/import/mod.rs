//! Each importer on its own fixtures.

mod claude_code;
mod codex;
mod entire;
mod pair;
mod specstory;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use pushback::model::{PartKind, Role, Session};

/// Gives the path of a fixture.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
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
