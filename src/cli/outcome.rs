//! What an import did, counted and told.

use std::collections::HashSet;
use std::path::Path;

use serde::Serialize;

use super::console::{Console, count};
use super::failure::Failure;
use super::import::{LeftOut, Survey};
use crate::detect::SecretCounts;
use crate::import;
use crate::model::{Mark, Session};
use crate::store::{Added, Imported, Joined, What};

/// What an import did.
#[derive(Debug, Default, Serialize)]
pub(super) struct Outcome {
    pub(super) files: usize,
    pub(super) sessions: usize,
    new: usize,
    same: usize,
    extended: usize,
    replaced: usize,
    kept: usize,
    /// Sessions all of whose turns stand in others.
    copies: usize,
    /// Sessions that have only what came after the turns that stand in others.
    joined: usize,
    turns: usize,
    developer_turns: usize,
    pushback_turns: usize,
    pub(super) left_out: LeftOut,
    /// How many secrets were masked, by name of the kind.
    redacted: SecretCounts,
    pub(super) found: Survey,
    skipped: Vec<Skipped>,
    /// The keys that the new sessions are stored under; a later file may show that one of them is a copy.
    #[serde(skip)]
    fresh: HashSet<String>,
    /// Files in folders that are no transcripts: too many and too usual to be listed for a person.
    passed_over: Vec<Skipped>,
}

#[derive(Debug, Serialize)]
struct Skipped {
    file: String,
    line: Option<u64>,
    reason: String,
}

impl Outcome {
    pub(super) fn skip(&mut self, path: &Path, line: Option<u64>, reason: String) {
        self.skipped.push(Skipped {
            file: path.display().to_string(),
            line,
            reason,
        });
    }

    /// Notes a file that is no transcript, in a folder of which nobody said that all of it is.
    pub(super) fn pass_over(&mut self, path: &Path, reason: String) {
        self.passed_over.push(Skipped {
            file: path.display().to_string(),
            line: None,
            reason,
        });
    }

    /// Notes a file that gave nothing.
    pub(super) fn fail(&mut self, path: &Path, error: import::Error) {
        let why = match error {
            import::Error::Unknown { what, .. } => what,
            error => {
                let error = anyhow::Error::from(error);
                let cause = error.chain().last().map(ToString::to_string);
                format!("cannot be read: {}", cause.unwrap_or_default())
            }
        };
        self.skip(path, None, why);
    }

    /// Counts what was masked in a file.
    pub(super) fn redact(&mut self, masked: &SecretCounts) {
        for (name, count) in masked {
            *self.redacted.entry(name.clone()).or_default() += count;
        }
    }

    /// Counts what became of some sessions.
    pub(super) fn count(&mut self, imported: &Imported, batch: &[(Session, Vec<Mark>)]) {
        for (added, (session, marks)) in imported.added.iter().zip(batch) {
            self.sessions += 1;
            self.count_added(added, session);
            self.turns += session.turns.len();
            self.developer_turns += session.developer_turns().count();
            self.pushback_turns += marks.iter().filter(|mark| mark.pushback).count();
        }
        for joined in &imported.joined {
            self.count_joined(joined);
        }
    }

    fn count_added(&mut self, added: &Added, session: &Session) {
        let path = Path::new(&session.source.path);
        let mut note = |what: String| self.skip(path, None, what);
        match added {
            Added::Same | Added::Extended(_) | Added::New => (),
            Added::Replaced(turn) => note(format!(
                "a fuller recording of a session that was there; it differs from D{turn} on"
            )),
            Added::Differs(turn) => note(format!(
                "another recording of this session is there and was kept; it differs from D{turn} on"
            )),
            Added::Beside(key) => note(format!(
                "another session has the same id; this one is kept beside it as {key}"
            )),
            Added::Ahead(key) => note(format!(
                "another session has the same id; it is kept beside this one as {key}"
            )),
            Added::Copy(original) => note(format!("a copy: all its turns stand in {original}")),
        }
        match added {
            Added::New => {
                self.new += 1;
                self.fresh.insert(session.key.clone());
            }
            Added::Beside(key) => {
                self.new += 1;
                self.fresh.insert(key.clone());
            }
            Added::Ahead(key) => {
                self.new += 1;
                // The other one left the id to this one, and is as new as before.
                if !self.fresh.insert(session.key.clone()) {
                    self.fresh.insert(key.clone());
                }
            }
            Added::Same => self.same += 1,
            Added::Extended(_) => self.extended += 1,
            Added::Replaced(_) => self.replaced += 1,
            Added::Differs(_) => self.kept += 1,
            Added::Copy(_) => self.copies += 1,
        }
    }

    fn count_joined(&mut self, joined: &Joined) {
        let original = &joined.original;
        let first = match joined.turns {
            1 => "the developer's first turn stands".to_owned(),
            turns => format!("the developer's first {turns} turns stand"),
        };
        let note = match joined.what {
            What::Cut => {
                self.joined += 1;
                format!("{first} in {original}; what came after is kept")
            }
            What::Removed => {
                self.copies += 1;
                self.new -= usize::from(self.fresh.remove(&joined.session));
                format!("a copy: all its turns stand in {original}")
            }
            What::Kept => {
                format!("{first} in {original} too; this session has labels and stays as it is")
            }
        };
        self.skip(Path::new(&joined.path), None, note);
    }

