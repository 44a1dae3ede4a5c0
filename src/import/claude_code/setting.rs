//! What the records tell of their session besides its turns: version, folder, surface, title.

use std::collections::HashSet;

use crate::model::{Session, Surface};

use super::branches;
use super::entry::Entry;

/// What a record tells of its session.
#[derive(Debug, Default)]
pub(super) struct Setting {
    pub(super) version: Option<String>,
    pub(super) folder: Option<String>,
    pub(super) branch: Option<String>,
    pub(super) entrypoint: Option<String>,
    pub(super) forked_from: Option<String>,
    pub(super) replaced: Vec<String>,
}

/// Where a title comes from, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TitleKind {
    Summary,
    AgentName,
    Agent,
    Developer,
}

/// What is known of the session so far and not yet written into it.
#[derive(Debug)]
pub(super) struct Description {
    /// Whether the developer's editor spoke.
    pub(super) has_editor: bool,
    title: Option<(TitleKind, String)>,
    ids: HashSet<String>,
}

impl Description {
    /// Begins with the ids of all records, which tell a session's own title from those of others.
    pub(super) fn of(entries: &[Entry]) -> Description {
        Description {
            has_editor: false,
            title: None,
            ids: branches::ids(entries).map(str::to_owned).collect(),
        }
    }

    /// Takes a title, if it is the session's own and no better one is known; the last of a kind counts.
    pub(super) fn title(&mut self, kind: TitleKind, text: String, leaf: Option<&str>) {
        // Summaries at the top of a file are those of other sessions.
        let is_own = leaf.is_none_or(|leaf| self.ids.contains(leaf));
        let is_better = self.title.as_ref().is_none_or(|(known, _)| *known <= kind);
        if is_own && is_better {
            self.title = Some((kind, text));
        }
    }

    /// Writes into the session what could only be known at the end.
    pub(super) fn finish(self, session: &mut Session) {
        session.title = self.title.map(|(_, text)| text);
        if session.surface.is_none() && self.has_editor {
            session.surface = Some(Surface::Ide);
        }
    }
}

impl Setting {
    /// Writes into the session what is not known there yet: the first of each counts.
    pub(super) fn apply(self, session: &mut Session) {
        let first = |known: &mut Option<String>, new: Option<String>| {
            if known.is_none() {
                *known = new.filter(|text| !text.trim().is_empty());
            }
        };
        first(&mut session.agent_version, self.version);
        first(&mut session.folder, self.folder);
        first(&mut session.branch, self.branch);
        if session.surface.is_none() {
            session.surface = self.entrypoint.as_deref().and_then(surface);
        }
    }
}

/// Tells where the developer typed, from the program that the records name.
fn surface(entrypoint: &str) -> Option<Surface> {
    let has = |part: &str| entrypoint.contains(part);
    if entrypoint.starts_with("sdk") {
        Some(Surface::Sdk)
    } else if has("vscode") || has("jetbrains") || entrypoint.ends_with("-ide") {
        Some(Surface::Ide)
    } else if has("desktop") || has("mobile") || has("web") || has("remote") || has("local-agent") {
        Some(Surface::App)
    } else if entrypoint == "cli" {
        Some(Surface::Cli)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_tells_where_the_developer_typed() {
        let check = |entrypoint: &str, expected| assert_eq!(surface(entrypoint), expected);
        check("cli", Some(Surface::Cli));
        check("claude-vscode", Some(Surface::Ide));
        check("claude-desktop", Some(Surface::App));
        check("remote_mobile", Some(Surface::App));
        check("local-agent", Some(Surface::App));
        check("sdk-py", Some(Surface::Sdk));
        check("something", None);
    }
}
