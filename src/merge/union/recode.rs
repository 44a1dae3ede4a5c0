//! Labels of one version of a codebook in the codes of another.
//!
//! A row of the history is never changed. A recoding writes a row again, right after it, under the codebook that is
//! taken and with the codes that `--recode` gives: same coder, time and act, and the next higher id. What the coder
//! chose stays on record, the row beside it wins, and because the new row follows from the old one alone, two people
//! who merge the same files write the same rows, and merging again adds none.
//!
//! With a recoding, every row under a codebook with other codes is written again, also where its own codes stay:
//! the labels of one turn stand under one codebook.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::WrongCall;
use super::difference::{Difference, Kind};
use crate::model::{Change, Choice, Codebook, Entry, ExtraKind, Verdict};

/// What becomes of an id; `None` leaves it out.
type Renamed = BTreeMap<String, Option<String>>;

/// What `--recode` says about all codes: what becomes of the ids of each kind.
#[derive(Debug, Default)]
pub(super) struct Recode(BTreeMap<Kind, Renamed>);

impl Recode {
    /// Reads the values of `--recode`.
    pub(super) fn read(
        texts: &[String],
        books: &[&Codebook],
        taken: &Codebook,
        differences: &[&Difference],
    ) -> Result<Recode, WrongCall> {
        let mut recode = Recode::default();
        for text in texts {
            let Some((old, new)) = text.split_once('=') else {
                let what = format!("--recode takes OLD=NEW, and {text} is no such thing");
                return Err(wrong(what));
            };
            let (old, new) = (old.trim(), new.trim());
            let new = Some(new).filter(|new| !new.is_empty());
            recode.add(old, new, books, taken, differences)?;
        }
        match recode.chain() {
            Some(id) => Err(wrong(format!(
                "--recode gives {id} as a new code and as an old one: say in one step what the old ones are"
            ))),
            None => Ok(recode),
        }
    }

    fn add(
        &mut self,
        old: &str,
        new: Option<&str>,
        books: &[&Codebook],
        taken: &Codebook,
        differences: &[&Difference],
    ) -> Result<(), WrongCall> {
        let names = |own: &&&Difference| {
            [&own.gone, &own.new]
                .into_iter()
                .flatten()
                .any(|id| id == old)
        };
        let kinds: Vec<Kind> = differences
            .iter()
            .filter(names)
            .map(|own| own.kind)
            .collect();
        if kinds.is_empty() {
            let what = format!("--recode {old}: no codebook here differs from another by {old}");
            return Err(wrong(what));
        }
        let mut is_meant = false;
        for kind in kinds {
            if has(kind, old, new, books, taken) {
                let list = self.0.entry(kind).or_default();
                list.insert(old.to_owned(), new.map(str::to_owned));
                is_meant = true;
            }
        }
        if is_meant {
            return Ok(());
        }
        let book = format!("{} {}", taken.name, taken.version);
        Err(wrong(match new {
            Some(new) => format!("--recode {old}={new}: {book} has no {new} in the place of {old}"),
            None => format!("--recode {old}=: a reason cannot be left out, give one of {book}"),
        }))
    }

    /// Gives what becomes of an id; nothing where no recoding names it.
    fn of(&self, kind: Kind, id: &str) -> Option<&Option<String>> {
        self.0.get(&kind)?.get(id)
    }

    /// Finds an id that one recoding makes and another one takes away.
    fn chain(&self) -> Option<&str> {
        self.0.values().find_map(|list| {
            let mut moved = list.iter().filter(|(old, new)| new.as_ref() != Some(old));
            moved.find_map(|(_, new)| {
                let new = new.as_deref()?;
                let again = list.get(new)?;
                (again.as_deref() != Some(new)).then_some(new)
            })
        })
    }

    /// Tells whether a difference is settled.
    pub(super) fn covers(&self, difference: &Difference) -> bool {
        let kind = difference.kind;
        let is_old = |id: &String| self.of(kind, id).is_some();
        let is_new = |id: &String| {
            let mut made = self.0.get(&kind).into_iter().flat_map(BTreeMap::values);
            made.any(|new| new.as_ref() == Some(id))
        };
        let gone = difference.gone.as_ref().is_none_or(is_old);
        let new = difference.new.as_ref();
        gone && new.is_none_or(|id| is_old(id) || is_new(id))
    }

