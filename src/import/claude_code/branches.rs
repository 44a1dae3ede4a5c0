//! What is known only from the whole file: the session's own id, rewound branches, accepted plans, answers that
//! were replaced.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use crate::model::TurnKind;

use super::entry::{Entry, What};
use super::text::Act;

/// Gives the session's own id and that of the session it continues.
///
/// Hooks of a resumed session keep the old id, so only what was said counts; a resumed session begins with
/// records of the old one.
pub(super) fn own_and_former(entries: &[Entry], path: &Path) -> (Option<String>, Option<String>) {
    let mut said = entries
        .iter()
        .filter(|entry| talks(entry) && !entry.aside)
        .filter_map(|entry| entry.session.as_deref());
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    let own = said
        .clone()
        .find(|id| Some(*id) == stem)
        .or_else(|| said.clone().next_back());
    let copied = entries
        .iter()
        .find_map(|entry| entry.setting.forked_from.as_deref());
    let former = copied.or_else(|| said.next()).filter(|&id| Some(id) != own);
    (own.map(str::to_owned), former.map(str::to_owned))
}

pub(super) fn talks(entry: &Entry) -> bool {
    matches!(entry.what, What::User(_) | What::Agent(_))
}

/// Gives the ids of the records that the developer left behind by going back to an earlier place.
///
/// A prompt is rewound where a later prompt follows the same record. Records of other kinds have brothers
/// too, for example the results of parallel calls, which mean nothing.
pub(super) fn abandoned(entries: &[Entry]) -> HashSet<String> {
    let known: HashSet<&str> = ids(entries).collect();
    let mut last: HashMap<&str, &str> = HashMap::new();
    let mut left: HashSet<&str> = HashSet::new();
    for entry in entries.iter().filter(|entry| is_prompt(entry)) {
        let (Some(uuid), Some(parent)) = (entry.uuid.as_deref(), entry.parent.as_deref()) else {
            continue;
        };
        if uuid == parent || !known.contains(parent) {
            continue;
        }
        if let Some(earlier) = last.insert(parent, uuid)
            && earlier != uuid
        {
            left.insert(earlier);
        }
    }
    if left.is_empty() {
        return HashSet::new();
    }
    // A record stands after its parent in the file, so one walk finds all that hangs on a rewound prompt.
    for entry in entries {
        if let (Some(uuid), Some(parent)) = (entry.uuid.as_deref(), entry.parent.as_deref())
            && left.contains(parent)
        {
            left.insert(uuid);
        }
    }
    left.into_iter().map(str::to_owned).collect()
}

fn is_prompt(entry: &Entry) -> bool {
    let What::User(user) = &entry.what else {
        return false;
    };
    let typed = |act: &Act| matches!(act, Act::Words(TurnKind::Prompt | TurnKind::Command, _));
    !entry.aside && user.results.is_empty() && user.acts.iter().any(typed)
}

/// Gives the positions of the results after which the developer's next act is to accept a plan.
///
/// Accepting a plan with a fresh context is recorded as a refusal of the plan, which is none.
pub(super) fn accepted_plans(entries: &[Entry]) -> HashSet<usize> {
    let mut found = HashSet::new();
    let mut plan_follows = false;
    for (position, entry) in entries
        .iter()
        .enumerate()
        .rev()
        .filter(|(_, entry)| !entry.aside)
    {
        match &entry.what {
            What::Agent(_) => plan_follows = false,
            What::User(user) => {
                for act in user.acts.iter().rev() {
                    match act {
                        Act::Plan(_) => plan_follows = true,
                        Act::Words(..) => plan_follows = false,
                        _ => (),
                    }
                }
                if plan_follows && !user.results.is_empty() {
                    found.insert(position);
                }
            }
            _ => (),
        }
    }
    found
}

/// Gives the ids of the records that a later record replaces.
pub(super) fn replaced(entries: &[Entry]) -> HashSet<String> {
    entries
        .iter()
        .flat_map(|entry| entry.setting.replaced.iter().cloned())
        .collect()
}

/// Gives the ids of all records.
pub(super) fn ids(entries: &[Entry]) -> impl Iterator<Item = &str> {
    entries.iter().filter_map(|entry| entry.uuid.as_deref())
}
