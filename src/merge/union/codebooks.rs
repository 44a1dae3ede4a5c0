//! Which codebook is in force in the union, and whether the labels of the others have a meaning in it.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::difference::{Difference, Kind, differences};
use super::recode::Recode;
use super::{CodebookDifferences, Input, Refusal, WrongCall};
use crate::model::{Codebook, Entry, first};

/// The codebooks of the union.
pub(super) struct Books {
    /// All codebooks of all inputs, by hash.
    pub(super) all: BTreeMap<String, Codebook>,
    /// Hash of the one that is in force.
    pub(super) taken: String,
    /// How those in force in the inputs differ from it.
    pub(super) differences: Vec<CodebookDifferences>,
    recode: Recode,
    /// Hashes of those that have the codes of the one in force.
    alike: BTreeSet<String>,
}

/// Chooses the codebook in force; `recode` are the values of `--recode`.
pub(super) fn unite(
    inputs: &mut [Input],
    recode: &[String],
    refusals: &mut Vec<Refusal>,
) -> Result<Books, WrongCall> {
    let mut all = BTreeMap::new();
    for input in inputs.iter_mut() {
        let own = std::mem::take(&mut input.codebooks);
        all.extend(own.into_iter().map(|book| (book.hash.clone(), book)));
    }
    let current: Vec<&Codebook> = inputs.iter().map(|input| &input.codebook).collect();
    let newest = current.iter().copied().max_by(|a, b| newer(a, b));
    let Some(taken) = newest else {
        let what = "there is no study to merge".to_owned();
        let hint = "name two files or more".to_owned();
        return Err(WrongCall { what, hint });
    };
    let found: Vec<CodebookDifferences> = (0..)
        .zip(&current)
        .map(|(input, book)| CodebookDifferences {
            input,
            differences: differences(book, taken),
        })
        .filter(|own| !own.differences.is_empty())
        .collect();
    let listed: Vec<&Difference> = found.iter().flat_map(|own| &own.differences).collect();
    let recode = Recode::read(recode, &current, taken, &listed)?;
    for own in &found {
        let input = &inputs[own.input];
        refusals.extend(refuse(input, taken, &own.differences, &recode));
    }
    let is_alike = |book: &&Codebook| {
        let mut found = differences(book, taken).into_iter();
        !found.any(|own| own.is_of_codes())
    };
    let alike = all.values().filter(is_alike);
    let alike = alike.map(|book| book.hash.clone()).collect();
    let taken = taken.hash.clone();
    Ok(Books {
        all,
        taken,
        differences: found,
        recode,
        alike,
    })
}

impl Books {
    /// Adds the rows that a recoding asks for, and gives their number.
    pub(super) fn recode(&self, entries: &mut Vec<Entry>) -> usize {
        self.recode.add_to(entries, &self.taken, &self.alike)
    }
}

/// Compares two codebooks by their versions, and where these are equal by their content, so that one is chosen.
fn newer(a: &Codebook, b: &Codebook) -> Ordering {
    let parts = |book: &Codebook| -> Vec<(u64, String)> {
        let pieces = book.version.split(|c: char| !c.is_alphanumeric());
        pieces
            .map(|piece| match piece.parse() {
                Ok(number) => (number, String::new()),
                Err(_) => (0, piece.to_owned()),
            })
            .collect()
    };
    parts(a).cmp(&parts(b)).then_with(|| a.hash.cmp(&b.hash))
}

/// How many differences a refusal names.
const NAMED: usize = 6;

/// Refuses a codebook with other codes than the one that is taken, unless a recoding covers what differs.
fn refuse(
    input: &Input,
    taken: &Codebook,
    found: &[Difference],
    recode: &Recode,
) -> Option<Refusal> {
    let of_codes = || found.iter().filter(|own| own.is_of_codes());
    if of_codes().all(|own| recode.covers(own)) {
        return None;
    }
    let called = |book: &Codebook| format!("{} {}", book.name, book.version);
    let listed: Vec<String> = of_codes().map(|own| own.what.clone()).collect();
    let what = format!(
        "{} is coded with {}, which has other codes than {}: {}",
        input.name,
        called(&input.codebook),
        called(taken),
        first(listed.into_iter(), NAMED).join("; ")
    );
    let hint = if found.iter().any(|own| own.kind == Kind::Codebook) {
        "labels of two different codebooks belong in two studies".to_owned()
    } else {
        let uncovered = of_codes().filter(|own| !recode.covers(own));
        let options: Vec<String> = uncovered.map(option_for).collect();
        format!(
            "say what each is in {}: {}",
            taken.version,
            options.join(" ")
        )
    };
    Some(Refusal { what, hint })
}

/// Gives the options that settle a difference.
fn option_for(difference: &Difference) -> String {
    // A code that only one codebook has stays what it is.
    let stays = |id: &String| format!("--recode {id}={id}");
    match (&difference.gone, &difference.new, difference.kind) {
        (None, new, _) => new.as_ref().map(stays).unwrap_or_default(),
        (Some(gone), None, Kind::Extra | Kind::ExtraValue) => format!("--recode {gone}="),
        (Some(gone), Some(new), Kind::Extra) => format!("--recode {gone}= {}", stays(new)),
        (Some(gone), Some(new), _) => format!("--recode {gone}={new}"),
        (Some(gone), None, kind) => format!("--recode {gone}={}", kind.name().to_uppercase()),
    }
}
