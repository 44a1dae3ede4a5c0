//! Measures the detector on judged developer turns: folder `PUSHBACK_SHARED`, file `pushback/dev.jsonl`.
//!
//! Weights are set by looking at half of the repositories; the other half checks them.

#![expect(clippy::print_stdout, reason = "what is measured is printed")]

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use pushback::detect::Detector;
use pushback::model::{Mark, Role, Session, Source, Turn};
use serde_json::Value;

use crate::given::turn;

struct Judged {
    repository: String,
    text: String,
    session: Session,
    ordinal: u32,
    is_real: bool,
    pushback: bool,
    kinds: Vec<String>,
}

struct Scored {
    judged: Judged,
    mark: Mark,
}

impl Scored {
    /// Tells whether the row belongs to the half at which one may look.
    fn is_seen(&self) -> bool {
        let sum: u32 = self.judged.repository.chars().map(u32::from).sum();
        sum.is_multiple_of(2)
    }
}

#[test]
#[ignore = "reads the judged turns in PUSHBACK_SHARED"]
fn judged_turns_are_measured() {
    let Some(rows) = scored() else { return };
    let real = rows.iter().filter(|row| row.judged.is_real).count();
    println!("{} turns, {real} found in their real session", rows.len());
    let (seen, unseen): (Vec<&Scored>, Vec<&Scored>) = rows.iter().partition(|row| row.is_seen());
    report("seen half", &seen);
    report("unseen half", &unseen);
    report("all", &rows.iter().collect::<Vec<_>>());
    let mut repositories: BTreeMap<&str, Vec<&Scored>> = BTreeMap::new();
    for row in &rows {
        let own = repositories.entry(&row.judged.repository).or_default();
        own.push(row);
    }
    for (name, rows) in repositories.iter().filter(|(_, rows)| rows.len() >= 20) {
        println!("{name:40} {}", line(rows, |row| row.mark.pushback));
    }
}

#[test]
#[ignore = "reads the judged turns in PUSHBACK_SHARED"]
fn misjudged_turns_of_the_seen_half_are_listed() {
    let Some(mut rows) = scored() else { return };
    rows.retain(|row| row.is_seen() && row.mark.pushback != row.judged.pushback);
    rows.sort_by(|one, other| one.mark.score.total_cmp(&other.mark.score));
    for row in rows {
        let text: String = row.judged.text.chars().take(160).collect();
        let cues: Vec<&str> = row.mark.cues.iter().map(|cue| cue.why.as_str()).collect();
        let side = if row.judged.pushback {
            "missed"
        } else {
            "wrong"
        };
        println!("{side} {:.2} {text:?} {cues:?}", row.mark.score);
    }
}

#[test]
#[ignore = "reads the judged turns in PUSHBACK_SHARED"]
fn entries_are_counted_on_the_seen_half() {
    let Some(mut rows) = scored() else { return };
    rows.retain(Scored::is_seen);
    let detector = Detector::standard();
    let mut hits: BTreeMap<(usize, String), (u32, u32)> = BTreeMap::new();
    for row in &rows {
        let text = &row.judged.text;
        let mut found: Vec<(usize, String)> = detector
            .phrases(text)
            .into_iter()
            .map(|(entry, span)| {
                let words: String = text
                    .chars()
                    .skip(span.start)
                    .take(span.end - span.start)
                    .collect();
                (entry, words.to_lowercase())
            })
            .collect();
        found.extend(
            found
                .clone()
                .into_iter()
                .map(|(entry, _)| (entry, String::new())),
        );
        found.sort();
        found.dedup();
        for key in found {
            let count = hits.entry(key).or_default();
            count.0 += 1;
            count.1 += u32::from(row.judged.pushback);
        }
    }
    for ((entry, words), (all, pushback)) in hits {
        let entry = &detector.entries()[entry];
        if words.is_empty() || all >= 4 {
            println!(
                "{:18} {:5.1} {pushback:4} of {all:4} {words}",
                entry.id, entry.weight
            );
        }
    }
}

fn report(name: &str, rows: &[&Scored]) {
    println!("{name}: {}", line(rows, |row| row.mark.pushback));
    println!(
        "  keyword list: {}",
        line(rows, |row| has_keyword(&row.judged.text))
    );
    println!("  average precision {:.3}", average_precision(rows));
    for step in 2..12 {
        let threshold = f64::from(step) * 0.05;
        let marked = line(rows, |row| row.mark.score >= threshold);
        println!("  at {threshold:.2}: {marked}");
    }
    let mut kinds: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for row in rows {
        for kind in &row.judged.kinds {
            let count = kinds.entry(kind).or_default();
            count.0 += 1;
            count.1 += u32::from(row.mark.pushback);
        }
    }
    for (kind, (all, marked)) in kinds {
        println!(
            "  {kind:12} recall {:.2} of {all}",
            f64::from(marked) / f64::from(all)
        );
    }
}

