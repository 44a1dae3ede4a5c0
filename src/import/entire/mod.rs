//! Checkpoints of Entire: for each commit the transcripts of the sessions behind it, as their agents wrote them.
//!
//! A checkpoint is a folder with one folder for each session: the transcript, and what Entire knows of it. Which
//! agent wrote the transcript is told by its content alone, for the name that Entire gives it is sometimes wrong.
//! Each checkpoint of a session records it again, mostly from its beginning and sometimes only what was new, so all
//! that are at hand are read as one.

mod chunks;
mod metadata;

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use crate::model::{Session, Surface};

use super::git::Tree;
use super::head::Head;
use super::source::Source;
use super::{FORMATS, Format, Reading, Skip, recordings};

pub(super) use metadata::own_id;
use metadata::{Metadata, is_root};

pub(super) const FORMAT: Format = Format {
    id: "entire",
    name: "Entire",
    files: "checkpoints of the branch entire/checkpoints/v1, with the transcripts of every agent that is read here",
    page: PAGE,
    recognise,
    companion,
    read,
};

const PAGE: &str = "\
Files: HH/HHHHHHHHHH/N/full.jsonl (and full.jsonl.001 ...) with the metadata.json beside it, as they lie on the
branch entire/checkpoints/v1: checked out, or straight from the branch (also that of a remote) of a git
repository that the call names or that lies below a folder that it names, with the program git, which only
reads. The transcript is read as that of the agent whose form it has; where that is none that is known here, it
is left out with a reason.

Developer turns: those of the agent's own format. All checkpoints of a session that are found together give one
session: turns are told apart by the agent's ids, and by their words where there are none. What only one
checkpoint holds is kept, also where later checkpoints hold only what was new.

Left out: prompt.txt and context.md (a part of what the transcript holds), summaries that a model wrote,
metadata without a transcript. What Entire replaced by REDACTED stays so.

Known by: session_id in metadata.json, which is the agent's own id, without the date in front. Agent, model and
branch come from metadata.json where the transcript is silent; sessions are taken to be of a terminal where it
does not tell.";

/// Names of the transcript, and of what is told there again.
const TRANSCRIPT: &str = "full.jsonl";
const METADATA: &str = "metadata.json";
const REPEATED: [&str; 4] = [
    "prompt.txt",
    "context.md",
    "content_hash.txt",
    "summary.txt",
];

fn recognise(head: &Head) -> bool {
    head.records.first().is_some_and(|record| {
        let has = |key| record.get(key).is_some_and(serde_json::Value::is_string);
        has("checkpoint_id") && has("session_id")
    })
}

fn companion(head: &Head) -> bool {
    if head.records.first().is_some_and(is_root) {
        return true;
    }
    let name = head.path.file_name().and_then(|name| name.to_str());
    if !name.is_some_and(|name| is_piece(name) || REPEATED.contains(&name)) {
        return false;
    }
    let metadata = Source::file(&head.path).beside(METADATA);
    metadata
        .and_then(|source| Head::read(&source).ok())
        .is_some_and(|head| recognise(&head))
}

/// Tells whether a name is that of a transcript or of a piece of a long one.
fn is_piece(name: &str) -> bool {
    name.strip_prefix(TRANSCRIPT).is_some_and(|rest| {
        let number = rest.strip_prefix('.');
        rest.is_empty() || number.is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
    })
}

/// Gives the metadata of the sessions on a branch of checkpoints. What else may lie there is not looked at.
pub(super) fn kept(tree: &Arc<Tree>) -> Vec<Source> {
    let names = tree.names().filter(|name| is_session(name));
    names.map(|name| Source::kept(tree.clone(), name)).collect()
}

