//! Each kind of mistake gets its line and a sentence that says what to do.

use crate::model::{Codebook, Select};

/// Lines 1 to 11: a codebook up to the place where the rules of its one field stand.
const HEAD: &str = "id = \"x\"\nname = \"X\"\nversion = \"1\"\n\n[[axis]]\nid = \"a\"\nname = \"A\"\n\n[[axis.field]]\nid = \"f\"\nname = \"F\"\n";

/// Five lines that follow the head as lines 12 to 16.
const CODE: &str = "\n[[axis.field.code]]\nid = \"A1\"\nname = \"one\"\ndefinition = \"first\"\n";

/// Five lines of a second code.
const SECOND: &str =
    "\n[[axis.field.code]]\nid = \"A2\"\nname = \"two\"\ndefinition = \"second\"\n";

/// Four lines of a second field, up to its rules.
const FIELD: &str = "\n[[axis.field]]\nid = \"g\"\nname = \"G\"\n";

/// Five lines of a code for the second field.
const OTHER: &str = "\n[[axis.field.code]]\nid = \"B1\"\nname = \"b\"\ndefinition = \"other\"\n";

/// Tells what the parser says of a text, each mistake on its own line.
fn said(text: &str) -> String {
    match Codebook::parse(text, "b.toml") {
        Ok(_) => "nothing".to_owned(),
        Err(errors) => errors
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n"),
    }
}

fn check(text: &str, expected: &str) {
    assert_eq!(said(text), expected, "on\n{text}");
}

/// A text with one code, and after it what a test adds from line 17 on.
fn code_with(more: &str) -> String {
    format!("{HEAD}{CODE}{more}")
}

/// A text whose field has rules from line 12 on, before its two codes.
fn field_with(rules: &str) -> String {
    format!("{HEAD}{rules}{CODE}{SECOND}")
}

/// A text with a second field whose rules stand from line 26 on.
fn second_field_with(rules: &str) -> String {
    format!("{HEAD}{CODE}{SECOND}{FIELD}{rules}{OTHER}")
}

#[test]
fn the_smallest_codebook_has_the_defaults() {
    let codebook = Codebook::parse(&format!("{HEAD}{CODE}"), "b.toml").unwrap();
    let field = codebook.field("f").unwrap();
    assert_eq!(field.select, Select::One);
    assert!(!field.optional && !field.asked_with_parent && field.scale.is_empty());
    assert_eq!(field.codes[0].key, '1');
    assert!(!field.codes[0].exclusive && !field.codes[0].takes_attribute);
    assert!(codebook.reasons.is_empty() && codebook.extras.is_empty());
}

#[test]
fn line_ends_and_a_byte_order_mark_change_nothing_that_is_read() {
    let text = code_with("use_when = [\"now\"]\n");
    let unix = Codebook::parse(&text, "b.toml").unwrap();
    let dos = Codebook::parse(&text.replace('\n', "\r\n"), "b.toml").unwrap();
    assert_eq!(unix.hash, dos.hash);
    assert_eq!(unix.axes, dos.axes);
    assert_eq!(said(&format!("\u{feff}{text}")), "nothing");
    check(
        &code_with("text = 1\n").replace('\n', "\r\n"),
        "b.toml:17: 1 stands where a table in braces, { name = \"text\" }, is needed",
    );
}

#[test]
fn names_that_mean_nothing_are_told_with_the_nearest() {
    check(
        &code_with("defnition = \"d\"\n"),
        "b.toml:17: \"defnition\" has no meaning in this table: did you mean definition?",
    );
    check(
        &code_with("\n[[axis.fields]]\nid = \"a\"\n"),
        "b.toml:18: \"fields\" has no meaning in this table: did you mean field?",
    );
    check(
        &code_with("text = { hint = \"h\", min_words = 1, max_words = 2 }\n"),
        "b.toml:17: \"hint\" has no meaning in this table: the names here are prompt, min_words, max_words",
    );
    let long = "x".repeat(10_000);
    assert!(
        said(&code_with(&format!("{long} = 1\n"))).contains("the names here are id, name, key")
    );
}

