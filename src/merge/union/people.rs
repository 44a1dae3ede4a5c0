//! Who is who: coders of several studies under one name, one coder under several, and what `--as` says about it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;

use super::{CoderFacts, Input, Refusal, WrongCall};
use crate::model::{Coder, CoderKind, Entry};

/// The coders of the union.
pub(super) struct People {
    /// Each coder once, by id.
    pub(super) coders: Vec<Coder>,
    /// The id in the union of every id in an input.
    ids: HashMap<Uuid, Uuid>,
    /// Every coder of every input: who it is there, and who in the union.
    known: Vec<Known>,
}

/// A coder as one input knows them.
struct Known {
    input: usize,
    /// What to write for this coder after `--as`, for example `A.db:anna`.
    written: String,
    id: Uuid,
    /// The id in the union.
    united: Uuid,
    /// The name in the union.
    name: String,
    kind: CoderKind,
}

/// Says who the coders of the union are; `same` are the values of `--as`.
pub(super) fn unite(
    inputs: &[Input],
    same: &[String],
    refusals: &mut Vec<Refusal>,
) -> Result<People, WrongCall> {
    let mut known: Vec<Known> = (0..)
        .zip(inputs)
        .flat_map(|(at, input)| input.coders.iter().map(move |coder| know(at, input, coder)))
        .collect();
    let mut pairs = Vec::new();
    for text in same {
        pairs.extend(apply(text, inputs, &mut known)?);
    }
    let ids = smallest_of(&known, &pairs);
    for own in &mut known {
        own.united = ids[&own.id];
    }
    refuse(&known, refusals);
    let mut coders: BTreeMap<Uuid, Coder> = BTreeMap::new();
    for own in &known {
        coders.entry(own.united).or_insert_with(|| Coder {
            id: own.united,
            name: own.name.clone(),
            kind: own.kind,
        });
    }
    Ok(People {
        coders: coders.into_values().collect(),
        ids,
        known,
    })
}

impl People {
    /// Gives the id that a coder has in the union; `None` for one that no input names.
    pub(super) fn id(&self, coder: Uuid) -> Option<Uuid> {
        self.ids.get(&coder).copied()
    }

    /// Gives a coder's name in the union.
    pub(super) fn name(&self, coder: Uuid) -> &str {
        let found = self
            .coders
            .binary_search_by_key(&coder, |own| own.id)
            .ok()
            .map(|at| self.coders[at].name.as_str());
        found.unwrap_or("an unknown coder")
    }

    /// Gives how a coder of an input is written after `--as`.
    pub(super) fn written(&self, input: usize, united: Uuid) -> Option<&str> {
        let mut known = self.known.iter();
        known
            .find(|own| own.input == input && own.united == united)
            .map(|own| own.written.as_str())
    }

    /// Gives the coders with their shares in the union, by name.
    pub(super) fn facts(&self, entries: &[Entry]) -> Vec<CoderFacts> {
        let mut rows: HashMap<Uuid, usize> = HashMap::new();
        for entry in entries {
            *rows.entry(entry.coder).or_default() += 1;
        }
        let mut facts: Vec<CoderFacts> = self
            .coders
            .iter()
            .map(|coder| {
                let own = self.known.iter().filter(|own| own.united == coder.id);
                let inputs: BTreeSet<usize> = own.map(|own| own.input).collect();
                CoderFacts {
                    name: coder.name.clone(),
                    id: coder.id,
                    kind: coder.kind,
                    inputs: inputs.into_iter().collect(),
                    rows: rows.get(&coder.id).copied().unwrap_or(0),
                }
            })
            .collect();
        facts.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        facts
    }
}

fn know(at: usize, input: &Input, coder: &Coder) -> Known {
    Known {
        input: at,
        written: quoted(&format!("{}:{}", input.name, coder.name)),
        id: coder.id,
        united: coder.id,
        name: coder.name.clone(),
        kind: coder.kind,
    }
}

/// Writes a word so that a shell takes it as one.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "._-/:".contains(c);
    if word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// Carries out one `--as`: gives new names, and gives the pairs of ids that are one person.
fn apply(
    text: &str,
    inputs: &[Input],
    known: &mut [Known],
) -> Result<Vec<(Uuid, Uuid)>, WrongCall> {
    let (left, right) = sides(text, inputs)?;
    let (other, name) = match of_file(right, inputs) {
        Some(other) => {
            let coder = &inputs[other.0].coders[other.1];
            (Some(coder.id), coder.name.as_str())
        }
        None if right.trim().is_empty() => {
            return Err(wrong(format!("--as {text} gives no name"), inputs));
        }
        None => (None, right.trim()),
    };
    let mut pairs = Vec::new();
    for (input, place) in left {
        let id = inputs[input].coders[place].id;
        pairs.extend(other.map(|other| (id, other)));
        let own = known
            .iter_mut()
            .find(|own| own.input == input && own.id == id);
        if let Some(own) = own {
            name.clone_into(&mut own.name);
        }
    }
    Ok(pairs)
}

/// The place of a coder: the input, and the place among its coders.
type At = (usize, usize);