/// Tells whether a name is that of a session's metadata, `ab/0123456789/0/metadata.json`.
fn is_session(name: &str) -> bool {
    let is = |text: &str, length, fits: fn(&u8) -> bool| {
        text.len() == length && text.as_bytes().iter().all(fits)
    };
    let steps: Vec<&str> = name.split('/').collect();
    let [shard, rest, number, file] = steps[..] else {
        return false;
    };
    is(shard, 2, u8::is_ascii_hexdigit)
        && is(rest, 10, u8::is_ascii_hexdigit)
        && is(number, number.len().max(1), u8::is_ascii_digit)
        && file == METADATA
}

/// Puts the checkpoints of a session together, in the order of their time, where the first of them stood.
pub(super) fn together(found: Vec<(Source, &'static Format)>) -> Vec<(Source, &'static Format)> {
    let mut kept: Vec<(Vec<Checkpoint>, Source, &'static Format)> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for (source, format) in found {
        let checkpoint = (format.id == FORMAT.id).then(|| Checkpoint::of(&source));
        let session = checkpoint.as_ref().and_then(Checkpoint::session);
        let group = session.map(|session| *known.entry(session).or_insert(kept.len()));
        match (group, checkpoint) {
            (Some(group), Some(checkpoint)) if group < kept.len() => {
                kept[group].0.push(checkpoint);
            }
            (_, checkpoint) => kept.push((Vec::from_iter(checkpoint), source, format)),
        }
    }
    let one = |(mut checkpoints, source, format): (Vec<Checkpoint>, Source, _)| {
        checkpoints.sort_by_key(|checkpoint| checkpoint.metadata.created());
        let files: Vec<Source> = checkpoints
            .into_iter()
            .flat_map(Checkpoint::files)
            .collect();
        let joined = if files.is_empty() {
            source
        } else {
            Source::parts(source.path(), files)
        };
        (joined, format)
    };
    kept.into_iter().map(one).collect()
}

/// One recording of a session.
struct Checkpoint {
    source: Source,
    metadata: Metadata,
    pieces: Vec<Source>,
}

impl Checkpoint {
    /// Finds what lies beside a session's metadata.
    fn of(source: &Source) -> Checkpoint {
        let mut pieces: Vec<Source> = source.beside(TRANSCRIPT).into_iter().collect();
        let more = (1..).map_while(|number| source.beside(&format!("{TRANSCRIPT}.{number:03}")));
        pieces.extend(more);
        Checkpoint {
            source: source.clone(),
            metadata: Metadata::read(source),
            pieces,
        }
    }

    /// Gives the checkpoints that a source was put together from.
    fn all(source: &Source) -> Vec<Checkpoint> {
        let mut all: Vec<Checkpoint> = Vec::new();
        for part in source.each_part() {
            let name = part.path().file_name().and_then(|name| name.to_str());
            match all.last_mut() {
                Some(last) if name.is_some_and(is_piece) => last.pieces.push(part.clone()),
                _ if source.each_part().len() == 1 => all.push(Checkpoint::of(part)),
                _ => all.push(Checkpoint {
                    source: part.clone(),
                    metadata: Metadata::read(part),
                    pieces: Vec::new(),
                }),
            }
        }
        all
    }

    fn session(&self) -> Option<String> {
        self.metadata.session()
    }

    fn files(self) -> impl Iterator<Item = Source> {
        std::iter::once(self.source).chain(self.pieces)
    }

    /// Reads the transcript with the importer of the agent that wrote it.
    fn read(&self) -> io::Result<Reading> {
        let Some(transcript) = chunks::one(&self.pieces)? else {
            let reason = format!("{}: there is no transcript beside it", self.name());
            return Ok(nothing(reason));
        };
        let head = Head::read(&transcript)?;
        // What stands in a checkpoint is never another checkpoint.
        let mut formats = FORMATS.iter().filter(|format| format.id != FORMAT.id);
        let Some(format) = formats.find(|format| (format.recognise)(&head)) else {
            let reason = format!("{}: the transcript is {}", self.name(), head.seems());
            return Ok(nothing(reason));
        };
        let mut reading = (format.read)(&transcript)?;
        if let [only] = &mut reading.sessions[..] {
            self.identify(only);
        }
        let own = reading.sessions.iter_mut();
        let aside = reading.aside.iter_mut().map(|(_, session)| session);
        for session in own.chain(aside) {
            self.describe(session);
        }
        if let Some(reason) = self.metadata.missing(&transcript)? {
            let reason = format!("{}: {reason}", self.name());
            reading.skipped.push(Skip::whole(reason));
        }
        Ok(reading)
    }

    /// Gives the one session of a transcript the id that Entire knows it by, which is the agent's own: in a transcript
    /// that continues another one and was cut early only the other one's id may stand.
    fn identify(&self, session: &mut Session) {
        if let Some(id) = self.metadata.session() {
            session.key = id;
        }
        if session.parent.as_ref() == Some(&session.key) {
            session.parent = None;
        }
    }

    /// Fills in what the metadata knows and the transcript does not.
    fn describe(&self, session: &mut Session) {
        let metadata = &self.metadata;
        FORMAT.id.clone_into(&mut session.source.format);
        if session.key.starts_with("text:") || !recordings::is_own(&session.key) {
            session.key = metadata
                .session()
                .unwrap_or(std::mem::take(&mut session.key));
        }
        if session.agent == "Unknown" {
            let known = metadata.agent().unwrap_or("Unknown");
            known.clone_into(&mut session.agent);
        }
        if session.models.is_empty() {
            session.models.extend(metadata.model().map(str::to_owned));
        }
        if session.branch.is_none() {
            session.branch = metadata.branch().map(str::to_owned);
        }
        if session.repository.is_none() {
            session.repository = self.source.repository().map(str::to_owned);
        }
        session.surface.get_or_insert(Surface::Cli);
    }

    /// Names the checkpoint for a person.
    fn name(&self) -> String {
        let path = self.source.path();
        let folder = path.parent().unwrap_or(path);
        let steps: Vec<_> = folder.components().rev().take(3).collect();
        let steps = steps
            .iter()
            .rev()
            .map(|step| step.as_os_str().to_string_lossy());
        let name = steps.collect::<Vec<_>>().join("/");
        // The name of a branch stands before that of a file on it.
        format!("checkpoint {}", name.rsplit(':').next().unwrap_or(&name))
    }
}

fn nothing(reason: String) -> Reading {
    Reading {
        skipped: vec![Skip::whole(reason)],
        ..Reading::default()
    }
}

fn read(source: &Source) -> io::Result<Reading> {
    let reading = read_all(source);
    source.rest();
    reading
}

fn read_all(source: &Source) -> io::Result<Reading> {
    let checkpoints = Checkpoint::all(source);
    if let [only] = &checkpoints[..] {
        return only.read();
    }
    let mut whole = Reading::default();
    for checkpoint in checkpoints {
        // One checkpoint that cannot be read does not take the others with it.
        let reading = checkpoint.read().unwrap_or_else(|error| {
            nothing(format!("{}: cannot be read: {error}", checkpoint.name()))
        });
        add(&mut whole, reading);
    }
    Ok(whole)
}

/// Adds what a later checkpoint holds.
fn add(whole: &mut Reading, reading: Reading) {
    for session in reading.sessions {
        let known = whole.sessions.iter().position(|own| own.key == session.key);
        match known {
            Some(at) => {
                let known = whole.sessions.remove(at);
                whole.sessions.insert(at, recordings::join(known, session));
            }
            None => whole.sessions.push(session),
        }
    }
    for (why, session) in reading.aside {
        let mut aside = whole.aside.iter();
        match aside.position(|(_, own)| own.key == session.key) {
            Some(at) => {
                let (_, known) = whole.aside.remove(at);
                let joined = recordings::join(known, session);
                whole.aside.insert(at, (why, joined));
            }
            None => whole.aside.push((why, session)),
        }
    }
    for skip in reading.skipped {
        // The next recording of the same session repeats its broken lines.
        if !whole.skipped.contains(&skip) {
            whole.skipped.push(skip);
        }
    }
}
