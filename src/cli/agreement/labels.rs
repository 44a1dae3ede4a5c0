//! Labels of a file, without a study: several coders' records of units that the file has names for.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use uuid::Uuid;

use super::gather::Gathered;
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::import::read_labels;
use crate::merge::Coded;
use crate::model::{
    Change, CharSpan, Codebook, Coder, CoderKind, Decision, Episode, LabelRecord, Quote,
    RecordEpisode, RecordQuote, RecordUnit, RecordVerdict, TurnRef, Unit, Verdict, Violation,
    apply, check_change,
};

/// How many refused records are named.
const NAMED: usize = 10;

/// Tells whether a file is no study, and so may be a file of labels.
pub(super) fn is_label_file(path: &Path) -> bool {
    let mut head = [0; 16];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut head));
    match read {
        Ok(()) => &head != b"SQLite format 3\0",
        // A file of a few bytes is no study; one that cannot be opened is for the study's reader to complain about.
        Err(error) => error.kind() == std::io::ErrorKind::UnexpectedEof,
    }
}

/// Gathers the labels of a file. Every record must name its coder.
pub(super) fn of_labels(
    path: &Path,
    codebook: &Codebook,
    console: &mut Console,
) -> Result<Gathered, Failure> {
    let cannot = |what: String| {
        Failure::failed(
            format!("cannot read {}: {what}", path.display()),
            "check the path",
        )
    };
    let file = File::open(path).map_err(|error| cannot(error.to_string()))?;
    let labels = read_labels(file, codebook).map_err(|error| cannot(error.to_string()))?;
    let mut refused: Vec<(u64, String)> = labels
        .skipped
        .into_iter()
        .map(|skip| (skip.line.unwrap_or(1), skip.reason))
        .collect();
    let units = units(&labels.records);
    let mut coded = Vec::new();
    for (name, records) in by_coder(&labels.records, &units, &mut refused) {
        coded.push(Coded {
            coder: coder(name),
            decisions: decisions(codebook, records, &mut refused),
        });
    }
    tell(path, refused, console);
    Ok(Gathered {
        codebook: codebook.clone(),
        coded,
        // A file of labels does not say how many turns a session has.
        extents: BTreeMap::new(),
        names_its_units: units.keys().any(|unit| unit.turn().is_none()),
    })
}

/// The records of a coder about one unit.
type ByUnit<'a> = BTreeMap<&'a Unit, Vec<&'a LabelRecord>>;

fn by_coder<'a>(
    records: &'a [LabelRecord],
    units: &'a BTreeMap<RecordUnit, Unit>,
    refused: &mut Vec<(u64, String)>,
) -> BTreeMap<&'a str, ByUnit<'a>> {
    let mut by_coder: BTreeMap<&str, ByUnit> = BTreeMap::new();
    for record in records {
        let Some(coder) = &record.coder else {
            refused.push((record.line, "the record names no coder".to_owned()));
            continue;
        };
        let own = by_coder.entry(coder).or_default();
        own.entry(&units[&record.unit]).or_default().push(record);
    }
    by_coder
}

fn decisions(
    codebook: &Codebook,
    records: ByUnit,
    refused: &mut Vec<(u64, String)>,
) -> BTreeMap<Unit, Decision> {
    let mut decisions = BTreeMap::new();
    for (unit, records) in records {
        let mut decision = Decision::default();
        for record in records {
            if let Err(broken) = take(codebook, record, unit.turn, &mut decision) {
                refused.push((record.line, broken.to_string()));
            }
        }
        decisions.insert(unit.clone(), decision);
    }
    decisions
}

