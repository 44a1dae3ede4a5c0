//! VS Code's log of changes to a session, replayed to the session that it describes.

use std::collections::HashSet;

use serde_json::Value;

use crate::import::records::Place;

/// How deep a change may lie: a path that goes on for ever would nest without end.
const DEPTH: usize = 32;

/// A session, and what was taken out of it again.
#[derive(Default)]
pub(super) struct Replayed {
    /// The session as it stands at the end.
    pub(super) session: Value,
    /// Where the record of each request begins, by the requests' order.
    pub(super) places: Vec<Place>,
    /// Requests that were cut off the list again, with the number of requests that stood before them: they were
    /// edited and sent anew, tried again, or taken back.
    pub(super) removed: Vec<(usize, Value, Place)>,
}

impl Replayed {
    /// Takes a change; says why where it cannot be followed.
    pub(super) fn change(&mut self, mut record: Value, place: Place) -> Result<(), &'static str> {
        let kind = record["kind"].as_u64();
        let value = record.get_mut("v").map(Value::take);
        if kind == Some(0) {
            self.session = value.unwrap_or_default();
            self.places = vec![place; self.requests()];
            return Ok(());
        }
        let Some(Value::Array(path)) = record.get_mut("k").map(Value::take) else {
            return Err("a change without a path");
        };
        if path.is_empty() || path.len() > DEPTH {
            return Err("a change of a path that is no session's");
        }
        match kind {
            Some(1) => self.set(&path, value.unwrap_or_default(), place),
            Some(2) => self.push(&path, value, record["i"].as_u64(), place),
            Some(3) => self.delete(&path),
            _ => Err("a change of an unknown kind"),
        }
    }

    /// Drops what was cut off only to be written again.
    pub(super) fn forget_returned(&mut self) {
        let id = |request: &Value| request["requestId"].as_str().map(str::to_owned);
        let requests = self.session["requests"].as_array();
        let mut later: HashSet<String> = requests.into_iter().flatten().filter_map(id).collect();
        let mut kept = Vec::new();
        for removed in std::mem::take(&mut self.removed).into_iter().rev() {
            if id(&removed.1).is_none_or(|id| later.insert(id)) {
                kept.push(removed);
            }
        }
        kept.reverse();
        self.removed = kept;
    }

    fn requests(&self) -> usize {
        self.session["requests"].as_array().map_or(0, Vec::len)
    }

    fn set(&mut self, path: &[Value], value: Value, place: Place) -> Result<(), &'static str> {
        let (last, above) = path.split_last().ok_or(MISSING)?;
        match (find(&mut self.session, above).ok_or(MISSING)?, last) {
            (Value::Object(fields), Value::String(key)) => {
                fields.insert(key.clone(), value);
            }
            (Value::Array(items), index) => {
                let (at, length) = (index_of(index).ok_or(MISSING)?, items.len());
                match items.get_mut(at) {
                    Some(item) => *item = value,
                    // One past the end is the next item; further off would leave holes.
                    None if at == length => items.push(value),
                    None => return Err(MISSING),
                }
            }
            _ => return Err(MISSING),
        }
        self.places.resize(self.requests(), place);
        Ok(())
    }

    /// Cuts a list to a length where one is given, and then adds items.
    fn push(
        &mut self,
        path: &[Value],
        value: Option<Value>,
        length: Option<u64>,
        place: Place,
    ) -> Result<(), &'static str> {
        let (last, above) = path.split_last().ok_or(MISSING)?;
        let is_requests = above.is_empty() && last == "requests";
        if let (Some(Value::Object(fields)), Value::String(key)) =
            (find(&mut self.session, above), last)
        {
            // A list that was empty may not have been written.
            fields
                .entry(key.clone())
                .or_insert_with(|| Value::Array(Vec::new()));
        }
        let Some(Value::Array(items)) = find(&mut self.session, path) else {
            return Err(MISSING);
        };
        let length = length.and_then(|length| usize::try_from(length).ok());
        let cut = length.map_or(items.len(), |length| length.min(items.len()));
        let cut_off = items.split_off(cut);
        match value {
            Some(Value::Array(more)) => items.extend(more),
            None | Some(Value::Null) => (),
            Some(one) => items.push(one),
        }
        if is_requests {
            let places = self.places.split_off(cut.min(self.places.len()));
            let removed = cut_off.into_iter().zip(places);
            self.removed
                .extend(removed.map(|(request, place)| (cut, request, place)));
            self.places.resize(self.requests(), place);
        }
        Ok(())
    }

    fn delete(&mut self, path: &[Value]) -> Result<(), &'static str> {
        let (last, above) = path.split_last().ok_or(MISSING)?;
        match (find(&mut self.session, above).ok_or(MISSING)?, last) {
            (Value::Object(fields), Value::String(key)) => {
                fields.remove(key);
            }
            (Value::Array(items), index) => {
                if let Some(item) = index_of(index).and_then(|at| items.get_mut(at)) {
                    *item = Value::Null;
                }
            }
            _ => return Err(MISSING),
        }
        self.places.truncate(self.requests());
        Ok(())
    }
}

