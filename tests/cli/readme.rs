//! The README says nothing that the program does not do.

use super::{Desk, Said, repository, small_codebook};

const README: &str = include_str!("../../README.md");

/// Gives the text of the first block of code after a heading, without its fence.
fn block(heading: &str, language: &str) -> String {
    let (_, after) = README.split_once(&format!("\n## {heading}\n")).unwrap();
    let (_, block) = after.split_once(&format!("\n```{language}\n")).unwrap();
    block.split_once("\n```").unwrap().0.to_owned() + "\n"
}

#[test]
fn the_table_of_keys_is_the_programs() {
    let table = Desk::new().run("keys --markdown").done();
    assert!(
        README.contains(&table),
        "put the output of `pushback keys --markdown` there:\n{table}"
    );
}

#[test]
fn every_verb_that_is_named_exists() {
    let desk = Desk::new();
    let help = desk.run("--help").done();
    let mut named = 0;
    for (at, call) in README.match_indices("pushback ") {
        let is_call = README[..at].ends_with(['`', '\n']);
        let verb: String = README[at + call.len()..]
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || "._/-".contains(*c))
            .collect();
        let is_verb = verb.starts_with(|c: char| c.is_ascii_lowercase()) && !verb.contains('.');
        if is_call && is_verb {
            named += 1;
            assert!(help.contains(&format!("\n  {verb} ")), "{verb}");
        }
    }
    assert!(named >= 10, "{named}");
}

#[test]
fn the_codebook_of_the_example_has_no_mistake() {
    let desk = Desk::new();
    desk.write("own.toml", block("Codebooks", "toml"));
    desk.run("codebook check own.toml").done();
}

#[test]
fn the_configuration_of_the_example_is_read() {
    let desk = Desk::new();
    desk.write("c.toml", block("Configuration", "toml"));
    Said::by(desk.command().arg("keys").env("PUSHBACK_CONFIG", "c.toml")).done();
}

#[test]
fn the_query_of_the_example_runs() {
    let desk = Desk::new();
    let path = desk.path("s.db");
    drop(pushback::store::Study::create(&path, &small_codebook(), "a test").unwrap());
    let connection = rusqlite::Connection::open(&path).unwrap();
    let block = block("The study file", "sh");
    let query = block.split('"').nth(1).unwrap();
    connection.prepare(query).unwrap();
}

#[test]
fn the_labels_of_the_example_are_in_the_form_that_is_read() {
    let text = std::fs::read_to_string(repository("codebook/misalignment.toml")).unwrap();
    let codebook = pushback::model::Codebook::parse(&text, "misalignment.toml").unwrap();
    let labels = block("Labels from elsewhere", "json");
    let file = pushback::import::read_labels(labels.as_bytes(), &codebook).unwrap();
    assert_eq!(
        (file.records.len(), file.skipped, file.ignored),
        (3, vec![], vec![])
    );
}
