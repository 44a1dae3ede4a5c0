//! SWE-chat: tables of the turns of thousands of sessions, in Parquet files.
//!
//! The tables do not fit into memory, so their sessions are handed over a few at a time ([`each`]). [`rows`] says what a
//! row is, [`gather`] brings the rows of a session together, [`telling`] makes turns of them, [`about`] knows what stands
//! in the table of sessions beside it.

mod about;
mod gather;
mod rows;
mod telling;

use std::collections::HashMap;
use std::io;
use std::ops::ControlFlow;

use super::head::Head;
use super::source::Source;
use super::tables::{Error, Table};
use super::{Format, Reading, Skip};

use about::Sessions;
use gather::{Gather, Gathered};
use rows::Row;

pub(super) const FORMAT: Format = Format {
    id: "swe-chat",
    name: "SWE-chat",
    files: "conversations.parquet, with sessions.parquet beside it",
    page: PAGE,
    recognise,
    companion,
    read,
};

const PAGE: &str = "\
Files: conversations.parquet, a row for each turn, and sessions.parquet, a row for each session,
which is read where it lies beside it: name the folder, or the conversations. Numbers, truth values
and times may be of any type that writers of Parquet give them, columns may stand in any order, and
those may be missing that are not session_id, turn_type and content. Columns may be compressed with
snappy or zstd, not with gzip. A build without the feature parquet reads none of it.

Developer turns: rows of type user_prompt, without what Claude Code put around the words; slash
commands with words; the words with which a tool call was refused, and answers to the agent's
questions, from rows of type tool_result; messages that were queued and are no prompt of their own.
A row of an unknown type is told by its role.

Events: interruptions, refusals, accepted plans, compaction, commands without words, shell commands.

Left out: rows of type file_snapshot and progress; system_injected, summary and system_event are
shown folded. The labels that a model gave (prompt_pushback, prompt_intent, user_persona,
session_success) are not read, so that no coder sees them, nor are users and counts. Results of
tools were cut at 10 KB when the tables were made. Sessions of dayhaysoos/nimbus, all of them a
sub-agent's, and those whose id begins with agent- come in with --sub-agents.

Known by: session_id, the agent's own id, without the date in front. Agent, repository, branch and
start come from sessions.parquet, else from the rows; all sessions are taken to be of a terminal.
Each turn keeps its turn_id, and the number of its row, counted from 0.

Memory: the rows of a session may stand anywhere. Where they are spread, those that wait are put
into a file without a name in the folder for temporary files. Of a session that holds more than
64 MB the rest is left out.";

/// Columns without which rows tell nothing.
const NEEDED: [&str; 3] = ["session_id", "turn_type", "content"];
/// Names of other tables of the same collection, each with a column that only it has.
const OTHERS: [(&str, &str); 4] = [
    ("context_md", "session logs"),
    ("checkpoint_id", "checkpoints"),
    ("commit_sha", "commits"),
    ("stars", "repositories"),
];

/// How much is handed over at a time, in bytes of text.
const PIECE: usize = 4 << 20;
/// How many sessions are handed over at a time.
const SESSIONS: usize = 100;
/// How many sessions a table may have.
const MOST_SESSIONS: usize = 200_000;
/// How long the texts of a row may be.
const LONGEST: usize = 16 << 20;
/// How much text a table may have, whatever its size, and how much for each of its bytes: a few bytes can stand for a
/// text that is repeated without end.
const MOST: (u64, u64) = (1 << 30, 200);

fn recognise(head: &Head) -> bool {
    head.columns()
        .is_some_and(|columns| lacking(&columns).is_empty())
}

/// The table of sessions is read with the conversations beside it.
fn companion(head: &Head) -> bool {
    let name = head.path.file_name().and_then(|name| name.to_str());
    let own = name
        .unwrap_or_default()
        .replace("sessions", "conversations");
    head.columns()
        .is_some_and(|columns| about::is_sessions(&columns))
        && [own.as_str(), "conversations.parquet"]
            .iter()
            .any(|name| head.path.with_file_name(name).is_file())
}

/// Says what a table seems to be that is none of conversations.
pub(super) fn seems(columns: &[&str]) -> String {
    if about::is_sessions(columns) {
        return "SWE-chat's table of sessions, which holds no turns: \
                put conversations.parquet beside it"
            .to_owned();
    }
    let has = |name: &str| columns.contains(&name);
    let other = OTHERS.iter().find(|(column, _)| has(column));
    if let Some((_, name)) = other.filter(|_| has("repo_id") || has("session_id")) {
        return format!("SWE-chat's table of {name}, as it seems, which holds no turns");
    }
    let lacking = lacking(columns).join(", ");
    format!(
        "a Parquet table that is not SWE-chat's conversations: it has no {lacking} (columns {})",
        some(columns)
    )
}

fn lacking(columns: &[&str]) -> Vec<&'static str> {
    let needed = NEEDED.into_iter();
    needed.filter(|name| !columns.contains(name)).collect()
}

/// Names the first columns.
fn some(columns: &[&str]) -> String {
    let more = if columns.len() > 6 { ", ..." } else { "" };
    let first: Vec<&str> = columns.iter().take(6).copied().collect();
    first.join(", ") + more
}

/// Reads all sessions at once.
fn read(source: &Source) -> io::Result<Reading> {
    let mut whole = Reading::default();
    each(source, &mut |mut piece| {
        whole.sessions.append(&mut piece.sessions);
        whole.aside.append(&mut piece.aside);
        whole.skipped.append(&mut piece.skipped);
        ControlFlow::Continue(())
    })?;
    Ok(whole)
}

