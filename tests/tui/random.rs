//! Any keys, in any order, at any size: nothing panics, nothing breaks a rule, nothing hidden is shown.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use pushback::model::has_hidden;
use pushback::tui::{self, KeyMap};

use super::keys::{Step, script};
use super::{Desk, Shown};

/// Checks that every cell can be sent to a terminal as it is.
#[track_caller]
pub(super) fn shows_everything(shown: &Shown) {
    for cell in &shown.cells.content {
        let symbol = cell.symbol();
        let hides = has_hidden(symbol) || symbol.chars().any(char::is_control);
        assert!(!hides, "{symbol:?} is on the screen");
    }
}

/// Gives every key of the table as it is written in these tests.
fn keys() -> Vec<String> {
    let table = tui::actions(&KeyMap::standard());
    let names = table.iter().flat_map(|(_, keys, _)| keys.split(' '));
    let mut keys: Vec<String> = names
        .map(|name| match name {
            "<" => "<lt>".to_owned(),
            "Space" => " ".to_owned(),
            name if name.chars().count() > 1 => format!("<{name}>"),
            name => name.to_owned(),
        })
        // Quitting ends the run, and is tested by itself.
        .filter(|key| key != "q" && key != "<Ctrl-C>")
        .collect();
    keys.sort();
    keys.dedup();
    keys
}

fn step() -> impl Strategy<Value = String> {
    let size = (1_u16..210, 1_u16..60).prop_map(|(width, height)| format!("<{width}x{height}>"));
    let usual = prop::sample::select(vec!["<80x24>", "<120x40>", "<200x50>", "<60x16>"]);
    let words = prop::sample::select(vec![
        "three short words",
        "不对 🍮",
        "e\u{301}",
        "\u{202e}",
        "\u{200b}",
        "no",
        "<paste:\u{1b}[2J\u{9b}31m\r\n\ttags \u{e0041}>",
        "<hurry:36112>",
    ]);
    // What ends a mode, and what leads to the next turn, so that no mode holds a run for long.
    let ways_out = prop::sample::select(vec![
        "<Enter>",
        "<Esc>",
        "36112<Enter>",
        "x1",
        "n",
        "a",
        "a1",
        "b<Enter>",
    ]);
    prop_oneof![
        8 => prop::sample::select(keys()),
        6 => "[0-9]",
        3 => ways_out.prop_map(str::to_owned),
        1 => words.prop_map(str::to_owned),
        1 => prop_oneof![size, usual.prop_map(str::to_owned)],
    ]
}

fn check(desk: &Desk, cases: u32) {
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    };
    let seed = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let all = prop::collection::vec(step(), 1..60);
    let outcome = TestRunner::new_with_rng(config, seed).run(&all, |keys| {
        let steps: Vec<Step> = keys.iter().flat_map(|keys| script(keys)).collect();
        // The study goes on from run to run, and is checked after each.
        desk.watch(&steps, shows_everything);
        Ok(())
    });
    if let Err(why) = outcome {
        panic!("{why}");
    }
}

#[test]
fn random_keys_over_the_demo_break_nothing() {
    check(&Desk::demo(), 60);
}

#[test]
fn random_keys_over_hostile_transcripts_break_nothing() {
    check(&super::hostile::desk(), 30);
}

#[test]
fn random_keys_over_another_scheme_break_nothing() {
    check(&Desk::of(&super::KITCHEN, "mast"), 30);
}

#[test]
fn random_keys_over_what_two_coders_differ_on_break_nothing() {
    check(&super::settling::differing(), 60);
}