/// Adds what a record says to a decision. Rules between codes hold as everywhere; what is still open, such as a tier,
/// is compared where it is given.
fn take(
    codebook: &Codebook,
    record: &LabelRecord,
    turn: u32,
    decision: &mut Decision,
) -> Result<(), Violation> {
    let mut with = decision.clone();
    match (&record.verdict, &record.episode) {
        (RecordVerdict::Episodes, Some(own)) => {
            with = with_episode(codebook, own, turn, with)?;
            with.verdict = Some(Verdict::Episodes);
        }
        (RecordVerdict::NotEpisode { reason, text }, _) => {
            let verdict = Verdict::NotEpisode {
                reason: reason.clone(),
                text: text.clone(),
            };
            check_change(codebook, &with, &Change::Verdict(Some(verdict.clone())))?;
            with.verdict = Some(verdict);
        }
        (RecordVerdict::Deferred, _) => with.deferred = true,
        _ => (),
    }
    with.deferred |= record.deferred;
    with.marked = record.marked.or(with.marked);
    *decision = with;
    Ok(())
}

fn with_episode(
    codebook: &Codebook,
    own: &RecordEpisode,
    turn: u32,
    decision: Decision,
) -> Result<Decision, Violation> {
    let mut with = decision;
    let id = Uuid::from_u128(u128::from(own.number));
    let quote = |(quote, place): (&RecordQuote, u128)| Quote {
        id: Uuid::from_u128(place),
        turn: quote.turn.unwrap_or(TurnRef::developer(turn)),
        span: quote.span.unwrap_or(CharSpan { start: 0, end: 0 }),
        text: quote.text.clone(),
    };
    with.episodes.push(Episode {
        extras: own.extras.clone(),
        // The turns of the quotations say how far the episode reaches.
        evidence: own.evidence.iter().zip(0..).map(quote).collect(),
        ..Episode::new(id)
    });
    // In the order of the codebook, so that a field stands before those that depend on it.
    let fields = codebook.fields();
    for field in fields.filter(|field| own.fields.contains_key(&field.id)) {
        let change = Change::Field {
            episode: id,
            field: field.id.clone(),
            choices: own.fields[&field.id].clone(),
        };
        check_change(codebook, &with, &change)?;
        with = apply(&with, &[change]);
    }
    Ok(with)
}

/// Gives each unit of the file a session and a turn. A name that is none of a turn belongs to the session that stands
/// before its last `/`, so that units of one session are resampled together; its turn is its place among them.
fn units(records: &[LabelRecord]) -> BTreeMap<RecordUnit, Unit> {
    let mut named: Vec<&RecordUnit> = records.iter().map(|record| &record.unit).collect();
    named.sort_unstable();
    named.dedup();
    let mut next: BTreeMap<String, u32> = BTreeMap::new();
    let unit = |own: &RecordUnit| {
        let (session, turn) = match (own.turn(), own) {
            (Some((session, turn)), _) => (session.to_owned(), turn),
            (None, RecordUnit::Named(name)) => {
                let session = name
                    .rsplit_once('/')
                    .map_or(name.as_str(), |(session, _)| session)
                    .to_owned();
                let turn = next.entry(session.clone()).or_default();
                *turn += 1;
                (session, *turn)
            }
            (None, RecordUnit::Turn { session, turn }) => (session.clone(), *turn),
        };
        (
            own.clone(),
            Unit {
                session,
                turn,
                hash: String::new(),
            },
        )
    };
    named.into_iter().map(unit).collect()
}

/// Gives the coder of a name: the same identity in every call, since the file has none.
fn coder(name: &str) -> Coder {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&blake3::hash(name.as_bytes()).as_bytes()[..16]);
    Coder {
        id: Uuid::from_bytes(bytes),
        name: name.to_owned(),
        kind: CoderKind::Human,
    }
}

fn tell(path: &Path, mut refused: Vec<(u64, String)>, console: &mut Console) {
    refused.sort();
    for (line, why) in refused.iter().take(NAMED) {
        console.note(&format!("left out: {}:{line}: {why}", path.display()));
    }
    if refused.len() > NAMED {
        console.note(&format!("and {} more", refused.len() - NAMED));
    }
}