/// Reads the sessions and hands them over a few at a time, in the order in which they end in the file; what was left out
/// comes last.
pub(super) fn each(
    source: &Source,
    take: &mut dyn FnMut(Reading) -> ControlFlow<()>,
) -> io::Result<()> {
    let path = source.path().to_string_lossy();
    let mut reader = Reader {
        path: &path,
        take,
        ready: Reading::default(),
        size: 0,
        about: Sessions::default(),
        notes: Notes::default(),
    };
    match reader.table(source) {
        Ok(ControlFlow::Break(())) => return Ok(()),
        Ok(ControlFlow::Continue(())) => (),
        Err(Error::File(error)) => return Err(error),
        Err(error) => {
            let reason = format!("the table cannot be read on: {error}");
            reader.ready.skipped.push(Skip::whole(reason));
            reader.notes.rows += 1;
        }
    }
    let notes = std::mem::take(&mut reader.notes);
    reader.ready.skipped.extend(notes.told());
    let _ = reader.hand_over();
    Ok(())
}

/// What was left out, by why.
#[derive(Debug, Default)]
struct Notes {
    rows: u64,
    nameless: u64,
    too_many: u64,
    silent: u64,
    without_rows: usize,
}

impl Notes {
    fn told(self) -> impl Iterator<Item = Skip> {
        let all = [
            (self.nameless, "rows without a session_id"),
            (self.too_many, "rows of sessions that hold too much"),
            (self.silent, "sessions in which nothing is said"),
            (
                self.without_rows as u64,
                "sessions of sessions.parquet without rows in the conversations",
            ),
        ];
        let empty = (self.rows == 0).then(|| Skip::whole("no rows were read"));
        let some = all.into_iter().filter(|(count, _)| *count > 0);
        some.map(|(count, what)| Skip::whole(format!("{what}: {count}")))
            .chain(empty)
    }
}

/// A table that is being read.
struct Reader<'a> {
    path: &'a str,
    take: &'a mut dyn FnMut(Reading) -> ControlFlow<()>,
    ready: Reading,
    /// How much text is ready.
    size: usize,
    about: Sessions,
    notes: Notes,
}

impl Reader<'_> {
    fn table(&mut self, source: &Source) -> Result<ControlFlow<()>, Error> {
        let table = Table::open(source)?;
        let columns = table.columns();
        if !lacking(&columns).is_empty() {
            self.ready.skipped.push(Skip::whole(seems(&columns)));
            self.notes.rows = 1;
            return Ok(ControlFlow::Continue(()));
        }
        let mut gather = Gather::of(counted(&table)?);
        self.look_beside(source, &gather);
        let (some, each) = MOST;
        let most = some + source.size().saturating_mul(each);
        let told = self.rows(&table, &mut gather, most);
        if !matches!(told, Ok(ControlFlow::Continue(()))) && told.is_ok() {
            return told;
        }
        while let Some(session) = gather.rest()? {
            if self.session(session).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        told
    }

    /// Reads the table of sessions beside it.
    fn look_beside(&mut self, source: &Source, gather: &Gather) {
        let Some(beside) = about::beside(source) else {
            return;
        };
        let (about, told) = Sessions::read(&beside, gather);
        self.notes.without_rows = about.without_rows;
        self.about = about;
        if let Err(error) = told {
            let name = beside
                .path()
                .file_name()
                .unwrap_or_default()
                .to_string_lossy();
            let reason = format!("{name} beside it cannot be read on: {error}");
            self.ready.skipped.push(Skip::whole(reason));
        }
    }

    fn rows(
        &mut self,
        table: &Table,
        gather: &mut Gather,
        most: u64,
    ) -> Result<ControlFlow<()>, Error> {
        let mut rows = table.rows(&rows::COLUMNS);
        let mut read = 0_u64;
        while let Some(row) = rows.next_row()? {
            self.notes.rows += 1;
            let Some(id) = row.text(rows::SESSION) else {
                self.notes.nameless += 1;
                continue;
            };
            let is_short = Row::length_of(&row) <= LONGEST;
            let row = is_short.then(|| Row::of(&row, &id));
            read += row.as_ref().map_or(0, |(row, _)| row.size() as u64);
            if read > most {
                return Err(Error::Large);
            }
            if let Some(session) = gather.add(&id, row)?
                && self.session(session).is_break()
            {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Takes a session whose rows are together.
    fn session(&mut self, rows: Gathered) -> ControlFlow<()> {
        self.notes.too_many += rows.too_many;
        let about = self.about.take(&rows.id);
        let Some((aside, session)) = telling::session(self.path, rows, about) else {
            self.notes.silent += 1;
            return ControlFlow::Continue(());
        };
        let lengths = session.turns.iter().map(|turn| turn.text.len());
        self.size += lengths.sum::<usize>();
        match aside {
            Some(why) => self.ready.aside.push((why, session)),
            None => self.ready.sessions.push(session),
        }
        let ready = self.ready.sessions.len() + self.ready.aside.len();
        if self.size > PIECE || ready >= SESSIONS {
            return self.hand_over();
        }
        ControlFlow::Continue(())
    }

    fn hand_over(&mut self) -> ControlFlow<()> {
        self.size = 0;
        (self.take)(std::mem::take(&mut self.ready))
    }
}

/// Counts the rows of each session, as far as they can be read: what cannot is told where all columns are read.
fn counted(table: &Table) -> Result<HashMap<String, u64>, Error> {
    let mut counts: HashMap<String, u64> = HashMap::new();
    let mut rows = table.rows(&[rows::COLUMNS[rows::SESSION]]);
    while let Ok(Some(row)) = rows.next_row() {
        let Some(id) = row.text(0) else {
            continue;
        };
        *counts.entry(id).or_default() += 1;
        if counts.len() > MOST_SESSIONS {
            return Err(Error::Large);
        }
    }
    Ok(counts)
}
