//! Sub-agents whose records stand inside the session's file: what they did, in short, as one piece of the
//! agent's turn.

use std::collections::HashSet;

use super::entry::{Entry, What};
use super::text::Act;
use super::tools;
use super::wire::Block;

/// What sub-agents did since the last record of the conversation.
#[derive(Debug, Default)]
pub(super) struct Aside {
    text: String,
    warm_ups: HashSet<String>,
}

impl Aside {
    /// Begins with the records that are known to say nothing.
    pub(super) fn of(entries: &[Entry]) -> Aside {
        Aside {
            text: String::new(),
            warm_ups: warm_ups(entries),
        }
    }

    /// Adds what a record says.
    pub(super) fn add(&mut self, entry: &Entry) {
        let uuid = entry.uuid.as_ref();
        if uuid.is_some_and(|uuid| self.warm_ups.contains(uuid)) {
            return;
        }
        match &entry.what {
            What::User(user) => {
                for act in &user.acts {
                    if let Act::Words(_, text) | Act::Injected(_, text) = act {
                        self.line(text);
                    }
                }
            }
            What::Agent(agent) => {
                for block in &agent.blocks {
                    self.block(block);
                }
            }
            _ => (),
        }
    }

    /// Gives what was added, and forgets it; `None` where it is nothing.
    pub(super) fn take(&mut self) -> Option<String> {
        let mut text = std::mem::take(&mut self.text);
        text.truncate(text.trim_end().len());
        (!text.is_empty()).then_some(text)
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Text(text) => self.line(text),
            Block::Call { name, input, .. } => {
                let shown = tools::show(name, input.as_deref());
                let first = shown.target.lines().next().unwrap_or_default();
                self.line(&format!("{name} {first}"));
            }
            _ => (),
        }
    }

    fn line(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            self.text.push_str(text);
            self.text.push('\n');
        }
    }
}

/// Gives the ids of the records whose agent only warmed up its cache, with all that hangs on them.
pub(super) fn warm_ups(entries: &[Entry]) -> HashSet<String> {
    let mut warm: HashSet<&str> = HashSet::new();
    for entry in entries.iter().filter(|entry| entry.aside) {
        let Some(uuid) = entry.uuid.as_deref() else {
            continue;
        };
        let follows = entry
            .parent
            .as_deref()
            .is_some_and(|parent| warm.contains(parent));
        if follows || is_warm_up(entry) {
            warm.insert(uuid);
        }
    }
    warm.into_iter().map(str::to_owned).collect()
}

fn is_warm_up(entry: &Entry) -> bool {
    let What::User(user) = &entry.what else {
        return false;
    };
    matches!(user.acts.as_slice(), [Act::Words(_, text)] if text.trim() == "Warmup")
}