#[test]
fn what_is_missing_is_told_at_its_own_table() {
    check("", "b.toml:1: id is missing in the table that begins here");
    check(
        &code_with(
            "\n[[axis.field.code]]\nid = \"A2\"\nname = \"two\"\n\n[[axis.field.code]]\nid = \"A3\"\n",
        ),
        "b.toml:18: definition is missing in the table that begins here",
    );
    check(
        &code_with(
            "confused_with = [\n  { code = \"A1\", tell = \"x\" },\n  { code = \"A1\" },\n]\n",
        ),
        "b.toml:19: tell is missing in the table that begins here",
    );
    check(
        "id = \"x\"\nname = \"X\"\nversion = \"1\"\n",
        "b.toml:1: the codebook has no [[axis]]",
    );
    check(
        "id = \"x\"\nname = \"X\"\nversion = \"1\"\n[[axis]]\nid = \"a\"\nname = \"A\"\n",
        "b.toml:5: the axis a has no [[axis.field]]",
    );
    check(HEAD, "b.toml:10: the field f has no [[axis.field.code]]");
}

#[test]
fn values_of_the_wrong_kind_are_told_with_the_right_one() {
    check(
        &field_with("optional = \"yes\"\n"),
        "b.toml:12: \"yes\" stands where true or false (no quotes) is needed",
    );
    check(
        &code_with("use_when = \"d\"\n"),
        "b.toml:17: \"d\" stands where a list such as [\"one\", \"two\"] is needed",
    );
    check(
        &code_with("use_when = [\"a\",\n \"d\",\n 3]\n"),
        "b.toml:19: 3 stands where a text in quotes is needed",
    );
    check(
        &code_with("key = 3\n"),
        "b.toml:17: 3 stands where a text in quotes is needed",
    );
    check(
        &field_with("select = \"many\"\nat_most = -1\n"),
        "b.toml:13: -1 stands where a whole number from 0 (no quotes) is needed",
    );
    check(
        "id = \"x\"\nname = \"X\"\nversion = 1.0\n",
        "b.toml:3: 1.0 stands where a text in quotes is needed",
    );
}

#[test]
fn brackets_that_do_not_repeat_are_told() {
    let two = "this table repeats, so it is written with two brackets, [[axis]], and [[axis.field]] stands after its [[axis]]";
    let single = CODE.replace("[[", "[").replace("]]", "]");
    check(&format!("{HEAD}{single}"), &format!("b.toml:13: {two}"));
    check(
        "id = \"x\"\nname = \"X\"\nversion = \"1\"\n[[axis.field.code]]\nid = \"x\"\n",
        &format!("b.toml:4: {two}"),
    );
    check(
        &format!("{HEAD}{single}{single}"),
        "b.toml:18: this name stands a second time in its table (a table that repeats is written with two brackets, [[like.this]])",
    );
}

#[test]
fn broken_toml_is_told_in_plain_words() {
    let cases = [
        (
            "examples = abc def\n",
            "put the text between straight quotes",
        ),
        ("examples = [“x”]\n", "put the text between straight quotes"),
        (
            "examples = [\"x]\n",
            "the list that begins here is not closed",
        ),
        ("key = \"1\n", "the text is not closed"),
        ("key = '1\n", "the text is not closed"),
        ("key = \"a \"b\" c\"\n", "the line goes on after its value"),
        ("examples = [\"x\" \"y\"]\n", "a comma is missing"),
        (
            "examples = [\"C:\\Users\"]\n",
            "a backslash in \"quotes\" is written twice",
        ),
        (
            "examples = [\"C:\\prog\"]\n",
            "a backslash in \"quotes\" is written twice",
        ),
        (
            "examples = [\"a\u{7}b\"]\n",
            "the text holds a character that cannot be seen",
        ),
        (
            "exclusive = True\n",
            "true and false are written in small letters",
        ),
        ("confused_with = [{ code = \"A\"]\n", "{ } takes entries"),
        ("hello\n", "this line needs the form name = \"text\""),
        (
            "name = \"again\"\n",
            "this name stands a second time in its table",
        ),
    ];
    for (line, expected) in cases {
        let said = said(&code_with(line));
        assert!(
            said.starts_with(&format!("b.toml:17: {expected}")),
            "{line}{said}"
        );
    }
    let deep = format!("a = {}1{}", "[".repeat(100_000), "]".repeat(100_000));
    check(&deep, "b.toml:1: the lists are nested too deeply");
    let long = format!("{HEAD}{CODE}# {}", "-".repeat(1 << 20));
    check(&long, "b.toml:1: the codebook is longer than 1 MiB");
}

