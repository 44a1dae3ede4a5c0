//! Sessions in which no developer speaks: those of sub-agents, in files of their own or inside that of the session
//! they work for, and those that a program drives.

use std::collections::HashMap;
use std::path::Path;

use serde::Deserialize;

use crate::import::source::Source;
use crate::model::Session;

use super::aside::warm_ups;
use super::branches::talks;
use super::entry::{Entry, What};
use super::session::{self, Identity};
use super::text::Act;

/// How the name of a sub-agent's file begins.
const PREFIX: &str = "agent-";

/// Tells whether the entries are a sub-agent's, and not those of a session that it works for.
pub(super) fn is_sub_agent(entries: &[Entry]) -> bool {
    let mut talking = entries.iter().filter(|entry| talks(entry)).peekable();
    talking.peek().is_some() && talking.all(|entry| entry.aside)
}

/// Tells whether the entries say that a program gave all prompts.
pub(super) fn is_machine_driven(entries: &[Entry]) -> bool {
    let mut prompts = entries.iter().filter(|entry| is_prompt(entry)).peekable();
    prompts.peek().is_some() && prompts.all(|entry| entry.by_program == Some(true))
}

fn is_prompt(entry: &Entry) -> bool {
    let What::User(user) = &entry.what else {
        return false;
    };
    !entry.aside && user.acts.iter().any(|act| matches!(act, Act::Words(..)))
}

/// Gives the session of a sub-agent's own file; `None` where it only warmed up.
pub(super) fn of_file(entries: Vec<Entry>, source: &Source) -> Option<Session> {
    let path = source.path();
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    let own = entries.iter().find_map(|entry| entry.agent.clone());
    let own = own.or_else(|| Some(stem?.strip_prefix(PREFIX)?.to_owned()));
    let named = entries.iter().find_map(|entry| entry.session.clone());
    // Some versions name the sub-agent itself as its session.
    let is_its_own = |id: &String| {
        let id = id.strip_prefix(PREFIX).unwrap_or(id);
        Some(id) == own.as_deref()
    };
    let identity = Identity {
        key: own.clone().unwrap_or_default(),
        parent: named.filter(|id| !is_its_own(id)).or_else(|| folder(path)),
    };
    let mut session = replay(entries, path, identity)?;
    session.title = session.title.or_else(|| description(source));
    Some(session)
}

/// Gives the sessions of the sub-agents whose entries stood inside the session of this key.
pub(super) fn inside(entries: Vec<Entry>, path: &Path, parent: &str) -> Vec<Session> {
    let mut sessions = Vec::new();
    for entries in chains(entries) {
        let named = entries.iter().find_map(|entry| entry.agent.clone());
        let first = || entries.iter().find_map(|entry| entry.uuid.clone());
        let identity = Identity {
            key: named.or_else(first).unwrap_or_default(),
            parent: Some(parent.to_owned()),
        };
        sessions.extend(replay(entries, path, identity));
    }
    sessions
}

fn replay(mut entries: Vec<Entry>, path: &Path, identity: Identity) -> Option<Session> {
    let warm = warm_ups(&entries);
    entries.retain(|entry| !entry.uuid.as_ref().is_some_and(|uuid| warm.contains(uuid)));
    for entry in &mut entries {
        entry.aside = false;
    }
    session::replay(entries, &path.to_string_lossy(), Some(identity)).session
}

/// Gives the session in whose folder a sub-agent's file lies, `SESSION/subagents/...`.
fn folder(path: &Path) -> Option<String> {
    let mut folders = path.ancestors().skip(1);
    let below = folders.find(|folder| folder.ends_with("subagents"))?;
    let session = below.parent()?.file_name()?;
    Some(session.to_str()?.to_owned())
}

/// Gives what the file beside a sub-agent's says it was for.
fn description(source: &Source) -> Option<String> {
    #[derive(Deserialize)]
    struct Meta {
        description: String,
    }
    let stem = source.path().file_stem()?.to_str()?;
    let meta = source.beside(&format!("{stem}.meta.json"))?.read().ok()?;
    let meta: Meta = serde_json::from_slice(&meta).ok()?;
    Some(meta.description).filter(|text| !text.trim().is_empty())
}

/// Parts the entries of several sub-agents, which can stand one between the other, by their names or by the
/// chain of records.
fn chains(entries: Vec<Entry>) -> Vec<Vec<Entry>> {
    let mut chains: Vec<Vec<Entry>> = Vec::new();
    let mut names: HashMap<String, usize> = HashMap::new();
    let mut records: HashMap<String, usize> = HashMap::new();
    for entry in entries {
        let by_name = entry.agent.as_ref().and_then(|name| names.get(name));
        let by_parent = entry.parent.as_ref().and_then(|uuid| records.get(uuid));
        let known = by_name.or(by_parent).copied();
        let chain = known.unwrap_or(chains.len());
        if known.is_none() {
            chains.push(Vec::new());
        }
        if let Some(name) = &entry.agent {
            names.insert(name.clone(), chain);
        }
        if let Some(uuid) = &entry.uuid {
            records.insert(uuid.clone(), chain);
        }
        chains[chain].push(entry);
    }
    chains
}
