//! Words typed while the agent worked.
//!
//! They wait in a queue whose changes are records. Old versions store a delivered message nowhere else, new
//! ones in an attachment beside it, and a message that waited until the turn had ended comes back as an
//! ordinary record: this file tells which of them the session would otherwise lose.

use std::collections::{HashMap, VecDeque};

use crate::import::builder::Origin;

use super::entry::{Entry, What};
use super::text::{Act, IMAGE, is_typed};

/// How many records after its removal from the queue a message can follow in another form.
const NEAR: usize = 20;
/// How far away a short text counts as the same message; the same long text is the same message anywhere.
const SHORT_REACH: usize = 50;
/// How many of the waiting texts are looked for among the messages to come; few ever wait.
const LOOK: usize = 64;
/// Characters from which a text is long.
const LONG: usize = 20;

/// Gives what was typed of a message: pictures stand in some of its forms only.
pub(super) fn typed(text: &str) -> &str {
    let mut text = text.trim();
    while let Some(rest) = text.strip_suffix(IMAGE) {
        text = rest.trim_end();
    }
    text
}

/// A text that waits.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) text: String,
    /// When it was typed.
    pub(super) origin: Origin,
    /// Position of the record that enqueued it.
    pub(super) position: usize,
    typed: bool,
}

/// The queue as the file has reached it.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: VecDeque<Waiting>,
    /// Messages that were delivered before the record of their removal.
    ahead: usize,
}

impl Queue {
    /// Adds a text.
    pub(super) fn add(&mut self, text: String, origin: Origin, position: usize) {
        let typed = is_typed(&text);
        self.waiting.push_back(Waiting {
            text,
            origin,
            position,
            typed,
        });
    }

    /// Forgets everything: the developer pulled it back.
    pub(super) fn pull(&mut self) {
        self.waiting.clear();
        self.ahead = 0;
    }

    /// Notes that a text was delivered in an attachment; its removal is still to come if it waits.
    pub(super) fn deliver(&mut self, text: &str) {
        if self.take_equal(text).is_some() {
            self.ahead += 1;
        }
    }

    /// Takes the text that a record removes: the one it names, else the one that comes next as a message,
    /// else a notice before anything typed, else the first. `None` where nobody typed it.
    pub(super) fn take(
        &mut self,
        named: Option<&str>,
        next: impl Fn(&str) -> bool,
    ) -> Option<Waiting> {
        if let Some(text) = named {
            let found = self.take_equal(text);
            if found.is_none() {
                self.ahead = self.ahead.saturating_sub(1);
            }
            return found.filter(|waiting| waiting.typed);
        }
        if self.ahead > 0 {
            self.ahead -= 1;
            return None;
        }
        let mut first = self.waiting.iter().take(LOOK);
        let coming = first.position(|waiting| next(&waiting.text));
        let notice = || self.waiting.iter().position(|waiting| !waiting.typed);
        let at = coming.or_else(notice).unwrap_or(0);
        self.waiting.remove(at).filter(|waiting| waiting.typed)
    }

    /// Gives what the developer typed and the file does not say was delivered.
    pub(super) fn rest(self) -> impl Iterator<Item = Waiting> {
        self.waiting.into_iter().filter(|waiting| waiting.typed)
    }

    fn take_equal(&mut self, text: &str) -> Option<Waiting> {
        let text = typed(text);
        let at = self
            .waiting
            .iter()
            .position(|waiting| typed(&waiting.text) == text)?;
        self.waiting.remove(at)
    }
}

/// Where the developer's words stand in the rest of the file.
#[derive(Debug, Default)]
pub(super) struct Messages {
    records: Vec<(usize, String)>,
    by_text: HashMap<String, Vec<usize>>,
    attachments: HashMap<String, Vec<usize>>,
}

impl Messages {
    /// Looks through a session.
    pub(super) fn of(entries: &[Entry]) -> Messages {
        let mut messages = Messages::default();
        for (position, entry) in entries.iter().enumerate().filter(|(_, entry)| !entry.aside) {
            match &entry.what {
                What::User(user) => messages.add_record(position, &user.acts),
                What::Queued(acts) => {
                    for text in words(acts) {
                        let known = messages.attachments.entry(text.to_owned()).or_default();
                        known.push(position);
                    }
                }
                _ => (),
            }
        }
        messages
    }

