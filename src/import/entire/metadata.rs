//! What Entire knows of a session's transcript.

use std::io::{self, BufRead};

use serde_json::{Map, Value};

use crate::import::head::Head;
use crate::import::source::Source;
use crate::import::time::moment;
use crate::model::Timestamp;

/// The metadata of one session in one checkpoint. A field of a surprising type is absent.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    record: Map<String, Value>,
}

impl Metadata {
    /// Reads what stands in a file; nothing where it cannot be read, which is for its transcript to report.
    pub(super) fn read(source: &Source) -> Metadata {
        let head = Head::read(source);
        let record = head.ok().and_then(|head| head.records.into_iter().next());
        Metadata {
            record: record.unwrap_or_default(),
        }
    }

    /// Gives the id of the session, without the day that early versions put in front of it.
    pub(super) fn session(&self) -> Option<String> {
        Some(own_id(self.word("session_id")?).to_owned())
    }

    /// Gives when the checkpoint was made.
    pub(super) fn created(&self) -> Option<Timestamp> {
        moment(self.word("created_at")?)
    }

    /// Gives the name of the agent; that of no agent in particular is none.
    pub(super) fn agent(&self) -> Option<&str> {
        self.word("agent").filter(|name| *name != "Agent")
    }

    pub(super) fn model(&self) -> Option<&str> {
        self.word("model")
    }

    pub(super) fn branch(&self) -> Option<&str> {
        self.word("branch")
    }

    /// Says that the transcript holds only what was new, where the place that it began at lies behind its end.
    pub(super) fn missing(&self, transcript: &Source) -> io::Result<Option<String>> {
        let keys = ["checkpoint_transcript_start", "transcript_lines_at_start"];
        let start = keys
            .iter()
            .find_map(|&key| self.record.get(key)?.as_u64())
            .unwrap_or(0);
        let is_slice = start > 0 && start > lines(transcript)?;
        Ok(is_slice.then(|| {
            format!(
                "it holds only what was new from line {} of the transcript on",
                start + 1
            )
        }))
    }

    fn word(&self, key: &str) -> Option<&str> {
        let word = self.record.get(key)?.as_str()?.trim();
        (!word.is_empty()).then_some(word)
    }
}

/// Tells whether a record is the list of the sessions of a checkpoint.
pub(super) fn is_root(record: &Map<String, Value>) -> bool {
    record.get("checkpoint_id").is_some_and(Value::is_string)
        && record.get("sessions").is_some_and(Value::is_array)
}

/// Gives the agent's own id of a session, without the day that early versions put in front of it.
pub(in crate::import) fn own_id(id: &str) -> &str {
    id.get(11..).filter(|_| has_day(id)).unwrap_or(id)
}

/// Tells whether an id begins with a day, `2026-01-21-`.
fn has_day(id: &str) -> bool {
    let form = b"0000-00-00-";
    let fits = |(byte, form): (u8, &u8)| match form {
        b'0' => byte.is_ascii_digit(),
        sign => byte == *sign,
    };
    id.len() > form.len() && id.bytes().zip(form).all(fits)
}

fn lines(source: &Source) -> io::Result<u64> {
    let mut input = source.open()?;
    let mut lines = 0;
    // A line can be very long: it is passed over and not kept.
    while input.skip_until(b'\n')? > 0 {
        lines += 1;
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(text: &str) -> Metadata {
        Metadata::read(&Source::spooled("metadata.json", text.as_bytes()).unwrap())
    }

    #[test]
    fn a_day_before_the_id_is_no_part_of_it() {
        let check = |id: &str, expected: &str| {
            let metadata = metadata(&format!(r#"{{"session_id":"{id}"}}"#));
            assert_eq!(metadata.session().as_deref(), Some(expected));
        };
        check("2026-01-21-0cf3db51", "0cf3db51");
        check("2026-01-21-", "2026-01-21-");
        check("0cf3db51-1c73", "0cf3db51-1c73");
        check("2026-0é-21-x", "2026-0é-21-x");
        assert_eq!(metadata("[]").session(), None);
    }

    #[test]
    fn a_transcript_that_ends_before_its_beginning_is_a_slice() {
        let check = |start: u32, text: &str, expected: bool| {
            let metadata = metadata(&format!(r#"{{"transcript_lines_at_start":{start}}}"#));
            let transcript = Source::spooled("full.jsonl", text.as_bytes()).unwrap();
            let missing = metadata.missing(&transcript).unwrap();
            assert_eq!(missing.is_some(), expected, "{missing:?}");
        };
        check(0, "", false);
        check(2, "{}\n{}", false);
        check(2, "{}\n{}\n{}\n", false);
        check(3, "{}\n{}\n", true);
    }
}
