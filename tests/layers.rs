//! The floors of the house: a room names only lower floors, and each outside world has one keeper.

use std::fs;
use std::path::{Path, PathBuf};

const FLOORS: &[(u8, &[&str])] = &[
    (0, &["random"]),
    (1, &["model", "agreement", "stats"]),
    (2, &["import", "detect", "store", "merge", "report"]),
    (3, &["tui"]),
    (4, &["cli"]),
];

/// Outside crates and the rooms that may name them. The study file is the store's; the import knows SQLite because some
/// agents keep their sessions in databases of their own, which it only reads, in one file of its own; so it is with the
/// tables that Parquet files hold.
const KEEPERS: &[(&str, &[&str])] = &[
    ("ratatui", &["tui"]),
    ("crossterm", &["tui"]),
    ("signal_hook", &["tui"]),
    ("rusqlite", &["store", "import"]),
    ("parquet", &["import"]),
    ("bytes", &["import"]),
    ("clap", &["cli", "main"]),
    ("directories", &["cli"]),
    ("anyhow", &["cli", "main"]),
    ("toml", &["model", "detect", "cli"]),
    ("aho_corasick", &["detect"]),
    ("statrs", &["agreement", "stats"]),
];

fn floor(room: &str) -> Option<u8> {
    FLOORS
        .iter()
        .find(|(_, rooms)| rooms.contains(&room))
        .map(|(floor, _)| *floor)
}

fn room(file: &Path) -> String {
    let first = file
        .components()
        .next()
        .unwrap()
        .as_os_str()
        .to_string_lossy()
        .into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// Gives the code of a file: without comments, and without what follows `#[cfg(test)]`.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap();
    text.lines()
        .map(|line| line.split("//").next().unwrap())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Gives the rooms that a text names through `crate::`, grouped imports included.
fn named_rooms(code: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => {
                let (mut depth, mut item) = (0, String::new());
                for c in group.chars() {
                    match c {
                        '}' if depth == 0 => break,
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        ',' if depth == 0 => rooms.push(std::mem::take(&mut item)),
                        _ if depth == 0 => item.push(c),
                        _ => (),
                    }
                }
                rooms.push(item);
            }
            None => rooms.push(rest.to_owned()),
        }
    }
    let head = |path: &String| {
        path.trim()
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    };
    rooms.iter().map(head).collect()
}

/// Gives what is wrong with one file.
fn breaks(file: &Path, text: &str) -> Vec<String> {
    let code = code(text);
    let own = room(file);
    let mut found = Vec::new();
    if let Some(own_floor) = floor(&own) {
        for other in named_rooms(&code) {
            match floor(&other) {
                Some(other_floor) if other != own && other_floor >= own_floor => {
                    found.push(format!("{}: {own} names {other}", file.display()));
                }
                _ => (),
            }
        }
    }
    for (outside, keepers) in KEEPERS {
        let uses = code.match_indices(&format!("{outside}::")).any(|(at, _)| {
            !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
        });
        if uses && !keepers.contains(&own.as_str()) {
            found.push(format!("{}: {own} names {outside}", file.display()));
        }
    }
    if own == "import" && file != Path::new("import/database.rs") && code.contains("rusqlite") {
        found.push(format!(
            "{}: only import/database.rs names rusqlite",
            file.display()
        ));
    }
    if own == "import" && !file.starts_with("import/tables") && code.contains("parquet::") {
        found.push(format!(
            "{}: only import/tables names parquet",
            file.display()
        ));
    }
    if own == "tui"
        && file != Path::new("tui/mod.rs")
        && named_rooms(&code).iter().any(|room| room == "store")
    {
        found.push(format!("{}: only tui/mod.rs names store", file.display()));
    }
    if code.contains("super::super") {
        found.push(format!(
            "{}: super::super hides where a path leads",
            file.display()
        ));
    }
    found
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_room_names_a_higher_floor_or_another_keepers_crate() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = Vec::new();
    files(&source, &mut all);
    assert!(!all.is_empty());
    let broken: Vec<String> = all
        .iter()
        .flat_map(|path| {
            breaks(
                path.strip_prefix(&source).unwrap(),
                &fs::read_to_string(path).unwrap(),
            )
        })
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_break_is_found() {
    let check = |file: &str, text: &str| {
        assert_eq!(breaks(Path::new(file), text).len(), 1, "{file}: {text}");
    };
    check("tui/app.rs", "use crate::store::Study;");
    check(
        "import/codex.rs",
        "fn f() { rusqlite::Connection::open(); }",
    );
    check(
        "import/swe_chat/mod.rs",
        "use parquet::file::reader::FileReader;",
    );
    check("tui/view.rs", "fn f() { rusqlite::Connection::open(); }");
    check("agreement/kappa.rs", "use crate::model::Label;");
    check("store/mod.rs", "use crate::{model::Turn, tui::App};");
    check(
        "import/mod.rs",
        "use crate::{\n    model::{Session, Turn},\n    detect,\n};",
    );
    check("model/session.rs", "use super::super::store;");
    check("merge/mod.rs", "use ratatui::Frame;");
}

#[test]
fn what_is_allowed_is_not_a_break() {
    let check =
        |file: &str, text: &str| assert_eq!(breaks(Path::new(file), text), Vec::<String>::new());
    check("tui/mod.rs", "use crate::store::Study;");
    check("cli/merge.rs", "use crate::{merge, store};");
    check("store/mod.rs", "use crate::model::Turn; // see crate::tui");
    check(
        "tui/app.rs",
        "use crate::model::Turn;\n#[cfg(test)]\nuse crate::store::Study;",
    );
}