    /// Says in a sentence what came in.
    pub(super) fn summary(&self) -> String {
        format!(
            "{}, {}, {} of them the developers', {} marked as pushback",
            count(self.sessions, "session"),
            count(self.turns, "turn"),
            self.developer_turns,
            self.pushback_turns
        )
    }
}

/// Prints an outcome for a person: `verb` says what was done with the sessions, `others` counts the files that were not
/// looked at.
pub(super) fn report(
    outcome: &Outcome,
    verb: &str,
    others: usize,
    console: &mut Console,
) -> Result<(), Failure> {
    if outcome.sessions > 0 {
        let files = count(outcome.files, "file");
        console.line(&format!("{verb} {} from {files}", outcome.summary()))?;
    }
    report_kinds(outcome, console)?;
    report_copies(outcome, console)?;
    if !outcome.redacted.is_empty() {
        console.line(&masked(&outcome.redacted))?;
    }
    let left_out = outcome.left_out.told();
    if !left_out.is_empty() {
        console.line(&format!("sessions left out: {}", left_out.join(", ")))?;
    }
    if others > 0 {
        let others = count(others, "file");
        console.line(&format!(
            "not looked at: {others} of another ending or kind"
        ))?;
    }
    report_skipped(outcome, console)
}

/// Says in a line what was masked.
pub(super) fn masked(counts: &SecretCounts) -> String {
    let kinds = counts.iter().map(|(name, count)| format!("{name} {count}"));
    let kinds: Vec<String> = kinds.collect();
    if kinds.is_empty() {
        return "masked: nothing".to_owned();
    }
    format!("masked: {}", kinds.join(", "))
}

fn report_kinds(outcome: &Outcome, console: &mut Console) -> Result<(), Failure> {
    let counts = [
        (outcome.new, "new"),
        (outcome.same, "already there"),
        (outcome.extended, "extended"),
        (outcome.replaced, "replaced by a fuller recording"),
        (outcome.kept, "kept as they were"),
    ];
    let counts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if counts.is_empty() {
        return Ok(());
    }
    console.line(&format!("sessions: {}", counts.join(", ")))
}

fn report_copies(outcome: &Outcome, console: &mut Console) -> Result<(), Failure> {
    let mut told = Vec::new();
    if outcome.copies > 0 {
        let sessions = count(outcome.copies, "session");
        told.push(format!("{sessions} whose turns stand in others"));
    }
    if outcome.joined > 0 {
        told.push(format!("{} cut to what came after", outcome.joined));
    }
    if told.is_empty() {
        return Ok(());
    }
    console.line(&format!("copies: {}", told.join(", ")))
}

fn report_skipped(outcome: &Outcome, console: &mut Console) -> Result<(), Failure> {
    // Where nothing came in, somebody may wonder why.
    let passed_over = outcome.passed_over.iter();
    let passed_over = passed_over.filter(|_| outcome.sessions == 0);
    let all: Vec<&Skipped> = outcome.skipped.iter().chain(passed_over).collect();
    if !all.is_empty() {
        console.line(&format!("left out or noted, {}:", all.len()))?;
    }
    console.list(all.iter().map(|skipped| {
        let line = skipped.line.map(|line| format!(":{line}"));
        let line = line.unwrap_or_default();
        format!("{}{line}: {}", skipped.file, skipped.reason)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Source;

    fn session(key: &str) -> (Session, Vec<Mark>) {
        let session = Session {
            key: key.to_owned(),
            source: Source {
                path: format!("{key}.jsonl"),
                format: "invented".to_owned(),
            },
            agent: String::new(),
            agent_version: None,
            models: Vec::new(),
            surface: None,
            repository: None,
            folder: None,
            branch: None,
            started: None,
            ended: None,
            title: None,
            parent: None,
            turns: Vec::new(),
        };
        (session, Vec::new())
    }

    fn count(outcome: &mut Outcome, key: &str, added: Added, joined: Vec<Joined>) {
        let added = vec![added];
        outcome.count(&Imported { added, joined }, &[session(key)]);
    }

    /// Counts a session of an id that is there already, then one that shows a stored one to be a copy.
    fn new_after(mut outcome: Outcome, added: Added, copy: &str) -> usize {
        count(&mut outcome, "loom", added, Vec::new());
        let removed = Joined {
            session: copy.to_owned(),
            path: "loom.jsonl".to_owned(),
            original: "spindle".to_owned(),
            turns: 2,
            what: What::Removed,
        };
        count(&mut outcome, "spindle", Added::New, vec![removed]);
        outcome.new
    }

    #[test]
    fn a_new_session_that_proves_a_copy_is_no_longer_new_whatever_its_key() {
        let beside = || Added::Beside("loom~1".to_owned());
        let ahead = || Added::Ahead("loom~1".to_owned());
        assert_eq!(new_after(Outcome::default(), beside(), "loom~1"), 1);
        // What has the plain key was there before.
        assert_eq!(new_after(Outcome::default(), beside(), "loom"), 2);
        assert_eq!(new_after(Outcome::default(), ahead(), "loom"), 1);
        assert_eq!(new_after(Outcome::default(), ahead(), "loom~1"), 2);
        // Both came in with this call.
        let mut outcome = Outcome::default();
        count(&mut outcome, "loom", Added::New, Vec::new());
        assert_eq!(new_after(outcome, ahead(), "loom~1"), 2);
    }
}
