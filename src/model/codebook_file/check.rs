//! Collects the mistakes while the tables of the file become a codebook.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use toml::Spanned;

use crate::model::Select;

/// Ids stand in narrow columns and in file names.
const MAX_ID: usize = 64;

/// What was found so far, and the names that later tables may refer to.
#[derive(Default)]
pub(super) struct Check {
    /// Offsets in the text, and what is wrong there.
    pub(super) mistakes: Vec<(usize, String)>,
    /// The fields that were read, by id.
    pub(super) fields: HashMap<String, Known>,
    names: HashSet<(String, String)>,
    confusions: Vec<(Spanned<String>, String)>,
}

/// What a later field may want to know of an earlier one.
pub(super) struct Known {
    pub(super) select: Select,
    pub(super) codes: HashMap<String, char>,
    /// The field that is asked in the same step, if one was read.
    pub(super) asked_with: Option<String>,
}

/// The digits that are taken in one step, and by whom.
pub(super) type Taken = HashMap<char, String>;

impl Check {
    pub(super) fn mistake(&mut self, span: &Range<usize>, what: impl Into<String>) {
        self.mistakes.push((span.start, what.into()));
    }

    /// Takes an id that must not stand twice in its namespace.
    pub(super) fn id(&mut self, namespace: &str, id: &Spanned<String>) -> String {
        let name = id.get_ref();
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) || !name.chars().all(plain) {
            self.mistake(
                &id.span(),
                format!(
                    "the id {name:?} must start with a letter or digit and hold only letters, digits, '_', '-' \
                     and '.'"
                ),
            );
        } else if name.len() > MAX_ID {
            self.mistake(
                &id.span(),
                format!("an id has at most {MAX_ID} characters; put the rest into the name"),
            );
        }
        self.only_once(namespace, id);
        name.clone()
    }

    /// Sees to it that a name stands once in its namespace.
    pub(super) fn only_once(&mut self, namespace: &str, name: &Spanned<String>) {
        let key = (namespace.to_owned(), name.get_ref().clone());
        if !self.names.insert(key) {
            self.mistake(
                &name.span(),
                format!(
                    "the {namespace} {:?} stands here a second time: each needs its own",
                    name.get_ref()
                ),
            );
        }
    }

    /// Takes a text that must say something; `what` names it.
    pub(super) fn text(&mut self, text: &Spanned<String>, what: &str) -> String {
        if text.get_ref().trim().is_empty() {
            self.mistake(&text.span(), format!("{what} is empty"));
        }
        text.get_ref().trim().to_owned()
    }

    /// Takes a list of texts, each of which must say something.
    pub(super) fn texts(&mut self, texts: &[Spanned<String>], what: &str) -> Vec<String> {
        texts.iter().map(|text| self.text(text, what)).collect()
    }

    /// Gives the key of the choice at `position`: its own, or the digit of its place.
    pub(super) fn key(
        &mut self,
        own: Option<&Spanned<String>>,
        position: usize,
        id: &Spanned<String>,
        taken: &mut Taken,
    ) -> char {
        let span = own.map_or(id.span(), Spanned::span);
        let name = id.get_ref();
        let Some(key) = own.map_or_else(|| place_digit(position), |text| one_digit(text.get_ref()))
        else {
            let what = match own {
                Some(key) => format!(
                    "the key of {name} is {:?}; it must be one digit, \"0\" to \"9\"",
                    key.get_ref()
                ),
                None => format!(
                    "{name} is choice number {}, and the digits end at 9: give it a free key, or use fewer choices",
                    position + 1
                ),
            };
            self.mistake(&span, what);
            return '0';
        };
        if let Some(other) = taken.get(&key) {
            self.mistake(
                &span,
                format!("{name} has the key {key}, which {other} has already in the same step"),
            );
        } else {
            taken.insert(key, name.clone());
        }
        key
    }

    /// Remembers that `from` names another code; that code may stand further down.
    pub(super) fn confusion(&mut self, code: &Spanned<String>, from: &str) {
        if code.get_ref() == from {
            self.mistake(&code.span(), format!("{from} is confused with itself"));
        }
        self.confusions.push((code.clone(), from.to_owned()));
    }

    /// Sees to it that every code that is named exists.
    pub(super) fn references(&mut self) {
        for (code, from) in std::mem::take(&mut self.confusions) {
            let known = ("code".to_owned(), code.get_ref().clone());
            if !self.names.contains(&known) {
                self.mistake(
                    &code.span(),
                    format!(
                        "{from} is confused with {:?}, which is no code of this codebook",
                        code.get_ref()
                    ),
                );
            }
        }
    }
}

fn place_digit(position: usize) -> Option<char> {
    let digit = u32::try_from(position).ok()?.checked_add(1)?;
    char::from_digit(digit, 10)
}

fn one_digit(text: &str) -> Option<char> {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(key @ '0'..='9'), None) => Some(key),
        _ => None,
    }
}
