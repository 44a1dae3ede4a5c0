//! The first pass over a file: which entries the developer left behind, and whose session it is.

use std::collections::{HashMap, HashSet};
use std::io::{self, BufRead};

use serde::Deserialize;
use serde_json::Value;

use crate::import::lenient::{nested, word};
use crate::import::records::each_record;

/// What the whole file tells about its entries.
#[derive(Debug, Default)]
pub(super) struct Census {
    /// Ids of the entries that are not on the branch on which the session ends.
    pub(super) left: HashSet<String>,
    /// Whether OpenClaw wrote the file.
    pub(super) is_openclaw: bool,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Link {
    #[serde(rename = "type", deserialize_with = "word")]
    kind: Option<String>,
    #[serde(deserialize_with = "word")]
    id: Option<String>,
    parent_id: Parent,
    #[serde(deserialize_with = "word")]
    target_id: Option<String>,
    #[serde(deserialize_with = "word")]
    custom_type: Option<String>,
    #[serde(deserialize_with = "word")]
    provider: Option<String>,
    #[serde(deserialize_with = "nested")]
    message: Mark,
}

/// What only OpenClaw puts into a message.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Mark {
    #[serde(rename = "__openclaw")]
    own: Value,
}

/// The entry that another follows.
#[derive(Debug, Default)]
enum Parent {
    /// The record does not say.
    #[default]
    Silent,
    /// It is the first of its branch.
    Root,
    Entry(String),
}

impl<'de> Deserialize<'de> for Parent {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Parent, D::Error> {
        Ok(match Value::deserialize(input)? {
            Value::Null => Parent::Root,
            Value::String(id) => Parent::Entry(id),
            _ => Parent::Silent,
        })
    }
}

/// The entries in file order, each with the place of the one that it follows.
#[derive(Default)]
struct Tree {
    ids: Vec<String>,
    parents: Vec<Option<usize>>,
    places: HashMap<String, usize>,
    end: Option<usize>,
}

impl Census {
    /// Reads all entries of a file.
    pub(super) fn take(input: impl BufRead) -> io::Result<Census> {
        let (mut tree, mut is_openclaw) = (Tree::default(), false);
        each_record(input, |link: Link, _| {
            is_openclaw |= link.is_openclaw();
            tree.add(link);
        })?;
        Ok(Census {
            left: tree.left(),
            is_openclaw,
        })
    }
}

impl Link {
    fn is_openclaw(&self) -> bool {
        let words = [&self.custom_type, &self.provider];
        let mut words = words.into_iter().flatten();
        self.kind.as_deref() == Some("leaf") && self.target_id.is_some()
            || !self.message.own.is_null()
            || words.any(|word| word.starts_with("openclaw"))
    }
}

impl Tree {
    fn add(&mut self, link: Link) {
        if link.kind.as_deref() == Some("leaf") {
            let target = link.target_id.as_ref();
            self.end = target.and_then(|id| self.places.get(id)).copied();
            return;
        }
        let Some(id) = link.id else { return };
        let before = self.ids.len().checked_sub(1);
        // An entry that follows something unknown (the call that it is the result of) follows the one before it.
        let parent = match link.parent_id {
            Parent::Root => None,
            Parent::Silent => before,
            Parent::Entry(parent) => self.places.get(&parent).copied().or(before),
        };
        let place = self.ids.len();
        self.places.insert(id.clone(), place);
        self.ids.push(id);
        self.parents.push(parent);
        self.end = Some(place);
    }

    fn left(mut self) -> HashSet<String> {
        let mut at = self.end;
        let mut stands = vec![false; self.ids.len()];
        // An entry follows one above it, so this ends.
        while let Some(place) = at {
            stands[place] = true;
            at = self.parents[place];
        }
        let ids = std::mem::take(&mut self.ids).into_iter();
        ids.zip(stands)
            .filter(|(_, stands)| !stands)
            .map(|(id, _)| id)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(entries: &[(&str, Option<&str>)]) -> Vec<String> {
        let lines: Vec<String> = entries
            .iter()
            .map(|(id, parent)| {
                serde_json::json!({"type": "message", "id": id, "parentId": parent}).to_string()
            })
            .collect();
        let census = Census::take(lines.join("\n").as_bytes()).unwrap();
        let mut left: Vec<String> = census.left.into_iter().collect();
        left.sort();
        left
    }

    #[test]
    fn the_branch_on_which_the_session_ends_stands() {
        assert!(left(&[("a", None), ("b", Some("a")), ("c", Some("b"))]).is_empty());
        let back = [("a", None), ("b", Some("a")), ("c", Some("b"))];
        assert_eq!(left(&[&back[..], &[("d", Some("a"))]].concat()), ["b", "c"]);
        assert_eq!(left(&[&back[..], &[("d", None)]].concat()), ["a", "b", "c"]);
    }

    #[test]
    fn an_entry_that_follows_something_unknown_follows_the_one_before_it() {
        assert!(left(&[("a", Some("head")), ("b", Some("call")), ("c", Some("b"))]).is_empty());
    }
}