const MISSING: &str = "a change of something that is not there";

fn index_of(step: &Value) -> Option<usize> {
    usize::try_from(step.as_u64()?).ok()
}

fn find<'a>(value: &'a mut Value, path: &[Value]) -> Option<&'a mut Value> {
    path.iter().try_fold(value, |value, step| match step {
        Value::String(key) => value.as_object_mut()?.get_mut(key),
        index => value.as_array_mut()?.get_mut(index_of(index)?),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const HERE: Place = Place { line: 1, offset: 0 };

    fn replay(changes: Vec<Value>) -> (Replayed, usize) {
        let mut replayed = Replayed::default();
        let refused = changes
            .into_iter()
            .map(|change| replayed.change(change, HERE))
            .filter(Result::is_err)
            .count();
        assert_eq!(replayed.places.len(), replayed.requests());
        (replayed, refused)
    }

    #[test]
    fn changes_are_followed() {
        let (replayed, refused) = replay(vec![
            json!({"kind": 0, "v": {"requests": [], "a": 1}}),
            json!({"kind": 2, "k": ["requests"], "v": [{"n": 1}, {"n": 2}]}),
            json!({"kind": 2, "k": ["requests", 1, "response"], "v": ["x", "y"]}),
            json!({"kind": 2, "k": ["requests", 1, "response"], "v": ["z"], "i": 1}),
            json!({"kind": 1, "k": ["requests", 0, "n"], "v": 7}),
            json!({"kind": 2, "k": ["requests"], "v": [{"n": 3}], "i": 1}),
            json!({"kind": 3, "k": ["a"]}),
        ]);
        assert_eq!(refused, 0);
        assert_eq!(replayed.session, json!({"requests": [{"n": 7}, {"n": 3}]}));
        let (before, request, _) = &replayed.removed[0];
        assert_eq!(
            (*before, request),
            (1, &json!({"n": 2, "response": ["x", "z"]}))
        );
    }

    #[test]
    fn changes_that_lead_nowhere_are_refused() {
        let long: Vec<Value> = vec![json!("a"); DEPTH + 1];
        let (_, refused) = replay(vec![
            json!({"kind": 1, "k": ["requests", 0], "v": 1}),
            json!({"kind": 0, "v": {"requests": [1]}}),
            json!({"kind": 1, "k": ["requests", 4_000_000_000_u64], "v": 1}),
            json!({"kind": 1, "k": ["requests", -1], "v": 1}),
            json!({"kind": 2, "k": ["requests", 0], "v": [1]}),
            json!({"kind": 1, "k": [], "v": 1}),
            json!({"kind": 1, "k": long, "v": 1}),
            json!({"kind": 9, "k": ["a"], "v": 1}),
            json!({"kind": 3}),
            json!("no change"),
        ]);
        assert_eq!(refused, 9);
    }
}
