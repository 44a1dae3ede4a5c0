//! Which refusals are acts of their own.
//!
//! Refusing one of several parallel calls refuses them all: several results, one act. The words of an act can
//! stand in each of its results.

use std::collections::{HashMap, HashSet};

/// The refusals so far.
#[derive(Debug, Default)]
pub(in crate::import) struct Refusals {
    /// The message that each call stands in.
    messages: HashMap<String, String>,
    /// The words that were given, by message.
    words: HashMap<String, HashSet<String>>,
}

/// What is new about a refusal.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::import) struct New {
    /// Whether it is an act that was not noted before.
    pub(in crate::import) act: bool,
    /// The words, if they were not noted before.
    pub(in crate::import) words: Option<String>,
}

impl Refusals {
    /// Notes in which message a call stands.
    pub(in crate::import) fn call(&mut self, id: &str, message: Option<&str>) {
        if let Some(message) = message {
            self.messages.insert(id.to_owned(), message.to_owned());
        }
    }

    /// Takes the refusal of a call.
    pub(in crate::import) fn add(&mut self, id: &str, words: Option<String>) -> New {
        let message = self.messages.get(id).map_or(id, String::as_str).to_owned();
        let is_first = !self.words.contains_key(&message);
        let known = self.words.entry(message).or_default();
        let had_words = !known.is_empty();
        let words = words.filter(|words| known.insert(words.clone()));
        New {
            act: is_first || had_words && words.is_some(),
            words,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parallel_calls_are_refused_in_one_act() {
        let mut refusals = Refusals::default();
        for id in ["1", "2", "3", "4"] {
            refusals.call(id, Some("m"));
        }
        let mut check = |id: &str, words: Option<&str>, act: bool, new: Option<&str>| {
            let words = words.map(str::to_owned);
            let expected = New {
                act,
                words: new.map(str::to_owned),
            };
            assert_eq!(refusals.add(id, words), expected, "{id}");
        };
        check("1", Some("not there"), true, Some("not there"));
        check("2", Some("not there"), false, None);
        check("3", None, false, None);
        check("4", Some("nor here"), true, Some("nor here"));
        check("5", Some("not there"), true, Some("not there"));
    }
}