#[test]
fn ids_are_checked_where_they_stand() {
    check(
        &code_with(CODE),
        "b.toml:19: the code \"A1\" stands here a second time: each needs its own",
    );
    check(
        &second_field_with("").replace("id = \"g\"", "id = \"f\""),
        "b.toml:24: the field \"f\" stands here a second time: each needs its own",
    );
    check(
        &code_with("\n[[extra]]\nid = \"f\"\nname = \"F\"\n"),
        "b.toml:19: the field \"f\" stands here a second time: each needs its own",
    );
    check(
        &second_field_with("aliases = [\"h\",\n\"f\"]\n"),
        "b.toml:27: the field \"f\" stands here a second time: each needs its own",
    );
    let wrong = "must start with a letter or digit and hold only letters, digits, '_', '-' and '.'";
    for id in ["", "a b", ".a", "né", "a/b"] {
        let text = code_with("").replace("id = \"A1\"", &format!("id = \"{id}\""));
        check(&text, &format!("b.toml:14: the id {id:?} {wrong}"));
    }
    assert_eq!(said(&code_with("").replace("A1", "FM-1.1")), "nothing");
    check(
        &code_with("").replace("A1", &"A".repeat(65)),
        "b.toml:14: an id has at most 64 characters; put the rest into the name",
    );
}

#[test]
fn empty_texts_are_told_by_their_owner() {
    let cases = [
        (
            "version = \"1\"",
            "version = \" \"",
            "b.toml:3: the version is empty",
        ),
        (
            "name = \"F\"",
            "name = \"\"",
            "b.toml:11: the name of f is empty",
        ),
        (
            "name = \"one\"",
            "name = \"\"",
            "b.toml:15: the name of A1 is empty",
        ),
        (
            "\"first\"",
            "\"\"\"\n\n\"\"\"",
            "b.toml:16: the definition of A1 is empty",
        ),
    ];
    for (from, to, expected) in cases {
        check(&code_with("").replace(from, to), expected);
    }
    check(
        &code_with("use_when = [\"x\", \"\"]\nexamples = [\n  \"\",\n]\n"),
        "b.toml:17: a use_when of A1 is empty\nb.toml:19: an example of A1 is empty",
    );
}

#[test]
fn the_number_of_codes_is_checked() {
    check(
        &field_with("select = \"some\"\n"),
        "b.toml:12: select is \"one\" or \"many\", not \"some\"",
    );
    let wrong =
        "at_most is 2 or more and needs select = \"many\"; for a single code leave both out";
    check(&field_with("at_most = 2\n"), &format!("b.toml:12: {wrong}"));
    check(
        &field_with("select = \"many\"\nat_most = 1\n"),
        &format!("b.toml:13: {wrong}"),
    );
    let two = Codebook::parse(&field_with("select = \"many\"\nat_most = 2\n"), "").unwrap();
    assert_eq!(two.field("f").unwrap().select, Select::AtMost(2));
}

#[test]
fn keys_are_single_digits_and_stand_once_in_a_step() {
    let wrong =
        |key| format!("b.toml:17: the key of A1 is {key:?}; it must be one digit, \"0\" to \"9\"");
    for key in ["", "a", "12", "²"] {
        check(&code_with(&format!("key = \"{key}\"\n")), &wrong(key));
    }
    check(
        &field_with("").replace("\"second\"", "\"second\"\nkey = \"1\""),
        "b.toml:22: A2 has the key 1, which A1 has already in the same step",
    );
    let codes: String = (2..=10)
        .map(|n| SECOND.replace("A2", &format!("A{n}")))
        .collect();
    check(
        &code_with(&codes),
        "b.toml:59: A10 is choice number 10, and the digits end at 9: give it a free key, or use fewer choices",
    );
    assert_eq!(
        said(&code_with(&format!("{codes}key = \"0\"\n"))),
        "nothing"
    );
}

#[test]
fn codes_that_are_named_must_exist() {
    check(
        &code_with(
            "confused_with = [\n  { code = \"A9\", tell = \"x\" },\n  { code = \"A1\", tell = \"y\" },\n]\n",
        ),
        "b.toml:18: A1 is confused with \"A9\", which is no code of this codebook\n\
         b.toml:19: A1 is confused with itself",
    );
    let later = format!("confused_with = [{{ code = \"A2\", tell = \"x\" }}]\n{SECOND}");
    assert_eq!(said(&code_with(&later)), "nothing");
    check(
        &field_with("scale = [\n  \"A1\",\n  \"A3\",\n]\n"),
        "b.toml:14: the scale names \"A3\", which is no code of f",
    );
    check(
        &field_with("scale = [\"A1\"]\n"),
        "b.toml:12: the scale of f has one step, and an order needs two",
    );
}