fn line(rows: &[&Scored], marks: impl Fn(&Scored) -> bool) -> String {
    let count = |pick: &dyn Fn(&Scored) -> bool| rows.iter().filter(|row| pick(row)).count() as f64;
    let both = count(&|row| row.judged.pushback && marks(row));
    let precision = both / count(&|row| marks(row)).max(1.0);
    let recall = both / count(&|row| row.judged.pushback).max(1.0);
    let f1 = 2.0 * precision * recall / (precision + recall).max(1e-9);
    format!(
        "n {} precision {precision:.3} recall {recall:.3} F1 {f1:.3}",
        rows.len()
    )
}

fn average_precision(rows: &[&Scored]) -> f64 {
    let mut rows: Vec<&&Scored> = rows.iter().collect();
    rows.sort_by(|one, other| other.mark.score.total_cmp(&one.mark.score));
    let (mut found, mut sum) = (0.0, 0.0);
    for (at, row) in rows.iter().enumerate() {
        if row.judged.pushback {
            found += 1.0;
            sum += found / (at + 1) as f64;
        }
    }
    sum / found
}

/// What a script with a list of words would do.
fn has_keyword(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "no,",
        "nope",
        "wrong",
        "not working",
        "doesn't work",
        "does not work",
        "still",
        "error",
        "fix",
        "revert",
        "undo",
        "stop",
        "don't",
        "why did you",
        "instead",
        "again",
        "incorrect",
        "broken",
        "fail",
        "bug",
        "issue",
    ];
    let text = text.to_lowercase();
    WORDS.iter().any(|word| text.contains(word))
}

fn scored() -> Option<Vec<Scored>> {
    let folder = crate::given::shared()?;
    let detector = Detector::standard();
    let text = std::fs::read_to_string(folder.join("pushback/dev.jsonl")).unwrap();
    let mut real = HashMap::new();
    let mut rows = Vec::new();
    for row in text.lines() {
        let row: Value = serde_json::from_str(row).unwrap();
        // The notice of an interruption is an event in every importer, never a developer turn.
        if row["text"]
            .as_str()
            .unwrap()
            .starts_with("[Request interrupted")
        {
            continue;
        }
        let judged = judged(&row, &folder, &mut real);
        let mut marks = detector.marks(&judged.session);
        let mark = marks.swap_remove(judged.ordinal as usize - 1);
        rows.push(Scored { judged, mark });
    }
    Some(rows)
}

fn judged(row: &Value, folder: &Path, real: &mut HashMap<String, Vec<Session>>) -> Judged {
    let field = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let (file, text) = (field("file"), field("text"));
    let sessions = real.entry(file.clone()).or_insert_with(|| {
        let path = folder.join("corpus").join(&file);
        pushback::import::read(&path, None).map_or_else(|_| Vec::new(), |reading| reading.sessions)
    });
    let found = find(sessions, &text, &field("previous_developer_turn"));
    let is_real = found.is_some();
    let (session, ordinal) = found.unwrap_or_else(|| {
        let before = (&field("previous_developer_turn"), &field("agent_tail"));
        (small_session(before.0, before.1, &text), 2)
    });
    let kinds = row["kinds"].as_array().unwrap().iter();
    Judged {
        repository: file.split('/').nth(1).unwrap_or_default().to_owned(),
        kinds: kinds
            .filter_map(|kind| Some(kind.as_str()?.to_owned()))
            .collect(),
        pushback: row["pushback"].as_bool().unwrap(),
        text,
        session,
        ordinal,
        is_real,
    }
}

/// Finds a turn by its words and those of the developer turn before it.
fn find(sessions: &[Session], text: &str, before: &str) -> Option<(Session, u32)> {
    let begins = |turn: &Turn, start: &str| {
        let start: String = start.trim().chars().take(80).collect();
        !start.is_empty() && turn.text.trim().starts_with(&start)
    };
    for session in sessions {
        let mut previous: Option<&Turn> = None;
        for (ordinal, turn) in session.developer_turns() {
            if begins(turn, text) && previous.is_some_and(|turn| begins(turn, before)) {
                return Some((session.clone(), ordinal));
            }
            previous = Some(turn);
        }
    }
    None
}

/// Builds a session of a developer turn, an agent turn and a developer turn.
pub(super) fn small_session(before: &str, agent: &str, text: &str) -> Session {
    let mut turns = vec![turn(Role::Developer, before), turn(Role::Agent, agent)];
    turns.push(turn(Role::Developer, text));
    session(turns)
}

pub(super) fn session(turns: Vec<Turn>) -> Session {
    Session {
        key: "k".to_owned(),
        source: Source {
            path: "p".to_owned(),
            format: "f".to_owned(),
        },
        agent: "a".to_owned(),
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
        turns,
    }
}
