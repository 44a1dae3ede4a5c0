//! What holds for every turn: nothing is lost, nothing stands out over the edge, nothing hidden gets through.

use proptest::prelude::*;
use ratatui::text::Line;

use crate::model::{EventKind, Part, PartKind, Role, ToolStatus, Turn, glyphs, has_hidden};
use crate::tui::theme::Theme;

use super::tests::{event, mono, prose, shown, tool, turn};
use super::{Folds, Highlight, HighlightKind, Row, lay_out, paint};

/// What a terminal takes for a row, cluster by cluster as ratatui counts.
fn breadth(line: &Line<'_>) -> usize {
    line.spans
        .iter()
        .flat_map(|span| glyphs(&span.content))
        .map(|glyph| glyph.columns())
        .sum()
}

fn arbitrary_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[ -~]{0,30}",
        2 => any::<String>(),
        1 => "[\u{200b}-\u{200f}\u{202a}-\u{202e}\u{1b}\u{0}\r\t\u{301}👍🏽\u{200d}中文]{0,12}",
        1 => Just("```rust".to_owned()),
        1 => Just("| a | b |\n|---|--:|\n| c | d |".to_owned()),
        1 => Just("- **item** `code` | x".to_owned()),
        1 => Just("@@ -1 +1 @@\n-a\n+b".to_owned()),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.join("\n"))
}

fn arbitrary_turn() -> impl Strategy<Value = Turn> {
    let part = (0_usize..200, 0_usize..80, 0_usize..200, 0_u8..5);
    let parts = proptest::collection::vec(part, 0..6);
    let events = proptest::collection::vec((0_usize..220, 0_usize..9), 0..4);
    (arbitrary_text(), parts, events, any::<bool>()).prop_map(|(text, parts, events, is_agent)| {
        let mut turn = turn(
            if is_agent {
                Role::Agent
            } else {
                Role::Developer
            },
            &text,
        );
        turn.parts = parts
            .into_iter()
            .map(|(start, length, output, kind)| Part {
                kind: match kind {
                    0 | 1 => PartKind::Prose,
                    2 => PartKind::Thinking,
                    3 => PartKind::Injected(text.chars().take(9).collect()),
                    _ => tool("T\u{202e}\n", &text, Some(ToolStatus::Failed), output),
                },
                start,
                end: start + length,
            })
            .collect();
        turn.events = events
            .into_iter()
            .map(|(at, kind)| event(EventKind::ALL[kind], &text, at))
            .collect();
        turn
    })
}

proptest! {
    #[test]
    fn rows_cover_the_text_in_order_and_fit(turn in arbitrary_turn(), width in 0_u16..60, open in any::<bool>()) {
        let mut folds = Folds::default();
        if open {
            folds.open_all();
        }
        let layout = lay_out(&turn, &folds, width);
        let mut reached = 0;
        for row in &layout.rows {
            prop_assert!(reached <= row.start && row.start <= row.end && row.end <= turn.text.len());
            let between = turn.text.get(reached..row.start);
            let is_blank = between.is_some_and(|text| text.trim_matches([' ', '\t', '\n', '\r']).is_empty());
            prop_assert!(is_blank, "{:?} is in no row", between);
            reached = row.end;
        }
        prop_assert!(turn.text[reached..].trim_matches([' ', '\t', '\n', '\r']).is_empty());
        let whole = Highlight { range: 0..usize::MAX, kind: HighlightKind::Selection };
        for row in &layout.rows {
            let line = paint(&turn, row, &layout, std::slice::from_ref(&whole), &mono(), width);
            prop_assert!(breadth(&line) <= usize::from(width), "{:?}", line);
            let text = shown(&line);
            prop_assert!(!has_hidden(&text) && !text.contains(['\t', '\n']), "{:?}", text);
        }
    }

    #[test]
    fn every_byte_has_its_row(turn in arbitrary_turn(), width in 4_u16..60) {
        let layout = lay_out(&turn, &Folds::default(), width);
        for (at, row) in layout.rows.iter().enumerate() {
            if row.start < row.end {
                prop_assert_eq!(layout.row_at(row.start), at);
                prop_assert_eq!(layout.row_at(row.end - 1), at);
            }
        }
    }
}

#[test]
fn a_row_is_small() {
    assert!(size_of::<Row>() <= 48);
}

/// Run with `cargo test --release --lib transcript -- --ignored --nocapture`.
#[test]
#[ignore = "measures time; meant for a release build"]
fn large_turns_are_laid_out_quickly() {
    let sentence = "the agent was told twice not to touch `this` file, and did so again. ";
    let paragraphs = format!("{}\n", sentence.repeat(4)).repeat(36_000);
    let check = |name: &str, turn: &Turn| {
        let begun = std::time::Instant::now();
        let layout = lay_out(turn, &Folds::default(), 100);
        let laid = begun.elapsed();
        let theme = Theme::named("dark").unwrap();
        let middle = layout.rows.len() / 2;
        let rows = &layout.rows[middle..layout.rows.len().min(middle + 40)];
        let begun = std::time::Instant::now();
        for row in rows {
            paint(turn, row, &layout, &[], &theme, 100);
        }
        let painted = begun.elapsed();
        println!(
            "{name}: {} MB, {} rows, laid out in {laid:?}, 40 rows painted in {painted:?}",
            turn.text.len() / 1_000_000,
            layout.rows.len()
        );
    };
    check("prose", &prose(&paragraphs));
    check("developer", &turn(Role::Developer, &paragraphs));
    check("one line", &prose(&sentence.repeat(75_000)));
    check("one word", &prose(&"x".repeat(5_000_000)));
    check("accents", &prose(&paragraphs.replace('o', "ö")));
    check(
        "chinese",
        &prose(&"不要再修改这个文件了，我已经说过两次。".repeat(90_000)),
    );
    check("emoji", &prose(&"👩🏽‍🔬".repeat(300_000)));
    check("stars", &prose(&"*a `b ".repeat(800_000)));
}
