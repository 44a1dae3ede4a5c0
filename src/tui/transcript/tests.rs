//! Whole turns as they appear on the screen.

use ratatui::style::{Modifier, Style};
use ratatui::text::Line;

use crate::model::{Event, EventKind, Part, PartKind, Role, Tool, ToolStatus, Turn, TurnKind};
use crate::tui::theme::Theme;

use super::rows::CUT;
use super::{Folds, Highlight, HighlightKind, Layout, Look, lay_out, paint};

pub(super) fn turn(role: Role, text: &str) -> Turn {
    Turn {
        role,
        kind: TurnKind::Prompt,
        text: text.to_owned(),
        parts: Vec::new(),
        events: Vec::new(),
        time: None,
        native_id: None,
        place: None,
    }
}

/// Builds an agent turn from its pieces; for a tool the text is the input and the output.
fn agent(pieces: &[(PartKind, &str)]) -> Turn {
    let mut turn = turn(Role::Agent, "");
    for (kind, text) in pieces {
        if !turn.text.is_empty() {
            turn.text.push('\n');
        }
        let start = turn.text.len();
        turn.text.push_str(text);
        let mut kind = kind.clone();
        if let PartKind::Tool(tool) = &mut kind {
            tool.output += start;
        }
        turn.parts.push(Part {
            kind,
            start,
            end: turn.text.len(),
        });
    }
    turn
}

pub(super) fn prose(text: &str) -> Turn {
    agent(&[(PartKind::Prose, text)])
}

/// Gives a tool whose output begins `output` bytes after its input does.
pub(super) fn tool(
    name: &str,
    target: &str,
    status: Option<ToolStatus>,
    output: usize,
) -> PartKind {
    PartKind::Tool(Tool {
        name: name.to_owned(),
        target: target.to_owned(),
        status,
        output,
    })
}

pub(super) fn event(kind: EventKind, detail: &str, at: usize) -> Event {
    Event {
        kind,
        detail: detail.to_owned(),
        at,
    }
}

pub(super) fn mono() -> Theme {
    Theme::named("mono").unwrap()
}

fn painted(turn: &Turn, layout: &Layout, width: u16) -> Vec<Line<'static>> {
    let theme = mono();
    let paint_row = |row| paint(turn, row, layout, &[], &theme, width);
    layout.rows.iter().map(paint_row).collect()
}

pub(super) fn shown(line: &Line<'_>) -> String {
    line.spans.iter().map(|span| &*span.content).collect()
}

/// Gives the screen as text.
fn screen(turn: &Turn, folds: &Folds, width: u16) -> String {
    let layout = lay_out(turn, folds, width);
    let lines = painted(turn, &layout, width);
    let rows: Vec<String> = lines
        .iter()
        .map(|line| shown(line).trim_end().to_owned())
        .collect();
    rows.join("\n")
}

const ANSWER: &str = "\
## What I changed

I moved the parser into its own file and kept **every** public name, because \
`parse_line` is called from *three* other rooms.

- the first entry of the list is long enough to be wrapped under its beginning
  - a nested one
12. a numbered one

> Please keep the old behaviour for empty lines, as you asked for at the beginning.

| file | tests | note |
|------|------:|------|
| parser.rs | 12 | moved |
| lib.rs | 3 | |

```rust
fn main() {
\tprintln!(\"a line that is much too long for a narrow window\"); // why
}
```
---
Done.";