/// Splits `OLD=NEW` where the left side names a coder: names may hold the sign as well.
fn sides<'a>(text: &'a str, inputs: &[Input]) -> Result<(Vec<At>, &'a str), WrongCall> {
    for (at, _) in text.match_indices('=') {
        let (left, right) = (&text[..at], &text[at + 1..]);
        let found = match of_file(left, inputs) {
            Some(one) => vec![one],
            None => everywhere(left, inputs),
        };
        if !found.is_empty() {
            return Ok((found, right));
        }
    }
    let what = match text.split_once('=') {
        Some((left, _)) => format!("no file has a coder {left}"),
        None => format!("--as takes OLD=NEW, and {text} is no such thing"),
    };
    Err(wrong(what, inputs))
}

/// Finds the coder that `FILE:NAME` names.
fn of_file(text: &str, inputs: &[Input]) -> Option<At> {
    let mut places = (0..).zip(inputs);
    places.find_map(|(at, input)| {
        let name = text.strip_prefix(&input.name)?.strip_prefix(':')?;
        let place = input.coders.iter().position(|coder| coder.name == name)?;
        Some((at, place))
    })
}

fn everywhere(name: &str, inputs: &[Input]) -> Vec<At> {
    let found = |(at, input): (usize, &Input)| {
        let place = input.coders.iter().position(|coder| coder.name == name)?;
        Some((at, place))
    };
    (0..).zip(inputs).filter_map(found).collect()
}

fn wrong(what: String, inputs: &[Input]) -> WrongCall {
    let coders: Vec<String> = inputs
        .iter()
        .flat_map(|input| {
            let own = input.coders.iter();
            own.map(|coder| quoted(&format!("{}:{}", input.name, coder.name)))
        })
        .collect();
    WrongCall {
        what,
        hint: format!("the coders are {}", coders.join(", ")),
    }
}

/// Gives every id the smallest id of the same person.
fn smallest_of(known: &[Known], pairs: &[(Uuid, Uuid)]) -> HashMap<Uuid, Uuid> {
    let mut ids: HashMap<Uuid, Uuid> = known.iter().map(|own| (own.id, own.id)).collect();
    let mut changed = true;
    // A pair each time at most: pairs are typed by hand, so there are few.
    while changed {
        changed = false;
        for (one, other) in pairs {
            let smaller = ids[one].min(ids[other]);
            for id in [one, other] {
                changed |= ids.insert(*id, smaller) != Some(smaller);
            }
        }
    }
    ids
}

/// Names what is not clear about the coders.
fn refuse(known: &[Known], refusals: &mut Vec<Refusal>) {
    let mut by_id: BTreeMap<Uuid, Vec<&Known>> = BTreeMap::new();
    let mut by_name: BTreeMap<&str, Vec<&Known>> = BTreeMap::new();
    for own in known {
        by_id.entry(own.united).or_default().push(own);
        by_name.entry(&own.name).or_default().push(own);
    }
    for same in by_id.values() {
        refusals.extend(one_under_two_names(same));
        refusals.extend(two_kinds(same));
    }
    for same in by_name.values() {
        refusals.extend(two_of_one_name(same));
    }
    let gold: Vec<&Known> = known
        .iter()
        .filter(|own| own.kind == CoderKind::Gold)
        .collect();
    let names: BTreeSet<&str> = gold.iter().map(|own| own.name.as_str()).collect();
    if let (Some((first, second)), true) = (two_ids(&gold), names.len() > 1) {
        refusals.push(Refusal {
            what: format!(
                "{} and {} are both gold, and a study has one gold at most",
                first.written, second.written
            ),
            hint: format!(
                "if they are to be one: --as {}={}",
                second.written, first.written
            ),
        });
    }
}

fn two_ids<'a>(known: &[&'a Known]) -> Option<(&'a Known, &'a Known)> {
    let first = known.first()?;
    let second = known.iter().find(|own| own.united != first.united)?;
    Some((first, second))
}

fn one_under_two_names(same: &[&Known]) -> Option<Refusal> {
    let first = same.first()?;
    let second = same.iter().find(|own| own.name != first.name)?;
    Some(Refusal {
        what: format!(
            "{} and {} are one coder under two names",
            first.written, second.written
        ),
        hint: format!(
            "choose one: --as {}={}",
            second.written,
            quoted(&first.name)
        ),
    })
}

fn two_kinds(same: &[&Known]) -> Option<Refusal> {
    let first = same.first()?;
    let second = same.iter().find(|own| own.kind != first.kind)?;
    Some(Refusal {
        what: format!(
            "{} is {} and {} is {}, under one id",
            first.written,
            first.kind.name(),
            second.written,
            second.kind.name()
        ),
        hint: "a coder is one kind: leave the file out, or the --as".to_owned(),
    })
}

fn two_of_one_name(same: &[&Known]) -> Option<Refusal> {
    let (first, second) = two_ids(same)?;
    let other = quoted(&format!("{}2", second.name));
    Some(Refusal {
        what: format!(
            "{} and {} are two coders of one name",
            first.written, second.written
        ),
        hint: format!(
            "one person: --as {}={}; two people: --as {}={other}",
            second.written, first.written, second.written
        ),
    })
}
