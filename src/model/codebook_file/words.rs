//! What the TOML reader says, in the words of somebody who writes a codebook and no programs.
//!
//! The reader's messages are not promised to stay; a message that is not known here is passed on as it is.

/// What the reader expects of a value, and how the file spells it.
const KINDS: &[(&str, &str)] = &[
    ("a string", "a text in quotes"),
    ("a sequence", "a list such as [\"one\", \"two\"]"),
    ("a boolean", "true or false (no quotes)"),
    ("usize", "a whole number from 0 (no quotes)"),
];

const QUOTE: &str = "put the text between straight quotes: \"like this\"";
const BACKSLASH: &str =
    "a backslash in \"quotes\" is written twice, \\\\; or put the text in 'single quotes'";
const UNCLOSED_TEXT: &str = "the text is not closed: the last quote is missing (a text of several lines stands between \"\"\" and \"\"\")";
const UNCLOSED_LIST: &str =
    "the list that begins here is not closed: a quote, a comma or the ] is missing";
const TWICE: &str = "this name stands a second time in its table (a table that repeats is written with two brackets, [[like.this]])";
const TWO_BRACKETS: &str = "this table repeats, so it is written with two brackets, [[axis]], and [[axis.field]] stands after its [[axis]]";

/// The beginnings of the reader's messages on broken TOML, and what to do.
const BROKEN: &[(&str, &str)] = &[
    ("string values must be quoted", QUOTE),
    ("unclosed array", UNCLOSED_LIST),
    ("duplicate key", TWICE),
    (
        "missing comma",
        "a comma is missing between two entries of the list (a quote inside a text is written \\\")",
    ),
    (
        "unexpected key or value",
        "the line goes on after its value: a quote inside a text is written \\\", and [[ ]] come in pairs",
    ),
    (
        "key with no value",
        "this line needs the form name = \"text\" (a text of several lines stands between \"\"\" and \"\"\")",
    ),
    (
        "invalid inline table",
        "{ } takes entries of the form name = \"text\" with commas between them, and is closed by }",
    ),
    (
        "invalid boolean",
        "true and false are written in small letters, without quotes",
    ),
    ("cannot recurse further", "the lists are nested too deeply"),
    ("too few unicode value digits", BACKSLASH),
    ("missing escaped value", BACKSLASH),
    ("invalid basic string, expected `\"`", UNCLOSED_TEXT),
    ("invalid literal string, expected `'`", UNCLOSED_TEXT),
    ("invalid multi-line", UNCLOSED_TEXT),
    (
        "invalid basic string",
        "the text holds a character that cannot be seen; take it out",
    ),
];

/// Says what is wrong; `found` is the text to which the message points.
pub(super) fn plain(message: &str, found: &str) -> String {
    let message = message.replace('\n', ", ");
    if let Some((_, ours)) = BROKEN
        .iter()
        .find(|(theirs, _)| message.starts_with(theirs))
    {
        return (*ours).to_owned();
    }
    unknown(&message)
        .or_else(|| missing(&message))
        .or_else(|| wrong_kind(&message, found))
        .unwrap_or(message)
}

fn missing(message: &str) -> Option<String> {
    let name = message.strip_prefix("missing field `")?.strip_suffix('`')?;
    Some(format!("{name} is missing in the table that begins here"))
}

fn unknown(message: &str) -> Option<String> {
    let (name, known) = message
        .strip_prefix("unknown field `")?
        .split_once("`, expected ")?;
    let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
    let nearest = known
        .iter()
        .map(|own| (distance(name, own), own))
        .min()
        .filter(|(distance, own)| *distance <= 2.max(own.len() / 3));
    let hint = match nearest {
        Some((_, own)) => format!("did you mean {own}?"),
        None => format!("the names here are {}", known.join(", ")),
    };
    Some(format!("{name:?} has no meaning in this table: {hint}"))
}

fn wrong_kind(message: &str, found: &str) -> Option<String> {
    let rest = message
        .strip_prefix("invalid type: ")
        .or_else(|| message.strip_prefix("invalid value: "))?;
    let (_, expected) = rest.rsplit_once(", expected ")?;
    if expected == "a sequence" && rest.starts_with("map") {
        return Some(TWO_BRACKETS.to_owned());
    }
    let kind = match KINDS.iter().find(|(theirs, _)| *theirs == expected) {
        Some((_, ours)) => ours,
        None if expected.starts_with("struct ") => "a table in braces, { name = \"text\" },",
        None => expected,
    };
    let found = found.lines().next().unwrap_or_default();
    match found.chars().count() {
        1..=30 => Some(format!("{found} stands where {kind} is needed")),
        _ => Some(format!("{kind} is needed here")),
    }
}

/// Counts the letters to change, add or leave out to get from one name to the other (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    // Names in a codebook are short; a longer one is no slip of the keyboard.
    if one.len() > 40 {
        return usize::MAX;
    }
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, letter) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, own) in other.iter().enumerate() {
            let change = diagonal + usize::from(*own != letter);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[other.len()]
}