#[test]
fn prose_in_a_wide_window() {
    insta::assert_snapshot!(screen(&prose(ANSWER), &Folds::default(), 80), @r#"
    ## What I changed

    I moved the parser into its own file and kept **every** public name, because
    `parse_line` is called from *three* other rooms.

    - the first entry of the list is long enough to be wrapped under its beginning
      - a nested one
    12. a numbered one

    > Please keep the old behaviour for empty lines, as you asked for at the
      beginning.

    │ file      │ tests │ note  │
    ├───────────┼───────┼───────┤
    │ parser.rs │    12 │ moved │
    │ lib.rs    │     3 │       │

    ╭ ```rust
    │ fn main() {
    │     println!("a line that is much too long for a narrow window"); // why
    │ }
    ╰ ```
    ────────────────────────────────────────────────────────────────────────────────
    Done.
    "#);
}

#[test]
fn prose_in_a_narrow_window() {
    insta::assert_snapshot!(screen(&prose(ANSWER), &Folds::default(), 40), @r#"
    ## What I changed

    I moved the parser into its own file and
    kept **every** public name, because
    `parse_line` is called from *three*
    other rooms.

    - the first entry of the list is long
      enough to be wrapped under its
      beginning
      - a nested one
    12. a numbered one

    > Please keep the old behaviour for
      empty lines, as you asked for at the
      beginning.

    │ file      │ tests │ note  │
    ├───────────┼───────┼───────┤
    │ parser.rs │    12 │ moved │
    │ lib.rs    │     3 │       │

    ╭ ```rust
    │ fn main() {
    │     println!("a line that is much too
    │       long for a narrow window"); //
    │       why
    │ }
    ╰ ```
    ────────────────────────────────────────
    Done.
    "#);
}

fn working() -> Turn {
    let mut turn = agent(&[
        (PartKind::Prose, "I will run the tests first."),
        (
            PartKind::Thinking,
            "The developer wants the tests to run.\nSo I run them.\n\nAll of them.",
        ),
        (
            tool("Bash", "cargo test --all", Some(ToolStatus::Exit(1)), 17),
            "cargo test --all\nrunning 2 tests\ntest a ... ok\ntest b ... FAILED",
        ),
        (
            tool("Read", "src/parser/lines.rs", Some(ToolStatus::Done), 0),
            "fn a() {}\nfn b() {}",
        ),
        (
            tool("Edit", "src/lib.rs", Some(ToolStatus::Refused), 9),
            "-old\n+new\n",
        ),
        (tool("WebSearch", "", None, 0), ""),
        (
            tool("Grep", "TODO", Some(ToolStatus::Failed), 5),
            "TODO\nno such folder",
        ),
        (
            PartKind::Injected("system reminder".to_owned()),
            "The list of tasks is empty.\nDo not mention this.",
        ),
        (PartKind::Prose, "One test fails. I stop here."),
    ]);
    let refused = turn.parts[4].end;
    let end = turn.text.len();
    turn.events = vec![
        event(EventKind::Interrupted, "", end),
        event(EventKind::Refused, "Edit", refused),
    ];
    turn
}

#[test]
fn what_nobody_said_is_folded() {
    insta::assert_snapshot!(screen(&working(), &Folds::default(), 80), @r"
    I will run the tests first.

    ▸ thinking, 4 lines  The developer wants the tests to run.
    ▸ Bash  cargo test --all                                       ✗ exit 1  3 lines
    ▸ Read  src/parser/lines.rs                                              2 lines
    ▸ Edit  src/lib.rs                                                     ✗ refused
    ── refused Edit ──
    ▸ WebSearch                                                            no result
    ▸ Grep  TODO                                                    ✗ failed  1 line
    ▸ system reminder, 2 lines  The list of tasks is empty.

    One test fails. I stop here.

    ── interrupted by the developer ──
    ");
}

#[test]
fn folded_parts_in_a_narrow_window() {
    insta::assert_snapshot!(screen(&working(), &Folds::default(), 40), @r"
    I will run the tests first.

    ▸ thinking, 4 lines  The developer want…
    ▸ Bash  cargo test -…  ✗ exit 1  3 lines
    ▸ Read  src/parser/lines.rs      2 lines
    ▸ Edit  src/lib.rs             ✗ refused
    ── refused Edit ──
    ▸ WebSearch                    no result
    ▸ Grep  TODO            ✗ failed  1 line
    ▸ system reminder, 2 lines  The list of…

    One test fails. I stop here.

    ── interrupted by the developer ──
    ");
}

#[test]
fn open_parts_show_their_lines() {
    let mut folds = Folds::default();
    folds.open_all();
    insta::assert_snapshot!(screen(&working(), &folds, 60), @r"
    I will run the tests first.

    ▾ thinking, 4 lines
    │ The developer wants the tests to run.
    │ So I run them.
    │
    │ All of them.
    ▾ Bash  cargo test --all                   ✗ exit 1  3 lines
    │ cargo test --all
    ├─ output
    │ running 2 tests
    │ test a ... ok
    │ test b ... FAILED
    ▾ Read  src/parser/lines.rs                          2 lines
    │ fn a() {}
    │ fn b() {}
    ▾ Edit  src/lib.rs                                 ✗ refused
    │ -old
    │ +new
    ── refused Edit ──
    ▾ WebSearch                                        no result
    ▾ Grep  TODO                                ✗ failed  1 line
    │ TODO
    ├─ output
    │ no such folder
    ▾ system reminder, 2 lines
    │ The list of tasks is empty.
    │ Do not mention this.

    One test fails. I stop here.

    ── interrupted by the developer ──
    ");
}

#[test]
fn ascii_glyphs_do_for_everything_drawn() {
    let turn = working();
    let mut folds = Folds::default();
    folds.toggle(2);
    let layout = lay_out(&turn, &folds, 60);
    let theme = mono().ascii();
    for row in &layout.rows {
        let line = shown(&paint(&turn, row, &layout, &[], &theme, 60));
        assert!(line.is_ascii(), "{line}");
    }
}

#[test]
fn a_developer_turn_is_shown_as_typed() {
    let mut turn = turn(
        Role::Developer,
        "# not a heading\nno, I said *only* the parser:\r\n```\n$ cargo test\n```\n\n  1. stop\nesc \u{1b}[2J and \u{202e}txet",
    );
    turn.events = vec![event(EventKind::TakenBack, "", turn.text.len())];
    insta::assert_snapshot!(screen(&turn, &Folds::default(), 40), @r"
    # not a heading
    no, I said *only* the parser:
    ╭ ```
    │ $ cargo test
    ╰ ```

      1. stop
    esc ␛[2J and <202E>txet

    ── taken back by the developer ──
    ");
}

#[test]
fn a_turn_without_words_says_so() {
    let check = |turn: &Turn| {
        assert_eq!(screen(turn, &Folds::default(), 40), "(no words recorded)");
    };
    check(&turn(Role::Developer, ""));
    check(&turn(Role::Developer, " \n"));
    check(&agent(&[]));
}

#[test]
fn long_output_is_cut_until_it_is_opened_again() {
    let lines: Vec<String> = (0..1500).map(|at| format!("line {at}\n")).collect();
    let output = lines.concat();
    let turn = agent(&[(tool("Bash", "seq", Some(ToolStatus::Exit(0)), 0), &output)]);
    let mut folds = Folds::default();
    folds.toggle(0);
    let layout = lay_out(&turn, &folds, 80);
    assert_eq!(layout.rows.len(), 1 + CUT + 1);
    let last = layout.rows.len() - 1;
    assert!(screen(&turn, &folds, 80).ends_with("│ … 1,300 more lines"));
    assert_eq!(layout.row_at(output.find("line 1400").unwrap()), last);

    assert!(folds.toggle_at(&layout, last));
    let layout = lay_out(&turn, &folds, 80);
    assert_eq!(layout.rows.len(), 1 + 1500);
    assert!(folds.toggle_at(&layout, 700));
    assert_eq!(lay_out(&turn, &folds, 80).rows.len(), 1);
}

#[test]
fn one_huge_line_of_output_is_cut_as_well() {
    let output = "x".repeat(1_000_000);
    let turn = agent(&[(tool("Bash", "", None, 0), &output)]);
    let mut folds = Folds::default();
    folds.open_all();
    assert_eq!(lay_out(&turn, &folds, 80).rows.len(), 1 + CUT + 1);
}

#[test]
fn the_middle_of_a_long_paste_is_folded_and_opens() {
    let log: Vec<String> = (0..100).map(|at| format!("[12:00] {at:08}\n")).collect();
    let text = format!("it fails:\n{}please fix", log.concat());
    let turn = turn(Role::Developer, &text);
    let mut folds = Folds::default();
    let layout = lay_out(&turn, &folds, 80);
    let row = layout
        .rows
        .iter()
        .position(|row| matches!(row.look, Look::More { lines: 76 }))
        .unwrap();
    assert_eq!(layout.part_at(row), Some(0));
    assert!(screen(&turn, &folds, 80).contains("\n… 76 more lines\n"));
    folds.toggle_at(&layout, row);
    assert_eq!(lay_out(&turn, &folds, 80).rows.len(), 102);
}

#[test]
fn a_byte_is_found_in_its_row_or_in_the_fold_that_hides_it() {
    let turn = working();
    let layout = lay_out(&turn, &Folds::default(), 80);
    let check = |words: &str, part: usize| {
        let row = layout.row_at(turn.text.find(words).unwrap());
        assert_eq!(layout.part_at(row), Some(part), "{words}");
    };
    check("will run", 0);
    check("So I run", 1);
    check("FAILED", 2);
    check("+new", 4);
    check("I stop", 8);
    assert_eq!(layout.row_at(0), 0);
    assert_eq!(layout.part_at(layout.rows.len()), None);
}

#[test]
fn an_unclosed_fence_ends_with_its_part() {
    let turn = agent(&[
        (PartKind::Prose, "```\ncode"),
        (PartKind::Prose, "words again"),
    ]);
    let layout = lay_out(&turn, &Folds::default(), 40);
    let last = layout.rows.last().unwrap();
    assert_eq!(last.look, Look::Text);
}

/// Gives the style of the characters of `words` in a row.
fn style_of(line: &Line<'_>, words: &str) -> Style {
    let at = shown(line).find(words).unwrap();
    let mut begin = 0;
    for span in &line.spans {
        begin += span.content.len();
        if at < begin {
            return span.style;
        }
    }
    panic!("{words} is not in the row");
}

fn highlighted(text: &str, words: &str, kinds: &[HighlightKind], theme: &Theme) -> Style {
    let turn = prose(text);
    let start = text.find(words).unwrap();
    let highlights: Vec<Highlight> = kinds
        .iter()
        .map(|&kind| Highlight {
            range: start..start + words.len(),
            kind,
        })
        .collect();
    let layout = lay_out(&turn, &Folds::default(), 80);
    let row = layout.rows[layout.row_at(start)];
    let line = paint(&turn, &row, &layout, &highlights, theme, 80);
    style_of(&line, words)
}

#[test]
fn highlights_show_without_colours() {
    let check = |kind, expected: Modifier| {
        let style = highlighted("no, not that one", "not that", &[kind], &mono());
        assert_eq!((style.fg, style.bg), (None, None));
        assert_eq!(style.add_modifier, expected, "{kind:?}");
    };
    let reversed = Modifier::REVERSED;
    check(
        HighlightKind::Secret,
        Modifier::ITALIC | Modifier::UNDERLINED,
    );
    check(HighlightKind::Cue, Modifier::BOLD | Modifier::UNDERLINED);
    check(HighlightKind::Evidence, reversed | Modifier::UNDERLINED);
    check(HighlightKind::Search, reversed | Modifier::BOLD);
    check(HighlightKind::Selection, reversed);
}

#[test]
fn highlights_combine_with_each_other_and_with_the_text() {
    let style = highlighted(
        "say *no* again",
        "no",
        &[HighlightKind::Selection, HighlightKind::Cue],
        &mono(),
    );
    let all = Modifier::ITALIC | Modifier::BOLD | Modifier::UNDERLINED | Modifier::REVERSED;
    assert_eq!(style.add_modifier, all);
    let dark = Theme::named("dark").unwrap();
    let style = highlighted("use `no` again", "no", &[HighlightKind::Cue], &dark);
    assert_eq!(style.fg, dark.cue.fg);
}

#[test]
fn a_highlight_is_never_dim() {
    let style = highlighted("a **b** c", "**", &[HighlightKind::Evidence], &mono());
    assert!(!style.add_modifier.contains(Modifier::DIM));
}

#[test]
fn a_highlight_inside_a_folded_part_marks_its_row() {
    let turn = working();
    let start = turn.text.find("FAILED").unwrap();
    let highlight = Highlight {
        range: start..start + 6,
        kind: HighlightKind::Search,
    };
    let layout = lay_out(&turn, &Folds::default(), 80);
    let row = layout.rows[layout.row_at(start)];
    let line = paint(&turn, &row, &layout, &[highlight], &mono(), 80);
    let reversed = style_of(&line, "▸").add_modifier;
    assert!(reversed.contains(Modifier::REVERSED));
}

#[test]
fn wrapped_rows_keep_the_styles_of_their_line() {
    let turn = prose("**a bold sentence that goes over two rows** and ends");
    let layout = lay_out(&turn, &Folds::default(), 24);
    let line = paint(&turn, &layout.rows[1], &layout, &[], &mono(), 24);
    let style = style_of(&line, "goes");
    assert!(style.add_modifier.contains(Modifier::BOLD));
}

#[test]
fn failure_is_told_by_word_and_by_style() {
    let turn = working();
    let layout = lay_out(&turn, &Folds::default(), 80);
    for word in ["exit 1", "refused", "failed"] {
        let line = painted(&turn, &layout, 80)
            .into_iter()
            .find(|line| shown(line).contains(word) && shown(line).contains('▸'))
            .unwrap();
        assert_eq!(style_of(&line, word), mono().failed, "{word}");
    }
}
