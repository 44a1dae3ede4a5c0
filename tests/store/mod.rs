//! The study file, on real files with small invented sessions.

mod audit;
mod check;
mod copies;
mod file;
mod history;
mod import;
mod laws;
mod lock;
mod marks;
mod reading;
mod rules;
mod sharing;
mod untrusted;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use pushback::model::{
    Change, Choice, Codebook, Coder, CoderKind, Mark, Quote, Role, Saved, Session, Source,
    Timestamp, Turn, TurnRef, Unit, Verdict, char_span, text_hash,
};
use pushback::store::{Added, Error, Study};
use rusqlite::Connection;
use tempfile::TempDir;
use uuid::Uuid;

use crate::given::turn;

pub(crate) const NOON: Timestamp = Timestamp(1_700_000_000_000);
pub(crate) const OWNER: &str = "ada on loom, process 7, since 2026-03-01 12:00";

/// A study in a folder of its own.
struct Desk {
    folder: TempDir,
    study: Study,
    ada: Coder,
}

impl Desk {
    /// Makes a study with one session of four developer turns, and a coder.
    fn new() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let mut study = Study::create(&folder.path().join("study.db"), &codebook(), OWNER).unwrap();
        add(&mut study, &session("loom", &TURNS));
        let ada = study
            .coder("ada", CoderKind::Human, Uuid::now_v7())
            .unwrap();
        Desk { folder, study, ada }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("study.db")
    }

    /// Closes the study and opens it again for writing.
    fn reopen(self) -> Desk {
        let Desk { folder, study, ada } = self;
        drop(study);
        let study = Study::open_to_write(&folder.path().join("study.db"), OWNER).unwrap();
        Desk { folder, study, ada }
    }

    fn act(&mut self, unit: &Unit, changes: &[Change]) -> Result<Saved, Error> {
        self.study.act(self.ada.id, unit, changes, None, NOON)
    }

    /// Writes a complete episode and its verdict on a turn, with a quotation from the agent's answer.
    fn label(&mut self, turn: u32) -> Uuid {
        let episode = Uuid::now_v7();
        let quote = quote(turn, "agent did");
        let mut changes = complete(episode);
        changes.push(Change::Evidence {
            episode,
            id: quote.id,
            quote: Some(quote),
        });
        changes.push(Change::Verdict(Some(Verdict::Episodes)));
        self.act(&unit(turn), &changes).unwrap();
        episode
    }

    /// Opens the file with plain SQL, as a tool would that knows nothing of its rules.
    fn plain(&self) -> Connection {
        let connection = Connection::open(self.path()).unwrap();
        connection
            .execute_batch("PRAGMA foreign_keys = OFF")
            .unwrap();
        connection
    }
}

pub(crate) const TURNS: [&str; 4] = [
    "weave a scarf in two colours",
    "no, the blue goes first",
    "still the wrong order",
    "good, now the fringe",
];

pub(crate) fn codebook() -> Codebook {
    let text = include_str!("../../codebook/misalignment.toml");
    Codebook::parse(text, "misalignment.toml").unwrap()
}

/// Gives a session in which an agent answers each of some developer turns.
pub(crate) fn session(key: &str, texts: &[&str]) -> Session {
    let turns = (1..).zip(texts).flat_map(|(ordinal, text)| {
        let answer = format!("what the agent did about D{ordinal}");
        // An id of its own: sessions of the same words without ids are copies.
        let asked = Turn {
            native_id: Some(format!("record-{ordinal}-of-{key}")),
            ..turn(Role::Developer, text)
        };
        [asked, turn(Role::Agent, &answer)]
    });
    Session {
        key: key.to_owned(),
        source: Source {
            path: format!("{key}.jsonl"),
            format: "invented".to_owned(),
        },
        agent: "Shuttle".to_owned(),
        agent_version: Some("2.1".to_owned()),
        models: vec!["warp".to_owned()],
        surface: None,
        repository: None,
        folder: Some("/home/ada/loom".to_owned()),
        branch: None,
        started: Some(NOON),
        ended: None,
        title: None,
        parent: None,
        turns: turns.collect(),
    }
}

/// Marks every developer turn but the first as pushback.
pub(crate) fn marks(session: &Session) -> Vec<Mark> {
    let mark = |(turn, _): (u32, &Turn)| Mark {
        turn,
        score: if turn == 1 { 0.1 } else { 0.9 },
        pushback: turn > 1,
        cues: Vec::new(),
    };
    session.developer_turns().map(mark).collect()
}

pub(crate) fn add(study: &mut Study, session: &Session) -> Added {
    let marked = (session.clone(), marks(session));
    study.import(&[marked], "test 1").unwrap().added.remove(0)
}

/// Gives what would become of a session, as a rehearsal of the import tells; the study stays as it is.
fn would_add(study: &Study, session: &Session) -> Added {
    let room = tempfile::tempdir().unwrap();
    let mut rehearsal = Study::rehearse(study.path(), room.path()).unwrap();
    add(&mut rehearsal, session)
}

fn unit(turn: u32) -> Unit {
    Unit {
        session: "loom".to_owned(),
        turn,
        hash: text_hash(TURNS[turn as usize - 1]),
    }
}

pub(crate) fn field(episode: Uuid, field: &str, choices: Vec<Choice>) -> Change {
    Change::Field {
        episode,
        field: field.to_owned(),
        choices,
    }
}

/// Gives the changes that make an episode in which nothing is open.
pub(crate) fn complete(episode: Uuid) -> Vec<Change> {
    let cause = Choice {
        attribute: Some("direct".to_owned()),
        ..Choice::of("C1")
    };
    vec![
        Change::Episode {
            episode,
            exists: true,
        },
        field(episode, "form", vec![Choice::of("S3")]),
        field(episode, "cause", vec![cause]),
        field(episode, "severity", vec![Choice::of("DS1")]),
        field(episode, "status", vec![Choice::of("RS2")]),
    ]
}

pub(crate) fn not_episode(reason: &str, text: Option<&str>) -> Verdict {
    Verdict::NotEpisode {
        reason: reason.to_owned(),
        text: text.map(str::to_owned),
    }
}

/// Quotes some words of the agent's answer to a turn.
pub(crate) fn quote(turn: u32, words: &str) -> Quote {
    let text = format!("what the agent did about D{turn}");
    let at = text.find(words).unwrap();
    Quote {
        id: Uuid::now_v7(),
        turn: TurnRef {
            role: Role::Agent,
            ordinal: turn,
        },
        span: char_span(&text, at..at + words.len()),
        text: words.to_owned(),
    }
}

/// Writes out every row of every table.
pub(crate) fn dump(path: &Path) -> String {
    let connection = Connection::open(path).unwrap();
    let mut out = String::new();
    let tables: Vec<String> = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    for table in tables {
        let mut statement = connection
            .prepare(&format!("SELECT * FROM {table}"))
            .unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        let mut lines = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let values = (0..columns).map(|at| format!("{:?}", row.get_ref(at).unwrap()));
            lines.push(values.collect::<Vec<_>>().join(" | "));
        }
        lines.sort();
        let _ = writeln!(out, "{table}\n{}", lines.join("\n"));
    }
    out
}

/// Gives what `check` finds, one line each.
pub(crate) fn findings(study: &Study) -> Vec<String> {
    let line = |finding: pushback::store::Finding| format!("{}: {}", finding.place, finding.what);
    study.check().unwrap().into_iter().map(line).collect()
}