    /// Adds the rows that this recoding asks for, and gives their number; `alike` are the hashes of the codebooks
    /// with the codes of the one that is taken. The rows are in order of their ids, and stay so.
    pub(super) fn add_to(
        &self,
        entries: &mut Vec<Entry>,
        taken: &str,
        alike: &BTreeSet<String>,
    ) -> usize {
        if self.0.is_empty() {
            return 0;
        }
        let old = std::mem::take(entries);
        let mut added = 0;
        let mut rows = old.into_iter().peekable();
        while let Some(row) = rows.next() {
            let change = self.change(&row.change);
            let is_needed = change != row.change || !alike.contains(&row.codebook);
            let again = Entry {
                id: Uuid::from_u128(row.id.as_u128().wrapping_add(1)),
                change,
                codebook: taken.to_owned(),
                ..row.clone()
            };
            let is_there = rows.peek().is_some_and(|next| next.id == again.id);
            entries.push(row);
            if is_needed && !is_there {
                entries.push(again);
                added += 1;
            }
        }
        added
    }

    fn change(&self, change: &Change) -> Change {
        match change {
            Change::Field {
                episode,
                field,
                choices,
            } => Change::Field {
                episode: *episode,
                field: field.clone(),
                choices: self.choices(choices),
            },
            Change::Verdict(Some(Verdict::NotEpisode { reason, text })) => {
                let new = self.of(Kind::Reason, reason).cloned().flatten();
                Change::Verdict(Some(Verdict::NotEpisode {
                    reason: new.unwrap_or_else(|| reason.clone()),
                    text: text.clone(),
                }))
            }
            Change::Extra {
                episode,
                field,
                value,
            } => match self.extra(field, value) {
                None => change.cleared(),
                Some(value) => Change::Extra {
                    episode: *episode,
                    field: field.clone(),
                    value,
                },
            },
            other => other.clone(),
        }
    }

    /// Gives what stands in an optional field now; `None` where the field or its value is left out.
    fn extra(&self, field: &str, value: &str) -> Option<String> {
        if self.of(Kind::Extra, field) == Some(&None) {
            return None;
        }
        match self.of(Kind::ExtraValue, &format!("{field}.{value}")) {
            None => Some(value.to_owned()),
            Some(new) => value_of(field, new.as_deref()?).map(str::to_owned),
        }
    }

    /// Gives the codes that some codes are now; two that become one stand there once.
    fn choices(&self, choices: &[Choice]) -> Vec<Choice> {
        let mut found: Vec<Choice> = Vec::new();
        for choice in choices {
            let code = match self.of(Kind::Code, &choice.code) {
                None => choice.code.clone(),
                Some(Some(new)) => new.clone(),
                Some(None) => continue,
            };
            let attribute = choice.attribute.as_ref().and_then(|value| {
                let new = self.of(Kind::Value, value);
                new.cloned().unwrap_or_else(|| Some(value.clone()))
            });
            if found.iter().all(|own| own.code != code) {
                found.push(Choice {
                    code,
                    attribute,
                    text: choice.text.clone(),
                });
            }
        }
        found
    }
}

/// Gives the value in `FIELD.VALUE`; `None` where it is one of another field.
fn value_of<'a>(field: &str, full: &'a str) -> Option<&'a str> {
    full.strip_prefix(field)?.strip_prefix('.')
}

/// Tells whether an id can become another one of this kind in the codebook that is taken.
fn has(kind: Kind, old: &str, new: Option<&str>, books: &[&Codebook], taken: &Codebook) -> bool {
    let Some(new) = new else {
        return kind != Kind::Reason;
    };
    match kind {
        Kind::Code => {
            let fields = books.iter().filter_map(|book| book.code(old));
            let ids: BTreeSet<&str> = fields.map(|(field, _)| field.id.as_str()).collect();
            let place = taken.code(new);
            place.is_some_and(|(field, _)| ids.contains(field.id.as_str()))
        }
        Kind::Value => taken.fields().any(|field| {
            let attribute = field.attribute.as_ref();
            attribute.is_some_and(|own| own.values.iter().any(|value| value.id == new))
        }),
        Kind::Reason => taken.reason(new).is_some(),
        // An optional field is another slot of the history: it can stay or be left out.
        Kind::Extra => old == new && taken.extra(new).is_some(),
        Kind::ExtraValue => taken.extras.iter().any(|extra| {
            let value = value_of(&extra.id, new).filter(|_| value_of(&extra.id, old).is_some());
            let ExtraKind::One(values) = &extra.kind else {
                return false;
            };
            value.is_some_and(|value| values.iter().any(|(id, _)| id == value))
        }),
        Kind::Codebook | Kind::Rule | Kind::Name | Kind::Wording => false,
    }
}

fn wrong(what: String) -> WrongCall {
    WrongCall {
        what,
        hint: "`--dry-run` lists how the codebooks differ".to_owned(),
    }
}