    fn add_record(&mut self, position: usize, acts: &[Act]) {
        for text in words(acts) {
            self.records.push((position, text.to_owned()));
            let known = self.by_text.entry(text.to_owned()).or_default();
            known.push(position);
        }
    }

    /// Tells whether a text comes back as a message of its own after `position`, alone or among the lines of
    /// several that were sent together.
    pub(super) fn follows(&self, text: &str, position: usize) -> bool {
        let text = typed(text);
        let reach = if text.chars().nth(LONG).is_some() {
            usize::MAX
        } else {
            SHORT_REACH
        };
        within(self.by_text.get(text), position, reach) || self.is_near(text, position)
    }

    /// Tells whether a message soon after `position` is this text or holds it as lines.
    pub(super) fn is_near(&self, text: &str, position: usize) -> bool {
        let text = typed(text);
        let from = self.records.partition_point(|(at, _)| *at <= position);
        self.records[from..]
            .iter()
            .take_while(|(at, _)| *at <= position + NEAR)
            .any(|(_, message)| holds_lines(message, text))
    }

    /// Tells whether an attachment soon after `position` delivers a text.
    pub(super) fn attached(&self, text: &str, position: usize) -> bool {
        within(self.attachments.get(typed(text)), position, NEAR)
    }
}

fn words(acts: &[Act]) -> impl Iterator<Item = &str> {
    acts.iter().filter_map(|act| match act {
        Act::Words(_, text) => Some(typed(text)),
        _ => None,
    })
}

fn within(positions: Option<&Vec<usize>>, position: usize, reach: usize) -> bool {
    let Some(positions) = positions else {
        return false;
    };
    let next = positions.partition_point(|&at| at <= position);
    positions
        .get(next)
        .is_some_and(|&at| at - position <= reach)
}

/// Tells whether `lines` stand in `message` between line ends.
fn holds_lines(message: &str, lines: &str) -> bool {
    !lines.is_empty()
        && message.match_indices(lines).any(|(at, _)| {
            let before = message[..at].trim_end_matches([' ', '\r']);
            let after = message[at + lines.len()..].trim_start_matches([' ', '\r']);
            (before.is_empty() || before.ends_with('\n'))
                && (after.is_empty() || after.starts_with('\n'))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(texts: &[&str]) -> Queue {
        let mut queue = Queue::default();
        for text in texts {
            queue.add((*text).to_owned(), Origin::default(), 0);
        }
        queue
    }

    fn taken(queue: &mut Queue, named: Option<&str>) -> Option<String> {
        queue.take(named, |_| false).map(|waiting| waiting.text)
    }

    #[test]
    fn a_removal_without_text_takes_notices_first() {
        let mut queue = queue(&["stop", "<task-notification>x", "and test"]);
        assert_eq!(taken(&mut queue, None), None);
        assert_eq!(taken(&mut queue, None).as_deref(), Some("stop"));
        assert_eq!(taken(&mut queue, None).as_deref(), Some("and test"));
        assert_eq!(taken(&mut queue, None), None);
    }

    #[test]
    fn a_removal_with_text_takes_that_text() {
        let mut queue = queue(&["stop", "and test"]);
        assert_eq!(
            taken(&mut queue, Some("and test ")).as_deref(),
            Some("and test")
        );
        assert_eq!(taken(&mut queue, Some("else")), None);
        assert_eq!(queue.rest().count(), 1);
    }

    #[test]
    fn a_message_delivered_before_its_removal_is_not_removed_twice() {
        let mut queue = queue(&["stop", "and test"]);
        queue.deliver("stop");
        assert_eq!(taken(&mut queue, None), None);
        assert_eq!(taken(&mut queue, None).as_deref(), Some("and test"));
    }

    #[test]
    fn a_text_is_found_among_lines() {
        let check = |message: &str, lines: &str, expected: bool| {
            assert_eq!(holds_lines(message, lines), expected, "{message:?}");
        };
        check("stop", "stop", true);
        check("first\nstop\nlast", "stop", true);
        check("please stop", "stop", false);
        check("stops", "stop", false);
    }
}
