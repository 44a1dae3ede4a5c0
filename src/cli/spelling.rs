//! Words that are no verb and no study: what was probably meant.

use std::ffi::OsStr;
use std::path::Path;

use super::failure::Failure;

/// How many letters a verb may be away from what was typed.
const NEAR: usize = 2;

/// Says what is wrong with a first word that stands where a verb or a study belongs; `None` where it may be a study.
pub(super) fn misspelt(word: &OsStr, program: &clap::Command) -> Option<Failure> {
    let text = word.to_str()?;
    let is_bare = !text.is_empty() && !text.starts_with('-') && !text.contains(['.', '/']);
    let verbs = || program.get_subcommands().map(clap::Command::get_name);
    let is_verb = text == "help" || verbs().any(|verb| verb == text);
    if !is_bare || is_verb || Path::new(word).exists() {
        return None;
    }
    let names: Vec<&str> = verbs().collect();
    let hint = nearest(text, verbs()).map_or_else(
        || format!("verbs are {}", names.join(", ")),
        |verb| format!("did you mean `pushback {verb}`?"),
    );
    let what = format!("{text} is no verb, and there is no study of that name");
    Some(Failure::usage(what, hint))
}

fn nearest<'a>(word: &str, verbs: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    verbs
        .map(|verb| (distance(word, verb), verb))
        .filter(|(distance, verb)| *distance <= NEAR && *distance < verb.len() - 1)
        .min()
        .map(|(_, verb)| verb)
}

/// Counts the letters to change, add or leave out to make one word the other.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (at, letter) in one.chars().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], at + 1);
        for (next, own) in other.chars().enumerate() {
            let changed = corner + usize::from(letter != own);
            corner = row[next + 1];
            row[next + 1] = changed.min(corner + 1).min(row[next] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_differ_are_counted() {
        let check = |one: &str, other: &str, expected: usize| {
            assert_eq!(distance(one, other), expected, "{one} {other}");
        };
        check("import", "import", 0);
        check("impot", "import", 1);
        check("improt", "import", 2);
        check("", "man", 3);
        check("lable", "label", 2);
    }

    #[test]
    fn the_nearest_verb_is_proposed_and_none_from_afar() {
        let verbs = ["import", "label", "man", "keys"];
        let check = |word: &str, expected: Option<&str>| {
            assert_eq!(nearest(word, verbs.into_iter()), expected, "{word}");
        };
        check("imports", Some("import"));
        check("lable", Some("label"));
        check("mann", Some("man"));
        check("do", None);
        check("agreement", None);
    }
}