#[test]
fn a_condition_names_an_earlier_field_and_its_codes() {
    check(
        &second_field_with("applies_when = { field = \"f\", codes = [\"A1\", \"B1\"] }\n"),
        "b.toml:26: g depends on a code that f does not have",
    );
    check(
        &second_field_with("applies_when = { field = \"f\", codes = [] }\n"),
        "b.toml:26: applies_when of g names no code of f, so g would never be asked",
    );
    check(
        &second_field_with("applies_when = { field = \"h\", codes = [\"A1\"] }\n"),
        "b.toml:26: g depends on \"h\", but no field of that id stands before it",
    );
    check(
        &field_with("applies_when = { field = \"f\", codes = [\"A1\"] }\n"),
        "b.toml:12: f depends on \"f\", but no field of that id stands before it",
    );
}

#[test]
fn a_field_asked_with_its_parent_shares_the_parents_keys() {
    let one = "applies_when = { field = \"f\", codes = [\"A1\"] }\nasked_with_parent = true\n";
    let text = second_field_with(one);
    assert_eq!(said(&text), "nothing", "B1 takes the place of A1");
    check(
        &text.replace("\"other\"", "\"other\"\nkey = \"2\""),
        "b.toml:33: B1 has the key 2, which A2 has already in the same step",
    );
    check(
        &second_field_with("asked_with_parent = true\n"),
        "b.toml:26: g has asked_with_parent = true but no applies_when that names the parent",
    );
    let both = "b.toml:27: g is asked with its parent f, so one key answers both: both must take one code, and applies_when must name one code of f";
    check(&text.replace("[\"A1\"]", "[\"A1\", \"A2\"]"), both);
    check(
        &text.replace("name = \"F\"", "name = \"F\"\nselect = \"many\""),
        &both.replace(":27:", ":28:"),
    );
    let third = format!("{FIELD}{one}{OTHER}")
        .replace("\"g\"", "\"h\"")
        .replace("B1", "C1");
    check(
        &format!("{text}{third}"),
        "b.toml:38: h and g are both asked together with f",
    );
}

#[test]
fn attributes_texts_and_reasons_are_checked() {
    check(
        &code_with("attribute = false\n"),
        "b.toml:17: A1 says whether it takes an attribute, but its field has none",
    );
    check(
        &field_with("attribute = { id = \"t\", name = \"T\", values = [] }\n"),
        "b.toml:12: the attribute t needs one to nine values, one for each digit",
    );
    check(
        &code_with("text = { prompt = \"p\", min_words = 0, max_words = 3 }\n"),
        "b.toml:17: the text of A1 needs at least one word: min_words is 1 or more",
    );
    check(
        &code_with("text = { prompt = \"p\", min_words = 5,\n max_words = 3 }\n"),
        "b.toml:18: max_words (3) is less than min_words (5)",
    );
    check(
        &code_with("\n[[reason]]\nid = \"r\"\nname = \"R\"\ngroup = \"g\"\ndefinition = \"d\"\n"),
        "b.toml:21: r is in the group \"g\", but no [[reason_group]] has that id",
    );
}

#[test]
fn every_mistake_is_told_in_the_order_of_the_lines() {
    let text =
        field_with("scale = [\"A1\", \"A7\"]\n").replace("version = \"1\"", "version = \"\"");
    check(
        &format!("{text}confused_with = [{{ code = \"Z\", tell = \"z\" }}]\n"),
        "b.toml:3: the version is empty\n\
         b.toml:12: the scale names \"A7\", which is no code of f\n\
         b.toml:23: A2 is confused with \"Z\", which is no code of this codebook",
    );
}

#[test]
fn a_megabyte_of_mistakes_is_told_in_linear_time() {
    let more: String = (0..10_000)
        .map(|_| "[[axis.field.code]]\nid = \"A1\"\nname = \"n\"\nkey = \"1\"\ndefinition = \"\"\n")
        .collect();
    let errors = Codebook::parse(&code_with(&more), "b.toml").unwrap_err();
    assert_eq!(errors.len(), 30_000);
    assert_eq!(errors.last().unwrap().line, 16 + 50_000);
}
