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
    CharSpan, Codebook, Coder, CoderKind, Decision, HeldTo, LabelRecord, Quote, RecordQuote,
    RecordUnit, TurnRef, Unit, first, gather,
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
    let coded = by_coder(&labels.records, &units, &mut refused)
        .into_iter()
        .map(|(name, own)| Coded {
            coder: coder(name, own.kind),
            decisions: decisions(codebook, own.units, &mut refused),
        })
        .collect();
    tell(path, refused, console);
    Ok(Gathered {
        codebook: codebook.clone(),
        coded,
        // A file of labels does not say how many turns a session has.
        extents: BTreeMap::new(),
        names_its_units: units.keys().any(|unit| unit.turn().is_none()),
    })
}

/// What the file has of a coder.
#[derive(Default)]
struct Own<'a> {
    /// What the coder is, and the line that said so first.
    kind: Option<(CoderKind, u64)>,
    /// The records about each unit, in the order of the file.
    units: BTreeMap<&'a Unit, Vec<&'a LabelRecord>>,
}

fn by_coder<'a>(
    records: &'a [LabelRecord],
    units: &'a BTreeMap<RecordUnit, Unit>,
    refused: &mut Vec<(u64, String)>,
) -> BTreeMap<&'a str, Own<'a>> {
    let mut by_coder: BTreeMap<&str, Own> = BTreeMap::new();
    for record in records {
        let Some(coder) = &record.coder else {
            refused.push((record.line, "the record names no coder".to_owned()));
            continue;
        };
        let own = by_coder.entry(coder).or_default();
        let said = record.coder_kind.map(|kind| (kind, record.line));
        if let (Some((known, line)), Some((kind, _))) = (own.kind, said)
            && known != kind
        {
            let (known, kind) = (known.name(), kind.name());
            let why = format!("line {line} says that {coder} is {known}, and this one {kind}");
            refused.push((record.line, why));
            continue;
        }
        own.kind = own.kind.or(said);
        let unit = own.units.entry(&units[&record.unit]);
        unit.or_default().push(record);
    }
    by_coder
}

/// Puts the records of a coder together. What is still open, such as a tier, is compared where it is given.
fn decisions(
    codebook: &Codebook,
    units: BTreeMap<&Unit, Vec<&LabelRecord>>,
    refused: &mut Vec<(u64, String)>,
) -> BTreeMap<Unit, Decision> {
    let of_unit = |(unit, records): (&Unit, Vec<&LabelRecord>)| {
        let quotes: Vec<Vec<Quote>> = records.iter().map(|own| quotes(own, unit.turn)).collect();
        let gathered = gather(codebook, &records, &quotes, HeldTo::WhatIsGiven);
        refused.extend(gathered.refused);
        (unit.clone(), gathered.decision)
    };
    units.into_iter().map(of_unit).collect()
}

/// Gives the quotations of a record as they are: their turns say how far the episode reaches.
fn quotes(record: &LabelRecord, turn: u32) -> Vec<Quote> {
    let quotes = record.episode.iter().flat_map(|own| &own.evidence);
    let quote = |(own, place): (&RecordQuote, u128)| Quote {
        id: Uuid::from_u128(place),
        turn: own.turn.unwrap_or(TurnRef::developer(turn)),
        span: own.span.unwrap_or(CharSpan { start: 0, end: 0 }),
        text: own.text.clone(),
    };
    quotes.zip(0..).map(quote).collect()
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

/// Gives the coder of a name, a person where the file says nothing else: the same identity in every call, since the
/// file has none.
fn coder(name: &str, kind: Option<(CoderKind, u64)>) -> Coder {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&blake3::hash(name.as_bytes()).as_bytes()[..16]);
    Coder {
        id: Uuid::from_bytes(bytes),
        name: name.to_owned(),
        kind: kind.map_or(CoderKind::Human, |(kind, _)| kind),
    }
}

fn tell(path: &Path, mut refused: Vec<(u64, String)>, console: &mut Console) {
    refused.sort();
    let told = refused.iter();
    let told = told.map(|(line, why)| format!("left out: {}:{line}: {why}", path.display()));
    for line in first(told, NAMED) {
        console.note(&line);
    }
}
